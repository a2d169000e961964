"""Programs of the machine that the tests here run: whether they are there, and what to install where they are not."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from functools import cache
from pathlib import Path

import pytest

PACKAGES = {
    "swaks": "swaks",
    "postfix": "postfix",
    "dovecot": "dovecot-imapd dovecot-lmtpd",
    "mutt": "mutt",
    "curl": "curl",
}
"""Program → the Debian packages it is in."""
PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))
"""Where to look: mail servers lie where an ordinary user's shell does not look."""
HOST = "127.0.0.1"
START_WITHIN = 20.0


def needs(program: str, *, root: bool = False) -> pytest.MarkDecorator:
    """Skips, with the package to install, on a machine that lacks the program; or when it needs root and has not."""
    reason = ""
    if shutil.which(program, path=PATH) is None:
        reason = f"no {program} here (Debian: apt-get install {PACKAGES[program]})"
    elif root and os.geteuid() != 0:
        reason = f"{program} runs as root only, and this is not root"
    elif program == "dovecot" and not _version("dovecot").startswith("2.3"):
        reason = f"Dovecot {_version('dovecot')} is configured in another way than 2.3, which these tests know"
    return pytest.mark.skipif(bool(reason), reason=reason)


@cache
def _version(program: str) -> str:
    return run(program, "--version").stdout.strip()


def where(program: str) -> str:
    found = shutil.which(program, path=PATH)
    assert found is not None, f"needs({program!r}) stands above the test"
    return found


def run(*command: str, folder: Path | None = None, wants: int | None = 0) -> subprocess.CompletedProcess[str]:
    """Runs a program to its end. With `wants` another exit status fails the test, showing what was said."""
    done = subprocess.run(
        [where(command[0]), *command[1:]], cwd=folder, capture_output=True, text=True, timeout=30, check=False
    )
    assert wants is None or done.returncode == wants, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_until_it_listens(port: int, log: Path) -> None:
    """A foreign program tells nobody when it is ready: knock until it answers."""
    give_up = time.monotonic() + START_WITHIN
    while time.monotonic() < give_up:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    said = log.read_text("utf-8", "replace") if log.exists() else "nothing"
    raise AssertionError(f"nothing listens on port {port}; it said:\n{said}")
