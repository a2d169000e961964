"""The grammar: clauses by topic with slots, in files a person can extend; and little mails made of them.

`grammar/<language>.toml` holds the clauses of one language, `grammar/phrasebook.txt` clauses with their translations.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent / "grammar"
TOPICS = (
    "billing",
    "orders",
    "technical",
    "account",
    "complaint",
    "sales",
    "cancellation",
    "feedback",
    "jobs",
    "spam",
    "booking",
)
"""What `like = "..."` in the settings may name."""
BESIDE = ("around", "elsewhere")
"""What stands around a matter, and what is none of a firm's."""
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Grammar:
    slots: Mapping[str, tuple[str, ...]]
    clauses: Mapping[str, tuple[str, ...]]

    def say(self, clause: str, chance: random.Random) -> str:
        """The clause with a word in every slot."""
        return _SLOT.sub(lambda slot: chance.choice(self.slots[slot[1]]), clause)

    def all_clauses(self) -> list[str]:
        return [clause for clauses in self.clauses.values() for clause in clauses]


def read_grammar(path: Path = HERE / "en.toml") -> Grammar:
    """The grammar in this file. Raises ValueError for an unknown topic or slot, with its line."""
    read = tomllib.loads(path.read_text("utf-8"))
    slots = {name: tuple(words.split("|")) for name, words in read["slots"].items()}
    clauses = {topic: tuple(text.strip().split("\n")) for topic, text in read["topics"].items()}
    for topic, lines in clauses.items():
        if topic not in (*TOPICS, *BESIDE):
            raise ValueError(f"{path.name}: no topic {topic!r}: take one of {', '.join((*TOPICS, *BESIDE))}")
        check_slots(path.name, lines, slots)
    return Grammar(slots, clauses)


def check_slots(place: str, clauses: Sequence[str], slots: Mapping[str, object]) -> None:
    """Raises ValueError for a slot that has no list."""
    for clause in clauses:
        for name in _SLOT.findall(clause):
            if name not in slots:
                raise ValueError(f"{place}: {clause!r}: no slot {name!r}: take one of {', '.join(slots)}")


def little_mail(grammar: Grammar, topic: str, chance: random.Random, most: int = 3) -> str:
    """A few clauses of one topic, as one person might put them."""
    clauses = [grammar.say(chance.choice(grammar.clauses[topic]), chance) for _ in range(chance.randint(1, most))]
    return ". ".join(clauses)
