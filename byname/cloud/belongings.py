"""Everything in the account that belongs to one installation: what `byname destroy` shows before it does anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from byname.cloud import artifacts, last_mails, leaving, leftovers
from byname.cloud.account import Account, explained
from byname.cloud.identity import TAG
from byname.cloud.leaving import Leaving
from byname.cloud.leftovers import Leftover
from byname.cloud.stack_outputs import find_stack
from byname.cloud.whose_stack import resources_of

QUEUE = "InboundQueue"
"""Where mails wait to be read, as the template calls it."""


@dataclass(frozen=True, slots=True)
class Belongings:
    """What is ours, as it was found. Empty parts are not there (any more)."""

    stack: str
    status: str
    """The stack's; '' when there is none."""
    resources: Mapping[str, str]
    """Logical → physical name of everything in the stack."""
    waiting: int
    """Mails that are not read yet: their queue goes with the stack."""
    leaving: Leaving
    artifacts: str
    """The bucket's name."""
    identities: tuple[str, ...]
    """Domains that our installer told SES about."""
    log_groups: tuple[str, ...]
    data: tuple[Leftover, ...]
    """Table, bucket, queue and rings, whether the stack is still there or not."""

    @property
    def anything(self) -> bool:
        return bool(self.status or self.leaving.needed or self.artifacts or self.identities or self.data)


def gather(account: Account, stack: str) -> Belongings:
    """Looks only."""
    status, resources = _stack(account, stack)
    bucket = artifacts.bucket_name(account, stack)
    return Belongings(
        stack,
        status,
        resources,
        last_mails.under_way(account, resources.get(QUEUE, "")),
        leaving.plan_to_leave(account, stack),
        bucket if artifacts.exists(account, bucket) else "",
        _identities(account, stack),
        _log_groups(resources),
        _data(account, stack, resources),
    )


def _stack(account: Account, stack: str) -> tuple[str, Mapping[str, str]]:
    with explained(f"reading the stack {stack}"):
        found = find_stack(account, stack)
        if found is None:
            return "", {}
        return found.status, resources_of(account, stack)


def _identities(account: Account, stack: str) -> tuple[str, ...]:
    client = account.client("sesv2")
    with explained("asking SES which domains we told it about"):
        return tuple(domain for domain in _domains(client) if _tags(client, domain).get(TAG) == stack)


def _domains(client: Any) -> Iterator[str]:
    token: dict[str, str] = {}
    while True:
        page = client.list_email_identities(**token)
        yield from (one["IdentityName"] for one in page["EmailIdentities"] if one["IdentityType"] == "DOMAIN")
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}


def _tags(client: Any, domain: str) -> Mapping[str, str]:
    answer = client.get_email_identity(EmailIdentity=domain)
    return {tag["Key"]: tag["Value"] for tag in answer.get("Tags", ())}


def _log_groups(resources: Mapping[str, str]) -> tuple[str, ...]:
    """The stack deletes its own; a function that runs once more afterwards makes its group again."""
    return tuple(name for logical, name in resources.items() if logical.endswith("LogGroup") and name)


def _data(account: Account, stack: str, resources: Mapping[str, str]) -> tuple[Leftover, ...]:
    """By their names, so that they are found without the stack as well."""
    ring = resources.get("KeyRing", "")
    others = leftovers.old_rings(account, stack, ring)
    rings = [Leftover("KeyRing", name) for name in (ring, *others) if name]
    return (*leftovers.find(account, stack), *rings)
