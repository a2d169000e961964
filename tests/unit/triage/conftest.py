"""Tiny models, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.triage.models import Models, opened
from tests.unit.triage.tiny_models import tiny_models


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return tiny_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def no_models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    folder: Path = tmp_path_factory.mktemp("none")
    return opened(folder)
