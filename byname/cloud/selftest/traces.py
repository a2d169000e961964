"""Every row and object that a self test caused, and their end.

Receipts are permanent by design, so that no delivery is ever answered twice; those of a self test go all the same,
together with the mails they speak of: nothing is left that could be delivered again. The rows by which the others are
found go last, so that a deletion that is interrupted can be taken up again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from byname.cloud.selftest.desk_rows import DeskRows, Matter
from byname.cloud.selftest.run import Run
from chalicelib.aws.items import from_customer, from_history, wire_key
from chalicelib.aws.keys import (
    Key,
    copy_key,
    customer_key,
    heard_key,
    limit_key,
    receipt_key,
    sent_id_key,
    thread_key,
)
from chalicelib.aws.store import DynamoStore
from chalicelib.desk import promises
from chalicelib.desk.decision import Decision, Logged, Outgoing, Updated
from chalicelib.desk.delivery_report import refusal_key
from chalicelib.desk.limits import caps
from chalicelib.desk.model import (
    Channel,
    Delivery,
    Kind,
    Message,
    Receipt,
    Thread,
    ThreadStatus,
    Trust,
    files_folder,
)
from chalicelib.desk.sending_events import Event
from chalicelib.mail.parse import parse


class Traces:
    """What hangs on a test's customers."""

    def __init__(self, dynamodb: Any, s3: Any, table: str, bucket: str) -> None:
        self._dynamodb, self._s3, self._table, self._bucket = dynamodb, s3, table, bucket
        self._rows = DeskRows(dynamodb, table)

    def threads(self, run: Run) -> tuple[str, ...]:
        """The ids of every thread of the test's customers."""
        found: dict[str, None] = {}
        for customer in run.customers:
            for row in self._rows.partition(customer_key(customer)[0]):
                if str(row["sk"]).startswith("THREAD#"):
                    found[from_history(row).id] = None
                else:
                    found |= dict.fromkeys(summary.id for summary in from_customer(row).threads)
        for message_id in run.awaited:  # what opened a thread that is no customer's
            found[self._rows.thread_of_mail(message_id, run.customer)] = None
        return tuple(filter(None, found))

    def outstanding(self, run: Run) -> tuple[str, ...]:
        """Message-IDs of what it sent and byname has not handled: in some queue, perhaps, and may still turn up."""
        return tuple(one for one in run.awaited if not self._rows.thread_of_mail(one, run.customer))

    def letters(self, run: Run) -> tuple[Outgoing, ...]:
        """Every letter of the test's threads, with where it is on its way."""
        matters = (self._rows.matter(thread) for thread in self.threads(run))
        return tuple(one for matter in matters if matter for one in matter.letters)

    def remove(self, run: Run, today: date) -> int:
        """Deletes everything; how many threads there were. `today`: in UTC."""
        matters = [matter for thread in self.threads(run) if (matter := self._rows.matter(thread))]
        for matter in matters:
            copies = [key for message in matter.messages for key in self._copies_of(message)]
            self._delete((*_rows_around(matter, run), *copies))
            self._delete_objects(key for message in matter.messages for key in self._objects_of(message))
            self._delete(self._partition(thread_key(matter.thread.id)))
        for customer in run.customers:
            self._delete((*_counters(customer, run, today), *self._partition(customer_key(customer))))
        self._delete_objects(self._in_folder(run.folder))
        return len(matters)

    def close(self, run: Run, at: datetime) -> None:
        """Leaves everything to be looked at, but lets no promise lapse: the threads are closed."""
        store = DynamoStore(self._dynamodb, self._table)
        for thread_id in self.threads(run):
            thread = store.thread(thread_id)
            if thread is not None and thread.status is not ThreadStatus.CLOSED:
                store.commit(_closing(thread, run, at), at, timedelta(0))

    # --- rows ---

    def _partition(self, key: Key) -> Iterator[Key]:
        return ((str(row["pk"]), str(row["sk"])) for row in list(self._rows.partition(key[0])))

    def _copies_of(self, message: Message) -> Iterator[Key]:
        """The receipt under the mail's fingerprint, which only the mail itself tells."""
        raw = self._read(message.key) if message.key.startswith("inbound/") else b""
        if raw:
            inbound = parse(raw, Delivery(message.key, Channel.MAIL, message.at))
            if inbound.fingerprint:
                yield copy_key(inbound.fingerprint)

    def _delete(self, keys: Iterable[Key]) -> None:
        for key in dict.fromkeys(keys):
            self._dynamodb.delete_item(TableName=self._table, Key=wire_key(key))

    # --- objects ---

    def _objects_of(self, message: Message) -> Iterator[str]:
        if message.key.startswith(("inbound/", "form/")):
            yield message.key
        yield from self._in_folder(f"{files_folder(message.key)}/")

    def _in_folder(self, folder: str) -> Iterator[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=folder)
        return (one["Key"] for page in pages for one in page.get("Contents", ()))

    def _read(self, key: str) -> bytes:
        try:
            content: bytes = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._s3.exceptions.NoSuchKey:
            return b""
        return content

    def _delete_objects(self, keys: Iterable[str]) -> None:
        for key in dict.fromkeys(keys):
            self._s3.delete_object(Bucket=self._bucket, Key=key)


def _closing(thread: Thread, run: Run, at: datetime) -> Decision:
    because = "the self test is over"
    closed = replace(thread, status=ThreadStatus.CLOSED, promise=promises.kept(thread.promise, at))
    receipt = Receipt(_closing_key(thread, run), at, Kind.CUSTOMER, because, thread.id)
    return Decision(receipt, (Updated(closed), Logged(thread.id, at, because)))


def _closing_key(thread: Thread, run: Run) -> str:
    return f"{run.folder}closed/{thread.id}"


def _rows_around(matter: Matter, run: Run) -> Iterator[Key]:
    """Rows elsewhere that speak of this thread's mails and letters."""
    yield receipt_key(_closing_key(matter.thread, run))
    for message in matter.messages:
        yield receipt_key(message.key)
        if message.message_id:
            yield from (heard_key(message.message_id, author) for author in (message.author, *run.customers))
    for outgoing in matter.letters:
        yield receipt_key(refusal_key(outgoing.letter))
        if outgoing.ses_id:
            yield sent_id_key(outgoing.ses_id)
            yield from (receipt_key(f"event/{outgoing.ses_id}/{event}") for event in Event)


def _counters(customer: str, run: Run, today: date) -> Iterator[Key]:
    """The counters of automatic letters to this address, and to its domain, on the days of the test."""
    days = range((today - run.began.date()).days + 1)
    for day in (run.began.date() + timedelta(days=passed) for passed in days):
        for trust in (Trust.VERIFIED, Trust.UNVERIFIED):
            yield from (limit_key(cap.what, day.isoformat()) for cap in caps(customer, trust))
