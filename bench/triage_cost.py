"""What triage costs: time a mail, time and memory to begin, size in the zip."""

from __future__ import annotations

import gc
import io
import json
import pickle
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from bench.table import ROOT, Row, middle, percentile, spread
from bench.triage_sets import a_firm, own_mails, own_settings
from chalicelib.triage.read import understand

WORDS = 150
MAILS = 400
NEW_PYTHON = sys.version_info >= (3, 12)

BEGIN = """
import json, pickle, sys, time
team = pickle.load(sys.stdin.buffer)
begun = time.process_time()
from chalicelib.triage.read import read
read("My invoice", "You have charged my card twice, please send the money back.", team)
spent = (time.process_time() - begun) * 1000
pages = int(open("/proc/self/statm").read().split()[1])
print(json.dumps([spent, pages * 4096 / 1024 / 1024]))
"""
"""The desk is there already, as in every door: what is measured is what triage adds to it; the memory is all of it."""


def rows() -> Iterator[Row]:
    mails = _mails_of(WORDS)
    if mails:
        yield from _latency(mails)
    yield from _beginning()
    yield Row("size in the zip: models and code", 6, _zipped() / 1024 / 1024, "MB", "ONNX MiniLM, unpacked", 174)


def _latency(mails: list[tuple[str, str]]) -> Iterator[Row]:
    """CPU time: on a quiet machine it is the clock's. Every mail is another one, so no answer is remembered."""
    firm = a_firm(own_settings("en"))
    for subject, text in mails[:20]:
        understand(subject, text, firm)
    gc.collect()
    samples = []
    for subject, text in mails:
        begun = time.process_time()
        understand(subject, text, firm)
        samples.append((time.process_time() - begun) * 1000)
    note = spread(samples, "ms")
    half, slowest = middle(samples), percentile(samples, 99)
    yield Row(f"whole triage of {WORDS} words, p50", 4 if NEW_PYTHON else 5, half, "ms", "ONNX MiniLM", 52, note)
    yield Row(f"whole triage of {WORDS} words, p99", 6 if NEW_PYTHON else 8, slowest, "ms", "ONNX MiniLM", 77)


def _mails_of(words: int) -> list[tuple[str, str]]:
    """Mails of about that many words, put together from our own ones."""
    mails = own_mails("en")
    found = []
    for n in range(MAILS if mails else 0):
        parts, length = [], 0
        while length < words:
            parts.append(mails[(n * 7 + len(parts) * 13) % len(mails)].text)
            length += len(parts[-1].split())
        found.append((mails[n % len(mails)].subject, " ".join("\n\n".join(parts).split(" ")[: words + 10])))
    return found


def _beginning() -> Iterator[Row]:
    """Import, open the models, build the categories, read the first mail; in a fresh interpreter, nine times."""
    team = pickle.dumps(a_firm(own_settings("en")))
    found = [_fresh(team) for _ in range(9)]
    spent, memory = ([one[n] for one in found] for n in (0, 1))
    name = "import, load, build from settings, first mail"
    yield Row(name, 40, middle(spent), "ms", "ONNX MiniLM", 447, spread(spent, "ms"))
    yield Row("memory of the whole process", 25, middle(memory), "MB", "ONNX MiniLM", 265)


def _fresh(team: bytes) -> tuple[float, float]:
    command = [sys.executable, "-c", BEGIN]
    said = subprocess.run(command, input=team, capture_output=True, check=True, cwd=ROOT).stdout
    spent, memory = json.loads(said)
    return spent, memory


def _zipped() -> int:
    """Bytes of this room's files, packed as the zip packs them."""
    packed = io.BytesIO()
    folder = Path(ROOT) / "chalicelib" / "triage"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                archive.write(path, path.relative_to(folder))
    return len(packed.getvalue())
