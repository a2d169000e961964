"""A colleague hands on what is a customer's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.desk import dispatch
from chalicelib.desk.decision import (
    Acknowledgement,
    Decision,
    Forward,
    Heard,
    Notice,
    Opened,
    Recorded,
    Remembered,
    Topic,
)
from chalicelib.desk.forwarded import Forwarded, HandedOn
from chalicelib.desk.model import Address, Kind, Marks, Reading, Receipt, Thread, Trust, Verdicts
from chalicelib.desk.staff_reply import Said
from tests.builders import ALICE, MONDAY, a_staff_mail, a_thread, known
from tests.unit.desk.arrivals import an_arrival, change, sent, the

TOM = Address("tom@hill.example", "Tom Hill")
LETTER = Forwarded(
    TOM,
    subject="Boiler is loud",
    body="Our boiler makes a noise.",
    message_id="tom-1@hill.example",
    fingerprint="0123456789abcdef0123456789abcdef",
)
ABOUT_BOILERS = Reading(category="repairs", category_words=("boiler",))
ALICES = a_staff_mail(
    ALICE, to=(Address("support@harris.example"),), subject="Fwd: Boiler is loud", message_id="alice-1@harris.example"
)


def handed_on(letter: Forwarded = LETTER, mail: Any = ALICES, spoken: bool = False, **over: Any) -> Decision:
    more = {name: over.pop(name) for name in ("in_doubt", "came_as") if name in over}
    handed = HandedOn(letter, over.pop("reading", ABOUT_BOILERS), spoken, **more)
    return dispatch.decide(an_arrival(mail, **over), None, Said(), handed)


def test_the_thread_is_the_customers_and_the_colleague_is_credited() -> None:
    decision = handed_on()
    thread = change(decision, Opened).thread
    assert (thread.customer, thread.customer_name, thread.subject) == ("tom@hill.example", "Tom Hill", "Boiler is loud")
    assert thread.trust is Trust.UNVERIFIED
    assert decision.because.startswith("Alice Shaw passed it on; ")
    assert decision.kind is Kind.STAFF
    forward = the(decision, "forward")
    assert isinstance(forward, Forward)
    assert forward.card.credit == "Alice Shaw passed it on"


def test_it_goes_to_whoever_answers_such_matters_with_a_promise() -> None:
    decision = handed_on()
    thread = change(decision, Opened).thread
    assert thread.owner == "bob"
    assert thread.promise is not None
    assert thread.last_message_id == "tom-1@hill.example"


def test_the_customer_gets_the_fixed_letter_which_repeats_nothing() -> None:
    letter = the(handed_on(), "acknowledgement")
    assert isinstance(letter, Acknowledgement)
    assert (letter.to, letter.full) == (TOM.email, False)
    assert (letter.to_name, letter.subject, letter.in_reply_to, letter.references) == ("", "", "", ())


def test_the_customer_is_remembered_and_their_own_id_leads_here() -> None:
    decision = handed_on()
    assert change(decision, Remembered).customer.address == TOM.email
    heard = [each for each in decision.changes if isinstance(each, Heard)]
    thread_id = decision.receipt.thread_id
    assert heard == [Heard(each, TOM.email, thread_id) for each in ("tom-1@hill.example", LETTER.fingerprint)]


def test_a_second_copy_of_the_colleagues_mail_is_known_by_that_mail() -> None:
    assert handed_on().copy_of == ALICES.fingerprint


def test_what_a_rule_of_alices_mailbox_passes_on_gets_no_letter_of_a_machine() -> None:
    by_rule = replace(ALICES, marks=Marks(auto_submitted="auto-generated", redirected=True))
    assert sent(handed_on(mail=by_rule)) == [("forward", "bob@harris.example")]


def test_a_forged_colleague_hands_nothing_on() -> None:
    decision = handed_on(mail=replace(ALICES, verdicts=Verdicts()))
    assert change(decision, Opened).thread.customer == "alice@harris.example"
    assert ("acknowledgement", TOM.email) not in sent(decision)


UNCLEAR = {
    "no address": replace(LETTER, sender=Address("", "Tom Hill")),
    "an address beside another": replace(LETTER, sender_certain=False),
    "an address that takes no answers": replace(LETTER, sender=Address("no-reply@shop.example")),
}


@pytest.mark.parametrize("letter", UNCLEAR.values(), ids=UNCLEAR.keys())
def test_when_it_is_unclear_whose_it_is_the_colleague_is_asked(letter: Forwarded) -> None:
    decision = handed_on(letter)
    assert sent(decision) == [("notice", "alice@harris.example")]
    notice = the(decision, "notice")
    assert isinstance(notice, Notice)
    assert (notice.topic, notice.words) == (Topic.ASK_WHOSE, ALICES.fresh_text)
    assert decision.receipt.letters == (notice.key,)


THREAD: Thread = a_thread(customer=TOM.email)
BY_ITS_ID = known(THREAD, by_message_id=(("tom-1@hill.example", THREAD.id),))
CAME = Receipt("inbound/tom", MONDAY, Kind.CUSTOMER, "new", thread_id=THREAD.id)
HERE_ALREADY: dict[str, dict[str, Any]] = {
    "it came by itself": {"known": BY_ITS_ID, "came_as": CAME},
    "another colleague passed it on": {"known": known(THREAD, by_message_id=((LETTER.fingerprint, THREAD.id),))},
}


@pytest.mark.parametrize("here", HERE_ALREADY.values(), ids=HERE_ALREADY.keys())
def test_a_letter_that_is_here_already_is_noted_and_its_owner_named(here: dict[str, Any]) -> None:
    decision = handed_on(**here)
    notice = the(decision, "notice")
    assert isinstance(notice, Notice)
    assert (notice.to, notice.topic, notice.who) == ("alice@harris.example", Topic.HERE_ALREADY, "Bob Harris")
    assert change(decision, Recorded).message.note is True


@pytest.mark.parametrize("came_as", [None, replace(CAME, thread_id="another0id")])
def test_another_letter_under_an_id_that_is_here_is_a_new_matter_and_its_id_leads_nowhere(
    came_as: Receipt | None,
) -> None:
    decision = handed_on(known=BY_ITS_ID, came_as=came_as)
    thread = change(decision, Opened).thread
    assert (thread.id != THREAD.id, thread.last_message_id, thread.references) == (True, "", ())
    assert [each.message_id for each in decision.changes if isinstance(each, Heard)] == [LETTER.fingerprint]


MRS_JONES = Forwarded(Address("", "Mrs Jones"), subject="Call", body="Mrs Jones rang, 0161 496 0999, wants a quote")


def test_a_call_with_a_number_becomes_a_matter_and_no_letter_goes_to_nobody() -> None:
    decision = handed_on(MRS_JONES, spoken=True, reading=Reading(phone="0161 496 0999"))
    thread = change(decision, Opened).thread
    assert (thread.customer, thread.customer_name, thread.phone) == ("", "Mrs Jones", "0161 496 0999")
    assert thread.promise is not None
    forward = the(decision, "forward")
    assert isinstance(forward, Forward)
    assert (forward.card.phone, forward.card.credit) == ("0161 496 0999", "Alice Shaw took the call")


def test_who_spoke_to_a_colleague_gets_no_letter_of_a_machine() -> None:
    call = replace(MRS_JONES, sender=Address("jones@customer.example", "Mrs Jones"))
    decision = handed_on(call, spoken=True)
    assert [kind for kind, to in sent(decision) if to == "jones@customer.example"] == []


def test_a_call_from_somebody_nobody_can_reach_is_asked_about() -> None:
    assert sent(handed_on(MRS_JONES, spoken=True, reading=Reading())) == [("notice", "alice@harris.example")]


def test_when_several_may_have_rung_the_colleague_is_asked_whatever_the_number() -> None:
    reading = Reading(phone="0161 496 0999")
    decision = handed_on(MRS_JONES, spoken=True, in_doubt=True, reading=reading)
    assert sent(decision) == [("notice", "alice@harris.example")]


def test_what_alice_called_a_call_is_kept_for_colleagues_and_marked_as_theirs() -> None:
    decision = handed_on(MRS_JONES, spoken=True, reading=Reading(phone="0161 496 0999"))
    thread = change(decision, Opened).thread
    assert (thread.subject, thread.spoken) == ("Call", True)
    assert change(handed_on(), Opened).thread.spoken is False
