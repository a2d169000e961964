"""A fitted table, on its way from one step to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from byname.training.cut import Cutter
from byname.training.fit import HELD_OUT, SEED, Course, counted, fit, likeness, whole_numbers


@dataclass(frozen=True, slots=True)
class Table:
    pieces: tuple[str, ...]
    rows: Any
    """Fitted, in floating point."""
    turn: Any
    """From the teacher's 384 numbers to ours."""
    held_out: float
    """The likeness to the teacher over sentences that were not fitted to, in four bits; NaN when none were held out."""

    def numbers(self) -> Any:
        """The rows as they are shipped."""
        return whole_numbers(self.rows)


def write_table(table: Table, path: Path) -> None:
    pieces = np.array(table.pieces)
    np.savez(path, pieces=pieces, rows=table.rows, turn=table.turn, held_out=table.held_out)


def read_table(path: Path) -> Table:
    with np.load(path) as held:
        pieces = tuple(str(piece) for piece in held["pieces"])
        return Table(pieces, held["rows"], held["turn"], float(held["held_out"]))


@dataclass(frozen=True, slots=True)
class Told:
    """Sentences and the direction of each: what a table is fitted to."""

    sentences: Sequence[str]
    directions: Any


def of_length_one(vectors: Any) -> Any:
    return vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9)


def fitted(
    pieces: Sequence[str], begun: Any, turn: Any, told: Told, course: Course, say: Callable[[str], None]
) -> Table:
    """Fits to all but a few sentences; those tell how good it is."""
    cut = Cutter(pieces).cut_all(told.sentences)
    known = [place for place, places in enumerate(cut) if places]
    matrix = counted([cut[place] for place in known], len(pieces))
    wanted = of_length_one(told.directions[known] @ turn)
    order = np.random.default_rng(SEED).permutation(len(known))
    most = min(HELD_OUT, len(known) // 10)
    held, rest = order[:most], order[most:]
    rows = fit(begun, matrix[rest], wanted[rest], course, say)
    return Table(
        tuple(pieces), rows, turn, likeness(matrix[held], whole_numbers(rows).astype(np.float32), wanted[held])
    )
