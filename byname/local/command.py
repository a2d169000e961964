"""`byname local`: the whole of byname on this machine, with no account."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chalicelib.errors import BynameError, Refused

if TYPE_CHECKING:
    from byname.local.cloud import LocalCloud
    from byname.local.courier import SmtpHost

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
APP_LOG = "app.log"
DEMO_MARK = "made-by-demo"
"""In a data folder: the demo made it and may make it anew. Whoever goes on with `byname local` keeps what is there."""
EXAMPLE_TEAM = Path(__file__).parents[2] / "examples" / "team.toml"


class _Port(click.ParamType[int]):
    name = "port"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value)
        if not (text.isascii() and text.isdecimal() and int(text) <= 65535):
            self.fail(f'"{text}" is not a port: write a number from 0 to 65535, 0 for a free one.', param, ctx)
        return int(text)


PORT = _Port()


def _smtp_host(_context: click.Context, _option: click.Parameter, text: str | None) -> SmtpHost | None:
    from byname.local.courier import SmtpHost

    if text is None:
        return None
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise click.BadParameter("write it like 127.0.0.1:2526")
    return SmtpHost(host.strip("[]"), int(port))


@click.command("local")
@click.argument("team_file", metavar="[TEAM.toml]", type=FILE, default=EXAMPLE_TEAM)
@click.option("--smtp-port", type=PORT, default=2525, show_default=True, help="Where everyone's mail to us arrives.")
@click.option("--pages-port", type=PORT, default=8000, show_default=True, help="Where the contact form is.")
@click.option("--mailbox-port", type=PORT, default=8025, show_default=True, help="Where everyone's mailbox is shown.")
@click.option("--aws-port", type=PORT, default=0, help="Where the local AWS answers.  [default: a free one]")
@click.option("--ses-port", type=PORT, default=0, help="Where the local SES answers.  [default: a free one]")
@click.option("--data", type=FOLDER, default=Path(".local"), show_default=True, help="Folder for everything kept.")
@click.option("--verdicts", type=FILE, help="TOML or JSON: what SES says of a sender. Without it everyone passes.")
@click.option("--clock", metavar="TIME", help='Start at this time of the firm, like "2026-11-24 09:40"; else as left.')
@click.option("--smtp-out", metavar="HOST:PORT", callback=_smtp_host, help="Send letters there, not to the mailboxes.")
@click.option("--tick", type=click.FloatRange(min=0.1), default=60.0, show_default=True, help="Seconds between ticks.")
@click.option("-v", "--verbose", is_flag=True, help=f"Show what the app logs, instead of in {APP_LOG}.")
def local(team_file: Path, verbose: bool, **options: Any) -> None:
    """Run byname on this machine: mail, form, pages and everyone's mailbox, on loopback only.

    TEAM.toml is the firm; without it, the example's.
    """
    _log_warnings()
    began, terminal = time.monotonic(), sys.stdout
    with said_plainly(), until_told_to_stop() as wait:
        cloud = _cloud(team_file, app_log=None if verbose else options["data"] / APP_LOG, **options)
        with cloud:
            (cloud.data / DEMO_MARK).unlink(missing_ok=True)
            click.echo(_welcome(cloud, time.monotonic() - began), file=terminal)
            wait()
            click.echo("Stopping …", err=True)
        click.echo(f"Stopped. Everything is kept in {cloud.data}.", err=True)


def is_in_use(data: Path) -> bool:
    """Some local cloud has this folder's lock."""
    try:
        with open(data / "lock", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _cloud(
    team_file: Path,
    *,
    data: Path,
    verdicts: Path | None,
    clock: str | None,
    smtp_out: SmtpHost | None,
    tick: float,
    app_log: Path | None,
    **ports: int,
) -> LocalCloud:
    from byname.local.clock import LocalClock
    from byname.local.cloud import LocalCloud, Ports
    from byname.local.verdicts import read_verdicts
    from byname.team.compile import compile_file

    team = compile_file(team_file, datetime.now().astimezone().date())
    turned = None
    if clock is not None:
        turned = LocalClock(team.firm.calendar.zone)
        turned.turn(turned.read(clock))
    return LocalCloud(
        team,
        data,
        Ports(**{name.removesuffix("_port"): port for name, port in ports.items()}),
        clock=turned,
        verdicts=read_verdicts(verdicts) if verdicts else None,
        smtp_out=smtp_out,
        tick=tick,
        app_log=app_log,
    )


def _welcome(cloud: LocalCloud, seconds: float) -> str:
    box, clock = cloud.team.mailboxes[0], cloud.clock
    here = clock.now().astimezone(clock.zone)
    stands = f"The clock stands at {here:%a} {here.day} {here:%b %Y, %H:%M}; the mailbox page brings back real time.\n"
    return f"""{cloud.team.firm.name} is open on this machine.

  Everyone's mailbox   {cloud.mailbox_url}/
  The contact form     {cloud.pages_url}/contact
  Mail                 127.0.0.1:{cloud.ports.smtp} (SMTP), to {box.address}
  Kept in              {cloud.data} (the app's log: {APP_LOG})

{stands if clock.turned else ""}READY after {seconds:.1f} s. Begin at {cloud.mailbox_url}/; stop with Ctrl-C."""


def log_quietly() -> None:
    """Our own warnings on standard error, and of the app nothing less: for whoever tells a story on standard output.

    For a short one: metrics that are disabled pile up, and Powertools writes them out after all at a hundred.
    """
    _log_warnings()
    os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "WARNING")
    os.environ.setdefault("POWERTOOLS_METRICS_DISABLED", "true")


def _log_warnings() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")


@contextmanager
def until_told_to_stop() -> Iterator[Callable[[], None]]:
    """Yields a wait that ends with Ctrl-C or SIGTERM. A second Ctrl-C interrupts at once."""
    stop = threading.Event()
    before: dict[int, Any] = {}

    def told(number: int, _frame: object) -> None:
        signal.signal(number, before[number])
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        before[name] = signal.signal(name, told)

    def wait() -> None:
        stop.wait()

    try:
        yield wait
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def said_plainly() -> Iterator[None]:
    """Our errors as sentences for whoever typed the command, every fault on its own line."""
    try:
        yield
    except Refused as refused:
        raise click.ClickException(
            "\n".join(f"{fault.place}: {fault.message}" for fault in refused.faults)
        ) from refused
    except BynameError as error:
        raise click.ClickException(str(error)) from error
