"""What SES tells of a mail it took: the JSON of its event publishing, by way of a configuration set.

Shapes: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from byname.local.raw_mail import RawMail, common_headers, json_headers
from byname.local.received import REGION, iso

ACCOUNT = "000000000000"


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail SES took, for the events about it."""

    id: str
    source: str
    recipients: tuple[str, ...]
    at: datetime
    mail: RawMail
    configuration_set: str
    tags: Mapping[str, str]


def send_event(sent: SentMail) -> str:
    return _event(sent, "Send", {})


def delivery_event(sent: SentMail, recipients: tuple[str, ...], at: datetime) -> str:
    return _event(
        sent,
        "Delivery",
        {
            "timestamp": iso(at),
            "processingTimeMillis": max(0, int((at - sent.at).total_seconds() * 1000)),
            "recipients": list(recipients),
            "smtpResponse": "250 2.0.0 OK",
            "reportingMTA": f"a1-1.smtp-out.{REGION}.amazonses.com",
        },
    )


SUPPRESSED = "Amazon SES has suppressed sending to this address because it has a recent history of bouncing"
"""What SES says, in no other server's name, of an address on its suppression list."""


def bounce_event(sent: SentMail, recipient: str, at: datetime, said: str, permanent: bool = True) -> str:
    """`said` is the other server's answer: `550 5.1.1 user unknown`; or SUPPRESSED."""
    suppressed = said == SUPPRESSED
    return _event(
        sent,
        "Bounce",
        {
            "bounceType": "Permanent" if permanent or suppressed else "Transient",
            "bounceSubType": "Suppressed" if suppressed else "General",
            "bouncedRecipients": [
                {
                    "emailAddress": recipient,
                    "action": "failed",
                    "status": "5.1.1" if permanent or suppressed else "4.0.0",
                    "diagnosticCode": said if suppressed else f"smtp; {said}",
                }
            ],
            "timestamp": iso(at),
            "feedbackId": f"feedback-{sent.id}",
            "reportingMTA": f"dns; {REGION}.amazonses.com",
        },
    )


def complaint_event(sent: SentMail, recipient: str, at: datetime) -> str:
    return _event(
        sent,
        "Complaint",
        {
            "complainedRecipients": [{"emailAddress": recipient}],
            "timestamp": iso(at),
            "feedbackId": f"feedback-{sent.id}",
            "complaintSubType": None,
            "userAgent": "Amazon SES Mailbox Simulator",
            "complaintFeedbackType": "abuse",
            "arrivalDate": iso(at),
        },
    )


def _event(sent: SentMail, kind: str, facts: Mapping[str, object]) -> str:
    headers, truncated = json_headers(sent.mail)
    tags = {
        "ses:configuration-set": [sent.configuration_set],
        "ses:from-domain": [sent.source.rpartition("@")[2]],
        **{name: [value] for name, value in sent.tags.items()},
    }
    mail = {
        "timestamp": iso(sent.at),
        "source": sent.source,
        "sendingAccountId": ACCOUNT,
        "messageId": sent.id,
        "destination": list(sent.recipients),
        "headersTruncated": truncated,
        "headers": headers,
        "commonHeaders": common_headers(sent.mail),
        "tags": tags,
    }
    return json.dumps({"eventType": kind, "mail": mail, kind.lower(): facts})
