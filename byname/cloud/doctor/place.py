"""Where the doctor looks. Whatever several checks need is asked for once, and an error is remembered like an answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from byname.cloud import team_store
from byname.cloud.account import Account
from byname.cloud.desk_now import DeskNow, read_desk
from byname.cloud.look_up import LookUp
from byname.cloud.stack_outputs import Stack, find_stack
from byname.cloud.team_store import Stored
from byname.cloud.whose_stack import NotOurs
from byname.team.check import check, read_file
from byname.team.compile import compile_team
from chalicelib.desk.team import Team
from chalicelib.errors import Misconfigured, Refused

Fact = TypeVar("Fact")


class NoStack(Exception):  # noqa: N818 - no error: what needs a stack has nothing to say
    """There is no stack of this name; one check says so, and the others that need it are left out.

    Its text, when there is one, says whose it is instead.
    """


class NoTeam(Exception):  # noqa: N818 - the same
    """No team can be read, here or in the cloud; the check of the team says so."""


@dataclass
class Place:
    """The account, the stack, DNS, and the team.toml of whoever asks. Used from several threads at once."""

    account: Account
    stack_name: str
    look_up: LookUp
    team_file: Path
    now: datetime
    _answers: dict[str, Callable[[], Any]] = field(default_factory=dict)
    _locks: dict[str, threading.Lock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def client(self, service: str) -> Any:
        """A client of this account; boto3's sessions make them one at a time."""
        with self._lock:
            return self.account.client(service)

    def once(self, what: str, ask: Callable[[], Fact]) -> Fact:
        """`ask`'s answer, or its error, the same for everybody who asks for `what`."""
        with self._lock:
            lock = self._locks.setdefault(what, threading.Lock())
        with lock:
            if what not in self._answers:
                self._answers[what] = _answer_of(ask)
            answer: Callable[[], Fact] = self._answers[what]
        return answer()

    @property
    def stack(self) -> Stack:
        """Raises NoStack."""
        self.client("cloudformation")
        try:
            found = self.once("stack", lambda: find_stack(self.account, self.stack_name))
        except NotOurs as error:
            raise NoStack(error.words) from error
        if found is None:
            raise NoStack
        return found

    @property
    def stored(self) -> Stored | None:
        """The team that was pushed; None when none was. Raises NoStack."""
        self.client("s3")
        return self.once("stored team", lambda: team_store.in_force(self.account, self.stack.output("MailBucket")))

    @property
    def file(self) -> tuple[str, Team] | None:
        """The team.toml here, as text and compiled for today; None when there is none. Raises Refused."""
        return self.once("team.toml", self._read_file)

    @property
    def team(self) -> Team:
        """The one in force, else the one in the file. Raises NoTeam."""
        try:
            if self.stored is not None:
                return self.stored.team
        except (NoStack, Misconfigured):
            pass
        try:
            if self.file is not None:
                return self.file[1]
        except Refused:
            pass
        raise NoTeam

    @property
    def desk(self) -> DeskNow:
        """The whole table, read once. Raises NoStack."""
        table, since = self.stack.output("TableName"), self.now - timedelta(days=7)
        self.client("dynamodb")
        return self.once("desk", lambda: read_desk(self.account, table, since))

    def _read_file(self) -> tuple[str, Team] | None:
        if not self.team_file.exists():
            return None
        text = read_file(self.team_file)
        return text, compile_team(check(text), self.now.date())


def _answer_of(ask: Callable[[], Fact]) -> Callable[[], Fact]:
    try:
        found = ask()
    except Exception as error:  # whatever it is, everybody who asks hears it
        remembered = error

        def fail() -> Fact:
            raise remembered

        return fail
    return lambda: found
