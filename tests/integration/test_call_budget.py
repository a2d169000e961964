"""A new mail without attachments costs six AWS calls; three of them are the table's, and these are they."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from byname.local.resources import create_table
from chalicelib.aws.store import DynamoStore
from chalicelib.desk.decision import Counted, Heard, Opened, Question, Recorded, Remembered
from chalicelib.desk.model import Customer
from chalicelib.ports import Dispatched, Sent
from tests.builders import MONDAY
from tests.integration.test_store_contract import A_THREAD, LEASE, THREAD, a_message, a_notice, an_ack, decided

pytestmark = pytest.mark.integration
ClientOf = Callable[[str, str], Any]

A_NEW_MAIL = Question(
    receipt_key="inbound/mail-1",
    fingerprint="f1ngerpr1nt",
    sender="jane@customer.example",
    customer="jane@customer.example",
    people=("bob", "alice", "sam", "anna"),
    day="2026-11-23",
)


@pytest.fixture
def store(ministack: str, client_of: ClientOf) -> DynamoStore:
    client = client_of("dynamodb", ministack)
    return DynamoStore(client, create_table(client, f"desk-{uuid.uuid4().hex}"))


@pytest.fixture
def called(store: DynamoStore, ministack: str, client_of: ClientOf) -> Iterator[list[str]]:
    """The names of the operations the table was asked for, in order."""
    operations: list[str] = []

    def note(model: Any, **_: object) -> None:
        operations.append(model.name)

    events = client_of("dynamodb", ministack).meta.events
    events.register("before-call.dynamodb", note)
    yield operations
    events.unregister("before-call.dynamodb", note)


def test_a_new_mail_is_one_read_one_transaction_and_one_mark(store: DynamoStore, called: list[str]) -> None:
    store.look_up(A_NEW_MAIL)
    jane = Customer("jane@customer.example", "Jane Roe", MONDAY)
    changes = (
        Opened(A_THREAD),
        Recorded(THREAD, a_message("inbound/mail-1")),
        Remembered(jane),
        Heard("jane-1@customer.example", "jane@customer.example", THREAD),
        Counted("jane@customer.example", "2026-11-23"),
    )
    letters = an_ack(), a_notice()
    store.commit(decided(*changes, letters=letters, copy_of="f1ngerpr1nt"), MONDAY, LEASE)
    store.mark(Dispatched(letter, Sent(f"ses-{letter.key}"), MONDAY) for letter in letters)
    assert called == ["BatchGetItem", "TransactWriteItems", "TransactWriteItems"]


def test_an_answer_on_a_signed_address_is_still_one_read(store: DynamoStore, called: list[str]) -> None:
    store.commit(decided(Opened(A_THREAD), letters=(an_ack(),)), MONDAY, LEASE)
    store.mark([Dispatched(an_ack(), Sent("ses-1"), MONDAY)])
    del called[:]
    ids = ("ses-1@eu-west-1.amazonses.com", "jane-1@customer.example")
    known = store.look_up(Question("inbound/2", thread_ids=(THREAD,), message_ids=ids, sender="jane@customer.example"))
    assert [thread.id for thread in known.threads] == [THREAD]
    assert called == ["BatchGetItem"]


def test_an_answer_found_by_message_id_alone_is_two_reads(store: DynamoStore, called: list[str]) -> None:
    store.commit(decided(Opened(A_THREAD), letters=(an_ack(),)), MONDAY, LEASE)
    store.mark([Dispatched(an_ack(), Sent("ses-1"), MONDAY)])
    del called[:]
    store.look_up(Question("inbound/2", message_ids=("ses-1@eu-west-1.amazonses.com",)))
    assert called == ["BatchGetItem", "BatchGetItem"]
