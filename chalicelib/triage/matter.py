"""What of a message says what it is about: without leave-takings, contact lines, notices and other people's words.

Stricter than what people are shown: a line lost here costs a hint, one kept too many costs the category.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chalicelib.triage.matter_words import (
    AFTERTHOUGHT,
    CLOSING,
    CONTACT,
    CONTACT_HINT,
    MAILS,
    NOTICES,
    OF_MAILS,
    QUOTE_BEGINS,
    QUOTE_HINTS,
)

_ENOUGH = 4
"""Words that must stand above a leave-taking or a quote: else the mail begins with thanks, or is all quote."""
_SHORT = 6
"""Words of a line that may belong to a signature."""
_LONGEST_CONTACT = 14
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_ENDS = (".", "!", "?", ":", ",")


def matter(text: str) -> str:
    """The lines that count. The whole text when none would be left."""
    lines = _without_quotes(text.replace("\u2019", "'").split("\n"))
    lines = _without_contacts(_without_leave(lines))
    told = _Notices.told_in(text)
    return "\n".join(filter(str.strip, _without_notices(lines, told))) or text


def _without_quotes(lines: list[str]) -> list[str]:
    """The lines above the first quote, and those between quoted ones."""
    kept: list[str] = []
    for line in lines:
        if _begins_quote(line) and _words(kept) >= _ENOUGH:
            return kept
        if not line.lstrip().startswith(">"):
            kept.append(line)
    return kept if _words(kept) >= _ENOUGH else [line.lstrip("> ") for line in lines]


def _begins_quote(line: str) -> bool:
    small = line.lower()
    return any(hint in small for hint in QUOTE_HINTS) and QUOTE_BEGINS.search(line) is not None


def _without_leave(lines: list[str]) -> list[str]:
    """The lines above the leave-taking, and the afterthoughts below it."""
    for number, line in enumerate(lines):
        if _takes_leave(line) and _words(lines[:number]) >= _ENOUGH:
            return [*lines[:number], *_afterthoughts(lines[number + 1 :])]
    return lines


def _takes_leave(line: str) -> bool:
    return line.strip() in ("--", "-- ", "—") or (len(line.split()) <= _SHORT + 2 and CLOSING.match(line) is not None)


def _afterthoughts(lines: list[str]) -> list[str]:
    first = next((number for number, line in enumerate(lines) if AFTERTHOUGHT.match(line)), len(lines))
    return lines[first:]


def _without_contacts(lines: list[str]) -> list[str]:
    """Contact lines go, and with them the short lines around them: a name, a post, a street."""
    contacts = {number for number, line in enumerate(lines) if _is_contact(line)}
    dropped = set(contacts)
    for number in contacts:
        for step in (-1, 1):
            place = number + step
            while 0 <= place < len(lines) and _may_be_signature(lines[place]):
                dropped.add(place)
                place += step
    kept = [line for number, line in enumerate(lines) if number not in dropped]
    return kept if _words(kept) >= _ENOUGH else [line for number, line in enumerate(lines) if number not in contacts]


def _is_contact(line: str) -> bool:
    may_be = len(line.split()) <= _LONGEST_CONTACT and CONTACT_HINT.search(line)
    return bool(may_be) and CONTACT.search(line) is not None


def _may_be_signature(line: str) -> bool:
    return len(line.split()) <= _SHORT and not line.rstrip().endswith(_ENDS)


@dataclass(frozen=True, slots=True)
class _Notices:
    """Those of the telling words that a whole text has: few of its sentences need a closer look, and for few words."""

    alone: tuple[str, ...]
    of_mails: tuple[str, ...]

    @classmethod
    def told_in(cls, text: str) -> _Notices:
        small = text.replace("\u2019", "'").lower()
        return cls(_those_in(small, NOTICES), _those_in(small, OF_MAILS))

    def in_sentence(self, sentence: str) -> bool:
        if not self.alone and not self.of_mails:
            return False
        small = sentence.lower()
        of_mails = _those_in(small, self.of_mails) and _those_in(small, MAILS)
        return bool(_those_in(small, self.alone) or of_mails)


def _those_in(text: str, words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word in text)


def _without_notices(lines: list[str], told: _Notices) -> list[str]:
    """A paragraph with a notice is one; only of the first words that we have, the sentence alone goes."""
    kept: list[str] = []
    for line in lines:
        if not told.in_sentence(line):
            kept.append(line)
        elif _words(kept) < _ENOUGH:
            sentences = _SENTENCE_END.split(line)
            kept.append(" ".join(sentence for sentence in sentences if not told.in_sentence(sentence)))
    return kept


def _words(lines: list[str]) -> int:
    return sum(len(line.split()) for line in lines)
