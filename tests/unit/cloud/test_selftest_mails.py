"""What the self test writes and reads: its mails, a letter as it arrives, and what is wrong with one."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.policy import SMTP

import pytest

from byname.cloud.selftest import checks, mails
from byname.cloud.selftest.arrived import Arrived, nonce_on_page, read_arrived, words_of_page
from byname.local.raw_mail import read_raw
from byname.local.received import Envelope, header_block
from byname.local.verdicts import Verdict as Said
from chalicelib.desk.decision import Letter
from chalicelib.desk.model import Verdict
from chalicelib.mail.compose import compose
from chalicelib.mail.render import render
from tests.builders import MONDAY, RING, a_team
from tests.letters import a_reply, an_acknowledgement

CUSTOMER, INSTANCE = "jane@customer.example", "help.harris.example"
KEY = "selftest/abcd/ses-1"


def block(mime: bytes) -> bytes:
    """What SES puts on top of a letter from us."""
    envelope = Envelope(
        "ses-1", "a1-1.smtp-out.eu-west-1.amazonses.com", "x@bounce.example", (CUSTOMER,), MONDAY, Said()
    )
    return header_block(envelope, read_raw(mime))


def arrived(letter: Letter) -> Arrived:
    """The letter as SES stores it at the test customer's."""
    mime = compose(letter, render(letter, a_team(), None, ""), a_team(), RING, INSTANCE).mime
    return read_arrived(block(mime) + mime, KEY)


def test_every_mail_says_that_there_is_nothing_to_do() -> None:
    written = [
        mails.question("c@help.x.example", "support@help.x.example", "Harris", "abcd"),
        mails.staff_reply("bob@x.example", "Bob", "support+1s@help.x.example", "forward@x", "abcd"),
        mails.customer_answer("c@help.x.example", "support+1c@help.x.example", "letter@x", "abcd"),
    ]
    for one in written:
        assert message_from_bytes(one.raw, policy=SMTP)["Subject"].endswith(
            "Self test of byname - nothing to do (abcd)"
        )


def test_an_answer_names_the_mail_it_answers_whole() -> None:
    long_id = f"{'0102018f3a7c5e21-' * 8}000000@eu-west-1.amazonses.com"
    raw = mails.staff_reply("bob@x.example", "Bob", "support+1s@help.x.example", long_id, "abcd").raw
    assert f"In-Reply-To: <{long_id}>\r\n".encode() in raw


def test_a_probe_carries_our_mark_so_that_nobody_ever_answers_it() -> None:
    mail = message_from_bytes(mails.probe("c@help.x.example", "help.x.example", "abcd").raw, policy=SMTP)
    assert (mail["X-Byname-Loop"], mail["Auto-Submitted"]) == ("help.x.example", "auto-generated")


def test_a_letter_is_read_with_what_ses_says_of_it() -> None:
    mail = arrived(an_acknowledgement())
    assert (mail.sender, mail.sender_name, mail.to) == (
        "support@harris.example",
        "Harris & Daughter Heating",
        "jane@customer.example",
    )
    assert mail.text.startswith("Bob Harris has your message and will answer by")
    assert (mail.spf, mail.dkim, mail.dmarc) == (Verdict.PASS, Verdict.PASS, Verdict.PASS)
    assert mail.is_signed


def test_what_the_sender_wrote_into_his_own_header_proves_nothing() -> None:
    mime = b"From: a@b.example\r\n\r\nx"
    forged = read_arrived(b"X-Above: something\r\n" + block(mime) + mime, KEY)
    assert (forged.dkim, forged.dmarc, forged.signed_by, forged.is_signed) == (Verdict.NONE, Verdict.NONE, (), False)


def test_a_good_acknowledgement_has_no_faults() -> None:
    letter = an_acknowledgement()
    assert checks.acknowledgement_faults(arrived(letter), letter, a_team(), RING) == ()
    assert checks.signature_faults(arrived(letter)) == ()
    assert checks.signature_notes(arrived(letter)) == ()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"sender": "x@y.example"}, "it comes from x@y.example instead of support@harris.example"),
        ({"text": "Somebody will answer."}, "it does not name Bob Harris"),
        ({"text": "Bob Harris will answer soon."}, "it does not say “by"),
        ({"reply_to": "support@help.harris.example"}, "its Reply-To is not the signed address of this thread"),
    ],
)
def test_a_bad_acknowledgement_is_told_fault_by_fault(change: dict[str, str], fault: str) -> None:
    letter = an_acknowledgement()
    mail = replace(arrived(letter), **change)  # type: ignore[arg-type]  # every changed field is text
    assert fault in "; ".join(checks.acknowledgement_faults(mail, letter, a_team(), RING))


def test_an_address_signed_by_a_key_we_do_not_have_is_told() -> None:
    letter = an_acknowledgement()
    forged = replace(RING, keys={**RING.keys, "1": b"2" * 32})
    [fault] = checks.acknowledgement_faults(arrived(letter), letter, a_team(), forged)
    assert fault == "its Reply-To is signed with a key that the key ring does not have"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"dkim": Verdict.FAIL}, "it is not signed by harris.example (DKIM: fail)"),
        ({"signed_by": ("other.example",)}, "it is not signed by harris.example (DKIM: pass)"),
        ({"spf": Verdict.FAIL}, "SPF did not pass (fail)"),
        ({"dmarc": Verdict.FAIL}, "DMARC failed: providers will refuse it or put it into spam"),
    ],
)
def test_a_letter_that_providers_would_doubt_is_told(change: dict[str, object], fault: str) -> None:
    assert checks.signature_faults(replace(arrived(an_acknowledgement()), **change)) == (fault,)  # type: ignore[arg-type]  # as above


def test_without_a_dmarc_policy_there_is_a_note_and_no_fault() -> None:
    mail = replace(arrived(an_acknowledgement()), dmarc=Verdict.GRAY)
    assert checks.signature_faults(mail) == ()
    assert "publishes no DMARC policy" in checks.signature_notes(mail)[0]


def test_relayed_words_must_be_just_those() -> None:
    letter = a_reply()
    mail = arrived(letter)
    assert checks.reply_faults(mail, letter, letter.text, a_team(), RING) == ()
    [fault] = checks.reply_faults(mail, letter, letter.text + " And more.", a_team(), RING)
    assert fault.startswith("it does not say what was written, but “Dear Jane,")


def test_a_relayed_letter_shows_no_colleagues_own_mailbox() -> None:
    letter = replace(a_reply(), author_key="bob")
    mail = replace(arrived(letter), raw=b"Reply-To: Bob.Harris@Phone.example\r\n")
    [fault] = checks.reply_faults(mail, letter, letter.text, a_team(), RING)
    assert fault == "it shows an address of Bob's own mailbox"


def test_the_page_is_read_as_a_person_reads_it() -> None:
    page = (
        "<html><head><title>t</title><style>p{}</style></head><body><h1>Bob\nHarris</h1> &amp; <p>co</p></body></html>"
    )
    assert words_of_page(page) == "Bob Harris & co"


def test_the_hidden_field_is_found() -> None:
    assert nonce_on_page('<form><input type="hidden" name="nonce" value="a-b_1"></form>') == "a-b_1"
    assert nonce_on_page("<form></form>") == ""
