"""`byname team`: put team.toml in force without a deployment, see what was in force before, and go back to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from byname.cloud import team_store
from byname.cloud.account import Account, explained, in_the_cloud
from byname.cloud.desk_now import read_desk
from byname.cloud.stack_outputs import Stack, the_stack
from byname.cloud.team_changes import Difference, differences, domains_new, people_gone
from byname.cloud.team_store import Stored, Version
from byname.cloud.whose_team import TeamFile, read_team_file
from byname.console import Console
from byname.nearest import did_you_mean
from byname.team.check import check
from byname.team.compile import compile_team
from byname.team.init_file import save
from chalicelib.desk.model import Thread
from chalicelib.desk.team import Team
from chalicelib.errors import Conflict, Misconfigured, Refused

COLOURS = {"+": "green", "−": "red", "~": None}
_REFERENCES = 5
STANDARD = Path("-")


@click.group(short_help="Put your team.toml in force on AWS; look back, or go back.")
def team() -> None:
    """Put your team.toml in force on AWS without a deployment; look back, or go back.

    \b
    Examples:
      byname team push                    what changes, and put it in force
      byname team push --dry-run          … only what would change
      byname team history                 every team there was
      byname team restore                 go back to the one before
      byname team restore VERSION         … or to one of them
      byname team pull -o team.toml       the file that is in force
    """


@team.command(short_help="Put a team.toml in force.")
@click.argument("file", default="team.toml", type=click.Path(path_type=Path, allow_dash=True))
@click.option("-n", "--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("-y", "--yes", is_flag=True, help="Push even what needs `byname deploy` first.")
@in_the_cloud
def push(console: Console, account: Account, stack: str, file: Path, dry_run: bool, yes: bool) -> None:
    """Check a team.toml, say what changes, and put it in force: within a minute, without a deployment.

    FILE is team.toml unless you name another; - reads standard input. Every fault is listed, as by `byname check`.
    """
    wanted = read_team_file(file, console)
    place = _place(account, stack, console)
    _put_in_force(place, wanted, console, dry_run=dry_run, yes=yes)


@team.command(short_help="Every team there was, newest first.")
@in_the_cloud
def history(console: Console, account: Account, stack: str) -> None:
    """Every team that was pushed, newest first. The first column is what `byname team restore` takes."""
    place = _place(account, stack, console)
    with explained("listing the teams in the mail bucket"):
        versions = team_store.history(account, place.bucket)
    known = place.current.version if place.current else None
    console.answer(
        [{"version": v.name, "at": v.at.isoformat(), "in_force": known == v, "digest": v.name[-8:]} for v in versions]
    )
    rows = [(v.name, f"{v.at:%Y-%m-%d %H:%M} UTC", "in force" if known == v else "") for v in versions]
    console.table(("VERSION", "PUSHED", ""), rows)
    if not versions:
        console.say("Nothing was pushed yet: the team that came with the deployment is in force.")


@team.command(short_help="Go back to a team there was.")
@click.argument("version", required=False)
@click.option("-n", "--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("-y", "--yes", is_flag=True, help="Restore even what needs `byname deploy` first.")
@in_the_cloud
def restore(console: Console, account: Account, stack: str, version: str | None, dry_run: bool, yes: bool) -> None:
    """Put a team that was in force before in force again, with today's public holidays.

    VERSION is from `byname team history`; its beginning will do when only one begins so. Without it, the one before the
    one in force.
    """
    place = _place(account, stack, console)
    with explained("reading that team from the mail bucket"):
        versions = team_store.history(account, place.bucket)
        found = _chosen(versions, version) if version else _before(versions, place.current)
        stored = team_store.read_version(account, place.bucket, found)
    if stored is None:
        raise click.ClickException(f"The version {found.name} is not whole; `byname team history` lists the others.")
    _put_in_force(place, _as_of_today(stored), console, dry_run=dry_run, yes=yes)


@team.command(short_help="The team.toml that is in force.")
@click.option(
    "-o",
    "--output",
    default="-",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Where to write it.  [default: standard output]",
)
@click.option("-f", "--force", is_flag=True, help="Overwrite a file that is there.")
@in_the_cloud
def pull(console: Console, account: Account, stack: str, output: Path, force: bool) -> None:
    """The team.toml that is in force, word for word as it was pushed."""
    place = _place(account, stack, console)
    if place.current is None:
        raise click.ClickException("Nothing was pushed yet, so there is no team.toml in the cloud: `byname team push`.")
    if not place.current.source:
        raise click.ClickException(
            "The team in force was put there without its team.toml: `byname team push` mends it."
        )
    if output == STANDARD:
        console.answer({"version": _name(place.current.version), "source": place.current.source})
        console.print(place.current.source.removesuffix("\n"))
        return
    try:
        save(place.current.source, output, force=force)
    except FileExistsError as error:
        raise click.ClickException(f"{output} is there already, and stays as it is; --force overwrites it.") from error
    except OSError as error:
        raise click.ClickException(f"cannot write {output}: {error.strerror}.") from error
    console.answer({"version": _name(place.current.version), "file": str(output)})
    console.print(f"Wrote {output}.")


# --- what they share ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A deployed desk, and the team that was pushed to it."""

    account: Account
    stack: Stack
    current: Stored | None

    @property
    def bucket(self) -> str:
        return self.stack.output("MailBucket")

    @property
    def team(self) -> Team | None:
        """The team in force; None when none was pushed, or this byname cannot read it."""
        try:
            return self.current.team if self.current else None
        except Misconfigured:
            return None


def _place(account: Account, stack: str, console: Console) -> Place:
    with console.step("reading what is in force") as step:
        found = the_stack(account, stack)
        with explained("reading the team from the mail bucket"):
            current = team_store.in_force(account, found.output("MailBucket"))
        step.said(_name(current.version) if current else "the team of the deployment", unchanged=True)
    return Place(account, found, current)


def _put_in_force(place: Place, wanted: TeamFile, console: Console, *, dry_run: bool, yes: bool) -> None:
    now = datetime.now(UTC)
    old = place.team
    changes = differences(old, wanted.team, now.date()) if old else ()
    warnings = _warnings(place, old, wanted.team) if old else []
    _tell_changes(place, changes, wanted, console)
    for warning in warnings:
        console.warn(f"\n! {warning}")
    told = {
        "ok": True,
        "changes": [{"sign": change.sign, "what": change.words} for change in changes],
        "warnings": warnings,
        "dry_run": dry_run,
    }
    if dry_run:
        console.say("This was a dry run: nothing was changed.", bold=True)
        console.answer({**told, "version": None, "in_force": False})
        return
    if old and domains_new(old, wanted.team):
        console.confirm("Push it before `byname deploy`?", yes=yes)
    pushed = _push(place, wanted, now)
    console.answer({**told, "version": _name(pushed.version), "in_force": True, "unchanged": pushed.unchanged})
    if pushed.unchanged:
        console.print("This team is in force already; nothing to push.")
    else:
        console.print(f"\nPushed as {_name(pushed.version)}: in force within a minute.", fg="green")
        console.say("Not what you wanted? `byname team restore` goes back to the one before.")


def _push(place: Place, wanted: TeamFile, now: datetime) -> team_store.Pushed:
    try:
        with explained("storing the team in the mail bucket"):
            return team_store.push(
                place.account, place.bucket, wanted.team, wanted.text, instead_of=place.current, now=now
            )
    except Conflict as error:
        raise click.ClickException(
            f"Nothing was pushed: {error}. See what it is with `byname team pull`, then push again."
        ) from error


def _tell_changes(place: Place, changes: tuple[Difference, ...], wanted: TeamFile, console: Console) -> None:
    current = place.current
    if current is None:
        console.print("The first push: until now the team that came with the deployment was in force.")
    elif place.team is None:
        console.warn("! The team in force cannot be read by this byname, so I cannot say what changes.")
    elif not changes and current.source != wanted.text:
        console.print("Nothing changes for the desk: only comments, or days off that have passed.")
    for change in changes:
        console.print(f"{click.style(change.sign, fg=COLOURS[change.sign])} {change.words}")


def _warnings(place: Place, old: Team, new: Team) -> list[str]:
    """What a person should know before they go on."""
    found = [
        f"SES does not know {domain} yet: run `byname deploy`, or mail for it is lost and letters from it are refused."
        for domain in domains_new(old, new)
    ]
    gone = people_gone(old, new)
    if gone:
        with explained("counting threads in the table"):
            desk = read_desk(place.account, place.stack.output("TableName"), datetime.now(UTC))
        for person in gone:
            theirs = [thread for thread in desk.ours if thread.owner == person.key]
            if theirs:
                found.append(f"{person.name} still owes answers: {_listed(theirs)}. {new.principal.name} takes over.")
    return found


def _listed(threads: list[Thread]) -> str:
    """`3 threads (K7Q-3MD, …)`."""
    named = ", ".join(thread.reference for thread in threads[:_REFERENCES])
    more = " …" if len(threads) > _REFERENCES else ""
    return f"{len(threads)} {'thread' if len(threads) == 1 else 'threads'} ({named}{more})"


def _chosen(versions: tuple[Version, ...], wanted: str) -> Version:
    found = [version for version in versions if version.name.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        raise click.UsageError(f"{len(found)} versions begin with {wanted!r}; write more of it.")
    meant = did_you_mean(wanted, [version.name for version in versions])
    raise click.UsageError(f"There is no version {wanted!r}{meant}. `byname team history` lists them.")


def _before(versions: tuple[Version, ...], current: Stored | None) -> Version:
    """The newest that is older than the one in force."""
    known = current.version if current else None
    older = [version for version in versions if known is None or version.name < known.name]
    if not older:
        raise click.ClickException("There is no team before the one in force: nothing was changed.")
    return older[0]


def _as_of_today(stored: Stored) -> TeamFile:
    """Compiled anew from its source, so that holidays reach ahead from today; as it was when that will not do."""
    try:
        return TeamFile(stored.source, compile_team(check(stored.source), datetime.now(UTC).date()))
    except Refused:
        pass  # settings have changed since, or the source is gone: the compiled team may still be read
    try:
        return TeamFile(stored.source, stored.team)
    except Misconfigured as error:
        raise click.ClickException(f"That version is too old for this byname: {error}") from error


def _name(version: Version | None) -> str:
    return version.name if version else "unknown"
