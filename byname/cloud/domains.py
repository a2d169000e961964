"""The domains of a firm's mailboxes, and which of them SES must know. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.desk.team import Team


@dataclass(frozen=True, slots=True)
class Domains:
    """The domains of a firm's mailboxes."""

    sending: tuple[str, ...]
    """Of the addresses customers see: letters come From there."""
    receiving: tuple[str, ...]
    """Where mail arrives at SES."""

    @property
    def identities(self) -> tuple[str, ...]:
        """Those SES must know as ours. A domain stands for everything below it (SES guide, "Creating identities")."""
        uncovered = (d for d in self.receiving if not any(_within(d, parent) for parent in self.sending))
        return tuple(dict.fromkeys((*self.sending, *uncovered)))


def domains_of(team: Team) -> Domains:
    def of(addresses: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(address.rpartition("@")[2].lower() for address in addresses))

    return Domains(of(box.address for box in team.mailboxes), of(box.receives_at for box in team.mailboxes))


def _within(domain: str, parent: str) -> bool:
    return domain == parent or domain.endswith(f".{parent}")
