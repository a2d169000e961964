"""Real servers between everybody: Postfix carries the mail both ways, Dovecot keeps it, swaks and mutt write it.

Jane's provider (and Bob's) is one Postfix here; the letters of the local cloud leave through it, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from byname.local.cloud import LocalCloud, Ports
from byname.local.correspondence import answer, answer_address, files_of, text_of
from byname.local.courier import SmtpHost
from chalicelib.desk.team import Team
from tests.clients.conftest import MONDAY_MORNING
from tests.clients.debian import HOST, free_port, needs, run
from tests.clients.dovecot import Dovecot, Inbox
from tests.clients.mutt import Mutt
from tests.clients.postfix import Postfix

pytestmark = [pytest.mark.clients, needs("postfix", root=True), needs("dovecot"), needs("swaks"), needs("mutt")]

SUPPORT = "support@harris.example"
BOB = ("Bob Harris", "bob@harris.example")
JANE, KIM = ("Jane Roe", "jane@customer.example"), ("Kim Yu", "kim@customer.example")


@dataclass
class World:
    """Everybody's servers. Ours starts when it is first asked for, because one test begins without it."""

    folder: Path
    team: Team
    postfix: Postfix
    dovecot: Dovecot
    smtp_port: int
    """Where our SMTP door will be."""
    opened: ExitStack
    runs: int = 0

    @cached_property
    def cloud(self) -> LocalCloud:
        """The local cloud, whose letters leave through Postfix."""
        outgoing, ports = SmtpHost(HOST, self.postfix.port), Ports(smtp=self.smtp_port)
        cloud = self.opened.enter_context(LocalCloud(self.team, self.folder / "data", ports, smtp_out=outgoing))
        cloud.clock.turn(MONDAY_MORNING)
        return cloud

    def swaks(self, *options: str) -> None:
        """swaks speaking to Postfix, as a mail program would."""
        run("swaks", "-s", HOST, "-p", str(self.postfix.port), *options)

    def inbox(self, author: tuple[str, str]) -> Inbox:
        """Somebody's, by IMAP."""
        return self.opened.enter_context(self.dovecot.inbox(author[1]))

    def mutt(self, author: tuple[str, str]) -> Mutt:
        """Somebody's mutt, over IMAP, which sends through Postfix."""
        self.runs += 1
        return Mutt(author, self.dovecot.url(author[1]), self.postfix.port, self.folder / f"mutt-{self.runs}")


@pytest.fixture(scope="module")
def world(open_folder: Path, team: Team) -> Iterator[World]:
    ours, dovecot = free_port(), Dovecot(open_folder / "dovecot", open_folder / "mail")
    elsewhere = {SUPPORT: ours, "accounts@harris.example": ours, "help.harris.example": ours}
    postfix = Postfix(open_folder / "postfix", ("customer.example", "harris.example"), dovecot.lmtp_port, elsewhere)
    with ExitStack() as opened:
        opened.enter_context(dovecot)
        opened.enter_context(postfix)
        yield World(open_folder, team, postfix, dovecot, ours, opened)


def test_mail_that_came_while_we_were_down_is_answered_once_when_we_are_up(world: World) -> None:
    photo = world.folder / "leak.png"
    photo.write_bytes(b"\x89PNG a leak")
    mail = (
        *("-f", JANE[1], "-t", SUPPORT, "-h-From", '"Jane Roe" <jane@customer.example>'),
        *("-h-Subject", "Boiler leaking", "-h-Message-Id", "<jane-1@customer.example>"),
        *("-body", "Our boiler is leaking.", "-attach-type", "image/png", "-attach", f"@{photo}"),
        *("-h-Date", "Mon, 23 Nov 2026 09:00:00 +0000"),
    )
    world.swaks(*mail)
    world.postfix.wait_until_refused(SUPPORT)
    assert "Connection refused" in world.postfix.queue()

    jane, bob = world.inbox(JANE), world.inbox(BOB)
    assert jane.letters() == []
    cloud = world.cloud
    world.postfix.flush()
    acknowledgement = jane.wait_for("Bob Harris has your message and will answer by 13:15 today.")
    assert acknowledgement.header("In-Reply-To") == "<jane-1@customer.example>"
    forward = bob.wait_for("Our boiler is leaking.")
    assert [file.name for file in files_of(forward)] == ["leak.png"]

    world.swaks(*mail)  # as a server does that never heard our "250"
    world.postfix.wait_until_sent(SUPPORT, times=2)
    cloud.wait_until_quiet()
    cloud.tick()
    world.postfix.wait_until_empty()
    assert [len(jane.letters()), len(bob.letters())] == [1, 1]


def test_bob_answers_in_mutt_and_kim_reads_his_words_in_mutt(world: World) -> None:
    assert world.cloud.ports.smtp == world.smtp_port
    world.swaks(
        *("-f", KIM[1], "-t", SUPPORT, "-h-From", f'"{KIM[0]}" <{KIM[1]}>', "-h-Subject", "Boiler whistles"),
        *("-body", "The boiler whistles at night.\n\nKim"),
    )
    world.inbox(BOB).wait_for("The boiler whistles at night.")
    bob = world.mutt(BOB)
    assert "Kim Yu · kim@customer.example · writes for the first time" in bob.read("whistles at night")
    words = "Hello Kim,\n\nthat's air in the pump – I'll be there on Tuesday at 9.\n\nBob"
    bob.reply("whistles at night", words)

    reply = world.inbox(KIM).wait_for("air in the pump")
    assert text_of(reply).strip() == words
    assert reply.header("From") == "Bob Harris at Harris & Daughter Heating <support@harris.example>"
    assert b"bob@" not in reply.raw
    assert words in world.mutt(KIM).read("air in the pump")
    world.mutt(KIM).reply("air in the pump", "Tuesday is fine, thank you.")
    again = world.inbox(BOB).wait_for("Tuesday is fine, thank you.")
    assert again.header("From") == "Kim Yu via Harris & Daughter Heating <support@harris.example>"


def test_a_mailbox_that_postfix_does_not_know_is_told_to_bob(world: World) -> None:
    cloud, inbox = world.cloud, world.inbox(BOB)
    world.swaks("-f", "gone@customer.example", "-t", SUPPORT, "-body", "My boiler is gone. Ring me: 07700 900456")
    forward = inbox.wait_for("My boiler is gone.")
    cloud.wait_until_quiet()
    cloud.post(answer(forward, BOB, "Which one was it?", cloud.clock.now()), BOB[1], [answer_address(forward)])
    told = inbox.wait_for("your reply did not arrive")
    assert "Which one was it?" in text_of(told)
    assert "07700 900456" in text_of(told)
