"""What SES's events about our letters cause."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.desk import delivery_report, open_thread
from chalicelib.desk.arrival import with_message
from chalicelib.desk.decision import (
    Forward,
    Known,
    LetterState,
    Notice,
    Opened,
    Outgoing,
    Remembered,
    Reply,
    Topic,
    Updated,
)
from chalicelib.desk.model import Channel, Customer, FormExtras, PromiseState, ThreadStatus, Verdicts
from chalicelib.desk.sending_events import Event, SendingEvent
from chalicelib.desk.team import public
from tests.builders import BOB, MONDAY, a_promise, a_team, a_thread, an_inbound
from tests.unit.desk.arrivals import an_arrival, change, sent, the

LATER = MONDAY + timedelta(hours=3)
ANSWERED = a_thread(status=ThreadStatus.THEIRS, promise=a_promise(state=PromiseState.KEPT), last_human_letter=True)
REPLY = Reply(
    "reply-1", ANSWERED.id, "jane@customer.example", "Jane Roe", "support", public(BOB), "At two.", "Boiler", "bob"
)


def an_event(event: Event, permanent: bool = False, letter: str = "reply-1") -> SendingEvent:
    return SendingEvent(
        event, permanent, letter, ANSWERED.id, "ses-1", "jane@customer.example", LATER, "there is no such address"
    )


def on(event: SendingEvent, letter: Any = REPLY, customer: Customer | None = None) -> Any:
    outgoing = Outgoing(letter, LetterState.SENT)
    return delivery_report.on_event(event, outgoing, ANSWERED, customer, a_team(), LATER)


def test_bobs_reply_bounced_so_bob_knows_and_the_promise_runs_again() -> None:
    decision = on(an_event(Event.BOUNCED, permanent=True))
    assert sent(decision) == [("notice", "bob@harris.example")]
    notice = the(decision, "notice")
    assert isinstance(notice, Notice)
    assert (notice.topic, notice.detail, notice.words) == (
        Topic.REPLY_BOUNCED,
        "there is no such address",
        "At two.",
    )
    thread = change(decision, Updated).thread
    assert (thread.status, thread.promise.number, thread.promise.state) == (
        ThreadStatus.OURS,
        2,
        PromiseState.WAITING,
    )


def test_bob_reads_the_number_jane_gave_so_that_he_can_ring_her() -> None:
    gave = replace(ANSWERED, phone="07700 900456", confirmed=("jane@work.example",))
    known = Customer("jane@customer.example", "Jane Roe", MONDAY, phone="0161 496 0999")
    for thread, number in ((gave, "07700 900456"), (ANSWERED, "0161 496 0999")):
        outgoing = Outgoing(REPLY, LetterState.SENT)
        decision = delivery_report.on_event(
            an_event(Event.BOUNCED, permanent=True), outgoing, thread, known, a_team(), LATER
        )
        assert decision is not None
        notice = the(decision, "notice")
        assert isinstance(notice, Notice)
        assert (notice.customer, notice.phone, notice.also_at) == (REPLY.to, number, thread.confirmed)


def test_a_first_letter_that_bounced_is_told_with_the_number_from_the_form() -> None:
    post = an_inbound(channel=Channel.FORM, verdicts=Verdicts(), form=FormExtras("07700 900456"))
    opened = open_thread.decide(an_arrival(post))
    thread, letter = change(opened, Opened).thread, the(opened, "acknowledgement")
    event = replace(an_event(Event.BOUNCED, permanent=True), letter=letter.key)
    told = delivery_report.on_event(event, Outgoing(letter, LetterState.SENT), thread, None, a_team(), LATER)
    assert told is not None
    notice = the(told, "notice")
    assert isinstance(notice, Notice)
    assert (notice.topic, notice.phone) == (Topic.UNSENT, "07700 900456")


def test_after_a_complaint_the_card_says_why_nobody_was_told() -> None:
    silent = Customer("jane@customer.example", "Jane Roe", MONDAY, no_automatic_letters=True)
    decision = open_thread.decide(an_arrival(known=Known(customer=silent)))
    assert sent(decision) == [("forward", "bob@harris.example")]
    forward = the(decision, "forward")
    assert isinstance(forward, Forward)
    assert forward.card.untold_because == "an automatic letter was marked as spam there, or could not be delivered"


def test_a_number_from_somebody_nobody_vouches_for_does_not_take_janes_place() -> None:
    known = replace(a_thread(), phone="07700 900456")
    mallory = an_inbound(text="Ring 0906 123 4567 now", fresh_text="Ring 0906 123 4567 now", verdicts=Verdicts())
    assert with_message(known, an_arrival(mallory)).phone == "07700 900456"
    assert with_message(known, an_arrival(replace(mallory, verdicts=an_inbound().verdicts))).phone == "0906 123 4567"


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (an_event(Event.SENT), LetterState.SENT),
        (an_event(Event.DELIVERED), LetterState.SENT),
        (an_event(Event.DELAYED), None),
        (an_event(Event.BOUNCED), LetterState.FAILED),
        (an_event(Event.BOUNCED, permanent=True), LetterState.FAILED),
        (an_event(Event.REJECTED, permanent=True), LetterState.FAILED),
        (an_event(Event.COMPLAINED), None),
    ],
    ids=["sent", "delivered", "a delay is no failure", "SES has given up", "a hard bounce", "refused", "complaint"],
)
def test_what_an_event_says_of_a_letter_for_good(event: SendingEvent, state: LetterState | None) -> None:
    assert delivery_report.final_state(event) is state


@pytest.mark.parametrize("event", [Event.SENT, Event.DELIVERED, Event.DELAYED])
def test_good_news_and_delays_cause_nothing(event: Event) -> None:
    assert on(an_event(event)) is None


def test_who_marks_our_mail_as_spam_gets_no_more_automatic_letters() -> None:
    decision = on(an_event(Event.COMPLAINED), customer=Customer("jane@customer.example", "Jane Roe", MONDAY, version=2))
    assert change(decision, Remembered).customer.no_automatic_letters is True
    assert sent(decision) == []


def test_a_forward_that_bounced_is_told_to_somebody_else_than_its_recipient() -> None:
    forward = the(open_thread.decide(an_arrival()), "forward")
    decision = on(an_event(Event.BOUNCED, permanent=True), forward)
    assert sent(decision) == [("forward", "alice@harris.example")]
    again = the(decision, "forward")
    assert isinstance(again, Forward)
    assert again.card.warnings[0].startswith("Bob Harris's mailbox did not take this mail")
    assert sent(on(an_event(Event.BOUNCED, permanent=True), again)) == [("notice", "bob@harris.example")]
