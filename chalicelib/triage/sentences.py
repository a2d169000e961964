"""The sentences of a message, each with the sum of its words' rows; what says nothing of the matter weighs nothing."""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from operator import mul

from chalicelib.triage.pieces import places
from chalicelib.triage.vectors import Vector, dot
from chalicelib.triage.word_table import MOST_PIECES, ZERO, WordTable

MOST_SENTENCES = 24
LONGEST_READ = 6_000
"""Characters: what a matter is about stands on its first page."""
_END = re.compile(r"(?<=[.!?])\s+|\s*\n+\s*")
_AGAIN = re.compile(r"^\s*(?:(?:re|fw|fwd|aw|wg|antw|tr|rv|sv|i|r)\s*:\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    rows: tuple[int, ...]
    sums: array[int]
    zero: int
    """What each sum counts too much."""
    length: float
    """Of the vector that the sums stand for."""
    is_subject: bool = False


def sentences(subject: str, text: str, table: WordTable) -> tuple[Sentence, ...]:
    """The subject once, then what they wrote, sentence by sentence; those without a known word are left out."""
    matter = (replace(sentence, is_subject=True) for sentence in _read(_AGAIN.sub("", subject), table))
    written = (sentence for part in _END.split(text[:LONGEST_READ]) for sentence in _read(part, table))
    return tuple(islice(chain(matter, written), MOST_SENTENCES))


def summed(sentences: Sequence[Sentence], weights: Vector) -> Vector:
    """What the sentences stand for together, each as much as it weighs."""
    zero = sum(weight * one.zero for weight, one in zip(weights, sentences, strict=True))
    columns = zip(*(one.sums for one in sentences), strict=True)
    return [sum(map(mul, weights, column)) - zero for column in columns]


def read_sentence(text: str, table: WordTable) -> Sentence | None:
    """The start of a text as one sentence; None when no word of it is known."""
    return next(_read(text, table), None)


def _read(text: str, table: WordTable) -> Iterator[Sentence]:
    rows: list[int] = []
    for word, _, _ in places(text):
        rows += table.rows(word)
    if rows:
        yield _sentence(text, tuple(rows[:MOST_PIECES]), table)


def _sentence(text: str, rows: tuple[int, ...], table: WordTable) -> Sentence:
    sums = table.sums(rows)
    zero = ZERO * len(rows)
    squares = dot(sums, sums) - 2 * zero * sum(sums) + zero * zero * table.dims
    return Sentence(text, rows, sums, zero, math.sqrt(max(squares, 0)) or 1.0)
