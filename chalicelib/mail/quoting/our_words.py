"""Which lines of a text stand in the letters we sent: the best witness of what is quoted in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chalicelib.mail.quoting.attributions import is_quoted
from chalicelib.mail.quoting.quote_marks import above_attribution

LIMIT = 64 * 1024
LINE_LIMIT = 2_000
"""Characters and lines up to which a text is compared with our letters, word by word."""

_WORD = re.compile(r"\w+")
_OURS, _SHORT, _QUOTED, _BLANK, _NEW = "o", "s", "q", " ", "n"
"""Of one line: in our letters; in them, too, but so short that it may be chance; marked `>`; empty; theirs."""


def words(text: str) -> str:
    """The words of a text alone, as they are compared."""
    return " ".join(_WORD.findall(text.lower()))


def without_ours(lines: list[str], ours: Sequence[str]) -> list[str] | None:
    """What stands above or below the lines that are in our letters; None when no such line is found."""
    kinds = _kinds(lines, ours)
    if _OURS not in kinds:
        return None
    # Where quotes are marked, a short line without a mark is an answer ("Yes"); where not, it is our "Bob".
    unmarked = _QUOTED not in kinds and not is_quoted(lines[kinds.index(_OURS)])
    tail = len(kinds.rstrip(_OURS + _QUOTED + _BLANK + (_SHORT if unmarked else "")))
    if _OURS in kinds[tail:]:
        lines = lines[: _begin_of_tail(lines, kinds, tail)]
        kinds = kinds[: len(lines)]
    head = kinds.find(_OURS)
    if 0 <= head <= 4:
        rest = kinds[head:].lstrip(_OURS + _QUOTED + _BLANK)
        if _OURS not in rest and _QUOTED not in rest:  # one block on top: they answered below it
            return lines[: above_attribution(lines, head)] + lines[len(kinds) - len(rest) :]
    return lines


def _begin_of_tail(lines: list[str], kinds: str, tail: int) -> int:
    """Where the quoted letter begins, attribution included; its short first line ("Hi Jane,") only below one."""
    first = next(place for place in range(tail, len(kinds)) if kinds[place] in _OURS + _QUOTED)
    top = next(place for place in range(tail, len(kinds)) if kinds[place] != _BLANK)
    attributed = above_attribution(lines, top)
    return attributed if attributed < top else above_attribution(lines, first)


def _kinds(lines: list[str], ours: Sequence[str]) -> str:
    """One letter per line: ours, quoted, blank or new."""
    letters = " ".join(words(letter[:LIMIT]) for letter in ours)[: 2 * LIMIT]
    hay = f" {letters} "
    return "".join(_kind(line, hay) for line in lines)


def _kind(line: str, hay: str) -> str:
    said = words(line)
    marked = is_quoted(line)
    if not said:
        return _QUOTED if marked else _BLANK
    if f" {said} " in hay and not (marked and len(said) <= 7):
        return _OURS if len(said) > 7 else _SHORT
    return _QUOTED if marked else _NEW
