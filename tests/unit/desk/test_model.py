"""Small things every room builds on."""

from __future__ import annotations

import pytest

from chalicelib.desk.model import digest_base32, first_words, letter_key_for, thread_id_for


@pytest.mark.parametrize(
    ("text", "length", "words"),
    [
        ("Hello,\n\n> old\nour boiler   is leaking.\n", 200, "Hello, > old our boiler is leaking."),
        ("our boiler is leaking since this morning", 20, "our boiler is…"),
        ("x" * 50, 10, "xxxxxxxxx…"),
        ("", 10, ""),
    ],
    ids=["on one line", "cut between words", "a word without end", "nothing"],
)
def test_the_first_words_fit_on_one_line(text: str, length: int, words: str) -> None:
    assert first_words(text, length) == words


def test_a_thread_id_is_ten_characters_and_always_the_same() -> None:
    assert thread_id_for("inbound/mail-1") == "4bd5w4ctps"


def test_a_letter_key_is_fit_to_be_an_ses_tag() -> None:
    assert letter_key_for("reply", "inbound/mail-1", "jané@x").replace("-", "").isalnum()


def test_text_no_charset_knows_can_be_digested() -> None:
    assert len(digest_base32("half a surrogate: \ud800", 10)) == 10
