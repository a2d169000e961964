"""Whose mail can SES sign, so that a colleague's reply can be played and is believed?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from byname.cloud import identity
from byname.cloud.account import Account
from chalicelib.desk.team import StaffMember, Team


class Signing:
    """SES's verified domains, asked for once each."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._known: dict[str, bool] = {}

    def signs_for(self, address: str) -> bool:
        """Is the domain of this address, or a parent of it, an identity whose mail SES signs by DKIM?"""
        return any(self._signs(domain) for domain in _with_parents(address.rpartition("@")[2]))

    def _signs(self, domain: str) -> bool:
        if domain not in self._known:
            found = identity.read(self._account, domain)
            self._known[domain] = found.verified and found.signs and found.dkim_status == "SUCCESS"
        return self._known[domain]


def stand_in(
    owner: StaffMember,
    team: Team,
    away_until: Callable[[str], datetime | None],
    signs_for: Callable[[str], bool],
    now: datetime,
) -> tuple[StaffMember, str]:
    """Who can be played, the owner or else the principal, and from which address. Raises LookupError with the reason.

    Nobody who is away: byname would take the played reply for a sign that they are back. `away_until`: by their key.
    """
    reasons = []
    for person in dict.fromkeys((owner, team.principal)):
        until = away_until(person.key)
        if until is not None and until > now:
            reasons.append(f"{person.name} is away")
            continue
        address = next((one for one in person.addresses if signs_for(one)), "")
        if address:
            return person, address
        domains = sorted({one.rpartition("@")[2] for one in person.addresses})
        reasons.append(f"SES may not sign for {person.name}'s mail at {' or '.join(domains)}")
    raise LookupError(" and ".join(reasons))


def _with_parents(domain: str) -> Iterator[str]:
    """`a.b.example`, then `b.example`; never the top-level domain alone."""
    labels = domain.split(".")
    return (".".join(labels[place:]) for place in range(len(labels) - 1))
