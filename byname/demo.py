"""`byname demo`: the main job, told once over real SMTP and HTTP, and then left open to be tried by hand."""

from __future__ import annotations

import re
import shutil
import textwrap
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import click

from byname.local.command import DEMO_MARK, EXAMPLE_TEAM, is_in_use, log_quietly, said_plainly, until_told_to_stop

if TYPE_CHECKING:
    from byname.local.cloud import LocalCloud
    from byname.local.maildirs import Letter

JANE = ("Jane Roe", "jane@customer.example")
TOM = ("Tom Baker", "tom@neighbour.example")
BOB = ("Bob Harris", "bob@harris.example")
ANNA = ("Anna Harris", "anna@harris.example")
SUPPORT = "support@harris.example"
WIDTH = 92
USUAL, ASIDE = Path(".local"), Path(".local/demo")


@click.command("demo")
@click.option("--once", is_flag=True, help="Tell the story and stop, instead of staying open.")
def demo(once: bool) -> None:
    """See customers answered by name: real mail, real web form, nothing but this machine."""
    log_quietly()
    with said_plainly(), until_told_to_stop() as wait, _cloud(_fresh_folder()) as cloud:
        Story(cloud).tell()
        if not once:
            click.echo(_farewell(cloud))
            wait()
    click.echo("Stopped.", err=True)


def _fresh_folder() -> Path:
    """The story begins with people nobody has met. What somebody keeps from `byname local` is left alone."""
    ours = (folder for folder in (USUAL, ASIDE) if not folder.exists() or (folder / DEMO_MARK).exists())
    data = next((folder for folder in ours if not is_in_use(folder)), None)
    if data is None:
        raise click.ClickException("another demo is running: stop it with Ctrl-C, or go on with that one")
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    (data / DEMO_MARK).touch()
    return data


@contextmanager
def _cloud(data: Path) -> Iterator[LocalCloud]:
    """The local cloud on its usual ports; on free ones when somebody else has those."""
    from byname.local.cloud import LocalCloud, Ports
    from byname.local.loopback import PortTaken
    from byname.team.compile import compile_file

    team = compile_file(EXAMPLE_TEAM, datetime.now().astimezone().date())
    cloud = LocalCloud(team, data, Ports(smtp=2525, pages=8000, mailbox=8025))
    try:
        cloud.start()
    except PortTaken:
        cloud = LocalCloud(team, data)
        cloud.start()
    try:
        yield cloud
    finally:
        cloud.stop()


class Story:
    """Three customers, one shop. Every letter shown is read from the mailbox it arrived in."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        self.monday = _next_monday(cloud)

    def tell(self) -> None:
        self._customer_writes()
        self._owner_answers()
        self._urgent_at_night()
        self._contact_form()

    def _customer_writes(self) -> None:
        self._at(9, 40)
        _scene("A customer writes")
        words = "Hello,\n\nour boiler (a Vita 30) has been leaking since this morning. Can somebody come?\n\nJane Roe"
        self._write(JANE, "Boiler leaking", words, photo=True)
        _letter("Jane reads, seconds later", self._wait(JANE[1], "will answer"))
        _letter("Bob reads, in his own mailbox", self._wait(BOB[1], "leaking"))

    def _owner_answers(self) -> None:
        _scene("Bob presses Reply")
        words = "Dear Jane,\n\nturn off the tap under the boiler, please. I'll be with you at two.\n\nBob"
        forward = self._wait(BOB[1], "leaking")
        self._reply(forward, BOB, words)
        _letter("Jane reads", self._wait(JANE[1], "I'll be with you at two"))

    def _urgent_at_night(self) -> None:
        self._at(22, 40)
        _scene("The same night, 22:40: somebody smells gas")
        self._write(TOM, "Gas!", "I can smell gas in our kitchen. What should I do?\n\nTom Baker")
        _letter("Tom reads", self._wait(TOM[1], "Anna"))
        forward = self._wait(ANNA[1], "I can smell gas")
        self._reply(forward, ANNA, "Tom, leave the house now, windows open. I'm ringing you this minute.\n\nAnna")
        _letter("Tom reads, a minute later", self._wait(TOM[1], "ringing you this minute"))

    def _contact_form(self) -> None:
        self._at(8, 30, days=1)
        _scene("Next morning: somebody fills in the contact form")
        page = self._open("/contact")
        fields = {
            "nonce": _field(page, "nonce"),
            "name": "Ada Cole",
            "email": "ada@visitor.example",
            "message": "We are thinking of a new bathroom. Can somebody come and measure it?",
        }
        thanks = self._open("/contact", urllib.parse.urlencode(fields).encode())
        _paragraphs("Ada reads, on the page", _main_text(thanks))
        _letter("and in her mailbox", self._wait("ada@visitor.example", "will answer"))

    def _at(self, hour: int, minute: int, days: int = 0) -> None:
        """Turn the local cloud's clock: the shop's own time."""
        then = self.monday + timedelta(days=days)
        self.cloud.clock.turn(then.replace(hour=hour, minute=minute))

    def _write(self, author: tuple[str, str], subject: str, text: str, *, photo: bool = False) -> None:
        from byname.local.correspondence import File, first_mail

        files = [File("boiler.png", "image/png", _PIXEL)] if photo else []
        mail = first_mail(author, SUPPORT, subject, text, self.cloud.clock.now(), files)
        click.echo(click.style(f"{author[0]} → {SUPPORT}: {subject}", bold=True))
        click.echo(_indented(text) + "\n")
        self.cloud.post(mail, author[1], [SUPPORT])

    def _reply(self, letter: Letter, author: tuple[str, str], text: str) -> None:
        """Press Reply in an ordinary mail program: the quote below, the answer to where the letter says."""
        from byname.local.correspondence import answer, answer_address

        click.echo(click.style(f"{author[0]} answers from {author[1]}", bold=True))
        click.echo(_indented(text) + "\n")
        reply = answer(letter, author, text, self.cloud.clock.now())
        self.cloud.post(reply, author[1], [answer_address(letter)])

    def _wait(self, address: str, words: str) -> Letter:
        from byname.local.correspondence import text_of

        return self.cloud.maildirs.wait_for(address, lambda letter: words in text_of(letter))

    def _open(self, path: str, body: bytes | None = None) -> str:
        request = urllib.request.Request(self.cloud.pages_url + path, body)  # noqa: S310 (our own page)
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return str(answer.read().decode("utf-8"))


def _next_monday(cloud: LocalCloud) -> datetime:
    """A working Monday to come, in the shop's own zone."""
    from chalicelib.desk import hours

    calendar = cloud.team.firm.calendar
    day = hours.local(cloud.clock.now(), calendar).replace(hour=10, minute=0, second=0, microsecond=0)
    while True:
        day += timedelta(days=1)
        if day.weekday() == 0 and hours.is_open(day, calendar) and hours.is_open(day + timedelta(days=1), calendar):
            return day


def _scene(title: str) -> None:
    click.echo(click.style(f"── {title} ".ljust(WIDTH, "─"), fg="cyan", bold=True))


def _letter(who: str, letter: Letter) -> None:
    from byname.local.correspondence import text_of

    sender = " ".join(letter.header("From").split())
    _paragraphs(f"{who}  (from {sender})", text_of(letter))


def _paragraphs(title: str, text: str) -> None:
    click.echo(click.style(title, bold=True))
    click.echo(click.style(_indented(text), dim=True) + "\n")


def _indented(text: str) -> str:
    lines = [wrapped for line in text.strip().splitlines() for wrapped in textwrap.wrap(line, WIDTH - 4) or [""]]
    return "\n".join(f"    {line}".rstrip() for line in lines)


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    if found is None:
        raise click.ClickException(f"the contact page has no field {name}")
    return unescape(found[1])


def _main_text(page: str) -> str:
    """What the page says between its header and its footer."""
    main = re.search(r"(?s)<main.*?</main>", page)
    text = re.sub(r"<[^>]+>", "", re.sub(r"</(?:p|h\d|li|dd|dt)>", "\n", main[0] if main else page))
    return "\n".join(line.strip() for line in unescape(text).splitlines() if line.strip())


def _farewell(cloud: LocalCloud) -> str:
    return f"""{click.style("Now you.", bold=True)} It stays open until Ctrl-C.

  Everyone's mailbox   {cloud.mailbox_url}/      read each letter, answer it as customer or colleague
  The contact form     {cloud.pages_url}/contact
  Mail                 127.0.0.1:{cloud.ports.smtp} (SMTP), to {SUPPORT}

The clock stands where the story left it; the mailbox page turns it."""


_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fccfc0f01f0005fe02fea7"
    "3581840000000049454e44ae426082"
)
"""A photo, as small as photos get."""
