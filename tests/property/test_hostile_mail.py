"""Mail that is meant to break us: none of it raises, none runs away, and all of it reaches a person.

How long each takes, and in how much memory, is measured by `python -m bench.hostile`; here a watchdog only ends what
would never end.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from email import message_from_bytes

import pytest

from chalicelib.mail.parse import parse
from tests.bombs import FAMILIES, HEADER, NASTY, mutated
from tests.desk_with_fakes import SUPPORT, Desk, provider_block
from tests.property.test_parse import DELIVERY, MAILS, is_whole

PATIENCE = 20
"""Seconds of our own CPU after which the watchdog barks: dozens of times what the slowest takes."""
KILOBYTES = (4, 100, 1000)
ROUNDS, A_ROUND = 10, 1000
"""Mutated mails, each round with a dice of its own."""


class RanAway(BaseException):
    """No Exception: nothing that catches all may catch this."""


@pytest.fixture(autouse=True)
def watchdog() -> Iterator[None]:
    def bark(*_: object) -> None:
        raise RanAway(f"still busy after {PATIENCE} seconds")

    before = signal.signal(signal.SIGVTALRM, bark)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize("kilobytes", KILOBYTES)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_bomb_is_an_inbound(family: str, kilobytes: int) -> None:
    raw = FAMILIES[family](kilobytes * 1024)
    inbound = parse(raw, DELIVERY)
    is_whole(inbound)
    assert inbound.size == len(raw)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_bomb_lies_in_front_of_a_person(family: str) -> None:
    desk = Desk()
    key, raw = "inbound/bomb", provider_block("bomb", "jane@customer.example", SUPPORT) + FAMILIES[family](100 * 1024)
    desk.files.objects[key] = raw
    inbound = parse(raw, DELIVERY)
    desk.receives_again(key, sender="jane@customer.example")
    if family == "paragraphs of a report":
        assert inbound.defect
    told = [mail for mail in desk.mails if mail.to.endswith("@harris.example")]
    assert told
    if inbound.defect or inbound.cut:
        assert raw in [part.get_payload(decode=True) for part in message_from_bytes(told[0].mime).walk()]


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_thousand_damaged_mails_are_inbounds(seed: int) -> None:
    for mail in mutated(MAILS, A_ROUND, seed):
        is_whole(parse(mail, DELIVERY))


@pytest.mark.parametrize("piece", NASTY)
@pytest.mark.parametrize("place", ["Content-Type", "Content-Disposition", "Content-Transfer-Encoding", "From", "Date"])
def test_a_field_of_nonsense_is_a_field(place: str, piece: bytes) -> None:
    is_whole(parse(HEADER + b"%s: %s\r\n\r\nhello" % (place.encode(), piece * 20), DELIVERY))
