"""`byname status`: who is waiting, for whom, until when; for the owner of the shop, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from byname.cloud import team_store
from byname.cloud.account import Account, explained, in_the_cloud
from byname.cloud.desk_now import read_desk, read_unsent
from byname.cloud.queues import laid_aside
from byname.cloud.stack_outputs import Stack, the_stack
from byname.cloud.status import Status, Waiting, as_json, name_of, status_of, week_began
from byname.console import Console
from chalicelib.desk.team import Team
from chalicelib.errors import Misconfigured
from chalicelib.mail import phrases

_SHOWN = 5
"""Threads named for each person; --json has them all."""


@click.command(short_help="Who is waiting, for whom, until when?")
@click.option("--addresses", is_flag=True, help="Say the customers' addresses, too.")
@in_the_cloud
def status(console: Console, account: Account, stack: str, addresses: bool) -> None:
    """The desk at a glance: who is waiting for whom and until when, what is late, what did not leave.

    \b
    Examples:
      byname status                       for people
      byname status --addresses           … with whom to write to
      byname status --json | jq .overdue  for programs

    Nothing of what customers wrote is shown, and their addresses only with --addresses.
    """
    now = datetime.now(UTC)
    with console.step("looking at the desk") as step:
        found = the_stack(account, stack)
        team = _team(account, found)
        seen = _look(account, found, team, now)
        step.said(f"{len(seen.waiting)} waiting", unchanged=True)
    console.answer(as_json(seen, team, addresses=addresses))
    for line, style in _lines(seen, team, addresses=addresses):
        console.print(line, **style)


def _team(account: Account, stack: Stack) -> Team | None:
    """Whose names and clock we speak by; None when no team was pushed: then by keys, and in UTC."""
    with explained("reading the team from the mail bucket"):
        stored = team_store.in_force(account, stack.output("MailBucket"))
    try:
        return stored.team if stored else None
    except Misconfigured:
        return None


def _look(account: Account, stack: Stack, team: Team | None, now: datetime) -> Status:
    with explained("reading the table and the queues"):
        desk = read_desk(account, stack.output("TableName"), week_began(now, team))
        unsent = read_unsent(account, stack.output("TableName"))
        return status_of(desk, unsent, laid_aside(account, stack), team, now)


Line = tuple[str, dict[str, object]]


def _lines(seen: Status, team: Team | None, *, addresses: bool) -> Iterator[Line]:
    firm = team.firm.name if team else "The desk"
    yield f"{firm}, {_dated(seen.at, team)}", {"bold": True}
    yield "", {}
    yield from _waiting_lines(seen, team, addresses=addresses)
    yield from _letter_lines(seen, team)
    last = f"; the last one came {_past(seen.last_mail_at, seen.at, team)}" if seen.last_mail_at else "; none ever came"
    yield f"Mail: {seen.mails_today} today, {seen.mails_this_week} this week{last}.", {}
    for what, count in seen.laid_aside.items():
        yield f"Laid aside after five tries: {count} of {what}. `byname doctor` says what to do.", {"fg": "red"}


def _waiting_lines(seen: Status, team: Team | None, *, addresses: bool) -> Iterator[Line]:
    if not seen.waiting:
        yield "Nobody is waiting for us.", {"fg": "green"}
        return
    late = f", {len(seen.overdue)} of them beyond the promised time" if seen.overdue else ""
    yield f"{_counted(len(seen.waiting), 'customer is', 'customers are')} waiting for us{late}.", {}
    for owner, threads in seen.by_owner.items():
        away = f", away until {_moment(seen.away[owner], seen.at, team)}" if owner in seen.away else ""
        yield f"\n  {name_of(owner, team)} ({len(threads)}{away})", {"bold": True}
        for each in threads[:_SHOWN]:
            who = f"  {each.customer}" if addresses else ""
            yield f"    {each.reference}  {_due(each, seen.at, team)}{who}", {"fg": "red"} if each.overdue else {}
        if len(threads) > _SHOWN:
            yield f"    and {len(threads) - _SHOWN} more", {}
    yield "", {}


def _due(each: Waiting, now: datetime, team: Team | None) -> str:
    if each.due is None:
        return "no time promised"
    if each.overdue:
        return f"was due {_past(each.due, now, team)}"
    return f"by {_moment(each.due, now, team)}"


def _letter_lines(seen: Status, team: Team | None) -> Iterator[Line]:
    since = seen.unsent.oldest_since
    if seen.late_letters and since:
        waits = _counted(seen.late_letters, "letter has", "letters have")
        yield f"{waits} not left, the oldest since {_past(since, seen.at, team)}: `byname doctor`.", {"fg": "red"}
    elif seen.unsent.count:
        yield f"{_counted(seen.unsent.count, 'letter is', 'letters are')} on the way.", {}
    if seen.held_letters:
        held = _counted(seen.held_letters, "letter is", "letters are")
        yield f"{held} held, because nobody knows whether they left.", {"fg": "yellow"}
    if not seen.unsent.count and not seen.held_letters:
        yield "All letters have left.", {}


def _counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _dated(at: datetime, team: Team | None) -> str:
    """`Monday 23 November 2026, 09:05`, by the firm's clock; without a team in UTC."""
    here = at.astimezone(ZoneInfo(team.firm.calendar.zone) if team else UTC)
    return f"{here:%A} {here.day} {here:%B %Y, %H:%M}{'' if team else ' UTC'}"


def _moment(at: datetime, now: datetime, team: Team | None) -> str:
    """`13:15`, `11:00 tomorrow, Tuesday`, as letters say it; without a team in UTC."""
    return phrases.moment(at, now, team, "en") if team else f"{at:%Y-%m-%d %H:%M} UTC"


def _past(at: datetime, now: datetime, team: Team | None) -> str:
    return phrases.past(at, now, team, "en") if team else _moment(at, now, team)
