"""A small stack on ministack: the desk's table, bucket, queues and keys, and a CloudFormation stack that names them.

It has no functions: for commands that look at a stack and do not run it. `stack_harness` makes the whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from boto3.session import Session
from botocore.config import Config
from click.testing import CliRunner, Result

from byname.cli import main
from byname.cloud.identity import TAG
from byname.local.environment import CREDENTIALS
from byname.local.received import REGION
from byname.local.resources import Names, create
from chalicelib.aws.items import Row, wire
from chalicelib.desk.team import Team
from chalicelib.setup.team_file import write_team


@dataclass(frozen=True)
class DeskStack:
    """One desk, by its stack's name."""

    name: str
    endpoint: str
    names: Names
    outputs: Mapping[str, str]

    @property
    def environment(self) -> dict[str, str]:
        """What brings every boto3 client here."""
        return {**CREDENTIALS, "AWS_ENDPOINT_URL": self.endpoint, "AWS_EC2_METADATA_DISABLED": "true", "NO_COLOR": "1"}

    def client(self, service: str) -> Any:
        return client_at(self.endpoint, service)

    def byname(self, *words: object, stdin: str | None = None, env: Mapping[str, str] | None = None) -> Result:
        """The command as it is typed, with this stack's name."""
        typed = [*map(str, words), "--stack", self.name]
        return CliRunner().invoke(main, typed, input=stdin, env=self.environment | dict(env or {}), prog_name="byname")

    def put(self, rows: Iterable[Row]) -> None:
        """These rows stand in the table."""
        for row in rows:
            self.client("dynamodb").put_item(TableName=self.names.table, Item=wire(row))

    def answer_by(self, team: Team) -> None:
        """This team was pushed, by nobody in particular."""
        body = write_team(team).encode()
        self.client("s3").put_object(Bucket=self.names.bucket, Key="team/current.json", Body=body)


def client_at(endpoint: str, service: str) -> Any:
    key = CREDENTIALS["AWS_ACCESS_KEY_ID"]
    session = Session(aws_access_key_id=key, aws_secret_access_key=key, region_name=REGION)
    once = Config(retries={"total_max_attempts": 1}, read_timeout=30)
    return session.client(service, endpoint_url=endpoint, config=once)  # type: ignore[call-overload]  # the service is a name


def desk_stack(endpoint: str, name: str) -> DeskStack:
    """Makes it. Credentials must be in the environment."""
    names = create(endpoint, REGION, name)
    sqs = client_at(endpoint, "sqs")
    outputs = {
        "TableName": names.table,
        "MailBucket": names.bucket,
        "MailTopicArn": names.mail_topic_arn,
        "EventsTopicArn": names.events_topic_arn,
        "InboundQueueUrl": names.inbound_queue_url,
        "FeedbackQueueUrl": names.feedback_queue_url,
        "InboundDeadQueueUrl": sqs.get_queue_url(QueueName=f"{name}-inbound-dead")["QueueUrl"],
        "FeedbackDeadQueueUrl": sqs.get_queue_url(QueueName=f"{name}-feedback-dead")["QueueUrl"],
        "KeyRingSecret": names.secret,
        "PagesUrl": "https://pages.example/v1",
    }
    template = {
        "Resources": {"AlarmTopic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {key: {"Value": value} for key, value in outputs.items()}
        | {"AlarmTopicArn": {"Value": {"Ref": "AlarmTopic"}}},
    }
    cloudformation = client_at(endpoint, "cloudformation")
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template), Tags=[{"Key": TAG, "Value": name}])
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    return DeskStack(name, endpoint, names, outputs)
