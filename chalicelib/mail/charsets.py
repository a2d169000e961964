"""Bytes to text as mail is really written: the declared charset is a hint, often missing and sometimes wrong."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

_NAME = re.compile(r"[A-Za-z0-9][\w.:+-]{0,39}", re.ASCII)
_PYTHON_NAMES = (
    r"ascii|utf-8|utf-(?:16|32)(?:-[lb]e)?|iso8859-\d{1,2}|cp125\d|koi8-[rut]|gb18030|gbk|gb2312|hz|big5|big5hkscs"
    r"|euc_jp|euc_kr|shift_jis|shift_jis_2004|shift_jisx0213|iso2022_(?:jp|kr)\w{0,5}|johab|tis-620|mac-roman"
    r"|cp(?:437|850|852|866|874|932|949)"
)
"""An allow-list: utf-7 and unicode_escape would turn harmless bytes into markup, rot13 and zip are no charsets."""
_REALLY = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252", "ascii": "utf-8"}
"""What programs mean by these names: the bigger set that holds what they write."""
_ASCII_WITHIN = frozenset({"", "utf-8", "cp1252"})
"""Where plain bytes are plain letters, for certain."""
_LATIN = frozenset({"cp1252", "utf-8"})


def decode(data: bytes, declared: str = "") -> str:
    """`data` as text: by the declared charset, else UTF-8, else Windows-1252 with unreadable bytes replaced."""
    charset = known(declared)
    if charset in _ASCII_WITHIN and data.isascii():
        return data.decode("ascii")
    for attempt in _ladder(charset):
        try:
            return data.decode(attempt)
        except UnicodeError:
            continue
    return _best_effort(data, charset)


@lru_cache(maxsize=256)
def known(declared: str) -> str:
    """Python's name for a declared charset; empty when it is none that we decode."""
    name = declared.strip(" \t\"'").rstrip(";")
    if not _NAME.fullmatch(name):
        return ""
    try:
        found = codecs.lookup(name.lower().removeprefix("x-")).name
    except LookupError:
        return ""
    return _REALLY.get(found, found) if re.fullmatch(_PYTHON_NAMES, found) else ""


def _ladder(charset: str) -> tuple[str, ...]:
    # Western text is almost never valid UTF-8 by accident, but UTF-8 is often sent under a Western name.
    return ("utf-8", charset) if charset in _LATIN else tuple(filter(None, (charset, "utf-8")))


def _best_effort(data: bytes, charset: str) -> str:
    """A few damaged bytes in a long text should not turn all its letters into others."""
    text = data.decode(charset or "utf-8", "replace")
    damaged = text.count("\ufffd")
    if damaged and damaged * 2 > sum(1 for letter in text if letter > "\x7f"):
        return data.decode("cp1252", "replace")
    return text
