"""The inbound queue, for a delivery that is safe in S3 and must come by once more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chalicelib.aws.clients import reaching

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient


class InboundQueue:
    """ports.Again on SQS. `events.deliveries` reads what this writes."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, key: str) -> None:
        with reaching("inbound queue"):
            self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps({"byname": "delivery", "key": key}))
