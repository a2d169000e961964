"""Somebody writes who belongs to no thread."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.desk import open_thread
from chalicelib.desk.decision import Acknowledgement, Counted, Forward, Heard, Known, Opened, Recorded, Remembered
from chalicelib.desk.model import (
    Absence,
    Address,
    Attachment,
    AttachmentRef,
    Channel,
    Customer,
    Inbound,
    Kind,
    Marks,
    ThreadStatus,
    Verdict,
    Verdicts,
)
from tests.builders import MONDAY, MONDAY_NIGHT, PASSES, a_staff_mail, an_inbound, known
from tests.unit.desk.arrivals import an_arrival, change, sent, the

JANE, BOBS, ALICES, ANNAS = "jane@customer.example", "bob@harris.example", "alice@harris.example", "anna@harris.example"


def test_jane_hears_that_bob_answers_by_quarter_past_one_and_bob_gets_her_mail() -> None:
    decision = open_thread.decide(an_arrival())
    assert sent(decision) == [("acknowledgement", JANE), ("forward", BOBS)]
    letter = the(decision, "acknowledgement")
    assert isinstance(letter, Acknowledgement)
    assert (letter.owner.name, letter.due, letter.full) == (
        "Bob Harris",
        datetime(2026, 11, 23, 13, 15, tzinfo=UTC),
        True,
    )
    assert decision.because == 'it is about Repairs ("boiler", "leaking"), and Bob Harris answers those'


def test_the_thread_is_ours_with_a_promise_nobody_was_told_yet() -> None:
    thread = change(open_thread.decide(an_arrival()), Opened).thread
    assert (thread.owner, thread.status, thread.category) == ("bob", ThreadStatus.OURS, "repairs")
    assert thread.promise.told is False  # only a letter known to be sent tells anybody
    assert thread.promise.nudge_at == datetime(2026, 11, 23, 12, 15, tzinfo=UTC)


def test_everything_a_repeat_needs_is_in_the_receipt() -> None:
    decision = open_thread.decide(an_arrival())
    receipt = decision.receipt
    assert (receipt.key, receipt.kind, receipt.owner) == ("inbound/mail-1", Kind.CUSTOMER, "bob")
    assert receipt.letters == tuple(letter.key for letter in decision.letters)
    assert decision.copy_of == an_inbound().fingerprint


def test_the_same_delivery_makes_the_same_thread_and_letters() -> None:
    assert open_thread.decide(an_arrival()) == open_thread.decide(an_arrival())


def test_jane_and_her_message_id_are_remembered() -> None:
    decision = open_thread.decide(an_arrival())
    assert change(decision, Remembered).customer.threads[0].subject == "Boiler leaking"
    assert change(decision, Heard).sender == JANE
    counted = [one for one in decision.changes if isinstance(one, Counted)]
    assert counted == [Counted(JANE, "2026-11-23"), Counted("@customer.example", "2026-11-23")]


@pytest.mark.parametrize(
    ("inbound", "why"),
    [
        (an_inbound(verdicts=Verdicts()), "nobody vouches for the sender"),
        (an_inbound(channel=Channel.FORM, message_id=""), "a form post"),
    ],
    ids=["no verdicts", "a form post"],
)
def test_an_unverified_sender_gets_the_fixed_letter_that_repeats_nothing(inbound: Inbound, why: str) -> None:
    letter = the(open_thread.decide(an_arrival(inbound)), "acknowledgement")
    assert isinstance(letter, Acknowledgement)
    assert letter.full is False
    assert (letter.subject, letter.to_name, letter.in_reply_to, letter.references) == ("", "", "", ())
    assert (letter.attachment_count, letter.photo_count) == (0, 0)


def test_a_forged_sender_gets_no_letter_and_bob_sees_why() -> None:
    mail = an_inbound(verdicts=replace(PASSES, dmarc=Verdict.FAIL))
    decision = open_thread.decide(an_arrival(mail))
    assert sent(decision) == [("forward", BOBS)]
    forward = the(decision, "forward")
    assert isinstance(forward, Forward)
    assert forward.card.warnings == ("This may be forged: customer.example says it did not send it.",)
    assert forward.card.told is False
    assert "nothing is sent to that address" in decision.because
    assert change(decision, Opened).thread.promise is not None


def test_photos_are_counted_and_pictures_in_the_signature_are_not() -> None:
    def file(name: str, content_type: str, inline: bool = False) -> Attachment:
        return Attachment(AttachmentRef(name, content_type, 9, f"parts/x/{name}", inline))

    files = (file("a.jpg", "image/jpeg"), file("b.pdf", "application/pdf"), file("logo.png", "image/png", inline=True))
    letter = the(open_thread.decide(an_arrival(an_inbound(attachments=files))), "acknowledgement")
    assert isinstance(letter, Acknowledgement)
    assert (letter.attachment_count, letter.photo_count) == (2, 1)


def test_an_urgent_mail_at_night_goes_to_anna_with_her_time() -> None:
    mail = an_inbound(text="I smell gas!", fresh_text="I smell gas!")
    decision = open_thread.decide(an_arrival(mail, now=MONDAY_NIGHT))
    letter = the(decision, "acknowledgement")
    assert isinstance(letter, Acknowledgement)
    assert (letter.owner.name, letter.urgent) == ("Anna Harris", True)
    assert letter.due == datetime(2026, 11, 23, 23, 45, tzinfo=UTC)
    assert sent(decision) == [("acknowledgement", JANE), ("forward", ANNAS)]


def test_an_ordinary_mail_at_night_is_promised_for_the_morning() -> None:
    promise = change(open_thread.decide(an_arrival(now=MONDAY_NIGHT)), Opened).thread.promise
    assert promise.due == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_an_unhappy_customer_is_known_to_anna_at_once() -> None:
    mail = an_inbound(fresh_text="The boiler is leaking again, this is unacceptable.")
    decision = open_thread.decide(an_arrival(mail))
    assert sent(decision) == [("acknowledgement", JANE), ("forward", BOBS), ("escalation", ANNAS)]


def test_the_person_who_helped_jane_last_helps_her_again() -> None:
    jane = Customer(JANE, "Jane Roe", MONDAY - timedelta(days=300), helped_by="sam", helped_at=MONDAY, version=3)
    decision = open_thread.decide(an_arrival(known=known(customer=jane)))
    assert decision.because == "Sam Okafor helped this customer last"
    letter = the(decision, "acknowledgement")
    assert isinstance(letter, Acknowledgement)
    assert letter.helped_before is True


def test_while_bob_is_away_alice_takes_it() -> None:
    away = Known(absences=(Absence("bob", MONDAY + timedelta(days=2), "holiday"),))
    decision = open_thread.decide(an_arrival(known=away))
    assert ("forward", ALICES) in sent(decision)
    assert decision.because.endswith("; Bob is away, so Alice Shaw takes it")


def test_when_everybody_is_away_the_promise_counts_from_the_return() -> None:
    back = MONDAY + timedelta(days=2)
    absences = tuple(Absence(key, back, "holiday") for key in ("bob", "alice", "sam", "anna"))
    decision = open_thread.decide(an_arrival(known=Known(absences=absences)))
    assert change(decision, Opened).thread.promise.due == datetime(2026, 11, 25, 13, 15, tzinfo=UTC)


QUIET = {
    "a newsletter": an_inbound(marks=Marks(list_mail=True)),
    "no-reply@": an_inbound(sender=Address("no-reply@shop.example")),
    "an auto-reply to nothing": an_inbound(marks=Marks(auto_submitted="auto-replied")),
    "a bounce of nothing": an_inbound(marks=Marks(report_type="delivery-status")),
    "a colleague outside any thread": a_staff_mail(),
}


@pytest.mark.parametrize("inbound", QUIET.values(), ids=QUIET.keys())
def test_where_nobody_waits_the_default_person_sees_it_and_nobody_is_promised_anything(inbound: Inbound) -> None:
    decision = open_thread.decide(an_arrival(inbound))
    assert sent(decision) == [("forward", ALICES)]
    thread = change(decision, Opened).thread
    assert (thread.status, thread.promise) == (ThreadStatus.CLOSED, None)
    forward = the(decision, "forward")
    assert isinstance(forward, Forward)
    assert forward.quiet is True


def test_our_own_letter_come_back_is_kept_and_causes_nothing() -> None:
    decision = open_thread.decide(an_arrival(an_inbound(marks=Marks(loops=("help.harris.example",)))))
    assert (decision.letters, decision.changes) == ((), ())
    assert decision.because == "it is our own letter come back"


def test_a_mail_nobody_can_read_reaches_a_person_as_it_came() -> None:
    mail = an_inbound(defect="too many parts", text="This message could not be read.", subject="")
    decision = open_thread.decide(an_arrival(mail))
    forward = the(decision, "forward")
    assert isinstance(forward, Forward)
    assert forward.raw_attached is True
    assert change(decision, Opened).thread.status is ThreadStatus.OURS
    assert [kind for kind, _ in sent(decision)] == ["forward"]


def test_the_seventh_automatic_letter_of_a_day_is_not_sent() -> None:
    decision = open_thread.decide(an_arrival(known=Known(counts=(("jane@customer.example", 6),))))
    assert sent(decision) == [("forward", BOBS)]


def test_who_complained_about_automatic_mail_gets_none() -> None:
    jane = Customer(JANE, "Jane Roe", MONDAY, no_automatic_letters=True, version=1)
    assert sent(open_thread.decide(an_arrival(known=known(customer=jane)))) == [("forward", BOBS)]


def test_the_message_keeps_the_first_words_and_the_reason() -> None:
    entry = change(open_thread.decide(an_arrival()), Recorded).message
    assert entry.snippet == "Hello, our boiler (Vita 30) is leaking since this morning. Jane Roe"
    assert entry.because == 'it is about Repairs ("boiler", "leaking"), and Bob Harris answers those'
