"""What a colleague wrote down of a call."""

from __future__ import annotations

import pytest

from chalicelib.mail.passed_on.calls import read_call

CALLS = {
    "Mrs Jones rang, 0161 496 0999, wants a quote for a new boiler.": "Mrs Jones",
    "Tom Hill called about his invoice, tom@hill.example": "Tom Hill",
    "Just spoke to Jane Roe, she wants her money back": "Jane Roe",
    "Hi all,\n\nphone call from Jane Roe just now": "",
    "Message from Dr. Anna Müller: please ring back 0161 496 0999": "Dr. Anna Müller",
    "A lady rang about the tiles, 0161 496 0999": "",
    "Frau Meier hat angerufen, 0161 496 0999, Heizung kalt": "Frau Meier",
    "Mme Petit a appelé, rappeler au 0161 496 0999": "Mme Petit",
    "La señora Gómez": None,
    "The supplier called, the part is late": None,
    "Bob rang, he is late": None,
    "Please order more tiles. When the shop opened, Mr Hill rang.": None,
    "I called the supplier": None,
}


@pytest.mark.parametrize(("text", "name"), [(text, name) for text, name in CALLS.items() if name != ""])
def test_a_note_of_a_call_says_who_rang(text: str, name: str | None) -> None:
    call = read_call(text, "Call", frozenset(), frozenset(("Bob", "Bob Harris")))
    assert (call.sender.name if call else None) == name


def test_a_caller_without_a_name_is_one_all_the_same() -> None:
    call = read_call("A lady rang about the tiles, 0161 496 0999", "", frozenset())
    assert call is not None
    assert call.sender.name == ""


def test_the_address_is_theirs_and_never_one_of_ours() -> None:
    text = "Tom Hill called, write to tom@hill.example (not to office@harris.example)"
    call = read_call(text, "", frozenset(("office@harris.example",)))
    assert call is not None
    assert call.sender.email == "tom@hill.example"


def test_the_subject_may_say_it() -> None:
    call = read_call("Wants a quote, 0161 496 0999", "Mrs Jones rang", frozenset())
    assert call is not None
    assert call.sender.name == "Mrs Jones"
