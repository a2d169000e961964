"""The other side of the AWS calls, in a process of its own so that only *our* CPU is counted.

    python -m bench.aws_side [certificate key]      prints its port, and answers on 127.0.0.1 until its input ends

It speaks HTTP/1.1 with keep-alive, over TLS when it has a certificate, and knows just what a mail needs: S3 objects,
DynamoDB's batch read and transaction (rows that were put are found again), one secret, SES's SendEmail. It counts and
keeps what it was asked, so that the floor can ask the very same.
"""

from __future__ import annotations

import base64
import json
import socket
import ssl
import sys
import threading
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any, cast

RING = {"newest": "1", "1": "k" * 64}
FLAT = json.dumps(RING)
KEPT_REQUESTS = 50

Answer = tuple[int, dict[str, str], bytes]


@dataclass(slots=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def operation(self) -> str:
        target = self.headers.get("x-amz-target", "")
        if target:
            return target.rpartition(".")[2]
        return "SendEmail" if self.path.startswith("/v2/email/") else f"S3 {self.method}"


@dataclass(slots=True)
class Aws:
    """What was stored, and what was asked."""

    objects: dict[str, bytes] = field(default_factory=dict)
    rows: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/_asked":
            return self._tell()
        with self.lock:
            self.asked = [*self.asked[-KEPT_REQUESTS:], asked]
        match asked.operation:
            case "S3 GET":
                return self._read(asked.path)
            case "S3 PUT":
                self.objects[asked.path] = asked.body
                return 200, {"ETag": '"d41d8cd98f00b204e9800998ecf8427e"'}, b""
            case "BatchGetItem":
                return _rows(self._found(json.loads(asked.body)))
            case "GetItem":
                row = self.rows.get(_key(json.loads(asked.body)["Key"]))
                return _rows({"Item": row} if row else {})
            case "TransactWriteItems":
                self._put(json.loads(asked.body))
                return _rows({})
            case "UpdateItem":
                return _rows({})
            case "GetSecretValue":
                return _json(
                    {"Name": "byname-keys", "SecretString": FLAT, "VersionId": "1"}, "application/x-amz-json-1.1"
                )
            case "SendEmail":
                return _json({"MessageId": "0102019aafc7c0de-8a5c6f0e-1d2b-4c3a-9e8f-0123456789ab-000000"})
            case _:
                return 400, {"Content-Type": "application/json"}, b'{"message": "unknown"}'

    def _read(self, path: str) -> Answer:
        content = self.objects.get(path.partition("?")[0])
        if content is None:
            return 404, {"Content-Type": "application/xml"}, b"<Error><Code>NoSuchKey</Code></Error>"
        headers = {
            "Content-Type": "application/octet-stream",
            "ETag": '"9b2cf535f27731c974343645a3985328"',
            "Last-Modified": "Mon, 23 Nov 2026 09:07:00 GMT",
            "x-amz-id-2": "kX0MkdSFhyMFtHlOE0hlfJNTpVOgSGIZnWf3mdYnAVcvxPFVBM3kpzJjlNOWQ2Ys",
            "x-amz-server-side-encryption": "AES256",
            "x-amz-checksum-crc64nvme": "IyyKOAAAAAA=",
            "Accept-Ranges": "bytes",
        }
        return 200, headers, content

    def _found(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        responses = {}
        for table, keys in wanted["RequestItems"].items():
            found = (self.rows.get(_key(key)) for key in keys["Keys"])
            responses[table] = [row for row in found if row]
        return {"Responses": responses, "UnprocessedKeys": {}}

    def _put(self, wanted: Mapping[str, Any]) -> None:
        """Conditions are not looked at, and updates change nothing: each mail of the benchmark is new."""
        for action in wanted["TransactItems"]:
            if "Put" in action:
                item = action["Put"]["Item"]
                self.rows[_key(item)] = item

    def _tell(self) -> Answer:
        """What was asked since the last time."""
        with self.lock:
            told, self.asked = self.asked, []
        plain = [
            {
                "operation": one.operation,
                "method": one.method,
                "path": one.path,
                "headers": one.headers,
                "body": base64.b64encode(one.body).decode(),
            }
            for one in told
        ]
        return _json(plain)


def _key(item: Mapping[str, Any]) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _rows(value: object) -> Answer:
    status, headers, body = _json(value, "application/x-amz-json-1.0")
    return status, {**headers, "x-amz-crc32": str(zlib.crc32(body))}, body


def _json(value: object, content_type: str = "application/json") -> Answer:
    return 200, {"Content-Type": content_type}, json.dumps(value).encode()


def _serve(connection: socket.socket, aws: Aws) -> None:
    with connection, connection.makefile("rb", buffering=1 << 16) as stream:
        while asked := _request(cast("IO[bytes]", stream), connection):
            status, headers, body = aws.answer(asked)
            headers |= {
                "x-amzn-RequestId": "2f1c9d3e-5b7a-4c1e-9f60-7d0a1b2c3d4e",
                "Date": "Mon, 23 Nov 2026 09:07:00 GMT",
                "Content-Length": str(len(body)),
                "Server": "Server",
            }
            head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            connection.sendall(f"HTTP/1.1 {status} OK\r\n{head}\r\n".encode() + body)


def _request(stream: IO[bytes], connection: socket.socket) -> Asked | None:
    """The next request on this connection; None when it was closed."""
    line = stream.readline()
    if not line.strip():
        return None
    method, path, _ = line.decode().split(" ", 2)
    headers: dict[str, str] = {}
    while (field_line := stream.readline().strip()) != b"":
        name, _, value = field_line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    if headers.get("expect", "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    return Asked(method, path, headers, stream.read(int(headers.get("content-length", "0"))))


def main() -> None:
    tls = None
    if sys.argv[1:]:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*sys.argv[1:3])
    aws = Aws()
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(listener.getsockname()[1], flush=True)
    threading.Thread(target=_accept, args=(listener, tls, aws), daemon=True).start()
    sys.stdin.read()


def _accept(listener: socket.socket, tls: ssl.SSLContext | None, aws: Aws) -> None:
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_answer, args=(connection, tls, aws), daemon=True).start()


def _answer(connection: socket.socket, tls: ssl.SSLContext | None, aws: Aws) -> None:
    try:
        _serve(tls.wrap_socket(connection, server_side=True) if tls else connection, aws)
    except (ssl.SSLError, ConnectionError):
        connection.close()


if __name__ == "__main__":
    main()
