"""Many categories and few mails of each: what the firm's own learning makes of public sets of intents."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from bench.table import Row
from bench.triage_peers import Peer, svm
from bench.triage_sets import Labelled, labelled
from chalicelib.desk.team import Category
from chalicelib.triage.centroids import compared, topics
from chalicelib.triage.choice import SCALE
from chalicelib.triage.gist import gist
from chalicelib.triage.learned import fit
from chalicelib.triage.models import opened
from chalicelib.triage.sentences import sentences
from chalicelib.triage.vectors import Vector, dot

SHOTS = ((5, 73.0, 62.6), (10, 80.0, 74.0))
"""(mails of each, percent that must be right, what an SVM was published with)"""
TOO_MANY = "learning takes a firm's last mails, not thousands: nothing in the product could be trained on the whole set"


def rows(corpus: Path, train: Path) -> Iterator[Row]:
    test, known = labelled(corpus, "banking77", "test", "intent"), labelled(train, "banking77", "train", "intent")
    if not test or not known:
        return
    intents = Intents(sorted({one.label for one in known}))
    said = [(intents.direction(one.text), one.label) for one in test]
    for many, least, published in SHOTS:
        few = _of_each(known, many)
        right = intents.right(few, said)
        peer = svm(few, test) or Peer("SVM, published", published)
        name = f"Banking77, {many} of each of {len(intents.names)}: wrong"
        yield Row(name, 100 - least, 100 - 100 * right, "%", peer.name, 100 - peer.reached)
    yield Row("Banking77, all: wrong", 100 - 92.4, None, "%", "SVM, published", 8.8, TOO_MANY)
    yield Row("CLINC150 in scope: wrong", 100 - 93, None, "%", "SVM, published", 9.0, TOO_MANY)
    yield Row("CLINC150 out of scope, 5 % turned away: missed", 21, None, "%", "BERT, published", 59.7, TOO_MANY)


class Intents:
    """Categories that have a name and nothing else."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names, models = names, opened()
        table = models.words("en")
        assert table is not None, "no word table: see byname/training"
        settings = tuple(Category(name, name.replace("_", " "), "ann", timedelta(hours=8)) for name in names)
        self.table, self.compared = table, compared(settings, table, table, models)
        self.directions = topics(settings, table, models).categories

    def direction(self, text: str) -> Vector:
        read = sentences("", text, self.table)
        return gist(read, self.compared).direction if read else [0.0] * self.table.dims

    def right(self, known: Sequence[Labelled], said: Sequence[tuple[Vector, str]]) -> float:
        """The share of the test that is right after these lessons."""
        leanings = fit([(self.direction(one.text), one.label) for one in known], self.directions)
        return sum(self._best(vector, leanings) == label for vector, label in said) / len(said)

    def _best(self, vector: Vector, leanings: Mapping[str, Vector]) -> str:
        return max(
            self.directions, key=lambda name: SCALE * dot(self.directions[name], vector) + dot(leanings[name], vector)
        )


def _of_each(mails: Sequence[Labelled], many: int) -> list[Labelled]:
    shuffled = random.Random(0).sample(list(mails), len(mails))
    labels = dict.fromkeys(mail.label for mail in mails)
    return [mail for label in labels for mail in [one for one in shuffled if one.label == label][:many]]
