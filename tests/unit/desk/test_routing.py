"""Who answers, and why that person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.desk.decision import Known
from chalicelib.desk.model import Absence, Address, Customer, Reading
from chalicelib.desk.routing import Assignment, Enquiry, assign
from chalicelib.desk.team import Category, RoutingRule, Team
from tests.builders import ALICE, BOB, MONDAY, SAM, a_team, an_inbound, known

JANE = Customer("jane@customer.example", "Jane Roe", MONDAY, helped_by="sam", version=1)
NOTHING = Known()
REPAIR = Reading("repairs", ("boiler",))


def route(reading: Reading = REPAIR, team: Team | None = None, known: Known = NOTHING, **over: Any) -> Assignment:
    team = team or a_team()
    return assign(Enquiry(an_inbound(**over), reading, known, team.mailboxes[0], team), MONDAY)


RULES = {
    "by address": (RoutingRule("sam", from_addresses=("jane@customer.example",)), "mail from jane@customer.example"),
    "by domain": (RoutingRule("sam", from_addresses=("@customer.example",)), "mail from customer.example"),
    "by mailbox": (RoutingRule("sam", mailboxes=("support",)), "mail to support@harris.example"),
    "by subject": (RoutingRule("sam", subject_contains=("leaking",)), '"leaking"'),
    "by words": (RoutingRule("sam", text_contains=("Vita 30",)), '"Vita 30"'),
    "all conditions": (
        RoutingRule("sam", from_addresses=("@customer.example",), text_contains=("boiler", "sink")),
        'mail from customer.example and "boiler"',
    ),
}


@pytest.mark.parametrize(("rule", "why"), RULES.values(), ids=RULES.keys())
def test_a_rule_of_the_firm_decides_and_says_why(rule: RoutingRule, why: str) -> None:
    found = route(team=a_team(routing=(rule,)))
    assert (found.owner, found.because) == (SAM, f"a rule of the firm: {why} goes to Sam Okafor")


NO_MATCH = {
    "another address": RoutingRule("sam", from_addresses=("tom@customer.example",)),
    "another domain": RoutingRule("sam", from_addresses=("@omer.example",)),
    "another mailbox": RoutingRule("sam", mailboxes=("accounts",)),
    "part of a word": RoutingRule("sam", subject_contains=("leak",)),
    "one condition of two": RoutingRule("sam", mailboxes=("support",), text_contains=("sink",)),
    "a person who left": RoutingRule("zoe", mailboxes=("support",)),
}


@pytest.mark.parametrize("rule", NO_MATCH.values(), ids=NO_MATCH.keys())
def test_a_rule_that_does_not_hold_is_passed_over(rule: RoutingRule) -> None:
    assert route(team=a_team(routing=(rule,))).owner == BOB


def test_the_first_rule_that_holds_wins() -> None:
    rules = (RoutingRule("sam", mailboxes=("support",)), RoutingRule("anna", mailboxes=("support",)))
    assert route(team=a_team(routing=rules)).owner == SAM


def test_a_rule_may_name_the_category_and_leave_the_person_to_it() -> None:
    found = route(team=a_team(routing=(RoutingRule("", category="billing", mailboxes=("support",)),)))
    assert (found.owner, found.category) == (ALICE, "billing")


def test_who_helped_last_comes_before_rules_and_categories() -> None:
    rule = RoutingRule("anna", mailboxes=("support",))
    found = route(team=a_team(routing=(rule,)), known=known(customer=JANE))
    assert (found.owner, found.because) == (SAM, "Sam Okafor helped this customer last")


def test_what_is_urgent_comes_before_everything() -> None:
    found = route(Reading(urgent_words=("smell gas",)), known=known(customer=JANE))
    assert (found.owner.key, found.urgent) == ("anna", True)
    assert found.because == 'it is urgent ("smell gas"), and Anna Harris covers what cannot wait'


def test_without_urgent_cover_urgent_mail_takes_the_ordinary_way() -> None:
    assert route(Reading("repairs", ("boiler",), ("burst",)), team=a_team(urgent=None)).owner == BOB


def test_when_nothing_decides_the_mailboxs_default_person_answers() -> None:
    found = route(Reading())
    assert found.because == "nothing else decided, and Alice Shaw answers what comes to support@harris.example"


def test_a_helper_who_left_is_not_looked_for() -> None:
    assert route(known=known(customer=replace(JANE, helped_by="zoe"))).owner == BOB


def away(*keys: str) -> Known:
    return Known(absences=tuple(Absence(key, MONDAY + timedelta(days=1), "away") for key in keys))


def test_two_people_who_cover_each_other_and_are_both_away_leave_it_to_whoever_is_there() -> None:
    people = (replace(BOB, cover="alice"), replace(ALICE, cover="bob"), SAM, a_team().principal)
    everybody = ("bob", "alice", "sam", "anna")
    assert route(team=a_team(people=people), known=away(*everybody)).owner.key == "bob"
    assert route(team=a_team(people=people), known=away("bob", "alice")).owner.key == "anna"


def test_a_cover_who_is_away_hands_over_to_theirs() -> None:
    found = route(Reading("bathrooms", ("shower",)), known=away("sam", "bob"))
    assert found.because.endswith("; Sam is away, so Alice Shaw takes it")


def test_who_is_back_is_not_away() -> None:
    assert route(known=Known(absences=(Absence("bob", MONDAY, "back"),))).owner == BOB


def test_a_sender_without_an_address_still_gets_somebody() -> None:
    assert route(sender=Address("")).owner == BOB


def always(*settling: str) -> Team:
    letters = Category("letters", "Letters", "sam", timedelta(hours=4), always=settling)
    return a_team(categories=(*a_team().categories, letters))


@pytest.mark.parametrize(
    ("settling", "over", "why"),
    [
        ("jane@customer.example", {}, "mail from jane@customer.example"),
        ("@customer.example", {}, "mail from customer.example"),
        ("INV-####", {"subject": "About inv-2207"}, '"inv-2207"'),
        ("ref *", {"fresh_text": "Our Ref\nK7Q3MD is late"}, '"Ref K7Q3MD"'),
        ("direct debit", {"fresh_text": "the direct debit"}, '"direct debit"'),
    ],
    ids=["an address", "a domain", "digits", "letters and digits", "words"],
)
def test_what_is_always_one_category_is_settled_first_and_says_so(
    settling: str, over: dict[str, Any], why: str
) -> None:
    found = route(REPAIR, always(settling), known(customer=JANE), **over)
    assert (found.owner, found.category) == (SAM, "letters")
    assert found.because == f"{why} is always Letters, and Sam Okafor answers those"


@pytest.mark.parametrize(
    ("settling", "subject"),
    [("INV-####", "INV-12345"), ("INV-####", "XINV-1234"), ("INV-####", "INV-12a4"), ("@stomer.example", "Boiler")],
    ids=["more digits", "part of a word", "no digit", "part of a domain"],
)
def test_what_fits_only_nearly_settles_nothing(settling: str, subject: str) -> None:
    assert route(REPAIR, always(settling), subject=subject, fresh_text="").owner == BOB


def test_what_is_urgent_comes_before_what_is_always_so() -> None:
    assert route(Reading(urgent_words=("smell gas",)), always("@customer.example")).owner.key == "anna"


def test_between_two_categories_the_default_person_hears_both() -> None:
    found = route(Reading(doubt=("repairs", "billing"), confidence=0.5))
    assert (found.owner, found.category) == (ALICE, "")
    assert found.because == (
        "it may be about Repairs or Billing, and Alice Shaw answers what comes to support@harris.example"
    )


def test_a_mail_like_one_that_was_moved_says_so() -> None:
    found = route(Reading("billing", ("paid",), category_like="the mail Anna moved there on 3 May"))
    assert (
        found.because == "it is about Billing (like the mail Anna moved there on 3 May), and Alice Shaw answers those"
    )


def test_a_category_without_a_telling_phrase_says_so() -> None:
    assert route(Reading("billing")).because == "it is about Billing, all in all, and Alice Shaw answers those"
