"""What SES tells of each mail, heard beside byname: a queue of our own on the stack's event topic, while the test runs.

byname keeps of a letter that it was sent or that it failed; that it was *delivered* only the event says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from chalicelib.aws import events
from chalicelib.desk.sending_events import Event, SendingEvent
from chalicelib.errors import Refused

_KEPT_SECONDS = "3600"
_FINAL = (Event.DELIVERED, Event.BOUNCED, Event.REJECTED)


class Ears:
    """Events by SES's id of the mail. `listen` first, `stop` at the end; both may be repeated."""

    def __init__(self, sqs: Any, sns: Any, topic_arn: str, name: str) -> None:
        """`name`: what the queue is called."""
        self._sqs, self._sns, self._topic, self._name = sqs, sns, topic_arn, name
        self._url = ""
        self._heard: dict[str, list[SendingEvent]] = {}

    def listen(self) -> None:
        arn = f"{self._topic.rpartition(':')[0].replace(':sns:', ':sqs:')}:{self._name}"
        attributes = {"MessageRetentionPeriod": _KEPT_SECONDS, "Policy": json.dumps(_policy(arn, self._topic))}
        self._url = self._sqs.create_queue(QueueName=self._name, Attributes=attributes)["QueueUrl"]
        self._sns.subscribe(
            TopicArn=self._topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"}
        )

    def stop(self) -> None:
        """Takes queue and subscription away, if they are there."""
        pages = self._sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=self._topic)
        for subscription in (one for page in pages for one in page["Subscriptions"]):
            if subscription["Endpoint"].endswith(f":{self._name}") and subscription["SubscriptionArn"].startswith(
                "arn:"
            ):
                self._sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
        try:
            url = self._url or self._sqs.get_queue_url(QueueName=self._name)["QueueUrl"]
            self._sqs.delete_queue(QueueUrl=url)
        except self._sqs.exceptions.QueueDoesNotExist:
            return

    def about(self, ses_id: str) -> tuple[SendingEvent, ...]:
        """Everything SES has told of this mail so far, in the order it came."""
        self._take_what_came()
        return tuple(self._heard.get(ses_id, ()))

    def fate(self, ses_id: str) -> SendingEvent | None:
        """How its journey ended: delivered, bounced or rejected; None while it is under way."""
        return next((event for event in self.about(ses_id) if event.event in _FINAL), None)

    def _take_what_came(self) -> None:
        wait = 1  # a poll that does not wait asks only some of SQS's machines
        while messages := self._sqs.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=wait
        ).get("Messages"):
            for event in _read(message["Body"] for message in messages):
                self._heard.setdefault(event.ses_id, []).append(event)
            handles = [{"Id": str(n), "ReceiptHandle": one["ReceiptHandle"]} for n, one in enumerate(messages)]
            self._sqs.delete_message_batch(QueueUrl=self._url, Entries=handles)
            wait = 0


def _read(bodies: Iterable[str]) -> Iterable[SendingEvent]:
    for body in bodies:
        try:
            event = events.feedback({"body": body})
        except Refused:  # a test message, or nothing of SES's
            continue
        if event is not None:
            yield event


def _policy(queue_arn: str, topic_arn: str) -> dict[str, Any]:
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    return {"Version": "2012-10-17", "Statement": [allowed]}
