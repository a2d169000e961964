"""What byname makes of a folder of real mails: `python -m bench.corpus CORPUS_DIR --out FILE [--score]`.

The folder holds `cases.jsonl`, one case a line with `id`, `task`, `input_kind` and `input`, `file` or `files`; the
files lie in `files/`, and those named `spamassassin/…` in `spamassassin.tar.gz`. What a case expects is dropped
unread: the predictions are the product's own functions' answers, in the fields that the folder's `score.py` compares.

Without CORPUS_DIR the folder in BYNAME_CORPUS is taken. `--score` runs the folder's `score.py`, where there is one.
"""

from __future__ import annotations

import json
import os
import sys
import tarfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from bench.table import RESULTS, Row

Case = Mapping[str, Any]
Prediction = dict[str, Any]

ARCHIVE = "spamassassin"
SLOW_SMALL, SLOW_LARGE = 0.050, 1.0
"""Seconds a mail of up to 100 KB may take, and any other."""
SMALL = 100 * 1024
MOST_LINES = 20
"""Troubles of one kind that are named."""


@dataclass(frozen=True)
class Corpus:
    """A folder of cases and the mails they are about."""

    folder: Path

    def cases(self, tasks: frozenset[str] = frozenset()) -> Iterator[Case]:
        """Every case without what it expects."""
        with (self.folder / "cases.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                case = json.loads(line)
                case.pop("expected", None)
                if not tasks or case["task"] in tasks:
                    yield case

    def read(self, name: str) -> bytes:
        """A file of the corpus, by the name its case gives."""
        path = self.folder / "files" / name
        if not path.is_file() and name.startswith(f"{ARCHIVE}/"):
            return self._archived[name.removeprefix(f"{ARCHIVE}/")]
        return path.read_bytes()

    def input(self, case: Case) -> bytes:
        """What the case is about, as bytes."""
        if "input" in case:
            return str(case["input"]).encode("utf-8", "surrogateescape")
        return self.read(case["file"])

    def text(self, case: Case) -> str:
        return str(case["input"]) if "input" in case else self.read(case["file"]).decode("utf-8", "replace")

    @cached_property
    def _archived(self) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        with tarfile.open(self.folder / f"{ARCHIVE}.tar.gz") as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isfile() else None
                if content is not None:
                    name = member.name.removeprefix("./").removeprefix(f"{ARCHIVE}/")
                    found[name] = content.read()
        return found


Predict = Callable[[Case, Corpus], Prediction]


@dataclass(slots=True)
class Run:
    """What was found out besides the predictions."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    """Per task, one figure a case."""
    slow: list[str] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    """Cases of tasks that byname has nothing to say about."""
    slowest_small: tuple[float, str] = (0.0, "none")
    slowest_large: tuple[float, str] = (0.0, "none")
    """Seconds of our own CPU, and which mail it was."""


def predictors() -> dict[str, Predict]:
    """Which function of this folder answers which task; the product is imported only here."""
    from bench import corpus_mails, corpus_words

    return {**corpus_words.PREDICTORS, **corpus_mails.PREDICTORS}


def predict(corpus: Corpus, tasks: frozenset[str], run: Run) -> Iterator[Prediction]:
    """The answers, case by case. A function that raises answers nothing, and is named."""
    by_task = predictors()
    for case in corpus.cases(tasks):
        answer = by_task.get(case["task"])
        if answer is None:
            run.left_out[case["task"]] = run.left_out.get(case["task"], 0) + 1
            continue
        size = sum(len(corpus.read(name)) for name in case["files"]) if "files" in case else len(corpus.input(case))
        begun = time.process_time()
        try:
            prediction = answer(case, corpus)
        except Exception as error:  # the product should never raise: say where it did, and go on
            run.raised.append(f"{case['id']}: {type(error).__name__}: {error}")
            prediction = {}
        _clocked(run, case, time.process_time() - begun, size)
        yield {"id": case["id"], **prediction}


def _clocked(run: Run, case: Case, seconds: float, size: int) -> None:
    run.seconds.setdefault(case["task"], []).append(seconds)
    if "files" in case or case["input_kind"] == "mbox":  # a set of mails is not one mail
        return
    clocked = (seconds, f"{case['id']} ({size / 1024:.0f} KB)")
    if size <= SMALL:
        run.slowest_small = max(run.slowest_small, clocked)
    else:
        run.slowest_large = max(run.slowest_large, clocked)
    if seconds > (SLOW_SMALL if size <= SMALL else SLOW_LARGE):
        run.slow.append(f"{case['id']}: {seconds * 1000:.0f} ms for {size / 1024:.0f} KB")


def told(run: Run) -> Iterable[str]:
    """The times and the troubles, line by line."""
    for task, times in sorted(run.seconds.items()):
        ranked = sorted(times)
        middle, last = ranked[len(ranked) // 2] * 1000, ranked[-1] * 1000
        yield f"{task:18} {len(ranked):5} cases, {middle:8.2f} ms in the middle, {last:8.1f} ms at most"
    for task, cases in sorted(run.left_out.items()):
        yield f"{task:18} {cases:5} cases left out: byname has nothing to say about them"
    for what, (seconds, name) in (("up to 100 KB", run.slowest_small), ("larger", run.slowest_large)):
        yield f"slowest mail {what}: {name}, {seconds * 1000:.1f} ms"
    for word, lines in (("slow", run.slow), ("raised", run.raised)):
        yield from (f"{word}: {line}" for line in lines[:MOST_LINES])
        if len(lines) > MOST_LINES:
            yield f"{word}: {len(lines) - MOST_LINES} more"


def main(arguments: list[str] | None = None) -> int:
    """Exit status 1 when something raised, or when the score falls short."""
    chosen = _chosen(arguments)
    folder = chosen.corpus or os.environ.get("BYNAME_CORPUS", "")
    if not folder or not (Path(folder) / "cases.jsonl").is_file():
        print(f"corpus not present: {folder or 'give its folder, or set BYNAME_CORPUS'}", file=sys.stderr)
        return 2
    corpus, run = Corpus(Path(folder)), Run()
    _predict_all(corpus, frozenset(chosen.task), run, Path(chosen.out))
    if not chosen.score:
        return 1 if run.raised else 0
    from bench import corpus_score

    return corpus_score.show(corpus.folder, Path(chosen.out), run)


def rows() -> Iterator[Row]:
    """For `python -m bench`: nothing, and it says so, where no corpus is."""
    folder = Path(os.environ.get("BYNAME_CORPUS", ""))
    if not os.environ.get("BYNAME_CORPUS") or not (folder / "score.py").is_file():
        print("corpus not present: set BYNAME_CORPUS to its folder", file=sys.stderr)
        return
    from bench import corpus_score

    run, out = Run(), RESULTS / "predictions.jsonl"
    RESULTS.mkdir(parents=True, exist_ok=True)
    _predict_all(Corpus(folder), frozenset(), run, out)
    yield from corpus_score.scored_rows(folder, corpus_score.scored(folder, out), run)


def _predict_all(corpus: Corpus, tasks: frozenset[str], run: Run, out: Path) -> None:
    with out.open("w", encoding="utf-8") as file:
        for prediction in predict(corpus, tasks, run):
            file.write(json.dumps(prediction, ensure_ascii=True) + "\n")
    print(*told(run), sep="\n", file=sys.stderr)


def _chosen(arguments: list[str] | None) -> Namespace:
    parser = ArgumentParser(prog="python -m bench.corpus", description="What byname makes of a folder of real mails.")
    parser.add_argument("corpus", nargs="?", help="folder with cases.jsonl; else BYNAME_CORPUS")
    parser.add_argument("--out", default="predictions.jsonl", help="where the predictions go (JSON, one case a line)")
    parser.add_argument("--task", action="append", default=[], help="this task only; may be given again")
    parser.add_argument("--score", action="store_true", help="run the folder's score.py on them")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
