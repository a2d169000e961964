"""The tables of other languages, in the English table's space.

Where a word begins is found through a model that reads many languages: words that mean the same lie near each other in
it, so each word begins where the English words near it are. Then the rows are fitted to sentences whose English
counterparts the teacher has read: those of the phrasebook, and of translated software.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from byname.training.cut import Cutter
from byname.training.fit import Course
from byname.training.lessons import Lessons
from byname.training.phrasebook import ENGLISH, Phrase, Phrasebook, read_glossary
from byname.training.table import Table, Told, fitted, of_length_one
from byname.training.vocabulary import Vocabulary

SEED = 7
EACH = 10
"""How often each phrase is said alone, with other things in its slots."""
MIXED = 4_000
"""Little mails of two or three phrases."""
NEARNESS = 0.03
"""How fast the weight of an English word falls with its distance (a softmax's temperature, over cosines)."""
COURSE = Course(pull=0.1, left_out=0.3)
"""Told less than English: held closer to where words begin, and no word leaned on."""
_MEANT_ALONE = ("thing", "issue", "person", "service", "biz", "job", "feature", "bad", "good")
"""Slots whose words mean the same without a sentence around them."""
_ONE_WORD = re.compile(r"[^\W\d_]{3,}")
_SOFTWARE_LONGEST = 200
"""Characters."""


class Neighbours:
    """English words: where the model of many languages has them, and their rows in the English table."""

    def __init__(self, english: Table, words: Sequence[str], many: Lessons) -> None:
        cut = Cutter(english.pieces).cut_all(words)
        known = [place for place, places in enumerate(cut) if places]
        places = many.of(list(words))[known]
        self._many, self._middle = many, places.mean(0)
        self._places = of_length_one(places - self._middle)
        self._rows = np.stack([english.rows[cut[place]].sum(0) for place in known])

    def rows(self, words: Sequence[str], pairs: Sequence[tuple[str, str]]) -> Any:
        """Where words of another language begin: at the mean of the English words nearby, the nearest counting most.

        Each language's middle is taken away first: it says which language it is, not what is meant. Then the language
        is turned so that words of known meaning (English, theirs) lie as near each other as a turn can bring them.
        """
        places = self._many.of(words)
        middle = places.mean(0)
        here = of_length_one(self._many.of([english for english, _ in pairs]) - self._middle)
        there = of_length_one(self._many.of([word for _, word in pairs]) - middle)
        left, _, right = np.linalg.svd(there.T @ here)
        near = of_length_one(places - middle) @ (left @ right) @ self._places.T
        weights = np.exp((near - near.max(1, keepdims=True)) / NEARNESS)
        weights /= weights.sum(1, keepdims=True)
        return (weights @ self._rows).astype(np.float32)


def known_pairs(language: str, book: Phrasebook, software: Mapping[str, str]) -> list[tuple[str, str]]:
    """Words whose meaning is known: the glossary's, those in the phrasebook's slots, and messages of one word."""
    pairs = [(entry[ENGLISH][0], way) for entry in read_glossary() for way in entry[language]]
    for name in _MEANT_ALONE:
        pairs += zip(book.slots[name][ENGLISH], book.slots[name][language], strict=True)
    one_word = ((here.lower(), there) for here, there in software.items() if _ONE_WORD.fullmatch(here))
    return pairs + [(here, there) for here, there in one_word if _ONE_WORD.fullmatch(there)]


def begun(vocabulary: Vocabulary, neighbours: Neighbours, pairs: Sequence[tuple[str, str]]) -> Any:
    """One row for each piece; signs begin with nothing."""
    words = [word for word in dict.fromkeys(vocabulary.written) if word]
    found = dict(zip(words, neighbours.rows(words, pairs), strict=True))
    width = next(iter(found.values())).shape
    return np.stack([found[word] if word else np.zeros(width, np.float32) for word in vocabulary.written])


def mails(book: Phrasebook, phrases: Sequence[Phrase]) -> list[Mapping[str, str]]:
    """What is said in all languages: each phrase alone, little mails, and what stands in slots."""
    chance = random.Random(SEED)
    by_topic: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in phrases:
        by_topic[phrase.topic].append(phrase)
    found = [book.mail([phrase], chance) for phrase in phrases for _ in range(EACH)]
    for _ in range(MIXED):
        near = by_topic[chance.choice(list(by_topic))]
        several = [chance.choice(near if chance.random() < 0.7 else phrases) for _ in range(chance.choice((2, 2, 3)))]
        found.append(book.mail(several, chance))
    for lists in book.slots.values():
        found += [{language: words[n] for language, words in lists.items()} for n in range(len(lists[ENGLISH]))]
    return found


def words_together(language: str) -> list[tuple[str, str]]:
    """The glossary's words, English and the language's: alone, and a few at a time."""
    chance = random.Random(SEED)
    glossary = read_glossary()
    alone = [(entry[ENGLISH][0], way) for entry in glossary for way in entry[language] for _ in range(2)]
    together = [[chance.choice(glossary) for _ in range(chance.choice((2, 3, 4)))] for _ in range(MIXED)]
    said = ((", ".join(one[ENGLISH][0] for one in few), few) for few in together)
    return alone + [(english, ", ".join(chance.choice(one[language]) for one in few)) for english, few in said]


def told(language: str, said: Sequence[Mapping[str, str]], software: Mapping[str, str], teacher: Lessons) -> Told:
    """Sentences of the language, each with the teacher's vector of its English counterpart."""
    pairs = [(one[ENGLISH], one[language]) for one in said]
    pairs += words_together(language)
    pairs += [pair for pair in software.items() if len(pair[0]) <= _SOFTWARE_LONGEST]
    return Told([there for _, there in pairs], teacher.of([here for here, _ in pairs]))


def other_table(vocabulary: Vocabulary, rows: Any, english: Table, taught: Told, say: Callable[[str], None]) -> Table:
    return fitted(vocabulary.pieces, rows, english.turn, taught, COURSE, say)
