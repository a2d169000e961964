"""What every test run says at its end: which tools were missing, by name; and in CI that is a failure."""

from __future__ import annotations

import os

import pytest

NO_SKIPS = "BYNAME_NO_SKIPS"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skip that nobody sees is a defect: with BYNAME_NO_SKIPS set (CI sets it) any skip fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and os.environ.get(NO_SKIPS) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"{len(skipped)} skipped, and {NO_SKIPS} is set: that fails the run", red=True)
