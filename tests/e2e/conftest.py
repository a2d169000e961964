"""`byname local` itself, started once for the stories; each test uses customers of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from byname.local.cloud import LocalCloud
from byname.local.verdicts import read_verdicts
from byname.team.compile import compile_file

ROOT = Path(__file__).parents[2]
MONDAY_MORNING = datetime(2026, 11, 23, 9, 7, tzinfo=UTC)


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """The example firm, open on a Monday morning; forged@bank.example fails, quiet.example proves nothing."""
    folder = tmp_path_factory.mktemp("cloud")
    verdicts = folder / "verdicts.toml"
    verdicts.write_text(VERDICTS, "utf-8")
    team = compile_file(ROOT / "examples" / "team.toml", date(2026, 11, 1))
    with LocalCloud(team, folder / "data", verdicts=read_verdicts(verdicts)) as running:
        running.clock.turn(MONDAY_MORNING)
        yield running


VERDICTS = """
["forged@bank.example"]
dmarc = "fail"
dkim = "fail"

["@quiet.example"]
dmarc = "gray"
dkim = "gray"
spf = "gray"
"""


@pytest.fixture(autouse=True)
def monday_morning(cloud: LocalCloud) -> None:
    cloud.clock.turn(MONDAY_MORNING)
