"""When is the answer due; kept, waiting, moved, missed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.desk import hours
from chalicelib.desk.hours import Calendar
from chalicelib.desk.model import Promise, PromiseState, Thread
from chalicelib.desk.team import StaffMember, Team

NUDGE_BEFORE = timedelta(hours=1)
"""Working time between the nudge and the promise: enough to write an answer, or to say why there is none."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a promise is made of."""

    owner: StaffMember
    category: str
    urgent: bool
    away_until: datetime | None = None
    """The owner is away until then, and nobody covers."""
    unhappy: bool = False
    """They wait half as long."""


def make(terms: Terms, team: Team, now: datetime, number: int = 1) -> Promise:
    """The time by which the owner will answer, in clock times a person would say."""
    if terms.urgent and team.urgent is not None and team.urgent.outside_hours:
        return _around_the_clock(team, now, number)
    calendar = terms.owner.calendar
    start = max(now, terms.away_until) if terms.away_until else now
    due = hours.rounded_up(hours.add(start, _within(terms, team), calendar), calendar)
    return Promise(number, due, now, nudge_at=_nudge_at(due, now, calendar))


def _within(terms: Terms, team: Team) -> timedelta:
    if terms.urgent and team.urgent is not None:
        return team.urgent.answer_within
    category = team.category(terms.category)
    within = category.answer_within if category else team.answer_within
    return within / 2 if terms.unhappy else within


def _around_the_clock(team: Team, now: datetime, number: int) -> Promise:
    """Urgent cover runs at night, too: wall-clock time, rounded to the quarter hour."""
    assert team.urgent is not None  # narrowed by the only caller
    always = replace(team.firm.calendar, week=(((0, 24 * 60),),) * 7, closed=())
    due = hours.rounded_up(now + team.urgent.answer_within, always)
    return Promise(number, due, now, nudge_at=now + (due - now) / 2, around_the_clock=True)


def _nudge_at(due: datetime, now: datetime, calendar: Calendar) -> datetime:
    """An hour of working time before, but never before half of the time has passed, and never out of hours."""
    half = hours.next_open(now + (due - now) / 2, calendar)
    return min(max(hours.subtract(due, NUDGE_BEFORE, calendar), half), due)


def earlier_of(current: Promise | None, fresh: Promise) -> Promise:
    """A running promise stands unless the new one is sooner: writing again never makes anybody wait longer."""
    running = current is not None and current.state is PromiseState.WAITING and current.due > fresh.made_at
    if current is not None and running and current.due <= fresh.due:
        return current
    return fresh


def is_running(thread: Thread) -> bool:
    return thread.promise is not None and thread.promise.state is PromiseState.WAITING


def next_number(thread: Thread) -> int:
    return thread.promise.number + 1 if thread.promise else 1


def kept(promise: Promise | None, now: datetime) -> Promise | None:
    """The promise after an answer: kept, or missed when its time had passed before."""
    if promise is None or promise.state is not PromiseState.WAITING:
        return promise
    state = PromiseState.KEPT if now <= promise.due else PromiseState.MISSED
    return replace(promise, state=state, nudge_at=None)
