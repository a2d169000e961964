"""Every minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.desk import open_thread, sweep
from chalicelib.desk.decision import LetterState, Nudge, Outgoing, Updated
from chalicelib.desk.model import PromiseState
from chalicelib.desk.sweep import Fate
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


ACKNOWLEDGEMENT, FORWARD = open_thread.decide(an_arrival()).letters
TRY_AT = MONDAY + timedelta(minutes=17)

FATES = {
    "never tried": (Outgoing(ACKNOWLEDGEMENT, LetterState.NEW), False, 0, Fate.SEND),
    "lost, and the missing event proves it": (Outgoing(ACKNOWLEDGEMENT, LetterState.SENDING), True, 0, Fate.SEND),
    "lost, and another letter may give a sign yet": (
        Outgoing(ACKNOWLEDGEMENT, LetterState.SENDING),
        False,
        4,
        Fate.WAIT,
    ),
    "lost, and nobody knows": (Outgoing(ACKNOWLEDGEMENT, LetterState.SENDING), False, 5, Fate.HOLD),
    "a person's words are worth sending twice": (Outgoing(FORWARD, LetterState.SENDING), False, 0, Fate.SEND),
}


@pytest.mark.parametrize(("outgoing", "events_flow", "minutes", "expected"), FATES.values(), ids=FATES.keys())
def test_an_acknowledgement_nobody_knows_of_is_not_sent_twice(
    outgoing: Outgoing, events_flow: bool, minutes: int, expected: Fate
) -> None:
    waiting = replace(outgoing, try_at=TRY_AT)
    assert sweep.fate(waiting, events_flow=events_flow, now=TRY_AT + timedelta(minutes=minutes)) is expected
