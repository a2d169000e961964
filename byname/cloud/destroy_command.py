"""`byname destroy`: takes away what byname made in an account, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import click

from byname.cloud import artifacts, belongings, identity, last_mails, leaving, leftovers
from byname.cloud import stack as stacks
from byname.cloud.account import Account, explained, in_the_cloud
from byname.cloud.belongings import Belongings
from byname.cloud.leftovers import Leftover
from byname.console import Console

GOES, STAYS = "goes", "stays"
WORDS = {
    "DeskTable": "the table: every thread, promise and letter",
    "MailBucket": "the bucket: every mail and attachment",
    "InboundDeadQueue": "the queue of what could not be handled",
    "KeyRing": "the keys of the reply addresses",
}


@click.command(short_help="Take byname off AWS again; your mail stays unless you say so.")
@click.option("--with-data", is_flag=True, help="Delete every thread and every mail as well.")
@click.option("--confirm", "confirmed", default="", metavar="NAME", help="The stack's name, instead of typing it.")
@click.option("--confirm-data", default="", metavar="BUCKET", help="The mail bucket's name, for --with-data.")
@click.option("--leave-unanswered", is_flag=True, help="Go on though mails wait that nobody was told of.")
@click.option("-n", "--dry-run", is_flag=True, help="Say what would go and what stays; change nothing.")
@in_the_cloud
def destroy(
    with_data: bool,
    confirmed: str,
    confirm_data: str,
    leave_unanswered: bool,
    dry_run: bool,
    console: Console,
    account: Account,
    stack: str,
) -> None:
    """Take byname off AWS again: its receipt rule, its stack, its code, and the domains it told SES about.

    \b
    Examples:
      byname destroy --dry-run                     what would go, and what stays
      byname destroy                               asks you to type the stack's name
      byname destroy --confirm byname              for programs
      byname destroy --with-data                   every thread and mail as well: asks again

    The table, the mail bucket and the keys stay unless you say --with-data; `byname deploy` takes them over again.
    Mail that is under way is read first. If that does not come to an end, nothing more is taken away, unless you say
    --leave-unanswered: such mail stays in the bucket, but no person is told of it, now or later.
    Nothing of other products is touched. DNS records are yours to remove. Run it again if it was interrupted.
    """
    with console.step("looking at what is there") as step:
        ours = belongings.gather(account, stack)
        step.said("something" if ours.anything else f"nothing of {stack}", unchanged=not ours.anything)
    rows = list(_rows(ours, with_data))
    console.table(("WHAT", "NAME", ""), rows)
    if ours.waiting:
        console.warn(f"{last_mails.told(ours.waiting)}. That comes first, once the way in is closed.")
    if not _anything_goes(rows):
        console.say(f"There is nothing to take away of {stack} in {account.region}.")
    elif dry_run:
        _tell_what_stays(ours, with_data, console)
        console.say("This was a dry run: nothing was changed.", bold=True)
    else:
        _ask(account, ours, with_data, confirmed, confirm_data, console)
        _close(account, ours, leave_unanswered, console)
        _take_away(account, ours, console)
        if with_data:
            _delete_data(account, ours, console)
        _delete_late_logs(account, ours)
        _tell_what_stays(ours, with_data, console)
        console.say("\nDone. Remove the DNS records where you entered them, and the forwarding of your address.")
    console.answer(_as_json(ours, rows, dry_run))


def _rows(ours: Belongings, with_data: bool) -> Iterator[tuple[str, str, str]]:
    """What goes and what stays, in the order in which it happens."""
    for rule_set, name in ours.leaving.rules:
        yield f"the receipt rule in {rule_set}", name, GOES
    if ours.leaving.delete_set:
        words = "our receipt rule set" + (", active until now" if ours.leaving.deactivate else "")
        yield words, ours.leaving.delete_set, GOES
    if ours.status:
        yield f"the stack and the {len(ours.resources)} resources in it ({ours.status})", ours.stack, GOES
    if ours.artifacts:
        yield "the bucket with the code", ours.artifacts, GOES
    for domain in ours.identities:
        yield "the domain at SES: nothing is sent from it any more", domain, GOES
    for one in ours.data:
        yield WORDS[one.resource], one.name, GOES if with_data else STAYS


def _anything_goes(rows: list[tuple[str, str, str]]) -> bool:
    return any(fate == GOES for *_, fate in rows)


def _ask(
    account: Account, ours: Belongings, with_data: bool, confirmed: str, confirm_data: str, console: Console
) -> None:
    """The stack's name; for the data the bucket's name as well."""
    console.confirm_name(
        f"Mail to byname bounces from then on. Type {ours.stack} to go on", ours.stack, given=confirmed
    )
    if with_data:
        bucket = leftovers.mail_bucket(account, ours.stack)
        if not confirm_data and console.no_input:
            raise click.UsageError(f"Every mail would be deleted: say --confirm-data {bucket} if you mean it.")
        question = f"Every thread and every mail will be deleted for ever. Type {bucket} to go on"
        console.confirm_name(question, bucket, given=confirm_data)


def _tell_what_stays(ours: Belongings, with_data: bool, console: Console) -> None:
    if ours.data and not with_data:
        console.say(
            "\n`byname deploy` under the same name takes over what stays: every thread with its promises and letters, "
            "every mail and attachment, your team, what could not be handled, and the keys, so that answers to old "
            "letters still find their thread. The domains are new to SES then: `byname dns` says which records differ."
        )


def _close(account: Account, ours: Belongings, leave_unanswered: bool, console: Console) -> None:
    """The way in first, so that no mail is taken that nobody reads; then what came in before."""
    if ours.leaving.needed:
        with console.step("the way in at SES") as step:
            step.said(leaving.leave(account, ours.stack))
    if belongings.QUEUE in ours.resources:
        left = last_mails.let_through(account, ours.resources[belongings.QUEUE], console)
        if left and not leave_unanswered:
            raise last_mails.refusal(left, ours.stack)


def _take_away(account: Account, ours: Belongings, console: Console) -> None:
    if ours.status:
        _delete_stack(account, ours, console)
    if ours.artifacts:
        with console.step("the bucket with the code") as step:
            step.said(f"{artifacts.remove(account, ours.artifacts)} objects deleted")
    for domain in ours.identities:
        with console.step(f"{domain} at SES") as step:
            identity.delete(account, domain)
            step.said("forgotten")


def _delete_stack(account: Account, ours: Belongings, console: Console) -> None:
    if not stacks.at_rest(ours.status):
        stacks.wait_for_others(account, ours.stack, console)
    with console.step(f"the stack {ours.stack}") as step:
        stacks.delete(account, ours.stack, console)
        step.said("deleted")


def _delete_late_logs(account: Account, ours: Belongings) -> None:
    """A function that was still running when the stack went writes its last words into a log group of its own."""
    logs = account.client("logs")
    with explained("deleting logs that came after the stack"):
        for group in ours.log_groups:
            with suppress(logs.exceptions.ResourceNotFoundException):
                logs.delete_log_group(logGroupName=group)


def _delete_data(account: Account, ours: Belongings, console: Console) -> None:
    for one in ours.data:
        with console.step(WORDS[one.resource].partition(":")[0]) as step:
            step.said(_deleted(account, one))


def _deleted(account: Account, one: Leftover) -> str:
    """Deletes one; nothing when it is gone already. Returns what to say of it."""
    with explained(f"deleting {one.name}"):
        match one.resource:
            case "DeskTable":
                table = account.client("dynamodb")
                with suppress(table.exceptions.ResourceNotFoundException):
                    table.delete_table(TableName=one.name)
                    table.get_waiter("table_not_exists").wait(TableName=one.name, WaiterConfig={"Delay": 2})
            case "MailBucket":
                return f"{artifacts.remove(account, one.name)} objects and versions deleted"
            case "InboundDeadQueue":
                queues = account.client("sqs")
                with suppress(queues.exceptions.QueueDoesNotExist):
                    queues.delete_queue(QueueUrl=one.name)
            case _:
                rings = account.client("secretsmanager")
                with suppress(rings.exceptions.ResourceNotFoundException):
                    rings.delete_secret(SecretId=one.name, RecoveryWindowInDays=leftovers.RECOVERY_DAYS)
                return f"deleted; AWS keeps them for {leftovers.RECOVERY_DAYS} days, in case"
    return "deleted"


def _as_json(ours: Belongings, rows: list[tuple[str, str, str]], dry_run: bool) -> Mapping[str, Any]:
    told = [{"what": what, "name": name, "fate": fate} for what, name, fate in rows]
    return {"ok": True, "dry_run": dry_run, "stack": ours.stack, "waiting": ours.waiting, "belongings": told}
