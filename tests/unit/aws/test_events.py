"""AWS's own JSON, one file per shape in tests/events, read into the desk's words."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib.aws.events import deliveries, each_record, feedback
from chalicelib.desk.model import Channel, Delivery, Verdict, Verdicts
from chalicelib.desk.sending_events import Event, SendingEvent
from chalicelib.errors import Refused

EVENTS = Path(__file__).parents[2] / "events"
SES_ID = "0102019ab0c1d2e3-6f1f0c55-0d4b-4a52-9d0f-6c6a4c8f1a2b-000000"

JANES = Delivery(
    key="inbound/o3vrnil0e2ic28trm7dfhrc2v0c4nbp0g1q7s1",
    channel=Channel.MAIL,
    received_at=datetime(2026, 11, 23, 9, 7, 0, 120_000, tzinfo=UTC),
    recipients=("support@help.harris.example",),
    envelope_from="jane@customer.example",
    verdicts=Verdicts(Verdict.PASS, Verdict.PASS, Verdict.GRAY, Verdict.PASS, Verdict.PASS),
)
SENT = SendingEvent(
    event=Event.SENT,
    permanent=False,
    letter="acknowledgement-9v6k2m0xq4r8t1z5b7n3",
    thread_id="k7q3md9x2a",
    ses_id=SES_ID,
    recipient="jane@customer.example",
    at=datetime(2026, 11, 23, 9, 7, 2, 645_000, tzinfo=UTC),
)


def event(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return read


def record(body: object) -> dict[str, Any]:
    """An SQS record with this body, as Lambda hands it over."""
    (first, _) = event("sqs_inbound")["Records"]
    return {**first, "body": body if isinstance(body, str) else json.dumps(body)}


def received(**receipt: Any) -> dict[str, Any]:
    note = event("ses_received")
    return {**note, "receipt": {**note["receipt"], **receipt}}


# --- the inbound queue -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ses_received", "sns_notification"])
def test_a_received_mail_is_a_delivery_with_or_without_the_sns_envelope(name: str) -> None:
    assert deliveries(record(event(name))) == (JANES,)


@pytest.mark.parametrize("name", ["ses_setup_notification", "s3_test_event"])
def test_a_test_message_of_aws_is_no_delivery(name: str) -> None:
    assert deliveries(record(event(name))) == ()


def test_without_an_object_key_the_mail_lies_under_its_ses_id() -> None:
    (delivery,) = deliveries(record(received(action={"type": "SNS"})))
    assert delivery.key == "inbound/o3vrnil0e2ic28trm7dfhrc2v0c4nbp0g1q7s1"


def test_a_verdict_that_is_missing_or_strange_proves_nothing() -> None:
    note = received(spamVerdict={"status": "DISABLED"}, virusVerdict={"status": "PROCESSING_FAILED"}, spfVerdict="PASS")
    del note["receipt"]["dmarcVerdict"]
    note["receipt"]["dkimVerdict"] = {"status": "FAIL"}
    (delivery,) = deliveries(record(note))
    assert delivery.verdicts == Verdicts(dkim=Verdict.FAIL)


def test_a_null_return_path_is_empty() -> None:
    note = event("ses_received")
    note["mail"]["source"] = "<>"
    assert deliveries(record(note)) == (replace(JANES, envelope_from=""),)


def test_a_form_post_put_back_comes_again() -> None:
    (_, again) = event("sqs_inbound")["Records"]
    at = datetime(2026, 11, 23, 9, 7, 0, 720_000, tzinfo=UTC)
    assert deliveries(again) == (Delivery("form/2026-11-23/4d8e1f", Channel.FORM, at),)


def test_a_mail_put_back_comes_again() -> None:
    (delivery,) = deliveries(record({"byname": "delivery", "key": "inbound/mail-1"}))
    assert (delivery.key, delivery.channel) == ("inbound/mail-1", Channel.MAIL)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param("not JSON", "body: It is not JSON.", id="not JSON"),
        pytest.param([1, 2], "body: It is not a JSON object.", id="a list"),
        pytest.param({"hello": "world"}, "body: It is neither SES's notification", id="something else"),
        pytest.param({"byname": "delivery"}, "key: It is missing.", id="ours without a key"),
        pytest.param({"mail": {"messageId": "m"}, "receipt": {}}, "timestamp: It is missing.", id="no time"),
        pytest.param(
            {"mail": {"messageId": "m", "timestamp": "noon"}, "receipt": {}}, "timestamp: It is not a", id="noon"
        ),
        pytest.param({"mail": {}, "receipt": {}}, "messageId: It is missing.", id="no id"),
        pytest.param({"mail": "?", "receipt": {}}, "mail: It is missing.", id="mail is no object"),
        pytest.param({"Type": "Notification"}, "Message: It is missing.", id="an empty envelope"),
    ],
)
def test_a_record_that_cannot_be_read_says_what_is_missing(body: object, says: str) -> None:
    with pytest.raises(Refused) as refused:
        deliveries(record(body))
    assert str(refused.value).startswith(says)


def test_a_refusal_repeats_nothing_a_stranger_wrote() -> None:
    with pytest.raises(Refused) as refused:
        deliveries(record({"secret": "jane@customer.example"}))
    assert "jane" not in str(refused.value)


# --- the feedback queue ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ses_send", SENT),
        (
            "ses_delivery",
            replace(SENT, event=Event.DELIVERED, at=datetime(2026, 11, 23, 9, 7, 4, 133_000, tzinfo=UTC)),
        ),
        (
            "ses_bounce_permanent",
            replace(
                SENT,
                event=Event.BOUNCED,
                permanent=True,
                at=datetime(2026, 11, 23, 9, 7, 5, 669_000, tzinfo=UTC),
                reason="the mail server refused it (smtp; 550 5.1.1 user unknown)",
            ),
        ),
        (
            "ses_bounce_transient",
            replace(
                SENT,
                event=Event.BOUNCED,
                at=datetime(2026, 11, 23, 21, 7, 5, 669_000, tzinfo=UTC),
                reason="the mailbox is full (smtp; 452 4.2.2 over quota)",
            ),
        ),
        (
            "ses_complaint",
            replace(
                SENT,
                event=Event.COMPLAINED,
                at=datetime(2026, 11, 23, 10, 41, 2, 669_000, tzinfo=UTC),
                reason="the recipient marked it as spam",
            ),
        ),
        (
            "ses_reject",
            replace(SENT, event=Event.REJECTED, permanent=True, reason="SES would not send it: Bad content"),
        ),
        (
            "ses_delivery_delay",
            replace(
                SENT,
                event=Event.DELAYED,
                at=datetime(2026, 11, 23, 9, 37, 2, tzinfo=UTC),
                reason="it is not through yet (smtp; 421 4.4.1 Unable to connect to remote host)",
            ),
        ),
    ],
)
def test_each_event_of_ses_is_news_about_a_letter(name: str, expected: SendingEvent) -> None:
    assert feedback(record(event(name))) == expected


def test_an_event_in_snss_envelope_is_the_same_news() -> None:
    wrapped = {"Type": "Notification", "Message": json.dumps(event("ses_send"))}
    assert feedback(record(wrapped)) == SENT


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(event("ses_open"), id="an open"),
        pytest.param("Successfully validated SNS topic for Amazon SES event publishing.", id="a greeting"),
        pytest.param(
            {"Type": "Notification", "Message": "Successfully validated SNS topic for Amazon SES event publishing."},
            id="a greeting in an envelope",
        ),
        pytest.param({"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "…"}, id="a subscription"),
    ],
)
def test_what_changes_nothing_is_no_news(body: object) -> None:
    assert feedback(record(body)) is None


def test_mail_that_is_not_ours_has_no_letter() -> None:
    note = event("ses_bounce_permanent")
    del note["mail"]["tags"]
    news = feedback(record(note))
    assert news is not None
    assert (news.letter, news.thread_id) == ("", "")


def test_an_event_without_its_type_is_refused() -> None:
    with pytest.raises(Refused, match=r"body\.eventType: It is missing"):
        feedback(record({"mail": {}}))


# --- batches -----------------------------------------------------------------------------------------------------


def test_only_the_records_that_failed_come_again(caplog: pytest.LogCaptureFixture) -> None:
    handled: list[Any] = []

    def handle(one: Mapping[str, Any]) -> None:
        handled.append(one["messageId"])
        if one["messageId"].startswith("2e1424d4"):
            raise Refused

    answer = each_record(event("sqs_inbound"), handle, logging.getLogger("byname"))
    assert handled == ["059f36b4-87a3-44ab-83d2-661975830a7d", "2e1424d4-f796-459a-8184-9c92662be6da"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": "2e1424d4-f796-459a-8184-9c92662be6da"}]}
    assert len(caplog.records) == 1


def test_a_batch_that_fails_whole_is_answered_record_by_record() -> None:
    def handle(_: Mapping[str, Any]) -> None:
        raise Refused

    answer = each_record(event("sqs_inbound"), handle, logging.getLogger("byname"))
    assert len(answer["batchItemFailures"]) == 2


def test_a_batch_that_went_well_has_no_failures() -> None:
    answer = each_record(event("sqs_inbound"), deliveries, logging.getLogger("byname"))
    assert answer == {"batchItemFailures": []}
