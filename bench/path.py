"""The path of a mail, its cold start, its package and its price: `python -m bench.path`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from bench import artefact, cold, cost, local_cloud, other_side
from bench.table import ROOT, Row, middle, report, spread

MAILS = 200
"""Of each size."""
MUST = {"4 KB": 8.0, "48 KB": 10.0}
CALLS = 6


def rows() -> Iterator[Row]:
    with artefact.built() as made, other_side.started() as aws:
        found = handled(made, aws)
        yield from _mail_rows(found, aws.scheme)
        yield from cold.rows(made, aws)
        yield _zip_row(made.zip)
        yield from local_cloud.stack_rows()
        yield from local_cloud.rows()
        yield from cost.rows(made.template, *counts_of(found))


def _zip_row(packed: Path) -> Row:
    """The models are counted apart: they grow with the languages, not with the code."""
    with ZipFile(packed) as opened:
        models = sum(entry.compress_size for entry in opened.infolist() if "/models/" in entry.filename) / 1e6
    whole = packed.stat().st_size / 1e6
    return Row("zip, models apart", 6.0, whole - models, "MB", note=f"with {models:.2f} MB of models {whole:.2f} MB")


Found = dict[str, Any]
"""What `bench.handled` answers: samples by name, calls and units of a mail."""


def handled(made: artefact.Artefact, aws: other_side.OtherSide, mails: int = MAILS) -> Found:
    """`bench.handled` in an interpreter of its own, on the artefact's code."""
    arguments = [str(aws.port), aws.scheme, aws.bundle, str(mails)]
    code = f"import runpy\nsys.path.append({str(ROOT)!r})\nsys.argv[1:] = {arguments!r}\n"
    command = made.program(code + "runpy.run_module('bench.handled', run_name='__main__')\n")
    done = subprocess.run(command, env=aws.environment, cwd=made.root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the mails were not handled: {done.stderr[-2_000:]}")
    found: Found = json.loads(done.stdout)
    return found


def counts_of(found: Found) -> tuple[list[str], float, float]:
    """The most one mail asked for: AWS's operations, and DynamoDB's write and read units."""
    writes, reads = found["units"]
    return found["calls"], writes, reads


def _mail_rows(found: Found, scheme: str) -> Iterator[Row]:
    for kind, must in MUST.items():
        ours, boto3s, floor = (found[f"{what} {kind}"] for what in ("ours", "boto3", "floor"))
        note = f"{spread(ours, 'ms')}, least {min(ours):.2f}; AWS in another process, over {scheme}"
        note += (
            f"; floor: the same requests by hand, and a MIME parse; by boto3 they alone take {middle(boto3s):.1f} ms"
        )
        more = {"samples": ours, "floor": floor, "boto3": boto3s}
        name = f"CPU per new mail, {kind}"
        yield Row(name, must, middle(ours), "ms", "floor", middle(floor), note, more)
    calls, _, _ = counts_of(found)
    names = ", ".join(calls)
    yield Row("AWS calls per new mail, both letters included", CALLS, len(calls), "calls", note=names)


if __name__ == "__main__":
    sys.exit(report("path", rows()))
