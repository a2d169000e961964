"""The operations byname calls, each on a client like boto3's of that service. How they are asked: `light.py`.

Sources: DynamoDB developer guide, "DynamoDB low-level API"; S3 API reference, GetObject and PutObject; SES API v2,
SendEmail; Secrets Manager, GetSecretValue; SQS developer guide, "AWS JSON protocol".
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from chalicelib.aws.connection import Endpoint
from chalicelib.aws.light import LightClient, as_base64, read_json


class DynamoDb(LightClient):
    def __init__(self, attempts: int, read_seconds: float) -> None:
        super().__init__("dynamodb", "dynamodb", "DYNAMODB", attempts, read_seconds)

    def batch_get_item(self, **arguments: Any) -> Any:
        return self._ask("BatchGetItem", arguments)

    def get_item(self, **arguments: Any) -> Any:
        return self._ask("GetItem", arguments)

    def query(self, **arguments: Any) -> Any:
        return self._ask("Query", arguments)

    def update_item(self, **arguments: Any) -> Any:
        return self._ask("UpdateItem", arguments)

    def transact_write_items(self, **arguments: Any) -> Any:
        """With a token, so that another attempt of one that did arrive is no second transaction."""
        return self._ask("TransactWriteItems", {"ClientRequestToken": os.urandom(16).hex(), **arguments})

    def _ask(self, operation: str, arguments: dict[str, Any]) -> Any:
        return self.ask_json(operation, "DynamoDB_20120810", "1.0", arguments)


class S3(LightClient):
    """A bucket has a host of its own, except elsewhere than on AWS."""

    def __init__(self, attempts: int, read_seconds: float) -> None:
        super().__init__("s3", "s3", "S3", attempts, read_seconds)

    def get_object(self, *, Bucket: str, Key: str) -> Any:  # noqa: N803 - boto3's names
        endpoint, path = self._place(Bucket, Key)
        return {"Body": io.BytesIO(self.ask("GetObject", "GET", endpoint, path, {}, b""))}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, ContentType: str) -> Any:  # noqa: N803
        endpoint, path = self._place(Bucket, Key)
        self.ask("PutObject", "PUT", endpoint, path, {"content-type": ContentType}, Body)
        return {}

    def generate_presigned_url(self, operation: str, Params: Mapping[str, str], ExpiresIn: int) -> str:  # noqa: N803
        """For `get_object`, the only operation we give away."""
        if operation != "get_object":
            raise ValueError(f"only get_object can be presigned here, not {operation}")
        endpoint, path = self._place(Params["Bucket"], Params["Key"])
        said = {
            "response-content-disposition": "ResponseContentDisposition",
            "response-content-type": "ResponseContentType",
        }
        query = {name: Params[argument] for name, argument in said.items() if argument in Params}
        path = endpoint.path + path
        signed = self.signer().query(endpoint.host, path, query, ExpiresIn, datetime.now(UTC))
        return f"{urlsplit(endpoint.url).scheme}://{endpoint.host}{path}?{signed}"

    def _place(self, bucket: str, key: str) -> tuple[Endpoint, str]:
        path = "/" + quote(key, safe="/~")
        # A dot in the bucket's name would not fit the certificate of its host.
        in_path = bool(self._elsewhere) or "." in bucket
        return self.endpoint("" if in_path else f"{bucket}.{self._own_host}"), f"/{bucket}{path}" if in_path else path


class Ses(LightClient):
    def __init__(self, attempts: int, read_seconds: float) -> None:
        super().__init__("ses", "email", "SESV2", attempts, read_seconds)

    def send_email(self, **arguments: Any) -> Any:
        body = json.dumps(arguments, default=as_base64).encode()
        headers = {"content-type": "application/json"}
        path = "/v2/email/outbound-emails"
        return read_json(self.ask("SendEmail", "POST", self.endpoint(), path, headers, body))


class SecretsManager(LightClient):
    def __init__(self, attempts: int, read_seconds: float) -> None:
        super().__init__("secretsmanager", "secretsmanager", "SECRETS_MANAGER", attempts, read_seconds)

    def get_secret_value(self, **arguments: Any) -> Any:
        return self.ask_json("GetSecretValue", "secretsmanager", "1.1", arguments)


class Sqs(LightClient):
    def __init__(self, attempts: int, read_seconds: float) -> None:
        super().__init__("sqs", "sqs", "SQS", attempts, read_seconds)

    def send_message(self, **arguments: Any) -> Any:
        return self.ask_json("SendMessage", "AmazonSQS", "1.0", arguments)
