"""Words laid out for a terminal: long lines broken between words, rows in columns no wider than the screen. Pure."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from itertools import zip_longest

import click

GAP = "  "
NARROWEST = 8
"""A column is made no narrower than this, be the terminal as narrow as it may."""


def screen(otherwise: int = 80) -> int:
    """How many characters go on a line; `otherwise` when nothing says so, as in a pipe."""
    return shutil.get_terminal_size((otherwise, 24)).columns


def wrapped(text: str, width: int, further: str = "") -> str:
    """Each line broken between words, what follows as far in as its beginning and `further`. Long words stay whole."""
    return "\n".join(_broken(line, width, further) for line in text.split("\n"))


def _broken(line: str, width: int, further: str) -> str:
    if len(click.unstyle(line)) <= width:
        return line
    margin = line[: len(line) - len(line.lstrip())] + further
    return textwrap.fill(line, width, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False)


def in_columns(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    """The lines of the heads and of each row. Columns without a word are left out; a long cell goes on below itself."""
    kept = [number for number in range(len(heads)) if any(row[number] for row in rows)] or list(range(len(heads)))
    table = [[row[number] for number in kept] for row in (heads, *rows)]
    widths = _fitting([max(map(len, column)) for column in zip(*table, strict=True)], width)
    return [_lines(row, widths) for row in table]


def _fitting(widths: list[int], room: int) -> list[int]:
    """The widest gives way first, until all fit or nothing is left to give."""
    fitting = list(widths)
    while sum(fitting) + len(GAP) * (len(fitting) - 1) > room and max(fitting) > NARROWEST:
        fitting[fitting.index(max(fitting))] -= 1
    return fitting


def _lines(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    cells = [
        textwrap.wrap(cell, width, subsequent_indent=" ", break_on_hyphens=False)
        for cell, width in zip(row, widths, strict=True)
    ]
    return [
        GAP.join(part.ljust(width) for part, width in zip(parts, widths, strict=True)).rstrip()
        for parts in zip_longest(*cells, fillvalue="")
    ]
