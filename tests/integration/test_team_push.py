"""`byname team`: push, history, restore and pull, against S3's own conditional writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from byname.cloud import team_store
from byname.cloud.account import sign_in
from byname.team.check import check
from byname.team.compile import compile_team
from chalicelib.aws.items import to_thread
from chalicelib.aws.team_object import fetch
from chalicelib.desk.model import PromiseState, ThreadStatus
from chalicelib.desk.team import Team
from chalicelib.errors import Conflict
from chalicelib.setup.team_file import read_team
from tests.builders import a_promise, a_thread
from tests.integration.desk_stack import DeskStack, desk_stack

pytestmark = pytest.mark.integration
EXAMPLE = (Path(__file__).parents[2] / "examples" / "team.toml").read_text("utf-8")
TODAY = datetime.now(UTC).date()
OPEN = 'hours = ["Mon-Fri 08:00-17:30"]'
SHIPPED = 'phone = "0161 496 0123"'


@pytest.fixture
def desk(ministack: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> DeskStack:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    name = f"team-{abs(hash(request.node.name)) % 10**8}"
    made = desk_stack(ministack, name)
    for variable, value in made.environment.items():
        monkeypatch.setenv(variable, value)
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "team.toml"
    path.write_text(EXAMPLE, "utf-8")
    return path


def edit(file: Path, *changes: tuple[str, str]) -> None:
    text = file.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, "utf-8")


def team_of(text: str) -> Team:
    return compile_team(check(text), TODAY)


def lambda_reads(desk: DeskStack) -> Team:
    """The team as the functions fetch it."""
    found = fetch(desk.names.bucket, desk.environment)
    assert found is not None
    return read_team(found.text)


def test_the_first_push_puts_the_team_in_force_and_keeps_its_source(desk: DeskStack, file: Path) -> None:
    answer = desk.byname("team", "push", file)
    assert answer.exit_code == 0, answer.output
    assert answer.stdout.startswith("The first push: until now the team that came with the deployment was in force.\n")
    assert "in force within a minute" in answer.stdout
    assert lambda_reads(desk) == team_of(EXAMPLE)
    listed = desk.client("s3").list_objects_v2(Bucket=desk.names.bucket, Prefix="team/")["Contents"]
    version = team_store.history(sign_in(), desk.names.bucket)[0].name
    assert [item["Key"] for item in listed] == [
        *("team/current.json", f"team/versions/{version}.json", f"team/versions/{version}.toml")
    ]
    assert desk.byname("team", "pull").stdout == EXAMPLE


def test_what_changes_is_said_in_the_desks_words(desk: DeskStack, file: Path) -> None:
    desk.byname("team", "push", file)
    edit(
        file,
        (SHIPPED, 'phone = "0161 496 0999"'),
        ('owner = "bob"', 'owner = "alice"'),
        (OPEN, OPEN.replace("17:30", "17:00")),
    )
    answer = desk.byname("team", "push", file)
    assert answer.stdout.splitlines()[:4] == [
        "~ The firm: phone: 0161 496 0123 → 0161 496 0999",
        "~ The firm: hours: Mon-Fri 08:00-17:30 → Mon-Fri 08:00-17:00",
        "~ The firm: answers within: 9h 30m → 9h",
        "~ Repairs: who answers: Bob Harris → Alice Shaw",
    ]
    assert lambda_reads(desk).firm.phone == "0161 496 0999"


def test_a_dry_run_changes_nothing(desk: DeskStack, file: Path) -> None:
    desk.byname("team", "push", file)
    edit(file, (SHIPPED, 'phone = "0161 496 0999"'))
    told = json.loads(desk.byname("team", "push", file, "--dry-run", "--json").stdout)
    assert told == {
        "ok": True,
        "changes": [{"sign": "~", "what": "The firm: phone: 0161 496 0123 → 0161 496 0999"}],
        "warnings": [],
        "dry_run": True,
        "version": None,
        "in_force": False,
    }
    assert desk.byname("team", "push", file, "-n").stderr.endswith("This was a dry run: nothing was changed.\n")
    assert lambda_reads(desk).firm.phone == "0161 496 0123"


def test_the_same_file_again_is_no_new_version(desk: DeskStack, file: Path) -> None:
    desk.byname("team", "push", file)
    again = json.loads(desk.byname("team", "push", file, "--json").stdout)
    assert (again["in_force"], again["unchanged"]) == (True, True)
    assert len(json.loads(desk.byname("team", "history", "--json").stdout)) == 1


def test_only_comments_changed_is_said_and_kept(desk: DeskStack, file: Path) -> None:
    desk.byname("team", "push", file)
    file.write_text(f"{EXAMPLE}# Anna was here\n", "utf-8")
    assert desk.byname("team", "push", file).stdout.startswith("Nothing changes for the desk: only comments")
    assert desk.byname("team", "pull").stdout.endswith("# Anna was here\n")


def test_every_fault_is_listed_and_nothing_is_pushed(desk: DeskStack, file: Path) -> None:
    edit(file, ('owner = "bob"', 'owner = "bobb"'), ("Europe/London", "Europe/Lundun"))
    answer = desk.byname("team", "push", file)
    assert answer.exit_code == 1
    assert answer.stderr.startswith(f"2 things to mend in {file}:")
    assert fetch(desk.names.bucket, desk.environment) is None


def test_whoever_leaves_with_open_threads_is_named_with_them(desk: DeskStack, file: Path) -> None:
    desk.byname("team", "push", file)
    missed = a_promise(state=PromiseState.MISSED)
    desk.put(
        to_thread(thread)
        for thread in (
            a_thread(id="k7q3mdaaaa", owner="sam"),
            a_thread(id="zzzzzzaaaa", owner="sam", promise=missed),
            a_thread(id="bbbbbbaaaa", owner="sam", status=ThreadStatus.THEIRS),
            a_thread(id="ccccccaaaa", owner="bob"),
        )
    )
    sam = EXAMPLE[EXAMPLE.index('[[people]]\nkey = "sam"') : EXAMPLE.index('[[people]]\nkey = "anna"')]
    edit(file, (sam, ""), ('owner = "sam"', 'owner = "bob"'))
    answer = desk.byname("team", "push", file)
    assert answer.exit_code == 0, answer.output
    assert "− Sam Okafor, who fits bathrooms (sam@harris.example)\n" in answer.stdout
    assert "! Sam Okafor still owes answers: 2 threads (K7Q-3MD, ZZZ-ZZZ). Anna Harris takes over." in answer.stderr


def test_a_domain_that_ses_does_not_know_is_pushed_only_when_it_is_meant(desk: DeskStack, file: Path) -> None:
    desk.byname("team", "push", file)
    edit(file, ("support@help.harris.example", "support@mail.harris.example"))
    refused = desk.byname("team", "push", file)
    assert refused.exit_code == 2
    assert "SES does not know mail.harris.example yet: run `byname deploy`" in refused.stderr
    assert lambda_reads(desk).mailboxes[0].receives_at == "support@help.harris.example"
    assert desk.byname("team", "push", file, "--yes").exit_code == 0
    assert lambda_reads(desk).mailboxes[0].receives_at == "support@mail.harris.example"


def test_a_program_pushes_from_standard_input(desk: DeskStack) -> None:
    command = [sys.executable, "-m", "byname", "team", "push", "-", "--json", "--stack", desk.name]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    run = subprocess.run(command, input=EXAMPLE, env=environment, capture_output=True, text=True, check=False)
    assert (run.returncode, json.loads(run.stdout)["in_force"]) == (0, True), run.stderr
    assert lambda_reads(desk) == team_of(EXAMPLE)


def test_of_two_who_push_at_once_the_second_is_told_and_leaves_nothing_behind(desk: DeskStack) -> None:
    account, bucket = sign_in(), desk.names.bucket
    first = EXAMPLE.replace(SHIPPED, 'phone = "1"', 1)
    second = EXAMPLE.replace(SHIPPED, 'phone = "2"', 1)
    team_store.push(account, bucket, team_of(EXAMPLE), EXAMPLE, instead_of=None)
    both_saw = team_store.in_force(account, bucket)
    team_store.push(account, bucket, team_of(first), first, instead_of=both_saw)
    with pytest.raises(Conflict, match="somebody else pushed a team meanwhile"):
        team_store.push(account, bucket, team_of(second), second, instead_of=both_saw)
    now = team_store.in_force(account, bucket)
    assert now is not None
    assert (now.source, len(team_store.history(account, bucket))) == (first, 2)


def test_of_two_first_pushes_at_once_one_is_told(desk: DeskStack) -> None:
    account, bucket = sign_in(), desk.names.bucket
    team_store.push(account, bucket, team_of(EXAMPLE), EXAMPLE, instead_of=None)
    with pytest.raises(Conflict):
        team_store.push(account, bucket, team_of(EXAMPLE), f"{EXAMPLE}\n", instead_of=None, now=_later())


def test_a_push_whose_answer_was_lost_is_known_as_ours(desk: DeskStack) -> None:
    account, bucket, at = sign_in(), desk.names.bucket, _later()
    pushed = team_store.push(account, bucket, team_of(EXAMPLE), EXAMPLE, instead_of=None, now=at)
    assert team_store.push(account, bucket, team_of(EXAMPLE), EXAMPLE, instead_of=None, now=at) == pushed


def _later() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=1)


def test_history_lists_the_newest_first_and_restore_goes_back(desk: DeskStack, file: Path) -> None:
    account, bucket = sign_in(), desk.names.bucket
    old = EXAMPLE.replace(SHIPPED, 'phone = "1"', 1)
    team_store.push(account, bucket, team_of(old), old, instead_of=None, now=_later() - timedelta(days=2))
    desk.byname("team", "push", file)
    listed = json.loads(desk.byname("team", "history", "--json").stdout)
    assert [entry["in_force"] for entry in listed] == [True, False]
    answer = desk.byname("team", "restore", listed[1]["version"][:12])
    assert "~ The firm: phone: 0161 496 0123 → 1\n" in answer.stdout
    assert desk.byname("team", "pull").stdout == old
    assert len(desk.byname("team", "history").stdout.splitlines()) == 3


def test_restore_without_a_version_goes_back_to_the_one_before(desk: DeskStack, file: Path) -> None:
    account, bucket = sign_in(), desk.names.bucket
    for days, phone in ((3, "1"), (2, "2")):
        text, seen = EXAMPLE.replace(SHIPPED, f'phone = "{phone}"', 1), team_store.in_force(account, bucket)
        team_store.push(account, bucket, team_of(text), text, instead_of=seen, now=_later() - timedelta(days=days))
    desk.byname("team", "push", file)
    answer = desk.byname("team", "restore")
    assert "~ The firm: phone: 0161 496 0123 → 2\n" in answer.stdout, answer.output
    assert lambda_reads(desk).firm.phone == "2"


def test_there_is_nothing_before_the_first_team(desk: DeskStack, file: Path) -> None:
    desk.byname("team", "push", file)
    answer = desk.byname("team", "restore")
    assert (answer.exit_code, "There is no team before the one in force" in answer.stderr) == (1, True)


def test_a_version_that_there_is_not_is_told(desk: DeskStack, file: Path) -> None:
    desk.byname("team", "push", file)
    answer = desk.byname("team", "restore", "2019")
    assert (answer.exit_code, "There is no version '2019'" in answer.stderr) == (2, True)


def test_a_damaged_team_in_force_can_be_replaced(desk: DeskStack, file: Path) -> None:
    desk.client("s3").put_object(Bucket=desk.names.bucket, Key="team/current.json", Body=b"{")
    answer = desk.byname("team", "push", file)
    assert (answer.exit_code, "cannot be read by this byname" in answer.stderr) == (0, True)
    assert lambda_reads(desk) == team_of(EXAMPLE)


def test_pull_writes_a_file_and_overwrites_none(desk: DeskStack, file: Path, tmp_path: Path) -> None:
    assert desk.byname("team", "pull").exit_code == 1
    desk.byname("team", "push", file)
    refused = desk.byname("team", "pull", "-o", file)
    assert (refused.exit_code, "stays as it is" in refused.stderr) == (1, True)
    assert desk.byname("team", "pull", "-o", tmp_path / "mine.toml").exit_code == 0
    assert (tmp_path / "mine.toml").read_text("utf-8") == EXAMPLE


def test_a_stack_that_there_is_not_is_told_with_what_to_do(desk: DeskStack) -> None:
    lost = DeskStack("nowhere", desk.endpoint, desk.names, {}).byname("team", "history")
    assert lost.exit_code == 1
    assert "There is no stack nowhere in eu-west-1. `byname deploy` makes it" in lost.stderr
