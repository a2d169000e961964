"""The example firm on one machine, for real mail programs and for mail shaped like theirs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from byname.local.cloud import LocalCloud
from byname.team.compile import compile_file
from chalicelib.desk.team import Team

ROOT = Path(__file__).parents[2]
MONDAY_MORNING = datetime(2026, 11, 23, 9, 7, tzinfo=UTC)


@pytest.fixture(scope="session")
def team() -> Team:
    return compile_file(ROOT / "examples" / "team.toml", date(2026, 11, 1))


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder that mail servers may enter under names of their own, which pytest's folders are closed to."""
    with tempfile.TemporaryDirectory(prefix="byname-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture(scope="module")
def cloud(team: Team, open_folder: Path) -> Iterator[LocalCloud]:
    """Open on a Monday morning. One for each file here: two at once would share an environment."""
    with LocalCloud(team, open_folder / "data") as running:
        running.clock.turn(MONDAY_MORNING)
        yield running
