"""How good a table is, by what it has not seen; and whether two makings of it agree."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from byname.training.grammar import TOPICS
from byname.training.heads import Reader, archetypes
from byname.training.phrasebook import ENGLISH, Phrase, read_phrasebook
from byname.training.table import Table, of_length_one
from chalicelib.triage.pieces import words
from chalicelib.triage.word_table import ZERO, WordTable, open_table

if TYPE_CHECKING:
    from byname.training.workshop import Workshop

SEED = 5
_EVERY = 5
"""One phrase in so many is held out."""
_TRIES = 3
"""Fillings of each way to say a phrase."""


def held_out_topics(shop: Workshop, language: str) -> float:
    """Per cent of phrases, never seen in any language, whose topic the table of the language finds."""
    phrases = list(shop.book.phrases)
    random.Random(SEED).shuffle(phrases)
    held = phrases[::_EVERY]
    table = shop.trial(language, tuple(phrase for phrase in phrases if phrase not in held))
    return _topics_found(shop, table, held, language)


def english_topics(shop: Workshop) -> float:
    """The same for English and the whole phrasebook; the English table has seen clauses like these."""
    return _topics_found(shop, shop.english, shop.book.phrases, ENGLISH)


def _topics_found(shop: Workshop, table: Table, phrases: Sequence[Phrase], language: str) -> float:
    chance = random.Random(SEED)
    of_topics = [phrase for phrase in phrases if phrase.topic in TOPICS]
    asked = [phrase for phrase in of_topics for _ in range(_TRIES * len(phrase.said[language]))]
    texts = [shop.book.say(phrase, chance)[language] for phrase in asked]
    middles = archetypes(Reader(shop.english.pieces, shop.english.numbers()), shop.grammar)
    nearest = (Reader(table.pieces, table.numbers()).read(texts) @ np.array(list(middles.values())).T).argmax(1)
    names = list(middles)
    right = [names[place] == phrase.topic for place, phrase in zip(nearest, asked, strict=True)]
    return round(100 * float(np.mean(right)), 1)


def agreement(one: Path, other: Path) -> float:
    """The correlation of how alike two tables of one language find pairs of phrases."""
    tables = [open_table(path) for path in (one, other)]
    book, chance = read_phrasebook(), random.Random(SEED)
    texts = [book.say(phrase, chance)[tables[0].language] for phrase in book.phrases for _ in range(_TRIES)]
    likenesses = [_likenesses(table, texts) for table in tables]
    return float(np.corrcoef(*likenesses)[0, 1])


def _likenesses(table: WordTable, texts: Sequence[str]) -> Any:
    """The cosine of every pair, as the runtime reads the table."""
    cut = [[row for word in words(text) for row in table.rows(word)] for text in texts]
    vectors = of_length_one(np.array([np.array(table.sums(rows), np.float32) - ZERO * len(rows) for rows in cut]))
    return (vectors @ vectors.T)[np.triu_indices(len(texts), 1)]
