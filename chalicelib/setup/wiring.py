"""The one place that picks adapters. Clients are made on first use, once; importing this does nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from chalicelib.desk.team import Team
from chalicelib.errors import Misconfigured
from chalicelib.ports import Clock, Services
from chalicelib.setup import settings as environment
from chalicelib.setup.team_file import read_team

ROOT = Path(__file__).resolve().parents[2]


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


_clock: Clock = SystemClock()


def use_clock(clock: Clock) -> None:
    """Decide and send by this clock from now on: the local cloud lets a person turn it."""
    global _clock
    _clock = clock


def now() -> datetime:
    return _clock.now()


def services() -> Services:
    """Everything a flow may touch."""
    return replace(_services(), clock=_clock)


@cache
def team() -> Team:
    """What the firm chose, from the compiled team.json. Light: the contact page needs nothing else."""
    import os

    path = ROOT / os.environ.get("TEAM_FILE", "team.json")
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        mend = "compile it with `byname check team.toml -o team.json`"
        raise Misconfigured(f"there is no {path.name}: {mend}") from None
    return read_team(text)


@cache
def _services() -> Services:
    from chalicelib.aws import clients
    from chalicelib.aws.files import S3Files
    from chalicelib.aws.queue import InboundQueue
    from chalicelib.aws.secrets import key_ring
    from chalicelib.aws.sender import SesSender
    from chalicelib.aws.store import DynamoStore

    where = environment.from_environment()
    return Services(
        store=DynamoStore(clients.dynamodb(), where.table_name),
        sender=SesSender(clients.ses(), where.ses_configuration_set),
        files=S3Files(clients.s3(), where.mail_bucket),
        clock=_clock,
        again=InboundQueue(clients.sqs(), where.inbound_queue_url),
        team=team(),
        ring=key_ring(clients.secretsmanager(), where.key_ring_secret),
        instance=where.instance,
        pages_url=where.pages_url,
    )


def forget() -> None:
    """Build everything anew on next use: the environment, or the team, has changed."""
    from chalicelib.aws import clients

    clients.forget()
    _services.cache_clear()
    team.cache_clear()
