"""A stack of ours as CloudFormation knows it: its outputs, its parameters, how it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import click

from byname.cloud.account import Account, explained
from byname.cloud.whose_stack import refuse_foreign


@dataclass(frozen=True, slots=True)
class Stack:
    """What DescribeStacks says, as plain mappings."""

    name: str
    status: str
    """`CREATE_COMPLETE`, `UPDATE_ROLLBACK_COMPLETE` …"""
    changed_at: datetime | None = None
    outputs: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""

    def output(self, name: str) -> str:
        """One of the outputs. Raises ClickException when the stack has none of that name."""
        if name not in self.outputs:
            raise click.ClickException(
                f"The stack {self.name} does not say its {name}: it is older than this byname, or half made. "
                "`byname deploy` brings it up to date."
            )
        return self.outputs[name]


def find_stack(account: Account, name: str) -> Stack | None:
    """The stack of this name; None when there is none. Raises NotOurs when it is another product's.

    AWS's errors pass through.
    """
    from botocore.exceptions import ClientError

    try:
        [found] = account.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    stack = Stack(
        name=name,
        status=found["StackStatus"],
        changed_at=found.get("LastUpdatedTime") or found.get("CreationTime"),
        outputs={each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())},
        parameters={each["ParameterKey"]: each.get("ParameterValue", "") for each in found.get("Parameters", ())},
        tags={each["Key"]: each["Value"] for each in found.get("Tags", ())},
        reason=found.get("StackStatusReason", ""),
    )
    refuse_foreign(account, name, stack.status, stack.tags)
    return stack


def the_stack(account: Account, name: str) -> Stack:
    """The same for a command that cannot do without. Raises ClickException in plain words."""
    with explained(f"reading the stack {name}"):
        found = find_stack(account, name)
    if found is None:
        raise click.ClickException(
            f"There is no stack {name} in {account.region}. `byname deploy` makes it; if it is called otherwise or is "
            "elsewhere, say --stack or --region."
        )
    return found
