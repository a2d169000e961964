"""The team in the bucket: what is made of each answer a bucket may give. (Its signature: `test_signature.py`.)"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import ClassVar

import pytest

from chalicelib.aws.team_object import TeamObject, fetch
from chalicelib.errors import Unavailable

KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "eu-west-2"}


def test_a_team_in_the_bucket_is_read_with_its_etag() -> None:
    with a_bucket(200, b'{"version": 1}') as environment:
        assert fetch("acme-mail", environment) == TeamObject('{"version": 1}', '"abc"')


@pytest.mark.parametrize("status", [304, 404], ids=["the one we have", "none was ever pushed"])
def test_nothing_new_is_none(status: int) -> None:
    with a_bucket(status) as environment:
        assert fetch("acme-mail", environment, '"abc"') is None


@pytest.mark.parametrize("status", [403, 500, 503])
def test_a_refusing_bucket_is_unavailable(status: int) -> None:
    with a_bucket(status) as environment, pytest.raises(Unavailable, match=f"HTTP {status}"):
        fetch("acme-mail", environment)


def test_a_bucket_that_cannot_be_reached_is_unavailable() -> None:
    with a_bucket(200) as environment:
        gone = dict(environment)
    with pytest.raises(Unavailable, match="EndpointConnectionError"):
        fetch("acme-mail", gone)


def test_the_etag_we_know_is_sent_along() -> None:
    with a_bucket(304) as environment:
        fetch("acme-mail", environment, '"abc"')
    assert _Bucket.asked == ("/acme-mail/team/current.json", '"abc"')


def test_without_credentials_nobody_is_asked() -> None:
    assert fetch("acme-mail", {"AWS_REGION": "eu-west-2"}) is None


class _Bucket(BaseHTTPRequestHandler):
    status: ClassVar[int]
    content: ClassVar[bytes]
    asked: ClassVar[tuple[str, str | None]]

    def do_GET(self) -> None:
        type(self).asked = _Bucket.asked = (self.path, self.headers.get("If-None-Match"))
        self.send_response(self.status)
        self.send_header("ETag", '"abc"')
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()
        self.wfile.write(self.content)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def a_bucket(status: int, content: bytes = b"") -> Iterator[dict[str, str]]:
    """An S3 that answers like this, and the environment that leads to it."""
    server = HTTPServer(("127.0.0.1", 0), type("Bucket", (_Bucket,), {"status": status, "content": content}))
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield {**KEYS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}"}
    finally:
        server.shutdown()
        server.server_close()
