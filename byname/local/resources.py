"""Everything in AWS that byname stands on, made on any endpoint: for the local cloud and for tests.

Making what is there already changes nothing.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from boto3.session import Session

from chalicelib.aws.secrets import new_ring, read_ring
from chalicelib.errors import Misconfigured

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient

TABLE: dict[str, Any] = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "due", "due_at", "unsent", "try_at")
    ],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": partition,
            "KeySchema": [
                {"AttributeName": partition, "KeyType": "HASH"},
                {"AttributeName": sort, "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
        for partition, sort in (("due", "due_at"), ("unsent", "try_at"))
    ],
}
"""CreateTable's arguments without the name."""
TTL_ATTRIBUTE = "ttl"

RECEIVES_BEFORE_DEAD = 5
TWO_WEEKS = 14 * 24 * 3600
VISIBLE_AGAIN_AFTER = 360
"""Seconds: six times what a function may run (Lambda guide, "Using Lambda with Amazon SQS")."""


@dataclass(frozen=True, slots=True)
class Names:
    """Where everything is: what the environment of `app.py` must name."""

    table: str
    bucket: str
    inbound_queue_url: str
    feedback_queue_url: str
    mail_topic_arn: str
    events_topic_arn: str
    secret: str


def create(endpoint: str, region: str, name: str = "byname") -> Names:
    """Makes what is missing on this endpoint, everything called `<name>-…`. Credentials come from the environment."""
    session = Session(region_name=region)
    sqs = session.client("sqs", endpoint_url=endpoint)
    sns = session.client("sns", endpoint_url=endpoint)
    inbound, feedback = create_queue(sqs, f"{name}-inbound"), create_queue(sqs, f"{name}-feedback")
    return Names(
        table=create_table(session.client("dynamodb", endpoint_url=endpoint), f"{name}-desk"),
        bucket=create_bucket(session.client("s3", endpoint_url=endpoint), f"{name}-mail", region),
        inbound_queue_url=inbound,
        feedback_queue_url=feedback,
        mail_topic_arn=create_topic(sns, f"{name}-mail", arn_of(sqs, inbound)),
        events_topic_arn=create_topic(sns, f"{name}-events", arn_of(sqs, feedback)),
        secret=create_secret(session.client("secretsmanager", endpoint_url=endpoint), f"{name}-keys"),
    )


def create_table(client: DynamoDBClient, name: str) -> str:
    """The one table with its two sparse indexes, its counters expiring. Returns its name when it can be used."""
    try:
        client.create_table(TableName=name, **TABLE)
    except client.exceptions.ResourceInUseException:
        pass  # it is there
    else:
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    expiry = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    if expiry.get("TimeToLiveStatus") not in ("ENABLED", "ENABLING"):
        client.update_time_to_live(
            TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": TTL_ATTRIBUTE}
        )
    return name


def create_bucket(client: S3Client, name: str, region: str) -> str:
    """The mail bucket. us-east-1 is the one region that must not be named."""
    where: dict[str, Any] = {}
    if region != "us-east-1":
        where["CreateBucketConfiguration"] = {"LocationConstraint": region}
    with suppress(client.exceptions.BucketAlreadyOwnedByYou):
        client.create_bucket(Bucket=name, **where)
    return name


def create_queue(client: SQSClient, name: str) -> str:
    """A queue and, behind it, where records go that fail five times. Returns the queue's URL."""
    kept = str(TWO_WEEKS)
    dead = client.create_queue(QueueName=f"{name}-dead", Attributes={"MessageRetentionPeriod": kept})["QueueUrl"]
    redrive = {"deadLetterTargetArn": arn_of(client, dead), "maxReceiveCount": RECEIVES_BEFORE_DEAD}
    return client.create_queue(
        QueueName=name,
        Attributes={
            "MessageRetentionPeriod": kept,
            "VisibilityTimeout": str(VISIBLE_AGAIN_AFTER),
            "RedrivePolicy": json.dumps(redrive),
        },
    )["QueueUrl"]


def create_topic(client: SNSClient, name: str, queue_arn: str) -> str:
    """A topic whose messages land in the queue as they are, without SNS's envelope. Returns its ARN."""
    topic = client.create_topic(Name=name)["TopicArn"]
    raw = {"RawMessageDelivery": "true"}
    client.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn, Attributes=raw, ReturnSubscriptionArn=True)
    return topic


def create_secret(client: SecretsManagerClient, name: str) -> str:
    """The key ring; one that can be read is kept, or every address in people's mailboxes would die."""
    try:
        client.create_secret(Name=name, SecretString=new_ring())
    except client.exceptions.ResourceExistsException:
        try:
            read_ring(client.get_secret_value(SecretId=name)["SecretString"], name)
        except Misconfigured:  # an older byname wrote it
            client.put_secret_value(SecretId=name, SecretString=new_ring())
    return name


def arn_of(client: SQSClient, url: str) -> str:
    return client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
