"""The stack itself: what state it is in and what can be done from there, waiting for it, deleting it.

Source: CloudFormation user guide, "Stack status codes"; a stack that was never made whole can only be deleted.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import click

from byname.cloud.account import Account, explained
from byname.console import Console

LOOK_EVERY = 1.5
"""Seconds."""
GIVE_UP_AFTER = 3600.0
"""Seconds; CloudFormation's own steps end sooner."""

Event = Mapping[str, Any]


class Way(Enum):
    """What a stack in this state needs before a change set, or that it is ready for one."""

    CREATE = "there is none, so it is made"
    UPDATE = "it stands, so it is brought up to date"
    REMAKE = "it was never made whole, so what is left of it is removed and it is made anew"
    CONTINUE = "its way back failed, so that is finished first"
    WAIT = "something is under way"


_WAYS = {
    "REVIEW_IN_PROGRESS": Way.CREATE,
    "DELETE_COMPLETE": Way.CREATE,
    "CREATE_COMPLETE": Way.UPDATE,
    "UPDATE_COMPLETE": Way.UPDATE,
    "UPDATE_ROLLBACK_COMPLETE": Way.UPDATE,
    "IMPORT_COMPLETE": Way.UPDATE,
    "IMPORT_ROLLBACK_COMPLETE": Way.UPDATE,
    "UPDATE_FAILED": Way.UPDATE,
    "CREATE_FAILED": Way.REMAKE,
    "ROLLBACK_COMPLETE": Way.REMAKE,
    "ROLLBACK_FAILED": Way.REMAKE,
    "DELETE_FAILED": Way.REMAKE,
    "UPDATE_ROLLBACK_FAILED": Way.CONTINUE,
}


def way_from(status: str) -> Way:
    """What to do with a stack of this status; '' for no stack."""
    if not status:
        return Way.CREATE
    if status not in _WAYS and status.endswith("_IN_PROGRESS"):
        return Way.WAIT
    if status not in _WAYS:
        raise click.ClickException(
            f"The stack is in a state this byname does not know ({status}): look at it in the CloudFormation console."
        )
    return _WAYS[status]


# --- why it failed -----------------------------------------------------------------------------------------------

_ECHOES = ("cancelled", "following resource(s) failed", "Rollback requested", "User Initiated")
"""Reasons that only follow from another."""
MENDS = (
    (
        r"already exists",
        "It is left from elsewhere or from an earlier installation: delete or rename it, or choose another --stack.",
    ),
    (
        r"not authorized|AccessDenied|UnauthorizedOperation",
        "These credentials may not do that: use some that may (docs/set-up.md lists what is needed).",
    ),
    (
        r"(?i)reserved ?concurrent|UnreservedConcurrentExecution",
        "This account's limit of concurrent functions leaves no room to reserve any: say --no-reserve-concurrency.",
    ),
    (r"(?i)limit ?exceeded|quota|TooMany", "A limit of this account is reached: raise it (Service Quotas) or tidy up."),
    (r"(?i)no space|NoSuchKey|does not exist.*S3", "The code was not where it should be: run `byname deploy` again."),
)


@dataclass(frozen=True, slots=True)
class Failure:
    """The first thing that went wrong, the cause of all the others."""

    resource: str
    """As the template calls it: `MailBucket`."""
    reason: str

    @property
    def mend(self) -> str:
        return next((mend for pattern, mend in MENDS if re.search(pattern, self.reason)), "")

    def __str__(self) -> str:
        said = f"{self.resource}: {self.reason.rstrip('.')}."
        return f"{said} {self.mend}".rstrip()


def first_failure(events: Sequence[Event]) -> Failure | None:
    """The cause among these events, oldest first. Pure."""
    for event in events:
        reason = event.get("ResourceStatusReason", "")
        failed = event["ResourceStatus"].endswith("_FAILED")
        if failed and reason and not any(echo in reason for echo in _ECHOES):
            return Failure(event["LogicalResourceId"], reason)
    return None


# --- waiting -----------------------------------------------------------------------------------------------------


def status_of(account: Account, stack_id: str) -> str:
    """The status by the stack's id, which answers even when the stack is deleted."""
    with explained("reading the stack's state"):
        status: str = account.client("cloudformation").describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"]
    return status


def events_of(account: Account, stack_id: str) -> list[Event]:
    """Every event there is, oldest first."""
    with explained("reading the stack's events"):
        pages = account.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=stack_id)
        newest_first = [event for page in pages for event in page["StackEvents"]]
    return newest_first[::-1]


@dataclass(frozen=True, slots=True)
class Watch:
    """Follows a stack from now on: made before something is begun, so that only what follows is seen."""

    account: Account
    stack_id: str
    seen: frozenset[str]

    def until_done(self, console: Console, finished: Callable[[str], bool]) -> tuple[str, list[Event]]:
        """The status it ended with and everything that happened, oldest first. Events are shown as they come."""
        told, began = set(self.seen), time.monotonic()
        while True:
            status = status_of(self.account, self.stack_id)
            for event in self._new(told):
                show(event, console)
            if finished(status):
                return status, [event for event in events_of(self.account, self.stack_id) if self._is_new(event)]
            if time.monotonic() - began > GIVE_UP_AFTER:
                raise click.ClickException(
                    "AWS is still at it after an hour: look at it in the CloudFormation console."
                )
            time.sleep(LOOK_EVERY)

    def _new(self, told: set[str]) -> Iterator[Event]:
        for event in events_of(self.account, self.stack_id):
            if event["EventId"] not in told:
                told.add(event["EventId"])
                yield event

    def _is_new(self, event: Event) -> bool:
        return event["EventId"] not in self.seen


def watch(account: Account, stack_id: str) -> Watch:
    return Watch(account, stack_id, frozenset(event["EventId"] for event in events_of(account, stack_id)))


def show(event: Event, console: Console) -> None:
    """A line for each thing that is done, on a terminal."""
    status = event["ResourceStatus"]
    if not sys.stderr.isatty() or status.endswith("_IN_PROGRESS"):
        return
    colour = "red" if status.endswith("FAILED") else "green"
    console.say(f"    {status.lower().replace('_', ' '):24} {event['LogicalResourceId']}", fg=colour, dim=True)


def at_rest(status: str) -> bool:
    return not status.endswith("_IN_PROGRESS") or status == "REVIEW_IN_PROGRESS"


def wait_for_others(account: Account, stack: str, console: Console) -> None:
    """Somebody else, or an earlier run of ours, is changing the stack: waits until that is done."""
    with console.step(f"waiting for what is under way in the stack {stack}") as step:
        status, _ = watch(account, stack).until_done(console, at_rest)
        step.said(status.lower().replace("_", " "))


def finish_the_way_back(account: Account, stack: str, console: Console) -> None:
    """An update failed, and so did going back from it: tries that once more."""
    with console.step(f"finishing the way back of the stack {stack}") as step:
        following = watch(account, stack)
        with explained("finishing the way back of the stack"):
            account.client("cloudformation").continue_update_rollback(StackName=stack)
        status, events = following.until_done(console, at_rest)
        if status != "UPDATE_ROLLBACK_COMPLETE":
            why = first_failure(events) or "CloudFormation does not say why"
            raise click.ClickException(
                f"The stack {stack} cannot find its way back. {why} Mend that, or leave it out in the CloudFormation "
                'console ("Continue update rollback", advanced), then run this again.'
            )
        step.said("done")


def delete(account: Account, stack: str, console: Console) -> None:
    """Deletes the stack and waits. What the template says is retained stays. Raises ClickException with the reason."""
    client = account.client("cloudformation")
    with explained(f"deleting the stack {stack}"):
        stack_id = client.describe_stacks(StackName=stack)["Stacks"][0]["StackId"]
        following = watch(account, stack_id)
        client.delete_stack(StackName=stack)
    status, events = following.until_done(console, lambda now: now in ("DELETE_COMPLETE", "DELETE_FAILED"))
    if status != "DELETE_COMPLETE":
        why = first_failure(events) or "CloudFormation does not say why."
        raise click.ClickException(f"The stack {stack} could not be deleted. {why} Then run this again.")
