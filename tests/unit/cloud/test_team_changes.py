"""What changes between two teams, as the owner of the shop reads it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byname.cloud.team_changes import differences, domains_new, people_gone
from chalicelib.desk.team import RoutingRule, Team
from tests.builders import ALICE, ANNA, BOB, SAM, SHOP, a_team

TODAY = date(2026, 11, 23)
TEAM = a_team()
RULE = RoutingRule("anna", from_addresses=("@millbrook.example",))
PARENTAL = replace(SHOP, week=(*SHOP.week[:3], (), (), (), ()))


def told(old: Team, new: Team) -> list[str]:
    return [f"{change.sign} {change.words}" for change in differences(old, new, TODAY)]


def firm(**over: Any) -> Team:
    return replace(TEAM, firm=replace(TEAM.firm, **over))


def people(*some: Any) -> Team:
    return replace(TEAM, people=some)


def mailboxes(**over: Any) -> Team:
    return replace(TEAM, mailboxes=(replace(TEAM.mailboxes[0], **over), *TEAM.mailboxes[1:]))


def categories(**over: Any) -> Team:
    return replace(TEAM, categories=(replace(TEAM.categories[0], **over), *TEAM.categories[1:]))


def closed(*days: tuple[date, str]) -> Team:
    calendar = replace(SHOP, closed=days)
    return replace(TEAM, firm=replace(TEAM.firm, calendar=calendar), people=_all_with(calendar))


def _all_with(calendar: Any) -> Any:
    return tuple(replace(person, calendar=calendar) for person in TEAM.people)


CASES: dict[str, tuple[Team, list[str]]] = {
    "nothing": (TEAM, []),
    "a phone number": (firm(phone=""), ["~ The firm: phone: 0161 496 0123 → none"]),
    "somebody else runs it": (firm(principal="bob"), ["~ The firm: who runs it: Anna Harris → Bob Harris"]),
    "a newcomer": (
        people(*TEAM.people, replace(SAM, key="dora", name="Dora Klein", addresses=("dora@harris.example",))),
        ["+ Dora Klein, who fits bathrooms (dora@harris.example)"],
    ),
    "somebody leaves": (people(BOB, ALICE, ANNA), ["− Sam Okafor, who fits bathrooms (sam@harris.example)"]),
    "an address": (
        people(replace(BOB, addresses=("bob@harris.example",)), ALICE, SAM, ANNA),
        ["~ Bob Harris: mail addresses: bob@harris.example, bob.harris@phone.example → bob@harris.example"],
    ),
    "cover": (
        people(replace(BOB, cover="sam"), ALICE, SAM, ANNA),
        ["~ Bob Harris: who steps in: Alice Shaw → Sam Okafor"],
    ),
    "somebody's own hours": (
        people(replace(BOB, calendar=PARENTAL), ALICE, SAM, ANNA),
        ["~ Bob Harris: hours: Mon-Fri 08:00-17:30 → Mon-Wed 08:00-17:30"],
    ),
    "only the order": (people(ANNA, BOB, ALICE, SAM), ["~ The order of people: anna, bob, alice, sam"]),
    "where mail arrives": (
        mailboxes(receives_at="support@mail.harris.example"),
        ["~ support@harris.example: where mail arrives: support@help.harris.example → support@mail.harris.example"],
    ),
    "an owner": (categories(owner="sam"), ["~ Repairs: who answers: Bob Harris → Sam Okafor"]),
    "a promise": (categories(answer_within=timedelta(hours=2)), ["~ Repairs: answers within: 4h → 2h"]),
    "a category goes": (replace(TEAM, categories=TEAM.categories[1:]), ["− Repairs: Bob Harris answers"]),
    "a rule": (
        replace(TEAM, routing=(RULE,)),
        ["+ The rule for mail from @millbrook.example: Anna Harris"],
    ),
    "nothing is urgent any more": (replace(TEAM, urgent=None), ["− When it cannot wait: Anna Harris answers"]),
    "the form's websites": (
        replace(TEAM, form=replace(TEAM.form, origins=())),
        ["~ The contact page: websites that may post the form: https://www.harris.example → none"],
    ),
    "a day off, for all who keep the firm's hours": (
        closed(*SHOP.closed, (date(2026, 12, 31), "Inventory")),
        ["+ The firm: closed on 2026-12-31 Inventory"],
    ),
    "many days off": (
        closed(*((TODAY + timedelta(days=n), "Break") for n in range(5))),
        [
            "+ The firm: closed on 2026-11-23 Break, 2026-11-24 Break, 2026-11-25 Break and 2 more days until "
            "2026-11-27",
            "− The firm: open again on 2026-12-25 Christmas Day, 2026-12-28 Boxing Day (substitute)",
        ],
    ),
    "days that have passed": (
        closed((date(2026, 1, 1), "New Year's Day"), *SHOP.closed),
        ["~ The firm: days off that have passed are listed otherwise"],
    ),
}


@pytest.mark.parametrize(("new", "expected"), CASES.values(), ids=CASES)
def test_what_changes(new: Team, expected: list[str]) -> None:
    assert told(TEAM, new) == expected


def test_the_other_way_round_there_is_as_much_to_say() -> None:
    for new, expected in CASES.values():
        assert len(told(new, TEAM)) == len(expected)


@given(
    st.sampled_from([field.name for field in fields(Team)]), st.sampled_from(list(CASES)), st.sampled_from(list(CASES))
)
def test_two_teams_that_differ_are_never_called_the_same(field: str, one: str, other: str) -> None:
    old, new = CASES[one][0], CASES[other][0]
    mixed = replace(old, **{field: getattr(new, field)})
    assert bool(told(old, mixed)) == (old != mixed)


def test_whoever_is_gone_and_which_domains_are_new() -> None:
    assert people_gone(TEAM, people(BOB, ANNA)) == (ALICE, SAM)
    assert domains_new(TEAM, mailboxes(receives_at="support@mail.harris.example")) == ("mail.harris.example",)
    assert domains_new(TEAM, mailboxes(address="help@other.example")) == ("other.example",)
    assert domains_new(TEAM, TEAM) == ()
