"""Where a quoted letter begins: the attribution, header copy or divider above it, and the `>` before its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from chalicelib.mail.cards import MARGIN
from chalicelib.mail.quoting import attributions, header_blocks
from chalicelib.mail.quoting.attributions import is_quoted

_FIELD = re.compile(r"[\s>*]{0,8}[^\W\d_][\w ]{0,14}?[\s*]{0,3}:[\s*]{0,3}\S")
_REST_OF_LINK = re.compile(r"\(?(?:https?://)?[^\s<>]*[/=_%?&][^\s<>]*\)?[ \t]*>?[ \t]*$")
_DRAWN = frozenset("-_*=#\u2013\u2014\u2500")
"""What lines are drawn with; the words of a divider stand between."""
_QUOTING = frozenset(">|")
MOST_LOOKS = 2_000
"""More lines with a colon nobody writes; a bomb of them must not take its time."""
BOX = "\ue010"
"""Stands in the first line of a quote that HTML said is one (`quoted_html`): a letter no text has."""
_LONG_LINE = 60
"""Characters from which on a program may have wrapped a quoted line."""


def head_at(lines: Sequence[str], place: int) -> tuple[int, int] | None:
    """(first line, line below) of what stands above a quoted letter, when it is found at `place`.

    A divider and a header copy are found at their first line, an attribution at its last.
    """
    if BOX in lines[place]:
        return above_attribution(lines, place), place + 1
    if header_blocks.is_divider(lines, place):
        return above_rule(lines, place), _below_header(lines, place + 1)
    if header_blocks.is_block(lines, place) or header_blocks.is_unknown_block(lines, place):
        return above_rule(lines, place), place + header_blocks.length(lines, place)
    begin = attributions.ends_at(lines, place)
    return None if begin is None else (begin, place + 1)


def _below_header(lines: Sequence[str], place: int) -> int:
    """The line below the header copy that stands under a divider; `place` when there is none."""
    begin = next((at for at in range(place, min(len(lines), place + 3)) if lines[at].strip(MARGIN)), place)
    known = begin < len(lines) and header_blocks.is_block(lines, begin)
    return begin + header_blocks.length(lines, begin) if known else place


def places_to_look_at(lines: Sequence[str]) -> Iterator[int]:
    """The lines at which `head_at` may find something, at most MOST_LOOKS.

    Most lines of a letter are plain words and cost no more than this.
    """
    return islice(_places(lines), MOST_LOOKS)


def _places(lines: Sequence[str]) -> Iterator[int]:
    for place, line in enumerate(lines):
        drawn = line.lstrip("> \t\u00a0")[:1] in _DRAWN
        if drawn or ":" in line or BOX in line or "\uff1a" in line or (line and _is_above_quote(lines, place)):
            yield place


def _is_above_quote(lines: Sequence[str], place: int) -> bool:
    following = next((line for line in lines[place + 1 : place + 3] if line), "")
    return following[:1] in _QUOTING and lines[place][0] not in _QUOTING


def above_rule(lines: Sequence[str], place: int) -> int:
    """Outlook draws a line above the header block: it belongs to the quote."""
    above = place
    while above > 0 and not lines[above - 1].strip():
        above -= 1
    return above - 1 if above > 0 and header_blocks.is_rule(lines[above - 1]) else place


def above_attribution(lines: Sequence[str], first: int) -> int:
    """The line where the attribution or header block above the quoted line `first` begins; `first` if there is none."""
    bottom = first
    while bottom > 0 and not lines[bottom - 1].strip(MARGIN):
        bottom -= 1
    for place in range(max(0, bottom - 10), bottom):
        if header_blocks.is_divider(lines, place) or header_blocks.is_block(lines, place):
            return above_rule(lines, place)
    begin = attributions.ends_at(lines, bottom - 1) if bottom else None
    return _above_unknown(lines, bottom, first) if begin is None else begin


def _above_unknown(lines: Sequence[str], bottom: int, first: int) -> int:
    """In a language we have no words for: three fields on end, or a line with a digit or address ending in a colon."""
    top = bottom
    while top > 0 and _FIELD.match(lines[top - 1]):
        top -= 1
    if bottom - top >= 3:
        return above_rule(lines, top)
    line = lines[bottom - 1].strip() if bottom else ""
    return bottom - 1 if line.endswith(":") and re.search(r"\d|@", line) else first


def own_below(below: Sequence[str]) -> tuple[int | None, bool]:
    """The first line of `below` that is theirs, and whether quoted ones follow it; None when all is quoted."""
    quoted = [is_quoted(line) for line in below]
    own = next((place for place in range(len(below)) if _is_own(below, quoted, place)), None)
    return own, own is not None and True in quoted[own:]


def _is_own(below: Sequence[str], quoted: list[bool], place: int) -> bool:
    return not quoted[place] and bool(below[place].strip()) and not _is_wrapped_quote(below, quoted, place)


def _is_wrapped_quote(below: Sequence[str], quoted: list[bool], place: int) -> bool:
    """The rest of a long quoted line that a program wrapped: it stands without `>` between two quoted lines."""
    if not (0 < place < len(below) - 1 and quoted[place - 1] and quoted[place + 1]):
        return False
    return len(below[place - 1]) > _LONG_LINE or _REST_OF_LINK.match(below[place]) is not None
