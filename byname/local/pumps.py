"""What Lambda's own machinery does: polls the queues, keeps the schedule, calls `app.py`'s handlers one at a time."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from byname.local.activity import Activity
from byname.local.received import REGION
from byname.local.sent_events import ACCOUNT
from chalicelib.ports import Clock

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

BATCH = 10
POLL_SECONDS = 1
"""How long one poll may wait. Short, so that a stop waits no longer than that; a message wakes it at once."""
TIMEOUT_SECONDS = 60

Handler = Callable[[Mapping[str, Any], Any], Any]
"""A Chalice event handler: AWS's JSON and a context in, whatever it answers out."""

log = logging.getLogger(__name__)


class Context:
    """The Lambda context a handler gets: who runs, and how long it may."""

    function_version = "$LATEST"
    memory_limit_in_mb = 512
    log_stream_name = "local"

    def __init__(self, function: str) -> None:
        self.function_name = f"byname-local-{function}"
        self.invoked_function_arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function_name}"
        self.log_group_name = f"/aws/lambda/{self.function_name}"
        self.aws_request_id = str(uuid.uuid4())
        self._ends = time.monotonic() + TIMEOUT_SECONDS

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._ends - time.monotonic()) * 1000))


class Instance:
    """One Lambda instance: runs one invocation at a time.

    Powertools keeps its metrics and log keys per process, so two at once would be a fault that AWS does not have.
    """

    def __init__(self, activity: Activity) -> None:
        self._one_at_a_time = threading.Lock()
        self._activity = activity

    def invoke(self, name: str, handler: Handler, event: Mapping[str, Any]) -> Any:
        with self._activity.doing(), self._one_at_a_time:
            return handler(event, Context(name))

    def alone(self, act: Callable[[], None]) -> None:
        """Any other work that must not run beside a handler: a page's request."""
        with self._activity.doing(), self._one_at_a_time:
            act()


@dataclass(frozen=True, slots=True)
class Source:
    """A queue and the handler that Lambda would call for it."""

    name: str
    queue_url: str
    handler: Handler


class Pump:
    """Lambda's poller for one queue: receive, invoke, delete what did not fail.

    What failed stays in the queue until its visibility timeout ends, and goes to the dead letters after the queue's
    number of tries, as on AWS.
    """

    def __init__(
        self, source: Source, sqs: SQSClient, instance: Instance, activity: Activity, stopping: threading.Event
    ) -> None:
        """`stopping` is shared by all pumps: their last polls end together."""
        self._source, self._sqs = source, sqs
        self._instance, self._activity = instance, activity
        self._arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{source.queue_url.rpartition('/')[2]}"
        self._stopping = stopping
        self._thread = threading.Thread(target=self._run, name=f"pump-{source.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when the poll under way, and what it brought, is done."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                messages = self._receive()
            except (BotoCoreError, ClientError) as error:
                log.warning("the %s queue does not answer: %s", self._source.name, error)
                self._stopping.wait(1)
                continue
            if messages:
                with self._activity.doing():
                    self._hand_over(messages)

    def _receive(self) -> Sequence[MessageTypeDef]:
        answer = self._sqs.receive_message(
            QueueUrl=self._source.queue_url,
            MaxNumberOfMessages=BATCH,
            WaitTimeSeconds=POLL_SECONDS,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return answer.get("Messages", [])

    def _hand_over(self, messages: Sequence[MessageTypeDef]) -> None:
        event = {"Records": [sqs_record(message, self._arn) for message in messages]}
        try:
            answer = self._instance.invoke(self._source.name, self._source.handler, event)
        except Exception:
            # As on AWS: an invocation that raises has handled none of its batch.
            log.exception("%s failed; its messages come back after the visibility timeout", self._source.name)
            return
        failed = {item["itemIdentifier"] for item in (answer or {}).get("batchItemFailures") or ()}
        done = [message for message in messages if message["MessageId"] not in failed]
        if done:
            self._delete(done)

    def _delete(self, messages: Sequence[MessageTypeDef]) -> None:
        try:
            self._sqs.delete_message_batch(
                QueueUrl=self._source.queue_url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                    for number, message in enumerate(messages)
                ],
            )
        except (BotoCoreError, ClientError) as error:
            log.warning("handled messages could not be deleted and will come again: %s", error)


def sqs_record(message: MessageTypeDef, queue_arn: str) -> dict[str, Any]:
    """One record of the event Lambda makes of SQS messages.

    https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    """
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {
            name: {
                "stringValue": value.get("StringValue"),
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": value["DataType"],
            }
            for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }


def scheduled_event(at: datetime) -> dict[str, Any]:
    """What EventBridge sends a scheduled function."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/byname-local-keep-promises"],
        "detail": {},
    }


class Ticker:
    """The schedule: one run at the start, then one every `seconds`, and one at once whenever somebody asks."""

    def __init__(self, seconds: float, handler: Handler, clock: Clock, instance: Instance) -> None:
        self._seconds, self._handler = seconds, handler
        self._clock, self._instance = clock, instance
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def soon(self) -> None:
        """Do not wait for the next minute: the clock was turned."""
        self._wake.set()

    def now(self) -> Any:
        """One run in the caller's own thread; returns, or raises, what the handler does."""
        return self._instance.invoke("keep_promises", self._handler, scheduled_event(self._clock.now()))

    def _run(self) -> None:
        while not self._stopping:
            try:
                self.now()
            except Exception:  # as on AWS: the schedule goes on
                log.exception("keep_promises failed; it runs again in %g s", self._seconds)
            self._wake.wait(self._seconds)
            self._wake.clear()
