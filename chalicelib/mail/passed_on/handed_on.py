"""Whose matter a colleague's mail to the firm's own mailbox is: a forward, attached or in the text, or a call."""

from __future__ import annotations

import re
from dataclasses import replace

from chalicelib.desk.forwarded import NOTHING, Forwarded, HandedOn
from chalicelib.desk.model import Attachment, Delivery, Inbound
from chalicelib.desk.team import StaffMember, Team
from chalicelib.mail.addresses import safe_email
from chalicelib.mail.header_labels import is_forward_subject
from chalicelib.mail.passed_on.calls import first_line, read_call
from chalicelib.mail.passed_on.forwards import read_attached, read_forward

NESTED = 3
"""Colleagues through whose hands a letter is followed."""

_LIKE_A_HEADER = re.compile(
    r"[>\s*]{0,8}[^\W\d_][^:\uff1a\n]{0,30}[:\uff1a][^\n]{0,200}[<\[][^\s<>@]{1,64}@[^\s<>@]{1,255}[>\]].*"
)


def read_handed_on(inbound: Inbound, author: StaffMember, team: Team) -> HandedOn:
    """What `author`, a proven colleague, hands on; nothing when their mail is just theirs."""
    ours = Ours(team)
    letter = _letter(inbound)
    if letter is not None:
        return HandedOn(_with_certain_sender(_through_colleagues(letter, ours), ours))
    if is_forward_subject(inbound.subject):
        return NOTHING  # of a letter we could not find in it: its first words may be anybody's
    names = frozenset(name for person in team.people for name in (person.name, person.first_name))
    return read_call(inbound.fresh_text, inbound.subject, author.name, ours.has, names)


class Ours:
    """Addresses of no customer: the firm's mailboxes, signed ones and a website's among them, and everybody's own."""

    def __init__(self, team: Team) -> None:
        self._team = team
        self._mailboxes = team.own_addresses | {each for mailbox in team.mailboxes for each in mailbox.form_senders}

    def has(self, email: str) -> bool:
        return _without_label(email) in self._mailboxes or self.is_colleague(email)

    def is_colleague(self, email: str) -> bool:
        return any(self._team.person_at(each) is not None for each in (email, _without_label(email)))


def _without_label(email: str) -> str:
    """`support@x.example` of `support+k7q3md@x.example`."""
    local, _, domain = email.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _letter(inbound: Inbound) -> Forwarded | None:
    """In the text, where the words of whoever forwards stand above it; else the one mail that is attached."""
    in_text = read_forward(inbound.text, inbound.subject)
    attached = [each for each in inbound.attachments if each.ref.content_type == "message/rfc822"]
    if in_text is not None or len(attached) != 1:
        return in_text
    inside = _parsed(attached[0], inbound)
    letter = read_attached(attached[0].content, inside.text, inbound.text)
    return replace(letter, fingerprint=inside.fingerprint) if letter else None


def _parsed(attached: Attachment, inbound: Inbound) -> Inbound:
    from chalicelib.mail.parse import parse  # parse knows nothing of this module

    return parse(attached.content, Delivery(inbound.key, inbound.channel, inbound.received_at))


def _through_colleagues(letter: Forwarded, ours: Ours) -> Forwarded:
    """The letter that came through several hands. Only colleagues': what a mailbox of ours sent quotes others."""
    for _ in range(NESTED):
        if not (letter.sender_certain and ours.is_colleague(letter.sender.email)):
            break
        inner = read_forward(letter.body, letter.subject)
        if inner is None:
            break
        sure = inner.sender_certain and not _hides_a_header(inner)
        letter = replace(inner, comment=letter.comment, sender_certain=sure)
    return letter


def _with_certain_sender(letter: Forwarded, ours: Ours) -> Forwarded:
    """The customer whom the colleague names on top, else whoever wrote it, if that is beyond doubt and none of us."""
    named = _named_on_top(letter.comment, ours)
    if named:
        return replace(letter, sender=replace(letter.sender, email=named), sender_certain=True)
    sure = letter.sender_certain and not ours.has(letter.sender.email) and not _hides_a_header(letter)
    return letter if sure else replace(letter, sender=replace(letter.sender, email=""), sender_certain=False)


def _named_on_top(comment: str, ours: Ours) -> str:
    """The first line above the forward, when it is an address: the colleague says whose letter it is."""
    line = first_line(comment)
    email = safe_email(line.strip("<>")) if "@" in line and " " not in line else ""
    return "" if ours.has(email) else email


def _hides_a_header(letter: Forwarded) -> bool:
    """A `label: Name <address>` that we have no word for stands above: then the letter we found is inside another's."""
    return any(_LIKE_A_HEADER.fullmatch(line) for line in letter.comment.split("\n"))
