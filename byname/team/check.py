"""Is team.toml right? Text in, settings out, or Refused with every fault at once."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from byname.nearest import did_you_mean
from byname.team.agreement import disagreements
from byname.team.schema import SECTIONS, TeamFile, settings_of
from chalicelib.errors import Fault, Refused

Tree = dict[str, Any]
"""What tomllib makes of the file."""


def name_of(path: Path) -> str:
    """What a person calls this file."""
    return "standard input" if path == Path("-") else str(path)


def read_file(path: Path) -> str:
    """The words of team.toml. Raises Refused when there is no such file, or it is not text."""
    try:
        return path.read_text("utf-8-sig")  # Windows' Notepad puts a mark in front
    except FileNotFoundError:
        raise Refused(Fault(str(path), "there is no such file; `byname init` writes one", "MISSING_FILE")) from None
    except IsADirectoryError:
        raise Refused(Fault(str(path), "is a folder; name the file in it, team.toml", "MISSING_FILE")) from None
    except UnicodeDecodeError:
        raise Refused(Fault(str(path), "is not plain text in UTF-8; save it again as UTF-8", "SYNTAX")) from None


def check(text: str) -> TeamFile:
    """The settings in a team.toml. Raises Refused with every fault, each with its place and the mend."""
    tree = _parse(text)
    if not tree:
        raise Refused(Fault("the file", "is empty; `byname init` writes one", "REQUIRED"))
    return check_tree(tree)


def check_tree(tree: Tree) -> TeamFile:
    """The same for a file already read as TOML."""
    settings, faults = _shape(tree)
    faults += disagreements(tree)
    if settings is None or faults:
        raise Refused(*faults)
    return settings


def _parse(text: str) -> Tree:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused(_syntax_fault(str(error), text)) from None


_IN_PLAIN_WORDS = (
    ("Expected '=' after a key", 'a setting is written with an equals sign: name = "Anna"'),
    ("Invalid value", 'there should be a value here: text in straight quotes like "Anna", or true, or a [list]'),
    ("Unterminated string", 'a quotation mark opens a text and none closes it: name = "Anna"'),
    ("Illegal character '\\n'", 'a quotation mark opens a text and none closes it on that line: name = "Anna"'),
    ('Expected "\'"', "a quotation mark opens a text and none closes it: name = 'Anna'"),
    ("Cannot declare", "this heading is there already; what there can be several of has two brackets: [[people]]"),
    ("Cannot overwrite a value", "this setting is there twice; take one out"),
    (
        "Expected newline",
        'something is left over after the value; text stands in quotes: hours = ["Mon-Fri 08:00-17:30"]',
    ),
    ("Unclosed array", 'a list is not closed, or a comma is missing: ["boiler", "leak"]'),
    ("Expected ']", "a heading is not closed: [firm] or [[people]]"),
    ("Unescaped '\\'", "write a backslash twice: \\\\"),
    ("Invalid statement", "this is no setting; a line to be ignored begins with #"),
)
"""How tomllib says it, and how we do; what is not here is passed on."""


_BARE_PHONE = re.compile(r"\s*phone\s*=\s*[\d+(]")
"""A number to people, and to TOML the beginning of one."""


def _syntax_fault(complaint: str, text: str) -> Fault:
    said, _, where = complaint.rpartition(" (at ")
    found = re.fullmatch(r"line (\d+), column (\d+)\)", where)
    place = f"line {found[1]}, column {found[2]}" if found else f"line {text.rstrip().count(chr(10)) + 1}, the last one"
    plain = next((words for start, words in _IN_PLAIN_WORDS if said.startswith(start)), said)
    line = text.splitlines()[int(found[1]) - 1] if found else ""
    if _BARE_PHONE.match(line):
        plain = 'a phone number stands in quotes, too: phone = "0161 496 0123"'
    return Fault(place, plain, "SYNTAX")


def _shape(tree: Tree) -> tuple[TeamFile | None, list[Fault]]:
    """Each setting by itself."""
    try:
        return TeamFile.model_validate(tree), []
    except ValidationError as error:
        return None, [_fault(detail) for detail in error.errors(include_url=False) if not _is_echo(detail)]


def _is_echo(error: ErrorDetails) -> bool:
    """A list is called too short when its only entry is wrong; the entry's own fault says it better."""
    return error["type"] == "too_short" and bool(error["input"])


def _fault(error: ErrorDetails) -> Fault:
    """Pydantic's finding in our words."""
    place, name, known = _place(error["loc"]), *_setting_at(error["loc"])
    example = known.get(name, "")
    match error["type"]:
        case "missing" if example.startswith("["):
            return Fault(place, f"the file has no part {example} yet", "REQUIRED")
        case "missing" | "too_short":
            what = "is missing" if error["type"] == "missing" else "is empty"
            return Fault(place, f"{what}; write for example: {example}", "REQUIRED")
        case "extra_forbidden":
            return Fault(place, f"there is no setting '{name}' here{did_you_mean(name, known)}", "UNKNOWN_KEY")
        case "value_error":
            return Fault(place, str(error["ctx"]["error"]), "VALUE")
        case kind:
            return Fault(place, f"should be {_wanted(kind, example)}; write for example: {example}", "TYPE")


def _wanted(kind: str, example: str) -> str:
    match kind:
        case "string_type":
            return "text in quotes"
        case "bool_type":
            return "true or false, without quotes"
        case _ if example.startswith("["):
            return "a part of its own under a heading"
        case _:
            return "a list in brackets"


def _setting_at(loc: tuple[int | str, ...]) -> tuple[str, dict[str, str]]:
    """The name of the setting at this place, and all that there are beside it with their examples."""
    section, *inside = (step for step in loc if isinstance(step, str))
    return (inside[-1], settings_of(SECTIONS[section])) if inside else (section, settings_of(TeamFile))


def _place(loc: tuple[int | str, ...]) -> str:
    """`("people", 2, "cover")` as `people[2].cover`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc).removeprefix(".")
