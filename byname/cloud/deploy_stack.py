"""From a package to a stack that stands: the way there from whatever is there now, and what it changes on it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import click
import yaml

from byname.cloud import artifacts, change_set, leftovers, stack
from byname.cloud.account import Account, explained
from byname.cloud.change_set import Change, ChangeSet, Request
from byname.cloud.package import Package
from byname.cloud.stack import Way
from byname.cloud.stack_outputs import Stack, find_stack
from byname.console import Console

POLICY = "AWS::S3::BucketPolicy"
EMPTY = "REVIEW_IN_PROGRESS"
"""A stack that is nothing yet but a change set."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What shall stand."""

    name: str
    package: Package
    parameters: Mapping[str, str]
    table: str = ""
    """Which of several tables that were left is taken over."""
    may_replace: tuple[str, ...] = ()
    """Resources with data in them that AWS may replace: somebody said so."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What deploying would change: as CloudFormation worked it out, or without a `change_set` as the template says."""

    changes: tuple[Change, ...]
    change_set: ChangeSet | None
    stub: bool = False
    """The change set brought an empty stack along, which goes when the proposal is not taken."""
    fresh: bool = False
    """There was no stack before."""
    first: tuple[str, ...] = ()
    """What has to happen before CloudFormation can be asked."""


@dataclass(slots=True)
class Deploying:
    """One run of `byname deploy`, as far as the stack goes."""

    account: Account
    console: Console
    wanted: Wanted
    yes: bool
    dry_run: bool
    bucket: str = field(init=False)
    had_bucket: bool = field(init=False)

    def __post_init__(self) -> None:
        self.bucket = artifacts.bucket_name(self.account, self.wanted.name)
        self.had_bucket = artifacts.exists(self.account, self.bucket)

    def standing(self) -> Stack | None:
        with explained(f"reading the stack {self.wanted.name}"):
            return find_stack(self.account, self.wanted.name)

    def upload(self) -> None:
        with self.console.step("uploading the code") as step:
            artifacts.ensure(self.account, self.wanted.name)
            fresh = artifacts.upload(self.account, self.bucket, self.wanted.package.zip)
            megabytes = f"{self.wanted.package.zip.stat().st_size / 1e6:.1f} MB"
            step.said(megabytes if fresh else "it is there already", unchanged=not fresh)

    def propose(self) -> Proposal:
        """Clears the way and works out what would change. In a dry run nothing is cleared, and it is said instead."""
        first: list[str] = []
        found = self._cleared(first)
        fresh = found is None or found.status == EMPTY
        left = self._left() if fresh else {}
        if left:
            first.append(f"take over {_listed([one.name for one in left.values()])} from an earlier installation")
        if first and self.dry_run:
            return Proposal(self._from_template(left), None, first=tuple(first))
        if left:
            self._take_over(left)
            found = self.standing()
        kind = "CREATE" if found is None or found.status == EMPTY else "UPDATE"
        with self.console.step("working out what changes") as step:
            made = self._make(kind)
            step.said(f"{len(made.changes)} resources" if made.changes else "nothing", unchanged=made.empty)
        proposal = Proposal(made.changes, made, stub=found is None, fresh=fresh)
        self._refuse_what_loses_data(proposal)
        return proposal

    def _cleared(self, first: list[str]) -> Stack | None:
        """The stack as it stands when a change set can be made for it; what had to be cleared goes into `first`."""
        while True:
            found = self.standing()
            match stack.way_from(found.status if found else ""):
                case Way.CREATE:
                    if found is None or self.dry_run:
                        return found
                    stack.delete(self.account, self.wanted.name, self.console)  # a change set nobody carried out
                case Way.UPDATE:
                    return found
                case Way.WAIT:
                    stack.wait_for_others(self.account, self.wanted.name, self.console)
                case Way.CONTINUE:
                    if self._goes_first(first, "finish the way back of an update that failed (UPDATE_ROLLBACK_FAILED)"):
                        return found
                    stack.finish_the_way_back(self.account, self.wanted.name, self.console)
                case Way.REMAKE:
                    assert found is not None
                    if self._goes_first(first, f"remove what is left of a stack that was never whole ({found.status})"):
                        return None
                    with self.console.step("removing what is left of the stack"):
                        stack.delete(self.account, self.wanted.name, self.console)

    def _goes_first(self, first: list[str], what: str) -> bool:
        """In a dry run notes it and says True; else asks."""
        if self.dry_run:
            first.append(what)
            return True
        self.console.confirm(f"This goes first: {what}. Go on?", yes=self.yes)
        return False

    def _left(self) -> dict[str, leftovers.Leftover]:
        return leftovers.choose(leftovers.find(self.account, self.wanted.name), self.wanted.table)

    def _take_over(self, left: Mapping[str, leftovers.Leftover]) -> None:
        """A stack of what was left, by CloudFormation's import; the rest is added to it afterwards."""
        for one in left.values():
            self.console.say(f"  an earlier installation left {one.name}")
        self.console.confirm("Take it over, with everything in it?", yes=self.yes)
        template = leftovers.import_template(self._template(), left)
        request = Request(self.wanted.name, "IMPORT", template, {}, leftovers.to_import(left))
        with self.console.step("taking over what an earlier installation left") as step:
            self._carry_out(change_set.make(self.account, request))
            step.said(_listed(list(left)))

    def _template(self) -> dict[str, Any]:
        key = artifacts.key_of(self.wanted.package.zip)
        template: dict[str, Any] = yaml.safe_load(self.wanted.package.located(self.bucket, key))
        return template

    def _make(self, kind: str) -> ChangeSet:
        template = json.dumps(self._template(), separators=(",", ":"), ensure_ascii=False)
        return change_set.make(self.account, Request(self.wanted.name, kind, template, self.wanted.parameters))

    def _from_template(self, left: Mapping[str, leftovers.Leftover]) -> tuple[Change, ...]:
        """What would be there, when CloudFormation cannot be asked yet."""
        resources = self._template()["Resources"]
        return tuple(
            Change("taken over" if name in left else "added", name, resource["Type"])
            for name, resource in sorted(resources.items())
        )

    def _refuse_what_loses_data(self, proposal: Proposal) -> None:
        if losses := change_set.dangers(proposal.changes):
            change_set.show(_made(proposal), self.console)
            self.throw_away(proposal)
            raise click.ClickException(
                f"This would lose what customers wrote: {'; '.join(losses)}. Nothing was changed. It comes from a "
                "change in .chalice/resources.yaml (a name, a key): undo that, or move the data first."
            )

    def ask_about_doubts(self, proposal: Proposal) -> None:
        """What AWS cannot rule out needs a yes of its own: its name, typed or given with --may-replace."""
        for change in change_set.doubts(proposal.changes):
            self.console.warn(
                f"AWS may REPLACE {change.resource}, {change_set.HOLDS_DATA[change.type]}, by an empty one "
                f"({', '.join(change.why)} differs). The old one would be kept, outside the stack."
            )
            if change.resource in self.wanted.may_replace:
                continue
            if self.console.no_input or not sys.stdin.isatty():
                raise click.ClickException(f"Nothing was changed. Say --may-replace {change.resource} if you mean it.")
            self.console.confirm_name(f"Type {change.resource} to go on", change.resource, given="")

    def throw_away(self, proposal: Proposal) -> None:
        """Nothing stays of the proposal, and of a dry run no bucket that was made for its template either."""
        if proposal.change_set is not None:
            change_set.throw_away(self.account, proposal.change_set, stub=proposal.stub)
        if self.dry_run and not self.had_bucket:
            artifacts.remove(self.account, self.bucket)

    def carry_out(self, proposal: Proposal) -> Stack:
        """The stack as it stands afterwards."""
        made = _made(proposal)
        title = f"{'making' if proposal.fresh else 'updating'} the stack {self.wanted.name}"
        with self.console.step(title) as step:
            if made.empty:
                step.said("it is as it should be", unchanged=True)
            else:
                self._make_way_for_policy(made)
                self._carry_out(made)
                step.said(f"{len(made.changes)} resources")
        found = self.standing()
        assert found is not None
        return found

    def _make_way_for_policy(self, made: ChangeSet) -> None:
        added = {change.type for change in made.changes if change.action == "added"}
        if POLICY in added and "AWS::S3::Bucket" not in added:
            leftovers.drop_old_policy(self.account, leftovers.mail_bucket(self.account, self.wanted.name))

    def _carry_out(self, made: ChangeSet) -> None:
        following = stack.watch(self.account, made.stack_id)
        change_set.execute(self.account, made)
        try:
            status, events = following.until_done(self.console, stack.at_rest)
        except KeyboardInterrupt:
            self.console.warn("AWS goes on by itself. Run `byname deploy` again: it waits for that and goes on.")
            raise
        if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"):
            why = stack.first_failure(events) or f"CloudFormation ended with {status} and does not say why."
            raise click.ClickException(f"The stack {made.stack} could not be brought up. {why} {_now(status)}")


def _made(proposal: Proposal) -> ChangeSet:
    assert proposal.change_set is not None
    return proposal.change_set


def _now(status: str) -> str:
    """What state a failed deployment leaves the stack in."""
    match stack.way_from(status):
        case Way.UPDATE:
            return "The stack is as it was before, and works. Mend that and run `byname deploy` again."
        case Way.CONTINUE:
            return "Going back failed, too. Mend that and run `byname deploy` again: it finishes the way back first."
        case _:
            return "What was made is taken back. Mend that and run `byname deploy` again: it clears the remains first."


def _listed(names: list[str]) -> str:
    return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]
