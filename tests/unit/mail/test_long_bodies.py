"""Long bodies stay where they are until somebody wants them, and are then what was sent."""

from __future__ import annotations

from base64 import encodebytes
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from chalicelib.desk.model import Channel, Delivery, Inbound
from chalicelib.mail.long_bodies import LONG, WALKED, walk
from chalicelib.mail.parse import parse

DELIVERY = Delivery("inbound/x", Channel.MAIL, datetime(2026, 11, 23, tzinfo=UTC), ("support@help.harris.example",))
PLANS = bytes(range(256)) * 4_000


def read(raw: bytes) -> Inbound:
    return parse(raw, DELIVERY)


def a_big_mail(*files: bytes, text: str = "The plans.") -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["Subject"] = "jane@customer.example", "Plans"
    mail.set_content(text)
    for number, content in enumerate(files):
        mail.add_attachment(content, "application", "pdf", filename=f"plan-{number}.pdf")
    return mail


def test_the_parser_sees_only_the_beginning_of_a_large_file() -> None:
    raw = a_big_mail(PLANS).as_bytes()
    assert len(raw) > WALKED
    assert len(walk(raw).short) < LONG


def test_large_files_arrive_as_they_were_sent() -> None:
    inbound = read(a_big_mail(PLANS, b"small", PLANS[::-1]).as_bytes())
    assert [file.content for file in inbound.attachments] == [PLANS, b"small", PLANS[::-1]]
    assert inbound.text == "The plans."


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_whatever_the_line_ends(line_end: bytes) -> None:
    raw = a_big_mail(PLANS).as_bytes().replace(b"\r\n", line_end)
    assert read(raw).attachments[0].content == PLANS


def test_a_mail_that_is_one_large_file() -> None:
    head = b"From: jane@customer.example\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n"
    assert read(head + encodebytes(PLANS)).attachments[0].content == PLANS


def test_a_large_file_in_an_attached_mail_stays_in_it() -> None:
    outer = a_big_mail()
    outer.add_attachment(a_big_mail(PLANS))
    (attached,) = read(outer.as_bytes()).attachments
    assert read(attached.content).attachments[0].content == PLANS


def test_a_long_text_with_dashes_in_it_is_read_in_order() -> None:
    page = "x" * 60 + "\n"
    text = "".join(f"-- page {number}\n{page * 5_000}" for number in range(3))
    assert len(text) > WALKED
    assert read(b"From: jane@customer.example\n\n" + text.encode()).text[:200_000] == text[:200_000]


def test_a_mark_of_ours_in_a_mail_is_just_words() -> None:
    inbound = read(a_big_mail(PLANS, text="[long body 0:0] and [long body 1:7]").as_bytes())
    assert inbound.text == "[long body 0:0] and [long body 1:7]"
    assert inbound.attachments[0].content == PLANS


def test_the_end_of_a_text_beyond_what_we_read_is_cut_and_said_so() -> None:
    inbound = read(b"From: jane@customer.example\n\n" + b"Hello there, how are you?\n" * 60_000)
    assert inbound.cut
    assert inbound.text.startswith("Hello there")
