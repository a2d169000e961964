"""The desk at a glance: who is waited for, until when, what is late, what did not leave. Values in, values out.

References, names of our own people, times and numbers; of customers nothing but, when asked for, their addresses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from byname.cloud.desk_now import DeskNow, Unsent, due_of, is_overdue
from chalicelib.desk.model import Thread
from chalicelib.desk.team import Team

LATE_LETTER = timedelta(minutes=5)
"""A letter that should have gone this long ago is not merely on its way."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thread in which it is our turn."""

    reference: str
    owner: str
    """Key of the person who answers."""
    due: datetime | None
    """None: nothing was promised."""
    overdue: bool
    customer: str


@dataclass(frozen=True, slots=True)
class Status:
    """One look."""

    at: datetime
    waiting: tuple[Waiting, ...]
    """The most pressing first."""
    away: Mapping[str, datetime]
    """Key of a person who is away → until when."""
    unsent: Unsent
    held_letters: int
    mails_today: int
    mails_this_week: int
    last_mail_at: datetime | None
    laid_aside: Mapping[str, int]
    """Dead-letter queue (`mail`, `delivery reports`) → how many lie there."""

    @property
    def overdue(self) -> tuple[Waiting, ...]:
        return tuple(each for each in self.waiting if each.overdue)

    @property
    def by_owner(self) -> Mapping[str, tuple[Waiting, ...]]:
        """Whoever has the most pressing thread first."""
        owners = dict.fromkeys(each.owner for each in self.waiting)
        return {owner: tuple(each for each in self.waiting if each.owner == owner) for owner in owners}

    @property
    def late_letters(self) -> int:
        """How many letters wait, when the oldest has waited too long; else none: they are on their way."""
        since = self.unsent.oldest_since
        return self.unsent.count if since is not None and since < self.at - LATE_LETTER else 0


def week_began(now: datetime, team: Team | None) -> datetime:
    """Monday's midnight by the firm's clock."""
    return _midnight(now, team) - timedelta(days=_here(now, team).weekday())


def status_of(desk: DeskNow, unsent: Unsent, laid_aside: Mapping[str, int], team: Team | None, now: datetime) -> Status:
    """`desk` read since `week_began`."""
    today = _midnight(now, team)
    return Status(
        at=now,
        waiting=tuple(_waiting(thread, now) for thread in desk.ours),
        away={absence.person: absence.until for absence in desk.absences if absence.until > now},
        unsent=unsent,
        held_letters=desk.held_letters,
        mails_today=sum(at >= today for at in desk.mails),
        mails_this_week=len(desk.mails),
        last_mail_at=desk.last_mail_at,
        laid_aside={what: count for what, count in laid_aside.items() if count},
    )


def as_json(status: Status, team: Team | None, *, addresses: bool) -> Mapping[str, Any]:
    return {
        "at": _text(status.at),
        "waiting": [_waiting_json(each, team, addresses=addresses) for each in status.waiting],
        "overdue": len(status.overdue),
        "away": {person: _text(until) for person, until in status.away.items()},
        "letters": {
            "unsent": status.unsent.count,
            "unsent_since": _text(status.unsent.oldest_since),
            "held": status.held_letters,
        },
        "mails": {
            "today": status.mails_today,
            "this_week": status.mails_this_week,
            "last_at": _text(status.last_mail_at),
        },
        "laid_aside": dict(status.laid_aside),
    }


def _waiting(thread: Thread, now: datetime) -> Waiting:
    return Waiting(thread.reference, thread.owner, due_of(thread), is_overdue(thread, now), thread.customer)


def _waiting_json(each: Waiting, team: Team | None, *, addresses: bool) -> Mapping[str, Any]:
    told: dict[str, Any] = {"reference": each.reference, "owner": each.owner, "owner_name": name_of(each.owner, team)}
    told |= {"due": _text(each.due), "overdue": each.overdue}
    return {**told, "customer": each.customer} if addresses else told


def name_of(key: str, team: Team | None) -> str:
    person = team.person(key) if team else None
    return person.name if person else key


def _midnight(now: datetime, team: Team | None) -> datetime:
    return _here(now, team).replace(hour=0, minute=0, second=0, microsecond=0)


def _here(now: datetime, team: Team | None) -> datetime:
    return now.astimezone(ZoneInfo(team.firm.calendar.zone) if team else UTC)


def _text(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else None
