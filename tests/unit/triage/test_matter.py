"""What of a mail says what it is about."""

from __future__ import annotations

import pytest

from chalicelib.triage.matter import matter

SAID = "The boiler drips since this morning."


@pytest.mark.parametrize(
    "below",
    [
        "Kind regards\nJane Roe\nOffice Manager",
        "Mit freundlichen Grüßen\n\nErika Muster\nMuster GmbH",
        "Bien cordialement,\nJeanne Dupont",
        "Un saludo,\nJuana",
        "Cordiali saluti\nGianna",
        "Met vriendelijke groet,\nJannie",
        "Jane Roe\nOffice Manager\nRoe Ltd\nTel. 0161 496 0000",
        "This e-mail is confidential. If you are not the intended recipient, delete it.",
        "Diese E-Mail ist vertraulich. Sitz der Gesellschaft ist Köln.",
        "On Monday Bob wrote:\n> The invoice is below.",
        "-----Original Message-----\nFrom: bob@harris.example\nThe invoice is below.",
        "--\nJane",
    ],
)
def test_what_says_nothing_of_the_matter_goes(below: str) -> None:
    assert matter(f"{SAID}\n\n{below}") == SAID


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for the quick reply\nThe boiler drips again.",
        "Thanks\nThe boiler drips since this morning.",
        "Best Western is the hotel whose boiler drips.",
        "Regards",
        "Tel. 0161 496 0000",
        "Vielen Dank für die Hilfe\nJetzt tropft es wieder.",
    ],
    ids=["thanks for something", "thanks first", "a name", "nothing else", "a number alone", "thanks in German"],
)
def test_what_may_be_the_matter_stays(text: str) -> None:
    assert matter(text) == text


def test_an_afterthought_stays() -> None:
    assert matter(f"{SAID}\nRegards\nJane\nPS: and the radiator is cold") == f"{SAID}\nPS: and the radiator is cold"


def test_a_mail_that_is_all_quote_is_read_as_it_is() -> None:
    assert matter("> The boiler drips") == "The boiler drips"
