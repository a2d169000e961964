"""Lines that mail programs spoiled on the way from HTML to plain text."""

from __future__ import annotations

import pytest

from chalicelib.mail.alternatives import looks_wrapped, set_right

TYPED = "I'll be with you at two today, and I'll bring a new valve and the seal that goes with it, so this is the last."
WRAPPED = """Dear Jane,

I'll be with you at two today, and I'll bring a new valve and the
seal that goes with it, so this is the last.

Bob Harris, who looks after boilers in Salford,
0161 496 0123"""
RICH = f"Dear Jane,\n\n{TYPED}\n\nBob Harris, who looks after boilers in Salford,\n0161 496 0123"


def test_janes_phone_shows_no_comb_of_lines_that_gmail_wrapped() -> None:
    assert set_right(WRAPPED, RICH) == RICH


def test_a_wrapped_line_of_a_quote_keeps_one_mark() -> None:
    quoted = "\n".join(f"> {line}".rstrip() for line in WRAPPED.split("\n"))
    whole = "\n".join(f"> {line}".rstrip() for line in RICH.split("\n"))
    assert set_right(quoted, whole) == whole


def test_bold_words_between_asterisks_are_the_same_words() -> None:
    plain = WRAPPED.split("\n\n")[1].replace("I'll be with you", "*I'll be with you*")
    assert set_right(plain, TYPED) == plain.replace("\n", " ")


def test_words_empty_paragraphs_are_one_empty_line() -> None:
    assert set_right("Dear Jane,\n\n \n\nat two.\n\n\u00a0\n\nBob", "") == "Dear Jane,\n\nat two.\n\nBob"


def test_a_picture_is_called_by_its_name_not_by_where_it_lies_in_the_mail() -> None:
    assert set_right("Look:\n[cid:image001.png@01DD5D0E.7F3A5C20]", "") == "Look:\n[image001.png]"


@pytest.mark.parametrize(
    "plain",
    [
        pytest.param("Prices:\n\n  a  10\n  b  20", id="a table"),
        pytest.param("Dear Jane,\nat two.\nBob", id="short lines"),
        pytest.param(f"{TYPED}\n\n{TYPED}", id="whole paragraphs"),
        pytest.param("a line of text that is as long as a wrapped one\n" * 1_000, id="longer than anybody types"),
    ],
)
def test_what_its_author_broke_himself_is_left_alone(plain: str) -> None:
    assert not looks_wrapped(plain)
    assert set_right(plain, RICH) == plain


def test_lines_the_html_does_not_have_stay_as_they_are() -> None:
    assert set_right(WRAPPED, "something else") == WRAPPED
