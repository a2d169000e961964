"""Every minute: whose promise is about to lapse, and whose has."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.desk.decision import (
    Acknowledgement,
    Change,
    Decision,
    Letter,
    LetterState,
    Logged,
    Outgoing,
    Topic,
    Updated,
)
from chalicelib.desk.letters import escalation, nudge
from chalicelib.desk.model import Kind, PromiseState, Receipt, Thread
from chalicelib.desk.team import Team


def decide(thread: Thread, team: Team, now: datetime) -> Decision | None:
    """A nudge before the time, word to the principal after it; None when neither is due."""
    promise = thread.promise
    if promise is None or promise.state is not PromiseState.WAITING:
        return None
    if now >= promise.due:
        return _missed(thread, team, now)
    if promise.nudge_at is not None and now >= promise.nudge_at:
        return _nudge(thread, team, now)
    return None


class Fate(StrEnum):
    """What becomes of a letter whose turn has come."""

    SEND = "send"
    WAIT = "wait"
    HOLD = "hold"


PATIENCE = timedelta(minutes=5)
"""How much longer an acknowledgement waits for a sign that SES's events flow: another letter's event may give it."""


def fate(outgoing: Outgoing, *, events_flow: bool, now: datetime) -> Fate:
    """Never tried, or certainly refused: it goes. Tried with the answer lost: that depends.

    While SES's events flow, the missing Send event proves that it did not leave. Only when they are silent does the
    kind decide: a person's words are worth sending twice, an automatic acknowledgement is not.
    """
    if outgoing.state is LetterState.NEW or events_flow or not isinstance(outgoing.letter, Acknowledgement):
        return Fate.SEND
    if outgoing.try_at is not None and now < outgoing.try_at + PATIENCE:
        return Fate.WAIT
    return Fate.HOLD


def _cause(thread: Thread, step: str) -> str:
    """One key for each step of each promise: a second tick finds the receipt and does nothing."""
    number = thread.promise.number if thread.promise else 0
    due = int(thread.promise.due.timestamp()) if thread.promise else 0
    return f"sweep/{thread.id}/{number}/{due}/{step}"


def _nudge(thread: Thread, team: Team, now: datetime) -> Decision:
    promise = thread.promise
    assert promise is not None  # checked by decide
    owner = team.person(thread.owner) or team.principal
    cause = _cause(thread, "nudge")
    letter = nudge(team, thread, owner, cause, now)
    nudged = replace(thread, promise=replace(promise, nudge_at=None))
    return _decision(cause, nudged, f"nudged {owner.name}: the promise is about to lapse", (letter,), now)


def _missed(thread: Thread, team: Team, now: datetime) -> Decision:
    """The time passed without an answer: the owner and the person who runs the firm know at once."""
    promise = thread.promise
    assert promise is not None  # checked by decide
    missed = replace(thread, promise=replace(promise, state=PromiseState.MISSED, nudge_at=None))
    owner = team.person(thread.owner) or team.principal
    out = missed_letters(thread, team, now)
    return _decision(
        _cause(thread, "missed"), missed, f"the promise passed without an answer from {owner.name}", out, now
    )


def missed_letters(thread: Thread, team: Team, now: datetime) -> tuple[Letter, ...]:
    """Word of a promise that passed: to the principal and to the owner."""
    owner = team.person(thread.owner) or team.principal
    cause, because = _cause(thread, "missed"), "the time passed and nobody has answered"
    people = dict.fromkeys((team.principal.key, owner.key))
    to = (person for key in people if (person := team.person(key)))
    return tuple(escalation(team, thread, Topic.MISSED, person, because, cause, now) for person in to)


def _decision(cause: str, thread: Thread, because: str, out: tuple[Letter, ...], now: datetime) -> Decision:
    receipt = Receipt(cause, now, Kind.CUSTOMER, because, thread.id, tuple(letter.key for letter in out), thread.owner)
    changes: tuple[Change, ...] = (Updated(thread), Logged(thread.id, now, because))
    return Decision(receipt, changes, out)
