"""All checks, in the order they are shown. Each gathers and judges by itself: one that fails stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import click

from byname.cloud.account import explained
from byname.cloud.doctor import code, domains, letters, receiving, sending, stack, staff_mail, team, watch
from byname.cloud.doctor.finding import Finding, State, warn
from byname.cloud.doctor.place import NoStack, NoTeam, Place
from chalicelib.errors import BynameError

AT_ONCE = 4
"""Checks under way together: most of the time is spent waiting for AWS, and SES wants one question a second."""


@dataclass(frozen=True, slots=True)
class Check:
    """One subject: how its facts are gathered, and how they are judged."""

    name: str
    """As `--only` takes it."""
    look: Callable[[Place], Any]
    judge: Callable[[Any], Iterable[Finding]]


GROUPS: tuple[tuple[str, tuple[Check, ...]], ...] = (
    (
        "The account",
        (
            Check("region", receiving.whose, receiving.judge_region),
            Check("stack", stack.stack_of, stack.judge_stack),
            Check("code", code.code_of, code.judge_code),
            Check("functions", stack.functions_of, stack.judge_functions),
            Check("logs", stack.logs_of, stack.judge_logs),
            Check("keys", letters.keys_of, letters.judge_keys),
        ),
    ),
    (
        "Sending letters",
        (
            Check("sandbox", sending.account_of, sending.judge_sandbox),
            Check("sending", sending.account_of, sending.judge_health),
            Check("quota", sending.account_of, sending.judge_quota),
            Check("plan", sending.account_of, sending.judge_plan),
            Check("identity", domains.report_of, domains.judge_identities),
            Check("reports", sending.reports_of, sending.judge_reports),
            Check("suppression", sending.suppressed_of, sending.judge_suppressed),
        ),
    ),
    (
        "Receiving mail",
        (
            Check("dns", domains.report_of, domains.judge_records),
            Check("rule", receiving.rule_of, receiving.judge_rule),
            Check("forwarding", receiving.forwarding_of, receiving.judge_forwarding),
            Check("staff", staff_mail.domains_of_staff, staff_mail.judge_staff),
        ),
    ),
    (
        "Keeping promises",
        (
            Check("sweep", watch.sweeps_of, watch.judge_sweeps),
            Check("letters", letters.letters_of, letters.judge_letters),
            Check("queues", watch.queues_of, watch.judge_queues),
            Check("alarms", watch.alarms_of, watch.judge_alarms),
        ),
    ),
    (
        "Your team",
        (
            Check("team", team.teams_of, team.judge_in_force),
            Check("file", team.teams_of, team.judge_file),
            Check("holidays", team.teams_of, team.judge_holidays),
        ),
    ),
)
NAMES = tuple(check.name for _, checks in GROUPS for check in checks)

Told = tuple[Check, tuple[Finding, ...]]


def examine(place: Place, only: Iterable[str] = ()) -> Iterator[tuple[str, tuple[Told, ...]]]:
    """Each group with what its checks found, as soon as it is done. `only`: names of checks; none means all."""
    wanted = set(only) or set(NAMES)
    chosen = [(title, [check for check in checks if check.name in wanted]) for title, checks in GROUPS]
    with ThreadPoolExecutor(AT_ONCE) as several:
        under_way = [
            (title, [(check, several.submit(findings_of, check, place)) for check in some]) for title, some in chosen
        ]
        for title, some in under_way:
            if told := tuple((check, found) for check, doing in some if (found := doing.result())):
                yield title, told


def findings_of(check: Check, place: Place) -> tuple[Finding, ...]:
    """What the check found; that it could not look, when it could not; nothing when there is nothing to look at."""
    try:
        with explained(f"looking at {check.name}"):
            return tuple(check.judge(check.look(place)))
    except (NoStack, NoTeam):
        return ()
    except click.ClickException as error:
        return (warn(f"I cannot look at {check.name}. {error.message}", ""),)
    except BynameError as error:
        return (warn(f"I cannot look at {check.name}: {error}", ""),)
    except Exception as error:  # a doctor who faints at one finding tells nobody of the others
        return (warn(f"I cannot look at {check.name}: {type(error).__name__} {error}", "That is byname's own fault."),)


def count(told: Iterable[Told], state: State) -> int:
    return sum(finding.state is state for _, findings in told for finding in findings)
