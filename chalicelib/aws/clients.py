"""The AWS clients: each is made when it is first used, once, with every timeout written down.

They are light ones (`services.py`) with boto3's names and errors: boto3 itself would be most of a cold start and most
of a mail's CPU. Where AWS is (region, endpoint, credentials) comes from the environment alone, so one machine and the
cloud run the same code: `AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_SESV2`, `AWS_REGION`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, cast

from chalicelib.aws import services
from chalicelib.errors import Unavailable

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sesv2 import SESV2Client
    from types_boto3_sqs import SQSClient

PATIENT = 3
"""Attempts, for calls that may be repeated without harm."""
ONCE = 1
"""For calls that may not, whatever happens to them."""


@cache
def dynamodb() -> DynamoDBClient:
    """For the thread table. Writes are conditional, so another attempt is harmless."""
    return cast("DynamoDBClient", services.DynamoDb(PATIENT, read_seconds=5))


@cache
def s3() -> S3Client:
    """For the mail bucket."""
    return cast("S3Client", services.S3(PATIENT, read_seconds=20))


@cache
def sqs() -> SQSClient:
    """For the inbound queue."""
    return cast("SQSClient", services.Sqs(PATIENT, read_seconds=5))


@cache
def secretsmanager() -> SecretsManagerClient:
    """For the key ring."""
    return cast("SecretsManagerClient", services.SecretsManager(PATIENT, read_seconds=5))


@cache
def ses() -> SESV2Client:
    """For letters. One attempt: SES has no idempotency token, so a silent second one is a second letter."""
    return cast("SESV2Client", services.Ses(ONCE, read_seconds=20))


def forget() -> None:
    """Closes every client that was made: for whoever changes the environment afterwards."""
    for made in (dynamodb, s3, sqs, secretsmanager, ses):
        if made.cache_info().currsize:
            made().close()
        made.cache_clear()


@contextmanager
def reaching(what: str) -> Iterator[None]:
    """Any failure of the AWS call inside becomes Unavailable, with what we could not reach and AWS's own code."""
    try:
        yield
    except Exception as error:
        from botocore.exceptions import BotoCoreError, ClientError  # 20 ms that nobody pays while all goes well

        if isinstance(error, ClientError):
            raise Unavailable(f"{what}: {error.response.get('Error', {}).get('Code', 'no code')}") from error
        if isinstance(error, BotoCoreError):
            raise Unavailable(f"{what}: {type(error).__name__}") from error
        raise
