from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from byname.local import correspondence
from byname.local.correspondence import File
from byname.local.maildirs import Letter

NOW = datetime(2026, 11, 23, 9, 40, tzinfo=UTC)
LONG_ID = "<0102018f3a7c5e21-8a5c6f0e-1f2d-4c3b-9a8e-7d6c5b4a3f2e-000000-and-much-more@eu-west-1.amazonses.com>"
ACKNOWLEDGEMENT = (
    'From: "Harris & Daughter Heating" <support@harris.example>\r\n'
    "Reply-To: <support+1ca6eedbej0x.w5c7k6kt910chvvp@help.harris.example>\r\n"
    "To: Jane Roe <jane@customer.example>\r\n"
    "Subject: Re: Boiler leaking\r\n"
    "Date: Mon, 23 Nov 2026 09:07:01 +0000\r\n"
    f"Message-ID: {LONG_ID}\r\n"
    "References: <first@customer.example>\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "\r\n"
    "Bob Harris has your message.\r\n\r\nHe answers by 13:15.\r\n"
)


def a_letter(text: str = ACKNOWLEDGEMENT) -> Letter:
    return Letter("jane@customer.example", "1", text.encode(), unread=True, arrived_at=NOW)


def html_only(html: str) -> Letter:
    return a_letter(f"From: a@b.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}")


def test_an_answer_goes_to_reply_to_and_threads_on_whole_ids() -> None:
    mail = correspondence.answer(a_letter(), ("Jane Roe", "jane@customer.example"), "Thank you!", NOW)
    lines = correspondence.to_wire(mail).decode().split("\r\n")
    assert "From: Jane Roe <jane@customer.example>" in lines
    assert "To: support+1ca6eedbej0x.w5c7k6kt910chvvp@help.harris.example" in lines
    assert "Subject: Re: Boiler leaking" in lines
    assert f"In-Reply-To: {LONG_ID}" in lines
    assert f"References: <first@customer.example> {LONG_ID}" in lines


def test_an_answer_quotes_the_letter_as_gmail_does() -> None:
    mail = correspondence.answer(a_letter(), ("", "jane@customer.example"), "Thank you!\n\n", NOW)
    assert mail.get_content() == (
        "Thank you!\n\n"
        "On Mon, Nov 23, 2026 at 09:07, Harris & Daughter Heating <support@harris.example> wrote:\n\n"
        "> Bob Harris has your message.\n>\n> He answers by 13:15.\n"
    )


def test_an_answer_to_a_letter_without_reply_to_goes_to_from() -> None:
    assert correspondence.answer_address(a_letter("From: A <a@b.example>\r\n\r\n")) == "a@b.example"


@pytest.mark.parametrize(("subject", "answered"), [("Boiler", "Re: Boiler"), ("RE: x", "RE: x"), ("", "Re: ")])
def test_re_stands_before_a_subject_once(subject: str, answered: str) -> None:
    assert correspondence.answer_subject(a_letter(f"Subject: {subject}\r\n\r\n")) == answered


def test_files_travel_whole() -> None:
    photo = File("Kessel é.jpg", "image/jpeg", b"\xff\xd8\x00")
    mail = correspondence.first_mail(
        ("Jürgen", "j@customer.example"), "support@harris.example", "Größe", "Hallo", NOW, [photo]
    )
    again = message_from_bytes(correspondence.to_wire(mail), policy=policy.default)
    letter = Letter("x@y.example", "1", correspondence.to_wire(mail), unread=True, arrived_at=NOW)
    assert (again["Subject"], str(again["From"])) == ("Größe", "Jürgen <j@customer.example>")
    assert correspondence.text_of(letter) == "Hallo\n"
    assert correspondence.files_of(letter) == (photo,)


def test_a_letter_of_html_alone_still_has_text() -> None:
    letter = html_only("<head><title>no</title></head><p>Fish &amp; chips</p><style>p {}</style>")
    assert correspondence.text_of(letter) == "Fish & chips"


def test_a_letter_that_lies_about_its_charset_can_be_read() -> None:
    letter = a_letter("Content-Type: text/plain; charset=klingon\r\n\r\nHello")
    assert correspondence.text_of(letter) == "Hello"


def test_the_time_of_a_letter_without_a_date_is_when_it_arrived() -> None:
    assert correspondence.sent_at(a_letter("From: a@b.example\r\n\r\n")) == NOW


def test_the_name_a_letter_was_sent_to_is_its_readers() -> None:
    assert correspondence.name_of(a_letter()) == "Jane Roe"
