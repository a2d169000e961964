"""A telephone number somebody gives in a message, as they wrote it: the other way to reach them."""

from __future__ import annotations

import re
from collections.abc import Iterable

_DIGITS = re.compile(r"\d")
_NUMBER = re.compile(r"(?<![\w@/.,:+-])(?:\+|\(\+?)?\d[\d \t()./\u00a0\u2013-]{4,22}\d(?![\w@])")
_LABEL = re.compile(
    r"\b(?:tel|phone|telephone|mobile|mob|cell|ring|call|text|reach|number|whatsapp|telefon|handy|mobil|anruf\w*|rufnummer"
    r"|tél|téléphone|portable|numéro|appel\w*|teléfono|móvil|llam\w*|telefono|cellulare|chiam\w*|telefoon|mobiel|bel)\b"
    r"[^\n\d]{0,40}$",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_SHORTEST, _LONGEST = 7, 15
"""Digits; E.164 allows fifteen."""
_SURE = 10
"""Digits of a number that begins like one (`0…`, `+…`) and so needs no word in front of it."""
_LONGEST_READ = 8_000


def number_in(text: str, known: Iterable[str] = ()) -> str:
    """The first number they call theirs, else the first that begins like one; empty when there is none.

    `known` are the firm's own: repeating those gives nobody a number.
    """
    ours = {_digits(number) for number in known}
    text = text[:_LONGEST_READ]
    found = [match for match in _NUMBER.finditer(text) if _may_be(match[0]) and _digits(match[0]) not in ours]
    called = (match[0] for match in found if _LABEL.search(text, max(0, match.start() - 60), match.start()))
    sure = (match[0] for match in found if len(_digits(match[0])) >= _SURE and match[0].lstrip("(")[0] in "0+")
    return " ".join(next(called, next(sure, "")).split())


def _may_be(written: str) -> bool:
    return _SHORTEST <= len(_digits(written)) <= _LONGEST and not _DATE.fullmatch(written)


def _digits(written: str) -> str:
    return "".join(_DIGITS.findall(written))
