"""A team pushed to the bucket is in force within a minute; one that cannot be read changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from byname.local.environment import CREDENTIALS
from byname.local.received import REGION
from chalicelib.errors import Misconfigured, Unavailable
from chalicelib.setup.newest_team import NewestTeam
from chalicelib.setup.team_file import write_team
from tests.builders import a_team

pytestmark = pytest.mark.integration
BUCKET, KEY = "newest-team-mail", "team/current.json"
SHIPPED = a_team()
PUSHED = replace(SHIPPED, firm=replace(SHIPPED.firm, phone="0161 496 0999"))


@pytest.fixture(scope="module")
def s3(ministack: str) -> Any:
    client = boto3.client(
        "s3",
        endpoint_url=ministack,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return client


@pytest.fixture
def environment(ministack: str, s3: Any, tmp_path: Path) -> Iterator[dict[str, str]]:
    file = tmp_path / "team.json"
    file.write_text(write_team(SHIPPED), "utf-8")
    yield {**CREDENTIALS, "AWS_ENDPOINT_URL": ministack, "MAIL_BUCKET": BUCKET, "TEAM_FILE": str(file)}
    s3.delete_object(Bucket=BUCKET, Key=KEY)


class Minutes:
    """A clock that stands until it is turned."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_until_one_is_pushed_the_team_that_came_with_the_code_is_in_force(environment: dict[str, str]) -> None:
    assert NewestTeam(environment)() == SHIPPED


def test_a_pushed_team_is_in_force_at_a_cold_start(environment: dict[str, str], s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=write_team(PUSHED).encode())
    assert NewestTeam(environment)() == PUSHED


def test_a_pushed_team_is_in_force_within_a_minute_where_it_runs_already(environment: dict[str, str], s3: Any) -> None:
    clock = Minutes()
    newest = NewestTeam(environment, clock)
    seen = [newest().firm.phone]
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=write_team(PUSHED).encode())
    for clock.seconds in (59.0, 60.0, 130.0):
        seen.append(newest().firm.phone)
    old, new = SHIPPED.firm.phone, PUSHED.firm.phone
    assert seen == [old, old, new, new]


def test_a_pushed_team_that_cannot_be_read_changes_nothing(environment: dict[str, str], s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=b'{"version": 99}')
    assert NewestTeam(environment)() == SHIPPED


def test_when_the_bucket_does_not_answer_the_team_we_know_stays_in_force(environment: dict[str, str], s3: Any) -> None:
    clock = Minutes()
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=write_team(PUSHED).encode())
    newest = NewestTeam(environment, clock)
    assert newest() == PUSHED
    environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"
    clock.seconds = 61.0
    assert newest() == PUSHED


def test_when_nobody_knows_which_team_is_in_force_mail_waits_and_the_page_stays_up(
    environment: dict[str, str], s3: Any
) -> None:
    """A mail forwarded by last month's team would lie with somebody who left."""
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=write_team(PUSHED).encode())
    answering, environment["AWS_ENDPOINT_URL"] = environment["AWS_ENDPOINT_URL"], "http://127.0.0.1:1"
    newest = NewestTeam(environment)
    with pytest.raises(Unavailable):
        newest()
    assert newest.or_shipped() == SHIPPED
    environment["AWS_ENDPOINT_URL"] = answering
    assert (newest(), newest.or_shipped()) == (PUSHED, PUSHED)


def test_without_any_team_the_mend_is_named(environment: dict[str, str]) -> None:
    with pytest.raises(Misconfigured, match="byname check"):
        NewestTeam({**environment, "TEAM_FILE": "nowhere/team.json"})()
