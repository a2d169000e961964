"""Times, counts and phone hours as a person in the shop would say them.

What is said depends on facts worked out here; how it is said stands in `templates/mail/<language>/phrases.json`, so
another language is a folder. Clock times are the firm's: customers ring its phone and know its hours.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from chalicelib.desk import hours
from chalicelib.desk.hours import Calendar
from chalicelib.desk.team import PublicPerson, Team

TEMPLATES = Path(__file__).parents[2] / "templates"
NIGHT_ENDS = 5
"""Until this hour people who are awake still speak of yesterday's night."""
EVENING_BEGINS = 20
LONG_BREAK = 4
"""Days. Beyond a holiday that is longer, a weekday alone is too far off to be sure of."""

Table = Mapping[str, Mapping[str, str]]


@cache
def languages() -> frozenset[str]:
    """The languages letters can be written in: those with a folder."""
    return frozenset(path.parent.name for path in (TEMPLATES / "mail").glob("*/phrases.json"))


def spoken(language: str, team: Team) -> str:
    """The wished language when we have it, else the firm's own, else English."""
    return next((known for known in (language, team.firm.language) if known in languages()), "en")


def say(language: str, group: str, phrase: str, **facts: object) -> str:
    """One phrase of a language's table with its blanks filled."""
    return _table(language)[group][phrase].format(**facts)


def by_when(due: datetime, decided_at: datetime, team: Team, language: str) -> str:
    """A promised time: “by 13:15 today”, “by 11:00 tomorrow, Tuesday”, “by 11:00 on Thursday 3 December”."""
    return say(spoken(language, team), "deadline", "by", moment=moment(due, decided_at, team, language))


def moment(at: datetime, now: datetime, team: Team, language: str) -> str:
    """A clock time and its day, as said at `now`: “11:00 tomorrow, Tuesday”. The day is named unless it is today's."""
    language = spoken(language, team)
    then, here = _on_the_wall(at, team), _on_the_wall(now, team)
    said = _day_said(then, here)
    if said == "this_week" and _beyond_holidays(then, here, team.firm.calendar):
        said = "dated"
    return say(language, "moment", said, **_parts(then, team, language))


def past(at: datetime, now: datetime, team: Team, language: str) -> str:
    """When something happened: “today at 09:07”, “on Thursday at 16:20”, “on 3 March”."""
    language = spoken(language, team)
    then, here = _on_the_wall(at, team), _on_the_wall(now, team)
    days = (here.date() - then.date()).days
    if days < 2:
        phrase = "yesterday" if days == 1 else "today"
    elif days < 7:
        phrase = "this_week"
    else:
        phrase = "dated" if then.year == here.year else "dated_year"
    return say(language, "past", phrase, **_parts(then, team, language))


def month(at: datetime, now: datetime, team: Team, language: str) -> str:
    """Roughly when something happened: “today”, “this month”, “in March”, “in March 2014”."""
    language = spoken(language, team)
    then, here = _on_the_wall(at, team), _on_the_wall(now, team)
    if then.date() == here.date():
        phrase = "today"
    elif (then.year, then.month) == (here.year, here.month):
        phrase = "this_month"
    else:
        phrase = "this_year" if then.year == here.year else "dated_year"
    return say(language, "month", phrase, **_parts(then, team, language))


def since(at: datetime, now: datetime, team: Team, language: str) -> str:
    """How long somebody has been a customer: “customer since 2014”, “customer since March”, “new today”."""
    language = spoken(language, team)
    then, here = _on_the_wall(at, team), _on_the_wall(now, team)
    phrase = "today" if then.date() == here.date() else "this_year" if then.year == here.year else "dated_year"
    return say(language, "since", phrase, **_parts(then, team, language))


def distance(at: datetime, now: datetime, team: Team, language: str) -> str:
    """How far off an instant is: “in 50 minutes”, “in 3 hours”, “20 minutes ago”."""
    language = spoken(language, team)
    direction = "in" if at >= now else "ago"
    minutes = round(abs(at - now) / timedelta(minutes=1))
    if minutes == 0:
        return say(language, "distance", "now")
    if minutes < 120 and minutes != 60:
        unit, count = "minutes", minutes
    elif minutes < 36 * 60:
        unit, count = "hours", round(minutes / 60)
    else:
        unit, count = "days", round(minutes / 60 / 24)
    one = "_one" if count == 1 else ""
    return say(language, "distance", f"{direction}_{unit}{one}", count=count)


def phone_line(team: Team, now: datetime, language: str, named: Collection[str] = ()) -> str:
    """How to reach us by phone, as of `now`: until or from when, and who answers emergencies. Empty without a phone.

    `named`: who has been named just before. Of them only the number is said, not once more that they answer.
    """
    language = spoken(language, team)
    cover = _cover_facts(team)
    phone = team.firm.phone
    suffix = "" if not cover else "_number" if cover["cover"] in named else "_cover"
    if not phone:
        return say(language, "phone", f"only{suffix}", **cover) if cover else ""
    phrase, facts = _phone_hours(team, now, language)
    return say(language, "phone", phrase + suffix, phone=phone, **facts, **cover)


def on_call(person: str, at: datetime, team: Team) -> bool:
    """Is this person (by name) on call then: do they cover what cannot wait, at an hour when the shop is shut?"""
    cover = team.urgent
    covering = team.person(cover.person) if cover else None
    if cover is None or covering is None or covering.name != person:
        return False
    return cover.outside_hours and not hours.is_open(at, team.firm.calendar)


def number_of(person: PublicPerson, team: Team) -> str:
    """Where somebody to whom it cannot wait can ring whoever answers: their number, else the firm's; perhaps none."""
    cover = team.urgent
    covering = team.person(cover.person) if cover else None
    if cover and covering and covering.name == person.name:
        return cover.phone
    return person.phone or team.firm.phone


def what_came(photos: int, files: int, language: str) -> str:
    """What came with a mail: “photo”, “two photos and one file”; empty when nothing did. `files` leaves photos out."""
    if photos and files:
        facts = {
            "photos": _counted(photos, "photo", language, "one"),
            "files": _counted(files, "file", language, "one"),
        }
        return say(language, "files", "both", **facts)
    return _counted(photos, "photo", language) or _counted(files, "file", language)


def size(byte_count: int, language: str) -> str:
    """“12.3 MB”, “640 KB”."""
    tenths = round(byte_count / 100_000)
    if tenths < 10:
        return say(language, "size", "kilobytes", kilobytes=max(1, round(byte_count / 1000)))
    return say(language, "size", "megabytes", megabytes=tenths // 10, tenths=tenths % 10)


@cache
def _table(language: str) -> Table:
    table: Table = json.loads((TEMPLATES / "mail" / language / "phrases.json").read_text("utf-8"))
    return table


def _on_the_wall(at: datetime, team: Team) -> datetime:
    return hours.local(at, team.firm.calendar)


def _day_said(then: datetime, here: datetime) -> str:
    days = (then.date() - here.date()).days
    if _same_night(then, here):
        return "tonight"
    if days == 0:  # after midnight, “today” alone could be taken for the day that has just ended
        return "today" if here.hour >= NIGHT_ENDS else "today_named"
    if days in (1, -1):
        return "tomorrow" if days == 1 else "yesterday"
    if 2 <= days <= 6:
        return "this_week"
    return "dated" if abs(days) < 300 else "dated_year"


def _beyond_holidays(then: datetime, here: datetime, calendar: Calendar) -> bool:
    """More than `LONG_BREAK` days off, with a public holiday or a day off of the firm's own between."""
    off = any(here.date() < day < then.date() for day, _ in calendar.closed)
    return off and (then.date() - here.date()).days > LONG_BREAK


def _same_night(then: datetime, here: datetime) -> bool:
    """Both belong to one evening and night, which ends at five in the morning."""
    shift = timedelta(hours=NIGHT_ENDS)
    return (then - shift).date() == (here - shift).date() and (then.hour >= EVENING_BEGINS or then.hour < NIGHT_ENDS)


def _parts(then: datetime, team: Team, language: str) -> dict[str, object]:
    """Everything a phrase about a time may name."""
    names = team.names(language)
    return {
        "clock": _clock(then, language),
        "weekday": names.days[then.weekday()],
        "day": then.day,
        "month": names.months[then.month - 1],
        "year": then.year,
    }


def _clock(then: datetime, language: str) -> str:
    if then.hour == then.minute == 0:
        return say(language, "clock", "midnight")
    return say(language, "clock", "time", hour=then.hour, minute=then.minute)


def _cover_facts(team: Team) -> dict[str, object]:
    """Who answers emergencies at any hour, and where; empty when nobody does."""
    cover = team.urgent
    person = team.person(cover.person) if cover else None
    if cover is None or person is None or not (cover.outside_hours and cover.phone):
        return {}
    return {"cover": person.name, "cover_phone": cover.phone}


def _phone_hours(team: Team, now: datetime, language: str) -> tuple[str, dict[str, object]]:
    calendar = team.firm.calendar
    if not any(calendar.week):
        return "plain", {}
    closes = hours.closes_at(now, calendar)
    if closes is None:
        return "shut", {"moment": moment(hours.next_open(now, calendar), now, team, language)}
    if hours.is_open(closes, calendar):  # a shop that never shuts
        return "plain", {}
    return "open", {"until": _until(_on_the_wall(now, team), _on_the_wall(closes, team), calendar, language)}


def _until(here: datetime, closes: datetime, calendar: Calendar, language: str) -> str:
    """The rest of an open day: “until 17:30”, before a break “until 12:30 and again from 13:15 to 17:30”."""
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    day = [[midnight + timedelta(minutes=minute) for minute in window] for window in calendar.week[here.weekday()]]
    left = [(opens, shuts) for opens, shuts in day if shuts > here.replace(tzinfo=None)]
    first = left[0][1] if left else closes  # where clocks are put back an open hour may be on the wall twice
    until = say(language, "phone", "until", clock=_clock(first, language))
    for opens, shuts in left[1:]:
        until = say(
            language, "phone", "again", until=until, opens=_clock(opens, language), clock=_clock(shuts, language)
        )
    return until


def _counted(count: int, thing: str, language: str, one: str = "") -> str:
    if count == 0:
        return ""
    if count == 1:
        single = say(language, "files", thing)
        return say(language, "files", one, thing=single) if one else single
    word = _table(language)["number"].get(str(count), str(count))
    return say(language, "files", thing + "s", count=word)
