"""What is left for people to do after a deployment: DNS, the sandbox, forwarding, the contact form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from byname.cloud import dns_report
from byname.cloud.account import Account
from byname.cloud.domains import Domains
from byname.cloud.footing import Footing
from byname.cloud.look_up import LookUp
from byname.cloud.records import State
from byname.cloud.stack_outputs import Stack
from byname.console import Console
from chalicelib.errors import BynameError


@dataclass(frozen=True, slots=True)
class Remaining:
    missing_records: int | None
    """None: DNS could not be asked."""
    blocked_records: int
    sandbox: bool
    asked: str
    form: str
    """The contact page's address."""
    alarms: str = ""
    """Who hears alarms; '' for nobody."""
    alarms_pending: bool = False
    """AWS waits for a word from them."""


def gather(account: Account, domains: Domains, footing: Footing, stack: Stack, resolver: str, asked: str) -> Remaining:
    try:
        report = dns_report.look(account, domains, LookUp(resolver))
    except BynameError:
        missing, blocked = None, 0
    else:
        missing, blocked = len(report.having(State.MISSING)), len(report.having(State.CONFLICT))
        if report.none_could_be_asked:
            missing = None
    form = f"{stack.output('PagesUrl').rstrip('/')}/contact"
    alarms = stack.parameters.get("AlarmEmail", "")
    pending = bool(alarms) and alarms in _pending(account, stack)
    return Remaining(missing, blocked, footing.sandbox, asked or footing.asked.lower(), form, alarms, pending)


def _pending(account: Account, stack: Stack) -> tuple[str, ...]:
    """Addresses that have not yet pressed AWS's link; none when these credentials may not ask. The desk stands."""
    from botocore.exceptions import ClientError

    pages = account.client("sns").get_paginator("list_subscriptions_by_topic")
    try:
        listed = pages.paginate(TopicArn=stack.output("AlarmTopicArn"))
        found = [each for page in listed for each in page["Subscriptions"]]
    except ClientError:
        return ()
    return tuple(each["Endpoint"] for each in found if "pending" in each["SubscriptionArn"].lower())


def snippet(form: str) -> str:
    """For the firm's website: a link is all it takes."""
    return f'<a href="{form}">Write to us</a>'


def tell(remaining: Remaining, console: Console) -> None:
    console.say("\nbyname stands. What is left for you:", bold=True)
    for number, step in enumerate(steps(remaining), start=1):
        console.say(f"  {number}. {step}")
    console.say(f"\nYour contact page: {remaining.form}\nFor your website:  {snippet(remaining.form)}")


def steps(remaining: Remaining) -> list[str]:
    """Each a sentence with its command. Pure."""
    found = []
    if remaining.missing_records is None:
        found.append("DNS could not be asked from here: `byname dns` says which records to enter.")
    elif remaining.missing_records:
        found.append(f"Enter {_counted(remaining.missing_records, 'DNS record')}: `byname dns` lists what is missing.")
    if remaining.blocked_records:
        found.append(
            f"{_counted(remaining.blocked_records, 'DNS record')} in the way of ours: `byname dns` says which."
        )
    if remaining.sandbox:
        found.append(_words_on_sandbox(remaining.asked))
    if remaining.alarms_pending:
        found.append(
            f"AWS has sent {remaining.alarms} a mail, “AWS Notification - Subscription Confirmation”: press its link, "
            "or nobody hears alarms."
        )
    elif not remaining.alarms:
        found.append("Nobody hears alarms: `byname deploy --alarm-email you@…` names somebody who does.")
    found.append("Have your mail provider forward the address customers know: docs/set-up.md shows how.")
    found.append("See whether all is well: `byname doctor`. Send a real mail through it: `byname selftest`.")
    return found


def _words_on_sandbox(asked: str) -> str:
    if asked == "denied":
        return "AWS has declined to let you write to anybody: answer in the support case in the AWS console."
    if asked and asked not in ("failed", "granted"):
        return "AWS is asked to let you write to anybody; until then only verified addresses get letters (200 a day)."
    return (
        "SES is in its sandbox: customers and staff get no letters before AWS lets you out, only verified addresses do "
        "(200 a day). `byname deploy --production-access` asks for it."
    )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def as_json(remaining: Remaining) -> Mapping[str, Any]:
    return {
        "missing_records": remaining.missing_records,
        "blocked_records": remaining.blocked_records,
        "sandbox": remaining.sandbox,
        "production_access": remaining.asked,
        "alarms": {"address": remaining.alarms, "confirmed": bool(remaining.alarms) and not remaining.alarms_pending},
        "contact_page": remaining.form,
        "snippet": snippet(remaining.form),
        "steps": steps(remaining),
    }
