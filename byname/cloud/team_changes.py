"""What changes when one team takes the place of another, in the desk's words. Pure: two teams in, lines out.

Every difference is said: what has no words of its own is named by its setting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from byname.cloud.domains import domains_of
from byname.team.notation import write_hours, write_span
from chalicelib.desk.hours import Calendar
from chalicelib.desk.team import Category, Mailbox, RoutingRule, StaffMember, Team

ADDED, GONE, OTHERWISE = "+", "−", "~"
_DAYS_NAMED = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changes."""

    sign: str
    words: str


def differences(old: Team, new: Team, today: date) -> tuple[Difference, ...]:
    """Everything that changes; nothing for the same team."""
    both = _Both(old, new, today)
    return (
        *both.firm(),
        *both.entries(old.people, new.people, _person, lambda person: person.name),
        *both.entries(old.mailboxes, new.mailboxes, _mailbox, lambda box: box.address),
        *both.entries(old.categories, new.categories, _category, lambda category: category.name),
        *both.order(),
        *both.rules(),
        *both.rest(),
    )


def people_gone(old: Team, new: Team) -> tuple[StaffMember, ...]:
    """Those whose threads somebody else must take over."""
    keys = {person.key for person in new.people}
    return tuple(person for person in old.people if person.key not in keys)


def domains_new(old: Team, new: Team) -> tuple[str, ...]:
    """Domains SES does not know from this team: without `byname deploy` no mail arrives there, and none leaves."""
    before, after = domains_of(old), domains_of(new)
    known = {*before.sending, *before.receiving}
    return tuple(dict.fromkeys(domain for domain in (*after.receiving, *after.sending) if domain not in known))


LABELS = {
    "address": "what customers see",
    "receives_at": "where mail arrives",
    "default": "who answers when nothing else decides",
    "addresses": "mail addresses",
    "spf_alone": "replies proven by SPF alone",
    "form_senders": "senders of the website's form",
    "answer_within": "answers within",
    "owner": "who answers",
    "cover": "who steps in",
    "principal": "who runs it",
    "origins": "websites that may post the form",
    "outside_hours": "the clock runs at night",
}
"""Settings by the words for them; the others are called by their names."""
PEOPLE = frozenset(("default", "owner", "cover", "principal", "person", "to"))
"""Settings that hold somebody's key."""


@dataclass(frozen=True, slots=True)
class _Both:
    """The two teams side by side."""

    old: Team
    new: Team
    today: date

    def firm(self) -> Iterator[Difference]:
        yield from self.settings("The firm", self.old.firm, self.new.firm)
        yield from self.calendar("The firm", self.old.firm.calendar, self.new.firm.calendar)
        if self.old.answer_within != self.new.answer_within:
            yield self.otherwise("The firm", "answer_within", self.old.answer_within, self.new.answer_within)

    def entries(
        self, old: Iterable[Any], new: Iterable[Any], introduce: Callable[[Any, Team], str], call: Callable[[Any], str]
    ) -> Iterator[Difference]:
        """People, mailboxes or categories: who came, who went, who changed. The key says who is who."""
        before, after = {each.key: each for each in old}, {each.key: each for each in new}
        for key in (*before, *(key for key in after if key not in before)):
            if key not in after:
                yield Difference(GONE, introduce(before[key], self.old))
            elif key not in before:
                yield Difference(ADDED, introduce(after[key], self.new))
            else:
                yield from self.settings(call(before[key]), before[key], after[key])
                yield from self.own_calendar(before[key], after[key])

    def settings(self, subject: str, old: Any, new: Any) -> Iterator[Difference]:
        for field in fields(old):
            was, will_be = getattr(old, field.name), getattr(new, field.name)
            if was != will_be and not isinstance(was, Calendar):
                yield self.otherwise(subject, field.name, was, will_be)

    def otherwise(self, subject: str, setting: str, was: Any, will_be: Any) -> Difference:
        label = LABELS.get(setting, setting.replace("_", " "))
        told = (self.told(setting, was, self.old), self.told(setting, will_be, self.new))
        return Difference(OTHERWISE, f"{subject}: {label}: {told[0]} → {told[1]}")

    def told(self, setting: str, value: Any, team: Team) -> str:
        if setting in PEOPLE and isinstance(value, str) and (person := team.person(value)):
            return person.name
        match value:
            case timedelta():
                return write_span(value)
            case bool():
                return "yes" if value else "no"
            case tuple():
                return ", ".join(map(str, value)) or "none"
            case _:
                return str(value) or "none"

    def own_calendar(self, old: Any, new: Any) -> Iterator[Difference]:
        """A person's hours, unless they are simply the firm's, before and after."""
        if isinstance(old, StaffMember) and isinstance(new, StaffMember):
            follows = old.calendar == self.old.firm.calendar and new.calendar == self.new.firm.calendar
            yield from () if follows else self.calendar(old.name, old.calendar, new.calendar)

    def calendar(self, subject: str, old: Calendar, new: Calendar) -> Iterator[Difference]:
        if old.zone != new.zone:
            yield Difference(OTHERWISE, f"{subject}: time zone: {old.zone} → {new.zone}")
        if old.week != new.week:
            yield Difference(OTHERWISE, f"{subject}: hours: {write_hours(old.week)} → {write_hours(new.week)}")
        before, after = self.days_off(old), self.days_off(new)
        for sign, gained, words in ((ADDED, after - before, "closed on"), (GONE, before - after, "open again on")):
            if gained:
                yield Difference(sign, f"{subject}: {words} {_days(sorted(gained))}")
        if before == after and old.closed != new.closed:
            yield Difference(OTHERWISE, f"{subject}: days off that have passed are listed otherwise")

    def days_off(self, calendar: Calendar) -> set[tuple[date, str]]:
        return {(day, name) for day, name in calendar.closed if day >= self.today}

    def order(self) -> Iterator[Difference]:
        """The first mailbox gets mail to names that nobody has."""
        if self.old.mailboxes[0].key != self.new.mailboxes[0].key:
            yield Difference(OTHERWISE, f"Mail to names that nobody has: as if to {self.new.mailboxes[0].address}")
        for what in ("people", "mailboxes", "categories"):
            before, after = ([each.key for each in getattr(team, what)] for team in (self.old, self.new))
            if before != after and sorted(before) == sorted(after):
                yield Difference(OTHERWISE, f"The order of {what}: {', '.join(after)}")

    def rules(self) -> Iterator[Difference]:
        before, after = self.old.routing, self.new.routing
        yield from (Difference(GONE, _rule(rule, self.old)) for rule in before if rule not in after)
        yield from (Difference(ADDED, _rule(rule, self.new)) for rule in after if rule not in before)
        if before != after and sorted(map(repr, before)) == sorted(map(repr, after)):
            yield Difference(OTHERWISE, "The same rules stand in another order, and the first that fits decides")

    def rest(self) -> Iterator[Difference]:
        yield from self.settings("The contact page", self.old.form, self.new.form)
        was, will_be = self.old.urgent, self.new.urgent
        if was and will_be:
            yield from self.settings("When it cannot wait", was, will_be)
        elif was or will_be:
            cover, team = (was, self.old) if was else (will_be, self.new)
            assert cover is not None
            sign = GONE if was else ADDED
            yield Difference(sign, f"When it cannot wait: {self.told('person', cover.person, team)} answers")
        if self.old.languages != self.new.languages:
            yield Difference(
                OTHERWISE, f"Languages of letters: {_names(self.old.languages)} → {_names(self.new.languages)}"
            )


def _person(person: StaffMember, _: Team) -> str:
    return f"{person.name}, who {person.role} ({person.address})"


def _mailbox(box: Mailbox, _: Team) -> str:
    return f"The mailbox {box.address}, whose mail arrives at {box.receives_at}"


def _category(category: Category, team: Team) -> str:
    owner = team.person(category.owner)
    return f"{category.name}: {owner.name if owner else category.owner} answers"


def _rule(rule: RoutingRule, team: Team) -> str:
    who, category = team.person(rule.to), team.category(rule.category)
    then = (who.name if who else "", f"as {category.name}" if category else "")
    conditions = (
        ("from", rule.from_addresses),
        ("to", rule.mailboxes),
        ("with a subject of", rule.subject_contains),
        ("with a text of", rule.text_contains),
    )
    when = " and ".join(f"{what} {' or '.join(words)}" for what, words in conditions if words)
    return f"The rule for mail {when}: {' '.join(filter(None, then))}"


def _days(days: list[tuple[date, str]]) -> str:
    named = ", ".join(f"{day} {name}" for day, name in days[:_DAYS_NAMED])
    more = len(days) - _DAYS_NAMED
    return f"{named} and {more} more days until {days[-1][0]}" if more > 0 else named


def _names(languages: Iterable[tuple[str, object]]) -> str:
    return ", ".join(language for language, _ in languages)
