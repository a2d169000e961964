"""What a message is about: the firm's own words in it, and what all its words together come closest to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.desk.team import Category
from chalicelib.desk.words import count, may_stand, words_of
from chalicelib.triage.centroids import Compared, Topics, compared, topics
from chalicelib.triage.choice import Choice, choose
from chalicelib.triage.gist import Gist, gist
from chalicelib.triage.learned import NOTHING, Learned
from chalicelib.triage.models import Models
from chalicelib.triage.reasons import phrases
from chalicelib.triage.sentences import Sentence, sentences
from chalicelib.triage.vectors import Vector, plus, unit
from chalicelib.triage.word_table import WordTable

SUBJECT_WEIGHT = 2
"""A word of the subject counts as often as this in the text: people name the matter there."""
OWN_WORDS = 3.0
"""What it adds to a category, before shares are made, that it alone has most of its keywords in the message."""
LEAST_MATTER = 0.15
"""The gate that one sentence must pass: greetings alone are about nothing."""
FEWEST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Hits:
    """The firm's own words in a message."""

    categories: tuple[str, ...] = ()
    """Those with most of their words there: one, several with as many, or none."""
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What was found, category by category."""

    @property
    def category(self) -> str:
        """The one with most of its words; an even match is no match: a person decides."""
        return self.categories[0] if len(self.categories) == 1 else ""


@dataclass(frozen=True, slots=True)
class About:
    """What a message is about, with what gave it away."""

    category: str = ""
    """Empty: nothing fits, or a person should choose."""
    words: tuple[str, ...] = ()
    confidence: float = 0.0
    best: str = ""
    runner_up: str = ""
    share: float = 0.0
    """What was compared, before it was calibrated."""
    doubt: tuple[str, ...] = ()
    """The two it may be, when a person should choose between them."""
    like: str = ""
    """The mail it is like, when what the firm taught decided: `like the mail Anna moved to Billing on 3 May`."""
    heads: Mapping[str, float] = field(default_factory=dict)
    gist: Gist | None = None


def by_keywords(hits: Hits) -> About:
    """Without knowing what words mean: the category with most of its keywords in the message."""
    if not hits.category:
        return About()
    return About(hits.category, hits.words[hits.category], 1.0, hits.category)


@dataclass(frozen=True, slots=True)
class Reader:
    """A team's categories, ready to be compared with messages in one language."""

    categories: tuple[Category, ...]
    settings: WordTable
    """The table of the language that the settings are written in."""
    table: WordTable
    """The table of the message's language."""
    models: Models
    learned: Learned = NOTHING

    def read(self, subject: str, text: str, hits: Hits) -> About:
        """What it is about. `text` without what says nothing of the matter."""
        read = sentences(subject, text, self.table)
        if not read:
            return by_keywords(hits)
        said = gist(read, self.compared)
        if not said.closeness:
            return About(heads=said.heads, gist=said)
        choice = self._choice(said, hits)
        if not hits.category and (said.matter < LEAST_MATTER or sum(len(one.rows) for one in read) < FEWEST_WORDS):
            return About(best=choice.best, confidence=0.0, heads=said.heads, gist=said)
        words = hits.words.get(choice.best) or self._phrases(read, said, choice)
        return About(
            category=choice.best if choice.sure else "",
            words=words if choice.sure else (),
            confidence=choice.confidence,
            share=choice.share,
            best=choice.best,
            runner_up=choice.runner_up,
            doubt=(choice.best, choice.runner_up) if choice.shortlisted and choice.runner_up else (),
            like=self.learned.like(said.direction, choice.best) if choice.sure else "",
            heads=said.heads,
            gist=said,
        )

    @property
    def topics(self) -> Topics:
        return topics(self.categories, self.settings, self.models)

    @property
    def compared(self) -> Compared:
        return compared(self.categories, self.settings, self.table, self.models)

    def _choice(self, said: Gist, hits: Hits) -> Choice:
        bonus = self.learned.bonus(said.direction)
        if hits.category:
            bonus[hits.category] = bonus.get(hits.category, 0.0) + OWN_WORDS
        return choose(
            said.closeness, other=said.other, bonus=bonus, named=hits.categories, calibration=self.learned.calibration
        )

    def _phrases(self, read: tuple[Sentence, ...], said: Gist, choice: Choice) -> tuple[str, ...]:
        return phrases(read, said.weights, self._towards(choice), self.table)

    def _towards(self, choice: Choice) -> Vector:
        """From the usual run of the firm's mail to this category."""
        directions = self.topics.categories
        usual = unit([sum(numbers) for numbers in zip(*directions.values(), strict=True)])
        return plus(directions[choice.best], usual, -1.0) if len(directions) > 1 else directions[choice.best]


def hits_in(subject: str, text: str, categories: tuple[Category, ...]) -> Hits:
    """The categories with most of their keywords in the message."""
    found = {category.key: _found(subject, text, category) for category in categories}
    # Different words weigh more than one word often said: "invoice invoice" is one sign, not two.
    scores = {key: sum(1 + min(times, 3) / 10 for times in words.values()) for key, words in found.items()}
    most = max(scores.values(), default=0.0)
    first = tuple(key for key, score in scores.items() if score == most > 0)
    return Hits(first, {key: tuple(words) for key, words in found.items()})


def _found(subject: str, text: str, category: Category) -> dict[str, int]:
    """The category's words in the message, each with how often it stands there."""
    said = words_of(f"{subject}\n{text}")
    possible = (word for word in (category.name, *category.keywords) if may_stand(word, said))
    found = {word: count(text, word) + SUBJECT_WEIGHT * count(subject, word) for word in possible}
    return {word: times for word, times in found.items() if times}
