"""The folder's own `score.py` on our predictions, beside what is asked and what the best peer reaches.

The scorer belongs to the corpus, not to byname: where there is none, the predictions are all there is.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from tempfile import NamedTemporaryFile

from bench import corpus_mails, corpus_peers
from bench.corpus import SLOW_LARGE, SLOW_SMALL, Corpus, Run
from bench.table import Row, report

ASKED: dict[str, tuple[str, float, str, float | None]] = {
    # the scorer's word: what it is, percent that must be right, the best peer, what it got wrong when measured
    "reply_text.exact": ("what they wrote this time, exactly", 92, "talon", 24.5),
    "reply_text": ("what they wrote this time, all cases", 92, "talon", 25.4),
    "reply_text_html": ("what they wrote this time, in HTML", 86.9, "talon", 34.8),
    "signature": ("their signature", 92.3, "", None),
    "forward.detect": ("a forward is seen", 97, "quotequail", 36.0),
    "forward.from": ("whose mail was forwarded", 95, "quotequail", 55.0),
    "forward.body": ("the forwarded words", 90, "quotequail", 48.0),
    "mail_kind.bounce_or_delayed_recall": ("failed and delayed reports are seen", 99.5, "a rule of 20 lines", 2.0),
    "mail_kind.auto_reply": ("automatic replies are seen", 100, "a rule of 20 lines", 44.4),
    "mail_kind.human_not_flagged": ("people are taken for people", 100, "", None),
    "mail_kind.recipients_exact": ("whom a report is about", 97, "flufl.bounce", 7.0),
    "auto_headers": ("who gets no acknowledgement", 100, "", None),
    "parse.proj.subject": ("subjects", 99, "CPython", 2.1),
    "parse.proj.from": ("senders", 100, "CPython", 0.0),
    "parse.proj.text": ("texts", 97, "CPython", 7.7),
    "parse.proj.attachment_names": ("names of files", 98, "CPython", 7.3),
    "thread.parent": ("which mail is answered", 99.5, "", None),
    "auth_results": ("authentication results", 99, "authres", 28.0),
}
_LINE = re.compile(r"(?P<name>\S+)\s+(?P<right>\d+)/(?P<all>\d+)")
Counted = Mapping[str, tuple[int, int]]
"""Of each of the scorer's words how many cases are right, and of how many."""


def show(folder: Path, predictions: Path, run: Run) -> int:
    """Prints the table; 1 when a row falls short, 2 where the folder has no scorer."""
    if not (folder / "score.py").is_file():
        print(f"no score.py in {folder}: the predictions are in {predictions}", file=sys.stderr)
        return 2
    counted = scored(folder, predictions)
    status = report("corpus", scored_rows(folder, counted, run))
    print("\nnot asked for:")
    for name, (right, of) in sorted(counted.items()):
        if name not in ASKED and name.partition(".")[0] not in (*run.left_out, "ham"):
            print(f"  {name:40} {right:5} of {of:5} right")
    return status


def scored(folder: Path, predictions: Path) -> dict[str, tuple[int, int]]:
    """What the folder's own scorer says of the predictions."""
    command = [sys.executable, str(folder / "score.py"), str(folder / "cases.jsonl"), str(predictions)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = {m["name"]: (int(m["right"]), int(m["all"])) for line in said.splitlines() if (m := _LINE.match(line))}
    exact, contained = found.get("reply_text.exact"), found.get("reply_text.contains")
    if exact and contained:
        found["reply_text"] = (exact[0] + contained[0], exact[1] + contained[1])
    return found


def scored_rows(folder: Path, counted: Counted, run: Run) -> Iterator[Row]:
    peers = dict(_beside(folder))
    yield from _shares(counted, peers)
    if run.seconds.get("thread"):
        merged = float(corpus_mails.false_merges(Corpus(folder)))
        yield Row("mails of two conversations in one thread", 0.5, merged, "mails")
    for row, must, (seconds, name) in (
        ("slowest mail up to 100 KB", SLOW_SMALL, run.slowest_small),
        ("slowest larger mail", SLOW_LARGE, run.slowest_large),
    ):
        yield Row(row, must * 1000, seconds * 1000, "ms", note=name)
    yield Row("mails on which something raised", 0.5, float(len(run.raised)), "mails")


def _shares(counted: Counted, peers: Mapping[str, str]) -> Iterator[Row]:
    """What is wrong, in percent: the table wants smaller to be better."""
    for name, (what, least, peer, theirs) in ASKED.items():
        if name in counted:
            right, of = counted[name]
            half_a_case = 50 / of  # where nothing may be wrong
            must, wrong = max(100 - least, half_a_case), 100 - 100 * right / of
            note = "; ".join(filter(None, (f"{name}: {right} of {of} right", peers.get(name))))
            yield Row(f"{what}: wrong", must, wrong, "%", peer, theirs, note)


def _beside(folder: Path) -> Iterator[tuple[str, str]]:
    """What the programs that are installed get wrong, now and here; the last of several is the best."""
    found: list[tuple[float, str, str]] = []
    for peer in corpus_peers.run(Corpus(folder)):
        with NamedTemporaryFile("w", suffix=".jsonl") as file:
            file.writelines(json.dumps(each) + "\n" for each in peer.predictions)
            file.flush()
            counted = scored(folder, Path(file.name))
        for name in peer.scored_as:
            right, of = counted[name]
            time_a_mail = f"{median(peer.seconds) * 1000:.2g} ms, at most {max(peer.seconds) * 1000:.0f}"
            wrong = 100 - 100 * right / of
            found.append((-wrong, name, f"{peer.name} here: {wrong:.1f} % ({time_a_mail}; raised {peer.raised})"))
    yield from ((name, words) for _, name, words in sorted(found))
