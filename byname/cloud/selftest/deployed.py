"""What a deployed stack says of itself: where everything is, the team it answers by, the keys it signs with."""

from __future__ import annotations

import io
import urllib.request
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

import click

from byname.cloud.account import Account, explained
from byname.cloud.stack_outputs import the_stack
from byname.cloud.team_store import in_force
from chalicelib.aws.secrets import read_ring
from chalicelib.desk.signed_addresses import KeyRing
from chalicelib.desk.team import Mailbox, Team
from chalicelib.setup.team_file import read_team

NEEDED = (
    "TableName", "MailBucket", "MailTopicArn", "EventsTopicArn", "InboundQueueUrl", "FeedbackQueueUrl",
    "InboundDeadQueueUrl", "FeedbackDeadQueueUrl", "ConfigurationSet", "KeyRingSecret", "PagesUrl",
    "ReceiveMailFunction", "ReceiveFeedbackFunction",
)  # fmt: skip
"""The stack's outputs without which nothing can be tested."""
ZIP_LIMIT = 60_000_000


@dataclass(frozen=True, slots=True)
class Deployed:
    """A stack of ours, as far as the self test needs it."""

    stack: str
    region: str
    outputs: Mapping[str, str]
    instance: str
    """The name in byname's loop mark."""
    team: Team
    ring: KeyRing

    def __getitem__(self, output: str) -> str:
        """One of `NEEDED`."""
        return self.outputs[output]

    @property
    def domain(self) -> str:
        """A domain SES receives for."""
        return self.team.mailboxes[0].receives_at.rpartition("@")[2]

    @property
    def contact_page(self) -> str:
        return f"{self['PagesUrl'].rstrip('/')}/contact"

    @property
    def message_id_domain(self) -> str:
        """What SES writes after the @ of the Message-IDs it gives (SES guide, "Header fields")."""
        return "email.amazonses.com" if self.region == "us-east-1" else f"{self.region}.amazonses.com"

    def message_id(self, ses_id: str) -> str:
        """The Message-ID its recipient sees, without angle brackets."""
        return f"{ses_id}@{self.message_id_domain}"

    def mailbox(self, key: str) -> Mailbox:
        found = next((box for box in self.team.mailboxes if box.key == key), None)
        if found is None:
            *others, last = (box.key for box in self.team.mailboxes)
            known = f"there are {', '.join(others)} and {last}" if others else f"there is only {last}"
            raise click.UsageError(f"There is no mailbox {key!r}; {known}.")
        return found


def read_deployed(account: Account, stack: str, pages: str = "") -> Deployed:
    """The stack of this name. `pages`: where its pages really are. Raises ClickException, Misconfigured."""
    found = the_stack(account, stack)
    outputs = dict(found.outputs)
    if pages:
        outputs["PagesUrl"] = pages
    missing = [name for name in NEEDED if not outputs.get(name)]
    if missing:
        raise click.ClickException(
            f"The stack {stack} does not say its {', '.join(missing)}: it is older than this byname, or half made. "
            "`byname deploy` brings it up to date."
        )
    ring = read_ring(_secret(account, outputs["KeyRingSecret"]), outputs["KeyRingSecret"])
    team = _team(account, outputs)
    instance = found.parameters.get("Instance") or team.mailboxes[0].receives_at.rpartition("@")[2]
    return Deployed(stack, account.region, outputs, instance, team, ring)


def _team(account: Account, outputs: Mapping[str, str]) -> Team:
    """The team the functions answer by: the pushed one, or else the one in their package."""
    with explained("reading the team from the mail bucket"):
        pushed = in_force(account, outputs["MailBucket"])
    return pushed.team if pushed else read_team(_packaged_team(account, outputs["ReceiveMailFunction"]))


def _packaged_team(account: Account, function: str) -> str:
    with explained(f"looking up the package of {function}"):
        link = account.client("lambda").get_function(FunctionName=function)["Code"]["Location"]
    try:
        with urllib.request.urlopen(link, timeout=60) as answer:  # noqa: S310 - AWS's own presigned link
            package = zipfile.ZipFile(io.BytesIO(answer.read(ZIP_LIMIT)))
        return package.read("team.json").decode("utf-8")
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        raise click.ClickException(
            f"I cannot read which team the stack answers by ({type(error).__name__}). `byname team push` puts it there."
        ) from error


def _secret(account: Account, name: str) -> str:
    with explained("reading the key ring"):
        return str(account.client("secretsmanager").get_secret_value(SecretId=name).get("SecretString", ""))
