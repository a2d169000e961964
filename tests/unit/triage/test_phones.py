"""The number a customer gives in a message."""

from __future__ import annotations

import pytest

from chalicelib.triage.phones import number_in


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Our boiler leaks. Ring me: 07700 900456", "07700 900456"),
        ("You can reach me on (0161) 496-0999 until six.", "(0161) 496-0999"),
        ("Jane Roe\nMob. +44 7700 900456\n4 Mill Lane", "+44 7700 900456"),
        ("Jane Roe\n4 Mill Lane\n0161 496 0999", "0161 496 0999"),
        ("Tel.: 030/23125 999", "030/23125 999"),
        ("Mein Handy: 0151-2345678 9", "0151-2345678 9"),
        ("Mon portable est le 06 12 34 56 78.", "06 12 34 56 78"),
        ("call 555 0199 after noon", "555 0199"),
        ("Invoice 0161 496 0999 … no: my phone is 07700 900456", "07700 900456"),
        ("You rang from 0161 496 0123; I'm on 07700 900456.", "07700 900456"),
    ],
)
def test_the_number_somebody_gives_is_found(text: str, number: str) -> None:
    assert number_in(text, known=("0161 496 0123",)) == number


@pytest.mark.parametrize(
    "text",
    [
        "Invoice 2207 of 05.11.2026, 1,234.50 pounds",
        "Order 4711-08154711 came on 2026-11-23 at 09:07",
        "Our customer number is 12",
        "Your office (0161 496 0123) didn't answer.",
        "IBAN GB29 NWBK 6016 1331 9268 19",
        "https://vita.example/0123456789012 and a0161496099",
        "",
    ],
)
def test_other_numbers_are_none(text: str) -> None:
    assert number_in(text, known=("0161 496 0123",)) == ""


def test_a_page_of_digits_takes_no_time() -> None:
    assert number_in("1 " * 100_000) == ""
