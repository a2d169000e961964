"""`byname deploy`: from team.toml to a support desk on AWS, in one command that can be run again at any time."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from byname.cloud import (
    artifacts,
    change_set,
    deploy_answer,
    deploy_mail,
    deploy_team,
    footing,
    leftovers,
    next_steps,
    package,
    production_access,
)
from byname.cloud.account import Account, explained, in_the_cloud
from byname.cloud.change_set import ChangeSet
from byname.cloud.deploy_answer import Beside
from byname.cloud.deploy_stack import Deploying, Proposal, Wanted
from byname.cloud.deploy_team import TeamPlan
from byname.cloud.domains import Domains, domains_of
from byname.cloud.footing import Footing
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
    verbose: bool
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
@click.option("-v", "--verbose", is_flag=True, help="Name every part of the stack that changes.")
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
    if chosen.production_access:
        production_access.check(team.team, ground)
    with tempfile.TemporaryDirectory(prefix="byname-") as folder:
        made = _package(chosen, Path(folder), team.team, console)
        deploying = Deploying(
            account, console, _wanted(account, stack, made, domains, chosen), chosen.yes, chosen.dry_run
        )
        if not chosen.dry_run:
            deploying.upload()
        proposal = deploying.propose()
        beside = _beside(deploying, domains, team)
        _show(proposal, beside, chosen, console)
        if chosen.dry_run:
            _end_dry_run(deploying, proposal, beside, chosen, console)
            return
        choice = _agreed(deploying, proposal, beside, chosen, console)
        standing = deploying.carry_out(proposal)
        code = artifacts.key_of(made.zip)
    _after(_Done(account, stack, beside.team, choice, domains, ground, standing, code, chosen, console), proposal)


def _check(account: Account, stack: str, options: Options, console: Console) -> Footing:
    if options.alarm_email and not re.fullmatch(r"[^\s@]+@[^\s@]+", options.alarm_email):
        raise click.UsageError("--alarm-email is one address, like anna@harris.example.")
    if options.pages_url and not re.fullmatch(r"https://\S*[^/\s]", options.pages_url):
        raise click.UsageError("--pages-url begins with https:// and has no slash at its end.")
    with console.step(f"looking at account {account.id} in {account.region}") as step:
        footing.check_name(account, stack)
        footing.check_region(account)
        with explained(f"reading the stack {stack}"):
            find_stack(account, stack)  # refuses another product's
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


def _beside(deploying: Deploying, domains: Domains, team: TeamFile) -> Beside:
    """Looks only."""
    found = deploying.standing()
    outputs: Mapping[str, str] = found.outputs if found else {}
    mail = deploy_mail.plan(deploying.account, deploying.wanted.name, domains, outputs)
    return Beside(mail, deploy_team.plan(deploying.account, outputs.get("MailBucket", ""), team))


def _show(proposal: Proposal, beside: Beside, options: Options, console: Console) -> None:
    """What would change, on standard output."""
    for what in proposal.first:
        console.print(f"first: {what}")
    if change_set.all_new(proposal.changes) and sys.stdout.isatty() and not options.verbose:
        console.print(change_set.in_short(proposal.changes))
    elif proposal.changes:
        change_set.show(ChangeSet("", "", "", proposal.changes), console)
    for words in (*beside.mail.words, *beside.team.words):
        console.print(words)


def _end_dry_run(deploying: Deploying, proposal: Proposal, beside: Beside, options: Options, console: Console) -> None:
    deploying.throw_away(proposal)
    nothing = not proposal.changes and not proposal.first and not beside.mail.words and not beside.team.words
    console.say("Nothing would change." if nothing else "This was a dry run: nothing was changed.", bold=True)
    console.answer(deploy_answer.of_dry_run(deploying, proposal, beside, options.team_in_cloud))


def _agreed(deploying: Deploying, proposal: Proposal, beside: Beside, options: Options, console: Console) -> str | None:
    """Asks; the answer is what to do with a team that somebody pushed. After a no only the uploaded code is left."""
    account = deploying.account
    try:
        deploying.ask_about_doubts(proposal)
        if proposal.changes or beside.to_agree_on:
            console.confirm(f"Make these changes in account {account.id}, {account.region}?", yes=options.yes)
        return deploy_team.chosen(beside.team, options.team_in_cloud, console, yes=options.yes)
    except click.Abort:
        deploying.throw_away(proposal)
        raise click.ClickException(
            f"Nothing was changed; only the packaged code lies in {deploying.bucket} for the next `byname deploy`."
        ) from None
    except click.ClickException:
        deploying.throw_away(proposal)
        raise


@dataclass(frozen=True, slots=True)
class _Done:
    """All that the last part needs, once the stack stands."""

    account: Account
    name: str
    team: TeamPlan
    """As it was when we asked."""
    choice: str | None
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
    team = _ensure_team(done)
    asked, trouble = _ask_aws(done)
    remaining = next_steps.gather(account, done.domains, done.footing, done.stack, done.options.resolver, asked)
    next_steps.tell(remaining, console)
    answer = deploy_answer.of_stack(done.stack, account.region, proposal)
    answer |= deploy_answer.of_mail(known, way_in) | {"team": team, "next": next_steps.as_json(remaining)}
    console.answer(answer | ({"ok": False, "production_access": trouble} if trouble else {}))
    if trouble:
        sys.exit(1)


def _ensure_team(done: _Done) -> Mapping[str, str]:
    """Looks again: the bucket may be an earlier installation's, or somebody has pushed since we asked."""
    bucket = done.stack.output("MailBucket")
    planned = deploy_team.plan(done.account, bucket, done.team.file)
    agreed = done.choice if planned.stored == done.team.stored else done.options.team_in_cloud
    choice = deploy_team.chosen(planned, agreed, done.console, yes=done.options.yes)
    return deploy_team.ensure(done.account, bucket, planned, choice, done.console)


def _ask_aws(done: _Done) -> tuple[str, str]:
    """How the request for production access stands, and what went wrong with it: the desk stands all the same."""
    if not done.options.production_access:
        return "", ""
    try:
        asked = production_access.ask(done.account, done.team.file.team, done.footing, done.console, done.options.yes)
    except click.Abort:
        done.console.say("AWS was not asked for production access.")
        return "", ""
    except click.ClickException as error:
        done.console.warn(f"AWS was not asked for production access. {error.format_message()}")
        return "", error.format_message()
    done.console.say(f"Production access: {asked}.")
    return asked, ""
