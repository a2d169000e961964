"""Is a letter what it should be? Each check gives what is wrong, in words; an empty answer: nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from byname.cloud.selftest.arrived import Arrived, as_one_line
from chalicelib.desk.decision import Acknowledgement, Reply
from chalicelib.desk.model import Verdict
from chalicelib.desk.signed_addresses import KeyRing, Purpose, party_of, read_claim
from chalicelib.desk.team import Mailbox, StaffMember, Team
from chalicelib.mail import phrases


def acknowledgement_faults(mail: Arrived, letter: Acknowledgement, team: Team, ring: KeyRing) -> tuple[str, ...]:
    """Of the letter that names a person and a time."""
    when = phrases.by_when(letter.due, letter.decided_at, team, letter.language)
    said = as_one_line(mail.text)
    faults = list(_envelope_faults(mail, letter.thread_id, letter.to, team.mailbox(letter.mailbox), ring))
    if letter.owner.name not in said:
        faults.append(f"it does not name {letter.owner.name}")
    if as_one_line(when) not in said:
        faults.append(f"it does not say “{when}”")
    return tuple(faults)


def reply_faults(mail: Arrived, letter: Reply, words: str, team: Team, ring: KeyRing) -> tuple[str, ...]:
    """Of a colleague's words, relayed: just those, in their name, and nothing of them that is private."""
    author = team.person(letter.author_key)
    faults = list(_envelope_faults(mail, letter.thread_id, letter.to, team.mailbox(letter.mailbox), ring))
    if as_lines(mail.text) != as_lines(words):
        faults.append(f"it does not say what was written, but “{as_one_line(mail.text)[:200]}”")
    if letter.author.name not in mail.sender_name:
        faults.append(f"it does not come in {letter.author.name}'s name")
    if author is not None and _shows(mail, author):
        faults.append(f"it shows an address of {author.first_name}'s own mailbox")
    return tuple(faults)


def signature_faults(mail: Arrived) -> tuple[str, ...]:
    """What SES's own inbound side found wrong with it."""
    faults = []
    if not mail.is_signed:
        faults.append(f"it is not signed by {_domain(mail.sender)} (DKIM: {mail.dkim})")
    if mail.spf is not Verdict.PASS:
        faults.append(f"SPF did not pass ({mail.spf})")
    if mail.dmarc is Verdict.FAIL:
        faults.append("DMARC failed: providers will refuse it or put it into spam")
    return tuple(faults)


def signature_notes(mail: Arrived) -> tuple[str, ...]:
    """What could be better."""
    if mail.dmarc is Verdict.PASS or mail.dmarc is Verdict.FAIL:
        return ()
    return (f"{_domain(mail.sender)} publishes no DMARC policy; `byname dns` says which record to add.",)


def as_lines(text: str) -> list[str]:
    """The lines of a text without what mail servers may change: blanks at line ends, empty lines around it."""
    return [line.rstrip() for line in text.strip().splitlines()]


def _envelope_faults(mail: Arrived, thread_id: str, customer: str, box: Mailbox, ring: KeyRing) -> Iterator[str]:
    if mail.sender != box.address:
        yield f"it comes from {mail.sender or 'nobody'} instead of {box.address}"
    claim = read_claim(mail.reply_to)
    if claim is None or claim.thread_id != thread_id or claim.purpose is not Purpose.CUSTOMER_REPLY:
        yield "its Reply-To is not the signed address of this thread"
    elif party_of(claim, (customer,), ring) is None:
        yield "its Reply-To is signed with a key that the key ring does not have"


def _shows(mail: Arrived, person: StaffMember) -> bool:
    raw = mail.raw.lower()
    return any(address.encode() in raw for address in person.addresses)


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
