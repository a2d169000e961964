"""Laws of reading team.toml: whatever stands in it, the answer is settings or a list of faults."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byname.team.check import check, check_tree
from byname.team.compile import compile_team
from byname.team.notation import read_hours, write_hours
from byname.team.schema import SECTIONS, TeamFile, settings_of
from chalicelib.errors import Refused
from chalicelib.setup.team_file import read_team, write_team
from tests.property.test_hours import windows

EXAMPLE = tomllib.loads((Path(__file__).parents[2] / "examples" / "team.toml").read_text("utf-8"))

plain = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.dates() | st.sampled_from(("bob", "1h"))
values = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)


def tables(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Any values under the settings there really are."""
    return st.dictionaries(st.sampled_from(sorted(settings_of(SECTIONS[name]))), values, max_size=5)


trees = st.fixed_dictionaries(
    {}, optional={name: tables(name) | st.lists(tables(name), max_size=3) | values for name in settings_of(TeamFile)}
)


def told(tree: dict[str, Any]) -> tuple[str, ...]:
    """The places of the faults; none when there are none."""
    try:
        check_tree(tree)
    except Refused as refused:
        return tuple(fault.place for fault in refused.faults)
    return ()


@settings(deadline=None)
@given(trees)
def test_any_values_at_all_give_faults_and_never_a_crash(tree: dict[str, Any]) -> None:
    assert told(tree)


@settings(deadline=None)
@given(st.data(), values)
def test_one_wrong_value_in_a_right_file_gives_faults_or_none(data: st.DataObject, value: object) -> None:
    section = data.draw(st.sampled_from(sorted(EXAMPLE)))
    table = EXAMPLE[section][0] if isinstance(EXAMPLE[section], list) else EXAMPLE[section]
    changed = {**table, data.draw(st.sampled_from(sorted(settings_of(SECTIONS[section])))): value}
    whole = [changed, *EXAMPLE[section][1:]] if isinstance(EXAMPLE[section], list) else changed
    tree = {**EXAMPLE, section: whole}
    if not told(tree):
        team = compile_team(check_tree(tree), date(2026, 11, 23))
        assert read_team(write_team(team)) == team


@settings(deadline=None)
@given(st.text())
def test_any_text_at_all_gives_faults_and_never_a_crash(text: str) -> None:
    with pytest.raises(Refused):
        check(text)


@settings(deadline=None)
@given(st.tuples(*[windows()] * 7).filter(any))
def test_hours_that_are_written_are_read_again(week: tuple[tuple[tuple[int, int], ...], ...]) -> None:
    assert read_hours(write_hours(week).split(", ")) == week
