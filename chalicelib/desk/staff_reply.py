"""Something arrives at a thread's staff address: a colleague's answer for the customer, or not.

What is not proven to be a colleague's, or might show the customer what is private, is held, never relayed and never
lost; the person who must act is told, with the words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from chalicelib.desk import letters, promises
from chalicelib.desk.arrival import Arrival, back, decision, message
from chalicelib.desk.commands import command_line
from chalicelib.desk.decision import Change, Decision, Letter, Recorded, Remembered, Reply, Topic, Updated
from chalicelib.desk.model import Customer, Kind, Party, Thread, ThreadStatus, letter_key_for
from chalicelib.desk.signed_addresses import Purpose
from chalicelib.desk.team import StaffMember, public
from chalicelib.desk.threads import Found
from chalicelib.desk.trust import proven_staff


@dataclass(frozen=True, slots=True)
class Said:
    """What a colleague wrote this time, made fit to leave the firm."""

    text: str
    """Without quote, card and signed addresses."""
    still_private: bool
    """Parts of a card, or a signed address, are still in it."""


def decide(arrival: Arrival, found: Found, said: Said) -> Decision:
    """Relay, note or hold."""
    author = proven_staff(arrival.inbound, arrival.team)
    if author is None:
        return _held_from_outside(arrival, found)
    if found.purpose is Purpose.PRIVATE_NOTE:
        return _note(arrival, found, author, said)
    held = _hold(arrival, found.thread, said)
    if held is not None:
        topic, detail = held
        return _held(arrival, found.thread, author, topic, detail)
    return _relay(arrival, found, author, said)


def _hold(arrival: Arrival, thread: Thread, said: Said) -> tuple[Topic, str] | None:
    """Why a proven colleague's mail is not relayed as it is; None: it is."""
    files = [attachment for attachment in arrival.inbound.attachments if not attachment.ref.inline]
    if said.still_private:
        return Topic.HELD_CARD, ""
    if arrival.kind is Kind.OPAQUE or not (said.text.strip() or files):
        return Topic.HELD_EMPTY, ""
    command = command_line(said.text)
    if command:
        return Topic.HELD_COMMAND, command
    if not thread.customer:
        return Topic.HELD_NO_ADDRESS, ""
    return None


def _relay(arrival: Arrival, found: Found, author: StaffMember, said: Said) -> Decision:
    thread = found.thread
    because = f"{author.name} answered" + ("" if found.party == author.key else f" the mail sent to {found.party}")
    reply = _reply(arrival, thread, author, said)
    answered = replace(
        thread,
        status=ThreadStatus.THEIRS,
        promise=promises.kept(thread.promise, arrival.now),
        last_letter_at=arrival.now,
        last_human_letter=True,
    )
    out: list[Letter] = [reply]
    owner = arrival.team.person(thread.owner)
    if owner is not None and owner.key != author.key:
        topic, words = Topic.COLLEAGUE_ANSWERED, said.text
        out.append(letters.notice(arrival, answered, owner, topic, words=words, who=author.name))
    changes: tuple[Change, ...] = (
        Updated(answered),
        Recorded(thread.id, message(arrival, Party.STAFF, author.key, because)),
        *_helped(arrival, thread, author),
        *back(arrival, author),
    )
    return decision(arrival, because, answered, changes, tuple(out))


def _reply(arrival: Arrival, thread: Thread, author: StaffMember, said: Said) -> Reply:
    return Reply(
        key=letter_key_for(Reply.kind, arrival.inbound.key, thread.customer),
        thread_id=thread.id,
        to=thread.customer,
        to_name=thread.customer_name,
        mailbox=thread.mailbox,
        author=public(author),
        text=said.text,
        subject=thread.subject,
        author_key=author.key,
        in_reply_to=thread.last_message_id,
        references=thread.references,
        attachments=tuple(attachment.ref for attachment in arrival.inbound.attachments),
        language=arrival.team.mailbox(thread.mailbox).language,
    )


def _helped(arrival: Arrival, thread: Thread, author: StaffMember) -> tuple[Change, ...]:
    customer = arrival.known.customer or Customer(thread.customer, thread.customer_name, arrival.now)
    return (Remembered(replace(customer, helped_by=author.key, helped_at=arrival.now)),)


def _note(arrival: Arrival, found: Found, author: StaffMember, said: Said) -> Decision:
    because = f"{author.name} left a private note"
    owner = arrival.team.person(found.thread.owner)
    out: tuple[Letter, ...] = ()
    if owner is not None and owner.key != author.key:
        out = (letters.notice(arrival, found.thread, owner, Topic.NOTE, words=said.text, who=author.name),)
    entry = message(arrival, Party.STAFF, author.key, because, note=True)
    return decision(arrival, because, found.thread, (Recorded(found.thread.id, entry), *back(arrival, author)), out)


def astray(arrival: Arrival, found: Found) -> Decision:
    """A colleague answered to the mailbox instead of the thread's own address, and must not think it has gone."""
    author = proven_staff(arrival.inbound, arrival.team)
    if author is None:
        return _held_from_outside(arrival, found)
    return _held(arrival, found.thread, author, Topic.HELD_ASTRAY, "")


def _held(arrival: Arrival, thread: Thread, to: StaffMember, topic: Topic, detail: str) -> Decision:
    """Kept, not relayed; its author gets it back with the reason and the mend."""
    because = f"held, not sent to the customer: {WHY_HELD[topic]}"
    told = letters.notice(arrival, thread, to, topic, detail=detail, words=arrival.inbound.fresh_text)
    entry = message(arrival, Party.STAFF, to.key, because, note=True)
    here = back(arrival, to) if topic is not Topic.HELD_UNPROVEN else ()
    return decision(arrival, because, thread, (Recorded(thread.id, entry), *here), (told,))


WHY_HELD = {
    Topic.HELD_CARD: "parts of the card are still in it",
    Topic.HELD_EMPTY: "nothing is left when the quote is cut",
    Topic.HELD_COMMAND: "a line looks like a command",
    Topic.HELD_ASTRAY: "it came to the mailbox, not to the thread's own address",
    Topic.HELD_NO_ADDRESS: "the customer's address is not known",
    Topic.HELD_UNPROVEN: "the mail provider does not vouch for the sender",
    Topic.HELD_STRANGER: "the sender is no colleague",
}


def _held_from_outside(arrival: Arrival, found: Found) -> Decision:
    """Not proven to be a colleague's: the colleague it claims to be, or else the owner, reads it and decides."""
    claimed = arrival.team.person_at(arrival.inbound.sender.email)
    if claimed is not None:
        return _held(arrival, found.thread, claimed, Topic.HELD_UNPROVEN, "")
    owner = arrival.team.person(found.thread.owner) or arrival.team.principal
    topic, sender = Topic.HELD_STRANGER, arrival.inbound.sender.email
    because = f"held, not sent to the customer: {WHY_HELD[topic]}"
    words, who = arrival.inbound.fresh_text, sender or "a sender without an address"
    told = letters.notice(arrival, found.thread, owner, topic, words=words, who=who)
    entry = message(arrival, Party.CUSTOMER, sender, because, note=True)
    return decision(arrival, because, found.thread, (Recorded(found.thread.id, entry),), (told,))
