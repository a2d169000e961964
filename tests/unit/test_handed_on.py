"""Colleagues forward mail and write down calls, told over the whole desk: real parser, real letters."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from chalicelib.desk.model import Kind, Verdicts
from chalicelib.desk.signed_addresses import Purpose, write_address
from tests.builders import RING
from tests.desk_with_fakes import Desk, a_mail, quoted, reply_address, text_of

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


def with_attached(
    message_id: str = "<tom-1@hill.example>", sender: str = f"Tom Hill <{TOM}>", words: str = TOMS
) -> bytes:
    toms = EmailMessage(policy=SMTP)
    toms["From"], toms["To"], toms["Subject"] = sender, "alice@harris.example", "Boiler is loud"
    toms["Message-ID"] = message_id
    toms.set_content(words)
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


# --- what strangers can write into a mail that a colleague passes on -------------------------------------------

VICTIM, MALLORY = "victim@third.example", "mallory@evil.example"
INNER = f"---------- Forwarded message ---------\nFrom: Vic Tim <{VICTIM}>\nSubject: hello\nTo: x@y.example\n\nHi\n"


def forward_from(shown: str, words: str = "Call me.") -> str:
    return FORWARD.replace(f"Tom Hill <{TOM}>", shown).replace(TOMS, words)


def is_asked(desk: Desk) -> bool:
    return desk.who_got_what() == [("alice@harris.example", "notice")]


NAMES = {
    "an address": f"{VICTIM} <{MALLORY}>",
    "an address in brackets": f"Vic Tim ({VICTIM}) <{MALLORY}>",
    "an address with a link": f"Vic <{VICTIM}<mailto:{VICTIM}>> <{MALLORY}<mailto:{MALLORY}>>",
    "an address, the link another": f"{VICTIM}<mailto:{MALLORY}>",
    "on behalf of": f"Vic Tim <{VICTIM}> on behalf of <{MALLORY}>",
    "an address beside one with letters we cannot write to": f"{VICTIM} <mällory@evil.example>",
    "an address beside one at a number": f"{VICTIM} <mallory@[192.0.2.7]>",
    "an address beside one with a blank": f'{VICTIM} <"mallory m"@evil.example>',
    "an address beside one with a route": f"{VICTIM} <@relay.example:{MALLORY}>",
    "a colleague's address": f"sam@harris.example <{MALLORY}>",
    "our own address": f"support@harris.example <{MALLORY}>",
}


@pytest.mark.parametrize("shown", NAMES.values(), ids=NAMES.keys())
def test_mallory_calls_himself_by_somebody_elses_address_and_they_hear_of_it(shown: str) -> None:
    desk = Desk()
    desk.receives(alices(forward_from(shown, INNER)))
    assert is_asked(desk)


@pytest.mark.parametrize(
    "shown", [f"{VICTIM} <{MALLORY}>", f"{VICTIM}, {MALLORY}", f"=?utf-8?q?victim=40third.example?= <{MALLORY}>"]
)
def test_mallory_does_so_in_a_mail_that_is_attached(shown: str) -> None:
    mail = with_attached().replace(f"Tom Hill <{TOM}>".encode(), shown.encode())
    desk = Desk()
    desk.receives(mail)
    assert is_asked(desk)


def test_a_mail_with_two_from_lines_is_attached() -> None:
    desk = Desk()
    desk.receives(with_attached().replace(b"From: Tom Hill", b"From: victim@third.example\r\nFrom: Tom Hill"))
    assert is_asked(desk)


WRAPPED = {
    "a subject": f"From: Vic <{VICTIM}> and\nSubject: me <{MALLORY}>\nDate: Monday\nSubject: hello\nTo: a@b.example",
    "a copy": f"From: Vic <{VICTIM}> and\nCc: me <{MALLORY}>\nDate: Monday\nSubject: hello\nTo: a@b.example",
    "a sender": f"Subject: hello\nFrom: Vic <{VICTIM}>\nDate: Monday\nFrom: me <{MALLORY}>\nTo: a@b.example",
}


@pytest.mark.parametrize("block", WRAPPED.values(), ids=WRAPPED.keys())
def test_mallorys_long_name_is_wrapped_and_its_second_line_looks_like_a_header(block: str) -> None:
    desk = Desk()
    desk.receives(alices(f"---------- Forwarded message ---------\n{block}\n\nCall me.\n"))
    assert is_asked(desk)


@pytest.mark.parametrize("name", [f"Vic <{VICTIM}>To: x", f"Vic <{VICTIM}>Cc: x", f"Vic <{VICTIM}>Objet : x"])
def test_mallorys_name_holds_a_header_and_all_of_them_stand_on_one_line(name: str) -> None:
    line = f"----- Message transféré ----- De : {name} <{MALLORY}>À : a@b.exampleEnvoyé : lundiObjet : hello"
    desk = Desk()
    desk.receives(alices(f"{line}\n Call me."))
    assert is_asked(desk)


def test_the_senders_label_is_in_a_language_we_lack_and_mallorys_letter_has_one_we_know() -> None:
    block = f"Kutoka: Mallory <{MALLORY}>\nDate: Monday\nSubject: hello\nTo: alice@harris.example"
    for between in ("\n\n", "\n\nHello,\n\n"):
        desk = Desk()
        words = f"From: Vic Tim <{VICTIM}>\nSubject: hello\n\nHi"
        desk.receives(alices(f"---------- Forwarded message ---------\n{block}{between}{words}"))
        assert is_asked(desk)


def test_all_labels_are_in_a_language_we_lack_and_mallory_sets_a_whole_forward_below() -> None:
    block = f"Kutoka: Mallory <{MALLORY}>\nTarehe: Jumatatu\nMada: hello"
    desk = Desk()
    desk.receives(alices(f"FYI\n\n{block}\n\n{INNER}"))
    assert is_asked(desk)


def test_alice_answers_mallory_with_a_copy_to_us_and_his_quoted_forward_becomes_the_matter() -> None:
    quote = "\n".join(f"> {line}" for line in INNER.splitlines())
    answer = f"No, thank you.\n\nOn Mon, 23 Nov 2026, Mallory <{MALLORY}> wrote:\n"
    for below in (quote, INNER):
        desk = Desk()
        desk.receives(alices(f"{answer}\n{below}", "Re: hello"))
        assert VICTIM not in {to for to, _ in desk.who_got_what()}


def test_alice_passes_on_our_own_letter_about_mallory_and_his_forward_in_it_becomes_the_matter() -> None:
    shown = "Mallory via Harris <support@harris.example>"
    desk = Desk()
    desk.receives(alices(forward_from(shown, f"Mallory · {MALLORY}\n\nHello,\n\n{INNER}")))
    assert is_asked(desk)


def test_mallory_writes_under_one_of_our_signed_addresses() -> None:
    ours = write_address("support@help.harris.example", Purpose.CUSTOMER_REPLY, "0123456789", MALLORY, RING)
    for shown in (ours, "support+x@harris.example", "alice+shop@harris.example", "wordpress@harris.example"):
        desk = Desk()
        desk.receives(alices(forward_from(f"Tom <{shown}>")))
        assert is_asked(desk), shown


# --- what a colleague writes beside it --------------------------------------------------------------------------

QUOTED = "Begin forwarded message:\n\n" + "\n".join(
    f"> {line}" for line in FORWARD.partition("---------\n")[2].strip().splitlines()
)


@pytest.mark.parametrize("mark", ["", "-- \n"])
def test_alices_signature_below_a_forward_becomes_the_customer(mark: str) -> None:
    desk = Desk()
    desk.receives(alices(f"{QUOTED}\n\n{mark}Alice Shaw\nalice.shaw@private.example\n"))
    assert desk.who_got_what()[0] == (TOM, "acknowledgement")
    desk.receives(alices(f"{QUOTED}\n\nalice.shaw@private.example\n", message_id="<alice-4@harris.example>"))
    assert "alice.shaw@private.example" not in {to for to, _ in desk.who_got_what()}


def test_alices_signature_above_a_forward_becomes_the_customer() -> None:
    desk = Desk()
    desk.receives(alices(FORWARD.replace("One for Bob?", "Alice Shaw\nalice.shaw@private.example")))
    assert desk.who_got_what()[0] == (TOM, "acknowledgement")


CALLS = {
    "a supplier in the next sentence": "Mrs Jones rang, 0161 496 0999, wants a quote. Not by sales@partner.example.",
    "Alice's signature": "Mrs Jones rang, 0161 496 0999, wants a quote.\n\nAlice Shaw\nalice.shaw@private.example",
    "Alice's marked signature": "Mrs Jones rang, 0161 496 0999, wants a quote.\n\n-- \nalice.shaw@private.example",
}


@pytest.mark.parametrize("note", CALLS.values(), ids=CALLS.keys())
def test_an_address_in_the_note_of_a_call_is_not_the_callers_and_gets_the_answer(note: str) -> None:
    desk = Desk()
    receipt = desk.receives(alices(note, "Call"))
    thread = desk.store.threads[receipt.thread_id]
    assert (thread.customer, thread.customer_name, thread.phone) == ("", "Mrs Jones", "0161 496 0999")


@pytest.mark.parametrize(
    "note",
    [
        "Mrs Jones rang (jones@hill.example, not sales@partner.example), wants a quote, 0161 496 0999.",
        "Mrs Jones rang, 0161 496 0999.\njones@hill.example\nsales@partner.example\nShe wants a quote.",
        "Mrs Jones rang, she'd like a quote, 0161 496 0999.\nTom Hill called, tom@hill.example",
    ],
)
def test_two_may_be_meant_by_the_note_of_a_call_and_alice_is_asked(note: str) -> None:
    desk = Desk()
    desk.receives(alices(note, "Call"))
    assert is_asked(desk)
    desk.receives(alices(f"jones@hill.example\n\n{note}", "Call", "<alice-5@harris.example>"))
    assert desk.store.threads[desk.mails[-1].thread_id].customer == "jones@hill.example"


def test_bob_answers_a_caller_who_reads_what_alice_called_her() -> None:
    desk = Desk()
    note = "Mrs Jones rang about the mess Bob made, jones@hill.example, wants her money back."
    desk.receives(alices(note, "Mrs Jones again, she never pays"))
    forward = next(letter for person in ("bob", "alice") for letter in desk.to(f"{person}@harris.example"))
    assert "she never pays" in str(forward["Subject"])
    answer = a_mail(
        "Dear Mrs Jones,\n\nI'll ring at two.\n\nBob",
        "Bob Harris <bob@harris.example>",
        f"Re: {forward['Subject']}",
        "<bob-2@harris.example>",
        forward,
    )
    desk.receives(answer, recipients=(reply_address(forward),))
    replies = desk.to("jones@hill.example")
    assert [str(reply["Subject"]) for reply in replies] == ["Your conversation with Harris & Daughter Heating"]
    assert "never pays" not in replies[0].as_string()


def test_a_number_in_alices_signature_is_not_mrs_jones_and_alice_is_asked() -> None:
    desk = Desk()
    desk.receives(alices("Mrs Jones rang, wants a quote.\n\nAlice Shaw\nTel. 07700 900555", "Call"))
    assert is_asked(desk)


# --- a letter that seems to be here already ---------------------------------------------------------------------


def test_mallory_takes_the_id_of_our_letter_to_tom_and_his_words_reach_nobody() -> None:
    desk = Desk()
    first = desk.receives(a_mail(TOMS, f"Tom Hill <{TOM}>", "Boiler is loud", "<tom-1@hill.example>"))
    ours = str(desk.to(TOM)[0]["Message-ID"])
    before = len(desk.mails)
    receipt = desk.receives(with_attached(ours, f"Mallory <{MALLORY}>", "I cancel."))
    assert desk.who_got_what()[before] == (MALLORY, "acknowledgement")
    assert receipt.thread_id != first.thread_id


def test_mallory_takes_toms_name_and_id_and_his_words_are_taken_for_toms_first_letter() -> None:
    desk = Desk()
    first = desk.receives(a_mail(TOMS, f"Tom Hill <{TOM}>", "Boiler is loud", "<tom-1@hill.example>"))
    before = len(desk.mails)
    receipt = desk.receives(with_attached("<tom-1@hill.example>", words="My bank account is a new one."))
    assert receipt.thread_id != first.thread_id
    assert [kind for _, kind in desk.who_got_what()[before:]] == ["acknowledgement", "forward"]
    assert desk.store.heard["tom-1@hill.example", TOM] == first.thread_id


def test_alice_and_sam_pass_on_the_same_mail_and_tom_hears_of_it_twice() -> None:
    desk = Desk()
    desk.receives(with_attached())
    before = len(desk.mails)
    by_sam = with_attached().replace(b"alice@harris.example", b"sam@harris.example", 1)
    desk.receives(by_sam.replace(b"<alice-2@harris.example>", b"<sam-2@harris.example>"))
    assert desk.who_got_what()[before:] == [("sam@harris.example", "notice")]


def test_a_line_between_dashes_in_alices_mail_stops_the_desk() -> None:
    desk = Desk()
    desk.receives(alices("----- Note ----- the code of the door: 1234\n\nAlice", "Door"))
    assert {kind for _, kind in desk.who_got_what()} == {"forward"}
