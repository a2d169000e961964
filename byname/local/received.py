"""What SES makes of a mail it received: the header block above it, and the notice it publishes.

Shapes: https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html, and stored mails as seen.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from byname.local.loopback import HOST
from byname.local.raw_mail import RawMail, common_headers, json_headers
from byname.local.verdicts import Verdict

REGION = "eu-west-1"
PREFIX = "inbound/"
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"

_RESULT = {"pass": "pass", "fail": "fail", "gray": "none", "processing_failed": "temperror"}
"""A verdict as Authentication-Results writes it (RFC 8601)."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One accepted SMTP transaction."""

    id: str
    """SES's id: 40 letters and digits, and the object's name."""
    helo: str
    sender: str
    """MAIL FROM; empty for the null return path."""
    recipients: tuple[str, ...]
    at: datetime
    verdict: Verdict

    @property
    def key(self) -> str:
        return PREFIX + self.id


def new_id() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(40))


def iso(at: datetime) -> str:
    """`2026-11-23T09:07:00.000Z`, as AWS writes instants."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def header_block(envelope: Envelope, mail: RawMail) -> bytes:
    """The lines SES writes above the mail; nothing in the mail itself can get above them."""
    verdict, helo = envelope.verdict, _plain(envelope.helo) or "unknown"
    date = format_datetime(envelope.at.astimezone(UTC))
    token = base64.b64encode(f"laboratory receipt {envelope.id}".encode()).decode()
    spf = _spf(envelope, helo)
    lines = (
        f"Return-Path: <{_plain(envelope.sender)}>",
        f"Received: from {helo} ({helo} [{HOST}])",
        f" by inbound-smtp.{REGION}.amazonaws.com with SMTP id {envelope.id}",
        f" for {_plain(envelope.recipients[0])};",
        f" {date} (UTC)",
        f"X-SES-Spam-Verdict: {verdict.spam.upper()}",
        f"X-SES-Virus-Verdict: {verdict.virus.upper()}",
        f"Received-SPF: {spf}",
        "Authentication-Results: amazonses.com;",
        f" spf={spf}",
        *_identity(verdict, _domain(mail.sender)),
        f"X-SES-RECEIPT: {token}",
        f"X-SES-DKIM-SIGNATURE: a=rsa-sha256; q=dns/txt; b={token}; c=relaxed/simple; s=laboratory;",
        f" d=amazonses.com; t={int(envelope.at.timestamp())}; v=1; bh={token};",
        " h=From:To:Cc:Bcc:Subject:Date:Message-ID:MIME-Version:Content-Type:X-SES-RECEIPT;",
    )
    return "".join(line + "\r\n" for line in lines).encode()


def notice(envelope: Envelope, stored: RawMail, topic_arn: str, bucket: str) -> str:
    """The "Received" notification, as JSON. `stored` is the mail with SES's header block."""
    headers, truncated = json_headers(stored)
    verdict, stamp = envelope.verdict, iso(envelope.at)
    receipt: dict[str, object] = {
        "timestamp": stamp,
        "processingTimeMillis": 1,
        "recipients": list(envelope.recipients),
        "spamVerdict": {"status": verdict.spam.upper()},
        "virusVerdict": {"status": verdict.virus.upper()},
        "spfVerdict": {"status": verdict.spf.upper()},
        "dkimVerdict": {"status": verdict.dkim.upper()},
        "dmarcVerdict": {"status": verdict.dmarc.upper()},
        "action": {
            "type": "S3",
            "topicArn": topic_arn,
            "bucketName": bucket,
            "objectKeyPrefix": PREFIX,
            "objectKey": envelope.key,
        },
    }
    if verdict.dmarc == "fail":
        receipt["dmarcPolicy"] = "reject"
    mail = {
        "timestamp": stamp,
        "source": envelope.sender,
        "messageId": envelope.id,
        "destination": list(stored.addressed_to),  # as its To and Cc say: only the receipt knows the envelope
        "headersTruncated": truncated,
        "headers": headers,
        "commonHeaders": {"returnPath": envelope.sender, **common_headers(stored)},
    }
    return json.dumps({"notificationType": "Received", "mail": mail, "receipt": receipt})


def _spf(envelope: Envelope, helo: str) -> str:
    result, sender = _RESULT[envelope.verdict.spf], _plain(envelope.sender)
    return f"{result} (spfCheck: laboratory verdict) client-ip={HOST}; envelope-from={sender}; helo={helo};"


def _identity(verdict: Verdict, domain: str) -> tuple[str, str]:
    signed_by = _domain("@" + verdict.signed_by) if verdict.signed_by else domain
    dkim = f" header.i=@{signed_by}" if signed_by and verdict.dkim in ("pass", "fail") else ""
    shown = f" header.from={domain}" if domain else ""
    return f" dkim={_RESULT[verdict.dkim]}{dkim};", f" dmarc={_RESULT[verdict.dmarc]}{shown};"


def _domain(address: str) -> str:
    """The domain as a header may show it: letters, digits, dots and dashes, or nothing."""
    domain = address.rpartition("@")[2].lower()
    return domain if re.fullmatch(r"[a-z0-9.-]+", domain) else ""


def _plain(text: str) -> str:
    """Without anything that could begin another header line."""
    return re.sub(r"[\x00-\x20\x7f]", "", text)
