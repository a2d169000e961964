"""The `byname` command. Each subcommand lives in its own room and is imported only when it is called."""

from __future__ import annotations

import os
from importlib import import_module

import click

from byname import __version__

ROOMS = {
    "check": ("byname.team.command:check", "Is team.toml right? Who answers what?"),
    "init": ("byname.team.init:init", "Write your team.toml: eight questions, or flags."),
    "demo": ("byname.demo:demo", "See one mail become an answer by name, on this machine."),
    "local": ("byname.local.command:local", "Run all of it on this machine, with no account."),
    "package": ("byname.cloud.package_command:package", "Make the zip and the template that AWS gets."),
    "deploy": ("byname.cloud.deploy_command:deploy", "Put byname on AWS, or bring it up to date."),
    "dns": ("byname.cloud.dns_command:dns", "Which DNS records are needed, and which are seen?"),
    "destroy": ("byname.cloud.destroy_command:destroy", "Take byname off AWS again; your mail stays."),
    "team": ("byname.cloud.team_command:team", "Put your team.toml in force on AWS; look back, or go back."),
    "doctor": ("byname.cloud.doctor_command:doctor", "Is all of it well? Every fault with its mend."),
    "selftest": (
        "byname.cloud.selftest_command:selftest",
        "Play customer and staff by real mail: does all of it work?",
    ),
    "status": ("byname.cloud.status_command:status", "Who is waiting, for whom, until when?"),
    "completion": ("byname.completion:completion", "Complete commands, options and files with Tab."),
}
"""Name → where the command is, and one line about it."""
HEADINGS = {
    "Your team": ("init", "check"),
    "On this machine": ("demo", "local"),
    "On AWS, to set up": ("deploy", "dns", "selftest", "destroy"),
    "On AWS, day by day": ("status", "doctor", "team"),
}
"""How the help is divided; a command that stands under none of these comes last."""


class Rooms(click.Group):
    """Knows every subcommand by its one line, and imports the one that is called."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, found, rest = super().resolve_command(ctx, args)
        if name not in ROOMS:
            return name, found, rest
        try:
            return name, _enter(name), rest
        except click.ClickException:
            if ctx.resilient_parsing:  # a shell completes the line; the person is told when they press Enter
                return name, found, rest
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        listed = {name for names in HEADINGS.values() for name in names}
        more = {"More": tuple(name for name in self.list_commands(ctx) if name not in listed)}
        for heading, names in (HEADINGS | more).items():
            rows = [(name.ljust(max(map(len, ROOMS))), ROOMS[name][1]) for name in names if name in ROOMS]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)


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
      byname init                         eight questions, and there is a team.toml
      byname check                        is team.toml right? who answers what?
      byname check -o team.json           … and compile it for the desk
      byname demo                         one mail, one answer, on this machine
      byname local                        all of it on this machine, to try out
      byname doctor                       on AWS: is all of it well?
    """
    if os.environ.get("NO_COLOR"):  # https://no-color.org
        ctx.color = False
