"""*Where* things are: the environment, read late and once. (*What* the firm chose is the team.)"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields

from chalicelib.errors import Misconfigured

EXPLAINED = {
    "table_name": "the DynamoDB table",
    "mail_bucket": "the S3 bucket of raw mail",
    "inbound_queue_url": "the SQS queue of arriving mail",
    "key_ring_secret": "the Secrets Manager secret with the signing keys",
    "team_file": "the compiled team.json",
    "instance": "the name in our loop mark, usually the domain SES receives for",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """One field for each variable: `table_name` is TABLE_NAME."""

    table_name: str
    mail_bucket: str
    inbound_queue_url: str
    key_ring_secret: str
    team_file: str
    instance: str
    ses_configuration_set: str = ""
    pages_url: str = ""


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings, or Misconfigured naming every variable that is missing."""
    found = {field.name: environment.get(field.name.upper(), "") for field in fields(Settings)}
    missing = [f"{name.upper()} ({words})" for name, words in EXPLAINED.items() if not found[name]]
    if missing:
        raise Misconfigured("set in .chalice/config.json: " + ", ".join(missing))
    found["pages_url"] = found["pages_url"].rstrip("/")
    return Settings(**found)
