"""Word pieces, their table, and many products at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Misconfigured
from chalicelib.triage.pieces import fold, pieces, places, words
from chalicelib.triage.vectors import Columns, dot
from chalicelib.triage.word_table import MAGIC, MOST_PIECES, ZERO, open_table, table_bytes

ROWS = [("un", [1, 2, 3, 4]), ("##paid", [-7, 0, 7, 5]), ("!", [0, 0, 0, 0])]


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "words.en.bin"
    path.write_bytes(table_bytes("en", "tiny", ROWS))
    table = open_table(path)
    rows = table.rows("Unpaid")
    assert [number - ZERO * len(rows) for number in table.sums(rows)] == [-6, 2, 10, 9]
    assert (table.language, table.space, table.dims, table.rows("xyz")) == ("en", "tiny", 4, ())


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (b"nonsense", "is not a word table"),
        (table_bytes("en", "tiny", ROWS)[:-1], "is not whole"),
        (table_bytes("en", "tiny", ROWS).replace(b'"format": 1', b'"format": 9'), "is of format 9"),
    ],
    ids=["not one", "cut off", "of another byname"],
)
def test_a_damaged_table_says_so(broken: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "words.en.bin"
    path.write_bytes(broken)
    with pytest.raises(Misconfigured, match=says):
        open_table(path)
    assert MAGIC not in b"nonsense"


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Schlüssel", "schlussel"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Œuvre", "oeuvre"),
        ("smørrebrød", "smorrebrod"),
    ],
)
def test_capitals_and_accents_make_no_difference(word: str, folded: str) -> None:
    assert fold(word) == folded


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("paid", ["paid"]),
        ("Unpaid", ["un", "##paid"]),
        ("un-paid", ["un", "paid"]),
        ("zzunpaid", ["##un", "##paid"]),
        ("привет", []),
    ],
)
def test_a_word_is_cut_into_its_longest_known_pieces(word: str, found: list[str]) -> None:
    assert pieces(word, {"paid", "un", "##paid", "##un"}) == found


def test_words_and_signs_stand_where_they_stood() -> None:
    text = "Don't pay_twice (€5)!"
    assert [text[begin:end] for _, begin, end in places(text)] == words(text)
    assert words(text) == ["Don", "'", "t", "pay", "_", "twice", "(", "€", "5", ")", "!"]


@given(
    st.lists(st.lists(st.floats(-9, 9), min_size=4, max_size=4), min_size=1, max_size=7),
    st.lists(st.integers(0, 15 * MOST_PIECES), min_size=4, max_size=4),
)
def test_products_all_at_once_are_those_one_by_one(vectors: list[list[float]], sums: list[int]) -> None:
    found = Columns(vectors).products(sums, zero=100)
    for vector, product in zip(vectors, found, strict=True):
        coarse = max(map(abs, vector)) / 2047 * sum(abs(number - 100) for number in sums)
        assert product == pytest.approx(dot(vector, [number - 100 for number in sums]), abs=coarse + 1e-6)
