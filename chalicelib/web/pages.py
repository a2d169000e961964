"""Our pages as HTML: one request each, no script, no picture, nothing from elsewhere.

Every function is a page. Templates escape all they show; the stylesheet stands in the page and its hash in the policy.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.desk.team import PublicPerson, Team, public
from chalicelib.errors import Fault
from chalicelib.web import opening
from chalicelib.web.form import LIMITS, Fields
from chalicelib.web.problems import problem_for
from chalicelib.web.risks import risk_of

if TYPE_CHECKING:
    from jinja2 import Environment

    from chalicelib.desk.model import AttachmentRef

LANGUAGE = "en"
"""The language the pages are written in."""
MOST_PEOPLE = 6
"""More names than this are a list, not an introduction."""

_TEMPLATES = Path(__file__).parents[2] / "templates"
_COMPILED = _TEMPLATES / "compiled-pages"


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file as the files page shows it."""

    name: str
    size: str
    risk: str


def contact(
    team: Team, nonce: str, fields: Fields | None = None, faults: Sequence[Fault] = (), now: datetime | None = None
) -> str:
    """The form; with `fields` filled in again and `faults` named on top and beside each field.

    A fault whose place is no field (an outage: `form`) is named on top only. With `now`, today's hours are said, too.
    """
    fields = fields or Fields()
    return _render(
        "contact",
        team,
        nonce=nonce,
        fields=fields,
        faults=faults,
        errors=defaultdict(str, {fault.place: fault.message for fault in faults}),
        anchors=_anchors(fields),
        people=_who_answers(team),
        today=opening.today(now, team.firm.calendar) if now else "",
    )


def thanks(team: Team, owner: PublicPerson, when: str, phone_line: str) -> str:
    """Who has the message and by when they answer; `when` as a person says it: "by 13:15 today".

    `phone_line`: how to reach us by phone just now, as the letter says it; its numbers become links.
    """
    return _render("thanks", team, owner=owner, when=when, phone_line=phone_line)


def thanks_urgent(team: Team, owner: PublicPerson, when: str, phone: str, on_call: bool) -> str:
    """The same when it cannot wait: the firm's advice comes first, and where `owner` can be rung until then."""
    return _render("thanks_urgent", team, owner=owner, when=when, phone=phone, on_call=on_call)


def kept(team: Team, phone_line: str) -> str:
    """The message is safe, but nobody has it yet: nobody who answers is named and no time is given."""
    return _render("kept", team, phone_line=phone_line)


def problem(team: Team, status: int) -> str:
    """What went wrong, and how to reach us all the same."""
    return _render("problem", team, problem=problem_for(status))


def files(team: Team, listed: Sequence[AttachmentRef], token: str) -> str:
    """The files of one message. Looking changes nothing; each button posts `token` and the file's `index` from 0."""
    rows = [ListedFile(file.name, size_in_words(file.size), risk_of(file)) for file in listed]
    return _render("files", team, files=rows, token=token)


def headers(*redirects: str) -> dict[str, str]:
    """Response headers for every page. `redirects`: origins that the answer to a form may redirect to.

    Chromium holds the redirect after a form to `form-action` as well, so a page whose button leads to a presigned S3
    link must name the bucket's origin here, or the button will seem to do nothing.
    """
    policy = (
        "default-src 'none'",
        f"style-src 'sha256-{_stylesheet_hash()}'",
        " ".join(("form-action 'self'", *redirects)),
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": LANGUAGE,
        "Content-Security-Policy": "; ".join(policy),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


def size_in_words(size: int) -> str:
    """`412 bytes`, `38 KB`, `2.4 MB`."""
    if size < 1_000:
        return f"{size} bytes"
    return f"{size / 1_000:.0f} KB" if size < 999_500 else f"{size / 1_000_000:.1f} MB"


def _who_answers(team: Team) -> tuple[PublicPerson, ...]:
    """Whoever a message from the form may go to by default or by category, in the order of team.toml."""
    keys = {team.mailbox(team.form.mailbox).default, *(category.owner for category in team.categories)}
    return tuple(public(person) for person in team.people if person.key in keys)[:MOST_PEOPLE]


def _anchors(fields: Fields) -> dict[str, str]:
    """Where on the page each place is: what the links of the summary point to."""
    extras = {label: f"extra-{number}" for number, (label, _) in enumerate(fields.fields, start=1)}
    return extras | {place: place for place in LIMITS}


def _render(page: str, team: Team, **facts: object) -> str:
    cover = team.urgent and team.person(team.urgent.person)
    return (
        _environment()
        .get_template(f"pages/{page}.html")
        .render(
            firm=team.firm,
            mail=team.mailbox(team.form.mailbox).address,
            week=opening.week(team.firm.calendar, team.names(LANGUAGE)),
            urgent=team.urgent,
            cover=public(cover) if cover else None,
            language=LANGUAGE,
            stylesheet=_stylesheet(),
            **facts,
        )
    )


def compile_templates(folder: Path) -> None:
    """Every page as Python, for the package: the first page then waits for no compiler. (`_COMPILED` is read.)"""
    _environment().compile_templates(
        folder / _COMPILED.name, zip=None, filter_func=lambda name: name.startswith("pages/") and name.endswith(".html")
    )


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, ModuleLoader, StrictUndefined  # only the first page waits for it

    environment = Environment(
        loader=ModuleLoader(_COMPILED) if _COMPILED.is_dir() else FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["tel"] = _tel
    environment.filters["around"] = _around
    environment.filters["monogram"] = _monogram
    return environment


def _tel(phone: str) -> str:
    """A published number as a `tel:` link: digits, and the plus in front."""
    return "tel:" + re.sub(r"[^\d+]", "", phone)


def _around(line: str, *numbers: str) -> list[str]:
    """A sentence taken apart where one of these numbers stands in it, so that each can become a link."""
    known = "|".join(re.escape(number) for number in numbers if number)
    pieces = re.split(f"({known})", line) if known else [line]
    return [piece.replace("'", "\u2019") for piece in pieces]  # the page's apostrophe


def _monogram(person: PublicPerson) -> str:
    """`BH` for Bob Harris: a face for the list, where there is no picture."""
    names = person.name.split()
    return "".join(name[0] for name in (names[:1] + names[1:][-1:])).upper()


@cache
def _stylesheet() -> str:
    return (_TEMPLATES / "pages" / "style.css").read_text("utf-8")


@cache
def _stylesheet_hash() -> str:
    return b64encode(sha256(_stylesheet().encode()).digest()).decode()
