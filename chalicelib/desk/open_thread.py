"""Somebody writes who belongs to no thread: open one, and see that a person answers."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.desk import letters, promises
from chalicelib.desk.arrival import Arrival, back, counted, decision, heard, message, remembered, with_message
from chalicelib.desk.decision import Change, Decision, Letter, Opened, Recorded
from chalicelib.desk.model import Kind, Party, Thread, ThreadStatus, first_words, thread_id_for
from chalicelib.desk.routing import Assignment, Enquiry, assign
from chalicelib.desk.screening import KINDS, Treatment
from chalicelib.desk.team import StaffMember
from chalicelib.desk.trust import proven_staff


def decide(arrival: Arrival, treatment: Treatment | None = None) -> Decision:
    """A thread with an owner, and the letters its kind asks for; or `treatment`, where more is known than the kind."""
    treatment = treatment or KINDS[arrival.kind]
    if not treatment.opens_thread:
        return decision(arrival, treatment.words)
    assignment = _assignment(arrival, treatment)
    thread = _thread(arrival, assignment, treatment)
    because = _because(arrival, thread, treatment)
    out = _letters(arrival, thread, assignment.owner, treatment)
    return decision(arrival, because, thread, _changes(arrival, thread, because, out), out)


def _assignment(arrival: Arrival, treatment: Treatment) -> Assignment:
    enquiry = Enquiry(arrival.inbound, arrival.reading, arrival.known, arrival.mailbox, arrival.team)
    if treatment.promise:
        return assign(enquiry, arrival.now)
    # Nobody waits for an answer, so it never goes past the default person to somebody's own customers' desk.
    team = arrival.team
    default = team.person(arrival.mailbox.default) or team.principal
    candidates = (default, team.person(default.cover), team.principal, *team.people)
    sender = arrival.inbound.sender.email  # a colleague's own words need not come back to them
    person = next((person for person in candidates if person and sender not in person.addresses), default)
    return Assignment(person, f"{treatment.words}; {person.name} sees what needs no answer")


def _thread(arrival: Arrival, assignment: Assignment, treatment: Treatment) -> Thread:
    inbound, reading = arrival.inbound, arrival.reading
    urgent = treatment.promise and reading.urgent
    thread = Thread(
        id=thread_id_for(inbound.key),
        customer=inbound.sender.email,
        customer_name=inbound.sender.name,
        subject=inbound.subject or first_words(inbound.fresh_text, 60),
        mailbox=arrival.mailbox.key,
        owner=assignment.owner.key,
        status=ThreadStatus.OURS if treatment.promise else ThreadStatus.CLOSED,
        opened_at=arrival.now,
        because=assignment.because,
        kind=arrival.kind,
        trust=arrival.trust,
        category=assignment.category,
        urgent=urgent,
        unhappy=treatment.promise and reading.unhappy,
    )
    if treatment.promise:
        away = arrival.known.away_until(assignment.owner.key, arrival.now)
        terms = promises.Terms(assignment.owner, assignment.category, urgent, away, thread.unhappy)
        thread = replace(thread, promise=promises.make(terms, arrival.team, arrival.now))
    return with_message(thread, arrival)


def _silent_because(arrival: Arrival, treatment: Treatment) -> str:
    return letters.no_acknowledgement_because(arrival) if treatment.acknowledgement else treatment.words


def _letters(arrival: Arrival, thread: Thread, owner: StaffMember, treatment: Treatment) -> tuple[Letter, ...]:
    out: list[Letter] = []
    told = treatment.acknowledgement and not _silent_because(arrival, treatment)
    if told:
        out.append(letters.acknowledgement(arrival, thread, owner))
    if treatment.forward:
        out.append(letters.forward(arrival, thread, owner, told=told, quiet=not treatment.promise))
    if treatment.promise:
        out.extend(letters.escalations(arrival, thread))
    return tuple(out)


def _changes(arrival: Arrival, thread: Thread, because: str, out: tuple[Letter, ...]) -> tuple[Change, ...]:
    acknowledged = any(letter.kind == "acknowledgement" for letter in out)
    if acknowledged:
        thread = replace(thread, last_letter_at=arrival.now)
    party = Party.CUSTOMER if arrival.kind in (Kind.CUSTOMER, Kind.OPAQUE) else Party.MACHINE
    entry = message(arrival, party, arrival.inbound.sender.email, because)
    letters_counted = counted(arrival, thread.customer) if acknowledged else ()
    known_person = remembered(arrival, thread, is_new=True) if arrival.kind is Kind.CUSTOMER else ()
    colleague = proven_staff(arrival.inbound, arrival.team)
    here = back(arrival, colleague) if colleague and arrival.kind is Kind.STAFF else ()
    return (
        Opened(thread),
        Recorded(thread.id, entry),
        *known_person,
        *heard(arrival, thread.id),
        *letters_counted,
        *here,
    )


def _because(arrival: Arrival, thread: Thread, treatment: Treatment) -> str:
    if not treatment.promise:
        return treatment.words
    silent = _silent_because(arrival, treatment)
    reasons = (arrival.credit, thread.because, f"no acknowledgement: {silent}" if silent else "")
    return "; ".join(filter(None, reasons))
