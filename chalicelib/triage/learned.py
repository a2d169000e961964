"""What a firm has taught by moving mails to a category, or by closing them where they were.

Each lesson is a mail as a direction of small numbers, never its words. From all lessons in hand one leaning a category
is fitted, on top of what the settings say: with few lessons it leans a little, and nobody has to run a job. Lessons can
be taken back one by one, and mean something only in the space of the word tables they were made with.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import mul

from chalicelib.triage.calibration import UNCORRECTED, Calibration, calibrated
from chalicelib.triage.choice import SCALE
from chalicelib.triage.vectors import Vector, dot, softmax, unit

MOST_LESSONS = 180
"""Of all categories together: 23 KB of vectors."""
ALIKE = 0.8
"""The cosine that makes a mail like another one."""
_STRICTNESS = 0.02
"""How much a leaning costs: higher stays closer to the settings."""
_ROUNDS = 25
_STEP = 0.5
_FINEST, _NOUGHT = 7, 8
_MEANS = [math.copysign(((step - _NOUGHT) / _FINEST) ** 2, step - _NOUGHT) for step in range(16)]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One mail whose category a person has settled."""

    key: str
    """Of the thread: by it the lesson is found when its customer is erased."""
    category: str
    vector: bytes
    """Its direction, as `lesson_vector` writes it."""
    share: float = 0.0
    """The confidence in what we said before the person settled it."""
    right: bool = True
    """We had said so ourselves: they confirmed it, by closing it there."""
    by: str = ""
    """Who moved it, as people call them; empty when it was confirmed."""
    day: str = ""
    """When, ready to be read: `3 May`."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A firm's lessons, and what has been fitted to them."""

    space: str = ""
    """Of the word tables they were made with."""
    lessons: tuple[Lesson, ...] = ()
    """Oldest first."""
    leanings: Mapping[str, Vector] = field(default_factory=dict)
    """What is added to each category's score, as a direction."""
    calibration: Calibration = UNCORRECTED

    def bonus(self, direction: Vector) -> dict[str, float]:
        """What the lessons add to each category's score for a mail of this direction."""
        return {category: dot(leaning, direction) for category, leaning in self.leanings.items()}

    def like(self, direction: Vector, category: str) -> str:
        """`Anna moved to it on 3 May`: the lesson of this category a mail is most like; empty when it is like none."""
        moved = (lesson for lesson in self.lessons if lesson.category == category and lesson.by)
        closest = max(((cosine(lesson, direction), lesson) for lesson in moved), key=lambda one: one[0], default=None)
        if closest is None or closest[0] < ALIKE:
            return ""
        return f"the mail {closest[1].by} moved there on {closest[1].day}"


NOTHING = Learned()


def lesson_vector(direction: Vector) -> bytes:
    """A direction as four bits a number, two to a byte: finer near nothing, where most numbers are."""
    longest = max(map(abs, direction), default=0.0) or 1.0
    steps = [round(math.copysign(math.sqrt(abs(number) / longest) * _FINEST, number)) + _NOUGHT for number in direction]
    return bytes(low | high << 4 for low, high in zip(steps[::2], steps[1::2], strict=True))


def numbers_of(lesson: Lesson) -> Vector:
    """The inverse, of length 1."""
    numbers = [_MEANS[step] for byte in lesson.vector for step in (byte & 15, byte >> 4)]
    return unit(numbers)


def cosine(lesson: Lesson, direction: Vector) -> float:
    return dot(numbers_of(lesson), direction)


def learn(learned: Learned, lesson: Lesson, directions: Mapping[str, Vector], space: str) -> Learned:
    """One lesson more. `directions` are what the settings say."""
    return learn_all(learned, (lesson,), directions, space)


def learn_all(learned: Learned, lessons: Sequence[Lesson], directions: Mapping[str, Vector], space: str) -> Learned:
    """Several lessons more, oldest first; each takes the place of an earlier one about the same mail."""
    before = learned.lessons if learned.space == space else ()
    kept = {lesson.key: lesson for lesson in before}
    for lesson in lessons:
        kept.pop(lesson.key, None)
        kept[lesson.key] = lesson
    return refit(Learned(space, _newest(tuple(kept.values()))), directions)


def forget(learned: Learned, keys: Iterable[str], directions: Mapping[str, Vector]) -> Learned:
    """Without the lessons of these mails, as if they had never been."""
    gone = frozenset(keys)
    return refit(replace(learned, lessons=tuple(one for one in learned.lessons if one.key not in gone)), directions)


def refit(learned: Learned, directions: Mapping[str, Vector]) -> Learned:
    """The leanings and the calibration that follow from the lessons alone: the same lessons give the same."""
    lessons = tuple(one for one in learned.lessons if one.category in directions)
    leanings = fit([(numbers_of(one), one.category) for one in lessons], directions) if lessons else {}
    outcomes = [(one.share, one.right) for one in lessons if one.share]
    return Learned(learned.space, lessons, leanings, calibrated(outcomes))


def fit(mails: Sequence[tuple[Vector, str]], directions: Mapping[str, Vector]) -> dict[str, Vector]:
    """Leanings by logistic regression on top of the settings' scores, in its dual: mails are fewer than numbers.

    Each mail pulls its own category towards itself, and the others away, by what their shares are still wrong.
    """
    keys, vectors = list(directions), [vector for vector, _ in mails]
    alike = [[dot(one, other) for other in vectors] for one in vectors]
    said = [[SCALE * dot(directions[key], vector) for key in keys] for vector in vectors]
    pulls = [[0.0] * len(mails) for _ in keys]
    for _ in range(_ROUNDS):
        for n, (_, category) in enumerate(mails):
            shares = softmax([score + dot(alike[n], pull) for score, pull in zip(said[n], pulls, strict=True)])
            pace = _STEP / (1 + 0.25 * alike[n][n] / _STRICTNESS)
            for key, share, pull in zip(keys, shares, pulls, strict=True):
                pull[n] += pace * (((key == category) - share) / _STRICTNESS - pull[n])
    columns = list(zip(*vectors, strict=True))
    return {key: [sum(map(mul, pull, column)) for column in columns] for key, pull in zip(keys, pulls, strict=True)}


def _newest(lessons: Sequence[Lesson]) -> tuple[Lesson, ...]:
    """The newest of each category in equal parts, so that a frequent one does not crowd out a rare one."""
    by_category: dict[str, list[Lesson]] = {}
    for lesson in lessons:
        by_category.setdefault(lesson.category, []).append(lesson)
    over = len(lessons) - MOST_LESSONS
    dropped: set[str] = set()
    for _ in range(max(over, 0)):
        fullest = max(by_category.values(), key=len)
        dropped.add(fullest.pop(0).key)
    return tuple(lesson for lesson in lessons if lesson.key not in dropped)
