"""`make demo`'s own command, run as a newcomer would: the story is told, and what somebody keeps is left alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]


def demo(folder: Path) -> str:
    """The transcript of `byname demo --once`, run in a folder of its own. Raises when it takes over a minute."""
    command = [sys.executable, "-m", "byname", "demo", "--once"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def test_the_story_is_told_from_the_first_mail_to_the_thank_you_page(tmp_path: Path) -> None:
    told = demo(tmp_path)
    for words in (
        "Bob Harris has your message and will answer by",
        "Your reply goes to Jane Roe from support@harris.example",
        "I'll be with you at two.",
        "Anna Harris is on call and will ring or write by 23:45 tonight.",
        "Sam Okafor has your message and will answer by",
    ):
        assert words in told
    assert {folder.name for folder in (tmp_path / ".local/maildir").iterdir()} >= {
        "jane@customer.example",
        "bob@harris.example",
    }


def test_what_somebody_keeps_from_byname_local_is_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / ".local" / "maildir" / "my@customer.example" / "letter"
    kept.parent.mkdir(parents=True)
    kept.write_text("mine", "utf-8")
    demo(tmp_path)
    assert kept.read_text("utf-8") == "mine"
    assert (tmp_path / ".local/demo/maildir/jane@customer.example").is_dir()
