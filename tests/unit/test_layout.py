"""What stands on a terminal: nothing wider than it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from byname.layout import in_columns, wrapped

HEADS = ("TYPE", "NAME", "NOTE")


def test_a_table_that_fits_stands_in_columns_and_an_empty_one_is_left_out() -> None:
    assert in_columns(HEADS, [("MX", "help.harris.example", ""), ("TXT", "harris.example", "")], 80) == [
        ["TYPE  NAME"],
        ["MX    help.harris.example"],
        ["TXT   harris.example"],
    ]


def test_a_long_cell_goes_on_below_itself() -> None:
    rows = [("MX", "a word or two that do not fit", "x")]
    assert in_columns(HEADS, rows, 28)[1] == [
        "MX    a word or two     x",
        "       that do not fit",
    ]


def test_a_sentence_is_broken_between_words_as_far_in_as_it_began() -> None:
    assert wrapped("  1. Enter 7 DNS records:\nnow", 16) == "  1. Enter 7 DNS\n  records:\nnow"
    assert wrapped("    → mend it here", 14, "  ") == "    → mend it\n      here"


def test_what_is_to_be_copied_stays_whole() -> None:
    link = "https://abcdef.execute-api.eu-west-1.amazonaws.com/v1/contact"
    assert link in wrapped(f"Your contact page: {link}", 40).split("\n")


cells = st.text(st.characters(whitelist_categories=["L", "N"]), max_size=60)


@given(st.lists(st.tuples(cells, cells, cells), max_size=5), st.integers(30, 200))
def test_no_line_of_a_table_is_wider_than_the_terminal(rows: list[tuple[str, str, str]], width: int) -> None:
    assert all(len(line) <= width for lines in in_columns(HEADS, rows, width) for line in lines)
