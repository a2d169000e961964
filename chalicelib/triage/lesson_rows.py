"""What a firm has taught, as one row a category: so each is changed alone, and all together stay under 40 KB."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

from chalicelib.triage.calibration import UNCORRECTED, Calibration
from chalicelib.triage.learned import Learned, Lesson
from chalicelib.triage.vectors import Vector

Row = dict[str, Any]
"""Text, numbers and bytes alone."""


def to_rows(learned: Learned) -> dict[str, Row]:
    """A row for each category that has a lesson or a leaning."""
    categories = dict.fromkeys((*(lesson.category for lesson in learned.lessons), *learned.leanings))
    return {category: _row(category, learned) for category in categories}


def _row(category: str, learned: Learned) -> Row:
    ordered = [(n, lesson) for n, lesson in enumerate(learned.lessons) if lesson.category == category]
    return {
        "space": learned.space,
        "slope": repr(learned.calibration.slope),
        "shift": repr(learned.calibration.shift),
        "leaning": _half_precision(learned.leanings.get(category, [])),
        "vectors": b"".join(lesson.vector for _, lesson in ordered),
        "lessons": [
            f"{n}\t{lesson.key}\t{lesson.share:.3f}\t{int(lesson.right)}\t{lesson.by}\t{lesson.day}"
            for n, lesson in ordered
        ],
    }


def from_rows(rows: Mapping[str, Row], space: str) -> Learned:
    """The inverse; rows made in another space say nothing, and are left out."""
    usable = {category: row for category, row in rows.items() if row["space"] == space}
    found = (entry for category, row in usable.items() for entry in _lessons(category, row))
    lessons = sorted(found, key=lambda entry: entry[0])
    leanings = {category: _numbers(row["leaning"]) for category, row in usable.items() if row["leaning"]}
    first = next(iter(usable.values()), None)
    calibration = Calibration(float(first["slope"]), float(first["shift"])) if first else UNCORRECTED
    return Learned(space, tuple(lesson for _, lesson in lessons), leanings, calibration)


def _lessons(category: str, row: Row) -> list[tuple[int, Lesson]]:
    width = len(row["vectors"]) // len(row["lessons"]) if row["lessons"] else 0
    found = []
    for place, line in enumerate(row["lessons"]):
        n, key, share, right, by, day = line.split("\t")
        vector = bytes(row["vectors"][place * width : (place + 1) * width])
        found.append((int(n), Lesson(key, category, vector, float(share), right == "1", by, day)))
    return found


def _half_precision(numbers: Vector) -> bytes:
    return struct.pack(f"<{len(numbers)}e", *numbers)


def _numbers(written: bytes) -> Vector:
    return list(struct.unpack(f"<{len(written) // 2}e", bytes(written)))
