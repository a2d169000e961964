"""The English sentences that the table is fitted to: the grammar's, those rated by mood, those of free software."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from byname.training.grammar import HERE, Grammar
from byname.training.translations import plain

SEED = 7
MIXED = 20_000
"""Little mails of several clauses."""
GREETINGS = (
    *("",) * 3,
    "hi",
    "hello",
    "dear team",
    "good morning",
    "hi there",
    "dear sir or madam",
    "hey",
    "hello all",
)
ENDS = (
    *("",) * 3,
    "thanks",
    "many thanks",
    "kind regards",
    "regards",
    "cheers",
    "best wishes",
    "thank you",
    "please help",
)
SENTENCES = HERE / "sentences.txt"
_PAIRS = 600
"""Of those sentences, two by two."""
RATED = ("amazonReviewSnippets", "tweets", "movieReviewSnippets", "nytEditorialSnippets")
_MOST_RATED = 11_000
"""Of each kind."""


def sentences(grammar: Grammar, vader: Path, software: Iterable[str]) -> list[str]:
    """All of them, each once, in one order for one seed."""
    chance = random.Random(SEED)
    found = [*_clauses(grammar, chance), *(_mixed(grammar, chance) for _ in range(MIXED))]
    found += [word for words in grammar.slots.values() for word in words]
    for kind in RATED:
        rated = [text for text, _ in read_rated(vader, kind) if 2 <= len(text.split()) <= 60]
        chance.shuffle(rated)
        found += rated[:_MOST_RATED]
    ours = [line for line in SENTENCES.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    found += ours + [". ".join(chance.sample(ours, 2)) for _ in range(_PAIRS)]
    found += [text for text in map(plain, software) if 2 <= len(text.split()) <= 40]
    return list(dict.fromkeys(" ".join(text.split()) for text in found))


def read_rated(vader: Path, kind: str) -> list[tuple[str, float]]:
    """Texts with the mean of what twenty people thought of their mood, from -4 to 4."""
    (file,) = vader.glob(f"**/{kind}_GroundTruth.txt")
    lines = file.read_text("utf-8", errors="ignore").splitlines()
    rows = [line.split("\t") for line in lines if line.count("\t") >= 2]
    return [(row[2], float(row[1])) for row in rows]


def _clauses(grammar: Grammar, chance: random.Random) -> list[str]:
    """Every clause with several fillings."""
    clauses = grammar.all_clauses()
    return [grammar.say(clause, chance) for clause in clauses for _ in range(12 if "{" in clause else 2)]


def _mixed(grammar: Grammar, chance: random.Random) -> str:
    clauses = chance.choice(list(grammar.clauses.values()))
    parts = [_part(grammar, clauses, chance) for _ in range(chance.choice((1, 2, 2, 3, 3, 4)))]
    greeting, end = chance.choice(GREETINGS), chance.choice(ENDS)
    return (f"{greeting}, " if greeting else "") + ". ".join(parts) + (f". {end}" if end else "")


def _part(grammar: Grammar, clauses: Sequence[str], chance: random.Random) -> str:
    near = chance.random() < 0.7
    return grammar.say(chance.choice(clauses if near else grammar.all_clauses()), chance)
