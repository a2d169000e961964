"""The mailbox site: every letter in the laboratory, and the forms to answer it or to write as somebody new."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from byname.local import correspondence
from byname.local.clock import LocalClock
from byname.local.forms import Form
from byname.local.maildirs import Letter, Maildirs
from chalicelib.desk.team import StaffMember, Team
from chalicelib.errors import Refused

TEMPLATES = Path(__file__).with_name("templates")
HTML = "text/html; charset=utf-8"
CSP = (
    "default-src 'none'; style-src 'self'; img-src data:; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
LETTER_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""A letter's HTML runs nothing, loads nothing and is nobody's origin; its links open elsewhere."""
VIEWS = ("text", "html", "source")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    steps: tuple[str, ...]
    """The path's parts, decoded: `/mailbox/bob@harris.example` is ("mailbox", "bob@harris.example")."""
    query: Mapping[str, str]
    form: Form


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    content_type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Box:
    """A mailbox in the list."""

    address: str
    name: str
    role: str
    unread: int
    total: int


@dataclass(frozen=True, slots=True)
class Desk:
    """What the site shows, and how it sends."""

    team: Team
    maildirs: Maildirs
    clock: LocalClock
    post: Callable[[EmailMessage, str, Sequence[str]], None]
    """Hands a mail to the SMTP door: mail, sender, recipients."""
    settle: Callable[[], None]
    """Waits a moment for what a mail causes, so that the next page shows it."""
    pages_url: str = ""


class MailboxSite:
    """Answers requests. Every word that came by mail or form is escaped by the templates."""

    def __init__(self, desk: Desk) -> None:
        self._team, self._maildirs, self._clock = desk.team, desk.maildirs, desk.clock
        self._post, self._settle, self._pages_url = desk.post, desk.settle, desk.pages_url
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {
            "linked": linked,
            "path": lambda text: quote(text, safe="@"),
            "moment": self._moment,
            "size": readable_size,
        }

    def answer(self, request: Request) -> Answer:
        match request.method, request.steps:
            case "GET", ():
                return self._home(request.query)
            case "GET", ("style.css",):
                return Answer(200, (TEMPLATES / "style.css").read_bytes(), "text/css; charset=utf-8")
            case "POST", ("write",):
                return self._write(request.form)
            case "POST", ("clock",):
                return self._turn_clock(request.form)
            case method, ("mailbox", address, *rest):
                return self._mailbox(method, address.lower(), tuple(rest), request)
            case _:
                return self._missing()

    def refusal(self, status: int, words: str) -> Answer:
        return self._page("refusal.html", status, words=words)

    # --- home: mailboxes, a new mail, the clock ---------------------------------------------------------------

    def _home(self, query: Mapping[str, str]) -> Answer:
        return self._home_with(sent="sent" in query)

    def _home_with(
        self, *, sent: bool = False, fault: str = "", clock_fault: str = "", typed: Mapping[str, str] | None = None
    ) -> Answer:
        return self._page(
            "home.html",
            400 if fault or clock_fault else 200,
            staff=[self._staff_box(person) for person in self._team.people],
            customers=self._customers(),
            sent=sent,
            fault=fault,
            clock_fault=clock_fault,
            typed=typed or {},
            here=self._clock.now().astimezone(self._clock.zone),
        )

    def _staff_box(self, person: StaffMember) -> Box:
        return self._box(person.address, person.name, person.role)

    def _customers(self) -> list[Box]:
        staff = {person.address for person in self._team.people}
        return [self._customer_box(address) for address in self._maildirs.addresses() if address not in staff]

    def _customer_box(self, address: str) -> Box:
        person = self._team.person_at(address)
        return self._box(address, self._name_of(address), f"also {person.first_name}'s" if person else "")

    def _box(self, address: str, name: str, role: str) -> Box:
        letters = self._maildirs.letters(address)
        return Box(address, name, role, sum(letter.unread for letter in letters), len(letters))

    def _name_of(self, address: str) -> str:
        person = self._team.person_at(address)
        names = (correspondence.name_of(letter) for letter in self._maildirs.letters(address))
        return person.name if person else next(filter(None, names), "")

    def _write(self, form: Form) -> Answer:
        sender, to = form.line("from").lower(), form.line("to")
        fault = _fault_in(form, sender)
        if fault:
            return self._home_with(fault=fault, typed=form.fields)
        mail = correspondence.first_mail(
            (form.line("name"), sender), to, form.line("subject"), form.text("text"), self._clock.now(), form.files
        )
        fault = self._send(mail, sender, to)
        if fault:
            return self._home_with(fault=fault, typed=form.fields)
        self._maildirs.open(sender)
        return _see(f"/mailbox/{quote(sender, safe='@')}?sent")

    def _turn_clock(self, form: Form) -> Answer:
        try:
            match form.line("turn"):
                case "real":
                    self._clock.reset()
                case "hour":
                    self._clock.turn(self._clock.now() + timedelta(hours=1))
                case _:
                    self._clock.turn(self._clock.read(form.line("to")))
        except Refused as refused:
            return self._home_with(clock_fault=refused.faults[0].message)
        self._settle()
        return _see("/")

    # --- one mailbox, one letter ------------------------------------------------------------------------------

    def _mailbox(self, method: str, address: str, rest: tuple[str, ...], request: Request) -> Answer:
        if address not in self._maildirs.addresses() and self._team.person_at(address) is None:
            return self._missing()
        if (method, rest) == ("GET", ()):
            return self._letters(address, "sent" in request.query)
        letter = self._maildirs.read(address, rest[0]) if rest else None
        if letter is None:
            return self._missing()
        match method, rest[1:]:
            case "GET", ():
                return self._letter(letter, request.query.get("view", "text"))
            case "GET", ("html",):
                return _letter_html(letter)
            case "GET", ("file", number):
                return self._file(letter, number)
            case "POST", ("reply",):
                return self._reply(letter, request.form)
            case _:
                return self._missing()

    def _letters(self, address: str, sent: bool) -> Answer:
        letters = self._maildirs.letters(address)
        return self._page("mailbox.html", address=address, name=self._name_of(address), letters=letters, sent=sent)

    def _letter(self, letter: Letter, view: str, fault: str = "", typed: str = "", author: str = "") -> Answer:
        self._maildirs.mark_read(letter.address, letter.key)
        html = correspondence.html_of(letter)
        return self._page(
            "letter.html",
            400 if fault else 200,
            letter=letter,
            name=self._name_of(letter.address),
            view=view if view in VIEWS and (view != "html" or html) else "text",
            views=[one for one in VIEWS if one != "html" or html],
            text=correspondence.text_of(letter),
            source=letter.raw.decode("utf-8", "replace"),
            files=correspondence.files_of(letter),
            own_addresses=self._addresses_of(letter.address),
            colleagues=self._colleagues_of(letter.address),
            author=author or letter.address,
            to=correspondence.answer_address(letter),
            fault=fault,
            typed=typed,
        )

    def _addresses_of(self, address: str) -> tuple[str, ...]:
        """From which this reader may answer: a staff member's phone is theirs, too."""
        person = self._team.person_at(address)
        others = person.addresses if person else ()
        return (address, *(other for other in others if other != address))

    def _colleagues_of(self, address: str) -> tuple[StaffMember, ...]:
        """Who may answer in a staff member's place, as anyone at the desk may; a customer has nobody."""
        reader = self._team.person_at(address)
        return tuple(person for person in self._team.people if reader is not None and person is not reader)

    def _may_answer(self, address: str) -> set[str]:
        colleagues = self._colleagues_of(address)
        return {*self._addresses_of(address), *(one for person in colleagues for one in person.addresses)}

    def _file(self, letter: Letter, number: str) -> Answer:
        files = correspondence.files_of(letter)
        if not number.isdecimal() or not 1 <= int(number) <= len(files):
            return self._missing()
        file = files[int(number) - 1]
        name = quote(file.name, safe="")
        disposition = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return Answer(200, file.content, "application/octet-stream", disposition)

    def _reply(self, letter: Letter, form: Form) -> Answer:
        author, text = form.line("from") or letter.address, form.text("text")
        to = correspondence.answer_address(letter)
        if not text.strip():
            return self._letter(letter, "text", "Write something first.", author=author)
        if author not in self._may_answer(letter.address) or not to:
            return self._letter(letter, "text", "This letter cannot be answered from here.", text)
        mail = correspondence.answer(letter, (self._name_of(author), author), text, self._clock.now(), form.files)
        fault = self._send(mail, author, to)
        if fault:
            return self._letter(letter, "text", fault, text, author)
        return _see(f"/mailbox/{quote(letter.address, safe='@')}?sent")

    def _send(self, mail: EmailMessage, sender: str, to: str) -> str:
        """Posts it and waits a moment for what it causes. Returns what went wrong, in words; empty when nothing did."""
        try:
            self._post(mail, sender, [to])
        except smtplib.SMTPRecipientsRefused as error:
            code, said = error.recipients[to]
            return f"The door did not take mail for {to}: {code} {said.decode('utf-8', 'replace')}"
        except (smtplib.SMTPException, OSError) as error:
            return f"The mail could not be sent: {error}"
        self._settle()
        return ""

    # --- pages ------------------------------------------------------------------------------------------------

    def _missing(self) -> Answer:
        return self.refusal(404, "There is nothing here. Perhaps the letter was in another mailbox.")

    def _page(self, template: str, status: int = 200, **values: object) -> Answer:
        shared = {
            "firm": self._team.firm.name,
            "mailboxes": self._team.mailboxes,
            "now": self._clock.now(),
            "zone": self._clock.zone.key,
            "turned": self._clock.turned,
            "pages_url": self._pages_url,
            "sent_at": correspondence.sent_at,
        }
        body = self._templates.get_template(template).render(shared | values)
        return Answer(status, body.encode(), HTML, {"Content-Security-Policy": CSP})

    def _moment(self, at: datetime) -> str:
        """`Mon 23 Nov 2026, 09:07`, in the firm's zone."""
        here = at.astimezone(self._clock.zone)
        return f"{here:%a} {here.day} {here:%b %Y, %H:%M}"


def linked(text: str) -> Markup:
    """Plain text with its web addresses made links, everything else escaped."""
    pieces = re.split(r"(https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]])", text)
    link = Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>')
    return Markup("").join(link.format(piece) if number % 2 else escape(piece) for number, piece in enumerate(pieces))


def readable_size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"


def _fault_in(form: Form, sender: str) -> str:
    if not _ADDRESS.fullmatch(sender) or len(sender) > 254:
        return f'"{form.line("from")}" is not an address: write it like jane@customer.example.'
    if not form.text("text").strip():
        return "Write something first."
    return ""


def _letter_html(letter: Letter) -> Answer:
    """The letter's own HTML, for the frame; links leave it."""
    html = '<base target="_blank">' + correspondence.html_of(letter)
    return Answer(200, html.encode("utf-8", "replace"), HTML, {"Content-Security-Policy": LETTER_CSP})


def _see(place: str) -> Answer:
    return Answer(303, b"", HTML, {"Location": place})
