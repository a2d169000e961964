"""How the store takes what ministack never does: half answers, contention, throttles, an index that lags."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import Stubber

from chalicelib.aws.items import Row, to_outgoing, to_thread, wire, wire_key
from chalicelib.aws.keys import thread_key
from chalicelib.aws.store import DynamoStore
from chalicelib.desk.decision import Decision, LetterState, Notice, Outgoing, Question, Topic
from chalicelib.desk.model import Kind, Receipt, ThreadStatus
from chalicelib.errors import Conflict, Unavailable
from chalicelib.ports import Dispatched, Sent
from tests.builders import MONDAY, a_thread

LEASE = timedelta(minutes=2)
TABLE = "desk"
DECISION = Decision(Receipt("inbound/mail-1", MONDAY, Kind.CUSTOMER, "Jane wrote"))
NOTICE = Notice(
    key="notice-1",
    thread_id="k7q3md9x2a",
    to="bob@harris.example",
    to_name="Bob Harris",
    to_key="bob",
    mailbox="support",
    topic=Topic.NOTE,
    subject="Boiler leaking",
    customer_name="Jane Roe",
    decided_at=MONDAY,
)
StubbedOf = Callable[[str], tuple[Any, Stubber]]


@pytest.fixture
def table(stubbed: StubbedOf) -> tuple[DynamoStore, Stubber]:
    client, stub = stubbed("dynamodb")
    return DynamoStore(client, TABLE), stub


def batch(*rows: Row, left_out: tuple[tuple[str, str], ...] = ()) -> dict[str, Any]:
    answer: dict[str, Any] = {"Responses": {TABLE: [wire(row) for row in rows]}, "UnprocessedKeys": {}}
    if left_out:
        answer["UnprocessedKeys"] = {TABLE: {"Keys": [wire_key(key) for key in left_out], "ConsistentRead": True}}
    return answer


def index_of(*rows: Row) -> dict[str, Any]:
    """What an index answers: keys alone, and perhaps of rows that are no longer in it."""
    return {"Items": [wire({"pk": row["pk"], "sk": row["sk"]}) for row in rows]}


def cancelled(stub: Stubber, *reasons: str) -> None:
    """The next transaction is cancelled for these reasons, place by place."""
    said = [{"Code": reason} for reason in reasons]
    stub.add_client_error(
        "transact_write_items", "TransactionCanceledException", modeled_fields={"CancellationReasons": said}
    )


# --- reading -----------------------------------------------------------------------------------------------------


def test_keys_that_a_batch_read_left_out_are_asked_for_again(table: tuple[DynamoStore, Stubber]) -> None:
    store, stub = table
    key = thread_key("k7q3md9x2a")
    stub.add_response("batch_get_item", batch(left_out=(key,)))
    again = {TABLE: {"Keys": [wire_key(key)], "ConsistentRead": True}}
    stub.add_response("batch_get_item", batch(to_thread(a_thread(id="k7q3md9x2a"))), {"RequestItems": again})
    known = store.look_up(Question("inbound/mail-1", thread_ids=("k7q3md9x2a",)))
    assert [thread.id for thread in known.threads] == ["k7q3md9x2a"]


def test_a_batch_read_that_never_answers_whole_is_given_up(table: tuple[DynamoStore, Stubber]) -> None:
    store, stub = table
    for _ in range(5):
        stub.add_response("batch_get_item", batch(left_out=(thread_key("k7q3md9x2a"),)))
    with pytest.raises(Unavailable, match="thread table"):
        store.look_up(Question("inbound/mail-1", thread_ids=("k7q3md9x2a",)))


def test_a_due_thread_that_the_index_still_shows_but_the_table_does_not_is_left_out(
    table: tuple[DynamoStore, Stubber],
) -> None:
    store, stub = table
    done, later = to_thread(a_thread(id="aaaaaaaaaa", status=ThreadStatus.THEIRS)), to_thread(a_thread(id="bbbbbbbbbb"))
    stub.add_response("query", index_of(done, later))
    stub.add_response("batch_get_item", batch(later, done))
    assert store.due(MONDAY, 10) == ()


def test_a_letter_sent_meanwhile_is_not_unsent(table: tuple[DynamoStore, Stubber]) -> None:
    store, stub = table
    sent = to_outgoing(Outgoing(NOTICE, LetterState.SENT))
    stub.add_response("query", index_of(sent))
    stub.add_response("batch_get_item", batch(sent))
    assert store.unsent(MONDAY, 10) == ()


def test_waiting_letters_keep_their_order_whatever_order_the_batch_comes_in(
    table: tuple[DynamoStore, Stubber],
) -> None:
    store, stub = table
    times = {"notice-1": MONDAY, "notice-2": MONDAY + timedelta(minutes=1)}
    rows = [to_outgoing(Outgoing(replace(NOTICE, key=key), LetterState.NEW, try_at=at)) for key, at in times.items()]
    stub.add_response("query", index_of(*rows))
    stub.add_response("batch_get_item", batch(*reversed(rows)))
    waiting = store.unsent(MONDAY + timedelta(hours=1), 10)
    assert [row.letter.key for row in waiting] == ["notice-1", "notice-2"]


def test_a_letter_of_a_kind_only_newer_code_knows_is_left_alone(table: tuple[DynamoStore, Stubber]) -> None:
    store, stub = table
    row = to_outgoing(Outgoing(NOTICE, LetterState.NEW, try_at=MONDAY)) | {"kind": "telegram"}
    stub.add_response("query", index_of(row))
    stub.add_response("batch_get_item", batch(row))
    assert store.unsent(MONDAY, 10) == ()


# --- writing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reasons", [("ConditionalCheckFailed",), ("TransactionConflict",), ("None", "ConditionalCheckFailed")]
)
def test_a_lost_race_is_a_conflict(table: tuple[DynamoStore, Stubber], reasons: tuple[str, ...]) -> None:
    store, stub = table
    cancelled(stub, *reasons)
    with pytest.raises(Conflict):
        store.commit(DECISION, MONDAY, LEASE)


def test_a_throttled_transaction_is_unavailable(table: tuple[DynamoStore, Stubber]) -> None:
    store, stub = table
    cancelled(stub, "None", "ThrottlingError")
    with pytest.raises(Unavailable, match="thread table: cancelled for ThrottlingError"):
        store.commit(DECISION, MONDAY, LEASE)


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "InternalServerError", "AccessDenied"])
def test_a_refused_call_is_unavailable_and_says_why(table: tuple[DynamoStore, Stubber], code: str) -> None:
    store, stub = table
    stub.add_client_error("transact_write_items", code)
    with pytest.raises(Unavailable, match=f"thread table: {code}"):
        store.commit(DECISION, MONDAY, LEASE)


def test_no_answer_at_all_is_unavailable(stubbed: StubbedOf) -> None:
    client, stub = stubbed("dynamodb")

    def time_out(**_: object) -> None:
        raise ReadTimeoutError(endpoint_url="https://dynamodb.eu-west-1.amazonaws.com")

    stub.deactivate()
    client.meta.events.register("before-send.dynamodb", time_out)
    with pytest.raises(Unavailable, match="thread table: ReadTimeoutError"):
        DynamoStore(client, TABLE).thread("k7q3md9x2a")


def test_a_letter_that_another_transaction_is_at_cannot_be_claimed(table: tuple[DynamoStore, Stubber]) -> None:
    store, stub = table
    stub.add_client_error("update_item", "TransactionConflictException")
    assert not store.claim("k7q3md9x2a", "notice-1", MONDAY, LEASE)


def test_marking_waits_out_another_transaction(table: tuple[DynamoStore, Stubber]) -> None:
    store, stub = table
    cancelled(stub, "TransactionConflict", "None")
    stub.add_response("transact_write_items", {})
    store.mark([Dispatched(NOTICE, Sent("ses-1"), MONDAY)])


def test_marking_gives_up_on_a_row_that_is_never_free(table: tuple[DynamoStore, Stubber]) -> None:
    store, stub = table
    for _ in range(5):
        cancelled(stub, "TransactionConflict", "None")
    with pytest.raises(Unavailable, match="thread table: contended"):
        store.mark([Dispatched(NOTICE, Sent("ses-1"), MONDAY)])
