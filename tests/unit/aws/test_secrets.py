"""The key ring: what it must look like, what is said when it does not, how long it is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.stub import Stubber

from chalicelib.aws.secrets import key_ring, new_ring, read_ring
from chalicelib.desk.signed_addresses import KeyRing
from chalicelib.errors import Misconfigured, Unavailable

ZEROS, ONES = "0" * 64, "1" * 64
StubbedOf = Callable[[str], tuple[Any, Stubber]]


def test_a_ring_is_read_from_its_json() -> None:
    text = json.dumps({"newest": "1", "0": ZEROS, "1": ONES})
    assert read_ring(text, "byname/keys") == KeyRing({"0": b"0" * 64, "1": b"1" * 64}, newest="1")


def test_a_new_ring_has_one_key_that_nobody_had_before() -> None:
    one, other = read_ring(new_ring(), "byname/keys"), read_ring(new_ring(), "byname/keys")
    assert one.newest == "1"
    assert len(one.keys["1"]) == 64
    assert one.keys != other.keys


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", "cannot be read", id="empty"),
        pytest.param("[]", "cannot be read", id="a list"),
        pytest.param('{"newest": "1"}', "has no key '1'", id="no keys"),
        pytest.param('{"newest": "1", "1": 7}', "cannot be read", id="a number"),
        pytest.param(json.dumps({"newest": "2", "1": ONES}), "has no key '2'", id="the newest is missing"),
        pytest.param(json.dumps({"newest": "i", "i": ONES}), "not one of", id="a letter that misreads"),
        pytest.param(json.dumps({"newest": "1", "1": "c2hvcnQ="}), "fewer than 43 characters", id="a short key"),
    ],
)
def test_a_broken_ring_is_named_with_the_mend(text: str, says: str) -> None:
    with pytest.raises(Misconfigured, match=r"The secret byname/keys .*Deploy again") as broken:
        read_ring(text, "byname/keys")
    assert says in str(broken.value)


def test_no_key_is_ever_shown() -> None:
    with pytest.raises(Misconfigured) as broken:
        read_ring(json.dumps({"newest": "2", "1": ONES}), "byname/keys")
    assert ONES not in str(broken.value)


def test_a_missing_secret_is_named_with_the_mend(stubbed: StubbedOf) -> None:
    client, stub = stubbed("secretsmanager")
    stub.add_client_error("get_secret_value", "ResourceNotFoundException")
    with pytest.raises(Misconfigured, match="The secret missing-keys is not there"):
        key_ring(client, "missing-keys")


def test_a_throttled_secret_is_unavailable(stubbed: StubbedOf) -> None:
    client, stub = stubbed("secretsmanager")
    stub.add_client_error("get_secret_value", "ThrottlingException")
    with pytest.raises(Unavailable, match="key ring: ThrottlingException"):
        key_ring(client, "throttled-keys")


def test_a_ring_is_asked_for_again_after_five_minutes(stubbed: StubbedOf) -> None:
    client, stub = stubbed("secretsmanager")
    for newest in ("0", "1"):
        text = json.dumps({"newest": newest, "0": ZEROS, "1": ONES})
        stub.add_response("get_secret_value", {"SecretString": text}, {"SecretId": "kept-keys"})
    seconds = iter((1_000.0, 1_299.0, 1_301.0)).__next__
    seen = [key_ring(client, "kept-keys", seconds).newest for _ in range(3)]
    assert seen == ["0", "0", "1"]
