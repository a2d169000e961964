"""The little arithmetic that triage needs, on lists of numbers."""

from __future__ import annotations

import math
import sys
from array import array
from collections.abc import Iterable, Sequence
from operator import mul

Vector = list[float]

if sys.version_info >= (3, 12):
    from math import sumprod as dot
else:

    def dot(a: Sequence[float], b: Sequence[float], /) -> float:
        """The sum of the products, pair by pair."""
        return float(sum(map(mul, a, b)))


def unit(vector: Sequence[float]) -> Vector:
    """The same direction, of length 1; nothing stays nothing."""
    length = math.sqrt(dot(vector, vector)) or 1.0
    return [number / length for number in vector]


def plus(a: Sequence[float], b: Sequence[float], times: float = 1.0) -> Vector:
    return [one + times * other for one, other in zip(a, b, strict=True)]


def sigmoid(number: float) -> float:
    if number < -700:
        return 0.0
    return 1 / (1 + math.exp(-number))


def softmax(numbers: Sequence[float]) -> Vector:
    """Shares that sum to one."""
    highest = max(numbers)
    raised = [math.exp(number - highest) for number in numbers]
    total = sum(raised)
    return [number / total for number in raised]


_WEIGHT_BITS = 12
_MIDDLE = 1 << (_WEIGHT_BITS - 1)
_ROUNDED = _MIDDLE + 0.5


class Columns:
    """Many vectors, to be multiplied with one sum of rows in one go: the n-th numbers of all stand in one big integer.

    A Python integer times a small one is one loop in C over all its lanes. Lanes have 32 bits: 12 for a weight, 12 for
    the sum of 256 pieces, 8 for 256 numbers.
    """

    __slots__ = ("_columns", "_count", "_offsets", "_scales")

    def __init__(self, vectors: Sequence[Sequence[float]]) -> None:
        self._scales = [max(map(abs, vector), default=0.0) / (_MIDDLE - 1) + 1e-30 for vector in vectors]
        whole = [
            [int(number * times + _ROUNDED) for number in vector]
            for vector, times in zip(vectors, (1 / scale for scale in self._scales), strict=True)
        ]
        self._count = len(whole)
        self._offsets = [sum(vector) - _MIDDLE * len(vector) for vector in whole]
        self._columns = [int.from_bytes(array("I", column).tobytes(), "little") for column in zip(*whole, strict=True)]

    def products(self, sums: Sequence[int], zero: int) -> Vector:
        """Each vector times the sums, after `zero` is taken from every one of them."""
        total = sum(map(mul, self._columns, sums))
        lanes = array("I", total.to_bytes(4 * self._count, "little"))
        middle = _MIDDLE * sum(sums)
        return [
            (lane - middle - zero * offset) * scale
            for lane, offset, scale in zip(lanes, self._offsets, self._scales, strict=True)
        ]


def lengths(sums: Iterable[int], zero: int) -> float:
    """How long the vector is that these sums stand for."""
    numbers = [number - zero for number in sums]
    return math.sqrt(dot(numbers, numbers))
