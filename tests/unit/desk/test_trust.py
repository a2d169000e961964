"""Whose is it really: only the provider's verdicts count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.desk.model import Address, Channel, Inbound, Trust, Verdict, Verdicts
from chalicelib.desk.trust import is_aligned, proven_staff, trust_of, warnings
from tests.builders import BOB, PASSES, SAM, a_staff_mail, a_team, an_inbound

GRAY = replace(PASSES, dmarc=Verdict.GRAY)
NO_DKIM = replace(GRAY, dkim_domains=())

TRUST = {
    "DMARC passes": (an_inbound(), Trust.VERIFIED),
    "no policy, but the domain signed it": (an_inbound(verdicts=GRAY), Trust.VERIFIED),
    "no policy, a parent domain signed it": (
        an_inbound(sender=Address("jane@mail.customer.example"), verdicts=GRAY),
        Trust.VERIFIED,
    ),
    "no policy, somebody else signed it": (
        an_inbound(verdicts=replace(GRAY, spf=Verdict.FAIL, dkim_domains=("list.example",))),
        Trust.UNVERIFIED,
    ),
    "no policy, not signed, but the server may send for it": (an_inbound(verdicts=NO_DKIM), Trust.VERIFIED),
    "no policy, not signed, another envelope": (
        an_inbound(verdicts=NO_DKIM, envelope_from="bounces@mailer.example"),
        Trust.UNVERIFIED,
    ),
    "DMARC fails": (an_inbound(verdicts=replace(PASSES, dmarc=Verdict.FAIL)), Trust.FAILING),
    "spam": (an_inbound(verdicts=replace(PASSES, spam=Verdict.FAIL)), Trust.FAILING),
    "virus": (an_inbound(verdicts=replace(PASSES, virus=Verdict.FAIL)), Trust.FAILING),
    "no verdicts at all": (an_inbound(verdicts=Verdicts()), Trust.UNVERIFIED),
    "two From lines": (an_inbound(sender_certain=False), Trust.UNVERIFIED),
    "a form post": (an_inbound(channel=Channel.FORM), Trust.UNVERIFIED),
}


@pytest.mark.parametrize(("inbound", "expected"), TRUST.values(), ids=TRUST.keys())
def test_trust_comes_from_the_providers_verdicts_alone(inbound: Inbound, expected: Trust) -> None:
    assert trust_of(inbound) is expected


@pytest.mark.parametrize(
    ("proven", "claimed", "expected"),
    [
        ("customer.example", "customer.example", True),
        ("customer.example", "mail.customer.example", True),
        ("mail.customer.example", "customer.example", False),
        ("omer.example", "customer.example", False),
        ("example", "customer.example", False),
        ("", "customer.example", False),
    ],
)
def test_a_domain_vouches_for_itself_and_what_is_below_it(proven: str, claimed: str, expected: bool) -> None:
    assert is_aligned(proven, claimed) is expected


def test_bob_is_bob_from_his_phones_address_too() -> None:
    mail = a_staff_mail(
        sender=Address("bob.harris@phone.example"), verdicts=replace(PASSES, dkim_domains=("phone.example",))
    )
    assert proven_staff(mail, a_team()) is BOB


NOT_STAFF = {
    "another server signed it": a_staff_mail(verdicts=replace(PASSES, dkim_domains=("evil.example",))),
    "only SPF passes": a_staff_mail(verdicts=replace(PASSES, dkim=Verdict.NONE, dkim_domains=())),
    "DMARC fails": a_staff_mail(verdicts=replace(PASSES, dmarc=Verdict.FAIL, dkim_domains=("harris.example",))),
    "no verdicts": a_staff_mail(verdicts=Verdicts()),
    "two From lines": a_staff_mail(sender_certain=False),
    "a form says it is Bob": a_staff_mail(channel=Channel.FORM),
    "a customer": an_inbound(),
}


@pytest.mark.parametrize("inbound", NOT_STAFF.values(), ids=NOT_STAFF.keys())
def test_nobody_is_a_colleague_without_an_aligned_signature(inbound: Inbound) -> None:
    assert proven_staff(inbound, a_team()) is None


def test_spf_does_alone_only_for_people_whose_settings_say_so() -> None:
    sam = replace(SAM, spf_alone=True)
    mail = a_staff_mail(SAM, verdicts=replace(PASSES, dkim=Verdict.NONE, dkim_domains=()))
    assert proven_staff(mail, a_team(people=(BOB, sam))) is sam


def test_a_mail_its_domain_disowns_says_so_on_the_card() -> None:
    mail = an_inbound(verdicts=replace(PASSES, dmarc=Verdict.FAIL))
    assert warnings(mail) == ("This may be forged: customer.example says it did not send it.",)


def test_a_foreign_reply_to_is_shown_and_not_followed() -> None:
    mail = an_inbound(reply_to=(Address("mallory@elsewhere.example"),))
    assert warnings(mail) == (
        "They ask for answers at another address: mallory@elsewhere.example. Your reply goes to the sender.",
    )
