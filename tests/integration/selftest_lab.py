"""A deployed stack with SES all around it, and the `byname` command beside it: what the self test is tried on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from byname.cli import main
from byname.cloud import receiving
from byname.cloud.account import Account, sign_in
from byname.cloud.package import build
from byname.local.environment import CREDENTIALS, environment
from chalicelib.aws.team_object import KEY as CURRENT
from chalicelib.setup.team_file import write_team
from tests.builders import a_team
from tests.integration.dns_server import DnsServer
from tests.integration.ses_identities import an_identity
from tests.integration.ses_inbound import SesByRules
from tests.integration.stack_harness import LabAws, create, lab_aws

STACK = "byname-selftest-lab"
DOMAIN = "help.harris.example"
FOREIGN = {"Name": "another-product", "Enabled": True, "Recipients": ["shop@other.example"], "Actions": []}
LAST = {"Name": "last-of-all", "Enabled": True, "Recipients": ["info@other.example"], "Actions": []}


@dataclass(frozen=True)
class Lab:
    """A deployed stack, its SES, and the command line beside it."""

    aws: LabAws
    ses: SesByRules
    dns: DnsServer
    outputs: Mapping[str, str]
    settings: Mapping[str, str]

    def selftest(self, *words: str) -> Result:
        """The command as it is typed."""
        typed = ["selftest", "--stack", STACK, "--pages", self.pages, "--resolver", self.dns.address, *words]
        return CliRunner().invoke(main, typed, env=dict(self.settings), prog_name="byname")

    @property
    def pages(self) -> str:
        return f"{self.aws.endpoint}/_aws/execute-api/{self.outputs['RestApiId']}/v1"

    def account(self) -> Account:
        with environment(self.settings):
            return sign_in()

    def start(self, *words: str) -> subprocess.Popen[str]:
        """The same as a process of its own."""
        typed = [sys.executable, "-m", "byname", "selftest", "--stack", STACK, "--pages", self.pages, *words]
        into = subprocess.PIPE
        return subprocess.Popen(typed, env={**os.environ, **self.settings}, text=True, stdout=into, stderr=into)

    @contextmanager
    def broken(self, function: str, **variables: str) -> Iterator[None]:
        """Inside, the function with this output has other settings."""
        client, name = self.aws.client("lambda"), self.outputs[function]
        right = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        client.update_function_configuration(FunctionName=name, Environment={"Variables": {**right, **variables}})
        try:
            yield
        finally:
            client.update_function_configuration(FunctionName=name, Environment={"Variables": right})

    def rule_names(self) -> list[str]:
        return [rule["Name"] for rule in self.ses.rules]

    def everything(self) -> tuple[list[str], list[str], list[str], list[str], list[tuple[str, str]]]:
        """What a test could leave: rules, queues, subscriptions, objects, rows. byname's own heartbeat is none."""
        topic = self.outputs["EventsTopicArn"]
        heard_by = self.aws.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        rows = [(row["pk"]["S"], row["sk"]["S"]) for row in self.rows() if row["pk"]["S"] != "EVENTS"]
        endpoints = [one["Endpoint"] for one in heard_by]
        return self.rule_names(), self.queues(), endpoints, sorted(self.objects()), sorted(rows)

    def living_rows(self) -> list[tuple[str, str]]:
        """Those that can still cause something. Receipts cannot."""
        keys = sorted((row["pk"]["S"], row["sk"]["S"]) for row in self.rows())
        return [key for key in keys if key[0].startswith(("THREAD#", "CUSTOMER#", "SELFTEST", "LIMIT#"))]

    def rows(self) -> list[dict[str, Any]]:
        pages = self.aws.client("dynamodb").get_paginator("scan").paginate(TableName=self.outputs["TableName"])
        return [row for page in pages for row in page["Items"]]

    def objects(self) -> list[str]:
        pages = self.aws.client("s3").get_paginator("list_objects_v2").paginate(Bucket=self.outputs["MailBucket"])
        return [one["Key"] for page in pages for one in page.get("Contents", ())]

    def queues(self) -> list[str]:
        return list(self.aws.client("sqs").list_queues().get("QueueUrls", ()))

    def put_right(self) -> None:
        """Everything as a firm has it that has set byname up beside another product."""
        control = self.ses.control
        self.ses.forwards, control.account.production = True, True
        control.identities.by_name.clear()
        for domain in ("harris.example", DOMAIN):
            control.identities.by_name[domain] = an_identity(domain)
            control.identities.verify(domain)
        control.rules.sets, control.rules.active = {"shared": [dict(FOREIGN), dict(LAST)]}, "shared"
        rule = receiving.our_rule(STACK, [DOMAIN], self.outputs["MailBucket"], self.outputs["MailTopicArn"])
        account = self.account()
        with environment(self.settings):
            receiving.join(account, receiving.plan(account, STACK, rule))


@contextmanager
def selftest_lab(home: Path) -> Iterator[Lab]:
    """The stack, created and running. `put_right` before each test."""
    team = replace(a_team(), categories=())  # so that whoever answers is the mailbox's own person
    with ExitStack() as parts:
        aws = parts.enter_context(lab_aws(home, team))
        ses = parts.enter_context(SesByRules(aws.endpoint, team, aws.maildirs))
        sending = {"AWS_ENDPOINT_URL_SESV2": ses.control.endpoint}
        package = build("lab", home / "package", team=team, environment={**aws.environment, **sending})
        outputs = create(aws, package, STACK)
        aws.client("s3").put_object(Bucket=outputs["MailBucket"], Key=CURRENT, Body=write_team(team).encode())
        ses.events_topic = outputs["EventsTopicArn"]
        settings = {**CREDENTIALS, "AWS_ENDPOINT_URL": aws.endpoint, "NO_COLOR": "1", **ses.control.environment}
        dns = parts.enter_context(DnsServer())
        dns.publish(DOMAIN, "MX", "10 inbound-smtp.eu-west-1.amazonaws.com.")
        yield Lab(aws, ses, dns, outputs, settings)
