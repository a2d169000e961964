"""The plain alternative as mail programs make it: from the HTML they have just written, each in its own manner."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field
from html.parser import HTMLParser

_UNSEEN = {"style", "title", "head", "script"}
_BLOCKS = {"div", "tr", "table", "tbody", "body", "html", "hr", "blockquote"}
_EMPTY = {"br", "img", "meta", "link", "hr"}


@dataclass(frozen=True, slots=True)
class Manner:
    """How one program writes what plain text cannot show."""

    bold: str = ""
    """Put on both sides of bold words."""
    rule: str = ""
    """Stands for a line across the page."""
    quote: str = ""
    """Put in front of each quoted line."""
    width: int = 0
    """Where lines are wrapped; 0 for nowhere."""
    picture: str = "[{alt}]"
    """Stands for a picture; `alt` and `src` are its own."""
    link: str = " <{}>"
    """How the target of a link is written behind other words."""


def as_text(html: str, manner: Manner) -> str:
    """The page in words."""
    reader = _Reader(manner)
    reader.feed(html)
    reader.close()
    return reader.text()


@dataclass
class _Line:
    depth: int
    words: str


@dataclass
class _Reader(HTMLParser):
    manner: Manner
    lines: list[_Line] = field(default_factory=list)
    words: str = ""
    depth: int = 0
    unseen: int = 0
    link: tuple[str, int] | None = None

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self.unseen += 1
        elif tag == "br":
            self.end(even_empty=True)
        elif tag == "p":
            self.paragraph()
        elif tag in _BLOCKS:
            self.end()
        if tag in ("b", "strong"):
            self.words += self.manner.bold
        if tag == "hr" and self.manner.rule:
            self.lines.append(_Line(self.depth, self.manner.rule))
        if tag == "img":
            said = dict(attrs)
            self.words += self.manner.picture.format(alt=said.get("alt"), src=said.get("src"))
        if tag == "a":
            self.link = (dict(attrs).get("href") or "", len(self.words))
        self.depth += tag == "blockquote"

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self.unseen -= 1
        elif tag == "p":
            self.paragraph()
        elif tag in _BLOCKS:
            self.end()
        if tag in ("b", "strong"):
            self.words += self.manner.bold
        if tag == "a" and self.link:
            target, begin = self.link
            if target.removeprefix("mailto:") != self.words[begin:].strip():
                self.words += self.manner.link.format(target)
            self.link = None
        self.depth -= tag == "blockquote"

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            collapsed = re.sub(r"[ \t\r\n]+", " ", data)
            self.words += collapsed.lstrip(" ") if self.words[-1:] in ("", " ") else collapsed

    def end(self, *, even_empty: bool = False) -> None:
        if self.words.strip(" ") or even_empty:
            delimits = self.words == "-- "
            self.lines.append(_Line(self.depth, self.words if delimits else self.words.strip(" ")))
        self.words = ""

    def paragraph(self) -> None:
        self.end()
        if self.lines and self.lines[-1].words:
            self.lines.append(_Line(self.depth, ""))

    def text(self) -> str:
        self.end()
        written = [piece for line in self.lines for piece in self._written(line)]
        return "\n".join(written).replace("\xa0", " ").strip("\n") + "\n"

    def _written(self, line: _Line) -> list[str]:
        prefix = self.manner.quote * line.depth
        width = self.manner.width
        whole = [line.words] if not width else textwrap.wrap(line.words, width, break_long_words=False) or [""]
        return [f"{prefix}{piece}" for piece in whole]
