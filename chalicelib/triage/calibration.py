"""How often a confidence is right in this firm: two numbers, fitted to what became of what we said."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.triage.vectors import sigmoid

_SUREST = 0.05
"""Nobody is surer than nineteen times in twenty: what lies beyond says how short a text is, not how clear."""
_ROUNDS = 40
_LONGEST_STEP = 0.25
"""Where the curve is flat, a whole step of Newton's leaps over the hill."""
_HOLDS_SLOPE, _HOLDS_SHIFT = 15.0, 4.0
"""How many outcomes it takes to move each away from where it begins."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt's two numbers, over the logarithm of the odds."""

    slope: float = 1.0
    shift: float = 0.0

    def of(self, share: float) -> float:
        """0 to 1: how often one like this is right."""
        return sigmoid(self.slope * _odds(share) + self.shift)


UNCORRECTED = Calibration()


def calibrated(outcomes: Sequence[tuple[float, bool]]) -> Calibration:
    """The likeliest two numbers for these shares and whether they were right, by Newton's steps from no correction."""
    points = [(_odds(share), float(right)) for share, right in outcomes]
    slope, shift = 1.0, 0.0
    for _ in range(_ROUNDS if points else 0):
        by_slope, by_shift = _HOLDS_SLOPE * (slope - 1), _HOLDS_SHIFT * shift
        bend_slope, bend_shift, bend_both = _HOLDS_SLOPE, _HOLDS_SHIFT, 0.0
        for odds, right in points:
            said = sigmoid(slope * odds + shift)
            spread = said * (1 - said)
            by_slope += (said - right) * odds
            by_shift += said - right
            bend_slope += spread * odds * odds
            bend_shift += spread
            bend_both += spread * odds
        determinant = bend_slope * bend_shift - bend_both * bend_both
        down = (bend_shift * by_slope - bend_both * by_shift) / determinant
        aside = (bend_slope * by_shift - bend_both * by_slope) / determinant
        pace = min(1.0, _LONGEST_STEP / max(abs(down), abs(aside), _LONGEST_STEP))
        slope, shift = slope - pace * down, shift - pace * aside
    return Calibration(slope, shift)


def _odds(share: float) -> float:
    inside = min(max(share, _SUREST), 1 - _SUREST)
    return math.log(inside / (1 - inside))
