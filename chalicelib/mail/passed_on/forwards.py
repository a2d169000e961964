"""The letter inside a forward, as every mail program writes it: who wrote it, to whom, about what, and the words.

A forward is a block of header lines in a person's language above the words. Programs differ in order, quoting and in
the line above the block, so all three are left open: what counts is that neighbouring lines name a sender and a date
or a subject. The line above it, or the mail's own subject, tells a forward from an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from chalicelib.desk.forwarded import Forwarded
from chalicelib.desk.model import Address
from chalicelib.mail import headers
from chalicelib.mail.header_labels import FORWARD_PREFIX, FORWARDED, REPLY_PREFIX, is_forward_subject
from chalicelib.mail.passed_on import blocks
from chalicelib.mail.passed_on.blocks import ONE_QUOTE, Block, bare, is_quoted
from chalicelib.mail.passed_on.shown import ADDRESS, names_one, people, person

LIMIT = 256 * 1024
"""Characters looked at."""
SUBJECT_LIMIT = 300

_ATTRIBUTION = re.compile(r".{0,120}?\d.{0,200}[:\uff1a]\s*|.{0,200}<[^<>\s]{3,320}>.{0,120}[:\uff1a]\s*")
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u202a\u202b\u202c\u2066\u2069"))


def read_forward(text: str, subject: str = "") -> Forwarded | None:
    """The letter inside the forward `text`; None when this is no forward, or an answer with the letter below it.

    `subject` is that of the mail itself: `Fw:` makes a forward of what could be an answer, `Re:` the other way round.
    """
    lines = text[:LIMIT].translate(_INVISIBLE).replace("\u00a0", " ").split("\n")
    block = blocks.find(lines)
    if block is None:
        return _from_attribution(lines, subject) if is_forward_subject(subject) else None
    top, explicit = blocks.above(lines, block)
    if _is_quoted_by_an_answer(lines, block, top):
        return None
    if explicit or is_forward_subject(subject) or not _is_answer(subject):
        return _from_block(lines, block, top)
    return None


def read_attached(raw: bytes, body: str, comment: str) -> Forwarded | None:
    """The mail that travels as an attachment: its header from `raw`, its words from whoever parsed it."""
    top = headers.read(raw)
    written_by = top.all("from")
    if not written_by:
        return None
    shown = headers.words(", ".join(written_by))
    ids = headers.message_ids(top.first("message-id"))
    return Forwarded(
        sender=person(shown),
        sender_certain=names_one(shown),
        to=people(headers.words(", ".join(top.all("to")))),
        cc=people(headers.words(", ".join(top.all("cc")))),
        subject=headers.line(top.first("subject"), SUBJECT_LIMIT),
        dated=headers.line(top.first("date"), 100),
        comment=comment.strip(),
        body=body.strip(),
        message_id=next(iter(ids), ""),
    )


def _is_answer(subject: str) -> bool:
    return REPLY_PREFIX.match(subject) is not None


def _is_quoted_by_an_answer(lines: list[str], block: Block, top: int) -> bool:
    """`On Monday, Jane <jane@x.example> wrote:` stands above it: the forward is part of what Jane wrote."""
    nearest = next((said for line in reversed(lines[:top]) if (said := bare(line))), "")
    by_name = _is_attribution(nearest) and not FORWARDED.search(nearest)
    return by_name or (block.quoted and any(is_quoted(line) and bare(line) for line in lines[:top]))


def _is_attribution(said: str) -> bool:
    return len(said) <= 400 and _ATTRIBUTION.fullmatch(said) is not None and ADDRESS.search(said) is not None


def _from_block(lines: list[str], block: Block, top: int) -> Forwarded:
    below = lines[block.end :]
    body, after = _unquoted(below) if block.quoted or _all_quoted(below) else (below, [])
    said = block.fields
    shown = said.get("from", "")
    return Forwarded(
        sender=person(shown),
        sender_certain=names_one(shown) and not block.doubtful,
        to=people(said.get("to", "")),
        cc=people(said.get("cc", "")),
        subject=headers.plain_line(said.get("subject", ""), SUBJECT_LIMIT),
        dated=headers.plain_line(said.get("date", ""), 100),
        comment=_joined(lines[:top]),
        below=_joined(after),
        body="\n".join(body).strip("\n").rstrip(),
    )


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines).strip()


def _all_quoted(lines: Iterable[str]) -> bool:
    said = [line for line in lines if line.strip()]
    return bool(said) and all(map(is_quoted, said))


def _unquoted(lines: list[str]) -> tuple[list[str], list[str]]:
    """The quoted letter without one level of its marks, and what stands below it."""
    end = max((place + 1 for place, line in enumerate(lines) if is_quoted(line)), default=0)
    return [ONE_QUOTE.sub("", line, count=1) for line in lines[:end]], lines[end:]


# --- without a header block ------------------------------------------------------------------------------------


def _from_attribution(lines: list[str], subject: str) -> Forwarded | None:
    """`On 28/10/2021, 12:46, Jane Roe <jane@x.example> wrote:` above the letter, in any language, and `Fw:` outside."""
    for place, line in enumerate(lines[:200]):
        said = bare(line)
        if not _is_attribution(said):
            continue
        below = lines[place + 1 :]
        body, after = _unquoted(below) if _all_quoted(below) else (below, [])
        return Forwarded(
            sender=_attributed(said),
            sender_certain=names_one(said),
            subject=headers.plain_line(FORWARD_PREFIX.sub("", subject, count=1), SUBJECT_LIMIT),
            dated="",
            comment=_joined(lines[:place]),
            below=_joined(after),
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
