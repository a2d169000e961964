"""One Inbound with everything a decider may look at, and the small things every decider makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.desk import limits
from chalicelib.desk.decision import Away, Change, Counted, Decision, Heard, Known, Letter, Recorded, Remembered
from chalicelib.desk.model import (
    Absence,
    AttachmentRef,
    Customer,
    Inbound,
    Kind,
    Message,
    Party,
    Reading,
    Receipt,
    Thread,
    ThreadSummary,
    Trust,
    Verdict,
    first_words,
)
from chalicelib.desk.team import Mailbox, StaffMember, Team

EARLIER_THREADS = 5
"""How many of a customer's threads their row keeps for the card."""
REFERENCES = 20
"""How many message ids of a matter are kept: mail clients need the first and the newest."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What arrived, what it is, and what we know."""

    inbound: Inbound
    kind: Kind
    trust: Trust
    reading: Reading
    known: Known
    mailbox: Mailbox
    team: Team
    now: datetime
    credit: str = ""
    """Which colleague handed it on, and how: `Bob Harris passed it on`; empty when it came by itself."""

    @property
    def day(self) -> str:
        return self.now.date().isoformat()


def message(arrival: Arrival, party: Party, author: str, because: str, *, note: bool = False) -> Message:
    """What they wrote this time, as an entry of a thread."""
    inbound = arrival.inbound
    return Message(
        key=inbound.key,
        at=arrival.now,
        party=party,
        author=author,
        snippet=first_words(inbound.fresh_text),
        because=because,
        trust=arrival.trust,
        note=note,
        attachments=files_of(inbound),
        message_id=inbound.message_id,
    )


def decision(
    arrival: Arrival,
    because: str,
    thread: Thread | None = None,
    changes: tuple[Change, ...] = (),
    letters: tuple[Letter, ...] = (),
) -> Decision:
    """The decision with its receipt: what a repeat, or a second copy of the same mail, will find."""
    promise = thread.promise if thread else None
    receipt = Receipt(
        key=arrival.inbound.key,
        at=arrival.now,
        kind=arrival.kind,
        because=because,
        thread_id=thread.id if thread else "",
        letters=tuple(letter.key for letter in letters),
        owner=thread.owner if thread else "",
        due=promise.due if promise else None,
        urgent=thread is not None and thread.urgent and arrival.team.urgent is not None,
    )
    return Decision(receipt, changes, letters, copy_of=arrival.inbound.fingerprint)


MOST_FILES = 200
"""Files of one mail that a row and a letter name; with more the whole mail travels along instead."""


def files_of(inbound: Inbound) -> tuple[AttachmentRef, ...]:
    """The files that may be passed on: none when a virus was found, and no more than a row can name."""
    if inbound.verdicts.virus is Verdict.FAIL:
        return ()
    refs = tuple(attachment.ref for attachment in inbound.attachments[:MOST_FILES])
    return (*refs, raw_of(inbound)) if travels_whole(inbound) else refs


def travels_whole(inbound: Inbound) -> bool:
    """The mail itself goes along: it could not be read, or not be shown whole."""
    if inbound.verdicts.virus is Verdict.FAIL or inbound.form is not None:
        return False
    return bool(inbound.defect) or inbound.cut or len(inbound.attachments) > MOST_FILES


def raw_of(inbound: Inbound) -> AttachmentRef:
    """The mail as it came, as a file."""
    return AttachmentRef("original.eml", "message/rfc822", inbound.size, inbound.key)


def counted(arrival: Arrival, address: str) -> tuple[Change, ...]:
    """One more automatic letter on every counter it runs up."""
    return tuple(Counted(cap.what, arrival.day) for cap in limits.caps(address, arrival.trust))


def heard(arrival: Arrival, thread_id: str) -> tuple[Change, ...]:
    """Their Message-ID leads to this thread, for them alone."""
    inbound = arrival.inbound
    if not inbound.message_id or not inbound.sender.email:
        return ()
    return (Heard(inbound.message_id, inbound.sender.email, thread_id),)


def remembered(arrival: Arrival, thread: Thread, *, is_new: bool) -> tuple[Change, ...]:
    """The customer's row with this thread in front; nothing when nobody can be remembered."""
    if not thread.customer:
        return ()
    before = arrival.known.customer or Customer(thread.customer, thread.customer_name, arrival.now)
    summary = ThreadSummary(
        thread.id, first_words(thread.subject, 80), thread.opened_at, thread.owner, thread.category, thread.unhappy
    )
    others = tuple(earlier for earlier in before.threads if earlier.id != thread.id)
    vouched_for = arrival.trust is Trust.VERIFIED  # a form post must not rename somebody
    after = replace(
        before,
        name=(thread.customer_name if vouched_for else before.name) or before.name or thread.customer_name,
        threads=(summary, *others)[:EARLIER_THREADS],
        thread_count=before.thread_count + is_new,
        phone=(_given_phone(arrival) if vouched_for else "") or before.phone,
    )
    return (Remembered(after),)


def with_message(thread: Thread, arrival: Arrival) -> Thread:
    """The thread with the customer's newest words, and as their mail client knows it: newest id last, capped."""
    inbound = arrival.inbound
    thread = replace(
        thread,
        last_key=inbound.key,
        last_words=first_words(inbound.fresh_text, 600),
        last_wrote_at=arrival.now,
        phone=_phone(thread, arrival),
    )
    if not inbound.message_id:
        return thread
    known_ids = (*thread.references, *inbound.references, inbound.message_id)
    ids = tuple(dict.fromkeys(known_ids))
    if len(ids) > REFERENCES:
        ids = (ids[0], *ids[-(REFERENCES - 1) :])
    return replace(thread, last_message_id=inbound.message_id, references=ids)


def _phone(thread: Thread, arrival: Arrival) -> str:
    """The number they give now. One that is known already gives way only to a sender somebody vouches for."""
    given = _given_phone(arrival)
    return given if given and (arrival.trust is Trust.VERIFIED or not thread.phone) else thread.phone


def _given_phone(arrival: Arrival) -> str:
    form = arrival.inbound.form
    return (form.phone if form else "") or arrival.reading.phone


def back(arrival: Arrival, colleague: StaffMember) -> tuple[Change, ...]:
    """Who writes is not away, whatever their mailbox said on Friday."""
    if arrival.known.away_until(colleague.key, arrival.now) is None:
        return ()
    return (Away(Absence(colleague.key, arrival.now, f"{colleague.name} wrote")),)


def second_copy(arrival: Arrival) -> Decision:
    """The same mail under another delivery key: on record with the first, and answered once."""
    first = arrival.known.copy
    assert first is not None  # the dispatcher asks only then
    because = f"the same mail came before as {first.key}; it is answered once"
    changes: tuple[Change, ...] = ()
    if first.thread_id:
        entry = message(arrival, Party.CUSTOMER, arrival.inbound.sender.email, because, note=True)
        changes = (Recorded(first.thread_id, entry),)
    receipt = replace(first, key=arrival.inbound.key, at=arrival.now, because=because, letters=())
    return Decision(receipt, changes)
