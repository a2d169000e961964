"""`byname package`: the zip and the template that AWS gets, to look at or to deploy by other means."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from byname.console import Console
from byname.local.command import said_plainly

if TYPE_CHECKING:
    from byname.cloud.package import Package

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command(short_help="Make the zip and the template that AWS gets.")
@click.option("--stage", type=click.Choice(["prod", "lab"]), default="prod", show_default=True, help="What it is for.")
@click.option("--team", "team_file", type=FILE, default=Path("team.toml"), show_default=True, help="Your team.")
@click.option("-o", "--output", type=FOLDER, default=Path("out"), show_default=True, help="Where both are written.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing about what is under way.")
def package(stage: str, team_file: Path, output: Path, as_json: bool, quiet: bool) -> None:
    """Make the zip and the template that AWS gets. `byname deploy` does this by itself.

    \b
    Examples:
      byname package                        out/deployment.zip and out/template.yaml
      byname package --team shop.toml -o /tmp/shop
      byname package --stage lab            for this machine's processor, to try the package itself

    prod is for AWS: arm64, and nobody's endpoints but Amazon's. The same checkout and team give the same bytes.
    """
    console = Console(as_json=as_json, quiet=quiet)
    with said_plainly():
        made = _made(stage, team_file, output, console)
    size = made.zip.stat().st_size
    console.answer({"stage": stage, "zip": str(made.zip), "bytes": size, "template": str(made.template)})
    console.print(str(made.zip))
    console.print(str(made.template))


def _made(stage: str, team_file: Path, output: Path, console: Console) -> Package:
    from byname.cloud.package import build
    from byname.team.compile import compile_file

    team = compile_file(team_file, datetime.now().astimezone().date())
    with console.step(f"packaging for {stage}") as step:
        made = build(stage, output, team=team)
        step.said(f"{made.zip.stat().st_size / 1e6:.1f} MB")
    return made
