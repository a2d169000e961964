"""What a person at the local cloud waits for, by the wall clock: an answer, a start, a stack."""

from __future__ import annotations

import os
import signal
import smtplib
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.artefact import TEAM
from bench.table import ROOT, Row, middle, percentile, spread
from byname.cloud.package import build
from byname.local.loopback import HOST, free_listener, port_of
from byname.team.compile import compile_file

LETTERS = 100
WARM_UP = 10
STARTS = 3
GIVE_UP = 60.0
ZAMMAD = "Zammad's poll, every"
ZAMMAD_SECONDS = 30.0
"""db/seeds/schedulers.rb; FreeScout's is a minute, osTicket recommends five."""


@dataclass(frozen=True, slots=True)
class Running:
    """`byname local`, as a person starts it."""

    process: subprocess.Popen[bytes]
    smtp: int
    data: Path


def rows() -> Iterator[Row]:
    with TemporaryDirectory(prefix="byname-bench-") as folder:
        data = Path(folder)
        with _running(data):
            pass  # the first start makes everything
        starts = [_start_of(data) for _ in range(STARTS)]
        with _running(data) as cloud:
            answers = [_answered(cloud, number) for number in range(WARM_UP + LETTERS)][WARM_UP:]
    note = f"{spread(answers, 's')}; one after another; the wall clock, and whatever else ran"
    name = 'SMTP "250" to acknowledgement in the mailbox'
    yield Row(f"{name}, p50", 0.4, middle(answers), "s", ZAMMAD, ZAMMAD_SECONDS, note, {"samples": answers})
    yield Row(f"{name}, p95", 1.0, percentile(answers, 95), "s", ZAMMAD, ZAMMAD_SECONDS)
    yield Row("local cloud ready, second start", 3.0, middle(starts), "s", note=spread(starts, "s"))


def stack_rows() -> Iterator[Row]:
    """CloudFormation's create of the very stack, by ministack."""
    from tests.integration.stack_harness import create, lab_aws

    team = compile_file(TEAM, date.today())  # noqa: DTZ011
    took: list[float] = []
    with TemporaryDirectory(prefix="byname-bench-") as folder, lab_aws(Path(folder), team) as aws:
        package = build("lab", Path(folder) / "package", team=team, environment=aws.environment)
        for number in range(STARTS):
            began = time.monotonic()
            create(aws, package, f"byname-bench-{number}")
            took.append(time.monotonic() - began)
    yield Row("stack create on ministack, upload included", 15.0, middle(took), "s", note=spread(took, "s"))


def _start_of(data: Path) -> float:
    began = time.monotonic()
    with _running(data):
        return time.monotonic() - began


@contextmanager
def _running(data: Path) -> Iterator[Running]:
    """From its start until the mail door greets and the contact page answers."""
    smtp, pages, mailbox = (_free_port() for _ in range(3))
    command = [sys.executable, "-m", "byname", "local", "--data", str(data), "--smtp-port", str(smtp)]
    command += ["--pages-port", str(pages), "--mailbox-port", str(mailbox)]
    with open(data / "said", "ab") as said:
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)
    try:
        _wait_for(process, smtp, f"http://{HOST}:{pages}/contact")
        yield Running(process, smtp, data)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(GIVE_UP)


def _free_port() -> int:
    with free_listener() as listener:
        return port_of(listener)


def _wait_for(process: subprocess.Popen[bytes], smtp: int, page: str) -> None:
    give_up = time.monotonic() + GIVE_UP
    while time.monotonic() < give_up and process.poll() is None:
        if _answers(smtp, page):
            return
        time.sleep(0.01)
    raise RuntimeError(f"byname local did not start ({process.poll()})")


def _answers(smtp: int, page: str) -> bool:
    try:
        with urllib.request.urlopen(page, timeout=GIVE_UP), smtplib.SMTP(HOST, smtp, timeout=GIVE_UP):
            return True
    except (OSError, smtplib.SMTPException):  # urllib's errors are OSErrors
        return False


def _answered(cloud: Running, number: int) -> float:
    """Seconds from the server's 250 until the acknowledgement lies in the customer's `new`."""
    sender = f"jane.{number}@customer-{number}.example"
    new = cloud.data / "maildir" / sender / "new"
    with smtplib.SMTP(HOST, cloud.smtp, "mail.laboratory.example", timeout=GIVE_UP) as smtp:
        smtp.sendmail(sender, ["support@harris.example"], _mail(sender, number))
        began = time.monotonic()
    while not _has_letter(new):
        if time.monotonic() > began + GIVE_UP:
            raise TimeoutError(f"no acknowledgement for {sender}")
        time.sleep(0.001)
    return time.monotonic() - began


def _has_letter(folder: Path) -> bool:
    try:
        return bool(os.listdir(folder))
    except FileNotFoundError:
        return False


def _mail(sender: str, number: int) -> bytes:
    return (
        f"From: Jane Roe <{sender}>\r\nTo: support@harris.example\r\nSubject: Boiler leaking\r\n"
        f"Message-ID: <{number}@customer.example>\r\nDate: Mon, 23 Nov 2026 09:06:58 +0000\r\n\r\n"
        "Hello,\r\n\r\nour boiler is leaking since this morning.\r\n\r\nJane Roe\r\n"
    ).encode()
