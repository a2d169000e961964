"""Our own domains: as SES sees them, and their records in DNS."""

from __future__ import annotations

import re
from collections.abc import Iterator

from byname.cloud import dns_report
from byname.cloud.dns_report import Report, words_on
from byname.cloud.doctor.finding import Finding, broken, counted, warn, well
from byname.cloud.doctor.place import Place
from byname.cloud.identity import Identity
from byname.cloud.records import Purpose, Sight, State, domains_of

MEND = "`byname dns` shows what to enter; a provider may take an hour to publish it."
VITAL = frozenset((Purpose.DKIM, Purpose.RECEIVE))
"""Without the others letters leave and mail arrives, only less well."""

_STILL_LOOKING = ("PENDING", "TEMPORARY_FAILURE")


def report_of(place: Place) -> Report:
    place.client("sesv2")
    return place.once("DNS", lambda: dns_report.look(place.account, domains_of(place.team), place.look_up))


def judge_identities(report: Report) -> Iterator[Finding]:
    for identity in report.identities.values():
        yield from _identity(identity)


def _identity(identity: Identity) -> Iterator[Finding]:
    words = words_on(identity)
    if not identity.exists:
        yield broken(f"SES does not know {identity.domain} yet", "Run `byname deploy`, then `byname dns`.")
        return
    if not identity.verified:
        mend = f"{words} {MEND}" if identity.dkim_status in _STILL_LOOKING else words or MEND
        yield broken(f"SES may not send for {identity.domain} yet", mend)
    elif words:
        yield broken(f"SES does not sign letters from {identity.domain}", words)
    else:
        yield well(f"SES sends for {identity.domain} and signs what it sends (DKIM)")
    if identity.mail_from and identity.mail_from_status not in ("SUCCESS", ""):
        yield warn(
            f"Undeliverable letters do not come back to {identity.mail_from} yet; SES uses its own name until then",
            MEND,
        )


def judge_records(report: Report) -> Iterator[Finding]:
    seen = report.having(State.SEEN)
    if report.sights and len(seen) == len(report.sights):
        yield well(f"All {len(seen)} DNS records are there")
        return
    alike: dict[tuple[State, Purpose, str], list[Sight]] = {}
    for sight in report.sights:
        if sight.state is not State.SEEN:
            alike.setdefault((sight.state, sight.record.purpose, sight.note), []).append(sight)
    yield from (_records(sights) for sights in alike.values())
    if seen:
        yield well(f"{counted(len(seen), 'DNS record')} {'is' if len(seen) == 1 else 'are'} there")


def _records(sights: list[Sight]) -> Finding:
    """One or more of the same kind, for the same purpose, with the same fault."""
    first, state = sights[0].record, sights[0].state
    names = ", ".join(_short(sight.record.name) for sight in sights)
    which = f"The {first.kind} record of {names} is" if len(sights) == 1 else f"The {first.kind} records of {names} are"
    found = {
        State.MISSING: f"{which} not there ({first.purpose.value})",
        State.CONFLICT: f"{which} not as it should be ({first.purpose.value})",
        State.UNKNOWN: f"Nobody answers for the {first.kind} of {names}",
    }[state]
    note = sights[0].note
    mend = f"{note[:1].upper()}{note[1:]}." if note else MEND
    is_vital = first.purpose in VITAL and state is not State.UNKNOWN
    return broken(found, mend) if is_vital else warn(found, mend)


def _short(name: str) -> str:
    """A DKIM name without most of its 32 letters, which nobody reads."""
    return re.sub(r"^(\w{6})\w{26}(\._domainkey\.)", r"\1…\2", name)
