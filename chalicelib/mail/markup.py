"""How a letter's template is written, and what becomes of it: plain text and the blocks of an HTML page.

A template is written once and read twice, so the two can never say different things:

    Subject: Re: {{ subject }}

    **The first sentence stands out.** A paragraph may be written
    on several lines; they are joined.

    | A line of a card stays a line.
    | This one, too.

    {{ text | as_written }}

    *Small print.* A link is <{{ address }}>.

What is filled in is `protect`ed first: whatever a stranger calls themselves, no `**` or `|` in it means anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.mail.headers import plain_line

LONGEST_LINE = 1000
"""Of one thing filled into a sentence."""

_MARKS = {"*": "\ue000", "|": "\ue001", "<": "\ue002", ">": "\ue003", "\n": "\ue004"}
_AS_WRITTEN, _AS_WRITTEN_LINKED = "\ue005", "\ue006"
_OURS = re.compile("[\ue000-\ue006]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SPAN = re.compile(r"\*\*(?P<strong>.+?)\*\*|\*(?P<small>.+?)\*|<(?P<link>https?://[^<>\s]+)>")
_URL = re.compile(r"""https?://[^\s<>"'\u201c\u201d]{1,2000}""")
_AFTER_URL = ".,;:!?)]}\u2019"


class Look(StrEnum):
    """How a piece of a line stands out."""

    PLAIN = "plain"
    STRONG = "strong"
    SMALL = "small"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Span:
    text: str
    look: Look = Look.PLAIN


class Shape(StrEnum):
    """What a block is."""

    PARAGRAPH = "paragraph"
    CARD = "card"
    WRITTEN = "written"
    """A person's own words, line for line."""


@dataclass(frozen=True, slots=True)
class Block:
    shape: Shape
    lines: tuple[tuple[Span, ...], ...]

    @property
    def text(self) -> str:
        return "\n".join("".join(span.text for span in line) for line in self.lines)


class Written(str):
    """Text that `as_written` has prepared; `protect` leaves it alone."""

    __slots__ = ()


def protect(value: object) -> object:
    """What a template fills in, made harmless: one line, nothing in it read as markup. (Jinja's `finalize`.)"""
    if not isinstance(value, str) or isinstance(value, Written) or not value:
        return value
    before, after = " " * value[0].isspace(), " " * value[-1].isspace()  # `{{ ", " if more }}` keeps its space
    return before + _hidden(plain_line(value, LONGEST_LINE)) + after


def as_written(text: str, links: bool = False) -> Written:
    """A person's words as a block of their own, every line kept. With `links`, http(s) addresses can be clicked."""
    lines = _CONTROLS.sub("", _OURS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))).strip("\n")
    return Written((_AS_WRITTEN_LINKED if links else _AS_WRITTEN) + _hidden(lines))


def read(filled: str) -> tuple[str, tuple[Block, ...]]:
    """The subject and the blocks of a filled-in template."""
    head, _, body = filled.strip().partition("\n\n")
    subject = _shown(" ".join(head.removeprefix("Subject:").split()))
    pieces = (piece.strip("\n") for piece in re.split(r"\n\s*\n", body))
    blocks = (_block(piece) for piece in pieces if piece.strip())
    return subject, tuple(block for block in blocks if block.text.strip())


def as_text(blocks: Iterable[Block]) -> str:
    """The letter as plain text: marks gone, one blank line between blocks, no hard wraps."""
    return "\n\n".join(block.text for block in blocks) + "\n"


def _hidden(text: str) -> str:
    for mark, hidden in _MARKS.items():  # five replacements are a hundred times quicker than one translation
        text = text.replace(mark, hidden)
    return text


def _shown(text: str) -> str:
    for mark, hidden in _MARKS.items():
        text = text.replace(hidden, mark)
    return text


def _block(piece: str) -> Block:
    piece = piece.strip(" ")
    if piece[0] in (_AS_WRITTEN, _AS_WRITTEN_LINKED):
        linked = piece[0] == _AS_WRITTEN_LINKED
        lines = _shown(piece[1:]).split("\n")
        return Block(Shape.WRITTEN, tuple(tuple(_linked(line)) if linked else (Span(line),) for line in lines))
    lines = [line.strip() for line in piece.split("\n") if line.strip()]
    if all(line.startswith("|") for line in lines):
        return Block(Shape.CARD, tuple(tuple(_spans(line[1:].strip())) for line in lines))
    return Block(Shape.PARAGRAPH, (tuple(_spans(" ".join(lines))),))


def _spans(line: str) -> Iterable[Span]:
    end = 0
    for match in _SPAN.finditer(line):
        if match.start() > end:
            yield Span(_shown(line[end : match.start()]))
        look = Look(match.lastgroup or Look.PLAIN)
        yield Span(_shown(match[look]), look)
        end = match.end()
    if line[end:]:
        yield Span(_shown(line[end:]))


def _linked(line: str) -> Iterable[Span]:
    end = 0
    for match in _URL.finditer(line):
        url = match[0].rstrip(_AFTER_URL)
        yield Span(line[end : match.start()])
        yield Span(url, Look.LINK)
        end = match.start() + len(url)
    yield Span(line[end:])
