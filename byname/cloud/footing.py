"""Looks at the account before anything is made: does SES receive mail here, may it send, is there room to reserve?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import click

from byname.cloud.account import RECEIVING_REGIONS, Account, explained
from byname.cloud.stack_outputs import Stack

LONGEST_BUCKET = 63
"""Characters. S3 user guide, "Bucket naming rules"."""
RESERVED = 18
"""What the four functions keep for themselves, all together (.chalice/resources.yaml)."""
LEFT_FREE = 100
"""What Lambda insists on leaving unreserved in an account (Lambda guide, "Reserved concurrency")."""


@dataclass(frozen=True, slots=True)
class Footing:
    """How SES sees this account."""

    sandbox: bool
    asked: str
    """The state of a request to leave the sandbox: '', PENDING, FAILED, GRANTED or DENIED."""
    daily_limit: int
    troubles: tuple[str, ...]
    """What keeps letters from going out, each with its mend."""


def check_name(account: Account, stack: str) -> None:
    """The stack's name becomes part of bucket names. Raises ClickException with what would do."""
    longest = LONGEST_BUCKET - len(f"-artifacts-{account.id}-{account.region}")
    if not re.fullmatch(r"[a-z][a-z0-9-]*[a-z0-9]", stack) or len(stack) > longest:
        raise click.ClickException(
            f"{stack!r} cannot be the stack's name: take {longest} small letters, digits and dashes at most, beginning "
            "with a letter."
        )


def check_region(account: Account) -> None:
    """Raises ClickException where SES receives no mail."""
    if account.region not in RECEIVING_REGIONS:
        raise click.ClickException(
            f"SES receives no mail in {account.region}. Choose one of: {', '.join(RECEIVING_REGIONS)}, for example "
            "with --region eu-west-1."
        )


def look_at_ses(account: Account) -> Footing:
    with explained("asking SES about the account"):
        answer = account.client("sesv2").get_account()
    review = answer.get("Details", {}).get("ReviewDetails", {})
    return Footing(
        sandbox=not answer.get("ProductionAccessEnabled"),
        asked=review.get("Status", ""),
        daily_limit=int(answer.get("SendQuota", {}).get("Max24HourSend", 0)),
        troubles=tuple(_troubles(answer)),
    )


def _troubles(answer: dict[str, Any]) -> list[str]:
    troubles = []
    if answer.get("EnforcementStatus") == "SHUTDOWN":
        troubles.append("AWS has stopped all sending from this account: see the SES console, account dashboard.")
    if answer.get("EnforcementStatus") == "PROBATION":
        troubles.append("AWS has this account's sending under review: see the SES console, account dashboard.")
    if not answer.get("SendingEnabled", True):
        troubles.append("Sending is switched off in this account: `aws sesv2 put-account-sending-attributes` has it.")
    return troubles


def room_to_reserve(account: Account, stack: Stack | None) -> bool:
    """Whether this account has room for the functions' own share. A stack that has it already keeps it."""
    if stack is not None and stack.parameters.get("ReserveConcurrency") == "true":
        return True
    with explained("asking how many functions may run at once"):
        limit = account.client("lambda").get_account_settings()["AccountLimit"]
    free: int = limit.get("UnreservedConcurrentExecutions", limit["ConcurrentExecutions"])
    return free - RESERVED >= LEFT_FREE
