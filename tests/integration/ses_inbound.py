"""SES's inbound side by its receipt rules: whatever rules `ses_control` has in force decide what becomes of a mail.

    with SesByRules(aws_endpoint, team, maildirs) as ses:
        ses.control.rules, ses.control.identities     what a test sets
        ses.events_topic = …                          once there is a stack to tell

Mail that SES sends to a domain it receives for comes in here, as it would by the MX record. The shown addresses
(support@harris.example) belong to the firm's mail provider, which forwards them while `forwards` is true.

Source: SES developer guide, "Email receiving concepts": rules in order, an address, a domain, or `.domain` for those
below it; a mail nobody takes is refused at RCPT TO; Stop ends it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, Self

from boto3.session import Session

from byname.local.activity import Activity
from byname.local.courier import Courier
from byname.local.loopback import HOST, free_listener, port_of
from byname.local.maildirs import Maildirs
from byname.local.raw_mail import read_raw
from byname.local.received import REGION, Envelope, header_block, notice
from byname.local.ses import SesEndpoint
from byname.local.smtp_door import Forwarding, Intake, SmtpDoor
from byname.local.verdicts import Verdicts
from chalicelib.desk.team import Team
from chalicelib.setup.wiring import SystemClock
from tests.integration.ses_control import SesControl

Rule = Mapping[str, Any]


class SesByRules:
    """Control plane, sending and receiving of one region's SES, over real HTTP and SMTP."""

    def __init__(self, aws: str, team: Team, maildirs: Maildirs) -> None:
        self.maildirs = maildirs
        self.forwards = True
        """The firm's mail provider passes mail to its shown addresses on."""
        self.events_topic = ""
        """Where SES tells of what it sent; nowhere while empty."""
        self._parts = ExitStack()
        session = Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
        self._s3: Any = session.client("s3", endpoint_url=aws)
        self._sns: Any = session.client("sns", endpoint_url=aws)
        clock, activity, smtp = SystemClock(), Activity(), free_listener()
        self.door = SmtpDoor(smtp, _ByRules(team, self), _IntoBuckets(self), Verdicts(), clock, activity)
        self.courier = Courier(_ByMx(team, self), port_of(smtp), maildirs, None, self._publish, clock, activity)
        self.endpoint = SesEndpoint(free_listener(), team, self.courier, clock, activity)
        self.control = SesControl(aws=aws, sending=f"http://{HOST}:{self.endpoint.port}")

    def __enter__(self) -> Self:
        self._parts.enter_context(self.control)
        for part in (self.door, self.courier, self.endpoint):
            part.start()
            self._parts.callback(part.stop)
        return self

    def __exit__(self, *why: object) -> None:
        self._parts.close()
        self._s3.close()
        self._sns.close()

    @property
    def rules(self) -> list[dict[str, Any]]:
        """Those in force, in order."""
        return self.control.rules.sets.get(self.control.rules.active, [])

    def taken_by(self, recipient: str) -> Iterator[Rule]:
        """The rules that take mail for this address, in order, none after one that stops."""
        for rule in self.rules:
            if rule["Enabled"] and _takes(rule.get("Recipients", []), recipient.lower()):
                yield rule
                if any("StopAction" in action for action in rule["Actions"]):
                    return

    def store(self, action: Mapping[str, str], envelope: Envelope, raw: bytes) -> None:
        """The S3 action, and its topic when it has one."""
        key = action.get("ObjectKeyPrefix", "") + envelope.id
        stored = header_block(envelope, read_raw(raw)) + raw
        self._s3.put_object(Bucket=action["BucketName"], Key=key, Body=stored)
        if topic := action.get("TopicArn"):
            words = notice(envelope, read_raw(stored), topic, action["BucketName"])
            self._sns.publish(TopicArn=topic, Message=words)

    def _publish(self, event: str) -> None:
        if self.events_topic:
            self._sns.publish(TopicArn=self.events_topic, Message=event)


class _ByMx(Forwarding):
    """Which mail comes in here at all: every address below our domains, and the shown ones where they are passed on."""

    def __init__(self, team: Team, ses: SesByRules) -> None:
        super().__init__(team)
        self._ses = ses
        self._shown = {box.address for box in team.mailboxes}

    def arrives_at(self, address: str) -> str | None:
        if address.lower() in self._shown and not self._ses.forwards:
            return None  # the firm's provider keeps it
        return super().arrives_at(address)


class _ByRules(_ByMx):
    """Of that, what some rule takes."""

    def arrives_at(self, address: str) -> str | None:
        arrives_at = super().arrives_at(address)
        return arrives_at if arrives_at and any(self._ses.taken_by(arrives_at)) else None


class _IntoBuckets(Intake):
    """Each recipient's rules, in order."""

    def __init__(self, ses: SesByRules) -> None:
        self._ses = ses

    def take(self, envelope: Envelope, raw: bytes) -> None:
        done: set[str] = set()
        for recipient in envelope.recipients:
            for rule in self._ses.taken_by(recipient):
                if rule["Name"] in done:
                    continue
                done.add(rule["Name"])
                mine = replace(envelope, recipients=tuple(_of(rule, envelope.recipients)))
                for action in rule["Actions"]:
                    if "S3Action" in action:
                        self._ses.store(action["S3Action"], mine, raw)


def _of(rule: Rule, recipients: tuple[str, ...]) -> Iterator[str]:
    return (one for one in recipients if _takes(rule.get("Recipients", []), one.lower()))


def _takes(recipients: list[str], address: str) -> bool:
    """`jane@acme.example` takes `jane+label@acme.example` as well; no recipients at all take everything."""
    local, _, domain = address.rpartition("@")
    bare = f"{local.partition('+')[0]}@{domain}"
    return not recipients or any(
        one in (address, bare, domain) or (one.startswith(".") and domain.endswith(one)) for one in recipients
    )
