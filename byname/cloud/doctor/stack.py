"""CloudFormation's state, its parameters, the functions, what they may use, and how long they are remembered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from byname.cloud.doctor.finding import Finding, broken, warn, well
from byname.cloud.doctor.place import NoStack, NoTeam, Place
from byname.cloud.records import domains_of
from byname.cloud.stack_outputs import Stack

FUNCTIONS = ("ReceiveMailFunction", "ReceiveFeedbackFunction", "KeepPromisesFunction", "ApiFunction")
FROM_QUEUES = FUNCTIONS[:2]
ENOUGH = 20
"""Invocations at once that a small shop never needs more of; new accounts have 10."""
_DEPLOY = "Run `byname deploy` again."


@dataclass(frozen=True, slots=True)
class StackFacts:
    """`stack` is None when there is none."""

    name: str
    region: str
    stack: Stack | None
    receiving: tuple[str, ...] = ()
    """Domains the team receives at; empty when no team can be read."""
    foreign: str = ""
    """What there is to say of another product's stack of this name."""


def stack_of(place: Place) -> StackFacts:
    try:
        receiving = domains_of(place.team).receiving
    except NoTeam:
        receiving = ()
    try:
        return StackFacts(place.stack_name, place.account.region, place.stack, receiving)
    except NoStack as none:
        return StackFacts(place.stack_name, place.account.region, None, receiving, str(none))


def judge_stack(found: StackFacts) -> Iterator[Finding]:
    stack = found.stack
    if stack is None and found.foreign:
        yield broken(found.foreign, "Say which stack is byname's: --stack, and --region if it is elsewhere.")
        return
    if stack is None:
        yield broken(
            f"There is no stack {found.name} in {found.region}",
            "`byname deploy` makes it; if it is called otherwise or is elsewhere, say --stack or --region.",
        )
        return
    yield _state(stack)
    instance = stack.parameters.get("Instance", "")
    if instance and found.receiving and instance not in found.receiving:
        yield broken(
            f"The stack was deployed for {instance}, and the team receives at {', '.join(found.receiving)}", _DEPLOY
        )


def _state(stack: Stack) -> Finding:
    state = stack.status.replace("_", " ").lower()
    if stack.status.endswith("_IN_PROGRESS"):
        return warn(f"The stack {stack.name} is being changed ({state})", "Wait until it is done, and look again.")
    if stack.status in ("UPDATE_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"):
        return warn(
            f"The last deployment of {stack.name} failed; the one before is in force", f"{_DEPLOY} It says why."
        )
    if "ROLLBACK" in stack.status or "FAILED" in stack.status or "DELETE" in stack.status:
        return broken(f"The stack {stack.name} is not whole ({state})", f"{_DEPLOY} It says why, and what is left.")
    return well(f"The stack {stack.name} is whole")


# --- functions ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Function:
    """`reserved`: invocations at once kept for it; None: none are."""

    name: str
    state: str = "Active"
    update: str = "Successful"
    reserved: int | None = None
    takes_from_queue: bool = True
    """False: its queue's event source is not enabled, so nothing is taken from there."""


@dataclass(frozen=True, slots=True)
class Functions:
    functions: tuple[Function, ...]
    at_once: int
    """The account's limit of invocations at once."""


def functions_of(place: Place) -> Functions:
    stack, client = place.stack, place.client("lambda")
    found = tuple(_function(client, stack.output(output), output in FROM_QUEUES) for output in FUNCTIONS)
    limit = client.get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    return Functions(found, limit)


def _function(client: Any, name: str, from_queue: bool) -> Function:
    known = client.get_function_configuration(FunctionName=name)
    reserved = client.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions")
    sources = client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"] if from_queue else ()
    enabled = any(source["State"] in ("Enabled", "Enabling", "Updating", "Creating") for source in sources)
    return Function(
        name,
        known.get("State", "Active"),
        known.get("LastUpdateStatus", "Successful"),
        reserved,
        enabled or not from_queue,
    )


def judge_functions(found: Functions) -> Iterator[Finding]:
    faults = [fault for function in found.functions for fault in _faults(function)]
    yield from faults or [well(f"All {len(found.functions)} functions are ready")]
    if found.at_once < ENOUGH:
        yield warn(
            f"This account may run {found.at_once} functions at once, as new ones do: enough for a small shop",
            "Service Quotas console, AWS Lambda, Concurrent executions: ask for 1,000; it costs nothing.",
        )


def _faults(function: Function) -> Iterator[Finding]:
    if function.state not in ("Active", "Inactive", "Pending") or function.update == "Failed":
        yield broken(f"The function {function.name} is not ready ({function.state}, {function.update})", _DEPLOY)
    if function.reserved == 0:
        yield broken(
            f"The function {function.name} is throttled to nothing (reserved concurrency 0)",
            "Give it back what it may use:",
            f"aws lambda delete-function-concurrency --function-name {function.name}",
        )
    if not function.takes_from_queue:
        yield broken(f"The function {function.name} takes nothing from its queue", _DEPLOY)


# --- logs --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LogGroup:
    name: str
    days: int | None
    """How long lines are kept; None: for ever."""


def logs_of(place: Place) -> tuple[LogGroup, ...]:
    stack, client = place.stack, place.client("logs")
    names = [f"/aws/lambda/{stack.output(output)}" for output in FUNCTIONS]
    found = []
    for name in names:
        groups = client.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        found += [LogGroup(name, group.get("retentionInDays")) for group in groups if group["logGroupName"] == name]
    return tuple(found)


def judge_logs(found: tuple[LogGroup, ...]) -> Iterator[Finding]:
    endless = [group for group in found if group.days is None]
    for group in endless:
        yield warn(
            f"The log {group.name} is kept for ever",
            "Keep a month of it:",
            f"aws logs put-retention-policy --log-group-name {group.name} --retention-in-days 30",
        )
    if found and not endless:
        yield well(f"Logs are kept for {max(group.days or 0 for group in found)} days")
