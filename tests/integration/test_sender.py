"""SES over a real line that breaks in real ways: how often a letter is handed over, and what we make of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest

from chalicelib.aws import clients, services
from chalicelib.aws.sender import SesSender
from chalicelib.ports import NotSent, Outcome, Sent, Unknown
from tests.integration.conftest import PRETENCE, free_port

pytestmark = pytest.mark.integration
MIME = b"From: support@harris.example\r\nTo: jane@customer.example\r\n\r\nBob has your message.\r\n"


class Line:
    """A SESv2 endpoint that answers as it is told and counts what it was handed."""

    def __init__(self) -> None:
        self.handed_over: list[dict[str, Any]] = []
        self.status = 200
        self.answer: dict[str, Any] | None = {"MessageId": "0102019a-1111-000000"}
        """None: the line goes dead instead."""
        self.error = ""
        self.silent = False
        self.hang_up = Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def _handler(line) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler's
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                line.handed_over.append(json.loads(self.rfile.read(length)))
                if line.silent:
                    line.hang_up.wait(30)
                if line.answer is None or line.silent:
                    self.close_connection = True
                    return
                body = json.dumps(line.answer).encode()
                self.send_response(line.status)
                if line.error:
                    self.send_header("x-amzn-ErrorType", line.error)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        return Handler


@pytest.fixture
def line() -> Iterator[Line]:
    line = Line()
    running = Thread(target=line.server.serve_forever, kwargs={"poll_interval": 0.01})
    running.start()
    yield line
    line.hang_up.set()
    line.server.shutdown()
    line.server.server_close()
    running.join()


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in PRETENCE.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def sender(line: Line, here: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[SesSender]:
    """With the very client that runs in Lambda, at an endpoint that only the environment names."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", line.address)
    clients.forget()
    yield SesSender(clients.ses(), "byname")
    clients.ses().close()
    clients.forget()


def send(sender: SesSender) -> Outcome:
    return sender.send(MIME, "support@harris.example", "jane@customer.example", "acknowledgement-1", "k7q3md9x2a")


def test_a_letter_that_ses_takes_is_sent(sender: SesSender, line: Line) -> None:
    assert send(sender) == Sent("0102019a-1111-000000")
    (request,) = line.handed_over
    assert request["Destination"] == {"ToAddresses": ["jane@customer.example"]}
    assert request["ConfigurationSetName"] == "byname"


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (429, "TooManyRequestsException", NotSent("TooManyRequestsException: so it is", again=True)),
        (503, "ServiceUnavailable", NotSent("ServiceUnavailable: so it is", again=True)),
        (400, "MessageRejected", NotSent("MessageRejected: so it is", again=False)),
    ],
)
def test_a_refused_letter_is_handed_over_once(
    sender: SesSender, line: Line, status: int, code: str, outcome: NotSent
) -> None:
    line.status, line.error, line.answer = status, code, {"message": "so it is"}
    assert send(sender) == outcome
    assert len(line.handed_over) == 1


def test_a_letter_whose_answer_is_cut_off_is_handed_over_once_and_unknown(sender: SesSender, line: Line) -> None:
    line.answer = None
    assert send(sender) == Unknown("the answer of SES got lost (ConnectionClosedError)")
    assert len(line.handed_over) == 1


def test_a_letter_whose_answer_never_comes_is_handed_over_once_and_unknown(
    line: Line, here: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.silent = True
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", line.address)
    client: Any = services.Ses(clients.ONCE, read_seconds=0.3)
    assert send(SesSender(client)) == Unknown("the answer of SES got lost (ReadTimeoutError)")
    assert len(line.handed_over) == 1
    client.close()


def test_where_nobody_listens_nothing_was_sent(here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", f"http://127.0.0.1:{free_port()}")
    client: Any = services.Ses(clients.ONCE, read_seconds=5)
    assert send(SesSender(client)) == NotSent("SES could not be reached (EndpointConnectionError)", again=True)
    client.close()
