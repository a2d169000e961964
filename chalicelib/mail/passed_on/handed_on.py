"""Whose matter a colleague's mail to the firm's own mailbox is: a forward, attached or in the text, or a call."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from chalicelib.desk.forwarded import Forwarded, HandedOn
from chalicelib.desk.model import Attachment, Delivery, Inbound
from chalicelib.mail import headers
from chalicelib.mail.addresses import safe_email
from chalicelib.mail.header_labels import FORWARD_PREFIX
from chalicelib.mail.passed_on.calls import read_call
from chalicelib.mail.passed_on.forwards import read_attached, read_forward

NESTED = 3
"""Colleagues through whose hands a letter is followed."""


def read_handed_on(inbound: Inbound, ours: Collection[str], colleagues: Collection[str] = ()) -> HandedOn:
    """What a colleague hands on, and nothing when their mail is just theirs. `ours`: addresses of no customer."""
    letter = _letter(inbound)
    if letter is None:
        call = read_call(inbound.fresh_text, inbound.subject, ours, colleagues)
        return HandedOn(call, spoken=call is not None)
    for _ in range(NESTED):
        if letter.sender.email not in ours:
            break
        inner = read_forward(letter.body, letter.subject)
        letter = replace(inner, comment=letter.comment) if inner else letter
    named = _named_on_top(letter.comment, ours)
    sender = replace(letter.sender, email=named) if named else letter.sender
    if sender.email in ours:
        sender = replace(sender, email="")
    subject = letter.subject or headers.plain_line(FORWARD_PREFIX.sub("", inbound.subject, count=1), 300)
    return HandedOn(replace(letter, sender=sender, subject=subject))


def _letter(inbound: Inbound) -> Forwarded | None:
    """In the text, where the words of whoever forwards stand above it; else the one mail that is attached."""
    in_text = read_forward(inbound.text, inbound.subject)
    attached = [each for each in inbound.attachments if each.ref.content_type == "message/rfc822"]
    if in_text is not None or len(attached) != 1:
        return in_text
    return read_attached(attached[0].content, _words(attached[0], inbound), inbound.text)


def _words(attached: Attachment, inbound: Inbound) -> str:
    from chalicelib.mail.parse import parse  # parse knows nothing of this module

    return parse(attached.content, Delivery(inbound.key, inbound.channel, inbound.received_at)).text


def _named_on_top(comment: str, ours: Collection[str]) -> str:
    """A line of its own above the forward that is an address: the colleague says whose letter it is."""
    for line in comment.strip().split("\n")[:3]:
        email = safe_email(line.strip().strip("<>")) if "@" in line and " " not in line.strip() else ""
        if email and email not in ours:
            return email
    return ""
