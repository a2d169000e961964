"""Will the replies of the people who answer be believed? Their domains must sign what they send.

A reply is relayed only when it is proven to be its author's: an aligned DKIM pass (`chalicelib/desk/trust.py`). DKIM
keys can be found only by guessing their names; but a domain that has none at all has no name `_domainkey` either
(RFC 8020), unless SES's keys of our own stand there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from byname.cloud.doctor.finding import Finding, broken, warn, well
from byname.cloud.doctor.place import Place
from byname.cloud.doctor.providers import SELECTORS, UNKNOWN, Provider, provider_of
from byname.cloud.look_up import LookUp, Question, Seen
from byname.cloud.records import domains_of
from byname.team.agreement import SIGNING_PROVIDERS
from chalicelib.desk.team import StaffMember, Team
from chalicelib.errors import Unavailable


@dataclass(frozen=True, slots=True)
class StaffDomain:
    """One domain our people write from, as DNS shows it."""

    domain: str
    people: tuple[str, ...]
    """Names of those who write from it."""
    without_dkim: tuple[str, ...] = ()
    """Those of them for whom team.toml lets SPF do (`spf_alone`)."""
    provider: Provider = UNKNOWN
    signs_as: str = ""
    """The selector of a DKIM key that was found; empty when none was."""
    may_have_others: bool | None = None
    """There are DKIM keys whose names nobody can guess. None: it cannot be told."""
    spf: str = ""
    dmarc: str = ""
    answered: bool = True
    """False: DNS could not be asked."""


def domains_of_staff(place: Place) -> tuple[StaffDomain, ...]:
    team = place.team
    people = people_by_domain(team)
    wanted = [domain for domain in people if domain not in SIGNING_PROVIDERS]
    seen = place.look_up.all(question for domain in wanted for question in _first_questions(domain))
    answering = [domain for domain in wanted if seen[domain, "TXT"] is not None]
    seen = {**seen, **place.look_up.all(question for domain in answering for question in _keys(domain))}
    known = [StaffDomain(domain, _names(people[domain])) for domain in people if domain in SIGNING_PROVIDERS]
    ours = domains_of(team).identities
    looked_up = (read_domain(domain, people[domain], seen) for domain in wanted)
    return (*known, *(_with_other_keys(one, place.look_up, ours) for one in looked_up))


def people_by_domain(team: Team) -> Mapping[str, tuple[StaffMember, ...]]:
    """Domain of an address → everybody who has one there, in the order of team.toml."""
    found: dict[str, list[StaffMember]] = {}
    for person in team.people:
        for domain in dict.fromkeys(address.rpartition("@")[2] for address in person.addresses):
            found.setdefault(domain, []).append(person)
    return {domain: tuple(people) for domain, people in found.items()}


def _first_questions(domain: str) -> Iterator[Question]:
    yield from ((domain, "MX"), (domain, "TXT"))
    yield from ((name, "TXT") for name in _policies(domain))


def _keys(domain: str) -> Iterator[Question]:
    """Many: asked only where somebody answers."""
    yield from ((f"{selector}._domainkey.{domain}", "TXT") for selector in SELECTORS)


def _policies(domain: str) -> tuple[str, ...]:
    """Where the domain's DMARC policy may stand: its own, or that of a domain above it."""
    labels = domain.split(".")
    return tuple(f"_dmarc.{'.'.join(labels[start:])}" for start in range(max(1, len(labels) - 1)))


def read_domain(domain: str, people: tuple[StaffMember, ...], seen: Seen) -> StaffDomain:
    """What the answers say of a domain. Pure."""
    dmarc = (policy for name in _policies(domain) for policy in seen[name, "TXT"] or () if _is(policy, "v=dmarc1"))
    keys = (
        selector
        for selector in SELECTORS
        if any(_is_key(text) for text in seen.get((f"{selector}._domainkey.{domain}", "TXT")) or ())
    )
    return StaffDomain(
        domain,
        _names(people),
        without_dkim=_names(tuple(person for person in people if person.spf_alone)),
        provider=provider_of(seen[domain, "MX"] or ()),
        signs_as=next(keys, ""),
        spf=next((text for text in seen[domain, "TXT"] or () if _is(text, "v=spf1")), ""),
        dmarc=next(dmarc, ""),
        answered=seen[domain, "TXT"] is not None and seen[domain, "MX"] is not None,
    )


def _with_other_keys(found: StaffDomain, look_up: LookUp, ours: tuple[str, ...]) -> StaffDomain:
    if found.signs_as or not found.answered or found.domain in ours:  # SES's keys for us stand there, too
        return found
    try:
        return replace(found, may_have_others=look_up.exists(f"_domainkey.{found.domain}"))
    except Unavailable:
        return found


def _is(text: str, start: str) -> bool:
    return text.strip().lower().startswith(start)


def _is_key(text: str) -> bool:
    """A DKIM key that is not withdrawn: `p=` holds something (RFC 6376 3.6.1). A DMARC policy has a `p=`, too."""
    parts = (tag.partition("=") for tag in text.split(";"))
    tags = {name.strip(): value.strip() for name, _, value in parts}
    return bool(tags.get("p")) and tags.get("v", "DKIM1") == "DKIM1"


def _names(people: tuple[StaffMember, ...]) -> tuple[str, ...]:
    return tuple(person.name for person in people)


def judge_staff(found: tuple[StaffDomain, ...]) -> Iterator[Finding]:
    for one in found:
        yield _judged(one)


def _judged(one: StaffDomain) -> Finding:
    """From what proves most to what proves nothing."""
    held = f"replies of {_in_words(one.people)} would be held, and they would be asked to prove themselves"
    if one.domain in SIGNING_PROVIDERS:
        return well(f"{one.domain} signs its users' mail, so replies of {_in_words(one.people)} are believed")
    if not one.answered:
        return warn(f"Nobody answers for the records of {one.domain}", "Try again, or ask another with --resolver.")
    if one.signs_as:
        return _judged_signed(one)
    if set(one.people) == set(one.without_dkim):
        return _judged_by_spf(one)
    if one.may_have_others:
        return warn(
            f"{one.domain} has DKIM keys under names I cannot guess; if mail from there is not signed, {held}",
            "`byname selftest`, or a reply to any forward, shows whether they are believed.",
        )
    if one.may_have_others is None and one.provider is UNKNOWN:
        return warn(f"I find no DKIM key of {one.domain}; if mail from there is not signed, {held}", _mend(one))
    return broken(f"{one.domain} does not sign its mail (no DKIM), so {held}", _mend(one))


def _judged_signed(one: StaffDomain) -> Finding:
    said = f"{one.domain} has a DKIM key ({one.signs_as}), so replies of {_in_words(one.people)} are believed"
    if one.dmarc:
        return well(said)
    return warn(
        f"{said}, but it has no DMARC policy, so that anybody may write in their name to others",
        f'Publish TXT _dmarc.{one.domain} "v=DMARC1; p=none".',
    )


def _judged_by_spf(one: StaffDomain) -> Finding:
    if not one.spf:
        return broken(
            f"{one.domain} signs nothing and has no SPF record, so spf_alone proves nothing and replies are held",
            f'Publish an SPF record at {one.domain} as its provider says, like "v=spf1 include:… -all".',
        )
    return warn(
        f"Replies from {one.domain} are believed by SPF alone: whoever shares its servers could write as "
        f"{_in_words(one.people)}",
        f"{one.provider.sign}; then take spf_alone out of team.toml.",
    )


def _mend(one: StaffDomain) -> str:
    return (
        f"{one.provider.sign}. If that cannot be, let SPF do: spf_alone = true under each of them in team.toml, and "
        "`byname team push`."
    )


def _in_words(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
