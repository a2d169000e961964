"""What the settings become: defaults, holidays, names of days; and the two example files."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from byname.team.check import check
from byname.team.compile import compile_file, compile_team, names_in, public_holidays, usual_day
from byname.team.notation import read_hours
from chalicelib.desk import hours
from chalicelib.desk.hours import Calendar
from chalicelib.desk.team import Category, ContactForm, Firm, Mailbox, RoutingRule, StaffMember, Team
from tests.builders import ENGLISH, a_team

EXAMPLES = Path(__file__).parents[3] / "examples"
TODAY = date(2026, 11, 23)
NINE_TO_FIVE = Calendar("Europe/London", (((540, 1020),),) * 5 + ((), ()))


def compiled(more: str = "", firm: str = "", box: str = "") -> Team:
    """The minimal firm with some settings more."""
    text = (EXAMPLES / "minimal.toml").read_text("utf-8")
    text = text.replace("[[mailboxes]]", f"{firm}\n[[mailboxes]]\n{box}")
    return compile_team(check(text + more), TODAY)


def test_the_smallest_file_is_a_whole_firm() -> None:
    anna = StaffMember("anna", "Anna Harris", "runs the shop", ("anna@harris.example",), NINE_TO_FIVE)
    assert compile_file(EXAMPLES / "minimal.toml", TODAY) == Team(
        firm=Firm("Harris & Daughter Heating", "anna", NINE_TO_FIVE),
        people=(anna,),
        mailboxes=(Mailbox("support", "support@harris.example", "support@help.harris.example", "anna"),),
        categories=(),
        routing=(),
        form=ContactForm("support"),
        answer_within=timedelta(hours=8),
        languages=(("en", ENGLISH),),
    )


def test_the_smallest_file_is_a_dozen_lines() -> None:
    lines = (EXAMPLES / "minimal.toml").read_text("utf-8").splitlines()
    assert len([line for line in lines if line and not line.startswith("#")]) == 11


def test_the_example_is_the_firm_that_the_tests_tell_of() -> None:
    team = compile_file(EXAMPLES / "team.toml", TODAY)
    told = a_team()
    assert [replace(person, calendar=told.firm.calendar) for person in team.people] == list(told.people)
    assert team.mailboxes == told.mailboxes
    assert team.urgent == told.urgent
    assert team.form == told.form
    assert team.languages == told.languages
    assert team.firm.calendar.week == told.firm.calendar.week
    assert [(c.key, c.owner, c.answer_within) for c in team.categories] == [
        ("repairs", "bob", timedelta(hours=4)),
        ("billing", "alice", timedelta(hours=9, minutes=30)),
        ("bathrooms", "sam", timedelta(hours=9, minutes=30)),
        ("quotes", "anna", timedelta(hours=4)),
    ]
    assert team.routing == (
        RoutingRule("anna", from_addresses=("@millbrook-lettings.example",)),
        RoutingRule("", "billing", mailboxes=("accounts",)),
    )


def test_everybody_in_the_example_shares_one_calendar() -> None:
    team = compile_file(EXAMPLES / "team.toml", TODAY)
    assert {person.calendar for person in team.people} == {team.firm.calendar}


def test_the_examples_closed_days_are_the_firms_and_the_countrys() -> None:
    team = compile_file(EXAMPLES / "team.toml", TODAY)
    winter = [entry for entry in team.firm.calendar.closed if date(2026, 12, 1) <= entry[0] <= date(2027, 1, 2)]
    assert winter == [
        (date(2026, 12, 24), "Christmas Eve"),
        (date(2026, 12, 25), "Christmas Day"),
        (date(2026, 12, 26), "Boxing Day"),
        (date(2026, 12, 28), "Boxing Day (observed)"),
        (date(2027, 1, 1), "New Year's Day"),
    ]
    before_christmas = datetime(2026, 12, 23, 17, 0, tzinfo=UTC)
    assert hours.add(before_christmas, timedelta(hours=1), team.firm.calendar) == datetime(
        2026, 12, 29, 8, 30, tzinfo=UTC
    )


def test_public_holidays_reach_three_years_ahead_and_no_further() -> None:
    found = public_holidays("GB-ENG", "en", TODAY)
    assert (min(found), max(found)) == (date(2026, 1, 1), date(2029, 8, 27))


def test_holidays_carry_the_firms_language_where_it_is_known() -> None:
    assert public_holidays("DE-BY", "en", TODAY)[date(2026, 12, 25)] == "Christmas Day"
    assert public_holidays("DE-BY", "de", TODAY)[date(2026, 12, 25)] == "Erster Weihnachtstag"


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    assert date(2026, 11, 30) in public_holidays("GB-SCT", "en", TODAY)
    assert date(2026, 11, 30) not in public_holidays("GB-ENG", "en", TODAY)


def test_the_firms_name_for_a_day_wins_over_the_countrys() -> None:
    team = compiled(firm='public_holidays = "GB-ENG"\nclosed = ["2026-12-25 The Harris Christmas", 2026-12-31]')
    assert dict(team.firm.calendar.closed)[date(2026, 12, 25)] == "The Harris Christmas"
    assert dict(team.firm.calendar.closed)[date(2026, 12, 31)] == "closed"


def test_a_person_may_have_hours_a_clock_and_holidays_of_their_own() -> None:
    own = 'hours = "Sat 10:00-12:00"\ntimezone = "Europe/Madrid"\npublic_holidays = "ES"\n'
    team = compiled(own, firm='closed = ["2026-12-24 Christmas Eve"]')
    calendar = team.people[0].calendar
    assert (calendar.zone, calendar.week) == ("Europe/Madrid", ((),) * 5 + (((600, 720),), ()))
    assert dict(calendar.closed)[date(2026, 12, 8)] == "Immaculate Conception"
    assert dict(calendar.closed)[date(2026, 12, 24)] == "Christmas Eve"


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        pytest.param(["Mon-Fri 08:00-17:30"], timedelta(hours=9, minutes=30), id="every day the same"),
        pytest.param(["Mon-Fri 08:00-12:00, 13:00-17:00"], timedelta(hours=8), id="lunch does not count"),
        pytest.param(["Mon-Fri 08:00-17:00", "Sat 09:00-12:00"], timedelta(hours=9), id="not the short Saturday"),
        pytest.param(["Mon 08:00-12:00", "Tue 08:00-16:00"], timedelta(hours=8), id="of two kinds, the longer"),
    ],
)
def test_a_day_in_the_settings_is_the_firms_usual_day(lines: list[str], day: timedelta) -> None:
    assert usual_day(read_hours(lines)) == day


def test_one_day_means_the_same_time_on_the_next_working_day() -> None:
    team = compiled(firm='hours = ["Mon-Fri 08:00-12:30, 13:00-17:30"]')
    friday = datetime(2026, 11, 20, 15, 10, tzinfo=UTC)
    assert hours.add(friday, team.answer_within, team.firm.calendar) == datetime(2026, 11, 23, 15, 10, tzinfo=UTC)


def test_a_category_takes_the_firms_time_and_its_keys_name() -> None:
    team = compiled(
        '[[categories]]\nkey = "new-work"\nowner = "anna"\nkeywords = "quote"\n', firm='answer_within = "2h"'
    )
    assert team.categories == (Category("new-work", "New work", "anna", timedelta(hours=2), keywords=("quote",)),)


def test_a_mailbox_may_say_everything_itself() -> None:
    box = (
        'key = "help"\nreceives_at = "Desk@In.Harris.example"\nname = "Harris help"\nform_senders = "wp@harris.example"'
    )
    assert compiled(box=box).mailboxes == (
        Mailbox(
            "help",
            "support@harris.example",
            "desk@in.harris.example",
            "anna",
            "Harris help",
            form_senders=("wp@harris.example",),
        ),
    )


def test_urgent_cover_is_rung_on_the_persons_own_phone() -> None:
    team = compiled('phone = "07700 900100"\n[urgent]\nperson = "anna"\n')
    assert team.urgent is not None
    assert (team.urgent.phone, team.urgent.answer_within) == ("07700 900100", timedelta(hours=1))


@pytest.mark.parametrize(
    ("language", "monday", "march"),
    [("en", "Monday", "March"), ("de", "Montag", "März"), ("fr", "lundi", "mars"), ("pl", "poniedziałek", "marca")],
)
def test_days_and_months_are_named_as_in_that_language(language: str, monday: str, march: str) -> None:
    names = names_in(language)
    assert (names.days[0], names.months[2]) == (monday, march)


@pytest.mark.parametrize("language", ["en", "de", "fr", "he", "ja", "vi"])
def test_names_hold_none_of_the_narrow_spaces_of_cldr(language: str) -> None:
    names = names_in(language)
    assert not {"\u00a0", "\u202f", "\u2009"} & set("".join(names.days + names.months))
