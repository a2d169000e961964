"""The block of header lines that a mail program sets above a letter it passes on.

Whoever wrote that letter chose a name and a subject, and mail programs wrap long lines: so a line of the block may be
theirs. A block that no program would write like that is *doubtful*, and nobody is taken for the sender then.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from chalicelib.mail.header_labels import FORWARDED, LONGEST_LABEL, glued_subject, in_one_line, label_of

BLOCKS_TRIED = 20
"""Lines that look like the first of a header block, before we give up."""

_QUOTE = re.compile(r"\A[ \t]{0,8}(?:[>|][ \t]?)+")
ONE_QUOTE = re.compile(r"\A[ \t]{0,8}>[ ]?")
_FIELD = re.compile(
    rf"[\s*_|]{{0,8}}(?P<label>[^\W\d_][^:\uff1a*\n]{{0,{LONGEST_LABEL}}}?)\s{{0,4}}\*{{0,2}}\s?[:\uff1a]\*{{0,2}}(?P<value>.*)"
)
_DASHES = re.compile(
    r"\s*[-_*=~\u2014\u2500]{2,40}\s*(?P<words>[^-_*=]\D{1,60}?)\s*[-_*=~\u2014\u2500]{2,40}\s*:?\s*(?P<rest>.*)"
)
_RULE = re.compile(r"\s*[-_*=\u2014\u2500]{3,200}\s*")
_BEHIND_FROM = ("date", "to", "subject")
"""What programs that name the sender first go on with."""


@dataclass(slots=True)
class Block:
    """Header lines found in a text: from line `begin` up to, but without, line `end`."""

    begin: int
    end: int
    fields: dict[str, str] = field(default_factory=dict)
    quoted: bool = False
    doubtful: bool = False
    """Some of it may be the words of whoever wrote the letter."""


def find(lines: list[str]) -> Block | None:
    """The first run of neighbouring lines that names a sender and a date or subject."""
    tried = 0
    for place, line in enumerate(lines):
        if ":" not in line and "\uff1a" not in line:
            continue
        run_together = _run_together(line, place)
        if run_together is not None:
            return run_together
        if _field(line)[0] in ("from", "date", "to", "subject"):
            block = _collected(lines, place)
            if _is_complete(block) or _lacks_only_its_sender(lines, block):
                return block
            tried += 1
            if tried > BLOCKS_TRIED:
                return None
    return None


def above(lines: list[str], block: Block) -> tuple[int, bool]:
    """Where what stands above the forward ends, and whether a line there says that it was passed on."""
    if _run_together(lines[block.begin], block.begin):
        return block.begin, True
    top = block.begin
    while top > 0 and not bare(lines[top - 1]):
        top -= 1
    said = bare(lines[top - 1]) if top else ""
    if _DASHES.fullmatch(said):
        return top - 1, FORWARDED.search(said) is not None
    if said[-1:] in (":", "\uff1a") and len(said) < 100 and FORWARDED.search(said):
        return top - 1, True
    return (top - 1, False) if said and _RULE.fullmatch(said) else (top, False)


def bare(line: str) -> str:
    """The line without the marks of a quote."""
    return _QUOTE.sub("", line, count=1).strip()


def is_quoted(line: str) -> bool:
    return ONE_QUOTE.match(line) is not None


def _is_complete(block: Block) -> bool:
    """ "From: Berlin, To: Lyon, Date: Monday" is somebody's journey: letters have a subject, or senders an address."""
    said = block.fields
    return "from" in said and ("subject" in said or ("@" in said["from"] and ("date" in said or "to" in said)))


def _lacks_only_its_sender(lines: list[str], block: Block) -> bool:
    """Below a line that says it was passed on: the sender's label is in a language we lack. What follows is a letter,
    and a block in there is only what its writer wants us to read.
    """
    said = sum(label in block.fields for label in _BEHIND_FROM)
    return "from" not in block.fields and said > 1 and above(lines, block)[1]


def _field(line: str) -> tuple[str, str]:
    """(what it says, its value) of a header line, quoted or not; empty when it is none."""
    match = _FIELD.fullmatch(_QUOTE.sub("", line, count=1) if line.lstrip()[:1] in ">|" else line)
    label = label_of(match["label"]) if match else ""
    return (label, match["value"].strip(" \t*")) if match and label else ("", "")


def _collected(lines: list[str], begin: int) -> Block:
    """The fields from line `begin` on. Values may go on in the next line, and blank lines may stand between fields."""
    block = Block(begin, begin + 1, quoted=is_quoted(lines[begin]))
    last, place, blanks, apart = "", begin, 0, False
    while place < min(len(lines), begin + 40):
        name, value = _field(lines[place])
        if name and blanks and len(block.fields) > 1 and not apart:
            break  # below a blank line, the first words of a letter: the lines of this block stand close together
        if name and (name not in block.fields or name == "other"):
            apart = apart or blanks > 0
            block.fields[name] = value
            last, blanks, block.end = name, 0, place + 1
        elif not bare(lines[place]):
            blanks += 1
            if blanks > 2:
                break
        elif last and blanks == 0 and not name and _goes_on(lines, place, block.fields):
            block.fields[last] = f"{block.fields[last]} {bare(lines[place])}".strip()
            block.end = place + 1
        else:
            block.doubtful = bool(name) and blanks == 0  # said twice
            break
        place += 1
    block.doubtful = block.doubtful or _is_out_of_order(list(block.fields))
    return block


def _is_out_of_order(labels: list[str]) -> bool:
    """`From: A <a@x.example>`, `Cc: B <b@y.example>`: a long name that was wrapped can look like that."""
    return labels[0] == "from" and len(labels) > 1 and labels[1] not in _BEHIND_FROM


def _goes_on(lines: list[str], place: int, fields: dict[str, str]) -> bool:
    """Whether this line only continues the field above: another field, not yet seen, follows soon."""
    for ahead in lines[place + 1 : place + 6]:
        name, _ = _field(ahead)
        if name:
            return name not in fields
        if not bare(ahead):
            return False
    return False


def _run_together(line: str, place: int) -> Block | None:
    """`----- Forwarded Message ----- From: … To: … Sent: …Subject: …` on one line, as some web mail writes it."""
    match = _DASHES.match(line)
    pieces = list(in_one_line().finditer(match["rest"])) if match else []
    if match is None or not pieces:
        return None
    labels = [label_of(piece["label"]) for piece in pieces]
    ends = [*(piece.start() for piece in pieces[1:]), len(match["rest"])]
    said: dict[str, str] = {}
    for label, piece, end in zip(labels, pieces, ends, strict=True):
        said.setdefault(label, match["rest"][piece.end() : end].strip())
    if "subject" not in said and (glued := glued_subject().search(said.get("date", ""))):
        said |= {"date": said["date"][: glued.start()], "subject": said["date"][glued.end() :].strip()}
    if "from" not in said or len(said) < 2:
        return None
    twice = len(set(labels)) < len(labels)
    next_to_it = labels[labels.index("from") + 1 : labels.index("from") + 2]
    return Block(place, place + 1, said, doubtful=twice or next_to_it not in (["to"], ["date"]))
