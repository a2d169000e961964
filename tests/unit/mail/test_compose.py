"""Headers by kind of letter, and mails that read back as they were meant whatever a stranger wrote."""

from __future__ import annotations

import email
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.desk.decision import Letter, Topic
from chalicelib.desk.model import Address, Attachment, AttachmentRef
from chalicelib.desk.signed_addresses import Purpose, party_of, read_claim
from chalicelib.desk.team import Team, public
from chalicelib.mail import headers
from chalicelib.mail.addresses import read_list
from chalicelib.mail.compose import ATTACH_LIMIT, Composed, Miswritten, _look_again, compose, flat, total_size
from chalicelib.mail.render import Rendered
from tests.builders import BOB, RING, a_team
from tests.letters import (
    LETTERS,
    PHOTOS,
    THREAD,
    a_card,
    a_fixed_acknowledgement,
    a_forward,
    a_notice,
    a_nudge,
    a_reply,
    an_acknowledgement,
    an_escalation,
)

SAID = Rendered("Boiler leaking", "Hello.\n", "<p>Hello.</p>\n")
OUTLOOK_ID = "AM6PR10MB" + "0" * 60 + "@AM6PR10MB1234.EURPRD10.PROD.OUTLOOK.COM"


def composed(letter: Letter, said: Rendered = SAID, team: Team | None = None, **over: Any) -> Composed:
    return compose(letter, said, team or a_team(), RING, "help.harris.example", **over)


def read(letter: Letter, said: Rendered = SAID, **over: Any) -> EmailMessage:
    """The finished mail as a modern mail program reads it."""
    mail = email.message_from_bytes(composed(letter, said, **over).mime, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def raw_header(mime: bytes, name: bytes) -> bytes:
    """A header's bytes, unfolded but not decoded."""
    head = mime.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").split(b"\r\n")
    return next(line.partition(b":")[2].strip() for line in head if line.startswith(name + b":"))


def names(letter: Letter, header: str, said: Rendered = SAID, **over: Any) -> list[Address]:
    """The mailboxes of a header, read by our own reader: the library's puts spaces between encoded words of a name."""
    return list(read_list(headers.read(composed(letter, said, **over).mime).first(header)))


# --- who it is from and where an answer goes --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("letter", "shown"),
    [
        (an_acknowledgement(), "Harris & Daughter Heating"),
        (a_reply(), "Bob Harris at Harris & Daughter Heating"),
        (a_forward(), "Jane Roe via Harris & Daughter Heating"),
        (a_forward(card=a_card(customer_name="")), "jane@customer.example via Harris & Daughter Heating"),
        (a_forward(card=a_card(customer_name="", customer="")), "Harris & Daughter Heating (byname)"),
        (a_nudge(), "Harris & Daughter Heating (byname)"),
        (a_notice(Topic.NOTE), "Harris & Daughter Heating (byname)"),
        (an_escalation(Topic.MISSED), "Harris & Daughter Heating (byname)"),
    ],
)
def test_the_sender_is_always_the_mailbox_and_its_name_says_who_speaks(letter: Letter, shown: str) -> None:
    assert names(letter, "from") == [Address("support@harris.example", shown)]
    assert composed(letter).sender == "support@harris.example"


def test_a_mailbox_with_a_name_of_its_own_writes_under_it() -> None:
    mailbox = replace(a_team().mailboxes[0], name="Harris Support")
    found = names(an_acknowledgement(), "from", team=a_team(mailboxes=(mailbox,)))
    assert found == [Address("support@harris.example", "Harris Support")]


def test_a_long_name_never_pushes_the_firms_out_of_sight() -> None:
    letter = a_forward(card=a_card(customer_name="Bob Harris at Harris & Daughter Heating " * 9))
    assert names(letter, "from")[0].name.endswith("… via Harris & Daughter Heating")


@pytest.mark.parametrize(
    ("letter", "purpose", "party"),
    [
        (an_acknowledgement(), Purpose.CUSTOMER_REPLY, "jane@customer.example"),
        (a_fixed_acknowledgement(), Purpose.CUSTOMER_REPLY, "jane@customer.example"),
        (a_reply(), Purpose.CUSTOMER_REPLY, "jane@customer.example"),
        (a_forward(), Purpose.STAFF_REPLY, "bob"),
        (a_nudge(), Purpose.STAFF_REPLY, "bob"),
        (an_escalation(Topic.UNHAPPY), Purpose.STAFF_REPLY, "anna"),
        (a_notice(Topic.HELD_COMMAND), Purpose.PRIVATE_NOTE, "bob"),
    ],
)
def test_an_answer_goes_to_a_signed_address_for_one_purpose_and_party(
    letter: Letter, purpose: Purpose, party: str
) -> None:
    address = read(letter)["Reply-To"].addresses[0].addr_spec
    claim = read_claim(address)
    assert claim is not None
    assert (claim.purpose, claim.thread_id) == (purpose, THREAD)
    assert party_of(claim, ["jane@customer.example", "bob", "anna"], RING) == party
    assert address.endswith("@help.harris.example")


def test_a_letter_is_addressed_by_name_and_the_fixed_one_is_not() -> None:
    assert str(read(an_acknowledgement())["To"]) == "Jane Roe <jane@customer.example>"
    assert str(read(a_fixed_acknowledgement(to_name="Jane Roe"))["To"]) == "jane@customer.example"


def test_a_customer_never_sees_a_colleagues_mailbox_in_a_header() -> None:
    for letter in (an_acknowledgement(), a_fixed_acknowledgement(), a_reply()):
        head = composed(letter).mime.partition(b"\r\n\r\n")[0]
        assert b"bob@" not in head
        assert b"phone.example" not in head


# --- marks for other machines ----------------------------------------------------------------------------------

MARKS = ("Auto-Submitted", "X-Auto-Response-Suppress", "X-Byname-Loop", "Precedence", "List-Id")


@pytest.mark.parametrize(
    ("letter", "marks"),
    [
        (an_acknowledgement(), ["auto-replied", "All", "help.harris.example", None, None]),
        (a_fixed_acknowledgement(), ["auto-replied", "All", "help.harris.example", None, None]),
        (a_reply(), [None, None, None, None, None]),
        (a_forward(), [None, None, "help.harris.example", None, None]),
        (a_nudge(), ["auto-generated", None, "help.harris.example", None, None]),
        (a_notice(Topic.NOTE), ["auto-generated", None, "help.harris.example", None, None]),
        (an_escalation(Topic.URGENT), ["auto-generated", None, "help.harris.example", None, None]),
    ],
)
def test_machines_can_tell_what_a_machine_wrote(letter: Letter, marks: list[str | None]) -> None:
    assert [read(letter)[name] for name in MARKS] == marks


# --- threading -------------------------------------------------------------------------------------------------


def test_an_answer_names_the_customers_mail_last_and_our_own_id_first() -> None:
    letter = a_reply(in_reply_to="jane-2@x.example", references=("jane-1@x.example", "jane-2@x.example"))
    mime = composed(letter).mime
    assert raw_header(mime, b"In-Reply-To") == b"<jane-2@x.example>"
    assert raw_header(mime, b"References") == (
        b"<t-k7q3md9x2a@help.harris.example> <jane-1@x.example> <jane-2@x.example>"
    )


def test_a_letter_to_staff_names_our_own_id_alone() -> None:
    for letter in (a_forward(), a_nudge(), a_notice(Topic.NOTE), an_escalation(Topic.MISSED)):
        mail = read(letter)
        assert (mail["References"], mail["In-Reply-To"]) == ("<t-k7q3md9x2a@help.harris.example>", None)


def test_the_fixed_letter_answers_no_mail() -> None:
    mail = read(a_fixed_acknowledgement(in_reply_to="jane-1@x.example", references=("jane-1@x.example",)))
    assert (mail["References"], mail["In-Reply-To"]) == (None, None)


def test_a_long_conversation_keeps_its_first_id_and_its_newest() -> None:
    ids = tuple(f"id-{number}@x.example" for number in range(30))
    found = raw_header(composed(a_reply(references=ids, in_reply_to=ids[-1])).mime, b"References").decode().split()
    newest = [f"<id-{number}@x.example>" for number in range(22, 30)]
    assert found == ["<t-k7q3md9x2a@help.harris.example>", "<id-0@x.example>", *newest]


def test_long_ids_never_become_encoded_words() -> None:
    mime = composed(a_reply(in_reply_to=OUTLOOK_ID, references=(OUTLOOK_ID, f"0{OUTLOOK_ID}"))).mime
    for name in (b"In-Reply-To", b"References", b"Message-ID", b"Reply-To"):
        assert b"=?" not in raw_header(mime, name)
    assert raw_header(mime, b"In-Reply-To") == f"<{OUTLOOK_ID}>".encode()


@pytest.mark.parametrize("bad", ["a b@x", "a@x>\r\nBcc: v@x", "é@x.example", "<a@x>", "", "x" * 251])
def test_an_id_that_is_none_is_left_out(bad: str) -> None:
    mail = read(a_reply(in_reply_to=bad, references=(bad, "good@x.example")))
    assert mail["In-Reply-To"] is None
    assert mail["References"] == "<t-k7q3md9x2a@help.harris.example> <good@x.example>"


# --- bodies and files ------------------------------------------------------------------------------------------


def test_the_same_letter_is_always_the_same_bytes() -> None:
    assert composed(a_forward()).mime == composed(a_forward()).mime


def test_the_mail_ends_its_lines_as_the_wire_wants_and_none_is_too_long() -> None:
    said = Rendered("Subject", "word " * 9000 + "\nFrom here on\n.\n", "<p>" + "é" * 9000 + "</p>")
    mime = composed(a_reply(), said).mime
    assert mime.count(b"\n") == mime.count(b"\r\n") == mime.count(b"\r")
    assert max(len(line) for line in mime.split(b"\r\n")) <= 998
    assert mime.isascii()


@settings(deadline=None)
@given(st.text())
def test_any_text_arrives_as_it_was_written(text: str) -> None:
    mail = read(a_reply(), Rendered("s", text, f"<p>{text}</p>"))
    body = mail.get_body(("plain",))
    assert body is not None
    arrived = body.get_payload(decode=True)
    assert isinstance(arrived, bytes)
    assert arrived.decode().splitlines() == text.encode("utf-8", "replace").decode().splitlines()


def test_a_text_that_looks_like_a_boundary_ends_nothing() -> None:
    letter = a_reply()
    text = f"--=_{letter.key}_words--\n--=_{letter.key}_words\nContent-Type: text/html\n\n<b>x</b>\n"
    mail = read(letter, Rendered("s", text, "<p>x</p>"))
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_a_letter_without_html_is_plain_text() -> None:
    mail = read(a_fixed_acknowledgement(), Rendered("s", "Hello.\n", ""))
    assert (mail.get_content_type(), mail.get_content()) == ("text/plain", "Hello.\r\n")


def an_attachment(name: str, content_type: str, content: bytes = b"\x00\r\nFrom \xff") -> Attachment:
    return Attachment(AttachmentRef(name, content_type, len(content), "files/1"), content)


@pytest.mark.parametrize(
    ("attachment", "name", "content_type"),
    [
        (an_attachment("boiler.jpg", "image/jpeg"), "boiler.jpg", "image/jpeg"),
        (an_attachment("Kessel größer.pdf", "application/pdf"), "Kessel größer.pdf", "application/pdf"),
        (an_attachment('a"b\\c/d\r\nBcc: x.txt', "text/plain"), "a_b_c_d Bcc: x.txt", "text/plain"),
        (an_attachment("", "image/png; name=x\r\nBcc: y"), "file", "application/octet-stream"),
        (an_attachment("mail.eml", "message/rfc822"), "mail.eml", "application/octet-stream"),
        (an_attachment("x", "multipart/mixed"), "x", "application/octet-stream"),
    ],
)
def test_a_file_travels_whole_under_a_safe_name(attachment: Attachment, name: str, content_type: str) -> None:
    mail = read(a_forward(), attachments=[attachment])
    files = list(mail.iter_attachments())
    assert [(each.get_filename(), each.get_content_type()) for each in files] == [(name, content_type)]
    assert files[0].get_payload(decode=True) == attachment.content
    assert files[0].get_content_disposition() == "attachment"


def test_a_picture_from_the_text_becomes_an_ordinary_attachment() -> None:
    inline = Attachment(replace(PHOTOS[0], inline=True), b"\xff\xd8")
    assert [each.get_filename() for each in read(a_reply(), attachments=[inline]).iter_attachments()] == ["boiler.jpg"]


def test_a_mail_nobody_could_read_travels_untouched() -> None:
    raw = b"From: \x00\xff broken\r\n" + b"x" * 5000
    files = list(read(a_forward(raw_attached=True), raw=raw).iter_attachments())
    assert [(each.get_filename(), each.get_payload(decode=True)) for each in files] == [("original.eml", raw)]


def test_sizes_are_added_up_as_decoded_bytes() -> None:
    assert total_size(PHOTOS) == 1_215_545
    assert ATTACH_LIMIT == 7_000_000


# --- what strangers try ----------------------------------------------------------------------------------------

HOSTILE = (
    "Jane\r\nBcc: victim@x.example",
    'Jane" <victim@x.example>, "',
    "Jane <victim@x.example>",
    "=?utf-8?q?Bob=0ABcc:_victim@x.example?=",
    "a, b; c: d (comment) \\",
    "\u202eeoR enaJ\u2028Bcc: x",
    "José Müller 王小明 🔧",
    "  spaces   inside  ",
    "\ud800\x00\x1b[31m",
    "x" * 3000,
    "é" * 3000,
    "王" * 90,
    "",
)


def everywhere(words: str) -> tuple[tuple[Letter, Rendered], ...]:
    """These words in every place of a header that a stranger or a colleague can fill."""
    said = replace(SAID, subject=words)
    author = public(replace(BOB, name=words or "Bob"))
    return (
        (an_acknowledgement(to_name=words), said),
        (a_reply(to_name=words, author=author), said),
        (a_forward(card=a_card(customer_name=words), to_name=words), said),
        (a_notice(Topic.NOTE, to_name=words), said),
    )


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    for letter, said in everywhere(words):
        mail = read(letter, said)
        assert [mail[name] for name in ("Bcc", "Cc", "Sender", "Resent-To")] == [None, None, None, None]
        assert [each.addr_spec for each in mail["To"].addresses] == [letter.to]
        assert [each.addr_spec for each in mail["From"].addresses] == ["support@harris.example"]
        assert len(mail["Reply-To"].addresses) == 1


@settings(deadline=None)
@given(st.text())
def test_no_words_in_a_header_keep_a_letter_from_leaving(words: str) -> None:
    for letter, said in everywhere(words):
        assert composed(letter, said).to == letter.to


def test_names_and_subjects_in_any_script_arrive() -> None:
    letter, subject = a_reply(to_name="王小明 Müller"), "Re: Größe der 锅炉 " + "sehr " * 20 + "groß"
    assert names(letter, "to") == [Address("jane@customer.example", "王小明 Müller")]
    assert read(letter, replace(SAID, subject=subject))["Subject"] == subject


def test_encoded_words_are_no_longer_than_mail_programs_must_read() -> None:
    mime = composed(a_reply(to_name="王" * 90), replace(SAID, subject="é" * 240)).mime
    words = [word for word in mime.partition(b"\r\n\r\n")[0].split() if word.startswith(b"=?")]
    assert len(words) > 4
    assert max(len(word) for word in words) <= 75


@pytest.mark.parametrize(
    "to", ["a@x.example, b@y.example", "a@x.example\r\nBcc: b@y.example", "a", "a@b@c", "<a@x>", "é@x.example", ""]
)
def test_a_recipient_that_is_not_one_address_gets_nothing(to: str) -> None:
    with pytest.raises(Miswritten):
        composed(a_reply(to=to))


@pytest.mark.parametrize(
    "mime",
    [
        b"Subject: one\r\nBcc: victim@x.example\r\n\r\n",
        b"Subject: one\r\nSubject: one\r\n\r\n",
        b"Subject: two\r\n\r\n",
        b"\r\n",
    ],
    ids=["one more", "one twice", "another", "none"],
)
def test_a_mail_that_does_not_read_back_as_meant_is_stopped(mime: bytes) -> None:
    with pytest.raises(Miswritten):
        _look_again(mime, {"Subject": "one"})


@pytest.mark.parametrize("name", LETTERS)
def test_every_letter_can_be_read_without_a_defect(name: str) -> None:
    mail = read(LETTERS[name])
    assert [part.defects for part in mail.walk()] == [[] for _ in mail.walk()]


@pytest.mark.parametrize("name", LETTERS)
def test_a_mail_is_written_as_the_standard_library_would_write_it(name: str) -> None:
    mime = composed(LETTERS[name]).mime
    read = email.message_from_bytes(mime)
    theirs = policy.compat32.clone(linesep="\r\n", mangle_from_=False)
    assert flat(read) == read.as_bytes(policy=theirs) == mime
