"""A plain alternative as its author typed it: mail programs make it from the HTML, and spoil its lines on the way.

Gmail wraps every line at some seventy letters, which on a phone reads like a comb; Word sets each paragraph, empty ones
included, two lines apart. The HTML beside it still knows better.
"""

from __future__ import annotations

import re
from collections.abc import Set
from itertools import pairwise

LIMIT = 16 * 1024
"""Characters up to which lines are put together again: more than anybody types."""
_SHORTEST = 40
"""A line shorter than this was ended by its author."""
_LONGEST = 100
"""No program that wraps leaves lines longer than this."""
_ROWS = 40
"""Of one paragraph: more are left as they are, so that the time stays in proportion."""

_MARGIN = re.compile(r"[> \t\u00a0]*")
_WORD = re.compile(r"\w+")
_PICTURE = re.compile(r"\[cid:([^\]@\s]{1,100}\.[a-z0-9]{2,5})(?:@[^\]\s]{0,200})?\]", re.IGNORECASE)
"""Outlook's stand-in for a picture: its name in the mail, behind which nobody finds anything."""
_EMPTY_PARAGRAPH = re.compile(r"\n\n[ \t\u00a0]+(?=\n\n)")


def looks_wrapped(plain: str) -> bool:
    """Whether a line stands there that may go on in the next: only then the HTML is worth reading."""
    if len(plain) > LIMIT:
        return False
    rows = plain.split("\n")
    return any(_may_go_on(row, below) for row, below in pairwise(rows))


def set_right(plain: str, rich: str) -> str:
    """`plain` with its wrapped lines whole again wherever `rich`, the words of the HTML, has them as one line."""
    evened = _EMPTY_PARAGRAPH.sub("", _PICTURE.sub(r"[\1]", plain))
    if not rich or not looks_wrapped(evened):
        return evened
    whole = {_words(line) for line in rich.split("\n")}
    rows, made = evened.split("\n"), list[str]()
    place = 0
    while place < len(rows):
        reach = _reach(rows, place, whole)
        first, *others = rows[place : place + reach]
        made.append(" ".join((first.rstrip(), *(_bare(row).rstrip() for row in others))) if others else first)
        place += reach
    return "\n".join(made)


def _reach(rows: list[str], place: int, whole: Set[str]) -> int:
    """How many rows from here on are one line in truth; 1 when this one is whole, or nobody can tell."""
    said = _words(rows[place])
    if said in whole:
        return 1
    for reach in range(1, min(_ROWS, len(rows) - place)):
        if not _may_go_on(rows[place + reach - 1], rows[place + reach]):
            return 1
        said = f"{said} {_words(rows[place + reach])}"
        if said in whole:
            return reach + 1
    return 1


def _may_go_on(row: str, below: str) -> bool:
    """They stand behind the same quotation marks, and the upper one is as long as a wrapped line."""
    depth = _depth(row)
    return _SHORTEST <= len(row) <= _LONGEST and depth == _depth(below) and bool(_bare(below))


def _depth(row: str) -> int:
    margin = _MARGIN.match(row)
    return margin[0].count(">") if margin else 0


def _bare(row: str) -> str:
    return _MARGIN.sub("", row, count=1)


def _words(line: str) -> str:
    return " ".join(_WORD.findall(line))
