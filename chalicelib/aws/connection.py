"""HTTP to one AWS endpoint: lines that stay open, whole answers, and botocore's own names for what goes wrong.

The standard library's client would do; it reads headers as mail, which is half the CPU of a short call and a tenth of
the contact page's cold start. botocore is imported when something did go wrong, and not before (docs/decisions/013).

Source: RFC 9112, HTTP/1.1.
"""

from __future__ import annotations

import os
import select
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO
from urllib.parse import urlsplit

CONNECT_SECONDS = 2.0
IDLE_SECONDS = 5.0
"""How long a line may rest and still be trusted: a new one costs a handshake, a dead one a quarter of an hour."""
LONGEST_HEADER = 64 * 1024
"""Bytes of an answer's header, and of one line in it."""
_TOGETHER = 64 * 1024
"""Bytes of a body that leave in one piece with the header; a longer one is not worth copying."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Endpoint:
    """Where one service answers. Safe to use from several threads: a line belongs to one request at a time."""

    def __init__(
        self,
        url: str,
        read_seconds: float,
        connect_seconds: float = CONNECT_SECONDS,
        seconds: Callable[[], float] = time.time,
    ) -> None:
        """`seconds`: the wall clock."""
        parts = urlsplit(url)
        self.url, self.host, self.path = url, parts.netloc, parts.path.rstrip("/")
        self._is_tls, self._name = parts.scheme == "https", parts.hostname or ""
        self._port = parts.port or (443 if self._is_tls else 80)
        self._read_seconds, self._connect_seconds = read_seconds, connect_seconds
        self._seconds = seconds
        self._idle: list[tuple[float, _Line]] = []
        """Since when on the machine's clock, and the line."""

    def exchange(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """One request and its whole answer. `headers` hold the host.

        Raises botocore's EndpointConnectionError or ConnectTimeoutError when nothing was sent, ReadTimeoutError or
        ConnectionClosedError when the request may have arrived.
        """
        head = _head(method, path, headers, body)
        line = self._idle_line() or self._connect()
        try:
            for piece in (head + body,) if len(body) < _TOGETHER else (head, body):
                line.socket.sendall(piece)
            answer, stays_open = _answer(line.stream)
        except (OSError, ValueError) as error:
            line.close()
            from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

            lost = ReadTimeoutError if isinstance(error, TimeoutError) else ConnectionClosedError
            raise lost(endpoint_url=self.url) from error
        if stays_open:
            self._idle.append((self._seconds(), line))
        else:
            line.close()
        return answer

    def close(self) -> None:
        while self._idle:
            self._idle.pop()[1].close()

    def _idle_line(self) -> _Line | None:
        """One that is open already, and that the other side did not close meanwhile, as far as we can know.

        By the wall clock, which goes on while Lambda freezes us: what lies between may have forgotten the line and told
        nobody, and a letter sent into such a line is one of which nobody knows whether it left.
        """
        while self._idle:
            since, line = self._idle.pop()
            if 0 <= self._seconds() - since < IDLE_SECONDS and line.is_quiet:
                return line
            line.close()
        return None

    def _connect(self) -> _Line:
        try:
            made = socket.create_connection((self._name, self._port), self._connect_seconds)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._is_tls:
                made = _tls(os.environ.get("AWS_CA_BUNDLE")).wrap_socket(made, server_hostname=self._name)
        except OSError as error:
            from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError

            unreached = ConnectTimeoutError if isinstance(error, TimeoutError) else EndpointConnectionError
            raise unreached(endpoint_url=self.url, error=error) from error
        made.settimeout(self._read_seconds)
        return _Line(made, made.makefile("rb"))


@dataclass(frozen=True, slots=True)
class _Line:
    """A connection, and the stream its answers are read from."""

    socket: socket.socket
    stream: BinaryIO

    @property
    def is_quiet(self) -> bool:
        """Nothing to read: an idle line that has something to say says goodbye."""
        poll = select.poll()
        poll.register(self.socket, select.POLLIN)
        return not poll.poll(0)

    def close(self) -> None:
        self.stream.close()
        self.socket.close()


@cache
def _tls(bundle: str | None) -> ssl.SSLContext:
    """Made once: reading the machine's certificates takes 20 ms."""
    return ssl.create_default_context(cafile=bundle)


def _head(method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """Raises ValueError for a header that would begin another one."""
    if any("\r" in value or "\n" in value for value in headers.values()):
        raise ValueError("a header's value must stay on its line")
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}content-length: {len(body)}\r\n\r\n".encode("latin-1")


# --- reading an answer -------------------------------------------------------------------------------------------


def _answer(stream: BinaryIO) -> tuple[Answer, bool]:
    """The answer, and whether the line may be used again. Raises OSError and ValueError when it is not whole."""
    status, version = 100, ""
    while 100 <= status < 200:  # `100 Continue` and its like announce the answer
        version, status = _status(stream)
        headers = _headers(stream)
    content, to_the_end = (b"", False) if status in (204, 304) else _content(stream, headers)
    stays_open = version == "HTTP/1.1" and not to_the_end and headers.get("connection", "").lower() != "close"
    return Answer(status, headers, content), stays_open


def _status(stream: BinaryIO) -> tuple[str, int]:
    version, status, *_ = _line(stream).split(" ", 2)
    if not version.startswith("HTTP/1."):
        raise ValueError("this is not HTTP")
    return version, int(status)


def _headers(stream: BinaryIO) -> dict[str, str]:
    headers: dict[str, str] = {}
    size = 0
    while text := _line(stream):
        size += len(text)
        if size > LONGEST_HEADER:
            raise ValueError("the header has no end")
        name, _, value = text.partition(":")
        headers[name.lower()] = value.strip()
    return headers


def _content(stream: BinaryIO, headers: Mapping[str, str]) -> tuple[bytes, bool]:
    """The content, and whether only the end of the line ended it."""
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return b"".join(_chunks(stream)), False
    if "content-length" in headers:
        return _exactly(stream, int(headers["content-length"])), False
    return stream.read(), True


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while size := int(_line(stream).partition(";")[0], 16):
        yield _exactly(stream, size)
        _line(stream)
    _headers(stream)  # whatever is said after the last chunk


def _exactly(stream: BinaryIO, size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise ConnectionError("the line went dead")
    return content


def _line(stream: BinaryIO) -> str:
    text = stream.readline(LONGEST_HEADER)
    if not text.endswith(b"\n"):
        raise ConnectionError("the line went dead")
    return text.decode("latin-1").rstrip("\r\n")
