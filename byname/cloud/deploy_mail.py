"""The part of a deployment that no stack can hold: the domains at SES, the way in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from byname.cloud import identity as identities
from byname.cloud import receiving
from byname.cloud.account import Account
from byname.cloud.domains import Domains
from byname.cloud.identity import Identity
from byname.cloud.receiving import Joining
from byname.console import Console


@dataclass(frozen=True, slots=True)
class MailPlan:
    """What would change beside the stack."""

    identities: tuple[Identity, ...]
    joining: Joining
    words: tuple[str, ...]
    """Each a line for the person; none when nothing would change."""


def plan(account: Account, stack: str, domains: Domains, outputs: Mapping[str, str]) -> MailPlan:
    """Looks only. `outputs` are the stack's, or empty when there is none yet."""
    known = tuple(identities.read(account, domain) for domain in domains.identities)
    rule = receiving.our_rule(
        stack, domains.receiving, outputs.get("MailBucket", "to-be-made"), outputs.get("MailTopicArn", "to-be-made")
    )
    joining = receiving.plan(account, stack, rule)
    words = [words for one in known if (words := identities.would_do(one, stack, sends=one.domain in domains.sending))]
    if joining.needed:
        words.append(f"SES: {joining.words}")
    return MailPlan(known, joining, tuple(words))


def ensure_identities(account: Account, stack: str, domains: Domains, console: Console) -> tuple[Identity, ...]:
    done = []
    for domain in domains.identities:
        with console.step(f"{domain} at SES") as step:
            known = identities.read(account, domain)
            would = identities.would_do(known, stack, sends=domain in domains.sending)
            known = identities.ensure(account, known, stack, domains) if would else known
            whose = "" if known.stack == stack else "; made elsewhere, so it is used as it is"
            state = "verified" if known.verified else "its records are not seen yet"
            step.said(state + whose, unchanged=not would)
            done.append(known)
    return tuple(done)


@dataclass(frozen=True, slots=True)
class WayIn:
    """What became of the receipt rule."""

    joining: Joining
    proven: bool


def ensure_way_in(
    account: Account, stack: str, domains: Domains, outputs: Mapping[str, str], console: Console
) -> WayIn:
    """The rule in its place, and SES's proof that it can write to the bucket."""
    with console.step("the way in at SES") as step:
        rule = receiving.our_rule(stack, domains.receiving, outputs["MailBucket"], outputs["MailTopicArn"])
        todo = receiving.plan(account, stack, rule)
        todo = receiving.join(account, todo)
        step.said(todo.words, unchanged=not todo.needed)
    with console.step("SES writes into the mail bucket") as step:
        proven = receiving.proven(account, outputs["MailBucket"])
        step.said("proven" if proven else "no proof yet", unchanged=not todo.needed)
    if not proven:
        console.warn(
            "SES took the rule, but its setup notification has not come into the bucket. It may still come; `byname "
            "selftest` finds out for certain."
        )
    if todo.beside:
        console.say(f"Other rules take mail for the same domains as well and stay: {', '.join(todo.beside)}.")
    return WayIn(todo, proven)
