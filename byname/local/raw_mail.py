"""A mail as bytes: its header fields apart, its body left alone. What SES does to mail, it does at this level."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.utils import getaddresses

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_NAME = re.compile(rb"([!-9;-~]+)[ \t]*:")


@dataclass(frozen=True, slots=True)
class Field:
    """One header field with its folded lines, as it came."""

    name: str
    """Empty for a line that is no field."""
    raw: bytes

    @property
    def value(self) -> str:
        """Unfolded, still encoded; bytes that are not UTF-8 become question marks."""
        text = self.raw.partition(b":")[2].decode("utf-8", "replace")
        return re.sub(r"\r?\n(?=[ \t])", "", text).strip()


@dataclass(frozen=True, slots=True)
class RawMail:
    """Header fields in order, and everything after them, empty line included."""

    fields: tuple[Field, ...]
    body: bytes

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(field.value for field in self.fields if field.name.lower() == name)

    def first(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    def without(self, *names: str) -> RawMail:
        """The same mail lacking these fields (lower case)."""
        return RawMail(tuple(field for field in self.fields if field.name.lower() not in names), self.body)

    def plus(self, *lines: str) -> RawMail:
        """The same mail with these fields at the end of its header."""
        added = tuple(Field(line.partition(":")[0], line.encode() + b"\r\n") for line in lines)
        return RawMail(self.fields + added, self.body or b"\r\n")

    def to_bytes(self) -> bytes:
        return b"".join(field.raw for field in self.fields) + self.body

    @property
    def sender(self) -> str:
        """The first address of the first From line, lower case; empty when there is none."""
        return next((email.lower() for _, email in getaddresses([self.first("from")]) if "@" in email), "")

    @property
    def addressed_to(self) -> tuple[str, ...]:
        """The addresses of its To and Cc lines."""
        return tuple(email for _, email in getaddresses([*self.all("to"), *self.all("cc")]) if "@" in email)


def read_raw(raw: bytes) -> RawMail:
    """Never fails: `read_raw(raw).to_bytes() == raw` for any bytes that hold an empty line or only fields."""
    fields: list[Field] = []
    for line in _LINE.finditer(raw):
        text = line.group()
        if not text.strip(b"\r\n"):
            return RawMail(tuple(fields), raw[line.start() :])
        if text[:1] in b" \t" and fields:
            fields[-1] = Field(fields[-1].name, fields[-1].raw + text)
            continue
        name = _NAME.match(text)
        fields.append(Field(name.group(1).decode("ascii") if name else "", text))
    return RawMail(tuple(fields), b"")


def readable(value: str) -> str:
    """A header's words with RFC 2047 undone; as it is where that fails."""
    try:
        return str(make_header(decode_header(value)))
    except (MessageError, LookupError, ValueError):
        return value


def json_headers(mail: RawMail, limit: int = 10_000) -> tuple[list[dict[str, str]], bool]:
    """SES's `mail.headers` and `headersTruncated`: names and values up to 10 KB in all."""
    headers: list[dict[str, str]] = []
    used = 0
    for field in mail.fields:
        used += len(field.raw)
        if used > limit:
            return headers, True
        if field.name:
            headers.append({"name": field.name, "value": field.value})
    return headers, False


def common_headers(mail: RawMail) -> dict[str, object]:
    """SES's `mail.commonHeaders`: only those that the mail has."""
    lists = {name: _people(mail.all(name)) for name in ("from", "to", "cc")}
    texts = {
        "date": mail.first("date"),
        "messageId": mail.first("message-id"),
        "subject": readable(mail.first("subject")),
    }
    return {name: value for name, value in (lists | texts).items() if value}


def _people(values: tuple[str, ...]) -> list[str]:
    return [readable(part.strip()) for value in values for part in value.split(",") if part.strip()]
