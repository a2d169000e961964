"""The heads: does a text sound unhappy, like a sales lead, like a pitch? And the middle of each usual topic."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from byname.training.cut import Cutter
from byname.training.english import RATED, read_rated
from byname.training.grammar import TOPICS, Grammar, little_mail

SEED = 11
_MAILS = 6_000
_CALM = ("feedback",)
"""Topics whose clauses carry no anger."""
_OPINION = 0.5
"""From 0 to 4: below, people did not agree on a mood."""
_DECIMALS = 4


class Reader:
    """Vectors of texts by one table, as Lambda makes them: the sum of the rows, of length 1."""

    def __init__(self, pieces: Sequence[str], rows: Any) -> None:
        self._cutter, self._rows = Cutter(pieces), rows.astype(np.float32)

    def read(self, texts: Sequence[str]) -> Any:
        sums = np.stack([self._rows[cut].sum(0) for cut in self._cutter.cut_all(texts)])
        return sums / (np.linalg.norm(sums, axis=1, keepdims=True) + 1e-9)


def heads(reader: Reader, grammar: Grammar, vader: Path) -> Mapping[str, Mapping[str, Any]]:
    """What heads.json holds."""
    chance = random.Random(SEED)
    topics = [chance.choice([*TOPICS, "elsewhere"]) for _ in range(_MAILS)]
    mails = reader.read([little_mail(grammar, topic, chance) for topic in topics])
    topic = np.array(topics)
    wanted = topic != "spam"
    return {
        "unhappy": unhappy(reader, mails, topic, vader),
        "lead": _head(mails[wanted], topic[wanted] == "sales"),
        "pitch": _head(mails, topic == "spam"),
    }


def unhappy(reader: Reader, mails: Any, topic: Any, vader: Path) -> Mapping[str, Any]:
    """From texts that people rated, and complaints of the grammar against its calm topics."""
    rated = [one for kind in RATED for one in read_rated(vader, kind) if abs(one[1]) > _OPINION]
    told = np.isin(topic, ["complaint", *_CALM])
    vectors = np.concatenate([reader.read([text for text, _ in rated]), mails[told]])
    is_unhappy = np.concatenate([[mood < 0 for _, mood in rated], topic[told] == "complaint"])
    return _head(vectors, is_unhappy)


def _head(vectors: Any, says_so: Any) -> Mapping[str, Any]:
    fitted = LogisticRegression(C=10, max_iter=500, class_weight="balanced").fit(vectors, says_so)
    return {"weights": _rounded(fitted.coef_[0]), "bias": round(float(fitted.intercept_[0]), _DECIMALS)}


def archetypes(reader: Reader, grammar: Grammar) -> Mapping[str, Sequence[float]]:
    """What archetypes.json holds: the middle of many little mails, of length 1, for each topic."""
    chance = random.Random(SEED)
    found = {}
    for topic in TOPICS:
        middle = reader.read([little_mail(grammar, topic, chance) for _ in range(450)]).sum(0)
        found[topic] = _rounded(middle / np.linalg.norm(middle))
    return found


def _rounded(numbers: Any) -> list[float]:
    return [round(float(number), _DECIMALS) for number in numbers]
