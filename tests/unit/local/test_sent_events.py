import json
from datetime import UTC, datetime

from byname.local import sent_events
from byname.local.raw_mail import read_raw
from byname.local.sent_events import SentMail

AT = datetime(2026, 11, 23, 9, 7, tzinfo=UTC)
SENT = SentMail(
    "0102-id",
    "support@harris.example",
    ("jane@customer.example",),
    AT,
    read_raw(b"From: support@harris.example\r\nSubject: Boiler\r\n\r\n"),
    "local",
    {"letter": "forward-abc"},
)


def test_a_send_event_carries_id_and_tags() -> None:
    event = json.loads(sent_events.send_event(SENT))
    assert (event["eventType"], event["send"]) == ("Send", {})
    assert event["mail"]["messageId"] == "0102-id"
    assert event["mail"]["destination"] == ["jane@customer.example"]
    assert event["mail"]["tags"]["letter"] == ["forward-abc"]
    assert event["mail"]["tags"]["ses:configuration-set"] == ["local"]


def test_a_delivery_event_names_who_got_it() -> None:
    event = json.loads(sent_events.delivery_event(SENT, ("jane@customer.example",), AT))
    assert event["eventType"] == "Delivery"
    assert event["delivery"]["recipients"] == ["jane@customer.example"]
    assert event["delivery"]["timestamp"] == "2026-11-23T09:07:00.000Z"


def test_a_bounce_says_whether_it_is_for_good_and_in_whose_words() -> None:
    event = json.loads(sent_events.bounce_event(SENT, "jane@customer.example", AT, "550 5.1.1 user unknown"))
    assert event["bounce"]["bounceType"] == "Permanent"
    assert event["bounce"]["bouncedRecipients"][0]["diagnosticCode"] == "smtp; 550 5.1.1 user unknown"
    passing = json.loads(sent_events.bounce_event(SENT, "j@c.example", AT, "421 busy", permanent=False))
    assert passing["bounce"]["bounceType"] == "Transient"


def test_an_address_on_the_suppression_list_is_refused_by_ses_itself() -> None:
    event = json.loads(sent_events.bounce_event(SENT, "j@c.example", AT, sent_events.SUPPRESSED, permanent=False))
    bounce = event["bounce"]
    assert (bounce["bounceType"], bounce["bounceSubType"]) == ("Permanent", "Suppressed")
    assert bounce["bouncedRecipients"][0]["diagnosticCode"] == sent_events.SUPPRESSED


def test_a_complaint_names_who_complained() -> None:
    event = json.loads(sent_events.complaint_event(SENT, "jane@customer.example", AT))
    assert event["complaint"]["complainedRecipients"] == [{"emailAddress": "jane@customer.example"}]
