"""The AWS clients: each is made when it is first used, once, from one session, with every timeout written down.

boto3 is imported inside the functions: it costs 150 ms of a cold start, and not every function needs it.
Where AWS is (region, endpoint, credentials) comes from the environment alone, so one machine and the cloud run the same
code: `AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_SESV2`, `AWS_DEFAULT_REGION`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.errors import Unavailable

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.config import Config
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sesv2 import SESV2Client
    from types_boto3_sqs import SQSClient

CONNECT_SECONDS = 2.0


@cache
def dynamodb() -> DynamoDBClient:
    """For the thread table. Writes are conditional, so a retry is harmless."""
    return _session().client("dynamodb", config=patient(read_seconds=5))


@cache
def s3() -> S3Client:
    """For the mail bucket. Signature version 4 even for presigned links, as every region takes it."""
    from botocore.config import Config

    return _session().client("s3", config=patient(read_seconds=20).merge(Config(signature_version="s3v4")))


@cache
def sqs() -> SQSClient:
    """For the inbound queue."""
    return _session().client("sqs", config=patient(read_seconds=5))


@cache
def secretsmanager() -> SecretsManagerClient:
    """For the key ring."""
    return _session().client("secretsmanager", config=patient(read_seconds=5))


@cache
def ses() -> SESV2Client:
    """For letters. One attempt: SES has no idempotency token, so a silent retry is a second letter."""
    return _session().client("sesv2", config=once(read_seconds=20))


def forget() -> None:
    """Lets go of the session and every client: for whoever changes the environment afterwards."""
    for made in (dynamodb, s3, sqs, secretsmanager, ses, _session):
        made.cache_clear()


@contextmanager
def reaching(what: str) -> Iterator[None]:
    """Any failure of the AWS call inside becomes Unavailable, with what we could not reach and AWS's own code."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        raise Unavailable(f"{what}: {error.response.get('Error', {}).get('Code', 'no code')}") from error
    except BotoCoreError as error:
        raise Unavailable(f"{what}: {type(error).__name__}") from error


@cache
def _session() -> Session:
    from boto3.session import Session

    return Session()


def patient(read_seconds: float) -> Config:
    """For calls that may be repeated without harm: up to three attempts."""
    from botocore.config import Config

    return Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read_seconds,
        retries={"mode": "standard", "total_max_attempts": 3},
    )


def once(read_seconds: float) -> Config:
    """For calls that may not: one attempt, whatever happens to it."""
    from botocore.config import Config

    return Config(connect_timeout=CONNECT_SECONDS, read_timeout=read_seconds, retries={"total_max_attempts": 1})
