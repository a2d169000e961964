"""`byname local` as it is typed."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from byname.local.command import local

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
TEAM = ROOT / "examples" / "minimal.toml"
FREE = ("--smtp-port", "0", "--pages-port", "0", "--mailbox-port", "0")


@contextmanager
def running(data: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", "from byname.local.command import local; local()", str(TEAM), *FREE]
    process = subprocess.Popen(
        [*command, "--data", str(data), *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until_ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if line.startswith("READY"):
            return said
    assert process.stderr is not None
    raise AssertionError(said + process.stderr.read())


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_everything_is_and_stops_when_told(tmp_path: Path, by: signal.Signals) -> None:
    with running(tmp_path / "data") as process:
        said = until_ready(process)
        assert re.search(r"Everyone's mailbox +http://127\.0\.0\.1:\d+/\n", said)
        assert re.search(r"The contact form +http://127\.0\.0\.1:\d+/contact\n", said)
        assert re.search(r"Mail +127\.0\.0\.1:\d+ \(SMTP\), to support@harris\.example\n", said)
        process.send_signal(by)
        _, complaints = process.communicate(timeout=20)
    assert process.returncode == 0
    assert complaints == f"Stopping …\nStopped. Everything is kept in {tmp_path / 'data'}.\n"


@pytest.mark.parametrize("verbose", [False, True])
def test_what_the_app_logs_goes_to_a_file_unless_it_is_to_be_shown(tmp_path: Path, verbose: bool) -> None:
    with running(tmp_path, "--tick", "0.1", *(["--verbose"] if verbose else [])) as process:
        until_ready(process)
        assert process.stdout is not None
        first = process.stdout.readline() if verbose else ""  # a tick's own log line
        process.send_signal(signal.SIGTERM)
        shown = first + process.communicate(timeout=20)[0]
    assert ('"service":"byname"' in shown) == verbose
    assert verbose or '"service":"byname"' in (tmp_path / "app.log").read_text()


def test_the_log_goes_on_where_the_last_run_left_it_and_a_second_one_does_not_touch_it(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text("yesterday\n")
    with running(tmp_path) as first:
        until_ready(first)
        with running(tmp_path) as second:
            _, complaints = second.communicate(timeout=20)
        assert "another `byname local` is using" in complaints
        first.send_signal(signal.SIGTERM)
        first.communicate(timeout=20)
    lines = (tmp_path / "app.log").read_text().splitlines()
    assert lines[0] == "yesterday"
    assert any('"service":"byname"' in line for line in lines[1:])


def test_it_says_where_a_turned_clock_stands_also_after_a_restart(tmp_path: Path) -> None:
    for options in (["--clock", "2031-11-24 09:40"], []):
        with running(tmp_path, *options) as process:
            assert re.search(r"The clock stands at Mon 24 Nov 2031, 09:4\d; the mailbox page", until_ready(process))
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)


def test_a_taken_port_ends_it_with_the_mend(tmp_path: Path) -> None:
    with running(tmp_path / "one") as first:
        port = re.search(r"Mail +127\.0\.0\.1:(\d+)", until_ready(first))
        assert port is not None
        with running(tmp_path / "two", "--smtp-port", port[1]) as second:
            _, complaints = second.communicate(timeout=20)
    assert second.returncode == 1
    assert complaints == f"Error: port {port[1]} is in use: choose another with --smtp-port\n"


@pytest.mark.parametrize(
    ("options", "mend"),
    [
        (["--clock", "tomorrow"], "write it like 2026-11-24 09:40"),
        (["--smtp-out", "somewhere"], "write it like 127.0.0.1:2526"),
        (["--verdicts", str(TEAM)], "Name a sender"),
        (["--tick", "0"], "--tick"),
        (["--smtp-port", "25x"], '"25x" is not a port: write a number from 0 to 65535, 0 for a free one.'),
        (["--pages-port", "65536"], '"65536" is not a port'),
        (["nowhere.toml"], "nowhere.toml"),
    ],
    ids=["clock", "smtp-out", "verdicts", "tick", "port", "high port", "team"],
)
def test_a_mistyped_option_is_explained_before_anything_starts(tmp_path: Path, options: list[str], mend: str) -> None:
    team = [] if options[0].endswith(".toml") else [str(TEAM)]
    result = CliRunner().invoke(local, [*team, *options, "--data", str(tmp_path / "data")])
    assert result.exit_code in (1, 2)
    assert mend in result.output
    assert "Traceback" not in result.output
    assert not (tmp_path / "data").exists()


def test_help_names_every_option_and_its_default() -> None:
    words = CliRunner().invoke(local, ["--help"]).output
    for option in ("--smtp-port", "--pages-port", "--mailbox-port", "--aws-port", "--ses-port", "--data", "--verdicts"):
        assert option in words
    assert "2525" in words
