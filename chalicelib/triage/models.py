"""The shipped models: files beside this one, opened once. Without them byname goes by keywords and rules alone.

words.<language>.bin   what words mean, one table a language, all in one space (`word_table`)
language.bin           which language it is (`language_table`)
heads.json             {"unhappy" | "lead" | "pitch": {"weights": [dims numbers], "bias": number}}
archetypes.json        {"billing": [dims numbers], ...}: the usual topics, for `like = "billing"`
boilerplate.json       {"en": ["Kind regards", ...], ...}: sentences that say nothing of the matter
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.triage.language_table import LanguageTable, open_languages
from chalicelib.triage.vectors import Vector
from chalicelib.triage.word_table import WordTable, open_table

SHIPPED = Path(__file__).parent / "models"
ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Head:
    """Does a text say this? Weights for its vector of length 1."""

    weights: Vector
    bias: float


@dataclass(frozen=True, eq=False)
class Models:
    """One folder of models. Compared by identity: it is opened once."""

    folder: Path
    _opened: dict[str, WordTable | None] = field(default_factory=dict)

    def words(self, language: str) -> WordTable | None:
        """The word table of a language; None when there is none."""
        if language not in self._opened:
            path = self.folder / f"words.{language}.bin"
            self._opened[language] = open_table(path) if language.isalpha() and path.is_file() else None
        return self._opened[language]

    @property
    def languages(self) -> LanguageTable | None:
        return _languages(self.folder / "language.bin")

    @property
    def heads(self) -> Mapping[str, Head]:
        return {name: Head(head["weights"], head["bias"]) for name, head in _json(self.folder / "heads.json").items()}

    @property
    def archetypes(self) -> Mapping[str, Vector]:
        return _json(self.folder / "archetypes.json")

    def boilerplate(self, language: str) -> tuple[str, ...]:
        """Sentences that say nothing of the matter, in this language."""
        return tuple(_json(self.folder / "boilerplate.json").get(language, ()))


@cache
def opened(folder: Path = SHIPPED) -> Models:
    """The models in this folder; a folder that is not there has none."""
    return Models(folder)


@cache
def _languages(path: Path) -> LanguageTable | None:
    return open_languages(path) if path.is_file() else None


@cache
def _json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}
