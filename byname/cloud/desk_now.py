"""What the table says right now: threads, absences, letters that do not leave, mail of the last days. Read only.

A missed promise stands in no index, so the table is read once from end to end: a tenth of a cent for ten thousand
messages. Nothing of what customers wrote is kept here but what a Thread itself holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from byname.cloud.account import Account
from chalicelib.aws.codec import instant_of, instant_text
from chalicelib.aws.items import UNSENT_INDEX, Row, from_absence, from_message, from_thread, unwire, wire, wire_key
from chalicelib.aws.keys import EVENTS_KEY
from chalicelib.desk.decision import LetterState
from chalicelib.desk.model import Absence, Party, Thread, ThreadStatus

_WANTED = (
    "sk = :thread OR #type = :absence OR (#type = :letter AND #state = :held) OR (#type = :message AND sk >= :since)"
)
_KEPT = "pk, sk, #type, #state, body, packed, version, told"


@dataclass(frozen=True, slots=True)
class DeskNow:
    """One look at the desk."""

    threads: tuple[Thread, ...]
    absences: tuple[Absence, ...]
    held_letters: int
    """Not known whether they left: a person decides."""
    mails: tuple[datetime, ...]
    """When customers' mails and form posts came, since the time asked for, oldest first."""
    unreadable: int = 0
    """Rows that a newer byname wrote."""

    @property
    def ours(self) -> tuple[Thread, ...]:
        """Threads in which it is our turn, the most pressing first."""
        waiting = [thread for thread in self.threads if thread.status is ThreadStatus.OURS]
        return tuple(sorted(waiting, key=lambda thread: (due_of(thread) is None, due_of(thread) or thread.opened_at)))

    @property
    def last_mail_at(self) -> datetime | None:
        """When a customer last wrote, be it long ago."""
        wrote = (thread.last_wrote_at or thread.opened_at for thread in self.threads)
        return max((*wrote, *self.mails[-1:]), default=None)


@dataclass(frozen=True, slots=True)
class Unsent:
    """Letters committed and not known to be sent."""

    count: int
    oldest_since: datetime | None
    """When the next try of the oldest was due."""


def due_of(thread: Thread) -> datetime | None:
    """By when an answer was promised; None when nothing was."""
    return thread.promise.due if thread.promise else None


def is_overdue(thread: Thread, now: datetime) -> bool:
    due = due_of(thread)
    return thread.status is ThreadStatus.OURS and due is not None and due < now


def read_desk(account: Account, table: str, since: datetime) -> DeskNow:
    """Reads the whole table. `since`: from when on mails are counted."""
    threads: list[Thread] = []
    absences: list[Absence] = []
    mails: list[datetime] = []
    held = unreadable = 0
    for row in _rows(account, table, since):
        try:
            match row["type"]:
                case "thread":
                    threads.append(from_thread(row))
                case "absence":
                    absences.append(from_absence(row))
                case "letter":
                    held += 1
                case _:
                    message = from_message(row)
                    mails += [message.at] if message.party is Party.CUSTOMER else []
        except (ValueError, KeyError, TypeError):
            unreadable += 1
    return DeskNow(tuple(threads), tuple(absences), held, tuple(sorted(mails)), unreadable)


def read_unsent(account: Account, table: str) -> Unsent:
    """From the index of letters that are not final."""
    rows = [
        unwire(item)
        for page in _pages(
            account,
            "query",
            TableName=table,
            IndexName=UNSENT_INDEX,
            KeyConditionExpression=f"{UNSENT_INDEX} = :one",
            ExpressionAttributeValues=wire({":one": "1"}),
        )
        for item in page["Items"]
    ]
    return Unsent(len(rows), min((instant_of(str(row["try_at"])) for row in rows), default=None))


def events_alive_at(account: Account, table: str) -> datetime | None:
    """When SES last told what became of a letter; None when it never has."""
    answer = account.client("dynamodb").get_item(TableName=table, Key=wire_key(EVENTS_KEY))
    return instant_of(str(unwire(answer["Item"])["at"])) if "Item" in answer else None


def _rows(account: Account, table: str, since: datetime) -> Iterator[Row]:
    values = {
        ":thread": "THREAD",
        ":absence": "absence",
        ":letter": "letter",
        ":message": "message",
        ":held": LetterState.HELD.value,
        ":since": f"MSG#{instant_text(since)}",
    }
    pages = _pages(
        account,
        "scan",
        TableName=table,
        FilterExpression=_WANTED,
        ProjectionExpression=_KEPT,
        ExpressionAttributeNames={"#type": "type", "#state": "state"},
        ExpressionAttributeValues=wire(values),
    )
    return (unwire(item) for page in pages for item in page["Items"])


def _pages(account: Account, operation: str, **arguments: Any) -> Iterator[Mapping[str, Any]]:
    pages: Iterator[Mapping[str, Any]] = iter(account.client("dynamodb").get_paginator(operation).paginate(**arguments))
    return pages
