"""The mails of the benchmark, as SES stores them, and the event that Lambda hands us for each.

Written by a fixed dice, so every run reads the same bytes. Their header is as long as a large provider's, and the
48 KB one is what Outlook sends: the words twice, as text and in HTML that is mostly styles.
"""

from __future__ import annotations

import json
import random
import uuid
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

RECIPIENT = "support@help.harris.example"
BUCKET = "byname-mail-123456789012-eu-west-1"
_SAID = (
    "the boiler is leaking since this morning and there is water on the floor of the kitchen we have turned off "
    "the tap but it still drips could you please send somebody today or tomorrow we are at home until noon my "
    "neighbour says that you have helped her last winter when the pressure was too low thank you for your time "
    "it shows a code on the display and the radiators upstairs stay cold while those below are hot"
)
_WORDS = _SAID.split()
_STYLE = "font-family:Calibri,sans-serif;font-size:11.0pt;color:#1F3864;mso-fareast-language:EN-US"


def small(number: int) -> bytes:
    """About 4 KB: a letter in plain text."""
    dice = random.Random(number)
    mail = _headed(number)
    mail.set_content(_prose(dice, 1_500))
    return _block(number) + mail.as_bytes()


def large(number: int) -> bytes:
    """About 48 KB: a long letter (500 words) as text and, mostly styles, in HTML."""
    dice = random.Random(number)
    mail, said = _headed(number), _prose(dice, 3_000)
    mail.set_content(said)
    paragraphs = [
        f'<p class="MsoNormal"><span style="{_STYLE}">{paragraph}<o:p></o:p></span></p>'
        for paragraph in said.split("\n\n")
    ]
    style = f"<style><!--\n{_css(dice)}\n--></style>"
    markup = f"<html><head>{style}</head><body lang=EN-GB link=blue>{''.join(paragraphs)}</body></html>"
    mail.add_alternative(markup, subtype="html", cte="quoted-printable")
    return _block(number) + mail.as_bytes()


def key_of(number: int) -> str:
    return f"inbound/{_ses_id(number)}"


def event_of(number: int) -> dict[str, Any]:
    """One SQS record with SES's notification in it: what `receive_mail` is called with."""
    sender = _sender(number)
    verdicts = {f"{name}Verdict": {"status": "PASS"} for name in ("spam", "virus", "spf", "dkim", "dmarc")}
    action = {"type": "S3", "bucketName": BUCKET, "objectKeyPrefix": "inbound/", "objectKey": key_of(number)}
    stamp = "2026-11-23T09:07:00.512Z"
    note = {
        "notificationType": "Received",
        "receipt": {"timestamp": stamp, "recipients": [RECIPIENT], **verdicts, "action": action},
        "mail": {
            "timestamp": stamp,
            "source": sender,
            "messageId": _ses_id(number),
            "destination": ["support@harris.example"],
            "headersTruncated": False,
            "headers": [{"name": "From", "value": f"Jane Roe <{sender}>"}],
            "commonHeaders": {"returnPath": sender, "from": [f"Jane Roe <{sender}>"], "subject": "Boiler leaking"},
        },
    }
    record = {
        "messageId": str(uuid.UUID(int=number)),
        "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
        "body": json.dumps(note),
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1795424820720"},
        "messageAttributes": {},
        "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:byname-inbound",
        "awsRegion": "eu-west-1",
    }
    return {"Records": [record]}


def _ses_id(number: int) -> str:
    return f"o3vrnil0e2ic28trm7dfhrc2v0c4nbp0g1{number:06d}"


def _sender(number: int) -> str:
    return f"jane.{number}@customer-{number % 50}.example"


def _headed(number: int) -> EmailMessage:
    mail = EmailMessage(policy=SMTP.clone(max_line_length=998))
    sender = _sender(number)
    domain = sender.rpartition("@")[2]
    signature = "".join(random.Random(number).choices("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop0123456789+/", k=340))
    mail["DKIM-Signature"] = f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=20230601; bh=x; b={signature}"
    mail["X-Google-Smtp-Source"] = signature[:90]
    for hop in range(3):
        mail["Received"] = f"from mta{hop}.{domain} by mx{hop}.{domain} with ESMTPS id {signature[:20]}; {_DATE}"
    mail["From"], mail["To"] = f"Jane Roe <{sender}>", "support@harris.example"
    mail["Subject"], mail["Date"] = "Our boiler is leaking again", _DATE
    mail["Message-ID"] = f"<CAKz{number}.{signature[:24]}@mail.{domain}>"
    return mail


_DATE = "Mon, 23 Nov 2026 09:06:58 +0000"


def _block(number: int) -> bytes:
    """What SES writes on top."""
    sender = _sender(number)
    domain = sender.rpartition("@")[2]
    return (
        f"Return-Path: <{sender}>\r\n"
        f"Received: from mx.{domain} (mx.{domain} [192.0.2.7])\r\n"
        f" by inbound-smtp.eu-west-1.amazonaws.com with SMTP id {_ses_id(number)}\r\n"
        f" for {RECIPIENT};\r\n {_DATE} (UTC)\r\n"
        "X-SES-Spam-Verdict: PASS\r\nX-SES-Virus-Verdict: PASS\r\n"
        f"Received-SPF: pass (spfCheck: domain of {domain} designates 192.0.2.7 as permitted sender)"
        f" client-ip=192.0.2.7; envelope-from={sender}; helo=mx.{domain};\r\n"
        f"Authentication-Results: amazonses.com;\r\n spf=pass (spfCheck: domain of {domain} designates 192.0.2.7 as"
        f" permitted sender) client-ip=192.0.2.7; envelope-from={sender}; helo=mx.{domain};\r\n"
        f" dkim=pass header.i=@{domain};\r\n dmarc=pass header.from={domain};\r\n"
        f"X-SES-RECEIPT: {'QUVGQUFB' * 30}\r\n"
    ).encode()


def _prose(dice: random.Random, length: int) -> str:
    """Paragraphs of three sentences or so."""
    paragraphs: list[str] = []
    while sum(map(len, paragraphs)) < length:
        sentences = (" ".join(dice.choices(_WORDS, k=dice.randint(6, 14))).capitalize() for _ in range(3))
        paragraphs.append(". ".join(sentences) + ".")
    return "\n\n".join(paragraphs)


def _css(dice: random.Random) -> str:
    names = ("p.MsoNormal", "li.MsoNormal", "div.MsoNormal", "a:link", "span.EmailStyle17", "h1", "h2", "table")
    rules = [
        f"{dice.choice(names)}{n} {{margin:0cm; font-size:{dice.randint(8, 20)}.0pt; {_STYLE};}}" for n in range(255)
    ]
    return "\n".join(rules)
