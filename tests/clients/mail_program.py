"""What every mail program does when Reply is pressed: reads the letter it shows, and makes a mail of what was typed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses, parseaddr
from html import escape
from typing import Literal, cast

from byname.local.correspondence import WIRE, File, answer_address, html_of, sent_at
from byname.local.maildirs import Letter


@dataclass(frozen=True, slots=True)
class Written:
    """What a person typed above the quote, and what they put beside it."""

    author: tuple[str, str]
    """Their name and address."""
    paragraphs: tuple[str, ...]
    at: datetime
    signature: tuple[str, ...] = ()
    """Their program's own, line by line."""
    picture: bytes = b""
    """Shown below the words, by its Content-ID."""
    files: tuple[File, ...] = ()

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


Shape = Callable[[Letter, Written], EmailMessage]
"""One program's answer to the letter it shows."""

PICTURE_NAME = "image001.png"
PICTURE_ID = f"{PICTURE_NAME}@01DD5D0E.7F3A5C20"


@dataclass(frozen=True, slots=True)
class Shown:
    """The letter as the program's window shows it: what attribution lines and header blocks are made of."""

    name: str
    address: str
    to: tuple[tuple[str, str], ...]
    subject: str
    at: datetime
    body: str
    """The inside of its HTML body."""
    head: str
    """The inside of its HTML head."""
    message_id: str

    @property
    def sender(self) -> str:
        return f"{self.name} <{self.address}>"

    @property
    def recipients(self) -> str:
        return "; ".join(f"{name} <{address}>" for name, address in self.to)


def shown(letter: Letter) -> Shown:
    """The letter, read."""
    name, address = parseaddr(letter.header("From"))
    page = html_of(letter)
    return Shown(
        name or address,
        address,
        tuple(getaddresses([letter.header("To")])),
        letter.subject,
        sent_at(letter),
        _inside(page, "body"),
        _inside(page, "head"),
        letter.header("Message-ID").strip(),
    )


def _inside(page: str, tag: str) -> str:
    found = re.search(rf"(?is)<{tag}\b[^>]*>(.*)</{tag}>", page)
    assert found is not None, "every letter that is answered here has an HTML part"
    return found[1].strip()


def renamed(html: str, prefix: str) -> str:
    """Classes behind a prefix of the program's own, as Gmail and Outlook on the web do against styles that clash."""
    return re.sub(r'\b(class|id)="([^"]+)"', rf'\1="{prefix}\2"', html)


def answer_to(
    letter: Letter,
    written: Written,
    *,
    prefix: str = "Re: ",
    program: tuple[str, str] | None = None,
    references: bool = True,
) -> EmailMessage:
    """The head of the answer: to Reply-To, in the thread. `program`: the header by which it names itself."""
    name, address = written.author
    mail = EmailMessage(policy=WIRE)
    mail["From"] = Address(name, addr_spec=address)
    mail["To"] = Address(_reply_name(letter), addr_spec=answer_address(letter))
    subject = " ".join(letter.subject.split())
    mail["Subject"] = subject if re.match(r"(?i)(re|aw|sv)\s*:", subject) else prefix + subject
    mail["Date"] = format_datetime(written.at)
    mail["Message-ID"] = f"<{uuid.uuid4()}@mail.{address.rpartition('@')[2]}>"
    answered = letter.header("Message-ID").strip()
    mail["In-Reply-To"] = answered
    if references:
        mail["References"] = " ".join([*letter.header("References").split(), answered])
    if program:
        mail[program[0]] = program[1]
    return mail


def _reply_name(letter: Letter) -> str:
    return parseaddr(letter.header("Reply-To"))[0]


def fill(
    mail: EmailMessage,
    text: str,
    html: str,
    written: Written,
    *,
    charset: str = "utf-8",
    cte: Literal["quoted-printable", "base64"] = "quoted-printable",
    beside_html: bool = False,
) -> EmailMessage:
    """multipart/alternative; a picture stands around both alternatives, or `beside_html`; files around everything."""
    both = mail if beside_html or not written.picture else EmailMessage(policy=WIRE)
    both.set_content(text, charset=charset, cte=cte)
    both.add_alternative(html, subtype="html", charset=charset, cte=cte)
    if written.picture:
        around = cast("list[EmailMessage]", both.get_payload())[1] if beside_html else mail
        if not beside_html:
            mail.make_related()
            mail.attach(both)
        add_picture(around, written.picture)
    attach(mail, written.files)
    return mail


def add_picture(page: EmailMessage, picture: bytes) -> None:
    """Named by its Content-ID, for the page to show."""
    page.add_related(picture, "image", "png", cid=f"<{PICTURE_ID}>", filename=PICTURE_NAME, disposition="inline")


def attach(mail: EmailMessage, files: Sequence[File]) -> None:
    for file in files:
        kind, _, subtype = file.content_type.partition("/")
        mail.add_attachment(file.content, maintype=kind, subtype=subtype, filename=file.name)


def lines(text: str, between: str = "<br>") -> str:
    """A paragraph's lines as HTML."""
    return between.join(escape(line, quote=False) for line in text.split("\n"))
