"""The ports as honest classes in memory. They pass the same contract tests as the real ones, and forget everything.

FakeStore, FakeSender, FakeFiles, FakeQueue, StoppedClock.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import RLock

from chalicelib.desk.decision import (
    Acknowledgement,
    Away,
    Change,
    Counted,
    Decision,
    Escalation,
    Forward,
    Heard,
    Known,
    Letter,
    LetterState,
    Logged,
    Nudge,
    Opened,
    Outgoing,
    Question,
    Recorded,
    Remembered,
    Updated,
)
from chalicelib.desk.model import (
    Absence,
    Customer,
    Kind,
    Message,
    PromiseState,
    Receipt,
    Thread,
    ThreadStatus,
    ThreadSummary,
)
from chalicelib.errors import Conflict, Unavailable
from chalicelib.ports import Dispatched, NotSent, Outcome, Sent, Unknown
from tests.builders import MONDAY

EVIDENCE_WAIT = timedelta(minutes=15)

NOT_FINAL = (LetterState.NEW, LetterState.SENDING)
MAY_LEAVE_FOR = {
    LetterState.NEW: (LetterState.SENT, LetterState.FAILED),
    LetterState.SENDING: (LetterState.SENT, LetterState.FAILED, LetterState.HELD, LetterState.NEW),
    LetterState.HELD: (LetterState.SENT, LetterState.FAILED),
    LetterState.SENT: (LetterState.FAILED,),
    LetterState.FAILED: (),
}


def _nothing(*_: object) -> None:
    """What a hook does until a test sets it."""


class FakeStore:
    """ports.Store in memory: versions, receipts, leases, backoff. Set `down` to have it not answer.

    What a test wants to happen in between is a hook: `before_commit` (it may raise), `after_mark`.
    """

    def __init__(self) -> None:
        self.down = False
        self.before_commit: Callable[[Decision, datetime, timedelta], None] = _nothing
        self.after_mark: Callable[[], None] = _nothing
        self.receipts: dict[str, Receipt] = {}
        self.copies: dict[str, Receipt] = {}
        self.threads: dict[str, Thread] = {}
        self.told: dict[str, int] = {}
        """The last promise of a thread that its customer was told."""
        self.recorded: dict[str, list[Message]] = defaultdict(list)
        self.logged: list[Logged] = []
        self.customers: dict[str, Customer] = {}
        self.history: dict[str, list[ThreadSummary]] = defaultdict(list)
        self.heard: dict[tuple[str, str], str] = {}
        self.sent_ids: dict[str, str] = {}
        self.sources: dict[str, str] = {}
        """What each forward passed on, by its SES id."""
        self.absences: dict[str, Absence] = {}
        self.counted: Counter[tuple[str, str]] = Counter()
        self.outbox: dict[tuple[str, str], Outgoing] = {}
        self._alive: datetime | None = None
        self._lock = RLock()

    # --- gather ---

    def look_up(self, question: Question) -> Known:
        self._answer()
        found = {mid: self._found(mid, question.sender) for mid in question.message_ids}
        ids = dict.fromkeys((*question.thread_ids, *found.values()))
        threads = tuple(thread for thread_id in ids if (thread := self.thread(thread_id)))
        known = {thread.id for thread in threads}
        return Known(
            receipt=self.receipts.get(question.receipt_key),
            copy=self.copies.get(question.fingerprint),
            threads=threads,
            by_message_id=tuple((mid, thread_id) for mid, thread_id in found.items() if thread_id in known),
            customer=self.customers.get(question.customer),
            absences=tuple(self.absences[person] for person in question.people if person in self.absences),
            sources=tuple((mid, source) for mid in question.message_ids if (source := self.sources.get(_bare(mid)))),
            counts=tuple((what, self.counted[what, question.day]) for what in question.limits),
        )

    def thread(self, thread_id: str) -> Thread | None:
        self._answer()
        thread = self.threads.get(thread_id)
        if thread is None or thread.promise is None:
            return thread
        return replace(thread, promise=replace(thread.promise, told=self.told[thread_id] >= thread.promise.number))

    def receipt(self, key: str) -> Receipt | None:
        self._answer()
        return self.receipts.get(key)

    def messages(self, thread_id: str) -> tuple[Message, ...]:
        self._answer()
        return tuple(sorted(self.recorded[thread_id], key=lambda message: message.at))

    # --- carry out ---

    def commit(self, decision: Decision, now: datetime, lease: timedelta) -> None:
        self.before_commit(decision, now, lease)
        self._answer()
        _demand_one_write_a_row(decision)
        with self._lock:
            self._demand_nobody_was_first(decision)
            self.receipts[decision.receipt.key] = decision.receipt
            if decision.copy_of:
                self.copies[decision.copy_of] = decision.receipt
            for change in decision.changes:
                self._apply(change)
            for letter in decision.letters:
                end = now + lease
                row = Outgoing(letter, LetterState.SENDING, attempts=1, lease_until=end, try_at=end + EVIDENCE_WAIT)
                self.outbox[letter.thread_id, letter.key] = row

    def letters(self, thread_id: str, keys: Iterable[str]) -> tuple[Outgoing, ...]:
        self._answer()
        return tuple(self.outbox[thread_id, key] for key in dict.fromkeys(keys) if (thread_id, key) in self.outbox)

    def claim(self, thread_id: str, key: str, now: datetime, lease: timedelta) -> bool:
        self._answer()
        with self._lock:
            row = self.outbox.get((thread_id, key))
            if row is None or not _is_free(row, now):
                return False
            end = now + lease
            taken = replace(row, state=LetterState.SENDING, lease_until=end, try_at=end + EVIDENCE_WAIT)
            self.outbox[thread_id, key] = replace(taken, attempts=row.attempts + 1)
            return True

    def mark(self, dispatched: Iterable[Dispatched]) -> None:
        self._answer()
        with self._lock:
            for one in dispatched:
                self._mark(one)
        self.after_mark()

    def settle(self, thread_id: str, key: str, state: LetterState, why: str, ses_id: str = "") -> Outgoing | None:
        self._answer()
        with self._lock:
            row = self.outbox.get((thread_id, key))
            if row is None:
                return None
            if state is LetterState.SENT:
                self._sent(row.letter, ses_id)
            else:
                self._move(row.letter, state, why=why)
            return self.outbox[thread_id, key]

    def unsent(self, now: datetime, limit: int) -> tuple[Outgoing, ...]:
        self._answer()
        waiting = [(row.try_at, row) for row in self.outbox.values() if row.state in NOT_FINAL and row.try_at]
        ripe = sorted((pair for pair in waiting if pair[0] <= now), key=lambda pair: pair[0])
        return tuple(row for _, row in ripe[:limit])

    def due(self, now: datetime, limit: int) -> tuple[Thread, ...]:
        self._answer()
        waiting = [(when, thread.id) for thread in self.threads.values() if (when := _next_moment(thread))]
        ripe = sorted(pair for pair in waiting if pair[0] <= now)
        return tuple(thread for _, thread_id in ripe[:limit] if (thread := self.thread(thread_id)))

    def note_events_alive(self, at: datetime) -> None:
        self._answer()
        self._alive = max(at, self._alive or at)

    def events_alive_at(self) -> datetime | None:
        self._answer()
        return self._alive

    # --- within ---

    def _answer(self) -> None:
        if self.down:
            raise Unavailable("thread table: told to be down")

    def _found(self, message_id: str, sender: str) -> str:
        return self.sent_ids.get(_bare(message_id)) or self.heard.get((message_id, sender), "")

    def _demand_nobody_was_first(self, decision: Decision) -> None:
        moved_on = (
            decision.receipt.key in self.receipts
            or (decision.copy_of and decision.copy_of in self.copies)
            or any(self._is_stale(change) for change in decision.changes)
            or any((letter.thread_id, letter.key) in self.outbox for letter in decision.letters)
        )
        if moved_on:
            raise Conflict(f"thread table: {decision.receipt.key} was decided meanwhile, or its thread moved on")

    def _is_stale(self, change: Change) -> bool:
        match change:
            case Opened(thread):
                return thread.id in self.threads
            case Updated(thread):
                return thread.id not in self.threads or self.threads[thread.id].version != thread.version
            case Remembered(customer):
                known = self.customers.get(customer.address)
                return (known.version if known else 0) != customer.version
            case _:
                return False

    def _apply(self, change: Change) -> None:
        match change:
            case Opened(thread):
                self._keep(replace(thread, version=1))
                if thread.kind is Kind.CUSTOMER and thread.customer:
                    self.history[thread.customer].append(_summary(thread))
            case Updated(thread):
                self._keep(replace(thread, version=thread.version + 1))
            case Recorded(thread_id, message):
                others = [known for known in self.recorded[thread_id] if known.key != message.key]
                self.recorded[thread_id] = [*others, message]
            case Logged():
                self.logged.append(change)
            case Remembered(customer):
                self.customers[customer.address] = replace(customer, version=customer.version + 1)
            case Heard(message_id, sender, thread_id):
                self.heard[message_id, sender] = thread_id
            case Away(absence):
                self.absences[absence.person] = absence
            case Counted(what, day):
                self.counted[what, day] += 1

    def _keep(self, thread: Thread) -> None:
        self.threads[thread.id] = thread
        self.told[thread.id] = thread.promise.number if thread.promise and thread.promise.told else 0

    def _mark(self, one: Dispatched) -> None:
        match one.outcome:
            case Sent(ses_id):
                self._sent(one.letter, ses_id)
            case NotSent(_, again=True):
                row = self.outbox.get((one.letter.thread_id, one.letter.key))
                minutes = min(60, 2 ** (row.attempts - 1)) if row else 1
                self._move(one.letter, LetterState.NEW, try_at=one.at + timedelta(minutes=minutes))
            case NotSent(why):
                self._move(one.letter, LetterState.FAILED, why=why)
            case Unknown():
                pass

    def _sent(self, letter: Letter, ses_id: str) -> None:
        if letter.thread_id and ses_id:
            self.sent_ids[_bare(ses_id)] = letter.thread_id
            self.sources[_bare(ses_id)] = letter.source if isinstance(letter, Forward | Nudge | Escalation) else ""
        if self._move(letter, LetterState.SENT, ses_id=ses_id) and isinstance(letter, Acknowledgement):
            self._tell(letter)

    def _tell(self, letter: Acknowledgement) -> None:
        thread = self.threads.get(letter.thread_id)
        if thread is not None and self.told[thread.id] < letter.promise_number:
            self.told[thread.id] = letter.promise_number
            self.threads[thread.id] = replace(thread, version=thread.version + 1)

    def _move(
        self, letter: Letter, state: LetterState, why: str = "", ses_id: str = "", try_at: datetime | None = None
    ) -> bool:
        row = self.outbox.get((letter.thread_id, letter.key))
        if row is None or state not in MAY_LEAVE_FOR[row.state]:
            return False
        when = (try_at or row.try_at) if state is LetterState.NEW else None
        moved = replace(row, state=state, why=why, ses_id=ses_id or row.ses_id, lease_until=None, try_at=when)
        self.outbox[letter.thread_id, letter.key] = moved
        return True


def _demand_one_write_a_row(decision: Decision) -> None:
    """DynamoDB refuses a transaction that writes a row twice; so a decider that asks for it is wrong here, too."""
    rows: list[object] = [("letter", letter.thread_id, letter.key) for letter in decision.letters]
    for change in dict.fromkeys(decision.changes):
        match change:
            case Opened(thread) | Updated(thread):
                rows.append(("thread", thread.id))
            case Recorded(thread_id, message):
                rows.append(("message", thread_id, message.at, message.key))
            case Remembered(customer):
                rows.append(("customer", customer.address))
            case Away(absence):
                rows.append(("absence", absence.person))
            case _:
                pass
    twice = [row for row, times in Counter(rows).items() if times > 1]
    assert not twice, f"written twice in one decision: {twice}"


def _bare(message_id: str) -> str:
    """An SES id without the domain it is shown with; any other id as it is."""
    local, _, domain = message_id.rpartition("@")
    return local if domain.endswith("amazonses.com") and local else message_id


def _is_free(row: Outgoing, now: datetime) -> bool:
    return row.state in NOT_FINAL and row.try_at is not None and row.try_at <= now


def _next_moment(thread: Thread) -> datetime | None:
    promise = thread.promise
    if thread.status is not ThreadStatus.OURS or promise is None or promise.state is not PromiseState.WAITING:
        return None
    return min(promise.nudge_at or promise.due, promise.due)


def _summary(thread: Thread) -> ThreadSummary:
    return ThreadSummary(thread.id, thread.subject, thread.opened_at, thread.owner, thread.category, thread.unhappy)


# --- the other ports ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail that really left."""

    mime: bytes = field(repr=False)
    sender: str
    to: str
    letter: str
    thread_id: str
    ses_id: str


class FakeSender:
    """ports.Sender: takes every mail and names it `ses-1`, `ses-2` …, until it is told otherwise."""

    def __init__(self) -> None:
        self.mails: list[SentMail] = []
        """What left, in order."""
        self.tries: list[str] = []
        """Letter keys, one for each call."""
        self._coming: list[tuple[Outcome, bool]] = []
        """The answers to come, each with whether its mail leaves."""
        self.before_send: Callable[[], None] = _nothing

    def throttle(self, times: int = 1) -> None:
        """The next `times` letters are refused for now."""
        self._coming += [(NotSent("TooManyRequestsException: Maximum sending rate exceeded.", True), False)] * times

    def refuse(self, times: int = 1) -> None:
        """The next `times` letters are refused for good."""
        self._coming += [(NotSent("MessageRejected: Address blacklisted.", False), False)] * times

    def lose_the_answer(self, mail_leaves: bool = True) -> None:
        """The next letter's answer gets lost, after the mail left or before."""
        self._coming.append((Unknown("the answer of SES got lost (ReadTimeoutError)"), mail_leaves))

    def send(self, mime: bytes, sender: str, to: str, letter: str, thread_id: str) -> Outcome:
        self.before_send()
        self.tries.append(letter)
        ses_id = f"ses-{len(self.mails) + 1}"
        outcome, leaves = self._coming.pop(0) if self._coming else (Sent(ses_id), True)
        if leaves:
            self.mails.append(SentMail(mime, sender, to, letter, thread_id, ses_id))
        return outcome


class FakeFiles:
    """ports.Files in a dict. Set `down` to have it not answer."""

    def __init__(self, **stored: bytes) -> None:
        self.down = False
        self.objects: dict[str, bytes] = dict(stored)
        self.types: dict[str, str] = {}

    def read(self, key: str) -> bytes:
        self._answer()
        return self.objects[key]

    def write(self, key: str, content: bytes, content_type: str) -> None:
        self._answer()
        self.objects[key], self.types[key] = content, content_type

    def link(self, key: str, name: str, content_type: str, seconds: int) -> str:
        self._answer()
        return f"https://files.example/{key}?name={name}&seconds={seconds}"

    def _answer(self) -> None:
        if self.down:
            raise Unavailable("mail bucket: told to be down")


class FakeQueue:
    """ports.Again in a list."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def put(self, key: str) -> None:
        self.keys.append(key)


class StoppedClock:
    """ports.Clock that moves only when it is turned."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def turn(self, by: timedelta) -> datetime:
        """Moves the hands, and returns where they stand."""
        self._now += by
        return self._now
