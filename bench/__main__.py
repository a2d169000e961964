"""Every table, one after another: `python -m bench`. A module of this package with a function `rows` is a table."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import bench
from bench.table import report

PARTS = ("cold", "cost", "local_cloud", "triage_cost", "triage_shots")
"""Their rows stand in another table."""


def main() -> int:
    worst = 0
    for module in pkgutil.iter_modules(bench.__path__):
        if module.name in PARTS or module.name.startswith("_"):
            continue
        rows = getattr(importlib.import_module(f"bench.{module.name}"), "rows", None)
        if rows is not None:
            worst = max(worst, report(module.name, rows()))
    return worst


if __name__ == "__main__":
    sys.exit(main())
