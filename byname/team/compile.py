"""The settings as the team that Lambda loads: holidays looked up, names of days fetched, defaults filled in."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType

from babel import Locale
from holidays import country_holidays, list_localized_countries

from byname.team import schema
from byname.team.check import check, read_file
from byname.team.notation import Week
from byname.team.schema import TeamFile, arrival_address, mailbox_key
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

YEARS_AHEAD = 3
"""Promises reach weeks ahead; a firm that changes nothing for three years still opens on the right days."""


def compile_file(path: Path, today: date) -> Team:
    """The team in this team.toml. Raises Refused with every fault at once."""
    return compile_team(check(read_file(path)), today)


def compile_team(settings: TeamFile, today: date) -> Team:
    """The settings, with public holidays from the first of January until three years from today."""
    day = usual_day(settings.firm.hours)
    return Team(
        firm=_firm(settings.firm, today),
        people=tuple(_person(person, settings.firm, today) for person in settings.people),
        mailboxes=tuple(_mailbox(box, settings.firm) for box in settings.mailboxes),
        categories=tuple(_category(category, settings.firm, day) for category in settings.categories),
        routing=tuple(_rule(rule) for rule in settings.routing),
        form=ContactForm(settings.form.mailbox or _key_of(settings.mailboxes[0]), settings.form.origins),
        answer_within=settings.firm.answer_within.as_time(day),
        urgent=_urgent(settings, day),
        languages=tuple((language, names_in(language)) for language in _languages(settings)),
    )


def usual_day(week: Week) -> timedelta:
    """What `1 day` means: the working time of the firm's most frequent kind of day; of two as frequent, the longer."""
    lengths = Counter(sum(closes - opens for opens, closes in windows) for windows in week if windows)
    length, _ = max(lengths.items(), key=lambda entry: (entry[1], entry[0]))
    return timedelta(minutes=length)


@cache
def public_holidays(place: str, language: str, today: date) -> Mapping[date, str]:
    """Every public holiday of `GB-ENG` from this January until three years from today, in this language if known."""
    country, _, part = place.partition("-")
    spoken = (name for name in list_localized_countries().get(country, ()) if name.partition("_")[0] == language)
    years = range(today.year, today.year + YEARS_AHEAD + 1)
    found = country_holidays(country, subdiv=part or None, years=years, language=next(spoken, None))
    last = date(today.year + YEARS_AHEAD, today.month, min(today.day, 28))
    return MappingProxyType({day: str(name) for day, name in found.items() if day <= last})


def names_in(language: str) -> LanguageNames:
    """Days and months as CLDR has them, with plain spaces: mail clients show its narrow ones as boxes."""
    locale = Locale.parse(language)
    days, months = locale.days["format"]["wide"], locale.months["format"]["wide"]
    return LanguageNames(
        tuple(_plain(days[number]) for number in range(7)), tuple(_plain(months[number]) for number in range(1, 13))
    )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _languages(settings: TeamFile) -> list[str]:
    """The firm's, the mailboxes', and English, which everything falls back on; each once."""
    boxes = (box.language for box in settings.mailboxes if box.language)
    return list(dict.fromkeys((settings.firm.language, *boxes, "en")))


def _firm(firm: schema.Firm, today: date) -> Firm:
    calendar = _calendar(firm, firm.timezone, firm.hours, firm.public_holidays, today)
    return Firm(firm.name, firm.principal, calendar, firm.phone or "", firm.website or "", firm.language)


def _calendar(firm: schema.Firm, zone: str, week: Week, place: str | None, today: date) -> Calendar:
    """Hours with the days off: public holidays there, and the firm's own, whose names win."""
    off = dict(public_holidays(place, firm.language, today)) if place else {}
    own = {day: name for days in firm.closed for day, name in days}
    return Calendar(zone, week, tuple(sorted({**off, **own}.items())))


def _person(person: schema.Person, firm: schema.Firm, today: date) -> StaffMember:
    calendar = _calendar(
        firm,
        person.timezone or firm.timezone,
        person.hours or firm.hours,
        person.public_holidays or firm.public_holidays,
        today,
    )
    return StaffMember(
        key=person.key,
        name=person.name,
        role=person.role,
        addresses=person.addresses,
        calendar=calendar,
        phone=person.phone or "",
        languages=person.languages or (firm.language,),
        cover=person.cover or "",
        spf_alone=person.spf_alone,
    )


def _key_of(box: schema.Mailbox) -> str:
    return mailbox_key(box.key or "", box.address)


def _mailbox(box: schema.Mailbox, firm: schema.Firm) -> Mailbox:
    return Mailbox(
        key=_key_of(box),
        address=box.address,
        receives_at=arrival_address(box.receives_at or "", box.address),
        default=box.default or firm.principal,
        name=box.name or "",
        language=box.language or firm.language,
        form_senders=box.form_senders,
    )


def _category(category: schema.Category, firm: schema.Firm, day: timedelta) -> Category:
    return Category(
        key=category.key,
        name=category.name or category.key.replace("-", " ").replace("_", " ").capitalize(),
        owner=category.owner,
        answer_within=(category.answer_within or firm.answer_within).as_time(day),
        description=category.description or "",
        keywords=category.keywords,
        examples=category.examples,
        like=category.like or "",
        always=category.always,
    )


def _rule(rule: schema.Rule) -> RoutingRule:
    return RoutingRule(
        to=rule.to or "",
        category=rule.category or "",
        from_addresses=rule.senders,
        mailboxes=rule.mailboxes,
        subject_contains=rule.subject_contains,
        text_contains=rule.text_contains,
    )


def _urgent(settings: TeamFile, day: timedelta) -> UrgentCover | None:
    urgent = settings.urgent
    if urgent is None:
        return None
    phone = next((person.phone for person in settings.people if person.key == urgent.person), None)
    return UrgentCover(
        person=urgent.person,
        phone=urgent.phone or phone or "",
        answer_within=urgent.answer_within.as_time(day),
        outside_hours=urgent.outside_hours,
        words=urgent.words,
        advice=urgent.advice or "",
    )
