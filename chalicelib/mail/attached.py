"""The files in a mail: everything that is not its words, under names that are fit for a disk."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from email.message import Message

from chalicelib.desk.model import Attachment, AttachmentRef, digest_base32
from chalicelib.mail import headers
from chalicelib.mail.parts import Part, content, field, messages_in, part_of, said
from chalicelib.mail.transfer import InlineFile

NAME_LIMIT = 100

_UNSAFE_IN_NAME = re.compile(r'[\\/:*?"<>|]')
_EXTENSIONS = {
    "application/json": "json",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "audio/mpeg": "mp3",
    "image/gif": "gif",
    "image/heic": "heic",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/svg+xml": "svg",
    "image/webp": "webp",
    "message/rfc822": "eml",
    "text/calendar": "ics",
    "text/csv": "csv",
    "text/html": "html",
    "text/plain": "txt",
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
}
_TYPES = {extension: kind for kind, extension in _EXTENSIONS.items()}
_NOUNS = {"image": "picture", "audio": "recording", "video": "video", "message": "message"}
_REPEATS = frozenset({"text/x-amp-html", "text/watch-html"})
_REPORT_PARTS = frozenset(
    {
        "message/delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "message/global-delivery-status",
        "message/global-headers",
        "message/rfc822-headers",
        "text/rfc822-headers",
    }
)
"""What reports.py reads: for machines, of no use to people as files."""


def attachments(node: Message, delivery_key: str) -> tuple[Attachment, ...]:
    """Everything in the mail that is not its words, in order. A repeat of the delivery gives the same keys."""
    place = digest_base32(delivery_key, 20)
    numbered = enumerate(files(node), start=1)
    return tuple(_attachment(file, number, f"parts/{place}/{number}") for number, file in numbered)


def files(node: Message) -> Iterator[Part | InlineFile]:
    """What of a mail is not its words, in order, with the names as the sender gave them."""
    return _files(part_of(node), frozenset())


def _files(part: Part, skipped: frozenset[str]) -> Iterator[Part | InlineFile]:
    if part.children:
        # An alternative repeats the words for other programs; what is not words there (an invitation) is a file.
        inside = _REPEATS if part.content_type.endswith("/alternative") else skipped
        for child in part.children:
            yield from _files(part_of(child), inside)
    elif part.is_words:
        yield from _files_between_words(part)
    elif part.content_type not in skipped | _REPORT_PARTS:
        yield part


def _files_between_words(part: Part) -> tuple[InlineFile, ...]:
    payload = part.node.get_payload()
    return said(part)[1] if isinstance(payload, str) and "begin " in payload else ()


def _attachment(file: Part | InlineFile, number: int, key: str) -> Attachment:
    if isinstance(file, InlineFile):
        name = safe_file_name(file.name, _default_name("", number))
        kind = _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
        return Attachment(AttachmentRef(name, kind, len(file.content), key, False), file.content)
    whole = content(file.node)
    name = safe_file_name(file.file_name or _title(file), _default_name(file.content_type, number))
    inline = bool(file.content_id) and file.content_type.startswith("image/") and file.disposition != "attachment"
    return Attachment(AttachmentRef(name, file.content_type, len(whole), key, inline), whole)


def _title(part: Part) -> str:
    """An attached message is called after its subject."""
    inside = messages_in(part.node) if part.content_type == "message/rfc822" else []
    subject = headers.line(field(inside[0], "subject"), 80) if inside else ""
    return f"{subject.replace('/', '-')}.eml" if subject else ""


def _default_name(content_type: str, number: int) -> str:
    noun = "invitation" if content_type == "text/calendar" else _NOUNS.get(content_type.partition("/")[0], "file")
    return f"{noun}-{number}.{_EXTENSIONS.get(content_type, 'bin')}"


def safe_file_name(name: str, fallback: str) -> str:
    """A name fit to be shown and to save a file under: no path, no controls, no direction marks, no leading dot.

    At most NAME_LIMIT characters, its extension kept. `fallback` when nothing is left.
    """
    plain = unicodedata.normalize("NFKC", headers.plain_line(name, 1000)).replace("\\", "/").rpartition("/")[2]
    plain = _UNSAFE_IN_NAME.sub("", headers.plain_line(plain, 1000)).strip(" .")
    stem, dot, extension = plain.rpartition(".")
    plain = f"{stem.strip(' .')}{dot}{extension.strip()}"
    if len(plain) > NAME_LIMIT and dot and len(extension) <= 10:
        return f"{stem[: NAME_LIMIT - len(extension) - 1].rstrip(' .')}.{extension}"
    return plain[:NAME_LIMIT].strip(" .") or fallback
