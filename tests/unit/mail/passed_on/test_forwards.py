"""The letter inside a forward, as mail programs write it."""

from __future__ import annotations

import pytest

from chalicelib.desk.model import Address
from chalicelib.mail.passed_on.forwards import read_attached, read_forward
from chalicelib.mail.passed_on.shown import names_one, people, person

GMAIL = """\
Bob, one for you?

---------- Forwarded message ---------
From: Jane Roe <jane@customer.example>
Date: Mon, 23 Nov 2026 at 08:55
Subject: Boiler leaking
To: <alice@harris.example>
Cc: Tom Hill <tom@hill.example>, office@hill.example


Hello Alice,

the boiler leaks.

Jane
"""
APPLE = """\
Bob, one for you?

Begin forwarded message:

> From: Jane Roe <jane@customer.example>
> Subject: Boiler leaking
> Date: 23 November 2026 at 08:55:01 GMT
> To: alice@harris.example
>
> Hello Alice,
>
> the boiler leaks.
>
> Jane

Alice
"""
OUTLOOK = """\
Bob, one for you?

________________________________
From: Jane Roe <jane@customer.example>
Sent: Monday, November 23, 2026 08:55
To: Alice Shaw <alice@harris.example>; Roe, Tom <tom@hill.example>
Subject: Boiler leaking

Hello Alice,

the boiler leaks.

Jane
"""
THUNDERBIRD = """\
Bob, one for you?

-------- Weitergeleitete Nachricht --------
Betreff: \tBoiler leaking
Datum: \tMon, 23 Nov 2026 08:55:01 +0000
Von: \tJane Roe <jane@customer.example>
An: \talice@harris.example



Hello Alice,

the boiler leaks.

Jane
"""
POLISH = (
    GMAIL.replace("From:", "Od:").replace("Subject:", "Temat:").replace("Forwarded message", "Przekazana wiadomość")
)
JAPANESE = (
    APPLE.replace("Begin forwarded message:", "転送されたメッセージ:")
    .replace("From:", "差出人:")
    .replace("Subject:", "件名:")
)
YAHOO = (
    "Bob, one for you?\n   ----- Message transféré ----- De : Jane Roe <jane@customer.example>À : alice@harris.example"
    "Envoyé : lundi 23 novembre 2026 à 08:55Objet : Boiler leaking\n Hello Alice,\n\nthe boiler leaks.\n\nJane"
)
BOLD = OUTLOOK.replace("From:", "*From:*").replace("Sent:", "*Sent:*").replace("Subject:", "*Subject:*")
PROGRAMS = {
    "Gmail": GMAIL,
    "Apple Mail": APPLE,
    "Outlook": OUTLOOK,
    "Outlook as text from HTML": BOLD,
    "Thunderbird in German": THUNDERBIRD,
    "Gmail in Polish": POLISH,
    "Apple Mail in Japanese": JAPANESE,
    "Yahoo in French, on one line": YAHOO,
}


@pytest.mark.parametrize("text", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_a_forward_gives_its_sender_subject_words_and_comment(text: str) -> None:
    letter = read_forward(text)
    assert letter is not None
    assert letter.sender == Address("jane@customer.example", "Jane Roe")
    assert letter.subject == "Boiler leaking"
    assert " ".join(letter.body.split()) == "Hello Alice, the boiler leaks. Jane"
    assert letter.comment.startswith("Bob, one for you?")


def test_what_stands_below_a_quoted_forward_belongs_to_whoever_passed_it_on() -> None:
    letter = read_forward(APPLE)
    assert letter is not None
    assert (letter.comment, letter.below) == ("Bob, one for you?", "Alice")


def test_names_with_commas_and_semicolons_between_addresses_are_read() -> None:
    letter = read_forward(OUTLOOK)
    assert letter is not None
    assert letter.to == (Address("alice@harris.example", "Alice Shaw"), Address("tom@hill.example", "Roe, Tom"))


def test_an_outlook_answer_looks_the_same_and_its_subject_tells() -> None:
    assert read_forward(OUTLOOK, "Re: Boiler leaking") is None
    assert read_forward(OUTLOOK, "FW: Boiler leaking") is not None


def test_a_forward_of_a_forward_keeps_the_inner_one_in_its_words() -> None:
    outer = GMAIL.replace("Hello Alice,\n\nthe boiler leaks.\n\nJane\n", OUTLOOK)
    letter = read_forward(outer, "Fwd: Boiler leaking")
    assert letter is not None
    inner = read_forward(letter.body, letter.subject)
    assert inner is not None
    assert inner.body.startswith("Hello Alice,")


def test_outlook_for_mac_names_the_sender_in_one_line_only() -> None:
    text = (
        'Am 23.11.26, 08:55 schrieb "Jane Roe" <jane@customer.example>:\n\n    Hello Alice,\n\n    the boiler leaks.\n'
    )
    letter = read_forward(text, "WG: Boiler leaking")
    assert letter is not None
    assert (letter.sender, letter.subject) == (Address("jane@customer.example", "Jane Roe"), "Boiler leaking")
    assert letter.body == "Hello Alice,\n\nthe boiler leaks."
    assert read_forward(text, "AW: Boiler leaking") is None


NO_FORWARDS = {
    "a first letter": "Hello,\n\nour boiler leaks.\n\nJane",
    "an answer with an attribution": "At two.\n\nOn Mon, 23 Nov 2026, Jane Roe <jane@x.example> wrote:\n> When?",
    "a journey": "Pick-up, please:\n\nFrom: Berlin\nTo: Lyon\nDate: Monday\n\nJane",
    "a list": "Please order:\n\nFrom: the usual shop\nto: me",
}


@pytest.mark.parametrize("text", NO_FORWARDS.values(), ids=NO_FORWARDS.keys())
def test_other_letters_are_no_forwards(text: str) -> None:
    assert read_forward(text) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            "Jane Roe<mailto:jane@x.example> <jane@x.example<mailto:jane@x.example>>",
            Address("jane@x.example", "Jane Roe"),
        ),
        ("Jane Roe [mailto:jane@x.example]", Address("jane@x.example", "Jane Roe")),
        ("jane@x.example <jane@x.example>", Address("jane@x.example", "")),
        ("Jane Roe", Address("", "Jane Roe")),
    ],
)
def test_a_shown_sender_is_read_in_every_dress(value: str, expected: Address) -> None:
    assert person(value) == expected


@pytest.mark.parametrize(
    ("value", "certain"),
    [
        ("Jane Roe <jane@x.example<mailto:jane@x.example>>", True),
        ("Jane Roe<mailto:jane@x.example?subject=Boiler> <Jane@X.example>", True),
        ("*jane@x.example* <jane@x.example>", True),
        ("Jane Roe <jane+tag@x.example<mailto:jane%2Btag@x.example>>", True),
        ("Jane Roe", False),
        ("jane@x.example <joe@y.example>", False),
        ("jane@x.example<mailto:joe@y.example>", False),
        ("jane@x.example @ home", False),
        (f"{'j' * 70}@x.example", False),
    ],
)
def test_a_shown_sender_is_certain_when_no_other_address_stands_beside(value: str, certain: bool) -> None:
    assert names_one(value) is certain


def test_nobody_is_named_twice() -> None:
    assert people("a@x.example, A <a@x.example>") == (Address("a@x.example"),)


def test_an_attached_mail_tells_its_own_id() -> None:
    raw = (
        b"From: Jane Roe <jane@x.example>\r\nSubject: =?utf-8?q?K=C3=BCche?=\r\nMessage-ID: <j1@x.example>\r\n\r\nHello"
    )
    letter = read_attached(raw, "Hello", "see attached")
    assert letter is not None
    assert (letter.sender.email, letter.subject, letter.message_id) == ("jane@x.example", "Küche", "j1@x.example")
    assert read_attached(b"Subject: x\r\n\r\nHello", "Hello", "") is None


@pytest.mark.parametrize(
    "text",
    [
        "From:" * 20_000,
        "> From: a@b.example\n" * 5_000,
        "-" * 200_000,
        "a: b\n" * 50_000,
        "--- a --- b: " * 20_000,
        "From: " + "<a@b.example " * 18_000,
    ],
)
def test_strange_texts_take_no_time_to_speak_of(text: str) -> None:
    assert read_forward(text) is None
