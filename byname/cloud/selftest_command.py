"""`byname selftest`: plays customer and staff by real mail through the deployed stack, and says how it went."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import click

from byname.cloud.account import Account, in_the_cloud
from byname.cloud.selftest.telling import Finding, Outcome
from byname.console import Console

PARTS = ("mail", "form", "bounce")


@click.command(short_help="Play customer and staff by real mail through the deployed stack.")
@in_the_cloud
@click.option(
    "--mailbox", "boxes", multiple=True, metavar="KEY", help="Which mailbox; may be repeated.  [default: the first]"
)
@click.option("--only", multiple=True, type=click.Choice(PARTS), help="Only this part; may be repeated.")
@click.option("--public", is_flag=True, help="Also write to the public address: is it forwarded?")
@click.option(
    "--wait",
    is_flag=False,
    flag_value=15.0,
    default=0.0,
    type=click.FloatRange(0, 240),
    metavar="MINUTES",
    help="Let a colleague answer the mail by hand, in so many minutes.  [15 when none are said]",
)
@click.option(
    "--timeout", default=120.0, show_default=True, type=click.FloatRange(5, 600), help="Seconds for each step."
)
@click.option("--pages", default="", metavar="URL", help="Where the pages are, if not where the stack says.")
@click.option("--resolver", default="", metavar="HOST[:PORT]", help="The DNS server to ask.  [default: this machine's]")
@click.option("--keep", is_flag=True, help="Leave the test's threads to be looked at, until the next self test.")
@click.option("-n", "--dry-run", is_flag=True, help="Only say what would be done and sent.")
def selftest(
    console: Console,
    account: Account,
    stack: str,
    boxes: tuple[str, ...],
    only: tuple[str, ...],
    public: bool,
    wait: float,
    timeout: float,
    pages: str,
    resolver: str,
    keep: bool,
    dry_run: bool,
) -> None:
    """Plays customer and staff by real mail through the deployed stack, and says how it went.

    \b
    Examples:
      byname selftest                       a mail, an answer, the contact page, a bounce
      byname selftest --dry-run             what it would do, and who gets mail
      byname selftest --public              is support@ forwarded to byname?
      byname selftest --wait                a colleague answers by hand
      byname selftest --only form --json    one part, for programs

    Whoever answers gets real mails; each says "Self test of byname - nothing to do". Everything else the test makes,
    it takes away again. The exit code is 0 when every step passed that could be tried, 1 when one failed.
    """
    from byname.cloud.selftest import plan
    from byname.cloud.selftest.deployed import read_deployed
    from byname.cloud.selftest.play import Wanted, play

    deployed = read_deployed(account, stack, pages)
    parts = only or PARTS
    wanted = Wanted(
        mailboxes=[deployed.mailbox(key) for key in boxes] or [deployed.team.mailboxes[0]],
        mail="mail" in parts,
        form="form" in parts,
        bounce="bounce" in parts,
        public=public,
        by_hand_within=wait * 60,
        step_seconds=timeout,
        keep=keep,
        resolver=resolver,
    )
    lines = plan.lines(deployed, wanted)
    if dry_run:
        for line in lines:
            console.print(line)
        console.answer({"dry_run": True, "plan": list(lines)})
        return
    console.say(plan.warning(wanted))
    with _ended_politely():
        telling = play(account, deployed, wanted, console)
    _tell(console, telling.findings)


def _tell(console: Console, findings: list[Finding]) -> None:
    failed = [finding for finding in findings if finding.outcome is Outcome.FAILED]
    untried = [finding for finding in findings if finding.outcome is Outcome.NOT_TRIED]
    console.print(_in_short(len(findings), failed, untried))
    console.answer({"ok": not failed, "steps": [_as_json(finding) for finding in findings]})
    if failed:
        sys.exit(1)


def _in_short(count: int, failed: list[Finding], untried: list[Finding]) -> str:
    if failed:
        first = failed[0]
        cause = f" Most likely: {first.causes[0]}" if first.causes else ""
        return f"{len(failed)} of {count} steps failed, first “{first.title}”: {first.said}.{cause}"
    if untried:
        return f"{count - len(untried)} steps passed; {len(untried)} could not be tried: {untried[0].said.rstrip('.')}."
    return f"All {count} steps passed."


def _as_json(finding: Finding) -> dict[str, Any]:
    return {**asdict(finding), "outcome": finding.outcome.value}


@contextmanager
def _ended_politely() -> Iterator[None]:
    """Whoever stops us by a signal gets the same tidy end as with Ctrl-C."""

    def stop(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
