"""The team's part of a deployment: what of it changes, and whether it replaces a team that somebody pushed.

A team that `byname deploy` put in force is replaced by the next one's; one that somebody pushed only when told to.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import click

from byname.cloud import team_store
from byname.cloud.account import Account, explained
from byname.cloud.team_changes import Difference, differences
from byname.cloud.team_store import DEPLOY, Stored
from byname.cloud.whose_team import TeamFile
from byname.console import Console
from chalicelib.errors import Misconfigured
from chalicelib.setup.team_file import write_team

KEEP, REPLACE = "keep", "replace"


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """The team in force beside the file's."""

    file: TeamFile
    stored: Stored | None
    """None: nothing is in the bucket yet."""
    changes: tuple[Difference, ...] = ()
    unreadable: bool = False
    """This byname cannot read the team in force, so nobody knows what changes."""

    @property
    def differs(self) -> bool:
        return bool(self.changes) or self.unreadable

    @property
    def pushed(self) -> bool:
        """Would it replace another team that somebody put there on purpose?"""
        return self.stored is not None and self.differs and self.stored.by != DEPLOY

    @property
    def words(self) -> tuple[str, ...]:
        """Each a line for the person; none when nothing changes for the desk."""
        first = (f"team: another one is in force, pushed {_when(self)}; it stays unless you say otherwise",)
        unreadable = ("team: this byname cannot read the one in force",)
        return (
            *(first if self.pushed else ()),
            *(unreadable if self.unreadable else ()),
            *(f"team: {change.sign} {change.words}" for change in self.changes),
        )


def plan(account: Account, bucket: str, file: TeamFile) -> TeamPlan:
    """Looks only. `bucket`: '' when there is no stack yet."""
    if not bucket:
        return TeamPlan(file, None)
    with explained("looking at the team in the mail bucket"):
        stored = team_store.in_force(account, bucket)
    if stored is None or stored.text == write_team(file.team):
        return TeamPlan(file, stored)
    try:
        old = stored.team
    except Misconfigured:
        return TeamPlan(file, stored, unreadable=True)
    return TeamPlan(file, stored, differences(old, file.team, datetime.now(UTC).date()))


def chosen(planned: TeamPlan, choice: str | None, console: Console, *, yes: bool) -> str | None:
    """Keep or replace: as told, else as the person says, and kept when nobody is asked. None: nothing to choose."""
    if choice is not None or not planned.pushed:
        return choice
    if yes or console.no_input or console.as_json or not sys.stdin.isatty():
        return KEEP
    question = f"{_another(planned)}. Replace it by {planned.file.name}?"
    return REPLACE if click.confirm(question, err=True) else KEEP


def ensure(account: Account, bucket: str, planned: TeamPlan, choice: str | None, console: Console) -> Mapping[str, str]:
    """Puts the file's team in force, or keeps the one that somebody pushed."""
    stored = planned.stored
    if planned.pushed and choice != REPLACE:
        console.warn(
            f"{_another(planned)}, and it is kept. `byname team push` puts {planned.file.name} in force, `byname team "
            "pull` fetches theirs; --team-in-cloud replace decides it here."
        )
        return {"state": "kept", "version": stored.version.name if stored and stored.version else ""}
    with console.step("the team") as step, explained("putting the team in force"):
        file = planned.file
        pushed = team_store.push(account, bucket, file.team, file.text, instead_of=stored, by=DEPLOY)
        step.said("is in force already" if pushed.unchanged else "is in force", unchanged=pushed.unchanged)
    state = "same" if pushed.unchanged else "replaced" if planned.differs else "stored"
    return {"state": state, "version": pushed.version.name if pushed.version else ""}


def as_json(planned: TeamPlan, choice: str | None) -> Mapping[str, Any]:
    """What would become of it, for a dry run. `ask`: a person would be asked, and with --yes it would be kept."""
    would = "store" if planned.stored is None else "replace" if planned.differs else "nothing"
    if planned.pushed:
        would = choice or "ask"
    return {"would": would, "changes": [{"sign": change.sign, "what": change.words} for change in planned.changes]}


def _another(planned: TeamPlan) -> str:
    return f"The team in force is another one, pushed {_when(planned)}"


def _when(planned: TeamPlan) -> str:
    version = planned.stored.version if planned.stored else None
    return f"{version.at:%Y-%m-%d %H:%M} UTC" if version else "by hand"
