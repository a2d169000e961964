"""The mailboxes of everyone in the laboratory, staff and customers: one Maildir each, under `maildir/ADDRESS/`.

A Maildir is plain files, so mutt or any other mail program can open them as well.
"""

from __future__ import annotations

import mailbox
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, unquote

_KEPT = "@+!#$&'*=?^`{|}"
"""Characters of an address that a folder's name may hold as they are, besides letters, digits and `_.-~`."""


@dataclass(frozen=True)
class Letter:
    """One mail as it lies in somebody's mailbox."""

    address: str
    """Whose mailbox."""
    key: str
    """Its name there."""
    raw: bytes
    unread: bool
    arrived_at: datetime
    """Real time, whatever the laboratory's clock says: it orders the mailbox."""

    @cached_property
    def message(self) -> EmailMessage:
        """Parsed for looking at. Parsed leniently: this may be anything."""
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def subject(self) -> str:
        return self.header("Subject")

    def header(self, name: str) -> str:
        """One header's words; empty when it is missing or cannot be read."""
        try:
            return str(self.message[name] or "")
        except (ValueError, LookupError, IndexError, AttributeError, TypeError):  # the parser's, on broken headers
            return ""


class Maildirs:
    """Every mailbox below one folder. Safe to use from several threads; `wait_for` hears of letters put in here."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._root.mkdir(parents=True, exist_ok=True)
        self._changed = threading.Condition()

    def addresses(self) -> tuple[str, ...]:
        """Everyone who has a mailbox, in alphabetical order."""
        return tuple(sorted(unquote(folder.name) for folder in self._root.iterdir() if folder.is_dir()))

    def open(self, address: str) -> None:
        """An empty mailbox for an address, if it has none."""
        mailbox.Maildir(self._folder(address))

    def deliver(self, address: str, raw: bytes) -> str:
        """Puts a mail, byte for byte, into a mailbox that is made if need be. Returns its key."""
        with self._changed:
            key = mailbox.Maildir(self._folder(address)).add(raw)
            self._changed.notify_all()
        return key

    def letters(self, address: str) -> tuple[Letter, ...]:
        """Newest first; empty for a mailbox that is not there."""
        with self._changed:
            files = sorted(self._files(address), key=_arrival, reverse=True)
            return tuple(_letter(address, file) for file in files)

    def read(self, address: str, key: str) -> Letter | None:
        with self._changed:
            file = self._file(address, key)
            return _letter(address, file) if file else None

    def mark_read(self, address: str, key: str) -> None:
        """Moves it from `new` to `cur` with the flag S (seen), as mail programs do. The bytes stay as they are."""
        with self._changed:
            file = self._file(address, key)
            if file is not None and _is_unread(file):
                file.rename(self._folder(address) / "cur" / f"{key}:2,S")

    def unread(self, address: str) -> int:
        with self._changed:
            return sum(map(_is_unread, self._files(address)))

    def wait_for(
        self, address: str, predicate: Callable[[Letter], bool] = lambda _: True, timeout: float = 10.0
    ) -> Letter:
        """The newest letter in this mailbox for which the predicate holds, as soon as there is one.

        Raises TimeoutError, naming what did arrive. Looks again when a letter is delivered, not by the clock.
        """
        with self._changed:
            found = self._changed.wait_for(lambda: next(filter(predicate, self.letters(address)), None), timeout)
        if found is None:
            there = ", ".join(f'"{letter.subject}"' for letter in self.letters(address)) or "nothing"
            raise TimeoutError(f"no such letter for {address} within {timeout:g} s; in the mailbox: {there}")
        return found

    def _folder(self, address: str) -> Path:
        return self._root / folder_name(address)

    def _files(self, address: str) -> list[Path]:
        folder = self._folder(address)
        return [file for part in ("new", "cur") for file in (folder / part).glob("[!.]*")]

    def _file(self, address: str, key: str) -> Path | None:
        return next((file for file in self._files(address) if _key(file) == key), None)


def folder_name(address: str) -> str:
    """An address as the name of a folder: lower case, and nothing a path could stumble over."""
    return re.sub(r"^\.", "%2E", quote(address.lower(), safe=_KEPT))


def _letter(address: str, file: Path) -> Letter:
    arrived_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return Letter(address, _key(file), file.read_bytes(), _is_unread(file), arrived_at)


def _key(file: Path) -> str:
    return file.name.partition(":")[0]


def _is_unread(file: Path) -> bool:
    return "S" not in file.name.partition(":2,")[2]


def _arrival(file: Path) -> tuple[int, int]:
    """Sorts by arrival; a Maildir name counts (`Q7`) what one process put there, which settles a tie."""
    count = re.search(r"Q(\d+)", file.name)
    return file.stat().st_mtime_ns, int(count.group(1)) if count else 0
