import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from byname.local.raw_mail import read_raw
from byname.local.received import Envelope, header_block, iso, new_id, notice
from byname.local.verdicts import Verdict

AT = datetime(2026, 11, 23, 9, 7, 0, 123_000, tzinfo=UTC)
ENVELOPE = Envelope(
    "abc0000000000000000000000000000000000000",
    "mail.customer.example",
    "bounces@customer.example",
    ("support@help.harris.example",),
    AT,
    Verdict(),
)
MAIL = read_raw(b"From: Jane <jane@customer.example>\r\nTo: support@harris.example\r\nSubject: Boiler\r\n\r\nHi\r\n")


def names(block: bytes) -> list[str]:
    return [field.name for field in read_raw(block + b"\r\n").fields]


def test_the_block_holds_what_ses_writes_in_its_order() -> None:
    assert names(header_block(ENVELOPE, MAIL)) == [
        "Return-Path",
        "Received",
        "X-SES-Spam-Verdict",
        "X-SES-Virus-Verdict",
        "Received-SPF",
        "Authentication-Results",
        "X-SES-RECEIPT",
        "X-SES-DKIM-SIGNATURE",
    ]


def test_the_block_names_id_recipient_and_aligned_domain() -> None:
    block = read_raw(header_block(ENVELOPE, MAIL))
    assert block.first("return-path") == "<bounces@customer.example>"
    assert block.first("received") == (
        "from mail.customer.example (mail.customer.example [127.0.0.1]) by inbound-smtp.eu-west-1.amazonaws.com "
        "with SMTP id abc0000000000000000000000000000000000000 for support@help.harris.example; "
        "Mon, 23 Nov 2026 09:07:00 +0000 (UTC)"
    )
    results = block.first("authentication-results")
    assert results.startswith("amazonses.com; spf=pass ")
    assert results.endswith("dkim=pass header.i=@customer.example; dmarc=pass header.from=customer.example;")


def test_a_verdict_of_fail_stands_in_block_and_notice() -> None:
    failing = replace(ENVELOPE, verdict=Verdict(spf="gray", dkim="fail", dmarc="fail", spam="fail"))
    block = read_raw(header_block(failing, MAIL))
    assert block.first("x-ses-spam-verdict") == "FAIL"
    results = block.first("authentication-results")
    assert "spf=none" in results
    assert "dkim=fail header.i=@customer.example; dmarc=fail" in results
    receipt = json.loads(notice(failing, MAIL, "arn", "bucket"))["receipt"]
    assert (receipt["dmarcVerdict"], receipt["dmarcPolicy"]) == ({"status": "FAIL"}, "reject")


def test_a_signature_of_somebody_else_is_named_as_theirs() -> None:
    signed = replace(ENVELOPE, verdict=Verdict(signed_by="bulk-mailer.example"))
    assert "dkim=pass header.i=@bulk-mailer.example;" in read_raw(header_block(signed, MAIL)).first(
        "authentication-results"
    )


@pytest.mark.parametrize(
    ("helo", "sender"),
    [("x\r\nX-SES-Spam-Verdict: PASS", "a@b.example"), ("x", "a@b.example>\r\nX-Evil: 1\r\n<")],
    ids=["helo", "mail from"],
)
def test_nothing_in_the_envelope_adds_a_line_to_the_block(helo: str, sender: str) -> None:
    assert len(names(header_block(replace(ENVELOPE, helo=helo, sender=sender), MAIL))) == 8


def test_the_notice_says_where_the_mail_lies_and_for_whom() -> None:
    told = json.loads(notice(ENVELOPE, MAIL, "arn:aws:sns:topic", "byname-mail"))
    assert told["notificationType"] == "Received"
    assert told["receipt"]["recipients"] == ["support@help.harris.example"]
    assert told["receipt"]["action"] == {
        "type": "S3",
        "topicArn": "arn:aws:sns:topic",
        "bucketName": "byname-mail",
        "objectKeyPrefix": "inbound/",
        "objectKey": "inbound/abc0000000000000000000000000000000000000",
    }
    assert told["mail"]["messageId"] == "abc0000000000000000000000000000000000000"
    assert told["mail"]["source"] == "bounces@customer.example"
    assert told["mail"]["destination"] == ["support@harris.example"]
    assert told["mail"]["timestamp"] == "2026-11-23T09:07:00.123Z"


def test_instants_are_written_to_the_millisecond_in_utc() -> None:
    assert iso(AT) == "2026-11-23T09:07:00.123Z"


def test_ids_are_forty_letters_and_digits_and_do_not_repeat() -> None:
    ids = {new_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(len(one) == 40 and one.isalnum() and one == one.lower() for one in ids)
