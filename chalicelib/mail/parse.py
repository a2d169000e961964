"""A raw mail becomes an Inbound, whatever is in it.

Total: never raises, and its time is bounded by checks on the bytes before any parser sees them. A mail that cannot be
read is *opaque*: its sender and subject are salvaged where possible, and a person gets the original.
"""

from __future__ import annotations

from dataclasses import replace
from email.message import Message

from chalicelib.desk import screening
from chalicelib.desk.model import Address, Channel, Delivery, Inbound
from chalicelib.mail import addresses, attached, cards, headers, limits, long_bodies, parts, tree, verdicts
from chalicelib.mail.automatic import absences, bounces, machines, reports
from chalicelib.mail.header_labels import REPLY_PREFIX, is_forward_subject
from chalicelib.mail.headers import Headers
from chalicelib.mail.long_bodies import LongBodies
from chalicelib.mail.text import CUT_NOTE

TEXT_LIMIT = 256 * 1024
"""Characters of text kept, the note that says so included. The whole mail is in S3 and goes along as a file.

So many, because quotes are cut from this text: what somebody wrote below a long quote must be in it."""
FRESH_LIMIT = 64 * 1024
"""Characters kept of what they wrote this time, the note included: it must fit into a row, four bytes a letter."""
DATED_LIMIT = 100
SUBJECT_LIMIT = 300
IDS_KEPT = 100
"""Of a long References the newest are kept."""
UNREADABLE = "This message could not be read; the original is attached."


def parse(raw: bytes, delivery: Delivery) -> Inbound:
    """The mail `raw`, delivered as `delivery` says, as an Inbound; opaque with its `defect` when it cannot be read."""
    bodies = long_bodies.walk(raw)
    excess = limits.excess(bodies.short)
    if excess:
        return _opaque(raw, delivery, excess)
    try:
        return _whole(raw, bodies, delivery)
    except Exception as surprise:  # nothing a stranger sends may stop its own delivery
        return _opaque(raw, delivery, f"reading it failed ({type(surprise).__name__})")


def _whole(raw: bytes, bodies: LongBodies, delivery: Delivery) -> Inbound:
    top = headers.read(raw)
    root = tree.grown(bodies, top)
    envelope = _envelope(top, delivery, verdicts.provider_block(top, delivery.key))
    said = _words(root)
    envelope = _with_evidence(envelope, top, root, said.text)
    text = "\n\n".join(filter(None, (envelope.report.sentence, said.text))) if envelope.report else said.text
    inbound = replace(
        envelope,
        text=_capped(text, TEXT_LIMIT),
        cut=said.cut or len(text) > TEXT_LIMIT,
        size=len(raw),
        attachments=attached.attachments(root, delivery.key),
    )
    fresh = _fresh_text(inbound, said.markup)
    return replace(inbound, fresh_text=_capped(fresh, FRESH_LIMIT), cut=inbound.cut or len(fresh) > FRESH_LIMIT)


def _opaque(raw: bytes, delivery: Delivery, defect: str) -> Inbound:
    """What can be told from the header alone, and nothing at all if even that surprises."""
    try:
        top = headers.read(raw)
        inbound = _envelope(top, delivery, verdicts.provider_block(top, delivery.key))
    except Exception as surprise:  # not even its header can be read: a person gets it all the same
        inbound = replace(_envelope(Headers((), False), delivery, None), verdicts=delivery.verdicts)
        defect = f"{defect}; reading its header failed ({type(surprise).__name__})"
    return replace(inbound, sender_certain=False, text=UNREADABLE, fresh_text=UNREADABLE, size=len(raw), defect=defect)


def _envelope(top: Headers, delivery: Delivery, block: verdicts.Block | None) -> Inbound:
    """Everything but the words and files. `block` is the provider's on top."""
    sender, certain = _sender(top, block)
    return Inbound(
        key=delivery.key,
        channel=Channel.MAIL,
        received_at=delivery.received_at,
        sender=sender,
        sender_certain=certain,
        text="",
        fresh_text="",
        subject=headers.line(top.first("subject"), SUBJECT_LIMIT),
        message_id=_own_id(top),
        in_reply_to=_ids(top, "in-reply-to"),
        references=_ids(top, "references"),
        recipients=tuple(recipient.lower() for recipient in delivery.recipients),
        envelope_from=delivery.envelope_from.strip("<> ").lower(),
        null_return_path=_has_null_return_path(top, delivery),
        reply_to=_addresses(top, "reply-to"),
        to=_addresses(top, "to"),
        cc=_addresses(top, "cc"),
        verdicts=verdicts.with_block(delivery, block),
        marks=machines.marks(top),
        dated=headers.line(top.first("date"), DATED_LIMIT),
    )


def _sender(top: Headers, block: verdicts.Block | None) -> tuple[Address, bool]:
    """The From mailbox, and whether every program must read the same one from these bytes."""
    lines = top.all("from")
    sole = addresses.sole_mailbox(lines[0]) if len(lines) == 1 and top.intact else None
    if sole is not None:
        # The provider vouches for the domain it read: when it read another one, we are the ones in doubt.
        return sole, not (block and block.from_domain) or block.from_domain == sole.domain
    nameless = Address("", addresses.safe_name(top.first("from")))
    return next(iter(addresses.read_list(top.first("from"))), nameless), False


def _own_id(top: Headers) -> str:
    value = top.first("message-id")
    return next(iter(headers.message_ids(value)), headers.line(value.strip("<> "), 998))


def _ids(top: Headers, name: str) -> tuple[str, ...]:
    return headers.message_ids(" ".join(top.all(name)))[-IDS_KEPT:]


def _addresses(top: Headers, name: str) -> tuple[Address, ...]:
    return addresses.read_list(", ".join(top.all(name)))


def _has_null_return_path(top: Headers, delivery: Delivery) -> bool:
    """No answer may go back to a mail from `<>` (RFC 5321 4.5.5): by the envelope, or by the field on top."""
    on_top = top.fields[0] if top.fields else ("", "")
    return not delivery.envelope_from.strip("<> ") or (on_top[0] == "return-path" and on_top[1].strip() == "<>")


def _with_evidence(envelope: Inbound, top: Headers, root: Message, text: str) -> Inbound:
    """What parts and words say of who wrote it: a report with the letter it is about, or an automatic answer."""
    layout = reports.Layout.of(root)
    returned = tuple(reports.returned_letters(layout))
    bare = bounces.Seen(top, envelope.sender, envelope.subject, text, envelope.null_return_path, returned)
    report = bounces.read_report(layout, bare)
    marks = replace(envelope.marks, report_type=reports.kind_of(layout))
    if report is not None:
        about = tuple(dict.fromkeys((*reports.parent_ids(layout), *envelope.in_reply_to)))
        return replace(envelope, marks=marks, report=report, in_reply_to=about)
    return _with_words_of_machines(replace(envelope, marks=marks), top, text)


def _with_words_of_machines(envelope: Inbound, top: Headers, text: str) -> Inbound:
    """Asked only where the header has some sign of a machine: without one, words prove nothing."""
    if not screening.has_a_sign_of_a_machine(envelope):
        return envelope
    to_many = envelope.marks.list_mail and not screening.has_a_sign_of_a_machine(_as_if_to_one(envelope))
    says = machines.says(top, envelope.sender, envelope.subject, text, to_many=to_many)
    answers = says in ("absence", "automatic")
    away = absences.read_absence(text, envelope.received_at.date(), envelope.sender.email) if answers else None
    return replace(envelope, marks=replace(envelope.marks, says=says), away=away)


def _as_if_to_one(envelope: Inbound) -> Inbound:
    marks = envelope.marks
    precedence = "" if marks.precedence in ("bulk", "list") else marks.precedence
    return replace(envelope, marks=replace(marks, list_mail=False, precedence=precedence))


def _words(root: Message) -> parts.Words:
    said = parts.words(root)
    text = said.text.replace("\u2028", "\n").replace("\u2029", "\n")
    return replace(said, text=text.strip("\n").rstrip())


def _capped(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - len(CUT_NOTE) - 2].rstrip()}\n\n{CUT_NOTE}"


def _fresh_text(inbound: Inbound, markup: str) -> str:
    """Only answers have a quoted part; a first letter and a forward are their author's words to the end.

    Some phones answer without In-Reply-To, with `Re:` alone. Of an HTML letter the boxes around quotes count, too.
    """
    is_answer = inbound.is_reply or REPLY_PREFIX.match(inbound.subject) is not None
    if not is_answer or inbound.report is not None or is_forward_subject(inbound.subject):
        return cards.without_card(inbound.text) or inbound.text
    from chalicelib.mail.quoting import quoted_html, quotes  # loaded only for answers: cold start

    boxed = markup if quoted_html.has_boxes(markup) and not cards.holds_card(inbound.text) else ""
    return (quoted_html.fresh(boxed) if boxed else quotes.fresh(inbound.text)) or inbound.text
