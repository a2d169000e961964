"""Colleagues forward mail and write down calls, told over the whole desk: real parser, real letters."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import SMTP

from chalicelib.desk.model import Kind, Verdicts
from tests.desk_with_fakes import Desk, a_mail, quoted, text_of

ALICE = "Alice Shaw <alice@harris.example>"
TOM = "tom@hill.example"
TOMS = "Hello Alice,\n\nour boiler makes a noise since Sunday.\n\nTom"
FORWARD = f"""\
One for Bob?

---------- Forwarded message ---------
From: Tom Hill <{TOM}>
Date: Mon, 23 Nov 2026 at 08:55
Subject: Boiler is loud
To: <alice@harris.example>

{TOMS}
"""


def alices(text: str, subject: str = "Fwd: Boiler is loud", message_id: str = "<alice-1@harris.example>") -> bytes:
    return a_mail(text, sender=ALICE, subject=subject, message_id=message_id)


def with_attached(message_id: str = "<tom-1@hill.example>") -> bytes:
    toms = EmailMessage(policy=SMTP)
    toms["From"], toms["To"], toms["Subject"] = f"Tom Hill <{TOM}>", "alice@harris.example", "Boiler is loud"
    toms["Message-ID"] = message_id
    toms.set_content(TOMS)
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = ALICE, "support@harris.example", "Boiler is loud"
    mail["Message-ID"] = "<alice-2@harris.example>"
    mail.set_content("One for Bob?")
    mail.add_attachment(toms)
    return mail.as_bytes()


def test_alice_forwards_toms_mail_and_bob_answers_tom() -> None:
    desk = Desk()
    receipt = desk.receives(alices(FORWARD))
    assert receipt.kind is Kind.STAFF
    assert desk.who_got_what() == [(TOM, "acknowledgement"), ("bob@harris.example", "forward")]
    forward = desk.to("bob@harris.example")[0]
    shown = text_of(forward)
    assert "Tom Hill · tom@hill.example" in shown
    assert "Alice Shaw passed it on" in shown
    assert "our boiler makes a noise since Sunday." in shown
    answer = f"Dear Tom,\n\nI'll come by at two.\n\nBob\n\n{quoted(forward)}"
    desk.receives(
        a_mail(answer, "Bob Harris <bob@harris.example>", "Re: Boiler is loud", "<bob-1@harris.example>", forward),
        recipients=(str(email.utils.parseaddr(str(forward["Reply-To"]))[1]),),
    )
    reply = desk.to(TOM)[-1]
    assert text_of(reply).startswith("Dear Tom,")
    assert "Alice" not in text_of(reply)
    assert "One for Bob?" not in text_of(reply)


def test_tom_hears_who_answers_and_nothing_that_alice_wrote() -> None:
    desk = Desk()
    desk.receives(alices(FORWARD))
    told = text_of(desk.to(TOM)[0])
    assert told.startswith("Bob Harris has your message")
    assert not any(words in told for words in ("Alice", "Tom", "noise", "Boiler is loud"))


def test_an_attached_mail_is_handed_on_just_as_well() -> None:
    desk = Desk()
    desk.receives(with_attached())
    assert desk.who_got_what() == [(TOM, "acknowledgement"), ("bob@harris.example", "forward")]


def test_what_tom_sent_us_himself_is_not_promised_twice() -> None:
    desk = Desk()
    desk.receives(a_mail(TOMS, f"Tom Hill <{TOM}>", "Boiler is loud", "<tom-1@hill.example>"))
    before = len(desk.mails)
    desk.receives(with_attached("<tom-1@hill.example>"))
    assert desk.who_got_what()[before:] == [("alice@harris.example", "notice")]
    assert "Bob Harris has it" in text_of(desk.to("alice@harris.example")[0])


def test_a_call_that_alice_took_goes_to_bob_with_the_number() -> None:
    desk = Desk()
    desk.receives(alices("Mrs Jones rang, 0161 496 0999, wants a quote for a new boiler.", "Call"))
    assert desk.who_got_what() == [("bob@harris.example", "forward")]
    shown = text_of(desk.to("bob@harris.example")[0])
    assert "Mrs Jones" in shown
    assert "Already told us: phone 0161 496 0999" in shown
    assert "Alice Shaw took the call" in shown


def test_when_whose_it_is_cannot_be_told_alice_is_asked_and_an_address_on_top_settles_it() -> None:
    desk = Desk()
    nameless = FORWARD.replace(f" <{TOM}>", "")
    desk.receives(alices(nameless))
    assert desk.who_got_what() == [("alice@harris.example", "notice")]
    assert "we could not tell whom to answer" in text_of(desk.to("alice@harris.example")[0])
    desk.receives(alices(f"{TOM}\n\n{nameless}", message_id="<alice-3@harris.example>"))
    assert desk.who_got_what()[1:] == [(TOM, "acknowledgement"), ("bob@harris.example", "forward")]


def test_a_mail_that_went_through_two_colleagues_hands_is_still_toms() -> None:
    desk = Desk()
    through_sam = FORWARD.replace("One for Bob?", "").replace("\n", "\n> ")
    sams = "> From: Sam Okafor <sam@harris.example>\n> Subject: Fwd: Boiler\n>"
    desk.receives(alices(f"See below.\n\nBegin forwarded message:\n\n{sams}\n{through_sam}"))
    assert (TOM, "acknowledgement") in desk.who_got_what()


def test_a_customers_forward_never_changes_who_the_customer_is() -> None:
    desk = Desk()
    desk.receives(a_mail(FORWARD, subject="Fwd: Boiler is loud"))
    assert {to for to, _ in desk.who_got_what()} == {"jane@customer.example", "bob@harris.example"}


def test_somebody_who_only_calls_himself_alice_hands_nothing_on() -> None:
    desk = Desk()
    desk.receives(alices(FORWARD), verdicts=Verdicts())
    assert TOM not in {to for to, _ in desk.who_got_what()}


def test_a_colleagues_own_words_to_the_mailbox_stay_hers() -> None:
    desk = Desk()
    desk.receives(alices("The printer is out of toner again.\n\nAlice", "Printer"))
    assert {kind for _, kind in desk.who_got_what()} == {"forward"}
