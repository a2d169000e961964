"""Dovecot with a configuration of its own: IMAP over Maildirs, and LMTP to fill them, on loopback, without root."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from byname.local.correspondence import text_of
from byname.local.maildirs import Letter
from tests.clients.debian import HOST, free_port, wait_until_it_listens, where

PASSWORD = "anything"
SECONDS = 20.0

CONFIGURATION = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = {host}
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:{mail}/%u
mailbox_list_index = no
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%u allow_all_users=yes
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  user = {user}
  inet_listener lmtp {{
    address = {host}
    port = {lmtp}
  }}
}}
"""


def unprivileged() -> tuple[str, str]:
    """Who it runs as: whoever runs the tests; nobody in particular when that is root, whom Dovecot refuses."""
    if os.geteuid() == 0:
        return "nobody", "nogroup"
    return pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name


def identity() -> dict[str, Any]:
    """The same for `subprocess`."""
    user, group = unprivileged()
    return {"user": user, "group": group, "extra_groups": []} if os.geteuid() == 0 else {}


def give_to(user: str, group: str, folder: Path) -> None:
    """Makes a folder, and everything in it, theirs."""
    if os.geteuid() != 0:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, pwd.getpwnam(user).pw_uid, grp.getgrnam(group).gr_gid)


@dataclass
class Dovecot:
    """Everybody's mailbox: any name, one password."""

    folder: Path
    mail: Path
    """Where the Maildirs are, one folder for each address."""
    imap_port: int = field(default_factory=free_port)
    lmtp_port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        user, group = unprivileged()
        for room in (self.folder, self.folder / "home", self.folder / "run", self.mail):
            room.mkdir(parents=True, exist_ok=True)
        configuration = self.folder / "dovecot.conf"
        configuration.write_text(
            CONFIGURATION.format(
                folder=self.folder,
                mail=self.mail,
                host=HOST,
                user=user,
                group=group,
                password=PASSWORD,
                imap=self.imap_port,
                lmtp=self.lmtp_port,
            ),
            "utf-8",
        )
        give_to(user, group, self.folder)
        give_to(user, group, self.mail)
        self._process = subprocess.Popen([where("dovecot"), "-F", "-c", str(configuration)], **identity())
        wait_until_it_listens(self.imap_port, self.folder / "dovecot.log")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def inbox(self, address: str) -> AbstractContextManager[Inbox]:
        """Somebody's, opened by IMAP."""
        return open_inbox(address, self.imap_port)

    def url(self, address: str) -> str:
        """The same inbox as mail programs name it."""
        return f"imap://{quote(address)}@{HOST}:{self.imap_port}/INBOX"


@contextmanager
def open_inbox(address: str, port: int) -> Iterator[Inbox]:
    """Somebody's inbox at an IMAP server of ours."""
    with imaplib.IMAP4(HOST, port, timeout=SECONDS) as session:
        session.login(address, PASSWORD)
        session.select("INBOX")
        yield Inbox(address, session)


@dataclass(frozen=True, slots=True)
class Inbox:
    """What lies in one mailbox, as an IMAP program sees it."""

    address: str
    session: imaplib.IMAP4

    def letters(self) -> list[Letter]:
        """Oldest first. Looking marks nothing as read."""
        self.session.noop()
        numbers = self.session.search(None, "ALL")[1][0].split()
        return [self._letter(number.decode()) for number in numbers]

    def wait_for(self, words: str) -> Letter:
        """The letter with these words, as soon as it is there. Raises TimeoutError with what is there instead."""
        while True:
            letters = self.letters()
            found = next((letter for letter in letters if words in text_of(letter)), None)
            if found is not None:
                return found
            try:
                self._idle(len(letters))
            except TimeoutError:
                there = [letter.subject for letter in letters]
                raise TimeoutError(f"nothing with {words!r} for {self.address}; there is {there}") from None

    def _idle(self, seen: int) -> None:
        """Waits for the server to say that there is more (RFC 2177)."""
        self.session.send(b"wait IDLE\r\n")
        while (line := self.session.readline()) and not self._says_more(line, seen):
            continue
        self.session.send(b"DONE\r\n")
        while not self.session.readline().startswith(b"wait "):
            continue

    @staticmethod
    def _says_more(line: bytes, seen: int) -> bool:
        words = line.split()
        return len(words) == 3 and words[2] == b"EXISTS" and int(words[1]) > seen

    def _letter(self, number: str) -> Letter:
        fetched = self.session.fetch(number, "(BODY.PEEK[] FLAGS)")[1][0]
        assert isinstance(fetched, tuple)
        return Letter(self.address, number, fetched[1], unread=True, arrived_at=datetime.now(UTC))
