"""What a decision means as one transaction: DynamoDB's own rules, and our conditions."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.aws.writes import backoff, of_decision
from chalicelib.desk.decision import Counted, Decision, Logged, Opened, Recorded, Remembered, Updated
from chalicelib.desk.model import Customer, Kind, Message, Party, Receipt
from chalicelib.errors import Refused
from tests.builders import MONDAY, a_thread

LEASE = timedelta(minutes=2)
RECEIPT = Receipt("inbound/mail-1", MONDAY, Kind.CUSTOMER, "Jane wrote")
JANE = Customer("jane@customer.example", "Jane Roe", MONDAY)


def test_a_new_row_is_demanded_to_be_new_and_a_known_one_unchanged() -> None:
    thread = a_thread(version=3)
    changes = (
        Opened(replace(thread, id="aaaaaaaaaa", kind=Kind.BULK)),
        Updated(thread),
        Remembered(JANE),
        Remembered(replace(JANE, address="j@customer.example", version=2)),
    )
    writes = of_decision(Decision(RECEIPT, changes, copy_of="f1ngerpr1nt"), MONDAY, LEASE)
    assert [write.arguments["ConditionExpression"] for write in writes] == [
        "attribute_not_exists(pk)",
        "attribute_not_exists(pk)",
        "attribute_not_exists(pk)",
        "version = :read",
        "attribute_not_exists(pk)",
        "version = :read",
    ]
    assert writes[3].arguments["ExpressionAttributeValues"] == {":read": {"N": "3"}}
    assert writes[3].arguments["Item"]["version"] == {"N": "4"}


def test_no_row_is_written_twice_in_one_transaction() -> None:
    logged, counted = Logged("k7q3md9x2a", MONDAY, "nudged"), Counted("jane@customer.example", "2026-11-23")
    writes = of_decision(Decision(RECEIPT, (logged, logged, counted, counted)), MONDAY, LEASE)
    assert [write.verb for write in writes] == ["Put", "Put", "Update"]
    assert writes[2].arguments["ExpressionAttributeValues"][":times"] == {"N": "2"}


def test_a_counter_is_forgotten_after_three_days() -> None:
    (_, write) = of_decision(Decision(RECEIPT, (Counted("jane@customer.example", "2026-11-23"),)), MONDAY, LEASE)
    assert write.arguments["ExpressionAttributeValues"][":ttl"] == {"N": "1795684020"}


@pytest.mark.parametrize(("kind", "rows"), [(Kind.CUSTOMER, 3), (Kind.BULK, 2), (Kind.BOUNCE, 2)])
def test_only_a_customers_thread_enters_their_history(kind: Kind, rows: int) -> None:
    assert len(of_decision(Decision(RECEIPT, (Opened(a_thread(kind=kind)),)), MONDAY, LEASE)) == rows


def test_more_writes_than_a_transaction_takes_are_refused() -> None:
    changes = tuple(Logged("k7q3md9x2a", MONDAY, f"line {number}") for number in range(100))
    with pytest.raises(Refused, match="It needs 101 writes; one transaction takes 100"):
        of_decision(Decision(RECEIPT, changes), MONDAY, LEASE)


def test_a_text_that_no_packing_makes_fit_is_refused_before_dynamodb_does() -> None:
    noise = "".join(random.Random(1).choices([chr(code) for code in range(0x4E00, 0x9FFF)], k=250_000))
    message = Message("inbound/mail-1", MONDAY, Party.CUSTOMER, "jane@customer.example", noise, "Jane wrote")
    with pytest.raises(Refused, match=r"MSG#2026-11-23T09:07:00.000000Z#\w+: It is \d+ bytes; the table takes 390000"):
        of_decision(Decision(RECEIPT, (Recorded("k7q3md9x2a", message),)), MONDAY, LEASE)


@pytest.mark.parametrize(("attempts", "minutes"), [(0, 1), (1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (10_000, 60)])
def test_each_attempt_doubles_the_wait_up_to_an_hour(attempts: int, minutes: int) -> None:
    assert backoff(attempts) == timedelta(minutes=minutes)
