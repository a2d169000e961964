"""When a step failed: what can be found out about where the mail is stuck. Whatever AWS will not tell stays unknown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click
from botocore.exceptions import BotoCoreError, ClientError

from byname.cloud import queues, receiving
from byname.cloud.account import Account
from byname.cloud.look_up import LookUp
from byname.cloud.selftest.deployed import Deployed
from chalicelib.desk.sending_events import Event, SendingEvent
from chalicelib.errors import BynameError

Fact = TypeVar("Fact")

LISTED_AT_MOST = 20_000
"""Mails in the bucket beyond which we do not look for one of them."""
CLOCKS_DIFFER = timedelta(minutes=2)
"""How far this machine's clock may be from AWS's."""
_LOOK_BACK = timedelta(minutes=15)
_FAILURES = ('{ $.level = "ERROR" }', '"[ERROR]"', '"Task timed out"')
"""What byname's own log says, what Lambda says when code cannot be loaded, and when it ran out of time."""
_LAMBDAS_OWN = re.compile(r"\[ERROR\]\s+([A-Za-z_.]{1,80})")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a mail that did not get through; None: not known."""

    domain: str
    fate: SendingEvent | None = None
    """How SES says its journey ended."""
    mx: tuple[str, ...] | None = None
    """Where mail for the domain goes, as DNS says, when SES has not delivered it: hosts, perhaps none."""
    region: str = ""
    sandbox: bool | None = None
    sending: bool | None = None
    """False: the account's sending is paused."""
    receiving: str | None = None
    """What is wrong with the receipt rule; empty: nothing."""
    stored: bool | None = None
    """The mail lies in the bucket."""
    subscribed: bool | None = None
    """The mail topic feeds the queue."""
    polling: str | None = None
    """State of the connection between queue and function; `Enabled` is right."""
    waiting: int | None = None
    dead: int | None = None
    oldest_seconds: int | None = None
    """Age of the oldest message in the queue, a few minutes late."""
    error: str | None = None
    """The function's newest error and its place; empty: none."""


class Searcher:
    """Looks things up, one call each, and takes no for an answer."""

    def __init__(self, account: Account, deployed: Deployed, since: datetime, resolver: str = "") -> None:
        """`resolver`: the DNS server to ask; this machine's own when empty."""
        self._account, self._deployed, self._since = account, deployed, since - CLOCKS_DIFFER
        self._resolver = resolver

    def of_sending(self, fate: SendingEvent | None) -> Evidence:
        """For a letter that did not arrive."""
        account = _known(self._account.client("sesv2").get_account) or {}
        return Evidence(
            self._deployed.domain,
            fate,
            mx=self._mx(fate),
            region=self._deployed.region,
            sandbox=_negated(account.get("ProductionAccessEnabled")),
            sending=account.get("SendingEnabled"),
        )

    def of_feedback(self) -> Evidence:
        """For events that byname does not hear."""
        there = self._deployed
        return Evidence(
            there.domain,
            subscribed=_known(lambda: self._is_subscribed(there["EventsTopicArn"], there["FeedbackQueueUrl"])),
            polling=_known(lambda: self._polling(there["ReceiveFeedbackFunction"])),
            waiting=_known(lambda: queues.waiting(self._account, there["FeedbackQueueUrl"])),
            dead=_known(lambda: queues.waiting(self._account, there["FeedbackDeadQueueUrl"])),
            oldest_seconds=_known(lambda: self._oldest(there["FeedbackQueueUrl"])),
            error=_known(lambda: self._last_error(there["ReceiveFeedbackFunction"])),
        )

    def page_error(self) -> str:
        """The newest error of the function behind the pages; empty when none is known."""
        function = self._deployed.outputs.get("ApiFunction", "")
        return (_known(lambda: self._last_error(function)) if function else None) or ""

    def of_receiving(self, message_id: str, fate: SendingEvent | None) -> Evidence:
        """For a mail that byname did not handle."""
        there = self._deployed
        return Evidence(
            there.domain,
            fate,
            mx=self._mx(fate),
            region=there.region,
            receiving=_known(self._receiving_fault),
            stored=_known(lambda: self._is_stored(message_id)),
            subscribed=_known(lambda: self._is_subscribed(there["MailTopicArn"], there["InboundQueueUrl"])),
            polling=_known(lambda: self._polling(there["ReceiveMailFunction"])),
            waiting=_known(lambda: queues.waiting(self._account, there["InboundQueueUrl"])),
            dead=_known(lambda: queues.waiting(self._account, there["InboundDeadQueueUrl"])),
            oldest_seconds=_known(lambda: self._oldest(there["InboundQueueUrl"])),
            error=_known(lambda: self._last_error(there["ReceiveMailFunction"])),
        )

    def _mx(self, fate: SendingEvent | None) -> tuple[str, ...] | None:
        if fate is not None and fate.event is Event.DELIVERED:
            return None  # it found its way
        records = _known(lambda: LookUp(self._resolver).values(self._deployed.domain, "MX"))
        return None if records is None else tuple(record.rpartition(" ")[2] for record in records)

    def _receiving_fault(self) -> str:
        return store_rule_fault(receiving.active(self._account), receiving.rule_name(self._deployed.stack))

    def _is_stored(self, message_id: str) -> bool | None:
        """Whether a mail of the last minutes in `inbound/` has this Message-ID; None when there are too many."""
        s3, bucket = self._account.client("s3"), self._deployed["MailBucket"]
        pages = s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix="inbound/", PaginationConfig={"MaxItems": LISTED_AT_MOST}
        )
        listed = [one for page in pages for one in page.get("Contents", ())]
        recent = [one["Key"] for one in listed if one["LastModified"] >= self._since]
        found = any(message_id.encode() in _beginning(s3, bucket, key) for key in recent)
        return found or (False if len(listed) < LISTED_AT_MOST else None)

    def _is_subscribed(self, topic: str, queue_url: str) -> bool:
        pages = self._account.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
        queue = ":" + urlsplit(queue_url).path.rpartition("/")[2]
        return any(one["Endpoint"].endswith(queue) for page in pages for one in page["Subscriptions"])

    def _polling(self, function: str) -> str:
        found = self._account.client("lambda").list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
        return next((str(mapping.get("State", "")) for mapping in found), "missing")

    def _oldest(self, queue_url: str) -> int | None:
        queue = urlsplit(queue_url).path.rpartition("/")[2]
        answer = self._account.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/SQS",
            MetricName="ApproximateAgeOfOldestMessage",
            Dimensions=[{"Name": "QueueName", "Value": queue}],
            StartTime=self._since - _LOOK_BACK,
            EndTime=self._since + _LOOK_BACK,
            Period=60,
            Statistics=["Maximum"],
        )
        return max((int(point["Maximum"]) for point in answer.get("Datapoints", ())), default=None)

    def _last_error(self, function: str) -> str:
        pages = self._account.client("logs").get_paginator("filter_log_events")
        asked = {"logGroupName": f"/aws/lambda/{function}", "startTime": int(self._since.timestamp() * 1000)}
        found = [
            event
            for pattern in _FAILURES
            for page in pages.paginate(**asked, filterPattern=pattern, PaginationConfig={"MaxItems": 200})
            for event in page["events"]
        ]
        return last_error(event["message"] for event in sorted(found, key=lambda event: int(event["timestamp"])))


def store_rule_fault(rule_set: receiving.RuleSet, name: str) -> str:
    """What is wrong with the rule that gives mail to byname; empty: nothing."""
    if not rule_set.name:
        return "No receipt rule set is active, so SES takes no mail at all. `byname deploy` makes one."
    rule = rule_set.rule(name)
    if rule is None:
        return f"The active receipt rule set {rule_set.name} has no rule {name}. `byname deploy` adds it."
    return "" if rule.get("Enabled") else f"The receipt rule {name} is switched off. `byname deploy` mends it."


def last_error(messages: Iterable[str]) -> str:
    """The newest error among log lines: its type and place, never its words, which may be a customer's."""
    found = ""
    for message in messages:
        found = _error_in(message) or found
    return found


def _error_in(message: str) -> str:
    if "Task timed out" in message:
        return "it ran out of time"
    if match := _LAMBDAS_OWN.search(message):
        return match[1]
    try:
        line = json.loads(message)
    except ValueError:
        return ""
    if not isinstance(line, dict) or not line.get("error"):
        return ""
    return f"{line['error']} at {line['place']}" if line.get("place") else str(line["error"])


def _beginning(s3: Any, bucket: str, key: str) -> bytes:
    content: bytes = s3.get_object(Bucket=bucket, Key=key, Range="bytes=0-16383")["Body"].read()
    return content


def _known(ask: Callable[[], Fact]) -> Fact | None:
    """The answer; None when AWS does not give one: a missing right must not hide what else can be found out."""
    try:
        return ask()
    except (ClientError, BotoCoreError, click.ClickException, BynameError):
        return None


def _negated(fact: bool | None) -> bool | None:
    return None if fact is None else not fact
