"""The DNS records byname needs, and what is to be said of each when one looks. Pure: values in, values out.

Sources: SES developer guide, "Easy DKIM", "Using a custom MAIL FROM domain", "Publishing an MX record for email
receiving"; RFC 7489 (DMARC), RFC 7208 3.2 (one SPF record), RFC 1034 3.6.2 (nothing beside an alias).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from byname.cloud.domains import Domains
from byname.cloud.domains import domains_of as domains_of
from byname.cloud.identity import Identity
from byname.cloud.look_up import Question, Seen

NOBODY = "byname-asks-for-nobody"
"""A name nobody has: what is answered for it, a wildcard answers for any name."""


class Purpose(Enum):
    """What a record is for."""

    DKIM = "signs letters, so that they are not taken for spam"
    RETURN = "where undeliverable letters come back to SES"
    SPF = "says that SES may send for this domain"
    RECEIVE = "brings mail to byname"
    DMARC = "tells mailboxes to trust what is signed"


@dataclass(frozen=True, slots=True)
class Record:
    """One record. Names and values without the last dot and without quotes."""

    kind: str
    name: str
    value: str
    purpose: Purpose

    @property
    def host(self) -> str:
        """The other server an MX or CNAME names."""
        return self.value.rpartition(" ")[2]


class State(Enum):
    SEEN = "seen"
    MISSING = "not yet"
    CONFLICT = "in the way"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True, slots=True)
class Sight:
    """A record as it was found, with a note for the person when there is more to say."""

    record: Record
    state: State
    note: str = ""


def wanted(domains: Domains, identities: Mapping[str, Identity], region: str) -> tuple[Record, ...]:
    """Every record there should be. An identity SES does not know yet has no DKIM names: `byname deploy` makes it."""
    records: list[Record] = []
    for domain in domains.identities:
        identity = identities.get(domain)
        if identity is not None and identity.exists:
            records += _of_identity(identity, region)
        if domain in domains.sending:
            records.append(Record("TXT", f"_dmarc.{domain}", "v=DMARC1; p=none", Purpose.DMARC))
    inbound = f"10 inbound-smtp.{region}.amazonaws.com"
    records += [Record("MX", domain, inbound, Purpose.RECEIVE) for domain in domains.receiving]
    return tuple(records)


def _of_identity(identity: Identity, region: str) -> list[Record]:
    keys = f"_domainkey.{identity.domain}"
    records = [
        Record("CNAME", f"{token}.{keys}", f"{token}.{identity.dkim_zone}", Purpose.DKIM) for token in identity.tokens
    ]
    if identity.mail_from:
        feedback = f"10 feedback-smtp.{region}.amazonses.com"
        records.append(Record("MX", identity.mail_from, feedback, Purpose.RETURN))
        records.append(Record("TXT", identity.mail_from, "v=spf1 include:amazonses.com ~all", Purpose.SPF))
    return records


def questions(records: Iterable[Record]) -> set[Question]:
    """What must be looked up to judge these records."""
    asked: set[Question] = set()
    for record in records:
        above = f"{NOBODY}.{record.name.partition('.')[2]}"
        asked |= {(name, kind) for name in (record.name, above) for kind in (record.kind, "CNAME")}
        if record.purpose is Purpose.DMARC:
            asked |= {(name, "TXT") for name in _policies_above(record.name)}
    return asked


def judge(record: Record, seen: Seen) -> Sight:
    """Is it there, missing, or is something else in its place?"""
    found = _own_values(record.name, record.kind, seen)
    if found is None:
        return Sight(record, State.UNKNOWN, "the name server gave no answer; try again, or ask another with --resolver")
    alias = _own_values(record.name, "CNAME", seen) if record.kind != "CNAME" else ()
    if alias:
        words = f"{record.name} is an alias of {alias[0]}, and nothing can stand beside an alias: remove that CNAME"
        return Sight(record, State.CONFLICT, words)
    match record.purpose:
        case Purpose.DMARC:
            return _judge_policy(record, found, seen)
        case Purpose.SPF:
            return _judge_spf(record, found)
        case Purpose.RECEIVE | Purpose.RETURN:
            return _judge_mx(record, found)
        case Purpose.DKIM:
            if not found:
                return Sight(record, State.MISSING)
            right = record.value in found
            note = "" if right else f"it points to {found[0]}: change it to the value above"
            return Sight(record, State.SEEN if right else State.CONFLICT, note)


def _own_values(name: str, kind: str, seen: Seen) -> tuple[str, ...] | None:
    """What is published for this very name, not what a wildcard says for every name; None: nobody could say."""
    found = seen[name, kind]
    anyone = f"{NOBODY}.{name.partition('.')[2]}"
    for_anyone = (seen[anyone, kind], seen[anyone, "CNAME"])
    if found and any(for_anyone) and found in (for_anyone[0], seen[anyone, "CNAME"]):
        return ()
    return found


def _judge_mx(record: Record, found: tuple[str, ...]) -> Sight:
    hosts = [value.rpartition(" ")[2] for value in found]
    others = [host for host in hosts if host != record.host]
    if not hosts:
        return Sight(record, State.MISSING)
    if not others:
        return Sight(record, State.SEEN)
    if record.purpose is Purpose.RETURN:
        words = f"{record.name} has another MX ({', '.join(others)}): SES wants this one alone, so remove the other"
    else:
        words = (
            f"mail for {record.name} goes to {', '.join(others)} today, and that is not touched. Let receives_at in "
            f"team.toml name a subdomain that has no mail yet, like help.{record.name}, and forward your address to it"
        )
    return Sight(record, State.CONFLICT, words)


def _judge_spf(record: Record, found: tuple[str, ...]) -> Sight:
    policies = [value for value in found if value.lower().startswith("v=spf1")]
    if len(policies) > 1:
        words = f"{record.name} has {len(policies)} SPF records, and then none counts: keep one of them"
        return Sight(record, State.CONFLICT, words)
    if not policies:
        return Sight(record, State.MISSING)
    if "include:amazonses.com" in policies[0].lower().split():
        return Sight(record, State.SEEN)
    words = f'there is another SPF record ("{policies[0]}"): put include:amazonses.com into it'
    return Sight(record, State.CONFLICT, words)


def _judge_policy(record: Record, found: tuple[str, ...], seen: Seen) -> Sight:
    """An existing policy is the firm's own and is kept, whatever it says; so is one it has from a domain above."""
    own = [value for value in found if value.lower().startswith("v=dmarc1")]
    if len(own) > 1:
        words = f"{record.name} has {len(own)} DMARC records, and then none counts: keep one of them"
        return Sight(record, State.CONFLICT, words)
    if own:
        return Sight(record, State.SEEN, "" if own[0] == record.value else f"yours is kept: {own[0]}")
    for name in _policies_above(record.name):
        if any(value.lower().startswith("v=dmarc1") for value in seen[name, "TXT"] or ()):
            return Sight(record, State.SEEN, f"{name} says it for this domain, too")
    return Sight(record, State.MISSING)


def _policies_above(name: str) -> list[str]:
    """`_dmarc.support.harris.example` → `_dmarc.harris.example`: where the policy of a subdomain may stand."""
    labels = name.removeprefix("_dmarc.").split(".")
    return [f"_dmarc.{'.'.join(labels[start:])}" for start in range(1, len(labels) - 1)]
