"""Which records there should be."""

from dataclasses import replace

import pytest

from byname.cloud.domains import Domains, domains_of
from byname.cloud.identity import Identity
from byname.cloud.records import Purpose, judge, questions, wanted
from chalicelib.desk.team import Mailbox
from tests.builders import a_team

KNOWN = Identity(
    "harris.example", exists=True, tokens=("one", "two", "three"), mail_from="bounce.harris.example", stack="byname"
)


def mailbox(address: str, receives_at: str) -> Mailbox:
    return Mailbox(address.partition("@")[0], address, receives_at, "alice")


def test_a_firms_domains_are_those_of_its_mailboxes_once_each() -> None:
    assert domains_of(a_team()) == Domains(("harris.example",), ("help.harris.example",))


def test_a_domain_stands_for_what_is_below_it_and_others_need_their_own_identity() -> None:
    boxes = (
        mailbox("support@harris.example", "support@help.harris.example"),
        mailbox("post@boilers.example", "post@mail.other.example"),
    )
    domains = domains_of(a_team(mailboxes=boxes))
    assert domains.identities == ("harris.example", "boilers.example", "mail.other.example")


def test_own_keys_need_no_names_from_ses_and_no_mail_from_needs_no_records() -> None:
    records = wanted(Domains(("harris.example",), ()), {"harris.example": replace(KNOWN, tokens=(), mail_from="")}, "x")
    assert [record.purpose for record in records] == [Purpose.DMARC]


def test_the_zone_that_ses_names_for_signatures_is_taken() -> None:
    known = {"harris.example": replace(KNOWN, dkim_zone="dkim.eu-south-1.example")}
    records = wanted(Domains(("harris.example",), ()), known, "eu-south-1")
    assert records[0].value == "one.dkim.eu-south-1.example"
    assert records[3].value == "10 feedback-smtp.eu-south-1.amazonses.com"


def test_where_mail_only_arrives_nothing_about_sending_is_needed() -> None:
    domains = Domains((), ("mail.other.example",))
    known = {"mail.other.example": replace(KNOWN, domain="mail.other.example", mail_from="")}
    assert {record.purpose for record in wanted(domains, known, "eu-west-1")} == {Purpose.DKIM, Purpose.RECEIVE}


@pytest.mark.parametrize("policy", ["v=DMARC1; p=reject", "V=DMARC1;p=none"])
def test_a_policy_of_the_domain_above_counts_for_those_below(policy: str) -> None:
    [record] = wanted(Domains(("support.harris.example",), ()), {}, "eu-west-1")
    seen: dict[tuple[str, str], tuple[str, ...] | None] = dict.fromkeys(questions([record]), ())
    seen["_dmarc.harris.example", "TXT"] = (policy,)
    assert judge(record, seen).note == "_dmarc.harris.example says it for this domain, too"
