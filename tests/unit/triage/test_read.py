"""What a message is about, from the firm's own keywords."""

from __future__ import annotations

import pytest

from chalicelib.triage.read import read
from tests.builders import a_team


@pytest.mark.parametrize(
    ("subject", "text", "category", "words"),
    [
        ("Boiler leaking", "It drips on the floor", "repairs", ("boiler", "leaking")),
        ("Question", "Please send the invoice again", "billing", ("invoice",)),
        ("Hello", "Can you help me?", "", ()),
        ("Invoice for the boiler", "", "", ()),
        ("Invoice and refund", "for the boiler", "billing", ("invoice", "refund")),
        ("bleak", "unleaking bathroomish", "", ()),
    ],
    ids=["subject", "text", "nothing fits", "an even match is no match", "more words win", "whole words only"],
)
def test_the_category_is_the_one_with_most_of_its_words(
    subject: str, text: str, category: str, words: tuple[str, ...]
) -> None:
    reading = read(subject, text, a_team())
    assert (reading.category, reading.category_words) == (category, words)
