"""What a message says, as one direction: its sentences summed, each by how much it says of any matter at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.triage.centroids import Compared
from chalicelib.triage.sentences import Sentence, summed
from chalicelib.triage.vectors import Vector, dot, sigmoid

STEEPNESS = 20.0
"""Of the gate between boilerplate and matter, over a difference of cosines."""
SUBJECT = 2.0
"""What the first sentence, the subject, weighs: people name the matter there."""
LATER = 0.1
"""How much less each further sentence weighs: people come to the point, and then tell the story."""


@dataclass(frozen=True, slots=True)
class Gist:
    """The direction, of length 1, and how each sentence came into it."""

    direction: Vector
    weights: Vector
    """One a sentence; a long one says more than a short one, but not as much as it is longer."""
    matter: float
    """0 to 1: the gate that the plainest of its sentences passed."""
    closeness: dict[str, float]
    """The cosine with each category."""
    other: float
    """The highest cosine with a topic that is none of the categories'."""
    heads: dict[str, float]
    """0 to 1: how much the text says each of them."""


def gist(sentences: Sequence[Sentence], compared: Compared) -> Gist:
    """One direction for at least one sentence."""
    products = [compared.split(compared.columns.products(one.sums, one.zero)) for one in sentences]
    topics = len(compared.keys) + compared.others
    gates = [_gate(one, matter[:topics], plain) for one, (matter, plain) in zip(sentences, products, strict=True)]
    weights = [
        gate * (SUBJECT if one.is_subject else 1.0) / (1 + LATER * n) / one.length**0.5
        for n, (gate, one) in enumerate(zip(gates, sentences, strict=True))
    ]
    total = summed(sentences, weights)
    length = dot(total, total) ** 0.5 or 1.0
    said = [dot(weights, column) / length for column in zip(*(matter for matter, _ in products), strict=True)]
    return Gist(
        direction=[number / length for number in total],
        weights=weights,
        matter=max(gates),
        closeness=dict(zip(compared.keys, said, strict=False)),
        other=max(said[len(compared.keys) : topics], default=0.0),
        heads={
            name: sigmoid(sum_ + head.bias) for (name, head), sum_ in zip(compared.heads, said[topics:], strict=True)
        },
    )


def _gate(sentence: Sentence, topics: Sequence[float], plain: Sequence[float]) -> float:
    if not plain or not topics:
        return 1.0
    return sigmoid(STEEPNESS * (max(topics) - max(plain)) / sentence.length)
