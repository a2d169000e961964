"""What docs/connect-a-mail-client.md tells a person to type does what it says."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from byname.local.cloud import LocalCloud
from byname.local.correspondence import text_of
from tests.clients.conftest import ROOT
from tests.clients.debian import PATH, free_port, needs, wait_until_it_listens
from tests.clients.dovecot import Inbox, give_to, identity, open_inbox, unprivileged
from tests.clients.mutt import in_a_terminal
from tests.clients.shapes import CLIENTS

pytestmark = pytest.mark.clients

PAGE = (ROOT / "docs" / "connect-a-mail-client.md").read_text("utf-8")
BOB = ("Bob Harris", "bob@harris.example")
JANE = "jane@customer.example"


def block(mark: str) -> str:
    """The commands under `<!-- runs: mark -->`."""
    found = re.search(rf"<!-- runs: {mark} -->\n```sh\n(.*?)\n```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def here(cloud: LocalCloud, open_folder: Path) -> Path:
    """Where the person is: `.local` is the local cloud's, as they have it."""
    (open_folder / ".local").symlink_to(cloud.data, target_is_directory=True)
    return open_folder


def typed(mark: str, cloud: LocalCloud) -> str:
    """The same commands, at this cloud's port."""
    return re.sub(r"\b2525\b", str(cloud.ports.smtp), block(mark))


@needs("swaks")
@needs("mutt")
def test_jane_writes_by_swaks_and_bob_answers_in_mutt(cloud: LocalCloud, here: Path, tmp_path: Path) -> None:
    subprocess.run(["sh", "-ec", typed("swaks", cloud)], cwd=here, check=True, capture_output=True, timeout=30)
    cloud.maildirs.wait_for(BOB[1], lambda letter: "Our boiler is leaking." in text_of(letter))
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\n{ echo "At two."; echo; cat "$1"; } > "$1.new" && mv "$1.new" "$1"\n', "ascii")
    editor.chmod(0o700)
    # `r`, Enter for the recipient, Enter for the subject, Enter to quote the mail; then `y`, and out.
    keys = "push '<reply><enter><enter><enter><send-message><exit>'"
    command = f'{typed("mutt", cloud)} -n -F /dev/null -e "{keys}"'
    in_a_terminal(["sh", "-c", command], tmp_path, here, EDITOR=str(editor), VISUAL=str(editor))
    reply = cloud.maildirs.wait_for(JANE, lambda letter: "At two." in text_of(letter))
    assert text_of(reply).strip() == "At two."


@needs("dovecot")
def test_thunderbirds_server_shows_the_same_mailboxes(cloud: LocalCloud, here: Path) -> None:
    cloud.maildirs.deliver(JANE, b"From: support@harris.example\r\nSubject: Hello\r\n\r\nHello Jane.\r\n")
    port = free_port()
    give_to(*unprivileged(), cloud.data)
    commands = typed("dovecot", cloud).replace("1143", str(port)).replace("\ndovecot ", "\nexec dovecot ")
    environment = {**os.environ, "PATH": PATH}
    server = subprocess.Popen(["sh", "-ec", commands], cwd=here, env=environment, **identity())
    try:
        wait_until_it_listens(port, cloud.data / "dovecot.log")
        with open_inbox(JANE, port) as inbox:
            assert isinstance(inbox, Inbox)
            assert "Hello Jane." in [text_of(letter).strip() for letter in inbox.letters()]
    finally:
        server.terminate()
        server.wait(10)


def test_the_page_names_every_program_that_is_tried() -> None:
    rows = re.findall(r"^\| ([^|]+?) \| [^|]+ \|$", PAGE.partition("## What was tried")[2], re.MULTILINE)
    assert rows[1:] == list(CLIENTS)
