"""`byname deploy`: from team.toml to a support desk on AWS, in one command that can be run again at any time."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from byname.cloud import artifacts, change_set, deploy_mail, footing, leftovers, next_steps, package, production_access
from byname.cloud.account import Account, explained, in_the_cloud
from byname.cloud.change_set import ChangeSet
from byname.cloud.deploy_mail import WayIn
from byname.cloud.deploy_stack import Deploying, Proposal, Wanted
from byname.cloud.domains import Domains, domains_of
from byname.cloud.footing import Footing
from byname.cloud.identity import Identity
from byname.cloud.package import Package
from byname.cloud.stack_outputs import Stack, find_stack
from byname.cloud.whose_team import TeamFile, read_team_file
from byname.console import Console
from chalicelib.desk.team import Team


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line said."""

    alarm_email: str | None
    pages_url: str | None
    reserve_concurrency: bool | None
    team_in_cloud: str | None
    table: str
    may_replace: tuple[str, ...]
    production_access: bool
    dry_run: bool
    yes: bool
    stage: str
    environment: tuple[str, ...]
    resolver: str


@click.command(short_help="Put byname on AWS, or bring it up to date.")
@click.argument("file", default="team.toml", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--alarm-email", metavar="ADDRESS", help="Who hears when something is wrong; '' for nobody.")
@click.option("--pages-url", metavar="URL", help="Where customers find the contact page; '' for AWS's own address.")
@click.option(
    "--team-in-cloud", type=click.Choice(["keep", "replace"]), help="When somebody pushed another team since."
)
@click.option("--production-access", is_flag=True, help="Ask AWS to let you write to anybody, too.")
@click.option("--reserve-concurrency/--no-reserve-concurrency", default=None, help="Keep room for byname's functions.")
@click.option("--table", default="", metavar="NAME", help="Which table goes on, when several were left.")
@click.option("--may-replace", multiple=True, metavar="RESOURCE", help="A resource with data that AWS may replace.")
@click.option("--resolver", default="", metavar="HOST[:PORT]", help="The DNS server to ask.  [default: this machine's]")
@click.option("-n", "--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--stage", type=click.Choice(package.STAGES), default="prod", hidden=True)
@click.option("--environment", multiple=True, metavar="NAME=VALUE", hidden=True)
@in_the_cloud
def deploy(file: Path, console: Console, account: Account, stack: str, **options: Any) -> None:
    """Put byname on AWS, or bring it up to date. Run it as often as you like: it does what is missing.

    \b
    Examples:
      byname deploy --alarm-email anna@harris.example
      byname deploy --dry-run             what would change; nothing does
      byname deploy --yes --json          for programs

    It checks FILE (team.toml unless you name another), packages, shows what would change and asks, makes or updates
    the stack, tells SES about your domains, opens the way in, and puts your team in force. A receipt rule set that is
    active already is joined, never replaced; a table, a bucket or a key with data in it is never replaced either.
    """
    chosen = Options(**options)
    team = read_team_file(file, console)
    domains = domains_of(team.team)
    ground = _check(account, stack, chosen, console)
    with tempfile.TemporaryDirectory(prefix="byname-") as folder:
        made = _package(chosen, Path(folder), team.team, console)
        deploying = Deploying(
            account, console, _wanted(account, stack, made, domains, chosen), chosen.yes, chosen.dry_run
        )
        if not chosen.dry_run:
            deploying.upload()
        proposal = deploying.propose()
        _show(deploying, proposal, domains, console)
        if chosen.dry_run:
            _end_dry_run(deploying, proposal, domains, console)
            return
        standing = _agreed(deploying, proposal, chosen, domains, console)
        code = artifacts.key_of(made.zip)
    _after(_Done(account, stack, team, domains, ground, standing, code, chosen, console), proposal)


def _check(account: Account, stack: str, options: Options, console: Console) -> Footing:
    if options.alarm_email and not re.fullmatch(r"[^\s@]+@[^\s@]+", options.alarm_email):
        raise click.UsageError("--alarm-email is one address, like anna@harris.example.")
    if options.pages_url and not re.fullmatch(r"https://\S*[^/\s]", options.pages_url):
        raise click.UsageError("--pages-url begins with https:// and has no slash at its end.")
    with console.step(f"looking at account {account.id} in {account.region}") as step:
        footing.check_name(account, stack)
        footing.check_region(account)
        ground = footing.look_at_ses(account)
        step.said("SES is in the sandbox" if ground.sandbox else f"SES sends {ground.daily_limit} letters a day")
    for trouble in ground.troubles:
        console.warn(trouble)
    return ground


def _package(options: Options, folder: Path, team: Team, console: Console) -> Package:
    given = dict(pair.split("=", 1) for pair in options.environment)
    with console.step("packaging") as step:
        made = package.build(options.stage, folder, team=team, environment=given)
        step.said(f"{made.zip.stat().st_size / 1e6:.1f} MB")
    return made


def _wanted(account: Account, stack: str, made: Package, domains: Domains, options: Options) -> Wanted:
    """With the parameters that were said, else as they are, else as they come."""
    with explained(f"reading the stack {stack}"):
        found = find_stack(account, stack)
    now: Mapping[str, str] = found.parameters if found else {}
    reserve = options.reserve_concurrency
    if reserve is None:
        reserve = footing.room_to_reserve(account, found)
    parameters = {
        "Instance": domains.receiving[0],
        "AlarmEmail": now.get("AlarmEmail", "") if options.alarm_email is None else options.alarm_email,
        "PagesUrl": now.get("PagesUrl", "") if options.pages_url is None else options.pages_url,
        "ReserveConcurrency": "true" if reserve else "false",
    }
    return Wanted(stack, made, parameters, options.table, options.may_replace)


def _outputs(deploying: Deploying) -> Mapping[str, str]:
    found = deploying.standing()
    return found.outputs if found else {}


def _show(deploying: Deploying, proposal: Proposal, domains: Domains, console: Console) -> None:
    """What would change, on standard output."""
    for what in proposal.first:
        console.print(f"first: {what}")
    if proposal.changes:
        change_set.show(ChangeSet("", "", "", proposal.changes), console)
    for words in _beside(deploying, domains).words:
        console.print(words)


def _beside(deploying: Deploying, domains: Domains) -> deploy_mail.MailPlan:
    return deploy_mail.plan(deploying.account, deploying.wanted.name, domains, _outputs(deploying))


def _end_dry_run(deploying: Deploying, proposal: Proposal, domains: Domains, console: Console) -> None:
    beside = _beside(deploying, domains)
    deploying.throw_away(proposal)
    nothing = not proposal.changes and not proposal.first and not beside.words
    console.say("Nothing would change." if nothing else "This was a dry run: nothing was changed.", bold=True)
    console.answer(
        {
            "ok": True,
            "dry_run": True,
            "stack": deploying.wanted.name,
            "region": deploying.account.region,
            "first": proposal.first,
            "changes": [_as_json(change) for change in proposal.changes],
            "beside": beside.words,
        }
    )


def _agreed(deploying: Deploying, proposal: Proposal, options: Options, domains: Domains, console: Console) -> Stack:
    """Asks, and carries out. After a no only the uploaded code is left."""
    try:
        deploying.ask_about_doubts(proposal)
        if proposal.changes or _beside(deploying, domains).words:
            console.confirm("Make these changes?", yes=options.yes)
    except (click.Abort, click.ClickException):
        deploying.throw_away(proposal)
        raise
    return deploying.carry_out(proposal)


@dataclass(frozen=True, slots=True)
class _Done:
    """All that the last part needs, once the stack stands."""

    account: Account
    name: str
    team: TeamFile
    domains: Domains
    footing: Footing
    stack: Stack
    code: str
    """Where the code in use lies."""
    options: Options
    console: Console


def _after(done: _Done, proposal: Proposal) -> None:
    """What no stack can hold, then what remains to be done by people."""
    account, console, outputs = done.account, done.console, done.stack.outputs
    carried = leftovers.carry_over_keys(account, done.name, done.stack.output("KeyRingSecret"))
    if carried:
        console.say("The keys of earlier reply addresses are carried over.")
    artifacts.prune(account, artifacts.bucket_name(account, done.name), done.code)
    known = deploy_mail.ensure_identities(account, done.name, done.domains, console)
    way_in = deploy_mail.ensure_way_in(account, done.name, done.domains, outputs, console)
    bucket = done.stack.output("MailBucket")
    team = deploy_mail.ensure_team(account, bucket, done.team, console, done.options.team_in_cloud)
    asked = ""
    if done.options.production_access:
        asked = production_access.ask(account, done.team.team, done.footing, console, done.options.yes)
        console.say(f"Production access: {asked}.")
    remaining = next_steps.gather(account, done.domains, done.footing, done.stack, done.options.resolver, asked)
    next_steps.tell(remaining, console)
    console.answer(
        _answer(done, proposal) | _mail_as_json(known, way_in, team) | {"next": next_steps.as_json(remaining)}
    )


def _answer(done: _Done, proposal: Proposal) -> dict[str, Any]:
    return {
        "ok": True,
        "dry_run": False,
        "stack": done.name,
        "region": done.account.region,
        "result": "unchanged" if not proposal.changes else "created" if proposal.fresh else "updated",
        "changes": [_as_json(change) for change in proposal.changes],
        "outputs": done.stack.outputs,
    }


def _mail_as_json(known: Sequence[Identity], way_in: WayIn, team: Mapping[str, str]) -> dict[str, Any]:
    return {
        "identities": [{"domain": one.domain, "verified": one.verified} for one in known],
        "receiving": {
            "rule_set": way_in.joining.rule_set,
            "rule": way_in.joining.rule["Name"],
            "changed": way_in.joining.needed,
            "proven": way_in.proven,
            "beside": way_in.joining.beside,
        },
        "team": team,
    }


def _as_json(change: change_set.Change) -> Mapping[str, Any]:
    return {
        "change": change.action,
        "resource": change.resource,
        "type": change.type,
        "replaced": change.replaced.lower(),
        "differs": change.why,
    }
