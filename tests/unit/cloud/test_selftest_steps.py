"""The self test's own machinery: waiting, telling, its names, who can be played."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from byname.cloud.selftest import plan
from byname.cloud.selftest.deployed import Deployed
from byname.cloud.selftest.patience import Patience
from byname.cloud.selftest.play import Wanted
from byname.cloud.selftest.run import (
    SILENT_FOR,
    Run,
    from_row,
    is_named_after_one,
    is_over,
    new_run,
    rule_prefix,
    to_row,
)
from byname.cloud.selftest.signing import stand_in
from byname.cloud.selftest.telling import Failed, NotTried, Outcome, Said, Telling
from byname.console import Console
from tests.builders import ALICE, ANNA, RING, a_team

NOW = datetime(2026, 11, 23, 9, 7, tzinfo=UTC)


class Watch:
    """A clock that only pauses move on."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.pauses.append(round(seconds, 2))
        self.now += seconds


def test_what_is_there_already_is_found_without_a_pause() -> None:
    watch = Watch()
    assert Patience(10, watch, watch.pause).until(lambda: "here") == "here"
    assert watch.pauses == []


def test_pauses_grow_and_end_with_the_deadline() -> None:
    watch = Watch()
    assert Patience(10, watch, watch.pause).until(lambda: None) is None
    assert watch.pauses[:4] == [0.2, 0.3, 0.45, 0.68]
    assert max(watch.pauses) <= 4.0
    assert watch.now == 10


def test_it_looks_once_more_when_time_is_up() -> None:
    watch = Watch()
    assert Patience(10, watch, watch.pause).until(lambda: "late" if watch.now >= 10 else None) == "late"


def a_run() -> Run:
    return Run("abcd2345", "byname", "help.harris.example", NOW, NOW, "here", 4711, awaited=("x@y",))


def test_everything_of_a_run_is_called_after_its_nonce() -> None:
    run = a_run()
    assert run.customer == "selftest-abcd2345@help.harris.example"
    assert run.bouncing_customer == "bounce+selftest-abcd2345@simulator.amazonses.com"
    assert run.rule == run.queue == "byname-selftest-abcd2345"
    assert run.folder == "selftest/abcd2345/"


def test_a_rules_name_fits_whatever_the_stack_is_called() -> None:
    run = replace(a_run(), stack="a" * 39 + "-" + "b" * 80)
    assert len(run.rule) <= 64
    assert run.rule.startswith(rule_prefix(run.stack))
    assert "--" not in run.rule


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("byname-selftest-abcd2345", True),
        ("byname-selftest-store", False),
        ("byname-selftest-abcdefgh-store", False),
        ("byname-selftest-selftest-abcd2345", False),
        ("byname-selftest-abcd234", False),
        ("byname-store", False),
    ],
)
def test_the_rule_of_a_stack_called_byname_selftest_is_not_a_self_tests(name: str, is_one: bool) -> None:
    assert is_named_after_one("byname", name) is is_one
    assert is_named_after_one("byname", new_run("byname", "help.x.example", NOW).rule)


def test_two_runs_never_share_a_name() -> None:
    assert new_run("byname", "help.x.example", NOW).nonce != new_run("byname", "help.x.example", NOW).nonce


def test_a_runs_row_gives_the_run_back_and_expires_by_itself() -> None:
    row = to_row(a_run())
    assert from_row(row) == a_run()
    assert row["ttl"] == int((NOW + timedelta(days=15)).timestamp())


@pytest.mark.parametrize(
    ("run", "host", "is_alive", "over"),
    [
        (a_run(), "here", True, False),
        (a_run(), "here", False, True),
        (a_run(), "there", False, False),
        (replace(a_run(), alive_at=NOW - SILENT_FOR - timedelta(seconds=1)), "there", True, True),
        (replace(a_run(), ended=True), "here", True, True),
    ],
    ids=["at work", "its process is gone", "at work elsewhere", "silent for long", "ended"],
)
def test_a_run_is_over_when_nobody_is_at_it(run: Run, host: str, is_alive: bool, over: bool) -> None:
    assert is_over(run, NOW, host, lambda _: is_alive) is over


def test_each_step_is_told_and_kept(capsys: pytest.CaptureFixture[str]) -> None:
    telling = Telling(Console())

    def passes(said: Said) -> int:
        said.words = "seen"
        said.notes.append("could be better")
        return 7

    def fails(_: Said) -> int:
        raise Failed("nothing came", ["the first cause", "the second"])

    def skips(_: Said) -> int:
        raise NotTried("nobody is there")

    assert [telling.step("a", "A step", act) for act in (passes, fails, skips)] == [7, None, None]
    assert [finding.outcome for finding in telling.findings] == [Outcome.PASSED, Outcome.FAILED, Outcome.NOT_TRIED]
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "✓ A step: seen",
        "    note: could be better",
        "✗ A step: nothing came",
        "    1. the first cause",
        "    2. the second",
        "· A step: nobody is there",
    ]


def test_an_error_of_another_kind_passes() -> None:
    telling = Telling(Console(quiet=True))
    with pytest.raises(ZeroDivisionError):
        telling.step("a", "A step", lambda _: 1 // 0)


def test_the_owner_is_played_from_an_address_ses_may_sign_for() -> None:
    found = stand_in(ALICE, a_team(), lambda _: None, lambda address: address.endswith("@harris.example"), NOW)
    assert found == (ALICE, "alice@harris.example")


def test_the_principal_is_played_when_the_owners_mail_cannot_be_signed() -> None:
    found = stand_in(ALICE, a_team(), lambda _: None, lambda address: address.startswith("anna@"), NOW)
    assert found == (ANNA, "anna@harris.example")


def test_nobody_who_is_away_is_played_because_that_would_call_them_back() -> None:
    away = {"alice": NOW + timedelta(hours=1), "anna": NOW - timedelta(hours=1)}
    assert stand_in(ALICE, a_team(), away.get, lambda _: True, NOW)[0] == ANNA


def test_when_nobody_can_be_played_each_reason_is_said() -> None:
    with pytest.raises(LookupError) as caught:
        stand_in(ALICE, a_team(), {"alice": NOW + timedelta(hours=1)}.get, lambda _: False, NOW)
    assert str(caught.value) == "Alice Shaw is away and SES may not sign for Anna Harris's mail at harris.example"


def a_stack() -> Deployed:
    return Deployed("byname", "eu-west-1", {"PagesUrl": "https://x.example/v1/"}, "help.harris.example", a_team(), RING)


def test_message_ids_are_as_ses_writes_them() -> None:
    assert a_stack().message_id("0102-ab") == "0102-ab@eu-west-1.amazonses.com"
    assert replace(a_stack(), region="us-east-1").message_id("0100-ab") == "0100-ab@email.amazonses.com"


def test_the_contact_page_is_below_the_pages_address() -> None:
    assert a_stack().contact_page == "https://x.example/v1/contact"


@pytest.mark.parametrize(
    ("wanted", "mails"),
    [
        (Wanted(a_team().mailboxes[:1]), 6),
        (Wanted(a_team().mailboxes, public=True), 11),
        (Wanted(a_team().mailboxes[:1], mail=False, bounce=False), 1),
    ],
    ids=["all", "two mailboxes and in public", "the form"],
)
def test_the_plan_says_how_many_mails_a_colleague_gets(wanted: Wanted, mails: int) -> None:
    assert f"gets up to {mails} mail{'' if mails == 1 else 's'} " in " ".join(plan.lines(a_stack(), wanted))


def test_the_plan_is_fit_for_json() -> None:
    assert json.loads(json.dumps(plan.lines(a_stack(), Wanted(a_team().mailboxes[:1]))))
