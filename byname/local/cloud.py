"""The whole cloud on one machine: this process, and AWS as its child.

with LocalCloud(team, Path(".local")) as cloud:
    cloud.post(mail, "jane@customer.example", ["support@harris.example"])
    letter = cloud.maildirs.wait_for("jane@customer.example")
"""

from __future__ import annotations

import fcntl
import importlib
import smtplib
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, redirect_stdout
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar, cast

import boto3
from botocore.config import Config

from byname.local import resources
from byname.local.activity import Activity
from byname.local.aws_child import AwsChild
from byname.local.clock import LocalClock, keep_clock, restore_clock
from byname.local.correspondence import to_wire
from byname.local.courier import Courier, SmtpHost, publisher
from byname.local.environment import CREDENTIALS, environment, settings
from byname.local.loopback import HOST, listen_on, port_of
from byname.local.mailbox_page import MailboxPage
from byname.local.mailbox_site import Desk
from byname.local.maildirs import Maildirs
from byname.local.pages import ROOT, Pages
from byname.local.pumps import Handler, Instance, Pump, Source, Ticker
from byname.local.received import REGION
from byname.local.ses import SesEndpoint
from byname.local.smtp_door import Forwarding, Intake, SmtpDoor
from byname.local.verdicts import Verdicts
from chalicelib.desk.team import Team
from chalicelib.errors import Misconfigured
from chalicelib.setup.team_file import write_team

if TYPE_CHECKING:
    from socket import socket


class Doors(Protocol):
    """What `app.py` offers: its handlers, plain callables on AWS's JSON, and the Chalice app with its routes."""

    @property
    def receive_mail(self) -> Handler: ...
    @property
    def receive_feedback(self) -> Handler: ...
    @property
    def keep_promises(self) -> Handler: ...
    @property
    def app(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Where it listens on 127.0.0.1; 0 picks a free one."""

    smtp: int = 0
    pages: int = 0
    mailbox: int = 0
    aws: int = 0
    ses: int = 0


class _Starts(Protocol):
    def start(self) -> None: ...
    def stop(self) -> None: ...


Part = TypeVar("Part", bound=_Starts)


class LocalCloud:
    """Starts everything in order, stops it in reverse. One at a time per process: `app.py` reads one environment."""

    def __init__(
        self,
        team: Team,
        data: Path,
        ports: Ports = Ports(),
        *,
        clock: LocalClock | None = None,
        verdicts: Verdicts | None = None,
        smtp_out: SmtpHost | None = None,
        tick: float = 60.0,
        app_log: Path | None = None,
        doors: Doors | None = None,
    ) -> None:
        """`data`: a folder, made if need be, for everything kept. `clock`: without one it stands as it was left there.

        `app_log`: where the app's log lines and metrics go, which it prints; added at the file's end. `doors`: a
        stand-in for `app.py`, in tests.
        """
        self.team, self.data = team, data
        self.clock, self._clock_is_new = clock or LocalClock(team.firm.calendar.zone), clock is None
        self._app_log = app_log
        self._wanted, self._verdicts = ports, verdicts or Verdicts()
        self._smtp_out, self._tick, self._doors = smtp_out, tick, doors
        self._activity = Activity()
        self._parts = ExitStack()

    ports: Ports
    """Where it listens; known once started, like everything below."""
    names: resources.Names
    maildirs: Maildirs
    ses: SesEndpoint
    """Its `faults` are for tests."""
    aws_endpoint: str
    ticker: Ticker

    @property
    def pages_url(self) -> str:
        return f"http://{HOST}:{self.ports.pages}"

    @property
    def mailbox_url(self) -> str:
        return f"http://{HOST}:{self.ports.mailbox}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Returns when everything answers. Raises PortTaken or Misconfigured, and leaves nothing running then."""
        with ExitStack() as parts:
            self._start(parts)
            self._parts = parts.pop_all()

    def stop(self) -> None:
        """Finishes what runs, keeps what waits for the next start. Harmless when stopped already."""
        self._parts.close()

    def tick(self) -> Any:
        """Runs `keep_promises` now and returns its answer: a test need not wait for the minute."""
        return self.ticker.now()

    def post(self, mail: EmailMessage | bytes, sender: str, recipients: Sequence[str]) -> None:
        """Hands a mail to the SMTP door, as a mail server out there would. Raises smtplib's errors."""
        raw = to_wire(mail) if isinstance(mail, EmailMessage) else mail
        with smtplib.SMTP(HOST, self.ports.smtp, "mail.laboratory.example", timeout=30) as smtp:
            refused = smtp.sendmail(sender, list(recipients), raw, ["BODY=8BITMIME"])
        if refused:
            raise smtplib.SMTPRecipientsRefused(refused)

    def wait_until_quiet(self, timeout: float = 15.0) -> None:
        """Until the queues are empty, no handler runs and no letter is on its way. Raises TimeoutError."""
        if not self._activity.wait_until_quiet(self._queues_are_empty, timeout):
            raise TimeoutError(f"still busy after {timeout:g} s; a failed delivery waits for its visibility timeout")

    def client(self, service: str) -> Any:
        """A boto3 client of the local AWS, made once: `cloud.client("s3")`."""
        return self._clients.client(service)

    # --- the order of things ----------------------------------------------------------------------------------

    def _start(self, parts: ExitStack) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        parts.enter_context(_alone_in(self.data))
        listeners = self._listen(parts)
        self._set_clock()
        aws = AwsChild(self.data, listeners["aws"])
        _start(parts, aws)
        self.aws_endpoint = aws.endpoint
        self._clients = parts.enter_context(closing(_Clients(aws.endpoint)))
        parts.enter_context(environment(CREDENTIALS))
        self.names = resources.create(aws.endpoint, REGION)
        self.maildirs = Maildirs(self.data / "maildir")
        self._start_mail(parts, listeners)
        self._start_app(parts, listeners)

    def _listen(self, parts: ExitStack) -> dict[str, socket]:
        """Every port at once, before anything else: a taken one is told in a blink."""
        listeners = listen_on(asdict(self._wanted))
        for listener in listeners.values():
            parts.enter_context(listener)
        self.ports = Ports(**{name: port_of(listener) for name, listener in listeners.items()})
        return listeners

    def _set_clock(self) -> None:
        kept = self.data / "clock"
        if self._clock_is_new:
            restore_clock(self.clock, kept)
        keep_clock(self.clock, kept)

    def _start_mail(self, parts: ExitStack, listeners: dict[str, socket]) -> None:
        """The SMTP door, then SES, whose mail to ourselves comes in there."""
        forwarding, sns = Forwarding(self.team), self.client("sns")
        intake = Intake(self.client("s3"), sns, self.names.bucket, self.names.mail_topic_arn)
        door = SmtpDoor(listeners["smtp"], forwarding, intake, self._verdicts, self.clock, self._activity)
        events = publisher(sns, self.names.events_topic_arn)
        courier = Courier(forwarding, door.port, self.maildirs, self._smtp_out, events, self.clock, self._activity)
        self.ses = SesEndpoint(listeners["ses"], self.team, courier, self.clock, self._activity)
        for part in (door, courier, self.ses):
            _start(parts, part)

    def _start_app(self, parts: ExitStack, listeners: dict[str, socket]) -> None:
        """`app.py` in its environment, and everything that calls it."""
        parts.enter_context(environment(self._settings()))
        if self._app_log is not None:
            parts.enter_context(_printing_to(self._app_log))
        doors = self._doors or parts.enter_context(_app(self.clock))
        instance, sqs, stopping = Instance(self._activity), self.client("sqs"), threading.Event()
        parts.callback(self._activity.wait_until_quiet, lambda: True, 5.0)  # what still runs is finished
        for source in (
            Source("receive_mail", self.names.inbound_queue_url, doors.receive_mail),
            Source("receive_feedback", self.names.feedback_queue_url, doors.receive_feedback),
        ):
            _start(parts, Pump(source, sqs, instance, self._activity, stopping))
        parts.callback(stopping.set)  # to all at once, so that their last polls end together
        self.ticker = _start(parts, Ticker(self._tick, doors.keep_promises, self.clock, instance))
        self.clock.on_turn(self.ticker.soon)
        _start(parts, Pages(listeners["pages"], doors.app, instance))
        desk = Desk(self.team, self.maildirs, self.clock, self.post, self._settle, self.pages_url)
        _start(parts, MailboxPage(listeners["mailbox"], desk))

    def _settings(self) -> dict[str, str]:
        team_file = self.data / "team.json"
        team_file.write_text(write_team(self.team), "utf-8")
        return settings(
            self.names,
            aws=self.aws_endpoint,
            ses=f"http://{HOST}:{self.ports.ses}",
            pages=self.pages_url,
            instance=self.team.mailboxes[0].receives_at.rpartition("@")[2],
            team_file=team_file,
        )

    def _settle(self) -> None:
        """Gives what was just sent a moment to be answered, so that the next page shows it."""
        self._activity.wait_until_quiet(self._queues_are_empty, timeout=3.0)

    def _queues_are_empty(self) -> bool:
        return all(map(self._is_empty, (self.names.inbound_queue_url, self.names.feedback_queue_url)))

    def _is_empty(self, queue_url: str) -> bool:
        answer = self.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])
        counts = ("", "NotVisible", "Delayed")
        return all(answer["Attributes"][f"ApproximateNumberOfMessages{count}"] == "0" for count in counts)


class _Clients:
    """Our own clients of the local AWS, each made once: making one takes longer than most calls."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._made: dict[str, Any] = {}
        self._one_at_a_time = threading.Lock()
        key, secret = CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"]
        self._session: Any = boto3.session.Session(key, secret, region_name=REGION)

    def client(self, service: str) -> Any:
        with self._one_at_a_time:
            if service not in self._made:
                # AWS is next door, and an SMTP client waits for the answer.
                prompt = Config(connect_timeout=2, read_timeout=20, retries={"total_max_attempts": 2})
                self._made[service] = self._session.client(service, endpoint_url=self._endpoint, config=prompt)
            return self._made[service]

    def close(self) -> None:
        for client in self._made.values():
            client.close()


def _start(parts: ExitStack, part: Part) -> Part:
    part.start()
    parts.callback(part.stop)
    return part


@contextmanager
def _alone_in(data: Path) -> Iterator[None]:
    """Two at once would overwrite each other's snapshots. The lock ends with the process, however it ends."""
    with open(data / "lock", "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Misconfigured(
                f"another `byname local` is using {data}: stop it, or choose another folder with --data"
            ) from None
        yield


@contextmanager
def _printing_to(file: Path) -> Iterator[None]:
    with open(file, "a", encoding="utf-8") as log, redirect_stdout(log):
        yield


@contextmanager
def _app(clock: LocalClock) -> Iterator[Doors]:
    """`app.py` itself, on this clock. What it has built stands on the environment, so it goes when that goes."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    from chalicelib.aws import clients
    from chalicelib.setup import wiring

    wiring.use_clock(clock)
    try:
        yield cast(Doors, importlib.import_module("app"))
    finally:
        wiring.use_clock(wiring.SystemClock())
        wiring.forget()
        clients.forget()
