"""The teams that were pushed: the one in force, which Lambda reads, and every one before it, to look back and go back.

    team/current.json                            the compiled team in force; its metadata: version, by (deploy or push)
    team/versions/20261122T101500Z-1a2b3c4d.json the same, kept
    team/versions/20261122T101500Z-1a2b3c4d.toml the team.toml it was made from, word for word

Whoever pushes says which one they meant to replace (S3's conditional writes): of two who push at once, one is told.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from byname.cloud.account import Account
from chalicelib.aws.team_object import KEY as CURRENT
from chalicelib.desk.team import Team
from chalicelib.errors import Conflict
from chalicelib.setup.team_file import read_team, write_team

VERSIONS = "team/versions/"
_NAME = re.compile(r"(?P<at>\d{8}T\d{6}Z)-(?P<digest>[0-9a-f]{8})")
_TAKEN = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")
DEPLOY, PUSH = "deploy", "push"
"""Who put a team in force: `byname deploy`, or somebody who meant to with `byname team`."""
_JSON, _TOML = "application/json", "application/toml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Version:
    """One team that was pushed."""

    name: str
    """`20261122T101500Z-1a2b3c4d`: when, and the beginning of the compiled text's SHA-256."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """A team as it lies in the bucket."""

    version: Version | None
    """None when `team/current.json` was put there by something that is not byname."""
    text: str
    """The compiled team."""
    source: str
    """The team.toml it was made from; empty when it is not there."""
    etag: str
    """Which writing of `team/current.json` this is; empty for one that is not in force."""
    by: str = PUSH
    """`DEPLOY` or `PUSH`."""

    @property
    def team(self) -> Team:
        """Raises Misconfigured when the text is no team that this byname reads."""
        return read_team(self.text)


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of a push."""

    version: Version | None
    unchanged: bool
    """The very same team, from the very same words, is in force already."""


def in_force(account: Account, bucket: str) -> Stored | None:
    """The pushed team that Lambda reads; None when none was ever pushed: then the one in the package is in force."""
    s3 = account.client("s3")
    try:
        answer = s3.get_object(Bucket=bucket, Key=CURRENT)
    except s3.exceptions.NoSuchKey:
        return None
    text: str = answer["Body"].read().decode("utf-8", "replace")
    about: Mapping[str, str] = answer.get("Metadata", {})
    version = _version_of(about.get("version", ""))
    source = _text(s3, bucket, f"{VERSIONS}{version.name}.toml") if version else None
    return Stored(version, text, source or "", answer["ETag"], about.get("by", PUSH))


def push(
    account: Account,
    bucket: str,
    team: Team,
    source: str,
    *,
    instead_of: Stored | None,
    by: str = PUSH,
    now: datetime | None = None,
) -> Pushed:
    """Puts this team in force instead of the one that was looked at. `source`: the team.toml it was compiled from.

    Raises Conflict when somebody else pushed since; then theirs is in force and nothing of ours is left.
    """
    text = write_team(team)
    if instead_of is not None and (instead_of.text, instead_of.source) == (text, source):
        return Pushed(instead_of.version, unchanged=True)
    s3, version = account.client("s3"), _new_version(text, now or datetime.now(UTC))
    kept = {f"{VERSIONS}{version.name}.json": (text, _JSON), f"{VERSIONS}{version.name}.toml": (source, _TOML)}
    for key, (content, kind) in kept.items():
        s3.put_object(Bucket=bucket, Key=key, Body=content.encode(), ContentType=kind)
    try:
        _put_in_force(s3, bucket, text, {"version": version.name, "by": by}, instead_of)
    except Conflict:
        theirs = in_force(account, bucket)
        if theirs is not None and theirs.version == version:  # it was ours: the answer to a first attempt was lost
            return Pushed(version, unchanged=False)
        for key in kept:
            s3.delete_object(Bucket=bucket, Key=key)
        raise
    return Pushed(version, unchanged=False)


def history(account: Account, bucket: str) -> tuple[Version, ...]:
    """Every version, newest first."""
    pages = account.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=VERSIONS)
    names = (
        item["Key"].removeprefix(VERSIONS).removesuffix(".json") for page in pages for item in page.get("Contents", ())
    )
    return tuple(sorted(_versions(names), key=lambda version: version.name, reverse=True))


def read_version(account: Account, bucket: str, version: Version) -> Stored | None:
    """One that was pushed; None when it is not there."""
    s3 = account.client("s3")
    text = _text(s3, bucket, f"{VERSIONS}{version.name}.json")
    source = _text(s3, bucket, f"{VERSIONS}{version.name}.toml")
    return Stored(version, text, source or "", "") if text is not None else None


def _put_in_force(s3: Any, bucket: str, text: str, about: Mapping[str, str], instead_of: Stored | None) -> None:
    from botocore.exceptions import ClientError

    only_if = {"IfMatch": instead_of.etag} if instead_of else {"IfNoneMatch": "*"}
    try:
        s3.put_object(Bucket=bucket, Key=CURRENT, Body=text.encode(), ContentType=_JSON, Metadata=about, **only_if)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _TAKEN:
            raise
        raise Conflict("somebody else pushed a team meanwhile, and theirs is in force") from error


def _new_version(text: str, now: datetime) -> Version:
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    at = now.astimezone(UTC).replace(microsecond=0)
    return Version(f"{at:%Y%m%dT%H%M%SZ}-{digest}", at)


def _versions(names: Iterator[str]) -> Iterator[Version]:
    return (version for name in names if (version := _version_of(name)))


def _version_of(name: str) -> Version | None:
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    return Version(name, datetime.strptime(found["at"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC))


def _text(s3: Any, bucket: str, key: str) -> str | None:
    try:
        content: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except s3.exceptions.NoSuchKey:
        return None
    return content.decode("utf-8", "replace")
