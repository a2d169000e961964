"""Asking AWS without boto3: one signed request, its answer, and what is worth asking again.

boto3 costs 350 ms of a cold start and 1.3 ms of CPU a call, nearly all of it for what our calls never need; signing and
sending them by hand takes 0.3 ms (docs/decisions/013). Names, arguments, answers and errors are boto3's, so whoever
takes a client takes either kind, and tests hold one against the other. The services are in `services.py`.

Sources: SDK reference guide, "Retry behavior" (standard mode) and "Service-specific endpoints"; SES API v2, "Common
Errors"; S3 API reference, "Error responses".
"""

from __future__ import annotations

import base64
import json
import os
import random
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from chalicelib.aws.connection import Answer, Endpoint
from chalicelib.aws.signature import Signer, credentials_in

PASSING_STATUS = frozenset((500, 502, 503, 504))
PASSING = frozenset(
    (
        *("Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "RequestThrottled"),
        *("TooManyRequestsException", "ProvisionedThroughputExceededException", "RequestLimitExceeded", "SlowDown"),
        *("LimitExceededException", "BandwidthLimitExceeded", "TransactionInProgressException"),
        *("PriorRequestNotComplete", "RequestTimeout", "RequestTimeoutException"),
    )
)
"""Errors that AWS's own clients ask again for."""
_XML = {name: re.compile(rf"<{name}>([^<]*)</{name}>") for name in ("Code", "Message")}


class LightClient:
    """One service. Where it is, and who we are, comes from the environment as Lambda and the local cloud set it."""

    def __init__(self, service: str, host: str, variable: str, attempts: int, read_seconds: float) -> None:
        """`service`: its name in signatures. `host`: how its address begins. `variable`: AWS_ENDPOINT_URL_…"""
        self.attempts = attempts
        self.exceptions = Faults()
        self.wait: Callable[[float], None] = time.sleep
        """Between two attempts, for so many seconds; tests need not."""
        self._region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
        self._elsewhere = os.environ.get(f"AWS_ENDPOINT_URL_{variable}") or os.environ.get("AWS_ENDPOINT_URL") or ""
        self._service, self._read_seconds = service, read_seconds
        self._own_host = f"{host}.{self._region}.amazonaws.com"
        self._endpoints: dict[str, Endpoint] = {}

    def close(self) -> None:
        for endpoint in self._endpoints.values():
            endpoint.close()

    def endpoint(self, host: str = "") -> Endpoint:
        """Where the service answers, or a host of its own. Made once."""
        url = self._elsewhere or f"https://{host or self._own_host}"
        if url not in self._endpoints:
            self._endpoints[url] = Endpoint(url, self._read_seconds)
        return self._endpoints[url]

    def signer(self) -> Signer:
        """Raises botocore's NoCredentialsError."""
        credentials = credentials_in(os.environ)
        if credentials is None:
            from botocore.exceptions import NoCredentialsError

            raise NoCredentialsError
        return Signer(credentials, self._region, self._service)

    def ask(
        self, operation: str, method: str, endpoint: Endpoint, path: str, headers: dict[str, str], body: bytes
    ) -> bytes:
        """The content of the answer, after up to `attempts` tries while what goes wrong may pass.

        Raises botocore's ClientError when AWS refuses, and `Endpoint.exchange`'s errors.
        """
        for attempt in range(1, self.attempts + 1):
            try:
                answer = self._once(method, endpoint, path, headers, body)
            except Exception as error:
                if attempt == self.attempts or not _is_of_the_line(error):
                    raise
            else:
                if answer.status < 300:
                    return answer.content
                fault = _fault(answer)
                if attempt == self.attempts or not _may_pass(fault):
                    raise self.exceptions.made(fault, operation)
            self.wait(random.random() * 2 ** (attempt - 1))  # noqa: S311 - it spreads attempts and guards nothing
        raise AssertionError("the last attempt returns or raises")

    def ask_json(self, operation: str, target: str, version: str, arguments: dict[str, Any]) -> Any:
        """In AWS's JSON protocol everything is a POST, and a header names the operation."""
        headers = {"content-type": f"application/x-amz-json-{version}", "x-amz-target": f"{target}.{operation}"}
        body = json.dumps(arguments, default=as_base64).encode()
        return read_json(self.ask(operation, "POST", self.endpoint(), "/", headers, body))

    def _once(self, method: str, endpoint: Endpoint, path: str, headers: dict[str, str], body: bytes) -> Answer:
        path = endpoint.path + path
        signed = self.signer().headers(method, endpoint.host, path, headers, body, datetime.now(UTC))
        return endpoint.exchange(method, path, signed, body)


class Faults:
    """`client.exceptions`: a class for each of AWS's error codes, all of them botocore's ClientError."""

    def __getattr__(self, code: str) -> type[Exception]:
        return _fault_class(code)

    def made(self, response: dict[str, Any], operation: str) -> Exception:
        return _fault_class(response["Error"]["Code"])(response, operation)


@cache
def _fault_class(code: str) -> type[Exception]:
    from botocore.exceptions import ClientError  # needed by nobody for whom all goes well

    return type(code, (ClientError,), {})


def as_base64(value: object) -> str:
    """Bytes in AWS's JSON."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"AWS's JSON has no {type(value).__name__}")


def read_json(content: bytes) -> Any:
    """What AWS answered. Raises botocore's HTTPClientError when it is no JSON: then nobody knows what was done."""
    try:
        return json.loads(content, object_hook=_with_bytes if b'"B"' in content else None)
    except ValueError as error:
        from botocore.exceptions import HTTPClientError

        raise HTTPClientError(error=error) from error


def _with_bytes(value: dict[str, Any]) -> dict[str, Any]:
    """The inverse of `as_base64`, for DynamoDB's `{"B": "…"}`."""
    packed = value.get("B")
    return {"B": base64.b64decode(packed)} if isinstance(packed, str) and len(value) == 1 else value


def _fault(answer: Answer) -> dict[str, Any]:
    """botocore's `ClientError.response` for an answer: its code is in a header, in JSON or in S3's XML."""
    said = _object(answer.content)
    text = "" if said else answer.content.decode("utf-8", "replace")
    in_xml = {name: match[1] for name, pattern in _XML.items() if (match := pattern.search(text))}
    code = answer.headers.get("x-amzn-errortype") or said.get("__type") or said.get("code") or in_xml.get("Code")
    message = said.get("message") or said.get("Message") or in_xml.get("Message", "")
    # `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException`, `MessageRejected:http://…`
    plain = str(code or answer.status).partition(":")[0].rpartition("#")[2]
    metadata = {"HTTPStatusCode": answer.status}
    return {**said, "Error": {"Code": plain, "Message": str(message)}, "ResponseMetadata": metadata}


def _object(content: bytes) -> dict[str, Any]:
    """The JSON object an error may be; empty when it is none."""
    try:
        said = json.loads(content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _may_pass(fault: dict[str, Any]) -> bool:
    return fault["ResponseMetadata"]["HTTPStatusCode"] in PASSING_STATUS or fault["Error"]["Code"] in PASSING


def _is_of_the_line(error: Exception) -> bool:
    """Whether it is the network's, which another attempt may find better."""
    from botocore.exceptions import ConnectionError, HTTPClientError

    return isinstance(error, ConnectionError | HTTPClientError)
