"""What programs set above an answered letter: a copy of its header, words between dashes, a request to stay above.

Each is told by its shape and, where its shape alone could be anything, by its words in the readers' languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from chalicelib.mail.header_labels import FORWARDED, LONGEST_LABEL, folded, label_of
from chalicelib.mail.quoting.quote_words import ORIGINAL

EDGE = "> *_|\t\u00a0\u200b\u200e\u200f\u202a\u202b\u202c\u2060\u2066\u2067\u2068\u2069\ufeff"
"""What may stand around the words of such a line: marks of quotation and of bold type, and what nobody sees."""
LONGEST_BLOCK = 14
"""Lines, blank ones and those that only go on counted."""

_FIELD = re.compile(
    rf"(?P<label>[^\W\d_][^:\uff1a<>@\n]{{0,{LONGEST_LABEL}}}?)[\s*\u00a0]{{0,4}}[:\uff1a][\s*_\u00a0]{{0,8}}(?P<value>.{{0,600}})"
)
_DASHED = re.compile(
    r"[-_*=\u2013\u2014\u2500\s]{2,60}(?P<words>[^\W\d_][^-_=*\n]{2,60}(?:-[^-_=*\n]{2,30})?)[-_*=:\u2013\u2014\u2500\s]{0,60}"
)
_INNER_LABEL = re.compile(r"(?<=\s)(?=(?P<two>[^\W\d_]{1,20}(?: (?P<one>[^\W\d_]{1,20}))?)\s?[:\uff1a]\s)")
_RULE = re.compile(r"\s*[-_\u2013\u2014\u2500]{3,200}\s*$")
_ADDRESS = re.compile(r"[^\s<>\[\]@]@[^\s<>\[\]@]+\.[^\s<>\[\]@]")
_BRACKETED = re.compile(r"[<\[(](?:mailto:)?[^\s<>\[\]@]{1,64}@[^\s<>\[\]]{3,255}[>\])]")
_TIME = re.compile(r"\d{1,2}[:.h]\d{2}")
_DRAWN = ("--", "##", "==", "**", "__", "-#", "=-", "- ", "# ")
_STAY_ABOVE = re.compile(
    r"\b(?:above|over|oberhalb|über|au-dessus|encima|arriba|acima|sopra|boven|hierboven|ovenfor|ovanför|powyżej|выше)\b",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"repl|respon|write|type|antwort|schreib|répon|rispo|scriv|escrib|odpow|odpis|ответ|svar", re.IGNORECASE
)


def field(line: str) -> tuple[str, str]:
    """(`from`, `date`, `to`, `subject` …, its value) of a header line in a letter; empty when the line is none."""
    if ":" not in line and "\uff1a" not in line:
        return "", ""
    match = _FIELD.match(line.strip(EDGE))
    label = label_of(match["label"].strip(EDGE)) if match else ""
    return (label, match["value"].strip(EDGE)) if match and label else ("", "")


def is_block(lines: Sequence[str], place: int) -> bool:
    """Whether a copy of a header begins here: `From: … Sent: … To: … Subject: …`, in any of the languages."""
    if not field(lines[place])[0]:
        return False
    said = dict[str, str]()
    for label, value in _fields(lines, place):
        if label in said and label in ("from", "date"):
            break  # a header says it once: this is the next one, or a list
        said.setdefault(label, value)
    return _is_header(said)


def _is_header(said: dict[str, str]) -> bool:
    """ "From: Berlin, To: Lyon, Date: Monday" is somebody's journey; a letter has a subject or an address."""
    if "from" not in said or len(said) < 2:
        return False
    addressed = _ADDRESS.search(said["from"]) is not None
    if "date" in said:
        return "subject" in said or addressed or ("to" in said and _ADDRESS.search(said["to"]) is not None)
    return "subject" in said and (addressed or "to" in said)


def _fields(lines: Sequence[str], place: int) -> Iterator[tuple[str, str]]:
    """The fields from here on. A value may go on in the next line, and blank lines may stand between."""
    strange = 0
    for line in lines[place : place + LONGEST_BLOCK]:
        label, value = field(line)
        if label:
            strange = 0
            yield label, value
            yield from _run_on(value)
        elif line.strip(EDGE):
            strange += 1
            if strange > 1:
                return


def _run_on(value: str) -> Iterator[tuple[str, str]]:
    """Fields that stand on the line of another, as in HTML whose line breaks were lost."""
    value = value.replace("*", " ")
    for match in _INNER_LABEL.finditer(value):
        label = label_of(match["two"]) or label_of(match["one"] or "")
        if label:
            yield label, value[match.end("two") :].strip(f"{EDGE}:\uff1a")


def length(lines: Sequence[str], place: int) -> int:
    """How many lines the block that begins here has."""
    last = place
    for below in range(place, min(len(lines), place + LONGEST_BLOCK)):
        if field(lines[below])[0]:
            last = below
        elif lines[below].strip(EDGE) and below - last > 1:
            break
    return last + 1 - place


def is_unknown_block(lines: Sequence[str], place: int) -> bool:
    """The same in a language we have no words for: four fields on end, a sender with an address and a time of day."""
    if not _BRACKETED.search(lines[place]):
        return False
    values = list[str]()
    for line in lines[place : place + 8]:
        match = _FIELD.match(line.strip(EDGE))
        if not match or not match["value"]:
            break
        values.append(match["value"])
    return len(values) >= 4 and any(_TIME.search(value) for value in values[1:])


def is_divider(lines: Sequence[str], place: int) -> bool:
    """`-----Original Message-----` in any language; any other words between dashes when a header follows."""
    words = _dashed_words(lines[place])
    if not words or _STAY_ABOVE.search(words):
        return _asks_to_stay_above(lines[place].strip())
    if words in ORIGINAL:
        return True
    if FORWARDED.search(words):
        return False
    below = (line for line in lines[place + 1 : place + 4] if line.strip(EDGE))
    closed = lines[place].rstrip(EDGE).endswith(("--", "__", "=="))
    return closed and field(next(below, ""))[0] in ("from", "date", "subject", "to")


def _asks_to_stay_above(line: str) -> bool:
    """`##- Please type your reply above this line -##`, as helpdesks write."""
    if not line.startswith(_DRAWN) or not line.endswith(("-", "#", "=", "*", "_")) or len(line) > 160:
        return False
    return _STAY_ABOVE.search(line) is not None and _ANSWER.search(line) is not None


def is_forward(lines: Sequence[str], place: int) -> bool:
    """The line above a letter that somebody passes on: `---------- Forwarded message ---------`, then its header."""
    words = _dashed_words(lines[place])
    if not words:
        bare = lines[place].strip(EDGE)
        words = bare if len(bare) <= 60 and bare.endswith((":", "\uff1a")) else ""
    if not words or FORWARDED.search(words) is None:
        return False
    below = (line for line in lines[place + 1 : place + 6] if line.strip(EDGE))
    return bool(field(next(below, ""))[0])


def _dashed_words(line: str) -> str:
    bare = line.strip("> \t\u00a0\u200b\u200e\u200f\u202b\ufeff")
    if len(bare) > 160 or not bare.startswith(("-", "_", "*", "=", "\u2013", "\u2014", "\u2500")):
        return ""
    match = _DASHED.fullmatch(bare)
    return folded(match["words"]) if match else ""


def is_rule(line: str) -> bool:
    """A drawn line, as Outlook sets above the header."""
    return _RULE.match(line) is not None
