"""Whose a stack is. byname touches none but its own, whatever the stack is called."""

from __future__ import annotations

from collections.abc import Mapping

import click

from byname.cloud import change_set, leftovers
from byname.cloud.account import Account
from byname.cloud.identity import TAG

_EMPTY = "REVIEW_IN_PROGRESS"
"""A stack that is nothing yet but a change set."""
_WITH_TAGS = ("CREATE_", "ROLLBACK_")
"""How the states of a stack begin that was made with its tags: without ours it is not ours."""


class NotOurs(click.ClickException):
    """Another product's stack has this name."""

    def __init__(self, stack: str, region: str) -> None:
        self.words = f"The stack {stack} in {region} is not byname's: it lacks the tag {TAG} = {stack}"
        self.mend = "Nothing of it is touched. Take another name: `--stack another-name`."
        super().__init__(f"{self.words}. {self.mend}")


def refuse_foreign(account: Account, stack: str, status: str, tags: Mapping[str, str]) -> None:
    """Raises NotOurs unless byname made the stack. AWS's errors pass through."""
    if tags.get(TAG) != stack and (TAG in tags or not _came_without_tags(account, stack, status)):
        raise NotOurs(stack, account.region)


def _came_without_tags(account: Account, stack: str, status: str) -> bool:
    """What an interrupted deployment leaves: an import may bring no tags, and a mere change set brings none."""
    if status == _EMPTY:
        return all(map(change_set.is_ours, _change_sets(account, stack)))
    ours = {(one.resource, one.name) for one in leftovers.find(account, stack)}
    return not status.startswith(_WITH_TAGS) and resources_of(account, stack).items() <= ours


def resources_of(account: Account, stack: str) -> dict[str, str]:
    """Logical → physical name of everything that is in the stack now."""
    pages = account.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    listed = [each for page in pages for each in page["StackResourceSummaries"]]
    there = (each for each in listed if each["ResourceStatus"] not in ("DELETE_COMPLETE", "DELETE_SKIPPED"))
    return {each["LogicalResourceId"]: each.get("PhysicalResourceId", "") for each in there}


def _change_sets(account: Account, stack: str) -> list[str]:
    pages = account.client("cloudformation").get_paginator("list_change_sets").paginate(StackName=stack)
    return [each["ChangeSetName"] for page in pages for each in page["Summaries"]]
