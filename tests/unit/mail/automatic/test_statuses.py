"""Codes and words of mail servers as reasons."""

from __future__ import annotations

import pytest

from chalicelib.mail.automatic.statuses import names_a_refusal, reason_in, reason_of, status_in


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("5.1.1", "mailbox unavailable"),
        ("4.2.2", "the mailbox is full"),
        ("5.7.26", "their mail system refused it"),
        ("5.0.0", ""),
    ],
)
def test_a_code_is_told_in_plain_words(status: str, reason: str) -> None:
    assert reason_of(status) == reason


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("550 User unknown", "mailbox unavailable"),
        ("552 Quota exceeded", "the mailbox is full"),
        ("Host not found", "their mail system was not found"),
        ("Message looping: too many hops", "the letter went round in circles"),
        ("something else", ""),
    ],
)
def test_a_servers_words_are_told_in_plain_words(words: str, reason: str) -> None:
    assert reason_in(words) == reason


def test_the_first_code_counts_and_an_ip_address_is_none() -> None:
    assert status_in("", "host 192.0.2.5.1 said: 550 5.1.1 no, 4.2.2 later") == "5.1.1"
    assert status_in("see 15.1.1.7") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("550 5.1.1 no", True),
        ("450 try later", True),
        ("No such user here", True),
        ("I rang 0161 550 5555", False),
        ("The price is 450.00", False),
    ],
)
def test_a_mail_servers_answer_is_told_from_other_numbers(text: str, expected: bool) -> None:
    assert names_a_refusal(text) is expected
