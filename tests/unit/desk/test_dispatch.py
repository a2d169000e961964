"""Which decider speaks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chalicelib.desk import dispatch
from chalicelib.desk.decision import Away, Escalation, Known, Recorded, Topic
from chalicelib.desk.model import Address, Inbound, Kind, Marks, Receipt, thread_id_for
from chalicelib.desk.signed_addresses import Purpose
from chalicelib.desk.staff_reply import Said
from chalicelib.desk.threads import Found
from tests.builders import MONDAY, a_staff_mail, a_thread, an_inbound
from tests.unit.desk.arrivals import an_arrival, change, sent, the

JANE, BOBS, ALICES = "jane@customer.example", "bob@harris.example", "alice@harris.example"


def decide(mail: Inbound, found: Found | None = None, **over: Any) -> Any:
    return dispatch.decide(an_arrival(mail, **over), found, Said(mail.fresh_text))


def test_a_second_copy_is_recorded_on_the_same_thread_and_not_answered_again() -> None:
    first = Receipt("inbound/mail-0", MONDAY, Kind.CUSTOMER, "a person wrote", a_thread().id, ("ack-1",), "bob")
    decision = decide(an_inbound(), known=Known(copy=first))
    assert decision.letters == ()
    assert change(decision, Recorded).thread_id == a_thread().id
    assert decision.because == "the same mail came before as inbound/mail-0; it is answered once"


def test_a_loop_ends_here_even_on_a_signed_address() -> None:
    mail = a_staff_mail(marks=Marks(loops=("help.harris.example",)))
    assert sent(decide(mail, Found(a_thread(), Purpose.STAFF_REPLY, "bob"))) == []


def test_a_bounce_of_a_thread_is_noted_there_and_its_owner_told() -> None:
    mail = an_inbound(sender=Address("mailer-daemon@mx.example"), marks=Marks(report_type="delivery-status"))
    decision = decide(mail, Found(a_thread(), because="it answers a mail of this thread"))
    assert sent(decision) == [("notice", BOBS)]
    assert change(decision, Recorded).message.note is True


def test_bobs_out_of_office_is_his_absence_and_alice_hears_who_is_waiting() -> None:
    mail = a_staff_mail(marks=Marks(auto_submitted="auto-replied"), fresh_text="I am away until Friday.")
    decision = decide(mail, Found(a_thread(), Purpose.STAFF_REPLY, "bob"))
    assert sent(decision) == [("escalation", ALICES)]
    letter = the(decision, "escalation")
    assert isinstance(letter, Escalation)
    assert letter.topic is Topic.AWAY
    absence = change(decision, Away).absence
    assert (absence.person, absence.until) == ("bob", datetime(2026, 11, 24, 17, 30, tzinfo=UTC))


def test_bobs_out_of_office_without_a_thread_opens_none() -> None:
    decision = decide(a_staff_mail(marks=Marks(auto_submitted="auto-replied")))
    assert (sent(decision), decision.receipt.thread_id) == ([], "")


def test_somebody_elses_message_id_opens_a_matter_of_their_own() -> None:
    mail = an_inbound(key="inbound/toms", sender=Address("tom@other.example"), in_reply_to=("known@id",))
    decision = decide(mail, Found(a_thread(), because="it answers a mail of this thread"))
    assert decision.receipt.thread_id == thread_id_for("inbound/toms")
    assert ("acknowledgement", "tom@other.example") in sent(decision)


TO_SUPPORT = (Address("support@harris.example"),)


def test_a_colleague_who_answers_to_the_mailbox_itself_is_told_that_it_has_not_gone() -> None:
    mail = a_staff_mail(to=TO_SUPPORT)
    decision = decide(mail, Found(a_thread(), because="it answers a mail of this thread"))
    letter = the(decision, "escalation")
    assert isinstance(letter, Escalation)
    assert (letter.to, letter.topic, letter.snippet) == (BOBS, Topic.HELD_ASTRAY, mail.fresh_text)


def test_a_colleague_who_is_the_customer_of_a_thread_may_answer_as_one() -> None:
    thread = a_thread(customer=BOBS, owner="alice")
    decision = decide(a_staff_mail(), Found(thread, Purpose.CUSTOMER_REPLY, BOBS))
    assert sent(decision) == [("forward", ALICES)]
