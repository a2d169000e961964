"""How many automatic letters one address, and one domain, may cause in a day."""

from __future__ import annotations

import pytest

from chalicelib.desk.limits import Cap, caps, fold
from chalicelib.desk.model import Trust


@pytest.mark.parametrize(
    ("address", "folded"),
    [
        ("jane@customer.example", "jane@customer.example"),
        ("jane+boiler@customer.example", "jane@customer.example"),
        ("jane.roe@customer.example", "jane.roe@customer.example"),
        ("j.a.n.e+x@gmail.com", "jane@gmail.com"),
    ],
    ids=["as it is", "a label", "dots elsewhere mean something", "Gmail's do not"],
)
def test_labels_and_gmails_dots_lead_to_the_same_mailbox(address: str, folded: str) -> None:
    assert fold(address) == folded


def test_what_nobody_vouches_for_is_counted_apart() -> None:
    assert caps("jane@gmail.com", Trust.VERIFIED) == (Cap("jane@gmail.com", 6),)
    assert caps("jane@gmail.com", Trust.UNVERIFIED) == (Cap("jane@gmail.com unverified", 6),)


def test_a_firms_own_domain_has_a_cap_of_its_own() -> None:
    assert caps("help-17@other.example", Trust.VERIFIED) == (Cap("help-17@other.example", 6), Cap("@other.example", 30))
    assert caps("x@other.example", Trust.UNVERIFIED)[1] == Cap("@other.example unverified", 30)


def test_no_address_runs_up_no_counter() -> None:
    assert caps("", Trust.UNVERIFIED) == ()
