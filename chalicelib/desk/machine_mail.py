"""A machine writes on a thread: a report on a letter of ours, an automatic answer, a colleague's absence.

What it says is noted and told, never answered. It changes nothing we know of a customer: anybody can write such mail.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from chalicelib.desk import hours, letters
from chalicelib.desk.arrival import Arrival, decision, message
from chalicelib.desk.decision import Away, Change, Decision, Letter, Recorded, Topic
from chalicelib.desk.model import Absence, Kind, Party, Thread, ThreadStatus, first_words
from chalicelib.desk.routing import cover_for
from chalicelib.desk.says_away import SaysAway
from chalicelib.desk.team import StaffMember
from chalicelib.desk.threads import Found

AWAY_UNTIL_HEARD_FROM = timedelta(days=1)
"""An out-of-office answer that names no day counts until the next working day ends, or until they write."""
LONGEST_ABSENCE = timedelta(days=35)
"""A day named further off counts as this: it may be misread, and the next answer renews it."""

QUIET = frozenset((Kind.DELIVERED, Kind.READ_RECEIPT))
"""Nobody has to do anything: noted, not told."""
REPORTS = frozenset((Kind.BOUNCE, Kind.DELAYED, Kind.COMPLAINT))
SAYS = {
    Kind.BOUNCE: "a letter of this thread could not be delivered",
    Kind.DELAYED: "a letter of this thread is late, and still being tried",
    Kind.DELIVERED: "a letter of this thread has arrived",
    Kind.READ_RECEIPT: "a letter of this thread was opened",
    Kind.COMPLAINT: "a letter of this thread was marked as spam",
    Kind.CHALLENGE: "a spam guard asks for a click before it takes a letter of this thread",
    Kind.OUT_OF_OFFICE: "a mailbox answered by itself that its owner is away",
    Kind.AUTOMATIC: "a machine's message on this thread",
}


def on_thread(arrival: Arrival, found: Found) -> Decision:
    """Noted on the thread it speaks of; its owner hears what it says."""
    thread, sender = found.thread, arrival.inbound.sender.email
    because = f"{SAYS[arrival.kind]} ({found.because}); noted, not answered"
    entry = message(arrival, Party.MACHINE, sender, because, note=True)
    told = () if arrival.kind in QUIET else (_told(arrival, thread),)
    return decision(arrival, because, thread, (Recorded(thread.id, entry),), told)


def _told(arrival: Arrival, thread: Thread) -> Letter:
    owner = arrival.team.person(thread.owner) or arrival.team.principal
    words, report = first_words(arrival.inbound.text, 1500), arrival.inbound.report
    if arrival.kind in REPORTS and report is not None and not _is_about_colleagues(arrival, report.recipients):
        topic, detail = Topic.MAIL_REPORT, f"{report.sentence}."
        return letters.notice(arrival, thread, owner, topic, detail=detail, words=words, who=report.action)
    topic, detail = Topic.MACHINE_REPORT, _absence_said(arrival.inbound.away)
    return letters.notice(arrival, thread, owner, topic, detail=detail, words=words, who=arrival.inbound.sender.email)


def _is_about_colleagues(arrival: Arrival, recipients: tuple[str, ...]) -> bool:
    return bool(recipients) and all(arrival.team.person_at(each) for each in recipients)


def _absence_said(away: SaysAway | None) -> str:
    """What their mailbox says of their absence, in one sentence; empty when it says no more than that."""
    if away is None or not (away.back_on or away.cover_words):
        return ""
    back = f"back on {away.back_on:%A} {away.back_on.day} {away.back_on:%B}" if away.back_on else "away"
    return f"They are {back}{f', and name {away.cover_words}' if away.cover_words else ''}."


def of_absence(arrival: Arrival, person: StaffMember, found: Found | None) -> Decision:
    """A colleague's own automatic answer: they are away, and whoever covers for them hears of it."""
    until = _until(arrival, person)
    because = f"{person.name}'s mailbox answered by itself, so {person.first_name} counts as away"
    changes: tuple[Change, ...] = (Away(Absence(person.key, until, because)),)
    out: tuple[Letter, ...] = ()
    thread = found.thread if found else None
    if thread is not None:
        entry = message(arrival, Party.MACHINE, arrival.inbound.sender.email, because, note=True)
        changes = (*changes, Recorded(thread.id, entry))
        cover = _cover(arrival, person)
        if cover.key != person.key and thread.status is ThreadStatus.OURS:
            why = f"{person.name}'s mailbox answered by itself: {first_words(arrival.inbound.text, 300)}"
            out = (letters.escalation(arrival.team, thread, Topic.AWAY, cover, why, arrival.inbound.key, arrival.now),)
    return decision(arrival, because, thread, changes, out)


def _until(arrival: Arrival, person: StaffMember) -> datetime:
    """When the day they name begins for them; without one, when the next working day ends."""
    away = arrival.inbound.away
    if away is not None and away.back_on is not None:
        named = datetime.combine(away.back_on, time(), UTC)
        return hours.next_open(min(max(named, arrival.now), arrival.now + LONGEST_ABSENCE), person.calendar)
    tomorrow = arrival.now + AWAY_UNTIL_HEARD_FROM
    return hours.closes_at(hours.next_open(tomorrow, person.calendar), person.calendar) or tomorrow


def _cover(arrival: Arrival, person: StaffMember) -> StaffMember:
    """The colleague they name themselves, when they are here; else whoever the firm has chosen."""
    away = arrival.inbound.away
    named = arrival.team.person_at(away.cover) if away and away.cover else None
    if named is not None and not arrival.known.away_until(named.key, arrival.now):
        return named
    return cover_for(person, arrival.known, arrival.mailbox, arrival.team, arrival.now) or arrival.team.principal
