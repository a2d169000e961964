"""Programs hear the same as people, as JSON, when they ask for it and from where they may."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.desk.team import public
from chalicelib.errors import Fault
from chalicelib.web import answers
from tests.builders import BOB, a_team

JSON, PAGE, FORM = "application/json", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "multipart/form-data"


def test_success_names_the_person_and_the_time() -> None:
    assert answers.success(public(BOB), datetime(2026, 11, 23, 13, 15, tzinfo=UTC), "by 13:15 today") == {
        "ok": True,
        "answered_by": "Bob Harris",
        "by": "2026-11-23T13:15:00+00:00",
        "when": "by 13:15 today",
        "message": "Bob Harris has your message and will answer by 13:15 today.",
    }


def test_a_message_that_is_only_kept_names_nobody() -> None:
    assert answers.kept() == {
        "ok": True,
        "message": "We have your message. You will hear by mail who answers it, and by when.",
    }


def test_every_fault_is_told_with_its_field() -> None:
    faults = [Fault("email", "Enter your email address", "REQUIRED"), Fault("message", "Write it", "REQUIRED")]
    assert answers.refusal(faults) == {
        "ok": False,
        "errors": [
            {"field": "email", "code": "REQUIRED", "message": "Enter your email address"},
            {"field": "message", "code": "REQUIRED", "message": "Write it"},
        ],
    }


@pytest.mark.parametrize(("code", "status"), [("UNSUPPORTED", 415), ("REQUIRED", 422), ("MALFORMED", 422)])
def test_the_status_tells_what_kind_of_fault_it_is(code: str, status: int) -> None:
    assert answers.status_of([Fault("form", "", code)]) == status


def test_a_problem_says_how_to_reach_us() -> None:
    assert answers.problem(a_team(), 410) == {
        "ok": False,
        "errors": [
            {
                "field": "form",
                "code": "GONE",
                "message": "This link has run out. Use the newest link we sent you, or ask us for a new one."
                " You can also write to support@harris.example.",
            }
        ],
    }


@pytest.mark.parametrize(
    ("accept", "content_type", "wanted"),
    [
        pytest.param("", FORM, False, id="nothing said"),
        pytest.param(PAGE, FORM, False, id="a browser"),
        pytest.param("*/*", FORM, False, id="curl"),
        pytest.param(JSON, FORM, True, id="asks for JSON"),
        pytest.param("*/*", "application/json; charset=utf-8", True, id="sends JSON"),
        pytest.param("text/html;q=0.8, application/json", FORM, True, id="prefers JSON"),
        pytest.param("text/html, application/json;q=0.9", FORM, False, id="prefers a page"),
        pytest.param("text/html, application/json", FORM, False, id="likes both"),
        pytest.param("application/json;q=0", FORM, False, id="refuses JSON"),
        pytest.param("application/json;q=high", FORM, True, id="a weight that is no number"),
        pytest.param("application/json;q=nan", FORM, False, id="not a number at all"),
    ],
)
def test_json_goes_to_who_sends_or_prefers_it(accept: str, content_type: str, wanted: bool) -> None:
    assert answers.wants_json(accept, content_type) is wanted


def test_the_firms_own_pages_may_read_the_answer() -> None:
    assert answers.cors_headers("https://www.harris.example", a_team()) == {
        "Access-Control-Allow-Origin": "https://www.harris.example",
        "Access-Control-Allow-Methods": "POST, GET, OPTIONS",
        "Access-Control-Allow-Headers": "Content-Type",
        "Access-Control-Max-Age": "600",
        "Vary": "Origin",
    }


@pytest.mark.parametrize(
    "origin", ["", "null", "*", "https://evil.example", "http://www.harris.example", "https://www.harris.example.evil"]
)
def test_nobody_elses_pages_may(origin: str) -> None:
    assert answers.cors_headers(origin, a_team()) == {}
