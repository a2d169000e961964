"""The tasks about whole mails: what is in them, what kind they are, and what they answer."""

from __future__ import annotations

import mailbox
import re
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path

from bench.corpus import Case, Corpus, Predict, Prediction
from chalicelib.desk import screening, threads
from chalicelib.desk.hours import Calendar
from chalicelib.desk.model import Channel, Delivery, Inbound, Kind
from chalicelib.desk.team import ContactForm, Firm, Mailbox, StaffMember, Team
from chalicelib.mail import addresses, attached, headers, long_bodies, tree
from chalicelib.mail.parse import parse
from chalicelib.mail.transfer import InlineFile
from chalicelib.mail.verdicts import read_results

_DAY = ((8 * 60, 17 * 60),)
_HOURS = Calendar("Europe/London", (_DAY, _DAY, _DAY, _DAY, _DAY, (), ()))
_ANNA = StaffMember("anna", "Anna", "runs the shop", ("anna@harris.example",), _HOURS)
TEAM = Team(
    firm=Firm("Harris", "anna", _HOURS),
    people=(_ANNA,),
    mailboxes=(Mailbox("support", "support@harris.example", "support@help.harris.example", "anna"),),
    categories=(),
    routing=(),
    form=ContactForm("support"),
    answer_within=timedelta(hours=9),
)
"""A firm that no mail of the corpus was written to."""
INSTANCE = "help.harris.example"
_RETURN_PATH = re.compile(rb"^return-path:[ \t]*<?([^>\r\n]*)>?[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_HEAD = 64 * 1024


def read(raw: bytes) -> Inbound:
    """The mail as it would come in at the door. Without a Return-Path nobody knows the envelope: then it is From's."""
    head = re.split(rb"\r?\n\r?\n", raw[:_HEAD], maxsplit=1)[0]
    found = _RETURN_PATH.search(head)
    sender = next(iter(_senders(raw)), "unknown@sender.example")
    envelope_from = found[1].decode("latin-1") if found else sender
    received_at = datetime(2026, 11, 23, 9, 7, tzinfo=UTC)
    delivery = Delivery("inbound/corpus", Channel.MAIL, received_at, ("support@help.harris.example",), envelope_from)
    return parse(raw, delivery)


def _senders(raw: bytes) -> list[str]:
    top = headers.read(raw)
    return [one.email for line in top.all("from") for one in addresses.read_list(line) if one.email]


def parse_mail(case: Case, corpus: Corpus) -> Prediction:
    raw = corpus.input(case)
    inbound = read(raw)
    return {
        "subject": inbound.subject,
        "from": _senders(raw) or [inbound.sender.email],
        "text": _without_our_sentence(inbound),
        "attachments": [
            {"filename": name, "bytes": len(one.content), "sha256": sha256(one.content).hexdigest()}
            for name, one in zip(_declared_names(raw, inbound), inbound.attachments, strict=True)
        ],
        "defect": inbound.defect,
    }


def _without_our_sentence(inbound: Inbound) -> str:
    """A report's text begins with what we say of it."""
    return inbound.text.removeprefix(inbound.report.sentence).lstrip("\n") if inbound.report else inbound.text


def _declared_names(raw: bytes, inbound: Inbound) -> list[str]:
    """As the sender wrote them, where he did: `ref.name` is made fit for a disk."""
    if not inbound.attachments:
        return []
    root = tree.grown(long_bodies.walk(raw))
    declared = [file.name if isinstance(file, InlineFile) else file.file_name for file in attached.files(root)]
    return [name or one.ref.name for name, one in zip(declared, inbound.attachments, strict=True)]


_KIND_WORDS = {
    Kind.BOUNCE: "bounce",
    Kind.DELAYED: "delayed",
    Kind.DELIVERED: "delivered",
    Kind.COMPLAINT: "feedback",
    Kind.CHALLENGE: "challenge",
    Kind.READ_RECEIPT: "auto_reply",
    Kind.OUT_OF_OFFICE: "auto_reply",
    Kind.AUTOMATIC: "auto_reply",
    Kind.LOOP: "auto_reply",
    Kind.BULK: "other",
    Kind.NO_REPLY: "other",
}
"""The folder's words for what screening says; anything else is a person's."""


def mail_kind(case: Case, corpus: Corpus) -> Prediction:
    inbound = read(corpus.input(case))
    kind = screening.screen(inbound, TEAM, INSTANCE)
    report = inbound.report
    return {
        "kind": _KIND_WORDS.get(kind, "human"),
        "recipients": list(report.recipients) if report else [],
        "status": report.status if report else "",
        "reason": report.reason if report else "",
        "suppress_ack": not screening.KINDS[kind].acknowledgement or bool(screening.no_answer_because(inbound, TEAM)),
    }


def auth_results(case: Case, corpus: Corpus) -> Prediction:
    field = headers.read(corpus.input(case) + b"\n\n").first("authentication-results")
    server, results = read_results(field)
    return {"authserv_id": server, "results": [[one.method, one.word] for one in results]}


def thread(case: Case, corpus: Corpus) -> Prediction:
    return {"parents": parents({name: read(corpus.read(name)) for name in case["files"]})}


def parents(mails: Mapping[str, Inbound]) -> dict[str, str | None]:
    """Which mail each of them answers: by its ids, as `desk.threads` reads them.

    Only where no mail of the set has any, by the subject and whom it is addressed to.
    """
    if not any(inbound.is_reply for inbound in mails.values()):
        return {name: _by_subject(name, inbound, mails) for name, inbound in mails.items()}
    named = {inbound.message_id: name for name, inbound in mails.items() if inbound.message_id}
    return {name: _parent(name, inbound, named) for name, inbound in mails.items()}


def _parent(name: str, inbound: Inbound, named: Mapping[str, str]) -> str | None:
    return next((named[one] for one in threads.answered(inbound) if one in named and named[one] != name), None)


def _by_subject(name: str, inbound: Inbound, mails: Mapping[str, Inbound]) -> str | None:
    """The newest earlier mail of that subject among the same people."""
    at = _sent(inbound)
    earlier = {
        other: _sent(mail)
        for other, mail in mails.items()
        if other != name
        and _sent(mail) < at
        and threads.continues(inbound.subject, mail.subject)
        and _meet(inbound, mail)
    }
    return max(earlier, key=lambda other: earlier[other], default=None)


def _meet(inbound: Inbound, earlier: Inbound) -> bool:
    to = {one.email for one in (*inbound.to, *inbound.cc)}
    return earlier.sender.email in to or bool(to & {one.email for one in (*earlier.to, *earlier.cc)})


def _sent(inbound: Inbound) -> float:
    try:
        return parsedate_to_datetime(inbound.dated).timestamp()
    except (ValueError, TypeError, OverflowError):
        return 0.0


def false_merges(corpus: Corpus) -> int:
    """Mails whose ids lead to a mail of another conversation, when all conversations lie in one pool."""
    owner = {name: case["id"] for case in corpus.cases(frozenset(("thread",))) for name in case["files"]}
    found = parents({name: read(corpus.read(name)) for name in owner})
    return sum(1 for name, parent in found.items() if parent is not None and owner[parent] != owner[name])


def thread_mbox(case: Case, corpus: Corpus) -> Prediction:
    with tempfile.NamedTemporaryFile() as copy:
        Path(copy.name).write_bytes(corpus.input(case))
        box = mailbox.mbox(copy.name, create=False)
        mails = {str(key): read(box.get_bytes(key)) for key in box.iterkeys()}
    return {
        "parents": {
            mails[name].message_id: parent and mails[parent].message_id for name, parent in parents(mails).items()
        }
    }


PREDICTORS: dict[str, Predict] = {
    "parse": parse_mail,
    "parse_smoke": parse_mail,
    "mail_kind": mail_kind,
    "auto_headers": mail_kind,
    "auth_results": auth_results,
    "thread": thread,
    "thread_mbox": thread_mbox,
}
