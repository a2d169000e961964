"""The rows of the one table, and the values they hold: `to_…` and `from_…` side by side, tested as inverses.

What the machinery touches by itself is an attribute of the row: keys, version, state, lease_until, try_at, attempts,
ses_id, told, ttl, and what the two indexes need. The rest of a value is one JSON text, `body`: cheap to write and
read, and readable in the console.

    value            pk                  sk                 more attributes
    Thread           THREAD#id           THREAD             version, told, due + due_at while a promise waits
    Message          THREAD#id           MSG#time#n
    Logged           THREAD#id           LOG#time#n
    Outgoing         THREAD#id           LETTER#key         kind, state, attempts, …, unsent + try_at while not final
    Receipt          DELIVERY#key        RECEIPT            also under DELIVERY#copy-<fingerprint>
    SentId, Heard    MAILID#hash         MAILID             thread_id
    Customer         CUSTOMER#address    CUSTOMER           version
    ThreadSummary    CUSTOMER#address    THREAD#time#id
    Absence          STAFF#key           STAFF
    a counter        LIMIT#what#window   LIMIT              count, ttl
    events seen at   EVENTS              EVENTS             at
    a self test      SELFTEST            nonce              ttl; `byname selftest` writes it and takes it away
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.aws.codec import from_json, instant_of, instant_text, to_json
from chalicelib.aws.keys import (
    Key,
    copy_key,
    customer_key,
    heard_key,
    letter_key,
    receipt_key,
    sent_id_key,
    staff_key,
    thread_key,
)
from chalicelib.desk.decision import Heard, Letter, LetterState, Logged, Outgoing, type_of_letter
from chalicelib.desk.model import (
    Absence,
    Customer,
    Message,
    Promise,
    PromiseState,
    Receipt,
    Thread,
    ThreadStatus,
    ThreadSummary,
    digest_base32,
)

Attribute = str | int | bytes
Row = dict[str, Attribute]

DUE_INDEX = "due"
UNSENT_INDEX = "unsent"
_SHARD = "1"
"""The one partition of each index: enough for 1,000 writes a second."""
_PACK_OVER = 100_000
"""Bytes of body beyond which it is compressed: DynamoDB takes 400 KB an item."""


@dataclass(frozen=True, slots=True)
class SentId:
    """SES's id of a letter of ours, and its thread: what a customer's In-Reply-To will name."""

    ses_id: str
    thread_id: str
    source: str = ""
    """Delivery key of the customer's newest mail when it was written, so that an answer to it says what it answers."""


# --- threads -----------------------------------------------------------------------------------------------------


def to_thread(thread: Thread) -> Row:
    promise = thread.promise
    row = _row(thread_key(thread.id), "thread", thread, without=frozenset({"version"}))
    row |= {"version": thread.version, "told": promise.number if promise and promise.told else 0}
    if (due_at := next_moment(thread)) is not None:
        row |= {"due": _SHARD, "due_at": instant_text(due_at)}
    return row


def from_thread(row: Row) -> Thread:
    thread = from_json(Thread, _body(row), version=row["version"])
    return thread if thread.promise is None else _with_told(thread, thread.promise, int(row.get("told", 0)))


def next_moment(thread: Thread) -> datetime | None:
    """When somebody must look at this thread: its nudge or its promise, while it is our turn and the promise waits."""
    promise = thread.promise
    if thread.status is not ThreadStatus.OURS or promise is None or promise.state is not PromiseState.WAITING:
        return None
    return promise.due if promise.nudge_at is None else min(promise.nudge_at, promise.due)


def _with_told(thread: Thread, promise: Promise, told: int) -> Thread:
    return replace(thread, promise=replace(promise, told=told >= promise.number))


def to_message(thread_id: str, message: Message) -> Row:
    sk = f"MSG#{instant_text(message.at)}#{digest_base32(message.key, 8)}"
    return _row((f"THREAD#{thread_id}", sk), "message", message)


def from_message(row: Row) -> Message:
    return from_json(Message, _body(row))


def to_logged(logged: Logged) -> Row:
    sk = f"LOG#{instant_text(logged.at)}#{digest_base32(logged.what, 8)}"
    return _row((f"THREAD#{logged.thread_id}", sk), "log", logged)


def from_logged(row: Row) -> Logged:
    return from_json(Logged, _body(row))


# --- letters -----------------------------------------------------------------------------------------------------


def to_outgoing(outgoing: Outgoing) -> Row:
    letter = outgoing.letter
    row = _row(letter_key(letter.thread_id, letter.key), "letter", letter)
    row |= {"kind": letter.kind, "state": outgoing.state.value, "attempts": outgoing.attempts}
    row |= {"ses_id": outgoing.ses_id, "why": outgoing.why}
    if outgoing.lease_until is not None:
        row["lease_until"] = instant_text(outgoing.lease_until)
    if outgoing.try_at is not None:
        row["try_at"] = instant_text(outgoing.try_at)
    if outgoing.state in (LetterState.NEW, LetterState.SENDING):
        row["unsent"] = _SHARD
    return row


def from_outgoing(row: Row) -> Outgoing:
    kind: type[Letter] = type_of_letter[str(row["kind"])]
    return Outgoing(
        letter=from_json(kind, _body(row)),
        state=LetterState(str(row["state"])),
        attempts=int(row["attempts"]),
        lease_until=_instant(row, "lease_until"),
        try_at=_instant(row, "try_at"),
        ses_id=str(row["ses_id"]),
        why=str(row["why"]),
    )


def is_known_letter(row: Row) -> bool:
    """False for a letter that newer code wrote (a kind or a topic of its own): after a roll-back it is left alone."""
    if row.get("kind") not in type_of_letter:
        return False
    try:
        from_outgoing(row)
    except (ValueError, KeyError, TypeError):
        return False
    return True


def _instant(row: Row, name: str) -> datetime | None:
    return instant_of(str(row[name])) if name in row else None


# --- receipts and message ids ------------------------------------------------------------------------------------


def to_receipt(receipt: Receipt) -> Row:
    return _row(receipt_key(receipt.key), "receipt", receipt)


def to_copy_receipt(fingerprint: str, receipt: Receipt) -> Row:
    """The same receipt under the mail's fingerprint, for a second copy with another delivery key."""
    return _row(copy_key(fingerprint), "receipt", receipt)


def from_receipt(row: Row) -> Receipt:
    return from_json(Receipt, _body(row))


def to_sent_id(sent: SentId) -> Row:
    return {**_row(sent_id_key(sent.ses_id), "mailid", sent), "thread_id": sent.thread_id}


def from_sent_id(row: Row) -> SentId:
    return from_json(SentId, _body(row))


def to_heard(heard: Heard) -> Row:
    return {**_row(heard_key(heard.message_id, heard.sender), "mailid", heard), "thread_id": heard.thread_id}


def from_heard(row: Row) -> Heard:
    return from_json(Heard, _body(row))


# --- people and counters -----------------------------------------------------------------------------------------


def to_customer(customer: Customer) -> Row:
    row = _row(customer_key(customer.address), "customer", customer, without=frozenset({"version"}))
    return {**row, "version": customer.version}


def from_customer(row: Row) -> Customer:
    return from_json(Customer, _body(row), version=row["version"])


def to_history(address: str, summary: ThreadSummary) -> Row:
    """One line of a customer's whole history, by the time the thread was opened."""
    pk, _ = customer_key(address)
    return _row((pk, f"THREAD#{instant_text(summary.opened_at)}#{summary.id}"), "history", summary)


def from_history(row: Row) -> ThreadSummary:
    return from_json(ThreadSummary, _body(row))


def to_absence(absence: Absence) -> Row:
    return _row(staff_key(absence.person), "absence", absence)


def from_absence(row: Row) -> Absence:
    return from_json(Absence, _body(row))


# --- rows and what DynamoDB calls them ---------------------------------------------------------------------------


def wire(row: Mapping[str, Attribute]) -> dict[str, Any]:
    """A row in DynamoDB's own notation, `{"version": {"N": "3"}}`."""
    return {name: _wire_value(value) for name, value in row.items()}


def unwire(item: Mapping[str, Any]) -> Row:
    """The row that DynamoDB's notation means."""
    return {name: _plain_value(value) for name, value in item.items()}


def wire_key(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}


def size(row: Row) -> int:
    """Bytes of the row as DynamoDB counts them, near enough to guard the limit."""
    return sum(len(name) + len(_bytes(value)) for name, value in row.items())


def _bytes(value: Attribute) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _wire_value(value: Attribute) -> dict[str, Any]:
    if isinstance(value, str):
        return {"S": value}
    return {"B": value} if isinstance(value, bytes) else {"N": str(value)}


def _plain_value(value: Mapping[str, Any]) -> Attribute:
    if "N" in value:
        return int(value["N"])
    return str(value["S"]) if "S" in value else bytes(value["B"])


def _row(key: Key, kind: str, value: object, without: frozenset[str] = frozenset()) -> Row:
    body = to_json(value, without)
    row: Row = {"pk": key[0], "sk": key[1], "type": kind}
    if len(body.encode()) <= _PACK_OVER:
        return {**row, "body": body}
    return {**row, "packed": zlib.compress(body.encode())}


def _body(row: Row) -> str:
    packed = row.get("packed")
    return zlib.decompress(packed).decode() if isinstance(packed, bytes) else str(row["body"])
