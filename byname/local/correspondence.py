"""Reading and writing mail as the people of the laboratory do: the parts of a letter, an answer, a first mail. Pure."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses, parseaddr, parsedate_to_datetime
from html import unescape
from typing import cast

from byname.local.maildirs import Letter

WIRE = SMTP.clone(max_line_length=998)
"""As mail programs write: long message ids stay whole instead of becoming encoded words."""


@dataclass(frozen=True, slots=True)
class File:
    """An attachment."""

    name: str
    content_type: str
    content: bytes


def text_of(letter: Letter) -> str:
    """What it says, as plain text; from its HTML when it has nothing else; empty when neither can be read."""
    part = cast("EmailMessage | None", letter.message.get_body(("plain",)))
    if part is not None:
        return _content(part)
    html = html_of(letter)
    return unescape(re.sub(r"(?s)<(style|script|head)\b.*?</\1>|<[^>]*>", "", html)).strip()


def html_of(letter: Letter) -> str:
    """Its HTML; empty when it has none."""
    part = cast("EmailMessage | None", letter.message.get_body(("html",)))
    return _content(part) if part is not None else ""


def files_of(letter: Letter) -> tuple[File, ...]:
    """Its attachments, in order."""
    files = []
    for number, part in enumerate(letter.message.iter_attachments(), 1):
        name = part.get_filename() or f"attachment-{number}"
        content = part.as_bytes() if part.is_multipart() else part.get_payload(decode=True)
        files.append(File(name, part.get_content_type(), content if isinstance(content, bytes) else b""))
    return tuple(files)


def answer_address(letter: Letter) -> str:
    """Where a reply goes: Reply-To, else From."""
    found = getaddresses([letter.header("Reply-To") or letter.header("From")])
    return next((email for _, email in found if email), "")


def name_of(letter: Letter) -> str:
    """The name under which this letter was sent to its reader; empty when it does not say."""
    people = getaddresses([letter.header("To"), letter.header("Cc")])
    return next((name for name, email in people if email.lower() == letter.address), "")


def answer_subject(letter: Letter) -> str:
    subject = " ".join(letter.subject.split())
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def quoted(letter: Letter) -> str:
    """The letter as Gmail quotes it below an answer."""
    name, email = parseaddr(letter.header("From"))
    lines = "\n".join(f"> {line}" if line else ">" for line in text_of(letter).splitlines())
    return f"On {_sent_at(letter)}, {name or email} <{email}> wrote:\n\n{lines}\n"


def answer(
    letter: Letter, author: tuple[str, str], text: str, now: datetime, files: Sequence[File] = ()
) -> EmailMessage:
    """An answer as the reader's mail program would send it. `author` is (name, address)."""
    mail = _mail(author, answer_address(letter), answer_subject(letter), now)
    answered = letter.header("Message-ID").strip()
    if answered:
        mail["In-Reply-To"] = answered
        mail["References"] = " ".join([*letter.header("References").split(), answered])
    _fill(mail, f"{text.rstrip()}\n\n{quoted(letter)}", files)
    return mail


def first_mail(
    author: tuple[str, str], to: str, subject: str, text: str, now: datetime, files: Sequence[File] = ()
) -> EmailMessage:
    """A mail that answers nothing."""
    mail = _mail(author, to, subject, now)
    _fill(mail, text.rstrip() + "\n", files)
    return mail


def to_wire(mail: EmailMessage) -> bytes:
    """The bytes that go over SMTP."""
    return mail.as_bytes(policy=WIRE)


def sent_at(letter: Letter) -> datetime:
    """When its Date line says; when it arrived, if that cannot be read."""
    try:
        return parsedate_to_datetime(letter.header("Date"))
    except (ValueError, TypeError):
        return letter.arrived_at


def _sent_at(letter: Letter) -> str:
    at = sent_at(letter)
    return f"{at:%a, %b} {at.day}, {at.year} at {at:%H:%M}"


def _mail(author: tuple[str, str], to: str, subject: str, now: datetime) -> EmailMessage:
    name, address = author
    mail = EmailMessage(policy=WIRE)
    mail["From"] = Address(name, addr_spec=address)
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{uuid.uuid4()}@mail.{address.rpartition('@')[2]}>"
    return mail


def _fill(mail: EmailMessage, text: str, files: Sequence[File]) -> None:
    mail.set_content(text)
    for file in files:
        kind, _, subtype = file.content_type.partition("/")
        mail.add_attachment(file.content, maintype=kind, subtype=subtype or "octet-stream", filename=file.name)


def _content(part: EmailMessage) -> str:
    """A text part's words, whatever it claims its charset to be."""
    try:
        text = str(part.get_content())
    except (LookupError, ValueError):
        text = cast(bytes, part.get_payload(decode=True) or b"").decode("utf-8", "replace")
    return text.replace("\r\n", "\n")
