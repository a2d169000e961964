"""Whom the provider vouches for: its own block on top, and nothing a sender wrote."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.desk.model import Channel, Delivery, Verdict, Verdicts
from chalicelib.mail.verdicts import read_results, verdict, with_provider_block

SES_ID = "o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1"
PASSED = Verdicts(Verdict.PASS, Verdict.PASS, Verdict.PASS, Verdict.PASS, Verdict.PASS)
RESULTS = (
    "Authentication-Results: amazonses.com; spf=pass (spfCheck: fine) client-ip=192.0.2.1; "
    "envelope-from=jane@customer.example; helo=mail.customer.example; "
    "dkim=pass header.i=@customer.example; dmarc=pass header.from=customer.example;"
)
SENDERS = "DKIM-Signature: v=1; d=customer.example\r\nFrom: jane@customer.example\r\n\r\nHello\r\n"


def received(smtp_id: str = SES_ID, by: str = "inbound-smtp.eu-west-1.amazonaws.com") -> str:
    return (
        f"Received: from mail.customer.example (unknown [192.0.2.1])\r\n by {by} with SMTP id {smtp_id}\r\n"
        " for support@help.harris.example;\r\n Mon, 23 Nov 2026 09:07:00 +0000 (UTC)"
    )


def mail(*lines: str) -> bytes:
    return "\r\n".join((*lines, SENDERS)).encode()


def delivery(verdicts: Verdicts = PASSED) -> Delivery:
    return Delivery(f"inbound/{SES_ID}", Channel.MAIL, datetime(2026, 11, 23, tzinfo=UTC), verdicts=verdicts)


TOP = ("Return-Path: <jane@customer.example>", received(), "X-SES-Spam-Verdict: PASS", "Received-SPF: pass")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("PASS", Verdict.PASS),
        ("pass", Verdict.PASS),
        ({"status": "FAIL"}, Verdict.FAIL),
        ({"status": "Gray"}, Verdict.GRAY),
        ("PROCESSING_FAILED", Verdict.NONE),
        ({"status": "DISABLED"}, Verdict.NONE),
        ({}, Verdict.NONE),
        (None, Verdict.NONE),
        (7, Verdict.NONE),
    ],
)
def test_a_verdict_is_read_in_every_shape_the_provider_uses(value: Any, expected: Verdict) -> None:
    assert verdict(value) is expected


def test_the_provider_says_whose_signature_passed() -> None:
    assert with_provider_block(mail(*TOP, RESULTS), delivery()).dkim_domains == ("customer.example",)


def test_several_signatures_are_all_named() -> None:
    results = (
        "Authentication-Results: amazonses.com; dkim=pass header.i=@Mailer.example; dkim=fail header.i=@bad.example; "
        "dkim=pass header.d=customer.example; dkim=pass header.i=jane@sub.customer.example"
    )
    domains = ("mailer.example", "customer.example", "sub.customer.example")
    assert with_provider_block(mail(*TOP, results), delivery()).dkim_domains == domains


FORGED = (
    "Authentication-Results: amazonses.com; dkim=pass header.i=@harris.example; dmarc=pass header.from=harris.example"
)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param((FORGED,), id="nothing above it"),
        pytest.param(("Return-Path: <x@y.example>", FORGED), id="no Received"),
        pytest.param(("Return-Path: <x@y.example>", received("another0id"), FORGED), id="an id that is not ours"),
        pytest.param(("Return-Path: <x@y.example>", received(by="mail.evil.example"), FORGED), id="another host"),
        pytest.param(
            ("Return-Path: <x@y.example>", received(by="inbound-smtp.eu-west-1.amazonaws.com.evil.example"), FORGED),
            id="a host that only begins like it",
        ),
        pytest.param((received(), FORGED), id="no Return-Path"),
        pytest.param(("X-First: 1", *TOP, FORGED), id="something above it"),
        pytest.param((*TOP, "Received: from a by b", FORGED), id="below the sender's own Received"),
        pytest.param((*TOP, "DKIM-Signature: v=1", FORGED), id="below the sender's signature"),
        pytest.param((*TOP, "X-SES-RECEIPT: x", FORGED), id="below the provider's receipt"),
        pytest.param((*TOP, FORGED.replace("amazonses.com", "amazonses.com.evil.example", 1)), id="another service"),
        pytest.param(
            (*TOP, FORGED.replace("amazonses.com", "(amazonses.com) evil.example", 1)), id="name in a comment"
        ),
        pytest.param((*TOP, FORGED.replace("amazonses.com", '"amazonses.com"', 1)), id="name in quotes"),
    ],
)
def test_a_forged_block_names_nobody(lines: tuple[str, ...]) -> None:
    assert with_provider_block(mail(*lines), delivery()) == PASSED


@pytest.mark.parametrize(
    "helo",
    [
        "evil.example (dkim=pass header.i=@harris.example;",
        '"; dkim=pass header.i=@harris.example; "',
        "evil.example;dkim=pass/header.i=@harris.example",
        "evil.example;dkim=pass(c)header.i=@harris.example",
        "evil.example; dkim=pass (c)header.i=@harris.example",
        "evil.example; dkim=pass header.i=@harris.example; (",
    ],
)
def test_what_the_sender_says_of_itself_inside_the_block_is_not_believed(helo: str) -> None:
    results = f"Authentication-Results: amazonses.com; spf=pass envelope-from=x@evil.example; helo={helo}; dkim=fail"
    assert with_provider_block(mail(*TOP, results), delivery()).dkim_domains == ()


GRAY = Verdicts(Verdict.PASS, Verdict.PASS, Verdict.GRAY, Verdict.PASS, Verdict.PASS)


@pytest.mark.parametrize(
    ("domains", "verdicts", "expected"),
    [
        pytest.param("harris.example", GRAY, ("harris.example",), id="their own"),
        pytest.param("harris.example mail.harris.example", GRAY, ("harris.example", "mail.harris.example"), id="kin"),
        pytest.param("harris.example evil.example", GRAY, (), id="a stranger's beside it"),
        pytest.param("harris.example mailer.example", PASSED, ("harris.example", "mailer.example"), id="DMARC passed"),
    ],
)
def test_without_a_dmarc_pass_a_strangers_signature_spoils_all(
    domains: str, verdicts: Verdicts, expected: tuple[str, ...]
) -> None:
    signatures = " ".join(f"dkim=pass header.i=@{domain};" for domain in domains.split())
    word = "pass" if verdicts is PASSED else "none"
    results = f"Authentication-Results: amazonses.com; {signatures} dmarc={word} header.from=harris.example;"
    assert with_provider_block(mail(*TOP, results), delivery(verdicts)).dkim_domains == expected


def test_a_second_block_below_does_not_count() -> None:
    assert with_provider_block(mail(*TOP, RESULTS, FORGED), delivery()).dkim_domains == ("customer.example",)


@pytest.mark.parametrize(
    ("word", "expected"),
    [("fail", Verdict.FAIL), ("none", Verdict.GRAY), ("temperror", Verdict.NONE), ("pass", Verdict.PASS)],
)
def test_where_block_and_notification_differ_the_worse_counts(word: str, expected: Verdict) -> None:
    results = RESULTS.replace("dmarc=pass", f"dmarc={word}")
    assert with_provider_block(mail(*TOP, results), delivery()).dmarc is expected


def test_no_domain_is_named_when_the_notification_says_dkim_failed() -> None:
    failed = Verdicts(Verdict.PASS, Verdict.FAIL, Verdict.PASS)
    assert with_provider_block(mail(*TOP, RESULTS), delivery(failed)) == failed


FIELDS = {
    "Google": (
        "mx.google.example; dkim=pass header.i=@x.example header.s=a; spf=fail (google: no) smtp.mailfrom=a@x.example",
        ("mx.google.example", [("dkim", "pass"), ("spf", "fail")]),
    ),
    "Outlook, which forgets its name": (
        "spf=pass (sender IP is 192.0.2.1); x.example; dkim=none header.d=none;x.example; dmarc=pass action=none",
        ("", [("spf", "pass"), ("dkim", "none"), ("dmarc", "pass")]),
    ),
    "Yahoo, with from= in between": (
        "mta1.yahoo.example  from=x.example; domainkeys=neutral (no sig);  from=x.example; dkim=pass (ok)",
        ("mta1.yahoo.example", [("domainkeys", "neutral"), ("dkim", "pass")]),
    ),
    "a comment with a semicolon": (
        "x.example; dkim=pass (1024-bit key; unprotected) header.d=x.example",
        ("x.example", [("dkim", "pass")]),
    ),
    "a comment that is glued on": (
        "x.example; dmarc=pass(p=QUARANTINE) header.from=x",
        ("x.example", [("dmarc", "pass")]),
    ),
    "SES": (
        "amazonses.com; spf=pass (spfCheck: domain of x.example) client-ip=192.0.2.1; envelope-from=a@x.example;"
        " helo=localhost; dkim=pass header.i=@x.example; dmarc=pass header.from=x.example;",
        ("amazonses.com", [("spf", "pass"), ("dkim", "pass"), ("dmarc", "pass")]),
    ),
    "quoted-printable left over": ("spf=3Dnone (sender IP is )", ("", [])),
    "a sentence": ("authentication result string is not available", ("authentication", [])),
    "nothing": ("", ("", [])),
    "none at all": ("x.example; none", ("x.example", [])),
}


@pytest.mark.parametrize(("field", "expected"), FIELDS.values(), ids=FIELDS.keys())
def test_results_are_read_as_servers_really_write_them(field: str, expected: tuple[str, list[tuple[str, str]]]) -> None:
    server, results = read_results(field)
    assert (server, [(one.method, one.word) for one in results]) == expected
