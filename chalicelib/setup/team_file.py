"""The compiled team: one JSON text that Lambda reads in no time. `write_team` and `read_team` are inverses.

`byname check team.toml -o team.json` writes it. Calendars stand once each, under a name that people refer to,
because three years of holidays repeated for every person would be most of the file. Times are whole seconds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

from chalicelib.desk.hours import Calendar
from chalicelib.desk.team import (
    Category,
    ContactForm,
    Firm,
    LanguageNames,
    Mailbox,
    RoutingRule,
    StaffMember,
    Team,
    UrgentCover,
)
from chalicelib.errors import Misconfigured

VERSION = 1
"""Raise it when an older byname could not read the file; new fields with defaults need no new version."""

_MEND = "Compile it again: byname check team.toml -o team.json"

Item = dict[str, Any]
"""One of the desk's values as JSON knows it."""


def write_team(team: Team) -> str:
    """The team as compact JSON, the same text for the same team."""
    names = _calendar_names(team)
    item = {
        "version": VERSION,
        "calendars": {name: _calendar_item(calendar) for calendar, name in names.items()},
        "firm": _item(team.firm, names),
        "people": [_item(person, names) for person in team.people],
        "mailboxes": [_item(mailbox, names) for mailbox in team.mailboxes],
        "categories": [_item(category, names) for category in team.categories],
        "routing": [_item(rule, names) for rule in team.routing],
        "form": _item(team.form, names),
        "answer_within": _seconds(team.answer_within),
        "urgent": team.urgent and _item(team.urgent, names),
        "languages": {language: _item(words, names) for language, words in team.languages},
    }
    return json.dumps(item, ensure_ascii=False, separators=(",", ":"))


def read_team(text: str) -> Team:
    """The team that `write_team` wrote. Raises Misconfigured when the file is broken or of another version."""
    item = _json_object(text)
    if item.get("version") != VERSION:
        raise Misconfigured(f"team.json is of version {item.get('version')!r}; this byname reads {VERSION}. {_MEND}")
    try:
        return _team(item)
    except KeyError as error:
        raise Misconfigured(f"team.json lacks {error}. {_MEND}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise Misconfigured(f"team.json is damaged ({error}). {_MEND}") from error


def _json_object(text: str) -> Item:
    try:
        item = json.loads(text)
    except ValueError as error:
        raise Misconfigured(f"team.json is not whole ({error}). {_MEND}") from error
    if not isinstance(item, dict):
        raise Misconfigured(f"team.json is not a compiled team. {_MEND}")
    return item


def _team(item: Item) -> Team:
    calendars = {name: _calendar(entry) for name, entry in item["calendars"].items()}
    return Team(
        firm=Firm(**_values(item["firm"], calendars)),
        people=tuple(StaffMember(**_values(person, calendars)) for person in item["people"]),
        mailboxes=tuple(Mailbox(**_values(mailbox, calendars)) for mailbox in item["mailboxes"]),
        categories=tuple(Category(**_values(category, calendars)) for category in item["categories"]),
        routing=tuple(RoutingRule(**_values(rule, calendars)) for rule in item["routing"]),
        form=ContactForm(**_values(item["form"], calendars)),
        answer_within=timedelta(seconds=item["answer_within"]),
        urgent=UrgentCover(**_values(item["urgent"], calendars)) if item["urgent"] else None,
        languages=tuple(
            (language, LanguageNames(**_values(words, calendars))) for language, words in item["languages"].items()
        ),
    )


def _item(value: Any, names: Mapping[Calendar, str]) -> Item:
    """One of the team's dataclasses with its calendar by name and its times in seconds."""
    return {field.name: _plain(getattr(value, field.name), names) for field in fields(value)}


def _plain(value: Any, names: Mapping[Calendar, str]) -> Any:
    match value:
        case Calendar():
            return names[value]
        case timedelta():
            return _seconds(value)
        case _:
            return value


def _values(item: Item, calendars: Mapping[str, Calendar]) -> Item:
    """The inverse of `_item`: what the dataclass is made from."""
    return {name: _value(name, value, calendars) for name, value in item.items()}


def _value(name: str, value: Any, calendars: Mapping[str, Calendar]) -> Any:
    match name, value:
        case "calendar", str():
            return calendars[value]
        case "answer_within", int():
            return timedelta(seconds=value)
        case _, list():
            return tuple(value)
        case _:
            return value


def _calendar_names(team: Team) -> dict[Calendar, str]:
    """Every calendar once: the firm's is `firm`, another is called after the first person who has it (`bob's`)."""
    names = {team.firm.calendar: "firm"}
    for person in team.people:
        names.setdefault(person.calendar, f"{person.key}'s")
    return names


def _calendar_item(calendar: Calendar) -> Item:
    return {
        "zone": calendar.zone,
        "week": calendar.week,
        "closed": [(day.isoformat(), name) for day, name in calendar.closed],
    }


def _calendar(item: Item) -> Calendar:
    week = tuple(tuple((opens, closes) for opens, closes in day) for day in item["week"])
    return Calendar(item["zone"], week, tuple((date.fromisoformat(day), name) for day, name in item["closed"]))


def _seconds(span: timedelta) -> int:
    return span // timedelta(seconds=1)
