"""What a colleague wrote down of a call."""

from __future__ import annotations

import pytest

from chalicelib.desk.forwarded import Forwarded
from chalicelib.mail.passed_on.calls import read_call

OURS = frozenset(("office@harris.example",))


def call_in(note: str, subject: str = "") -> Forwarded | None:
    """The call as Alice Shaw wrote it down."""
    return read_call(note, subject, "Alice Shaw", OURS.__contains__, frozenset(("Bob", "Bob Harris"))).letter


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
    call = call_in(text, "Call")
    assert (call.sender.name if call else None) == name


def test_a_caller_without_a_name_is_one_all_the_same() -> None:
    call = call_in("A lady rang about the tiles, 0161 496 0999")
    assert call is not None
    assert call.sender.name == ""


def test_the_address_is_theirs_and_never_one_of_ours() -> None:
    text = "Tom Hill called, write to tom@hill.example (not to office@harris.example)"
    call = call_in(text)
    assert call is not None
    assert call.sender.email == "tom@hill.example"


def test_the_subject_may_say_it() -> None:
    call = call_in("Wants a quote, 0161 496 0999", "Mrs Jones rang")
    assert call is not None
    assert call.sender.name == "Mrs Jones"


ADDRESSES = {
    "Tom Hill called about his invoice, tom@hill.example": "tom@hill.example",
    "Tom Hill (tom@hill.example) called about his invoice": "tom@hill.example",
    "Tom Hill called about his invoice.\ntom@hill.example": "tom@hill.example",
    "tom@hill.example\n\nTom Hill called, not pat@hill.example": "tom@hill.example",
    "Tom Hill called. His supplier is sales@partner.example": "",
    "Tom Hill called about his invoice.\nPlease tell sales@partner.example": "",
    "Tom Hill called about his invoice.\n\nBest wishes,\nAlice Shaw\nalice@private.example": "",
    "Tom Hill called, tom@hill.example or pat@hill.example": "",
}


@pytest.mark.parametrize(("note", "email"), ADDRESSES.items())
def test_an_address_counts_where_the_note_says_who_rang_or_alone_on_its_line(note: str, email: str) -> None:
    call = call_in(note, "Tom Hill called")
    assert call is not None
    assert call.sender.email == email


def test_two_callers_in_one_note_leave_it_in_doubt() -> None:
    note = "Mrs Jones rang, wants a quote.\nTom Hill called, tom@hill.example"
    assert read_call(note, "Calls", "Alice Shaw", OURS.__contains__).in_doubt


def test_one_caller_named_twice_is_one() -> None:
    note = "Mrs Anna Jones rang, anna@jones.example"
    assert not read_call(note, "Call from Mrs Jones", "Alice Shaw", OURS.__contains__).in_doubt


def test_the_number_in_alices_signature_is_not_the_callers() -> None:
    call = call_in("Mrs Jones rang, wants a quote.\n\nAlice Shaw\nTel. 07700 900555")
    assert call is not None
    assert call.body == "Mrs Jones rang, wants a quote."
