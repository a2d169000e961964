"""The way in at SES: our receipt rule in the rule set that is active, and a rule set of our own only when none is.

One account and region has one active rule set, and other products' rules may stand in it: theirs are never touched,
never reordered, and no set of theirs is ever switched off. SES takes one of these calls a second; boto3 waits and asks
again when it is told so.

Source: SES developer guide, "Email receiving concepts", "Receipt rules"; SES API reference, 2010-12-01.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from byname.cloud.account import Account, explained
from byname.cloud.selftest.run import is_named_after_one

SETUP_KEY = "inbound/AMAZON_SES_SETUP_NOTIFICATION"
PROOF_SECONDS = 30.0
"""How long SES's proof that it can write to the bucket is waited for; mostly it is there at once."""
SETTLING = (1.0, 2.0, 4.0, 8.0, 0.0)
"""Seconds between tries while a bucket policy that was just made has not reached SES."""

Rule = Mapping[str, Any]


def rule_name(stack: str) -> str:
    return f"{stack}-store"


def stack_of(rule_name: str) -> str:
    return rule_name.removesuffix("-store")


def own_set(stack: str) -> str:
    return f"{stack}-mail"


def our_rule(stack: str, domains: Sequence[str], bucket: str, topic: str) -> Rule:
    """Every mail to these domains goes into the bucket, scanned, and the topic is told."""
    action = {"BucketName": bucket, "ObjectKeyPrefix": "inbound/", "TopicArn": topic}
    return {
        "Name": rule_name(stack),
        "Enabled": True,
        "TlsPolicy": "Optional",
        "Recipients": sorted(domains),
        "Actions": [{"S3Action": action}],
        "ScanEnabled": True,
    }


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rule set in force and its rules in order; no name when none is active."""

    name: str
    rules: tuple[Rule, ...]

    def rule(self, name: str) -> Rule | None:
        return next((rule for rule in self.rules if rule["Name"] == name), None)


@dataclass(frozen=True, slots=True)
class Joining:
    """What has to be done so that our rule stands where it should. All empty: nothing."""

    rule: Rule
    rule_set: str
    make_set: bool = False
    activate: bool = False
    create: bool = False
    update: bool = False
    move: bool = False
    after: str = ""
    """The rule ours comes after; '' for the beginning."""
    beside: tuple[str, ...] = ()
    """Other products' rules that take mail for our domains as well."""

    @property
    def needed(self) -> bool:
        return self.make_set or self.activate or self.create or self.update or self.move

    @property
    def words(self) -> str:
        """What will be or was done, for the person."""
        name, where = self.rule["Name"], f"the rule set {self.rule_set}"
        if self.make_set:
            return f"{where} made and activated, with the rule {name}"
        if self.create:
            return f"the rule {name} added to {where}" + (", which is activated" if self.activate else "")
        if self.update:
            return f"the rule {name} brought up to date in {where}"
        if self.move:
            return f"the rule {name} moved before the one that would stop its mail"
        return f"{where} activated again" if self.activate else f"the rule {name} is in {where}"


def active(account: Account) -> RuleSet:
    with explained("reading the active receipt rule set"):
        answer = account.client("ses").describe_active_receipt_rule_set()
    return RuleSet(answer.get("Metadata", {}).get("Name", ""), tuple(answer.get("Rules", ())))


def named(account: Account, name: str) -> RuleSet | None:
    client = account.client("ses")
    with explained(f"reading the receipt rule set {name}"):
        try:
            answer = client.describe_receipt_rule_set(RuleSetName=name)
        except client.exceptions.RuleSetDoesNotExistException:
            return None
    return RuleSet(name, tuple(answer.get("Rules", ())))


def plan(account: Account, stack: str, rule: Rule) -> Joining:
    """Looks, and says what `join` would do. Changes nothing."""
    in_force = active(account)
    if in_force.name:
        return joining(in_force, rule)
    ours = named(account, own_set(stack))
    if ours is None:
        return Joining(rule, own_set(stack), make_set=True, activate=True, create=True)
    found = joining(ours, rule)
    return Joining(
        rule, ours.name, activate=True, create=found.create, update=found.update, move=found.move, after=found.after
    )


def joining(rule_set: RuleSet, rule: Rule) -> Joining:
    """Where our rule belongs among these: last, but before whatever would stop its mail. Pure.

    The rules of our own self tests are ours as well: they come first, and go again.
    """
    domains, tests = rule["Recipients"], rules_of_self_tests(rule_set, stack_of(rule["Name"]))
    lasting = [other for other in rule_set.rules if other["Name"] not in tests]
    others = [other for other in lasting if other["Name"] != rule["Name"]]
    stops = [number for number, other in enumerate(others) if _stops(other) and _takes(other, domains)]
    where = stops[0] if stops else len(others)
    after = others[where - 1]["Name"] if where else (tests or ("",))[-1]
    beside = tuple(other["Name"] for other in others if other.get("Enabled") and _takes(other, domains))
    found = rule_set.rule(rule["Name"])
    behind_a_stop = found is not None and bool(stops) and lasting.index(found) > stops[0]
    return Joining(
        rule,
        rule_set.name,
        create=found is None,
        update=found is not None and not same(found, rule),
        move=behind_a_stop,
        after=after,
        beside=beside,
    )


def rules_of_self_tests(rule_set: RuleSet, stack: str) -> tuple[str, ...]:
    """Names of the rules that this stack's self tests made, in order."""
    return tuple(name for rule in rule_set.rules if is_named_after_one(stack, name := rule["Name"]))


def same(one: Rule, other: Rule) -> bool:
    """SES keeps recipients in lower case and in its own order."""
    return _settled(one) == _settled(other)


def _settled(rule: Rule) -> Mapping[str, Any]:
    defaults = {"Enabled": False, "TlsPolicy": "Optional", "ScanEnabled": False, "Actions": []}
    return {**defaults, **rule, "Recipients": sorted(each.lower() for each in rule.get("Recipients", ()))}


def _stops(rule: Rule) -> bool:
    """True when no rule after this one sees its mail, or need not: it stops, bounces, or asks a function."""
    return bool(rule.get("Enabled")) and any(
        "StopAction" in action
        or "BounceAction" in action
        or action.get("LambdaAction", {}).get("InvocationType") == "RequestResponse"
        for action in rule.get("Actions", ())
    )


def _takes(rule: Rule, domains: Sequence[str]) -> bool:
    """True when the rule takes some mail for one of the domains. No recipients at all means everybody's."""
    recipients = [each.lower() for each in rule.get("Recipients", ())]
    if not recipients:
        return True
    return any(
        each.rpartition("@")[2] == domain or (each.startswith(".") and domain.endswith(each))
        for each in recipients
        for domain in domains
    )


def join(account: Account, todo: Joining) -> Joining:
    """Does it, and returns what was done. Whatever an earlier run did already stays done.

    When another set was made active since `todo` was planned, that one is joined: it is never switched off.
    """
    _put_in_place(account, todo)
    if not todo.activate:
        return todo
    if active(account).name not in ("", todo.rule_set):
        return join(account, plan(account, stack_of(todo.rule["Name"]), todo.rule))
    with explained("activating our receipt rule set"):
        account.client("ses").set_active_receipt_rule_set(RuleSetName=todo.rule_set)
    return todo


def _put_in_place(account: Account, todo: Joining) -> None:
    client = account.client("ses")
    with explained("setting up the way in at SES"):
        if todo.make_set:
            with suppress(client.exceptions.AlreadyExistsException):
                client.create_receipt_rule_set(RuleSetName=todo.rule_set)
        if todo.create:
            place = {"After": todo.after} if todo.after else {}
            _when_settled(client, client.create_receipt_rule, RuleSetName=todo.rule_set, Rule=todo.rule, **place)
        if todo.update:
            _when_settled(client, client.update_receipt_rule, RuleSetName=todo.rule_set, Rule=todo.rule)
        if todo.move:
            place = {"After": todo.after} if todo.after else {}
            client.set_receipt_rule_position(RuleSetName=todo.rule_set, RuleName=todo.rule["Name"], **place)


def _when_settled(client: Any, call: Any, **request: Any) -> None:
    """SES tries the bucket and the topic at once, and policies take some seconds to reach it."""
    for pause in SETTLING:
        try:
            call(**request)
            return
        except (client.exceptions.InvalidS3ConfigurationException, client.exceptions.InvalidSnsTopicException):
            if not pause:
                raise
            time.sleep(pause)


def proven(account: Account, bucket: str, seconds: float | None = None) -> bool:
    """True as soon as SES has written its setup notification into the bucket; False when it did not in this time."""
    s3, give_up = account.client("s3"), time.monotonic() + (PROOF_SECONDS if seconds is None else seconds)
    while True:
        with explained("looking for SES's setup notification in the bucket"):
            try:
                s3.head_object(Bucket=bucket, Key=SETUP_KEY)
                return True
            except s3.exceptions.ClientError as error:
                if error.response["Error"]["Code"] not in ("404", "NoSuchKey", "NotFound"):
                    raise
        if time.monotonic() > give_up:
            return False
        time.sleep(1)
