"""Tables, small: what is fitted points where it should, what is asked once is kept, what is made agrees with itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from byname.training.cut import Cutter
from byname.training.fit import Course, counted, fit, likeness, rotation, whole_numbers
from byname.training.lessons import Lessons
from byname.training.measure import agreement
from chalicelib.triage.models import SHIPPED
from chalicelib.triage.word_table import ZERO, open_table, table_bytes

PIECES = ("refund", "parcel", "late", "##s", "my", "where", "is")


def test_a_sentence_is_cut_as_the_runtime_cuts_it() -> None:
    assert Cutter(PIECES).cut("Where is my Parcels?") == [5, 6, 4, 1, 3]


def test_rows_are_fitted_until_sentences_point_where_the_teacher_points() -> None:
    chance = np.random.default_rng(1)
    true = chance.normal(size=(len(PIECES), 8))
    cut = [[int(place) for place in chance.choice(len(PIECES), 3)] for _ in range(400)]
    matrix = counted(cut, len(PIECES))
    wanted = matrix @ true
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    begun = chance.normal(size=true.shape)
    rows = fit(begun, matrix, wanted, Course(rounds=300, pace=0.1, pull=0.0, left_out=0.0), lambda _: None)
    assert likeness(matrix, begun, wanted) < 0.5
    assert likeness(matrix, rows, wanted) > 0.95


def test_the_same_making_twice_gives_the_same_rows() -> None:
    matrix = counted([[0, 1], [1, 2], [3, 4]], len(PIECES))
    begun, wanted = np.ones((len(PIECES), 4)), np.eye(4)[:3]
    one, other = (fit(begun, matrix, wanted, Course(rounds=3), lambda _: None) for _ in range(2))
    assert (one == other).all()


def test_the_directions_kept_hold_the_most() -> None:
    vectors = np.zeros((300, 300))
    np.fill_diagonal(vectors, np.arange(300, 0, -1.0))
    assert (np.abs(rotation(vectors)).argmax(0) == np.arange(256)).all()


def test_four_bits_come_back_from_the_file_as_they_went_in(tmp_path: Path) -> None:
    numbers = whole_numbers(np.random.default_rng(2).normal(size=(len(PIECES), 16)))
    assert (np.abs(numbers) <= 7).all()
    path = tmp_path / "words.en.bin"
    path.write_bytes(table_bytes("en", "here", zip(PIECES, numbers.tolist(), strict=True)))
    table = open_table(path)
    for piece, row in zip(PIECES, numbers.tolist(), strict=True):
        if not piece.startswith("##"):
            assert [number - ZERO for number in table.sums(table.rows(piece))] == row


def test_what_the_teacher_said_once_is_not_asked_again(tmp_path: Path) -> None:
    asked: list[str] = []

    def ask(texts: Sequence[str]) -> Any:
        asked.extend(texts)
        return np.array([[len(text), 1.0] for text in texts])

    for _ in range(2):
        lessons = Lessons(tmp_path / "lessons", 2, ask)
        assert lessons.of(["late", "refund", "late"]).tolist() == [[4, 1], [6, 1], [4, 1]]
        lessons.close()
    assert asked == ["late", "refund"]


def test_two_makings_of_lessons_do_not_mix(tmp_path: Path) -> None:
    one = Lessons(tmp_path / "a.one", 1, lambda texts: np.ones((len(texts), 1)))
    other = Lessons(tmp_path / "a.other", 1, lambda texts: np.zeros((len(texts), 1)))
    assert (one.of(["x"]).tolist(), other.of(["x"]).tolist()) == ([[1.0]], [[0.0]])
    one.close()
    other.close()


def test_a_table_agrees_with_itself() -> None:
    path = SHIPPED / "words.nl.bin"
    assert agreement(path, path) > 0.9999
