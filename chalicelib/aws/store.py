"""The thread table: reads by key, one transaction for a decision, one for what became of its letters.

What is written where: `items.py` (rows) and `writes.py` (conditions). Here is only the talking to DynamoDB, through the
low-level client: the resource interface costs more to import than it saves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from chalicelib.aws.clients import reaching
from chalicelib.aws.codec import instant_of, instant_text
from chalicelib.aws.items import (
    DUE_INDEX,
    UNSENT_INDEX,
    Row,
    from_absence,
    from_customer,
    from_message,
    from_outgoing,
    from_receipt,
    from_sent_id,
    from_thread,
    is_known_letter,
    unwire,
    wire,
    wire_key,
)
from chalicelib.aws.keys import (
    EVENTS_KEY,
    Key,
    copy_key,
    customer_key,
    heard_key,
    letter_key,
    limit_key,
    receipt_key,
    sent_id_key,
    staff_key,
    thread_key,
)
from chalicelib.aws.writes import MAY_BECOME, Write, claim, of_decision, of_evidence, of_outcomes, without_failed
from chalicelib.desk.decision import Decision, Known, LetterState, Outgoing, Question
from chalicelib.desk.model import Message, Receipt, Thread
from chalicelib.errors import Conflict, Unavailable
from chalicelib.ports import Dispatched, NotSent

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

TABLE = "thread table"
_BATCH = 100
"""Keys in one batch read."""
_ROUNDS = 5
"""How often what a batch read left out is asked for again, and a contended transaction tried again."""
_LETTERS_AT_ONCE = 33
"""A letter needs up to three writes, and a transaction takes a hundred."""

Thing = TypeVar("Thing")


class DynamoStore:
    """ports.Store on one DynamoDB table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    # --- gather ---

    def look_up(self, question: Question) -> Known:
        rows = self._rows(_keys_of(question))
        found = {message_id: _thread_found(rows, message_id, question) for message_id in question.message_ids}
        missing = [key for thread_id in found.values() if thread_id and (key := thread_key(thread_id)) not in rows]
        if missing:
            rows |= self._rows(missing)
        return _known(question, rows, found)

    def thread(self, thread_id: str) -> Thread | None:
        row = self._row(thread_key(thread_id))
        return from_thread(row) if row else None

    def receipt(self, key: str) -> Receipt | None:
        row = self._row(receipt_key(key))
        return from_receipt(row) if row else None

    def messages(self, thread_id: str) -> tuple[Message, ...]:
        pk, _ = thread_key(thread_id)
        rows = self._query(
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :messages)",
            ExpressionAttributeValues=wire({":pk": pk, ":messages": "MSG#"}),
        )
        return tuple(from_message(row) for row in rows)

    # --- carry out ---

    def commit(self, decision: Decision, now: datetime, lease: timedelta) -> None:
        if self._transact(of_decision(decision, now, lease)):
            raise Conflict(f"{TABLE}: {decision.receipt.key} was decided meanwhile, or its thread moved on")

    def claim(self, thread_id: str, key: str, now: datetime, lease: timedelta) -> bool:
        taken = self._client.exceptions
        with reaching(TABLE):
            try:
                self._client.update_item(TableName=self._table, **claim(letter_key(thread_id, key), now, lease))
            except (taken.ConditionalCheckFailedException, taken.TransactionConflictException):
                return False  # somebody else has it, or is at it this very moment
        return True

    def mark(self, dispatched: Iterable[Dispatched]) -> None:
        for part in _parts(dispatched, _LETTERS_AT_ONCE):
            attempts = self._attempts(one for one in part if isinstance(one.outcome, NotSent) and one.outcome.again)
            self._write_what_holds(of_outcomes(part, attempts))

    def settle(self, thread_id: str, key: str, state: LetterState, why: str, ses_id: str = "") -> Outgoing | None:
        outgoing = self._outgoing(thread_id, key)
        if outgoing is None or outgoing.state not in MAY_BECOME[state]:
            return outgoing
        self._write_what_holds(of_evidence(outgoing.letter, state, why, ses_id))
        return self._outgoing(thread_id, key)

    def note_events_alive(self, at: datetime) -> None:
        with reaching(TABLE):
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=wire_key(EVENTS_KEY),
                    UpdateExpression="SET #at = :at, #type = :type",
                    ConditionExpression="attribute_not_exists(#at) OR #at < :at",
                    ExpressionAttributeNames={"#at": "at", "#type": "type"},
                    ExpressionAttributeValues=wire({":at": instant_text(at), ":type": "events"}),
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                return  # a later one was seen

    def events_alive_at(self) -> datetime | None:
        row = self._row(EVENTS_KEY)
        return instant_of(str(row["at"])) if row else None

    # --- what waits ---

    def letters(self, thread_id: str, keys: Iterable[str]) -> tuple[Outgoing, ...]:
        wanted = [letter_key(thread_id, key) for key in keys]
        rows = self._rows(wanted)
        return tuple(from_outgoing(rows[key]) for key in dict.fromkeys(wanted) if key in rows)

    def unsent(self, now: datetime, limit: int) -> tuple[Outgoing, ...]:
        rows = self._waiting(UNSENT_INDEX, "try_at", now, limit)
        return tuple(from_outgoing(row) for row in rows if is_known_letter(row))

    def due(self, now: datetime, limit: int) -> tuple[Thread, ...]:
        return tuple(from_thread(row) for row in self._waiting(DUE_INDEX, "due_at", now, limit))

    def _waiting(self, index: str, when: str, now: datetime, limit: int) -> list[Row]:
        """Rows in this index whose time has come, oldest first.

        The index lags a moment behind its table, so the table has the last word.
        """
        keys = self._query(
            IndexName=index,
            KeyConditionExpression=f"{index} = :one AND {when} <= :now",
            ExpressionAttributeValues=wire({":one": "1", ":now": instant_text(now)}),
            Limit=limit,
        )
        rows = self._rows((str(row["pk"]), str(row["sk"])) for row in islice(keys, limit)).values()
        waiting = [row for row in rows if index in row and str(row[when]) <= instant_text(now)]
        return sorted(waiting, key=lambda row: str(row[when]))

    # --- talking to DynamoDB ---

    def _row(self, key: Key) -> Row | None:
        with reaching(TABLE):
            answer = self._client.get_item(TableName=self._table, Key=wire_key(key), ConsistentRead=True)
        return unwire(answer["Item"]) if "Item" in answer else None

    def _rows(self, keys: Iterable[Key]) -> dict[Key, Row]:
        """The rows that exist, strongly consistent: one call for up to a hundred keys."""
        found: dict[Key, Row] = {}
        for part in _parts(dict.fromkeys(keys), _BATCH):
            for item in self._batch(part):
                row = unwire(item)
                found[str(row["pk"]), str(row["sk"])] = row
        return found

    def _batch(self, keys: Sequence[Key]) -> Iterator[dict[str, Any]]:
        wanted: Any = {self._table: {"Keys": [wire_key(key) for key in keys], "ConsistentRead": True}}
        for _ in range(_ROUNDS):
            with reaching(TABLE):
                answer = self._client.batch_get_item(RequestItems=wanted)
            yield from answer["Responses"].get(self._table, [])
            wanted = answer.get("UnprocessedKeys")
            if not wanted:
                return
        raise Unavailable(f"{TABLE}: it keeps leaving keys out of a batch read")

    def _query(self, **arguments: Any) -> Iterator[Row]:
        """Row by row, page after page: the next page is asked for when its first row is wanted."""
        start: dict[str, Any] = {}
        while True:
            with reaching(TABLE):
                page: Any = self._client.query(TableName=self._table, **arguments, **start)
            yield from (unwire(item) for item in page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def _transact(self, writes: Sequence[Write]) -> frozenset[int]:
        """Places of the writes whose condition did not hold; then nothing was written. Raises Conflict, Unavailable."""
        actions: Any = [write.on(self._table) for write in writes]
        with reaching(TABLE):
            try:
                self._client.transact_write_items(TransactItems=actions)
            except self._client.exceptions.TransactionCanceledException as error:
                reasons = error.response.get("CancellationReasons", [])
                return _failed_conditions([str(reason.get("Code")) for reason in reasons])
        return frozenset()

    def _write_what_holds(self, writes: tuple[Write, ...]) -> None:
        """All of these in one transaction, without those that somebody else was first with."""
        while writes:
            failed = self._transact_patiently(writes)
            if not failed:
                return
            writes = without_failed(writes, failed)

    def _transact_patiently(self, writes: Sequence[Write]) -> frozenset[int]:
        for _ in range(_ROUNDS):
            try:
                return self._transact(writes)
            except Conflict:
                continue  # another transaction held one of the rows; ours reads nothing, so it may simply come again
        raise Unavailable(f"{TABLE}: contended")

    def _outgoing(self, thread_id: str, key: str) -> Outgoing | None:
        row = self._row(letter_key(thread_id, key))
        return from_outgoing(row) if row else None

    def _attempts(self, refused: Iterable[Dispatched]) -> dict[str, int]:
        """How often each of these letters was tried: known to the row alone."""
        keys = {letter_key(one.letter.thread_id, one.letter.key): one.letter.key for one in refused}
        return {keys[key]: int(row["attempts"]) for key, row in self._rows(keys).items()}


def _keys_of(question: Question) -> Iterator[Key]:
    yield receipt_key(question.receipt_key)
    if question.fingerprint:
        yield copy_key(question.fingerprint)
    yield from map(thread_key, question.thread_ids)
    for message_id in question.message_ids:
        yield sent_id_key(message_id)
        yield heard_key(message_id, question.sender)
    if question.customer:
        yield customer_key(question.customer)
    yield from (limit_key(what, question.day) for what in question.limits)
    yield from map(staff_key, question.people)


def _thread_found(rows: dict[Key, Row], message_id: str, question: Question) -> str:
    """The thread a message id belongs to: a letter of ours, or this very sender's own mail; empty when neither."""
    row = rows.get(sent_id_key(message_id)) or rows.get(heard_key(message_id, question.sender)) or {}
    return str(row.get("thread_id", ""))


def _known(question: Question, rows: dict[Key, Row], found: dict[str, str]) -> Known:
    receipt, copy = rows.get(receipt_key(question.receipt_key)), rows.get(copy_key(question.fingerprint))
    customer = rows.get(customer_key(question.customer))
    ids = dict.fromkeys((*question.thread_ids, *filter(None, found.values())))
    threads = {thread_id: from_thread(rows[key]) for thread_id in ids if (key := thread_key(thread_id)) in rows}
    people = (rows.get(staff_key(person)) for person in question.people)
    return Known(
        receipt=from_receipt(receipt) if receipt else None,
        copy=from_receipt(copy) if copy else None,
        threads=tuple(threads.values()),
        by_message_id=tuple((message_id, thread) for message_id, thread in found.items() if thread in threads),
        customer=from_customer(customer) if customer else None,
        absences=tuple(from_absence(row) for row in people if row),
        sources=tuple(_sources(rows, question)),
        counts=tuple((what, _count(rows, what, question.day)) for what in question.limits),
    )


def _sources(rows: dict[Key, Row], question: Question) -> Iterator[tuple[str, str]]:
    """Which mail each forward of ours passed on, for those that this one answers."""
    for message_id in question.message_ids:
        row = rows.get(sent_id_key(message_id))
        source = from_sent_id(row).source if row else ""
        if source:
            yield message_id, source


def _count(rows: dict[Key, Row], what: str, day: str) -> int:
    return int(rows.get(limit_key(what, day), {}).get("count", 0))


def _failed_conditions(reasons: Sequence[str]) -> frozenset[int]:
    """Why a transaction was cancelled, place by place. Raises when it was for no condition of ours."""
    if failed := frozenset(place for place, reason in enumerate(reasons) if reason == "ConditionalCheckFailed"):
        return failed
    if "TransactionConflict" in reasons:
        raise Conflict(f"{TABLE}: another transaction was at one of these rows")
    raise Unavailable(f"{TABLE}: cancelled for {', '.join(sorted(set(reasons) - {'None'})) or 'no reason given'}")


def _parts(things: Iterable[Thing], at_most: int) -> Iterator[tuple[Thing, ...]]:
    rest = iter(things)
    while part := tuple(islice(rest, at_most)):
        yield part
