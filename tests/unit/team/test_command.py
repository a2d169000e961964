"""`byname check`, as it is typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from byname import __version__
from byname.cli import ROOMS, main
from byname.team.compile import compile_file
from chalicelib.setup.team_file import read_team

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "examples" / "team.toml"
WRONG = EXAMPLE.read_text("utf-8").replace('owner = "bob"', 'owner = "bobb"').replace("Europe/London", "Europe/Lundun")


def byname(*words: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], input=stdin, prog_name="byname")


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "wrong.toml"
    path.write_text(WRONG, "utf-8")
    return path


def test_a_right_file_is_told_in_words_its_owner_can_check() -> None:
    answer = byname("check", EXAMPLE, "--today", "2026-11-23")
    assert answer.exit_code == 0
    assert (
        answer.stdout
        == f"""\
{EXAMPLE} is in order.

Harris & Daughter Heating
  Anna Harris runs it. Open Mon-Fri 08:00-17:30 (Europe/London).
  Answers are due within 1 day (9h 30m) of working time, unless it says otherwise below.

People
  Bob Harris   looks after boilers and heating  bob@harris.example    covered by Alice Shaw
  Alice Shaw   runs the office and the diary    alice@harris.example
  Sam Okafor   fits bathrooms                   sam@harris.example    covered by Bob Harris
  Anna Harris  runs the shop                    anna@harris.example

Mailboxes
  support@harris.example   arrives at support@help.harris.example   Alice Shaw when nothing else decides
  accounts@harris.example  arrives at accounts@help.harris.example  Alice Shaw when nothing else decides

Who answers what
  if from @millbrook-lettings.example  Anna Harris
  if sent to accounts                  Alice Shaw   as Billing
  Repairs                              Bob Harris   within 4h
  Billing                              Alice Shaw   within 1 day (9h 30m)
  Bathrooms                            Sam Okafor   within 1 day (9h 30m)
  Quotes                               Anna Harris  within 4h
  anything else                        Alice Shaw   within 1 day (9h 30m)

When it cannot wait
  Anna Harris, within 1h day and night; phone 07700 900100

Next days closed
  Thu 2026-12-24  Christmas Eve
  Fri 2026-12-25  Christmas Day
  Mon 2026-12-28  Boxing Day (observed)
  Fri 2027-01-01  New Year's Day
"""
    )


def test_a_firm_that_names_no_days_off_is_told_how() -> None:
    answer = byname("check", ROOT / "examples" / "minimal.toml")
    assert answer.stdout.endswith("Next days closed\n  none: set public_holidays or closed\n")


def test_faults_go_to_standard_error_in_the_order_of_the_file(wrong: Path) -> None:
    answer = byname("check", wrong)
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert (
        answer.stderr
        == f"""\
2 things to mend in {wrong}:

  firm.timezone (line {line_with('timezone = "Europe/Lundun"')})
    'Europe/Lundun' is not a time zone; did you mean 'Europe/London'?

  categories[0].owner (line {line_with('owner = "bobb"')})
    no person is called 'bobb'; did you mean 'bob'?
"""
    )


def line_with(text: str) -> int:
    return next(number for number, line in enumerate(WRONG.splitlines(), start=1) if line.startswith(text))


def test_one_fault_is_one_thing(tmp_path: Path) -> None:
    answer = byname("check", tmp_path / "team.toml")
    assert answer.exit_code == 1
    assert answer.stderr.startswith(f"1 thing to mend in {tmp_path / 'team.toml'}:\n")
    assert "there is no such file; `byname init` writes one" in answer.stderr


def test_programs_get_the_faults_in_json(wrong: Path) -> None:
    answer = byname("check", "--json", wrong)
    assert answer.exit_code == 1
    assert json.loads(answer.stdout) == {
        "ok": False,
        "faults": [
            {
                "place": "firm.timezone",
                "line": line_with('timezone = "Europe/Lundun"'),
                "message": "'Europe/Lundun' is not a time zone; did you mean 'Europe/London'?",
                "code": "VALUE",
            },
            {
                "place": "categories[0].owner",
                "line": line_with('owner = "bobb"'),
                "message": "no person is called 'bobb'; did you mean 'bob'?",
                "code": "UNKNOWN_NAME",
            },
        ],
    }


def test_programs_get_the_team_in_json() -> None:
    answer = byname("check", EXAMPLE, "--json", "--today", "2026-11-23")
    told = json.loads(answer.stdout)
    assert (told["ok"], told["faults"]) == (True, [])
    assert read_team(json.dumps(told["team"])) == compile_file(EXAMPLE, date(2026, 11, 23))


def test_the_compiled_team_goes_where_it_is_told(tmp_path: Path) -> None:
    answer = byname("check", EXAMPLE, "-o", tmp_path / "team.json", "--today", "2026-11-23")
    assert answer.exit_code == 0
    assert answer.stdout.endswith(f"\nWrote {tmp_path / 'team.json'}.\n")
    assert read_team((tmp_path / "team.json").read_text("utf-8")) == compile_file(EXAMPLE, date(2026, 11, 23))
    assert [path.name for path in tmp_path.iterdir()] == ["team.json"]


def test_a_dash_is_standard_output_and_nothing_else_is_said_there() -> None:
    answer = byname("check", EXAMPLE, "--output", "-", "--today", "2026-11-23")
    assert read_team(answer.stdout) == compile_file(EXAMPLE, date(2026, 11, 23))
    assert answer.stderr == ""


def test_a_dash_for_the_file_is_standard_input() -> None:
    answer = byname("check", "-", stdin=EXAMPLE.read_text("utf-8"))
    assert (answer.exit_code, answer.stdout.splitlines()[0]) == (0, "standard input is in order.")


def test_a_wrong_file_leaves_the_compiled_one_alone(wrong: Path, tmp_path: Path) -> None:
    (tmp_path / "team.json").write_text("as it was")
    assert byname("check", wrong, "-o", tmp_path / "team.json").exit_code == 1
    assert (tmp_path / "team.json").read_text() == "as it was"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    answer = byname("check", EXAMPLE, "-o", tmp_path / "nowhere" / "team.json")
    assert answer.exit_code == 1
    assert answer.stderr == f"Error: cannot write {tmp_path / 'nowhere' / 'team.json'}: No such file or directory.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["chek"], "No such command 'chek'. Did you mean 'check'?", id="a command mistyped"),
        pytest.param(["check", "--jason"], "No such option '--jason'. Did you mean '--json'?", id="an option mistyped"),
        pytest.param(["check", "--today", "soon"], "'soon' does not match the format '%Y-%m-%d'", id="no day"),
        pytest.param(["check", "--json", "-o", "-"], "both want standard output; take one", id="two answers in one"),
    ],
)
def test_a_command_that_is_not_understood_exits_with_two(words: list[str], said: str) -> None:
    answer = byname(*words)
    assert answer.exit_code == 2
    assert said in answer.stderr


@pytest.mark.parametrize("words", [("--help",), ("-h",)])
def test_help_begins_with_examples_and_names_every_command(words: tuple[str, ...]) -> None:
    answer = byname(*words)
    assert answer.exit_code == 0
    assert answer.stdout.index("Examples:") < answer.stdout.index("Options:")
    for name, (_, line) in ROOMS.items():
        assert f"  {name}" in answer.stdout
        assert line in answer.stdout


def test_the_version_is_the_projects() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert byname("--version").stdout == f"byname {project['version']}\n"
    assert project["version"] == __version__


def test_a_part_that_is_not_there_says_so_only_when_it_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROOMS, "demo", ("byname.nowhere:demo", "See one mail become an answer by name."))
    assert byname("--help").exit_code == 0
    answer = byname("demo")
    assert (answer.exit_code, answer.stderr) == (
        1,
        "Error: `byname demo` needs byname.nowhere, which is not here; this checkout has no such part.\n",
    )


def test_a_library_that_is_not_installed_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROOMS, "demo", ("no_such_library:demo", "See one mail become an answer by name."))
    assert byname("demo").stderr == (
        "Error: `byname demo` needs no_such_library, which is not here; `pip install -e .` brings it.\n"
    )


def test_colour_is_left_out_where_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch, wrong: Path) -> None:
    coloured = CliRunner().invoke(main, ["check", str(wrong)], color=True).stderr
    monkeypatch.setenv("NO_COLOR", "1")
    plain = CliRunner().invoke(main, ["check", str(wrong)], color=True).stderr
    assert "\x1b[31mfirm.timezone" in coloured
    assert "\x1b" not in plain


def test_the_command_runs_as_a_process_of_its_own(wrong: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-m", "byname", "check", wrong.name],
        cwd=wrong.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("2 things to mend in wrong.toml:\n")


def test_whoever_gets_no_mail_yet_is_named_with_the_mend(tmp_path: Path) -> None:
    file = tmp_path / "team.toml"
    text = EXAMPLE.read_text("utf-8")
    file.write_text(
        f'{text}\n[[people]]\nkey = "joe"\nname = "Joe Bell"\nrole = "drives"\naddresses = ["joe@j.example"]\n'
    )
    said = byname("check", file).stdout
    assert '  Joe Bell gets no mail yet: write a [[categories]] entry with owner = "joe".\n' in said
    assert said.count("gets no mail yet") == 1


def test_a_file_that_there_is_not_is_written_by_init(tmp_path: Path) -> None:
    assert "there is no such file; `byname init` writes one" in byname("check", tmp_path / "none.toml").stderr


def test_faults_of_what_was_piped_in_are_those_of_standard_input() -> None:
    assert byname("check", "-", stdin=WRONG).stderr.startswith("2 things to mend in standard input:")
