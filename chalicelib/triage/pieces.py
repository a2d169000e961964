"""How a text is cut: into words, and each word into letters that every word table knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
_PART = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")
_LIGATURES = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "\u2019": "'"})
LONGEST_WORD = 60
"""Letters of a word that are looked at."""


def words(text: str) -> list[str]:
    """The words and signs of a text as they stand there."""
    return _WORD.findall(text)


def places(text: str) -> list[tuple[str, int, int]]:
    """The same, each with where it begins and ends."""
    return [(found[0], found.start(), found.end()) for found in _WORD.finditer(text)]


def fold(word: str) -> str:
    """Small letters without accents: `Schlüssel` is `schlussel`, `Straße` is `strasse`."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFD", word.casefold().translate(_LIGATURES))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def pieces(word: str, known: Container[str]) -> list[str]:
    """A word's longest known pieces, from left to right: `unpaid` may be `un`, `##paid`. Unknown ones are left out."""
    found: list[str] = []
    for part in _PART.findall(fold(word)):
        found += [part] if part in known else _longest(part[:LONGEST_WORD], known)
    return found


def _longest(part: str, known: Container[str]) -> list[str]:
    found, begin = [], 0
    while begin < len(part):
        inside = "##" if begin else ""
        ends = range(len(part), begin, -1)
        end = next((end for end in ends if f"{inside}{part[begin:end]}" in known), 0)
        if end:
            found.append(f"{inside}{part[begin:end]}")
        begin = end or begin + 1
    return found
