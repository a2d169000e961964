"""Which language somebody writes, among those the firm answers in. "Don't know" is an answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from chalicelib.desk.team import Team
from chalicelib.triage import scripts
from chalicelib.triage.language_table import LanguageTable

CLEARLY_ANOTHER = 6.0
"""Natural logarithms: how much more must speak for a language nobody here has, before we say it is that one."""
TOO_CLOSE = 0.5
_FEWEST_LETTERS = 6


@dataclass(frozen=True, slots=True)
class Tongue:
    served: str = ""
    """One of the firm's languages; empty when it is another, or nobody can tell."""
    heard: str = ""
    """The language it most likely is, whoever answers; empty when nobody can tell."""


def served_by(team: Team) -> frozenset[str]:
    """Every language somebody in the firm answers in, or a mailbox writes its letters in."""
    spoken = {language for person in team.people for language in person.languages}
    return frozenset({team.firm.language, *spoken, *(box.language for box in team.mailboxes)})


def listen(text: str, served: Collection[str], table: LanguageTable) -> Tongue:
    """The language of a text. What is said in few letters is nobody's."""
    written = scripts.language_of(text)
    if written:
        return Tongue(written if written in served else "", written)
    if sum(letter.isalpha() for letter in text[:100]) < _FEWEST_LETTERS:
        return Tongue()
    evidence = table.evidence(text)
    ranked = sorted(evidence, key=lambda language: -evidence[language])
    known = [language for language in ranked if language in served]
    if not ranked or _too_close(ranked, evidence):
        return Tongue()
    if not known or evidence[ranked[0]] - evidence[known[0]] > CLEARLY_ANOTHER:
        return Tongue("", ranked[0])
    return Tongue(known[0], known[0])


def _too_close(ranked: list[str], evidence: dict[str, float]) -> bool:
    return len(ranked) > 1 and evidence[ranked[0]] - evidence[ranked[1]] < TOO_CLOSE
