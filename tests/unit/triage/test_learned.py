"""What a firm teaches by moving mails and by closing them where they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.triage.calibration import UNCORRECTED, calibrated
from chalicelib.triage.learned import (
    MOST_LESSONS,
    NOTHING,
    Learned,
    Lesson,
    forget,
    learn,
    lesson_vector,
    numbers_of,
    refit,
)
from chalicelib.triage.lesson_rows import from_rows, to_rows
from chalicelib.triage.vectors import dot, unit

SETTINGS = {"repairs": [1.0, 0.0, 0.0, 0.0], "billing": [0.0, 1.0, 0.0, 0.0]}
ODD = unit([0.6, 0.5, 0.6, 0.0])
"""Its words say repairs; in this firm such mails are Billing's."""


def a_lesson(key: str = "inbound/1", category: str = "billing", direction: list[float] = ODD, **over: object) -> Lesson:
    return Lesson(key, category, lesson_vector(direction), **{"by": "Anna", "day": "3 May", **over})  # type: ignore[arg-type]


def test_one_lesson_leans_a_little_and_several_lean_more() -> None:
    once = learn(NOTHING, a_lesson(), SETTINGS, "tiny")
    often = once
    for n in range(2, 6):
        often = learn(often, a_lesson(f"inbound/{n}"), SETTINGS, "tiny")
    towards_billing = [
        state.bonus(ODD)["billing"] - state.bonus(ODD)["repairs"] for state in (NOTHING_YET, once, often)
    ]
    assert 0 == towards_billing[0] < towards_billing[1] < towards_billing[2]


NOTHING_YET = Learned(leanings={"billing": [0.0] * 4, "repairs": [0.0] * 4})


def test_what_was_right_already_changes_next_to_nothing() -> None:
    sure = learn(NOTHING, a_lesson(category="repairs", direction=[1.0, 0.0, 0.0, 0.0]), SETTINGS, "tiny")
    assert abs(sure.bonus(ODD)["repairs"]) < 0.01


def test_a_lesson_about_the_same_mail_takes_the_place_of_the_first() -> None:
    twice = learn(learn(NOTHING, a_lesson(), SETTINGS, "tiny"), a_lesson(category="repairs"), SETTINGS, "tiny")
    assert [lesson.category for lesson in twice.lessons] == ["repairs"]


def test_what_is_forgotten_was_never_there() -> None:
    one = learn(NOTHING, a_lesson("inbound/1"), SETTINGS, "tiny")
    both = learn(one, a_lesson("inbound/2", "repairs"), SETTINGS, "tiny")
    assert forget(both, ["inbound/2"], SETTINGS) == one
    assert forget(one, ["inbound/1"], SETTINGS).leanings == {}


def test_lessons_of_another_space_begin_anew() -> None:
    old = learn(NOTHING, a_lesson("inbound/1"), SETTINGS, "tiny")
    assert [lesson.key for lesson in learn(old, a_lesson("inbound/2"), SETTINGS, "newer").lessons] == ["inbound/2"]


def test_a_category_that_is_gone_teaches_nothing() -> None:
    state = learn(NOTHING, a_lesson(), SETTINGS, "tiny")
    assert refit(state, {"repairs": SETTINGS["repairs"]}).lessons == ()


def test_a_frequent_category_does_not_crowd_out_a_rare_one() -> None:
    lessons = [a_lesson("inbound/rare", "repairs"), *(a_lesson(f"inbound/{n}") for n in range(MOST_LESSONS + 5))]
    state = Learned("tiny", tuple(lessons[:-1]))
    state = learn(state, lessons[-1], SETTINGS, "tiny")
    assert len(state.lessons) == MOST_LESSONS
    assert "inbound/rare" in {lesson.key for lesson in state.lessons}
    assert "inbound/0" not in {lesson.key for lesson in state.lessons}


def test_a_mail_like_one_that_was_moved_says_by_whom_and_when() -> None:
    state = learn(NOTHING, a_lesson(), SETTINGS, "tiny")
    assert state.like(ODD, "billing") == "the mail Anna moved there on 3 May"
    assert state.like([0.0, 0.0, 0.0, 1.0], "billing") == ""
    assert learn(NOTHING, a_lesson(by=""), SETTINGS, "tiny").like(ODD, "billing") == "", "confirmed, not moved"


def test_rows_hold_all_of_it_and_stay_small() -> None:
    wide = {key: [*direction, *([0.0] * 252)] for key, direction in SETTINGS.items()}
    state = Learned("tiny", tuple(a_lesson(f"{n:010}", direction=[*ODD, *([0.01] * 252)]) for n in range(MOST_LESSONS)))
    state = refit(state, wide)
    rows = to_rows(state)
    again = from_rows(rows, "tiny")
    assert again.lessons == state.lessons
    assert again.calibration == state.calibration
    assert again.leanings["billing"] == pytest.approx(state.leanings["billing"], abs=0.01)
    assert from_rows(rows, "newer").lessons == ()
    size = sum(len(row["leaning"]) + len(row["vectors"]) + sum(map(len, row["lessons"])) for row in rows.values())
    assert size < 40_000


@given(st.lists(st.floats(-1, 1), min_size=4, max_size=4).filter(lambda numbers: max(map(abs, numbers)) > 0.1))
def test_a_lesson_keeps_its_direction(numbers: list[float]) -> None:
    lesson = a_lesson(direction=unit(numbers))
    assert dot(numbers_of(lesson), unit(numbers)) > 0.97


def test_a_confidence_that_says_too_much_is_taken_down() -> None:
    boastful = calibrated([(0.95, n % 2 == 0) for n in range(60)])
    assert 0.45 < boastful.of(0.95) < 0.65
    assert calibrated([]) == UNCORRECTED
    assert UNCORRECTED.of(0.7) == pytest.approx(0.7)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=30))
def test_a_calibration_never_turns_the_order_round(outcomes: list[tuple[float, bool]]) -> None:
    found = calibrated(outcomes)
    assert 0 <= found.of(0.2) <= 1
    if found.slope > 0:
        assert found.of(0.2) <= found.of(0.8)
