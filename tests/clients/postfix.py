"""Postfix with a configuration of its own: the customer's provider, on loopback. Nothing of /etc/postfix is used."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.clients.debian import HOST, free_port, wait_until_it_listens, where

SECONDS = 20.0
MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = {commands}
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file_prefixes = {folder}
maillog_file = {folder}/mail.log
myhostname = mail.customer.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = {host}
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = {domains}
virtual_mailbox_maps = regexp:{folder}/people
virtual_transport = lmtp:[{host}]:{lmtp}
transport_maps = texthash:{folder}/transport
smtpd_recipient_restrictions = reject_unlisted_recipient, permit_mynetworks, reject
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtp_tls_security_level = none
message_size_limit = 41943040
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
"""
MASTER = """\
{host}:{port} inet n - n - - smtpd
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 1 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
smtp      unix - - n - - smtp
relay     unix - - n - - smtp
lmtp      unix - - n - - lmtp
error     unix - - n - - error
retry     unix - - n - - error
showq     unix n - n - - showq
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


@dataclass
class Postfix:
    """A mail server that keeps what it cannot deliver yet and tries again within a second or two."""

    folder: Path
    mailboxes: tuple[str, ...]
    """Domains whose people have their mailboxes here: everybody but `gone@`, whom nobody knows any more."""
    lmtp_port: int
    """Where those mailboxes are filled."""
    elsewhere: Mapping[str, int]
    """Address or domain → the port on this machine where its mail goes."""
    port: int = field(default_factory=free_port)

    @property
    def log(self) -> Path:
        return self.folder / "mail.log"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        for room in (self.folder, self.folder / "spool", self.folder / "data"):
            room.mkdir(parents=True, exist_ok=True)
        shutil.chown(self.folder / "data", "postfix")
        commands = Path(where("postfix")).parent
        (self.folder / "main.cf").write_text(
            MAIN.format(
                folder=self.folder,
                commands=commands,
                daemons=self._daemons(),
                host=HOST,
                domains=" ".join(self.mailboxes),
                lmtp=self.lmtp_port,
            ),
            "ascii",
        )
        (self.folder / "master.cf").write_text(MASTER.format(host=HOST, port=self.port), "ascii")
        (self.folder / "people").write_text("!/^gone@/ lives-here\n", "ascii")
        ways = (f"{whose} smtp:[{HOST}]:{port}\n" for whose, port in self.elsewhere.items())
        (self.folder / "transport").write_text("".join(ways), "ascii")
        self._command("start")
        wait_until_it_listens(self.port, self.log)

    def stop(self) -> None:
        self._command("stop")

    def flush(self) -> None:
        """Tries everything in the queue now."""
        self._command("flush")

    def queue(self) -> str:
        """What waits, and why, as `postqueue -p` shows it."""
        return self._say("postqueue", "-c", str(self.folder), "-p")

    def wait_until_refused(self, recipient: str) -> None:
        """Until a mail to them was tried and could not be delivered yet."""
        self._wait(lambda: re.search(rf"to=<{re.escape(recipient)}>.*status=deferred", self._said()))

    def wait_until_sent(self, recipient: str, times: int) -> None:
        """Until so many mails to them have been handed over."""
        self._wait(lambda: len(re.findall(rf"to=<{re.escape(recipient)}>.*status=sent", self._said())) >= times)

    def wait_until_empty(self) -> None:
        """Until nothing waits in the queue."""
        self._wait(lambda: "Mail queue is empty" in self.queue())

    def _wait(self, seen: Callable[[], object]) -> None:
        """Postfix tells nobody but its log."""
        give_up = time.monotonic() + SECONDS
        while not seen():
            assert time.monotonic() < give_up, f"Postfix did not come to it; its log:\n{self._said()}"
            time.sleep(0.05)

    def _said(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def _command(self, word: str) -> None:
        self._say("postfix", "-c", str(self.folder), word)

    @staticmethod
    def _daemons() -> str:
        return subprocess.run(
            [where("postconf"), "-d", "-h", "daemon_directory"], capture_output=True, text=True, check=True
        ).stdout.strip()

    def _say(self, *command: str) -> str:
        environment = {"PATH": os.environ.get("PATH", os.defpath), "MAIL_CONFIG": str(self.folder)}
        done = subprocess.run(
            [where(command[0]), *command[1:]], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, f"{command}: {done.returncode}\n{self.log.read_text('utf-8', 'replace')}"
        return done.stdout
