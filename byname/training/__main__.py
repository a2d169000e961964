"""`python -m byname.training`: makes the models of triage. `... agree OLD NEW`: are two makings alike?"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from byname.training import measure, models
from byname.training.workshop import Workshop
from chalicelib.triage.models import SHIPPED

WORK = Path(".local/training")


@click.group(invoke_without_command=True)
@click.option("--work", type=click.Path(path_type=Path), default=WORK, help="Downloads and what is half done.")
@click.option("--into", type=click.Path(path_type=Path), default=SHIPPED, help="Where the models go.")
@click.pass_context
def main(context: click.Context, work: Path, into: Path) -> None:
    """Make the models of triage; what is there already is not made again."""
    if context.invoked_subcommand:
        return
    began = time.monotonic()
    models.make_all(Workshop(work, lambda told: _say(began, told)), into)
    _say(began, f"all in {into}")


@main.command()
@click.argument("old", type=click.Path(exists=True, path_type=Path))
@click.argument("new", type=click.Path(exists=True, path_type=Path))
def agree(old: Path, new: Path) -> None:
    """How alike two folders of models are, table by table: 1 is the same."""
    for path in sorted(old.glob("words.*.bin")):
        click.echo(f"{path.name} {measure.agreement(path, new / path.name):.5f}")


def _say(began: float, told: str) -> None:
    print(f"{time.monotonic() - began:6.0f} s  {told}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
