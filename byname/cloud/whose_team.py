"""Which team a command on AWS works with: the file that is named, or the one in force in the cloud."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from byname.cloud.account import Account, explained
from byname.cloud.stack_outputs import find_stack
from byname.cloud.team_store import in_force
from byname.console import Console
from byname.team.check import check as check_text
from byname.team.check import name_of, read_file
from byname.team.compile import compile_team
from byname.team.lines import line_of
from chalicelib.desk.team import Team
from chalicelib.errors import Fault, Refused

STANDARD = Path("team.toml")


@dataclass(frozen=True, slots=True)
class TeamFile:
    """A team.toml that is in order: its text and what it compiles to."""

    text: str
    team: Team
    name: str = "team.toml"
    """What the person calls the file."""


def the_team(file: Path | None, account: Account, stack: str, console: Console) -> Team:
    """The team of the file, `team.toml` here unless another is named; without a file, the one in force on AWS."""
    if file is not None or STANDARD.exists():
        return read_team_file(file or STANDARD, console).team
    with explained("looking for the team on AWS"):
        found = find_stack(account, stack)
        pushed = in_force(account, found.outputs["MailBucket"]) if found and "MailBucket" in found.outputs else None
    if pushed is None:
        raise click.ClickException("There is no team.toml here: name the file, or run this where it is.")
    return pushed.team


def read_team_file(file: Path, console: Console) -> TeamFile:
    """The team of this file. With faults it lists them all, as `byname check` does, and ends the command with 1."""
    text = ""
    try:
        text = sys.stdin.read() if file == Path("-") else read_file(file)
        return TeamFile(text, compile_team(check_text(text), datetime.now(UTC).date()), name_of(file))
    except Refused as refused:
        _tell(refused.faults, text, file, console)
        sys.exit(1)


def _tell(faults: tuple[Fault, ...], text: str, file: Path, console: Console) -> None:
    found = sorted(((line_of(text, fault.place), fault) for fault in faults), key=lambda pair: pair[0] or 0)
    if console.as_json:
        items = [{"place": f.place, "line": line, "message": f.message, "code": f.code} for line, f in found]
        click.echo(json.dumps({"ok": False, "faults": items}, ensure_ascii=False, indent=2))
        return
    things = "1 thing" if len(faults) == 1 else f"{len(faults)} things"
    click.secho(f"{things} to mend in {name_of(file)}:", bold=True, err=True)
    for line, fault in found:
        where = f"{fault.place} (line {line})" if line else fault.place
        click.echo(f"\n  {click.style(where, fg='red')}\n    {fault.message}", err=True)
