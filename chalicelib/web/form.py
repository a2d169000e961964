"""The contact form: what was posted, checked, kept, and turned into the same shape a mail has.

read_fields              body → Fields      what was typed, cleaned; nothing judged
check                    Fields → Post      or Refused with every fault at once
to_bytes / from_bytes    Post ↔ JSON        what lies in S3 before anything else happens
to_inbound               JSON → Inbound     unverified by design: anybody can type any address
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from chalicelib.errors import Fault, Refused

if TYPE_CHECKING:
    from chalicelib.desk.model import Delivery, Inbound  # a tenth of the empty form's cold start, which needs none

MAX_BODY = 256 * 1024
"""Bytes. The longest message fits even when every character of it is percent-encoded to twelve bytes."""
MAX_EXTRAS = 30
MAX_EXTRA_LENGTH = 1_000
LIMITS = {"name": 100, "email": 254, "message": 20_000, "phone": 40, "subject": 150}
"""Characters. 254 is the longest address SMTP can carry (RFC 5321 4.5.3.1.3, less the angle brackets)."""

_MAX_PAIRS = 200
"""More fields than this is no form; it keeps the page that shows them again within bounds."""
_PLACES = {
    **{place: place for place in (*LIMITS, "nonce")},
    # what forms made for Formspree and its many copies call the same things
    "_replyto": "email",
    "_subject": "subject",
}
_LINE_END = re.compile("\r\n?|\x85|\u2028|\u2029")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""C0 and C1 controls but tab and line feed, and the bidi controls that make text read as what it is not."""
_SURROGATE = re.compile("[\ud800-\udfff]")
# ASCII only: SES takes no other address, and browsers turn the domain of an `email` field into ASCII themselves.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}")

_REQUIRED = {
    "name": "Enter your name, so that we know who is asking",
    "email": "Enter your email address, like name@example.org, so that we can answer",
    "message": "Write your message",
}
_NOT_AN_ADDRESS = "Check your email address: it should look like name@example.org"


@dataclass(frozen=True, slots=True)
class Fields:
    """What was typed, cleaned but not judged: the page shows it again when something is to be mended."""

    name: str = ""
    email: str = ""
    message: str = ""
    phone: str = ""
    subject: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    """Filled fields of the firm's own form that we have no name for, in order: (label, words)."""
    nonce: str = ""
    """Drawn anew for every page shown: tells a second press of the button from a second message."""


@dataclass(frozen=True, slots=True)
class Post(Fields):
    """Fields that passed `check`."""


def read_post(body: bytes, content_type: str) -> Post:
    """The post in a request body. Raises Refused with every fault at once."""
    return check(read_fields(body, content_type))


def too_large(body: bytes) -> bool:
    return len(body) > MAX_BODY


def read_fields(body: bytes, content_type: str) -> Fields:
    """What was typed. Raises Refused only for a body that is no form at all (UNSUPPORTED, MALFORMED)."""
    match content_type.partition(";")[0].strip().lower():
        case "application/x-www-form-urlencoded":
            return _sort(_urlencoded(body))
        case "application/json":
            return _sort(_flat_json(body))
        case _:
            raise Refused(Fault("content-type", "Send form fields or JSON; files can follow by mail", "UNSUPPORTED"))


def check(fields: Fields) -> Post:
    """The same fields as a Post. Raises Refused with every fault at once, in the order of the page."""
    faults = [fault for place in LIMITS for fault in _faults_of(place, getattr(fields, place))]
    if len(fields.fields) > MAX_EXTRAS:
        faults.append(Fault("form", f"Send at most {MAX_EXTRAS} further fields", "MALFORMED"))
    faults += [
        _too_long(label, f"“{label[:40]}”", MAX_EXTRA_LENGTH, len(label) + len(words))
        for label, words in fields.fields
        if len(label) + len(words) > MAX_EXTRA_LENGTH
    ]
    if faults:
        raise Refused(*faults)
    return Post(
        name=fields.name,
        email=fields.email,
        message=fields.message,
        phone=fields.phone,
        subject=fields.subject,
        fields=fields.fields,
        nonce=fields.nonce,
    )


def post_key(post: Post, day: str) -> str:
    """Where a post is kept, and its delivery key: the same for the same words sent twice from one page.

    A firm's own form has no nonce. Then the day (`2026-11-23`) stands in: the same words twice in a day are one
    impatient press of the button, the same words next month are a new matter.
    """
    from chalicelib.desk.model import digest_base32

    page = ["nonce", post.nonce] if post.nonce else ["day", day]
    words = [post.name, post.email, post.message, post.phone, post.subject, post.fields]
    return "form/" + digest_base32(json.dumps([page, words]), 40)


def to_bytes(post: Post, received_at: datetime) -> bytes:
    """A post as the JSON kept in S3; `received_at` is aware."""
    saved = {
        "received_at": received_at.isoformat(),
        "name": post.name,
        "email": post.email,
        "message": post.message,
        "phone": post.phone,
        "subject": post.subject,
        "fields": post.fields,
        "nonce": post.nonce,
    }
    return json.dumps(saved, ensure_ascii=False, indent=1).encode()


def from_bytes(raw: bytes) -> tuple[Post, datetime]:
    """What `to_bytes` wrote, and when it was received. Raises Refused for anything else."""
    match _loads(raw):
        case {
            "received_at": str(received_at),
            "name": str(name),
            "email": str(email),
            "message": str(message),
            "phone": str(phone),
            "subject": str(subject),
            "fields": list(fields),
            "nonce": str(nonce),
        }:
            post = Post(name, email, message, phone, subject, tuple(_pair(field) for field in fields), nonce)
            return post, _instant(received_at)
        case _:
            raise _not_ours("a kept form post has other fields")


def to_inbound(raw: bytes, delivery: Delivery) -> Inbound:
    """A kept form post in the one shape that everything has behind the door; with a defect when it is none of ours."""
    from chalicelib.desk.model import Address, Channel, FormExtras, Inbound

    try:
        post, received_at = from_bytes(raw)
    except Refused as refused:
        return _opaque(delivery, defect=str(refused))
    return Inbound(
        key=delivery.key,
        channel=Channel.FORM,
        received_at=received_at,
        sender=Address(post.email.lower(), post.name),
        sender_certain=False,
        text=post.message,
        fresh_text=post.message,
        subject=post.subject or _first_words(post.message),
        form=FormExtras(post.phone, post.fields),
    )


def _opaque(delivery: Delivery, defect: str) -> Inbound:
    from chalicelib.desk.model import Address, Channel, Inbound

    return Inbound(
        key=delivery.key,
        channel=Channel.FORM,
        received_at=delivery.received_at,
        sender=Address(""),
        sender_certain=False,
        text="",
        fresh_text="",
        defect=defect,
    )


def _urlencoded(body: bytes) -> Iterable[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=_MAX_PAIRS)
    except ValueError as error:
        raise Refused(Fault("form", f"Send at most {MAX_EXTRAS} further fields", "MALFORMED")) from error


def _flat_json(body: bytes) -> Iterable[tuple[str, str]]:
    """The pairs of a JSON object of strings; null counts as empty."""
    fields = _loads(body)
    if not isinstance(fields, dict) or len(fields) > _MAX_PAIRS:
        raise Refused(Fault("form", 'Send one JSON object, like {"name": "…", "email": "…"}', "MALFORMED"))
    faults = [
        Fault(_line(label), f"Send “{_line(label)[:40]}” as a string", "MALFORMED")
        for label, words in fields.items()
        if not (words is None or isinstance(words, str))
    ]
    if faults:
        raise Refused(*faults)
    return [(label, words or "") for label, words in fields.items()]


def _loads(raw: bytes) -> object:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Refused(Fault("form", "This is not JSON that can be read", "MALFORMED")) from error


def _sort(pairs: Iterable[tuple[str, str]]) -> Fields:
    """Each pair to its place; what has none, or finds its place taken by other words, is kept as an extra field."""
    known: dict[str, str] = {}
    extras: list[tuple[str, str]] = []
    for label, typed in pairs:
        place = _PLACES.get(label.casefold())
        words = _text(typed) if place in (None, "message") else _line(typed)
        if words and place and known.setdefault(place, words) == words:
            continue
        if words:
            extras.append((_line(label) or "unnamed", words))
    return Fields(**known, fields=tuple(extras))


def _text(typed: str) -> str:
    """Trimmed, with \\n line ends, and without characters that nobody can see."""
    return _UNSEEN.sub("", _LINE_END.sub("\n", _SURROGATE.sub("\ufffd", typed))).strip()


def _line(typed: str) -> str:
    """The same on one line: nothing that ends up in a mail header may carry a line end."""
    return " ".join(_text(typed).split())


def _faults_of(place: str, words: str) -> Iterable[Fault]:
    if not words:
        if place in _REQUIRED:
            yield Fault(place, _REQUIRED[place], "REQUIRED")
    elif len(words) > LIMITS[place]:
        name = "email address" if place == "email" else place
        yield _too_long(place, f"your {name}", LIMITS[place], len(words))
    elif place == "email" and not _EMAIL.fullmatch(words):
        yield Fault(place, _NOT_AN_ADDRESS, "TYPE_EMAIL")


def _too_long(place: str, name: str, limit: int, length: int) -> Fault:
    return Fault(place, f"Shorten {name} to {limit:,} characters or fewer; it has {length:,} now", "TOO_LONG")


def _first_words(message: str, limit: int = 60) -> str:
    """The beginning of the first line, cut between words: stands in for a subject nobody was asked for."""
    line = _line(message.partition("\n")[0])
    if len(line) <= limit:
        return line
    return (line[:limit].rpartition(" ")[0] or line[:limit]) + " …"


def _pair(field: object) -> tuple[str, str]:
    match field:
        case [str(label), str(words)]:
            return label, words
        case _:
            raise _not_ours("a further field is a label and words")


def _instant(received_at: str) -> datetime:
    try:
        instant = datetime.fromisoformat(received_at)
    except ValueError as error:
        raise _not_ours("the time of receipt cannot be read") from error
    if instant.tzinfo is None:
        raise _not_ours("the time of receipt has no zone")
    return instant


def _not_ours(why: str) -> Refused:
    return Refused(Fault("form", f"This is not a form post that byname kept: {why}", "MALFORMED"))
