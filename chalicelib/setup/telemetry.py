"""What we say about ourselves: one log line and a few numbers for each delivery, from its receipt.

Ids, kinds, counts and reasons only: never a body, a subject or an address.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cache

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from chalicelib.desk.model import Receipt

SERVICE = "byname"


@cache
def logger() -> Logger:
    """The structured logger; its level is POWERTOOLS_LOG_LEVEL's."""
    return Logger(service=SERVICE)


@cache
def metrics() -> Metrics:
    """Counters in CloudWatch's embedded format. One dimension set only: each costs money."""
    return Metrics(namespace=SERVICE, service=SERVICE)


def handled(receipt: Receipt) -> None:
    """One delivery, done. `because` is made of the firm's own names and words of triage; it stays in the table."""
    logger().info(
        "handled",
        extra={
            "delivery": receipt.key,
            "kind": receipt.kind,
            "thread": receipt.thread_id,
            "owner": receipt.owner,
            "letters": len(receipt.letters),
            "urgent": receipt.urgent,
        },
    )
    metrics().add_metric(f"received_{receipt.kind}", MetricUnit.Count, 1)


def counted(what: str, numbers: Mapping[str, int]) -> None:
    """What one tick found."""
    logger().info(what, extra=dict(numbers))
    for name, number in numbers.items():
        metrics().add_metric(name, MetricUnit.Count, number)


def kept_for_later() -> None:
    """A form post is safe but could not be answered at once."""
    logger().warning("kept for later")
    metrics().add_metric("kept_for_later", MetricUnit.Count, 1)


def quiet_libraries() -> None:
    """boto and its like log requests, and with them addresses: only their warnings may speak."""
    for name in ("boto3", "botocore", "urllib3", "s3transfer"):
        logging.getLogger(name).setLevel(logging.WARNING)
