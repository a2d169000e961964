"""Whose is it really? What the mail provider vouches for, and what that allows.

Only the provider's verdicts count. Nothing the sender wrote makes him more believable.
"""

from __future__ import annotations

from chalicelib.desk.model import Channel, Inbound, Trust, Verdict, Verdicts
from chalicelib.desk.team import StaffMember, Team


def trust_of(inbound: Inbound) -> Trust:
    """How sure we are that the sender is who the From line says."""
    if is_failing(inbound.verdicts):
        return Trust.FAILING
    if inbound.channel is Channel.FORM or not inbound.sender_certain:
        return Trust.UNVERIFIED  # anybody can type any address into a form
    if inbound.verdicts.dmarc is Verdict.PASS:
        return Trust.VERIFIED
    if inbound.verdicts.dmarc is Verdict.GRAY and (has_aligned_dkim(inbound) or has_aligned_spf(inbound)):
        return Trust.VERIFIED
    return Trust.UNVERIFIED


def is_failing(verdicts: Verdicts) -> bool:
    """The sender's own domain disowns it, or it is spam or carries a virus."""
    return Verdict.FAIL in (verdicts.dmarc, verdicts.spam, verdicts.virus)


def has_aligned_dkim(inbound: Inbound) -> bool:
    """Some passing signature is of the From domain, or of a parent of it."""
    return inbound.verdicts.dkim is Verdict.PASS and any(
        is_aligned(domain, inbound.sender.domain) for domain in inbound.verdicts.dkim_domains
    )


def has_aligned_spf(inbound: Inbound) -> bool:
    """The sending server may send for the envelope's domain, and that is the From domain or a parent of it."""
    envelope_domain = inbound.envelope_from.rpartition("@")[2]
    return inbound.verdicts.spf is Verdict.PASS and is_aligned(envelope_domain, inbound.sender.domain)


def is_aligned(proven: str, claimed: str) -> bool:
    """`proven` equals `claimed` or is a parent of it. A bare top-level domain proves nothing."""
    return "." in proven and (claimed == proven or claimed.endswith("." + proven))


def proven_staff(inbound: Inbound, team: Team) -> StaffMember | None:
    """The staff member this mail is proven to be from; None for everybody else.

    Stricter than a customer's mail, because it makes us speak: an aligned DKIM pass. SPF says only that a server was
    allowed, and servers are shared; it does alone only for people whose settings say so.
    """
    person = team.person_at(inbound.sender.email)
    if person is None or inbound.channel is not Channel.MAIL or not inbound.sender_certain:
        return None
    if is_failing(inbound.verdicts) or inbound.verdicts.dmarc not in (Verdict.PASS, Verdict.GRAY):
        return None
    if has_aligned_dkim(inbound) or (person.spf_alone and has_aligned_spf(inbound)):
        return person
    return None


def warnings(inbound: Inbound) -> tuple[str, ...]:
    """What staff must know of the sender before they believe the mail; first things first."""
    verdicts = inbound.verdicts
    found = []
    if verdicts.virus is Verdict.FAIL:
        found.append("The virus scanner found something in this mail, so its files are kept back.")
    if verdicts.dmarc is Verdict.FAIL:
        found.append(f"This may be forged: {inbound.sender.domain} says it did not send it.")
    if verdicts.spam is Verdict.FAIL:
        found.append("The mail provider takes this for spam.")
    if inbound.channel is Channel.MAIL and not inbound.sender_certain and not inbound.defect:
        found.append("The sender's line is odd: it names more than one address, or none that is whole.")
    odd_reply_to = [a.email for a in inbound.reply_to if a.email and a.domain != inbound.sender.domain]
    if odd_reply_to and inbound.channel is Channel.MAIL:
        found.append(f"They ask for answers at another address: {odd_reply_to[0]}. Your reply goes to the sender.")
    return tuple(found)
