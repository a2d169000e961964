"""Looks for every record byname needs and gathers what there is to say: what `byname dns` shows and `doctor` reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from byname.cloud import identity as identities
from byname.cloud.account import Account
from byname.cloud.domains import Domains
from byname.cloud.identity import Identity
from byname.cloud.look_up import LookUp
from byname.cloud.records import Purpose, Record, Sight, State, judge, questions, wanted


@dataclass(frozen=True, slots=True)
class Report:
    """Every record with its state, and every domain as SES sees it."""

    sights: tuple[Sight, ...]
    identities: Mapping[str, Identity]

    @property
    def complete(self) -> bool:
        """All is seen, and SES knows every domain."""
        known = all(identity.exists for identity in self.identities.values())
        return known and all(sight.state is State.SEEN for sight in self.sights)

    @property
    def none_could_be_asked(self) -> bool:
        """The name server is dead: that says nothing of any record."""
        return bool(self.sights) and len(self.having(State.UNKNOWN)) == len(self.sights)

    def having(self, *states: State) -> tuple[Sight, ...]:
        return tuple(sight for sight in self.sights if sight.state in states)


def look(account: Account, domains: Domains, look_up: LookUp) -> Report:
    """Asks SES for its names and DNS for everything."""
    known = {domain: identities.read(account, domain) for domain in domains.identities}
    records = wanted(domains, known, account.region)
    seen = look_up.all(questions(records))
    sights = tuple(judge(record, seen) for record in records)
    return Report(_with_doubled_names(sights, domains, look_up), known)


def _with_doubled_names(sights: tuple[Sight, ...], domains: Domains, look_up: LookUp) -> tuple[Sight, ...]:
    """Many providers add the domain by themselves; whoever enters it as well publishes a name that nobody asks for."""
    doubled = {
        sight.record: f"{sight.record.name}.{_domain_of(sight.record, domains)}"
        for sight in sights
        if sight.state is State.MISSING
    }
    seen = look_up.all((name, record.kind) for record, name in doubled.items())
    return tuple(
        replace(sight, note=f"it stands at {doubled[sight.record]}: your provider adds the domain, so leave it out")
        if sight.record in doubled and sight.record.value in (seen[doubled[sight.record], sight.record.kind] or ())
        else sight
        for sight in sights
    )


def _domain_of(record: Record, domains: Domains) -> str:
    """The domain whose zone the record most likely belongs to: the shortest of ours above it."""
    above = [domain for domain in domains.identities if record.name.endswith(domain)]
    return min(above, key=len, default=record.name)


def as_json(report: Report) -> Mapping[str, Any]:
    return {
        "complete": report.complete,
        "records": [
            {
                "type": sight.record.kind,
                "name": sight.record.name,
                "value": sight.record.value,
                "why": sight.record.purpose.value,
                "purpose": sight.record.purpose.name.lower(),
                "state": sight.state.name.lower(),
                "note": sight.note,
            }
            for sight in report.sights
        ],
        "domains": [
            {
                "domain": domain,
                "known_to_ses": known.exists,
                "made_by_us": bool(known.stack),
                "verified": known.verified,
                "dkim": known.dkim_status.lower(),
                "mail_from": known.mail_from,
                "mail_from_status": known.mail_from_status.lower(),
            }
            for domain, known in report.identities.items()
        ],
    }


def words_on(known: Identity) -> str:
    """How SES sees a domain, and what to do, in a line; '' when all is well."""
    if not known.exists:
        return f"SES does not know {known.domain} yet: `byname deploy` tells it, and then there are three more records."
    if not known.signs:
        return f"SES does not sign letters from {known.domain}: switch DKIM on for it in the SES console."
    match known.dkim_status:
        case "SUCCESS":
            return ""
        case "FAILED":
            return (
                f"SES looked for the records of {known.domain} for three days and gave up: enter them, then run "
                "`byname deploy` again, and it looks anew."
            )
        case "NOT_STARTED":
            return f"{known.domain} is in SES without DKIM: switch Easy DKIM on for it in the SES console."
        case _:
            return f"SES has not seen the records of {known.domain} yet. It looks by itself; mostly it takes minutes."


def missing_dkim(report: Report) -> bool:
    return any(sight.record.purpose is Purpose.DKIM for sight in report.having(State.MISSING, State.CONFLICT))
