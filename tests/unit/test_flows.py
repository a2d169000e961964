"""The story over fake ports: who hears what, once, whatever fails in between."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib import flows
from chalicelib.desk.decision import LetterState
from chalicelib.desk.model import Verdict, Verdicts
from chalicelib.desk.sending_events import Event, SendingEvent
from chalicelib.errors import Conflict, Unavailable
from chalicelib.web import form
from tests.builders import MONDAY, MONDAY_NIGHT
from tests.desk_with_fakes import BOB, JANE, SUPPORT, Desk, a_mail, quoted, reply_address, text_of

JANES, BOBS, ANNAS = "jane@customer.example", "bob@harris.example", "anna@harris.example"


@pytest.fixture
def desk() -> Desk:
    return Desk()


# --- a customer writes, the owner answers --------------------------------------------------------------------


def test_jane_hears_bobs_name_and_time_and_bob_gets_her_words(desk: Desk) -> None:
    desk.receives(a_mail())
    (acknowledgement,), (forward,) = desk.to(JANES), desk.to(BOBS)
    assert text_of(acknowledgement).startswith("Bob Harris has your message and will answer by 13:15 today")
    assert acknowledgement["In-Reply-To"] == "<jane-1@customer.example>"
    assert "our boiler (Vita 30) is leaking" in text_of(forward)
    assert str(forward["From"]).startswith('"Jane Roe via Harris & Daughter Heating" <support@harris.example>')


def test_bob_presses_reply_and_jane_reads_his_words_alone(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    answer = a_mail(
        f"Dear Jane,\n\nI'll come at two.\n\nBob\n\n{quoted(forward)}", BOB, answers=forward, message_id="<b@x>"
    )
    desk.receives(answer, [reply_address(forward)])
    reply = desk.to(JANES)[-1]
    assert text_of(reply).strip() == "Dear Jane,\n\nI'll come at two.\n\nBob"
    assert str(reply["From"]) == '"Bob Harris at Harris & Daughter Heating" <support@harris.example>'
    assert reply["Auto-Submitted"] is None
    assert reply["In-Reply-To"] == "<jane-1@customer.example>"
    assert BOBS not in reply.as_string()


def test_janes_next_mail_comes_back_to_bob_without_a_machine_in_between(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    desk.receives(a_mail("I'll come at two.", BOB, answers=forward, message_id="<b@x>"), [reply_address(forward)])
    reply = desk.to(JANES)[-1]
    desk.receives(a_mail("Thank you! The bell is broken.", answers=reply, message_id="<j2@x>"), [reply_address(reply)])
    assert desk.who_got_what() == [
        (JANES, "acknowledgement"),
        (BOBS, "forward"),
        (JANES, "reply"),
        (BOBS, "forward"),
    ]
    assert len(desk.store.threads) == 1


def test_a_stranger_with_bobs_address_reaches_nobody_but_bob(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    spoof = a_mail("Pay to this account", "Mallory <m@evil.example>", message_id="<m@x>")
    desk.receives(spoof, [reply_address(forward)])
    forged = a_mail("Pay to this account!", BOB, message_id="<m2@x>")
    failing = Verdicts(Verdict.PASS, Verdict.FAIL, Verdict.FAIL, Verdict.PASS, Verdict.PASS)
    desk.receives(forged, [reply_address(forward)], failing)
    assert desk.who_got_what()[2:] == [(BOBS, "notice"), (BOBS, "notice")]


def test_a_note_in_answer_to_a_notice_stays_in_the_firm(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    desk.receives(a_mail("Hello?", "Mallory <m@evil.example>", message_id="<m@x>"), [reply_address(forward)])
    notice = desk.to(BOBS)[-1]
    desk.receives(a_mail("Never heard of him", BOB, answers=notice, message_id="<n@x>"), [reply_address(notice)])
    assert [to for to, _ in desk.who_got_what()].count(JANES) == 1


def test_nothing_private_is_ever_in_a_mail_to_jane(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    outlook = f"I'll come at two.\n\n________________________________\nFrom: {forward['From']}\nSent: Monday\n"
    outlook += f"To: Bob Harris\nSubject: {forward['Subject']}\n\n{text_of(forward)}"
    desk.receives(a_mail(outlook, BOB, answers=forward, message_id="<b@x>"), [reply_address(forward)])
    for letter in desk.to(JANES):
        whole = letter.as_string() + text_of(letter)
        assert "[card" not in whole
        assert reply_address(forward) not in whole
        assert BOBS not in whole


def test_pressing_send_on_an_empty_reply_does_not_send_jane_her_own_words(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    desk.receives(a_mail(quoted(forward), BOB, answers=forward, message_id="<b@x>"), [reply_address(forward)])
    assert desk.who_got_what()[2:] == [(BOBS, "notice")]
    assert "has not gone" in text_of(desk.to(BOBS)[-1]).replace("*", "")


# --- nothing is doubled, nothing is lost ---------------------------------------------------------------------


def test_a_mail_delivered_three_times_is_one_thread_one_acknowledgement_one_forward(desk: Desk) -> None:
    receipts = [desk.receives(a_mail(), ses_id="same") for _ in range(3)]
    assert desk.who_got_what() == [(JANES, "acknowledgement"), (BOBS, "forward")]
    assert len(desk.store.threads) == 1
    assert receipts[0] == receipts[1] == receipts[2]


def test_one_mail_to_two_of_our_mailboxes_is_answered_once(desk: Desk) -> None:
    desk.receives(a_mail(), [SUPPORT])
    desk.receives(a_mail(), ["accounts@help.harris.example"])
    assert desk.who_got_what() == [(JANES, "acknowledgement"), (BOBS, "forward")]
    assert len(desk.store.threads) == 1
    (thread_id,) = desk.store.threads
    assert len(desk.store.messages(thread_id)) == 2


def test_a_squatted_message_id_does_not_swallow_janes_mail(desk: Desk) -> None:
    desk.receives(a_mail("Buy watches", "Mallory <m@evil.example>", message_id="<jane-1@customer.example>"))
    desk.receives(a_mail())
    assert (JANES, "acknowledgement") in desk.who_got_what()
    assert len(desk.store.threads) == 2


def test_a_throttled_letter_leaves_with_the_next_tick_and_only_it(desk: Desk) -> None:
    desk.sender.throttle()
    desk.receives(a_mail())
    assert desk.who_got_what() == [(BOBS, "forward")]
    desk.clock.turn(timedelta(minutes=1))
    flows.keep_promises(desk.services)
    flows.keep_promises(desk.services)
    assert desk.who_got_what() == [(BOBS, "forward"), (JANES, "acknowledgement")]


def test_a_repeat_finishes_what_was_left(desk: Desk) -> None:
    desk.sender.throttle()
    desk.receives(a_mail(), ses_id="same")
    desk.clock.turn(timedelta(minutes=1))
    desk.receives(a_mail(), ses_id="same")
    assert desk.who_got_what() == [(BOBS, "forward"), (JANES, "acknowledgement")]


def test_when_the_answer_got_lost_and_events_flow_the_missing_one_proves_it(desk: Desk) -> None:
    desk.sender.lose_the_answer(mail_leaves=False)
    desk.receives(a_mail())
    desk.clock.turn(timedelta(minutes=10))
    desk.store.note_events_alive(desk.clock.now())
    desk.clock.turn(timedelta(minutes=10))
    flows.keep_promises(desk.services)
    assert desk.who_got_what() == [(BOBS, "forward"), (JANES, "acknowledgement")]


def test_when_the_answer_got_lost_and_events_are_silent_the_acknowledgement_is_held_and_bob_told(desk: Desk) -> None:
    desk.sender.lose_the_answer(mail_leaves=True)
    desk.receives(a_mail())
    desk.clock.turn(timedelta(minutes=30))
    flows.keep_promises(desk.services)
    assert desk.who_got_what() == [(JANES, "acknowledgement"), (BOBS, "forward"), (BOBS, "notice")]
    states = {row.letter.kind: row.state for row in desk.store.outbox.values()}
    assert states["acknowledgement"] is LetterState.HELD


def test_a_refused_acknowledgement_is_somebodys_business_at_once(desk: Desk) -> None:
    desk.sender.refuse()
    desk.receives(a_mail())
    assert desk.who_got_what() == [(BOBS, "forward"), (BOBS, "notice")]


def test_a_send_event_settles_a_letter_whose_answer_got_lost(desk: Desk) -> None:
    desk.sender.lose_the_answer(mail_leaves=True)
    desk.receives(a_mail())
    mail = desk.mails[0]
    event = SendingEvent(Event.SENT, False, mail.letter, mail.thread_id, mail.ses_id, mail.to, desk.clock.now())
    flows.receive_feedback(event, desk.services)
    desk.clock.turn(timedelta(hours=1))
    flows.keep_promises(desk.services)
    assert desk.who_got_what() == [(JANES, "acknowledgement"), (BOBS, "forward")]


def test_bobs_reply_bounces_so_bob_knows_and_the_promise_runs_again(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    desk.receives(a_mail("At two.", BOB, answers=forward, message_id="<b@x>"), [reply_address(forward)])
    reply = desk.mails[-1]
    now = desk.clock.now()
    event = SendingEvent(
        Event.BOUNCED, True, reply.letter, reply.thread_id, reply.ses_id, reply.to, now, "no such address"
    )
    for _ in range(2):
        flows.receive_feedback(event, desk.services)
    assert desk.who_got_what()[3:] == [(BOBS, "notice")]
    thread = desk.store.thread(reply.thread_id)
    assert thread is not None
    assert thread.promise is not None
    assert (thread.status, thread.promise.number) == ("ours", 2)


def test_a_store_that_is_down_leaves_the_delivery_to_the_queue(desk: Desk) -> None:
    desk.store.down = True
    with pytest.raises(Unavailable):
        desk.receives(a_mail(), ses_id="same")
    desk.store.down = False
    desk.receives(a_mail(), ses_id="same")
    assert desk.who_got_what() == [(JANES, "acknowledgement"), (BOBS, "forward")]


def test_two_mails_racing_for_one_customer_both_get_their_thread(desk: Desk) -> None:
    raced: list[bool] = []

    def another_mail_comes_first(*_: object) -> None:
        if not raced:
            raced.append(True)
            desk.receives(a_mail("The invoice is wrong", subject="Invoice", message_id="<j9@x>"))

    desk.store.before_commit = another_mail_comes_first
    desk.receives(a_mail())
    assert len(desk.store.threads) == 2
    assert desk.store.customers[JANES].thread_count == 2


def test_a_mail_not_in_the_bucket_yet_is_tried_again_later(desk: Desk) -> None:
    with pytest.raises(Unavailable):
        desk.receives_again("inbound/not-there")


# --- promises --------------------------------------------------------------------------------------------------


def test_bob_is_nudged_once_before_the_time_and_anna_knows_after_it(desk: Desk) -> None:
    desk.receives(a_mail())
    desk.clock.turn(timedelta(hours=3, minutes=8))
    flows.keep_promises(desk.services)
    flows.keep_promises(desk.services)
    assert desk.who_got_what()[2:] == [(BOBS, "nudge")]
    desk.clock.turn(timedelta(hours=1))
    flows.keep_promises(desk.services)
    flows.keep_promises(desk.services)
    assert desk.who_got_what()[3:] == [(ANNAS, "escalation"), (BOBS, "escalation")]


def test_an_answer_before_the_nudge_means_no_nudge(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    desk.receives(a_mail("At two.", BOB, answers=forward, message_id="<b@x>"), [reply_address(forward)])
    desk.clock.turn(timedelta(hours=9))
    assert flows.keep_promises(desk.services) == flows.Swept(0, 0)


def test_bobs_answer_to_the_nudge_goes_to_jane(desk: Desk) -> None:
    desk.receives(a_mail())
    desk.clock.turn(timedelta(hours=3, minutes=8))
    flows.keep_promises(desk.services)
    nudge = desk.to(BOBS)[-1]
    desk.receives(a_mail("At two.", BOB, answers=nudge, message_id="<b@x>"), [reply_address(nudge)])
    assert text_of(desk.to(JANES)[-1]).strip() == "At two."


def test_an_urgent_mail_at_night_is_annas_with_her_number(desk: Desk) -> None:
    desk.clock.turn(MONDAY_NIGHT - MONDAY)
    desk.receives(a_mail("I smell gas in the kitchen!", subject="Gas"))
    (acknowledgement,) = desk.to(JANES)
    assert "Anna Harris" in text_of(acknowledgement)
    assert "07700 900100" in text_of(acknowledgement)
    assert "Smell gas? Leave the house first and ring 0800 111 999." in text_of(acknowledgement)


# --- files -----------------------------------------------------------------------------------------------------


def test_a_photo_travels_with_the_forward_and_is_kept(desk: Desk) -> None:
    desk.receives(a_mail(photos=[("leak.jpg", b"jpegjpeg")]))
    (forward,) = desk.to(BOBS)
    (photo,) = [part for part in forward.walk() if part.get_filename() == "leak.jpg"]
    assert photo.get_payload(decode=True) == b"jpegjpeg"
    assert b"jpegjpeg" in desk.files.objects.values()


def test_files_too_large_to_travel_wait_behind_a_link(desk: Desk) -> None:
    desk.receives(a_mail(photos=[("roof.jpg", b"\xff" * 8_000_000)]))
    (forward,) = desk.to(BOBS)
    assert [part.get_filename() for part in forward.walk() if part.get_filename()] == []
    assert "https://pages.example/files/1f" in text_of(forward)


# --- the form --------------------------------------------------------------------------------------------------

POST = form.Post(name="Jane Roe", email=JANES, message="The boiler is leaking", nonce="n1")


def test_a_form_post_is_answered_by_name_in_the_fixed_letter(desk: Desk) -> None:
    receipt = flows.receive_form(POST, desk.services)
    assert receipt is not None
    assert receipt.owner == "bob"
    (acknowledgement,) = desk.to(JANES)
    whole = acknowledgement.as_string() + text_of(acknowledgement)
    assert "leaking" not in whole
    assert acknowledgement["In-Reply-To"] is None
    assert "The boiler is leaking" in text_of(desk.to(BOBS)[0])


def test_pressing_send_twice_is_one_thread_and_the_same_answer(desk: Desk) -> None:
    first = flows.receive_form(POST, desk.services)
    desk.clock.turn(timedelta(minutes=40))
    second = flows.receive_form(POST, desk.services)
    assert first == second
    assert desk.who_got_what() == [(JANES, "acknowledgement"), (BOBS, "forward")]


def test_when_the_table_is_down_the_post_is_safe_and_comes_again(desk: Desk) -> None:
    desk.store.down = True
    assert flows.receive_form(POST, desk.services) is None
    (key,) = desk.again.keys
    desk.store.down = False
    from chalicelib.desk.model import Channel, Delivery

    flows.receive_mail(Delivery(key, Channel.FORM, desk.clock.now()), desk.services)
    assert desk.who_got_what() == [(JANES, "acknowledgement"), (BOBS, "forward")]


def test_a_letter_that_cannot_be_sent_never_fails_the_form(desk: Desk) -> None:
    desk.sender.throttle(2)
    assert flows.receive_form(POST, desk.services) is not None


def test_when_the_bucket_is_down_nothing_is_claimed(desk: Desk) -> None:
    desk.files.down = True
    with pytest.raises(Unavailable):
        flows.receive_form(POST, desk.services)
    assert desk.mails == []


def test_five_lost_races_give_the_delivery_back_to_the_queue(desk: Desk) -> None:
    def always_second(*_: object) -> None:
        raise Conflict("somebody was first")

    desk.store.before_commit = always_second
    with pytest.raises(Conflict):
        desk.receives(a_mail())


def test_who_writes_from_the_form_and_answers_our_letter_is_in_the_same_thread(desk: Desk) -> None:
    flows.receive_form(POST, desk.services)
    (acknowledgement,) = desk.to(JANES)
    photos = a_mail("Here are the photos", JANE, answers=acknowledgement, message_id="<j@x>", photos=[("a.jpg", b"x")])
    desk.receives(photos, [reply_address(acknowledgement)])
    assert len(desk.store.threads) == 1
    assert desk.who_got_what() == [(JANES, "acknowledgement"), (BOBS, "forward"), (BOBS, "forward")]


# --- who is it, what is it -------------------------------------------------------------------------------------


def test_a_mail_nobody_can_read_reaches_a_person_as_it_came(desk: Desk) -> None:
    bomb = b"From: Jane Roe <jane@customer.example>\r\nSubject: Boiler\r\nContent-Type: text/plain" + b";" * 20_000
    desk.receives(bomb + b"\r\n\r\nthe boiler leaks\r\n")
    (mail,) = desk.mails
    assert (mail.to, mail.letter.partition("-")[0]) == (BOBS, "forward")  # the subject could be saved
    assert b"original.eml" in mail.mime


def test_the_websites_form_mail_is_answered_to_the_visitor_in_the_fixed_letter(desk: Desk) -> None:
    plugin = a_mail("Name: Jane\nThe boiler is leaking", "Website <wordpress@harris.example>", Reply_To=JANE)
    desk.receives(plugin)
    assert desk.who_got_what() == [(JANES, "acknowledgement"), (BOBS, "forward")]
    assert "leaking" not in desk.to(JANES)[0].as_string()


def test_bobs_card_shows_what_jane_asked_before_and_who_helped_her(desk: Desk) -> None:
    desk.receives(a_mail("My shower drips", subject="Shower", message_id="<j0@x>"))
    (forward,) = desk.to("sam@harris.example")
    sam = "Sam Okafor <sam@harris.example>"
    desk.receives(a_mail("New seal is in.", sam, answers=forward, message_id="<s@x>"), [reply_address(forward)])
    desk.clock.turn(timedelta(days=60))
    desk.receives(a_mail())
    card = text_of(desk.to("sam@harris.example")[-1])
    assert "Sam Okafor helped" in card
    assert "Shower" in card
    assert text_of(desk.to(JANES)[-1]).startswith("Sam Okafor has your message")


def test_bob_answers_from_his_phone_and_is_bob(desk: Desk) -> None:
    desk.receives(a_mail())
    (forward,) = desk.to(BOBS)
    phone = "Bob <bob.harris@phone.example>"
    desk.receives(a_mail("At two.", phone, answers=forward, message_id="<p@x>"), [reply_address(forward)])
    reply = desk.to(JANES)[-1]
    assert str(reply["From"]).startswith('"Bob Harris at')
    assert "phone.example" not in reply.as_string()


def test_janes_other_mailbox_is_kept_unconfirmed_and_nothing_goes_there(desk: Desk) -> None:
    desk.receives(a_mail())
    (acknowledgement,) = desk.to(JANES)
    office = a_mail("Me again, from work.", "Jane <jane.roe@work.example>", answers=acknowledgement, message_id="<w@x>")
    desk.receives(office, [reply_address(acknowledgement)])
    assert desk.who_got_what()[2:] == [(BOBS, "notice")]
    assert "Me again, from work." in text_of(desk.to(BOBS)[-1])


def test_a_forged_out_of_office_sends_nobody_on_holiday(desk: Desk) -> None:
    failing = Verdicts(Verdict.PASS, Verdict.FAIL, Verdict.FAIL, Verdict.PASS, Verdict.PASS)
    desk.receives(a_mail("Away!", BOB, message_id="<o@x>", Auto_Submitted="auto-replied"), verdicts=failing)
    desk.receives(a_mail())
    assert text_of(desk.to(JANES)[0]).startswith("Bob Harris has your message")


def test_bobs_answer_to_the_mailbox_itself_is_held_and_he_is_told(desk: Desk) -> None:
    desk.receives(a_mail())
    his_mail = f"<{desk.mails[-1].ses_id}@eu-west-1.amazonses.com>"
    desk.receives(a_mail("I'll come at two.", BOB, message_id="<b@x>", In_Reply_To=his_mail))
    assert desk.who_got_what()[2:] == [(BOBS, "escalation")]
    back = desk.to(BOBS)[-1]
    assert "Your answer has not gone to Jane Roe" in text_of(back)
    assert "I'll come at two." in text_of(back)
    desk.receives(a_mail("I'll come at two.", BOB, answers=back, message_id="<b2@x>"), [reply_address(back)])
    assert text_of(desk.to(JANES)[-1]).strip() == "I'll come at two."


def test_an_acknowledgement_that_bounced_told_nobody_and_is_the_last_automatic_one(desk: Desk) -> None:
    desk.receives(a_mail())
    mail = desk.mails[0]
    about = (mail.letter, mail.thread_id, mail.ses_id, mail.to)
    flows.receive_feedback(
        SendingEvent(Event.BOUNCED, True, *about, desk.clock.now(), "no such address"), desk.services
    )
    thread = desk.store.thread(mail.thread_id)
    assert thread is not None
    assert thread.promise is not None
    assert thread.promise.told is False
    desk.receives(a_mail("The radiator, too.", subject="Radiator", message_id="<j2@x>"))
    assert [kind for to, kind in desk.who_got_what() if to == JANES] == ["acknowledgement"]


def test_one_thread_that_fails_does_not_keep_the_others_waiting(desk: Desk) -> None:
    desk.receives(a_mail())
    tom = "Tom <tom@other.example>"
    desk.receives(a_mail("The boiler is dead", tom, "Dead", "<t@x>"))
    fails = [True]

    def the_first_fails(*_: object) -> None:
        if fails and fails.pop():
            raise ZeroDivisionError("a fault nobody thought of")

    desk.store.before_commit = the_first_fails
    desk.clock.turn(timedelta(hours=3, minutes=8))
    swept = flows.keep_promises(desk.services)
    assert [type(error) for error in swept.failed] == [ZeroDivisionError]
    assert [kind for _, kind in desk.who_got_what()].count("nudge") == 1


def test_a_letter_nobody_can_make_any_more_is_somebodys_business(desk: Desk) -> None:
    desk.sender.throttle(2)
    desk.receives(a_mail())
    desk.files.objects.clear()  # somebody emptied the bucket
    desk.clock.turn(timedelta(minutes=1))
    flows.keep_promises(desk.services)
    states = {row.letter.kind: row.state for row in desk.store.outbox.values()}
    assert states["forward"] is LetterState.FAILED
    assert desk.who_got_what() == [(BOBS, "notice"), (JANES, "acknowledgement")]
    assert [logged.what for logged in desk.store.logged] == [
        "the forward did not arrive: it could not be made (KeyError)"
    ] * 2


def test_alices_own_mail_to_the_mailbox_goes_to_somebody_else(desk: Desk) -> None:
    desk.receives(a_mail("Who has the van key?", "Alice Shaw <alice@harris.example>", "Van", "<a@x>"))
    assert desk.who_got_what() == [(ANNAS, "forward")]
