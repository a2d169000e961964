"""Letters that came back without any standard mark: a fifth of all bounces. Known by sender, subject, words and form.

No sign alone is enough where a person could write it: people complain of parcels that were not delivered, too. RULES
says which signs together are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from chalicelib.desk.model import Address
from chalicelib.desk.report import Report
from chalicelib.mail import headers
from chalicelib.mail.addresses import read_list, safe_email
from chalicelib.mail.automatic import reports
from chalicelib.mail.automatic.bounce_recipients import MOST, recipients_in
from chalicelib.mail.automatic.bounce_words import (
    CHALLENGERS,
    DAEMON,
    DELAYED,
    FINAL,
    LIST_MANAGERS,
    LIST_REFUSES,
    NAME_HINT,
    RETURNED,
    SAYS_ITSELF,
    SAYS_RETURNED,
    STILL_TRIED,
    SUBJECT_HINT,
    SYSTEM,
    TITLE,
)
from chalicelib.mail.automatic.reports import Layout
from chalicelib.mail.automatic.statuses import names_a_refusal, reason_in, reason_of, status_in
from chalicelib.mail.header_labels import REPLY_PREFIX
from chalicelib.mail.headers import Headers

LIMIT = 8 * 1024
"""Characters of a mail in which a mail system explains itself; below stands what it returns."""
_FIELDS = re.compile(r"^(?:Final|Original)-Recipient:.*", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Seen:
    """What the rules may look at."""

    top: Headers
    sender: Address
    subject: str
    text: str
    null_return_path: bool
    returned: tuple[Headers, ...] = ()
    """Headers of the letters inside."""

    @cached_property
    def explanation(self) -> str:
        """What the mail system says, without the letter it returns."""
        head = self.text[:LIMIT]
        cut = RETURNED.search(head)
        return head[: cut.start()] if cut and head[: cut.start()].strip() else head

    @cached_property
    def titled(self) -> bool:
        """The subject says that a letter did not arrive."""
        return SAYS_RETURNED.search(self.subject) is not None

    @cached_property
    def says_returned(self) -> bool:
        """Subject or first words, unless somebody only answers or passes on such a subject."""
        return self.titled or SAYS_RETURNED.search(self.explanation[:2000]) is not None

    @cached_property
    def holds_a_letter(self) -> bool:
        """A letter, or its header, came along; or stands below."""
        return bool(self.returned) or RETURNED.search(self.text[: 2 * LIMIT]) is not None

    @property
    def answers_for_somebody(self) -> bool:
        """The service says itself that it answers for a person; some of them dress that up as a report."""
        return self.sender.domain in CHALLENGERS

    @property
    def shown_name(self) -> str:
        return f"{self.sender.name} {self.sender.local}"


def names_who_did_not_get_it(s: Seen) -> bool:
    """Exim and Gmail do, in a field of their own."""
    return s.top.has("x-failed-recipients")


def comes_from_a_mailer_daemon(s: Seen) -> bool:
    return DAEMON.search(s.shown_name) is not None


def is_a_mail_system_that_returns_a_letter(s: Seen) -> bool:
    """People sit behind postmaster@, too: they do not write like this."""
    if not SYSTEM.search(s.shown_name):
        return False
    return s.says_returned or SAYS_ITSELF.search(s.explanation) is not None or _says_fields(s)


def has_no_return_path_and_returns_a_letter(s: Seen) -> bool:
    """Only reports and automatic answers have an empty return path (RFC 5321 4.5.5)."""
    itself = SAYS_ITSELF.search(s.explanation) is not None and names_a_refusal(s.explanation)
    return s.null_return_path and (s.says_returned or itself or _says_fields(s))


def reads_like_a_report_from_top_to_bottom(s: Seen) -> bool:
    """Subject, words, a mail server's answer and the letter itself: all four, whoever the sender is."""
    if not s.titled:
        return False
    words = SAYS_RETURNED.search(s.explanation) or SAYS_ITSELF.search(s.explanation)
    return bool(words) and names_a_refusal(s.explanation) and s.holds_a_letter


def is_headed_as_a_report(s: Seen) -> bool:
    """The whole subject, or the heading of the text, is a report's title, and the words are those of a mail system."""
    if not s.titled:
        return False
    first = s.explanation.strip().partition("\n")[0].strip(" -*=#")
    titled = TITLE.fullmatch(s.subject) or TITLE.fullmatch(first)
    return bool(titled and SAYS_ITSELF.search(s.explanation) and recipients_of(s))


def is_a_list_that_refuses_a_letter(s: Seen) -> bool:
    """A mailing list's program tells us that what we wrote was not passed on to its members."""
    by_its_program = s.top.has(*LIST_MANAGERS) and re.search(r"-(?:admin|owner|request|bounces)$", s.sender.local)
    return bool(by_its_program) and LIST_REFUSES.search(f"{s.subject}\n{s.explanation[:1000]}") is not None


def returns_a_letter_with_a_servers_words(s: Seen) -> bool:
    """Gateways write in the recipient's name: the words of a refusal on top, and the letter attached."""
    top = s.explanation.strip()[:600]
    return bool(s.returned) and bool(SAYS_ITSELF.search(top) or SAYS_RETURNED.search(top)) and bool(status_in(top))


RULES: tuple[Callable[[Seen], bool], ...] = (
    names_who_did_not_get_it,
    comes_from_a_mailer_daemon,
    is_a_mail_system_that_returns_a_letter,
    has_no_return_path_and_returns_a_letter,
    reads_like_a_report_from_top_to_bottom,
    is_headed_as_a_report,
    is_a_list_that_refuses_a_letter,
    returns_a_letter_with_a_servers_words,
)


def read_report(layout: Layout, seen: Seen) -> Report | None:
    """What a report says, by the book or not; None for any other mail."""
    by_the_book = reports.read(layout)
    if by_the_book.action and (by_the_book.recipients or by_the_book.action != "failed"):
        return by_the_book
    declared = reports.kind_of(layout) == "delivery-status" and not seen.answers_for_somebody
    if notified := _of_provider(seen) or _of_complaint(seen):
        return notified
    if not declared and not (_may_be_a_report(seen) and _is_a_report(seen)):
        return None
    within = reports.inner(layout)
    return within if within.action else _as_said(seen)


def _may_be_a_report(seen: Seen) -> bool:
    """The quick question, so that ordinary mail costs nothing: nothing of this, and no rule below can hold."""
    if seen.null_return_path or seen.returned or seen.top.has("x-failed-recipients", *LIST_MANAGERS):
        return True
    return NAME_HINT.search(seen.shown_name) is not None or SUBJECT_HINT.search(seen.subject) is not None


def _is_a_report(seen: Seen) -> bool:
    return not _is_talk_of_a_report(seen) and any(rule(seen) for rule in RULES)


def _is_talk_of_a_report(seen: Seen) -> bool:
    """`Re:` and no sign of a program: a person writes."""
    answers = REPLY_PREFIX.match(seen.subject) is not None
    return answers and not (seen.null_return_path or comes_from_a_mailer_daemon(seen))


def _as_said(seen: Seen) -> Report:
    """What the words say."""
    fields = reports.of_blocks(_blocks_in(seen.text[: 4 * LIMIT])) if _says_fields(seen) else Report()
    if fields.action and fields.recipients:
        return fields
    status = status_in(seen.explanation)
    reason = (reason_of(status) if status else "") or reason_in(seen.explanation)
    return Report(_action(seen, status), recipients_of(seen), status, reason)


def _action(seen: Seen, status: str) -> str:
    """Still being tried, or failed: the subject says it best."""
    if DELAYED.search(seen.subject) and not FINAL.search(seen.subject):
        return "delayed"
    head = seen.explanation[:3000]
    if status.startswith("5") or not DELAYED.search(head):
        return "failed"
    final = FINAL.search(head) or FINAL.search(seen.subject)
    return "failed" if final and not STILL_TRIED.search(head) else "delayed"


def recipients_of(seen: Seen) -> tuple[str, ...]:
    """Whom the report is about: by a field of its own, by its words, or else by whom the returned letter went to."""
    named = [each.email for value in seen.top.all("x-failed-recipients") for each in read_list(value)]
    us = {seen.sender.email, *(each.email for each in read_list(seen.top.first("to")))}
    returned = (each.email for letter in seen.returned for each in read_list(letter.first("to")))
    return tuple(dict.fromkeys(named)) or recipients_in(seen.explanation, us) or tuple(dict.fromkeys(returned))[:MOST]


def _says_fields(seen: Seen) -> bool:
    """The machine's part of a report stands in the text: its parts were lost on the way."""
    return _FIELDS.search(seen.text[: 4 * LIMIT]) is not None and "action:" in seen.text[: 4 * LIMIT].lower()


def _blocks_in(text: str) -> Iterator[Headers]:
    for paragraph in re.split(r"\n\s*\n", text):
        if _FIELDS.search(paragraph):
            yield headers.read(paragraph.strip().encode("utf-8", "replace"))


# --- notifications by mail of our own provider ------------------------------------------------------------------


def _of_provider(seen: Seen) -> Report | None:
    """SES's own notification, sent by mail through SNS: JSON on the first line (`notificationType`)."""
    if seen.sender.domain != "sns.amazonaws.com":
        return None
    line = next((line for line in seen.text.split("\n") if line.lstrip().startswith("{")), "")
    try:
        said = json.loads(line[: 64 * 1024])
    except ValueError:
        said = _damaged(line)
    kind = str(said.get("notificationType", "")) if isinstance(said, dict) else ""
    action = {"Bounce": "failed", "Complaint": "complained", "Delivery": "delivered"}.get(kind, "")
    return Report(action, tuple(_notified(said))) if action else None


def _of_complaint(seen: Seen) -> Report | None:
    """Microsoft's complaints are no ARF: the letter comes back with a field that names who complained."""
    named = [value for letter in seen.returned for value in letter.all("x-hmxmroriginalrecipient")]
    whom = tuple(email for value in named if (email := safe_email(value)))
    return Report("complained", whom) if named else None


def _damaged(line: str) -> dict[str, object]:
    """Long lines are folded on their way: the kind can still be told."""
    found = re.search(r'"notificationType"\s*:\s*"(\w+)"', line)
    return {"notificationType": found[1]} if found else {}


def _notified(said: object) -> Iterable[str]:
    """Every `emailAddress` of a notification, and of a delivery its `recipients`."""
    if isinstance(said, dict):
        for name, value in said.items():
            if name == "emailAddress" and isinstance(value, str):
                yield safe_email(value)
            elif name in ("bounce", "complaint", "delivery", "bouncedRecipients", "complainedRecipients"):
                yield from _notified(value)
    elif isinstance(said, list):
        for each in said[:MOST]:
            yield from _notified(each)
