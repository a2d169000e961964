"""Who answers, and why that person. One table, read from top to bottom; the reason is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.desk.decision import Known
from chalicelib.desk.model import Inbound, Reading
from chalicelib.desk.settled import what_settles
from chalicelib.desk.team import Category, Mailbox, RoutingRule, StaffMember, Team
from chalicelib.desk.words import contains


@dataclass(frozen=True, slots=True)
class Enquiry:
    """What routing looks at."""

    inbound: Inbound
    reading: Reading
    known: Known
    mailbox: Mailbox
    team: Team


@dataclass(frozen=True, slots=True)
class Assignment:
    """The person who answers, and why in words a shop owner can read."""

    owner: StaffMember
    because: str
    category: str = ""
    urgent: bool = False
    helped_before: bool = False


def assign(enquiry: Enquiry, now: datetime) -> Assignment:
    """The first row of the table that names somebody; then their cover when they are away."""
    found = next(assignment for row in TABLE if (assignment := row(enquiry)))
    if not found.category:
        found = replace(found, category=enquiry.reading.category)
    return or_their_cover(found, enquiry, now)


def urgent_cover(enquiry: Enquiry) -> Assignment | None:
    cover = enquiry.team.urgent
    person = enquiry.team.person(cover.person) if cover else None
    if person is None or not enquiry.reading.urgent:
        return None
    said = _quoted(enquiry.reading.urgent_words)
    return Assignment(person, f"it is urgent ({said}), and {person.name} covers what cannot wait", urgent=True)


def what_is_always_so(enquiry: Enquiry) -> Assignment | None:
    for category in enquiry.team.categories:
        why = what_settles(category, enquiry.inbound)
        person = enquiry.team.person(category.owner) if why else None
        if person:
            said = f"{why} is always {category.name}, and {person.name} answers those"
            return Assignment(person, said, category=category.key)
    return None


def who_helped_last(enquiry: Enquiry) -> Assignment | None:
    customer = enquiry.known.customer
    person = enquiry.team.person(customer.helped_by) if customer and customer.helped_by else None
    if person is None:
        return None
    return Assignment(person, f"{person.name} helped this customer last", helped_before=True)


def by_rule(enquiry: Enquiry) -> Assignment | None:
    for rule in enquiry.team.routing:
        why = _why_it_holds(rule, enquiry)
        if not why:
            continue
        category = enquiry.team.category(rule.category)
        person = enquiry.team.person(rule.to or (category.owner if category else ""))
        if person:
            return Assignment(person, f"a rule of the firm: {why} goes to {person.name}", category=rule.category)
    return None


def by_category(enquiry: Enquiry) -> Assignment | None:
    category = enquiry.team.category(enquiry.reading.category)
    person = enquiry.team.person(category.owner) if category else None
    if category is None or person is None:
        return None
    return Assignment(person, f"{_about(category, enquiry.reading)}, and {person.name} answers those")


def _about(category: Category, reading: Reading) -> str:
    if reading.category_like:
        return f"it is about {category.name} (like {reading.category_like})"
    said = _quoted(reading.category_words)
    return f"it is about {category.name} ({said})" if said else f"it is about {category.name}, all in all"


def mailboxs_default(enquiry: Enquiry) -> Assignment:
    person = enquiry.team.person(enquiry.mailbox.default) or enquiry.team.principal
    why = _between(enquiry) or "nothing else decided"
    return Assignment(person, f"{why}, and {person.name} answers what comes to {enquiry.mailbox.address}")


def _between(enquiry: Enquiry) -> str:
    """The two it may be, when that is all we know."""
    found = (enquiry.team.category(key) for key in enquiry.reading.doubt)
    names = [category.name for category in found if category]
    return f"it may be about {' or '.join(names)}" if names else ""


TABLE: tuple[Callable[[Enquiry], Assignment | None], ...] = (
    urgent_cover,
    what_is_always_so,
    who_helped_last,
    by_rule,
    by_category,
    mailboxs_default,
)


def or_their_cover(found: Assignment, enquiry: Enquiry, now: datetime) -> Assignment:
    """Who is away hands over; when nobody is there, they keep it and the promise counts from their return."""
    if not enquiry.known.away_until(found.owner.key, now):
        return found
    person = cover_for(found.owner, enquiry.known, enquiry.mailbox, enquiry.team, now)
    if person is None:
        return found
    because = f"{found.because}; {found.owner.first_name} is away, so {person.name} takes it"
    return replace(found, owner=person, because=because, helped_before=False)


def cover_for(away: StaffMember, known: Known, mailbox: Mailbox, team: Team, now: datetime) -> StaffMember | None:
    """Their cover, that one's cover …, the mailbox's default person, the principal, anybody: the first who is there."""
    chain, person = [away.key], away
    while (key := person.cover) and key not in chain and (cover := team.person(key)):
        chain.append(key)
        person = cover
    keys = (*chain[1:], mailbox.default, team.firm.principal, *(one.key for one in team.people))
    present = (key for key in keys if key != away.key and not known.away_until(key, now))
    return next((found for key in present if (found := team.person(key))), None)


def _why_it_holds(rule: RoutingRule, enquiry: Enquiry) -> str:
    """Every condition given holds: then what held, in words; else empty."""
    reasons = []
    sender = enquiry.inbound.sender
    if rule.from_addresses:
        if not {sender.email, f"@{sender.domain}"} & set(rule.from_addresses):
            return ""
        reasons.append(f"mail from {sender.email if sender.email in rule.from_addresses else sender.domain}")
    if rule.mailboxes:
        if enquiry.mailbox.key not in rule.mailboxes:
            return ""
        reasons.append(f"mail to {enquiry.mailbox.address}")
    for phrases, text in (
        (rule.subject_contains, enquiry.inbound.subject),
        (rule.text_contains, f"{enquiry.inbound.subject}\n{enquiry.inbound.fresh_text}"),
    ):
        found = [phrase for phrase in phrases if contains(text, phrase)]
        if phrases and not found:
            return ""
        if found:
            reasons.append(_quoted(tuple(found)))
    return " and ".join(reasons)


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join(f'"{word}"' for word in words)
