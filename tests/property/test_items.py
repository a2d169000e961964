"""The law of the table: what is written is what is read, for every value there is a row for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from chalicelib.aws.codec import instant_of, instant_text
from chalicelib.aws.items import (
    SentId,
    from_absence,
    from_customer,
    from_heard,
    from_history,
    from_logged,
    from_message,
    from_outgoing,
    from_receipt,
    from_sent_id,
    from_thread,
    to_absence,
    to_copy_receipt,
    to_customer,
    to_heard,
    to_history,
    to_logged,
    to_message,
    to_outgoing,
    to_receipt,
    to_sent_id,
    to_thread,
    unwire,
    wire,
)
from chalicelib.desk.decision import Heard, Logged, Outgoing, type_of_letter
from chalicelib.desk.model import Absence, Customer, Message, Promise, Receipt, Thread, ThreadSummary

INSTANTS = some.datetimes(timezones=some.just(UTC))
some.register_type_strategy(datetime, INSTANTS)
some.register_type_strategy(Promise, some.builds(Promise, number=some.integers(1, 1_000)))

ROWS: dict[type, tuple[Any, Any]] = {
    Thread: (to_thread, from_thread),
    Message: (lambda message: to_message("k7q3md9x2a", message), from_message),
    Logged: (to_logged, from_logged),
    Receipt: (to_receipt, from_receipt),
    SentId: (to_sent_id, from_sent_id),
    Heard: (to_heard, from_heard),
    Customer: (to_customer, from_customer),
    ThreadSummary: (lambda summary: to_history("jane@customer.example", summary), from_history),
    Absence: (to_absence, from_absence),
}


@pytest.mark.parametrize("kind", ROWS, ids=lambda kind: kind.__name__)
@settings(deadline=None)
@given(data=some.data())
def test_what_is_written_is_what_is_read(kind: type, data: some.DataObject) -> None:
    to_row, from_row = ROWS[kind]
    value = data.draw(some.from_type(kind))
    assert from_row(unwire(wire(to_row(value)))) == value


@pytest.mark.parametrize("kind", type_of_letter.values(), ids=lambda kind: kind.__name__)
@settings(deadline=None)
@given(data=some.data())
def test_a_letter_of_every_kind_is_read_as_it_was_written(kind: Any, data: some.DataObject) -> None:
    outgoing = data.draw(some.builds(Outgoing, letter=some.from_type(kind)))
    assert from_outgoing(unwire(wire(to_outgoing(outgoing)))) == outgoing


@settings(deadline=None)
@given(receipt=some.from_type(Receipt))
def test_a_copys_receipt_is_the_receipt(receipt: Receipt) -> None:
    assert from_receipt(to_copy_receipt("f1ngerpr1nt", receipt)) == receipt


@given(one=INSTANTS, other=INSTANTS)
def test_instants_sort_as_text(one: datetime, other: datetime) -> None:
    assert (instant_text(one) < instant_text(other)) == (one < other)
    assert instant_of(instant_text(one)) == one
