"""Each of the firm's categories as one direction, from the words of its settings alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from chalicelib.desk.team import Category
from chalicelib.triage import archetypes
from chalicelib.triage.models import Head, Models
from chalicelib.triage.sentences import Sentence, read_sentence, summed
from chalicelib.triage.vectors import Columns, Vector, unit
from chalicelib.triage.word_table import WordTable

NAME, DESCRIPTION, KEYWORD, EXAMPLE = 1.0, 2.0, 1.0, 3.0
"""What each setting weighs."""


@dataclass(frozen=True, slots=True)
class Topics:
    """What a firm's messages are about."""

    categories: Mapping[str, Vector]
    """One direction of length 1 a category that says anything."""
    others: Sequence[Vector]
    """The usual topics that are none of them."""


@lru_cache(maxsize=8)
def topics(categories: tuple[Category, ...], table: WordTable, models: Models) -> Topics:
    """Made once a team, and kept."""
    own = {category.key: _direction(category, table) for category in categories}
    usual = models.archetypes
    likeness = archetypes.likenesses(categories, own, usual)
    directions = archetypes.enriched(own, likeness, usual)
    directions = {key: direction for key, direction in directions.items() if any(direction)}
    return Topics(directions, archetypes.left_over(own, likeness, usual))


@dataclass(frozen=True, slots=True)
class Compared:
    """Everything a sentence is compared with, in one block."""

    keys: tuple[str, ...]
    heads: tuple[tuple[str, Head], ...]
    columns: Columns
    """Categories, then other topics, then heads, then boilerplate."""
    others: int

    def split(self, products: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
        """The products with `columns`: what the message may say, and what every message says."""
        matter = len(self.keys) + self.others + len(self.heads)
        return products[:matter], products[matter:]


@lru_cache(maxsize=16)
def compared(categories: tuple[Category, ...], settings: WordTable, table: WordTable, models: Models) -> Compared:
    """The topics of these settings beside what the models know in the table's language; once a team and language."""
    return compare(topics(categories, settings, models), table, models)


def compare(topics: Topics, table: WordTable, models: Models) -> Compared:
    """The same for topics in hand, such as what a firm has taught."""
    read = (read_sentence(text, table) for text in models.boilerplate(table.language))
    plain = [unit(vector_of(sentence)) for sentence in read if sentence]
    heads = tuple(models.heads.items())
    columns = [*topics.categories.values(), *topics.others, *(head.weights for _, head in heads), *plain]
    return Compared(tuple(topics.categories), heads, Columns(columns), len(topics.others))


def _direction(category: Category, table: WordTable) -> Vector:
    read = ((read_sentence(text, table), weight) for text, weight in _said(category))
    said = [(sentence, weight / sentence.length) for sentence, weight in read if sentence]
    return unit(summed([one for one, _ in said], [weight for _, weight in said])) if said else [0.0] * table.dims


def _said(category: Category) -> Iterator[tuple[str, float]]:
    yield category.name, NAME
    yield category.description, DESCRIPTION
    yield from ((keyword, KEYWORD) for keyword in category.keywords)
    yield from ((example, EXAMPLE) for example in category.examples)


def vector_of(sentence: Sentence) -> Vector:
    """What the sums of a sentence stand for."""
    return [number - sentence.zero for number in sentence.sums]
