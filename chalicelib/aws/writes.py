"""What a decision, and what became of its letters, mean as writes to the table. Pure: DynamoStore carries them out.

Every write that could lose a race has a condition, and a transaction is all of them or nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal, assert_never

from chalicelib.aws.codec import instant_text
from chalicelib.aws.items import (
    Row,
    SentId,
    size,
    to_absence,
    to_copy_receipt,
    to_customer,
    to_heard,
    to_history,
    to_logged,
    to_message,
    to_outgoing,
    to_receipt,
    to_sent_id,
    to_thread,
    wire,
    wire_key,
)
from chalicelib.aws.keys import Key, letter_key, limit_key, thread_key
from chalicelib.desk.decision import (
    Acknowledgement,
    Away,
    Change,
    Counted,
    Decision,
    Escalation,
    Forward,
    Heard,
    Letter,
    LetterState,
    Logged,
    Nudge,
    Opened,
    Outgoing,
    Recorded,
    Remembered,
    Updated,
)
from chalicelib.desk.model import Customer, Kind, Thread, ThreadSummary
from chalicelib.errors import Fault, Refused
from chalicelib.ports import Dispatched, NotSent, Sent, Unknown

EVIDENCE_WAIT = timedelta(minutes=15)
"""After a lease ran out without an answer: how long SES's Send event may take before its absence means something."""
COUNTER_KEPT = timedelta(days=3)
MAX_WRITES = 100
"""DynamoDB's limit for one transaction."""
MAX_ROW_BYTES = 390_000
"""DynamoDB's limit is 400 KB an item, index keys and overhead included."""

MAY_BECOME: Mapping[LetterState, tuple[LetterState, ...]] = {
    LetterState.SENT: (LetterState.NEW, LetterState.SENDING, LetterState.HELD),
    LetterState.FAILED: (LetterState.NEW, LetterState.SENDING, LetterState.HELD, LetterState.SENT),
    LetterState.HELD: (LetterState.SENDING,),
    LetterState.NEW: (LetterState.SENDING,),
}
"""From which states a letter may come to this one. FAILED is last: a bounce may overtake the news that it was sent."""


@dataclass(frozen=True, slots=True)
class Write:
    """One action of a transaction, without its table."""

    verb: Literal["Put", "Update"]
    arguments: Mapping[str, Any]
    letter: str = ""
    """The letter whose move it hangs on: when somebody else moved that, this is not to be written either."""
    moves_letter: bool = False

    def on(self, table: str) -> dict[str, Any]:
        return {self.verb: {"TableName": table, **self.arguments}}


# --- a decision --------------------------------------------------------------------------------------------------


def of_decision(decision: Decision, now: datetime, lease: timedelta) -> tuple[Write, ...]:
    """Everything a decision says. Raises Refused when DynamoDB could not hold it in one transaction."""
    receipt = decision.receipt
    writes = [_put_new(to_receipt(receipt))]
    if decision.copy_of:
        writes.append(_put_new(to_copy_receipt(decision.copy_of, receipt)))
    for change in dict.fromkeys(decision.changes):  # DynamoDB refuses the same row twice
        writes.extend(_of_change(change))
    counted = Counter(change for change in decision.changes if isinstance(change, Counted))
    writes.extend(_add(one.what, one.day, times, now) for one, times in counted.items())
    writes.extend(_put_new(to_outgoing(leased(letter, now, lease))) for letter in decision.letters)
    if len(writes) > MAX_WRITES:
        raise Refused(Fault("decision", f"It needs {len(writes)} writes; one transaction takes {MAX_WRITES}."))
    return tuple(writes)


def leased(letter: Letter, now: datetime, lease: timedelta) -> Outgoing:
    """A letter as it is first written: already in the hands of whoever commits it."""
    end = now + lease
    return Outgoing(letter, LetterState.SENDING, attempts=1, lease_until=end, try_at=end + EVIDENCE_WAIT)


def _of_change(change: Change) -> Iterator[Write]:
    match change:
        case Opened(thread):
            yield _put_new(to_thread(replace(thread, version=1)))
            if thread.kind is Kind.CUSTOMER and thread.customer:
                yield _put(to_history(thread.customer, summary_of(thread)))
        case Updated(thread):
            yield _put_next(to_thread(replace(thread, version=thread.version + 1)), thread.version)
        case Remembered(customer):
            yield _remember(customer)
        case Recorded(thread_id, message):
            yield _put(to_message(thread_id, message))
        case Logged():
            yield _put(to_logged(change))
        case Heard():
            yield _put(to_heard(change))
        case Away(absence):
            yield _put(to_absence(absence))
        case Counted():
            return  # counted together: two of a kind are one row
        case _:
            assert_never(change)


def summary_of(thread: Thread) -> ThreadSummary:
    """The line a thread leaves in its customer's history."""
    return ThreadSummary(thread.id, thread.subject, thread.opened_at, thread.owner, thread.category, thread.unhappy)


def _remember(customer: Customer) -> Write:
    row = to_customer(replace(customer, version=customer.version + 1))
    return _put_next(row, customer.version) if customer.version else _put_new(row)


# --- what became of letters --------------------------------------------------------------------------------------


def of_outcomes(dispatched: Iterable[Dispatched], attempts: Mapping[str, int]) -> tuple[Write, ...]:
    """What SES answered, as writes; `attempts` says how often each letter to be tried again was tried so far."""
    told: dict[str, Write] = {}
    writes: list[Write] = []
    for one in sorted(dispatched, key=_promise_number):  # of two for one thread the later promise is the one told
        writes.extend(_of_outcome(one, attempts))
        if isinstance(one.outcome, Sent) and isinstance(one.letter, Acknowledgement):
            told[one.letter.thread_id] = tell(one.letter)
    return (*writes, *told.values())


def _of_outcome(one: Dispatched, attempts: Mapping[str, int]) -> Iterator[Write]:
    match one.outcome:
        case Sent(ses_id):
            yield from sent(one.letter, ses_id)
        case NotSent(_, again=True):
            yield move(one.letter, LetterState.NEW, try_at=one.at + backoff(attempts.get(one.letter.key, 1)))
        case NotSent(why):
            yield move(one.letter, LetterState.FAILED, why=why)
        case Unknown():
            return  # stays SENDING: its lease and try_at already say when somebody decides
        case _:
            assert_never(one.outcome)


def backoff(attempts: int) -> timedelta:
    """1, 2, 4 … 60 minutes after the first, second, third … attempt."""
    return timedelta(minutes=min(60, 2 ** max(0, min(attempts, 7) - 1)))


def of_evidence(letter: Letter, state: LetterState, why: str, ses_id: str) -> tuple[Write, ...]:
    """The final word on a letter from SES's events, the sweep or a person."""
    if state is not LetterState.SENT:
        return (move(letter, state, why=why),)
    told = (tell(letter),) if isinstance(letter, Acknowledgement) else ()
    return (*sent(letter, ses_id), *told)


def sent(letter: Letter, ses_id: str) -> Iterator[Write]:
    """It left: SENT, and whoever answers SES's id finds the thread."""
    yield move(letter, LetterState.SENT, ses_id=ses_id)
    if letter.thread_id and ses_id:
        source = letter.source if isinstance(letter, Forward | Nudge | Escalation) else ""
        yield _put(to_sent_id(SentId(ses_id, letter.thread_id, source)))


def tell(letter: Acknowledgement) -> Write:
    """The customer knows of this promise. The thread's version moves with it, so a racing decider looks again."""
    return Write(
        "Update",
        {
            "Key": wire_key(thread_key(letter.thread_id)),
            "UpdateExpression": "SET told = :number ADD version :one",
            "ConditionExpression": "attribute_exists(pk) AND (attribute_not_exists(told) OR told < :number)",
            "ExpressionAttributeValues": wire({":number": letter.promise_number, ":one": 1}),
        },
        letter=letter.key,
    )


def move(letter: Letter, state: LetterState, why: str = "", ses_id: str = "", try_at: datetime | None = None) -> Write:
    """A letter comes to a new state, if it is in one it may come from. A final one leaves the unsent index."""
    values = {"state": state.value, "why": why}
    if ses_id:
        values["ses_id"] = ses_id
    if try_at is not None:
        values["try_at"] = instant_text(try_at)
    gone = ["lease_until"] if state is LetterState.NEW else ["lease_until", "try_at", "unsent"]
    came_from = {f":from{place}": origin.value for place, origin in enumerate(MAY_BECOME[state])}
    return Write(
        "Update",
        {
            "Key": wire_key(letter_key(letter.thread_id, letter.key)),
            "UpdateExpression": f"SET {', '.join(f'#{name} = :{name}' for name in values)} REMOVE {', '.join(gone)}",
            "ConditionExpression": f"#state IN ({', '.join(came_from)})",
            "ExpressionAttributeNames": {f"#{name}": name for name in values},
            "ExpressionAttributeValues": wire({f":{name}": value for name, value in values.items()} | came_from),
        },
        letter=letter.key,
        moves_letter=True,
    )


def without_failed(writes: tuple[Write, ...], failed: frozenset[int]) -> tuple[Write, ...]:
    """What is left to write when some conditions did not hold: nothing that hangs on a letter somebody else moved."""
    moved_by_others = {writes[place].letter for place in failed if writes[place].moves_letter}
    return tuple(w for place, w in enumerate(writes) if place not in failed and w.letter not in moved_by_others)


def _promise_number(one: Dispatched) -> int:
    return one.letter.promise_number if isinstance(one.letter, Acknowledgement) else 0


# --- single writes -----------------------------------------------------------------------------------------------


def claim(key: Key, now: datetime, lease: timedelta) -> dict[str, Any]:
    """Arguments of the update that leases a letter whose time has come: NEW, or SENDING and nobody at it any more.

    A leased letter's `try_at` lies beyond its lease, so the one comparison tells both.
    """
    end = now + lease
    return {
        "Key": wire_key(key),
        "UpdateExpression": "SET #state = :sending, lease_until = :end, try_at = :decide ADD attempts :one",
        "ConditionExpression": "#state IN (:new, :sending) AND try_at <= :now",
        "ExpressionAttributeNames": {"#state": "state"},
        "ExpressionAttributeValues": wire(
            {
                ":new": LetterState.NEW.value,
                ":sending": LetterState.SENDING.value,
                ":now": instant_text(now),
                ":end": instant_text(end),
                ":decide": instant_text(end + EVIDENCE_WAIT),
                ":one": 1,
            }
        ),
    }


def _put(row: Row) -> Write:
    if (bytes_needed := size(row)) > MAX_ROW_BYTES:
        raise Refused(Fault(str(row["sk"]), f"It is {bytes_needed} bytes; the table takes {MAX_ROW_BYTES}."))
    return Write("Put", {"Item": wire(row)})


def _put_new(row: Row) -> Write:
    """Only where nothing is yet."""
    return _guarded(_put(row), {"ConditionExpression": "attribute_not_exists(pk)"})


def _put_next(row: Row, read: int) -> Write:
    """Only over the version that was read."""
    values = wire({":read": read})
    return _guarded(_put(row), {"ConditionExpression": "version = :read", "ExpressionAttributeValues": values})


def _guarded(write: Write, condition: Mapping[str, Any]) -> Write:
    return replace(write, arguments={**write.arguments, **condition})


def _add(what: str, window: str, times: int, now: datetime) -> Write:
    gone_after = int((now + COUNTER_KEPT).timestamp())
    return Write(
        "Update",
        {
            "Key": wire_key(limit_key(what, window)),
            "UpdateExpression": "SET #ttl = :ttl, #type = :type ADD #count :times",
            "ExpressionAttributeNames": {"#ttl": "ttl", "#type": "type", "#count": "count"},
            "ExpressionAttributeValues": wire({":ttl": gone_after, ":type": "limit", ":times": times}),
        },
    )
