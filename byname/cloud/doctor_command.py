"""`byname doctor`: is all of it well? Every check, every fault with its mend."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from byname.cloud.account import Account, in_the_cloud
from byname.cloud.doctor.checks import NAMES, Told, count, examine
from byname.cloud.doctor.finding import Finding, State
from byname.cloud.doctor.place import Place
from byname.cloud.look_up import LookUp
from byname.console import Console, failure
from byname.layout import screen, wrapped
from chalicelib.errors import Misconfigured

MARKS = {State.WELL: ("✓", "green"), State.WARN: ("!", "yellow"), State.BROKEN: ("✗", "red")}
WIDEST = 110
"""Lines longer than this are tiring to read."""


@click.command(short_help="Is all of it well? Every fault with its mend.")
@click.option(
    "--team", "team_file", default="team.toml", show_default=True, type=click.Path(path_type=Path), help="Your team."
)
@click.option("--resolver", default="", metavar="HOST[:PORT]", help="The name server to ask.  [default: the system's]")
@click.option(
    "--only", multiple=True, type=click.Choice(NAMES), metavar="CHECK", help=f"Only this: {', '.join(NAMES)}. Repeat."
)
@in_the_cloud
def doctor(
    console: Console, account: Account, stack: str, team_file: Path, resolver: str, only: tuple[str, ...]
) -> None:
    """Is all of it well? Looks at the account, DNS, SES, the functions and the team, and says what to mend and how.

    \b
    Examples:
      byname doctor                         everything
      byname doctor --only dns --only staff
      byname doctor --json | jq '.findings[] | select(.state == "broken")'

    ✓ is well, ! could be better, ✗ is broken. The exit code is 1 when something is broken, else 0. It changes nothing.
    """
    try:
        look_up = LookUp(resolver)
    except Misconfigured as error:
        raise failure(error) from error
    place = Place(account, stack, look_up, team_file, datetime.now(UTC))
    told: list[Told] = []
    groups = []
    with console.step("looking") as step:
        for title, found in examine(place, only):
            told += found
            groups.append((title, found))
        step.said("done", unchanged=True)
    _tell(groups, told, console)
    sys.exit(1 if count(told, State.BROKEN) else 0)


def _tell(groups: list[tuple[str, tuple[Told, ...]]], told: list[Told], console: Console) -> None:
    broken, better = count(told, State.BROKEN), count(told, State.WARN)
    console.answer(
        {
            "ok": not broken,
            "broken": broken,
            "could_be_better": better,
            "findings": [
                {
                    "check": check.name,
                    "group": title,
                    "state": finding.state.name.lower(),
                    "words": finding.words,
                    "mend": finding.mend,
                    "command": finding.command,
                }
                for title, found in groups
                for check, findings in found
                for finding in findings
            ],
        }
    )
    for title, found in groups:
        console.print(f"\n{title}", bold=True)
        for _, findings in found:
            for finding in findings:
                _print(finding, console)
    console.print(f"\n{_in_all(broken, better)}", bold=True)


def _print(finding: Finding, console: Console) -> None:
    mark, colour = MARKS[finding.state]
    width = min(WIDEST, screen(WIDEST))
    sentence = finding.words if finding.words.endswith(".") else f"{finding.words}."
    console.print(wrapped(f"  {click.style(mark, fg=colour)} {sentence}", width, "  "))
    if finding.mend:
        console.print(wrapped(f"    → {finding.mend}", width, "  "))
    if finding.command:
        console.print(f"      {finding.command}")


def _in_all(broken: int, better: int) -> str:
    if not broken and not better:
        return "All is well."
    parts = [f"{broken} {'thing is' if broken == 1 else 'things are'} broken"] if broken else []
    return ", ".join([*parts, *([f"{better} could be better"] if better else [])]) + "."
