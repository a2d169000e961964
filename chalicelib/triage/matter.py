"""What of a message says what it is about: without leave-takings, contact lines, notices and other people's words.

Stricter than what people are shown: a line lost here costs a hint, one kept too many costs the category.
"""

from __future__ import annotations

import re

from chalicelib.triage.matter_words import AFTERTHOUGHT, CLOSING, CONTACT, NOTICE, QUOTE_BEGINS

_ENOUGH = 4
"""Words that must stand above a leave-taking or a quote: else the mail begins with thanks, or is all quote."""
_SHORT = 6
"""Words of a line that may belong to a signature."""
_LONGEST_CONTACT = 14
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_ENDS = (".", "!", "?", ":", ",")


def matter(text: str) -> str:
    """The lines that count. The whole text when none would be left."""
    lines = _without_quotes(text.split("\n"))
    lines = _without_contacts(_without_leave(lines))
    kept = "\n".join(filter(str.strip, (_without_notices(line) for line in lines)))
    return kept or text


def _without_quotes(lines: list[str]) -> list[str]:
    """The lines above the first quote, and those between quoted ones."""
    kept: list[str] = []
    for line in lines:
        if QUOTE_BEGINS.search(line) and _words(kept) >= _ENOUGH:
            return kept
        if not line.lstrip().startswith(">"):
            kept.append(line)
    return kept if _words(kept) >= _ENOUGH else [line.lstrip("> ") for line in lines]


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
    return len(line.split()) <= _LONGEST_CONTACT and CONTACT.search(line) is not None


def _may_be_signature(line: str) -> bool:
    return len(line.split()) <= _SHORT and not line.rstrip().endswith(_ENDS)


def _without_notices(line: str) -> str:
    if NOTICE.search(line) is None:
        return line
    return " ".join(sentence for sentence in _SENTENCE_END.split(line) if NOTICE.search(sentence) is None)


def _words(lines: list[str]) -> int:
    return sum(len(line.split()) for line in lines)
