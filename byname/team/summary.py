"""What the settings come to, in words their owner can check: who is there, who answers what, when the shop is shut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import islice

from byname.team.compile import usual_day
from byname.team.notation import DAYS, write_hours, write_span
from chalicelib.desk.hours import Calendar
from chalicelib.desk.team import RoutingRule, Team

Row = tuple[str, ...]
Part = tuple[str, list[str]]
"""A heading and its lines."""

_DAYS_SHOWN = 4


def summary(team: Team, today: date) -> Iterator[Part]:
    """The team, part by part. Nothing that is not set gets a part."""
    yield team.firm.name, _firm(team)
    yield "People", _columns(_people(team))
    yield "Mailboxes", _columns(_mailboxes(team))
    yield "Who answers what", [*_columns(_answers(team)), *_idle(team)]
    if team.urgent:
        by_night = team.urgent.outside_hours
        within = write_span(team.urgent.answer_within) if by_night else _within(team, team.urgent.answer_within)
        yield (
            "When it cannot wait",
            [
                f"{_name(team, team.urgent.person)}, within {within} "
                f"{'day and night' if by_night else 'of working time'}; phone {team.urgent.phone}"
            ],
        )
    yield (
        "Next days closed",
        _columns(_next_closed(team.firm.calendar, today)) or ["none: set public_holidays or closed"],
    )


def _firm(team: Team) -> list[str]:
    calendar = team.firm.calendar
    return [
        f"{team.principal.name} runs it. Open {write_hours(calendar.week)} ({calendar.zone}).",
        f"Answers are due within {_within(team, team.answer_within)} of working time, unless it says otherwise below.",
    ]


def _people(team: Team) -> Iterator[Row]:
    for person in team.people:
        own = write_hours(person.calendar.week) if person.calendar.week != team.firm.calendar.week else ""
        cover = f"covered by {_name(team, person.cover)}" if person.cover else ""
        yield person.name, person.role, person.address, "; ".join(note for note in (own, cover) if note)


def _mailboxes(team: Team) -> Iterator[Row]:
    for box in team.mailboxes:
        yield box.address, f"arrives at {box.receives_at}", f"{_name(team, box.default)} when nothing else decides"


def _answers(team: Team) -> Iterator[Row]:
    for rule in team.routing:
        category = team.category(rule.category)
        who = rule.to or (category.owner if category else "")
        yield f"if {_conditions(rule)}", _name(team, who), f"as {category.name}" if category else ""
    for category in team.categories:
        yield category.name, _name(team, category.owner), f"within {_within(team, category.answer_within)}"
    within = f"within {_within(team, team.answer_within)}"
    if len({box.default for box in team.mailboxes}) == 1:
        yield "anything else", _name(team, team.mailboxes[0].default), within
        return
    for box in team.mailboxes:
        yield f"anything else to {box.address}", _name(team, box.default), within


def _idle(team: Team) -> Iterator[str]:
    """Who is listed and has nothing to answer; whoever runs the firm hears of what is late."""
    busy = {team.principal.key, *(category.owner for category in team.categories), *(rule.to for rule in team.routing)}
    busy |= {box.default for box in team.mailboxes} | {person.cover for person in team.people}
    busy |= {team.urgent.person} if team.urgent else set()
    for person in team.people:
        if person.key not in busy:
            yield f'{person.name} gets no mail yet: write a [[categories]] entry with owner = "{person.key}".'


def _within(team: Team, span: timedelta) -> str:
    """Working time as it is written in the file: `4h`, and whole usual days as `1 day (9h 30m)`."""
    day = usual_day(team.firm.calendar.week)
    if span % day:
        return write_span(span)
    return f"{'1 day' if span == day else f'{span // day} days'} ({write_span(span)})"


def _conditions(rule: RoutingRule) -> str:
    """`from @bigcustomer.example and the subject has "invoice" or "bill"`."""
    parts = (
        ("from", rule.from_addresses),
        ("sent to", rule.mailboxes),
        ("the subject has", _quoted(rule.subject_contains)),
        ("the text has", _quoted(rule.text_contains)),
    )
    return " and ".join(f"{what} {' or '.join(words)}" for what, words in parts if words)


def _quoted(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(f'"{word}"' for word in words)


def _next_closed(calendar: Calendar, today: date) -> Iterator[Row]:
    """The next days off that fall on a day the shop would be open."""
    ahead = ((day, name) for day, name in calendar.closed if day >= today and calendar.week[day.weekday()])
    for day, name in islice(ahead, _DAYS_SHOWN):
        yield f"{DAYS[day.weekday()]} {day.isoformat()}", name


def _name(team: Team, key: str) -> str:
    person = team.person(key)
    return person.name if person else key


def _columns(rows: Iterable[Sequence[str]]) -> list[str]:
    """Rows with their columns one below the other."""
    table = [tuple(row) for row in rows]
    if not table:
        return []
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
