"""What a function asked of AWS, and what its role may: IAM's words for calls seen on the wire.

Sources: Service Authorization Reference, one page for each service; DynamoDB developer guide, "Using IAM with
transactions" (a transaction needs the rights of the writes in it, and none of its own).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import unquote, urlsplit

from byname.local.raw_mail import read_raw
from byname.local.received import REGION
from byname.local.sent_events import ACCOUNT
from byname.local.ses import PATH as SES_PATH
from tests.integration.stack_doors import Call
from tests.integration.stack_harness import LabStack


@dataclass(frozen=True, slots=True)
class Right:
    """An action on a resource: one that was used, or a pattern that is allowed."""

    action: str
    resource: str

    def covers(self, used: Right) -> bool:
        return self.action == used.action and fnmatchcase(used.resource, self.resource)


def rights_of(stack: LabStack, function: str) -> frozenset[Right]:
    """What the role of this function may, as IAM knows it after CloudFormation filled in every name."""
    iam, role = stack.client("iam"), role_of(stack, function)
    found: set[Right] = set()
    for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
        for statement in document["Statement"]:
            assert statement["Effect"] == "Allow"
            found |= {Right(a, r) for a in _list(statement["Action"]) for r in _list(statement["Resource"])}
    return frozenset(found)


def role_of(stack: LabStack, function: str) -> str:
    """The name of its role."""
    name = stack.outputs["ApiFunction" if function == "APIHandler" else f"{function}Function"]
    role: str = stack.client("lambda").get_function_configuration(FunctionName=name)["Role"]
    return role.rpartition("/")[2]


def used(calls: Iterable[Call]) -> frozenset[Right]:
    """Every right these calls needed."""
    return frozenset(right for call in calls for right in _needed(call))


def _needed(call: Call) -> Iterator[Right]:
    service, _, operation = call.target.partition(".")
    match service:
        case "DynamoDB_20120810":
            yield from _on_the_table(operation, json.loads(call.body))
        case "AmazonSQS":
            queue = json.loads(call.body)["QueueUrl"].rpartition("/")[2]
            yield Right(f"sqs:{operation}", f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}")
        case "secretsmanager":
            yield Right(f"secretsmanager:{operation}", json.loads(call.body)["SecretId"])
        case "":
            yield from _on_ses(json.loads(call.body)) if call.path == SES_PATH else _on_s3(call)
        case _:
            raise AssertionError(f"nobody has said what {call.target} needs")


def _on_the_table(operation: str, asked: dict[str, Any]) -> Iterator[Right]:
    match operation:
        case "TransactWriteItems":
            for item in asked["TransactItems"]:
                for verb, write in item.items():
                    action = "ConditionCheckItem" if verb == "ConditionCheck" else f"{verb}Item"
                    yield _table(action, write["TableName"])
        case "BatchGetItem":
            for table in asked["RequestItems"]:
                yield _table(operation, table)
        case _:
            index = f"/index/{asked['IndexName']}" if "IndexName" in asked else ""
            yield _table(operation, asked["TableName"] + index)


def _table(action: str, name: str) -> Right:
    return Right(f"dynamodb:{action}", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}")


def _on_ses(asked: dict[str, Any]) -> Iterator[Right]:
    """A raw mail by SESv2: SendRawEmail is what is checked, on the sender's identity and on the configuration set."""
    mail = read_raw(base64.b64decode(asked["Content"]["Raw"]["Data"]))
    ses = f"arn:aws:ses:{REGION}:{ACCOUNT}"
    yield Right("ses:SendRawEmail", f"{ses}:identity/{mail.sender.rpartition('@')[2]}")
    yield Right("ses:SendRawEmail", f"{ses}:configuration-set/{asked['ConfigurationSetName']}")


def _on_s3(call: Call) -> Iterator[Right]:
    action = {"GET": "s3:GetObject", "HEAD": "s3:GetObject", "PUT": "s3:PutObject"}[call.method]
    yield Right(action, f"arn:aws:s3:::{unquote(urlsplit(call.path).path.lstrip('/'))}")


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
