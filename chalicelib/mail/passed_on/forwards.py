"""The letter inside a forward, as every mail program writes it: who wrote it, to whom, about what, and the words.

A forward is a block of header lines in a person's language above the words. Programs differ in order, quoting and in
the line above the block, so all three are left open: what counts is that neighbouring lines name a sender and a date
or a subject. The line above it, or the mail's own subject, tells a forward from an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from chalicelib.desk.forwarded import Forwarded
from chalicelib.desk.model import Address
from chalicelib.mail import headers
from chalicelib.mail.addresses import safe_email, safe_name
from chalicelib.mail.header_labels import (
    FORWARD_PREFIX,
    FORWARDED,
    LONGEST_LABEL,
    REPLY_PREFIX,
    glued_subject,
    in_one_line,
    is_forward_subject,
    label_of,
)

LIMIT = 256 * 1024
"""Characters looked at."""
BLOCKS_TRIED = 20
"""Lines that look like the first of a header block, before we give up."""
SUBJECT_LIMIT = 300

_QUOTE = re.compile(r"\A[ \t]{0,8}(?:[>|][ \t]?)+")
_ONE_QUOTE = re.compile(r"\A[ \t]{0,8}>[ ]?")
_FIELD = re.compile(
    rf"[\s*_|]{{0,8}}(?P<label>[^\W\d_][^:\uff1a*\n]{{0,{LONGEST_LABEL}}}?)\s{{0,4}}\*{{0,2}}\s?[:\uff1a]\*{{0,2}}(?P<value>.*)"
)
_DASHES = re.compile(
    r"\s*[-_*=~\u2014\u2500]{2,40}\s*(?P<words>[^-_*=]\D{1,60}?)\s*[-_*=~\u2014\u2500]{2,40}\s*:?\s*(?P<rest>.*)"
)
_RULE = re.compile(r"\s*[-_*=\u2014\u2500]{3,200}\s*")
_MAILTO = re.compile(r"(?<=\S)<mailto:[^<>]{0,320}>|(?<=\S)\[mailto:[^\[\]]{0,320}\](?=\s*[<\[])", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]{1,64}@[^\s<>()\[\]\"',;:@]{1,255}")
_ATTRIBUTION = re.compile(r".{0,120}?\d.{0,200}[:\uff1a]\s*|.{0,200}<[^<>\s]{3,320}>.{0,120}[:\uff1a]\s*")
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u202a\u202b\u202c\u2066\u2069"))


@dataclass(slots=True)
class _Block:
    """Header lines found in a text: from line `begin` up to, but without, line `end`."""

    begin: int
    end: int
    fields: dict[str, str] = field(default_factory=dict)
    quoted: bool = False


def read_forward(text: str, subject: str = "") -> Forwarded | None:
    """The letter inside the forward `text`; None when this is no forward, or an answer with the letter below it.

    `subject` is that of the mail itself: `Fw:` makes a forward of what could be an answer, `Re:` the other way round.
    """
    lines = text[:LIMIT].translate(_INVISIBLE).replace("\u00a0", " ").split("\n")
    block = _header_block(lines)
    if block is not None:
        top, explicit = _above(lines, block)
        if explicit or is_forward_subject(subject) or not _is_answer(subject):
            return _from_block(lines, block, top)
        return None
    return _from_attribution(lines, subject) if is_forward_subject(subject) else None


def read_attached(raw: bytes, body: str, comment: str) -> Forwarded | None:
    """The mail that travels as an attachment: its header from `raw`, its words from whoever parsed it."""
    top = headers.read(raw)
    if not top.has("from"):
        return None
    ids = headers.message_ids(top.first("message-id"))
    return Forwarded(
        sender=person(headers.words(top.first("from"))),
        to=people(headers.words(", ".join(top.all("to")))),
        cc=people(headers.words(", ".join(top.all("cc")))),
        subject=headers.line(top.first("subject"), SUBJECT_LIMIT),
        dated=headers.line(top.first("date"), 100),
        comment=comment.strip(),
        body=body.strip(),
        message_id=next(iter(ids), ""),
    )


def person(value: str) -> Address:
    """The first mailbox of a shown From line: `Jane Roe <jane@x.example<mailto:jane@x.example>> on behalf of …`."""
    found = people(value)
    return found[0] if found else Address("", safe_name(_MAILTO.sub("", value).strip(" <>[]*")))


def people(value: str) -> tuple[Address, ...]:
    """The mailboxes of a shown To or Cc line, whatever parts them; names may hold commas."""
    plain = _MAILTO.sub("", value).replace("mailto:", "")
    found: dict[str, Address] = {}
    end = 0
    for match in _ADDRESS.finditer(plain):
        name = plain[end : match.start()].strip(" \t,;<>[]()*\"'")
        end = match.end()
        email = safe_email(match[0])
        if email and email not in found:
            found[email] = Address(email, _name_beside(name, email))
    return tuple(found.values())


def _name_beside(name: str, email: str) -> str:
    safe = safe_name(name)
    return "" if safe.lower() == email or "@" in safe else safe


# --- the header block ------------------------------------------------------------------------------------------


def _header_block(lines: list[str]) -> _Block | None:
    """The first run of neighbouring lines that names a sender and a date or subject."""
    tried = 0
    for place, line in enumerate(lines):
        if ":" not in line and "\uff1a" not in line:
            continue
        run_together = _run_together(line)
        if run_together:
            return _Block(place, place + 1, run_together)
        if _field(line)[0] in ("from", "date", "to", "subject"):
            block = _collected(lines, place)
            if _is_complete(block):
                return block
            tried += 1
            if tried > BLOCKS_TRIED:
                return None
    return None


def _is_complete(block: _Block) -> bool:
    """ "From: Berlin, To: Lyon, Date: Monday" is somebody's journey: letters have a subject, or senders an address."""
    said = block.fields
    return "from" in said and ("subject" in said or ("@" in said["from"] and ("date" in said or "to" in said)))


def _field(line: str) -> tuple[str, str]:
    """(what it says, its value) of a header line, quoted or not; empty when it is none."""
    match = _FIELD.fullmatch(_QUOTE.sub("", line, count=1) if line.lstrip()[:1] in ">|" else line)
    label = label_of(match["label"]) if match else ""
    return (label, match["value"].strip(" \t*")) if match and label else ("", "")


def _collected(lines: list[str], begin: int) -> _Block:
    """The fields from line `begin` on. Values may go on in the next line, and blank lines may stand between fields."""
    block = _Block(begin, begin + 1, quoted=_is_quoted(lines[begin]))
    last, place, blanks = "", begin, 0
    while place < min(len(lines), begin + 40):
        name, value = _field(lines[place])
        if name and (name not in block.fields or name == "other"):
            block.fields[name] = value
            last, blanks, block.end = name, 0, place + 1
        elif not _bare(lines[place]):
            blanks += 1
            if blanks > 2:
                break
        elif last and blanks == 0 and not name and _goes_on(lines, place, block.fields):
            block.fields[last] = f"{block.fields[last]} {_bare(lines[place])}".strip()
            block.end = place + 1
        else:
            break
        place += 1
    return block


def _goes_on(lines: list[str], place: int, fields: dict[str, str]) -> bool:
    """Whether this line only continues the field above: another field, not yet seen, follows soon."""
    for ahead in lines[place + 1 : place + 6]:
        name, _ = _field(ahead)
        if name:
            return name not in fields
        if not _bare(ahead):
            return False
    return False


def _bare(line: str) -> str:
    return _QUOTE.sub("", line, count=1).strip()


def _is_quoted(line: str) -> bool:
    return _ONE_QUOTE.match(line) is not None


def _run_together(line: str) -> dict[str, str]:
    """`----- Forwarded Message ----- From: … To: … Sent: …Subject: …` on one line, as some web mail writes it."""
    match = _DASHES.match(line)
    if match is None or not match["rest"].strip():
        return {}
    pieces = list(in_one_line().finditer(match["rest"]))
    ends = [piece.start() for piece in pieces[1:]] + [len(match["rest"])]
    said: dict[str, str] = {}
    for piece, end in zip(pieces, ends, strict=True):
        label = label_of(piece["label"])
        if label and label not in said:
            said[label] = match["rest"][piece.end() : end].strip()
    if "subject" not in said and (glued := glued_subject().search(said.get("date", ""))):
        said |= {"date": said["date"][: glued.start()], "subject": said["date"][glued.end() :].strip()}
    return said if "from" in said and len(said) > 1 else {}


def _above(lines: list[str], block: _Block) -> tuple[int, bool]:
    """Where what stands above the forward ends, and whether a line there says that it was passed on."""
    if _run_together(lines[block.begin]):
        return block.begin, True
    top = block.begin
    while top > 0 and not _bare(lines[top - 1]):
        top -= 1
    said = _bare(lines[top - 1]) if top else ""
    if _DASHES.fullmatch(said):
        return top - 1, FORWARDED.search(said) is not None
    if said[-1:] in (":", "\uff1a") and len(said) < 100 and FORWARDED.search(said):
        return top - 1, True
    return (top - 1, False) if said and _RULE.fullmatch(said) else (top, False)


def _is_answer(subject: str) -> bool:
    return REPLY_PREFIX.match(subject) is not None


def _from_block(lines: list[str], block: _Block, top: int) -> Forwarded:
    below = lines[block.end :]
    body, after = _unquoted(below) if block.quoted or _all_quoted(below) else (below, [])
    said = block.fields
    return Forwarded(
        sender=person(said.get("from", "")),
        to=people(said.get("to", "")),
        cc=people(said.get("cc", "")),
        subject=headers.plain_line(said.get("subject", ""), SUBJECT_LIMIT),
        dated=headers.plain_line(said.get("date", ""), 100),
        comment=_joined(lines[:top], after),
        body="\n".join(body).strip("\n").rstrip(),
    )


def _joined(above: Sequence[str], below: Sequence[str]) -> str:
    parts = ("\n".join(part).strip() for part in (above, below))
    return "\n\n".join(filter(None, parts))


def _all_quoted(lines: Iterable[str]) -> bool:
    said = [line for line in lines if line.strip()]
    return bool(said) and all(map(_is_quoted, said))


def _unquoted(lines: list[str]) -> tuple[list[str], list[str]]:
    """The quoted letter without one level of its marks, and what stands below it."""
    end = max((place + 1 for place, line in enumerate(lines) if _is_quoted(line)), default=0)
    return [_ONE_QUOTE.sub("", line, count=1) for line in lines[:end]], lines[end:]


# --- without a header block ------------------------------------------------------------------------------------


def _from_attribution(lines: list[str], subject: str) -> Forwarded | None:
    """`On 28/10/2021, 12:46, Jane Roe <jane@x.example> wrote:` above the letter, in any language, and `Fw:` outside."""
    for place, line in enumerate(lines[:200]):
        said = _bare(line)
        if len(said) > 400 or not _ATTRIBUTION.fullmatch(said) or not _ADDRESS.search(said):
            continue
        below = lines[place + 1 :]
        body, after = _unquoted(below) if _all_quoted(below) else (below, [])
        return Forwarded(
            sender=_attributed(said),
            subject=headers.plain_line(FORWARD_PREFIX.sub("", subject, count=1), SUBJECT_LIMIT),
            dated="",
            comment=_joined(lines[:place], after),
            body="\n".join(line.removeprefix("    ") for line in body).strip("\n").rstrip(),
        )
    return None


def _attributed(said: str) -> Address:
    """The mailbox of an attribution; its name begins behind the date."""
    found = person(said)
    quoted = re.search(r'"([^"]{1,100})"?$', found.name)
    name = quoted[1] if quoted else re.split(r"\d[\d:.,/ ]*(?:[ap]\.?m\.?)?\W{0,3}\s", found.name)[-1]
    name = name.rpartition(", ")[2].strip(" ,\"'")
    return Address(found.email, "" if re.search(r"\d", name) else name)
