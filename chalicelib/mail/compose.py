"""A letter as a finished mail: headers by kind, bodies any server can carry, and a last look before it leaves.

Composed without `email.policy`: that one turns a long id in References into encoded words, which Outlook throws away
(cpython #100991). Names and subjects are encoded here and handed over as plain ASCII; ids are never encoded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import encoders, quoprimime
from email.errors import MessageError
from email.header import Header, decode_header, make_header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.parser import BytesHeaderParser
from email.policy import Compat32, compat32
from email.utils import format_datetime, parseaddr, quote
from typing import Any, assert_never

from chalicelib.desk.decision import Acknowledgement, Escalation, Forward, Letter, Notice, Nudge, Reply
from chalicelib.desk.model import Address, Attachment, AttachmentRef
from chalicelib.desk.signed_addresses import KeyRing, Purpose, write_address
from chalicelib.desk.team import Mailbox, Team
from chalicelib.errors import BynameError
from chalicelib.mail import phrases
from chalicelib.mail.headers import plain_line
from chalicelib.mail.render import RAW_NAME, Rendered

ATTACH_LIMIT = 7_000_000
"""Bytes of attachments that travel with a letter; more than this waits behind a link."""
LOOP_MARK = "X-Byname-Loop"
NAME_LIMIT = 100
SUBJECT_LIMIT = 250
FILE_NAME_LIMIT = 150
LINE = 78
"""Characters of a header's line (RFC 5322 2.1.1)."""
NEWEST_REFERENCES = 8
"""Beside the first: what a mail program needs to find its thread."""


class _Wire(Compat32):
    """Headers as compat32 folds them; what fits on a line as it is needs no folding, and none of its time."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if isinstance(value, str) and value.isascii() and value.isprintable() and len(name) + len(value) < LINE - 2:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_WIRE = _Wire(linesep="\r\n", mangle_from_=False)
_ID = re.compile(r"[!-;=?-~]{1,250}")
_TYPE = re.compile(r"(?!multipart/|message/)[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,100}")


class Miswritten(BynameError):  # noqa: N818 (named like its siblings in errors.py)
    """A finished mail does not read back as it was meant, so it must not leave. A mend in this module is due."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A mail as SES takes it, and its envelope."""

    mime: bytes
    sender: str
    to: str


def compose(
    letter: Letter,
    rendered: Rendered,
    team: Team,
    ring: KeyRing,
    instance: str,
    attachments: Sequence[Attachment] = (),
    raw: bytes = b"",
) -> Composed:
    """The letter as a mail. `attachments` travel with it; `raw` is the unreadable mail of a Forward that says so.

    The same arguments give the same bytes. SES sets its own Message-ID and Date. Raises Miswritten.
    """
    mailbox = team.mailbox(letter.mailbox)
    intended = _headers(letter, rendered, team, mailbox, ring, instance)
    mail = _body(letter, rendered, attachments, raw)
    _put_on_top(mail, intended)
    mime = flat(mail)
    _look_again(mime, intended)
    return Composed(mime, mailbox.address, letter.to)


def total_size(attachments: Iterable[AttachmentRef]) -> int:
    """Bytes of these files, decoded: over ATTACH_LIMIT they wait behind a link."""
    return sum(ref.size for ref in attachments)


# --- headers ---------------------------------------------------------------------------------------------------

Value = str | Address
"""What a header is to say: words, or a mailbox with its name."""


def _headers(
    letter: Letter, rendered: Rendered, team: Team, mailbox: Mailbox, ring: KeyRing, instance: str
) -> dict[str, Value]:
    name = plain_line(_from_name(letter, team, mailbox), NAME_LIMIT)
    own_domain = mailbox.receives_at.rpartition("@")[2]
    headers: dict[str, Value] = {
        "From": Address(mailbox.address, name),
        "To": Address(_plain_address(letter.to), plain_line(_to_name(letter), NAME_LIMIT)),
        "Reply-To": Address(_reply_address(letter, mailbox, ring), name),
        "Subject": plain_line(rendered.subject, SUBJECT_LIMIT),
        "Message-ID": f"<{letter.key}@{own_domain}>",
    }
    if not isinstance(letter, Reply):
        headers["Date"] = format_datetime(_whole_second(letter.decided_at))
    headers |= _threading(letter, f"t-{letter.thread_id}@{own_domain}")
    headers |= _automatic(letter, instance)
    return headers


def _from_name(letter: Letter, team: Team, mailbox: Mailbox) -> str:
    firm, language = mailbox.name or team.firm.name, phrases.spoken(letter.language, team)
    match letter:
        case Acknowledgement():
            return firm
        case Reply():
            return phrases.say(language, "from", "staff", author=letter.author.name, firm=firm)
        case Forward():
            customer = letter.card.customer_name or letter.card.customer
            if not customer:
                return phrases.say(language, "from", "desk", firm=firm)
            # The stranger's part is cut first, so that it can never push the firm's name out of sight.
            return phrases.say(language, "from", "customer", customer=plain_line(customer, NAME_LIMIT // 2), firm=firm)
        case Nudge() | Notice() | Escalation():
            return phrases.say(language, "from", "desk", firm=firm)
        case _:
            assert_never(letter)


def _to_name(letter: Letter) -> str:
    """Their name; none in the fixed letter, which repeats nothing."""
    return letter.to_name if not isinstance(letter, Acknowledgement) or letter.full else ""


def _reply_address(letter: Letter, mailbox: Mailbox, ring: KeyRing) -> str:
    match letter:
        case Acknowledgement() | Reply():
            purpose, party = Purpose.CUSTOMER_REPLY, letter.to
        case Forward() | Nudge() | Escalation():
            purpose, party = Purpose.STAFF_REPLY, letter.to_key
        case Notice():
            purpose, party = Purpose.PRIVATE_NOTE, letter.to_key
        case _:
            assert_never(letter)
    return write_address(mailbox.receives_at, purpose, letter.thread_id, party, ring)


def _threading(letter: Letter, own_id: str) -> dict[str, Value]:
    """Their ids, so that their program shows one conversation, and our own, so that a colleague's does."""
    if isinstance(letter, Acknowledgement) and not letter.full:
        return {}
    if not isinstance(letter, Acknowledgement | Reply):
        return {"References": f"<{own_id}>"}
    parent = letter.in_reply_to if _ID.fullmatch(letter.in_reply_to) else ""
    theirs = tuple(dict.fromkeys(each for each in (*letter.references, parent) if _ID.fullmatch(each)))
    if len(theirs) > NEWEST_REFERENCES + 1:
        theirs = (theirs[0], *theirs[-NEWEST_REFERENCES:])
    references = " ".join(f"<{each}>" for each in (own_id, *theirs))
    return {**({"In-Reply-To": f"<{parent}>"} if parent else {}), "References": references}


def _automatic(letter: Letter, instance: str) -> dict[str, Value]:
    """Whether other programs may answer it, and the mark by which we know our own."""
    match letter:
        case Acknowledgement():
            return {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All", LOOP_MARK: instance}
        case Reply():  # a person wrote it
            return {}
        case Forward():  # their out-of-office is something we want to hear, and it answers no Auto-Submitted mail
            return {LOOP_MARK: instance}
        case Nudge() | Notice() | Escalation():
            return {"Auto-Submitted": "auto-generated", LOOP_MARK: instance}
        case _:
            assert_never(letter)


def _plain_address(address: str) -> str:
    """An address as it may stand in a header; anything else would be somebody's try at a second recipient."""
    if not re.fullmatch(r"[!-;=?A-~]+@[A-Za-z0-9.-]+", address) or re.search(r'[",()<>\[\]:;\\]', address):
        raise Miswritten("the recipient's address is not one plain address")
    return address


def _whole_second(at: datetime) -> datetime:
    return at.replace(microsecond=0)


# --- encoding --------------------------------------------------------------------------------------------------


def _encoded(value: Value) -> str:
    if isinstance(value, str):
        return _encoded_words(value)
    if not value.name:
        return value.email
    is_plain = value.name.isascii() and "=?" not in value.name
    name = f'"{quote(value.name)}"' if is_plain else _encoded_words(value.name)
    return f"{name} <{value.email}>"


def _encoded_words(text: str) -> str:
    """ASCII as it is; else encoded words (RFC 2047), short enough for the first to stand beside the header's name."""
    if text.isascii() and "=?" not in text:
        return text
    return Header(text, "utf-8", maxlinelen=60).encode(linesep="\n").replace("\n ", " ")


def _put_on_top(mail: Message, intended: dict[str, Value]) -> None:
    """The headers people look for first, then those that say how the body is built."""
    structure = mail.items()
    for name, _ in structure:
        del mail[name]
    for name, value in (*((name, _encoded(value)) for name, value in intended.items()), *structure):
        mail[name] = value


def _body(letter: Letter, rendered: Rendered, attachments: Sequence[Attachment], raw: bytes) -> Message:
    body = _words(letter, rendered)
    files = [_file(each.ref.name, each.ref.content_type, each.content) for each in attachments]
    if isinstance(letter, Forward) and letter.raw_attached and raw:
        # As message/rfc822 it would be parsed again on its way; what could not be read must travel untouched.
        files.append(_file(RAW_NAME, "application/octet-stream", raw))
    if not files:
        return body
    mixed = MIMEMultipart("mixed", boundary=f"=_{letter.key}_files")
    for part in (body, *files):
        mixed.attach(part)
    return mixed


def _words(letter: Letter, rendered: Rendered) -> Message:
    plain = _text_part(rendered.text, "plain")
    if not rendered.html:
        return plain
    # `=_` stands in no quoted-printable or base64 body, so no text can end a part early (RFC 2045 6.7).
    both = MIMEMultipart("alternative", boundary=f"=_{letter.key}_words")
    both.attach(plain)
    both.attach(_text_part(rendered.html, "html"))
    return both


def _text_part(text: str, subtype: str) -> Message:
    part = Message()
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["MIME-Version"] = "1.0"
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(quoprimime.body_encode(text.encode("utf-8", "replace").decode("latin-1")))
    return part


def _file(name: str, content_type: str, content: bytes) -> Message:
    known = content_type.lower() if _TYPE.fullmatch(content_type.lower()) else "application/octet-stream"
    part = MIMEBase(*known.split("/", 1))
    part.set_payload(content)
    encoders.encode_base64(part)
    safe = re.sub(r'[\\/"]', "_", plain_line(name, FILE_NAME_LIMIT)) or "file"
    part.add_header("Content-Disposition", "attachment", filename=safe if safe.isascii() else ("utf-8", "", safe))
    return part


def flat(part: Message) -> bytes:
    """A part as it travels: what `as_bytes` gives for parts made here, in a third of its time."""
    head = b"".join(_WIRE.fold_binary(name, value) for name, value in part.raw_items())
    payload: Any = part.get_payload()
    if not isinstance(payload, list):
        return head + b"\r\n" + re.sub(rb"\r\n|\r|\n", b"\r\n", payload.encode("ascii"))
    boundary = b"--" + str(part.get_boundary()).encode("ascii")
    inside = b"".join(boundary + b"\r\n" + flat(child) + b"\r\n" for child in payload)
    return head + b"\r\n" + inside + boundary + b"--\r\n"


# --- the last look ---------------------------------------------------------------------------------------------

_STRUCTURE = {"content-type", "content-transfer-encoding", "mime-version"}


def _look_again(mime: bytes, intended: dict[str, Value]) -> None:
    """Read the finished header as a stranger would: the same fields, each once, saying the same."""
    found = BytesHeaderParser(policy=compat32).parsebytes(mime.partition(b"\r\n\r\n")[0])
    names = sorted(name.lower() for name in found.keys() if name.lower() not in _STRUCTURE)  # noqa: SIM118 (repeats)
    if names != sorted(name.lower() for name in intended):
        raise Miswritten("a finished mail holds other headers than were meant")
    for name, value in intended.items():
        if _read_back(str(found[name]), value) != value:
            raise Miswritten(f"the {name} header does not read back as it was meant")


def _read_back(written: str, meant: Value) -> Value:
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", written).strip()
    if isinstance(meant, str):
        return _decoded(unfolded)
    name, email = parseaddr(unfolded)
    return Address(email, _decoded(name))


def _decoded(text: str) -> str:
    if "=?" not in text:
        return text
    try:
        return str(make_header(decode_header(text)))
    except (MessageError, UnicodeError, LookupError) as error:
        raise Miswritten("a header cannot be decoded again") from error
