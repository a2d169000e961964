"""Models small enough to be read: eight numbers a word, each a subject that a person can name."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path

from chalicelib.triage.language_table import language_bytes, row_of, runs
from chalicelib.triage.models import Models, opened
from chalicelib.triage.word_table import table_bytes

MONEY, WATER, TILES, POST, GREETING, ANGER, BUYING, JOBS = range(8)
ENGLISH = {
    MONEY: "invoice bill refund money card charged paid",
    WATER: "boiler leak leaking drips radiator cold heating",
    TILES: "bathroom shower tiles bath",
    POST: "parcel delivery courier tracking",
    GREETING: "hello regards well hope kind weather",
    ANGER: "angry rude awful",
    BUYING: "quote price cost",
    JOBS: "apply vacancy apprentice",
}
GERMAN = {
    MONEY: "rechnung geld bezahlt abgebucht",
    WATER: "heizung tropft kalt kessel",
    TILES: "bad dusche fliesen",
    GREETING: "hallo grusse freundlichen",
}
EVERYDAY = {
    "en": "hello please could you tell me when the boiler can be repaired and is it the right one for our house",
    "de": "bitte sagen sie uns wann die heizung wieder warm wird und ob das die richtige für unser haus ist",
    "fr": "bonjour je voudrais un rendez vous pour la chaudière et je ne sais pas si elle est la bonne merci",
}


def tiny_models(folder: Path) -> Models:
    """Two languages in one space, one topic that no category of the firm has, one head, some greetings."""
    folder.mkdir(exist_ok=True)
    (folder / "words.en.bin").write_bytes(table_bytes("en", "tiny", _rows(ENGLISH)))
    (folder / "words.de.bin").write_bytes(table_bytes("de", "tiny", _rows(GERMAN)))
    (folder / "language.bin").write_bytes(_languages())
    _write(folder / "archetypes.json", {"orders": _one(POST), "jobs": _one(JOBS), "billing": _one(MONEY)})
    _write(folder / "heads.json", {"unhappy": {"weights": _one(ANGER, 12.0), "bias": -4.0}})
    _write(folder / "boilerplate.json", {"en": ["Hello", "Kind regards", "Hope you are well"], "de": ["Hallo"]})
    return opened(folder)


def _rows(words: dict[int, str]) -> list[tuple[str, list[int]]]:
    return [
        (word, [7 if n == subject else 0 for n in range(8)]) for subject, said in words.items() for word in said.split()
    ]


def _one(subject: int, size: float = 1.0) -> list[float]:
    return [size if n == subject else 0.0 for n in range(8)]


def _languages() -> bytes:
    rows, languages = 1024, tuple(EVERYDAY)
    counts = {language: Counter(row_of(run, rows) for run in runs(EVERYDAY[language])) for language in languages}
    weights = (round(20 * math.log(counts[language][row] + 0.5)) + 60 for row in range(rows) for language in languages)
    return language_bytes(languages, 0.05, bytes(min(weight, 255) for weight in weights))


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content), "utf-8")
