"""Letters that came back without any standard mark, and letters that only look like it."""

from __future__ import annotations

from email import message_from_bytes

import pytest

from chalicelib.desk.model import Address
from chalicelib.desk.report import Report
from chalicelib.mail import headers, parts
from chalicelib.mail.automatic.bounces import Seen, read_report
from chalicelib.mail.automatic.reports import Layout, returned_letters


def report_of(raw: str, null_return_path: bool = False) -> Report | None:
    data = raw.encode().replace(b"\n", b"\r\n")
    root, top = message_from_bytes(data), headers.read(data)
    layout = Layout.of(root)
    sender = top.first("from")
    name, _, email = sender.rpartition(" ")
    text = parts.words(root).text
    seen = Seen(
        top,
        Address(email.strip("<>"), name),
        top.first("subject"),
        text,
        null_return_path,
        tuple(returned_letters(layout)),
    )
    return read_report(layout, seen)


QMAIL = """\
From: <MAILER-DAEMON@mx.customer.example>
To: support@help.harris.example
Subject: failure notice

Hi. This is the mail program at mx.customer.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<jane@customer.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <support@help.harris.example>
To: somebody@else.example
"""
EXIM = """\
From: Mail Delivery System <postmaster@mx.customer.example>
To: support@help.harris.example
Subject: Mail delivery failed: returning message to sender
X-Failed-Recipients: jane@customer.example, tom@customer.example

This message was created automatically by mail delivery software.
"""
GATEWAY = """\
From: Postmaster <postmaster@customer.example>
To: support@help.harris.example
Subject: Nicht zustellbar: Boiler leaking

Ihre Nachricht konnte nicht zugestellt werden.

Empfänger: jane@customer.example
Grund: 552 5.2.2 Mailbox full
"""
LATE = """\
From: Mail Delivery System <mailer-daemon@mx.customer.example>
To: support@help.harris.example
Subject: Warning: message delayed 24 hours

A message that you sent has not yet been delivered to all its recipients.
The address to which the message has not yet been delivered is:

  jane@customer.example

Delivery attempts will continue for some time.
"""
NAMELESS = """\
From: Bounces <bounces@customer.example>
To: support@help.harris.example
Subject: Undeliverable Message

undeliverable to jane@customer.example

Original message follows.
"""
LOST_PARTS = """\
From: Mail Delivery Subsystem <MAILER-DAEMON@mx.customer.example>
To: support@help.harris.example
Subject: Returned mail: see transcript for details

--b
Content-Type: message/delivery-status

Final-Recipient: RFC822; jane@customer.example
Action: failed
Status: 5.2.1
"""
BOUNCES = {
    "qmail": (QMAIL, False, Report("failed", ("jane@customer.example",), "5.1.1", "mailbox unavailable")),
    "Exim": (EXIM, False, Report("failed", ("jane@customer.example", "tom@customer.example"))),
    "a German gateway": (GATEWAY, False, Report("failed", ("jane@customer.example",), "5.2.2", "the mailbox is full")),
    "still being tried": (LATE, False, Report("delayed", ("jane@customer.example",))),
    "nothing but an empty return path": (NAMELESS, True, Report("failed", ("jane@customer.example",))),
    "its parts were lost": (
        LOST_PARTS,
        False,
        Report("failed", ("jane@customer.example",), "5.2.1", "the mailbox is switched off"),
    ),
}


@pytest.mark.parametrize(("raw", "null", "expected"), BOUNCES.values(), ids=BOUNCES.keys())
def test_a_returned_letter_is_known_without_any_mark(raw: str, null: bool, expected: Report) -> None:
    assert report_of(raw, null) == expected


PEOPLE = {
    "a parcel that was not delivered": """\
From: Jane Roe <jane@customer.example>
Subject: Delivery failed: order 4471

My parcel could not be delivered, the following address is wrong on your label:

4 Mill Lane, jane@customer.example
""",
    "somebody asks about a bounce": """\
From: Jane Roe <jane@customer.example>
Subject: Re: Undelivered Mail Returned to Sender

I got this, what shall I do?

<support@harris.example>: host mx said: 550 5.1.1 User unknown
""",
    "a postmaster who is a person": """\
From: Postmaster <postmaster@customer.example>
Subject: Your heating

Hello, can you come and look at the boiler in the server room?
""",
    "the post office": """\
From: Royal Deliveries <info@deliveries.example>
Subject: We are sorry we missed you

Your letter was returned to the depot.
""",
}


@pytest.mark.parametrize("raw", PEOPLE.values(), ids=PEOPLE.keys())
def test_a_person_is_never_taken_for_a_mail_system(raw: str) -> None:
    assert report_of(raw) is None


def test_a_report_on_a_report_is_about_whoever_did_not_get_the_first_letter() -> None:
    inner = "Content-Type: multipart/report; boundary=i\n\n--i\nContent-Type: message/delivery-status\n\n"
    inner += "Final-Recipient: rfc822; jane@customer.example\nAction: failed\nStatus: 5.1.1\n--i--\n"
    raw = (
        "From: <MAILER-DAEMON@gateway.example>\nSubject: Returned mail\nContent-Type: multipart/mixed; boundary=o\n\n"
        f"--o\n\nThe original message was received.\n--o\nContent-Type: message/rfc822\n\n{inner}\n--o--\n"
    )
    assert report_of(raw) == Report("failed", ("jane@customer.example",), "5.1.1", "mailbox unavailable")


def test_our_providers_own_notification_by_mail_is_a_report() -> None:
    raw = (
        "From: AWS Notifications <no-reply@sns.amazonaws.com>\nSubject: AWS Notification Message\n\n"
        '{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":'
        '[{"emailAddress":"jane@customer.example"}]},"mail":{"source":"support@harris.example"}}\n'
    )
    assert report_of(raw) == Report("failed", ("jane@customer.example",))


def test_microsofts_complaint_names_who_complained() -> None:
    raw = (
        "From: Staff <staff@hotmail.example>\nSubject: complaint about message from 192.0.2.1\n"
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n"
        "X-HmXmrOriginalRecipient: jane@customer.example\nSubject: Boiler\n\nHello\n--b--\n"
    )
    assert report_of(raw) == Report("complained", ("jane@customer.example",))
