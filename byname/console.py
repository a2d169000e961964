"""How the `byname` command speaks: data on standard output, everything else on standard error.

On a terminal a step turns while it is under way; elsewhere it is one line when it is done. The manners are those of
https://clig.dev.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import click

from byname.layout import in_columns, screen, wrapped
from chalicelib.errors import BynameError

DONE, LEFT, FAILED = "✓", "·", "✗"


@dataclass(slots=True)
class Step:
    """One thing under way. Whoever does it may say how it came out; `unchanged` when there was nothing to do."""

    title: str
    outcome: str = ""
    unchanged: bool = False

    def said(self, outcome: str, *, unchanged: bool = False) -> None:
        self.outcome, self.unchanged = outcome, unchanged


@dataclass(frozen=True, slots=True)
class Console:
    """One for each run of a command. `as_json`: the answer is one JSON value; `quiet`: no word on what is under way."""

    as_json: bool = False
    quiet: bool = False
    no_input: bool = False
    """Never ask: whoever runs us is a program."""
    steps: list[Step] = field(default_factory=list)
    """Every step so far, for the JSON answer."""

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Shows `title` at once, and how it came out and how long it took when it is done. Errors pass through."""
        step, began = Step(title), time.monotonic()
        self.steps.append(step)
        try:
            with self.turning(title):
                yield step
        except BaseException:
            self._tell(FAILED, "red", step, began)
            raise
        self._tell(LEFT if step.unchanged else DONE, "green", step, began)

    def turning(self, title: str) -> Any:
        """Shown on a terminal as long as it lasts, and no word of it left afterwards."""
        if self.quiet or not sys.stderr.isatty():
            return nullcontext()
        from rich.console import Console as Terminal

        return Terminal(stderr=True).status(title)

    def _tell(self, mark: str, colour: str, step: Step, began: float) -> None:
        if self.quiet and mark != FAILED:
            return
        took = time.monotonic() - began
        words = step.title + (f": {step.outcome}" if step.outcome else "")
        lasted = f" ({took:.1f} s)" if took >= 1 else ""
        click.echo(f"{click.style(mark, fg=colour)} {words}{click.style(lasted, dim=True)}", err=True)

    def say(self, text: str = "", **style: Any) -> None:
        """A line for the person, on standard error; none when quiet."""
        if not self.quiet:
            click.secho(_for_screen(text), err=True, **style)

    def warn(self, text: str) -> None:
        """A line that even a quiet run says."""
        click.secho(_for_screen(text), err=True, fg="yellow")

    def print(self, text: str = "", **style: Any) -> None:
        """A part of the answer, on standard output; with --json the answer is `answer`'s alone."""
        if not self.as_json:
            click.secho(text, **style)

    def answer(self, value: Mapping[str, Any] | Sequence[Any]) -> None:
        """The whole answer for programs; prints nothing without --json."""
        if self.as_json:
            click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Columns as wide as the terminal; tab-separated lines without heads when piped, for `cut` and `awk`."""
        if self.as_json:
            return
        if not sys.stdout.isatty():
            for row in rows:
                click.echo("\t".join(row))
            return
        for number, lines in enumerate(in_columns(heads, rows, screen())):
            for line in lines:
                click.secho(line, bold=number == 0)

    def confirm(self, question: str, *, yes: bool, flag: str = "--yes") -> None:
        """Goes on when the person says yes, or said so with the flag. Raises click's Abort or a usage error."""
        if yes:
            return
        if self.no_input or not sys.stdin.isatty():
            raise click.UsageError(f"Nobody is there to ask ({question}): say {flag} if you mean it.")
        click.confirm(question, abort=True, err=True)

    def confirm_name(self, question: str, name: str, *, given: str) -> None:
        """For what cannot be undone: the name must be typed, or given with --confirm NAME."""
        typed = given
        if not given:
            if self.no_input or not sys.stdin.isatty():
                raise click.UsageError(f"This cannot be undone: say --confirm {name} if you mean it.")
            typed = click.prompt(question, err=True)
        if typed != name:
            raise click.ClickException(f"{typed!r} is not {name!r}: nothing was done.")


def _for_screen(text: str) -> str:
    """Broken between words at a terminal; as it is in a log."""
    return wrapped(text, screen()) if sys.stderr.isatty() else text


def failure(error: BynameError) -> click.ClickException:
    """One of byname's own errors as the command tells it."""
    return click.ClickException(str(error))
