"""The mails still under way when byname is taken off AWS: they are waited for, because the queue goes with the stack.

Source: SQS developer guide, "Confirming that a queue is empty": its counts are approximate, so nothing has to be seen
for a while.
"""

from __future__ import annotations

import time

import click

from byname.cloud.account import Account, explained
from byname.cloud.queues import waiting
from byname.console import Console

GIVE_UP_AFTER = 120.0
"""Seconds. A mail is read within seconds; what cannot be read is tried again after six minutes, and five times."""
SURE_AFTER = 10.0
"""Seconds without any in the queue."""
LOOK_EVERY = 1.0


def under_way(account: Account, queue: str) -> int:
    """Mails and form posts in the queue and in the function's hands; 0 when there is no such queue (any more)."""
    client = account.client("sqs")
    with explained("looking for mails that still wait"):
        try:
            return waiting(account, queue) if queue else 0
        except client.exceptions.QueueDoesNotExist:
            return 0


def let_through(account: Account, queue: str, console: Console) -> int:
    """Waits until all of them are read. Returns how many are not when the time is up."""
    with console.step("reading the mails that are still under way") as step:
        left = _wait(account, queue)
        step.said(told(left) if left else "none is left", unchanged=bool(left))
    return left


def _wait(account: Account, queue: str) -> int:
    began = seen_at = time.monotonic()
    while True:
        left, now = under_way(account, queue), time.monotonic()
        seen_at = now if left else seen_at
        if not left and now - seen_at >= SURE_AFTER:
            return 0
        if left and now - began >= GIVE_UP_AFTER:
            return left
        time.sleep(LOOK_EVERY)


def told(count: int) -> str:
    return "1 mail still waits to be read" if count == 1 else f"{count} mails still wait to be read"


def refusal(count: int, stack: str) -> click.ClickException:
    return click.ClickException(
        f"{told(count)}, so nothing more was taken away; the way in is closed, and new mail bounces. `byname status` "
        "and the log of receive_mail show what is wrong: once that is mended they are read, and the same command again "
        f"goes on (`byname deploy --stack {stack}` opens the way in). With --leave-unanswered they are left: no person "
        "is told of them, and no later installation reads them; each lies under inbound/ in the mail bucket."
    )
