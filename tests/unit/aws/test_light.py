"""Asking AWS without boto3, over real lines: what is asked again, what an error is called, which line is taken."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, HTTPClientError, NoCredentialsError

from chalicelib.aws import clients, services
from chalicelib.aws.connection import Endpoint

ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "eu-west-1"}
HANG_UP = b"\0hang up"
"""Instead of an answer, or after a part of it."""


def said(status: int, body: bytes = b"{}", *headers: str) -> bytes:
    lines = "".join(f"{header}\r\n" for header in (*headers, f"Content-Length: {len(body)}"))
    return f"HTTP/1.1 {status} Whatever\r\n{lines}\r\n".encode() + body


def fault(code: str, status: int = 400, **more: Any) -> bytes:
    return said(status, json.dumps({"__type": f"com.amazonaws#{code}", "message": "so it is", **more}).encode())


class Aws:
    """Says what it was told to say, one answer for each request, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: list[bytes] = []
        self.asked: list[bytes] = []
        self.lines = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def bodies(self) -> list[Any]:
        return [json.loads(one.partition(b"\r\n\r\n")[2]) for one in self.asked]

    def hang_up(self) -> None:
        """As AWS does with a line that stood idle."""
        for line in self._open:
            with suppress(OSError):  # it is down already
                line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self.hang_up()
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # until nobody listens
            while True:
                line, _ = self._listener.accept()
                self.lines += 1
                self._open.append(line)
                self._threads.append(threading.Thread(target=self._serve, args=(line,)))
                self._threads[-1].start()

    def _serve(self, line: socket.socket) -> None:
        with line, suppress(OSError):
            while request := _request(line):
                self.asked.append(request)
                answer = self.answers.pop(0)
                line.sendall(answer.removesuffix(HANG_UP))
                if answer.endswith(HANG_UP):
                    return


def _request(line: socket.socket) -> bytes:
    """The next one; empty when the other side hung up."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = line.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += line.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    aws = Aws()
    for name, value in {**ENVIRONMENT, "AWS_ENDPOINT_URL": aws.url}.items():
        monkeypatch.setenv(name, value)
    yield aws
    aws.close()


Make = Callable[[Callable[..., Any], int], Any]


@pytest.fixture
def make() -> Iterator[Make]:
    """A client that does not really wait between attempts."""
    made: list[Any] = []

    def client_of(service: Callable[..., Any], attempts: int) -> Any:
        client = service(attempts, read_seconds=5)
        client.wait = lambda _: None
        made.append(client)
        return client

    yield client_of
    for client in made:
        client.close()


@pytest.fixture
def table(aws: Aws, make: Make) -> Any:
    return make(services.DynamoDb, clients.PATIENT)


# --- again, or not -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "passing",
    [fault("ProvisionedThroughputExceededException"), fault("InternalServerError", 500), said(503, b""), HANG_UP],
    ids=["throttled", "a fault of theirs", "an outage without words", "the line goes dead"],
)
def test_what_may_pass_is_asked_again(aws: Aws, table: Any, passing: bytes) -> None:
    aws.answers = [passing, passing, said(200, b'{"Item": {"pk": {"S": "a"}}}')]
    assert table.get_item(TableName="desk") == {"Item": {"pk": {"S": "a"}}}
    assert len(aws.asked) == 3


def test_what_passes_not_is_raised_as_botocores_error(aws: Aws, table: Any) -> None:
    aws.answers = [fault("ThrottlingException")] * 3
    with pytest.raises(ClientError) as throttled:
        table.get_item(TableName="desk")
    assert throttled.value.response["Error"] == {"Code": "ThrottlingException", "Message": "so it is"}


def test_a_refusal_is_final_and_brings_its_reasons(aws: Aws, table: Any) -> None:
    aws.answers = [fault("TransactionCanceledException", CancellationReasons=[{"Code": "None"}])]
    with pytest.raises(table.exceptions.TransactionCanceledException) as cancelled:
        table.transact_write_items(TransactItems=[])
    assert cancelled.value.response["CancellationReasons"] == [{"Code": "None"}]


def test_another_attempt_of_a_transaction_is_the_same_transaction(aws: Aws, table: Any) -> None:
    aws.answers = [HANG_UP, said(200), said(200)]
    table.transact_write_items(TransactItems=[])
    table.transact_write_items(TransactItems=[])
    first, again, other = (body["ClientRequestToken"] for body in aws.bodies())
    assert first == again != other
    assert len(first) <= 36


def test_a_letter_is_handed_over_once_whatever_happens(aws: Aws, make: Make) -> None:
    ses = make(services.Ses, clients.ONCE)
    aws.answers = [HANG_UP, said(500), said(200, b"<html>")]
    for error in (ConnectionClosedError, ClientError, HTTPClientError):
        with pytest.raises(error):
            ses.send_email(Content={"Raw": {"Data": b"\xff"}})
    assert len(aws.asked) == 3
    assert aws.bodies()[0] == {"Content": {"Raw": {"Data": "/w=="}}}


def test_without_credentials_nobody_is_asked(aws: Aws, table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(NoCredentialsError):
        table.get_item(TableName="desk")
    assert aws.asked == []


# --- what AWS says -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (said(400, b'{"message": "no"}', "x-amzn-ErrorType: MessageRejected:http://internal/"), "MessageRejected"),
        (said(400, b'{"code": "MessageRejected"}'), "MessageRejected"),
        (said(404, b"<Error><Code>NoSuchKey</Code><Message>no</Message></Error>"), "NoSuchKey"),
        (said(403, b""), "403"),
        (said(400, b"{broken"), "400"),
    ],
)
def test_an_error_has_awss_own_name(aws: Aws, make: Make, answer: bytes, code: str) -> None:
    aws.answers = [answer]
    with pytest.raises(ClientError) as refused:
        make(services.Ses, clients.ONCE).send_email()
    assert refused.value.response["Error"]["Code"] == code


def test_bytes_come_back_as_bytes(aws: Aws, table: Any) -> None:
    item = {"packed": {"B": b"\x00\xff"}, "body": {"S": '{"B":"x"}'}}
    aws.answers = [said(200, b'{"Item": {"packed": {"B": "AP8="}, "body": {"S": "{\\"B\\":\\"x\\"}"}}}')]
    assert table.get_item(Key={"pk": {"B": b"\x00"}}) == {"Item": item}
    assert aws.bodies() == [{"Key": {"pk": {"B": "AA=="}}}]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nwhole\r\n7\r\n object\r\n0\r\nX: y\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nwhole object",
    ],
    ids=["in chunks", "announced"],
)
def test_an_answer_is_read_whole_and_the_line_used_again(aws: Aws, make: Make, answer: bytes) -> None:
    s3 = make(services.S3, clients.ONCE)
    aws.answers = [answer, answer]
    for _ in range(2):
        assert s3.get_object(Bucket="mail", Key="inbound/1")["Body"].read() == b"whole object"
    assert aws.lines == 1


@pytest.mark.parametrize(
    "half",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
    ],
)
def test_half_an_answer_is_none(aws: Aws, make: Make, half: bytes) -> None:
    aws.answers = [half + HANG_UP]
    with pytest.raises(ConnectionClosedError):
        make(services.S3, clients.ONCE).get_object(Bucket="mail", Key="inbound/1")


# --- lines -------------------------------------------------------------------------------------------------------


def test_a_line_that_was_closed_meanwhile_is_not_used(aws: Aws, make: Make) -> None:
    ses = make(services.Ses, clients.ONCE)
    aws.answers = [said(200, b'{"MessageId": "1"}'), said(200, b'{"MessageId": "2"}')]
    ses.send_email()
    aws.hang_up()
    assert ses.send_email() == {"MessageId": "2"}
    assert aws.lines == 2


def test_a_line_that_rested_while_lambda_slept_is_not_trusted(aws: Aws) -> None:
    """Whatever lies between may have forgotten it, and the letter would be one nobody knows about."""
    times = iter((1_000.0, 1_004.9, 1_004.9, 1_900.0, 1_900.0)).__next__
    endpoint = Endpoint(aws.url, read_seconds=5, seconds=times)
    aws.answers = [said(200, b"{}")] * 3
    lines = []
    for _ in range(3):
        endpoint.exchange("POST", "/", {"host": endpoint.host})
        lines.append(aws.lines)
    endpoint.close()
    assert lines == [1, 1, 2]


def test_a_header_cannot_begin_another_one(aws: Aws, make: Make) -> None:
    with pytest.raises(ValueError, match="stay on its line"):
        make(services.S3, clients.ONCE).put_object(Bucket="mail", Key="a", Body=b"", ContentType="text/plain\r\nx: y")
    assert aws.asked == []


@pytest.mark.parametrize(
    ("bucket", "address"),
    [
        ("acme-mail", "https://acme-mail.s3.eu-west-1.amazonaws.com/parts/a%20b/1?"),
        ("acme.mail", "https://s3.eu-west-1.amazonaws.com/acme.mail/parts/a%20b/1?"),
    ],
)
def test_on_aws_a_bucket_has_a_host_of_its_own_unless_no_certificate_fits_it(
    monkeypatch: pytest.MonkeyPatch, bucket: str, address: str
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    s3 = services.S3(clients.ONCE, read_seconds=5)
    link = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "parts/a b/1"}, ExpiresIn=300)
    assert link.startswith(address)
