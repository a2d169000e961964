"""Where a mail goes once SES took it: back in at our own door, to the simulator, to an SMTP host, or into a mailbox."""

from __future__ import annotations

import logging
import queue
import re
import smtplib
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from byname.local import sent_events
from byname.local.activity import Activity
from byname.local.loopback import HOST
from byname.local.maildirs import Maildirs
from byname.local.received import REGION
from byname.local.sent_events import SentMail
from byname.local.smtp_door import Forwarding
from chalicelib.ports import Clock

if TYPE_CHECKING:
    from types_boto3_sns import SNSClient

SIMULATOR = "simulator.amazonses.com"
SMTP_SECONDS = 30

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SmtpHost:
    """Another machine's door, or our own."""

    host: str
    port: int


Refusals = dict[str, str]
"""Recipient → what the other server said."""


class Courier:
    """Delivers in the background, one mail after another, and publishes what became of each."""

    def __init__(
        self,
        forwarding: Forwarding,
        door_port: int,
        maildirs: Maildirs,
        smtp_out: SmtpHost | None,
        publish: Callable[[str], None],
        clock: Clock,
        activity: Activity,
    ) -> None:
        self._forwarding, self._door, self._maildirs = forwarding, SmtpHost(HOST, door_port), maildirs
        self._smtp_out, self._publish = smtp_out, publish
        self._clock, self._activity = clock, activity
        self._waiting: queue.SimpleQueue[SentMail | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="ses-courier", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Delivers what it was given, then ends."""
        self._waiting.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def take(self, sent: SentMail) -> None:
        self._activity.begin()
        self._waiting.put(sent)

    def _run(self) -> None:
        while (sent := self._waiting.get()) is not None:
            try:
                self._deliver(sent)
            except (BotoCoreError, ClientError) as error:
                log.warning("an event about a sent mail was lost: %s", error)
            except Exception:  # one mail that fails must not end the courier's round
                log.exception("a sent mail could not be delivered")
            finally:
                self._activity.end()

    def _deliver(self, sent: SentMail) -> None:
        self._publish_if_wanted(sent, sent_events.send_event(sent))
        refused: Refusals = {}
        for deliver, recipients in self._ways(sent.recipients):
            refused |= deliver(sent, recipients)
        arrived = tuple(recipient for recipient in sent.recipients if recipient not in refused)
        if arrived:
            self._publish_if_wanted(sent, sent_events.delivery_event(sent, arrived, self._clock.now()))
        for recipient, said in refused.items():
            permanent = said.startswith("5")
            self._publish_if_wanted(sent, sent_events.bounce_event(sent, recipient, self._clock.now(), said, permanent))
        for recipient in arrived:
            if _simulates(recipient) == "complaint":
                self._publish_if_wanted(sent, sent_events.complaint_event(sent, recipient, self._clock.now()))

    def _publish_if_wanted(self, sent: SentMail, event: str) -> None:
        """As on AWS, events belong to a configuration set: a mail sent without one has none."""
        if sent.configuration_set:
            self._publish(event)

    def _ways(
        self, recipients: Iterable[str]
    ) -> Iterable[tuple[Callable[[SentMail, tuple[str, ...]], Refusals], tuple[str, ...]]]:
        """Who gets it in which way."""
        ours, simulated, others = [], [], []
        for recipient in recipients:
            if self._forwarding.arrives_at(recipient):
                ours.append(recipient)
            elif _simulates(recipient):
                simulated.append(recipient)
            else:
                others.append(recipient)
        ways = ((self._to_our_door, ours), (_to_simulator, simulated), (self._to_the_world, others))
        return [(way, tuple(group)) for way, group in ways if group]

    def _to_our_door(self, sent: SentMail, recipients: tuple[str, ...]) -> Refusals:
        """Mail from us to us goes out and comes in again, as it would by our MX."""
        return _by_smtp(self._door, sent, recipients)

    def _to_the_world(self, sent: SentMail, recipients: tuple[str, ...]) -> Refusals:
        if self._smtp_out is not None:
            return _by_smtp(self._smtp_out, sent, recipients)
        return_path = f"Return-Path: <{_return_path(sent)}>\r\n".encode()
        for recipient in recipients:
            self._maildirs.deliver(recipient, return_path + sent.mail.to_bytes())
        return {}


def publisher(sns: SNSClient, topic_arn: str) -> Callable[[str], None]:
    """Publishes an event where SES's configuration set would."""

    def publish(event: str) -> None:
        sns.publish(TopicArn=topic_arn, Message=event, Subject="Amazon SES Email Event Notification")

    return publish


def _simulates(recipient: str) -> str:
    """`bounce`, `complaint` … for SES's mailbox simulator, labels (`bounce+1@`) allowed; empty for everyone else."""
    local, _, domain = recipient.lower().rpartition("@")
    return local.partition("+")[0] if domain == SIMULATOR else ""


_SIMULATED = {"bounce": "550 5.1.1 user unknown", "suppressionlist": sent_events.SUPPRESSED}
"""What SES's simulator answers, by what stands before the @; everything else there is delivered."""


def _to_simulator(_sent: SentMail, recipients: tuple[str, ...]) -> Refusals:
    said = ((recipient, _SIMULATED.get(_simulates(recipient))) for recipient in recipients)
    return {recipient: words for recipient, words in said if words}


def _by_smtp(host: SmtpHost, sent: SentMail, recipients: tuple[str, ...]) -> Refusals:
    """One SMTP transaction. Where SES would try for hours, the laboratory tries once and reports a transient bounce."""
    raw = re.sub(rb"(?<!\r)\n", b"\r\n", sent.mail.to_bytes())
    try:
        with smtplib.SMTP(host.host, host.port, f"a1-1.smtp-out.{REGION}.amazonses.com", SMTP_SECONDS) as smtp:
            said = smtp.sendmail(_return_path(sent), recipients, raw, ["BODY=8BITMIME"])
    except smtplib.SMTPRecipientsRefused as error:
        said = error.recipients
    except smtplib.SMTPResponseException as error:
        said = dict.fromkeys(recipients, (error.smtp_code, _bytes(error.smtp_error)))
    except (OSError, smtplib.SMTPException) as error:
        said = dict.fromkeys(recipients, (421, f"4.4.1 {error}".encode()))
    return {recipient: f"{code} {text.decode('utf-8', 'replace')}" for recipient, (code, text) in said.items()}


def _return_path(sent: SentMail) -> str:
    return f"{sent.id}@{REGION}.amazonses.com"


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
