"""`byname init`: what it asks, what it takes, and the file it writes."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from byname.cli import main
from byname.team.check import check
from byname.team.init_answers import (
    Answers,
    Somebody,
    country_of,
    keys_of,
    machine_zone,
    parts_of,
    read_somebody,
    suggested_arrival,
    suggested_support,
)
from byname.team.init_file import complaints, quoted, save, write_toml
from byname.team.init_questions import QUESTIONS, ask
from chalicelib.errors import Refused

ROOT = Path(__file__).parents[3]
ANNA = Somebody("Anna Harris", "anna@harris.example", "runs the shop")
HARRIS = Answers(
    "Harris & Daughter Heating", ANNA, "support@harris.example", timezone="Europe/London", country="GB-ENG"
)
FLAGS = (
    *("--no-input", "--name", "Harris & Daughter Heating", "--timezone", "Europe/London"),
    *("--principal-name", "Anna Harris", "--principal-address", "anna@harris.example"),
)


def byname(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["init", *map(str, words)], prog_name="byname")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "team.toml"


# --- the file ----------------------------------------------------------------------------------------------------


def test_the_file_says_what_was_answered() -> None:
    bob = Somebody("Bob Harris", "bob@harris.example", "looks after boilers")
    settings = check(write_toml(replace(HARRIS, others=(bob,), phone="0161 496 0123")))
    assert (settings.firm.name, settings.firm.principal, settings.firm.timezone, settings.firm.public_holidays) == (
        *("Harris & Daughter Heating", "anna", "Europe/London", "GB-ENG"),
    )
    assert settings.firm.phone == "0161 496 0123"
    assert [(p.key, p.name, p.role, p.addresses) for p in settings.people] == [
        ("anna", "Anna Harris", "runs the shop", ("anna@harris.example",)),
        ("bob", "Bob Harris", "looks after boilers", ("bob@harris.example",)),
    ]
    assert [(box.address, box.receives_at) for box in settings.mailboxes] == [
        ("support@harris.example", "support@help.harris.example")
    ]


def test_what_nobody_answered_stands_there_as_a_comment_to_be_uncommented() -> None:
    text = write_toml(Answers("Harris", ANNA, "support@harris.example", timezone="Europe/London"))
    with_all = "\n".join(
        line.removeprefix("# ") if line.startswith(('# phone = "0161', "# closed", "# public", "# default")) else line
        for line in text.splitlines()
    )
    firm = check(with_all).firm
    assert (firm.phone, firm.public_holidays, len(firm.closed)) == ("0161 496 0123", "GB-ENG", 2)


anything = st.text(max_size=30)
people = st.builds(Somebody, anything, st.just("x@person.example") | anything, anything | st.just("answers"))
drafts = st.builds(
    Answers,
    name=anything,
    principal=st.builds(Somebody, anything, st.just("anna@harris.example"), anything | st.just("runs it")),
    support=st.sampled_from(
        ("support@harris.example", "+@harris.example", "a" * 34 + "@harris.example", "ünal@harris")
    ),
    phone=anything,
    hours=st.just(("Mon-Fri 09:00-17:00",)) | st.tuples(anything),
    country=st.sampled_from(("", "GB", "XX", '"')),
    others=st.lists(people, max_size=3).map(tuple),
)


@given(drafts)
def test_every_file_is_toml_and_holds_the_answers_or_the_answers_are_refused(answers: Answers) -> None:
    try:
        text = write_toml(answers)
    except Refused:
        return  # half a surrogate pair: no file can hold it
    assert tomllib.loads(text)["firm"]["name"] == answers.name
    if not complaints(answers):
        settings = check(text)
        assert settings.firm.name == answers.name.strip()
        assert [person.name for person in settings.people] == [person.name.strip() for person in answers.people]


odd_names = st.text(min_size=1, max_size=30).filter(lambda name: bool(name.strip()) and all(ord(c) > 31 for c in name))


@given(odd_names.filter(lambda name: "\x7f" not in name), st.lists(odd_names, max_size=4))
def test_people_may_have_any_name_that_fits_on_a_line(firm: str, names: list[str]) -> None:
    others = tuple(Somebody(name, f"p{n}@harris.example") for n, name in enumerate(names) if "\x7f" not in name)
    answers = Answers(firm, ANNA, "support@harris.example", timezone="Europe/London", others=others)
    assert complaints(answers) == ()


@given(st.text())
def test_any_text_is_quoted_so_that_toml_reads_it_again(text: str) -> None:
    assert tomllib.loads(f"x = {quoted(text)}") == {"x": text}


# --- what is understood ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "somebody"),
    [
        ("Bob Harris bob@harris.example", Somebody("Bob Harris", "bob@harris.example")),
        ("Bob Harris <bob@harris.example>", Somebody("Bob Harris", "bob@harris.example")),
        ("Bob, bob@harris.example, fits baths", Somebody("Bob", "bob@harris.example", "fits baths")),
        ("  Zoë O’Neil bob@harris.example – fits baths ", Somebody("Zoë O’Neil", "bob@harris.example", "fits baths")),
    ],
)
def test_somebody_is_a_name_an_address_and_perhaps_what_they_do(typed: str, somebody: Somebody) -> None:
    assert read_somebody(typed) == somebody


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Bob Harris", "'Bob Harris' has no mail address in it; write both, like 'Bob Harris bob@harris.example'"),
        ("bob@harris.example", "has no name in front of it; write both, like 'Bob Harris bob@harris.example'"),
        ("", "has no mail address in it"),
    ],
)
def test_half_a_somebody_is_told_what_is_missing(typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        read_somebody(typed)
    assert said in str(refused.value)


def test_keys_are_first_names_and_differ() -> None:
    named = ("Bob Harris", "Bob Shaw", "Bob Shaw", "Zoë", "李雷", "…")
    people = tuple(Somebody(name, f"person{n}@harris.example") for n, name in enumerate(named))
    assert keys_of(people) == ("bob", "bob-shaw", "person2", "zoe", "person4", "person5")


@pytest.mark.parametrize(
    ("principal", "support", "arrives"),
    [
        ("anna@harris.example", "support@harris.example", "support@help.harris.example"),
        ("support@harris.example", "", ""),
        ("anna@gmail.com", "", ""),
    ],
)
def test_addresses_are_suggested_only_at_a_domain_of_ones_own(principal: str, support: str, arrives: str) -> None:
    answers = Answers(principal=Somebody("Anna", principal))
    assert suggested_support(answers) == support
    assert suggested_arrival(Answers(support=support or "shop@gmail.com")) == arrives


def test_the_machines_zone_is_read_where_systems_keep_it(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    assert machine_zone({}, tmp_path) == ""
    (tmp_path / "etc" / "timezone").write_text("Europe/Madrid\n")
    assert machine_zone({}, tmp_path) == "Europe/Madrid"
    (tmp_path / "etc" / "localtime").symlink_to("/usr/share/zoneinfo/Europe/Paris")
    assert machine_zone({}, tmp_path) == "Europe/Paris"
    assert machine_zone({"TZ": ":Europe/Rome"}, tmp_path) == "Europe/Rome"
    assert machine_zone({"TZ": "Etc/UTC"}, tmp_path) == "Europe/Paris"


@pytest.mark.parametrize(
    ("zone", "country"), [("Europe/London", "GB"), ("Europe/Berlin", "DE"), ("Etc/UTC", ""), ("Nowhere/At", "")]
)
def test_the_zone_suggests_the_country(zone: str, country: str) -> None:
    assert country_of(zone) == country


def test_parts_with_holidays_of_their_own_are_named() -> None:
    assert parts_of("GB") == ("GB-ENG", "GB-NIR", "GB-SCT", "GB-WLS")
    assert parts_of("") == ()


# --- asked -------------------------------------------------------------------------------------------------------


def answered(typed: list[str]) -> tuple[Answers, list[str]]:
    """Every question, with these answers one after the other; and what the person was told."""
    waiting, told = iter(typed), list[str]()
    answers = Answers()
    for question in QUESTIONS:
        answers = ask(question, answers, lambda words, suggested: next(waiting), told.append)
    assert next(waiting, None) is None
    return answers, told


def test_eight_questions_make_a_file() -> None:
    answers, told = answered(
        [
            *("Harris Heating", "Anna Harris anna@harris.example", "", "", "Europe/London", "GB-ENG", "0161 496 0123"),
            *("Bob Harris bob@harris.example looks after boilers", ""),
        ]
    )
    assert told == []
    assert len(QUESTIONS) == 8
    assert (answers.support, answers.arrives) == ("support@harris.example", "support@help.harris.example")
    assert [person.role for person in answers.people] == ["runs the firm", "looks after boilers"]
    assert complaints(answers) == ()


def test_a_wrong_answer_is_named_with_its_mend_and_asked_again() -> None:
    answers, told = answered(
        [
            *("", "Harris"),
            *("Anna", "Anna anna@gmail.com"),
            *("anna@gmail.com", "shop@gmail.com"),
            *("shop@help.gmail.com", "", "shop@help.harris.example"),
            *("Europe/Lundun", "Europe/London", "UK", "-", "-"),
            *("Anna anna@gmail.com", "-"),
        ]
    )
    assert told == [
        "  an answer is needed here.",
        "  'Anna' has no mail address in it; write both, like 'Bob Harris bob@harris.example'.",
        "  'anna@gmail.com' is the mailbox 'anna' itself: mail sent there would come back; write where they read mail.",
        "  mail to 'shop@help.gmail.com' cannot come to you: gmail.com is not yours. Write an address at a domain of "
        "your own, like 'support@help.acme.example'.",
        "  an answer is needed here.",
        "  'Europe/Lundun' is not a time zone; did you mean 'Europe/London'?",
        "  'UK' is not a country code of two letters; did you mean 'GB'?",
        "  'anna@gmail.com' is already Anna's; an address is one person's.",
    ]
    assert (answers.country, answers.phone, answers.others) == ("", "", ())


def test_on_a_terminal_it_asks_and_writes_the_file(target: Path) -> None:
    typed = ["Harris", "Anna anna@harris.example", "", "", "Europe/London", "", "", "Bob bob@harris.example", ""]
    screen, status = on_a_terminal(["init", "-o", str(target)], typed)
    assert status == 0
    assert "What is the firm called? Harris\r\n" in screen
    assert "Which address do customers write to? [support@harris.example] \r\n" in screen
    assert f"Wrote {target}, and it is in order." in screen
    assert check(target.read_text("utf-8")).firm.public_holidays == "GB"


def on_a_terminal(words: list[str], typed: list[str]) -> tuple[str, int]:
    """What stands on the screen of a real terminal when each question is answered in turn; and the exit code."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "byname", *words]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        screen = "".join(_conversation(ours, iter(typed)))
    os.close(ours)
    return screen, process.returncode


def _conversation(terminal: int, answers: Iterator[str]) -> Iterator[str]:
    line = ""
    while select.select([terminal], [], [], 60)[0]:
        try:
            piece = os.read(terminal, 4096).decode()
        except OSError:  # Linux's way to say that the other end is closed
            return
        yield piece
        line = (line + piece).rpartition("\n")[2]
        if line.endswith(("? ", "] ", ") ")):
            os.write(terminal, f"{next(answers)}\n".encode())


# --- by flags ----------------------------------------------------------------------------------------------------


def test_flags_say_it_all(target: Path) -> None:
    answer = byname(
        *FLAGS, "-o", target, "--country", "GB-ENG", "--hours", "Mon-Thu 08:00-17:00", "--hours", "Fri 08:00-12:00"
    )
    assert answer.exit_code == 0
    assert answer.stdout.startswith(f"Wrote {target}, and it is in order.\n\nHarris & Daughter Heating\n")
    assert "Open Mon-Thu 08:00-17:00, Fri 08:00-12:00 (Europe/London)." in answer.stdout
    assert "byname deploy" in answer.stderr
    assert [path.name for path in target.parent.iterdir()] == ["team.toml"]


def test_a_dash_is_standard_output_and_nothing_else_is_said_there(tmp_path: Path) -> None:
    answer = byname(*FLAGS, "-o", "-")
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert check(answer.stdout).firm.principal == "anna"


def test_programs_get_the_team_and_what_to_do_next_in_json(target: Path) -> None:
    told = json.loads(byname(*FLAGS, "--json", "-o", target).stdout)
    assert (told["ok"], told["file"], told["team"]["people"][0]["key"]) == (True, str(target), "anna")
    assert told["next"][0]["do"] == f"byname local {target}"


@pytest.mark.parametrize("piped", [True, False])
def test_what_no_flag_says_and_nothing_suggests_is_named_at_once(piped: bool, target: Path) -> None:
    answer = byname(*(() if piped else ("--no-input",)), "-o", target, "--timezone", "Europe/London")
    assert answer.exit_code == 2
    assert "Nobody is there to ask, so say --name, --principal-name and --principal-address." in answer.stderr
    assert not target.exists()


def test_wrong_flags_are_all_named_and_nothing_is_written(target: Path) -> None:
    answer = byname(*FLAGS, "-o", target, "--country", "UK", "--hours", "9 to 5", "--json")
    told = json.loads(answer.stdout)
    assert (answer.exit_code, [fault["place"] for fault in told["faults"]]) == (1, ["--country", "--hours"])
    plain = byname(*FLAGS, "-o", target, "--country", "UK", "--hours", "9 to 5")
    assert plain.stderr.startswith("2 things to mend in what you said:\n\n  --country\n    'UK' is not a country code")
    assert not target.exists()


def test_a_firm_may_be_called_none_and_have_no_holidays(target: Path) -> None:
    assert byname(*FLAGS, "-o", target, "--name", "None", "--country", "none").exit_code == 0
    firm = check(target.read_text("utf-8")).firm
    assert (firm.name, firm.public_holidays) == ("None", None)


def test_half_a_principal_is_no_principal() -> None:
    answer = byname("--no-input", "--principal-name", "Anna")
    assert (answer.exit_code, "--principal-name and --principal-address go together" in answer.stderr) == (2, True)


def test_a_file_that_is_there_stays_unless_force_is_said(target: Path) -> None:
    target.write_text("mine")
    refused = byname(*FLAGS, "-o", target)
    assert (refused.exit_code, target.read_text()) == (1, "mine")
    assert f"{target} is there already, and stays as it is." in refused.stderr
    assert byname(*FLAGS, "-o", target, "--force").exit_code == 0
    assert check(target.read_text("utf-8")).firm.name == "Harris & Daughter Heating"


def test_a_file_that_somebody_makes_meanwhile_stays_too(target: Path) -> None:
    target.write_text("theirs")
    with pytest.raises(FileExistsError):
        save("ours", target, force=False)
    assert (target.read_text(), len(list(target.parent.iterdir()))) == ("theirs", 1)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    answer = byname(*FLAGS, "-o", tmp_path / "nowhere" / "team.toml")
    assert answer.stderr.startswith(f"Error: cannot write {tmp_path / 'nowhere' / 'team.toml'}: No such file")


def test_mail_cannot_arrive_where_people_read_theirs_and_the_right_address_is_named(target: Path) -> None:
    said = byname(*FLAGS, "-o", target, "--receives-at", "support@harris.example").stderr
    assert "at harris.example people read their own" in said
    assert "like 'support@help.harris.example'" in said


def test_the_first_deployment_is_told_to_whom_alarms_go(target: Path) -> None:
    told = byname(*FLAGS, "-o", target).stderr
    assert f"byname deploy {target} --alarm-email anna@harris.example\n" in told
