"""When a category is sure enough, and when a person chooses."""

from __future__ import annotations

import pytest

from chalicelib.triage.choice import choose


@pytest.mark.parametrize(
    ("closeness", "more", "sure", "shortlisted"),
    [
        ({"a": 0.7, "b": 0.2}, {}, True, False),
        ({"a": 0.5, "b": 0.49}, {}, False, True),
        ({"a": 0.1, "b": 0.0}, {}, False, False),
        ({"a": 0.5, "b": 0.2}, {"other": 0.6}, False, False),
        ({"a": 0.5, "b": 0.49}, {"named": ("a",)}, True, False),
        ({"a": 0.5, "b": 0.44}, {"named": ("a", "b")}, False, True),
        ({"a": 0.7, "b": 0.2}, {"named": ("a", "b")}, True, False),
        ({"a": 0.7}, {}, True, False),
    ],
    ids=[
        "plainly one",
        "two alike",
        "nothing near",
        "nearer to what nobody has",
        "alike, and the firm's own words say which",
        "alike, and so are the firm's own words",
        "the firm's own words hesitate, nothing else does",
        "a firm with one category",
    ],
)
def test_how_sure_it_is(closeness: dict[str, float], more: dict[str, object], sure: bool, shortlisted: bool) -> None:
    choice = choose(closeness, **more)  # type: ignore[arg-type]
    assert (choice.best, choice.sure, choice.shortlisted) == ("a", sure, shortlisted)


def test_what_was_learned_counts() -> None:
    assert choose({"a": 0.5, "b": 0.4}, bonus={"b": 6.0}).best == "b"
