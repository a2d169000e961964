"""The usual topics of any firm's mail, as directions: what a category is like, and what no category is about."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.desk.team import Category
from chalicelib.triage.vectors import Vector, dot, plus, unit

PLAINLY_LIKE, AHEAD = 0.45, 0.10
"""The cosine that makes a category one of the usual topics, and its lead over the next."""
RATHER_LIKE = 0.35
"""The cosine from which a usual topic may be meant by a category, though it has not got it."""


def likenesses(
    categories: tuple[Category, ...], own: Mapping[str, Vector], usual: Mapping[str, Vector]
) -> dict[str, str]:
    """The usual topic of each category that has one: as the settings say, else as its own words plainly say."""
    said = {category.key: category.like for category in categories if category.like in usual}
    open_topics = {topic: usual[topic] for topic in usual if topic not in said.values()}
    found: dict[str, tuple[float, str]] = {}
    for key, direction in own.items():
        topic = "" if key in said else _plainly_like(direction, open_topics)
        if topic:
            closeness = dot(direction, usual[topic])
            found[topic] = max(found.get(topic, (0.0, "")), (closeness, key))
    return {**said, **{key: topic for topic, (_, key) in found.items()}}


def _plainly_like(direction: Vector, usual: Mapping[str, Vector]) -> str:
    ranked = sorted(((dot(direction, other), topic) for topic, other in usual.items()), reverse=True)
    if not ranked or ranked[0][0] < PLAINLY_LIKE:
        return ""
    return "" if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < AHEAD else ranked[0][1]


def enriched(own: Mapping[str, Vector], likeness: Mapping[str, str], usual: Mapping[str, Vector]) -> dict[str, Vector]:
    """Each category's own words, with what its usual topic means beside them."""
    return {
        key: unit(plus(direction, usual[likeness[key]])) if key in likeness else direction
        for key, direction in own.items()
    }


def left_over(own: Mapping[str, Vector], likeness: Mapping[str, str], usual: Mapping[str, Vector]) -> list[Vector]:
    """The usual topics that no category has: a message like them is about none of the firm's."""
    return [
        other
        for topic, other in usual.items()
        if topic not in likeness.values() and all(dot(other, one) < RATHER_LIKE for one in own.values())
    ]
