"""Something arrives at a thread's staff address: a colleague's answer for the customer, or not.

What is not proven to be a colleague's, or might show the customer what is private, is held, never relayed and never
lost; the person who must act is told, with the words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from chalicelib.desk import letters, promises
from chalicelib.desk.arrival import MOST_FILES, Arrival, back, decision, message
from chalicelib.desk.commands import command_line
from chalicelib.desk.decision import Change, Decision, Letter, Recorded, Remembered, Reply, Topic, Updated
from chalicelib.desk.model import AttachmentRef, Customer, Kind, Party, Thread, ThreadStatus, letter_key_for
from chalicelib.desk.signed_addresses import Purpose
from chalicelib.desk.team import StaffMember, public
from chalicelib.desk.threads import Found, bare_subject, is_addressed_to
from chalicelib.desk.trust import proven_staff


@dataclass(frozen=True, slots=True)
class Said:
    """What a colleague wrote this time, made fit to leave the firm."""

    text: str = ""
    """Without quote, card and signed addresses."""
    private: str = ""
    """What in it must not leave the firm, in words; empty: nothing does."""
    files: tuple[AttachmentRef, ...] = ()
    """The files that go along."""
    inside: bool = False
    """More words of their own stand between the lines they quote."""


def decide(arrival: Arrival, found: Found, said: Said) -> Decision:
    """Relay, note or hold."""
    author = proven_staff(arrival.inbound, arrival.team)
    if author is None:
        return _held_from_outside(arrival, found.thread)
    if not is_addressed_to(arrival.inbound, found.address):
        # Signed by a colleague, but for somebody else: whoever holds an old mail of theirs could send it here.
        return _held(arrival, found.thread, author, Topic.HELD_UNPROVEN, "it is not addressed to this thread")
    held = _hold(arrival, found, said)
    if held is not None:
        return _held(arrival, found.thread, author, *held)
    if found.purpose is Purpose.PRIVATE_NOTE:
        return _note(arrival, found, author, said)
    return _relay(arrival, found, author, said)


def _hold(arrival: Arrival, found: Found, said: Said) -> tuple[Topic, str] | None:
    """Why a proven colleague's mail is not taken as it is; None: it is."""
    if found.several:
        return Topic.HELD_SEVERAL, ""
    if found.purpose is Purpose.PRIVATE_NOTE:
        return None
    if said.private:
        return Topic.HELD_CARD, said.private
    if said.inside:
        return Topic.HELD_INSIDE, ""
    if len(said.files) > MOST_FILES:
        return Topic.HELD_CUT, f"it has {len(said.files)} files"
    if arrival.inbound.cut:
        return Topic.HELD_CUT, ""
    if _reads_like_an_absence(arrival, found.thread):
        return Topic.HELD_ABSENCE, ""
    if arrival.kind is Kind.OPAQUE or not (said.text.strip() or any(not file.inline for file in said.files)):
        return Topic.HELD_EMPTY, ""
    command = command_line(said.text)
    if command:
        return Topic.HELD_COMMAND, command
    if not found.thread.customer:
        return Topic.HELD_NO_ADDRESS, ""
    return None


_ABSENCE = re.compile(
    r"\s*(out of (the )?office|automatic reply|auto(matic)?[- ]?(reply|response)|abwesen|automatische antwort|"
    r"r.ponse automatique|absence du bureau|respuesta autom.tica|fuera de la oficina|risposta automatica|fuori sede|"
    r"automatisch antwoord|afwezig)",
    re.IGNORECASE,
)


def _reads_like_an_absence(arrival: Arrival, thread: Thread) -> bool:
    """A mailbox answering by itself without saying so in a header; not the customer's own subject come back."""
    subject = arrival.inbound.subject
    return _ABSENCE.match(subject) is not None and bare_subject(subject) != bare_subject(thread.subject)


def _relay(arrival: Arrival, found: Found, author: StaffMember, said: Said) -> Decision:
    thread = found.thread
    because = f"{author.name} answered" + ("" if found.party == author.key else f" the mail sent to {found.party}")
    answered = replace(thread, last_letter_at=arrival.now, last_human_letter=True)
    if _answers_an_older_mail(arrival, thread):
        because += "; the customer has written again since, so the promise runs on"
    else:
        promise = promises.kept(thread.promise, arrival.now)
        answered = replace(answered, status=ThreadStatus.THEIRS, promise=promise)
    out: list[Letter] = [_reply(arrival, thread, author, said)]
    owner = arrival.team.person(thread.owner)
    if owner is not None and owner.key != author.key:
        topic, words = Topic.COLLEAGUE_ANSWERED, said.text
        out.append(letters.notice(arrival, answered, owner, topic, words=words, who=author.name))
    changes: tuple[Change, ...] = (
        Updated(answered),
        Recorded(thread.id, replace(message(arrival, Party.STAFF, author.key, because), attachments=said.files)),
        *_helped(arrival, thread, author),
        *back(arrival, author),
    )
    return decision(arrival, because, answered, changes, tuple(out))


def _answers_an_older_mail(arrival: Arrival, thread: Thread) -> bool:
    """They pressed Reply on a forward, and the customer's newest mail is another one."""
    sources = dict(arrival.known.sources)
    answered = next((sources[id_] for id_ in arrival.inbound.in_reply_to if id_ in sources), thread.last_key)
    return bool(thread.last_key) and answered != thread.last_key


def _reply(arrival: Arrival, thread: Thread, author: StaffMember, said: Said) -> Reply:
    return Reply(
        key=letter_key_for(Reply.kind, arrival.inbound.key, thread.customer),
        thread_id=thread.id,
        to=thread.customer,
        to_name=thread.customer_name,
        mailbox=thread.mailbox,
        author=public(author),
        text=said.text,
        subject="" if thread.spoken else thread.subject,
        author_key=author.key,
        in_reply_to=thread.last_message_id,
        references=thread.references,
        attachments=said.files,
        language=arrival.team.mailbox(thread.mailbox).language,
        spoken=thread.spoken,
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


def astray(arrival: Arrival, thread: Thread) -> Decision:
    """A colleague's answer by an address that is not theirs for it: they must not think that it has gone.

    They get it back in a letter whose reply does go to the customer, so that sending it again is all there is to do.
    """
    author = proven_staff(arrival.inbound, arrival.team)
    if author is None:
        return _held_from_outside(arrival, thread)
    topic, key = Topic.HELD_ASTRAY, arrival.inbound.key
    because = f"held, not sent to the customer: {WHY_HELD[topic]}"
    why = "it came by an address that is not yours for this"
    letter = letters.escalation(arrival.team, thread, topic, author, why, key, arrival.now)
    letter = replace(letter, snippet=arrival.inbound.fresh_text)
    entry = message(arrival, Party.STAFF, author.key, because, note=True)
    made = decision(arrival, because, thread, (Recorded(thread.id, entry), *back(arrival, author)), (letter,))
    return replace(made, copy_of="")  # a copy by the right address may follow, and must not count as the second


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
    Topic.HELD_ASTRAY: "it came by an address that is not theirs for this thread",
    Topic.HELD_SEVERAL: "it came to several of our addresses at once",
    Topic.HELD_INSIDE: "words of their own stand between the quoted lines",
    Topic.HELD_ABSENCE: "it reads like an automatic answer",
    Topic.HELD_CUT: "it is too long to relay whole",
    Topic.HELD_NO_ADDRESS: "the customer's address is not known",
    Topic.HELD_UNPROVEN: "the mail provider does not vouch for the sender",
    Topic.HELD_STRANGER: "the sender is no colleague",
}


def _held_from_outside(arrival: Arrival, thread: Thread) -> Decision:
    """Not proven to be a colleague's: the colleague it claims to be, or else the owner, reads it and decides."""
    claimed = arrival.team.person_at(arrival.inbound.sender.email)
    if claimed is not None:
        return _held(arrival, thread, claimed, Topic.HELD_UNPROVEN, "")
    owner = arrival.team.person(thread.owner) or arrival.team.principal
    topic, sender = Topic.HELD_STRANGER, arrival.inbound.sender.email
    because = f"held, not sent to the customer: {WHY_HELD[topic]}"
    words, who = arrival.inbound.fresh_text, sender or "a sender without an address"
    told = letters.notice(arrival, thread, owner, topic, words=words, who=who)
    entry = message(arrival, Party.CUSTOMER, sender, because, note=True)
    return decision(arrival, because, thread, (Recorded(thread.id, entry),), (told,))
