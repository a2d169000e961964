"""The guard around what only colleagues may see: the marks of our card, and our signed addresses, in any text.

A card lies between two marks, `[card K7Q-3MD]`. Mail programs quote, wrap, escape and re-encode them, so they are
looked for in the text as the eye sees it. What is cut or kept is always the text as it was written.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import NamedTuple

from chalicelib.desk.model import CROCKFORD
from chalicelib.desk.signed_addresses import read_token
from chalicelib.mail.text import folded

MARGIN = "> *|\t\u00a0\u200b\u2060\ufeff"
"""What programs put between a line's begin and its words: quotation marks, and marks nobody sees (an iPhone's)."""
_GAP = r"[\s>*]{0,12}"
"""What a wrapped, quoted line puts between two words."""
_CARD_MARK = re.compile(
    rf"\\?\[{_GAP}card[\s>*]{{1,12}}(?P<first>[{CROCKFORD}]{{3}}){_GAP}\\?-{_GAP}(?P<last>[{CROCKFORD}]{{3}}){_GAP}\\?\]",
    re.IGNORECASE,
)
"""A card's first and last line in a folded text, as mail programs give it back: quoted, wrapped, escaped."""
_FOLD = r"[\s>=]{0,8}"
"""What wrapping puts into the middle of an address; `=` is quoted-printable's."""
_LETTER = f"[{CROCKFORD}]"
_TOKEN = rf"(?P<token>{_FOLD.join([_LETTER] * 12)}{_FOLD}\.{_FOLD}{_FOLD.join([_LETTER] * 16)})"
_SIGNED_PART = re.compile(rf"(?:\+|%2b){_FOLD}{_TOKEN}", re.IGNORECASE)
_SIGNED = re.compile(
    rf"(?:[ \t]?<mailto:|[ \t]?<|[ \t])?[\w.!#$&'*/=?^`{{|}}~-]{{1,64}}{_SIGNED_PART.pattern}"
    r"(?:(?:@|%40)[a-z0-9.-]{1,255})?>?",
    re.IGNORECASE,
)


class Mark(NamedTuple):
    """A card's mark: where it stands in the text as written, and the reference it names."""

    begin: int
    end: int
    reference: str


def card_mark(reference: str) -> str:
    """The line that begins and ends the card of a staff forward: `[card K7Q-3MD]`."""
    return f"[card {reference}]"


def without_card(text: str) -> str:
    """The text without what stands between two marks of one card, and without the marks.

    A mark without its partner stays: how far its card reaches nobody can say, so `holds_card` must still see it.
    """
    pieces: list[str] = []
    end = 0
    opened: Mark | None = None
    for mark in marks_in(text):
        if opened is None or opened.reference != mark.reference:
            opened = mark
            continue
        pieces.append(_without_quote_marks_at_end(text[end : opened.begin]))
        end, opened = mark.end, None
    return "".join(pieces) + text[end:] if pieces else text


def holds_card(text: str) -> bool:
    """Whether a card's mark or one of our signed addresses survives in a text that is about to leave.

    An address counts without its domain, too, and when it was wrapped in the middle.
    """
    return shows_card(as_seen(text))


def shows_card(seen: str) -> bool:
    """The same of a text that is `as_seen` already."""
    return _CARD_MARK.search(seen) is not None or any(_is_ours(match) for match in _SIGNED_PART.finditer(seen))


def as_seen(text: str) -> str:
    """`folded`'s text without the way back: for long texts, in which many letters are folded, many times quicker."""
    if "&" in text:
        text = html.unescape(text)
    if text.isascii():
        return text
    letters = sorted(letter for letter in set(text) if letter > "\x7f")
    # Each alone on its line, so that none is joined to its neighbour.
    shown = folded("\n".join(letters)).text.split("\n")
    return text.translate({ord(letter): seen for letter, seen in zip(letters, shown, strict=True) if letter != seen})


def without_signed_addresses(text: str) -> str:
    """The text without our signed addresses, also in `<mailto:…>` and percent-encoded, and whatever their case."""
    return _replaced(text, _SIGNED, lambda match: "" if _is_ours(match) else None)


def defused(text: str) -> str:
    """A stranger's text in which nothing looks like a card's mark or a signed address of ours.

    For words that staff will quote in an answer: what the guard must stop there is our card alone.
    """
    plain = _replaced(text, _CARD_MARK, lambda match: f"(card {match['first']}-{match['last']})")
    return _replaced(plain, _SIGNED_PART, lambda match: "+…" if _is_ours(match) else None)


def _is_ours(match: re.Match[str]) -> bool:
    return read_token(re.sub(_FOLD, "", match["token"])) is not None


def marks_in(text: str) -> list[Mark]:
    """Every mark, in order."""
    plain = as_seen(text)
    if "[" not in plain or _CARD_MARK.search(plain) is None:  # so for most letters, and the way back is dear
        return []
    seen = folded(text)
    found = _CARD_MARK.finditer(seen.text)
    return [Mark(*seen.span(match), f"{match['first']}-{match['last']}".upper()) for match in found]


def _replaced(text: str, pattern: re.Pattern[str], by: Callable[[re.Match[str]], str | None]) -> str:
    """The text with what `pattern` finds in it as the eye sees it replaced; where `by` says None it stays."""
    if "&" not in text and pattern.search(as_seen(text)) is None:  # the way back is dear
        return text
    seen = folded(text)
    pieces: list[str] = []
    end = 0
    for match in pattern.finditer(seen.text):
        replacement = by(match)
        if replacement is not None:
            begin, after = seen.span(match)
            pieces += (text[end:begin], replacement)
            end = after
    return "".join(pieces) + text[end:]


def _without_quote_marks_at_end(text: str) -> str:
    """Drop the `> ` that stood before a mark on its line."""
    head, newline, last = text.rpartition("\n")
    return text if last.strip(MARGIN) else head + newline
