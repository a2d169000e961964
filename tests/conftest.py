"""What every test run says at its end: which tools were missing, by name; and in CI that is a failure."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# A law is checked on examples, not against the clock of a busy machine: timings belong to bench/.
settings.register_profile("byname", deadline=None)
settings.load_profile("byname")

NO_SKIPS = "BYNAME_NO_SKIPS"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skip that nobody sees is a defect: with BYNAME_NO_SKIPS set (CI sets it) any skip fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if reporter and skipped and os.environ.get(NO_SKIPS) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"{len(skipped)} skipped, and {NO_SKIPS} is set: that fails the run", red=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What is left out by choice is said, too."""
    ran_the_contract = any("test_store_contract" in str(item) for item in terminalreporter.stats.get("passed", []))
    if ran_the_contract and not os.environ.get("DDB_LOCAL_JAR"):
        terminalreporter.write_line(
            "store contract: on the fake and on ministack; on DynamoDB Local only with DDB_LOCAL_JAR"
        )
