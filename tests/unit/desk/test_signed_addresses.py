"""Addresses that name a thread and cannot be guessed."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.desk.model import CROCKFORD
from chalicelib.desk.signed_addresses import (
    KeyRing,
    Purpose,
    party_of,
    read_claim,
    read_token,
    write_address,
    write_token,
)
from tests.builders import RING

RECEIVES_AT = "support@help.harris.example"
THREAD = "k7q3md9x2a"


@given(
    st.sampled_from(Purpose),
    st.text(CROCKFORD, min_size=10, max_size=10),
    st.text(min_size=1, max_size=60),
    st.booleans(),
)
def test_what_is_written_is_read_again_in_any_case(purpose: Purpose, thread: str, party: str, shouted: bool) -> None:
    address = write_address(RECEIVES_AT, purpose, thread, party, RING)
    claim = read_claim(address.upper() if shouted else address)
    assert claim is not None
    assert (claim.purpose, claim.thread_id) == (purpose, thread)
    assert party_of(claim, ("somebody else", party), RING) == party


def test_it_fits_where_mail_servers_want_at_most_64_characters() -> None:
    local = write_address(RECEIVES_AT, Purpose.STAFF_REPLY, THREAD, "bob", RING).partition("@")[0]
    assert len(local) == 37


@pytest.mark.parametrize(("made_for", "used_for"), list(itertools.permutations(Purpose, 2)))
def test_an_address_of_one_purpose_fails_for_every_other(made_for: Purpose, used_for: Purpose) -> None:
    token = write_token(made_for, THREAD, "bob", RING)
    claim = read_token(token[0] + used_for + token[2:])
    assert claim is not None
    assert party_of(claim, ("bob",), RING) is None


def test_every_single_changed_character_spoils_it() -> None:
    """But the first, which only says where to look."""
    token = write_token(Purpose.STAFF_REPLY, THREAD, "bob", RING)
    for place in range(1, len(token)):
        for other in CROCKFORD:
            changed = token[:place] + other + token[place + 1 :]
            claim = read_token(changed)
            assert changed == token or claim is None or party_of(claim, ("bob", "alice"), RING) is None


def test_an_address_for_bob_is_not_one_for_alice() -> None:
    claim = read_claim(write_address(RECEIVES_AT, Purpose.STAFF_REPLY, THREAD, "bob", RING))
    assert claim is not None
    assert party_of(claim, ("alice",), RING) is None


def test_an_old_key_still_reads_and_a_dropped_one_does_not() -> None:
    old = KeyRing({"0": RING.keys["0"]}, newest="0")
    claim = read_claim(write_address(RECEIVES_AT, Purpose.CUSTOMER_REPLY, THREAD, "jane@customer.example", old))
    assert claim is not None
    assert party_of(claim, ("jane@customer.example",), RING) == "jane@customer.example"
    assert party_of(claim, ("jane@customer.example",), KeyRing({"1": RING.keys["1"]}, "1")) is None


def test_an_address_reads_on_when_its_key_got_another_name() -> None:
    """A shop put byname away and made it anew: two rings became one, and both had called their key 1."""
    fresh = KeyRing({"1": b"f" * 64}, newest="1")
    claim = read_claim(write_address(RECEIVES_AT, Purpose.STAFF_REPLY, THREAD, "bob", fresh))
    assert claim is not None
    assert party_of(claim, ("alice", "bob"), KeyRing({"1": b"o" * 64, "2": b"f" * 64}, newest="2")) == "bob"


@pytest.mark.parametrize(
    "address", ["support@help.harris.example", "support+hello@help.harris.example", "", "@", "+@x", "a+1s" + "0" * 40]
)
def test_an_ordinary_address_claims_nothing(address: str) -> None:
    assert read_claim(address) is None
