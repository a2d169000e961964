"""A machine tells us something about a letter of ours, or a colleague's mailbox says its owner is away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.desk import letters, promises
from chalicelib.desk.decision import (
    Acknowledgement,
    Change,
    Decision,
    Forward,
    Letter,
    LetterState,
    Logged,
    Notice,
    Outgoing,
    Remembered,
    Reply,
    Topic,
    Updated,
)
from chalicelib.desk.model import (
    Customer,
    Kind,
    Receipt,
    Thread,
    ThreadStatus,
    letter_key_for,
)
from chalicelib.desk.sending_events import Event as Sending
from chalicelib.desk.sending_events import SendingEvent
from chalicelib.desk.team import StaffMember, Team


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
        return _reply_failed(event, outgoing.letter, thread, team, now, customer)
    decided = _letter_failed(event, outgoing.letter, thread, team, now, customer)
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


def _reply_failed(
    event: SendingEvent, reply: Reply, thread: Thread, team: Team, now: datetime, customer: Customer | None = None
) -> Decision:
    """The customer did not get the answer: it is our turn again, and its author knows."""
    because = f"the reply did not reach {reply.to_name or 'the customer'}: {event.reason}"
    author = team.person(reply.author_key) or _owner(team, thread)
    terms = promises.Terms(_owner(team, thread), thread.category, thread.urgent)
    fresh = promises.make(terms, team, now, promises.next_number(thread))
    promise = promises.earlier_of(thread.promise, fresh)
    again = replace(thread, status=ThreadStatus.OURS, promise=promise, last_human_letter=False)
    notice = _notice(event, again, author, Topic.REPLY_BOUNCED, team, now, reply.text, "")
    out = (_with_other_ways(notice, reply, thread, customer),)
    changes: tuple[Change, ...] = (Updated(again), Logged(thread.id, now, because))
    return Decision(_receipt(event, thread, because, now, out), changes, out)


def _letter_failed(
    event: SendingEvent, letter: Letter, thread: Thread, team: Team, now: datetime, customer: Customer | None = None
) -> Decision:
    """A letter a machine wrote did not arrive: whoever looks after the customer knows, by a mailbox that works.

    A notice, nudge or escalation that fails causes no other letter: else two mailboxes that both refuse would write
    to each other through us for ever.
    """
    because = f"the {letter.kind} did not arrive: {event.reason}"
    changes: tuple[Change, ...] = (Logged(thread.id, now, because),)
    if isinstance(letter, Acknowledgement):
        changes = (*_not_told(letter, thread), *changes)
    out = _in_its_place(event, letter, thread, team, now, customer)
    return Decision(_receipt(event, thread, because, now, out), changes, out)


def _in_its_place(
    event: SendingEvent, letter: Letter, thread: Thread, team: Team, now: datetime, customer: Customer | None
) -> tuple[Letter, ...]:
    owner = _owner(team, thread)
    candidates = (owner, team.person(owner.cover), team.principal, *team.people)
    to = next((person for person in candidates if person and letter.to not in person.addresses), None)
    if to is None or not isinstance(letter, Acknowledgement | Forward):
        return ()
    if isinstance(letter, Forward) and not letter.instead_of:
        return (_to_the_next(event, letter, to),)
    notice = _notice(event, thread, to, Topic.UNSENT, team, now, "", letter.kind)
    return (_with_other_ways(notice, letter, thread, customer) if isinstance(letter, Acknowledgement) else notice,)


def _with_other_ways(
    notice: Notice, letter: Acknowledgement | Reply, thread: Thread, customer: Customer | None
) -> Notice:
    """How else the customer can be reached: what they told us themselves, in this matter first."""
    phone = thread.phone or (customer.phone if customer else "")
    also_at = tuple(address for address in (thread.customer, *thread.confirmed) if address and address != letter.to)
    return replace(notice, customer=letter.to, phone=phone, also_at=also_at)


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
