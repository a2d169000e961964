"""Fits a table's rows: the sum of a sentence's rows shall point where the teacher's vector of the sentence points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

SEED = 7
HELD_OUT = 2_000
"""Sentences that are never fitted to, to see how good it is."""
DIMS = 256
_BATCH = 512


@dataclass(frozen=True, slots=True)
class Course:
    """How a table is fitted."""

    rounds: int = 20
    pace: float = 0.01
    pull: float = 0.02
    """Towards where a row began."""
    left_out: float = 0.1
    """The share of pieces that is hidden in every round, so that none is leaned on alone."""


def rotation(*vectors: Any) -> Any:
    """The 256 directions that hold most of these vectors (their lengths are their weights), most first."""
    together = np.concatenate(vectors).astype(np.float64)
    _, turned = np.linalg.eigh(together.T @ together)
    found = turned[:, ::-1][:, :DIMS]
    return (found * np.sign(found[np.abs(found).argmax(0), range(DIMS)])).astype(np.float32)


def beginning(vectors: Any, turn: Any, rarity: float = 3e-3) -> Any:
    """Rows before fitting, most frequent piece first: what everyone says weighs little (SIF, by rank)."""
    ranks = 1 / np.arange(2, len(vectors) + 2)
    shares = ranks / ranks.sum()
    rows = (vectors - vectors.mean(0)) @ turn
    return (rows * (rarity / (rarity + shares))[:, None]).astype(np.float32)


def counted(sentences: Sequence[Sequence[int]], pieces: int) -> Any:
    """Sentences as rows of a sparse matrix: the share that each piece has."""
    places = np.concatenate([np.asarray(one, np.int64) for one in sentences])
    ends = np.concatenate([[0], np.cumsum([len(one) for one in sentences])])
    shares = np.concatenate([np.full(len(one), 1 / len(one), np.float32) for one in sentences])
    matrix = sparse.csr_matrix((shares, places, ends), shape=(len(sentences), pieces), dtype=np.float32)
    matrix.sum_duplicates()
    return matrix


def likeness(matrix: Any, rows: Any, wanted: Any) -> float:
    """The mean cosine between what the table says of sentences and what it should say."""
    said = matrix @ rows
    lengths = np.linalg.norm(said, axis=1) + 1e-9
    return float(((said * wanted).sum(1) / lengths).mean())


def fit(begun: Any, matrix: Any, wanted: Any, course: Course, say: Callable[[str], None]) -> Any:
    """The fitted rows. `wanted` has a vector of length 1 for every sentence; all sentences given are fitted to."""
    chance = np.random.default_rng(SEED)
    begun = begun / np.median(np.linalg.norm(matrix[:5000] @ begun, axis=1))
    rows, mean, square = begun.copy(), np.zeros_like(begun), np.zeros_like(begun)
    for turn in range(course.rounds):
        pace = course.pace * (0.5 * (1 + np.cos(np.pi * turn / course.rounds)) + 0.02)
        order = chance.permutation(matrix.shape[0])
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            seen = matrix[batch]
            seen.data = seen.data * (chance.random(len(seen.data)) > course.left_out)
            touched, slope = _slope(seen, rows, wanted[batch])
            slope += course.pull * (rows[touched] - begun[touched]) / 8
            mean[touched] = 0.9 * mean[touched] + 0.1 * slope
            square[touched] = 0.99 * square[touched] + 0.01 * slope * slope
            rows[touched] -= pace * mean[touched] / (np.sqrt(square[touched]) + 1e-4)
        if turn % 5 == 4:
            say(f"round {turn + 1} of {course.rounds}: likeness {likeness(matrix[:5000], rows, wanted[:5000]):.4f}")
    return rows


def _slope(seen: Any, rows: Any, wanted: Any) -> tuple[Any, Any]:
    """Which rows these sentences touch, and which way the cosine falls for each of them."""
    said = seen @ rows
    lengths = np.linalg.norm(said, axis=1, keepdims=True) + 1e-6
    pointing = said / lengths
    falls = (pointing * (pointing * wanted).sum(1, keepdims=True) - wanted) / lengths
    touched = np.unique(seen.indices)
    return touched, (seen.T @ falls)[touched] / 8


def whole_numbers(rows: Any) -> Any:
    """The rows in four bits: -7 to 7; one in a hundred numbers is cut off."""
    unit = np.percentile(np.abs(rows), 99) / 7
    return np.clip(np.round(rows / unit), -7, 7).astype(np.int8)
