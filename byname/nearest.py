"""What somebody probably meant: the end of a sentence that says a name is not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType

_A_GLANCE = 8
"""So many names can be read in one look; more are not listed."""


def did_you_mean(word: str, known: Iterable[str], also: Mapping[str, str] = MappingProxyType({})) -> str:
    """`; did you mean 'bob'?`, or `; there are 'anna' and 'bob'`, or nothing when there is nothing to offer.

    `also` maps further ways to say it to the known name: `Bob Harris` to `bob`.
    """
    known = tuple(dict.fromkeys(known))
    said = {**{way.lower(): name for way, name in also.items()}, **{name.lower(): name for name in known}}
    near = get_close_matches(word.lower(), said, n=1, cutoff=0.6)
    if near:
        return f"; did you mean '{said[near[0]]}'?"
    if not known or len(known) > _A_GLANCE:
        return ""
    return f"; there {'is' if len(known) == 1 else 'are'} {in_words(known)}"


def in_words(names: Iterable[str]) -> str:
    """`'anna', 'bob' and 'sam'`."""
    *others, last = [f"'{name}'" for name in names]
    return f"{', '.join(others)} and {last}" if others else last
