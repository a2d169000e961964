"""An Arrival as `gather` would hand it to the desk."""

from __future__ import annotations

from typing import Any

from chalicelib.desk import threads
from chalicelib.desk.arrival import Arrival
from chalicelib.desk.decision import Decision, Known, Letter
from chalicelib.desk.model import Inbound
from chalicelib.desk.screening import screen
from chalicelib.desk.trust import trust_of
from chalicelib.triage.read import read
from tests.builders import MONDAY, a_team, an_inbound

INSTANCE = "help.harris.example"


def an_arrival(inbound: Inbound | None = None, **over: Any) -> Arrival:
    inbound = inbound or an_inbound()
    team = over.pop("team", None) or a_team()
    parts: dict[str, Any] = {
        "kind": screen(inbound, team, INSTANCE),
        "trust": trust_of(inbound),
        "reading": read(inbound.subject, inbound.fresh_text, team),
        "known": Known(),
        "mailbox": threads.mailbox_of(inbound, team),
        "now": MONDAY,
        **over,
    }
    return Arrival(inbound=inbound, team=team, **parts)


def sent(decision: Decision) -> list[tuple[str, str]]:
    """The letters as (kind, to): what a person would count."""
    return [(letter.kind, letter.to) for letter in decision.letters]


def the(decision: Decision, kind: str) -> Letter:
    """The one letter of that kind."""
    (letter,) = [letter for letter in decision.letters if letter.kind == kind]
    return letter


def change(decision: Decision, of: type) -> Any:
    """The one change of that type."""
    (found,) = [change for change in decision.changes if isinstance(change, of)]
    return found
