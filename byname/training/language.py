"""The table of languages: how much each run of letters speaks for each of sixteen. No chance in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from byname.training.translations import catalogue, plain
from chalicelib.triage.language_table import language_bytes, row_of, runs

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "nb", "fi", "cs", "ro", "hu", "tr")
ROWS = 1 << 14
STEP = 0.05
"""Of a natural logarithm: what one unit of a byte is worth."""
_STOP_WORDS = 4
"""How often each everyday word counts."""
_WEIGHT = 3e5
"""Runs of letters each language counts for, however much there is of it."""
_UNSEEN = 0.3


def texts(software: Sequence[Path], everyday: Path) -> Mapping[str, list[str]]:
    """What is there to learn each language from."""
    words = json.loads(everyday.read_text("utf-8"))
    found: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for language in LANGUAGES[1:]:
        for folder in software:
            for path in _catalogues(folder, language):
                for original, translation in catalogue(path):
                    if original != translation:
                        found[language].append(plain(translation))
                        found["en"] += [plain(original)] if language == "de" else []
    for language in LANGUAGES:
        found[language] += sorted(words[{"nb": "no"}.get(language, language)]) * _STOP_WORDS
    return found


def _catalogues(folder: Path, language: str) -> list[Path]:
    """Of the language itself and, for Portuguese, of Brazil's: most is translated there."""
    places = [language, "pt_BR"] if language == "pt" else [language]
    return sorted(path for place in places for path in folder.glob(f"**/locale/{place}/LC_MESSAGES/django.po"))


def table(learned: Mapping[str, Sequence[str]]) -> bytes:
    """The file of the table: naive Bayes over runs of letters."""
    counts = np.zeros((ROWS, len(LANGUAGES)))
    for column, language in enumerate(LANGUAGES):
        for text in learned[language]:
            np.add.at(counts[:, column], [row_of(run, ROWS) for run in runs(text, 10**6)], 1)
    return language_bytes(LANGUAGES, STEP, _as_bytes(counts))


def _as_bytes(counts: Any) -> bytes:
    shares = counts / counts.sum(0) * _WEIGHT
    likely = np.log((shares + _UNSEEN) / (shares.sum(0) + _UNSEEN * ROWS))
    likely -= likely.mean(1, keepdims=True)
    return bytes(np.clip(np.round((likely + 6) / STEP), 0, 255).astype(np.uint8).tobytes())
