"""Mails that are meant to break whoever reads them, by family and size, and mails with a few bytes changed.

Each family makes a mail of about so many bytes. Written by a fixed dice, so every run reads the same.
"""

from __future__ import annotations

import random
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence

Bomb = Callable[[int], bytes]

HEADER = (
    b"From: Jane Roe <jane@customer.example>\r\nTo: support@harris.example\r\nSubject: Boiler\r\nMIME-Version: 1.0\r\n"
)
TEXT, HTML = b"Content-Type: text/plain; charset=utf-8\r\n\r\n", b"Content-Type: text/html; charset=utf-8\r\n\r\n"
MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
NASTY = (
    *(b"\x00", b"\r", b"\n", b"\r\n\r\n", b"--", b"=?utf-8?q?", b"?=", b'"', b"<", b">", b"(", b";", b"\xff", b"%"),
    *(b"*0*=", b"=\r\n", b"&#", b"begin 644 x\n", b"Content-Type: message/rfc822\r\n", b"boundary=", b"> ", b"\x1b$B"),
)


def filled(piece: bytes, size: int) -> bytes:
    """As many of them as fit."""
    return piece * max(1, size // len(piece))


def _numbered(pattern: bytes, size: int) -> bytes:
    """The same with a number in each."""
    return b"".join(pattern % number for number in range(max(1, size // (len(pattern) + 2))))


def _nested(size: int) -> bytes:
    levels = range(max(1, size // 80))
    return HEADER + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in levels
    )


def _mails_in_mails(size: int) -> bytes:
    return HEADER + filled(b"Content-Type: message/rfc822\r\n\r\nSubject: Fwd\r\n", size) + b"\r\nhello"


def _like_boundaries(size: int) -> bytes:
    """Every line is tried against every boundary above it."""
    names = [b"b" * length for length in range(1, 25)]
    above = b"".join(b"Content-Type: multipart/mixed; boundary=%s\r\n\r\n--%s\r\n" % (name, name) for name in names)
    return HEADER + above + filled(b"\r\n-b\r\n - -b", size)


def _of_encoded_words(size: int) -> bytes:
    return b"Subject: " + filled(b"=?utf-8?q?=C3=BC?= =?x?b?w7w?= =?utf-8?q?", size) + b"\r\n" + HEADER + b"\r\nhello"


def _of_continuations(size: int) -> bytes:
    names = _numbered(b"; name*%d*=%%41", size)
    return HEADER + MIXED + b"--b\r\nContent-Type: image/png" + names + b"\r\n\r\nx\r\n--b--\r\n"


def _of_references(size: int) -> bytes:
    return (
        HEADER + b"In-Reply-To: <a@b.example>\r\nReferences:" + _numbered(b"\r\n <%d@b.example>", size) + b"\r\n\r\nhi"
    )


def _of_uuencode(size: int) -> bytes:
    return (
        HEADER
        + TEXT
        + filled(b"begin 644 x\nM" + b"A" * 60 + b"\n", size // 2)
        + filled(b"begin 644 y\n`\nend\n", size // 2)
    )


def _of_charsets(size: int) -> bytes:
    part = b"--b\r\nContent-Type: text/plain; charset=%s\r\n\r\n\x1b$B\xff+ADw-\x1b(J\r\n"
    names = (b"utf-7", b"x-%d" % size, b"iso-2022-jp", b"unicode_escape", b"gb18030", b"\x00", b"idna")
    return HEADER + MIXED + b"".join(part % names[n % 7] for n in range(max(1, size // 70)))


def _of_reports(size: int) -> bytes:
    kind = b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
    part = b"--b\r\nContent-Type: message/delivery-status\r\n\r\n"
    return HEADER + kind + part + filled(b"Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\n\r\n", size)


def _of_quotes(size: int) -> bytes:
    asked = b"In-Reply-To: <a@b.example>\r\n" + TEXT
    return HEADER + asked + filled(b">" * 60 + b" On 1 Jan, Bob wrote:\r\n" + b"From: x\r\n-- \r\n", size)


FAMILIES: dict[str, Bomb] = {
    "groups of parts inside each other": _nested,
    "mails inside each other": _mails_in_mails,
    "many parts": lambda size: HEADER + MIXED + filled(b"--b\r\n\r\nx\r\n", size),
    "lines like boundaries": _like_boundaries,
    "many header lines": lambda size: HEADER + _numbered(b"X-H%d: y\r\n", size) + b"\r\nhello",
    "one header line without end": lambda size: HEADER + b"X-Folded: y\r\n" + filled(b" y\r\n", size) + b"\r\nhello",
    "semicolons": lambda size: HEADER + b"Content-Type: text/plain" + filled(b";", size) + b"\r\n\r\nhello",
    "addresses": lambda size: b"To: " + _numbered(b"a%d@b.example, ", size) + b"\r\n" + HEADER + b"\r\nhello",
    "brackets and comments": lambda size: b"From: " + filled(b'(<"\\', size) + b"\r\n" + HEADER + b"\r\nhello",
    "encoded words": _of_encoded_words,
    "pieces of a file name": _of_continuations,
    "references": _of_references,
    "base64 that is none": lambda size: (
        HEADER + b"Content-Transfer-Encoding: base64\r\n" + TEXT + filled(b"=A*=\r\n==\r\n", size)
    ),
    "soft line breaks": lambda size: (
        HEADER + b"Content-Transfer-Encoding: quoted-printable\r\n" + TEXT + filled(b"=\r\n=3D=", size)
    ),
    "uuencoded beginnings": _of_uuencode,
    "charsets": _of_charsets,
    "paragraphs of a report": _of_reports,
    "HTML inside HTML": lambda size: HEADER + HTML + filled(b"<div><blockquote><b>", size) + b"hello",
    "HTML attributes": lambda size: HEADER + HTML + b"<p" + filled(b' a="b', size) + b">hello",
    "HTML entities": lambda size: HEADER + HTML + filled(b"&#x110000;&ltltlt&amp", size) + b"hello",
    "HTML tables and lists": lambda size: (
        HEADER + HTML + filled(b"<table><tr><td><ol><li><a href=//x>", size) + b"hello"
    ),
    "HTML comments": lambda size: HEADER + HTML + filled(b"<!--<![CDATA[<style><", size) + b"hello",
    "quotes upon quotes": _of_quotes,
    "flowed lines": lambda size: (
        HEADER + b"Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n" + filled(b">> > x \r\n", size)
    ),
    "one line": lambda size: HEADER + TEXT + filled(b"a. On - wrote: ", size),
    "line ends": lambda size: (
        HEADER + TEXT + filled(b"\r", size // 3) + filled(b"\n", size // 3) + filled(b" \r\n", size // 3)
    ),
    "letters of nothing": lambda size: HEADER + TEXT + filled("\u200b\u202e\u034f\ufffd".encode(), size),
    "an attached mail of header lines": lambda size: (
        HEADER + MIXED + b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + _numbered(b"X%d: y\r\n", size)
    ),
    "a calendar": lambda size: HEADER + b"Content-Type: text/calendar\r\n\r\n" + filled(b"BEGIN:VEVENT\r\n", size),
    "a form in base64": lambda size: (
        HEADER
        + b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + b64encode(filled(b"<a href='x", size * 3 // 4))
    ),
}
"""What a stranger may send, each with a mail of about that size."""


def mutated(mails: Sequence[bytes], count: int, seed: int = 1) -> Iterator[bytes]:
    """Mails with one to eight changes: bytes overwritten, cut out, doubled, put in."""
    dice = random.Random(seed)
    for _ in range(count):
        mail = bytearray(dice.choice(mails))
        for _ in range(dice.randint(1, 8)):
            _mutate(mail, dice)
        yield bytes(mail)


def _mutate(mail: bytearray, dice: random.Random) -> None:
    start = dice.randint(0, len(mail))
    end = min(len(mail), start + dice.choice((0, 1, 4, 40, 400)))
    match dice.randrange(5):
        case 0:
            mail[start:end] = b""
        case 1:
            mail[start:start] = mail[start:end] * dice.randint(1, 3)
        case 2:
            mail[start:end] = dice.randbytes(end - start)
        case 3:
            mail[start : start + 1] = bytes([dice.randrange(256)])
        case _:
            mail[start:start] = dice.choice(NASTY)
