"""What we say about ourselves: one log line and a few numbers for each delivery, from its receipt.

Ids, kinds, counts and reasons only: never a body, a subject or an address.
"""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from chalicelib.desk.sending_events import Event, SendingEvent

if TYPE_CHECKING:
    from chalicelib.desk.model import Receipt  # the contact page counts none

SERVICE = "byname"


@cache
def logger() -> Logger:
    """The structured logger; its level is POWERTOOLS_LOG_LEVEL's. Chalice's own errors come through it, too."""
    made = Logger(service=SERVICE)
    made.addFilter(_TypesAndPlaces())
    return made


class _TypesAndPlaces(logging.Filter):
    """An exception as its type and its place in our code. Its words may be a customer's: they stay out of the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if error is not None:
            frames = traceback.extract_tb(error.__traceback__)
            ours = [frame for frame in frames if "chalicelib" in frame.filename] or frames
            record.error = type(error).__name__
            record.place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
            record.exc_info = record.exc_text = None
            record.msg, record.args = "failed", ()
        return True


@cache
def metrics() -> Metrics:
    """Counters in CloudWatch's embedded format, in the stack's own namespace.

    Each name costs 0.30 USD a month, and so would each further dimension: what alarms and the dashboard need is here,
    and nothing else. Kinds, owners and events are in the log.
    """
    return Metrics(namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE") or SERVICE, service=SERVICE)


def counting(event: Any, get_response: Callable[[Any], Any]) -> Any:
    """Chalice middleware: what an invocation counted goes out with it, and nothing goes out when it counted nothing."""
    try:
        return get_response(event)
    finally:
        if metrics().metric_set:
            metrics().flush_metrics()


def handled(receipt: Receipt) -> None:
    """One delivery, done. `because` is made of the firm's own names and words of triage; it stays in the table."""
    logger().info(
        "handled",
        extra={
            "delivery": receipt.key,
            "kind": receipt.kind,
            "thread_id": receipt.thread_id,
            "owner": receipt.owner,
            "letters": len(receipt.letters),
            "urgent": receipt.urgent,
        },
    )
    metrics().add_metric("received", MetricUnit.Count, 1)


def reported(event: SendingEvent, was_news: bool) -> None:
    """SES told what became of a letter."""
    logger().info(
        "reported",
        extra={"event": event.event, "letter": event.letter, "thread_id": event.thread_id, "was_news": was_news},
    )
    if event.event is Event.DELIVERED:
        metrics().add_metric("letters_delivered", MetricUnit.Count, 1)
    elif event.permanent:
        metrics().add_metric("letters_failed", MetricUnit.Count, 1)


def swept(unsent_letters: int, due_promises: int, failed: Sequence[Exception]) -> None:
    """What one tick found."""
    for error in failed:
        logger().error("failed", exc_info=error)
    numbers = {"unsent_letters": unsent_letters, "due_promises": due_promises, "sweep_failed": len(failed)}
    logger().info("swept", extra=numbers)
    for name, number in numbers.items():
        metrics().add_metric(name, MetricUnit.Count, number)


def team_not_read(error: Exception) -> None:
    """A pushed team that cannot be read, or a bucket that does not answer: the team we know stays in force."""
    logger().error("the pushed team cannot be read; the one we know stays in force", exc_info=error)
