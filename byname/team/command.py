"""`byname check`: every fault in team.toml at once, or what the settings come to."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import click

from byname.team.check import check as check_text
from byname.team.check import name_of, read_file
from byname.team.compile import compile_team
from byname.team.lines import line_of
from byname.team.summary import summary
from chalicelib.desk.team import Team
from chalicelib.errors import Fault, Refused
from chalicelib.setup.team_file import write_team

STANDARD = Path("-")
"""How standard input and output are called on a command line."""


@click.command(short_help="Is team.toml right? Who answers what?")
@click.argument("file", default="team.toml", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Write the compiled team here.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON: the faults, or the compiled team.")
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Compile the holidays of the three years from this day.  [default: today]",
)
def check(file: Path, output: Path | None, as_json: bool, today: datetime | None) -> None:
    """Is team.toml right? Lists everything to mend at once, or says who answers what.

    \b
    Examples:
      byname check                          check ./team.toml
      byname check shop.toml -o team.json   check it, and compile it for the desk
      byname check -o - | jq .people        the compiled team on standard output
      byname check --json                   for programs

    FILE is team.toml unless you name another; - reads standard input. The exit code is 0 when all is well, 1 when
    something is to be mended, 2 when the command itself was not understood.
    """
    if as_json and output == STANDARD:
        raise click.UsageError("--json and --output - both want standard output; take one.")
    text = ""
    try:
        text = _read(file)
        day = today.date() if today else datetime.now(UTC).date()
        team = compile_team(check_text(text), day)
    except Refused as refused:
        _tell_faults(refused.faults, text, file, as_json)
        sys.exit(1)
    if output:
        _write(write_team(team), output)
    if output != STANDARD:
        _tell_team(team, day, file, as_json)
        _tell_written(output, as_json)


def _read(file: Path) -> str:
    return sys.stdin.read() if file == STANDARD else read_file(file)


def _write(compiled: str, output: Path) -> None:
    """All of it or nothing: a desk may be reading the old one."""
    if output == STANDARD:
        click.echo(compiled)
        return
    unfinished = output.with_name(f"{output.name}.new")
    try:
        unfinished.write_text(compiled + "\n", "utf-8")
        unfinished.replace(output)
    except OSError as error:
        raise click.ClickException(f"cannot write {output}: {error.strerror}.") from error


def _tell_faults(faults: tuple[Fault, ...], text: str, file: Path, as_json: bool) -> None:
    found = sorted(((line_of(text, fault.place), fault) for fault in faults), key=lambda pair: pair[0] or 0)
    if as_json:
        items = [{"place": f.place, "line": line, "message": f.message, "code": f.code} for line, f in found]
        click.echo(json.dumps({"ok": False, "faults": items}, ensure_ascii=False, indent=2))
        return
    things = "1 thing" if len(faults) == 1 else f"{len(faults)} things"
    click.secho(f"{things} to mend in {name_of(file)}:", bold=True, err=True)
    for line, fault in found:
        where = f"{fault.place} (line {line})" if line else fault.place
        click.echo(f"\n  {click.style(where, fg='red')}\n    {fault.message}", err=True)


def _tell_team(team: Team, today: date, file: Path, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"ok": True, "faults": [], "team": json.loads(write_team(team))}, ensure_ascii=False))
        return
    click.secho(f"{name_of(file)} is in order.", fg="green")
    for heading, lines in summary(team, today):
        click.echo(f"\n{click.style(heading, bold=True)}")
        for line in lines:
            click.echo(f"  {line}")


def _tell_written(output: Path | None, as_json: bool) -> None:
    if output and not as_json:
        click.echo(f"\nWrote {output}.")
