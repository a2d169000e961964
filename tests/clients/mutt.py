"""mutt in a terminal of its own, told what to press: it reads a mailbox, quotes, and sends through an SMTP door."""

from __future__ import annotations

import os
import pty
import shlex
import subprocess
from pathlib import Path
from threading import Thread

from tests.clients.debian import HOST, where

SETTINGS = (
    *("fast_reply", "include", "reply_to=yes", "quit=yes", "pipe_decode"),
    *("nomove", "nomark_old", "nowait_key", "nobeep", "nosave_empty", "copy=no", "recall=no"),
    *("ssl_starttls=no", "ssl_force_tls=no", "abort_unmodified=no", "abort_nosubject=no"),
)
"""Nothing to confirm, and the answered letter below the answer."""
ATTRIBUTION = "On %d, %n wrote:"
SECONDS = 30.0


class Mutt:
    """One person's mutt. `mailbox` is what `mutt -f` takes: a Maildir's path, or an `imap://…` address."""

    def __init__(self, author: tuple[str, str], mailbox: str, smtp_port: int, folder: Path) -> None:
        self._author, self._mailbox, self._smtp_port = author, mailbox, smtp_port
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def read(self, text: str) -> str:
        """The newest letter that holds this text, as mutt shows it."""
        shown = self._folder / "shown"
        shown.unlink(missing_ok=True)
        self._press(f"<limit>~b {shlex.quote(text)}<enter><last-entry><pipe-message>cat > {shown}<enter><exit>")
        return shown.read_text("utf-8")

    def reply(self, text: str, words: str) -> None:
        """Answers the newest letter that holds this text, with the words above its quote."""
        typed, editor = self._folder / "typed", self._folder / "editor"
        typed.write_text(words + "\n\n", "utf-8")
        editor.write_text(f'#!/bin/sh\ncat {typed} "$1" > "$1.new" && mv "$1.new" "$1"\n', "ascii")
        editor.chmod(0o700)
        self._press(f"<limit>~b {shlex.quote(text)}<enter><last-entry><reply><send-message><exit>")

    def _press(self, keys: str) -> None:
        """Runs mutt until it has done all this and left."""
        rc = self._folder / "muttrc"
        rc.write_text(self._settings(keys), "utf-8")
        in_a_terminal([where("mutt"), "-n", "-F", str(rc), "-f", self._mailbox], self._folder)

    def _settings(self, keys: str) -> str:
        name, address = self._author
        editor, domain = self._folder / "editor", address.rpartition("@")[2]
        lines = [
            *(f"set {setting}" for setting in SETTINGS),
            f'set attribution="{ATTRIBUTION}"',
            f'set realname="{name}" from="{address}" use_from=yes envelope_from=yes',
            f'set smtp_url="smtp://{HOST}:{self._smtp_port}" smtp_authenticators="" hostname="{domain}"',
            f'set folder="{self._folder}" record="" spoolfile="{self._mailbox}"',
            f'set editor="{editor}" imap_pass="anything" header_cache="" tmpdir="{self._folder}"',
            'set charset="utf-8" send_charset="utf-8"',
            "alternative_order text/plain text/html",
            f'push "{keys}"',
        ]
        return "\n".join(lines) + "\n"


def in_a_terminal(command: list[str], home: Path, folder: Path | None = None, **variables: str) -> None:
    """Runs a program that wants a screen and keys, until it leaves. Raises with what it drew when it does not.

    `home`: its user's home folder; `folder`: where it starts.
    """
    ours, theirs = pty.openpty()
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), "TERM": "xterm", "LC_ALL": "C.UTF-8"}
    environment |= {"LINES": "40", "COLUMNS": "120", **variables}
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=folder, start_new_session=True
    )
    os.close(theirs)
    screen = _Screen(ours)
    screen.start()
    try:
        status = process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise AssertionError(f"it waits for a key to be pressed; its screen:\n{screen.text[-9000:]}") from None
    finally:
        screen.join(5)
        os.close(ours)
    assert status == 0, f"it left with {status}; its screen:\n{screen.text[-9000:]}"


class _Screen(Thread):
    """Takes what mutt draws, so that it never waits for the terminal."""

    def __init__(self, terminal: int) -> None:
        super().__init__(daemon=True)
        self._terminal = terminal
        self.text = ""

    def run(self) -> None:
        while True:
            try:
                drawn = os.read(self._terminal, 65536)
            except OSError:  # nobody holds the other end any more: mutt has left
                return
            if not drawn:
                return
            self.text += drawn.decode("utf-8", "replace")
