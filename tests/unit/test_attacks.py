"""Attacks and accidents that once succeeded, each named after what the person saw."""

from __future__ import annotations

import email
import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage, Message
from itertools import count
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib import flows, pages
from chalicelib.desk.decision import Acknowledgement, Decision, LetterState
from chalicelib.desk.model import Verdict, Verdicts
from chalicelib.desk.sending_events import Event, SendingEvent
from chalicelib.desk.team import PublicPerson
from chalicelib.errors import Conflict
from chalicelib.web import form
from tests.builders import a_team
from tests.desk_with_fakes import (
    BOB,
    JANE,
    PASSING,
    SUPPORT,
    Desk,
    a_mail,
    provider_block,
    quoted,
    reply_address,
    text_of,
)
from tests.fakes import SentMail

JANES, BOBS, ALICES, ANNAS = (
    "jane@customer.example",
    "bob@harris.example",
    "alice@harris.example",
    "anna@harris.example",
)
FAILING = Verdicts(Verdict.FAIL, Verdict.FAIL, Verdict.FAIL, Verdict.PASS, Verdict.PASS)
VIRUS = Verdicts(Verdict.PASS, Verdict.PASS, Verdict.PASS, Verdict.PASS, Verdict.FAIL)


class Killed(BaseException):
    """The Lambda is gone."""


def dies_once() -> Callable[[], None]:
    """A hook at which the Lambda dies the first time it comes there."""
    lives = iter([False])

    def here() -> None:
        if next(lives, True) is False:
            raise Killed

    return here


@pytest.fixture
def desk() -> Desk:
    return Desk()


def news(
    mail: SentMail, event: Event, desk: Desk, *, permanent: bool = False, at: datetime | None = None
) -> SendingEvent:
    when = at or desk.clock.now()
    return SendingEvent(event, permanent, mail.letter, mail.thread_id, mail.ses_id, mail.to, when, "said so")


def everything_in(letter: Message) -> str:
    parts = (p.get_payload(decode=True) for p in letter.walk() if not p.is_multipart())
    return letter.as_string() + "".join(part.decode("utf-8", "replace") for part in parts if isinstance(part, bytes))


def an_answer_with(forward: Message, kind: str, name: str, content: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = BOB, reply_address(forward), "Re: Boiler", "<b@x>"
    mail["In-Reply-To"] = str(forward["Message-ID"])
    mail.set_content("I'll come at two.")
    main, _, sub = kind.partition("/")
    if kind == "message/rfc822":
        mail.add_attachment(email.message_from_bytes(content, policy=email.policy.default))
    else:
        mail.add_attachment(content, main, sub, filename=name)
    return mail.as_bytes()


def outlook_reply(forward: Message) -> str:
    return (
        "I'll come at two.\n\n________________________________\n"
        "From: Jane Roe via Harris <support@harris.example>\nSent: Monday, November 23, 2026 9:07 AM\n"
        f"To: Bob Harris <bob@harris.example>\nSubject: Boiler leaking\n\n{text_of(forward)}"
    )


def passing_of(desk: Desk, minutes: int) -> None:
    for _ in range(minutes):
        desk.clock.turn(timedelta(minutes=1))
        flows.keep_promises(desk.services)


# --- critical ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("message/rfc822", "Boiler leaking.eml"),
        ("application/ms-tnef", "winmail.dat"),
        ("text/html", "ATT00001.htm"),
        ("text/plain", "ATT00001.txt"),
    ],
)
def test_jane_opens_bobs_attachment_and_reads_his_card(desk: Desk, kind: str, name: str) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    content = desk.mails[-1].mime if kind == "message/rfc822" else text_of(forward).encode()
    desk.receives(an_answer_with(forward, kind, name, content), [reply_address(forward)])
    for letter in desk.to(JANES):
        assert "[card" not in everything_in(letter)
        assert reply_address(forward) not in everything_in(letter)


def test_bobs_answer_that_also_went_to_support_never_reached_jane(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    answer = a_mail("I'll come at two.", BOB, answers=forward, message_id="<b@x>")
    desk.receives(answer, [SUPPORT])  # the copy in Cc was quicker
    desk.receives(answer, [reply_address(forward)])
    assert (JANES, "reply") in desk.who_got_what()


def test_ses_refuses_every_letter_and_the_desk_writes_notices_without_end(desk: Desk) -> None:
    desk.sender.refuse(10_000)  # the SES sandbox, a missing configuration set, a MAIL FROM that is not verified
    desk.receives(a_mail())
    assert len(desk.sender.tries) < 10


def test_bob_and_alice_are_suppressed_and_the_desk_never_stops_writing_to_them(desk: Desk) -> None:
    desk.receives(a_mail())
    for mail in desk.mails:  # grows while it is read
        if mail.to != JANES:
            flows.receive_feedback(news(mail, Event.BOUNCED, desk, permanent=True), desk.services)
        assert len(desk.mails) < 50


# --- high ----------------------------------------------------------------------------------------------------


def test_mallory_says_all_are_away_and_janes_answer_is_promised_for_the_day_after_tomorrow(desk: Desk) -> None:
    for who in (BOBS, ALICES, ANNAS, "sam@harris.example"):
        forged = a_mail("I am away", f"X <{who}>", message_id=f"<{who}>", Auto_Submitted="auto-replied")
        desk.receives(forged, [SUPPORT], FAILING)
    desk.receives(a_mail())
    assert "today" in text_of(desk.to(JANES)[0])


def test_mallory_replays_bobs_signed_letter_and_jane_gets_it_from_the_firm(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    signed = a_mail("Our new account is DE99 1234.", BOB, message_id="<q@harris.example>").replace(
        b"To: support@harris.example", b"To: mallory@evil.example"
    )
    desk.receives(signed, [reply_address(forward)])  # DKIM passes: the envelope is not signed
    assert len(desk.to(JANES)) == 1


def test_jane_sends_two_thousand_lines_and_learns_bobs_own_address(desk: Desk) -> None:
    desk.receives(a_mail("The boiler is leaking\n" + "x\n" * 2100))
    (forward,) = desk.to(BOBS)
    desk.receives(a_mail(outlook_reply(forward), BOB, answers=forward, message_id="<b@x>"), [reply_address(forward)])
    assert BOBS not in everything_in(desk.to(JANES)[-1])


@pytest.mark.parametrize("dash", ["\u2011", "-\u00ad", "-\u200b"])
def test_a_program_touched_the_mark_and_jane_reads_the_card(desk: Desk, dash: str) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    reference = next(iter(desk.store.threads.values())).reference
    card = text_of(forward).replace(reference, reference.replace("-", dash))
    desk.receives(a_mail(f"At two.\n\n{card}", BOB, answers=forward, message_id="<b@x>"), [reply_address(forward)])
    assert all("because it is about" not in text_of(letter) for letter in desk.to(JANES))


def test_the_end_of_janes_long_mail_reached_nobody(desk: Desk) -> None:
    desk.receives(a_mail("The boiler is leaking\n" + "word " * 15_000 + "\nThe key is at number 6."))
    (forward,) = desk.to(BOBS)
    assert "The key is at number 6." in everything_in(forward)  # the note says "the whole message is attached"


def test_bob_answered_below_a_long_quote_and_jane_got_only_hi_jane(desk: Desk) -> None:
    desk.receives(a_mail("The boiler is leaking\n" + ("word " * 15 + "\n") * 860))
    (forward,) = desk.to(BOBS)
    quote = "\n".join(f"> {line}" for line in text_of(forward).splitlines())
    below = f"Hi Jane,\n\nOn Mon, 23 Nov 2026 at 09:07, Jane wrote:\n{quote}\n\nI'll come at two."
    desk.receives(a_mail(below, BOB, answers=forward, message_id="<b@x>"), [reply_address(forward)])
    assert all("at two" in text_of(letter) for letter in desk.to(JANES)[1:])


def test_bobs_one_mail_to_two_customers_reached_only_the_first(desk: Desk) -> None:
    desk.receives(a_mail())
    desk.receives(a_mail("My boiler is leaking, too", "Tom <tom@other.example>", message_id="<t@x>"))
    first, second = desk.to(BOBS)
    both = [reply_address(first), reply_address(second)]
    desk.receives(a_mail("We are shut tomorrow.", BOB, answers=first, message_id="<b@x>"), both)
    told = {to for to, _ in desk.who_got_what()[4:]}
    assert {JANES, "tom@other.example"} <= told or BOBS in told


def test_bobs_private_note_went_to_jane_because_both_addresses_were_on_it(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    desk.receives(a_mail("Hello?", "Mallory <m@evil.example>", message_id="<m@x>"), [reply_address(forward)])
    notice = desk.to(BOBS)[-1]
    both = [reply_address(forward), reply_address(notice)]
    desk.receives(a_mail("A crook. Do not tell Jane.", BOB, answers=notice, message_id="<n@x>"), both)
    assert len(desk.to(JANES)) == 1


def test_jane_asked_again_while_bob_wrote_and_nobody_owes_her_an_answer(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,), (acknowledgement,) = desk.to(BOBS), desk.to(JANES)
    ses_id = desk.mails[1].ses_id
    again = a_mail("And which day for the radiator?", answers=acknowledgement, message_id="<j2@x>")
    desk.receives(again, [reply_address(acknowledgement)])
    first = a_mail("Turn the tap off.", BOB, message_id="<b@x>", In_Reply_To=f"<{ses_id}@eu-west-1.amazonses.com>")
    desk.receives(first, [reply_address(forward)])
    (thread,) = desk.store.threads.values()
    assert thread.status == "ours"


def test_a_stuck_event_queue_drains_and_jane_gets_her_acknowledgement_twice(desk: Desk) -> None:
    desk.receives(a_mail("boiler", "Tom <tom@other.example>", message_id="<t@x>"))
    toms, before = desk.mails[0], desk.clock.now()
    desk.clock.turn(timedelta(minutes=1))
    desk.sender.lose_the_answer(mail_leaves=True)
    desk.receives(a_mail())
    desk.clock.turn(timedelta(minutes=18))
    flows.receive_feedback(news(toms, Event.SENT, desk, at=before), desk.services)  # old news; hers is still queued
    flows.keep_promises(desk.services)
    assert desk.who_got_what().count((JANES, "acknowledgement")) == 1


def test_the_lambda_died_after_ses_refused_and_nobody_was_told(desk: Desk) -> None:
    desk.sender.refuse()
    desk.store.after_mark = dies_once()
    with pytest.raises(Killed):
        desk.receives(a_mail(), ses_id="same")
    desk.receives(a_mail(), ses_id="same")
    passing_of(desk, 60)
    assert (BOBS, "notice") in desk.who_got_what()


def test_bobs_reply_was_refused_in_a_race_and_he_never_heard(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    commits = count(1)

    def second_loses(*_: object) -> None:
        if next(commits) == 2:
            raise Conflict("another transaction was at one of these rows")

    desk.store.before_commit = second_loses
    desk.sender.refuse()
    desk.receives(a_mail("At two.", BOB, answers=forward, message_id="<b@x>"), [reply_address(forward)])
    passing_of(desk, 60)
    assert (BOBS, "notice") in desk.who_got_what()


def test_alice_answered_on_the_address_of_bob_who_left_and_was_not_told_it_went_nowhere(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    team = a_team()
    desk.services = replace(desk.services, team=replace(team, people=tuple(p for p in team.people if p.key != "bob")))
    alices = a_mail("I'll come instead.", "Alice <alice@harris.example>", answers=forward, message_id="<a@x>")
    desk.receives(alices, [reply_address(forward)])
    assert (JANES, "reply") in desk.who_got_what() or "has not gone to" in text_of(desk.to(ALICES)[-1])


# --- medium --------------------------------------------------------------------------------------------------


def test_bob_marks_a_forward_as_spam_and_jane_is_never_acknowledged_again(desk: Desk) -> None:
    desk.receives(a_mail())
    flows.receive_feedback(news(desk.mails[1], Event.COMPLAINED, desk), desk.services)
    assert not desk.store.customers[JANES].no_automatic_letters


def test_bobs_mailbox_is_full_and_nobody_else_reads_janes_words(desk: Desk) -> None:
    desk.receives(a_mail())
    flows.receive_feedback(news(desk.mails[1], Event.BOUNCED, desk, permanent=True), desk.services)
    assert any("Vita 30" in text_of(letter) for who in (ALICES, ANNAS) for letter in desk.to(who))


def test_the_acknowledgement_bounced_and_bob_reads_that_jane_is_expecting_him(desk: Desk) -> None:
    desk.receives(a_mail())
    flows.receive_feedback(news(desk.mails[0], Event.BOUNCED, desk, permanent=True), desk.services)
    desk.clock.turn(timedelta(hours=3, minutes=8))
    flows.keep_promises(desk.services)
    assert "is expecting you" not in text_of(desk.to(BOBS)[-1])


def test_a_late_bounce_makes_jane_wait_three_hours_longer(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    desk.receives(a_mail("At two.", BOB, answers=forward, message_id="<b@x>"), [reply_address(forward)])
    reply = desk.to(JANES)[-1]
    sent = desk.mails[-1]
    desk.receives(a_mail("The leak is worse", answers=reply, message_id="<j2@x>"), [reply_address(reply)])
    before = desk.store.threads[sent.thread_id].promise
    desk.clock.turn(timedelta(hours=3))
    flows.receive_feedback(news(sent, Event.BOUNCED, desk, permanent=True), desk.services)
    after = desk.store.threads[sent.thread_id].promise
    assert before is not None
    assert after is not None
    assert after.due <= before.due


def test_the_raw_mail_is_gone_and_its_forward_is_tried_for_ever_in_silence(desk: Desk) -> None:
    desk.sender.throttle(2)
    desk.receives(a_mail(), ses_id="gone")
    del desk.files.objects["inbound/gone"]
    for _ in range(24 * 4):
        desk.clock.turn(timedelta(minutes=60))
        flows.keep_promises(desk.services)
    states = {row.letter.kind: row.state for row in desk.store.outbox.values()}
    assert states["forward"] is LetterState.FAILED


def test_one_letter_that_cannot_be_made_and_no_promise_is_kept_that_minute(desk: Desk) -> None:
    desk.sender.throttle(2)
    desk.receives(a_mail())
    for key, row in desk.store.outbox.items():
        if isinstance(row.letter, Acknowledgement):  # its owner has no name: whatever nobody thought of
            desk.store.outbox[key] = replace(row, letter=replace(row.letter, owner=PublicPerson("", "")))
    desk.clock.turn(timedelta(hours=5))
    flows.keep_promises(desk.services)
    assert {(BOBS, "forward"), (ANNAS, "escalation")} <= set(desk.who_got_what())


def test_the_lambda_died_at_the_commit_and_jane_got_no_acknowledgement(desk: Desk) -> None:
    desk.sender.before_send = dies_once()
    with pytest.raises(Killed):
        desk.receives(a_mail(), ses_id="same")
    seen = 0
    for _ in range(90):  # nothing else happens at this small firm, but SES's events do come
        passing_of(desk, 1)
        for mail in desk.mails[seen:]:
            flows.receive_feedback(news(mail, Event.SENT, desk), desk.services)
        seen = len(desk.mails)
    assert (JANES, "acknowledgement") in desk.who_got_what()


def test_a_great_mail_nobody_could_read_is_refused_by_ses_and_reaches_nobody(desk: Desk) -> None:
    crowd = b"Cc: " + b", ".join(b"p%d@customer.example" % n for n in range(500)) + b"\r\nTo: support"
    mail = a_mail(photos=[("video.mp4", b"\xff" * 23_000_000)]).replace(b"To: support", crowd)
    desk.receives(mail)
    assert all(len(sent.mime) < 10_000_000 for sent in desk.mails)  # SES: 40 MB; most mailboxes: 25


def test_bob_is_handed_a_virus_without_a_word(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    infected = a_mail("See", "M <m@evil.example>", message_id="<m@x>", photos=[("invoice.exe", b"MZ")])
    desk.receives(infected, [reply_address(forward)], VIRUS)
    notice = desk.to(BOBS)[-1]
    assert "virus" in text_of(notice).lower() or not any(part.get_filename() for part in notice.walk())


def test_bob_is_asked_whether_a_forger_is_jane_and_not_told_that_it_is_forged(desk: Desk) -> None:
    desk.receives(a_mail())
    (acknowledgement,) = desk.to(JANES)
    forged = a_mail("Refund to DE99", "Jane <j@bank.example>", answers=acknowledgement, message_id="<m@x>")
    desk.receives(forged, [reply_address(acknowledgement)], FAILING)
    assert "forged" in text_of(desk.to(BOBS)[-1])


def test_one_victim_with_thirty_plus_addresses_gets_thirty_letters(desk: Desk) -> None:
    for n in range(30):
        post = form.Post(name="x", email=f"victim+{n}@gmail.com", message="hello", nonce=str(n))
        flows.receive_form(post, desk.services)
    assert sum(to.endswith("@gmail.com") for to, _ in desk.who_got_what()) <= 6


def test_mallory_posts_six_times_in_janes_name_and_her_own_mail_is_not_acknowledged(desk: Desk) -> None:
    for n in range(6):
        flows.receive_form(form.Post(name="x", email=JANES, message=f"hello {n}", nonce=str(n)), desk.services)
    desk.receives(a_mail())
    assert "Re: Boiler leaking" in [letter["Subject"] for letter in desk.to(JANES)]


def test_a_helpdesk_with_an_address_per_ticket_is_answered_for_ever(desk: Desk) -> None:
    desk.receives(a_mail("question", "Helpdesk <help@other.example>", message_id="<0@o>"))
    answered = 0
    for mail in desk.mails:
        if mail.to.endswith("@other.example") and answered < 50:
            answered += 1
            letter = email.message_from_bytes(mail.mime)
            new = f"Ticket {answered} <ticket-{answered}@other.example>"
            made = a_mail("Thank you!", new, subject=f"Ticket {answered} created", message_id=f"<{answered}@o>")
            desk.receives(made, [reply_address(letter)])
    assert answered < 50


@pytest.mark.parametrize("mark", [{"List_Id": "<l.shop.example>"}, {"Precedence": "bulk"}])
def test_a_mailing_list_is_acknowledged_when_it_writes_twice(desk: Desk, mark: Any) -> None:
    desk.receives(a_mail("Offers", "News <news@shop.example>", message_id="<1@shop>", **mark))
    second = a_mail("More offers", "News <news@shop.example>", message_id="<2@shop>", In_Reply_To="<1@shop>", **mark)
    desk.receives(second)
    assert "news@shop.example" not in [to for to, _ in desk.who_got_what()]


def test_bob_is_away_and_alice_never_hears_that_jane_wrote_again(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,), (acknowledgement,) = desk.to(BOBS), desk.to(JANES)
    away = a_mail(
        "Away", BOB, subject="Automatic reply", answers=forward, message_id="<o@x>", Auto_Submitted="auto-replied"
    )
    desk.receives(away, [reply_address(forward)])
    before = len(desk.mails)
    desk.receives(
        a_mail("It is worse now", answers=acknowledgement, message_id="<j2@x>"), [reply_address(acknowledgement)]
    )
    assert ALICES in [mail.to for mail in desk.mails[before:]]


def test_bobs_out_of_office_without_headers_was_relayed_to_jane_and_kept_the_promise(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    absent = a_mail("I am out of the office.", BOB, "Out of office: Boiler leaking", "<o@x>", forward)
    desk.receives(absent, [reply_address(forward)])
    assert (JANES, "reply") not in desk.who_got_what()


def test_the_alarm_panel_reports_a_second_fault_and_nobody_hears(desk: Desk) -> None:
    for _ in range(2):
        desk.receives(a_mail("Boiler fault", "Panel <panel@customer.example>", "Alarm", "<1@localhost>"))
        desk.clock.turn(timedelta(days=30))
    assert desk.who_got_what().count((BOBS, "forward")) == 2


def test_jane_wrote_her_reference_in_brackets_and_bobs_answers_are_held(desk: Desk) -> None:
    desk.receives(a_mail())
    (acknowledgement,) = desk.to(JANES)
    reference = next(iter(desk.store.threads.values())).reference
    hers = a_mail(f"About\n[card {reference}]\nwhen?", answers=acknowledgement, message_id="<j2@x>")
    desk.receives(hers, [reply_address(acknowledgement)])
    forward = desk.to(BOBS)[-1]
    quoted = "\n".join(f"> {line}" for line in text_of(forward).splitlines())
    desk.receives(
        a_mail(f"On 23/11/2026, Jane wrote:\n{quoted}\nAt two.\n> bye", BOB, answers=forward, message_id="<b@x>"),
        [reply_address(forward)],
    )
    assert (JANES, "reply") in desk.who_got_what()


def test_jane_answers_the_form_letter_from_a_phone_and_is_a_new_matter(desk: Desk) -> None:
    flows.receive_form(form.Post(name="Jane", email=JANES, message="The boiler is leaking", nonce="1"), desk.services)
    (letter,) = desk.to(JANES)
    desk.receives(a_mail("The photos", JANE, f"Re: {letter['Subject']}", "<p@x>"), [reply_address(letter)])
    assert len(desk.store.threads) == 1


def test_the_html_said_it_all_and_bob_reads_that_he_needs_another_program(desk: Desk) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = JANE, "Boiler", "<1@x>"
    mail.set_content("This message needs an HTML mail program.")
    mail.add_alternative("<p>Our boiler Vita 30 is leaking</p>", subtype="html")
    desk.receives(mail.as_bytes())
    assert "Vita 30" in everything_in(email.message_from_bytes(desk.mails[-1].mime))


def test_mail_from_our_own_plus_address_is_acknowledged_to_ourselves(desk: Desk) -> None:
    flows.receive_form(
        form.Post(name="x", email="support+x@help.harris.example", message="boiler", nonce="1"), desk.services
    )
    assert "support+x@help.harris.example" not in [to for to, _ in desk.who_got_what()]


def a_part_with_a_long_name(dice: random.Random) -> str:
    kind = "".join(dice.choice("abcdefghijklmnopqrstuvwxyz0123456789.+-") for _ in range(90))
    name = quote("".join(chr(dice.randint(0x20000, 0x2A6D0)) for _ in range(100)))
    disposition = f"Content-Disposition: attachment; filename*=utf-8''{name}"
    return f"--z\r\nContent-Type: a/a{kind}\r\n{disposition}\r\n\r\nx\r\n"


def test_a_thousand_files_with_long_names_and_the_mail_reaches_nobody(desk: Desk) -> None:
    from chalicelib.aws import writes

    dice = random.Random(1)
    parts = "".join(a_part_with_a_long_name(dice) for _ in range(997))
    mail = f"From: {JANE}\r\nContent-Type: multipart/mixed; boundary=z\r\n\r\n{parts}--z--\r\n"

    def as_dynamodb_does(decision: Decision, now: datetime, lease: timedelta) -> None:
        writes.of_decision(decision, now, lease)  # raises when a row would be too large

    desk.store.before_commit = as_dynamodb_does
    desk.receives(mail.encode())
    assert len(desk.to(BOBS) + desk.to(ALICES)) == 1


def test_the_helo_says_dkim_passed_and_a_stranger_is_bob() -> None:
    """If SES writes HELO into its own header as it came: no space is needed, a comment parts the words, too."""
    from chalicelib.desk import trust
    from chalicelib.desk.model import Channel, Delivery
    from chalicelib.mail import parse
    from tests.builders import MONDAY

    head = provider_block("id1", "x@evil.example", SUPPORT).partition(b"Authentication-Results")[0]
    results = b"Authentication-Results: amazonses.com; spf=pass (spfCheck: ok) client-ip=192.0.2.1;"
    results += b" envelope-from=x@evil.example; helo=x;dkim=pass(c)header.i=@harris.example;"
    results += b" dkim=pass header.i=@evil.example; dmarc=none header.from=harris.example;\r\n"
    gray = replace(PASSING, dmarc=Verdict.GRAY)
    delivery = Delivery("inbound/id1", Channel.MAIL, MONDAY, (SUPPORT,), "x@evil.example", gray)
    inbound = parse.parse(head + results + b"From: bob@harris.example\r\n\r\nhi", delivery)
    assert trust.proven_staff(inbound, a_team()) is None


# --- the second attack ------------------------------------------------------------------------------------------


ALICE = "Alice Shaw <alice@harris.example>"


def addressed_to(mail: bytes, *addresses: str) -> bytes:
    return re.sub(rb"(?m)^To: [^\r\n]*", b"To: " + ", ".join(addresses).encode(), mail, count=1)


def absent(desk: Desk, *people: str) -> None:
    for who in people:
        mail = a_mail(
            "I am away", f"X <{who}@harris.example>", "Automatic reply", f"<{who}@x>", Auto_Submitted="auto-replied"
        )
        desk.receives(mail)


def test_jane_opens_the_link_to_bobs_seventy_photos_and_downloads_his_own_mail_with_the_card(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    photos = [(f"{n}.jpg", b"\xff\xd8\0" + bytes([n]) * 120_000) for n in range(70)]
    answer = a_mail("All of them.\n\n" + quoted(forward), BOB, answers=forward, message_id="<b@x>", photos=photos)
    desk.receives(answer, [reply_address(forward)])
    link = re.search(r"/files/([0-9a-z.]+)", text_of(desk.to(JANES)[-1]))
    assert link is not None
    page = pages.show_files(link[1], desk.services).body
    assert "original.eml" not in page
    assert "69.jpg" in page


def test_bobs_one_mail_to_two_customers_came_in_two_deliveries_and_tom_got_nothing(desk: Desk) -> None:
    desk.receives(a_mail())
    desk.receives(a_mail("My boiler is leaking, too", "Tom <tom@other.example>", message_id="<t@x>"))
    both = [reply_address(forward) for forward in desk.to(BOBS)]
    mail = addressed_to(a_mail("We are shut tomorrow.", BOB, message_id="<b@x>"), *both)
    before = len(desk.mails)
    for address in both:
        desk.receives(mail, [address])
    told = {sent.to for sent in desk.mails[before:]}
    assert {JANES, "tom@other.example"} <= told or BOBS in told


def test_bobs_private_note_and_his_reply_came_in_two_deliveries_and_jane_read_the_note(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    desk.receives(a_mail("Hello?", "Mallory <m@evil.example>", message_id="<m@x>"), [reply_address(forward)])
    both = [reply_address(forward), reply_address(desk.to(BOBS)[-1])]
    mail = addressed_to(a_mail("A crook. Do not tell Jane.", BOB, message_id="<n@x>"), *both)
    for address in both:
        desk.receives(mail, [address])
    assert len(desk.to(JANES)) == 1


def test_janes_mailbox_was_full_for_half_a_day_and_bob_never_hears_that_his_answer_came_back(desk: Desk) -> None:
    """SES reports a soft bounce only when it has given up: nothing else will come."""
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    desk.receives(a_mail("At two.", BOB, answers=forward, message_id="<b@x>"), [reply_address(forward)])
    before = len(desk.mails)
    flows.receive_feedback(news(desk.mails[-1], Event.BOUNCED, desk, permanent=False), desk.services)
    assert BOBS in [sent.to for sent in desk.mails[before:]]


@pytest.mark.parametrize(
    "said",
    [
        "At two.\n\nBob Harris\nDirect: bob@harris.example\nOffice: support@harris.example",
        "At two.\n\nBob\nA: 12 High Street, Manchester | E: bob@harris.example | T: 0161 496 0123",
        "Write to us directly:\nRepairs: bob@harris.example\nInvoices: alice@harris.example",
        "You can reach Alice (alice@harris.example) on these days:\nMonday, Tuesday",
        "When: Tuesday 24 November 2026 at 14:00\nWho: Bob Harris, bob@harris.example\nWhere: your kitchen",
        "Your invoice 2207 (attached) is paid.",
        "Is the leaking tap in the kitchen dry now?",
    ],
)
def test_bobs_ordinary_answer_is_held_for_what_only_colleagues_have(desk: Desk, said: str) -> None:
    desk.receives(a_mail(subject="Invoice 2207", message_id="<1@x>"))
    desk.receives(a_mail(subject="Leaking tap in the kitchen", message_id="<2@x>"))
    desk.receives(a_mail())
    forward = desk.to(BOBS)[-1]
    desk.receives(a_mail(said, BOB, answers=forward, message_id="<b@x>"), [reply_address(forward)])
    assert (JANES, "reply") in desk.who_got_what()


INVITATION = (
    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTAMP:20261123T090700Z\nORGANIZER;CN=Bob:mailto:bob@harris.example\n"
    "UID:abc@google.com\nDESCRIPTION:Questions? bob@harris.example\nEND:VEVENT\nEND:VCALENDAR\n"
)
BUSINESS_CARD = (
    "BEGIN:VCARD\nFN:Bob Harris\nEMAIL:bob@harris.example\nIMPP;X-SERVICE-TYPE=Skype:skype:bob@harris.example\n"
    "REV:2026-11-05T10:10:10Z\nEND:VCARD\n"
)


@pytest.mark.parametrize(
    ("kind", "name", "content"),
    [
        ("application/pdf", "Invoice 2207 (1).pdf", b"%PDF-1.7\0"),
        ("text/calendar", "invite.ics", INVITATION.encode()),
        ("text/vcard", "bob.vcf", BUSINESS_CARD.encode()),
    ],
)
def test_bobs_invoice_invitation_or_business_card_never_leaves(
    desk: Desk, kind: str, name: str, content: bytes
) -> None:
    desk.receives(a_mail(subject="Invoice 2207", message_id="<1@x>"))
    desk.receives(a_mail())
    forward = desk.to(BOBS)[-1]
    desk.receives(an_answer_with(forward, kind, name, content), [reply_address(forward)])
    assert (JANES, "reply") in desk.who_got_what()


def test_bobs_answer_came_by_the_mailbox_alone_and_nobody_reads_it(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    before = len(desk.mails)
    desk.receives(a_mail("I'll come at two.", BOB, answers=forward, message_id="<b@x>"), [SUPPORT])  # a gateway cut +…
    assert desk.mails[before:]


def test_bob_answers_another_firms_byname_with_a_copy_to_us_and_nobody_reads_it(desk: Desk) -> None:
    theirs = "support+0s0123456789.0123456789abcdef@help.acme.example"
    desk.receives(addressed_to(a_mail("Who of us goes?", BOB, message_id="<b@x>"), theirs, "support@harris.example"))
    assert desk.mails


def test_bob_answers_on_a_thread_the_table_does_not_know_and_nobody_reads_it(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    desk.store.threads.clear()  # restored from a backup, or one letter of the address changed
    before = len(desk.mails)
    desk.receives(a_mail("I'll come at two.", BOB, answers=forward, message_id="<b@x>"), [reply_address(forward)])
    assert desk.mails[before:]


def test_alices_private_note_went_to_support_too_and_bob_never_reads_it(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    desk.receives(a_mail("x", ALICE, answers=forward, message_id="<a@x>"), [reply_address(forward)], FAILING)
    notice, ses_id = desk.to(ALICES)[-1], desk.mails[-1].ses_id
    note = a_mail("The key is at number 6.", ALICE, message_id="<n@x>", In_Reply_To=f"<{ses_id}@email.amazonses.com>")
    note = addressed_to(note, reply_address(notice), "support@harris.example")
    desk.receives(note, [SUPPORT])
    desk.receives(note, [reply_address(notice)])
    assert any("number 6" in text_of(letter) for letter in desk.to(BOBS))


def test_alice_asks_about_the_out_of_office_rota_and_nobody_reads_it(desk: Desk) -> None:
    desk.receives(a_mail("Who takes Saturday?", ALICE, "Out of office hours rota", "<a@x>"))
    assert desk.mails
    assert "alice" not in desk.store.absences


def test_bobs_answer_to_out_of_office_hours_call_makes_him_absent_and_reaches_nobody(desk: Desk) -> None:
    desk.receives(a_mail(subject="Out of office hours call: boiler leaking"))
    (forward,) = desk.to(BOBS)
    desk.receives(a_mail("At two.", BOB, answers=forward, message_id="<b@x>"), [reply_address(forward)])
    before = len(desk.mails)
    more = a_mail("Sorry, at three.", BOB, str(forward["Subject"]), "<b2@x>", forward)  # a program that adds no Re:
    desk.receives(more, [reply_address(forward)])
    assert {JANES, BOBS} & {sent.to for sent in desk.mails[before:]}


def test_jane_smells_gas_in_her_open_thread_and_it_goes_to_anna_who_is_on_holiday(desk: Desk) -> None:
    desk.receives(a_mail())
    (acknowledgement,) = desk.to(JANES)
    absent(desk, "anna")
    gas = a_mail("Now we smell gas!", answers=acknowledgement, message_id="<j2@x>")
    desk.receives(gas, [reply_address(acknowledgement)])
    (thread,) = desk.store.threads.values()
    assert thread.owner != "anna"


def test_sam_bob_and_alice_are_away_and_janes_shower_waits_for_sam_although_anna_is_in(desk: Desk) -> None:
    absent(desk, "sam", "bob", "alice")
    desk.receives(a_mail("Our shower drips", subject="Shower"))
    assert desk.to(ANNAS)


def test_bob_answers_the_nudge_after_jane_asked_again_and_nobody_owes_her_an_answer(desk: Desk) -> None:
    desk.receives(a_mail())
    (acknowledgement,) = desk.to(JANES)
    passing_of(desk, 190)
    nudge, ses_id = desk.to(BOBS)[-1], desk.mails[-1].ses_id
    again = a_mail("And which day for the radiator?", answers=acknowledgement, message_id="<j2@x>")
    desk.receives(again, [reply_address(acknowledgement)])
    first = a_mail("Turn the tap off.", BOB, message_id="<b@x>", In_Reply_To=f"<{ses_id}@eu-west-1.amazonses.com>")
    desk.receives(addressed_to(first, reply_address(nudge)), [reply_address(nudge)])
    (thread,) = desk.store.threads.values()
    assert thread.status == "ours"


def test_jane_writes_in_the_minute_her_time_passes_and_anna_never_hears_that_it_was_missed(desk: Desk) -> None:
    desk.receives(a_mail())
    (acknowledgement,), (thread,) = desk.to(JANES), desk.store.threads.values()
    assert thread.promise is not None
    desk.clock.turn(thread.promise.due - desk.clock.now() + timedelta(seconds=20))
    desk.receives(a_mail("Hello?", answers=acknowledgement, message_id="<j2@x>"), [reply_address(acknowledgement)])
    passing_of(desk, 10)
    assert desk.to(ANNAS)


def test_mallory_posts_thirty_forms_from_janes_company_and_jane_is_not_acknowledged(desk: Desk) -> None:
    for n in range(30):
        post = form.Post(name="x", email=f"x{n}@customer.example", message="hello", nonce=str(n))
        flows.receive_form(post, desk.services)
    desk.receives(a_mail())
    assert desk.to(JANES)


def test_alice_answers_bobs_question_and_his_answer_back_is_not_sent_to_himself(desk: Desk) -> None:
    desk.receives(a_mail("Can I have Friday off?", BOB, "Friday", "<b@x>"))
    (forward,) = desk.to(ALICES)
    desk.receives(a_mail("Which?", ALICE, "Re: Friday", "<a@x>", forward), [reply_address(forward)])
    answer = desk.to(BOBS)[-1]
    desk.receives(a_mail("The fourth.", BOB, "Re: Friday", "<b2@x>", answer), [reply_address(answer)])
    assert "The fourth." in text_of(desk.to(ALICES)[-1])


def test_bob_answers_between_janes_lines_in_outlook_and_jane_gets_only_see_below(desk: Desk) -> None:
    desk.receives(a_mail("Which day for the boiler?\n\nAnd how much?"))
    (forward,) = desk.to(BOBS)
    answered = outlook_reply(forward).replace("I'll come at two.", "See my answers below.")
    answered = answered.replace("Which day for the boiler?", "Which day for the boiler?\nTuesday the fourth.")
    desk.receives(a_mail(answered, BOB, answers=forward, message_id="<b@x>"), [reply_address(forward)])
    assert "Tuesday the fourth." in text_of(desk.to(JANES)[-1]) or len(desk.to(BOBS)) > 1


def test_after_a_roll_back_one_notice_of_a_later_topic_stops_every_promise() -> None:
    from chalicelib.aws import items
    from chalicelib.desk.decision import Outgoing, Topic
    from tests.letters import a_notice

    row = items.to_outgoing(Outgoing(a_notice(Topic.HELD_CUT), LetterState.NEW))
    later = {**row, "body": str(row["body"]).replace('"held_cut"', '"held_by_later_code"')}
    assert not items.is_known_letter(later)
