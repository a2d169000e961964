"""Alarms and who hears them, what was laid aside, the minute's sweep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from byname.cloud.doctor.finding import Finding, broken, counted, warn, well
from byname.cloud.doctor.place import Place
from byname.cloud.queues import waiting

_DEPLOY = "Run `byname deploy` again."
_AT_ONCE = 100
"""Alarms that DescribeAlarms takes by name."""


@dataclass(frozen=True, slots=True)
class Alarm:
    name: str
    state: str
    """OK, ALARM or INSUFFICIENT_DATA."""
    meaning: str
    """What the template says of it, mend included."""


@dataclass(frozen=True, slots=True)
class Alarms:
    alarms: tuple[Alarm, ...]
    listening: int
    """How many hear of an alarm."""
    unconfirmed: tuple[str, ...]
    """Addresses that AWS waits for a word from."""


def alarms_of(place: Place) -> Alarms:
    stack = place.stack
    pages = place.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack.name)
    resources = (each for page in pages for each in page["StackResourceSummaries"])
    names = [each["PhysicalResourceId"] for each in resources if each["ResourceType"] == "AWS::CloudWatch::Alarm"]
    found: list[Alarm] = []
    rest = iter(names)
    while some := list(islice(rest, _AT_ONCE)):
        answer = place.client("cloudwatch").describe_alarms(AlarmNames=some)["MetricAlarms"]
        found += [Alarm(a["AlarmName"], a["StateValue"], a.get("AlarmDescription", "").strip()) for a in answer]
    topic = stack.output("AlarmTopicArn")
    listed = place.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    heard = [each for page in listed for each in page["Subscriptions"]]
    pending = tuple(each["Endpoint"] for each in heard if "pending" in each["SubscriptionArn"].lower())
    return Alarms(tuple(found), len(heard) - len(pending), pending)


def judge_alarms(found: Alarms) -> Iterator[Finding]:
    ringing = [alarm for alarm in found.alarms if alarm.state == "ALARM"]
    for alarm in ringing:
        yield broken(f"The alarm {alarm.name} rings", alarm.meaning or "See it in the CloudWatch console.")
    if not found.alarms:
        yield warn("The stack has no alarms, so nobody hears when something breaks", _DEPLOY)
    elif not ringing:
        yield well(f"None of {len(found.alarms)} alarms rings")
    for address in found.unconfirmed:
        yield warn(
            f"{address} has not confirmed that it wants alarms, and gets none",
            f'Open the mail "AWS Notification - Subscription Confirmation" at {address} and follow its link. It is '
            "valid for three days; later, `byname deploy` with another address and back sends a new one.",
        )
    if not found.listening and not found.unconfirmed:
        yield warn("Nobody hears alarms", "`byname deploy --alarm-email you@…` names somebody who does.")


# --- queues ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue and its dead-letter queue."""

    what: str
    """One of what it holds: `mail`, `delivery report`."""
    waiting: int
    dead: int
    dead_arn: str
    log: str
    """Where it says why."""


MANY = 100
"""Messages that a queue holds only when nobody takes them."""
_QUEUES = (
    ("mail", "InboundQueueUrl", "InboundDeadQueueUrl", "ReceiveMailFunction"),
    ("delivery report", "FeedbackQueueUrl", "FeedbackDeadQueueUrl", "ReceiveFeedbackFunction"),
)


def queues_of(place: Place) -> tuple[Queue, ...]:
    stack, client = place.stack, place.client("sqs")
    found = []
    for what, queue, dead, function in _QUEUES:
        attributes = client.get_queue_attributes(QueueUrl=stack.output(dead), AttributeNames=["QueueArn"])["Attributes"]
        counts = waiting(place.account, stack.output(queue)), waiting(place.account, stack.output(dead))
        log = f"/aws/lambda/{stack.outputs.get(function, '…')}"
        found.append(Queue(what, *counts, attributes["QueueArn"], log))
    return tuple(found)


def judge_queues(found: tuple[Queue, ...]) -> Iterator[Finding]:
    for queue in found:
        if queue.dead:
            yield broken(
                f"{counted(queue.dead, queue.what)} failed five times; nothing is lost",
                f"The log {queue.log} says why. Mend that, then have them tried again:",
                f"aws sqs start-message-move-task --source-arn {queue.dead_arn}",
            )
        elif queue.waiting > MANY:
            yield warn(
                f"{counted(queue.waiting, queue.what)} wait to be read",
                "See whether the alarms and functions are well.",
            )
        else:
            yield well(f"No {queue.what} was laid aside" + (f"; {queue.waiting} under way" if queue.waiting else ""))


# --- the sweep ---------------------------------------------------------------------------------------------------

LOOKED_BACK = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Sweeps:
    """How often the sweep came to its end lately, by its own count or else by its log."""

    completed: int
    failed: int
    """Threads and letters it could not see to."""
    deployed_at: datetime | None
    now: datetime


def sweeps_of(place: Place) -> Sweeps:
    stack = place.stack
    completed, failed = (
        _metric(place, name, what) for name, what in (("due_promises", "SampleCount"), ("sweep_failed", "Sum"))
    )
    if not completed:
        completed = _logged(place, stack.output("KeepPromisesFunction"))
    return Sweeps(completed, failed, stack.changed_at, place.now)


def _metric(place: Place, name: str, statistic: str) -> int:
    """The sum of what the stack counted in the last quarter of an hour."""
    answer = place.client("cloudwatch").get_metric_statistics(
        Namespace=place.stack_name,
        MetricName=name,
        Dimensions=[{"Name": "service", "Value": "byname"}],
        StartTime=place.now - LOOKED_BACK,
        EndTime=place.now,
        Period=300,
        Statistics=[statistic],
    )
    return sum(int(point.get(statistic, 0)) for point in answer.get("Datapoints", ()))


def _logged(place: Place, function: str) -> int:
    """How often its log says `swept`: metrics are a few minutes late."""
    client = place.client("logs")
    since = round((place.now - LOOKED_BACK).timestamp() * 1000)
    try:
        found = client.filter_log_events(
            logGroupName=f"/aws/lambda/{function}", startTime=since, filterPattern="swept", limit=50
        )
    except client.exceptions.ResourceNotFoundException:
        return 0
    return len([event for event in found["events"] if "swept" in event["message"]])


def judge_sweeps(found: Sweeps) -> Iterator[Finding]:
    if not found.completed:
        if found.deployed_at is not None and found.deployed_at > found.now - LOOKED_BACK:
            yield warn("The minute's sweep has not been seen yet; the stack was just deployed", "Look again soon.")
            return
        yield broken(
            "For 15 minutes the minute's sweep has not come to its end: nobody watches promises and unsent letters",
            "EventBridge console, Rules: is its schedule enabled? The log of keep_promises says more. `byname deploy` "
            "restores the schedule.",
        )
    elif found.failed:
        yield warn(
            f"The minute's sweep runs, and failed {counted(found.failed, 'time')} with single promises or letters",
            'The log of keep_promises says "failed", with the kind of fault and its place.',
        )
    else:
        yield well("The minute's sweep runs: promises are watched, unsent letters tried again")
