"""The English table: each piece begins where the teacher puts it alone, and is fitted to sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from byname.training.fit import Course, beginning, rotation
from byname.training.lessons import Lessons
from byname.training.table import Table, Told, fitted
from byname.training.teacher import Teacher

_USABLE = re.compile(r"[a-z0-9]+|[!-/:-@\[-`{-~£€$]")
MOST_PIECES = 24_000
"""The rarest of the teacher's are names and foreign words: they are read in parts."""
_PIECE_WEIGHT = 0.5
"""Of a piece alone, beside a sentence, in choosing the directions."""


def usable(teacher: Teacher) -> list[str]:
    """The teacher's pieces that our cutter can find: letters without accents, digits, signs; most frequent first."""
    ordered = sorted(teacher.pieces, key=teacher.pieces.__getitem__)
    plain = [piece for piece in ordered if not (piece.startswith("[") and piece.endswith("]"))]
    return [piece for piece in plain if _USABLE.fullmatch(piece.removeprefix("##"))][:MOST_PIECES]


def english_table(
    teacher: Teacher, lessons: Lessons, alone: Any, sentences: Sequence[str], say: Callable[[str], None]
) -> Table:
    """`alone` has the teacher's vector of each usable piece."""
    directions = lessons.of(sentences, say)
    lengths = np.linalg.norm(alone, axis=1, keepdims=True)
    turn = rotation(directions, alone / lengths * _PIECE_WEIGHT)
    return fitted(usable(teacher), beginning(alone, turn), turn, Told(sentences, directions), Course(), say)
