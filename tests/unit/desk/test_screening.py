"""What kind of inbound is this?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.desk.model import Address, Channel, Inbound, Kind, Marks, Verdicts
from chalicelib.desk.report import Report
from chalicelib.desk.screening import KINDS, MACHINES, as_form_post, no_answer_because, screen
from tests.builders import a_staff_mail, a_team, an_inbound, passing

INSTANCE = "help.harris.example"

MAILS = {
    "our own letter come back": (an_inbound(marks=Marks(loops=(INSTANCE,))), Kind.LOOP),
    "another byname's letter": (an_inbound(marks=Marks(loops=("help.other.example",))), Kind.CUSTOMER),
    "unreadable": (an_inbound(defect="too many parts"), Kind.OPAQUE),
    "a delivery report": (an_inbound(marks=Marks(report_type="delivery-status")), Kind.BOUNCE),
    "a bounce without any standard mark": (
        an_inbound(sender=Address("mailer-daemon@mx.example"), null_return_path=True),
        Kind.BOUNCE,
    ),
    "a report that a letter failed": (an_inbound(report=Report("failed")), Kind.BOUNCE),
    "a report that a letter is late": (an_inbound(report=Report("delayed")), Kind.DELAYED),
    "a report that a letter has arrived": (an_inbound(report=Report("relayed")), Kind.DELIVERED),
    "a complaint": (an_inbound(report=Report("complained")), Kind.COMPLAINT),
    "a complaint that cannot be read": (an_inbound(marks=Marks(report_type="feedback-report")), Kind.COMPLAINT),
    "a read receipt": (an_inbound(report=Report("displayed")), Kind.READ_RECEIPT),
    "a spam guard": (
        an_inbound(sender=Address("noreply@guard.example"), marks=Marks(says="challenge")),
        Kind.CHALLENGE,
    ),
    "a spam guard that calls it a report": (
        an_inbound(null_return_path=True, marks=Marks(says="challenge", report_type="delivery-status")),
        Kind.CHALLENGE,
    ),
    "a person on a list talks of spam guards": (
        an_inbound(marks=Marks(says="challenge", list_mail=True)),
        Kind.BULK,
    ),
    "an answer that somebody is away": (
        an_inbound(marks=Marks(says="absence", suppress="all")),
        Kind.OUT_OF_OFFICE,
    ),
    "Jane writes that Bob is out of the office": (an_inbound(marks=Marks(says="absence")), Kind.CUSTOMER),
    "an automatic answer with nothing but a precedence": (
        an_inbound(marks=Marks(says="automatic", precedence="junk")),
        Kind.AUTOMATIC,
    ),
    "Jane's mail, which Exchange redirected and marked": (
        an_inbound(marks=Marks(auto_submitted="auto-generated", redirected=True)),
        Kind.CUSTOMER,
    ),
    "a redirected automatic answer": (
        an_inbound(marks=Marks(auto_submitted="auto-replied", redirected=True)),
        Kind.AUTOMATIC,
    ),
    "an automatic answer": (an_inbound(marks=Marks(auto_submitted="auto-replied")), Kind.AUTOMATIC),
    "Auto-Submitted: no is a person": (an_inbound(marks=Marks(auto_submitted="no")), Kind.CUSTOMER),
    "X-Autoreply": (an_inbound(marks=Marks(autoreply=True)), Kind.AUTOMATIC),
    "an empty return path": (an_inbound(null_return_path=True), Kind.AUTOMATIC),
    "from our own mailbox": (an_inbound(sender=Address("support@harris.example")), Kind.AUTOMATIC),
    "a mailing list": (an_inbound(marks=Marks(list_mail=True)), Kind.BULK),
    "Precedence: bulk": (an_inbound(marks=Marks(precedence="bulk")), Kind.BULK),
    "no-reply@": (an_inbound(sender=Address("no-reply@shop.example")), Kind.NO_REPLY),
    "donotreply+17@": (an_inbound(sender=Address("donotreply+17@shop.example")), Kind.NO_REPLY),
    "SES's simulator plays a customer": (an_inbound(sender=Address("bounce@simulator.amazonses.com")), Kind.CUSTOMER),
    "noreen@ is a person": (an_inbound(sender=Address("noreen@shop.example")), Kind.CUSTOMER),
    "Bob": (a_staff_mail(), Kind.STAFF),
    "somebody types Bob's address into the form": (a_staff_mail(channel=Channel.FORM), Kind.CUSTOMER),
    "a wish for no automatic answer is a person": (an_inbound(marks=Marks(suppress="all")), Kind.CUSTOMER),
    "Jane": (an_inbound(), Kind.CUSTOMER),
}


@pytest.mark.parametrize(("inbound", "expected"), MAILS.values(), ids=MAILS.keys())
def test_the_first_rule_that_holds_says_what_it_is(inbound: Inbound, expected: Kind) -> None:
    assert screen(inbound, a_team(), INSTANCE) is expected


def test_every_kind_has_its_treatment() -> None:
    assert set(KINDS) == set(Kind)


@pytest.mark.parametrize("kind", [Kind.STAFF, Kind.BULK, Kind.NO_REPLY, Kind.OPAQUE, *sorted(MACHINES)])
def test_a_robot_gets_no_letter_but_a_person_sees_its_mail(kind: Kind) -> None:
    assert KINDS[kind].acknowledgement is False
    assert KINDS[kind].forward is True


WORDPRESS = an_inbound(
    sender=Address("wordpress@harris.example", "Website"),
    reply_to=(Address("jane@customer.example", "Jane Roe"),),
    envelope_from="wordpress@harris.example",
    verdicts=passing("harris.example"),
    marks=Marks(auto_submitted="auto-generated"),
)


def test_the_websites_own_mail_is_the_visitors_form_post() -> None:
    post = as_form_post(WORDPRESS, a_team())
    assert (post.channel, post.sender.email, post.sender_certain) == (Channel.FORM, "jane@customer.example", False)
    assert screen(post, a_team(), INSTANCE) is Kind.CUSTOMER


def test_a_forged_website_mail_speaks_for_nobody() -> None:
    forged = replace(WORDPRESS, verdicts=Verdicts(), marks=Marks())
    assert as_form_post(forged, a_team()) is forged
    assert no_answer_because(forged, a_team()) == "the address is one of our own"


def test_a_wish_for_no_automatic_answer_is_respected() -> None:
    mail = an_inbound(marks=Marks(suppress="dr, autoreply"))
    assert no_answer_because(mail, a_team()) == "their mail asks for no automatic answer"


def test_what_a_mailbox_marked_on_its_way_gets_no_automatic_answer() -> None:
    mail = an_inbound(marks=Marks(auto_submitted="auto-generated", redirected=True))
    assert no_answer_because(mail, a_team()) == "a mailbox on its way marked it as automatic"
