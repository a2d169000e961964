"""Taking our receipt rule out of SES again: the rule, then our own rule set when nobody else's rule is in it.

The rules of our own self tests go along: one that was killed leaves its rule behind.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from byname.cloud.account import Account, explained
from byname.cloud.receiving import RuleSet, active, named, own_set, rule_name, rules_of_self_tests


@dataclass(frozen=True, slots=True)
class Leaving:
    """What taking our rules away comes to."""

    rules: tuple[tuple[str, str], ...]
    """Our rules, each as the set it is in and its name."""
    delete_set: str
    """Our own set, when nobody else's rule is in it; '' otherwise."""
    deactivate: bool
    """That set is the active one, so this account would receive no mail by SES afterwards."""

    @property
    def needed(self) -> bool:
        return bool(self.rules or self.delete_set)


def plan_to_leave(account: Account, stack: str) -> Leaving:
    """Looks, and says what `leave` would do. Changes nothing."""
    in_force, ours = active(account), named(account, own_set(stack))
    sets = {one.name: one for one in (in_force, ours) if one is not None and one.name}
    rules = tuple((one.name, name) for one in sets.values() for name in _ours_in(one, stack))
    alone = ours is not None and len(_ours_in(ours, stack)) == len(ours.rules)
    return Leaving(rules, own_set(stack) if alone else "", alone and in_force.name == own_set(stack))


def _ours_in(rule_set: RuleSet, stack: str) -> tuple[str, ...]:
    store = rule_name(stack)
    return (*((store,) if rule_set.rule(store) else ()), *rules_of_self_tests(rule_set, stack))


def leave(account: Account, stack: str) -> str:
    """Our rules first, then our set if it is empty. Mail for our domains bounces from here on. Returns what to say.

    It looks again: since the plan was shown, others may have joined our set, or made another one active.
    """
    client = account.client("ses")
    with explained("taking our receipt rule out"):
        for rule_set, name in plan_to_leave(account, stack).rules:
            with suppress(client.exceptions.RuleSetDoesNotExistException):
                client.delete_receipt_rule(RuleSetName=rule_set, RuleName=name)
        now = plan_to_leave(account, stack)
        if now.deactivate:
            client.set_active_receipt_rule_set()
        if now.delete_set:
            client.delete_receipt_rule_set(RuleSetName=now.delete_set)
    others_moved_in = not now.delete_set and named(account, own_set(stack)) is not None
    return f"closed; others' rules are in {own_set(stack)}, so it stays" if others_moved_in else "closed"
