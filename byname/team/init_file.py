"""The team.toml that `byname init` writes: commented like the example, and in order for `byname check`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from byname.team.check import check
from byname.team.init_answers import Answers, Somebody, keys_of
from byname.team.schema import mailbox_key
from chalicelib.errors import Fault, Refused

_COMMENTS_BEGIN = 48
_RULE = 121


def write_toml(answers: Answers) -> str:
    """The file's text. Raises Refused for an answer that no file can hold."""
    text = "\n".join(_lines(answers)) + "\n"
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Refused(Fault("an answer", "has signs in it that are no text; type it again", "SYNTAX")) from None
    return text


def complaints(answers: Answers) -> tuple[Fault, ...]:
    """What `byname check` would say of a file with these answers; nothing when it is in order."""
    try:
        check(write_toml(answers))
    except Refused as refused:
        return refused.faults
    return ()


def save(text: str, path: Path, *, force: bool) -> None:
    """All of it or nothing, and over another file only when told to. Raises FileExistsError, OSError."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        unfinished.write_text(text, "utf-8")
        if force:
            unfinished.replace(path)
        else:
            os.link(unfinished, path)  # unlike a rename, it fails when somebody has made the file meanwhile
    finally:
        unfinished.unlink(missing_ok=True)


def _lines(answers: Answers) -> Iterator[str]:
    yield from _HEAD
    yield from _heading("The firm")
    yield from _firm(answers)
    yield from _heading("The address customers write to")
    yield from _mailbox(answers)
    yield from _heading("The people who answer")
    yield "# They need no account and no new habit: they get mail, and reply to it."
    for person, key in zip(answers.people, keys_of(answers.people), strict=True):
        yield from _person(person, key)
    yield from _heading("What messages are about")
    yield from _CATEGORIES
    yield from _heading("When it cannot wait")
    yield from _URGENT


_HEAD = (
    "# What byname knows about your firm. Change what you like, then ask:",
    "#",
    "#     byname check",
    "#",
    "# It lists everything to mend at once, or says who answers what. Lines that begin with # are for people.",
    "# examples/team.toml in byname's folder shows everything that can be said here.",
)


def _firm(answers: Answers) -> Iterator[str]:
    yield "[firm]"
    yield f"name = {quoted(answers.name)}"
    key = keys_of(answers.people)[0]
    yield _noted(f"principal = {quoted(key)}", "the person who runs the firm, by the key given under [[people]]")
    yield _noted(f"timezone = {quoted(answers.timezone)}", "customers are told times by this clock")
    yield from ("", "# When somebody answers. Not every day is the same, and two times on one line mean a break:")
    yield '# ["Mon-Thu 08:00-12:30, 13:15-17:30", "Fri 08:00-14:00"]'
    yield f"hours = {_list(answers.hours)}"
    yield from (
        "",
        '# Nobody is promised an answer on a public holiday. The country, or the part of it: "GB-ENG", "FR".',
    )
    yield f"public_holidays = {quoted(answers.country)}" if answers.country else '# public_holidays = "GB-ENG"'
    yield from ("", "# Your own days off, each with the name people should hear.")
    yield '# closed = ["2026-12-24 Christmas Eve", "2027-08-16 to 2027-08-20 Summer break"]'
    yield ""
    phone = f"phone = {quoted(answers.phone)}" if answers.phone else '# phone = "0161 496 0123"'
    yield _noted(phone, "said in letters, for what cannot wait")
    yield _noted('answer_within = "1 day"', 'working time by when customers get an answer: "30m", "4h", "1 day"')


def _mailbox(answers: Answers) -> Iterator[str]:
    yield "[[mailboxes]]"
    yield _noted(f"address = {quoted(answers.support)}", "what customers see")
    yield _noted(f"receives_at = {quoted(answers.arrives)}", "where your mail provider forwards it to")
    if not mailbox_key("", answers.support):
        yield _noted('key = "support"', "what it is called in this file")
    yield _noted(f"# default = {quoted(keys_of(answers.people)[0])}", "who answers when nothing below decides")


def _person(person: Somebody, key: str) -> Iterator[str]:
    yield ""
    yield "[[people]]"
    yield _noted(f"key = {quoted(key)}", "what they are called in this file; customers never see it")
    yield _noted(f"name = {quoted(person.name)}", "customers do see this")
    yield _noted(f"role = {quoted(person.role)}", '… and this, after the first name: "Bob looks after boilers"')
    yield _noted(f"addresses = [{quoted(person.address)}]", "private. Mail goes to the first; replies from any of them")


_CATEGORIES = (
    "# Each has an owner. Keywords are whole words or phrases, capitals don't matter. For example:",
    "#",
    "# [[categories]]",
    '# key = "billing"',
    '# owner = "alice"                                # by the key given under [[people]]',
    '# keywords = ["invoice", "bill", "refund"]',
    '# answer_within = "4h"',
)
_URGENT = (
    "# Without this part, what is urgent goes to whoever answers such things, like everything else. For example:",
    "#",
    "# [urgent]",
    '# person = "anna"',
    '# phone = "07700 900100"',
    '# answer_within = "1h"',
    "# outside_hours = true                           # the hour runs at night, too",
)


def _heading(words: str) -> Iterator[str]:
    yield from ("", "", f"# ── {words} ".ljust(_RULE, "─"))
    yield ""


def _noted(setting: str, comment: str) -> str:
    """A setting with its comment beside it, below the others where it fits."""
    return f"{setting.ljust(_COMMENTS_BEGIN - 1)} # {comment}"


def _list(texts: tuple[str, ...]) -> str:
    return f"[{', '.join(map(quoted, texts))}]"


def quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, but for DEL, which TOML wants escaped, too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
