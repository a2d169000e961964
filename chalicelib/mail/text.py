"""HTML to plain text that reads well, and a text as the eye sees it, whatever programs made of its letters."""

from __future__ import annotations

import html
import re
import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

HTML_LIMIT = 200 * 1024
TAG_LIMIT = 10_000
CUT_NOTE = "[… cut here; the whole message is attached]"
"""Stands where a text was too long to be shown whole."""

_INVISIBLE = {"script", "style", "title", "template", "noscript", "svg", "math", "object"}
_BLOCKS = {"div", "table", "tr", "ul", "ol", "pre", "section", "article", "header", "footer", "center", "address"}
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "dl"}
_OTHERS = {"br", "hr", "li", "td", "th", "a", "img", "dt", "dd"}
_LINKS = ("http", "https", "mailto", "tel")
_TAG = re.compile(r'<(?P<close>/?)(?P<name>[a-z][a-z0-9]*)(?P<attributes>(?: [\w-]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')
_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BLANK_LINES = re.compile(r"\n(?:[> ]*\n){2,}")


def from_html(html_text: str) -> str:
    """HTML as readable text: links as `words <url>`, quotes behind `> `, lists with dashes, table cells with ` | `.

    Cut to HTML_LIMIT characters and TAG_LIMIT tags before anything looks at it (the sanitiser's time grows with the
    square of the nesting depth); CUT_NOTE then ends the text.
    """
    kept = _within_limits(html_text)
    page = _Page()
    end = 0
    clean = _sanitised(kept)
    for match in _TAG.finditer(clean):
        page.write(html.unescape(clean[end : match.start()]))
        end = match.end()
        attributes = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(match["attributes"])}
        if match["close"]:
            page.close(match["name"])
        else:
            page.open(match["name"], attributes)
    page.write(html.unescape(clean[end:]))
    text = _CONTROLS.sub("", page.text())  # written as entities they come through the sanitiser
    return f"{text}\n\n{CUT_NOTE}" if len(kept) < len(html_text) else text


def is_beyond_limits(html_text: str) -> bool:
    """Whether `from_html` shows only the beginning of it."""
    return len(_within_limits(html_text)) < len(html_text)


def _within_limits(html_text: str) -> str:
    kept = html_text[:HTML_LIMIT]
    if kept.count("<") <= TAG_LIMIT:
        return kept
    tags = [match.start() for match in re.finditer("<", kept)]
    return kept[: tags[TAG_LIMIT]]


def _sanitised(html_text: str) -> str:
    import nh3  # loaded only for mails that need it: cold start

    return nh3.clean(
        html_text.replace("\x00", ""),
        tags=_BLOCKS | _PARAGRAPHS | _OTHERS,
        clean_content_tags=_INVISIBLE,
        attributes={"a": {"href"}, "img": {"alt"}},
        url_schemes=set(_LINKS),
        link_rel=None,
    )


@dataclass(slots=True)
class _Page:
    """Text being written line by line while tags open and close."""

    lines: list[str] = field(default_factory=list)
    line: str = ""
    depth: int = 0
    """How many quotes are open."""
    lists: list[int | None] = field(default_factory=list)
    """Per open list: the next number, or None for dashes."""
    row: int = 0
    """How often a line was ended."""
    links: list[tuple[str, int, int]] = field(default_factory=list)
    """Per open link: its address, and in which row and where in it its words begin."""
    verbatim: int = 0
    cell: bool = False
    """A cell was closed in this row: the next one on the same line is set off from it."""

    def write(self, text: str) -> None:
        if self.verbatim:
            *whole, last = text.replace("\r\n", "\n").split("\n")
            for line in whole:
                self.line += line
                self.end_line(even_empty=True)
            self.line += last
            return
        collapsed = _SPACES.sub(" ", text)
        self.line += collapsed.lstrip() if not self.line or self.line.endswith(" ") else collapsed

    def open(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "br":
                self.end_line(even_empty=True)
            case "hr":
                self.block()
                self.lines.append(self.prefix() + "---")
            case "img":
                self.write(_picture(attributes.get("alt", "")))
            case "a":
                self.links.append((attributes.get("href", ""), self.row, len(self.line)))
            case "td" | "th":
                self.open_cell()
            case "li":
                self.block()
                self.line = self.bullet()
            case _:
                self.open_block(name)

    def open_block(self, name: str) -> None:
        self.block(blank=name in _PARAGRAPHS)
        if name in ("ul", "ol"):
            self.lists.append(1 if name == "ol" else None)
        self.depth += name == "blockquote"
        self.verbatim += name == "pre"
        self.cell = self.cell and name != "tr"

    def open_cell(self) -> None:
        if self.cell and self.line.strip():
            self.line = self.line.rstrip() + " | "
        self.cell = False

    def close(self, name: str) -> None:
        match name:
            case "a":
                self.close_link()
            case "td" | "th":
                self.cell = True
            case "li":
                self.block()
            case _:
                self.close_block(name)

    def close_block(self, name: str) -> None:
        self.end_line()
        if name in ("ul", "ol") and self.lists:
            self.lists.pop()
        self.depth -= name == "blockquote"
        self.verbatim -= name == "pre"
        self.block(blank=name in _PARAGRAPHS)

    def close_link(self) -> None:
        if not self.links:
            return
        address, row, start = self.links.pop()
        words = self.line[start if row == self.row else 0 :].strip()
        shown = _address_beside(address, words)
        if shown:
            self.line = self.line.rstrip() + f" <{shown}>"

    def bullet(self) -> str:
        indent = "  " * max(0, len(self.lists) - 1)
        number = self.lists[-1] if self.lists else None
        if number is None:
            return f"{indent}- "
        self.lists[-1] = number + 1
        return f"{indent}{number}. "

    def prefix(self) -> str:
        return "> " * min(self.depth, 20)

    def end_line(self, *, even_empty: bool = False) -> None:
        if self.line.strip() or even_empty:
            self.lines.append((self.prefix() + self.line.rstrip()).rstrip())
        self.line = ""
        self.row += 1

    def block(self, *, blank: bool = False) -> None:
        """Start on a fresh line, after a blank one if asked for."""
        self.end_line()
        if blank and self.lines and self.lines[-1].strip("> "):
            self.lines.append(self.prefix().rstrip())

    def text(self) -> str:
        self.end_line()
        while self.lines and not self.lines[-1].strip("> "):
            self.lines.pop()
        return _BLANK_LINES.sub("\n\n", "\n".join(self.lines)).strip("\n")


def _picture(alt: str) -> str:
    """A picture's words: an emoji as itself, a description in brackets."""
    words = " ".join(alt.split())[:200]
    return f"[{words}]" if any(letter.isalnum() for letter in words) else words


def _address_beside(address: str, words: str) -> str:
    """The address to write beside a link's words; empty when they say it already, or when there is nothing to see."""
    scheme, colon, rest = address.partition(":")
    if not (colon and words and scheme.lower() in _LINKS):
        return ""
    if scheme.lower() in ("mailto", "tel"):
        rest = rest.partition("?")[0]
        return "" if _same(rest, words) else rest
    return "" if _same(rest.lstrip("/"), words.partition("://")[2] or words) else address


def _same(address: str, words: str) -> bool:
    return re.sub(r"[\s()/-]", "", address).casefold() == re.sub(r"[\s()/-]", "", words).casefold()


# --- as the eye sees it ----------------------------------------------------------------------------------------

_ENTITY = r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,10});"
_DASHES = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d")
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Letters that show nothing though Unicode does not class them as format characters."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in plain letters: no invisible ones, any dash a hyphen, wide letters narrow, entities read."""

    text: str
    begins: Sequence[int]
    ends: Sequence[int]
    """Where in the original each letter of `text` begins and ends."""

    def span(self, match: re.Match[str]) -> tuple[int, int]:
        """Where in the original a match (not an empty one) in `text` stands."""
        return self.begins[match.start()], self.ends[match.end() - 1]


def folded(text: str) -> Folded:
    """`text` as the eye sees it, with the way back to what was really written."""
    if text.isascii() and "&" not in text:
        return Folded(text, range(len(text)), range(1, len(text) + 1))
    strange = "".join(sorted(letter for letter in set(text) if letter > "\x7f" and _seen(letter) != letter))
    if not strange and "&" not in text:
        return Folded(text, range(len(text)), range(1, len(text) + 1))
    pieces: list[str] = []
    begins, ends = array("L"), array("L")
    end = 0
    for match in re.finditer(f"{_ENTITY}|[{re.escape(strange)}]" if strange else _ENTITY, text):
        seen = _seen(match[0])
        pieces += (text[end : match.start()], seen)
        begins.extend((*range(end, match.start()), *([match.start()] * len(seen))))
        ends.extend((*range(end + 1, match.start() + 1), *([match.end()] * len(seen))))
        end = match.end()
    pieces.append(text[end:])
    begins.extend(range(end, len(text)))
    ends.extend(range(end + 1, len(text) + 1))
    return Folded("".join(pieces), begins, ends)


@lru_cache(maxsize=4096)
def _seen(written: str) -> str:
    letters = unicodedata.normalize("NFKC", html.unescape(written) if written[0] == "&" else written)
    return "".join("-" if letter in _DASHES else letter for letter in letters if not _is_unseen(letter))


def _is_unseen(letter: str) -> bool:
    return letter in _UNSEEN or unicodedata.category(letter) == "Cf" or "\ufe00" <= letter <= "\ufe0f"
