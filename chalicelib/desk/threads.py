"""Which thread does it belong to?

In this order: a signed address in the envelope, References newest first, In-Reply-To, the reference in the subject, the
very subject of a matter of theirs.
An address or id routes only for somebody who belongs to the thread; for anybody else it only says where to look.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from chalicelib.desk.decision import Known
from chalicelib.desk.model import Inbound, Thread, Trust, first_words
from chalicelib.desk.signed_addresses import Claim, KeyRing, Purpose, party_of, read_claim
from chalicelib.desk.team import Mailbox, Team
from chalicelib.desk.trust import proven_staff, trust_of


@dataclass(frozen=True, slots=True)
class Found:
    """A thread, and by what right this mail came to it."""

    thread: Thread
    purpose: Purpose | None = None
    """Of the signed address; None when message ids or the subject led here."""
    party: str = ""
    """Whom that address was made for."""
    because: str = ""
    address: str = ""
    """The signed address it came to."""
    several: bool = False
    """It came to several signed addresses at once, of different threads or purposes."""


SUBJECT_KEPT = 80
"""Characters of a thread's subject that a customer's row keeps (`arrival.remembered`)."""
STAFF_PURPOSES = (Purpose.STAFF_REPLY, Purpose.PRIVATE_NOTE)
"""Of the addresses that only colleagues have."""
_PREFIX = re.compile(
    r"^\s*(?:(?:re|aw|antw|sv|vs|vb|vl|rv|ref|rif|r|i|tr|fwd?|wg|res|enc|odp|odg|pd|pr|vá|ynt|ilt|απ|σχετ|πρθ|отв|відп|пересл"
    r"|答复|回复|回覆|返信|转发|轉寄|転送|회신|전달)\s?(?:\[\d+\])?\s*[:\uff1a]\s*)+",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"\b([0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{3})\b", re.IGNORECASE)


def bare_subject(subject: str) -> str:
    """The subject without Re:, AW:, Fwd: … and their like."""
    return _PREFIX.sub("", subject).strip()


def routes(inbound: Inbound, team: Team) -> tuple[str, ...]:
    """The addresses that may lead to a thread: the envelope's, and for a proven colleague the mail's own To and Cc.

    A colleague's DKIM signature covers To and Cc, so whichever copy of a mail comes first knows where all of them went.
    """
    shown = (*inbound.to, *inbound.cc) if proven_staff(inbound, team) else ()
    return tuple(dict.fromkeys((*inbound.recipients, *(one.email for one in shown))))


def claims(inbound: Inbound, team: Team) -> tuple[Claim, ...]:
    """What those of them claim that are at our own domains, in order. Nothing is proven yet."""
    ours = {mailbox.receives_at.rpartition("@")[2] for mailbox in team.mailboxes}
    at_home = (route for route in routes(inbound, team) if route.rpartition("@")[2] in ours)
    return tuple(claim for claim in map(read_claim, at_home) if claim)


def thread_ids(inbound: Inbound, team: Team) -> tuple[str, ...]:
    """The threads to read before anything can be decided."""
    return tuple(dict.fromkeys(claim.thread_id for claim in claims(inbound, team)))


def answered(inbound: Inbound) -> tuple[str, ...]:
    """The ids of the mails it can be an answer to, likeliest first.

    The last of References is the mail that was answered (RFC 5322 3.6.4). In-Reply-To comes after them: some programs
    name the first mail of a conversation there, or several.
    """
    return tuple(dict.fromkeys((*reversed(inbound.references), *inbound.in_reply_to)))


def continues(subject: str, earlier: str) -> bool:
    """`Re:` and the very subject of an earlier mail: how an answer looks when its ids were lost on the way."""
    bare = bare_subject(subject)
    return bool(bare) and bare != subject.strip() and bare.casefold() == bare_subject(earlier).casefold()


def named_in_subject(inbound: Inbound, known: Known) -> str:
    """The customer's own thread whose reference stands in the subject, or whose very subject it is; else empty."""
    if known.customer is None or trust_of(inbound) is not Trust.VERIFIED:
        return ""
    named = {reference.upper() for reference in _REFERENCE.findall(inbound.subject)}
    summaries = known.customer.threads
    referenced = (one.id for one in summaries if f"{one.id[:3]}-{one.id[3:6]}".upper() in named)
    if inbound.is_reply:
        return next(referenced, "")
    whole = first_words(inbound.subject, SUBJECT_KEPT)
    continued = (one.id for one in summaries if continues(whole, one.subject))
    return next(referenced, "") or next(continued, "")


def find(inbound: Inbound, known: Known, team: Team, ring: KeyRing) -> Found | None:
    """The thread this mail belongs to, or None: it opens a new one."""
    return (
        _by_signed_address(inbound, known, team, ring) or _by_message_id(inbound, known) or _by_subject(inbound, known)
    )


def _by_signed_address(inbound: Inbound, known: Known, team: Team, ring: KeyRing) -> Found | None:
    found = [one for route in routes(inbound, team) if (one := _proven(route, inbound, known, team, ring))]
    if not found:
        return None
    # A colleague's mail to several of our addresses is held and asked about; a note's address then comes first.
    first = next((one for one in found if one.purpose is Purpose.PRIVATE_NOTE), found[0])
    staff = {(claim.thread_id, claim.purpose) for claim in claims(inbound, team) if claim.purpose in STAFF_PURPOSES}
    return replace(first, several=first.purpose in STAFF_PURPOSES and len(staff) > 1)


def _proven(recipient: str, inbound: Inbound, known: Known, team: Team, ring: KeyRing) -> Found | None:
    """What one recipient address proves to be, if it is one of ours and signed by us."""
    claim = read_claim(recipient)
    thread = known.thread(claim.thread_id) if claim else None
    if claim is None or thread is None:
        return None
    if claim.purpose is Purpose.CUSTOMER_REPLY:
        candidates: tuple[str, ...] = (thread.customer, *thread.confirmed)
    else:
        candidates = tuple(person.key for person in team.people)
    party = party_of(claim, candidates, ring)
    if party is None or _is_new_matter(inbound, claim, thread):
        return None
    because = "it came to the signed address of this thread"
    return Found(thread, claim.purpose, party, because, address=recipient)


def _is_new_matter(inbound: Inbound, claim: Claim, thread: Thread) -> bool:
    """A customer's address book kept our address: a fresh mail with another subject is a new matter."""
    says_re = _PREFIX.match(inbound.subject) is not None  # some phones answer without In-Reply-To
    if claim.purpose is not Purpose.CUSTOMER_REPLY or inbound.is_reply or says_re:
        return False
    return bare_subject(inbound.subject).casefold() != bare_subject(thread.subject).casefold()


def former(inbound: Inbound, known: Known, team: Team) -> Thread | None:
    """The thread of a staff address that proves nothing any more: of somebody who left, or of a key no longer kept."""
    staff = (claim for claim in claims(inbound, team) if claim.purpose in STAFF_PURPOSES)
    return next((thread for claim in staff if (thread := known.thread(claim.thread_id))), None)


def is_addressed_to(inbound: Inbound, address: str) -> bool:
    """It stands in the mail's own To or Cc, which its sender's DKIM signature covers; the envelope is not covered."""
    return address.lower() in {shown.email for shown in (*inbound.to, *inbound.cc)}


def _by_message_id(inbound: Inbound, known: Known) -> Found | None:
    by_id = dict(known.by_message_id)
    for message_id in answered(inbound):
        thread = known.thread(by_id.get(message_id, ""))
        if thread is not None:
            return Found(thread, because="it answers a mail of this thread")
    return None


def _by_subject(inbound: Inbound, known: Known) -> Found | None:
    thread = known.thread(named_in_subject(inbound, known))
    if thread is None or not thread.has_participant(inbound.sender.email):
        return None
    says = f"names {thread.reference}" if _REFERENCE.search(inbound.subject) else "is that of this thread"
    return Found(thread, because=f"its subject {says}")


def mailbox_of(inbound: Inbound, team: Team) -> Mailbox:
    """Which of our mailboxes it was sent to: signed address first, then team.toml's order, else the default one."""
    recipients = set(inbound.recipients)
    for recipient in inbound.recipients:
        local, _, domain = recipient.rpartition("@")
        base = f"{local.partition('+')[0]}@{domain}"
        if read_claim(recipient):
            box = next((box for box in team.mailboxes if box.receives_at == base), None)
            if box:
                return box
    for box in team.mailboxes:
        if box.receives_at in recipients or box.address in recipients:
            return box
    return team.mailboxes[0]
