"""Delivery reports in plain words."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message

import pytest

from chalicelib.desk.report import Report
from chalicelib.mail.automatic.reports import Layout, kind_of, parent_ids, read


def a_report(*recipients: str, returned: str = "", kind: str = "message/delivery-status") -> Message:
    blocks = "\r\n\r\n".join(("Reporting-MTA: dns; mx.customer.example", *recipients))
    back = f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{returned}\r\n" if returned else ""
    return message_from_bytes(
        (
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
            f"--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: {kind}\r\n\r\n{blocks}\r\n{back}--b--\r\n"
        ).encode()
    )


FAILED = "Final-Recipient: rfc822; jane@customer.example\r\nAction: failed\r\nStatus: 5.2.2"
DELAYED = "Final-Recipient: rfc822; tom@customer.example\r\nAction: delayed\r\nStatus: 4.4.1"
DELIVERED = "Final-Recipient: rfc822; ruth@customer.example\r\nAction: delivered\r\nStatus: 2.1.5"


@pytest.mark.parametrize(
    ("recipients", "expected"),
    [
        pytest.param(
            (FAILED,), Report("failed", ("jane@customer.example",), "5.2.2", "the mailbox is full"), id="failed"
        ),
        pytest.param(
            (DELAYED,),
            Report("delayed", ("tom@customer.example",), "4.4.1", "their mail system does not answer"),
            id="late",
        ),
        pytest.param(
            (DELIVERED, DELAYED, FAILED),
            Report("failed", ("jane@customer.example",), "5.2.2", "the mailbox is full"),
            id="the worst of three",
        ),
        pytest.param(
            ("Final-Recipient: rfc822; x@y.example\r\nAction: Failed (bad)\r\nDiagnostic-Code: smtp; 550 5.7.26 no",),
            Report("failed", ("x@y.example",), "5.7.26", "their mail system refused it"),
            id="status only in the diagnostic",
        ),
        pytest.param(("Final-Recipient: rfc822; x@y.example",), Report(), id="no action"),
        pytest.param((), Report(), id="nobody"),
    ],
)
def test_a_report_is_read(recipients: tuple[str, ...], expected: Report) -> None:
    assert read(Layout.of(a_report(*recipients))) == expected


def test_an_international_report_is_read_too() -> None:
    report = read(Layout.of(a_report(FAILED, kind="message/global-delivery-status")))
    assert report.action == "failed"


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (
            Report("failed", ("jane@customer.example",), "5.1.1", "mailbox unavailable"),
            "Could not be delivered to jane@customer.example: mailbox unavailable (5.1.1)",
        ),
        (Report("failed"), "Could not be delivered to one of its recipients"),
        (
            Report("delayed", ("tom@c.example",), "4.0.0"),
            "Not delivered to tom@c.example yet, still being tried (4.0.0)",
        ),
        (Report("delivered", ("ruth@c.example",), "2.0.0"), "Was delivered to ruth@c.example"),
        (Report(), ""),
    ],
)
def test_a_report_says_it_in_one_sentence(report: Report, sentence: str) -> None:
    assert report.sentence == sentence


def test_a_report_names_the_letter_it_is_about() -> None:
    report = a_report(FAILED + "\r\nOriginal-Message-ID: <said@x.example>", returned="Message-ID: <back@x.example>")
    assert parent_ids(Layout.of(report)) == ("said@x.example", "back@x.example")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("multipart/report; report-type=delivery-status; boundary=b", "delivery-status"),
        ("multipart/report; report-type=disposition-notification; boundary=b", "disposition-notification"),
        ('multipart/report; report-type="FEEDBACK-REPORT"; boundary=b', "feedback-report"),
        ("multipart/mixed; boundary=b", ""),
        ("text/plain", ""),
    ],
)
def test_a_report_says_what_kind_it_is(header: str, expected: str) -> None:
    assert (
        kind_of(Layout.of(message_from_bytes(f"Content-Type: {header}\r\n\r\n--b\r\n\r\nx\r\n--b--".encode())))
        == expected
    )


def test_a_report_that_calls_itself_something_else_is_known_by_its_parts() -> None:
    report = a_report(FAILED)
    report.replace_header("Content-Type", "multipart/mixed; boundary=b")
    assert kind_of(Layout.of(report)) == "delivery-status"


def a_notification(kind: str, fields: str, returned: str = "To: jane@customer.example") -> Layout:
    part = f"--b\r\nContent-Type: message/{kind}\r\n\r\n{fields}\r\n"
    back = f"--b\r\nContent-Type: message/rfc822\r\n\r\n{returned}\r\n\r\nHello\r\n--b--\r\n"
    head = f"Content-Type: multipart/report; report-type={kind}; boundary=b\r\n\r\n--b\r\n\r\nSee below.\r\n"
    return Layout.of(message_from_bytes(f"{head}{part}{back}".encode()))


JANES = "Final-Recipient: rfc822; jane@customer.example\r\nDisposition: "


@pytest.mark.parametrize(
    ("disposition", "action"),
    [
        ("manual-action/MDN-sent-manually; displayed", "displayed"),
        ("automatic-action/MDN-sent-automatically; displayed", "displayed"),
        ("manual-action/MDN-sent-manually; deleted", "displayed"),
        ("automatic-action/MDN-sent-automatically; deleted", "failed"),
    ],
)
def test_a_read_receipt_is_one_unless_a_mailbox_refuses_by_it(disposition: str, action: str) -> None:
    found = read(a_notification("disposition-notification", JANES + disposition))
    assert found == Report(action, ("jane@customer.example",))


def test_a_complaint_is_theirs_whom_it_names_or_to_whom_the_letter_went() -> None:
    named = a_notification("feedback-report", "Feedback-Type: abuse\r\nOriginal-Rcpt-To: tom@customer.example")
    assert read(named) == Report("complained", ("tom@customer.example",))
    assert read(a_notification("feedback-report", "Feedback-Type: abuse")) == Report(
        "complained", ("jane@customer.example",)
    )


def test_a_report_in_a_group_of_its_own_is_found_and_one_in_an_attached_mail_is_not() -> None:
    report = a_report(FAILED).as_string()
    around = "Content-Type: multipart/mixed; boundary=o\n\n--o\n{}\n--o--\n"
    assert kind_of(Layout.of(message_from_bytes(around.format(report).encode()))) == "delivery-status"
    attached = around.format(f"Content-Type: message/rfc822\n\n{report}")
    assert kind_of(Layout.of(message_from_bytes(attached.encode()))) == ""


def test_a_report_that_lost_its_action_is_told_by_its_status() -> None:
    assert read(Layout.of(a_report(FAILED.replace("Action: failed\r\n", "")))).action == "failed"
