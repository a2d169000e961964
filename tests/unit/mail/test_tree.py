"""Boundaries as they are really written, or forgotten."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.desk.model import Channel, Delivery, Inbound
from chalicelib.mail.parse import parse

DELIVERY = Delivery("inbound/x", Channel.MAIL, datetime(2026, 11, 23, tzinfo=UTC), ("support@help.harris.example",))
TWO_PARTS = (
    "This is a message in several parts.\n--the line\nContent-Type: text/plain\n\nHello Bob\n"
    "--the line\nContent-Type: image/png; name=boiler.png\nContent-Transfer-Encoding: base64\n\nAAAA\n--the line--\n"
)


def read(raw: str) -> Inbound:
    return parse(f"From: jane@customer.example\nSubject: Boiler\n{raw}".encode(), DELIVERY)


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param('multipart/mixed; boundary="the line"', id="as it should be"),
        pytest.param('multipart/mixed; boundary="the\n line"', id="folded inside the boundary"),
        pytest.param('multipart/mixed\n\tboundary="the line"', id="no semicolon"),
        pytest.param("multipart/mixed", id="no boundary"),
        pytest.param('multipart/mixed; boundary=""', id="an empty boundary"),
        pytest.param('multipart/mixed; boundary="The Line"', id="another boundary"),
        pytest.param("Multipart/Mixed; Boundary=the line; charset=utf-8", id="no quotes"),
    ],
)
def test_both_parts_are_found(kind: str) -> None:
    inbound = read(f"Content-Type: {kind}\n\n{TWO_PARTS}")
    assert inbound.text == "Hello Bob"
    assert [(file.ref.name, file.content) for file in inbound.attachments] == [("boiler.png", b"\0\0\0")]


def test_a_mail_that_says_nothing_and_begins_with_a_boundary_has_parts() -> None:
    inbound = read("\n" + TWO_PARTS.partition("\n")[2])
    assert inbound.text == "Hello Bob"
    assert len(inbound.attachments) == 1


def test_a_letter_about_boundaries_is_a_letter() -> None:
    text = f"Look what I got:\n\n{TWO_PARTS}"
    assert read(f"\n{text}").text == text.strip("\n")
    assert read(f"Content-Type: text/plain\n\n{TWO_PARTS}").text == TWO_PARTS.strip("\n")


def test_a_line_that_is_no_boundary_begins_no_part() -> None:
    assert read("Content-Type: multipart/mixed\n\nHello\n-- \nJane\n").attachments == ()


def test_a_charset_that_python_refuses_stops_nothing() -> None:
    body = b"From: jane@customer.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
    inbound = parse(body + b"Content-Type: text/plain; charset=\x00\n\nbegin Gr\xfc\xdfe\n--b--\n", DELIVERY)
    assert inbound.text == "begin Grüße"


def test_an_attached_mail_keeps_its_header_as_it_was() -> None:
    subject = "Subject: " + "a long subject that a program would like to fold " * 3
    (attached,) = read(f"Content-Type: message/rfc822\n\n{subject}\nX-Odd:no space\n\nHello\n").attachments
    assert subject.strip().encode() in attached.content
    assert attached.content.endswith(b"\n\nHello\n")


def test_two_plain_parts_of_one_alternative_are_both_read_once() -> None:
    parts = "".join(f"--b\nContent-Type: text/plain\n\n{text}\n" for text in ("Hello Bob", "Hello Bob", "It leaks."))
    assert read(f"Content-Type: multipart/alternative; boundary=b\n\n{parts}--b--\n").text == "Hello Bob\n\nIt leaks."


def test_a_name_of_spaces_is_no_name() -> None:
    assert read('Content-Type: text/plain; name=" "\n\nHello').text == "Hello"
