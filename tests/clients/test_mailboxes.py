"""The local cloud's own mailboxes, opened by real mail programs, and its SMTP door, used by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from byname.local.cloud import LocalCloud
from byname.local.correspondence import text_of
from byname.local.maildirs import folder_name
from tests.clients.debian import HOST, needs, run
from tests.clients.dovecot import Dovecot, give_to, unprivileged
from tests.clients.mutt import Mutt

pytestmark = pytest.mark.clients

SUPPORT = "support@harris.example"
BOB = ("Bob Harris", "bob@harris.example")


def swaks(cloud: LocalCloud, *options: str, wants: int | None = 0) -> str:
    """swaks speaking to our SMTP door itself."""
    done = run("swaks", "-s", HOST, "-p", str(cloud.ports.smtp), *options, wants=wants)
    return done.stdout + done.stderr


def maildir(cloud: LocalCloud, address: str) -> str:
    return str(cloud.data / "maildir" / folder_name(address))


@needs("swaks")
def test_what_swaks_sends_is_answered_by_name(cloud: LocalCloud) -> None:
    said = swaks(
        cloud, "-f", "una@customer.example", "-t", SUPPORT, "-h-Subject", "Boiler – cold", "-body", "It's cold – brr."
    )
    assert "<** 5" not in said
    letter = cloud.maildirs.wait_for("una@customer.example")
    assert text_of(letter).startswith("Bob Harris has your message and will answer by 13:15 today.")
    assert letter.subject == "Re: Boiler – cold"


@needs("swaks")
def test_swaks_is_refused_mail_for_others(cloud: LocalCloud) -> None:
    said = swaks(cloud, "-f", "spam@evil.example", "-t", "victim@elsewhere.example", wants=24)
    assert "550 5.1.1" in said


@needs("swaks")
@needs("mutt")
def test_bob_and_jane_write_to_each_other_in_mutt_straight_from_the_maildirs(cloud: LocalCloud, tmp_path: Path) -> None:
    jane = ("Jane Roe", "jane@customer.example")
    swaks(
        *(cloud, "-f", jane[1], "-t", SUPPORT, "-h-From", '"Jane Roe" <jane@customer.example>'),
        *("-h-Subject", "Boiler leaking", "-body", "Our boiler is leaking.\n\nJane"),
    )
    cloud.maildirs.wait_for(BOB[1], lambda letter: "Our boiler is leaking." in text_of(letter))
    bob = Mutt(BOB, maildir(cloud, BOB[1]), cloud.ports.smtp, tmp_path / "bob")
    shown = bob.read("boiler is leaking")
    assert "Jane Roe · jane@customer.example · writes for the first time" in shown
    bob.reply("boiler is leaking", "Dear Jane,\n\nat two – and I'll bring the seal.\n\nBob")

    reply = cloud.maildirs.wait_for(jane[1], lambda letter: "at two" in text_of(letter))
    assert text_of(reply).strip() == "Dear Jane,\n\nat two – and I'll bring the seal.\n\nBob"
    hers = Mutt(jane, maildir(cloud, jane[1]), cloud.ports.smtp, tmp_path / "jane")
    assert "at two – and I'll bring the seal." in hers.read("bring the seal")
    hers.reply("bring the seal", "Two is fine.")
    back = cloud.maildirs.wait_for(BOB[1], lambda letter: "Two is fine." in text_of(letter))
    assert back.header("Reply-To").startswith("Jane Roe via Harris & Daughter Heating <support+")


@needs("dovecot")
@needs("swaks")
@needs("mutt")
def test_the_same_mailboxes_are_read_over_imap(cloud: LocalCloud, open_folder: Path, tmp_path: Path) -> None:
    kim = ("Kim Yu", "kim@customer.example")
    swaks(cloud, "-f", kim[1], "-t", SUPPORT, "-h-Subject", "Boiler whistles", "-body", "The boiler whistles.")
    cloud.maildirs.wait_for(BOB[1], lambda letter: "The boiler whistles." in text_of(letter))
    cloud.maildirs.wait_for(kim[1])
    give_to(*unprivileged(), cloud.data / "maildir")
    with Dovecot(open_folder / "dovecot", cloud.data / "maildir") as dovecot:
        with dovecot.inbox(kim[1]) as hers:
            (acknowledgement,) = hers.letters()
        assert "Bob Harris has your message" in text_of(acknowledgement)
        bob = Mutt(BOB, dovecot.url(BOB[1]), cloud.ports.smtp, tmp_path)
        bob.reply("The boiler whistles.", "That's air in the pump.")
        reply = cloud.maildirs.wait_for(kim[1], lambda letter: "air in the pump" in text_of(letter))
        assert text_of(reply).strip() == "That's air in the pump."
