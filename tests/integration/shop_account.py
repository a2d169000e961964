"""An AWS account as a shop has it: ministack, SES's control plane and a name server, and `byname` typed at a terminal.

with an_account(tmp_path) as account:
    account.byname("deploy", "--yes")
"""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from boto3.session import Session
from click.testing import CliRunner, Result

from byname.cli import main
from byname.local.aws_child import AwsChild
from tests.integration.dns_server import DnsServer
from tests.integration.ses_control import SesControl

ROOT = Path(__file__).parents[2]
TEAM = ROOT / "examples" / "team.toml"
REGION = "eu-west-1"
ID = "000000000000"
_SERVICES = ("cloudformation", "s3", "dynamodb", "sqs", "sns", "secretsmanager", "lambda", "logs", "iam", "cloudwatch")


@dataclass
class ShopAccount:
    """`byname` runs in this process; `byname_itself` in a process of its own."""

    aws: str
    ses: SesControl
    dns: DnsServer
    _made: dict[str, Any] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.aws,
            **self.ses.environment,
        }

    def byname(self, *words: str | Path) -> Result:
        result = CliRunner().invoke(main, self._all(words), env=self.environment, prog_name="byname")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result

    def byname_itself(self, *words: str | Path, checkout: Path = ROOT) -> subprocess.CompletedProcess[str]:
        """The same from another checkout, perhaps."""
        settings = {**os.environ, **self.environment, "PYTHONPATH": str(checkout)}
        command = [sys.executable, "-m", "byname", *self._all(words)]
        return subprocess.run(
            command, cwd=checkout, env=settings, capture_output=True, text=True, check=False, timeout=300
        )

    def at_a_terminal(self, *words: str | Path, typed: list[str]) -> tuple[str, int]:
        """The same at a terminal: what stands on the screen in the end, and the exit code. `typed`: a line each."""
        mine, its = pty.openpty()
        settings = {**os.environ, **self.environment, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "200"}
        command = [sys.executable, "-m", "byname", *self._all(words)]
        with subprocess.Popen(command, cwd=ROOT, env=settings, stdin=its, stdout=its, stderr=its) as process:
            os.close(its)
            os.write(mine, "".join(f"{line}\n" for line in typed).encode())
            screen = b"".join(_shown(mine))
        os.close(mine)
        return screen.decode(), process.returncode

    def _all(self, words: tuple[str | Path, ...]) -> list[str]:
        """`deploy` from this machine's own processor and asking our name server, like `dns`."""
        more: list[str] = []
        if words[0] == "deploy":
            team = [] if any(str(word).endswith(".toml") for word in words) else [str(TEAM)]
            more = [*team, "--stage", "lab"]
        if words[0] in ("deploy", "dns"):
            more += ["--resolver", self.dns.address]
        return [*map(str, words), *more]

    def deployed(self, *words: str | Path) -> dict[str, Any]:
        """The answer of `byname deploy --yes --json`, which must go well."""
        result = self.byname("deploy", "--yes", "--json", *words)
        assert result.exit_code == 0, result.stderr
        answer: dict[str, Any] = json.loads(result.stdout)
        self._settle(answer["outputs"]["InboundQueueUrl"])
        return answer

    def _settle(self, queue: str) -> None:
        """SES's own mail, by which it proves the way in, is none that anybody waits for."""
        sqs, waiting = self.client("sqs"), ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        for _ in range(300):
            sqs.purge_queue(QueueUrl=queue)
            counts = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=list(waiting))["Attributes"]
            if all(counts[name] == "0" for name in waiting):
                return
            time.sleep(0.1)
        raise TimeoutError("the inbound queue never became empty")

    def client(self, service: str) -> Any:
        if service not in self._made:
            session: Any = Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
            self._made[service] = session.client(service, endpoint_url=self.aws)
        return self._made[service]

    def everything(self) -> dict[str, Any]:
        """All there is in the account, by service."""
        clients = {service: self.client(service) for service in _SERVICES}
        buckets = [bucket["Name"] for bucket in clients["s3"].list_buckets()["Buckets"]]
        stacks = clients["cloudformation"].describe_stacks()["Stacks"]
        return {
            "stacks": sorted((stack["StackName"], stack["StackStatus"]) for stack in stacks),
            "objects": {bucket: self.keys(bucket) for bucket in buckets},
            "tables": clients["dynamodb"].list_tables()["TableNames"],
            "queues": sorted(clients["sqs"].list_queues().get("QueueUrls", ())),
            "topics": sorted(topic["TopicArn"] for topic in clients["sns"].list_topics()["Topics"]),
            "secrets": sorted(secret["ARN"] for secret in clients["secretsmanager"].list_secrets()["SecretList"]),
            "functions": sorted(each["FunctionName"] for each in clients["lambda"].list_functions()["Functions"]),
            "logs": sorted(group["logGroupName"] for group in clients["logs"].describe_log_groups()["logGroups"]),
            "roles": sorted(role["RoleName"] for role in clients["iam"].list_roles()["Roles"]),
            "alarms": sorted(one["AlarmName"] for one in clients["cloudwatch"].describe_alarms()["MetricAlarms"]),
            "rule sets": json.dumps(self.ses.rules.sets, sort_keys=True),
            "active": self.ses.rules.active,
            "identities": json.dumps(self.ses.identities.by_name, sort_keys=True),
        }

    def keys(self, bucket: str) -> list[str]:
        return sorted(item["Key"] for item in self.client("s3").list_objects_v2(Bucket=bucket).get("Contents", ()))

    def close(self) -> None:
        for client in self._made.values():
            client.close()


ORDERS = {
    "Resources": {
        "Orders": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "shop-orders"}},
        "News": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "shop-news"}},
    }
}
"""Another product's stack."""


def make_stack(account: ShopAccount, name: str, template: Mapping[str, Any], **more: Any) -> None:
    """As another product's installer does."""
    cloudformation = account.client("cloudformation")
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template), **more)
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})


def _shown(terminal: int) -> Iterator[bytes]:
    """What comes until the other end is closed, which Linux calls an error."""
    while select.select([terminal], [], [], 120)[0]:
        try:
            yield os.read(terminal, 65_536)
        except OSError:
            return


@contextmanager
def an_account(home: Path) -> Iterator[ShopAccount]:
    child = AwsChild(home)
    child.start()
    try:
        with SesControl(aws=child.endpoint) as ses, DnsServer() as dns:
            account = ShopAccount(child.endpoint, ses, dns)
            yield account
            account.close()
    finally:
        child.stop()


def a_checkout(home: Path, **changed: tuple[str, str]) -> Path:
    """A copy of what is deployed, with a text in .chalice/resources.yaml replaced: `resources=(old, new)`."""
    for name in ("byname", "chalicelib", "templates", "examples", ".chalice"):
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("app.py", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, home / name)
    (ROOT / ".local").mkdir(exist_ok=True)
    (home / ".local").symlink_to(ROOT / ".local")  # what was fetched for packaging need not be fetched again
    for old, new in changed.values():
        file = home / ".chalice" / "resources.yaml"
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), "utf-8")
    return home
