"""What `byname init` asks for: the answers, how each is understood, and whether `byname check` would take it."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from byname.team.agreement import SIGNING_PROVIDERS
from byname.team.schema import arrival_address

RUNS_IT = "runs the firm"
ANSWERS = "answers our customers"
"""What somebody does, ready for "Bob … ", until the owner of the file says it better."""
_SOMEBODY = re.compile(r"(?P<name>[^<@]*?)[\s,]*<?(?P<address>[^\s<>,;]+@[^\s<>,;]+)>?[\s,;:–-]*(?P<role>.*)", re.S)
_NOT_IN_A_KEY = re.compile(r"[^a-z0-9]+")
_KEY_LENGTH = 24


@dataclass(frozen=True, slots=True)
class Somebody:
    """Someone who answers customers."""

    name: str
    address: str
    """Where they read their mail. Private."""
    role: str = ANSWERS


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything asked. What stands here before an answer is a stand-in that no answer can clash with."""

    name: str = "The firm"
    principal: Somebody = Somebody("Somebody", "somebody@person.invalid", RUNS_IT)
    support: str = "support@firm.invalid"
    receives_at: str = ""
    """Empty: the same name at `help.` in front of the domain."""
    timezone: str = "UTC"
    country: str = ""
    """`GB`, `GB-ENG`; empty: no public holidays."""
    phone: str = ""
    hours: tuple[str, ...] = ("Mon-Fri 09:00-17:00",)
    others: tuple[Somebody, ...] = ()

    @property
    def people(self) -> tuple[Somebody, ...]:
        return self.principal, *self.others

    @property
    def arrives(self) -> str:
        return arrival_address(self.receives_at, self.support)


def read_somebody(text: str, role: str = ANSWERS) -> Somebody:
    """`Bob Harris bob@harris.example looks after boilers`: name, address, and what they do if it is said.

    Raises ValueError that says what is missing.
    """
    found = _SOMEBODY.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"'{text}' has no mail address in it; write both, like 'Bob Harris bob@harris.example'")
    if not found["name"].strip():
        raise ValueError(f"'{text}' has no name in front of it; write both, like 'Bob Harris {found['address']}'")
    return Somebody(found["name"].strip(), found["address"], found["role"].strip() or role)


def with_support(answers: Answers, address: str) -> Answers:
    return replace(answers, support=address, receives_at="")


def with_arrival(answers: Answers, address: str) -> Answers:
    """Raises ValueError when the mail cannot be made to arrive there."""
    if (borrowed := borrowed_domain(address)) is not None:
        raise ValueError(
            f"mail to '{address}' cannot come to you: {borrowed} is not yours. Write an address at a domain of your "
            f"own, like '{_a_right_one(answers)}'"
        )
    domain = address.lower().rpartition("@")[2]
    if domain in {person.address.lower().rpartition("@")[2] for person in answers.people}:
        raise ValueError(
            f"mail to '{address}' cannot come to byname: at {domain} people read their own. Write an address at a "
            f"domain used for nothing else, like '{_a_right_one(answers)}'"
        )
    return replace(answers, receives_at=address)


def _a_right_one(answers: Answers) -> str:
    """By the address customers write to; as long as nobody said that, by the one Enter stands for."""
    support = answers.support if answers.support != Answers().support else suggested_support(answers)
    own = suggested_arrival(replace(answers, support=support)) if support else ""
    return own or "support@help.acme.example"


def borrowed_domain(address: str) -> str | None:
    """`gmail.com` for an address at or below it: a domain whose DNS a shop cannot change."""
    domain = address.lower().rpartition("@")[2]
    return next((known for known in sorted(SIGNING_PROVIDERS) if f".{domain}".endswith(f".{known}")), None)


def suggested_support(answers: Answers) -> str:
    """`support@` at the domain of whoever runs the firm, unless that is a provider's."""
    address = answers.principal.address.lower()
    if borrowed_domain(address) or address == f"support@{address.rpartition('@')[2]}":
        return ""
    return f"support@{address.rpartition('@')[2]}"


def suggested_arrival(answers: Answers) -> str:
    return "" if borrowed_domain(answers.support) else arrival_address("", answers.support.lower())


def machine_zone(environment: Mapping[str, str] = os.environ, root: Path = Path("/")) -> str:
    """The time zone this machine is set to, `Europe/London`; empty when it does not say or has none of its own."""
    said = (
        environment.get("TZ", "").removeprefix(":"),
        str((root / "etc" / "localtime").resolve()).partition("zoneinfo/")[2],
        _first_line(root / "etc" / "timezone"),
    )
    return next((zone for zone in said if "/" in zone and not zone.startswith("Etc/")), "")


def _first_line(path: Path) -> str:
    try:
        return path.read_text("utf-8").split("\n")[0].strip()
    except (OSError, UnicodeDecodeError):
        return ""


def country_of(zone: str) -> str:
    """`GB` for `Europe/London`, as CLDR has it; empty for a zone of no country, or one without known holidays."""
    from babel.core import get_global
    from holidays import list_supported_countries

    country = str(get_global("zone_territories").get(zone, ""))
    return country if country in list_supported_countries(include_aliases=False) else ""


def parts_of(country: str) -> tuple[str, ...]:
    """`GB-ENG`, `GB-SCT` …: the parts of a country that have public holidays of their own."""
    from holidays import list_supported_countries

    return tuple(f"{country}-{part}" for part in list_supported_countries(include_aliases=False).get(country, ()))


def keys_of(people: tuple[Somebody, ...]) -> tuple[str, ...]:
    """What each is called in the file: `bob`, and a second Bob by his whole name, `bob-shaw`."""
    taken: list[str] = []
    for person in people:
        taken.append(next(key for key in _key_ideas(person) if key not in taken))
    return tuple(taken)


def _key_ideas(person: Somebody) -> list[str]:
    first, whole = person.name.split()[:1], person.name
    ideas = [_slug(text) for text in (*first, whole, person.address.partition("@")[0])]
    base = next((idea for idea in ideas if idea), "person")
    return [*filter(None, ideas), *(f"{base}-{number}" for number in range(2, 1000))]


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NOT_IN_A_KEY.sub("-", plain).strip("-")[:_KEY_LENGTH].strip("-")
