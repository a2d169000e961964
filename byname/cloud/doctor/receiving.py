"""The way in: a region that receives, our receipt rule, the forwarding of the public addresses, what came lately."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from byname.cloud import receiving as rules
from byname.cloud.account import RECEIVING_REGIONS
from byname.cloud.doctor.finding import Finding, broken, warn, well
from byname.cloud.doctor.place import NoStack, Place
from byname.cloud.doctor.providers import Provider, is_ses, provider_of
from byname.cloud.receiving import Rule, RuleSet
from byname.cloud.records import domains_of
from chalicelib.desk.team import Team
from chalicelib.mail import phrases

DEPLOY = "Run `byname deploy` again: it puts the rule right and touches nobody else's."
_LONG_AGO = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Whose:
    account: str
    region: str


def whose(place: Place) -> Whose:
    return Whose(place.account.id, place.account.region)


def judge_region(found: Whose) -> Iterator[Finding]:
    if found.region in RECEIVING_REGIONS:
        yield well(f"Account {found.account} in {found.region}, where SES receives mail")
    else:
        yield broken(
            f"SES receives no mail in {found.region}",
            f"Deploy to another region: --region {RECEIVING_REGIONS[4]}, for example.",
        )


# --- the receipt rule --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TheRule:
    """Our rule as it should be, and the rule set in force as it is."""

    wanted: Rule
    active: RuleSet
    domains: tuple[str, ...]


def rule_of(place: Place) -> TheRule:
    stack, domains = place.stack, domains_of(place.team).receiving
    wanted = rules.our_rule(place.stack_name, domains, stack.output("MailBucket"), stack.output("MailTopicArn"))
    place.client("ses")
    return TheRule(wanted, rules.active(place.account), domains)


def judge_rule(found: TheRule) -> Iterator[Finding]:
    """First what makes all else idle."""
    name, active = found.wanted["Name"], found.active
    is_there = active.rule(name)
    if not active.name:
        yield broken("No receipt rule set is active in this region, so SES takes no mail", DEPLOY)
    elif is_there is None:
        yield broken(
            f"The active rule set {active.name} does not have our rule {name}, so no mail reaches byname", DEPLOY
        )
    elif not is_there.get("Enabled"):
        yield broken(f"Our rule {name} is switched off", DEPLOY)
    elif faults := tuple(_faults(is_there, found)):
        yield from (broken(fault, DEPLOY) for fault in faults)
    else:
        yield from _judge_place(found)


def _faults(rule: Rule, found: TheRule) -> Iterator[str]:
    """Where the rule differs from what it should be."""
    takes = {each.lower() for each in rule.get("Recipients", ())}
    missing = [domain for domain in found.domains if domain not in takes]
    if missing:
        yield f"Our rule {rule['Name']} takes no mail for {', '.join(missing)}"
    [wanted] = (action["S3Action"] for action in found.wanted["Actions"])
    stores = next((action["S3Action"] for action in rule.get("Actions", ()) if "S3Action" in action), None)
    if stores is None or any(stores.get(part) != wanted[part] for part in ("BucketName", "ObjectKeyPrefix")):
        yield f"Our rule {rule['Name']} does not store mail in {wanted['BucketName']}/{wanted['ObjectKeyPrefix']}"
    elif stores.get("TopicArn") != wanted["TopicArn"]:
        yield f"Our rule {rule['Name']} stores mail and tells nobody: its topic is not the stack's"
    if not rule.get("ScanEnabled"):
        yield f"Our rule {rule['Name']} does not have mail scanned for viruses and spam"


def _judge_place(found: TheRule) -> Iterator[Finding]:
    joining = rules.joining(found.active, found.wanted)
    if joining.move:
        yield broken("A rule before ours stops its mail, so that it never reaches byname", DEPLOY)
    else:
        yield well(f"The rule {found.wanted['Name']} in the active rule set {found.active.name} takes mail for byname")
    if joining.beside:
        yield warn(
            f"Other rules take the same mail: {', '.join(joining.beside)}",
            "See in the SES console that they are meant to; byname never touches them.",
        )


# --- forwarding, and what came -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Forwarding:
    """One public address: who carries its mail, and when byname last got some of it."""

    address: str
    receives_at: str
    provider: Provider
    carried_by_ses: bool
    """Its MX is SES itself: nothing has to be forwarded."""
    has_mx: bool
    last_at: datetime | None
    """None: never, or the table could not be read."""
    last_words: str = ""
    """`today at 09:07`."""


@dataclass(frozen=True, slots=True)
class Forwardings:
    mailboxes: tuple[Forwarding, ...]
    now: datetime


def forwarding_of(place: Place) -> Forwardings:
    team, last = place.team, _last_mails(place)
    domains = {box.address.rpartition("@")[2] for box in team.mailboxes}
    seen = place.look_up.all((domain, "MX") for domain in domains)
    found = []
    for box in team.mailboxes:
        exchangers = seen[box.address.rpartition("@")[2], "MX"]
        carried = box.address == box.receives_at or is_ses(exchangers or ())
        said = _when(last.get(box.key), place.now, team)
        has_mx = exchangers is None or bool(exchangers)
        who = provider_of(exchangers or ())
        found.append(Forwarding(box.address, box.receives_at, who, carried, has_mx, last.get(box.key), said))
    return Forwardings(tuple(found), place.now)


def _last_mails(place: Place) -> Mapping[str, datetime]:
    """Key of a mailbox → when a customer last wrote there by mail. Form posts prove nothing of the forwarding."""
    try:
        threads = place.desk.threads
    except NoStack:
        return {}
    found: dict[str, datetime] = {}
    for thread in threads:
        at = thread.last_wrote_at or thread.opened_at
        if thread.last_key.startswith("inbound/") and at > found.get(thread.mailbox, at - timedelta(seconds=1)):
            found[thread.mailbox] = at
    return found


def _when(at: datetime | None, now: datetime, team: Team) -> str:
    return phrases.past(at, now, team, "en") if at else ""


def judge_forwarding(found: Forwardings) -> Iterator[Finding]:
    for box in found.mailboxes:
        yield _judged(box, found.now)


def _judged(box: Forwarding, now: datetime) -> Finding:
    how = f"{box.provider.forward.format(address=box.address, to=box.receives_at)}."
    if not box.has_mx:
        domain = box.address.rpartition("@")[2]
        return broken(
            f"{domain} has no MX record, so mail to {box.address} goes nowhere",
            f"Your mail provider says which MX record to enter where {domain}'s DNS is kept. Forwarding is next.",
        )
    if box.last_at is None:
        proof = "`byname selftest --public` sends it a mail and proves the way."
        ways = f"It comes straight to SES. {proof}" if box.carried_by_ses else f"{proof} If none comes: {how}"
        return warn(f"No mail to {box.address} has reached byname yet", ways)
    said = f"Mail to {box.address} reaches byname; the last came {box.last_words}"
    if box.last_at < now - _LONG_AGO:
        return warn(said, f"That is long ago: send {box.address} a mail, and see that it comes. If not: {how}")
    return well(said)
