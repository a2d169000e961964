"""The rows of the table, key by key: what a person sees in the console and what old rows look like to new code."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws.items import (
    SentId,
    from_message,
    from_thread,
    next_moment,
    size,
    to_absence,
    to_heard,
    to_history,
    to_logged,
    to_message,
    to_outgoing,
    to_receipt,
    to_sent_id,
    to_thread,
    wire,
)
from chalicelib.aws.keys import copy_key, customer_key, heard_key, limit_key, receipt_key, sent_id_key
from chalicelib.desk.decision import Heard, LetterState, Logged, Nudge, Outgoing
from chalicelib.desk.model import (
    Absence,
    Kind,
    Message,
    Party,
    PromiseState,
    Receipt,
    ThreadStatus,
    ThreadSummary,
)
from tests.builders import MONDAY, a_promise, a_thread

NUDGE = Nudge(
    key="nudge-1",
    thread_id="k7q3md9x2a",
    to="bob@harris.example",
    to_name="Bob Harris",
    to_key="bob",
    mailbox="support",
    customer_name="Jane Roe",
    customer="jane@customer.example",
    subject="Boiler leaking",
    snippet="our boiler is leaking",
    due=MONDAY,
    decided_at=MONDAY,
    told=True,
    written_at=MONDAY,
)
MESSAGE = Message("inbound/mail-1", MONDAY, Party.CUSTOMER, "jane@customer.example", "our boiler", "Jane wrote")


def keys(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["pk"], row["sk"], row["type"]


def test_each_row_has_its_place() -> None:
    summary = ThreadSummary("k7q3md9x2a", "Boiler leaking", MONDAY, "bob")
    rows = (
        to_thread(a_thread(id="k7q3md9x2a")),
        to_message("k7q3md9x2a", MESSAGE),
        to_logged(Logged("k7q3md9x2a", MONDAY, "Bob was nudged")),
        to_outgoing(Outgoing(NUDGE, LetterState.NEW)),
        to_receipt(Receipt("inbound/mail-1", MONDAY, Kind.CUSTOMER, "Jane wrote")),
        to_history("jane@customer.example", summary),
        to_absence(Absence("bob", MONDAY, "his mailbox said so")),
    )
    assert [keys(row) for row in rows] == [
        ("THREAD#k7q3md9x2a", "THREAD", "thread"),
        ("THREAD#k7q3md9x2a", "MSG#2026-11-23T09:07:00.000000Z#ea01sa2j", "message"),
        ("THREAD#k7q3md9x2a", "LOG#2026-11-23T09:07:00.000000Z#xwvrhzja", "log"),
        ("THREAD#k7q3md9x2a", "LETTER#nudge-1", "letter"),
        ("DELIVERY#inbound/mail-1", "RECEIPT", "receipt"),
        ("CUSTOMER#jane@customer.example", "THREAD#2026-11-23T09:07:00.000000Z#k7q3md9x2a", "history"),
        ("STAFF#bob", "STAFF", "absence"),
    ]


def test_keys_without_a_value_of_their_own_have_their_place_too() -> None:
    assert copy_key("f1ngerpr1nt") == ("DELIVERY#copy-f1ngerpr1nt", "RECEIPT")
    assert customer_key("jane@customer.example") == ("CUSTOMER#jane@customer.example", "CUSTOMER")
    assert limit_key("jane@customer.example", "2026-11-23") == ("LIMIT#jane@customer.example#2026-11-23", "LIMIT")


def test_a_row_in_dynamodbs_notation() -> None:
    assert wire({"pk": "THREAD#k7q3md9x2a", "version": 3, "packed": b"x"}) == {
        "pk": {"S": "THREAD#k7q3md9x2a"},
        "version": {"N": "3"},
        "packed": {"B": b"x"},
    }


def test_a_letter_shows_where_it_is_on_its_way() -> None:
    row = to_outgoing(Outgoing(NUDGE, LetterState.SENDING, 1, MONDAY, MONDAY + timedelta(minutes=15)))
    del row["body"]
    assert row == {
        "pk": "THREAD#k7q3md9x2a",
        "sk": "LETTER#nudge-1",
        "type": "letter",
        "kind": "nudge",
        "state": "sending",
        "attempts": 1,
        "lease_until": "2026-11-23T09:07:00.000000Z",
        "try_at": "2026-11-23T09:22:00.000000Z",
        "ses_id": "",
        "why": "",
        "unsent": "1",
    }


@pytest.mark.parametrize("state", [LetterState.SENT, LetterState.FAILED, LetterState.HELD])
def test_a_final_letter_is_not_in_the_unsent_index(state: LetterState) -> None:
    assert "unsent" not in to_outgoing(Outgoing(NUDGE, state))


# --- threads -----------------------------------------------------------------------------------------------------


def test_a_waiting_promise_is_due_at_its_nudge() -> None:
    row = to_thread(a_thread())
    assert (row["due"], row["due_at"]) == ("1", "2026-11-23T12:15:00.000000Z")


@pytest.mark.parametrize(
    ("nudge_at", "expected"),
    [
        pytest.param(MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=1), id="the nudge comes first"),
        pytest.param(None, MONDAY + timedelta(hours=4), id="nudged already"),
        pytest.param(MONDAY + timedelta(hours=5), MONDAY + timedelta(hours=4), id="a nudge too late to help"),
    ],
)
def test_the_next_moment_is_the_earlier_of_nudge_and_promise(nudge_at: datetime | None, expected: datetime) -> None:
    promise = a_promise(due=MONDAY + timedelta(hours=4), nudge_at=nudge_at)
    assert next_moment(a_thread(promise=promise)) == expected


@pytest.mark.parametrize(
    "over",
    [
        pytest.param({"status": ThreadStatus.THEIRS}, id="their turn"),
        pytest.param({"status": ThreadStatus.CLOSED}, id="closed"),
        pytest.param({"promise": None}, id="nothing promised"),
        pytest.param({"promise": a_promise(state=PromiseState.MISSED)}, id="missed"),
    ],
)
def test_a_thread_with_nothing_to_wait_for_is_not_in_the_due_index(over: dict[str, Any]) -> None:
    row = to_thread(a_thread(**over))
    assert "due" not in row
    assert "due_at" not in row


@pytest.mark.parametrize(
    ("told", "expected"),
    [pytest.param(0, False, id="nothing"), pytest.param(2, False, id="the one before"), pytest.param(3, True, id="it")],
)
def test_a_promise_is_told_when_its_number_was(told: int, expected: bool) -> None:
    row = to_thread(a_thread(promise=a_promise(number=3, told=not expected)))
    thread = from_thread({**row, "told": told})
    assert thread.promise == a_promise(number=3, told=expected)


def test_a_row_from_before_told_was_kept_is_not_told() -> None:
    row = to_thread(a_thread(promise=a_promise(told=True)))
    del row["told"]
    assert from_thread(row).promise == a_promise(told=False)


# --- message ids -------------------------------------------------------------------------------------------------


def test_ses_ids_are_found_by_their_bare_form() -> None:
    bare = sent_id_key("0102019a-1111-000000")
    assert sent_id_key("0102019a-1111-000000@eu-west-1.amazonses.com") == bare
    assert sent_id_key("0102019a-1111-000000@email.amazonses.com") == bare
    assert sent_id_key("0102019a-1111-000000@mail.example") != bare
    assert bare[1] == "MAILID"


def test_the_same_message_id_of_two_senders_has_two_places() -> None:
    assert heard_key("jane-1@customer.example", "jane@customer.example") != heard_key(
        "jane-1@customer.example", "eve@e.example"
    )


def test_a_mail_id_row_names_its_thread() -> None:
    assert to_sent_id(SentId("0102019a", "k7q3md9x2a"))["thread_id"] == "k7q3md9x2a"
    assert (
        to_heard(Heard("jane-1@customer.example", "jane@customer.example", "k7q3md9x2a"))["thread_id"] == "k7q3md9x2a"
    )


# --- what does not fit -------------------------------------------------------------------------------------------


def test_a_key_too_long_for_dynamodb_is_cut_and_stays_itself_alone() -> None:
    long, other = "ü" * 2_000, "ü" * 1_999 + "u"
    assert len(receipt_key(long)[0].encode()) < 1_000
    assert receipt_key(long) != receipt_key(other)


def test_half_a_surrogate_pair_does_not_break_a_key() -> None:
    assert customer_key("jane\ud83d@customer.example") == ("CUSTOMER#jane?@customer.example", "CUSTOMER")
    assert sent_id_key("\ud83d")[1] == "MAILID"


def test_a_long_body_is_packed_and_read_back() -> None:
    long = replace(MESSAGE, snippet="Grüße, 漏れています 🔧\n" * 20_000)
    row = to_message("k7q3md9x2a", long)
    assert "body" not in row
    assert size(row) < 20_000
    assert from_message(row) == long
