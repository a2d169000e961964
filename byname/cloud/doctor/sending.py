"""May this account send, how much, at which price; do SES's reports come back; does SES refuse one of our own people?

Source: SES API v2 reference: GetAccount, PutAccountPricingAttributes, GetConfigurationSetEventDestinations; SES
developer guide, "Moving out of the sandbox", "Sending review process", "Suppression list".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from byname.cloud.desk_now import events_alive_at
from byname.cloud.doctor.finding import Finding, broken, warn, well
from byname.cloud.doctor.place import Place
from chalicelib.desk.team import Team

EVENTS = frozenset(("SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "REJECT", "DELIVERY_DELAY"))
_NEARLY_ALL = 0.8
_SILENT_FOR = timedelta(hours=24)
_SANDBOX = "`byname deploy --production-access` asks AWS for it; the answer takes about a day."


@dataclass(frozen=True, slots=True)
class SesAccount:
    """What GetAccount says."""

    production: bool = True
    sending: bool = True
    enforcement: str = "HEALTHY"
    """HEALTHY, PROBATION or SHUTDOWN."""
    review: str = ""
    """PENDING, GRANTED, DENIED, FAILED; empty when production was never asked for."""
    per_day: float = 50_000
    """Letters in 24 hours; negative: as many as you like."""
    sent: float = 0
    plan: str = "NONE"
    """NONE is pay by use; empty when this boto3 cannot ask."""
    next_plan: str = ""


def account_of(place: Place) -> SesAccount:
    client = place.client("sesv2")
    return place.once("SES account", lambda: _account(client.get_account()))


def _account(answer: Mapping[str, Any]) -> SesAccount:
    quota, pricing = answer.get("SendQuota", {}), answer.get("PricingAttributes", {})
    return SesAccount(
        production=bool(answer.get("ProductionAccessEnabled")),
        sending=bool(answer.get("SendingEnabled")),
        enforcement=answer.get("EnforcementStatus", ""),
        review=answer.get("Details", {}).get("ReviewDetails", {}).get("Status", ""),
        per_day=quota.get("Max24HourSend", -1),
        sent=quota.get("SentLast24Hours", 0),
        plan=pricing.get("CurrentPlan", ""),
        next_plan=pricing.get("NextPlan", ""),
    )


def judge_sandbox(ses: SesAccount) -> Iterator[Finding]:
    if ses.production:
        yield well("SES lets this account write to everybody (production access)")
    elif ses.review == "PENDING":
        yield warn(
            "SES's sandbox: until AWS grants production access, letters reach verified addresses only; it is asked for",
            "Wait: AWS answers within a day or so, by mail to the account's owner and in the Support Center.",
        )
    elif ses.review in ("DENIED", "FAILED"):
        yield broken(
            "SES's sandbox: AWS did not grant production access, so customers get no letters",
            "Answer AWS's case in the Support Center: you write to people who wrote to you, and to nobody else.",
        )
    else:
        yield broken(
            "SES's sandbox: neither customers nor staff get letters unless their address is verified", _SANDBOX
        )


def judge_health(ses: SesAccount) -> Iterator[Finding]:
    match ses.enforcement:
        case "HEALTHY" | "":
            pass
        case "PROBATION":
            yield warn(
                "AWS has this account's sending under review", "Answer AWS's mail about it before sending stops."
            )
        case other:
            yield broken(
                f"AWS has stopped this account's sending ({other.lower()})", "Answer AWS's case in the Support Center."
            )
    if not ses.sending:
        yield broken(
            "Sending is paused for this account, so no letter leaves; none is lost",
            "If nobody meant to, switch it on again:",
            "aws sesv2 put-account-sending-attributes --sending-enabled",
        )
    elif ses.enforcement in ("HEALTHY", ""):
        yield well("SES sends for this account")


def judge_quota(ses: SesAccount) -> Iterator[Finding]:
    if ses.per_day < 0:
        yield well("SES sets no daily limit for this account")
        return
    said = f"{ses.sent:,.0f} of {ses.per_day:,.0f} letters a day are used"
    more = "Service Quotas console, Amazon SES, Sending quota: ask for more."
    if ses.sent >= ses.per_day:
        yield broken(f"{said}: further letters wait", more)
    elif ses.sent >= _NEARLY_ALL * ses.per_day:
        yield warn(f"{said}", more)
    else:
        yield well(said)


def judge_plan(ses: SesAccount) -> Iterator[Finding]:
    """A la carte costs 0.10 USD for 1,000 letters, Essentials 0.16; accounts made since 21 July 2026 start with it."""
    soon = f" (from next month: {ses.next_plan.capitalize()})" if ses.next_plan not in ("", ses.plan) else ""
    mend = "If you use nothing else of that plan, pay by use from next month on:"
    command = "aws sesv2 put-account-pricing-attributes --plan NONE"
    match ses.plan:
        case "NONE":
            yield well(f"SES is paid by use: 0.10 USD for 1,000 letters{soon}")
        case "":
            yield well("This boto3 cannot ask for SES's price plan; the SES console shows it")
        case "ESSENTIALS" if ses.next_plan != "NONE":
            yield warn("SES's plan is Essentials: 0.16 USD for 1,000 letters instead of 0.10", mend, command)
        case plan if ses.next_plan != "NONE":
            yield warn(
                f"SES's plan is {plan.capitalize()}, which has a monthly price that byname does not need", mend, command
            )
        case plan:
            yield well(f"SES's plan is {plan.capitalize()} until the month ends, then paid by use")


# --- SES's reports -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reports:
    """What the configuration set tells us, and what came of it."""

    sends: bool
    wanted: frozenset[str]
    """Events that reach our topic."""
    last_at: datetime | None
    sent_today: float
    now: datetime


def reports_of(place: Place) -> Reports:
    stack, client = place.stack, place.client("sesv2")
    name, topic = stack.output("ConfigurationSet"), stack.output("EventsTopicArn")
    sends = (
        client.get_configuration_set(ConfigurationSetName=name).get("SendingOptions", {}).get("SendingEnabled", True)
    )
    found = client.get_configuration_set_event_destinations(ConfigurationSetName=name).get("EventDestinations", ())
    ours = (one for one in found if one.get("Enabled") and one.get("SnsDestination", {}).get("TopicArn") == topic)
    wanted = frozenset(event for one in ours for event in one.get("MatchingEventTypes", ()))
    place.client("dynamodb")
    last = events_alive_at(place.account, stack.output("TableName"))
    return Reports(bool(sends), wanted, last, account_of(place).sent, place.now)


def judge_reports(reports: Reports) -> Iterator[Finding]:
    if not reports.sends:
        yield broken("The stack's configuration set may not send, so no letter leaves", "Run `byname deploy` again.")
    missing = sorted(EVENTS - reports.wanted)
    if missing:
        words = ", ".join(event.lower().replace("_", " ") for event in missing)
        yield broken(f"SES does not tell byname of: {words}. Bounces would go unheard", "Run `byname deploy` again.")
        return
    silent = reports.last_at is None or reports.last_at < reports.now - _SILENT_FOR
    if silent and reports.sent_today:
        yield warn(
            "SES sent letters today and its reports did not come back",
            "Look at the feedback queue below; `byname selftest` finds where they stop.",
        )
    else:
        yield well("SES reports what becomes of letters")


# --- the suppression list ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Our own people's addresses that SES refuses to write to: address → BOUNCE or COMPLAINT."""

    people: Mapping[str, str]
    """Address → whose it is."""
    reasons: Mapping[str, str]


def suppressed_of(place: Place) -> Suppressed:
    people = addresses_of(place.team)
    client, reasons, more = place.client("sesv2"), dict[str, str](), dict[str, str]()
    while True:
        answer = client.list_suppressed_destinations(PageSize=1000, **more)
        for each in answer.get("SuppressedDestinationSummaries", ()):
            if each["EmailAddress"].lower() in people:
                reasons[each["EmailAddress"].lower()] = each["Reason"]
        if not answer.get("NextToken"):
            return Suppressed(people, reasons)
        more = {"NextToken": answer["NextToken"]}


def addresses_of(team: Team) -> dict[str, str]:
    return {address: person.name for person in team.people for address in person.addresses}


def judge_suppressed(found: Suppressed) -> Iterator[Finding]:
    if not found.reasons:
        yield well("SES writes to everybody who answers")
    for address, reason in sorted(found.reasons.items()):
        why = "a letter came back from there" if reason == "BOUNCE" else "one was marked as spam there"
        yield broken(
            f"SES drops every letter to {address} ({found.people[address]}), because {why}",
            "See that the address is right, then:",
            f"aws sesv2 delete-suppressed-destination --email-address {address}",
        )
