"""The `byname` command. Each subcommand lives in its own room and is imported only when it is called."""

from __future__ import annotations

import os
from importlib import import_module

import click

from byname import __version__

ROOMS = {
    "check": ("byname.team.command:check", "Is team.toml right? Who answers what?"),
    "demo": ("byname.demo:demo", "See one mail become an answer by name, on this machine."),
    "local": ("byname.local.command:local", "Run all of it on this machine, with no account."),
}
"""Name → where the command is, and one line about it."""


class Rooms(click.Group):
    """Knows every subcommand by its one line, and imports the one that is called."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, found, rest = super().resolve_command(ctx, args)
        return name, _enter(name) if name in ROOMS else found, rest


def _enter(name: str) -> click.Command:
    """Import a room's command. A room that is not there, or lacks a library, says so when it is called."""
    module, _, attribute = ROOMS[name][0].partition(":")
    try:
        command = getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        mend = (
            "this checkout has no such part" if str(error.name).startswith("byname") else "`pip install -e .` brings it"
        )
        raise click.ClickException(f"`byname {name}` needs {error.name}, which is not here; {mend}.") from error
    if not isinstance(command, click.Command):
        raise TypeError(f"{ROOMS[name][0]} is not a command")
    return command


@click.group(
    cls=Rooms,
    commands={name: click.Command(name, help=line) for name, (_, line) in ROOMS.items()},
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, "--version", prog_name="byname", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Support by email and form, answered by name.

    \b
    Examples:
      byname check                        is team.toml right? who answers what?
      byname check -o team.json           … and compile it for the desk
      byname demo                         one mail, one answer, on this machine
      byname local                        all of it on this machine, to try out
    """
    if os.environ.get("NO_COLOR"):  # https://no-color.org
        ctx.color = False
