"""A door between one function and AWS: it notes every call on the wire, and turns table calls away when told to.

Where a call ends up is decided by its path, so one address serves for all of AWS, SES included. The door is
also where TLS would end: what comes through it counts as encrypted, as it is on AWS.
"""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from socket import socket
from typing import ClassVar
from urllib.parse import SplitResult, urlsplit

from byname.local.loopback import HOST, LoopbackServer, port_of
from byname.local.ses import PATH as SES_PATH

_NO_CAPACITY = json.dumps(
    {
        "__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
        "message": "The level of configured provisioned throughput for the table was exceeded.",
    }
).encode()
"""DynamoDB developer guide, "Error handling with DynamoDB"."""
_OWN_HEADERS = frozenset(("connection", "transfer-encoding", "content-length", "date", "server"))
"""Of an answer: the door says these itself."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request on the wire and how it was answered."""

    method: str
    path: str
    target: str
    """`DynamoDB_20120810.GetItem`; empty for services that go by method and path."""
    body: bytes
    status: int
    answer: bytes


class AwsDoor:
    """Answers on a socket that is open already."""

    def __init__(self, listener: socket, aws: str, ses: Callable[[], str]) -> None:
        self.endpoint = f"http://{HOST}:{port_of(listener)}"
        self.calls: list[Call] = []
        self.refused = 0
        self._aws, self._ses = aws, ses
        self._table_has_capacity = True
        self._changed = threading.Condition()
        self._server = LoopbackServer(listener, type("Handler", (_Handler,), {"door": self}))

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    @contextmanager
    def throttled(self) -> Iterator[None]:
        """Every table call is turned away inside."""
        self._table_has_capacity = False
        try:
            yield
        finally:
            self._table_has_capacity = True

    def wait_until_refused(self, times: int, timeout: float = 30.0) -> None:
        """Raises TimeoutError when nobody came that often."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.refused >= times, timeout):
                raise TimeoutError(f"{self.refused} calls were refused within {timeout:g} s, not {times}")

    def refuses(self, target: str) -> bool:
        if self._table_has_capacity or not target.startswith("DynamoDB"):
            return False
        with self._changed:
            self.refused += 1
            self._changed.notify_all()
        return True

    def upstream(self, path: str) -> SplitResult:
        return urlsplit(self._ses() if path == SES_PATH else self._aws)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    door: ClassVar[AwsDoor]

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: whoever wants to know reads `calls`."""

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        target = self.headers.get("X-Amz-Target", "")
        if self.door.refuses(target):
            self._answer(400, {"Content-Type": "application/x-amz-json-1.0"}, _NO_CAPACITY)
            return
        where = self.door.upstream(self.path)
        connection = http.client.HTTPConnection(where.hostname or HOST, where.port, timeout=30)
        try:
            connection.request(self.command, self.path, body, {**self.headers, "X-Forwarded-Proto": "https"})
            answer = connection.getresponse()
            content = answer.read()
            self.door.calls.append(Call(self.command, self.path, target, body, answer.status, content))
            headers = {name: value for name, value in answer.getheaders() if name.lower() not in _OWN_HEADERS}
            self._answer(answer.status, headers, content)
        finally:
            connection.close()

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _pass_on  # noqa: N815

    def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
