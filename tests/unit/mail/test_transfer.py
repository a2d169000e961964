"""Transfer encodings as they are really written."""

from __future__ import annotations

import binascii
from datetime import UTC, datetime

import pytest

from chalicelib.desk.model import Channel, Delivery
from chalicelib.mail.parse import parse
from chalicelib.mail.transfer import MOST_FILES, decode, inline_files

DELIVERY = Delivery("inbound/x", Channel.MAIL, datetime(2026, 11, 23, tzinfo=UTC), ("support@help.harris.example",))
NOTE = b"The boiler leaks. " * 9


def uuencoded(content: bytes, name: str = "note.txt") -> bytes:
    lines = [binascii.b2a_uu(content[start : start + 45]) for start in range(0, len(content), 45)]
    return b"begin 644 %s\n%s`\nend\n" % (name.encode(), b"".join(lines))


@pytest.mark.parametrize(
    ("written", "encoding", "expected"),
    [
        pytest.param(b"SGVsbG8=", "base64", b"Hello", id="base64"),
        pytest.param(b"SGVs\r\nbG8=\r\n", ' "BASE64" ', b"Hello", id="named in quotes"),
        pytest.param(b"SGVs*!\nbG8", "base64", b"Hello", id="litter, and its end is torn off"),
        pytest.param(b"SGVsbG8=\n-- \nlist footer", "base64", b"Hello", id="a list's footer below"),
        pytest.param(b"SGVsb", "base64", b"Hel", id="a letter too many"),
        pytest.param(b"Hello Bob, it leaks", "base64", b"Hello Bob, it leaks", id="never encoded"),
        pytest.param(b"Gr=C3=BC=\r\n=C3=9Fe =ZZ =", "quoted-printable", "Grüße =ZZ ".encode(), id="quoted-printable"),
        pytest.param(uuencoded(NOTE), "x-uuencode", NOTE, id="uuencode"),
        pytest.param(b"Hello", "8bit", b"Hello", id="8bit"),
        pytest.param(b"Hello", "nonsense", b"Hello", id="nonsense"),
        pytest.param(b"", "base64", b"", id="nothing"),
    ],
)
def test_what_was_meant_is_read(written: bytes, encoding: str, expected: bytes) -> None:
    assert decode(written, encoding) == expected


def test_a_uuencoded_file_in_a_letter_is_a_file() -> None:
    raw = b"From: jane@customer.example\n\nSee below.\n\n" + uuencoded(NOTE) + b"\nJane\n"
    inbound = parse(raw, DELIVERY)
    assert inbound.text == "See below.\n\n\n\nJane"
    assert [(file.ref.name, file.ref.content_type) for file in inbound.attachments] == [("note.txt", "text/plain")]
    assert inbound.attachments[0].content == NOTE


def test_a_sentence_that_begins_so_is_a_sentence() -> None:
    for said in (b"begin 644 and\nwe end", b"begin 644 x\nend\n", b"begin 644 x\nlower case\nend\n"):
        assert inline_files(said) == (said, ())


def test_so_many_files_are_taken_out_and_no_more() -> None:
    left, files = inline_files(uuencoded(NOTE) * (MOST_FILES + 2))
    assert len(files) == MOST_FILES
    assert left.count(b"begin") == 2
