"""`byname dns`: the records to enter, which of them the world sees already, and what is in their way."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from byname.cloud import dns_report, route53
from byname.cloud.account import Account, in_the_cloud
from byname.cloud.dns_report import Report
from byname.cloud.domains import Domains, domains_of
from byname.cloud.look_up import LookUp
from byname.cloud.records import Record, Sight, State
from byname.cloud.whose_team import the_team
from byname.cloud.zone_file import zone_file
from byname.console import Console

COLOURS = {State.SEEN: "green", State.MISSING: "yellow", State.CONFLICT: "red", State.UNKNOWN: "magenta"}


@click.command(short_help="Which DNS records are needed, and which are seen?")
@click.argument("file", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--bind", "--zone-file", "bind", is_flag=True, help="Print them as a zone file has them, to paste.")
@click.option("--missing", is_flag=True, help="Only those that are not seen yet.")
@click.option("--route53", "write", is_flag=True, help="Write the missing ones into your hosted zone at Route 53.")
@click.option("--zone-id", default="", help="Which hosted zone, when several have the same name.")
@click.option("--yes", is_flag=True, help="Do not ask before writing.")
@click.option("--resolver", default="", metavar="HOST[:PORT]", help="The DNS server to ask.  [default: this machine's]")
@in_the_cloud
def dns(
    file: Path | None,
    bind: bool,
    missing: bool,
    write: bool,
    zone_id: str,
    yes: bool,
    resolver: str,
    console: Console,
    account: Account,
    stack: str,
) -> None:
    """Which DNS records does byname need, and which does the world see already? Run it as often as you like.

    \b
    Examples:
      byname dns                    every record, and whether it is seen
      byname dns --bind --missing   what is missing, to paste into a zone file
      byname dns --route53          write what is missing into Route 53, after asking
      byname dns --json             for programs

    FILE is ./team.toml unless you name another; without one, the team in force on AWS is taken. Nothing that is there
    already is changed, and where the mail of your own domain goes stays as it is. The exit code is 0 when all is seen,
    1 when something is missing, in the way, or could not be asked.
    """
    domains = domains_of(the_team(file, account, stack, console))
    look_up = LookUp(resolver)
    with console.step("looking for the records") as step:
        report = dns_report.look(account, domains, look_up)
        step.said(f"{len(report.having(State.SEEN))} of {len(report.sights)} are seen")
    if write:
        _write(account, report, look_up, zone_id, yes, console)
        report = dns_report.look(account, domains, look_up)
    shown = [sight for sight in report.sights if not missing or sight.state is not State.SEEN]
    if bind:
        console.print(_zone_file(shown, domains, look_up), nl=False)
    else:
        tell(report, shown, console)
    console.answer(dns_report.as_json(report))
    sys.exit(0 if report.complete else 1)


def tell(report: Report, shown: Sequence[Sight], console: Console) -> None:
    """The table on standard output; on standard error what the person should know besides."""
    rows = [(s.record.kind, s.record.name, s.record.value, s.record.purpose.value, s.state.value) for s in shown]
    if sys.stdout.isatty() and _too_wide(rows):
        _tell_one_by_one(shown, console)
    else:
        console.table(("TYPE", "NAME", "VALUE", "WHY", "STATE"), rows)
    dead = report.none_could_be_asked
    if dead:
        console.warn(f"\nNone of the {len(report.sights)} could be asked: {report.sights[0].note}.")
    for sight in shown:
        if sight.note and not dead:
            console.say(f"\n{sight.record.kind} {sight.record.name}: {sight.note}.", fg=COLOURS[sight.state])
    for known in report.identities.values():
        if words := dns_report.words_on(known):
            console.say(f"\n{words}", fg="yellow")
    if report.having(State.MISSING):
        console.say(
            "\nEnter what is missing where your DNS is kept, then run `byname dns` again; it may take minutes, with "
            "some providers hours. `byname dns --bind` has it to paste."
        )
    elif report.complete:
        console.say("\nAll records are seen.", fg="green")


def _too_wide(rows: Sequence[Sequence[str]]) -> bool:
    """A table that breaks its lines cannot be read."""
    width = sum(max(map(len, column), default=0) + 2 for column in zip(*rows, strict=True))
    return width > shutil.get_terminal_size().columns


def _tell_one_by_one(shown: Sequence[Sight], console: Console) -> None:
    """Name and value on lines of their own, to be copied."""
    for sight in shown:
        state = f"{sight.record.kind:5}  {sight.state.value}: {sight.record.purpose.value}"
        console.print(state, fg=COLOURS[sight.state])
        console.print(f"  {sight.record.name}\n  {sight.record.value}\n")


def _zone_file(shown: Sequence[Sight], domains: Domains, look_up: LookUp) -> str:
    """What is in the way of somebody's record is left out: pasting it would break what works."""
    records = [sight.record for sight in shown if sight.state is not State.CONFLICT]
    if not records:
        return ""
    nearest = {record.name: _zone(record, domains, look_up) for record in records}
    return zone_file(records, nearest)


def _zone(record: Record, domains: Domains, look_up: LookUp) -> str:
    """As DNS tells it; as long as it does not, the shortest of the firm's domains above the name."""
    ours = [domain for domain in domains.identities if record.name == domain or record.name.endswith(f".{domain}")]
    return look_up.zone_of(record.name) or min(ours, key=len, default=record.name)


def _write(account: Account, report: Report, look_up: LookUp, zone_id: str, yes: bool, console: Console) -> None:
    absent = [sight.record for sight in report.having(State.MISSING, State.UNKNOWN)]
    if not absent:
        console.say("Nothing is missing that could be written.")
        return
    plan = route53.plan(account, absent, look_up, zone_id)
    for record in plan.there:
        console.say(f"{record.kind} {record.name} is in Route 53 already; DNS does not show it yet.")
    for record, mend in plan.refused:
        console.warn(f"{record.kind} {record.name} is not written: {mend}.")
    if not plan.writings:
        return
    for writing in plan.writings:
        beside = " beside what is there" if writing.beside else ""
        console.say(f"  {writing.record.kind:5} {writing.record.name}  {writing.record.value}{beside}")
    for warning in route53.delegation_warnings(account, plan.writings, look_up):
        console.warn(warning)
    console.confirm(f"Write these {len(plan.writings)} records into Route 53?", yes=yes)
    with console.step("writing into Route 53") as step:
        route53.write(account, plan.writings)
        step.said(f"{len(plan.writings)} records")
