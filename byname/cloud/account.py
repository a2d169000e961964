"""The AWS account a command works in: credentials and region as every AWS tool finds them, errors in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

import click

from byname.console import Console, failure
from chalicelib.errors import BynameError

STACK = "byname"
"""What the stack is called unless told otherwise."""

RECEIVING_REGIONS = (
    "us-east-1", "us-east-2", "us-west-2", "ca-central-1", "eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1",
    "eu-north-1", "eu-south-1", "ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1",
    "ap-southeast-2", "ap-southeast-3", "af-south-1", "il-central-1", "me-south-1", "sa-east-1",
)  # fmt: skip
"""Where SES receives mail. AWS General Reference, "Amazon SES endpoints and quotas", email receiving endpoints."""

MENDS = {
    "ExpiredToken": "The credentials have expired: sign in again (`aws sso login`, or new keys).",
    "ExpiredTokenException": "The credentials have expired: sign in again (`aws sso login`, or new keys).",
    "InvalidClientTokenId": "AWS does not know these credentials: `aws sts get-caller-identity` should answer.",
    "UnrecognizedClientException": "AWS does not know these credentials: `aws sts get-caller-identity` should answer.",
    "SignatureDoesNotMatch": "The secret key does not fit the access key, or this machine's clock is wrong.",
    "RequestTimeTooSkewed": "This machine's clock is wrong: set it and try again.",
    "OptInRequired": "This account is not signed up for that service, or the region is not enabled.",
}
"""AWS's error code → what to do."""
ASKING = "asking AWS whose account this is"
_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError")


@dataclass(frozen=True, slots=True)
class Account:
    """Where a command works: account id, region, and clients made once each."""

    id: str
    region: str
    session: Any
    _made: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """A boto3 client in this region; patient, because SES's control calls are limited to one a second."""
        from botocore.config import Config

        if service not in self._made:
            patient = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 8})
            self._made[service] = self.session.client(service, config=patient)
        return self._made[service]


def sign_in(region: str | None = None, profile: str | None = None) -> Account:
    """The account the credentials belong to. Raises ClickException that says what is missing and how to mend it."""
    from boto3.session import Session
    from botocore.exceptions import BotoCoreError, ProfileNotFound

    try:
        session = Session(profile_name=profile, region_name=region)
    except ProfileNotFound as error:
        raise click.ClickException(f"{error}. `aws configure list-profiles` lists those there are.") from error
    if not session.region_name:
        raise click.ClickException("No region is chosen: say --region eu-west-2, or set AWS_DEFAULT_REGION.")
    try:
        if session.get_credentials() is None:
            raise click.ClickException(
                "There are no AWS credentials here. `aws configure` or `aws sso login` sets them up, or set "
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. docs/set-up.md says how to get them."
            )
    except BotoCoreError as error:
        raise click.ClickException(f"The AWS credentials cannot be used: {error}") from error
    with explained(ASKING):
        identity = session.client("sts", config=_impatient()).get_caller_identity()
    return Account(identity["Account"], session.region_name, session)


def _impatient() -> Any:
    """The first call of all finds out whether there is a network: whoever waits for that wants to know soon."""
    from botocore.config import Config

    return Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 2})


@contextmanager
def explained(doing: str) -> Iterator[None]:
    """AWS's errors inside become one line: what we were doing, what AWS said, what to do."""
    from botocore.exceptions import BotoCoreError, ClientError, WaiterError

    try:
        yield
    except ClientError as error:
        said = error.response.get("Error", {})
        code, message = said.get("Code", "no code"), said.get("Message", "").rstrip(".")
        mend = MENDS.get(code, "")
        if code in _DENIED:
            mend = "These credentials may not do that: use some that may (docs/set-up.md lists what is needed)."
        raise click.ClickException(f"While {doing}, AWS said {code}: {message}. {mend}".rstrip()) from error
    except WaiterError as error:
        raise click.ClickException(f"While {doing}: {error}. Run the command again; it goes on from there.") from error
    except BotoCoreError as error:
        raise click.ClickException(f"While {doing}, AWS could not be reached ({error}). Try again.") from error


Command = TypeVar("Command", bound=Callable[..., Any])


def in_the_cloud(command: Command) -> Command:
    """The options every command on AWS has; the command gets `console`, `account` and `stack` for them."""

    @click.option("--stack", default=STACK, show_default=True, help="The name of the stack.")
    @click.option("--region", help="The AWS region.  [default: your AWS configuration's]")
    @click.option("--profile", help="The profile in your AWS configuration.")
    @click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
    @click.option("-q", "--quiet", is_flag=True, help="Say nothing about what is under way.")
    @click.option("--no-input", is_flag=True, help="Never ask; fail where a person would be asked.")
    @wraps(command)
    def run(
        stack: str, region: str | None, profile: str | None, as_json: bool, quiet: bool, no_input: bool, **rest: Any
    ) -> Any:
        console = Console(as_json=as_json, quiet=quiet, no_input=no_input)
        try:
            with console.turning(ASKING):
                account = sign_in(region, profile)
            return command(console=console, account=account, stack=stack, **rest)
        except BynameError as error:
            raise failure(error) from error

    return run  # type: ignore[return-value]  # click's decorators keep the command's own type
