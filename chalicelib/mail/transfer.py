"""Transfer encodings undone as mail is really written: base64 with litter in it, quoted-printable, uuencode."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from itertools import islice

from chalicelib.mail import charsets

MOST_FILES = 20
"""Uuencoded files taken out of one text; what follows stays text."""

_UUENCODED = re.compile(
    rb"^begin [0-7]{3,4} (?P<name>[^\r\n]{1,200})\r?\n(?P<lines>(?:[ -`]{1,80}\r?\n)++)end[ \t]*\r?$", re.M
)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_WORD = re.compile(r"[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class InlineFile:
    """A file in the middle of a text, as mail programs sent them before MIME."""

    name: str
    """As the sender gave it: not safe."""
    content: bytes


def decode(data: bytes, declared: str) -> bytes:
    """`data` without its Content-Transfer-Encoding (RFC 2045 6); as it is when that is none that encodes anything."""
    word = _WORD.search(declared.lower())
    match word[0] if word else "":
        case "base64":
            return _from_base64(data)
        case "quoted-printable":
            return binascii.a2b_qp(data)
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            return _from_uuencoded(data)
        case _:
            return data


def inline_files(text: bytes) -> tuple[bytes, tuple[InlineFile, ...]]:
    """A text without the uuencoded files in it, and those files; MOST_FILES at most."""
    if b"begin " not in text:
        return text, ()
    found = list(islice(_UUENCODED.finditer(text), MOST_FILES))
    files = tuple(
        InlineFile(charsets.decode(match["name"]).strip(), _lines(match["lines"].splitlines())) for match in found
    )
    edges = [0, *(place for match in found for place in match.span()), len(text)]
    return b"".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)), files


def _from_base64(data: bytes) -> bytes:
    """Litter is skipped (RFC 2045 6.8), a torn end is cut off; what begins with several words was never encoded."""
    if b" " in data[:200].lstrip().partition(b"\n")[0].strip():
        return data
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        letters = _NOT_BASE64.sub(b"", data)
        whole = letters[: len(letters) - (len(letters) % 4 == 1)]
        return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def _from_uuencoded(data: bytes) -> bytes:
    lines = data.replace(b"\r\n", b"\n").split(b"\n")
    begin = next((place for place, line in enumerate(lines) if line.startswith(b"begin ")), -1)
    inside = lines[begin + 1 :]
    end = next((place for place, line in enumerate(inside) if line.rstrip() == b"end"), len(inside))
    return _lines(inside[:end])


def _lines(lines: list[bytes]) -> bytes:
    return b"".join(_line(line) for line in lines if line)


def _line(line: bytes) -> bytes:
    """Some programs drop spaces at the end, some count one letter too many."""
    length = (line[0] - 32) & 63
    letters = (length + 2) // 3 * 4
    try:
        return binascii.a2b_uu(line[: 1 + letters])
    except binascii.Error:
        return b""
