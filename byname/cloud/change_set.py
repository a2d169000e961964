"""A change set: what a deployment would do, before it does it. Made, shown, judged, carried out or thrown away."""

from __future__ import annotations

import re
import secrets
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import click

from byname.cloud import artifacts
from byname.cloud.account import Account, explained
from byname.cloud.identity import TAG
from byname.cloud.stack import LOOK_EVERY
from byname.console import Console

INLINE_BYTES = 51_200
"""CloudFormation quotas: a template in the request; a larger one comes from S3."""
CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND")
_NOTHING = ("didn't contain changes", "No updates are to be performed")
HOLDS_DATA = {
    "AWS::DynamoDB::Table": "the table of all threads",
    "AWS::S3::Bucket": "the bucket with every mail",
    "AWS::SecretsManager::Secret": "the keys of all reply addresses",
}
"""What must never be replaced or taken out: what a replacement would begin without."""
_PLAIN = {
    "Add": "added",
    "Modify": "changed",
    "Remove": "removed",
    "Import": "taken over",
    "Dynamic": "perhaps changed",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One resource of the stack and what would become of it."""

    action: str
    """added, changed, removed, taken over."""
    resource: str
    type: str
    replaced: str = ""
    """'' no; 'True' yes; 'Conditional' perhaps. A replaced resource is made anew and the old one goes."""
    why: tuple[str, ...] = ()
    """The properties that differ."""

    @property
    def words(self) -> str:
        match self.replaced:
            case "True":
                return "REPLACED"
            case "Conditional" if self.type in HOLDS_DATA:
                return f"{self.action}, perhaps REPLACED"
            case _:  # CloudFormation says Conditional of whatever names something that changes
                return self.action


@dataclass(frozen=True, slots=True)
class ChangeSet:
    id: str
    """The ARN: alone it says of which stack."""
    stack: str
    stack_id: str
    changes: tuple[Change, ...]

    @property
    def empty(self) -> bool:
        return not self.changes


@dataclass(frozen=True, slots=True)
class Request:
    """What a change set is made from."""

    stack: str
    kind: str
    """CREATE, UPDATE or IMPORT."""
    template: str
    parameters: Mapping[str, str]
    resources_to_import: Sequence[Mapping[str, Any]] = ()


def make(account: Account, request: Request) -> ChangeSet:
    """Makes it and waits until CloudFormation has worked it out. Raises ClickException when it cannot."""
    client, name = account.client("cloudformation"), _new_name()
    more: dict[str, Any] = {}
    if request.resources_to_import:
        more["ResourcesToImport"] = list(request.resources_to_import)
    if request.kind != "IMPORT":  # an import may change neither
        more["Tags"] = [{"Key": TAG, "Value": request.stack}]
        more["Parameters"] = [{"ParameterKey": k, "ParameterValue": v} for k, v in request.parameters.items()]
    with explained("making the change set"):
        made = client.create_change_set(
            StackName=request.stack,
            ChangeSetName=name,
            ChangeSetType=request.kind,
            Capabilities=list(CAPABILITIES),
            **_template(account, request),
            **more,
        )
    return _worked_out(account, request.stack, made["StackId"], made["Id"])


def _new_name() -> str:
    return f"byname-{datetime.now(UTC):%Y%m%d%H%M%S}-{secrets.token_hex(2)}"


def is_ours(name: str) -> bool:
    """Is this the name of a change set that we made?"""
    return re.fullmatch(r"byname-[0-9]{14}-[0-9a-f]{4}", name) is not None


def _template(account: Account, request: Request) -> Mapping[str, str]:
    if len(request.template.encode()) <= INLINE_BYTES:
        return {"TemplateBody": request.template}
    bucket = artifacts.ensure(account, request.stack)
    return {"TemplateURL": artifacts.put_template(account, bucket, request.template)}


def _worked_out(account: Account, stack: str, stack_id: str, id: str) -> ChangeSet:
    while True:
        found = _described(account, id)
        if found["Status"] not in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
            break
        time.sleep(LOOK_EVERY)
    reason = found.get("StatusReason", "")
    if found["Status"] == "FAILED" and any(words in reason for words in _NOTHING):
        delete(account, id)
        return ChangeSet(id, stack, stack_id, ())
    if found["Status"] != "CREATE_COMPLETE" or found.get("ExecutionStatus") == "UNAVAILABLE":
        delete(account, id)
        raise click.ClickException(f"CloudFormation cannot make these changes: {reason or found['Status']}")
    return ChangeSet(id, stack, stack_id, tuple(map(_change, found["Changes"])))


def _described(account: Account, id: str) -> dict[str, Any]:
    """DescribeChangeSet with the changes of every page."""
    client, changes = account.client("cloudformation"), []
    token: dict[str, str] = {}
    with explained("reading the change set"):
        while True:
            page: dict[str, Any] = client.describe_change_set(ChangeSetName=id, **token)
            changes += page.get("Changes", [])
            if not page.get("NextToken"):
                return page | {"Changes": changes}
            token = {"NextToken": page["NextToken"]}


def _change(described: Mapping[str, Any]) -> Change:
    found = described["ResourceChange"]
    targets = (detail.get("Target", {}) for detail in found.get("Details", ()))
    names = dict.fromkeys(target.get("Name") or target.get("Attribute", "") for target in targets)
    return Change(
        _PLAIN.get(found["Action"], found["Action"].lower()),
        found["LogicalResourceId"],
        found["ResourceType"],
        found.get("Replacement", "") if found.get("Replacement") != "False" else "",
        tuple(filter(None, names)),
    )


def show(change_set: ChangeSet, console: Console) -> None:
    """The table of what would change."""
    order = ("REPLACED", "removed", "taken over", "changed", "added")
    rows = sorted(
        change_set.changes,
        key=lambda change: (next((n for n, word in enumerate(order) if word in change.words), 9), change.resource),
    )
    console.table(
        ("CHANGE", "RESOURCE", "TYPE", "WHAT DIFFERS"),
        [(change.words, change.resource, plain(change.type), ", ".join(change.why)) for change in rows],
    )


def all_new(changes: Sequence[Change]) -> bool:
    return bool(changes) and all(change.action == "added" for change in changes)


def in_short(changes: Sequence[Change]) -> str:
    """What would be made, counted by kind: `52 parts: 4 functions, 1 table, …`. What people know comes first."""
    kinds = Counter(change.type for change in changes)
    known = ("AWS::Lambda::Function", *HOLDS_DATA)
    order = sorted(kinds, key=lambda kind: (known.index(kind) if kind in known else len(known), -kinds[kind], kind))
    return f"{len(changes)} parts: {', '.join(_counted(kinds[kind], kind) for kind in order)} (--verbose names them)."


def _counted(number: int, kind: str) -> str:
    """`2 queue policies` for `AWS::SQS::QueuePolicy`."""
    word = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.rpartition("::")[2]).lower()
    several = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{number} {word if number == 1 else several}"


def plain(type_name: str) -> str:
    """`AWS::Lambda::Function` as `Lambda Function`."""
    return type_name.removeprefix("AWS::").replace("::", " ")


def dangers(changes: Sequence[Change]) -> list[str]:
    """Why these changes must not be made: what would be lost. Pure."""
    found = []
    for change in changes:
        what = HOLDS_DATA.get(change.type)
        if what and change.replaced == "True":
            found.append(f"{change.resource}, {what}, would be REPLACED by an empty one")
        elif what and change.action == "removed":
            found.append(f"{change.resource}, {what}, would be taken out of the stack")
    return found


def doubts(changes: Sequence[Change]) -> list[Change]:
    """Where AWS cannot rule out that data is lost. Pure."""
    return [change for change in changes if change.type in HOLDS_DATA and change.replaced == "Conditional"]


def execute(account: Account, change_set: ChangeSet) -> None:
    with explained("carrying out the change set"):
        account.client("cloudformation").execute_change_set(ChangeSetName=change_set.id)


def delete(account: Account, id: str) -> None:
    with explained("throwing the change set away"):
        account.client("cloudformation").delete_change_set(ChangeSetName=id)


def throw_away(account: Account, change_set: ChangeSet, *, stub: bool) -> None:
    """Deletes the change set; with `stub`, also the empty stack that came with it (REVIEW_IN_PROGRESS)."""
    if not change_set.empty:
        delete(account, change_set.id)
    if stub:
        with explained("removing the empty stack that came with the change set"):
            account.client("cloudformation").delete_stack(StackName=change_set.stack_id)
