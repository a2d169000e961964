"""`byname completion`: what a shell is told, and what it then completes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from byname.cli import HEADINGS, ROOMS, main

ROOT = Path(__file__).parents[2]


def byname(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), prog_name="byname")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_asks_byname_itself(shell: str) -> None:
    answer = byname("completion", shell)
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert f"_BYNAME_COMPLETE={shell}_complete" in answer.stdout


def test_another_shell_is_told_which_there_are() -> None:
    answer = byname("completion", "csh")
    assert (answer.exit_code, "'csh' is not one of 'bash', 'zsh', 'fish'" in answer.stderr) == (2, True)


def completed(*line: str) -> list[str]:
    """What fish is offered for the last word of this line: the first column."""
    words = " ".join(line)
    environment = {"_BYNAME_COMPLETE": "fish_complete", "COMP_WORDS": words, "COMP_CWORD": line[-1]}
    answer = CliRunner().invoke(main, [], env=environment, prog_name="byname")
    return [offer.partition(",")[2].partition("\t")[0] for offer in answer.stdout.splitlines()]


@pytest.mark.parametrize(
    ("line", "offers"),
    [
        (("byname", "ch"), ["check"]),
        (("byname", "check", "--to"), ["--today"]),
        (("byname", "team", "p"), ["push", "pull"]),
        (("byname", "team", "push", "--dry"), ["--dry-run"]),
        (("byname", "doctor", "--only", "st"), ["stack", "staff"]),
        (("byname", "completion", "f"), ["fish"]),
    ],
)
def test_commands_options_and_choices_are_completed(line: tuple[str, ...], offers: list[str]) -> None:
    assert sorted(completed(*line)) == sorted(offers)


def test_a_file_is_left_to_the_shell() -> None:
    environment = {"_BYNAME_COMPLETE": "fish_complete", "COMP_WORDS": "byname check te", "COMP_CWORD": "te"}
    assert CliRunner().invoke(main, [], env=environment, prog_name="byname").stdout == "file,te\n"


def test_a_part_that_is_not_there_breaks_no_completion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROOMS, "demo", ("byname.nowhere:demo", "See one mail become an answer by name."))
    assert completed("byname", "demo", "--") == ["--help"]


def test_bash_itself_completes_with_it() -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    script = (
        'eval "$(byname completion bash)"; COMP_WORDS=(byname te); COMP_CWORD=1; _byname_completion byname; '
        'echo "${COMPREPLY[@]}"'
    )
    run = subprocess.run(
        ["bash", "-c", script], env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert run.stdout == "team\n"


def test_every_command_has_its_place_in_the_help() -> None:
    listed = [name for names in HEADINGS.values() for name in names]
    assert len(listed) == len(set(listed))
    help_text = byname("--help").stdout
    for heading, names in HEADINGS.items():
        assert (f"{heading}:" in help_text) == bool(set(names) & set(ROOMS))
