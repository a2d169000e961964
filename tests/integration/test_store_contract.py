"""What every store keeps, whatever it stands on: in memory, on ministack, on DynamoDB Local. One set of sentences."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest

from byname.local.resources import create_table
from chalicelib.aws import clients, services
from chalicelib.aws.store import DynamoStore
from chalicelib.desk.decision import (
    Acknowledgement,
    Away,
    Change,
    Counted,
    Decision,
    Heard,
    Known,
    Letter,
    LetterState,
    Logged,
    Notice,
    Opened,
    Question,
    Recorded,
    Remembered,
    Topic,
    Updated,
)
from chalicelib.desk.model import (
    Absence,
    Customer,
    Kind,
    Message,
    Party,
    PromiseState,
    Receipt,
    ThreadStatus,
    ThreadSummary,
)
from chalicelib.desk.team import PublicPerson
from chalicelib.errors import Conflict
from chalicelib.ports import Dispatched, NotSent, Sent, Store, Unknown
from tests.builders import MONDAY, a_promise, a_thread
from tests.fakes import FakeStore
from tests.integration.conftest import PRETENCE

LEASE = timedelta(minutes=2)
OVER = LEASE + timedelta(minutes=15)
"""When the sweep may decide about a letter nobody reported on: the lease, and the wait for SES's evidence."""
MINUTE = timedelta(minutes=1)
A_THREAD = a_thread(version=0, promise=a_promise(told=False))
THREAD = A_THREAD.id

on_tables = pytest.mark.integration
ClientOf = Callable[[str, str], Any]


LIGHT = "our own client on ministack"
STORES: list[Any] = [FakeStore.__name__, *(pytest.param(one, marks=on_tables) for one in ("ministack", LIGHT))]
if "DDB_LOCAL_JAR" in os.environ:
    STORES.append(pytest.param("ddb_local", marks=on_tables))


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, client_of: ClientOf) -> Store:
    if request.param == FakeStore.__name__:
        return FakeStore()
    endpoint = request.getfixturevalue("ministack" if request.param == LIGHT else request.param)
    client = client_of("dynamodb", endpoint)
    table = create_table(client, f"desk-{uuid.uuid4().hex}")
    return DynamoStore(request.getfixturevalue("light") if request.param == LIGHT else client, table)


@pytest.fixture(scope="module")
def light(ministack: str) -> Iterator[Any]:
    """The client that runs in Lambda."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {**PRETENCE, "AWS_ENDPOINT_URL": ministack}.items():
            environment.setenv(name, value)
        client = services.DynamoDb(clients.PATIENT, read_seconds=5)
        yield client
        client.close()


def decided(*changes: Change, key: str = "inbound/mail-1", letters: tuple[Letter, ...] = (), **over: Any) -> Decision:
    receipt = Receipt(key, MONDAY, Kind.CUSTOMER, "Jane wrote", THREAD, tuple(letter.key for letter in letters), "bob")
    return Decision(receipt, changes, letters, **over)


def an_ack(number: int = 1, key: str = "acknowledgement-1", thread_id: str = THREAD) -> Acknowledgement:
    return Acknowledgement(
        key=key,
        thread_id=thread_id,
        to="jane@customer.example",
        mailbox="support",
        owner=PublicPerson("Bob Harris", "looks after boilers and heating"),
        due=MONDAY + timedelta(hours=4),
        decided_at=MONDAY,
        promise_number=number,
        language="en",
        full=True,
    )


def a_notice(key: str = "notice-1", thread_id: str = THREAD) -> Notice:
    return Notice(
        key=key,
        thread_id=thread_id,
        to="bob@harris.example",
        to_name="Bob Harris",
        to_key="bob",
        mailbox="support",
        topic=Topic.NOTE,
        subject="Boiler leaking",
        customer_name="Jane Roe",
        decided_at=MONDAY,
    )


def a_message(key: str, at: datetime = MONDAY, snippet: str = "our boiler is leaking") -> Message:
    return Message(key, at, Party.CUSTOMER, "jane@customer.example", snippet, "Jane wrote")


def open_with(store: Store, *letters: Letter) -> None:
    store.commit(decided(Opened(A_THREAD), letters=letters), MONDAY, LEASE)


def mark(store: Store, letter: Letter, outcome: Sent | NotSent | Unknown, at: datetime = MONDAY) -> None:
    store.mark([Dispatched(letter, outcome, at)])


def look_up(store: Store, **asked: Any) -> Known:
    return store.look_up(Question(**{"receipt_key": "inbound/another", **asked}))


def state_of(store: Store, letter: Letter) -> LetterState:
    (row,) = store.letters(letter.thread_id, [letter.key])
    return row.state


def at_once(tasks: int, do: Callable[[int], Any]) -> list[Any]:
    """Runs `do(0)`, `do(1)` … in as many threads, all let go at the same moment."""
    gate = Barrier(tasks)

    def one(number: int) -> Any:
        gate.wait(timeout=30)
        return do(number)

    with ThreadPoolExecutor(tasks) as pool:
        return list(pool.map(one, range(tasks)))


def is_first(store: Store, decision: Decision) -> bool:
    try:
        store.commit(decision, MONDAY, LEASE)
    except Conflict:
        return False
    return True


# --- nothing is lost ---------------------------------------------------------------------------------------------


def test_a_store_knows_nothing_at_first(store: Store) -> None:
    asked = Question(
        "inbound/mail-1", "f", (THREAD,), ("a@b.example",), "a@b.example", "a@b.example", ("bob",), ("a@b.example",)
    )
    assert store.look_up(asked) == Known(counts=(("a@b.example", 0),))
    assert store.thread(THREAD) is None
    assert store.receipt("inbound/mail-1") is None
    assert store.messages(THREAD) == ()
    assert store.letters(THREAD, ["acknowledgement-1"]) == ()
    assert store.unsent(MONDAY, 10) == ()
    assert store.due(MONDAY + timedelta(days=9), 10) == ()
    assert store.events_alive_at() is None


def test_a_question_may_be_empty(store: Store) -> None:
    assert store.look_up(Question("")) == Known()


def test_a_thread_comes_back_as_it_was_opened(store: Store) -> None:
    open_with(store)
    assert store.thread(THREAD) == replace(A_THREAD, version=1)


def test_an_updated_thread_comes_back_one_version_on(store: Store) -> None:
    open_with(store)
    store.commit(decided(Updated(replace(A_THREAD, version=1, owner="alice")), key="inbound/2"), MONDAY, LEASE)
    assert store.thread(THREAD) == replace(A_THREAD, version=2, owner="alice")


def test_a_receipt_comes_back_by_its_key(store: Store) -> None:
    open_with(store, an_ack())
    said = Receipt("inbound/mail-1", MONDAY, Kind.CUSTOMER, "Jane wrote", THREAD, ("acknowledgement-1",), "bob")
    assert store.receipt("inbound/mail-1") == said
    assert look_up(store, receipt_key="inbound/mail-1").receipt == said


def test_messages_come_back_oldest_first(store: Store) -> None:
    later, first = a_message("inbound/2", MONDAY + MINUTE), a_message("inbound/1", MONDAY)
    store.commit(decided(Recorded(THREAD, later), Recorded(THREAD, first)), MONDAY, LEASE)
    assert store.messages(THREAD) == (first, later)


def test_two_messages_of_the_same_instant_are_both_kept(store: Store) -> None:
    one, two = a_message("inbound/1"), a_message("inbound/2")
    store.commit(decided(Recorded(THREAD, one), Recorded(THREAD, two)), MONDAY, LEASE)
    assert sorted(message.key for message in store.messages(THREAD)) == ["inbound/1", "inbound/2"]


def test_long_text_in_any_script_comes_back_whole(store: Store) -> None:
    text = "Grüße, 漏れています 🔧\n" * 9_000
    store.commit(decided(Recorded(THREAD, a_message("inbound/1", snippet=text))), MONDAY, LEASE)
    (message,) = store.messages(THREAD)
    assert message.snippet == text


def test_what_happened_without_a_message_is_logged_twice_without_harm(store: Store) -> None:
    nudged = Logged(THREAD, MONDAY, "Bob was nudged")
    store.commit(decided(nudged, nudged), MONDAY, LEASE)
    assert store.messages(THREAD) == ()


# --- nothing is doubled ------------------------------------------------------------------------------------------


def test_a_delivery_is_decided_once(store: Store) -> None:
    open_with(store)
    with pytest.raises(Conflict):
        store.commit(decided(Recorded(THREAD, a_message("inbound/1"))), MONDAY, LEASE)
    assert store.messages(THREAD) == ()


def test_a_second_copy_of_the_same_mail_is_known_by_its_fingerprint(store: Store) -> None:
    store.commit(decided(copy_of="f1ngerpr1nt"), MONDAY, LEASE)
    copy = look_up(store, fingerprint="f1ngerpr1nt").copy
    assert copy is not None
    assert copy.key == "inbound/mail-1"


def test_two_copies_of_the_same_mail_are_not_both_answered(store: Store) -> None:
    store.commit(decided(copy_of="f1ngerpr1nt"), MONDAY, LEASE)
    assert not is_first(store, decided(key="inbound/mail-2", copy_of="f1ngerpr1nt", letters=(an_ack(),)))
    assert store.receipt("inbound/mail-2") is None
    assert store.letters(THREAD, ["acknowledgement-1"]) == ()


def test_a_thread_is_opened_once(store: Store) -> None:
    open_with(store)
    assert not is_first(store, decided(Opened(replace(A_THREAD, owner="alice")), key="inbound/2"))
    assert store.thread(THREAD) == replace(A_THREAD, version=1)


def test_a_letter_is_written_once(store: Store) -> None:
    open_with(store, an_ack())
    assert not is_first(store, decided(key="inbound/2", letters=(an_ack(),)))


def test_who_decided_on_an_older_thread_must_look_again(store: Store) -> None:
    open_with(store)
    store.commit(decided(Updated(replace(A_THREAD, version=1, owner="alice")), key="inbound/2"), MONDAY, LEASE)
    assert not is_first(store, decided(Updated(replace(A_THREAD, version=1, owner="sam")), key="inbound/3"))
    thread = store.thread(THREAD)
    assert thread is not None
    assert thread.owner == "alice"


def test_a_thread_that_is_not_there_cannot_be_updated(store: Store) -> None:
    assert not is_first(store, decided(Updated(replace(A_THREAD, version=1))))


def test_of_two_racing_deciders_one_wins(store: Store) -> None:
    open_with(store)
    owners = ("alice", "sam")

    def decide(number: int) -> bool:
        updated = Updated(replace(A_THREAD, version=1, owner=owners[number]))
        return is_first(store, decided(updated, key=f"inbound/race-{number}"))

    won = at_once(2, decide)
    thread = store.thread(THREAD)
    assert sorted(won) == [False, True]
    assert thread == replace(A_THREAD, version=2, owner=owners[won.index(True)])


def test_of_eight_invocations_with_the_same_delivery_one_answers(store: Store) -> None:
    won = at_once(8, lambda _: is_first(store, decided(Opened(A_THREAD), letters=(an_ack(), a_notice()))))
    assert sorted(won) == [False] * 7 + [True]


# --- letters on their way ----------------------------------------------------------------------------------------


def test_a_letter_is_written_leased_to_whoever_commits_it(store: Store) -> None:
    open_with(store, an_ack())
    (row,) = store.letters(THREAD, ["acknowledgement-1", "missing", "acknowledgement-1"])
    assert (row.letter, row.state, row.attempts) == (an_ack(), LetterState.SENDING, 1)
    assert (row.lease_until, row.try_at) == (MONDAY + 2 * MINUTE, MONDAY + 17 * MINUTE)


def test_nobody_else_gets_a_leased_letter(store: Store) -> None:
    open_with(store, an_ack())
    assert not store.claim(THREAD, "acknowledgement-1", MONDAY + MINUTE, LEASE)


def test_a_lease_that_ran_out_still_waits_for_evidence(store: Store) -> None:
    open_with(store, an_ack())
    assert not store.claim(THREAD, "acknowledgement-1", MONDAY + 16 * MINUTE, LEASE)
    assert store.claim(THREAD, "acknowledgement-1", MONDAY + 17 * MINUTE, LEASE)


def test_a_letter_nobody_wrote_cannot_be_claimed(store: Store) -> None:
    assert not store.claim(THREAD, "acknowledgement-1", MONDAY, LEASE)


def test_a_claim_is_counted_and_leased_anew(store: Store) -> None:
    open_with(store, an_ack())
    store.claim(THREAD, "acknowledgement-1", MONDAY + OVER, LEASE)
    (row,) = store.letters(THREAD, ["acknowledgement-1"])
    assert (row.state, row.attempts) == (LetterState.SENDING, 2)
    assert (row.lease_until, row.try_at) == (MONDAY + OVER + LEASE, MONDAY + 2 * OVER)


def test_of_eight_that_want_a_letter_one_gets_it(store: Store) -> None:
    open_with(store, an_ack())
    claimed = at_once(8, lambda _: store.claim(THREAD, "acknowledgement-1", MONDAY + OVER, LEASE))
    assert sorted(claimed) == [False] * 7 + [True]


def test_a_sent_letter_is_final(store: Store) -> None:
    open_with(store, an_ack())
    mark(store, an_ack(), Sent("ses-1"))
    (row,) = store.letters(THREAD, ["acknowledgement-1"])
    assert (row.state, row.ses_id, row.lease_until, row.try_at) == (LetterState.SENT, "ses-1", None, None)
    assert not store.claim(THREAD, "acknowledgement-1", MONDAY + OVER, LEASE)
    assert store.unsent(MONDAY + OVER, 10) == ()


def test_a_customer_is_told_the_promise_when_the_acknowledgement_left(store: Store) -> None:
    open_with(store, an_ack())
    mark(store, an_ack(), Sent("ses-1"))
    assert store.thread(THREAD) == replace(A_THREAD, version=2, promise=a_promise(told=True))


def test_a_notice_to_a_colleague_tells_the_customer_nothing(store: Store) -> None:
    open_with(store, a_notice())
    mark(store, a_notice(), Sent("ses-1"))
    assert store.thread(THREAD) == replace(A_THREAD, version=1)


def test_being_told_an_older_promise_is_not_being_told_the_new_one(store: Store) -> None:
    second = a_promise(number=2, told=False)
    open_with(store, an_ack(1))
    store.commit(decided(Updated(replace(A_THREAD, version=1, promise=second)), key="inbound/2"), MONDAY, LEASE)
    mark(store, an_ack(1), Sent("ses-1"))
    thread = store.thread(THREAD)
    assert thread is not None
    assert thread.promise == second
    assert state_of(store, an_ack(1)) is LetterState.SENT


def test_late_news_of_an_older_letter_does_not_untell_the_newer_promise(store: Store) -> None:
    second, ack_2 = a_promise(number=2, told=False), an_ack(2, "acknowledgement-2")
    open_with(store, an_ack(1))
    changes = Updated(replace(A_THREAD, version=1, promise=second))
    store.commit(decided(changes, key="inbound/2", letters=(ack_2,)), MONDAY, LEASE)
    mark(store, ack_2, Sent("ses-2"))
    mark(store, an_ack(1), Sent("ses-1"))
    thread = store.thread(THREAD)
    assert thread is not None
    assert thread.promise == replace(second, told=True)
    assert state_of(store, an_ack(1)) is LetterState.SENT


def test_two_letters_of_one_thread_are_marked_together(store: Store) -> None:
    open_with(store, an_ack(1), an_ack(2, "acknowledgement-2"))
    both = (an_ack(2, "acknowledgement-2"), Sent("ses-2")), (an_ack(1), Sent("ses-1"))
    store.mark(Dispatched(letter, outcome, MONDAY) for letter, outcome in both)
    assert [row.state for row in store.letters(THREAD, ["acknowledgement-1", "acknowledgement-2"])] == [
        LetterState.SENT,
        LetterState.SENT,
    ]


def test_who_decided_before_the_customer_was_told_must_look_again(store: Store) -> None:
    open_with(store, an_ack())
    mark(store, an_ack(), Sent("ses-1"))
    assert not is_first(store, decided(Updated(replace(A_THREAD, version=1, owner="sam")), key="inbound/2"))


def test_a_letter_is_marked_even_when_its_thread_went(store: Store) -> None:
    gone = an_ack(thread_id="0000000000")
    store.commit(decided(letters=(gone,)), MONDAY, LEASE)
    mark(store, gone, Sent("ses-1"))
    assert state_of(store, gone) is LetterState.SENT
    assert store.thread("0000000000") is None


def test_a_throttled_letter_waits_a_minute_then_longer_each_time_up_to_an_hour(store: Store) -> None:
    open_with(store, an_ack())
    now, waits = MONDAY, []
    for _ in range(8):
        mark(store, an_ack(), NotSent("too many", again=True), now)
        (row,) = store.letters(THREAD, ["acknowledgement-1"])
        assert row.state is LetterState.NEW
        assert row.lease_until is None
        assert row.try_at is not None
        waits.append((row.try_at - now) // MINUTE)
        now = row.try_at
        assert not store.claim(THREAD, "acknowledgement-1", now - timedelta(seconds=1), LEASE)
        assert store.claim(THREAD, "acknowledgement-1", now, LEASE)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_letter_ses_refuses_for_good_has_failed(store: Store) -> None:
    open_with(store, an_ack())
    mark(store, an_ack(), NotSent("MessageRejected: blacklisted", again=False))
    (row,) = store.letters(THREAD, ["acknowledgement-1"])
    assert (row.state, row.why) == (LetterState.FAILED, "MessageRejected: blacklisted")
    assert store.unsent(MONDAY + OVER, 10) == ()
    thread = store.thread(THREAD)
    assert thread is not None
    assert thread.promise is not None
    assert not thread.promise.told


def test_a_lost_answer_leaves_the_letter_where_it_is(store: Store) -> None:
    open_with(store, an_ack())
    mark(store, an_ack(), Unknown("timed out"))
    (row,) = store.letters(THREAD, ["acknowledgement-1"])
    assert (row.state, row.lease_until, row.try_at) == (LetterState.SENDING, MONDAY + LEASE, MONDAY + OVER)


def test_letters_with_different_fates_are_marked_at_once(store: Store) -> None:
    open_with(store, an_ack(), a_notice("notice-1"), a_notice("notice-2"))
    store.mark(
        (
            Dispatched(an_ack(), Sent("ses-1"), MONDAY),
            Dispatched(a_notice("notice-1"), NotSent("busy", again=True), MONDAY),
            Dispatched(a_notice("notice-2"), NotSent("no", again=False), MONDAY),
        )
    )
    rows = store.letters(THREAD, ["acknowledgement-1", "notice-1", "notice-2"])
    assert [row.state for row in rows] == [LetterState.SENT, LetterState.NEW, LetterState.FAILED]


def test_a_letter_without_a_thread_can_be_sent(store: Store) -> None:
    notice = a_notice(thread_id="")
    store.commit(decided(letters=(notice,)), MONDAY, LEASE)
    mark(store, notice, Sent("ses-1"))
    assert state_of(store, notice) is LetterState.SENT


def test_marking_nothing_does_nothing(store: Store) -> None:
    store.mark([])


def test_more_letters_than_one_transaction_takes_are_marked_all_the_same(store: Store) -> None:
    letters = tuple(a_notice(f"notice-{number}") for number in range(60))
    open_with(store, *letters)
    store.mark(Dispatched(letter, Sent(f"ses-{letter.key}"), MONDAY) for letter in letters)
    assert {row.state for row in store.letters(THREAD, [letter.key for letter in letters])} == {LetterState.SENT}


# --- evidence ----------------------------------------------------------------------------------------------------


def test_the_send_event_settles_a_letter_nobody_reported_on(store: Store) -> None:
    open_with(store, an_ack())
    settled = store.settle(THREAD, "acknowledgement-1", LetterState.SENT, "", "ses-1")
    assert settled is not None
    assert (settled.state, settled.ses_id) == (LetterState.SENT, "ses-1")
    thread = store.thread(THREAD)
    assert thread is not None
    assert thread.promise == a_promise(told=True)
    assert look_up(store, message_ids=("ses-1@eu-west-1.amazonses.com",)).by_message_id != ()


def test_a_send_event_before_the_mark_does_no_harm(store: Store) -> None:
    open_with(store, an_ack(), a_notice())
    store.settle(THREAD, "acknowledgement-1", LetterState.SENT, "", "ses-1")
    store.mark([Dispatched(an_ack(), Sent("ses-1"), MONDAY), Dispatched(a_notice(), Sent("ses-2"), MONDAY)])
    assert [row.state for row in store.letters(THREAD, ["acknowledgement-1", "notice-1"])] == [
        LetterState.SENT,
        LetterState.SENT,
    ]


def test_a_bounce_fails_a_sent_letter_and_keeps_its_id(store: Store) -> None:
    open_with(store, an_ack())
    mark(store, an_ack(), Sent("ses-1"))
    settled = store.settle(THREAD, "acknowledgement-1", LetterState.FAILED, "there is no such address")
    assert settled is not None
    assert (settled.state, settled.why, settled.ses_id) == (LetterState.FAILED, "there is no such address", "ses-1")


def test_a_bounce_that_overtakes_the_mark_stays(store: Store) -> None:
    open_with(store, an_ack())
    store.settle(THREAD, "acknowledgement-1", LetterState.FAILED, "there is no such address")
    mark(store, an_ack(), Sent("ses-1"))
    thread = store.thread(THREAD)
    assert thread is not None
    assert thread.promise == a_promise(told=False)
    assert state_of(store, an_ack()) is LetterState.FAILED


@pytest.mark.parametrize("late", [LetterState.SENT, LetterState.HELD, LetterState.NEW])
def test_a_failed_letter_stays_failed(store: Store, late: LetterState) -> None:
    open_with(store, an_ack())
    store.settle(THREAD, "acknowledgement-1", LetterState.FAILED, "no")
    settled = store.settle(THREAD, "acknowledgement-1", late, "late news", "ses-1")
    assert settled is not None
    assert (settled.state, settled.why) == (LetterState.FAILED, "no")


@pytest.mark.parametrize("late", [LetterState.HELD, LetterState.NEW])
def test_a_sent_letter_is_not_held_or_sent_again(store: Store, late: LetterState) -> None:
    open_with(store, an_ack())
    mark(store, an_ack(), Sent("ses-1"))
    settled = store.settle(THREAD, "acknowledgement-1", late, "late news")
    assert settled is not None
    assert settled.state is LetterState.SENT


def test_a_throttle_does_not_unsend_a_letter(store: Store) -> None:
    open_with(store, an_ack())
    mark(store, an_ack(), Sent("ses-1"))
    mark(store, an_ack(), NotSent("too many", again=True))
    assert state_of(store, an_ack()) is LetterState.SENT


def test_a_held_letter_waits_for_a_person_alone(store: Store) -> None:
    open_with(store, an_ack())
    settled = store.settle(THREAD, "acknowledgement-1", LetterState.HELD, "nobody knows whether it left")
    assert settled is not None
    assert (settled.state, settled.why, settled.try_at) == (LetterState.HELD, "nobody knows whether it left", None)
    assert store.unsent(MONDAY + timedelta(days=9), 10) == ()


def test_a_letter_that_did_not_leave_is_tried_again_at_its_time(store: Store) -> None:
    open_with(store, an_ack())
    settled = store.settle(THREAD, "acknowledgement-1", LetterState.NEW, "no evidence")
    assert settled is not None
    assert (settled.state, settled.try_at) == (LetterState.NEW, MONDAY + OVER)
    assert store.claim(THREAD, "acknowledgement-1", MONDAY + OVER, LEASE)


def test_evidence_about_an_unknown_letter_changes_nothing(store: Store) -> None:
    assert store.settle(THREAD, "acknowledgement-1", LetterState.SENT, "", "ses-1") is None


def test_the_latest_sign_of_life_of_the_events_is_kept(store: Store) -> None:
    store.note_events_alive(MONDAY + MINUTE)
    store.note_events_alive(MONDAY)
    assert store.events_alive_at() == MONDAY + MINUTE


# --- what waits --------------------------------------------------------------------------------------------------


def test_unsent_letters_come_oldest_first_when_their_time_has_come(store: Store) -> None:
    first, second, sent, later = (a_notice(f"notice-{number}") for number in range(4))
    store.commit(decided(key="inbound/2", letters=(second,)), MONDAY + MINUTE, LEASE)
    store.commit(decided(key="inbound/1", letters=(first, sent)), MONDAY, LEASE)
    store.commit(decided(key="inbound/3", letters=(later,)), MONDAY + 9 * MINUTE, LEASE)
    mark(store, sent, Sent("ses-1"))
    now = MONDAY + OVER + MINUTE
    assert [row.letter.key for row in store.unsent(now, 10)] == ["notice-0", "notice-1"]
    assert [row.letter.key for row in store.unsent(now, 1)] == ["notice-0"]


def test_a_letter_being_sent_is_not_unsent(store: Store) -> None:
    open_with(store, an_ack())
    assert store.unsent(MONDAY + OVER - timedelta(seconds=1), 10) == ()
    store.claim(THREAD, "acknowledgement-1", MONDAY + OVER, LEASE)
    assert store.unsent(MONDAY + OVER, 10) == ()


def test_due_threads_come_oldest_first_when_their_nudge_or_promise_has_come(store: Store) -> None:
    hours = {"aaaaaaaaaa": (3, None), "bbbbbbbbbb": (9, 2), "cccccccccc": (5, None), "dddddddddd": (1, 4)}
    for place, (thread_id, (due, nudge)) in enumerate(hours.items()):
        at = MONDAY + timedelta(hours=nudge) if nudge else None
        promise = a_promise(due=MONDAY + timedelta(hours=due), nudge_at=at)
        store.commit(decided(Opened(replace(A_THREAD, id=thread_id, promise=promise)), key=f"k{place}"), MONDAY, LEASE)
    due_ids = [thread.id for thread in store.due(MONDAY + timedelta(hours=3), 10)]
    assert due_ids == ["dddddddddd", "bbbbbbbbbb", "aaaaaaaaaa"]
    assert [thread.id for thread in store.due(MONDAY + timedelta(hours=3), 2)] == ["dddddddddd", "bbbbbbbbbb"]


@pytest.mark.parametrize(
    "settled",
    [
        pytest.param({"status": ThreadStatus.THEIRS}, id="it is their turn"),
        pytest.param({"status": ThreadStatus.CLOSED}, id="it is closed"),
        pytest.param({"promise": None}, id="nothing was promised"),
        pytest.param({"promise": a_promise(state=PromiseState.KEPT)}, id="the promise was kept"),
        pytest.param({"promise": a_promise(due=MONDAY + timedelta(days=9), nudge_at=None)}, id="it was moved"),
    ],
)
def test_a_thread_is_no_longer_due_when(store: Store, settled: dict[str, Any]) -> None:
    open_with(store)
    store.commit(decided(Updated(replace(A_THREAD, version=1, **settled)), key="inbound/2"), MONDAY, LEASE)
    assert store.due(MONDAY + timedelta(days=1), 10) == ()


def test_a_due_thread_knows_whether_its_customer_was_told(store: Store) -> None:
    open_with(store, an_ack())
    mark(store, an_ack(), Sent("ses-1"))
    (thread,) = store.due(MONDAY + timedelta(days=1), 10)
    assert thread == replace(A_THREAD, version=2, promise=a_promise(told=True))


# --- what we know ------------------------------------------------------------------------------------------------


def test_asked_threads_come_back_in_the_order_asked_and_unknown_ones_are_left_out(store: Store) -> None:
    for thread_id in ("aaaaaaaaaa", "bbbbbbbbbb"):
        store.commit(decided(Opened(replace(A_THREAD, id=thread_id)), key=thread_id), MONDAY, LEASE)
    known = look_up(store, thread_ids=("bbbbbbbbbb", "cccccccccc", "aaaaaaaaaa", "bbbbbbbbbb"))
    assert [thread.id for thread in known.threads] == ["bbbbbbbbbb", "aaaaaaaaaa"]


@pytest.mark.parametrize("domain", ["eu-west-1.amazonses.com", "email.amazonses.com"])
def test_an_answer_to_our_letter_finds_its_thread_whatever_domain_ses_showed(store: Store, domain: str) -> None:
    open_with(store, an_ack())
    mark(store, an_ack(), Sent("0102019a-1111-000000"))
    message_id = f"0102019a-1111-000000@{domain}"
    known = look_up(store, message_ids=("unknown@mail.example", message_id), sender="whoever@mail.example")
    assert known.by_message_id == ((message_id, THREAD),)
    assert [thread.id for thread in known.threads] == [THREAD]


def test_an_id_that_ses_gave_with_a_domain_is_the_same_id(store: Store) -> None:
    open_with(store, an_ack())
    mark(store, an_ack(), Sent("0102019a-1111-000000@email.amazonses.com"))
    known = look_up(store, message_ids=("0102019a-1111-000000@eu-west-1.amazonses.com",))
    assert [thread.id for thread in known.threads] == [THREAD]


def test_another_server_cannot_use_the_local_part_of_our_id(store: Store) -> None:
    open_with(store, an_ack())
    mark(store, an_ack(), Sent("0102019a-1111-000000"))
    assert look_up(store, message_ids=("0102019a-1111-000000@mail.example",)).by_message_id == ()


def test_a_customers_own_message_id_finds_their_thread(store: Store) -> None:
    heard = Heard("jane-1@customer.example", "jane@customer.example", THREAD)
    store.commit(decided(Opened(A_THREAD), heard), MONDAY, LEASE)
    known = look_up(store, message_ids=("jane-1@customer.example",), sender="jane@customer.example")
    assert known.by_message_id == (("jane-1@customer.example", THREAD),)
    assert [thread.id for thread in known.threads] == [THREAD]


def test_nobody_can_squat_anothers_message_id(store: Store) -> None:
    squatted = Heard("jane-1@customer.example", "mallory@elsewhere.example", "aaaaaaaaaa")
    heard = Heard("jane-1@customer.example", "jane@customer.example", THREAD)
    store.commit(decided(Opened(replace(A_THREAD, id="aaaaaaaaaa")), squatted, key="inbound/0"), MONDAY, LEASE)
    store.commit(decided(Opened(A_THREAD), heard), MONDAY, LEASE)
    asked = ("jane-1@customer.example",)
    assert look_up(store, message_ids=asked, sender="jane@customer.example").by_message_id == ((asked[0], THREAD),)
    assert look_up(store, message_ids=asked, sender="eve@elsewhere.example").by_message_id == ()


def test_a_message_id_of_a_thread_that_went_is_not_known(store: Store) -> None:
    store.commit(decided(Heard("jane-1@customer.example", "jane@customer.example", THREAD)), MONDAY, LEASE)
    known = look_up(store, message_ids=("jane-1@customer.example",), sender="jane@customer.example")
    assert known == Known()


def test_twenty_message_ids_and_the_rest_are_one_question(store: Store) -> None:
    ids = tuple(f"{number}@eu-west-1.amazonses.com" for number in range(20))
    people = tuple(f"person-{number}" for number in range(60))
    assert look_up(store, message_ids=ids, people=people, customer="jane@customer.example") == Known()


def test_a_customer_is_remembered(store: Store) -> None:
    summary = ThreadSummary(THREAD, "Boiler leaking", MONDAY, "bob", "repairs")
    jane = Customer("jane@customer.example", "Jane Roe", MONDAY, threads=(summary,), thread_count=1)
    store.commit(decided(Opened(A_THREAD), Remembered(jane)), MONDAY, LEASE)
    assert look_up(store, customer="jane@customer.example").customer == replace(jane, version=1)
    store.commit(decided(Remembered(replace(jane, helped_by="bob", version=1)), key="inbound/2"), MONDAY, LEASE)
    assert look_up(store, customer="jane@customer.example").customer == replace(jane, helped_by="bob", version=2)


@pytest.mark.parametrize("version", [0, 2])
def test_what_another_learned_of_a_customer_meanwhile_is_not_overwritten(store: Store, version: int) -> None:
    jane = Customer("jane@customer.example", "Jane Roe", MONDAY)
    store.commit(decided(Remembered(jane)), MONDAY, LEASE)
    assert not is_first(store, decided(Remembered(replace(jane, version=version, name="J")), key="inbound/2"))


def test_absences_of_the_people_asked_about_are_known(store: Store) -> None:
    bob = Absence("bob", MONDAY + timedelta(days=3), "his mailbox said so")
    store.commit(decided(Away(bob), Away(Absence("sam", MONDAY, "back"))), MONDAY, LEASE)
    known = look_up(store, people=("alice", "bob"))
    assert known.absences == (bob,)


JANES = "jane@customer.example"


def test_automatic_letters_are_counted_by_address_and_day(store: Store) -> None:
    jane = Counted("jane@customer.example", "2026-11-23")
    store.commit(decided(jane, jane, Counted("eve@elsewhere.example", "2026-11-23")), MONDAY, LEASE)
    store.commit(decided(jane, key="inbound/2"), MONDAY, LEASE)
    assert look_up(store, limits=(JANES,), day="2026-11-23").counted(JANES) == 3
    assert look_up(store, limits=(JANES,), day="2026-11-24").counted(JANES) == 0


def test_eight_at_once_are_all_counted(store: Store) -> None:
    jane = Counted("jane@customer.example", "2026-11-23")

    def count(number: int) -> None:
        while not is_first(store, decided(jane, key=f"inbound/{number}")):
            continue  # another transaction was at the counter: as the flow does, again

    at_once(8, count)
    assert look_up(store, limits=(JANES,), day="2026-11-23").counted(JANES) == 8
