"""The phrasebook: clauses with their translations, and little mails in several languages that say the same."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from byname.training.grammar import BESIDE, HERE, TOPICS, check_slots

ENGLISH = "en"
GLOSSARY = ("en", "de", "fr", "es", "it", "nl")
"""The languages of a line of the glossary, in this order."""
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Phrase:
    topic: str
    said: Mapping[str, tuple[str, ...]]
    """By language, each way to say it; English has one."""


@dataclass(frozen=True, slots=True)
class Phrasebook:
    phrases: tuple[Phrase, ...]
    slots: Mapping[str, Mapping[str, tuple[str, ...]]]
    """By name and language; the lists of one name go in step."""

    def languages(self) -> tuple[str, ...]:
        """Those beside English."""
        return tuple(language for language in self.phrases[0].said if language != ENGLISH)

    def say(self, phrase: Phrase, chance: random.Random) -> Mapping[str, str]:
        """The phrase in every language, with the same things in its slots."""
        names = dict.fromkeys(_SLOT.findall(phrase.said[ENGLISH][0]))
        chosen = {name: chance.randrange(len(self.slots[name][ENGLISH])) for name in names}
        return {language: self._filled(chance.choice(ways), language, chosen) for language, ways in phrase.said.items()}

    def _filled(self, way: str, language: str, chosen: Mapping[str, int]) -> str:
        return _SLOT.sub(lambda slot: self.slots[slot[1]][language][chosen[slot[1]]], way)

    def mail(self, phrases: Sequence[Phrase], chance: random.Random) -> Mapping[str, str]:
        """These phrases, one after the other, in every language."""
        said = [self.say(phrase, chance) for phrase in phrases]
        return {language: ". ".join(one[language] for one in said) for language in said[0]}


def read_phrasebook(path: Path = HERE / "phrasebook.txt") -> Phrasebook:
    """The phrasebook in this file. Raises ValueError for what does not fit together, with its place."""
    phrases: list[Phrase] = []
    slots: dict[str, Mapping[str, tuple[str, ...]]] = {}
    heading = ""
    for block in re.sub(r"^#(?!#).*\n", "", path.read_text("utf-8"), flags=re.M).split("\n\n"):
        lines = [line for line in block.strip().split("\n") if line]
        if lines and lines[0].startswith("## "):
            heading = lines.pop(0).removeprefix("## ")
        if not lines:
            continue
        said = dict(line.split(": ", 1) for line in lines)
        if heading.startswith("slot "):
            slots[heading.removeprefix("slot ")] = _in_step(heading, said)
        else:
            phrases.append(Phrase(heading, {language: tuple(text.split(" | ")) for language, text in said.items()}))
    book = Phrasebook(tuple(phrases), slots)
    _check(book)
    return book


def read_glossary(path: Path = HERE / "glossary.txt") -> tuple[Mapping[str, tuple[str, ...]], ...]:
    """Words by language, each with every way to say it. Raises ValueError for a line that has not six languages."""
    lines = [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    found = []
    for line in lines:
        words = [tuple(ways.split(", ")) for ways in line.split("|")]
        if len(words) != len(GLOSSARY):
            raise ValueError(
                f"glossary: {line!r} has {len(words)} languages, not {len(GLOSSARY)}: {', '.join(GLOSSARY)}"
            )
        found.append(dict(zip(GLOSSARY, words, strict=True)))
    return tuple(found)


def _in_step(heading: str, said: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    lists = {language: tuple(text.split("|")) for language, text in said.items()}
    wrong = {language: len(words) for language, words in lists.items() if len(words) != len(lists[ENGLISH])}
    if wrong:
        raise ValueError(f"{heading}: {len(lists[ENGLISH])} in English, but {wrong}: the lists go in step")
    return lists


def _check(book: Phrasebook) -> None:
    for phrase in book.phrases:
        clause = phrase.said[ENGLISH][0]
        if phrase.topic not in (*TOPICS, *BESIDE):
            raise ValueError(f"{clause!r}: no topic {phrase.topic!r}: take one of {', '.join((*TOPICS, *BESIDE))}")
        if set(phrase.said) != set(book.phrases[0].said):
            raise ValueError(f"{clause!r}: said in {', '.join(phrase.said)}; the first block is in others")
        known = _SLOT.findall(clause)
        for language, ways in phrase.said.items():
            check_slots("phrasebook", ways, book.slots)
            stray = [way for way in ways if not set(_SLOT.findall(way)) <= set(known)]
            if stray:
                raise ValueError(f"{language}: {stray[0]!r} has a slot that {clause!r} has not")
