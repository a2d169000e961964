"""A raw mail becomes an Inbound."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.desk.model import Address, Channel, Delivery, Inbound
from chalicelib.mail.parse import FRESH_LIMIT, TEXT_LIMIT, UNREADABLE, parse
from chalicelib.mail.text import CUT_NOTE, HTML_LIMIT

DELIVERY = Delivery(
    "inbound/mail-1",
    Channel.MAIL,
    datetime(2026, 11, 23, 9, 7, tzinfo=UTC),
    ("Support@help.harris.example",),
    "Jane@Customer.example",
)


def read(*lines: str | bytes, body: str | bytes = "Hello", **over: Any) -> Inbound:
    """What we make of a mail with these header lines (From is Jane unless they say otherwise)."""
    given = [line if isinstance(line, bytes) else line.encode() for line in lines]
    if not any(line.lower().startswith((b"from:", b"from :")) for line in given):
        given.append(b"From: jane@customer.example")
    whole = body if isinstance(body, bytes) else body.encode()
    return parse(b"\r\n".join((*given, b"", whole)), replace(DELIVERY, **over))


def multipart(kind: str, *parts: str) -> tuple[str, str]:
    """The header line and the body of a multipart."""
    body = "".join(f"--b\r\n{part}\r\n" for part in parts)
    return f"Content-Type: multipart/{kind}; boundary=b", f"{body}--b--\r\n"


def read_parts(kind: str, *parts: str) -> Inbound:
    header, body = multipart(kind, *parts)
    return read(header, body=body)


PLAIN = "Content-Type: text/plain\r\n\r\nplain words"
HTML = "Content-Type: text/html\r\n\r\n<p>rich words</p>"
PDF = 'Content-Type: application/pdf; name="a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERg=='


# --- who wrote it ----------------------------------------------------------------------------------------------


def test_one_plain_sender_is_certain() -> None:
    inbound = read("From: Jane Roe <Jane@Customer.example>")
    assert (inbound.sender, inbound.sender_certain) == (Address("jane@customer.example", "Jane Roe"), True)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(("From: jane@customer.example", "From: evil@elsewhere.example"), id="two From fields"),
        pytest.param(("From: jane@customer.example", "fRoM: evil@elsewhere.example"), id="two in other letters"),
        pytest.param(("From: jane@customer.example", "From : evil@elsewhere.example"), id="one with a space"),
        pytest.param(("From: jane@customer.example\rFrom: evil@elsewhere.example",), id="a bare carriage return"),
        pytest.param(("From: jane@customer.example", "no field at all"), id="a line that is no field"),
        pytest.param(("From: jane@customer.example, evil@elsewhere.example",), id="two addresses"),
        pytest.param((b"From: jane@customer.example\x00@elsewhere.example",), id="a NUL"),
        pytest.param((" folded into nothing", "From: jane@customer.example"), id="a fold on top"),
    ],
)
def test_a_sender_that_could_be_read_otherwise_is_not_certain(lines: tuple[str | bytes, ...]) -> None:
    assert read(*lines).sender_certain is False


def test_an_uncertain_sender_is_shown_all_the_same() -> None:
    assert read("From: staff@harris.example <Evil@elsewhere.example>").sender == Address(
        "evil@elsewhere.example", "staff@harris.example"
    )


def test_nobody_is_certain_when_the_provider_read_another_sender() -> None:
    block = (
        "Return-Path: <x@customer.example>",
        "Received: from x by inbound-smtp.eu-west-1.amazonaws.com with SMTP id mail-1 for y; now",
        "Authentication-Results: amazonses.com; dkim=pass header.i=@other.example; dmarc=pass header.from=o.example",
    )
    assert read(*block).sender_certain is False


# --- what the header says --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        pytest.param("Subject: =?utf-8?B?SGVpenVuZyDwn5Sl?=", "Heizung 🔥", id="base64"),
        pytest.param("Subject: =?utf-8?Q?f=C3?= =?utf-8?Q?=BCr?=", "für", id="a letter cut in two"),
        pytest.param('Subject: "=?iso-8859-1?Q?f=FCr_=80?="', '"für €"', id="in quotes, and really Windows-1252"),
        pytest.param("Subject: =?utf-8?Q?How are you??=", "How are you?", id="spaces and question marks"),
        pytest.param("Subject: =?utf-7?Q?+ADw-script?=", "+ADw-script", id="a charset we do not decode"),
        pytest.param("Subject: =?x-unknown?Q?abc?=", "abc", id="an unknown charset"),
        pytest.param("Subject: für dich", "für dich", id="raw UTF-8"),
        pytest.param(b"Subject: f\xfcr dich", "für dich", id="raw Latin-1"),
        pytest.param("Subject: =?utf-8?Q?a=0D=0ABcc:_x?=", "a Bcc: x", id="a line end inside"),
        pytest.param("Subject: pay\u202efdp.exe\u200b", "payfdp.exe", id="direction override"),
        pytest.param("Subject: =?utf-8?Q?open", "=?utf-8?Q?open", id="never closed"),
        pytest.param("Subject:", "", id="empty"),
        pytest.param("Subject: " + "x" * 400, "x" * 299 + "…", id="too long"),
    ],
)
def test_a_subject_is_read_as_it_is_really_written(line: str | bytes, subject: str) -> None:
    assert read(line).subject == subject


@pytest.mark.parametrize(
    ("line", "ids"),
    [
        pytest.param("References: <a@x> <b@y>", ("a@x", "b@y"), id="two"),
        pytest.param("References: <a@\r\n x>,<b@y>", ("a@x", "b@y"), id="folded inside"),
        pytest.param("References: =?us-ascii?Q?=3Ca=40x=3E?=", ("a@x",), id="encoded"),
        pytest.param("References: a@x b@y", ("a@x", "b@y"), id="no brackets"),
        pytest.param("References: <a@x> <a@x>", ("a@x",), id="twice"),
        pytest.param("References: <", (), id="broken"),
    ],
)
def test_message_ids_are_read_without_brackets(line: str, ids: tuple[str, ...]) -> None:
    assert read(line).references == ids


@pytest.mark.parametrize(
    ("line", "message_id"),
    [
        ("Message-ID: <a@x>", "a@x"),
        ("Message-ID: <a b@x>", "ab@x"),
        ("Message-ID: <>", ""),
        ("Message-ID: <[a]@x", "[a]@x"),
        ("Message-ID: 12345", "12345"),
        ("X-None: 1", ""),
    ],
)
def test_a_message_id_is_read_whatever_its_shape(line: str, message_id: str) -> None:
    assert read(line).message_id == message_id


@pytest.mark.parametrize(
    ("line", "field", "expected"),
    [
        ("Auto-Submitted: (comment) Auto-Replied (vacation); x=y", "auto_submitted", "auto-replied"),
        ("Auto-Submitted: no", "auto_submitted", "no"),
        ("PRECEDENCE: Bulk", "precedence", "bulk"),
        ("List-Unsubscribe: <https://l.example>", "list_mail", True),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply", "suppress", "dr, oof, autoreply"),
        ("X-Autoreply: yes", "autoreply", True),
        ("X-Autoreply: no", "autoreply", False),
        ("X-Byname-Loop: Help.harris.example", "loops", ("help.harris.example",)),
    ],
)
def test_marks_are_kept(line: str, field: str, expected: object) -> None:
    assert getattr(read(line).marks, field) == expected


@pytest.mark.parametrize(
    ("lines", "envelope_from", "expected"),
    [
        pytest.param((), "jane@customer.example", False, id="somebody"),
        pytest.param((), "", True, id="nobody"),
        pytest.param((), "<>", True, id="nobody in brackets"),
        pytest.param(("Return-Path: <>",), "jane@customer.example", True, id="on top"),
        pytest.param(("X-Top: 1", "Return-Path: <>"), "jane@customer.example", False, id="further down"),
    ],
)
def test_a_null_return_path_is_seen(lines: tuple[str, ...], envelope_from: str, expected: bool) -> None:
    assert read(*lines, envelope_from=envelope_from).null_return_path is expected


def test_the_envelope_is_kept_in_small_letters() -> None:
    inbound = read()
    assert (inbound.recipients, inbound.envelope_from) == (("support@help.harris.example",), "jane@customer.example")


# --- the words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        pytest.param("utf-8", "Grüße".encode(), "Grüße", id="as declared"),
        pytest.param("iso-8859-1", b"100 \x80", "100 €", id="Latin-1 that is Windows-1252"),
        pytest.param("iso-8859-1", "Grüße".encode(), "Grüße", id="Latin-1 that is UTF-8"),
        pytest.param("utf-8", b"Gr\xfc\xdfe", "Grüße", id="UTF-8 that is Latin-1"),
        pytest.param("us-ascii", "Grüße".encode(), "Grüße", id="ASCII that is UTF-8"),
        pytest.param("gb2312", "中文测试镕".encode("gb18030"), "中文测试镕", id="GB2312 that is GB18030"),
        pytest.param("iso-2022-jp", "日本語".encode("iso2022_jp"), "日本語", id="Japanese"),
        pytest.param("utf-7", b"+ADw-script+AD4-", "+ADw-script+AD4-", id="UTF-7"),
        pytest.param("unicode_escape", b"\\x3cscript", "\\x3cscript", id="no charset"),
        pytest.param("x-foo", "Grüße".encode(), "Grüße", id="unknown"),
    ],
)
def test_letters_are_read_by_what_they_are(charset: str, body: bytes, text: str) -> None:
    assert read(f"Content-Type: text/plain; charset={charset}", body=body).text == text


def test_line_ends_nul_bytes_and_controls_are_tidied() -> None:
    assert read(body=b"\r\none\r\ntwo\rthree\x00\x07\x1b\tx\n\n").text == "one\ntwo\nthree\tx"


def test_of_two_alternatives_the_plain_one_is_read() -> None:
    assert read_parts("alternative", HTML, PLAIN).text == "plain words"


def test_an_empty_plain_alternative_gives_way_to_the_html() -> None:
    assert read_parts("alternative", "Content-Type: text/plain\r\n\r\n \r\n", HTML).text == "rich words"


@pytest.mark.parametrize(
    ("plain", "html", "text"),
    [
        pytest.param("This message needs an HTML mail program.", "<p>Our boiler is leaking</p>", "rich", id="English"),
        pytest.param("Bitte HTML-Ansicht einschalten.", "<p>Die Heizung tropft</p>", "rich", id="German"),
        pytest.param("Our boiler is leaking", "<p>Our <b>boiler</b> is leaking</p><p>Jane</p>", "plain", id="the same"),
        pytest.param("Our boiler is leaking", "<p>Logo</p>", "plain", id="HTML that says less"),
        pytest.param("The boiler. " * 60, "<p>Something else altogether</p>", "plain", id="a letter, not a line"),
        pytest.param("!!!", "<p>Help us</p>", "plain", id="no words"),
    ],
)
def test_a_line_that_only_stands_in_for_the_html_gives_way_to_it(plain: str, html: str, text: str) -> None:
    said = read_parts(
        "alternative", f"Content-Type: text/plain\r\n\r\n{plain}", f"Content-Type: text/html\r\n\r\n{html}"
    )
    assert (said.text == plain.strip()) is (text == "plain")


def test_words_around_a_picture_are_all_read() -> None:
    picture = "Content-Type: image/png\r\nContent-Disposition: inline\r\n\r\nx"
    assert read_parts("mixed", PLAIN, picture, PLAIN).text == "plain words\n\nplain words"


@pytest.mark.parametrize(
    ("extra", "body", "text"),
    [
        pytest.param("", "one \r\ntwo\r\nthree", "one two\nthree", id="joined"),
        pytest.param("; delsp=yes", "on \r\ne", "one", id="without the space"),
        pytest.param("", "> a \r\n> b\r\n>> c", "> a b\n>> c", id="quotes by depth"),
        pytest.param("", "x\r\n-- \r\nJane", "x\n-- \nJane", id="signature"),
        pytest.param("", " From here\r\n > not a quote", "From here\n> not a quote", id="stuffed"),
    ],
)
def test_flowed_text_is_put_together(extra: str, body: str, text: str) -> None:
    assert read(f"Content-Type: text/plain; format=flowed{extra}", body=body).text == text


def test_a_text_too_long_is_cut_and_says_so() -> None:
    inbound = read(body="words " * 50_000)
    assert len(inbound.text) <= TEXT_LIMIT
    assert len(inbound.fresh_text) <= FRESH_LIMIT
    assert inbound.text.endswith(CUT_NOTE)
    assert inbound.fresh_text.endswith(CUT_NOTE)
    assert inbound.cut


LONG_QUOTE = "> words words words\n" * 10_000


def test_an_answer_below_a_long_quote_is_whole() -> None:
    below = f"Hi Jane,\n\nOn 23 Nov 2026, at 12:41, Jane wrote:\n{LONG_QUOTE}\nAt two."
    inbound = read("In-Reply-To: <a@x>", body=below)
    assert (inbound.fresh_text, inbound.cut) == ("Hi Jane,\n\nAt two.", False)
    assert inbound.text.endswith("At two.")


@pytest.mark.parametrize(
    ("lines", "body", "cut"),
    [
        pytest.param((), "words", False, id="short"),
        pytest.param((), f"As you wrote:\n> {CUT_NOTE}", False, id="our note, quoted"),
        pytest.param((), "words " * 15_000, True, id="more new words than a row holds"),
        pytest.param(("Content-Type: text/html",), "<p>" + "x" * HTML_LIMIT, True, id="HTML without end"),
        pytest.param(("Content-Type: text/html",), f"<p>{CUT_NOTE}", False, id="our note in HTML"),
        pytest.param(("Content-Type: text/plain",), "x" * 600_000, True, id="more than is read"),
        pytest.param(("In-Reply-To: <a@x>",), f"Yes\n{LONG_QUOTE * 2}", True, id="more than is kept"),
    ],
)
def test_it_is_told_when_something_is_missing(lines: tuple[str, ...], body: str, cut: bool) -> None:
    assert read(*lines, body=body).cut is cut


def test_a_second_part_that_was_not_read_is_missing() -> None:
    long = f"Content-Type: text/plain\r\n\r\n{'x' * 524_288}"
    assert read_parts("mixed", long, PLAIN).cut


def test_date_and_size_are_kept() -> None:
    inbound = read("Date: Mon, 23 Nov 2026 09:07:00 +0000\x07 (GMT)", body="Hello")
    assert inbound.dated == "Mon, 23 Nov 2026 09:07:00 +0000 (GMT)"
    assert inbound.size == len(
        b"Date: Mon, 23 Nov 2026 09:07:00 +0000\x07 (GMT)\r\nFrom: jane@customer.example\r\n\r\nHello"
    )
    assert len(read("Date: " + "x" * 300).dated) == 100
    assert read("X-None: 1").dated == ""


REPLY = "Two is fine.\n\nOn 23 Nov 2026, at 12:41, Bob wrote:\n> at two?"


def test_a_reply_loses_its_quote() -> None:
    assert read("In-Reply-To: <a@x>", body=REPLY).fresh_text == "Two is fine."


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param((), id="a first letter"),
        pytest.param(("In-Reply-To: <a@x>", "Subject: Fwd: Boiler"), id="a forward"),
        pytest.param(("In-Reply-To: <a@x>", "Subject: WG: Heizung"), id="a German forward"),
    ],
)
def test_a_first_letter_and_a_forward_are_kept_whole(lines: tuple[str, ...]) -> None:
    assert read(*lines, body=REPLY).fresh_text == REPLY


def test_a_reply_that_is_only_a_quote_is_not_left_empty() -> None:
    quote = "On 23 Nov 2026, at 12:41, Bob wrote:\n> at two?"
    assert read("In-Reply-To: <a@x>", body=quote).fresh_text == quote


@pytest.mark.parametrize("subject", ["Re: Boiler", "AW: Heizung", "SV: Panna", "Odp: Kocioł", "回复: 锅炉"])
def test_a_phone_that_says_only_re_has_answered(subject: str) -> None:
    assert read(f"Subject: {subject}", body=REPLY).fresh_text == "Two is fine."


BOXED = '<p>Two is fine.</p><div class="yahoo_quoted"><div>Bob, Mondig:</div><div>at two?</div></div>'


def test_the_box_around_a_quote_counts_in_an_html_answer() -> None:
    inbound = read("In-Reply-To: <a@x>", "Content-Type: text/html", body=BOXED)
    assert (inbound.fresh_text, inbound.text) == ("Two is fine.", "Two is fine.\n\nBob, Mondig:\nat two?")


def test_an_html_first_letter_is_kept_whole() -> None:
    assert read("Content-Type: text/html", body=BOXED).fresh_text == "Two is fine.\n\nBob, Mondig:\nat two?"


def test_the_plain_words_count_where_a_letter_has_both() -> None:
    header, body = multipart(
        "alternative", f"Content-Type: text/plain\r\n\r\n{REPLY}", HTML.replace("rich words", BOXED)
    )
    assert read("In-Reply-To: <a@x>", header, body=body).fresh_text == "Two is fine."


def test_a_signature_goes_from_an_answer_and_stays_in_the_text() -> None:
    inbound = read("In-Reply-To: <a@x>", body="Two is fine.\n\n-- \nJane Roe\n07700 900456")
    assert (inbound.fresh_text, "07700 900456" in inbound.text) == ("Two is fine.", True)


# --- the files -------------------------------------------------------------------------------------------------


def test_a_file_has_a_place_that_a_repeat_finds_again() -> None:
    (first,) = read_parts("mixed", PLAIN, PDF).attachments
    (again,) = read_parts("mixed", PLAIN, PDF).attachments
    assert (first.ref.name, first.ref.content_type, first.ref.size, first.content) == (
        "a.pdf",
        "application/pdf",
        4,
        b"%PDF",
    )
    assert first.ref.key == again.ref.key == "parts/ea01sa2jyxt2fsxv4f7h/1"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        pytest.param("Content-Disposition: attachment; filename*=utf-8''K%C3%BCche.pdf", "Küche.pdf", id="RFC 2231"),
        pytest.param(
            'Content-Disposition: attachment;\r\n filename*0=long-;\r\n filename*1="name.pdf"',
            "long-name.pdf",
            id="in two",
        ),
        pytest.param(
            "Content-Disposition: attachment; filename*0*=iso-8859-1'de'K%FC;\r\n filename*1*=che.pdf",
            "Küche.pdf",
            id="both",
        ),
        pytest.param(
            'Content-Disposition: attachment; filename="=?utf-8?Q?K=C3=BCche.pdf?="', "Küche.pdf", id="RFC 2047"
        ),
        pytest.param('Content-Disposition: attachment; filename="a;b.pdf"', "a;b.pdf", id="a semicolon"),
        pytest.param('Content-Disposition: attachment; filename="../../etc/passwd"', "passwd", id="a path"),
        pytest.param('Content-Disposition: attachment; filename="C:\\Temp\\new.pdf"', "new.pdf", id="a Windows path"),
        pytest.param('Content-Disposition: attachment; filename=".htaccess"', "htaccess", id="a hidden file"),
        pytest.param('Content-Disposition: attachment; filename="a\u202efdp.exe"', "afdp.exe", id="direction override"),
        pytest.param('Content-Disposition: attachment; filename=".."', "file-1.pdf", id="nothing left"),
        pytest.param("Content-Disposition: attachment", "file-1.pdf", id="no name"),
        pytest.param(
            f'Content-Disposition: attachment; filename="{"x" * 200}.pdf"', "x" * 96 + ".pdf", id="a name without end"
        ),
    ],
)
def test_a_file_name_is_decoded_and_safe(header: str, name: str) -> None:
    (attachment,) = read_parts("mixed", f"Content-Type: application/pdf\r\n{header}\r\n\r\nx").attachments
    assert attachment.ref.name == name


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("Content-Type: image/jpeg\r\n\r\nx", "picture-1.jpg"),
        ("Content-Type: text/calendar; method=REQUEST\r\n\r\nx", "invitation-1.ics"),
        ("Content-Type: nonsense\r\nContent-Disposition: attachment\r\n\r\nx", "file-1.bin"),
        ("Content-Type: message/rfc822\r\n\r\nSubject: VAT: again?\r\n\r\nx", "VAT again.eml"),
        ("Content-Type: message/rfc822\r\n\r\nFrom: x@y.example\r\n\r\nx", "message-1.eml"),
    ],
)
def test_a_file_without_a_name_gets_a_sensible_one(part: str, name: str) -> None:
    (attachment,) = read_parts("mixed", part).attachments
    assert attachment.ref.name == name


def test_an_attached_text_is_a_file_and_not_words() -> None:
    inbound = read_parts("mixed", PLAIN, "Content-Type: text/plain; name=log.txt\r\n\r\na log")
    assert (inbound.text, [each.ref.name for each in inbound.attachments]) == ("plain words", ["log.txt"])


def test_an_attached_mail_is_kept_whole_and_its_words_are_not_ours() -> None:
    inner = "Content-Type: message/rfc822\r\n\r\nFrom: a@b.example\r\nSubject: S\r\n\r\ninner words"
    inbound = read_parts("mixed", PLAIN, inner)
    assert inbound.text == "plain words"
    assert inbound.attachments[0].content == b"From: a@b.example\nSubject: S\n\ninner words"


def test_an_invitation_among_alternatives_is_a_file() -> None:
    inbound = read_parts("alternative", PLAIN, HTML, "Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR")
    assert (inbound.text, [each.ref.name for each in inbound.attachments]) == ("plain words", ["invitation-1.ics"])


@pytest.mark.parametrize(
    ("disposition", "inline"), [("inline", True), ("attachment", False)], ids=["shown in the text", "offered as a file"]
)
def test_a_picture_in_the_text_is_inline(disposition: str, inline: bool) -> None:
    picture = f"Content-Type: image/png\r\nContent-ID: <logo>\r\nContent-Disposition: {disposition}\r\n\r\nx"
    (attachment,) = read_parts("related", HTML, picture).attachments
    assert attachment.ref.inline is inline


def test_words_that_stand_behind_their_picture_are_read() -> None:
    picture = "Content-Type: image/png\r\nContent-ID: <logo>\r\n\r\nx"
    assert read_parts("related", picture, PLAIN).text == "plain words"


# --- reports and the unreadable --------------------------------------------------------------------------------


def test_a_report_finds_its_letter_and_says_what_happened() -> None:
    inbound = read_parts(
        'report; report-type="delivery-status"',
        "\r\nSorry.",
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        "Final-Recipient: rfc822; tom@customer.example\r\nAction: failed\r\nStatus: 5.1.1",
        "Content-Type: message/rfc822\r\n\r\nMessage-ID: <ours@ses.example>\r\n\r\nDear Tom",
    )
    assert inbound.marks.report_type == "delivery-status"
    assert inbound.in_reply_to == ("ours@ses.example",)
    assert inbound.text == "Could not be delivered to tom@customer.example: mailbox unavailable (5.1.1)\n\nSorry."


@pytest.mark.parametrize(
    ("raw", "defect"),
    [
        pytest.param(
            b"Subject: Hi\r\nX: " + b"x" * 9000 + b"\r\n\r\n", "one of its header lines is longer than 8 KB", id="line"
        ),
        pytest.param(b"Subject: Hi\r\n" + b"X: y\r\n" * 501 + b"\r\n", "it has more than 500 header lines", id="lines"),
        pytest.param(
            b"Subject: Hi\r\n" + (b"X: " + b"y" * 7000 + b"\r\n") * 10 + b"\r\n",
            "its header is longer than 64 KB",
            id="header",
        ),
        pytest.param(b"Subject: Hi\r\n\r\n" + b"--b\r\n" * 1002, "it has more than 1000 parts", id="parts"),
        pytest.param(
            b"Subject: Hi\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 31,
            "it holds more than 30 mails or groups of parts inside each other",
            id="depth",
        ),
        pytest.param(
            b"Subject: Hi\r\nContent-Type: text/plain" + b";" * 7000 + b"\r\n\r\n",
            "the header of one of its parts has more than 200 parameters",
            id="semicolons",
        ),
        pytest.param(
            b"Subject: Hi\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain;\r\n"
            + b" x\r\n" * 3000,
            "the header of one of its parts is longer than 8 KB",
            id="part header",
        ),
        pytest.param(
            b"Subject: Hi\r\nContent-Type: message/delivery-status\r\n\r\n" + b"\r\n" * 20_000,
            "its delivery report is longer than 32 KB",
            id="report",
        ),
        pytest.param(
            b"Subject: Hi\r\n\r\n" + (b"\n" * 200_000 + b"--\n") * 51, "it has too many lines", id="line ends"
        ),
    ],
)
def test_a_mail_beyond_measure_is_opaque_and_keeps_its_subject(raw: bytes, defect: str) -> None:
    inbound = parse(raw, DELIVERY)
    assert (inbound.defect, inbound.subject, inbound.text) == (defect, "Hi", UNREADABLE)
    assert inbound.sender_certain is False


def test_our_own_loop_is_known_even_when_the_mail_cannot_be_read() -> None:
    assert read("X-Byname-Loop: help.harris.example", body="--b\r\n" * 2000).marks.loops == ("help.harris.example",)


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n", b"\x00", b"no header at all", b"From:", b"\xff\xfe" * 50, b":\r\n:\r\n\r\n:"]
)
def test_hardly_a_mail_is_still_an_inbound(raw: bytes) -> None:
    inbound = parse(raw, DELIVERY)
    assert (inbound.key, inbound.sender_certain, inbound.sender.email) == ("inbound/mail-1", False, "")
