"""Which thread does it belong to?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.desk import threads
from chalicelib.desk.model import Address, Customer, Inbound, Thread, ThreadSummary, Verdicts
from chalicelib.desk.signed_addresses import Purpose, write_address
from tests.builders import MONDAY, RING, a_staff_mail, a_team, a_thread, an_inbound, known

BOX = "support@help.harris.example"
JANES = a_thread()
OTHER = a_thread(id="00000other", customer="tom@other.example", owner="sam")


def address(purpose: Purpose, party: str, thread: Thread = JANES) -> str:
    return write_address(BOX, purpose, thread.id, party, RING)


def found_in(inbound: Inbound, *all_threads: Thread, **over: object) -> threads.Found | None:
    return threads.find(inbound, known(*all_threads, **over), a_team(), RING)


def test_janes_answer_to_her_reply_address_comes_to_her_thread() -> None:
    mail = an_inbound(recipients=(address(Purpose.CUSTOMER_REPLY, JANES.customer),), in_reply_to=("x@y",))
    found = found_in(mail, JANES)
    assert found is not None
    assert (found.thread.id, found.purpose, found.party) == (JANES.id, Purpose.CUSTOMER_REPLY, "jane@customer.example")


def test_the_address_may_be_in_bcc_because_only_the_envelope_counts() -> None:
    mail = an_inbound(recipients=(address(Purpose.CUSTOMER_REPLY, JANES.customer),), to=(), in_reply_to=("x@y",))
    assert found_in(mail, JANES) is not None
    only_shown = an_inbound(to=(Address(address(Purpose.CUSTOMER_REPLY, JANES.customer)),), in_reply_to=("x@y",))
    assert found_in(only_shown, JANES) is None


def test_a_mutated_address_is_no_address_and_no_error() -> None:
    forged = address(Purpose.CUSTOMER_REPLY, "mallory@elsewhere.example")
    assert found_in(an_inbound(recipients=(forged,), in_reply_to=("x@y",)), JANES) is None


def test_a_fresh_mail_to_an_address_from_the_address_book_is_a_new_matter() -> None:
    mail = an_inbound(recipients=(address(Purpose.CUSTOMER_REPLY, JANES.customer),), subject="New bathroom")
    assert found_in(mail, JANES) is None


def test_a_staff_address_names_the_colleague_it_was_made_for() -> None:
    found = found_in(a_staff_mail(recipients=(address(Purpose.STAFF_REPLY, "bob"),)), JANES)
    assert found is not None
    assert (found.purpose, found.party) == (Purpose.STAFF_REPLY, "bob")


def test_the_signed_address_wins_over_the_message_ids() -> None:
    mail = an_inbound(
        recipients=(address(Purpose.CUSTOMER_REPLY, JANES.customer),), in_reply_to=("theirs@other.example",)
    )
    found = found_in(mail, JANES, OTHER, by_message_id=(("theirs@other.example", OTHER.id),))
    assert found is not None
    assert found.thread.id == JANES.id


def test_references_are_tried_newest_first() -> None:
    mail = an_inbound(references=("old@a", "new@b"))
    found = found_in(mail, JANES, OTHER, by_message_id=(("old@a", OTHER.id), ("new@b", JANES.id)))
    assert found is not None
    assert found.thread.id == JANES.id


JANE = Customer(
    "jane@customer.example", "Jane Roe", MONDAY, threads=(ThreadSummary(JANES.id, "Boiler leaking", MONDAY, "bob"),)
)


def test_the_reference_in_the_subject_routes_janes_own_verified_mail() -> None:
    mail = an_inbound(subject=f"About {JANES.reference}")
    assert threads.named_in_subject(mail, known(customer=JANE)) == JANES.id
    found = found_in(mail, JANES, customer=JANE)
    assert found is not None
    assert found.thread.id == JANES.id


def test_the_reference_in_the_subject_routes_nobody_unverified() -> None:
    mail = an_inbound(subject=f"About {JANES.reference}", sender_certain=False)
    assert threads.named_in_subject(mail, known(customer=JANE)) == ""


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Re: AW: Boiler", "Boiler"),
        ("RE[2]: Boiler", "Boiler"),
        ("Fwd: Re: Boiler", "Boiler"),
        ("Regarding: boiler", "Regarding: boiler"),
        ("TR : Chaudière", "Chaudière"),
        ("", ""),
    ],
)
def test_reply_prefixes_of_many_clients_are_no_part_of_the_subject(subject: str, bare: str) -> None:
    assert threads.bare_subject(subject) == bare


@pytest.mark.parametrize(
    ("recipients", "mailbox"),
    [
        (("accounts@help.harris.example",), "accounts"),
        (("accounts@help.harris.example", "support@help.harris.example"), "support"),
        (("accounts@harris.example",), "accounts"),
        (("whatever@help.harris.example",), "support"),
        ((), "support"),
    ],
    ids=["the one it was sent to", "both: team.toml's order", "the shown address", "an unknown name", "nothing"],
)
def test_which_of_our_mailboxes_it_was_sent_to(recipients: tuple[str, ...], mailbox: str) -> None:
    assert threads.mailbox_of(an_inbound(recipients=recipients), a_team()).key == mailbox


def test_a_signed_address_says_the_mailbox_first() -> None:
    signed = write_address("accounts@help.harris.example", Purpose.CUSTOMER_REPLY, JANES.id, JANES.customer, RING)
    mail = an_inbound(recipients=("support@help.harris.example", signed))
    assert threads.mailbox_of(mail, a_team()).key == "accounts"


def test_the_last_of_references_is_answered_and_in_reply_to_only_after_it() -> None:
    mail = an_inbound(references=("first@id", "last@id"), in_reply_to=("first@id", "other@id"))
    assert threads.answered(mail) == ("last@id", "first@id", "other@id")


@pytest.mark.parametrize(
    ("subject", "earlier", "expected"),
    [
        ("Re: Boiler leaking", "Boiler leaking", True),
        ("AW: RE: boiler leaking", "Boiler leaking", True),
        ("回复: Boiler leaking", "Boiler leaking", True),
        ("Boiler leaking", "Boiler leaking", False),
        ("Re: Boiler", "Boiler leaking", False),
        ("Re:", "", False),
    ],
)
def test_re_and_the_very_subject_continue_a_matter(subject: str, earlier: str, expected: bool) -> None:
    assert threads.continues(subject, earlier) is expected


def test_janes_answer_that_lost_its_ids_comes_to_her_own_matter_by_its_subject() -> None:
    mail = an_inbound(subject="Re: Boiler leaking", message_id="jane-2@customer.example")
    assert threads.named_in_subject(mail, known(customer=JANE)) == JANES.id
    assert threads.named_in_subject(replace(mail, verdicts=Verdicts()), known(customer=JANE)) == ""
    assert threads.named_in_subject(replace(mail, subject="Boiler leaking"), known(customer=JANE)) == ""
    assert threads.named_in_subject(replace(mail, in_reply_to=("x@y",)), known(customer=JANE)) == ""
