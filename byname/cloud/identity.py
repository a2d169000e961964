"""A domain as SES knows it: may we send for it, with which DKIM names and which MAIL FROM.

An identity that somebody else made is used as it is and never changed; ours carry the tag `byname:stack`.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from byname.cloud.account import Account, explained
from byname.cloud.domains import Domains

TAG = "byname:stack"
"""On everything that is ours and CloudFormation did not make; the value is the stack's name."""
DKIM_ZONE = "dkim.amazonses.com"
_BOUNCES = ("bounce", "bounces", "returned-letters")
"""MAIL FROM must be a name of its own: not one that mail is sent from or received at (SES guide)."""


@dataclass(frozen=True, slots=True)
class Identity:
    """`exists` is false for a domain that SES has not heard of. Statuses are SES's own words: PENDING, SUCCESS …"""

    domain: str
    exists: bool = False
    stack: str = ""
    """The stack whose installer made it; '' when somebody else did."""
    verified: bool = False
    dkim_status: str = ""
    signs: bool = True
    tokens: tuple[str, ...] = ()
    """Left of `._domainkey.<domain>`; none when the keys are the firm's own (BYODKIM)."""
    dkim_zone: str = DKIM_ZONE
    mail_from: str = ""
    mail_from_status: str = ""


def read(account: Account, domain: str) -> Identity:
    """The identity as SES has it now."""
    client = account.client("sesv2")
    with explained(f"asking SES about {domain}"):
        try:
            return _identity(domain, client.get_email_identity(EmailIdentity=domain))
        except client.exceptions.NotFoundException:
            return Identity(domain)


def _identity(domain: str, answer: Mapping[str, Any]) -> Identity:
    dkim, mail_from = answer.get("DkimAttributes", {}), answer.get("MailFromAttributes", {})
    tags = {tag["Key"]: tag["Value"] for tag in answer.get("Tags", ())}
    own_keys = dkim.get("SigningAttributesOrigin") == "EXTERNAL"
    return Identity(
        domain,
        exists=True,
        stack=tags.get(TAG, ""),
        verified=bool(answer.get("VerifiedForSendingStatus")),
        dkim_status=dkim.get("Status", ""),
        signs=bool(dkim.get("SigningEnabled", True)),
        tokens=() if own_keys else tuple(dkim.get("Tokens", ())),
        dkim_zone=dkim.get("SigningHostedZone") or DKIM_ZONE,
        mail_from=mail_from.get("MailFromDomain", ""),
        mail_from_status=mail_from.get("MailFromDomainStatus", ""),
    )


def would_do(identity: Identity, stack: str, *, sends: bool) -> str:
    """What `ensure` would do, in words; '' for nothing. `sends`: letters come from this domain."""
    if not identity.exists:
        return f"tell SES that {identity.domain} is yours, and have letters signed (DKIM)"
    if identity.stack != stack:
        return ""
    if sends and not identity.mail_from:
        return f"have undeliverable letters come back to bounce.{identity.domain}"
    return f"have SES look for the records of {identity.domain} again" if identity.dkim_status == "FAILED" else ""


def ensure(account: Account, identity: Identity, stack: str, domains: Domains) -> Identity:
    """Makes the identity and its MAIL FROM where they are missing, or restarts what SES gave up."""
    client, domain = account.client("sesv2"), identity.domain
    with explained(f"making {domain} known to SES"):
        if not identity.exists:
            try:
                client.create_email_identity(EmailIdentity=domain, Tags=[{"Key": TAG, "Value": stack}])
            except client.exceptions.AlreadyExistsException:
                return read(account, domain)  # somebody was quicker
            identity = Identity(domain, exists=True, stack=stack)
        if identity.stack == stack and domain in domains.sending and not identity.mail_from:
            taken = (*domains.sending, *domains.receiving)
            name = next(f"{word}.{domain}" for word in _BOUNCES if f"{word}.{domain}" not in taken)
            client.put_email_identity_mail_from_attributes(
                EmailIdentity=domain, MailFromDomain=name, BehaviorOnMxFailure="USE_DEFAULT_VALUE"
            )
        if identity.stack == stack and identity.dkim_status == "FAILED":  # after 72 hours it looks no more
            client.put_email_identity_dkim_signing_attributes(EmailIdentity=domain, SigningAttributesOrigin="AWS_SES")
    return read(account, domain)


def delete(account: Account, domain: str) -> None:
    """SES forgets the domain. Nothing when it has already."""
    client = account.client("sesv2")
    with explained(f"having SES forget {domain}"), suppress(client.exceptions.NotFoundException):
        client.delete_email_identity(EmailIdentity=domain)
