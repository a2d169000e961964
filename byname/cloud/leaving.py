"""Taking our receipt rule out of SES again: the rule, then our own rule set when nobody else's rule is in it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from byname.cloud.account import Account, explained
from byname.cloud.receiving import active, named, own_set, rule_name


@dataclass(frozen=True, slots=True)
class Leaving:
    """What taking our rule away comes to."""

    rule_sets: tuple[str, ...]
    """The sets our rule is in."""
    delete_set: str
    """Our own set, when nobody else's rule is in it; '' otherwise."""
    deactivate: bool
    """That set is the active one, so this account would receive no mail by SES afterwards."""

    @property
    def needed(self) -> bool:
        return bool(self.rule_sets or self.delete_set)


def plan_to_leave(account: Account, stack: str) -> Leaving:
    """Looks, and says what `leave` would do. Changes nothing."""
    name, in_force, ours = rule_name(stack), active(account), named(account, own_set(stack))
    sets = {one.name: one for one in (in_force, ours) if one is not None and one.name}
    holding = tuple(one.name for one in sets.values() if one.rule(name) is not None)
    alone = ours is not None and all(rule["Name"] == name for rule in ours.rules)
    return Leaving(holding, own_set(stack) if alone else "", alone and in_force.name == own_set(stack))


def leave(account: Account, stack: str, todo: Leaving) -> None:
    """Does it: our rule first, then our set when it is empty. Mail for our domains bounces from here on."""
    client = account.client("ses")
    with explained("taking our receipt rule out"):
        for rule_set in todo.rule_sets:
            with suppress(client.exceptions.RuleSetDoesNotExistException):
                client.delete_receipt_rule(RuleSetName=rule_set, RuleName=rule_name(stack))
        if todo.deactivate:
            client.set_active_receipt_rule_set()
        if todo.delete_set:
            client.delete_receipt_rule_set(RuleSetName=todo.delete_set)
