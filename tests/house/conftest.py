"""What is made once for all tests of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from byname.cloud.package import Package


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Package]:
    """What AWS gets, and what the lab gets. Libraries are fetched once and kept in `.local/package`."""
    from byname.cloud.package import STAGES, build
    from tests.builders import a_team

    return {stage: build(stage, tmp_path_factory.mktemp(stage), team=a_team()) for stage in STAGES}
