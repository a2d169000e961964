"""What SES's events about our letters cause."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.desk import delivery_report
from chalicelib.desk.decision import Forward, LetterState, Notice, Outgoing, Remembered, Reply, Topic, Updated
from chalicelib.desk.model import Customer, PromiseState, ThreadStatus
from chalicelib.desk.sending_events import Event, SendingEvent
from chalicelib.desk.team import public
from tests.builders import BOB, MONDAY, a_promise, a_team, a_thread
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
    from chalicelib.desk import open_thread

    forward = the(open_thread.decide(an_arrival()), "forward")
    decision = on(an_event(Event.BOUNCED, permanent=True), forward)
    assert sent(decision) == [("forward", "alice@harris.example")]
    again = the(decision, "forward")
    assert isinstance(again, Forward)
    assert again.card.warnings[0].startswith("Bob Harris's mailbox did not take this mail")
    assert sent(on(an_event(Event.BOUNCED, permanent=True), again)) == [("notice", "bob@harris.example")]
