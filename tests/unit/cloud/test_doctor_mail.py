"""What the doctor says of the mail around byname: the staff's own domains, the forwarding, the receipt rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from byname.cloud.doctor.finding import Finding, State
from byname.cloud.doctor.providers import PROVIDERS, UNKNOWN, Provider, is_ses, provider_of
from byname.cloud.doctor.receiving import (
    Forwarding,
    Forwardings,
    TheRule,
    Whose,
    judge_forwarding,
    judge_region,
    judge_rule,
)
from byname.cloud.doctor.staff_mail import StaffDomain, judge_staff, people_by_domain, read_domain
from byname.cloud.receiving import RuleSet, our_rule
from tests.builders import BOB, a_team

WELL, WARN, BROKEN = State.WELL, State.WARN, State.BROKEN
GOOGLE, MICROSOFT = PROVIDERS[0], PROVIDERS[1]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


# --- providers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mx", "name"),
    [
        (("1 aspmx.l.google.com", "5 alt1.aspmx.l.google.com"), "Google Workspace"),
        (("1 smtp.google.com",), "Google Workspace"),
        (("0 acme-example.mail.protection.outlook.com",), "Microsoft 365"),
        (("0 acme-example.o-v1.mx.microsoft",), "Microsoft 365"),
        (("10 mx01.mail.icloud.com",), "iCloud"),
        (("10 mx.zoho.eu",), "Zoho Mail"),
        (("10 in1-smtp.messagingengine.com",), "Fastmail"),
        (("10 mail.protonmail.ch",), "Proton"),
        (("10 mx00.ionos.co.uk",), "your mail provider"),
        (("10 mx.notgoogle.com",), "your mail provider"),
        ((), "your mail provider"),
    ],
)
def test_providers_are_known_by_their_servers(mx: tuple[str, ...], name: str) -> None:
    assert provider_of(mx).name == name


def test_ses_itself_is_known_by_its_server() -> None:
    assert is_ses(("10 inbound-smtp.eu-west-1.amazonaws.com",))
    assert not is_ses(("10 mx.amazonaws.com.attacker.example",))


# --- the staff's own domains -------------------------------------------------------------------------------------

SIGNED = StaffDomain("harris.example", ("Bob Harris",), signs_as="google", dmarc="v=DMARC1; p=none")


@pytest.mark.parametrize(
    ("domain", "state", "words"),
    [
        (StaffDomain("gmail.com", ("Bob",)), WELL, "gmail.com signs its users' mail, so replies of Bob are believed"),
        (SIGNED, WELL, "harris.example has a DKIM key (google), so replies of Bob Harris are believed"),
        (replace(SIGNED, dmarc=""), WARN, "it has no DMARC policy, so that anybody may write in their name to others"),
        (
            StaffDomain("harris.example", ("Bob", "Al"), provider=GOOGLE, may_have_others=False),
            BROKEN,
            "does not sign its mail (no DKIM), so replies of Bob and Al would be held",
        ),
        (StaffDomain("x.example", ("Bob",), provider=GOOGLE), BROKEN, "does not sign its mail (no DKIM)"),
        (StaffDomain("x.example", ("Bob",)), WARN, "I find no DKIM key of x.example; if mail from there is not signed"),
        (StaffDomain("x.example", ("Bob",), may_have_others=True), WARN, "under names I cannot guess"),
        (StaffDomain("x.example", ("Bob",), may_have_others=False), BROKEN, "does not sign its mail (no DKIM)"),
        (
            StaffDomain("x.example", ("Bob",), ("Bob",), spf="v=spf1 -all"),
            WARN,
            "Replies from x.example are believed by SPF alone: whoever shares its servers could write as Bob",
        ),
        (StaffDomain("x.example", ("Bob",), ("Bob",)), BROKEN, "has no SPF record, so spf_alone proves nothing"),
        (StaffDomain("x.example", ("Bob", "Al"), ("Bob",), spf="v=spf1"), WARN, "I find no DKIM key"),
        (StaffDomain("x.example", ("Bob",), answered=False), WARN, "Nobody answers for the records of x.example"),
    ],
)
def test_whether_replies_will_be_believed(domain: StaffDomain, state: State, words: str) -> None:
    [finding] = judge_staff((domain,))
    assert (finding.state, words in finding.words) == (state, True), finding.words
    assert bool(finding.mend) == (state is not WELL)


@pytest.mark.parametrize(("provider", "where"), [(GOOGLE, "Google Admin console"), (MICROSOFT, "Microsoft Defender")])
def test_the_mend_names_where_to_click(provider: Provider, where: str) -> None:
    [finding] = judge_staff((StaffDomain("x.example", ("Bob",), provider=provider),))
    assert finding.mend.startswith(where)
    assert "spf_alone = true" in finding.mend


def answers(**found: tuple[str, ...] | None) -> Mapping[tuple[str, str], tuple[str, ...] | None]:
    """DNS as it answers for harris.example; nothing for all else."""

    class Everything(dict[tuple[str, str], Any]):
        def __missing__(self, question: tuple[str, str]) -> tuple[str, ...]:
            return ()

    names = {
        "mx": ("harris.example", "MX"),
        "txt": ("harris.example", "TXT"),
        "dmarc": ("_dmarc.harris.example", "TXT"),
    }
    names["google"] = ("google._domainkey.harris.example", "TXT")
    return Everything({names[name]: values for name, values in found.items()})


def test_what_dns_says_of_a_domain_is_read() -> None:
    found = read_domain(
        "harris.example",
        (BOB,),
        answers(
            mx=("1 smtp.google.com",),
            txt=("google-site-verification=1", "v=spf1 include:_spf.google.com ~all"),
            dmarc=("v=DMARC1; p=reject",),
            google=("v=DKIM1; k=rsa; p=MIIB",),
        ),
    )
    assert (found.provider, found.signs_as, found.spf, found.dmarc, found.answered) == (
        *(GOOGLE, "google", "v=spf1 include:_spf.google.com ~all", "v=DMARC1; p=reject", True),
    )


@pytest.mark.parametrize(
    ("text", "selector"),
    [("k=rsa; p=MIIB", "google"), ("v=DKIM1; p=", ""), ("v=DMARC1; p=none", ""), ("v=spf1 -all", "")],
)
def test_only_a_key_in_force_is_a_key(text: str, selector: str) -> None:
    assert read_domain("harris.example", (BOB,), answers(google=(text,))).signs_as == selector


def test_a_name_server_that_is_silent_proves_nothing() -> None:
    assert not read_domain("harris.example", (BOB,), answers(mx=None)).answered


def test_everybody_is_listed_under_each_domain_they_write_from() -> None:
    found = people_by_domain(a_team())
    assert {domain: [person.key for person in people] for domain, people in found.items()} == {
        "harris.example": ["bob", "alice", "sam", "anna"],
        "phone.example": ["bob"],
    }


# --- forwarding --------------------------------------------------------------------------------------------------

BOX = Forwarding("support@harris.example", "support@help.harris.example", GOOGLE, False, True, NOW, "today at 09:00")


@pytest.mark.parametrize(
    ("box", "state", "words"),
    [
        (BOX, WELL, "Mail to support@harris.example reaches byname; the last came today at 09:00"),
        (replace(BOX, last_at=None), WARN, "No mail to support@harris.example has reached byname yet"),
        (
            replace(BOX, last_at=NOW - timedelta(days=20), last_words="on 3 November"),
            WARN,
            "the last came on 3 November",
        ),
        (replace(BOX, has_mx=False), BROKEN, "harris.example has no MX record"),
    ],
)
def test_the_forwarding_of_the_public_address(box: Forwarding, state: State, words: str) -> None:
    [finding] = judge_forwarding(Forwardings((box,), NOW))
    assert (finding.state, words in finding.words) == (state, True)


@pytest.mark.parametrize("provider", [*PROVIDERS, UNKNOWN], ids=lambda provider: provider.name)
def test_the_mend_says_exactly_what_to_forward_where(provider: Provider) -> None:
    [finding] = judge_forwarding(Forwardings((replace(BOX, provider=provider, last_at=None),), NOW))
    assert "support@harris.example" in finding.mend
    assert "support@help.harris.example" in finding.mend
    assert "{" not in finding.mend + provider.sign


def test_mail_that_comes_straight_to_ses_needs_no_forwarding() -> None:
    [finding] = judge_forwarding(Forwardings((replace(BOX, carried_by_ses=True, last_at=None),), NOW))
    said = "It comes straight to SES. `byname selftest --public` sends it a mail and proves the way."
    assert finding.mend == said


# --- region and receipt rule -------------------------------------------------------------------------------------


def test_a_region_where_ses_receives_nothing() -> None:
    assert [finding.state for finding in judge_region(Whose("1", "eu-west-1"))] == [WELL]
    assert [finding.state for finding in judge_region(Whose("1", "eu-central-2"))] == [BROKEN]


OURS = our_rule("byname", ("help.harris.example",), "byname-mail", "arn:topic")
THEIRS = {"Name": "theirs", "Enabled": True, "Recipients": ["other.example"], "Actions": [{"StopAction": {}}]}
STORE = OURS["Actions"][0]["S3Action"]


def with_action(**changes: Any) -> dict[str, Any]:
    return {**OURS, "Actions": [{"S3Action": {**STORE, **changes}}]}


@pytest.mark.parametrize(
    ("name", "rules", "state", "words"),
    [
        pytest.param("mail", [OURS], WELL, "byname-store in the active rule set mail takes mail", id="all is well"),
        pytest.param("mail", [THEIRS, OURS], WELL, "takes mail for byname", id="beside another product's"),
        pytest.param("", [], BROKEN, "No receipt rule set is active in this region", id="none active"),
        pytest.param("theirs", [THEIRS], BROKEN, "rule set theirs does not have our rule byname-store", id="not there"),
        pytest.param("mail", [{**OURS, "Enabled": False}], BROKEN, "is switched off", id="switched off"),
        pytest.param(
            "mail",
            [{**OURS, "Recipients": ["x.example"]}],
            BROKEN,
            "takes no mail for help.harris.example",
            id="domain",
        ),
        pytest.param("mail", [with_action(BucketName="b")], BROKEN, "does not store mail in byname-mail/", id="bucket"),
        pytest.param("mail", [with_action(TopicArn="t")], BROKEN, "stores mail and tells nobody", id="topic"),
        pytest.param("mail", [{**OURS, "Actions": []}], BROKEN, "does not store mail in byname-mail/", id="no action"),
        pytest.param("mail", [{**OURS, "ScanEnabled": False}], BROKEN, "scanned for viruses and spam", id="no scan"),
        pytest.param(
            "mail",
            [{**THEIRS, "Recipients": []}, OURS],
            BROKEN,
            "A rule before ours stops its mail",
            id="behind a stop",
        ),
    ],
)
def test_the_receipt_rule(name: str, rules: list[dict[str, Any]], state: State, words: str) -> None:
    findings: list[Finding] = list(judge_rule(TheRule(OURS, RuleSet(name, tuple(rules)), ("help.harris.example",))))
    assert (findings[0].state, words in findings[0].words) == (state, True), findings


def test_another_rule_for_the_same_mail_is_mentioned_and_left_alone() -> None:
    beside = {**THEIRS, "Recipients": ["help.harris.example"], "Actions": []}
    findings = list(judge_rule(TheRule(OURS, RuleSet("mail", (OURS, beside)), ("help.harris.example",))))
    assert [finding.state for finding in findings] == [WELL, WARN]
    assert findings[1].words == "Other rules take the same mail: theirs"


def test_a_domain_without_mx_is_no_fault_of_the_forwarding() -> None:
    [finding] = judge_forwarding(Forwardings((replace(BOX, has_mx=False, last_at=None),), NOW))
    assert finding.mend.startswith("Your mail provider says which MX record to enter")
    assert BOX.receives_at not in finding.mend


def test_before_anything_is_clicked_the_self_test_proves_the_forwarding() -> None:
    [finding] = judge_forwarding(Forwardings((replace(BOX, provider=GOOGLE, last_at=None),), NOW))
    assert finding.mend.startswith(
        "`byname selftest --public` sends it a mail and proves the way. If none comes: Google"
    )
    assert "Change envelope recipient, Replace recipient" in finding.mend
