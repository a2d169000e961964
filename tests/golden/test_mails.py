"""What we make of whole mails. `BYNAME_GOLDEN=write` writes the answers anew; a person reads the diff."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from chalicelib.desk.model import Channel, Delivery, Inbound, Verdict, Verdicts
from chalicelib.mail.parse import parse

MAILS = sorted((Path(__file__).parent / "mails").glob("*.eml"))


def delivery_of(path: Path) -> Delivery:
    """As SES would hand it over: everything passed, and the object is named like the file."""
    return Delivery(
        key=f"inbound/{path.stem}",
        channel=Channel.MAIL,
        received_at=datetime(2026, 11, 23, 16, 0, tzinfo=UTC),
        recipients=("support@help.harris.example",),
        envelope_from="bounce@somewhere.example",
        verdicts=Verdicts(Verdict.PASS, Verdict.PASS, Verdict.PASS, Verdict.PASS, Verdict.PASS),
    )


def readable(inbound: Inbound) -> dict[str, Any]:
    """The Inbound as JSON: attachments by digest, texts by line, and nothing that is empty."""
    facts = asdict(inbound)
    for field in ("key", "channel", "received_at", "recipients", "envelope_from"):
        del facts[field]
    facts["text"] = inbound.text.split("\n")
    facts["fresh_text"] = "as text" if inbound.fresh_text == inbound.text else inbound.fresh_text.split("\n")
    facts["attachments"] = [
        {**asdict(each.ref), "sha256": sha256(each.content).hexdigest()[:16]} for each in inbound.attachments
    ]
    facts["verdicts"] = {name: value for name, value in facts["verdicts"].items() if value not in (Verdict.PASS, ())}
    facts["marks"] = {name: value for name, value in facts["marks"].items() if value}
    return {name: value for name, value in facts.items() if value or name in ("sender_certain", "subject")}


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_we_make_of_each_mail_what_we_made_of_it_before(path: Path) -> None:
    made = readable(parse(path.read_bytes(), delivery_of(path)))
    answer = path.with_suffix(".json")
    if os.environ.get("BYNAME_GOLDEN") == "write":
        answer.write_text(json.dumps(made, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")
    assert json.loads(json.dumps(made, default=str)) == json.loads(answer.read_text(encoding="utf-8"))


def test_every_answer_has_its_mail() -> None:
    answers = {path.stem for path in (Path(__file__).parent / "mails").glob("*.json")}
    assert answers == {path.stem for path in MAILS}
