"""Laws of parsing: it never raises, and what it gives is bounded, whatever comes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.desk.model import Channel, Delivery, Inbound
from chalicelib.mail import cards
from chalicelib.mail.addresses import read_list, sole_mailbox
from chalicelib.mail.parse import DATED_LIMIT, FRESH_LIMIT, SUBJECT_LIMIT, TEXT_LIMIT, parse
from chalicelib.mail.quoting import answers, quotes
from chalicelib.mail.text import CUT_NOTE, HTML_LIMIT, folded, from_html

DELIVERY = Delivery("inbound/x", Channel.MAIL, datetime(2026, 11, 23, tzinfo=UTC), ("support@help.harris.example",))
MAILS = [path.read_bytes() for path in sorted((Path(__file__).parents[1] / "golden" / "mails").glob("*.eml"))]
NASTY = [
    b"\x00",
    b"\r",
    b"\n",
    b"\r\n\r\n",
    b"--",
    b"=?utf-8?q?",
    b"?=",
    b'"',
    b"<",
    b">",
    b"(",
    b";",
    b"\xff",
    b"%",
    b"*0*=",
]
IN_A_LINE = [piece for piece in NASTY if piece.strip(b"\r\n")]
HEADER = b"From: jane@customer.example\r\nSubject: Hi\r\n"


def is_whole(inbound: Inbound) -> None:
    """Everything the rest of the house relies on."""
    assert "reading it failed" not in inbound.defect  # the net below the parser is for what nobody thought of
    assert len(inbound.text) <= TEXT_LIMIT
    assert len(inbound.fresh_text) <= FRESH_LIMIT
    assert len(inbound.dated) <= DATED_LIMIT
    assert inbound.fresh_text or not inbound.text
    assert not re.search("[\x00-\x08\x0b-\x1f]", inbound.text)
    assert len(inbound.subject) <= SUBJECT_LIMIT
    assert inbound.subject.isprintable()
    assert inbound.sender.email == inbound.sender.email.lower()
    assert not inbound.sender_certain or inbound.sender.email.isascii()
    for attachment in inbound.attachments:
        assert re.fullmatch(r"parts/[0-9a-z]{20}/[0-9]{1,4}", attachment.ref.key)
        assert 0 < len(attachment.ref.name) <= 100
        assert not re.search(r"[\\/\x00-\x1f]|^\.", attachment.ref.name)
        assert attachment.ref.size == len(attachment.content)
    (inbound.text + inbound.subject + inbound.fresh_text + inbound.message_id + inbound.dated).encode()


@given(st.binary(max_size=2000))
@settings(deadline=None, max_examples=150)
def test_any_bytes_are_an_inbound(raw: bytes) -> None:
    is_whole(parse(raw, DELIVERY))


@given(st.sampled_from(MAILS), st.data())
@settings(deadline=None, max_examples=300)
def test_a_damaged_mail_is_an_inbound(mail: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 8))):
        start = data.draw(st.integers(0, len(mail)))
        end = min(len(mail), start + data.draw(st.integers(0, 40)))
        mail = mail[:start] + data.draw(st.sampled_from(NASTY) | st.binary(max_size=6)) + mail[end:]
    is_whole(parse(mail, DELIVERY))


@given(
    st.lists(st.sampled_from([*IN_A_LINE, b"a@b.example", b"Bob", b",", b" ", b"\xc3\xbc", b"@", b":"]), max_size=30)
)
@settings(deadline=None)
def test_a_certain_sender_is_the_only_address_in_sight(pieces: list[bytes]) -> None:
    written = b"".join(pieces)
    inbound = parse(b"From: " + written + b"\r\n\r\nx", DELIVERY)
    is_whole(inbound)
    if inbound.sender_certain:
        unquoted = re.sub(rb'"[^"]*"', b"", written)
        assert inbound.sender.email.encode() in unquoted.lower()
        assert unquoted.count(b"@") == 1


@given(st.text(max_size=300))
@settings(deadline=None)
def test_a_strict_reading_agrees_with_the_tolerant_one(value: str) -> None:
    sole = sole_mailbox(value)
    assert sole is None or read_list(value) == (sole,)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(HEADER + b"Content-Type: text/plain" + b";" * 20_000 + b"\r\n\r\nx", id="20 KB of semicolons"),
        pytest.param(
            HEADER
            + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(900)),
            id="900 deep",
        ),
        pytest.param(
            HEADER + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 95_000,
            id="95,000 parts",
        ),
        pytest.param(
            HEADER
            + b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
            + b"A: b\r\n\r\n" * 100_000,
            id="100,000 paragraphs in a report",
        ),
    ],
)
def test_a_bomb_is_not_even_lit(raw: bytes) -> None:
    inbound = parse(raw, DELIVERY)
    is_whole(inbound)
    assert inbound.defect
    assert inbound.sender.email == "jane@customer.example"


@given(st.text(alphabet=st.sampled_from("<>/abdivlockquote=\"'& \n!-"), max_size=400))
@settings(deadline=None)
def test_no_markup_survives_and_text_stays_bounded(markup: str) -> None:
    text = from_html(markup * 3)
    assert len(text) <= 12 * HTML_LIMIT
    assert CUT_NOTE not in text


@given(st.text(alphabet="ab >:\n@[]cardK7Q-3MDwrote0123\t", max_size=400), st.text(alphabet="ab \n", max_size=100))
@settings(deadline=None)
def test_nothing_between_two_marks_of_a_card_survives(around: str, secret: str) -> None:
    mark = cards.card_mark("ZZZ-ZZZ")
    text = f"{around}\n> {mark}\n> §{secret}§\n> {mark}\n{around}"
    assert "§" not in cards.without_card(text)
    assert "§" not in quotes.fresh(text)


@given(st.text(max_size=300))
@settings(deadline=None)
def test_what_is_fresh_was_written(text: str) -> None:
    written = set(cards.without_card(text).split())
    assert set(quotes.fresh(text).split()) <= written


LIKE_OURS = st.text(alphabet="[]card K7Q-3MD\u2011\u00ad\uff3b>\n+0123456789s.abcdef@", max_size=80) | st.sampled_from(
    ["[card K7Q-3MD]", "+0sk7q3md9x2a.0123456789abcdef", "\uff3bcard", "K7Q\u20113MD]"]
)


@given(st.lists(LIKE_OURS, max_size=12).map("".join))
@settings(deadline=None)
def test_what_a_stranger_wrote_never_looks_like_ours(text: str) -> None:
    assert not cards.holds_card(cards.defused(text))


@given(st.text(alphabet=st.sampled_from("ab-&#45;&shy;\u00ad\u200b\u2011\uff3bﬁ½中 "), max_size=60))
@settings(deadline=None)
def test_folding_knows_the_way_back(text: str) -> None:
    seen = folded(text)
    assert len(seen.begins) == len(seen.ends) == len(seen.text)
    assert all(seen.text[n] in folded(text[seen.begins[n] : seen.ends[n]]).text for n in range(len(seen.text)))
    assert list(seen.begins) == sorted(seen.begins)


@given(st.text(max_size=400))
@settings(deadline=None)
def test_seen_quickly_is_seen_the_same(text: str) -> None:
    assert cards.as_seen(text.replace("&", "")) == folded(text.replace("&", "")).text


HER_LINES = st.lists(st.text(alphabet="abcdefg hij.,?", min_size=12, max_size=60), min_size=3, max_size=12)
FORWARDED = "\n\nFrom: Jane\nSent: 1\nTo: Bob\nSubject: B\n\n[card K7Q-3MD]\nJane Roe\n[card K7Q-3MD]\n\n"


@given(st.text(max_size=100), HER_LINES, st.text(alphabet="klmnop \n", max_size=80))
@settings(deadline=None)
def test_an_answer_on_top_is_never_an_answer_inside(answer: str, lines: list[str], footer: str) -> None:
    hers = "\n".join(lines)
    assert not answers.answers_inside(f"{answer}{FORWARDED}{hers}\n\n{footer}", [hers])


@given(HER_LINES, st.text(alphabet="klmnop", min_size=1, max_size=80), st.data())
@settings(deadline=None)
def test_a_new_line_between_hers_is_an_answer_inside(lines: list[str], answer: str, data: st.DataObject) -> None:
    lines = [f"{place} {line} is it so" for place, line in enumerate(lines)]
    place = data.draw(st.integers(1, len(lines) - 1))
    answered = "\n".join((*lines[:place], answer, *lines[place:]))
    assert answers.answers_inside(f"x{FORWARDED}{answered}", ["\n".join(lines)])


@given(st.text(max_size=400), st.lists(st.text(max_size=100), max_size=3))
@settings(deadline=None)
def test_what_is_said_was_written(text: str, ours: list[str]) -> None:
    written = set(cards.without_signed_addresses(cards.without_card(text)).split())
    assert set(quotes.said(text, ours).split()) <= written
    answers.answers_inside(text, ours)
