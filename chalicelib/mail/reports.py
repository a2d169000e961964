"""Delivery reports: what became of a letter, for whom, and why in plain words (RFC 3464, 6522)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message

from chalicelib.mail import headers, parts
from chalicelib.mail.addresses import safe_email
from chalicelib.mail.headers import Headers

ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")
"""RFC 3464 2.3.3, the one that matters most first. A delayed letter is still being tried: not a failure."""

_KINDS = ("delivery-status", "disposition-notification", "feedback-report")
_HEADERS_ONLY = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_REASONS = {
    "1.0": "the address is not right",
    "1.1": "mailbox unavailable",
    "1.2": "their mail system was not found",
    "1.3": "the address is not right",
    "1.6": "the mailbox has moved",
    "1.10": "their domain takes no mail",
    "2.0": "a problem with their mailbox",
    "2.1": "the mailbox is switched off",
    "2.2": "the mailbox is full",
    "2.3": "the letter is too big for their mailbox",
    "3.4": "the letter is too big for their mail system",
    "4.1": "their mail system does not answer",
    "4.4": "their mail system was not found",
    "4.6": "the letter went round in circles",
    "4.7": "it could not be delivered in time",
    "7.0": "their mail system refused it",
    "7.1": "their mail system refused it",
}
_BY_CLASS = {
    "1": "the address is not right",
    "2": "a problem with their mailbox",
    "3": "a problem with their mail system",
    "4": "their mail system could not be reached",
    "5": "their mail system did not understand ours",
    "6": "their mail system cannot read it",
    "7": "their mail system refused it",
}


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says of the recipient that fared worst."""

    action: str = ""
    """One of ACTIONS; empty when the report does not say (a read receipt, a complaint, a damaged report)."""
    recipient: str = ""
    status: str = ""
    """`5.1.1` (RFC 3463); empty when absent."""
    reason: str = ""
    """In plain words; empty when nothing is known."""

    @property
    def sentence(self) -> str:
        """For a person: `Could not be delivered to jane@customer.example: mailbox unavailable (5.1.1)`."""
        whom = self.recipient or "one of its recipients"
        status = f" ({self.status})" if self.status else ""
        reason = f": {self.reason}{status}" if self.reason else status
        match self.action:
            case "failed":
                return f"Could not be delivered to {whom}{reason}"
            case "delayed":
                return f"Not delivered to {whom} yet, still being tried{reason}"
            case "delivered" | "relayed" | "expanded":
                return f"Was delivered to {whom}"
            case _:
                return ""


def kind_of(root: Message) -> str:
    """`delivery-status`, `disposition-notification` or `feedback-report`; empty when this is no report."""
    top = parts.part_of(root)
    declared = top.parameters.get("report-type", "").lower() if top.content_type == "multipart/report" else ""
    inside = (parts.part_of(child).content_type for child in top.children)
    found = (kind.rpartition("/")[2] for kind in inside if kind.startswith("message/"))
    kind = declared or next((each for each in found if each.removeprefix("global-") in _KINDS), "")
    return kind.removeprefix("global-") if re.fullmatch("[a-z-]{1,40}", kind) else ""


def read(root: Message) -> Report:
    """What a delivery report says; an empty Report when it says nothing that can be read."""
    recipients = [block for block in _blocks(root) if block.has("action", "final-recipient")]
    known = [report for block in recipients if (report := _of_recipient(block)).action]
    return min(known, key=lambda report: ACTIONS.index(report.action), default=Report())


def parent_ids(root: Message) -> tuple[str, ...]:
    """Message ids of the letter the report is about: `Original-Message-ID`, and that of the returned copy."""
    said = [block.first("original-message-id") for block in _blocks(root)]
    returned = [header.first("message-id") for header in _returned(root)]
    return tuple(dict.fromkeys(each for value in (*said, *returned) for each in headers.message_ids(value)))


def _of_recipient(block: Headers) -> Report:
    action = (block.first("action").lower().split(None, 1) or [""])[0].strip(";,.")
    status = _STATUS.search(block.first("status")) or _STATUS.search(block.first("diagnostic-code"))
    return Report(
        action if action in ACTIONS else "",
        _recipient(block.first("original-recipient")) or _recipient(block.first("final-recipient")),
        status[0] if status else "",
        _reason(status[0]) if status else "",
    )


def _recipient(value: str) -> str:
    """`rfc822; jane@customer.example` without its type."""
    return safe_email(headers.words(value.partition(";")[2] or value))


def _reason(status: str) -> str:
    detail = status.partition(".")[2]
    return _REASONS.get(detail) or _BY_CLASS.get(detail.partition(".")[0], "")


def _blocks(root: Message) -> Iterator[Headers]:
    """The groups of fields in the report's machine-readable parts."""
    for child in parts.part_of(root).children:
        kind = parts.part_of(child).content_type
        if kind.startswith("message/") and kind.rpartition("/")[2].removeprefix("global-") in _KINDS:
            for text in re.split(rb"(?:\r?\n){2,}", parts.content(child).strip()):
                yield headers.read(text)


def _returned(root: Message) -> Iterable[Headers]:
    """The header of the returned letter, whole or header only."""
    for child in parts.part_of(root).children:
        if parts.part_of(child).content_type in ("message/rfc822", "message/global", *_HEADERS_ONLY):
            yield headers.read(parts.content(child).lstrip())
