"""Every letter as it leaves, byte for byte, beside the one a person read and liked.

`BYNAME_GOLDEN=write` rewrites `tests/golden/letters/`; then read the difference as its recipient would.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chalicelib.desk.model import Attachment
from chalicelib.mail.compose import compose
from chalicelib.mail.render import render
from tests.builders import RING, a_team
from tests.letters import LETTERS as COMMON
from tests.letters import PHOTOS, a_forward, source_of

FOLDER = Path(__file__).parent / "letters" / "en"
LETTERS = COMMON | {"forward_cut": a_forward(raw_attached=True, raw_size=900_000, cut=True, attachments=PHOTOS[:1])}
LINK = "https://help.harris.example/files/1fk7q3md9x2a.0123456789abcdef"


def written(name: str) -> bytes:
    """The finished mail; the same letter is always the same bytes. Large files wait behind a link, others travel."""
    letter, team = LETTERS[name], a_team()
    files_link = LINK if name.endswith("large_files") else ""
    rendered = render(letter, team, source_of(name), files_link)
    refs = () if files_link else getattr(letter, "attachments", ())
    attachments = [Attachment(ref, b"\xff\xd8 a small picture") for ref in refs]
    raw = b"From: \x00\xff broken\r\n"
    return compose(letter, rendered, team, RING, "help.harris.example", attachments, raw).mime


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_leaves_as_it_was_approved(name: str) -> None:
    golden = FOLDER / f"{name}.eml"
    if os.environ.get("BYNAME_GOLDEN") == "write":
        golden.write_bytes(written(name))
    assert written(name) == golden.read_bytes()


def test_no_golden_letter_is_left_over() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(LETTERS)
