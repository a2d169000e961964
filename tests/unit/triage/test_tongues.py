"""Which language they write."""

from __future__ import annotations

import pytest

from chalicelib.desk.team import Mailbox
from chalicelib.triage.models import Models
from chalicelib.triage.scripts import language_of
from chalicelib.triage.tongues import Tongue, listen, served_by
from tests.builders import BOB, a_team

GERMAN = "Bitte sagen Sie uns, wann die Heizung wieder warm wird."


@pytest.mark.parametrize(
    ("text", "served", "tongue"),
    [
        (GERMAN, {"en", "de"}, Tongue("de", "de")),
        (GERMAN, {"en"}, Tongue("", "de")),
        ("Could you please tell me when the boiler can be repaired?", {"en"}, Tongue("en", "en")),
        ("F28", {"en"}, Tongue()),
        ("", {"en"}, Tongue()),
        ("ボイラーが故障しました", {"en"}, Tongue("", "ja")),
        ("Το καλοριφέρ δεν λειτουργεί", {"el"}, Tongue("el", "el")),
    ],
)
def test_the_language_among_those_the_firm_answers_in(
    text: str, served: set[str], tongue: Tongue, models: Models
) -> None:
    table = models.languages
    assert table is not None
    assert listen(text, served, table) == tongue


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Котёл не работает", "ru"),
        ("Котел не працює, і вода холодна", "uk"),
        ("Бойлерът не работи", "bg"),
        ("보일러가 고장났어요", "ko"),
        ("锅炉坏了", "zh"),
        ("ボイラー", "ja"),
        ("boiler", ""),
        ("הדוד לא עובד", "he"),
        ("السخان لا يعمل", "ar"),
    ],
)
def test_some_writings_have_one_language(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_firm_serves_what_its_people_and_mailboxes_speak() -> None:
    from dataclasses import replace

    box = Mailbox("fr", "aide@harris.example", "aide@help.harris.example", "bob", language="fr")
    team = a_team(people=(replace(BOB, languages=("en", "pl")), *a_team().people[1:]), mailboxes=(box,))
    assert served_by(team) == {"en", "pl", "fr"}
