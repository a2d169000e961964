"""The parts of a mail, and which of them are its words. What is left are files: `attached.py`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from email.message import Message

from chalicelib.mail import charsets, headers, transfer
from chalicelib.mail.alternatives import looks_wrapped, set_right
from chalicelib.mail.text import CUT_NOTE, from_html, is_beyond_limits
from chalicelib.mail.transfer import InlineFile
from chalicelib.mail.tree import Node

READ_LIMIT = 512 * 1024
"""Bytes of text and HTML looked at in one mail."""
STAND_IN_LIMIT = 600
"""Characters of a plain alternative up to which we ask whether it is the letter or only stands in for the HTML."""

_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+_-]{0,100}")
_NO_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)))


@dataclass(frozen=True, slots=True)
class Part:
    """One node of a mail, with what its header says read tolerantly."""

    node: Message
    content_type: str
    parameters: dict[str, str]
    disposition: str
    file_name: str
    """As the sender gave it: not safe. Empty when absent."""
    content_id: str

    @property
    def children(self) -> list[Message]:
        """Of a multipart. An attached message is one file and has none."""
        return messages_in(self.node) if self.content_type.startswith("multipart/") else []

    @property
    def is_words(self) -> bool:
        """Whether this leaf is to be read as part of the letter."""
        named = self.disposition == "attachment" or bool(self.file_name)
        return not named and self.content_type in ("text/plain", "text/html", "text/enriched", "text/richtext")


def part_of(node: Message) -> Part:
    """A node of the email package's tree as a Part."""
    if not isinstance(node, Node):
        return _read_part(node)
    if node.part is None:
        node.part = _read_part(node)
    part: Part = node.part
    return part


def _read_part(node: Message) -> Part:
    kind, parameters = headers.parameters(field(node, "content-type"))
    disposition, more = headers.parameters(field(node, "content-disposition"))
    if not kind and node.is_multipart() and node.get_default_type() != "message/rfc822":
        kind = "multipart/mixed"  # its boundaries said so
    if not _TYPE.fullmatch(kind) or (kind.startswith("multipart/") and not node.is_multipart()):
        kind = "text/plain" if not kind or kind.startswith(("text", "multipart/")) else "application/octet-stream"
    if not field(node, "content-type") and node.get_default_type() == "message/rfc822":
        kind = "message/rfc822"
    name = (more.get("filename") or parameters.get("name") or "").strip()
    return Part(node, kind, parameters, disposition, name, field(node, "content-id").strip("<> "))


def messages_in(node: Message) -> list[Message]:
    """The parts of a multipart, or the one message in an attached mail."""
    payload = node.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def field(node: Message, name: str) -> str:
    """The first value of a part's header field, unfolded; empty when absent."""
    for found, value in node.raw_items():
        if found.lower() == name:
            return charsets.decode(" ".join(str(value).split()).encode("utf-8", "surrogateescape"))
    return ""


@dataclass(frozen=True, slots=True)
class Words:
    """What a letter says; `cut` when its end was not read, and CUT_NOTE stands for it."""

    text: str
    cut: bool
    markup: str = ""
    """The HTML that `text` was made from; empty where it is a plain part's words, or those of several parts."""


def words(root: Message) -> Words:
    """What the letter says, as plain text: of alternatives the plain one unless it says nothing, else the HTML.

    READ_LIMIT bytes are read at most.
    """
    reader = _Reader()
    text = reader.words(root)
    return Words(text, reader.cut, reader.leaves[0] if len(reader.leaves) == 1 else "")


@dataclass(slots=True)
class _Reader:
    """Reads a mail's words part by part until READ_LIMIT bytes are read: a thousand parts cost no more than one."""

    left: int = READ_LIMIT
    cut: bool = False
    leaves: list[str] = dataclass_field(default_factory=list)
    """Of every part whose words were taken its HTML; empty for a plain one."""

    def words(self, node: Message) -> str:
        part = part_of(node)
        if part.content_type == "multipart/alternative":
            return self.best_alternative(part)
        if part.content_type == "multipart/related":
            # The root comes first, unless a `start` parameter says otherwise (RFC 2387 3.2); pictures have no words.
            return next(filter(str.strip, map(self.words, part.children)), "")
        if part.children:
            return "\n\n".join(filter(None, (self.words(child).strip("\n") for child in part.children)))
        return self.leaf(part) if part.is_words else ""

    def best_alternative(self, part: Part) -> str:
        leaves = [part_of(child) for child in part.children]
        plain = [leaf for leaf in leaves if leaf.content_type == "text/plain" and leaf.is_words]
        others = [leaf for leaf in leaves if leaf not in plain]
        first = len(self.leaves)
        said = _each_once(self.words(leaf.node) for leaf in plain)
        if len(said) > STAND_IN_LIMIT and not looks_wrapped(said):
            return set_right(said, "")
        before, taken = (self.left, self.cut), len(self.leaves)
        rich = next(filter(str.strip, (self.words(leaf.node) for leaf in others)), "")
        if rich and (not said.strip() or (len(said) <= STAND_IN_LIMIT and _is_stand_in(said, rich))):
            del self.leaves[first:taken]
            return rich
        del self.leaves[taken:]
        self.left, self.cut = before  # the HTML was only asked how the lines go
        return set_right(said, rich)

    def leaf(self, part: Part) -> str:
        whole, _ = said(part)
        taken, self.left = whole[: self.left], max(0, self.left - len(whole))
        source = _decoded(taken, part)
        shown_whole = not (
            _is_markup(source, part) and is_beyond_limits(source)
        )  # from_html says itself where it stopped
        self.cut = self.cut or not shown_whole or len(taken) < len(whole)
        text = _readable(source, part)
        if text.strip():
            self.leaves.append(source if _is_markup(source, part) else "")
        return "\n\n".join(filter(None, (text, CUT_NOTE))) if len(taken) < len(whole) and shown_whole else text


def _each_once(texts: Iterable[str]) -> str:
    """Several plain parts of one alternative are no alternatives of each other (RFC 8621 4.1.4 shows them all)."""
    kept: list[str] = []
    for text in filter(str.strip, texts):
        if not any(text.strip() in other for other in kept):
            kept.append(text)
    return "\n\n".join(kept) if len(kept) > 1 else "".join(kept)


def _is_stand_in(plain: str, rich: str) -> bool:
    """Whether the plain alternative is no letter but a line about programs that show none: "Please view as HTML".

    It shares hardly a word with what it stands for. A true alternative says the same, so all of its words are there.
    """
    said, shown = _distinct_words(plain), _distinct_words(rich)
    return len(shown) >= len(said) / 2 and len(said & shown) * 2 < len(said)


def _distinct_words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _decoded(data: bytes, part: Part) -> str:
    text = charsets.decode(data, part.parameters.get("charset", ""))
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").translate(_NO_CONTROLS)


def _is_markup(source: str, part: Part) -> bool:
    return part.content_type == "text/html" or (part.content_type != "text/plain" and "<" in source)


def _readable(text: str, part: Part) -> str:
    if _is_markup(text, part):
        return from_html(text)
    if part.parameters.get("format", "").lower() == "flowed":
        return unflowed(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
    return text


def unflowed(text: str, *, delete_space: bool) -> str:
    """`format=flowed` text with its paragraphs on one line each (RFC 3676)."""
    paragraphs: list[list[str]] = []
    flowing = -1  # quote depth of the line above, if it goes on
    for raw in text.split("\n"):
        line = raw.lstrip(">")
        depth = len(raw) - len(line)
        line = line.removeprefix(" ")
        whole = line == "-- " or line.startswith(">")  # a quote marked by a program that knows no flowed text
        soft = line.endswith(" ") and not whole
        kept = line[:-1] if soft and delete_space else line
        if flowing == depth and not whole:
            paragraphs[-1].append(kept)
        else:
            paragraphs.append([">" * depth + " " if depth else "", kept])
        flowing = depth if soft else -1
    return "\n".join("".join(pieces) for pieces in paragraphs)


def content(node: Message) -> bytes:
    """The decoded bytes of a leaf; an attached message whole, as it was written."""
    if node.is_multipart():
        written = b"\n".join(_original(child) for child in messages_in(node))
        # The email package writes line feeds: what was left out of it gets the same.
        return node.bodies.whole(written).replace(b"\r\n", b"\n") if isinstance(node, Node) else written
    if isinstance(node, Node):
        return transfer.decode(node.written, field(node, "content-transfer-encoding"))
    decoded = node.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def said(part: Part) -> tuple[bytes, tuple[InlineFile, ...]]:
    """The bytes of a leaf that is words, and the files that stand between them."""
    whole = content(part.node)
    return transfer.inline_files(whole) if part.content_type == "text/plain" else (whole, ())


def _original(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (LookupError, ValueError, TypeError, AttributeError):  # its header is beyond the standard library
        return message.as_string().encode("utf-8", "replace")
