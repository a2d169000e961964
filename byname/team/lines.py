"""On which line of team.toml a fault is: its reader has an editor open, not a tree."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

_HEADING = re.compile(r"\s*(?P<opens>\[\[?)\s*(?P<part>[\w-]+)\s*\]")
_SETTING = re.compile(r"\s*[\"']?(?P<name>[\w-]+)[\"']?\s*=")
_QUOTES = re.compile(r'"""|\'\'\'')
_PLACE = re.compile(r"(?P<part>[\w-]+(?:\[\d+\])?)(?:\.(?P<setting>[\w-]+))?.*")


def line_of(text: str, place: str) -> int | None:
    """The line of `categories[2].owner`; of its heading when it is not there; None when that isn't either."""
    wanted = _PLACE.fullmatch(place)
    if wanted is None:
        return None
    found = dict(_landmarks(text))
    return found.get((wanted["part"], wanted["setting"] or ""), found.get((wanted["part"], "")))


def _landmarks(text: str) -> Iterator[tuple[tuple[str, str], int]]:
    """Every heading and every setting under one, as ((part, setting), line)."""
    seen: Counter[str] = Counter()
    part = ""
    for number, line in _outside_long_texts(text):
        if heading := _HEADING.match(line):
            name = heading["part"]
            part = f"{name}[{seen[name]}]" if heading["opens"] == "[[" else name
            seen[name] += 1
            yield (part, ""), number
        elif setting := _SETTING.match(line):
            yield ((part, setting["name"]) if part else (setting["name"], "")), number


def _outside_long_texts(text: str) -> Iterator[tuple[int, str]]:
    """The lines that do not begin within a text of three quotes, which may hold anything."""
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        if not inside:
            yield number, line
        if len(_QUOTES.findall(line)) % 2:
            inside = not inside
