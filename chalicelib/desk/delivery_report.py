"""A machine tells us something about a letter of ours, or a colleague's mailbox says its owner is away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.desk import hours, letters, promises
from chalicelib.desk.arrival import Arrival, decision, message
from chalicelib.desk.decision import (
    Acknowledgement,
    Away,
    Change,
    Decision,
    Forward,
    Letter,
    LetterState,
    Logged,
    Notice,
    Outgoing,
    Recorded,
    Remembered,
    Reply,
    Topic,
    Updated,
)
from chalicelib.desk.model import (
    Absence,
    Customer,
    Kind,
    Party,
    Receipt,
    Thread,
    ThreadStatus,
    first_words,
    letter_key_for,
)
from chalicelib.desk.routing import cover_for
from chalicelib.desk.sending_events import Event as Sending
from chalicelib.desk.sending_events import SendingEvent
from chalicelib.desk.team import StaffMember, Team
from chalicelib.desk.threads import Found

AWAY_UNTIL_HEARD_FROM = timedelta(days=1)
"""Working away: an out-of-office answer counts until the next working day ends, or until they write."""


def on_thread(arrival: Arrival, found: Found) -> Decision:
    """A bounce or an automatic answer that came by mail, on the thread it speaks of."""
    thread = found.thread
    because = f"a machine's message on this thread ({found.because}); noted, not answered"
    entry = message(arrival, Party.MACHINE, arrival.inbound.sender.email, because, note=True)
    words = first_words(arrival.inbound.text, 1500)
    told = letters.notice(
        arrival,
        thread,
        _owner(arrival.team, thread),
        Topic.MACHINE_REPORT,
        words=words,
        who=arrival.inbound.sender.email,
    )
    return decision(arrival, because, thread, (Recorded(thread.id, entry),), (told,))


def of_absence(arrival: Arrival, person: StaffMember, found: Found | None) -> Decision:
    """A colleague's own automatic answer: they are away, and whoever covers for them hears of it."""
    tomorrow = arrival.now + AWAY_UNTIL_HEARD_FROM
    until = hours.closes_at(hours.next_open(tomorrow, person.calendar), person.calendar) or tomorrow
    because = f"{person.name}'s mailbox answered by itself, so {person.first_name} counts as away"
    changes: tuple[Change, ...] = (Away(Absence(person.key, until, because)),)
    out: tuple[Letter, ...] = ()
    thread = found.thread if found else None
    if thread is not None:
        entry = message(arrival, Party.MACHINE, arrival.inbound.sender.email, because, note=True)
        changes = (*changes, Recorded(thread.id, entry))
        cover = cover_for(person, arrival.known, arrival.mailbox, arrival.team, arrival.now) or arrival.team.principal
        if cover.key != person.key and thread.status is ThreadStatus.OURS:
            why = f"{person.name}'s mailbox answered by itself: {first_words(arrival.inbound.text, 300)}"
            out = (letters.escalation(arrival.team, thread, Topic.AWAY, cover, why, arrival.inbound.key, arrival.now),)
    return decision(arrival, because, thread, changes, out)


def _owner(team: Team, thread: Thread) -> StaffMember:
    return team.person(thread.owner) or team.principal


# --- SES's own events ------------------------------------------------------------------------------------------


def on_event(
    event: SendingEvent, outgoing: Outgoing, thread: Thread, customer: Customer | None, team: Team, now: datetime
) -> Decision | None:
    """What a bounce, a refusal or a complaint about one of our letters causes. None: good news, or only a delay."""
    failed = event.event in (Sending.REJECTED, Sending.BOUNCED)  # SES tells of a soft bounce when it has given up
    if event.event is Sending.COMPLAINED:
        return _complained(event, outgoing.letter, thread, customer, now)
    if not failed:
        return None
    if isinstance(outgoing.letter, Reply):
        return _reply_failed(event, outgoing.letter, thread, team, now)
    decided = _letter_failed(event, outgoing.letter, thread, team, now)
    bounced = (
        customer is not None
        and event.event is Sending.BOUNCED
        and event.permanent
        and outgoing.letter.to == customer.address
    )
    if customer is None or not bounced:
        return decided
    silent = Remembered(replace(customer, no_automatic_letters=True))
    return replace(decided, changes=(*decided.changes, silent))


def final_state(event: SendingEvent) -> LetterState | None:
    """What this event says of the letter for good; None when it says nothing final (a delay, a complaint)."""
    if event.event in (Sending.SENT, Sending.DELIVERED):
        return LetterState.SENT
    if event.event in (Sending.REJECTED, Sending.BOUNCED):
        return LetterState.FAILED
    return None


def could_not_send(letter: Letter, why: str, thread: Thread, team: Team, now: datetime) -> Decision:
    """A letter that was refused before it left, or of which nobody knows whether it did."""
    refused = SendingEvent(Sending.REJECTED, True, letter.key, thread.id, letter.key, letter.to, now, why)
    if isinstance(letter, Reply):
        return _reply_failed(refused, letter, thread, team, now)
    return _letter_failed(refused, letter, thread, team, now)


def refusal_key(letter: Letter) -> str:
    """The receipt that somebody was told of this letter: it was refused, or nobody knows."""
    return f"event/{letter.key}/{Sending.REJECTED}"


def receipt_key(event: SendingEvent) -> str:
    """The delivery key of an SES event: the same event again finds its receipt."""
    return f"event/{event.ses_id}/{event.event}"


def _receipt(event: SendingEvent, thread: Thread, because: str, now: datetime, out: tuple[Letter, ...] = ()) -> Receipt:
    key = receipt_key(event)
    return Receipt(key, now, Kind.BOUNCE, because, thread.id, tuple(letter.key for letter in out), thread.owner)


def _reply_failed(event: SendingEvent, reply: Reply, thread: Thread, team: Team, now: datetime) -> Decision:
    """The customer did not get the answer: it is our turn again, and its author knows."""
    because = f"the reply did not reach {reply.to_name or 'the customer'}: {event.reason}"
    author = team.person(reply.author_key) or _owner(team, thread)
    terms = promises.Terms(_owner(team, thread), thread.category, thread.urgent)
    fresh = promises.make(terms, team, now, promises.next_number(thread))
    promise = promises.earlier_of(thread.promise, fresh)
    again = replace(thread, status=ThreadStatus.OURS, promise=promise, last_human_letter=False)
    out = (_notice(event, again, author, Topic.REPLY_BOUNCED, team, now, reply.text, ""),)
    changes: tuple[Change, ...] = (Updated(again), Logged(thread.id, now, because))
    return Decision(_receipt(event, thread, because, now, out), changes, out)


def _letter_failed(event: SendingEvent, letter: Letter, thread: Thread, team: Team, now: datetime) -> Decision:
    """A letter a machine wrote did not arrive: whoever looks after the customer knows, by a mailbox that works.

    A notice, nudge or escalation that fails causes no other letter: else two mailboxes that both refuse would write
    to each other through us for ever.
    """
    because = f"the {letter.kind} did not arrive: {event.reason}"
    changes: tuple[Change, ...] = (Logged(thread.id, now, because),)
    if isinstance(letter, Acknowledgement):
        changes = (*_not_told(letter, thread), *changes)
    out = _in_its_place(event, letter, thread, team, now)
    return Decision(_receipt(event, thread, because, now, out), changes, out)


def _in_its_place(event: SendingEvent, letter: Letter, thread: Thread, team: Team, now: datetime) -> tuple[Letter, ...]:
    owner = _owner(team, thread)
    candidates = (owner, team.person(owner.cover), team.principal, *team.people)
    to = next((person for person in candidates if person and letter.to not in person.addresses), None)
    if to is None or not isinstance(letter, Acknowledgement | Forward):
        return ()
    if isinstance(letter, Forward) and not letter.instead_of:
        return (_to_the_next(event, letter, to),)
    return (_notice(event, thread, to, Topic.UNSENT, team, now, "", letter.kind),)


def _to_the_next(event: SendingEvent, letter: Forward, to: StaffMember) -> Forward:
    """The customer's words to a colleague whose mailbox works, with the reason on top of the card."""
    warning = f"{letter.to_name}'s mailbox did not take this mail ({event.reason}). Please see to it."
    return replace(
        letter,
        key=letter_key_for(Forward.kind, receipt_key(event), to.key),
        to=to.address,
        to_name=to.name,
        to_key=to.key,
        card=replace(letter.card, warnings=(warning, *letter.card.warnings)),
        instead_of=letter.to_key,
    )


def _not_told(letter: Acknowledgement, thread: Thread) -> tuple[Change, ...]:
    """Nobody was promised what never arrived."""
    promise = thread.promise
    if promise is None or promise.number != letter.promise_number or not promise.told:
        return ()
    return (Updated(replace(thread, promise=replace(promise, told=False))),)


def _complained(
    event: SendingEvent, letter: Letter, thread: Thread, customer: Customer | None, now: datetime
) -> Decision:
    because = f"the recipient marked the {letter.kind} as spam"
    changes: tuple[Change, ...] = (Logged(thread.id, now, because),)
    if customer is not None and letter.to == customer.address:  # a colleague's slip silences no customer
        changes = (*changes, Remembered(replace(customer, no_automatic_letters=True)))
    return Decision(_receipt(event, thread, because, now), changes)


def _notice(
    event: SendingEvent, thread: Thread, to: StaffMember, topic: Topic, team: Team, now: datetime, words: str, who: str
) -> Notice:
    cause = receipt_key(event)
    return letters.notice_about(team, thread, to, topic, cause, now, detail=event.reason, words=words, who=who)
