"""What can be done from each state of a stack, and what went wrong first."""

from typing import Any

import click
import pytest

from byname.cloud.stack import Way, first_failure, way_from


@pytest.mark.parametrize(
    ("status", "way"),
    [
        ("", Way.CREATE),
        ("REVIEW_IN_PROGRESS", Way.CREATE),
        ("CREATE_COMPLETE", Way.UPDATE),
        ("UPDATE_ROLLBACK_COMPLETE", Way.UPDATE),
        ("IMPORT_COMPLETE", Way.UPDATE),
        ("ROLLBACK_COMPLETE", Way.REMAKE),
        ("DELETE_FAILED", Way.REMAKE),
        ("UPDATE_ROLLBACK_FAILED", Way.CONTINUE),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", Way.WAIT),
        ("DELETE_IN_PROGRESS", Way.WAIT),
    ],
)
def test_every_state_has_its_way(status: str, way: Way) -> None:
    assert way_from(status) is way


def test_a_state_nobody_knows_is_said() -> None:
    with pytest.raises(click.ClickException, match="a state this byname does not know"):
        way_from("SOMETHING_NEW")


def event(resource: str, status: str, reason: str = "") -> dict[str, Any]:
    return {"LogicalResourceId": resource, "ResourceStatus": status, "ResourceStatusReason": reason}


def test_the_first_reason_is_told_and_not_its_echoes() -> None:
    events = [
        event("DeskTable", "CREATE_COMPLETE"),
        event("KeyRing", "CREATE_FAILED", "Resource creation cancelled"),
        event("MailBucket", "CREATE_FAILED", "byname-mail already exists"),
        event("KeepPromises", "CREATE_FAILED", "Access denied"),
        event("byname", "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [MailBucket]."),
    ]
    failure = first_failure(events)
    assert str(failure) == (
        "MailBucket: byname-mail already exists. It is left from elsewhere or from an earlier installation: delete or "
        "rename it, or choose another --stack."
    )


@pytest.mark.parametrize(
    ("reason", "mend"),
    [
        ("User: x is not authorized to perform: iam:CreateRole", "These credentials may not do that"),
        ("decreases account's UnreservedConcurrentExecution below its minimum", "say --no-reserve-concurrency"),
        ("Limit exceeded: LimitExceeded", "A limit of this account is reached"),
        ("Something odd", ""),
    ],
)
def test_a_reason_has_its_mend(reason: str, mend: str) -> None:
    failure = first_failure([event("X", "CREATE_FAILED", reason)])
    assert failure is not None
    assert failure.mend.startswith(mend) or mend in failure.mend


def test_nothing_failed_is_no_failure() -> None:
    assert first_failure([event("X", "CREATE_COMPLETE"), event("X", "DELETE_FAILED", "")]) is None
