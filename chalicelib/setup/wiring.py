"""The one place that picks adapters. Clients are made on first use, once; importing this does nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chalicelib.desk.team import Team
from chalicelib.setup import settings as environment
from chalicelib.setup.newest_team import NewestTeam

if TYPE_CHECKING:
    from chalicelib.ports import Clock, Services


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
    """Everything a flow may touch. The clients are made once; team and keys are those in force now.

    Raises Unavailable when we cannot know which team is in force, or with which keys to sign.
    """
    return _services(team=_newest_team())


def page_services() -> Services:
    """The same for a page, which stays up with the team that came along."""
    return _services(team=team())


def _services(team: Team) -> Services:
    from chalicelib.aws import clients
    from chalicelib.aws.files import S3Files
    from chalicelib.aws.queue import InboundQueue
    from chalicelib.aws.secrets import key_ring
    from chalicelib.aws.sender import SesSender
    from chalicelib.aws.store import DynamoStore
    from chalicelib.ports import Services

    where = environment.from_environment()
    return Services(
        store=DynamoStore(clients.dynamodb(), where.table_name),
        sender=SesSender(clients.ses(), where.ses_configuration_set),
        files=S3Files(clients.s3(), where.mail_bucket),
        clock=_clock,
        again=InboundQueue(clients.sqs(), where.inbound_queue_url),
        team=team,
        ring=key_ring(clients.secretsmanager(), where.key_ring_secret),
        instance=where.instance,
        pages_url=where.pages_url,
    )


_newest_team = NewestTeam()


def team() -> Team:
    """What the firm chose, as it is in force now, for a page. Light: the contact page needs nothing else."""
    return _newest_team.or_shipped()


def forget() -> None:
    """Build everything anew on next use: the environment, or the team, has changed."""
    from chalicelib.aws import clients

    global _newest_team
    clients.forget()
    _newest_team = NewestTeam()
