"""What AWS hands the doors, read into the desk's words. Pure: JSON in, values out; a batch is handled one by one.

Behind these readers nobody knows SES, SNS or SQS. A record they cannot read is Refused: it stays in the queue and goes
to the dead-letter queue, where a person sees it.

Sources: SES developer guide, "Contents of notifications for Amazon SES email receiving" and "Contents of event data
that Amazon SES publishes to Amazon SNS"; Lambda guide, "Using Lambda with Amazon SQS".
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.desk.model import Channel, Delivery, Verdict, Verdicts
from chalicelib.desk.sending_events import Event, SendingEvent
from chalicelib.errors import Fault, Refused

Record = Mapping[str, Any]
"""One SQS record of a Lambda event, or a part of one."""

SETUP = "AMAZON_SES_SETUP_NOTIFICATION"
"""The message id of the test mail SES writes when a receipt rule is made: no customer wrote it."""
GREETING = "Successfully validated SNS topic"
"""How SES's first message to a new event topic begins."""
FORM_PREFIX = "form/"
MAIL_PREFIX = "inbound/"

VERDICTS = {"PASS": Verdict.PASS, "FAIL": Verdict.FAIL, "GRAY": Verdict.GRAY}

EVENTS = {
    "Send": Event.SENT,
    "Delivery": Event.DELIVERED,
    "Bounce": Event.BOUNCED,
    "Complaint": Event.COMPLAINED,
    "Reject": Event.REJECTED,
    "DeliveryDelay": Event.DELAYED,
}
"""The events we ask SES for; others (opens, clicks) say nothing that changes what we do."""

BOUNCES = {
    "NoEmail": "there is no such address",
    "Suppressed": "the address bounced before, so SES no longer writes to it",
    "OnAccountSuppressionList": "the address bounced or complained before, so SES no longer writes to it",
    "MailboxFull": "the mailbox is full",
    "MessageTooLarge": "the letter was too large for the mailbox",
    "ContentRejected": "the mail server refused what the letter says",
    "AttachmentRejected": "the mail server refused the attachment",
    "CustomTimeoutExceeded": "the mail server could not be reached in time",
}
"""SES's bounce subtypes in words; any other (General, Undetermined) says no more than that it bounced."""


# --- mail and form posts -----------------------------------------------------------------------------------------


def deliveries(record: Record) -> tuple[Delivery, ...]:
    """The deliveries one record of the inbound queue brings: one, or none for AWS's own test messages."""
    note = _note(_text(record, "body"))
    if note is None or note.get("Event") == "s3:TestEvent":
        return ()
    if note.get("byname") == "delivery":
        return (_once_more(note, record),)
    if "receipt" in note and "mail" in note:
        mail = _part(note, "mail")
        return () if mail.get("messageId") == SETUP else (_received(mail, _part(note, "receipt")),)
    raise Refused(Fault("body", "It is neither SES's notification of a received mail nor a delivery of ours."))


def _received(mail: Record, receipt: Record) -> Delivery:
    action = _part(receipt, "action") if "action" in receipt else {}
    return Delivery(
        key=str(action.get("objectKey") or MAIL_PREFIX + _text(mail, "messageId")),
        channel=Channel.MAIL,
        received_at=_instant(mail, "timestamp"),
        recipients=tuple(str(address).lower() for address in receipt.get("recipients") or ()),
        envelope_from=str(mail.get("source") or "").strip("<>").lower(),
        verdicts=_verdicts(receipt),
    )


def _once_more(note: Record, record: Record) -> Delivery:
    """A delivery that `queue.InboundQueue` put back. Only its raw bytes are known; a form post needs no more."""
    key = _text(note, "key")
    sent = _text(_part(record, "attributes"), "SentTimestamp")
    channel = Channel.FORM if key.startswith(FORM_PREFIX) else Channel.MAIL
    return Delivery(key=key, channel=channel, received_at=datetime.fromtimestamp(int(sent) / 1000, UTC))


def _verdicts(receipt: Record) -> Verdicts:
    return Verdicts(
        spf=_verdict(receipt.get("spfVerdict")),
        dkim=_verdict(receipt.get("dkimVerdict")),
        dmarc=_verdict(receipt.get("dmarcVerdict")),
        spam=_verdict(receipt.get("spamVerdict")),
        virus=_verdict(receipt.get("virusVerdict")),
    )


def _verdict(said: object) -> Verdict:
    """`{"status": "PASS"}`; whatever else SES may say (PROCESSING_FAILED, DISABLED) proves nothing."""
    status = said.get("status") if isinstance(said, Mapping) else None
    return VERDICTS.get(str(status), Verdict.NONE)


# --- what became of letters --------------------------------------------------------------------------------------


def feedback(record: Record) -> SendingEvent | None:
    """The news one record of the feedback queue brings; None for AWS's own test messages and events we don't use."""
    note = _note(_text(record, "body"))
    if note is None:
        return None
    kind = note.get("eventType") or note.get("notificationType")
    if kind is None:
        raise Refused(Fault("body.eventType", "It is missing: this is no event of SES."))
    event = EVENTS.get(str(kind))
    return None if event is None else _sending_event(event, _part(note, "mail"), _news(note, str(kind)))


def _news(note: Record, kind: str) -> Record:
    """The part named after the event: `bounce`, `deliveryDelay` …; Send's is empty."""
    name = kind[0].lower() + kind[1:]
    return _part(note, name) if name in note else {}


def _sending_event(event: Event, mail: Record, news: Record) -> SendingEvent:
    recipient = _recipient(news)
    return SendingEvent(
        event=event,
        permanent=event is Event.REJECTED or (event is Event.BOUNCED and news.get("bounceType") == "Permanent"),
        letter=_tag(mail, "letter"),
        thread_id=_tag(mail, "thread"),
        ses_id=_text(mail, "messageId"),
        recipient=str(recipient.get("emailAddress") or _first(mail.get("destination")) or "").lower(),
        at=_instant(news if "timestamp" in news else mail, "timestamp"),
        reason=_reason(event, news, str(recipient.get("diagnosticCode") or "")),
    )


def _recipient(news: Record) -> Record:
    """The first recipient an event names: each of our letters has just one."""
    for name in ("bouncedRecipients", "complainedRecipients", "delayedRecipients"):
        first = _first(news.get(name))
        if isinstance(first, Mapping):
            return first
    return {"emailAddress": _first(news.get("recipients"))}


def _reason(event: Event, news: Record, diagnostic: str) -> str:
    match event:
        case Event.BOUNCED:
            words = BOUNCES.get(str(news.get("bounceSubType")), "the mail server refused it")
        case Event.COMPLAINED:
            words = "the recipient marked it as spam"
        case Event.REJECTED:
            words = f"SES would not send it: {news.get('reason') or 'it gave no reason'}"
        case Event.DELAYED:
            words = "it is not through yet"
        case Event.SENT | Event.DELIVERED:
            return ""
    return f"{words} ({diagnostic})" if diagnostic else words


def _tag(mail: Record, name: str) -> str:
    tags = mail.get("tags")
    return str(_first(tags.get(name)) or "") if isinstance(tags, Mapping) else ""


# --- records and batches -----------------------------------------------------------------------------------------


def each_record(event: Record, handle: Callable[[Record], object], logger: Any) -> dict[str, Any]:
    """Hands each record of an SQS event to `handle`; the answer names those that raised, and only they come again.

    `logger`: the standard library's or Powertools'; told of each record that raised.
    """
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

    def handle_one(record: SQSRecord) -> object:  # Powertools calls it by keyword: the parameter must be `record`
        return handle(record.raw_event)

    # Without the logger exceptions are swallowed; and a batch that fails whole is still answered record by record.
    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False, logger=logger)
    return dict(process_partial_response(dict(event), handle_one, processor))


def _note(text: str) -> Record | None:
    """The JSON object in a body, out of SNS's envelope when it has one; None for SES's plain-text greeting."""
    if text.startswith(GREETING):
        return None
    try:
        note = json.loads(text)
    except ValueError as error:
        raise Refused(Fault("body", "It is not JSON.")) from error
    if not isinstance(note, Mapping):
        raise Refused(Fault("body", "It is not a JSON object."))
    return _note(_text(note, "Message")) if note.get("Type") == "Notification" else note


def _part(whole: Record, name: str) -> Record:
    part = whole.get(name)
    if not isinstance(part, Mapping):
        raise Refused(Fault(name, "It is missing."))
    return part


def _text(whole: Record, name: str) -> str:
    text = whole.get(name)
    if not isinstance(text, str) or not text:
        raise Refused(Fault(name, "It is missing."))
    return text


def _instant(whole: Record, name: str) -> datetime:
    """An ISO 8601 timestamp in UTC, whatever zone it names."""
    text = _text(whole, name)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refused(Fault(name, f"It is not a time: {text[:40]!r}.")) from error
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _first(things: object) -> Any:
    return things[0] if isinstance(things, list | tuple) and things else None
