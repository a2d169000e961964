"""What one new mail costs us, in a process that does nothing else. Run by `bench.path`; answers one JSON object.

    python -m bench.handled PORT SCHEME CERTIFICATE MAILS

`app.py`'s own handler is called as Lambda calls it, and AWS is `bench.aws_side` on that port. Counted is the CPU of
this process, user and system, TLS and HTTP included. Taken in turns: a small mail, a large one, and beside each what
can be compared with it: the same requests through bare boto3 clients, and the same requests signed and sent by hand.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import os
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.parser import BytesParser
from email.policy import compat32
from functools import partial
from typing import Any

from bench import mails

WARM_UP = 25
"""Of each kind of mail, not counted: what is made on first use is made there."""
BOTO3_EVERY = 8
"""Mails: boto3's turn is seldom, because it leaves nothing of ours in the processor's caches, and Lambda has none."""
LETTERS = 2
"""The acknowledgement and the forward."""
MONDAY = datetime(2026, 11, 23, 9, 7, tzinfo=UTC)
REGION = "eu-west-1"

Request = dict[str, Any]


class Context:
    """What Powertools reads of a Lambda context."""

    function_name, memory_limit_in_mb = "receive_mail", 512
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:receive_mail"
    aws_request_id = "bench"


class StoppedClock:
    def now(self) -> datetime:
        return MONDAY


class Wire:
    """One connection to the other side, kept open, spoken by hand: http.client, and a signature of two hashes."""

    def __init__(self, scheme: str, port: int, bundle: str) -> None:
        if scheme == "https":
            tls = ssl.create_default_context(cafile=bundle)
            self._connection: http.client.HTTPConnection = http.client.HTTPSConnection("127.0.0.1", port, context=tls)
        else:
            self._connection = http.client.HTTPConnection("127.0.0.1", port)

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> bytes:
        self._connection.request(method, path, body, headers or {})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise ConnectionError(f"{method} {path}: {answer.status}")
        return content

    def replay(self, request: Request, service: str) -> None:
        """A request that was recorded, signed anew (SigV4) and sent."""
        body = request["content"]
        kept = ("content-type", "x-amz-target")
        headers = {name: value for name, value in request["headers"].items() if name in kept}
        headers |= _signature(request["method"], request["path"], headers, body, service)
        content = self.ask(request["method"], request["path"], body, headers)
        if service != "s3":
            json.loads(content)


def _signature(method: str, path: str, headers: dict[str, str], body: bytes, service: str) -> dict[str, str]:
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    digest = hashlib.sha256(body).hexdigest()
    signed = {**headers, "host": "127.0.0.1", "x-amz-date": stamp, "x-amz-content-sha256": digest}
    names = sorted(signed)
    listed = "".join(f"{name}:{signed[name]}\n" for name in names)
    canonical = "\n".join((method, path, "", listed, ";".join(names), digest))
    scope = f"{stamp[:8]}/{REGION}/{service}/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = b"AWS4test"
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    words = f"AWS4-HMAC-SHA256 Credential=test/{scope}, SignedHeaders={';'.join(names)}, Signature={signature}"
    return {"x-amz-date": stamp, "x-amz-content-sha256": digest, "Authorization": words}


SERVICES = {"S3": "s3", "SendEmail": "ses"}


def service_of(request: Request) -> str:
    return SERVICES.get(request["operation"].partition(" ")[0], "dynamodb")


class Bare:
    """The same requests through boto3's clients with their usual settings, and nothing around them."""

    def __init__(self) -> None:
        from boto3.session import Session

        session = Session()
        self._clients: dict[str, Any] = {
            service: session.client(name)  # type: ignore[call-overload]  # the service is a name
            for service, name in (("s3", "s3"), ("dynamodb", "dynamodb"), ("ses", "sesv2"))
        }

    def replay(self, request: Request) -> None:
        client = self._clients[service_of(request)]
        match request["operation"]:
            case "S3 GET":
                bucket, key = request["path"].partition("?")[0].lstrip("/").split("/", 1)
                client.get_object(Bucket=bucket, Key=key)["Body"].read()
            case "BatchGetItem":
                client.batch_get_item(**request["arguments"])
            case "TransactWriteItems":
                client.transact_write_items(**request["arguments"])
            case "SendEmail":
                client.send_email(**request["arguments"])
            case other:
                raise LookupError(f"a mail is not meant to ask for {other}")


def recorded(wire: Wire) -> list[Request]:
    """What the other side was asked since the last time."""
    asked: list[Request] = json.loads(wire.ask("GET", "/_asked"))
    for request in asked:
        request["content"] = base64.b64decode(request["body"])
        with contextlib.suppress(ValueError):
            request["arguments"] = json.loads(request["content"])
        if request["operation"] == "SendEmail":
            raw = request["arguments"]["Content"]["Raw"]
            raw["Data"] = base64.b64decode(raw["Data"])
    return asked


INDEXED = ("due", "unsent")


def units_of(asked: list[Request]) -> tuple[int, int]:
    """(writes, reads) that DynamoDB bills for these requests: a unit for each KB written, for each 4 KB read.

    Twice that in a transaction; an index costs a write when a row enters it and one when it leaves. Every read of ours
    is strong, and a row that is not there is billed like a small one.
    """
    actions = [one for request in asked for one in request.get("arguments", {}).get("TransactItems", ())]
    puts = [action["Put"]["Item"] for action in actions if "Put" in action]
    sizes = [-(-len(json.dumps(item)) // 1024) for item in puts]
    updates = len(actions) - len(puts)
    entering = sum(name in item for item in puts for name in INDEXED)
    leaving = sum("unsent" in str(action.get("Update", {}).get("UpdateExpression")) for action in actions)
    reads = [keys for request in asked for keys in request.get("arguments", {}).get("RequestItems", {}).values()]
    return 2 * (sum(sizes) + updates) + entering + leaving, sum(len(keys["Keys"]) for keys in reads)


def cpu_of(act: Callable[[], object]) -> float:
    """Milliseconds of this process's CPU, user and system."""
    began = time.process_time_ns()
    act()
    return (time.process_time_ns() - began) / 1e6


def by_boto3(bare: Bare, requests: list[Request]) -> None:
    for request in requests:
        bare.replay(request)


def floor(wire: Wire, requests: list[Request], raw: bytes) -> None:
    for request in requests:
        wire.replay(request, service_of(request))
    message = BytesParser(policy=compat32).parsebytes(raw)
    for part in message.walk():
        part.get_payload(decode=True)


def handled(handler: Callable[[Any, Any], Any], event: Any) -> None:
    answer = handler(event, Context())
    if answer != {"batchItemFailures": []}:
        raise RuntimeError(f"the mail was not handled: {answer}")


def measure(port: int, scheme: str, bundle: str, count: int) -> dict[str, Any]:
    """Samples by name (`ours 4 KB`, `floor 4 KB`, …) in milliseconds; what one mail asks for, and DynamoDB's units."""
    import app
    from chalicelib.setup import wiring

    wiring.use_clock(StoppedClock())
    wire, by_hand, bare = Wire(scheme, port, bundle), Wire(scheme, port, bundle), Bare()
    found: dict[str, Any] = {"calls": [], "units": [0, 0]}
    for number, kind in _in_turns(count):
        raw = (mails.small if kind == "4 KB" else mails.large)(number)
        wire.ask("PUT", f"/{mails.BUCKET}/{mails.key_of(number)}", raw)
        recorded(wire)
        event = mails.event_of(number)
        took = {"ours": cpu_of(partial(handled, app.receive_mail, event))}
        asked = recorded(wire)
        if number == 0:
            continue  # the first of all asked for the key ring and for a pushed team as well
        took["floor"] = cpu_of(partial(floor, by_hand, asked, raw))
        if number // 2 % BOTO3_EVERY == 0:
            took["boto3"] = cpu_of(partial(by_boto3, bare, asked))
        if number >= 2 * WARM_UP:
            _keep(found, kind, took, asked)
    return found


def _keep(found: dict[str, Any], kind: str, took: dict[str, float], asked: list[Request]) -> None:
    calls = [one["operation"] for one in asked]
    if calls.count("SendEmail") != LETTERS:
        raise RuntimeError(f"a new mail is to cause {LETTERS} letters; this one asked for {calls}")
    for what, cost in took.items():
        found.setdefault(f"{what} {kind}", []).append(cost)
    found["calls"] = max(found["calls"], calls, key=len)
    found["units"] = [max(pair) for pair in zip(found["units"], units_of(asked), strict=True)]


def _in_turns(count: int) -> Iterator[tuple[int, str]]:
    for number in range(2 * (count + WARM_UP)):
        yield number, ("4 KB", "48 KB")[number % 2]


def main() -> None:
    port, scheme, bundle, count = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
    with open(os.devnull, "w", encoding="utf-8") as log, contextlib.redirect_stdout(log):  # our log lines are work, too
        found = measure(port, scheme, bundle, count)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
