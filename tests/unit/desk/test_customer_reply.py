"""A customer writes again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.desk import customer_reply
from chalicelib.desk.arrival import Arrival
from chalicelib.desk.decision import Acknowledgement, Forward, Notice, Topic, Updated
from chalicelib.desk.model import Address, PromiseState, Thread, ThreadStatus, Trust
from chalicelib.desk.signed_addresses import Purpose
from chalicelib.desk.threads import Found
from tests.builders import MONDAY, a_promise, a_thread, an_inbound
from tests.unit.desk.arrivals import an_arrival, change, sent, the

LATER = MONDAY + timedelta(hours=1)
JANE, BOBS, ANNAS = "jane@customer.example", "bob@harris.example", "anna@harris.example"


def found(thread: Thread) -> Found:
    return Found(thread, Purpose.CUSTOMER_REPLY, JANE, "it came to the signed address of this thread")


def again(text: str = "It drips faster now.", **over: Any) -> Arrival:
    mail = an_inbound(
        key="inbound/mail-2", text=text, fresh_text=text, message_id="jane-2@customer.example", in_reply_to=("x@y",)
    )
    return an_arrival(mail, now=LATER, **over)


def test_while_the_told_promise_stands_jane_hears_nothing_new_and_bob_gets_her_mail() -> None:
    decision = customer_reply.decide(again(), found(a_thread()))
    assert sent(decision) == [("forward", BOBS)]
    assert change(decision, Updated).thread.promise == a_promise()


def test_in_a_conversation_with_bob_no_machine_speaks_up() -> None:
    thread = a_thread(status=ThreadStatus.THEIRS, promise=a_promise(state=PromiseState.KEPT), last_human_letter=True)
    decision = customer_reply.decide(again("Thank you! One more thing: when?"), found(thread))
    assert sent(decision) == [("forward", BOBS)]
    after = change(decision, Updated).thread
    assert after.status is ThreadStatus.OURS
    assert (after.promise.number, after.promise.told) == (2, False)
    assert after.promise.due == datetime(2026, 11, 23, 14, 15, tzinfo=UTC)


def test_after_a_missed_promise_one_line_tells_the_new_time() -> None:
    thread = a_thread(promise=a_promise(state=PromiseState.MISSED))
    decision = customer_reply.decide(again(), found(thread))
    letter = the(decision, "acknowledgement")
    assert isinstance(letter, Acknowledgement)
    assert (letter.again, letter.promise_number) == (True, 2)


def test_when_the_first_letter_never_left_the_next_mail_is_told_the_time() -> None:
    decision = customer_reply.decide(again(), found(a_thread(promise=a_promise(told=False))))
    letter = the(decision, "acknowledgement")
    assert isinstance(letter, Acknowledgement)
    assert (letter.again, letter.promise_number, letter.due) == (True, 1, a_promise().due)


def test_when_it_becomes_urgent_anna_takes_it_jane_is_told_and_bob_knows() -> None:
    decision = customer_reply.decide(again("Now I smell gas!"), found(a_thread()))
    assert sent(decision) == [("acknowledgement", JANE), ("forward", ANNAS), ("forward", BOBS)]
    thread = change(decision, Updated).thread
    assert (thread.owner, thread.urgent) == ("anna", True)
    assert thread.promise.due == datetime(2026, 11, 23, 11, 15, tzinfo=UTC)
    letter = the(decision, "acknowledgement")
    assert isinstance(letter, Acknowledgement)
    assert (letter.owner.name, letter.urgent, letter.again) == ("Anna Harris", True, False)


def test_writing_again_never_makes_anybody_wait_longer() -> None:
    soon = a_promise(due=LATER + timedelta(minutes=20))
    decision = customer_reply.decide(again(), found(a_thread(promise=soon)))
    assert change(decision, Updated).thread.promise.due == LATER + timedelta(minutes=20)


def test_the_newest_message_id_is_what_bobs_answer_will_answer() -> None:
    thread = change(customer_reply.decide(again(), found(a_thread())), Updated).thread
    assert thread.last_message_id == "jane-2@customer.example"
    assert thread.references == ("jane-1@customer.example", "jane-2@customer.example")


def test_a_leavers_thread_goes_to_the_mailboxs_default_person() -> None:
    decision = customer_reply.decide(again(), found(a_thread(owner="gone")))
    assert change(decision, Updated).thread.owner == "alice"
    assert ("acknowledgement", JANE) in sent(decision)


def test_janes_reply_address_used_by_a_stranger_is_kept_and_nothing_goes_there() -> None:
    mail = an_inbound(sender=Address("jane.roe@work.example", "Jane"), in_reply_to=("x@y",))
    decision = customer_reply.unconfirmed(an_arrival(mail), found(a_thread()))
    assert sent(decision) == [("notice", BOBS)]
    notice = the(decision, "notice")
    assert isinstance(notice, Notice)
    assert (notice.topic, notice.who) == (Topic.UNCONFIRMED, "jane.roe@work.example")
    assert notice.words == mail.fresh_text


def test_bobs_card_says_whether_jane_knows_the_time() -> None:
    told = the(customer_reply.decide(again(), found(a_thread())), "forward")
    untold_thread = a_thread(promise=a_promise(told=False), last_human_letter=True)
    untold = the(customer_reply.decide(again(), found(untold_thread)), "forward")
    assert isinstance(told, Forward)
    assert isinstance(untold, Forward)
    assert (told.card.told, untold.card.told) == (True, False)


def test_a_forged_mail_on_the_thread_makes_nobody_verified() -> None:
    arrival = replace(again(), trust=Trust.UNVERIFIED)
    assert change(customer_reply.decide(arrival, found(a_thread())), Updated).thread.trust == "unverified"
