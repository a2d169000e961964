"""Which words and pieces a language's table has: the most used, those of the phrasebook, those of software."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from byname.training.phrasebook import Phrasebook, read_glossary
from chalicelib.triage.pieces import fold

MOST_USED = 4_000
"""Words that a language's table has for being used much."""
COMPOUNDS = {"de": 1_000, "nl": 1_000}
"""Languages that write words together, and how many of their words may be the end of another."""
SIGNS = "0123456789€$£%!?.,"
_WORD = re.compile(r"[^\W\d_]{2,}")
_SHORTEST_END = 4


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Folded pieces, each with the word as people write it (none for a sign)."""

    pieces: tuple[str, ...]
    written: tuple[str, ...]


def vocabulary(language: str, book: Phrasebook, software: Iterable[str], frequencies: Path) -> Vocabulary:
    """The pieces of this language's table, the most used first."""
    ranked = most_used(language, frequencies)
    often = {fold(word): rank for rank, word in reversed(list(enumerate(ranked[:MOST_USED])))}
    ours = _words(way for phrase in book.phrases for way in phrase.said[language])
    ours += _words(word for lists in book.slots.values() for word in lists[language])
    ours += _words(way for entry in read_glossary() for way in entry[language])
    theirs = _words(software)
    candidates = [
        *ours,
        *(word for word, count in theirs.items() if count > 1 and fold(word) in often),
        *ranked[:MOST_USED],
    ]
    written: dict[str, str] = {}
    for word in candidates:
        folded = fold(word)
        if folded.isascii() and folded.isalpha():
            written.setdefault(folded, word)
    known = sorted(written, key=lambda folded: (often.get(folded, MOST_USED), folded))
    ends = _ends(language, known, {fold(word) for word in ours})
    pieces = (*known, *(f"##{end}" for end in ends), *SIGNS)
    return Vocabulary(pieces, (*(written[one] for one in known), *(written[one] for one in ends), *("" for _ in SIGNS)))


def most_used(language: str, frequencies: Path) -> list[str]:
    """Words, the most used first."""
    with gzip.open(frequencies / f"{language}.json.gz", "rt", encoding="utf-8") as file:
        counts = json.load(file)
    return [word for word in sorted(counts, key=lambda word: (-counts[word], word)) if _WORD.fullmatch(word)]


def _words(texts: Iterable[str]) -> Counter[str]:
    return Counter(word for text in texts for word in _WORD.findall(text))


def _ends(language: str, known: Sequence[str], ours: set[str]) -> list[str]:
    """What may end a compound: much used words and those of the phrasebook."""
    long = [word for word in known if len(word) >= _SHORTEST_END]
    most = COMPOUNDS.get(language, 0)
    return list(dict.fromkeys([*long[:most], *(word for word in long if word in ours)])) if most else []
