"""Values as JSON text, readable across versions of the code."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from chalicelib.aws.codec import from_json, instant_of, instant_text, to_json
from chalicelib.desk.model import Address, Message, Promise, Thread
from tests.builders import MONDAY, a_promise, a_thread


def test_an_address_is_one_small_object() -> None:
    text = to_json(Address("jane@customer.example", "Jané"))
    assert text == '{"email":"jane@customer.example","name":"Jané"}'


def test_an_instant_is_utc_and_always_as_wide() -> None:
    berlin = datetime(2026, 11, 23, 10, 7, tzinfo=timezone(timedelta(hours=1)))
    assert instant_text(berlin) == "2026-11-23T09:07:00.000000Z"
    assert instant_of("2026-11-23T09:07:00.000000Z") == datetime(2026, 11, 23, 9, 7, tzinfo=UTC)


def test_a_key_that_newer_code_wrote_is_left_out() -> None:
    text = json.dumps({**json.loads(to_json(a_thread())), "mood": "sunny"})
    assert from_json(Thread, text) == a_thread()


def test_a_key_that_older_code_did_not_write_takes_its_default() -> None:
    plain = json.loads(to_json(a_promise(around_the_clock=True)))
    del plain["around_the_clock"]
    assert from_json(Promise, json.dumps(plain)) == a_promise(around_the_clock=False)


def test_a_missing_key_without_a_default_is_named() -> None:
    with pytest.raises(KeyError, match=r"Address\.email"):
        from_json(Address, '{"name":"Jane"}')


def test_what_is_kept_elsewhere_comes_from_there() -> None:
    text = to_json(a_thread(), without=frozenset({"version"}))
    assert "version" not in json.loads(text)
    assert from_json(Thread, text, version=7) == replace(a_thread(), version=7)


def test_half_a_surrogate_pair_survives_as_text_dynamodb_takes() -> None:
    broken = Address("jane@customer.example", "Jane \ud83d")
    text = to_json(broken)
    assert text.isascii()
    assert from_json(Address, text) == broken


def test_a_union_that_json_cannot_tell_apart_is_refused() -> None:
    @dataclass(frozen=True)
    class Unclear:
        what: Message | Address

    Unclear.__annotations__["what"] = Message | Address
    with pytest.raises(TypeError, match="cannot tell apart"):
        from_json(Unclear, "{}")


def test_monday_is_monday() -> None:
    assert instant_of(instant_text(MONDAY)) == MONDAY
