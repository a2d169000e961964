"""How many wait in the stack's queues, and how many were laid aside after five tries."""

from __future__ import annotations

from collections.abc import Mapping

from byname.cloud.account import Account
from byname.cloud.stack_outputs import Stack

DEAD = {"mail": "InboundDeadQueueUrl", "delivery reports": "FeedbackDeadQueueUrl"}
"""What lies there, and the stack's output that names the queue."""
_VISIBLE, _IN_FLIGHT = "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"


def laid_aside(account: Account, stack: Stack) -> Mapping[str, int]:
    """What lies in each dead-letter queue."""
    return {what: waiting(account, stack.output(output)) for what, output in DEAD.items()}


def waiting(account: Account, url: str) -> int:
    """Messages in a queue, those in somebody's hands included."""
    names = [_VISIBLE, _IN_FLIGHT]
    found = account.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found.get(name, 0)) for name in names)
