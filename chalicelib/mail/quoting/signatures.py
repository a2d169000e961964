"""The end of a letter that its author did not write this time: signature, a phone's advertisement, a list's footer.

`without` takes away what is set off by a mark, and leaves the greeting and the name, which are part of what somebody
says. `split` finds the whole signature, greeting included, also where nothing marks it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chalicelib.mail.quoting.advertisements import is_advertisement
from chalicelib.mail.quoting.signature_words import CLOSINGS, CONFIDENTIAL, RECIPIENT

MOST_LINES = 25
"""Lines with words a marked signature may have: a longer tail is a letter with a drawn line in it."""
MOST_UNMARKED = 10
LONGEST_LINE = 70
"""Characters of a line in an unmarked signature."""

_MARK = re.compile(r"(?:--|\u2014|\u2013\u2013|__)[ \t\u00a0]?")
_LOOSE_MARK = re.compile(r"[ \t]*(?:[-_\u2013\u2014=~*]{2,}|\u2014)[ \t\u00a0]*")
_ORNAMENT = re.compile(r"[-=_*~#+\u2013\u2014\u1427\u2022.\s\u00a0\u200b]{0,200}")
_LIST_RULE = re.compile(r"[-_=]{20,200}[ \t]*")
_LIST_FOOTER = re.compile(r"mailing list|mailinglist|mailman|listinfo|unsubscribe|abmelden|abbestellen|désinscri", re.I)
_CONTACT = re.compile(
    r"[^\s@]+@[^\s@]+\.[a-z]{2,}|https?://|\bwww\.|(?:\+|\b00)?\(?\d[\d\s()./-]{6,}\d|\b(?:tel|fon|phone|mobile|mob|cell|fax|tél|telefon)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_NAME_ALONE = re.compile(r"[^\W\d_][\w'-]{1,20}(?: [^\W\d_][\w'.-]{0,20}){0,2}[,.]?")
_DASHED_NAME = re.compile(r"[-\u2013\u2014~]{1,3}\s?[^\W\d_][\w.' -]{0,40}")


def without(lines: Sequence[str]) -> list[str]:
    """The lines above a marked signature or footer; all of them when nothing else would be left."""
    kept = _without_ornament(list(lines))
    for cut in (_at_cipher, _at_footer, _at_mark, _at_disclaimer, _at_advertisement):
        place = cut(kept)
        if place is not None and any(map(_says_something, kept[:place])):
            kept = _without_ornament(kept[:place])
    return kept if any(line.strip() for line in kept) else list(lines)


def split(text: str, sender: str = "") -> tuple[str, str]:
    """(what the letter says, its signature with the words of greeting above it); the second empty when there is none.

    `sender` is a name or an address; with it a name that ends the letter is known to be theirs.
    """
    lines = text.rstrip().split("\n")
    first = next((place for place, line in enumerate(lines) if line.strip()), len(lines))
    place = _begin(lines, first, frozenset(map(str.lower, _WORD.findall(sender.partition("@")[0]))))
    if place is None:
        return text, ""
    return "\n".join(lines[:place]).rstrip(), "\n".join(lines[place:]).strip("\n")


# --- marked ----------------------------------------------------------------------------------------------------


def _at_cipher(lines: list[str]) -> int | None:
    """A signature made with a key (RFC 9580 6.2), for programs alone."""
    return next((place for place, line in enumerate(lines) if line.startswith("-----BEGIN PGP SIGNATURE")), None)


def _at_mark(lines: list[str]) -> int | None:
    """`-- ` on a line of its own (RFC 3676 4.3); without the blank behind it only above a few short lines."""
    said = 0
    found: int | None = None
    for place in range(len(lines) - 1, -1, -1):
        line = lines[place]
        if _MARK.fullmatch(line) and said:
            found = place
        elif line.strip():
            said += 1
            if said > MOST_LINES or len(line) > 600:
                break
    return found


def _at_advertisement(lines: list[str]) -> int | None:
    """`Sent from my phone`: phones set it below the words and above the quote, so nothing below it is theirs."""
    for place, line in enumerate(lines):
        if is_advertisement(line) and not (lines[place + 1 : place + 2] and _goes_on(lines[place + 1])):
            return place
    return None


def _goes_on(line: str) -> bool:
    """Whether a line goes on with the sentence above."""
    return line[:1].islower()


def _at_footer(lines: list[str]) -> int | None:
    """A mailing list's or forum's footer below a long drawn line."""
    said = 0
    for place in range(len(lines) - 1, -1, -1):
        if said and _LIST_RULE.fullmatch(lines[place]):
            return place if _LIST_FOOTER.search("\n".join(lines[place:])[:2000]) else None
        said += bool(lines[place].strip())
        if said > 10:
            return None
    return None


def _at_disclaimer(lines: list[str]) -> int | None:
    """The lawyers' paragraph at the end: that it is confidential, and what a wrong recipient must do."""
    found: int | None = None
    end = len(lines)
    for begin in range(len(lines) - 1, -1, -1):
        if lines[begin].strip() and begin:
            continue
        paragraph = " ".join(lines[begin:end])[:4000].lower()
        if paragraph.strip():
            if len(paragraph) < 60 or not _is_disclaimer(paragraph):
                break
            found = begin
        end = begin
    return found


def _is_disclaimer(paragraph: str) -> bool:
    return any(word in paragraph for word in CONFIDENTIAL) and any(word in paragraph for word in RECIPIENT)


def _without_ornament(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and _ORNAMENT.fullmatch(lines[end - 1]):
        end -= 1
    return lines[:end]


def _says_something(line: str) -> bool:
    return any(letter.isalnum() for letter in line) or not (line.isascii() or _ORNAMENT.fullmatch(line))


# --- unmarked --------------------------------------------------------------------------------------------------


def _begin(lines: list[str], first: int, names: frozenset[str]) -> int | None:
    """The first line of the signature, `first` being the letter's first with words."""
    tail = _tail(lines, first + 1)
    begins = (place for place in tail if _may_begin(lines, place, names))
    place = next((place for place in begins if _is_signature(lines, place, names)), None)
    if place is None:
        return None
    if is_advertisement(lines[place]):
        place = _with_name_above(lines, place, first)
    while place - 1 > first and (_LOOSE_MARK.fullmatch(lines[place - 1]) or not lines[place - 1].strip()):
        place -= 1
    while not lines[place].strip():
        place += 1
    return place


def _with_name_above(lines: list[str], place: int, first: int) -> int:
    """A phone's line stands below the name: the line where that begins, when it stands alone."""
    above = next((at for at in range(place - 1, first, -1) if lines[at].strip()), first)
    alone = above > first and not lines[above - 1].strip()
    return above if alone and _NAME_ALONE.fullmatch(lines[above].strip()) else place


def _tail(lines: list[str], above: int) -> range:
    """The last lines that are few enough and short enough for a signature."""
    said, top = 0, len(lines)
    for place in range(len(lines) - 1, above - 1, -1):
        line = lines[place].strip()
        said += bool(line)
        fits = len(line) <= LONGEST_LINE or _CONTACT.search(line) is not None or is_advertisement(line)
        if said > MOST_UNMARKED or not fits or line.startswith(">"):
            break
        top = place
    return range(top, len(lines))


def _may_begin(lines: list[str], place: int, names: frozenset[str]) -> bool:
    line = lines[place].strip()
    if _LOOSE_MARK.fullmatch(line):
        return any(below.strip() for below in lines[place + 1 :])
    return is_closing(line) or is_advertisement(line) or _is_name(line, names) or _is_dashed_name(lines, place)


def _is_dashed_name(lines: list[str], place: int) -> bool:
    """`-roman` as the last line; as one of several it is an item of a list."""
    if not _DASHED_NAME.fullmatch(lines[place].strip()) or len(lines[place].split()) > 4:
        return False
    return not any(line.lstrip().startswith("-") for line in (*lines[max(0, place - 3) : place], *lines[place + 1 :]))


def _is_signature(lines: list[str], place: int, names: frozenset[str]) -> bool:
    """Whether what begins here may be one to the end: few lines, and none that says a sentence."""
    line, below = lines[place].strip(), [other.strip() for other in lines[place + 1 :] if other.strip()]
    if is_advertisement(line):
        return True
    if _LOOSE_MARK.fullmatch(line) or _DASHED_NAME.fullmatch(line):
        return not any(_is_sentence(other) for other in below)
    if is_closing(line):
        return bool(below) and not any(_is_sentence(other) for other in below)
    return _is_name(line, names) and not any(_is_sentence(other) for other in below)


def _is_sentence(line: str) -> bool:
    """Seven words and more that end like a sentence, and no way to reach anybody among them."""
    return len(line.split()) >= 7 and line[-1] in ".!?:," and not _CONTACT.search(line) and not is_advertisement(line)


def is_closing(line: str) -> bool:
    """`Best wishes,` or `Mit freundlichen Grüßen` alone on its line, perhaps with `from Leeds` behind."""
    bare = " ".join(_WORD.findall(line.lower()[:80]))
    if bare in CLOSINGS:
        return True
    words = bare.split()
    if line.rstrip().endswith((".", "?", ":")) or not 2 <= len(words) <= 6:
        return False
    return any(" ".join(words[:length]) in CLOSINGS for length in range(2, len(words)))


def _is_name(line: str, names: frozenset[str]) -> bool:
    """Whether a line is the sender's name: most of its words are in it, or it begins with one and is short."""
    words = [word.lower() for word in _WORD.findall(line)]
    own = [word for word in words if len(word) > 1 and word in names]
    return bool(own) and len(words) <= 6 and line[-1:] not in "?!:"
