"""What somebody wrote this time, without the letters their program quoted below it.

The best witness of what is quoted are the letters we sent: a line whose words stand in one of them is ours, whatever
the client made of it. Without them the marks that mail programs leave in six languages must do.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher

from chalicelib.mail.cards import marks_in, without_card, without_signed_addresses

LIMIT = 64 * 1024
LINE_LIMIT = 2_000
"""Characters and lines up to which a text is compared with our letters, word by word. All else here takes time in
proportion to the text, so no length keeps a quote from being cut."""

_QUOTE = re.compile(r"[ \t\u00a0]{0,8}>")
_WORD = re.compile(r"\w+")
_ON_SOMEBODY_WROTE = re.compile(
    r"""^>?\s?(?:
        On\s.{4,300}\swrote
      | Am\s.{4,300}\sschrieb\b.{0,200}
      | Le\s.{4,300}\sa\s[ée]crit
      | El\s.{4,300}\sescribi[óo]
      | Il\s.{4,300}\sha\sscritto
      | Op\s.{4,300}\s(?:schreef|geschreven)\b.{0,200}
    )\s?:$""",
    re.VERBOSE | re.IGNORECASE,
)
_SOMEBODY_WROTE = re.compile(
    r"^>?\s?.{4,200}\s(?:wrote|schrieb|a\s[ée]crit|escribi[óo]|ha\sscritto|schreef)(?:\s.{4,80})?\s?:$", re.IGNORECASE
)
_DIVIDER = re.compile(
    r"""^\s*[-_*=\s]{2,40}(?:
        Original\s(?:Message|Appointment) | Urspr(?:ü|ue)ngliche\s(?:Nachricht|Mail|E-Mail) | Originalnachricht
      | Message\sd['’]origine | Message\soriginal | Mensaje\soriginal | Messaggio\soriginale
      | Oorspronkelijk\sbericht | Origineel\sbericht
    )[-_*=\s]{2,40}$""",
    re.VERBOSE | re.IGNORECASE,
)
_RULE = re.compile(r"^\s*[-_]{3,200}\s*$")
_LABELS = {
    "from": "from von de da van",
    "date": "sent date gesendet datum envoyé envoyé_le enviado enviado_el fecha inviato inviato_il data verzonden",
    "to": "to an à para a aan",
    "subject": "subject betreff objet asunto oggetto onderwerp",
}
_LABEL_OF = {word.replace("_", " "): label for label, words in _LABELS.items() for word in words.split()}
_FIELD = re.compile(r"^[\s>]{0,6}\*{0,2}(?P<label>[^\W\d_][\w ]{0,14}?)\s?\*{0,2}\s?:\*{0,2}\s*(?P<value>\S.{0,500})$")


def fresh(text: str, ours: Sequence[str] = ()) -> str:
    """What they wrote this time; empty when they added nothing.

    `ours` are the texts of letters we sent in this thread: with them quotes are found by their words, without them by
    the marks that mail programs leave. Answers written between quoted lines are kept with the quotes they answer. Our
    card goes in any case. Only for replies: a first letter or a forward must be kept whole.
    """
    kept = _around_card(text)
    if kept is None:
        lines = without_card(text).split("\n")
        is_short = len(text) <= LIMIT and len(lines) <= LINE_LIMIT
        kept = _without_ours(lines, ours) if ours and is_short else None
    return "\n".join(_without_quotes(lines) if kept is None else kept).strip()


def said(text: str, ours: Sequence[str] = ()) -> str:
    """What a colleague wrote this time, made fit to leave the firm. `leaks.found` looks at it once more.

    `ours` are the customer's words that the answered forward passed on. Card, attribution and header block tell the
    quote first; the words count only where none of these is left, and only when a whole letter of `ours` is in what
    goes: a line or two of the customer's that a colleague repeats belong to the answer.
    """
    marked = fresh(text)
    if ours and marked == without_card(text).strip():
        by_words = fresh(marked, ours)
        marked = by_words if _quotes_a_whole_letter(marked, by_words, ours) else marked
    return without_signed_addresses(without_card(marked)).strip()


def _quotes_a_whole_letter(text: str, kept: str, ours: Sequence[str]) -> bool:
    """Whether what is in `text` and not in `kept`, which is its beginning or its end, holds a whole letter."""
    cut = text.removeprefix(kept) if text.startswith(kept) else text.removesuffix(kept)
    gone = f" {_words(cut)} "
    letters = (_words(letter[:LIMIT]) for letter in ours)
    return any(letter.count(" ") >= 4 and f" {letter} " in gone for letter in letters)


def _around_card(text: str) -> list[str] | None:
    """What stands above and below a quoted forward of ours, known by its card in any language; None without a card."""
    mark = next(iter(marks_in(text)), None)
    if mark is None or text[text.rfind("\n", 0, mark.begin) + 1 : mark.begin].strip("> *|\t\u00a0"):
        return None
    lines, first = text.split("\n"), text.count("\n", 0, mark.begin)
    above = lines[: _above_attribution(lines, first)]
    if not _QUOTE.match(lines[first]):
        return above  # nothing marks the quote line by line, so all that follows is the forward
    return _around_quote(above, without_card("\n".join(lines[first:])).split("\n"))


def _around_quote(above: list[str], below: list[str]) -> list[str]:
    """Their words above, below and between the quoted lines of `below`; the quotes stay where they answered between."""
    quoted = [bool(_QUOTE.match(line)) for line in below]
    own = next((place for place in range(len(below)) if _is_own(below, quoted, place)), None)
    if own is None:
        return above
    return above + (below if True in quoted[own:] else below[own:])


def _is_own(below: list[str], quoted: list[bool], place: int) -> bool:
    return not quoted[place] and bool(below[place].strip()) and not _is_wrapped_quote(below, quoted, place)


def _is_wrapped_quote(below: list[str], quoted: list[bool], place: int) -> bool:
    """The rest of a long quoted line that a program wrapped: it stands without `>` between two quoted lines."""
    return 0 < place < len(below) - 1 and quoted[place - 1] and quoted[place + 1] and len(below[place - 1]) > 60


def _without_quotes(lines: list[str]) -> list[str]:
    """Cut at the first thing that only stands above a quoted letter."""
    for place in range(len(lines)):
        if not lines[place].strip():
            continue
        if _DIVIDER.match(lines[place]) or _is_header_block(lines, place):
            return _cut(lines, _above_rule(lines, place))
        reach = _attribution(lines, place)
        if reach:
            return _cut_attribution(lines, place, reach)
    return _without_quoted_tail(lines)


def _cut(lines: list[str], place: int) -> list[str]:
    return lines[:place] if any(line.strip() for line in lines[:place]) else lines


def _above_rule(lines: list[str], place: int) -> int:
    """Outlook draws a line above the header block: it belongs to the quote."""
    above = place
    while above > 0 and not lines[above - 1].strip():
        above -= 1
    return above - 1 if above > 0 and _RULE.match(lines[above - 1]) else place


def _is_header_block(lines: list[str], place: int) -> bool:
    """`From: … Sent: … To: … Subject: …`, in any of the languages, on neighbouring lines."""
    first = _FIELD.match(lines[place])
    if first is None or not _label(first):
        return False
    fields = [match for line in lines[place : place + 8] if (match := _FIELD.match(line))]
    said = {_label(match): match["value"] for match in fields}
    # "From: Berlin, To: Lyon, Date: Monday" is somebody's journey; a letter has a subject or an address.
    return "from" in said and "date" in said and ("subject" in said or ("to" in said and "@" in said["from"]))


def _label(match: re.Match[str]) -> str:
    return _LABEL_OF.get(match["label"].strip().lower(), "")


def _attribution(lines: list[str], place: int) -> int:
    """How many lines from `place` on say "On … somebody wrote:"; 0 when none does."""
    for reach in range(1, 5):
        chunk = [line.strip() for line in lines[place : place + reach]]
        if len(chunk) < reach or not chunk[-1] or len(chunk[-1]) > 400:
            return 0
        if _says_who_wrote(chunk):
            return reach if _names_somebody(" ".join(chunk), lines, place + reach) else 0
    return 0


def _says_who_wrote(chunk: list[str]) -> bool:
    if not chunk[-1].endswith(":"):
        return False
    if _ON_SOMEBODY_WROTE.match(" ".join(chunk)):
        return True
    # Without a telling first word only one line counts, or two of which the second alone says nothing ("wrote:").
    alone = any(pattern.match(chunk[-1]) for pattern in (_ON_SOMEBODY_WROTE, _SOMEBODY_WROTE))
    return alone if len(chunk) == 1 else len(chunk) == 2 and not alone and bool(_SOMEBODY_WROTE.match(" ".join(chunk)))


def _names_somebody(attribution: str, lines: list[str], below: int) -> bool:
    """An attribution has a date or an address; or quoted lines follow at once."""
    following = next((line for line in lines[below : below + 3] if line.strip()), "")
    return bool(re.search(r"\d{1,2}[:.h]\d\d|\d{4}|@", attribution)) or _QUOTE.match(following) is not None


def _cut_attribution(lines: list[str], place: int, reach: int) -> list[str]:
    above, below = lines[:place], lines[place + reach :]
    if not any(_QUOTE.match(line) for line in below):
        return _cut(lines, place)
    around = _around_quote(above, below)
    return around if len(around) < len(above) + len(below) else lines


def _without_quoted_tail(lines: list[str]) -> list[str]:
    end = len(lines)
    while end > 0 and (not lines[end - 1].strip() or _QUOTE.match(lines[end - 1])):
        end -= 1
    return lines[:end]


# --- with the letters we sent at hand --------------------------------------------------------------------------

_OURS, _SHORT, _QUOTED, _BLANK, _NEW = "o", "s", "q", " ", "n"
"""Of one line: in our letters; in them, too, but so short that it may be chance; marked `>`; empty; theirs."""


def _without_ours(lines: list[str], ours: Sequence[str]) -> list[str] | None:
    """Cut by comparing with our letters; None when no line of them is found."""
    kinds = _kinds(lines, ours)
    if _OURS not in kinds:
        return None
    # Where quotes are marked, a short line without a mark is an answer ("Yes"); where not, it is our "Bob".
    unmarked = _QUOTED not in kinds and not _QUOTE.match(lines[kinds.index(_OURS)])
    tail = len(kinds.rstrip(_OURS + _QUOTED + _BLANK + (_SHORT if unmarked else "")))
    if _OURS in kinds[tail:]:
        lines = lines[: _begin_of_tail(lines, kinds, tail)]
        kinds = kinds[: len(lines)]
    head = kinds.find(_OURS)
    if 0 <= head <= 4:
        rest = kinds[head:].lstrip(_OURS + _QUOTED + _BLANK)
        if _OURS not in rest and _QUOTED not in rest:  # one block on top: they answered below it
            return lines[: _above_attribution(lines, head)] + lines[len(kinds) - len(rest) :]
    return lines


def _begin_of_tail(lines: list[str], kinds: str, tail: int) -> int:
    """Where the quoted letter begins, attribution included; its short first line ("Hi Jane,") only below one."""
    first = next(place for place in range(tail, len(kinds)) if kinds[place] in _OURS + _QUOTED)
    top = next(place for place in range(tail, len(kinds)) if kinds[place] != _BLANK)
    attributed = _above_attribution(lines, top)
    return attributed if attributed < top else _above_attribution(lines, first)


def _kinds(lines: list[str], ours: Sequence[str]) -> str:
    """One letter per line: ours, quoted, blank or new."""
    letters = " ".join(_words(letter[:LIMIT]) for letter in ours)[: 2 * LIMIT]
    hay = f" {letters} "
    return "".join(_kind(line, hay) for line in lines)


def _kind(line: str, hay: str) -> str:
    words = _words(line)
    marked = _QUOTE.match(line) is not None
    if not words:
        return _QUOTED if marked else _BLANK
    if f" {words} " in hay and not (marked and len(words) <= 7):
        return _OURS if len(words) > 7 else _SHORT
    return _QUOTED if marked else _NEW


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def _above_attribution(lines: list[str], first: int) -> int:
    """The line where the attribution or header block above the quoted line `first` begins; `first` if there is none."""
    bottom = first
    while bottom > 0 and not lines[bottom - 1].strip("> \t\u00a0"):
        bottom -= 1
    for place in range(max(0, bottom - 10), bottom):
        if place + _attribution(lines, place) == bottom:
            return place
        if _DIVIDER.match(lines[place]) or _is_header_block(lines, place):
            return _above_rule(lines, place)
    return _above_unknown_attribution(lines, bottom, first)


def _above_unknown_attribution(lines: list[str], bottom: int, first: int) -> int:
    """In a language we have no words for: three fields on end, or a line with a digit or address ending in a colon."""
    top = bottom
    while top > 0 and _FIELD.match(lines[top - 1]):
        top -= 1
    if bottom - top >= 3:
        return _above_rule(lines, top)
    line = lines[bottom - 1].strip() if bottom else ""
    return bottom - 1 if line.endswith(":") and re.search(r"\d|@", line) else first


# --- answers written into the quote ----------------------------------------------------------------------------

_PASTED = re.compile(
    r"<[^<>\n]{1,2000}>|\[(?:cid:|image|https?:|mailto:)[^\]\n]{0,2000}\]|https?://\S{1,2000}", re.IGNORECASE
)
"""What programs write beside the words: targets of links, names of pictures. They rewrite it as they please."""
_SENT_FROM = re.compile(
    r"(?:sent|get outlook|gesendet|von meinem|envoyé|enviado|inviato|verzonden|verstuurd)\b.{0,60}"
    r"\b(?:i?phone|ipad|android|outlook|mobile|handy|galaxy|samsung|mail|ios|móvil|mobiel)\b",
    re.IGNORECASE,
)
_SAME = 0.6
"""From this likeness on two passages are one that a program mangled."""


def answers_inside(text: str, ours: Sequence[str] = ()) -> bool:
    """Whether a colleague wrote between the customer's lines, and `said` would lose it.

    `ours` are the customer's words that the answered forward passed on; without them nobody can know, so it is False.
    So it is for what stands below the last of those words: a signature or the footer that a firm's gateway puts under
    every mail looks like an answer there. Most letters end in a name, so an answer to their last question is above it.
    """
    theirs = " ".join(filter(None, (_words(letter[:LIMIT]) for letter in ours)))[: 2 * LIMIT]
    if not theirs or len(text) > LIMIT or text.count("\n") > LINE_LIMIT:
        return False
    kept = {_words(line) for line in said(text, ours).split("\n")}
    quote = without_signed_addresses(_below_card(text)).split("\n")
    return any(_is_answer(lines, skipped, kept) for lines, skipped in _insertions(quote, f" {theirs} ", kept))


def _below_card(text: str) -> str:
    marks = marks_in(text)
    return text[marks[-1].end :] if marks else text


def _insertions(lines: list[str], theirs: str, kept: Collection[str]) -> Iterator[tuple[list[str], str]]:
    """Lines that stand between two passages of `theirs`, with the words of it that are missing there.

    The quote is read along with the letter: what comes next in it is theirs even when it is short (“Jane”).
    """
    reached, inserted, begun = 0, list[str](), False
    for line in lines:
        words = _words(line)
        if not words or (not begun and words in kept):
            continue
        place = _next_place(theirs, words, reached)
        if place >= 0:
            if begun and inserted:
                yield inserted, theirs[reached:place]
            reached, inserted, begun = place + len(words) + 1, [], True
        elif len(words) <= 7 or f" {words} " not in theirs:
            inserted.append(line)
            begun = begun or _begins_alike(words, theirs)


def _next_place(theirs: str, words: str, reached: int) -> int:
    sought = f" {words} "
    if theirs.startswith(sought, reached):
        return reached
    return theirs.find(sought, reached) if len(words) > 7 else -1


def _begins_alike(words: str, theirs: str) -> bool:
    """Whether a line begins as the letter does, and goes on otherwise: “Which day? Tuesday.”"""
    first = theirs.split(maxsplit=3)[:3]
    return len(" ".join(first)) > 7 and words.split()[:3] == first


def _is_answer(inserted: list[str], skipped: str, kept: Collection[str]) -> bool:
    """Whether these lines say something new, and are not only what a program made of the words that are missing."""
    own = [line for line in inserted if _says_something(line) and _words(line) not in kept]
    new, old = _words(_PASTED.sub(" ", "\n".join(own))), _words(skipped)
    if not new or not old or new.startswith(f"{old} "):  # the last: an answer on the line of its question
        return bool(new) and new != old
    missing = set(old.split())
    return len(missing & set(new.split())) * 2 < len(missing) and not _is_like(new, old)


def _is_like(new: str, old: str) -> bool:
    new, old = new.replace(" ", "")[:400], old.replace(" ", "")[:400]
    return SequenceMatcher(None, new, old, autojunk=False).ratio() >= _SAME


def _says_something(line: str) -> bool:
    field = _FIELD.match(line)
    if _SENT_FROM.match(line.strip("> \t\u00a0")) or _DIVIDER.match(line) or (field is not None and _label(field)):
        return False
    return any(letter.isalnum() for letter in _PASTED.sub("", line)) and not _says_who_wrote([line.strip()])
