"""README and docs tell the truth: commands exist and run, links lead somewhere, letters are those we send."""

from __future__ import annotations

import ast
import email
import email.policy
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from byname.cli import ROOMS
from byname.team.check import check
from byname.team.schema import TeamFile
from chalicelib.desk.screening import KINDS
from chalicelib.errors import Refused

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LETTERS = ROOT / "tests" / "golden" / "letters" / "en"
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
each_page = pytest.mark.parametrize("page", PAGES, ids=NAMES)

FENCE = re.compile(r"(?:^<!-- (?P<mark>.+?) -->\n)?^ *```(?P<language>\w*)\n(?P<body>.*?)^ *```$", re.M | re.S)
LINK = re.compile(r"\[(?P<text>[^\]]+)\]\((?P<target>[^)\s]+)\)")
FORBIDDEN = (
    r"\bTODO\b",
    r"\bFIXME\b",
    r"\bTBD\b",
    r"coming soon",
    r"lorem ipsum",
    r"(?<![\w.])/(?:work|home|root|tmp|opt|mnt|Users)/",
    r"pypi|npmjs|pythonhosted",
)


@dataclass(frozen=True, slots=True)
class Fence:
    """A block of code, and what the comment above it says it is."""

    mark: str
    language: str
    body: str


def fences(page: Path) -> list[Fence]:
    found = FENCE.finditer(page.read_text("utf-8"))
    return [Fence(match["mark"] or "", match["language"], match["body"]) for match in found]


def prose(page: Path) -> str:
    """The page without its blocks of code."""
    return FENCE.sub("", page.read_text("utf-8"))


def commands(page: Path) -> str:
    """What could be typed: blocks of shell, and code within the text."""
    shell = [fence.body for fence in fences(page) if fence.language == "sh"]
    return "\n".join([*shell, *re.findall(r"`([^`\n]+)`", prose(page))])


# --- commands ----------------------------------------------------------------------------------------------------


@each_page
def test_what_we_say_to_make_can_be_made(page: Path) -> None:
    targets = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = set(re.findall(r"(?:^|\n| )make ([a-z][\w-]*)", commands(page)))
    assert named - targets == set()


@each_page
def test_every_command_of_byname_we_name_exists(page: Path) -> None:
    named = set(re.findall(r"\bbyname ([a-z][\w-]*)", commands(page)))
    assert named - set(ROOMS) == set()


@each_page
def test_every_option_we_name_exists(page: Path) -> None:
    known = {option for words in HELPS for option in re.findall(r"--[a-z][\w-]*", said_by(*words)[1])}
    assert set(re.findall(r"(?<![\w-])--[a-z][\w-]*", commands(page))) - known == set()


HELPS = (
    ("--help",),
    *((name, "--help") for name in ROOMS),
    *(("team", name, "--help") for name in ("push", "history", "restore", "pull")),
)


@pytest.mark.parametrize(
    "words", [*HELPS, ("check", "examples/team.toml"), ("check", "examples/minimal.toml")], ids=str
)
def test_the_quick_ones_run(words: tuple[str, ...]) -> None:
    status, said = said_by(*words)
    assert (status, bool(said)) == (0, True)


@cache
def said_by(*words: str) -> tuple[int, str]:
    """Exit code and output of `byname` with these words."""
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200"}
    ran = subprocess.run(
        [sys.executable, "-m", "byname", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return ran.returncode, ran.stdout


def test_the_first_screen_has_one_sentence_one_picture_and_two_commands() -> None:
    picture, two, *_ = fences(ROOT / "README.md")
    assert picture.language == "text"
    assert re.findall(r"^make (\w+)", two.body, re.M) == ["demo", "test"]
    assert len((ROOT / "README.md").read_text("utf-8").partition(two.body)[0].splitlines()) <= 30


def test_python_in_the_docs_can_be_read() -> None:
    for page in PAGES:
        for fence in fences(page):
            if fence.language == "python":
                ast.parse(textwrap.dedent(fence.body))


# --- letters and faults ------------------------------------------------------------------------------------------


def shown_letters() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for fence in fences(page):
            if fence.mark.startswith("letter: "):
                yield fence.mark.removeprefix("letter: "), fence.body


@pytest.mark.parametrize(("name", "shown"), [pytest.param(*letter, id=letter[0]) for letter in shown_letters()])
def test_a_letter_we_show_is_the_letter_we_send(name: str, shown: str) -> None:
    """Word for word, paragraph by paragraph; only the line ends are the page's."""
    mail = email.message_from_bytes((LETTERS / f"{name}.eml").read_bytes(), policy=email.policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    head, _, words = shown.partition("\n\n")
    sender = str(mail["From"]).replace('"', "")
    assert head.splitlines() == [f"From: {sender}", f"Subject: {mail['Subject']}"]
    assert paragraphs(words) == paragraphs(body.get_content())


def paragraphs(text: str) -> list[list[str]]:
    return [paragraph.split() for paragraph in re.split(r"\n\s*\n", text.strip())]


def test_the_readme_shows_a_letter_to_each_of_the_three() -> None:
    kinds = {name.partition("_")[0] for name, _ in shown_letters()}
    assert kinds >= {"acknowledgement", "forward", "reply", "nudge", "escalation"}


def test_the_faults_we_show_are_those_byname_finds() -> None:
    """In the example, with four slips of the pen. Line numbers are left out: comments come and go."""
    (shown,) = [fence.body for fence in fences(ROOT / "README.md") if fence.mark == "faults"]
    text = (ROOT / "examples" / "team.toml").read_text("utf-8")
    for right, wrong in (
        ('principal = "anna"', 'pricipal = "anna"'),
        ('owner = "bob"', 'owner = "bobb"'),
        ('answer_within = "4h"', "answer_within = 4"),
    ):
        text = text.replace(right, wrong, 1)
    with pytest.raises(Refused) as refused:
        check(text)
    found = {(fault.place, fault.message) for fault in refused.value.faults}
    lines = [line.strip() for line in shown.splitlines() if line.startswith("  ")]
    places = [re.sub(r" \(line \d+\)$", "", line) for line in lines[::2]]
    assert set(zip(places, lines[1::2], strict=True)) == found
    assert shown.startswith(f"{len(found)} things to mend in team.toml:")


# --- links and names ---------------------------------------------------------------------------------------------


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    dead = [target for _, target in links(page) if not leads_somewhere(page, target)]
    assert dead == []


def links(page: Path) -> list[tuple[str, str]]:
    return [(match["text"], match["target"]) for match in LINK.finditer(prose(page))]


def leads_somewhere(page: Path, target: str) -> bool:
    if "://" in target:
        return target.startswith("https://")
    path, _, heading = target.partition("#")
    there = (page.parent / path).resolve() if path else page
    return there.is_relative_to(ROOT) and there.exists() and (not heading or heading in headings(there))


def headings(page: Path) -> set[str]:
    """As the repository's pages are linked: lower case, hyphens for spaces, nothing else but letters and digits."""
    found = re.findall(r"^#+ (.+)$", prose(page), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found}


@each_page
def test_what_we_name_in_the_code_is_there(page: Path) -> None:
    """A link like [`flows.receive_mail`](../chalicelib/flows.py) stays true when the code moves on."""
    gone = [
        f"{text} in {target}"
        for text, target in links(page)
        if text.startswith("`") and target.endswith(".py") and not is_defined(text.strip("`"), page.parent / target)
    ]
    assert gone == []


def is_defined(name: str, path: Path) -> bool:
    last = re.escape(name.rpartition(".")[2])
    return re.search(rf"^\s*(?:def|class) {last}\b|^{last}\b\s*[:=]", path.read_text("utf-8"), re.M) is not None


@each_page
def test_every_file_we_name_is_there(page: Path) -> None:
    """Paths within the repository, written as code: `templates/mail/en/reply.txt`."""
    rooms = ("templates/", "tests/", "chalicelib/", "byname/", "examples/", "docs/")
    named = [word for word in re.findall(r"`([\w./-]+)`", prose(page)) if word.startswith(rooms)]
    new = {"templates/mail/de", "templates/mail/en/notice_closed_by.txt"}  # what the how-to has you make
    assert [word for word in named if word not in new and not (ROOT / word).exists()] == []


# --- tables that follow the code ---------------------------------------------------------------------------------


def test_the_table_of_kinds_is_the_one_the_desk_has() -> None:
    page = (ROOT / "docs" / "how-it-works.md").read_text("utf-8")
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in re.findall(r"^\|.*\|$", page, re.M)]
    shown = {row[0]: tuple(cell.startswith("yes") for cell in row[2:]) for row in rows if row[0] in set(KINDS)}
    assert shown == {
        str(kind): (one.opens_thread, one.forward, one.promise, one.acknowledgement) for kind, one in KINDS.items()
    }


def test_the_table_of_rows_names_every_value_the_store_keeps() -> None:
    page = (ROOT / "docs" / "how-it-works.md").read_text("utf-8")
    source = ast.get_docstring(ast.parse((ROOT / "chalicelib" / "aws" / "items.py").read_text("utf-8"))) or ""
    keys = re.findall(r"  +([A-Z]+(?:#[a-z#]+)?)  +([A-Z]+(?:#[a-z#]+)?)(?=  |$)", source, re.M)
    assert len(keys) > 8
    assert [key for key in keys if f"| `{key[0]}` | `{key[1]}` |" not in page] == []


def test_the_example_shows_every_part_of_the_settings() -> None:
    text = (ROOT / "examples" / "team.toml").read_text("utf-8")
    assert [part for part in TeamFile.model_fields if not re.search(rf"^\[+{part}\]+", text, re.M)] == []


# --- words -------------------------------------------------------------------------------------------------------


@each_page
def test_a_page_promises_nothing_and_speaks_of_byname_alone(page: Path) -> None:
    text = page.read_text("utf-8")
    assert [found[0] for pattern in FORBIDDEN if (found := re.search(pattern, text, re.IGNORECASE))] == []


def test_decisions_are_numbered_without_a_gap_and_say_why() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [page.name[:3] for page in pages] == [f"{number:03}" for number in range(1, len(pages) + 1)]
    for page in pages:
        text = page.read_text("utf-8")
        parts = [f"**{part}.**" in text for part in ("Context", "Decision", "Why", "Consequences")]
        assert (page.name, parts) == (page.name, [True] * 4)
