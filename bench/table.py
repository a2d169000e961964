"""One table of figures: printed for a person, written as JSON for a program, and an exit status for a build.

    name | must | ours | peer or floor | ratio

`ratio` is ours divided by the peer's, or by the floor. A row with a `!` falls short of its must.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / ".local" / "bench"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. Smaller is better, always."""

    name: str
    must: float
    ours: float | None
    """None when it could not be measured; then the row falls short, and `note` says why."""
    unit: str
    beside: str = ""
    """What to compare it with: a floor, a peer."""
    figure: float | None = None
    """Of that."""
    note: str = ""
    """How it was measured: how often, and how much it spread."""
    more: dict[str, Any] = field(default_factory=dict)
    """Figures for the JSON alone."""

    @property
    def holds(self) -> bool:
        return self.ours is not None and self.ours <= self.must

    @property
    def ratio(self) -> float | None:
        """Ours to what it is compared with."""
        return None if self.ours is None or not self.figure else self.ours / self.figure


def spread(samples: Sequence[float], unit: str) -> str:
    """`n 200, 4.1 to 4.9 ms`: the middle half of the samples."""
    if len(samples) < 4:
        return f"n {len(samples)}, {min(samples):.3g} to {max(samples):.3g} {unit}"
    low, _, high = quantiles(samples, n=4)
    return f"n {len(samples)}, half of them {low:.3g} to {high:.3g} {unit}"


def middle(samples: Sequence[float]) -> float:
    return median(samples)


def percentile(samples: Sequence[float], hundredths: int) -> float:
    return quantiles(samples, n=100, method="inclusive")[hundredths - 1]


def report(table: str, rows: Iterable[Row]) -> int:
    """Prints the rows as they come, writes `.local/bench/<table>.json`, and says which fall short. 1 when any does."""
    print(f"{table} on {machine()}\n")
    print(_line("", "must", "ours", "peer or floor", "ratio"))
    done: list[Row] = []
    for row in rows:
        done.append(row)
        ours = f"{_said(row.ours, row.unit)}{'' if row.holds else ' !'}"
        beside = f"{row.beside} {_said(row.figure, row.unit)}" if row.beside else ""
        print(_line(row.name, _said(row.must, row.unit), ours, beside, f"{row.ratio:.2g}" if row.ratio else ""))
        if row.note:
            print(f"    {row.note}")
    _write(table, done)
    short = [row.name for row in done if not row.holds]
    for name in short:
        print(f"falls short: {name}", file=sys.stderr)
    return 1 if short else 0


def machine() -> str:
    """The processor, how many of them, how busy they were before us, and the Python: a figure means nothing without."""
    load = os.getloadavg()[0]
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} x {_processor()}, load {load:.2f}, {python}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _line(name: str, must: str, ours: str, beside: str, ratio: str) -> str:
    return f"{name:50} | {must:>8} | {ours:>10} | {beside:28} | {ratio:>6}"


def _said(value: float | None, unit: str) -> str:
    if value is None:
        return "?"
    digits = 0 if unit == "calls" or value >= 100 else 2 if value < 10 else 1
    return f"{value:.{digits}f} {unit}".strip()


def _write(table: str, rows: Sequence[Row]) -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    found = [{**asdict(row), "ratio": row.ratio, "holds": row.holds} for row in rows]
    answer = {"table": table, "machine": machine(), "rows": found}
    (RESULTS / f"{table}.json").write_text(json.dumps(answer, indent=2) + "\n", "utf-8")
