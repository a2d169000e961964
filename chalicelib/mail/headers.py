"""Header fields as really written: read from bytes, decoded tolerantly, in linear time.

The top header is read here and not by the email package, so that the sender's name is counted and parsed from
exactly the bytes that came.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from chalicelib.mail import charsets
from chalicelib.mail.limits import HEADER_FIELD, HEADER_FIELDS, header_block

_LINE_END = re.compile(rb"\r\n|\n|\r")
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*(.*)", re.DOTALL)
_ENCODED_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?(.{0,2000}?)\?=", re.DOTALL)
_MESSAGE_ID = re.compile(r"<([^<>]{1,998})>")
_CONTINUED = re.compile(r"([^*]{1,60})(?:\*(\d{1,3}))?(\*)?")
_SPACE = re.compile(r"\s+")
_NO_SEMICOLON = re.compile(r"\A(\s*[\w.+-]{1,60}/[\w.+-]{1,60})\s+([\w*-]{1,60}=)")


@dataclass(frozen=True, slots=True)
class Headers:
    """A header block: fields in order, names lower case, values unfolded but not yet decoded."""

    fields: tuple[tuple[str, str], ...]
    intact: bool
    """False when some line is no header field: other programs may then see other fields than we do."""

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of this field, top first."""
        return tuple([value for field, value in self.fields if field == name])

    def first(self, name: str) -> str:
        """The topmost value; empty when the field is absent."""
        for field, value in self.fields:
            if field == name:
                return value
        return ""

    def has(self, *names: str) -> bool:
        return any(field in names for field, _ in self.fields)


def read(raw: bytes) -> Headers:
    """The header block at the start of `raw`."""
    lines = _LINE_END.split(header_block(raw))
    if lines[0].startswith((b"From ", b">From ")):  # a mailbox file's separator, kept by some exports
        del lines[0]
    logical: list[list[bytes]] = []
    for line in lines:
        if line[:1] in (b" ", b"\t") and logical:
            logical[-1].append(line)
        elif line:
            logical.append([line])
    matches = [_FIELD.fullmatch(b"".join(parts)[:HEADER_FIELD]) for parts in logical[:HEADER_FIELDS]]
    fields = tuple((match[1].decode().lower(), charsets.decode(match[2]).strip()) for match in matches if match)
    # `From : x` is a field to some programs and none to others.
    spaced = any(re.match(rb"[!-9;-~]+[ \t]+:", parts[0]) for parts in logical)
    return Headers(fields, all(matches) and not spaced)


def words(value: str) -> str:
    """A field's value with its encoded words (RFC 2047) decoded, also where the RFC does not allow them."""
    if "=?" not in value:
        return value
    pieces: list[tuple[str, bytes | str]] = []
    end = 0
    for match in _ENCODED_WORD.finditer(value):
        between, end = value[end : match.start()], match.end()
        if between and not (pieces and between.isspace()):
            pieces.append(("", between))
        pieces.append(_encoded_word(match))
    pieces.append(("", value[end:]))
    return "".join(_joined(pieces))


def line(value: str, limit: int) -> str:
    """`value` decoded and fit to be shown on one line: see `plain_line`."""
    return plain_line(words(value), limit)


def plain_line(text: str, limit: int) -> str:
    """`text` on one line without controls, zero-width and direction characters, cut to `limit` characters."""
    spaced = _SPACE.sub(" ", text[: limit * 8])
    if spaced.isascii() and spaced.isprintable():
        seen = spaced.strip()
    else:
        kept = (letter for letter in spaced if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
        seen = _SPACE.sub(" ", "".join(kept)).strip()
    return seen if len(seen) <= limit else seen[: limit - 1].rstrip() + "…"


def message_ids(value: str) -> tuple[str, ...]:
    """Message ids without angle brackets, in order, each once; folded, encoded and bare ones, too."""
    text = words(value)
    found = [_SPACE.sub("", match[1]) for match in _MESSAGE_ID.finditer(text)]
    if not found:
        found = [word.strip("<>,;") for word in text.split()]
        found = [word for word in found if "@" in word[1:-1]]
    return tuple(dict.fromkeys(plain for each in found if (plain := plain_line(each, 998))))


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """What a Content-Type or Content-Disposition says: its main word (lower case) and its parameters.

    RFC 2231 continuations and charsets are put together; encoded words (RFC 2047) are decoded though they have no
    business there.
    """
    main, *rest = _split_parameters(_NO_SEMICOLON.sub(r"\1;\2", value[:HEADER_FIELD]))
    raw: dict[str, str] = {}
    for piece in rest:
        name, equals, content = piece.partition("=")
        if equals:
            raw.setdefault(name.strip().lower(), _unquoted(content.strip()))
    return _SPACE.sub("", main).lower(), _put_together(raw)


def _encoded_word(match: re.Match[str]) -> tuple[str, bytes | str]:
    charset, encoding, content = match[1], match[2].lower(), match[3]
    if encoding == "q":
        return charset, quopri.decodestring(content.replace(" ", "_").encode("utf-8", "replace"), header=True)
    letters = re.sub(r"[^A-Za-z0-9+/]", "", content)
    try:
        return charset, base64.b64decode(letters + "=" * (-len(letters) % 4))
    except binascii.Error:
        return "", match[0]


def _joined(pieces: list[tuple[str, bytes | str]]) -> list[str]:
    """Neighbouring encoded words of one charset are joined before decoding: some programs split inside a letter."""
    texts: list[str] = []
    pending: tuple[str, bytes] | None = None
    for charset, content in [*pieces, ("", "")]:
        if isinstance(content, bytes) and pending and pending[0].lower() == charset.lower():
            pending = (charset, pending[1] + content)
            continue
        if pending:
            texts.append(charsets.decode(pending[1], pending[0]))
        pending = (charset, content) if isinstance(content, bytes) else None
        if isinstance(content, str):
            texts.append(content)
    return texts


def _split_parameters(value: str) -> list[str]:
    """Split at semicolons outside quoted strings."""
    if ";" not in value or ('"' not in value):
        return value.split(";")
    pieces, start, quoted, skip = [], 0, False, False
    for place, letter in enumerate(value):
        if skip:
            skip = False
        elif letter == "\\" and quoted:
            skip = True
        elif letter == '"':
            quoted = not quoted
        elif letter == ";" and not quoted:
            pieces.append(value[start:place])
            start = place + 1
    return [*pieces, value[start:]]


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return re.sub(r"\\([\"\\])", r"\1", text[1:-1])
    return text.strip('"')


def _put_together(raw: Mapping[str, str]) -> dict[str, str]:
    done: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, content in raw.items():
        match = _CONTINUED.fullmatch(name)
        if match and (match[2] or match[3]):
            sections.setdefault(match[1], {})[int(match[2] or 0)] = (content, bool(match[3]))
        else:
            done[name] = words(content)
    for name, numbered in sections.items():
        done[name] = _extended([numbered[number] for number in sorted(numbered)])
    return done


def _extended(sections: list[tuple[str, bool]]) -> str:
    """RFC 2231: `charset'language'percent-encoded`, cut in sections of which only the first names the charset."""
    charset, data = "", b""
    for place, (content, encoded) in enumerate(sections):
        if encoded and place == 0 and content.count("'") >= 2:
            charset, _, content = content.split("'", 2)
        data += unquote_to_bytes(content) if encoded else content.encode("utf-8", "replace")
    return words(charsets.decode(data, charset))
