"""The sets that triage is measured on: a folder of labelled texts, and our own mails with all that mails end with."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from chalicelib.desk.hours import Calendar
from chalicelib.desk.team import Category, ContactForm, Firm, LanguageNames, Mailbox, StaffMember, Team

DATA = Path(__file__).parent / "data"
OWN = DATA / "triage"
LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
NONE = "none"
"""The category of a mail that is about nothing the firm has."""

BITEXT_INTENTS = {"cancel_order": "cancellation", "complaint": "complaint", "review": "feedback"}
BITEXT_CATEGORIES = {
    "INVOICE": "billing",
    "PAYMENT": "billing",
    "REFUND": "billing",
    "ORDER": "orders",
    "DELIVERY": "orders",
    "SHIPPING_ADDRESS": "orders",
    "ACCOUNT": "account",
    "CANCELLATION_FEE": "cancellation",
}
"""What a shop with six categories would call Bitext's; who asks for a person or the newsletter is left out."""


@dataclass(frozen=True, slots=True)
class Labelled:
    text: str
    label: str
    subject: str = ""


def rows_of(corpus: Path, name: str, part: str) -> Iterator[Mapping[str, Any]]:
    """The lines of `name.part.jsonl.gz`; none when it is not there."""
    path = corpus / f"{name}.{part}.jsonl.gz"
    if path.is_file():
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines)


def labelled(corpus: Path, name: str, part: str, label: str) -> list[Labelled]:
    return [Labelled(row["text"], str(row["labels"][label])) for row in rows_of(corpus, name, part)]


def bitext(corpus: Path, part: str) -> list[Labelled]:
    """Bitext's texts under the six categories of a shop."""
    found = []
    for row in rows_of(corpus, "bitext_support", part):
        labels = row["labels"]
        ours = BITEXT_INTENTS.get(labels["intent"]) or BITEXT_CATEGORIES.get(labels["category"])
        found += [Labelled(row["text"], ours)] if ours else []
    return found


def shop() -> tuple[Category, ...]:
    """The settings of that shop."""
    return _categories(DATA / "shop_categories.json")


def own_settings(language: str) -> tuple[Category, ...]:
    return _categories(OWN / f"categories.{language}.json")


def own_mails(language: str) -> list[Labelled]:
    """Our own mails in a language; none until they are written."""
    path = OWN / f"mails.{language}.jsonl"
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    rows = (json.loads(line) for line in lines if line.strip())
    return [Labelled(row["text"], row["category"], row["subject"]) for row in rows]


def with_noise(mails: list[Labelled], language: str, seed: int = 1) -> list[Labelled]:
    """Each mail with small talk around it, a signature, a notice and a quoted mail below."""
    noise = json.loads((OWN / f"noise.{language}.json").read_text("utf-8"))
    draw = random.Random(seed)
    found = []
    for mail in mails:
        before, after, signature, notice, quote = (
            draw.choice(noise[kind])
            for kind in ("small_talk_before", "small_talk_after", "signatures", "disclaimers", "quotes")
        )
        text = f"{before}\n\n{mail.text}\n\n{after}\n\n{signature}\n\n{notice}\n\n{quote}"
        found.append(Labelled(text, mail.label, mail.subject))
    return found


def a_firm(categories: tuple[Category, ...], language: str = "en") -> Team:
    """A firm of one person with these categories."""
    calendar = Calendar("UTC", ((), (), (), (), (), (), ()))
    names = LanguageNames(("",) * 7, ("",) * 12)
    return Team(
        firm=Firm("Firm", "ann", calendar, language=language),
        people=(StaffMember("ann", "Ann", "answers", ("ann@firm.example",), calendar, languages=(language,)),),
        mailboxes=(Mailbox("help", "help@firm.example", "help@in.firm.example", "ann", language=language),),
        categories=categories,
        routing=(),
        form=ContactForm("help"),
        answer_within=timedelta(hours=8),
        languages=(("en", names), (language, names)),
    )


def _categories(path: Path) -> tuple[Category, ...]:
    return tuple(
        Category(
            key=row["key"],
            name=row["name"],
            owner="ann",
            answer_within=timedelta(hours=8),
            description=row["description"],
            keywords=tuple(row["keywords"]),
            examples=tuple(row["examples"]),
            like=row.get("like", ""),
        )
        for row in json.loads(path.read_text("utf-8"))
    )
