"""What the words of a message tell about it."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.desk.model import Reading
from chalicelib.desk.team import Team
from chalicelib.triage import phones, signs
from chalicelib.triage.about import About, Reader, by_keywords, hits_in
from chalicelib.triage.learned import NOTHING, Learned
from chalicelib.triage.matter import matter
from chalicelib.triage.models import Models, opened
from chalicelib.triage.tongues import Tongue, listen, served_by

LONGEST_READ = 8_000
"""Characters: what a matter is about stands in its first page."""
UNHAPPY_WORDS = 0.9
"""How unhappy somebody is at least who says so in words that nobody else would use."""


@dataclass(frozen=True, slots=True)
class Understood:
    """The facts that the desk decides by, and what they were made of."""

    reading: Reading
    about: About
    tongue: Tongue


def read(subject: str, text: str, team: Team, learned: Learned = NOTHING, models: Models | None = None) -> Reading:
    """The facts, from the subject and what they wrote this time."""
    return understand(subject, text, team, learned, models).reading


def understand(
    subject: str, text: str, team: Team, learned: Learned = NOTHING, models: Models | None = None
) -> Understood:
    """The same, with what learning needs of it. Without `models` the shipped ones."""
    models = models or opened()
    text = text[:LONGEST_READ]
    whole = f"{subject}\n{text}"
    said = matter(text)
    tongue = _tongue(f"{subject}\n{said}", team, models)
    about = _about(subject, said, whole, team, tongue, learned, models)
    unhappy_words = signs.unhappy(whole)
    reading = Reading(
        category=about.category,
        category_words=about.words,
        category_like=about.like,
        confidence=about.confidence,
        doubt=about.doubt,
        urgent_words=signs.urgent(whole, team.urgent.words if team.urgent else ()),
        unhappy_words=unhappy_words,
        unhappiness=max(about.heads.get("unhappy", 0.0), UNHAPPY_WORDS if unhappy_words else 0.0),
        lead=about.heads.get("lead", 0.0),
        pitch=about.heads.get("pitch", 0.0),
        language=tongue.served,
        someone_else_words=signs.someone_else(whole),
        phone=phones.number_in(text, _own_numbers(team)),
    )
    return Understood(reading, about, tongue)


def _tongue(text: str, team: Team, models: Models) -> Tongue:
    if models.languages is None:
        language = signs.language(text)
        return Tongue(language, language)
    return listen(text, served_by(team), models.languages)


def _about(subject: str, said: str, whole: str, team: Team, tongue: Tongue, learned: Learned, models: Models) -> About:
    """By what the words mean, where there is a table of their language and of the settings'; else by keywords."""
    hits = hits_in(subject, whole.partition("\n")[2], team.categories)
    settings = models.words(team.firm.language)
    table = models.words(tongue.heard or team.firm.language)
    if settings is None or table is None or settings.space != table.space:
        return by_keywords(hits)
    known = learned if learned.space == table.space else NOTHING
    return Reader(team.categories, settings, table, models, known).read(subject, said, hits)


def _own_numbers(team: Team) -> tuple[str, ...]:
    cover = (team.urgent.phone,) if team.urgent else ()
    return (team.firm.phone, *cover, *(person.phone for person in team.people))
