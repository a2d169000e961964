"""The SESv2 endpoint: what SES outbound does with `SendEmail` of a raw mail, on this machine.

It replaces Message-ID and Date, drops Bcc, leaves every other byte alone, answers with its id and hands the mail to the
courier. The id the receiver sees is `<MessageId@eu-west-1.amazonses.com>`, as from the real one.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets
import socket
import time
import uuid
from collections.abc import Mapping
from email.utils import format_datetime, getaddresses
from enum import Enum
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar

from byname.local.activity import Activity
from byname.local.courier import Courier
from byname.local.loopback import LoopbackServer, port_of
from byname.local.raw_mail import RawMail, read_raw
from byname.local.received import REGION
from byname.local.sent_events import SentMail
from chalicelib.desk.team import Team
from chalicelib.ports import Clock

SIZE_LIMIT = 40 * 1024 * 1024
"""Of the mail in base64, as SES counts."""
PATH = "/v2/email/outbound-emails"
_BARE_ADDRESS = re.compile(r"[\x21-\x7e]+@[A-Za-z0-9.-]+")
_OBEYED = ("x-ses-configuration-set", "x-ses-message-tags", "x-ses-source-arn")
"""SES takes these as orders and does not pass them on."""


class Refusal(Exception):  # noqa: N818 - it is SES that refuses, and says why
    """SES's answer when it does not take a mail."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class SesFault(Enum):
    """What a test can have go wrong, by recipient."""

    THROTTLED = (429, "TooManyRequestsException", "Maximum sending rate exceeded.")
    REJECTED = (400, "MessageRejected", "Email content was rejected.")
    DOWN = (503, "ServiceUnavailable", "Service is unavailable.")
    ANSWER_LOST = None
    """The mail is taken and goes out, but whoever sent it never hears so."""


class SesEndpoint:
    """Answers on a socket that is open already."""

    def __init__(self, listener: socket.socket, team: Team, courier: Courier, clock: Clock, activity: Activity) -> None:
        self.port = port_of(listener)
        self.faults: dict[str, SesFault] = {}
        """Recipient address → what goes wrong there, for tests; whoever sets one takes it out again."""
        self._own_domains = {address.rpartition("@")[2] for address in team.own_addresses}
        self._courier, self._clock, self._activity = courier, clock, activity
        handler = type("Handler", (_Handler,), {"endpoint": self})
        self._server = LoopbackServer(listener, handler)

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def send(self, request: Mapping[str, Any]) -> tuple[str, SesFault | None]:
        """Takes one `SendEmail` request. Returns SES's id, and the fault to act out. Raises Refusal."""
        with self._activity.doing():
            mail = _mail_of(request)
            recipients = _recipients_of(request, mail)
            self._check_sender(mail)
            fault = next((self.faults[address] for address in recipients if address in self.faults), None)
            if fault is not None and fault.value is not None:
                raise Refusal(*fault.value)
            sent = self._sent(request, mail, recipients)
            self._courier.take(sent)
            return sent.id, fault

    def _check_sender(self, mail: RawMail) -> None:
        """SES sends only for identities it has verified: ours are the mailboxes' domains, and nobody else's."""
        if mail.sender.rpartition("@")[2] not in self._own_domains:
            raise Refusal(
                400, "MessageRejected", f"Email address is not verified. The following identity failed: {mail.sender}"
            )

    def _sent(self, request: Mapping[str, Any], mail: RawMail, recipients: tuple[str, ...]) -> SentMail:
        at, ses_id = self._clock.now(), new_ses_id()
        edited = mail.without("message-id", "date", "bcc", "return-path", *_OBEYED).plus(
            f"Message-ID: <{ses_id}@{REGION}.amazonses.com>", f"Date: {format_datetime(at)}"
        )
        tags = {tag["Name"]: tag["Value"] for tag in request.get("EmailTags") or ()}
        configuration_set = request.get("ConfigurationSetName") or ""
        return SentMail(ses_id, mail.sender, recipients, at, edited, configuration_set, tags)


def new_ses_id() -> str:
    """`0102018f3a7c5e21-8a5c…-000000`: region, milliseconds, a UUID, as SES makes them in eu-west-1."""
    return f"0102{int(time.time() * 1000):012x}-{uuid.UUID(bytes=secrets.token_bytes(16), version=4)}-000000"


def _mail_of(request: Mapping[str, Any]) -> RawMail:
    data = ((request.get("Content") or {}).get("Raw") or {}).get("Data")
    if not isinstance(data, str):
        raise Refusal(400, "BadRequestException", "The laboratory's SES takes Content.Raw only.")
    if len(data) > SIZE_LIMIT:
        raise Refusal(400, "MessageRejected", f"Message length is more than {SIZE_LIMIT} bytes long.")
    try:
        mail = read_raw(base64.b64decode(data, validate=True))
    except binascii.Error:
        raise Refusal(400, "SerializationException", "Raw.Data is not base64.") from None
    if any(not field.name for field in mail.fields) or not mail.fields:
        raise Refusal(400, "BadRequestException", "Missing or malformed header.")
    return mail


def _recipients_of(request: Mapping[str, Any], mail: RawMail) -> tuple[str, ...]:
    """From Destination, or else from the mail's own To, Cc and Bcc."""
    destination = request.get("Destination") or {}
    named = [address for part in ("To", "Cc", "Bcc") for address in destination.get(f"{part}Addresses") or ()]
    found = getaddresses(named or [value for name in ("to", "cc", "bcc") for value in mail.all(name)])
    recipients = tuple(dict.fromkeys(email for _, email in found))
    if not recipients or len(recipients) > 50:
        raise Refusal(400, "BadRequestException", f"{len(recipients)} recipients: SES takes 1 to 50.")
    for recipient in recipients:
        # SES speaks no SMTPUTF8; 254 characters are all that fit a path (RFC 5321 4.5.3.1.3).
        if not _BARE_ADDRESS.fullmatch(recipient) or len(recipient) > 254:
            raise Refusal(400, "BadRequestException", f"Illegal address: {recipient}")
    return recipients


class _Handler(BaseHTTPRequestHandler):
    """HTTP around `SesEndpoint.send`."""

    protocol_version = "HTTP/1.1"
    endpoint: ClassVar[SesEndpoint]

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: whoever wants to see what SES did looks into the mailboxes."""

    def _nothing_here(self) -> None:
        self._answer(404, {"message": f"Only POST {PATH} is here."}, "NotFoundException")

    do_GET = do_PUT = do_DELETE = _nothing_here  # noqa: N815

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path != PATH:
            self._nothing_here()
            return
        try:
            ses_id, fault = self.endpoint.send(json.loads(body))
        except Refusal as refusal:
            self._answer(refusal.status, {"message": refusal.message}, refusal.code)
            return
        except ValueError:
            self._answer(400, {"message": "The body is not JSON."}, "SerializationException")
            return
        if fault is SesFault.ANSWER_LOST:
            self.close_connection = True
            return
        self._answer(200, {"MessageId": ses_id})

    def _answer(self, status: int, words: Mapping[str, str], error: str = "") -> None:
        content = json.dumps(words).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("x-amzn-RequestId", str(uuid.uuid4()))
        if error:
            self.send_header("x-amzn-ErrorType", error)
        self.end_headers()
        self.wfile.write(content)
