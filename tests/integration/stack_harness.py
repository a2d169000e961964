"""The stack itself on this machine: packaged for the lab, created by CloudFormation, running in emulated Lambda.

    with lab_stack(tmp_path) as stack:
        stack.receive(mail, "jane@customer.example", ["support@help.harris.example"])
        letter = stack.maildirs.wait_for("jane@customer.example")

ministack plays AWS over TCP, and holds every function to its role's policy. SES it cannot play (it flattens mail and
receives none), so the local cloud's does. Every function speaks to AWS through a door of its own (`stack_doors`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import yaml
from boto3.session import Session
from botocore.config import Config

from byname.cloud.identity import TAG
from byname.cloud.package import Package, build
from byname.local.activity import Activity
from byname.local.aws_child import AwsChild
from byname.local.correspondence import to_wire
from byname.local.courier import Courier
from byname.local.environment import CREDENTIALS, environment
from byname.local.loopback import HOST, free_listener, port_of
from byname.local.maildirs import Maildirs
from byname.local.received import REGION, Envelope, new_id
from byname.local.ses import SesEndpoint
from byname.local.smtp_door import Forwarding, Intake, SmtpDoor
from byname.local.verdicts import Verdicts
from chalicelib.aws.items import from_thread, unwire
from chalicelib.desk.model import Thread
from chalicelib.desk.team import Team
from chalicelib.setup.wiring import SystemClock
from tests.builders import a_team
from tests.integration.stack_doors import AwsDoor

NAME = "byname-lab"
PARAMETERS = {"Instance": "help.harris.example", "AlarmEmail": "anna@harris.example"}
FUNCTIONS = ("ReceiveMail", "ReceiveFeedback", "KeepPromises", "APIHandler")
"""As the template calls them."""
CREATED_WITHIN = 120.0
"""Seconds, on a loaded machine; two are usual."""


@dataclass
class LabAws:
    """ministack, and our own SES beside it: what a stack is created in."""

    endpoint: str
    maildirs: Maildirs
    ses: SesEndpoint
    smtp_port: int
    """An SMTP door for mail to the team's domains, which plays SES's inbound side."""
    verdicts: Verdicts
    outputs: Mapping[str, str] = field(default_factory=dict)
    """Of the stack that is served: mail comes in by it, and what becomes of letters is told to it."""
    _made: dict[str, Any] = field(default_factory=dict)

    @property
    def ses_endpoint(self) -> str:
        return f"http://{HOST}:{self.ses.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What every function must be given to speak to this AWS and to no other."""
        return {"AWS_ENDPOINT_URL": self.endpoint, "AWS_ENDPOINT_URL_SESV2": self.ses_endpoint}

    def client(self, service: str) -> Any:
        """A boto3 client of this AWS, made once. It is the account's root: no policy binds it."""
        if service not in self._made:
            key, secret = CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"]
            session: Any = Session(key, secret, region_name=REGION)
            prompt = Config(connect_timeout=2, read_timeout=60, retries={"total_max_attempts": 1})
            self._made[service] = session.client(service, endpoint_url=self.endpoint, config=prompt)
        return self._made[service]

    def publish_event(self, event: str) -> None:
        """Something became of a letter: the events topic is told. Before a stack is served there is nobody to tell."""
        if topic := self.outputs.get("EventsTopicArn"):
            self.client("sns").publish(TopicArn=topic, Message=event, Subject="Amazon SES Email Event Notification")

    def close(self) -> None:
        for client in self._made.values():
            client.close()


class _StacksIntake(Intake):
    """SES accepted a mail: into the bucket of whatever stack is served, and its topic is told."""

    def __init__(self, aws: LabAws) -> None:
        self._aws = aws

    def take(self, envelope: Envelope, raw: bytes) -> None:
        bucket, topic = self._aws.outputs["MailBucket"], self._aws.outputs["MailTopicArn"]
        Intake(self._aws.client("s3"), self._aws.client("sns"), bucket, topic).take(envelope, raw)


@dataclass(frozen=True)
class LabStack:
    """A stack that was created, and everything around it."""

    aws: LabAws
    name: str
    doors: Mapping[str, AwsDoor]
    """One for each of FUNCTIONS: what it asks of AWS."""
    package: Package
    outputs: Mapping[str, str]
    created_in: float
    """Seconds CloudFormation took."""

    @property
    def maildirs(self) -> Maildirs:
        return self.aws.maildirs

    def client(self, service: str) -> Any:
        return self.aws.client(service)

    def url(self, path: str) -> str:
        """Where the emulated API answers: `stack.url("/contact")`."""
        return f"{self.aws.endpoint}/_aws/execute-api/{self.outputs['RestApiId']}/v1{path}"

    def receive(self, mail: EmailMessage | bytes, sender: str, recipients: Sequence[str]) -> str:
        """SES accepts this mail. Returns its key in the bucket."""
        raw = to_wire(mail) if isinstance(mail, EmailMessage) else mail
        verdict = self.aws.verdicts.of(sender)
        envelope = Envelope(
            new_id(), "mail.laboratory.example", sender, tuple(recipients), SystemClock().now(), verdict
        )
        _StacksIntake(self.aws).take(envelope, raw)
        return envelope.key

    def invoke(self, output: str, event: Mapping[str, Any]) -> Any:
        """Calls the function with this output at once. Raises AssertionError with what it said when it failed."""
        answer = self.client("lambda").invoke(FunctionName=self.outputs[output], Payload=json.dumps(event))
        said = answer["Payload"].read()
        assert "FunctionError" not in answer, said
        return json.loads(said or b"null")

    def waiting(self, output: str) -> int:
        """How many messages the queue with this output holds, seen or unseen."""
        asked = {"QueueUrl": self.outputs[output], "AttributeNames": ["All"]}
        found = self.client("sqs").get_queue_attributes(**asked)["Attributes"]
        return sum(int(found[f"ApproximateNumberOfMessages{which}"]) for which in ("", "NotVisible", "Delayed"))

    def rows(self) -> list[dict[str, Any]]:
        """Every row of the table, as Python values."""
        pages = self.client("dynamodb").get_paginator("scan").paginate(TableName=self.outputs["TableName"])
        return [unwire(row) for page in pages for row in page["Items"]]

    def threads(self) -> list[Thread]:
        return [from_thread(row) for row in self.rows() if row["sk"] == "THREAD"]

    def log_lines(self, output: str) -> list[str]:
        """What the function with this output has logged so far."""
        logs, group = self.client("logs"), f"/aws/lambda/{self.outputs[output]}"
        return [event["message"] for event in logs.filter_log_events(logGroupName=group)["events"]]


@contextmanager
def lab_aws(home: Path, team: Team, *, enforce_policies: bool = False) -> Iterator[LabAws]:
    """ministack and SES, with nothing in them yet.

    `enforce_policies`: hold everybody but the root to their policies. Then the mail bucket's own forbids plain HTTP.
    """
    with ExitStack() as parts:
        home.mkdir(parents=True, exist_ok=True)
        child = AwsChild(home)
        with environment({"AUTH": "true"} if enforce_policies else {}):
            child.start()
        parts.callback(child.stop)
        clock, activity, maildirs = SystemClock(), Activity(), Maildirs(home / "maildir")
        forwarding, verdicts, smtp = Forwarding(team), Verdicts(), free_listener()
        late: list[LabAws] = []  # SES tells of letters to a topic that is not there yet
        courier = Courier(
            forwarding, port_of(smtp), maildirs, None, lambda event: late[0].publish_event(event), clock, activity
        )
        ses = SesEndpoint(free_listener(), team, courier, clock, activity)
        aws = LabAws(child.endpoint, maildirs, ses, port_of(smtp), verdicts)
        late.append(aws)
        parts.callback(aws.close)
        for part in (SmtpDoor(smtp, forwarding, _StacksIntake(aws), verdicts, clock, activity), courier, ses):
            part.start()
            parts.callback(part.stop)
        yield aws


@contextmanager
def lab_stack(home: Path, team: Team | None = None, name: str = NAME) -> Iterator[LabStack]:
    """The whole stack, created and ready. Everything ends with the `with`."""
    team = team or a_team()
    with lab_aws(home, team, enforce_policies=True) as aws, ExitStack() as opened:
        package = build("lab", home / "package", team=team, environment=aws.environment)
        doors = {function: AwsDoor(free_listener(), aws.endpoint, lambda: aws.ses_endpoint) for function in FUNCTIONS}
        for door in doors.values():
            door.start()
            opened.callback(door.stop)
        began = time.monotonic()
        outputs = create(aws, package, name, doors=doors)
        took = time.monotonic() - began
        aws.outputs = outputs
        yield LabStack(aws, name, doors, package, outputs, took)


def create(
    aws: LabAws,
    package: Package,
    name: str,
    parameters: Mapping[str, str] = PARAMETERS,
    doors: Mapping[str, AwsDoor] = {},
) -> dict[str, str]:
    """Uploads the code, has CloudFormation create the stack, and returns its outputs. Says why when it fails."""
    s3, bucket, cloudformation = aws.client("s3"), f"{name}-artifacts", aws.client("cloudformation")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.upload_file(str(package.zip), bucket, "code.zip")
    cloudformation.create_stack(
        StackName=name,
        TemplateBody=_through(doors, package.located(bucket, "code.zip")),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Tags=[{"Key": TAG, "Value": name}],
    )
    wait_until(lambda: _status(cloudformation, name).endswith(("_COMPLETE", "_FAILED")), CREATED_WITHIN)
    assert _status(cloudformation, name) == "CREATE_COMPLETE", _why(cloudformation, name)
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def wait_until(holds: Callable[[], bool], timeout: float = 30.0) -> None:
    """Asks again and again what only AWS knows; nobody tells us. Raises TimeoutError."""
    give_up = time.monotonic() + timeout
    while not holds():
        if time.monotonic() > give_up:
            raise TimeoutError(f"it did not come true within {timeout:g} s")
        time.sleep(0.1)


def _through(doors: Mapping[str, AwsDoor], template: str) -> str:
    """The same template with each function's endpoints at its door."""
    whole = yaml.safe_load(template)
    for function, door in doors.items():
        variables = whole["Resources"][function]["Properties"]["Environment"]["Variables"]
        variables |= {name: door.endpoint for name in variables if name.startswith("AWS_ENDPOINT_URL")}
    return yaml.safe_dump(whole)


def _status(cloudformation: Any, name: str) -> str:
    return str(cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])


def _why(cloudformation: Any, name: str) -> str:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    failed = [one for one in events if "FAILED" in one["ResourceStatus"]]
    return "\n".join(f"{one['LogicalResourceId']}: {one.get('ResourceStatusReason')}" for one in failed)
