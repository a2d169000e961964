"""When they are back, and who covers, in the words of an out-of-office answer."""

from __future__ import annotations

from datetime import date

import pytest

from chalicelib.mail.automatic.absences import read_absence

SAID_ON = date(2026, 11, 23)

WORDS = {
    "I am out of the office until 05/01/2027.": date(2027, 1, 5),
    "I will be back on Monday, 7 December 2026.": date(2026, 12, 7),
    "I am away from Nov 24 through Dec 1, 2026.": date(2026, 12, 2),
    "I will return to the office on December 2nd.": date(2026, 12, 2),
    "I'm out today and will be back on Thursday.": date(2026, 11, 26),
    "Back 2026-12-03.": date(2026, 12, 3),
    "Ich bin bis einschließlich 4. Dezember nicht im Büro.": date(2026, 12, 5),
    "Ich bin vom 23.11. bis 27.11.2026 im Urlaub.": date(2026, 11, 28),
    "Ab dem 30.11.2026 bin ich wieder da.": date(2026, 11, 30),
    "Je suis absent jusqu'au 2 décembre inclus.": date(2026, 12, 3),
    "Estaré fuera hasta el 1 de diciembre.": date(2026, 12, 2),
    "Sono in ferie fino al 3 dicembre.": date(2026, 12, 4),
    "Ik ben afwezig tot en met 27 november.": date(2026, 11, 28),
    "Jeg er på ferie til og med 27. november.": date(2026, 11, 28),
    "I am on leave until further notice.": None,
    "Your order of 3 November is on its way.": None,
    "I was away until 3 January 2020.": None,
    "Back on 31/31/2026.": None,
}


@pytest.mark.parametrize(("text", "back_on"), WORDS.items())
def test_the_day_they_are_back_is_read_in_their_words(text: str, back_on: date | None) -> None:
    assert read_absence(text, SAID_ON).back_on == back_on


COVERS = {
    "In urgent cases please contact Jane Roe (jane@x.example).": ("Jane Roe (jane@x.example)", "jane@x.example"),
    "Wenden Sie sich bitte an Frau Meier, meier@x.example.": ("Frau Meier, meier@x.example", "meier@x.example"),
    "En cas d'urgence, contactez Paul Petit.": ("Paul Petit", ""),
    "Please call us back.": ("", ""),
}


@pytest.mark.parametrize(("text", "cover"), COVERS.items())
def test_who_covers_is_read_with_their_address(text: str, cover: tuple[str, str]) -> None:
    said = read_absence(text, SAID_ON)
    assert (said.cover_words, said.cover) == cover


def test_nobody_covers_for_themselves() -> None:
    said = read_absence("Please contact bob@harris.example.", SAID_ON, "bob@harris.example")
    assert said.cover == ""
