"""Which category it is, how sure that is, and which other it might be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from chalicelib.triage.calibration import UNCORRECTED, Calibration
from chalicelib.triage.vectors import softmax

SCALE = 20.0
"""What a cosine weighs, so that shares come out as often right as they say."""
FLOOR = 0.30
"""The cosine that any category should pass: below it a message is about something else."""
SURE, AHEAD = 0.50, 0.10
"""A share, and its lead over the next, that route a message; below it a person chooses."""
UNDENIABLE = 0.80
"""The share it takes when the firm's own words speak for two categories alike."""
SHORTLISTED = 0.55
"""The share of the best two together that makes them worth naming."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the comparison came to."""

    best: str
    share: float
    """0 to 1, of all categories."""
    confidence: float
    """0 to 1: how often one like this was right in this firm."""
    runner_up: str = ""
    sure: bool = False
    shortlisted: bool = False
    """Not sure, but it is one of these two most likely."""


def choose(
    closeness: Mapping[str, float],
    *,
    other: float = 0.0,
    bonus: Mapping[str, float] | None = None,
    named: Collection[str] = (),
    calibration: Calibration = UNCORRECTED,
) -> Choice:
    """From the cosine with each category, and `other`, the cosine with what is none of them. `bonus` counts scaled.

    `named` are the categories whose own words the message has most of. One such is taken at its word; between several
    a person decides, unless all else speaks for one of them.
    """
    keys = list(closeness)
    scores = [SCALE * closeness[key] + (bonus or {}).get(key, 0.0) for key in keys]
    with_none = softmax([*scores, SCALE * max(other, FLOOR)])
    ranked = sorted(range(len(keys)), key=lambda n: -scores[n])
    first, second = ranked[0], ranked[1] if len(ranked) > 1 else None
    next_share = with_none[second] if second is not None else 0.0
    share, own_share = with_none[first], softmax(scores)[first]
    sure = share >= (UNDENIABLE if len(named) > 1 else SURE) and share - next_share >= AHEAD
    sure = sure or list(named) == [keys[first]]
    return Choice(
        best=keys[first],
        share=own_share,
        confidence=calibration.of(own_share),
        runner_up=keys[second] if second is not None else "",
        sure=sure,
        shortlisted=not sure and share + next_share >= SHORTLISTED,
    )
