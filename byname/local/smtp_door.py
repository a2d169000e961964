"""The SMTP door: what SES inbound does, on this machine.

It accepts mail for the domains of the team's `receives_at` addresses, stores the bytes untouched below SES's header
block, and publishes SES's notification. It also accepts mail for the shown addresses (`support@harris.example`) and
passes it on to their `receives_at`: that much of the firm's own mail server is played here as well.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP
from botocore.exceptions import BotoCoreError, ClientError

from byname.local.activity import Activity
from byname.local.loopback import port_of
from byname.local.raw_mail import read_raw
from byname.local.received import REGION, Envelope, header_block, new_id, notice
from byname.local.verdicts import Verdicts
from chalicelib.desk.team import Team
from chalicelib.ports import Clock

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_sns import SNSClient

SIZE_LIMIT = 40 * 1024 * 1024
"""What SES receives at most."""

log = logging.getLogger(__name__)


class Forwarding:
    """Which recipients are ours, and where their mail arrives."""

    def __init__(self, team: Team) -> None:
        self._domains = {box.receives_at.rpartition("@")[2] for box in team.mailboxes}
        self._forwarded = {box.address: box.receives_at for box in team.mailboxes}

    def arrives_at(self, address: str) -> str | None:
        """The envelope recipient SES would see for mail to this address; None when it is not ours to take."""
        if address.rpartition("@")[2].lower() in self._domains:
            return address
        return self._forwarded.get(address.lower())


class Intake:
    """Keeps an accepted mail and tells of it. Raises botocore's errors; then the mail was not accepted."""

    def __init__(self, s3: S3Client, sns: SNSClient, bucket: str, topic_arn: str) -> None:
        self._s3, self._sns, self._bucket, self._topic = s3, sns, bucket, topic_arn

    def take(self, envelope: Envelope, raw: bytes) -> None:
        stored = header_block(envelope, read_raw(raw)) + raw
        self._s3.put_object(Bucket=self._bucket, Key=envelope.key, Body=stored)
        words = notice(envelope, read_raw(stored), self._topic, self._bucket)
        self._sns.publish(TopicArn=self._topic, Message=words, Subject="Amazon SES Email Receipt Notification")


class _Conversation:
    """aiosmtpd's hooks for the commands of one SMTP session."""

    def __init__(
        self, forwarding: Forwarding, intake: Intake, verdicts: Verdicts, clock: Clock, activity: Activity
    ) -> None:
        self._forwarding, self._intake, self._verdicts = forwarding, intake, verdicts
        self._clock, self._activity = clock, activity

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for this name
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        arrives_at = self._forwarding.arrives_at(address)
        if arrives_at is None:
            return "550 5.1.1 Requested action not taken: mailbox unavailable"
        if arrives_at not in envelope.rcpt_tos:
            envelope.rcpt_tos.append(arrives_at)
            envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        raw: bytes = envelope.original_content or b""
        sender = read_raw(raw).sender
        accepted = Envelope(
            new_id(),
            session.host_name or "",
            "" if envelope.mail_from in (None, "<>") else envelope.mail_from,
            tuple(envelope.rcpt_tos),
            self._clock.now(),
            self._verdicts.of(sender),
        )
        try:
            with self._activity.doing():
                await asyncio.get_running_loop().run_in_executor(None, partial(self._intake.take, accepted, raw))
        except (BotoCoreError, ClientError) as error:
            log.warning("a mail could not be kept, its sender will try again: %s", error)
            return "451 4.3.0 Temporary failure, try again later"
        return f"250 2.0.0 OK {accepted.id}"


class _Smtp(SMTP):
    """aiosmtpd's server with lines as long as real mail has them (its own limit is RFC 5321's 1,000 bytes)."""

    line_length_limit = SIZE_LIMIT


class SmtpDoor:
    """Listens on a socket that is open already, in a thread of its own."""

    def __init__(
        self,
        listener: socket.socket,
        forwarding: Forwarding,
        intake: Intake,
        verdicts: Verdicts,
        clock: Clock,
        activity: Activity,
    ) -> None:
        self._listener = listener
        self.port = port_of(listener)
        self._conversation = _Conversation(forwarding, intake, verdicts, clock, activity)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="smtp-door", daemon=True)
        self._ready = threading.Event()
        self._ask_to_stop: Callable[[], object] = lambda: None

    def start(self) -> None:
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """No new mail; one that is being kept is kept first."""
        self._ask_to_stop()
        if self._thread.is_alive():
            self._thread.join()
        self._listener.close()

    def _session(self) -> SMTP:
        return _Smtp(
            self._conversation,
            data_size_limit=SIZE_LIMIT,
            enable_SMTPUTF8=True,
            decode_data=False,
            hostname=f"inbound-smtp.{REGION}.amazonaws.com",
            ident="ESMTP (byname local)",
        )

    async def _serve(self) -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        self._ask_to_stop = lambda: loop.call_soon_threadsafe(stop.set)
        server = await loop.create_server(self._session, sock=self._listener)
        self._ready.set()
        await stop.wait()
        server.close()
        # asyncio.run now ends open sessions; what the executor is keeping, it finishes.
