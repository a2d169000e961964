"""Where our receipt rule belongs among others'."""

from typing import Any

import pytest

from byname.cloud.receiving import Rule, RuleSet, joining, our_rule, same

OURS = our_rule("byname", ["help.harris.example"], "bucket", "topic")
STOP: dict[str, Any] = {"StopAction": {"Scope": "RuleSet"}}


def rule(name: str, *recipients: str, **over: Any) -> Rule:
    return {"Name": name, "Enabled": True, "Recipients": list(recipients), "Actions": [], **over}


@pytest.mark.parametrize(
    ("others", "after"),
    [
        ([], ""),
        ([rule("a", "a.example"), rule("b", "b.example")], "b"),
        ([rule("a", "a.example"), rule("all", Actions=[STOP])], "a"),
        ([rule("all", Actions=[STOP]), rule("b", "b.example")], ""),
        ([rule("its-own", "a.example", Actions=[STOP]), rule("b", "b.example")], "b"),
        ([rule("below", ".harris.example", Actions=[STOP])], ""),
        ([rule("the-domain-itself", "harris.example", Actions=[STOP])], "the-domain-itself"),
        ([rule("one-address", "x@help.harris.example", Actions=[{"BounceAction": {}}])], ""),
        ([rule("asks", Actions=[{"LambdaAction": {"InvocationType": "RequestResponse"}}])], ""),
        ([rule("tells", Actions=[{"LambdaAction": {"InvocationType": "Event"}}])], "tells"),
        ([rule("off", Enabled=False, Actions=[STOP])], "off"),
    ],
)
def test_ours_comes_last_but_before_what_would_stop_its_mail(others: list[Rule], after: str) -> None:
    todo = joining(RuleSet("theirs", tuple(others)), OURS)
    assert (todo.create, todo.update, todo.move, todo.after) == (True, False, False, after)


def test_when_somebody_puts_a_stop_before_ours_it_moves_and_theirs_stays() -> None:
    todo = joining(RuleSet("theirs", (rule("a", "a.example"), rule("all", Actions=[STOP]), OURS)), OURS)
    assert (todo.create, todo.update, todo.move, todo.after) == (False, False, True, "a")
    assert todo.words == "the rule byname-store moved before the one that would stop its mail"


@pytest.mark.parametrize(
    ("rules", "after"),
    [
        (["selftest", "ours"], None),
        (["selftest", "ours", "all"], None),
        (["selftest", "a"], "a"),
        (["selftest", "all"], "byname-selftest-abcd2345"),
        (["selftest"], "byname-selftest-abcd2345"),
        (["selftest", "all", "ours"], "byname-selftest-abcd2345"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value or "stays",
)
def test_while_a_self_test_runs_nothing_moves_that_stands_right(rules: list[str], after: str | None) -> None:
    known = {
        "selftest": rule("byname-selftest-abcd2345", "selftest-abcd2345@help.harris.example", Actions=[STOP]),
        "ours": OURS,
        "a": rule("a", "a.example"),
        "all": rule("all", Actions=[STOP]),
    }
    todo = joining(RuleSet("theirs", tuple(known[name] for name in rules)), OURS)
    assert (todo.create or todo.move) is (after is not None)
    assert todo.after == after or after is None
    assert "byname-selftest-abcd2345" not in todo.beside


def test_in_its_place_and_the_same_it_is_left_alone() -> None:
    todo = joining(RuleSet("theirs", (OURS, rule("all", Actions=[STOP]))), OURS)
    assert not todo.needed
    assert todo.beside == ("all",)


def test_the_order_and_the_case_of_recipients_do_not_matter() -> None:
    one = our_rule("byname", ["b.example", "a.example"], "bucket", "topic")
    assert same(one, {**one, "Recipients": ["A.example", "b.example"]})
    assert not same(one, {**one, "ScanEnabled": False})
    assert not same(one, our_rule("byname", ["a.example"], "bucket", "topic"))
