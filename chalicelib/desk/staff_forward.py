"""A colleague hands on what is a customer's: a forwarded letter, or a call they took.

The thread is the customer's from the first word, and says which colleague handed it on. Only a proven colleague can do
that, by the rule for their answers. Whose the letter was nobody vouches for, so the customer gets the fixed letter; and
where it cannot be told, the colleague is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from chalicelib.desk import letters, open_thread
from chalicelib.desk.arrival import Arrival, back, decision, message
from chalicelib.desk.decision import Change, Decision, Heard, Known, Opened, Recorded, Topic
from chalicelib.desk.forwarded import Forwarded, HandedOn
from chalicelib.desk.model import Inbound, Kind, Marks, Party, Thread, Trust, Verdicts
from chalicelib.desk.screening import Treatment, takes_no_answer
from chalicelib.desk.team import StaffMember

PASSED_ON = Treatment(True, True, True, True, "a colleague passed on a customer's letter")
SPOKE = Treatment(True, True, True, False, "they spoke to a colleague, who told them what there is to tell")
UNCLEAR = Treatment(True, False, False, False, "whose letter a colleague passed on is not clear, so they are asked")


def decide(arrival: Arrival, author: StaffMember, handed: HandedOn) -> Decision:
    """The customer's thread; or a question to the colleague."""
    letter = handed.letter
    assert letter is not None  # the dispatcher asks only then
    here = _where_it_is_already(arrival.known, handed)
    if here is not None:
        return _here_already(arrival, author, here)
    if not _is_reachable(handed, letter):
        return _asked(arrival, author)
    theirs = _as_theirs(arrival, author, handed, letter)
    made = open_thread.decide(theirs, SPOKE if handed.spoken else PASSED_ON)
    return replace(
        made,
        receipt=replace(made.receipt, kind=Kind.STAFF),
        changes=(*_as_known_by_us(made, handed, letter), *back(arrival, author)),
        copy_of=arrival.inbound.fingerprint,
    )


def _is_reachable(handed: HandedOn, letter: Forwarded) -> bool:
    """Somebody can answer them: by mail, or after a call by phone."""
    if handed.in_doubt or not letter.sender_certain or takes_no_answer(letter.sender):
        return False
    return bool(letter.sender.email) or (handed.spoken and bool(handed.reading.phone))


def _where_it_is_already(known: Known, handed: HandedOn) -> Thread | None:
    """The thread of the very same letter: the same words, too, for anybody can write somebody's id above theirs."""
    letter, by_id = handed.letter, dict(known.by_message_id)
    if letter is None or not letter.fingerprint:
        return None
    its_own = by_id.get(letter.message_id, "")
    came = handed.came_as is not None and handed.came_as.thread_id == its_own
    return known.thread(its_own if came else by_id.get(letter.fingerprint, ""))


def _as_known_by_us(made: Decision, handed: HandedOn, letter: Forwarded) -> Iterator[Change]:
    """What a colleague wrote down is for us alone, its subject too. What is passed on once more is known again."""
    for change in made.changes:
        yield Opened(replace(change.thread, spoken=handed.spoken)) if isinstance(change, Opened) else change
    if letter.fingerprint:
        yield Heard(letter.fingerprint, letter.sender.email, made.receipt.thread_id)


def _as_theirs(arrival: Arrival, author: StaffMember, handed: HandedOn, letter: Forwarded) -> Arrival:
    """As if the customer had written themselves, with nobody to vouch for it."""
    did = "took the call" if handed.spoken else "passed it on"
    return replace(
        arrival,
        inbound=_as_written(arrival.inbound, _without_known_id(arrival, letter)),
        kind=Kind.CUSTOMER,
        trust=Trust.UNVERIFIED,
        reading=handed.reading,
        credit=f"{author.name} {did}",
    )


def _without_known_id(arrival: Arrival, letter: Forwarded) -> Forwarded:
    """Another letter has that id here: anybody can write it above theirs, and it must not lead answers astray."""
    return replace(letter, message_id="") if letter.message_id in dict(arrival.known.by_message_id) else letter


def _as_written(inbound: Inbound, letter: Forwarded) -> Inbound:
    """The letter inside, with the files that came along. Nothing of the colleague's own header speaks for it."""
    words = letter.body or inbound.fresh_text
    return replace(
        inbound,
        sender=letter.sender,
        sender_certain=True,
        text=words,
        fresh_text=words,
        subject=letter.subject,
        message_id=letter.message_id,
        in_reply_to=(),
        references=(),
        reply_to=(),
        to=letter.to,
        cc=letter.cc,
        envelope_from="",
        verdicts=Verdicts(spam=inbound.verdicts.spam, virus=inbound.verdicts.virus),
        marks=Marks(auto_submitted=inbound.marks.auto_submitted),  # a rule of their mailbox passed it on, not a person
        dated=letter.dated,
    )


def _here_already(arrival: Arrival, author: StaffMember, thread: Thread) -> Decision:
    """Their own mail reached us, too: it is on record, and whoever has it is named."""
    because = f"{author.name} passed on a letter that is here already"
    owner = arrival.team.person(thread.owner) or arrival.team.principal
    told = letters.notice(arrival, thread, author, Topic.HERE_ALREADY, who=owner.name)
    entry = message(arrival, Party.STAFF, author.key, because, note=True)
    return decision(arrival, because, thread, (Recorded(thread.id, entry), *back(arrival, author)), (told,))


def _asked(arrival: Arrival, author: StaffMember) -> Decision:
    """Kept, closed; the colleague sends it again with an address on top."""
    made = open_thread.decide(arrival, UNCLEAR)
    thread = next(change.thread for change in made.changes if isinstance(change, Opened))
    told = letters.notice(arrival, thread, author, Topic.ASK_WHOSE, words=arrival.inbound.fresh_text)
    return replace(made, receipt=replace(made.receipt, letters=(told.key,)), letters=(told,))
