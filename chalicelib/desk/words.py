"""Whole words and phrases in a text, case ignored: for the firm's own rules and keywords."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=4096)
def _pattern(phrase: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in phrase.split())
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


def contains(text: str, phrase: str) -> bool:
    """Does the phrase stand in the text as whole words? `leak` is not in `bleak`; line breaks count as spaces."""
    return bool(phrase.strip()) and _pattern(phrase).search(text) is not None


def count(text: str, phrase: str) -> int:
    """How often it stands there."""
    return len(_pattern(phrase).findall(text)) if phrase.strip() else 0
