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
        ("Do you also fit smoke alarms?", ()),
        ("Can you tell me right away if you do that?", ()),
        ("Is anybody there right now?", ()),
        ("The balloons burst", ()),
        ("A pipe has burst under the sink", ("pipe has burst",)),
        ("The boiler is on fire", ("on fire",)),
        ("There is smoke coming out of the boiler", ("smoke coming",)),
        ("The kitchen is full of smoke!", ("full of smoke",)),
        ("Please come right now", ("come right now",)),
        ("It can\u2019t wait", ("can't wait",)),
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
        ("I am writing the second time because I forgot the photo", ()),
        ("It is the second time this month that it broke", ("second time this month",)),
        ("I have no complaint, thank you!", ()),
        ("Thanks, the radiator is warm again.", ()),
    ],
)
def test_who_is_unhappy(text: str, words: tuple[str, ...]) -> None:
    assert signs.unhappy(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Someone else please.", ("someone else please",)),
        ("Yes, somebody else.", ("somebody else",)),
        ("Could I speak to somebody else?", ("speak to somebody else",)),
        ("I'd like to talk to\nanother person about this.", ("talk to another person",)),
        ("I would rather hear from Anna.", ("rather hear from",)),
        ("I\u2019d rather talk to the owner", ("rather talk to",)),
        ("I'd prefer a different person", ("prefer a different person",)),
        ("Can someone else help me?", ("can someone else help",)),
        ("I don't want to deal with Bob any more", ("don't want to deal with",)),
        ("Not Bob again, but someone else", ("someone else",)),
        ("Is that somebody else's boiler?", ()),
        ("Someone else told me that you fit showers", ()),
        ("There is someone else in the house at noon", ()),
        ("Can someone else let him in?", ()),
        ("I'll talk to someone else at home and write again", ()),
        ("I'd rather talk to you on the phone", ()),
        ("I don't want to talk to you about the price yet", ()),
        ("No need to talk to someone else, Bob is great", ()),
        ("I do not want to talk to someone else", ()),
        ("Another person in our street has the same boiler", ()),
        ("I'd rather have it done on Monday", ()),
        ("", ()),
    ],
)
def test_who_asks_for_someone_else(text: str, words: tuple[str, ...]) -> None:
    assert signs.someone_else(text) == words


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
