"""Where in the file a fault is."""

from __future__ import annotations

import pytest

from byname.team.lines import line_of

TEXT = '''\
# [firm] in a comment is no heading
colour = "red"
[firm]
name = "Harris"
about = """
[[people]]
name = "not here"
"""
[[people]]
key = "bob"
[[people]]  # the second
key = "anna"
"cover" = "zed"
addresses = [
    "anna@harris.example",
    "oops",
]
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("firm", 3),
        ("firm.name", 4),
        ("firm.phone", 3),
        ("people[0].key", 10),
        ("people[1]", 11),
        ("people[1].cover", 13),
        ("people[1].addresses[1]", 14),
        ("people[1].role", 11),
        ("colour", 2),
        ("mailboxes", None),
        ("line 3, column 5", None),
    ],
)
def test_a_fault_is_on_its_own_line_or_else_under_its_heading(place: str, line: int | None) -> None:
    assert line_of(TEXT, place) == line
