"""What a browser posts from a form, with files or without, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import cast
from urllib.parse import parse_qsl

from byname.local.correspondence import File


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, line ends as \\n, and its files."""

    fields: Mapping[str, str]
    files: tuple[File, ...]

    def line(self, name: str) -> str:
        """A one-line field, trimmed; control characters and line ends are gone."""
        return "".join(char for char in self.text(name) if char.isprintable()).strip()

    def text(self, name: str) -> str:
        return self.fields.get(name, "")


def read_form(content_type: str, body: bytes) -> Form:
    """Reads both of HTML's form encodings. Never fails: what cannot be read is an empty form."""
    if content_type.startswith("multipart/form-data"):
        return _multipart(content_type, body)
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return Form({name: _lines(value) for name, value in pairs}, ())


def _multipart(content_type: str, body: bytes) -> Form:
    header = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = message_from_bytes(header + body, policy=policy.HTTP)
    fields, files = {}, []
    for part in message.iter_parts():
        content = cast(bytes, part.get_payload(decode=True) or b"")
        name = str(part.get_param("name", "", "content-disposition"))
        file_name = part.get_filename()
        if file_name:
            files.append(File(file_name, part.get_content_type(), content))
        elif file_name is None:
            fields[name] = _lines(content.decode("utf-8", "replace"))
    return Form(fields, tuple(files))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
