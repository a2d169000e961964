"""Every minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.desk import sweep
from chalicelib.desk.decision import Forward, LetterState, Nudge, Outgoing, Updated
from chalicelib.desk.model import PromiseState
from tests.builders import MONDAY, a_promise, a_team, a_thread
from tests.unit.desk.arrivals import an_arrival, change, sent, the

THREAD = a_thread(last_words="Hello, our boiler (Vita 30) is leaking")
NUDGE_TIME = MONDAY + timedelta(hours=3, minutes=8)
DUE = MONDAY + timedelta(hours=4, minutes=8)


def test_before_its_time_nothing_happens() -> None:
    assert sweep.decide(THREAD, a_team(), NUDGE_TIME - timedelta(seconds=1)) is None


def test_an_hour_before_the_promise_lapses_bob_is_nudged_once() -> None:
    decision = sweep.decide(THREAD, a_team(), NUDGE_TIME)
    assert decision is not None
    assert sent(decision) == [("nudge", "bob@harris.example")]
    letter = the(decision, "nudge")
    assert isinstance(letter, Nudge)
    assert letter.snippet.startswith("Hello, our boiler")
    nudged = change(decision, Updated).thread
    assert sweep.decide(nudged, a_team(), NUDGE_TIME + timedelta(minutes=1)) is None


def test_when_the_time_has_passed_anna_and_bob_know() -> None:
    thread = a_thread(promise=a_promise(nudge_at=None))
    decision = sweep.decide(thread, a_team(), DUE)
    assert decision is not None
    assert sent(decision) == [("escalation", "anna@harris.example"), ("escalation", "bob@harris.example")]
    missed = change(decision, Updated).thread
    assert missed.promise.state is PromiseState.MISSED
    assert sweep.decide(missed, a_team(), DUE + timedelta(minutes=1)) is None


def test_two_ticks_at_once_find_the_same_receipt() -> None:
    decisions = [sweep.decide(THREAD, a_team(), NUDGE_TIME + timedelta(seconds=s)) for s in (0, 30)]
    assert len({decision.receipt.key for decision in decisions if decision}) == 1


@pytest.mark.parametrize("state", [PromiseState.KEPT, PromiseState.MISSED, PromiseState.MOVED])
def test_a_promise_that_does_not_run_nudges_nobody(state: PromiseState) -> None:
    assert sweep.decide(a_thread(promise=a_promise(state=state)), a_team(), DUE) is None


def test_an_acknowledgement_nobody_knows_of_is_not_sent_twice_but_a_forward_is() -> None:
    from chalicelib.desk import open_thread

    acknowledgement, forward = open_thread.decide(an_arrival()).letters
    assert isinstance(forward, Forward)
    lost = Outgoing(acknowledgement, LetterState.SENDING)
    assert sweep.may_send_again(lost, events_flow=False) is False
    assert sweep.may_send_again(lost, events_flow=True) is True  # the missing Send event proves that it never left
    assert sweep.may_send_again(replace(lost, letter=forward), events_flow=False) is True
    assert sweep.may_send_again(Outgoing(acknowledgement, LetterState.NEW), events_flow=False) is True
