"""What `byname deploy` answers programs: what would change or did, as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from byname.cloud import deploy_team
from byname.cloud.change_set import Change
from byname.cloud.deploy_mail import MailPlan, WayIn
from byname.cloud.deploy_stack import Deploying, Proposal
from byname.cloud.deploy_team import TeamPlan
from byname.cloud.identity import Identity
from byname.cloud.stack_outputs import Stack


@dataclass(frozen=True, slots=True)
class Beside:
    """What would change beside the stack."""

    mail: MailPlan
    team: TeamPlan

    @property
    def to_agree_on(self) -> bool:
        """A pushed team has a question of its own."""
        return bool(self.mail.words) or (self.team.differs and not self.team.pushed)


def of_dry_run(deploying: Deploying, proposal: Proposal, beside: Beside, choice: str | None) -> Mapping[str, Any]:
    return {
        "ok": True,
        "dry_run": True,
        "stack": deploying.wanted.name,
        "region": deploying.account.region,
        "first": proposal.first,
        "changes": [_as_json(change) for change in proposal.changes],
        "beside": beside.mail.words,
        "team": deploy_team.as_json(beside.team, choice),
    }


def of_stack(stack: Stack, region: str, proposal: Proposal) -> dict[str, Any]:
    return {
        "ok": True,
        "dry_run": False,
        "stack": stack.name,
        "region": region,
        "result": "unchanged" if not proposal.changes else "created" if proposal.fresh else "updated",
        "changes": [_as_json(change) for change in proposal.changes],
        "outputs": stack.outputs,
    }


def of_mail(known: Sequence[Identity], way_in: WayIn) -> dict[str, Any]:
    return {
        "identities": [{"domain": one.domain, "verified": one.verified} for one in known],
        "receiving": {
            "rule_set": way_in.joining.rule_set,
            "rule": way_in.joining.rule["Name"],
            "changed": way_in.joining.needed,
            "proven": way_in.proven,
            "beside": way_in.joining.beside,
        },
    }


def _as_json(change: Change) -> Mapping[str, Any]:
    return {
        "change": change.action,
        "resource": change.resource,
        "type": change.type,
        "replaced": change.replaced.lower(),
        "differs": change.why,
    }
