"""Reports by the book: delivery reports (RFC 3464), read receipts (RFC 8098) and complaints (RFC 5965).

What became of a letter, for whom, and why in plain words. Mail systems that keep to no book: `bounces.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from email.message import Message

from chalicelib.desk.report import ACTIONS, Report
from chalicelib.mail import headers, parts
from chalicelib.mail.addresses import read_list, safe_email
from chalicelib.mail.automatic.statuses import reason_of, status_in
from chalicelib.mail.headers import Headers
from chalicelib.mail.parts import Part

_KINDS = ("delivery-status", "disposition-notification", "feedback-report")
_LETTERS = ("message/rfc822", "message/global")
_HEADERS_ONLY = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
_NESTED = 3
"""Groups of parts looked into: gateways and lists put a report into a group of their own."""
_BLOCKS = 100
"""Groups of fields read in one report."""
_RECIPIENT = ("action", "final-recipient", "original-recipient")


@dataclass(frozen=True, slots=True)
class Layout:
    """The groups of parts of a mail, each with what is in it, read once for all questions below."""

    groups: tuple[tuple[Part, tuple[Part, ...]], ...] = ()

    @classmethod
    def of(cls, root: Message) -> Layout:
        """Nothing for a mail of one part, which can be no report by the book."""
        return cls(tuple(_groups(root))) if root.is_multipart() else cls()

    @property
    def parts(self) -> Iterator[Part]:
        for _, children in self.groups:
            yield from children


def kind_of(layout: Layout) -> str:
    """`delivery-status`, `disposition-notification` or `feedback-report`; empty when this is no report."""
    for group, children in layout.groups:
        if group.content_type == "message/delivery-status":
            return "delivery-status"
        declared = group.parameters.get("report-type", "").lower() if group.content_type == "multipart/report" else ""
        inside = (child.content_type for child in children)
        found = (kind.rpartition("/")[2].removeprefix("global-") for kind in inside if kind.startswith("message/"))
        kind = declared.removeprefix("global-") or next((each for each in found if each in _KINDS), "")
        if re.fullmatch("[a-z-]{1,40}", kind):
            return kind
    return ""


def read(layout: Layout) -> Report:
    """What a report says; an empty Report when it says nothing that can be read."""
    blocks = tuple(_blocks(layout))
    match kind_of(layout):
        case "feedback-report":
            return Report("complained", _complainers(layout, blocks))
        case "disposition-notification":
            return _of_disposition(blocks)
        case _:
            report = of_blocks(blocks)
            return _with_inner(report, inner(layout)) if report.action else report


def inner(layout: Layout) -> Report:
    """What the returned letter says when it is a report itself: gateways wrap them, and reports bounce, too."""
    for message in _returned_messages(layout):
        report = of_blocks(_blocks(Layout.of(message)))
        if report.action:
            return report
    return Report()


def _with_inner(report: Report, within: Report) -> Report:
    """A report on a report is about whoever did not get the first letter as well."""
    if report.action != "failed" or within.action != "failed":
        return report
    return replace(report, recipients=tuple(dict.fromkeys((*report.recipients, *within.recipients))))


def of_blocks(blocks: Iterable[Headers]) -> Report:
    """What the recipients' groups of fields say: the action that matters most, and everybody it holds for."""
    each = [_of_recipient(block) for block in blocks if block.has(*_RECIPIENT)]
    known = [report for report in each if report.action]
    action = min((report.action for report in known), key=ACTIONS.index, default="")
    about = [report for report in known if report.action == action]
    if not about:
        return Report()
    whom = tuple(dict.fromkeys(address for report in about for address in report.recipients))
    first = next((report for report in about if report.status), about[0])
    return Report(action, whom, first.status, first.reason)


def parent_ids(layout: Layout) -> tuple[str, ...]:
    """Message ids of the letter the report is about: `Original-Message-ID`, and that of the returned copy."""
    said = [block.first("original-message-id") for block in _blocks(layout)]
    returned = [header.first("message-id") for header in returned_letters(layout)]
    return tuple(dict.fromkeys(each for value in (*said, *returned) for each in headers.message_ids(value)))


def returned_letters(layout: Layout) -> Iterator[Headers]:
    """The header of the returned letter, whole or header only."""
    for part in layout.parts:
        if part.content_type in (*_LETTERS, *_HEADERS_ONLY):
            yield headers.read(parts.content(part.node).lstrip())


def _returned_messages(layout: Layout) -> Iterator[Message]:
    for part in layout.parts:
        if part.content_type in _LETTERS:
            yield from parts.messages_in(part.node)


def _of_recipient(block: Headers) -> Report:
    action = (block.first("action").lower().split(None, 1) or [""])[0].strip(";,.")
    status = status_in(block.first("status"), block.first("diagnostic-code"))
    if action not in ACTIONS:  # a damaged report: its status still says whether it is for good
        action = {"5": "failed", "4": "delayed", "2": "delivered"}.get(status[:1], "") if status else ""
    named = (_recipient(block.first(name)) for name in ("original-recipient", "final-recipient"))
    return Report(action, tuple(dict.fromkeys(filter(None, named))), status, reason_of(status) if status else "")


def _of_disposition(blocks: Iterable[Headers]) -> Report:
    """A read receipt; or a refusal, which Sieve's `reject` may send as a receipt saying `deleted` (RFC 5429 2.1.2)."""
    block = next((block for block in blocks if block.has("disposition")), None)
    if block is None:
        return Report()
    named = (_recipient(block.first(name)) for name in ("original-recipient", "final-recipient"))
    whom = tuple(dict.fromkeys(filter(None, named)))
    mode, _, outcome = block.first("disposition").lower().partition(";")
    refused = mode.startswith("automatic-action") and outcome.strip().startswith(("deleted", "denied", "failed"))
    return Report("failed" if refused else "displayed", whom)


def _complainers(layout: Layout, blocks: Iterable[Headers]) -> tuple[str, ...]:
    """Whose complaint it is: as the report says, else to whom the returned letter went."""
    said = [_recipient(value) for block in blocks for value in block.all("original-rcpt-to")]
    if not any(said):
        said = [each.email for letter in returned_letters(layout) for each in read_list(letter.first("to"))]
    return tuple(dict.fromkeys(filter(None, said)))


def _recipient(value: str) -> str:
    """`rfc822; jane@customer.example` without its type."""
    address = value.partition(";")[2] or value
    return safe_email(headers.words(address)) or safe_email(address)


def _groups(root: Message, depth: int = 0) -> Iterator[tuple[Part, tuple[Part, ...]]]:
    """The mail, and the groups of parts inside it; never an attached mail, whose report is not about us."""
    group = parts.part_of(root)
    children = tuple(parts.part_of(child) for child in group.children)
    yield group, children
    for child in children:
        if depth < _NESTED and child.content_type.startswith("multipart/"):
            yield from _groups(child.node, depth + 1)


def _blocks(layout: Layout) -> Iterator[Headers]:
    """The groups of fields in the report's machine-readable parts; in a damaged report the whole mail is one."""
    top = (group for group, _ in layout.groups[:1])
    for part in (*top, *layout.parts):
        if part.content_type.startswith("message/") and _is_for_machines(part.content_type):
            for text in re.split(rb"(?:\r?\n|\r){2,}", parts.content(part.node).strip())[:_BLOCKS]:
                yield headers.read(text)


def _is_for_machines(content_type: str) -> bool:
    return content_type.rpartition("/")[2].removeprefix("global-") in _KINDS
