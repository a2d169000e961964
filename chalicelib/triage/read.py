"""What the words of a message tell about it."""

from __future__ import annotations

from chalicelib.desk.model import Reading
from chalicelib.desk.team import Category, Team
from chalicelib.desk.words import count
from chalicelib.triage import signs

LONGEST_READ = 8_000
"""Characters: what a matter is about stands in its first page."""
SUBJECT_WEIGHT = 2
"""A word of the subject counts as often as this in the text: people name the matter there."""


def read(subject: str, text: str, team: Team) -> Reading:
    """The facts, from the subject and what they wrote this time."""
    text = text[:LONGEST_READ]
    whole = f"{subject}\n{text}"
    category, words = _category(subject, text, team.categories)
    trade = team.urgent.words if team.urgent else ()
    return Reading(
        category=category,
        category_words=words,
        urgent_words=signs.urgent(whole, trade),
        unhappy_words=signs.unhappy(whole),
        language=signs.language(whole),
        someone_else_words=signs.someone_else(whole),
    )


def _category(subject: str, text: str, categories: tuple[Category, ...]) -> tuple[str, tuple[str, ...]]:
    """The category with most of its keywords in the message; an even match is no match: a person decides."""
    scored = []
    for category in categories:
        found = {
            word: count(text, word) + SUBJECT_WEIGHT * count(subject, word)
            for word in (category.name, *category.keywords)
        }
        words = tuple(word for word, times in found.items() if times)
        # Different words weigh more than one word often said: "invoice invoice" is one sign, not two.
        score = sum(1 + min(times, 3) / 10 for times in found.values() if times)
        scored.append((score, category.key, words))
    scored.sort(key=lambda entry: -entry[0])
    if not scored or scored[0][0] == 0 or (len(scored) > 1 and scored[0][0] == scored[1][0]):
        return "", ()
    return scored[0][1], scored[0][2]
