"""Something arrives at a thread's staff address."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.desk import staff_reply
from chalicelib.desk.decision import Away, Known, Notice, Recorded, Remembered, Reply, Topic, Updated
from chalicelib.desk.model import Absence, Address, Inbound, PromiseState, Thread, ThreadStatus, Verdict, Verdicts
from chalicelib.desk.signed_addresses import Purpose
from chalicelib.desk.staff_reply import Said
from chalicelib.desk.threads import Found
from tests.builders import ALICE, MONDAY, PASSES, STAFF_ADDRESS, a_staff_mail, a_thread, an_inbound
from tests.unit.desk.arrivals import an_arrival, change, sent, the

LATER = MONDAY + timedelta(hours=2)
JANE, BOBS = "jane@customer.example", "bob@harris.example"
SAID = Said("Dear Jane,\n\nI will come by at two.\n\nBob")


def decide(mail: Inbound | None = None, said: Said = SAID, thread: Thread | None = None, **over: Any) -> Any:
    purpose = over.pop("purpose", Purpose.STAFF_REPLY)
    arrival = an_arrival(mail or a_staff_mail(), now=LATER, **over)
    return staff_reply.decide(arrival, Found(thread or a_thread(), purpose, "bob", address=STAFF_ADDRESS), said)


def test_bobs_answer_goes_to_jane_and_the_promise_is_kept() -> None:
    decision = decide()
    assert sent(decision) == [("reply", JANE)]
    reply = the(decision, "reply")
    assert isinstance(reply, Reply)
    assert (reply.text, reply.author.name, reply.in_reply_to) == (SAID.text, "Bob Harris", "jane-1@customer.example")
    thread = change(decision, Updated).thread
    assert (thread.status, thread.promise.state) == (ThreadStatus.THEIRS, PromiseState.KEPT)
    assert thread.last_human_letter is True


def test_an_answer_after_the_time_does_not_keep_the_promise() -> None:
    thread = change(_late(), Updated).thread
    assert thread.promise.state is PromiseState.MISSED


def _late() -> Any:
    arrival = an_arrival(a_staff_mail(), now=MONDAY + timedelta(hours=8))
    return staff_reply.decide(arrival, Found(a_thread(), Purpose.STAFF_REPLY, "bob", address=STAFF_ADDRESS), SAID)


def test_jane_will_find_bob_again_next_time() -> None:
    assert change(decide(), Remembered).customer.helped_by == "bob"


def test_a_colleague_may_answer_and_bob_is_told() -> None:
    decision = decide(a_staff_mail(ALICE))
    assert sent(decision) == [("reply", JANE), ("notice", BOBS)]
    notice = the(decision, "notice")
    assert isinstance(notice, Notice)
    assert (notice.topic, notice.who, notice.words) == (Topic.COLLEAGUE_ANSWERED, "Alice Shaw", SAID.text)
    assert decision.because == "Alice Shaw answered the mail sent to bob"


def test_who_answers_is_not_away() -> None:
    known = Known(absences=(Absence("bob", LATER + timedelta(days=3), "out of office"),))
    assert change(decide(known=known), Away).absence.until == LATER


HELD = {
    "a stranger": (an_inbound(), SAID, Topic.HELD_STRANGER),
    "Bob's name on somebody else's mail": (a_staff_mail(verdicts=Verdicts()), SAID, Topic.HELD_UNPROVEN),
    "Bob's domain disowns it": (
        a_staff_mail(verdicts=replace(PASSES, dmarc=Verdict.FAIL, dkim_domains=("harris.example",))),
        SAID,
        Topic.HELD_UNPROVEN,
    ),
    "a command": (a_staff_mail(), Said("#close\n\nDone."), Topic.HELD_COMMAND),
    "nothing but the quote": (a_staff_mail(), Said("  \n"), Topic.HELD_EMPTY),
    "the card is still in it": (a_staff_mail(), Said("text", "a card is in it"), Topic.HELD_CARD),
    "signed by Bob, but for somebody else": (
        a_staff_mail(to=(Address("mallory@evil.example"),)),
        SAID,
        Topic.HELD_UNPROVEN,
    ),
    "too long to relay whole": (a_staff_mail(cut=True), SAID, Topic.HELD_CUT),
    "unreadable": (a_staff_mail(defect="too many parts"), SAID, Topic.HELD_EMPTY),
}


@pytest.mark.parametrize(("mail", "said", "topic"), HELD.values(), ids=HELD.keys())
def test_what_must_not_reach_jane_is_held_kept_and_told(mail: Inbound, said: Said, topic: Topic) -> None:
    decision = decide(mail, said)
    assert sent(decision) == [("notice", BOBS)]
    notice = the(decision, "notice")
    assert isinstance(notice, Notice)
    assert (notice.topic, notice.words) == (topic, mail.fresh_text)
    assert change(decision, Recorded).message.note is True
    assert [type(change).__name__ for change in decision.changes] == ["Recorded"]


ABSENT = "Automatic reply: Boiler leaking"


def test_an_automatic_answer_without_a_header_is_no_answer() -> None:
    notice = the(decide(a_staff_mail(subject=ABSENT)), "notice")
    assert isinstance(notice, Notice)
    assert notice.topic is Topic.HELD_ABSENCE


def test_the_customers_own_subject_come_back_is_an_answer() -> None:
    assert sent(decide(a_staff_mail(subject=ABSENT), thread=a_thread(subject=ABSENT))) == [("reply", JANE)]


def test_words_between_the_quoted_lines_are_not_lost() -> None:
    notice = the(decide(said=Said("See below.", inside=True)), "notice")
    assert isinstance(notice, Notice)
    assert notice.topic is Topic.HELD_INSIDE


def test_an_order_number_is_no_command() -> None:
    assert sent(decide(said=Said("Your order\n#4471 is ready"))) == [("reply", JANE)]


def test_with_no_address_for_jane_its_author_is_told() -> None:
    decision = decide(thread=a_thread(customer=""))
    notice = the(decision, "notice")
    assert isinstance(notice, Notice)
    assert notice.topic is Topic.HELD_NO_ADDRESS


def test_a_private_note_stays_private_and_reaches_the_owner() -> None:
    decision = decide(a_staff_mail(ALICE), purpose=Purpose.PRIVATE_NOTE)
    assert sent(decision) == [("notice", BOBS)]
    assert change(decision, Recorded).message.note is True


def test_bobs_own_note_needs_no_notice() -> None:
    assert sent(decide(purpose=Purpose.PRIVATE_NOTE)) == []
