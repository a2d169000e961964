"""Words that give it away, and words that take it back."""

from __future__ import annotations

import pytest

from chalicelib.triage import signs


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I can smell gas in the kitchen", ("smell gas",)),
        ("There is a burst pipe, water everywhere!", ("burst pipe", "water everywhere")),
        ("It's not urgent, whenever you have time.", ()),
        ("This isn't an emergency. It is urgent to me though.", ("urgent",)),
        ("The burstable balloon", ()),
        ("Could you send me a quote for a new boiler?", ()),
        ("We have no smoke alarm yet", ()),
    ],
)
def test_what_cannot_wait(text: str, words: tuple[str, ...]) -> None:
    assert signs.urgent(text) == words


def test_the_firms_own_words_count_as_they_stand() -> None:
    assert signs.urgent("not smell gas", ("smell gas",)) == ("smell gas",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("This is the third time and nobody has called me back.", ("nobody has", "third time")),
        ("I am not happy with the work.", ("not happy",)),
        ("I have no complaint, thank you!", ()),
        ("Thanks, the radiator is warm again.", ()),
    ],
)
def test_who_is_unhappy(text: str, words: tuple[str, ...]) -> None:
    assert signs.unhappy(text) == words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Could you please tell me when the boiler can be repaired?", "en"),
        ("Die Heizung ist kalt und wir haben kein warmes Wasser", "de"),
        ("Bonjour, je voudrais un rendez-vous pour la chaudière, merci", "fr"),
        ("Buongiorno, la caldaia non funziona, grazie", "it"),
        ("F28", ""),
        ("", ""),
    ],
)
def test_which_language_and_dont_know_is_an_answer(text: str, language: str) -> None:
    assert signs.language(text) == language
