"""Who carries a domain's mail, known by its MX, and what to click there to forward an address and to sign mail (DKIM).

Sources: Google Workspace Admin Help, "Redirect or forward Gmail messages to another user", "Set up DKIM"; Microsoft
Learn, "Configure email forwarding for a mailbox", "Control automatic external email forwarding", "Use DKIM for email in
your custom domain"; the others' help pages of the same subject.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """`{address}` and `{to}` stand for the public address and where byname receives its mail."""

    name: str
    hosts: tuple[str, ...]
    """How the names of its mail servers end."""
    forward: str
    sign: str
    selectors: tuple[str, ...] = ()
    """Names under which it publishes DKIM keys."""


PROVIDERS = (
    Provider(
        "Google Workspace",
        ("google.com", "googlemail.com"),
        "Google Admin console, Apps, Google Workspace, Gmail, Default routing, Configure: for the single recipient "
        "{address}, Change envelope recipient, Replace recipient, {to}; for non-recognised and recognised addresses. "
        "Or in Gmail as {address}: Settings, Forwarding, Add a forwarding address {to}; Google's confirmation arrives "
        "at byname and is forwarded to whoever answers there",
        "Google Admin console, Apps, Google Workspace, Gmail, Authenticate email: generate a record, publish it, and "
        "press Start authentication",
        ("google",),
    ),
    Provider(
        "Microsoft 365",
        ("mail.protection.outlook.com", "mx.microsoft"),
        "Microsoft forbids it by default: Defender portal, Email & collaboration, Policies & rules, Threat policies, "
        "Anti-spam: make an outbound policy for {address} alone with Automatic forwarding rules: On. Then Exchange "
        "admin centre, Mailboxes, {address}, Manage mail flow settings, Email forwarding: {to}",
        "Microsoft Defender portal, Email & collaboration, Policies, Email authentication settings, DKIM: publish the "
        "two CNAME records it shows and switch signing on",
        ("selector1", "selector2"),
    ),
    Provider(
        "iCloud",
        ("icloud.com",),
        "icloud.com/mail as {address}: Settings, Mail Forwarding, to {to}",
        "iCloud settings, Custom Email Domain: publish the record sig1._domainkey that it shows",
        ("sig1",),
    ),
    Provider(
        "Zoho Mail",
        ("zoho.com", "zoho.eu", "zoho.in", "zohomail.com"),
        "Zoho Mail Admin Console, Users, {address}, Mail settings, Email forwarding: to {to}",
        "Zoho Mail Admin Console, Domains, Email configuration, DKIM: publish the record and switch it on",
        ("zmail", "zoho", "zohomail"),
    ),
    Provider(
        "Fastmail",
        ("messagingengine.com",),
        "Fastmail, Settings, Filters & Rules: send a copy of mail to {address} to {to}",
        "Fastmail, Settings, Domains: publish the records fm1, fm2 and fm3 that it shows",
        ("fm1", "fm2", "fm3"),
    ),
    Provider(
        "Proton",
        ("protonmail.ch", "proton.me"),
        "Proton, Settings, Proton Mail, Forward and auto-reply: from {address} to {to}",
        "Proton, Settings, Domain names: publish the three protonmail._domainkey records it shows",
        ("protonmail", "protonmail2", "protonmail3"),
    ),
)
UNKNOWN = Provider(
    "your mail provider",
    (),
    "At your mail provider, forward {address} to {to} (as a forward or an alias that leaves the From line alone)",
    "Ask your mail provider to sign your domain's mail (DKIM) and which record to publish",
)
SES_HOST = "amazonaws.com"
COMMON_SELECTORS = (
    "default",
    "dkim",
    "mail",
    "s1",
    "s2",
    "k1",
    "k2",
    "k3",
    "x",
    "key1",
    "s1-ionos",
    "strato-dkim-0002",
)
"""Where those who are not named above often keep their keys."""
SELECTORS = (*(selector for provider in PROVIDERS for selector in provider.selectors), *COMMON_SELECTORS)


def provider_of(mail_exchangers: Iterable[str]) -> Provider:
    """By the domain's MX values, `1 aspmx.l.google.com`; `UNKNOWN` when nobody here has such servers."""
    hosts = [value.rpartition(" ")[2].lower() for value in mail_exchangers]
    return next((each for each in PROVIDERS if any(_ends(host, each.hosts) for host in hosts)), UNKNOWN)


def is_ses(mail_exchangers: Iterable[str]) -> bool:
    return any(_ends(value.rpartition(" ")[2].lower(), (SES_HOST,)) for value in mail_exchangers)


def _ends(host: str, ends: Iterable[str]) -> bool:
    return any(f".{host}".endswith(f".{end}") for end in ends)
