"""A customer writes again in a thread: it comes back to its owner, and a promise runs."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.desk import letters, promises, sweep
from chalicelib.desk.arrival import Arrival, counted, decision, heard, message, remembered, with_message
from chalicelib.desk.decision import Change, Decision, Letter, Recorded, Topic, Updated
from chalicelib.desk.model import Party, PromiseState, Thread, ThreadStatus, Trust
from chalicelib.desk.routing import Assignment, Enquiry, or_their_cover, urgent_cover
from chalicelib.desk.team import StaffMember
from chalicelib.desk.threads import Found


def decide(arrival: Arrival, found: Found) -> Decision:
    """The thread is ours again, with the same person unless it has become urgent."""
    before = found.thread
    owner, why_owner = _owner(arrival, before)
    thread = _thread(arrival, before, owner, why_owner)
    out = _letters(arrival, before, thread, owner)
    acknowledged = any(letter.kind == "acknowledgement" for letter in out)
    if acknowledged:
        thread = replace(thread, last_letter_at=arrival.now, last_human_letter=False)
    because = f"{found.because}; {why_owner}"
    changes: tuple[Change, ...] = (
        Updated(thread),
        Recorded(thread.id, message(arrival, Party.CUSTOMER, arrival.inbound.sender.email, because)),
        *_remembered(arrival, thread),
        *heard(arrival, thread.id),
        *(counted(arrival, thread.customer) if acknowledged else ()),
    )
    return decision(arrival, because, thread, changes, out)


def unconfirmed(arrival: Arrival, found: Found) -> Decision:
    """The customer's own reply address, used by an address we do not know: perhaps their other mailbox, perhaps not.

    It is kept and the owner reads it at once; nothing is sent there, and nobody becomes a participant by it.
    """
    thread = found.thread
    because = "it used the customer's reply address from an address we do not know; kept, not confirmed"
    sender = arrival.inbound.sender
    told = letters.notice(
        arrival,
        thread,
        _person(arrival, thread.owner),
        Topic.UNCONFIRMED,
        words=arrival.inbound.fresh_text,
        who=sender.email or "a sender without an address",
    )
    entry = message(arrival, Party.CUSTOMER, sender.email, because, note=True)
    return decision(arrival, because, thread, (Recorded(thread.id, entry),), (told,))


def _owner(arrival: Arrival, thread: Thread) -> tuple[StaffMember, str]:
    enquiry = Enquiry(arrival.inbound, arrival.reading, arrival.known, arrival.mailbox, arrival.team)
    cover = urgent_cover(enquiry)
    if cover is not None and not thread.urgent:
        found = or_their_cover(cover, enquiry, arrival.now)
        return found.owner, found.because
    owner = _person(arrival, thread.owner)
    because = f"{owner.name} has this thread"
    if owner.key != thread.owner:
        because = f"{thread.owner} is no longer with the firm, so {owner.name} takes it"
    found = or_their_cover(Assignment(owner, because), enquiry, arrival.now)
    return found.owner, found.because


def _person(arrival: Arrival, key: str) -> StaffMember:
    team = arrival.team
    return team.person(key) or team.person(arrival.mailbox.default) or team.principal


def _thread(arrival: Arrival, before: Thread, owner: StaffMember, why_owner: str) -> Thread:
    urgent = before.urgent or arrival.reading.urgent
    away = arrival.known.away_until(owner.key, arrival.now)
    unhappy = before.unhappy or arrival.reading.unhappy
    terms = promises.Terms(owner, before.category, urgent, away, unhappy)
    fresh = promises.make(terms, arrival.team, arrival.now, promises.next_number(before))
    promise = promises.earlier_of(before.promise, fresh)
    thread = replace(
        before,
        owner=owner.key,
        because=before.because if owner.key == before.owner else why_owner,
        status=ThreadStatus.OURS,
        urgent=urgent,
        unhappy=unhappy,
        trust=Trust.VERIFIED if Trust.VERIFIED in (before.trust, arrival.trust) else before.trust,
        promise=promise,
    )
    return with_message(thread, arrival)


def changes_what_they_expect(before: Thread, after: Thread) -> bool:
    """Another person has it now; or another time holds, and no person has written since the last automatic letter."""
    if after.promise is None:
        return False
    if before.owner != after.owner or before.last_human_letter:
        return before.owner != after.owner
    told = before.promise is not None and before.promise.told and before.promise.state is PromiseState.WAITING
    return not (told and before.promise is not None and before.promise.due == after.promise.due)


def _letters(arrival: Arrival, before: Thread, thread: Thread, owner: StaffMember) -> tuple[Letter, ...]:
    out: list[Letter] = []
    urgent_now = thread.urgent and not before.urgent
    silent = letters.no_acknowledgement_because(arrival)
    tell = not silent and (urgent_now or changes_what_they_expect(before, thread))
    if tell:
        out.append(letters.acknowledgement(arrival, thread, owner, again=not urgent_now))
    told = tell or (thread.promise is not None and thread.promise.told)
    out.append(letters.forward(arrival, thread, owner, told=told))
    previous = arrival.team.person(before.owner)
    if previous is not None and previous.key != owner.key:
        out.append(letters.forward(arrival, thread, previous, told=told))  # its card names who has it now
    out.extend(_missed(arrival, before) or letters.escalations(arrival, thread))
    return tuple(out)


def _missed(arrival: Arrival, before: Thread) -> tuple[Letter, ...]:
    """Their time passed in this very minute: whoever would have heard of it from the sweep hears of it here."""
    promise = before.promise
    if promise is None or promise.state is not PromiseState.WAITING or arrival.now < promise.due:
        return ()
    return sweep.missed_letters(before, arrival.team, arrival.now)


def _remembered(arrival: Arrival, thread: Thread) -> tuple[Change, ...]:
    customer = arrival.known.customer
    if customer is None or customer.address != thread.customer:
        return ()
    return remembered(arrival, thread, is_new=False)
