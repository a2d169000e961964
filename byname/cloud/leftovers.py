"""What an earlier installation of the same name left behind, because nobody's mail is thrown away with a stack.

The table, the mail bucket and the queue of undeliverable records are taken over into the new stack (CloudFormation's
resource import); the key ring is copied into the new one, so that the reply addresses in people's mailboxes stay alive.
They are known by the names CloudFormation gives, `<stack>-<resource>-<letters>`; a secret's by our tag.

Source: CloudFormation user guide, "Import AWS resources into a CloudFormation stack": no transform, no outputs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from byname.cloud import artifacts
from byname.cloud.account import Account, explained
from byname.cloud.identity import TAG
from chalicelib.desk.model import CROCKFORD

ADOPTED = {
    "DeskTable": ("AWS::DynamoDB::Table", "TableName"),
    "MailBucket": ("AWS::S3::Bucket", "BucketName"),
    "InboundDeadQueue": ("AWS::SQS::Queue", "QueueUrl"),
}
"""What is taken over, as the template calls it → its type, and what CloudFormation knows it by."""
RECOVERY_DAYS = 30
"""How long Secrets Manager keeps a deleted ring."""


@dataclass(frozen=True, slots=True)
class Leftover:
    resource: str
    """As the template calls it."""
    name: str
    """The table's or bucket's name, the queue's URL."""


def mail_bucket(account: Account, stack: str) -> str:
    return f"{stack}-mail-{account.id}-{account.region}"


def find(account: Account, stack: str) -> tuple[Leftover, ...]:
    """What could be taken over. To be called while there is no such stack: else these are its own."""
    with explained("looking for what an earlier installation left"):
        found = [Leftover("DeskTable", name) for name in _tables(account, f"{stack}-DeskTable-")]
        if artifacts.exists(account, bucket := mail_bucket(account, stack)):
            found.append(Leftover("MailBucket", bucket))
        queues = account.client("sqs").list_queues(QueueNamePrefix=f"{stack}-InboundDeadQueue-")
        found += [Leftover("InboundDeadQueue", url) for url in queues.get("QueueUrls", ())]
    return tuple(found)


def _tables(account: Account, prefix: str) -> list[str]:
    pages = account.client("dynamodb").get_paginator("list_tables").paginate()
    return [name for page in pages for name in page["TableNames"] if name.startswith(prefix)]


def choose(found: Sequence[Leftover], table: str) -> dict[str, Leftover]:
    """What is taken over, by its name in the template: one of each. Raises ClickException when that is not clear."""
    tables = [one.name for one in found if one.resource == "DeskTable"]
    if table and table not in tables:
        raise click.ClickException(f"No earlier installation left a table {table}.")
    if len(tables) > 1 and not table:
        raise click.ClickException(
            f"Earlier installations left {len(tables)} tables ({', '.join(tables)}), and only one can go on. Look into "
            "them and choose with --table NAME; the others stay as they are."
        )
    kept = [one for one in found if one.resource != "DeskTable" or not table or one.name == table]
    return {one.resource: one for one in kept}


def import_template(template: Mapping[str, Any], chosen: Mapping[str, Leftover]) -> str:
    """A template with what is taken over and nothing else."""
    kept = {name: template["Resources"][name] for name in chosen}
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": kept}, separators=(",", ":"))


def to_import(chosen: Mapping[str, Leftover]) -> list[dict[str, Any]]:
    """ResourcesToImport of CreateChangeSet."""
    return [
        {
            "ResourceType": ADOPTED[resource][0],
            "LogicalResourceId": resource,
            "ResourceIdentifier": {ADOPTED[resource][1]: one.name},
        }
        for resource, one in chosen.items()
    ]


def drop_old_policy(account: Account, bucket: str) -> None:
    """A bucket policy that was left stands in the way of the stack's own, which comes next."""
    with explained("making way for the bucket's policy"):
        account.client("s3").delete_bucket_policy(Bucket=bucket)


# --- the key ring ------------------------------------------------------------------------------------------------


def old_rings(account: Account, stack: str, current: str) -> list[str]:
    """ARNs of rings that earlier installations left. `current`: ARN or name of the one in use; '' for none."""
    filters = [{"Key": "tag-key", "Values": [TAG]}, {"Key": "tag-value", "Values": [stack]}]
    with explained("looking for keys of an earlier installation"):
        pages = account.client("secretsmanager").get_paginator("list_secrets").paginate(Filters=filters)
        found = [secret for page in pages for secret in page["SecretList"]]
    ours = {TAG: stack}.items()
    return [
        secret["ARN"]
        for secret in found
        if current not in (secret["ARN"], secret["Name"])
        and ours <= {tag["Key"]: tag["Value"] for tag in secret.get("Tags", ())}.items()
    ]


def carry_over_keys(account: Account, stack: str, current: str) -> int:
    """Copies the keys of earlier rings into the stack's own and has the old rings deleted, in that order.

    Returns how many there were. To be repeated after a crash without harm: a ring goes only when its keys are safe.
    """
    rings, client = old_rings(account, stack, current), account.client("secretsmanager")
    for arn in rings:
        with explained("carrying the keys of reply addresses over"):
            old = json.loads(client.get_secret_value(SecretId=arn)["SecretString"])
            now = json.loads(client.get_secret_value(SecretId=current)["SecretString"])
            merged = merge(old, now)
            if merged != now:
                client.put_secret_value(SecretId=current, SecretString=json.dumps(merged))
            client.delete_secret(SecretId=arn, RecoveryWindowInDays=RECOVERY_DAYS)
    return len(rings)


def merge(old: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Both rings in one: every key of the old one under its own name, since addresses out there name it. Pure.

    A key of ours that finds its name taken gets a free one; the newest stays the newest.
    """
    merged = {name: key for name, key in old.items() if name != "newest"}
    for name, key in now.items():
        if name != "newest" and key not in merged.values():
            free = name if name not in merged else next(each for each in CROCKFORD if each not in {*merged, *now})
            merged[free] = key
    newest = next(name for name, key in merged.items() if key == now[now["newest"]])
    return {"newest": newest, **merged}
