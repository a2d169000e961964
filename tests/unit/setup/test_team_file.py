"""The compiled team: written and read again, and what is said when it cannot be."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.desk.hours import Calendar
from chalicelib.desk.team import RoutingRule, StaffMember, Team
from chalicelib.errors import Misconfigured
from chalicelib.setup.team_file import read_team, write_team
from tests.builders import BOB, a_team

AFTERNOONS = Calendar(
    "Europe/Berlin", (((780, 1020), (1080, 1140)), *((),) * 6), ((date(2026, 12, 25), "Weihnachten"),)
)
MEND = "Compile it again: byname check team.toml -o team.json"


@pytest.mark.parametrize(
    "team",
    [
        pytest.param(a_team(), id="the whole firm"),
        pytest.param(a_team(urgent=None), id="without urgent cover"),
        pytest.param(a_team(categories=(), routing=(), languages=()), id="nearly nothing"),
        pytest.param(
            a_team(routing=(RoutingRule("bob", "repairs", ("@acme.example",), ("support",), ("Vita 30",), ("leak",)),)),
            id="a routing rule",
        ),
        pytest.param(a_team(people=(replace(BOB, calendar=AFTERNOONS, spf_alone=True),)), id="own hours"),
        pytest.param(a_team(people=(replace(BOB, key="firm", calendar=AFTERNOONS),)), id="a person called firm"),
    ],
)
def test_a_team_that_is_written_is_read_again(team: Team) -> None:
    assert read_team(write_team(team)) == team


calendars = st.builds(
    Calendar,
    st.sampled_from(("Europe/London", "Asia/Tokyo")),
    st.lists(st.just(((480, 720), (780, 1020))) | st.just(()), min_size=7, max_size=7).map(tuple),
    st.lists(st.tuples(st.dates(), st.text()), max_size=3).map(tuple),
)
people = st.builds(
    replace,
    st.just(BOB),
    name=st.text(),
    addresses=st.lists(st.text(), min_size=1).map(tuple),
    calendar=calendars,
    languages=st.lists(st.text()).map(tuple),
    spf_alone=st.booleans(),
)


@settings(deadline=None)
@given(people, people, st.integers(0, 10**7), st.text())
def test_any_people_calendars_and_times_survive_the_journey(
    bob: StaffMember, sam: StaffMember, seconds: int, name: str
) -> None:
    team = a_team(people=(bob, replace(sam, key="sam")), answer_within=timedelta(seconds=seconds))
    team = replace(team, firm=replace(team.firm, name=name))
    assert read_team(write_team(team)) == team


def test_people_with_the_same_calendar_share_it() -> None:
    team = read_team(write_team(a_team(people=(BOB, replace(BOB, key="sam", calendar=AFTERNOONS)))))
    assert team.people[0].calendar is team.firm.calendar
    assert team.people[1].calendar is not team.firm.calendar


def test_holidays_stand_once_in_the_file() -> None:
    assert write_team(a_team()).count("Christmas Day") == 1
    assert json.loads(write_team(a_team()))["calendars"].keys() == {"firm"}


def test_names_are_kept_readable_in_the_file() -> None:
    assert "Zoë Müller" in write_team(a_team(people=(replace(BOB, name="Zoë Müller"),)))


def item(**over: object) -> str:
    return json.dumps({**json.loads(write_team(a_team())), **over})


def without(name: str) -> str:
    return json.dumps({key: value for key, value in json.loads(write_team(a_team())).items() if key != name})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(item(version=7), f"team.json is of version 7; this byname reads 1. {MEND}", id="a later version"),
        pytest.param(
            without("version"), f"team.json is of version None; this byname reads 1. {MEND}", id="of no version"
        ),
        pytest.param(
            '{"version": 1,',
            "team.json is not whole (Expecting property name enclosed in double quotes: line 1 column 15 (char 14)). "
            + MEND,
            id="cut off",
        ),
        pytest.param("[1]", f"team.json is not a compiled team. {MEND}", id="another file"),
        pytest.param(without("people"), f"team.json lacks 'people'. {MEND}", id="a part is missing"),
        pytest.param(item(calendars={}), f"team.json lacks 'firm'. {MEND}", id="a calendar is missing"),
        pytest.param(
            item(answer_within="soon"),
            f"team.json is damaged (unsupported type for timedelta seconds component: str). {MEND}",
            id="a word for a number",
        ),
        pytest.param(
            item(people=[{"key": "bob"}]),
            "team.json is damaged (StaffMember.__init__() missing 4 required positional arguments: 'name', 'role', "
            f"'addresses', and 'calendar'). {MEND}",
            id="half a person",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_how_to_mend_it(text: str, message: str) -> None:
    with pytest.raises(Misconfigured) as raised:
        read_team(text)
    assert str(raised.value) == message
