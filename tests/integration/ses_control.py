"""SES's control plane over real HTTP on loopback, as far as ministack lacks it: receiving, identities, account.

A test sets the state it needs (`account`, `identities`, `rules`) and reads `calls`. boto3 finds it through
AWS_ENDPOINT_URL_SES (the older query protocol) and AWS_ENDPOINT_URL_SESV2 (REST). What belongs to others is passed on:
SendEmail to `sending`, everything unknown (configuration sets) to `aws`.

Sources: Amazon SES API reference (2010-12-01), Amazon SES API v2 reference, and their models in botocore.
"""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Mapping
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar, Self
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

from boto3.session import Session

from byname.local.loopback import HOST, LoopbackServer, free_listener, port_of
from tests.integration.ses_identities import Account, Identities, Suppressed
from tests.integration.ses_receipt_rules import ReceiptRules, SesError

REGION = "eu-west-1"
SENDING = "/v2/email/outbound-emails"

REST = (
    ("POST", r"/identities", "create_email_identity"),
    ("POST", r"/list-identities", "list_email_identities"),
    ("GET", r"/identities/([^/]+)", "get_email_identity"),
    ("DELETE", r"/identities/([^/]+)", "delete_email_identity"),
    ("PUT", r"/identities/([^/]+)/mail-from", "put_email_identity_mail_from_attributes"),
    ("PUT", r"/identities/([^/]+)/dkim", "put_email_identity_dkim_attributes"),
    ("PUT", r"/identities/([^/]+)/dkim/signing", "put_email_identity_dkim_signing_attributes"),
    ("GET", r"/tags", "list_tags_for_resource"),
    ("POST", r"/tags", "tag_resource"),
    ("GET", r"/account", "get_account"),
    ("POST", r"/account/details", "put_account_details"),
    ("PUT", r"/account/pricing-attributes", "put_account_pricing_attributes"),
    ("PUT", r"/account/sending", "put_account_sending_attributes"),
    ("GET", r"/suppression/addresses", "list_suppressed_destinations"),
    ("PUT", r"/suppression/addresses", "put_suppressed_destination"),
    ("GET", r"/suppression/addresses/([^/]+)", "get_suppressed_destination"),
    ("DELETE", r"/suppression/addresses/([^/]+)", "delete_suppressed_destination"),
)
"""Method, path below /v2/email, and the function of `Account`, `Identities` or `Suppressed` that answers."""


class SesControl:
    """The server: `with SesControl(aws=ministack.endpoint) as ses:`."""

    def __init__(self, *, aws: str = "", sending: str = "", region: str = REGION) -> None:
        """`aws`: endpoint with the buckets and topics that rules name. `sending`: endpoint that takes SendEmail."""
        listener = free_listener()
        self.endpoint = f"http://{HOST}:{port_of(listener)}"
        self.aws, self.sending = aws, sending
        self.calls: list[str] = []
        """Every operation asked for, in order: `CreateReceiptRule`, `get_email_identity`."""
        self.throttled = 0
        """How many of the next calls are answered with "Rate exceeded"."""
        self.rules = ReceiptRules(*_clients(aws, region))
        self.account, self.identities, self.suppressed = Account(), Identities(region), Suppressed()
        self._lock = threading.Lock()
        self._server = LoopbackServer(listener, type("Handler", (_Handler,), {"control": self}))

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *why: object) -> None:
        self._server.stop()

    @property
    def environment(self) -> dict[str, str]:
        """What brings boto3 here."""
        return {"AWS_ENDPOINT_URL_SES": self.endpoint, "AWS_ENDPOINT_URL_SESV2": self.endpoint}

    def query(self, body: str) -> Mapping[str, Any]:
        """One call of the older API: a form in, the result out. Raises SesError."""
        request = unflattened(dict(parse_qsl(body, keep_blank_values=True)))
        action = str(request.pop("Action", ""))
        with self._lock:
            self._note(action, 400, "Throttling")
            return self.rules.answer(action, request)

    def rest(self, method: str, path: str, request: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """One call of API v2; None when it is not ours to answer. Raises SesError."""
        below, found = path.removeprefix("/v2/email"), None
        for its_method, pattern, name in REST:
            match = re.fullmatch(pattern, below)
            if match and method == its_method:
                found = name, [unquote(part) for part in match.groups()]
        if found is None:
            return None
        name, names = found
        with self._lock:
            self._note(name, 429, "TooManyRequestsException")
            room = next(room for room in (self.account, self.identities, self.suppressed) if hasattr(room, name))
            answer: Mapping[str, Any] | None = getattr(room, name)(*names, **request)
            return answer or {}

    def _note(self, operation: str, status: int, code: str) -> None:
        self.calls.append(operation)
        if self.throttled:
            self.throttled -= 1
            raise SesError(code, "Rate exceeded", status)


def _clients(aws: str, region: str) -> tuple[Any, Any]:
    """S3 and SNS as SES would use them; none without an AWS, and then rules are taken at their word."""
    if not aws:
        return None, None
    session = Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=region)
    return session.client("s3", endpoint_url=aws), session.client("sns", endpoint_url=aws)


def unflattened(form: Mapping[str, str]) -> dict[str, Any]:
    """`Rule.Actions.member.1.S3Action.BucketName=b` as nested values; `member` means a list."""
    tree: dict[str, Any] = {}
    for name, value in form.items():
        branch, *steps = tree, *name.split(".")
        for step in steps[:-1]:
            branch = branch.setdefault(step, {})
        branch[steps[-1]] = value
    return {name: _with_lists(value) for name, value in tree.items()}


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return {"true": True, "false": False}.get(value, value)
    if set(value) == {"member"}:
        members = value["member"]
        return [_with_lists(members[number]) for number in sorted(members, key=int)] if members else []
    return {name: _with_lists(inner) for name, inner in value.items()}


def as_xml(name: str, value: Any) -> str:
    match value:
        case dict():
            inner = "".join(as_xml(key, one) for key, one in value.items())
        case list():
            inner = "".join(as_xml("member", one) for one in value)
        case bool():
            inner = str(value).lower()
        case _:
            inner = escape(str(value))
    return f"<{name}>{inner}</{name}>"


class _Handler(BaseHTTPRequestHandler):
    """HTTP around `SesControl`."""

    protocol_version = "HTTP/1.1"
    control: ClassVar[SesControl]

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a test reads `calls`."""

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urlsplit(self.path)
        if self.command == "POST" and url.path == "/":
            self._answer_query(body)
        elif self.control.sending and url.path == SENDING:
            self._pass_on(self.control.sending, body)
        else:
            self._answer_rest(url.path, url.query, body)

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

    def _answer_query(self, body: bytes) -> None:
        form = parse_qs(body.decode())
        action = form.get("Action", [""])[0]
        try:
            result = self.control.query(body.decode())
        except SesError as error:
            words = {"Type": "Sender", "Code": error.code, "Message": str(error)}
            self._answer(error.status, "text/xml", as_xml("ErrorResponse", {"Error": words, "RequestId": "r"}))
            return
        answer = {f"{action}Result": dict(result), "ResponseMetadata": {"RequestId": str(uuid.uuid4())}}
        self._answer(200, "text/xml", as_xml(f"{action}Response", answer))

    def _answer_rest(self, path: str, query: str, body: bytes) -> None:
        request = json.loads(body) if body else dict(parse_qsl(query))
        try:
            answer = self.control.rest(self.command, path, request)
        except SesError as error:
            self._answer(error.status, "application/json", json.dumps({"message": str(error)}), error.code)
            return
        if answer is not None:
            self._answer(200, "application/json", json.dumps(answer, default=str))
        elif self.control.aws:
            self._pass_on(self.control.aws, body)
        else:
            self._answer(404, "application/json", json.dumps({"message": f"No {path} here"}), "NotFoundException")

    def _pass_on(self, endpoint: str, body: bytes) -> None:
        """The same request to somebody else, and their answer back."""
        connection = HTTPConnection(urlsplit(endpoint).netloc, timeout=30)
        try:
            kept = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            connection.request(self.command, self.path, body, kept)
            theirs = connection.getresponse()
            content = theirs.read().decode()
            error = theirs.getheader("x-amzn-ErrorType", "")
            self._answer(theirs.status, theirs.getheader("Content-Type", ""), content, error)
        except OSError:
            self.close_connection = True  # whoever asked never hears
        finally:
            connection.close()

    def _answer(self, status: int, kind: str, text: str, error: str = "") -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("x-amzn-RequestId", str(uuid.uuid4()))
        if error:
            self.send_header("x-amzn-ErrorType", error)
        self.end_headers()
        self.wfile.write(content)
