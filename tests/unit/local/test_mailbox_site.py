import smtplib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from byname.local.clock import LocalClock
from byname.local.forms import Form
from byname.local.mailbox_site import LETTER_CSP, Answer, Desk, MailboxSite, Request, linked, readable_size
from byname.local.maildirs import Maildirs
from tests.builders import a_team

BOB = "bob@harris.example"
FORWARD = (
    b'From: "Jane <script>Roe via Harris" <support@harris.example>\r\n'
    b"Reply-To: support+0sabc.def@help.harris.example\r\n"
    b"To: Bob Harris <bob@harris.example>\r\n"
    b"Subject: <b>Boiler</b>\r\n"
    b"Date: Mon, 23 Nov 2026 09:07:01 +0000\r\n"
    b"Content-Type: multipart/alternative; boundary=x\r\n\r\n"
    b"--x\r\n\r\nSee https://harris.example/a?b=1&c=2. <img src=x>\r\n"
    b"--x\r\nContent-Type: text/html\r\n\r\n<p>Hello</p><script>alert(1)</script>\r\n--x--\r\n"
)


class Laboratory:
    """A site on its own mailboxes, with a post that only notes what was sent."""

    def __init__(self, folder: Path) -> None:
        self.maildirs = Maildirs(folder)
        self.clock = LocalClock("Europe/London")
        self.sent: list[tuple[EmailMessage, str, Sequence[str]]] = []
        self.refuses = ""
        self.site = MailboxSite(Desk(a_team(), self.maildirs, self.clock, self.post, lambda: None, "http://pages"))

    def post(self, mail: EmailMessage, sender: str, recipients: Sequence[str]) -> None:
        if self.refuses:
            raise smtplib.SMTPRecipientsRefused({recipients[0]: (550, self.refuses.encode())})
        self.sent.append((mail, sender, recipients))

    def get(self, *steps: str, **query: str) -> Answer:
        return self.site.answer(Request("GET", steps, query, Form({}, ())))

    def page(self, *steps: str, **query: str) -> str:
        answer = self.get(*steps, **query)
        assert answer.status == 200
        return answer.body.decode()

    def send(self, *steps: str, **fields: str) -> Answer:
        return self.site.answer(Request("POST", steps, {}, Form(fields, ())))

    def bobs_letter(self) -> str:
        return self.maildirs.deliver(BOB, FORWARD)


@pytest.fixture
def lab(tmp_path: Path) -> Laboratory:
    return Laboratory(tmp_path)


def test_home_shows_everyone_in_the_shop_and_whoever_has_mail(lab: Laboratory) -> None:
    lab.maildirs.deliver("jane@customer.example", b"To: Jane Roe <jane@customer.example>\r\n\r\n")
    home = lab.page()
    assert all(name in home for name in ("Anna Harris", "Bob Harris", "Alice Shaw", "Sam Okafor", "Jane Roe"))
    assert "1<span" in home.replace(" ", "")


def test_a_person_without_letters_has_an_empty_mailbox(lab: Laboratory) -> None:
    assert "No letters yet" in lab.page("mailbox", BOB)


def test_reading_a_letter_makes_it_read(lab: Laboratory) -> None:
    key = lab.bobs_letter()
    assert 'class="from"' in lab.page("mailbox", BOB)
    lab.page("mailbox", BOB, key)
    assert lab.maildirs.unread(BOB) == 0


@pytest.mark.parametrize("view", ["text", "html", "source", "nonsense"])
def test_nothing_a_letter_says_becomes_markup_of_the_page(lab: Laboratory, view: str) -> None:
    page = lab.page("mailbox", BOB, lab.bobs_letter(), view=view)
    assert "<script" not in page
    assert "<img" not in page
    assert "<b>Boiler" not in page
    assert "&lt;b&gt;Boiler&lt;/b&gt;" in page


def test_the_html_of_a_letter_is_served_into_a_sandbox(lab: Laboratory) -> None:
    key = lab.bobs_letter()
    answer = lab.get("mailbox", BOB, key, "html")
    assert answer.headers["Content-Security-Policy"] == LETTER_CSP
    assert "sandbox allow-popups" in LETTER_CSP
    assert "script" not in LETTER_CSP
    assert '<iframe src="/mailbox/bob@harris.example/' in lab.page("mailbox", BOB, key, view="html")


def test_a_reply_goes_out_as_the_reader_to_the_signed_address(lab: Laboratory) -> None:
    answer = lab.send("mailbox", BOB, lab.bobs_letter(), "reply", text="I come at two.")
    assert (answer.status, answer.headers["Location"]) == (303, "/mailbox/bob@harris.example?sent")
    [(mail, sender, recipients)] = lab.sent
    assert (sender, recipients) == (BOB, ["support+0sabc.def@help.harris.example"])
    assert str(mail["From"]) == "Bob Harris <bob@harris.example>"
    assert mail.get_content().startswith("I come at two.\n\nOn Mon, Nov 23, 2026 at 09:07, ")


@pytest.mark.parametrize(
    ("address", "author"),
    [
        ("bob.harris@phone.example", "Bob Harris <bob.harris@phone.example>"),
        ("alice@harris.example", "Alice Shaw <alice@harris.example>"),
    ],
    ids=["his own phone", "a colleague"],
)
def test_bobs_letter_may_be_answered_from_his_phone_and_by_a_colleague(
    lab: Laboratory, address: str, author: str
) -> None:
    lab.send("mailbox", BOB, lab.bobs_letter(), "reply", text="x", **{"from": address})
    [(mail, sender, _)] = lab.sent
    assert sender == address
    assert str(mail["From"]) == author


def test_his_own_addresses_come_first_and_the_colleagues_in_a_group(lab: Laboratory) -> None:
    page = lab.page("mailbox", BOB, lab.bobs_letter())
    own, colleagues = page.split('<optgroup label="Answer as a colleague">')
    assert own.index("<option selected>bob@harris.example") < own.index("<option>bob.harris@phone.example")
    assert '<option value="alice@harris.example">Alice Shaw, alice@harris.example</option>' in colleagues
    assert "bob" not in colleagues.split("</optgroup>")[0]


def test_a_reply_that_is_not_sent_keeps_who_was_to_answer(lab: Laboratory) -> None:
    lab.refuses = "5.1.1 mailbox unavailable"
    fields = {"text": "x", "from": "alice@harris.example"}
    page = lab.send("mailbox", BOB, lab.bobs_letter(), "reply", **fields).body
    assert b'<option value="alice@harris.example" selected>' in page


def test_nobody_else_answers_as_one_of_us_nor_we_as_somebody_else(lab: Laboratory) -> None:
    letter = b"From: support@harris.example\r\nTo: jane@customer.example\r\n\r\n"
    key = lab.maildirs.deliver("jane@customer.example", letter)
    assert "<select" not in lab.page("mailbox", "jane@customer.example", key)
    reply = {"text": "x", "from": "alice@harris.example"}
    assert lab.send("mailbox", "jane@customer.example", key, "reply", **reply).status == 400
    reply = {"text": "x", "from": "jane@customer.example"}
    assert lab.send("mailbox", BOB, lab.bobs_letter(), "reply", **reply).status == 400
    assert lab.sent == []


def test_an_empty_reply_is_not_sent(lab: Laboratory) -> None:
    answer = lab.send("mailbox", BOB, lab.bobs_letter(), "reply", text=" \n")
    assert answer.status == 400
    assert b"Write something first." in answer.body
    assert lab.sent == []


def test_a_refused_reply_says_so_and_keeps_what_was_written(lab: Laboratory) -> None:
    lab.refuses = "5.1.1 mailbox unavailable"
    answer = lab.send("mailbox", BOB, lab.bobs_letter(), "reply", text="my <long> answer")
    assert answer.status == 400
    assert b"550 5.1.1 mailbox unavailable" in answer.body
    assert b"my &lt;long&gt; answer" in answer.body


def test_a_new_customer_writes_and_has_a_mailbox_from_then_on(lab: Laboratory) -> None:
    fields = {
        "name": "Jürgen Roe",
        "from": "J@New.example",
        "to": "support@harris.example",
        "subject": "Hi",
        "text": "x",
    }
    answer = lab.send("write", **fields)
    assert answer.headers["Location"] == "/mailbox/j@new.example?sent"
    assert (lab.sent[0][1], lab.sent[0][2]) == ("j@new.example", ["support@harris.example"])
    assert str(lab.sent[0][0]["From"]) == "Jürgen Roe <j@new.example>"
    assert "No letters yet" in lab.page("mailbox", "j@new.example", sent="")


@pytest.mark.parametrize(
    "address", ["", "jane", "a@b@c.example", "a@b.example\nBcc: c@d.example", "a b@c.example", "x@y"]
)
def test_no_mail_is_sent_from_what_is_no_address(lab: Laboratory, address: str) -> None:
    answer = lab.send("write", to="support@harris.example", text="x", **{"from": address, "subject": "kept"})
    assert answer.status == 400
    assert b"kept" in answer.body
    assert lab.sent == []


def test_the_clock_is_turned_to_a_time_by_an_hour_and_back(lab: Laboratory) -> None:
    lab.send("clock", turn="to", to="2026-11-23T22:40")
    assert timedelta() <= lab.clock.now() - datetime(2026, 11, 23, 22, 40, tzinfo=UTC) < timedelta(minutes=1)
    lab.send("clock", turn="hour")
    assert "Mon 23 Nov 2026, 23:4" in lab.page()
    lab.send("clock", turn="real")
    assert not lab.clock.turned


def test_a_time_that_is_none_is_explained(lab: Laboratory) -> None:
    answer = lab.send("clock", turn="to", to="soon")
    assert answer.status == 400
    assert b"2026-11-24 09:40" in answer.body


@pytest.mark.parametrize(
    "steps",
    [
        ("nothing",),
        ("mailbox",),
        ("mailbox", "who@else.example"),
        ("mailbox", BOB, "nosuchletter"),
        ("mailbox", "..", "..", "etc"),
        ("style.css", "x"),
    ],
)
def test_what_is_not_there_is_said_not_to_be(lab: Laboratory, steps: tuple[str, ...]) -> None:
    assert lab.get(*steps).status == 404
    assert lab.send(*steps).status == 404


def test_attachments_are_handed_over_as_bytes_under_their_name(lab: Laboratory) -> None:
    mail = EmailMessage()
    mail.set_content("see file")
    mail.add_attachment(b"<html>", maintype="text", subtype="html", filename='a"b\u2029.html')
    key = lab.maildirs.deliver(BOB, mail.as_bytes())
    answer = lab.get("mailbox", BOB, key, "file", "1")
    assert (answer.body, answer.content_type) == (b"<html>", "application/octet-stream")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''a%22b")
    assert lab.get("mailbox", BOB, key, "file", "2").status == 404
    assert lab.get("mailbox", BOB, key, "file", "²").status == 404


def test_every_page_forbids_scripts_and_frames(lab: Laboratory) -> None:
    policy = lab.get().headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy


def test_web_addresses_in_a_text_are_links_and_the_rest_is_escaped() -> None:
    assert linked("see http://a.example/x?y=1&z=2, <ok>") == (
        'see <a href="http://a.example/x?y=1&amp;z=2" target="_blank" rel="noopener noreferrer">'
        "http://a.example/x?y=1&amp;z=2</a>, &lt;ok&gt;"
    )


@pytest.mark.parametrize(("size", "words"), [(1, "1 kB"), (2_400, "2 kB"), (3_100_000, "3.1 MB")])
def test_sizes_are_said_as_people_say_them(size: int, words: str) -> None:
    assert readable_size(size) == words
