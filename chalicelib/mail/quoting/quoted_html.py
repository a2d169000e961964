"""What somebody wrote this time in an HTML letter: the boxes that mail programs put a quote into say where it begins.

The boxes become what `from_html` writes with `> `, and then the text is cut like any other: so answers between quotes
keep what they answer, and whatever has no box is found by its attribution or header lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice

from chalicelib.mail.quoting import quotes
from chalicelib.mail.quoting.quote_marks import BOX
from chalicelib.mail.quoting.quote_words import listed
from chalicelib.mail.text import HTML_LIMIT, TAG_LIMIT, from_html

_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z][\w:-]{0,30})(?P<attributes>[^<>]{0,4000})>")
_NAMED = re.compile(r"""\b(?:class|id|name|data-marker)\s*=\s*(?:"([^"]{0,500})"|'([^']{0,500})'|([^\s"'>]{1,100}))""")
_PREFIX = re.compile(r"^(?:x_|ecx|m_-?\d+)+")
"""Outlook on the web, Hotmail and Gmail put one before every name in a letter that they quote."""
_BORDERLESS = re.compile(r"border\s*:\s*(?:none|0)", re.IGNORECASE)
_QUOTED = re.compile(r"cite|quote|border-left[^;]{0,80}(?:solid|px|pt)", re.IGNORECASE)
_INDENTED = "</div>"
_EMPTY = ("br", "hr", "img")
BOXES = frozenset(
    listed(
        """
        yahoo_quoted | protonmail_quote | protonmail_quote_header | tutanota_quote | zmail_extra | moz-cite-prefix |
        quote | gmail_attr | gmail_quote_attribution | reply-intro | mail_quote | cloudmagic_quote |
        front-blockquote | aolmail_quote | __quoted_text__ | mailbox_quote | sh-quoted | hushmail_quote |
        newton_quote | polymail_quote | spark_quote | edo-message-quote | fm_quote | kmail_quote | wlm_quote |
        qt-quote | ya-quote | mailru-blockquote
        """
    )
)
"""Elements that hold a quote or the line above it, and nothing else."""
FROM_HERE = frozenset(
    listed(
        """
        divrplyfwdmsg | appendonsend | olk_src_body_section | stopspelling | zwchr | replysplit |
        mail-editor-reference-message-container | ms-outlook-mobile-reference-message | __divider__ |
        outlookmessageheader | originalmessage
        """
    )
)
"""Elements from which on all is quoted."""


def fresh(markup: str) -> str:
    """What they wrote this time, as text; empty when they added nothing. Only for answers, as `quotes.fresh`."""
    return quotes.fresh(from_html(marked(markup.replace(BOX, "")))).replace(BOX, "")


def has_boxes(markup: str) -> bool:
    """Whether a program may have boxed a quote in this HTML: a quick look, which may err on the side of yes."""
    lowered = markup.lower()
    return any(name in lowered for name in _SPOKEN_OF)


def marked(markup: str) -> str:
    """The HTML with every quote that a program boxed in a blockquote that begins with BOX.

    It is cut where a program says that all below is quoted. What is beyond the limits of `from_html` stays as it is.
    """
    plain = _without_comments(markup[:HTML_LIMIT])
    page = _Marking(plain)
    for match in islice(_TAG.finditer(plain), TAG_LIMIT):
        if match["close"]:
            page.close(match)
        elif not page.open(match):
            return page.text_before(match)
    return page.text_before(None)


_SPOKEN_OF = ("blockquote", *sorted(BOXES | FROM_HERE))


@dataclass(slots=True)
class _Box:
    """An open element that holds a quote, or one that only looks like it."""

    name: str
    end: str
    """What to write before the tag that closes it; empty for a blockquote, which does so itself."""
    depth: int = 1
    """How many elements of its name are open in it, itself counted."""


@dataclass(slots=True)
class _Marking:
    """A page being read tag by tag, with what was written of it so far."""

    plain: str
    pieces: list[str] = field(default_factory=list)
    done: int = 0
    boxes: list[_Box] = field(default_factory=list)
    spoken: bool = False
    """Whether there are words above."""
    looked_at: int = 0

    def open(self, tag: re.Match[str]) -> bool:
        """False when all that follows is quoted."""
        name, attributes = tag["name"].lower(), tag["attributes"]
        names = _names(attributes)
        if names & FROM_HERE and self.has_spoken(tag.start()):
            return False
        if self.boxes and self.boxes[-1].end != _INDENTED:
            self.boxes[-1].depth += name == self.boxes[-1].name and not attributes.endswith("/")
        elif name == "blockquote" and _is_indented(attributes):
            self.begin(tag, _Box(name, _INDENTED), "<div>", whole=True)
        elif name == "blockquote" and self.has_spoken(tag.start()):
            self.begin(tag, _Box(name, ""), BOX)
        elif names & BOXES and name not in _EMPTY and not attributes.endswith("/"):
            self.begin(tag, _Box(name, "</blockquote>"), f"<blockquote>{BOX}")
        return True

    def begin(self, tag: re.Match[str], box: _Box, words: str, *, whole: bool = False) -> None:
        """Write `words` behind the tag, or in its place."""
        end = tag.start() if whole else tag.end()
        self.pieces += (self.plain[self.done : end], words)
        self.done = tag.end()
        self.boxes.append(box)

    def close(self, tag: re.Match[str]) -> None:
        if not self.boxes or self.boxes[-1].name != tag["name"].lower():
            return
        self.boxes[-1].depth -= 1
        if not self.boxes[-1].depth:
            end = self.boxes.pop().end
            self.pieces += (self.plain[self.done : tag.start()], end)
            self.done = tag.end() if end == _INDENTED else tag.start()

    def has_spoken(self, here: int) -> bool:
        self.spoken = self.spoken or _says_something(self.plain[self.looked_at : here])
        self.looked_at = here
        return self.spoken

    def text_before(self, tag: re.Match[str] | None) -> str:
        return "".join((*self.pieces, self.plain[self.done : tag.start() if tag else None]))


def _is_indented(attributes: str) -> bool:
    """A blockquote without a border is somebody's own text, moved to the right."""
    return _BORDERLESS.search(attributes) is not None and _QUOTED.search(attributes) is None


def _names(attributes: str) -> frozenset[str]:
    """The element's class, id and name, without the prefix that a program set before them."""
    if "=" not in attributes:
        return frozenset()
    found = " ".join("".join(values) for values in _NAMED.findall(attributes))
    return frozenset(re.sub(r"_?\d{4,}$", "", _PREFIX.sub("", name.lower())) for name in found.split())


def _says_something(markup: str) -> bool:
    """Whether there are words above."""
    shown = _TAG.sub(" ", re.sub(r"(?is)<(style|script|title|head)\b.*?</\1\s*>", " ", markup))
    return any(letter.isalnum() for letter in shown.replace("&nbsp;", " "))


def _without_comments(markup: str) -> str:
    """Word's comments hold tags of their own."""
    if "<!--" not in markup:
        return markup
    pieces, end = list[str](), 0
    while (begin := markup.find("<!--", end)) >= 0:
        pieces.append(markup[end:begin])
        after = markup.find("-->", begin + 4)
        if after < 0:
            return "".join((*pieces, markup[begin:]))
        end = after + 3
    return "".join((*pieces, markup[end:]))
