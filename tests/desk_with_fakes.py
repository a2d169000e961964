"""The flows over fake ports: real parser, real desk, real letters; only the platform is missing.

A test speaks as people do: somebody writes, a letter leaves, somebody answers it.
"""

from __future__ import annotations

import email
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage, Message
from email.policy import SMTP

from chalicelib import flows
from chalicelib.desk.model import Channel, Delivery, Receipt, Verdict, Verdicts
from chalicelib.ports import Services
from tests.builders import MONDAY, RING, a_team
from tests.fakes import FakeFiles, FakeQueue, FakeSender, FakeStore, SentMail, StoppedClock

JANE, BOB = "Jane Roe <jane@customer.example>", "Bob Harris <bob@harris.example>"
SUPPORT = "support@help.harris.example"
PASSING = Verdicts(Verdict.PASS, Verdict.PASS, Verdict.PASS, Verdict.PASS, Verdict.PASS)


class Desk:
    """One firm's byname in memory."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.store, self.sender, self.files = FakeStore(), FakeSender(), FakeFiles()
        self.again, self.clock = FakeQueue(), StoppedClock(at)
        self.services = Services(
            self.store,
            self.sender,
            self.files,
            self.clock,
            self.again,
            a_team(),
            RING,
            instance="help.harris.example",
            pages_url="https://pages.example",
        )
        self._arrived = 0

    @property
    def mails(self) -> list[SentMail]:
        return self.sender.mails

    def to(self, address: str) -> list[Message]:
        """What landed in somebody's mailbox, oldest first, under the Message-ID that SES gives it."""
        return [as_it_arrives(mail) for mail in self.mails if mail.to == address]

    def who_got_what(self) -> list[tuple[str, str]]:
        """(recipient, letter kind) of every mail that left."""
        return [(mail.to, mail.letter.partition("-")[0]) for mail in self.mails]

    def receives(
        self,
        mail: bytes,
        recipients: Sequence[str] = (SUPPORT,),
        verdicts: Verdicts = PASSING,
        ses_id: str = "",
    ) -> Receipt:
        """SES takes a mail: stores it under its own header block, and notifies us."""
        self._arrived += 1
        ses_id = ses_id or f"ses-in-{self._arrived}"
        head = email.message_from_bytes(mail)
        sender = email.utils.parseaddr(str(head["From"]))[1]
        key = f"inbound/{ses_id}"
        self.files.objects[key] = provider_block(ses_id, sender, recipients[0]) + mail
        return self.receives_again(key, recipients, verdicts, sender)

    def receives_again(
        self, key: str, recipients: Sequence[str] = (SUPPORT,), verdicts: Verdicts = PASSING, sender: str = ""
    ) -> Receipt:
        """The queue hands us a delivery, for the first time or once more."""
        delivery = Delivery(key, Channel.MAIL, self.clock.now(), tuple(recipients), sender, verdicts)
        return flows.receive_mail(delivery, self.services)


def as_it_arrives(mail: SentMail) -> Message:
    """SES replaces our Message-ID by its own: what a mail program will name in In-Reply-To."""
    letter = email.message_from_bytes(mail.mime)
    del letter["Message-ID"]
    letter["Message-ID"] = f"<{mail.ses_id}@eu-west-1.amazonses.com>"
    return letter


def provider_block(ses_id: str, sender: str, recipient: str) -> bytes:
    """What SES puts on top of a mail whose sender is who they say."""
    domain = sender.rpartition("@")[2]
    return (
        f"Return-Path: <{sender}>\r\n"
        f"Received: from mx.{domain} (mx.{domain} [192.0.2.7])\r\n"
        f" by inbound-smtp.eu-west-1.amazonaws.com with SMTP id {ses_id}\r\n"
        f" for {recipient};\r\n Mon, 23 Nov 2026 09:07:00 +0000 (UTC)\r\n"
        "X-SES-Spam-Verdict: PASS\r\nX-SES-Virus-Verdict: PASS\r\n"
        f"Authentication-Results: amazonses.com; spf=pass; dkim=pass header.i=@{domain};"
        f" dmarc=pass header.from={domain};\r\n"
    ).encode()


def a_mail(
    text: str = "Hello,\n\nour boiler (Vita 30) is leaking since this morning.\n\nJane Roe",
    sender: str = JANE,
    subject: str = "Boiler leaking",
    message_id: str = "<jane-1@customer.example>",
    answers: Message | None = None,
    photos: Sequence[tuple[str, bytes]] = (),
    **headers: str,
) -> bytes:
    """A mail as an ordinary program writes it; `answers` sets the threading headers of a reply."""
    mail = EmailMessage(policy=SMTP.clone(max_line_length=998))
    to = reply_address(answers) if answers is not None else "support@harris.example"
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = sender, to, subject, message_id
    if answers is not None:
        mail["In-Reply-To"] = answers["Message-ID"]
        mail["References"] = answers["Message-ID"]
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    for name, content in photos:
        mail.add_attachment(content, "image", "jpeg", filename=name)
    return mail.as_bytes()


def reply_address(letter: Message) -> str:
    """Where pressing Reply sends the answer."""
    return email.utils.parseaddr(str(letter["Reply-To"]))[1]


def text_of(letter: Message) -> str:
    """What a person reads, without HTML."""
    part = next(part for part in letter.walk() if part.get_content_type() == "text/plain")
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode("utf-8").replace("\r\n", "\n")


def quoted(letter: Message) -> str:
    """The letter as Gmail quotes it below an answer."""
    lines = "\n".join(f"> {line}" for line in text_of(letter).splitlines())
    return f"On Mon, 23 Nov 2026 at 09:07, {letter['From']} wrote:\n\n{lines}\n"
