"""The line above a quoted letter that says who wrote it and when: `On 23 Nov 2026, Bob <bob@x.example> wrote:`.

Every program words it differently, in every language. So it is told by what all of them have, in any order: a day or a
time, a name with an address or the word for "wrote", and a colon at the end. Mail programs wrap it over several lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from chalicelib.mail.quoting.header_blocks import EDGE
from chalicelib.mail.quoting.quote_words import OPENERS, PERSONAL, WROTE, WROTE_AT_THE_END, WROTE_UNSPACED

LONGEST = 400
"""Characters of the whole attribution."""
MOST_LINES = 4
_COLONS = (":", "\uff1a")
_END = EDGE.replace(">", "")

_DATE = re.compile(
    r"\d{4}\s?[-/.\u5e74\ub144]\s?\d{1,2}\s?[-/.\u6708\uc6d4]\s?\d{1,2}"
    r"|(?<!\d)\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:\d{4}|\d{2})(?!\d)"
    r"|(?<!\d)\d{1,2}(?:st|nd|rd|th|er)?[-., ]{1,3}(?:de |of |d[ei] )?[^\W\d_]{3,14}"
    r"[-., ]{1,3}(?:de |del )?(?:19|20)?\d\d(?!\d)"
    r"|[^\W\d_]{3,14}[., ]{1,3}\d{1,2}(?:st|nd|rd|th)?[., ]{1,3}(?:19|20)\d\d(?!\d)"
    r"|(?<!\d)\d{1,2} (?:tháng|thg) \d{1,2}"
    r"|(?<![\d@])(?:19|20)\d\d(?![\d@])",
    re.IGNORECASE,
)
_TIME = re.compile(r"(?<!\d)\d{1,2}\s?(?:[:.h\uff1a]|\u6642|\u65f6|\uc2dc)\s?\d{2}(?!\d)")
_ADDRESS = re.compile(r"[<\[(](?:mailto:)?\s?[^\s<>\[\]()@]{1,64}@[^\s<>\[\]()]{3,255}\s?[>\])]")
_BARE_ADDRESS = re.compile(r"[^\s<>\[\]()@]{1,64}@[^\s<>\[\]()]{3,255}\.[a-z]{2,}", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_PLAIN_DIGITS = {ord(digit): str(place % 10) for place, digit in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}

_LONGEST_VERB = 4

_DAY_AHEAD = re.compile(r"(?:[^\W\d_]{1,14}[.,]{0,2}\s{0,2}){0,3}\d")
"""A weekday, a little word or both, and then the date."""
_YEAR_OR_TIME = re.compile(r"(?:19|20)\d\d(?![-/.\d\u5e74\ub144])|\d{1,2}[:.h]\d\d(?![./\d])")
"""The end of a date that began on the line above."""
_SMALL_WORDS = 8
"""Words in small letters an attribution may have besides its verb: `via`, `om`, `noviembre`. A sentence has more."""
_SHARED_LINE = re.compile(
    r"(?<=[^\s\d])[ \t]*-{0,20}[ \t]*"
    r"(?P<rest>(?:On|Am|Le|El|Il|Op|Em|Den|Dnia|W dniu)\s(?=\d|[^\W\d_]{2,10}[.,]).{4,300}[:\uff1a])\s*$"
)


def ends_at(lines: Sequence[str], place: int) -> int | None:
    """The line where the attribution begins that ends on line `place`; None when none does."""
    last = _bare(lines[place])
    if not last or len(last) > LONGEST or not _may_end(last, lines, place):
        return None
    told = _is_told(lines, place)
    plain: int | None = None
    chunk: list[str] = []
    for begin in _upwards(lines, place):
        chunk.insert(0, _bare(lines[begin]))
        if not _says_who_wrote(" ".join(chunk), told, len(chunk)):
            continue
        if _begins(chunk[0]):
            return begin
        plain = begin if plain is None else plain
    return place if plain is None and told and _dates_a_quote(lines, place, last) else plain


def _dates_a_quote(lines: Sequence[str], place: int, last: str) -> bool:
    """`On Sun, 4 Aug 2002, Albert White stated:` alone above a quote, whatever the verb."""
    alone = place == 0 or not lines[place - 1].strip()
    dated = _DATE.search(last) is not None and last.endswith(_COLONS)
    return alone and dated and _is_short_of_a_sentence(last, "")


def _upwards(lines: Sequence[str], place: int) -> Iterator[int]:
    """The lines that may belong to one attribution, the last first. A blank one may only stand above the address."""
    taken = 0
    for begin in range(place, max(-1, place - MOST_LINES - 2), -1):
        line = _bare(lines[begin])
        if not line:
            if begin == place or not _bare(lines[begin + 1]).startswith("<"):
                return
            continue
        taken += 1
        if taken > MOST_LINES or len(line) > LONGEST:
            return
        yield begin


def says_who_wrote(line: str) -> bool:
    """Whether one line alone is an attribution, whatever follows."""
    bare = _bare(line)
    return bare.endswith(_COLONS) and len(bare) <= LONGEST and _says_who_wrote(bare, told=True, lines=1)


def apart(line: str) -> tuple[str, str]:
    """A line that somebody's words share with the attribution behind them, in two; the second empty otherwise."""
    if not line.rstrip(_END).endswith(_COLONS) or len(line) > LONGEST:
        return line, ""
    match = _SHARED_LINE.search(line)
    if match is None or not any(letter.isalnum() for letter in line[: match.start()]):
        return line, ""
    if not _says_who_wrote(_bare(match["rest"]), told=False, lines=1):
        return line, ""
    return line[: match.start()], match["rest"]


def is_quoted(line: str) -> bool:
    return line[:10].lstrip(" \t\u00a0").startswith(">")


def _bare(line: str) -> str:
    return line.lstrip(EDGE).rstrip(_END)


def _may_end(last: str, lines: Sequence[str], place: int) -> bool:
    if last.endswith((*_COLONS, "--", "__", ">>>")):
        return True
    # Old programs set no colon: then the quote must follow, and an address or verb end the line.
    return not is_quoted(lines[place]) and _is_told(lines, place) and (last.endswith(">") or _verb(last) is not None)


def _is_told(lines: Sequence[str], place: int) -> bool:
    """Whether the next line with words is a quoted one. Some programs draw a bar instead of the `>`."""
    following = next((line for line in lines[place + 1 : place + 4] if line.strip(_END.replace("|", ""))), "")
    return is_quoted(following) or following.startswith("|")


def _says_who_wrote(text: str, told: bool, lines: int) -> bool:
    """Whether this is an attribution. `told` says that quoted lines follow, which leaves less to prove."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_PLAIN_DIGITS)
    dashed = text.startswith("--") and text.endswith("--")
    text = text.strip("-_ ")
    if len(text) > LONGEST:
        return False
    address = "@" in text and (_ADDRESS.search(text) or _BARE_ADDRESS.search(text))
    date, time = _DATE.search(text), _TIME.search(text)
    verb = _verb(text)
    if verb is None:
        return _is_wordless(text, bool(date), bool(time), told)
    if not _is_short_of_a_sentence(text, verb) or (not told and _speaks_to_somebody(text)):
        return False
    if date or time or (address and (verb != "sent" or told)):
        return True
    return dashed or (told and lines == 1)


def _is_wordless(text: str, date: bool, time: bool, told: bool) -> bool:
    """In a language we have no verb for, or without any: `2026/4/7 Nathan <n@x.example>`."""
    bracketed = date and "@" in text and _ADDRESS.search(text)
    if not bracketed:
        return False
    if text.endswith((*_COLONS, ">>>")):
        return (time or told or text[0].isdigit()) and _is_short_of_a_sentence(text, "")
    return told and text[0].isdigit() and text.endswith(">") and _is_short_of_a_sentence(text, "")


def _is_short_of_a_sentence(text: str, verb: str) -> bool:
    bare = _BARE_ADDRESS.sub(" ", _ADDRESS.sub(" ", text)) if "@" in text else text
    small = [word for word in _WORD.findall(bare) if word.islower() and word.isalpha() and len(word) > 1]
    return len(small) - len(verb.split()) <= _SMALL_WORDS


def _speaks_to_somebody(text: str) -> bool:
    """`On 23 November 2026 you wrote:` is a person's: programs give a name."""
    return not PERSONAL.isdisjoint(text.split())


def _verb(text: str) -> str | None:
    """The word for "wrote" in it; None when there is none we know."""
    unspaced = next((verb for verb in WROTE_UNSPACED if verb in text), None)
    if unspaced:
        return unspaced
    words = _WORD.findall(text.lower())
    for length in range(_LONGEST_VERB, 0, -1):
        for place in range(len(words) - length, -1, -1):
            verb = " ".join(words[place : place + length])
            if verb in WROTE and (verb not in WROTE_AT_THE_END or place + length == len(words)):
                return verb
    return None


def _begins(line: str) -> bool:
    """Whether an attribution may begin with this line: with its date, or the little word before it."""
    line = line.lstrip("-_* ")
    if line[:1].isdigit():
        return _YEAR_OR_TIME.match(line) is None
    first, _, rest = line.partition(" ")
    return first.lower() in OPENERS and _DAY_AHEAD.match(rest) is not None
