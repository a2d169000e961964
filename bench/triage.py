"""How well triage understands, and what it costs: `python -m bench.triage CORPUS_DIR [--train DIR]`.

CORPUS_DIR holds labelled texts as `NAME.test.jsonl.gz` (and `NAME.train.jsonl.gz`, unless `--train` says where those
are); without it only our own mails are read, and time, memory and size are measured. Everything runs through the
functions that run in Lambda, with the models as shipped. Exit status 1 when a row falls short.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from bench import triage_cost, triage_rows, triage_shots
from bench.table import Row, report


def rows(corpus: Path | None = None, train: Path | None = None) -> Iterator[Row]:
    """Every row that there is material for. Without a folder: the one in BYNAME_LABELLED."""
    named = os.environ.get("BYNAME_LABELLED", "")
    corpus = corpus or (Path(named) if named else None)
    if corpus:
        yield from triage_rows.zero_training(corpus)
    yield from triage_rows.own()
    if corpus:
        yield from triage_rows.taught(corpus, train or corpus)
        yield from triage_shots.rows(corpus, train or corpus)
        yield from triage_rows.unhappy(corpus)
        yield from triage_rows.languages(corpus)
    yield from triage_cost.rows()


def main(arguments: list[str] | None = None) -> int:
    parser = ArgumentParser(prog="python -m bench.triage", description="How well triage understands.")
    parser.add_argument("corpus", nargs="?", type=Path, help="folder with NAME.test.jsonl.gz; else BYNAME_LABELLED")
    parser.add_argument("--train", type=Path, help="folder with NAME.train.jsonl.gz, if it is another")
    chosen = parser.parse_args(arguments)
    if chosen.corpus and not any(chosen.corpus.glob("*.test.jsonl.gz")):
        print(f"no NAME.test.jsonl.gz in {chosen.corpus}", file=sys.stderr)
        return 2
    return report("triage", rows(chosen.corpus, chosen.train))


if __name__ == "__main__":
    sys.exit(main())
