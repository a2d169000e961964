"""Whole words and phrases in a text, case ignored: for the firm's own rules and keywords."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=4096)
def _pattern(phrase: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in phrase.split())
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


_SMALL = str.maketrans("İıſK", "iisk")
"""What a search that ignores case takes for these letters of ours, beside their capitals."""


@lru_cache(maxsize=4)
def words_of(text: str) -> frozenset[str]:
    """Every word of a text, in small letters: read once, it says of most phrases that they cannot be in it."""
    return frozenset(re.findall(r"\w+", (text if text.isascii() else text.translate(_SMALL)).lower()))


def may_stand(phrase: str, words: frozenset[str]) -> bool:
    """Could `contains` find the phrase in the text with these words? A quick look before a long search."""
    return _needs(phrase) <= words


@lru_cache(maxsize=4096)
def _needs(phrase: str) -> frozenset[str]:
    """The words without which a phrase is not there; none for a phrase with letters that case treats in other ways."""
    return words_of(phrase) if phrase.isascii() else frozenset()


def contains(text: str, phrase: str) -> bool:
    """Does the phrase stand in the text as whole words? `leak` is not in `bleak`; line breaks count as spaces."""
    return bool(phrase.strip()) and _pattern(phrase).search(text) is not None


def count(text: str, phrase: str) -> int:
    """How often it stands there."""
    return len(_pattern(phrase).findall(text)) if phrase.strip() else 0
