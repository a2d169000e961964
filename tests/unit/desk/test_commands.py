"""Lines that look like commands, and lines that only have a hash."""

from __future__ import annotations

import pytest

from chalicelib.desk.commands import command_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("#close\n\nDone.", "#close"),
        ("Hi\n  #by friday 4pm waiting for the part  \n", "#by friday 4pm waiting for the part"),
        ("#frobnicate", "#frobnicate"),
        ("Hello,\n\nall is well.\n\nBob\nHarris Heating\n#close", "#close"),
        ("Hello,\n\nall is well.\n\nBob\nHarris Heating\n#SupportLocal", ""),
        ("Your order\n#4471 is ready", ""),
        ("C# and F# are languages", ""),
        ("", ""),
    ],
    ids=[
        "first line",
        "with words",
        "unknown, but on top",
        "known, at the end",
        "a hashtag",
        "a number",
        "no",
        "nothing",
    ],
)
def test_what_looks_like_a_command(text: str, line: str) -> None:
    assert command_line(text) == line
