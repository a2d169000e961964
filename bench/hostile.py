"""Mail that is meant to break us, and mail that is big: `python -m bench.hostile`.

Time is CPU of our process. Memory is what a process of its own holds at most (RSS), Python and all it imports included.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import time
from base64 import encodebytes
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import mails, other_side
from bench.corpus import Corpus
from bench.table import ROOT, Row, middle, report, spread
from chalicelib.aws import clients
from chalicelib.aws.files import S3Files
from chalicelib.desk.model import Channel, Delivery, Inbound
from chalicelib.mail.parse import parse
from tests.bombs import FAMILIES, HEADER, mutated

KILOBYTES = (4, 20, 100, 1000)
MUTATED = 10_000
BIG = 25_000_000
"""Bytes of the mail with the large attachment."""
TIMES = 5
GOLDEN = ROOT / "tests" / "golden" / "mails"
AT = datetime(2026, 11, 23, 9, 7, tzinfo=UTC)


def rows() -> Iterator[Row]:
    bombs = _alone("bombs")
    seconds = bombs["seconds"]
    worst = max(seconds, key=lambda name: seconds[name])
    note = f"{worst}; {len(FAMILIES)} families at {', '.join(map(str, KILOBYTES))} KB"
    yield Row("slowest bomb", 1000, seconds[worst] * 1000, "ms", note=note, more={"seconds": seconds})
    yield Row("memory with every bomb", 256, bombs["megabytes"], "MB")
    yield Row("bombs that are lost, or on which something raised", 0.5, float(len(bombs["lost"])), "mails")
    yield from _mutated_rows("our golden mails", [path.read_bytes() for path in sorted(GOLDEN.glob("*.eml"))])
    folder = Path(os.environ.get("BYNAME_CORPUS") or "none")
    if (folder / "cases.jsonl").is_file():
        yield from _mutated_rows("the corpus", list(_mails_of(Corpus(folder))))
    else:
        print("corpus not present: set BYNAME_CORPUS to its folder", file=sys.stderr)
    yield from _big_rows()


def _mutated_rows(whose: str, those: list[bytes]) -> Iterator[Row]:
    seconds, lost = _read(mutated(those, MUTATED))
    note = f"{MUTATED:,} of {whose}, {len(those)} mails; {spread([each * 1000 for each in seconds], 'ms')}"
    yield Row(f"slowest mutated mail of {whose}", 1000, max(seconds) * 1000, "ms", note=note)
    yield Row(f"mutated mails of {whose} that are lost", 0.5, float(lost), "mails")


def _mails_of(corpus: Corpus) -> Iterator[bytes]:
    for case in corpus.cases():
        if case["input_kind"] == "eml" and "file" in case:
            yield corpus.read(case["file"])


def _big_rows() -> Iterator[Row]:
    with other_side.started() as aws:
        _alone("send", aws.environment)
        found = _alone("big", aws.environment)
    milliseconds = [each * 1000 for each in found["seconds"]]
    note = f"{spread(milliseconds, 'ms')}; S3 in another process, over {aws.scheme}; {found['files']} file handed over"
    yield Row("CPU for a mail of 25 MB, its file put into S3", 180, middle(milliseconds), "ms", note=note)
    name = "memory with a mail of 25 MB, its file put into S3"
    yield Row(name, 250, found["megabytes"], "MB", note="Python, our clients and the raw mail included")


# --- in a process of its own -----------------------------------------------------------------------------------


def _alone(what: str, environment: dict[str, str] | None = None) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.hostile", what]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{what} were not read: {done.stderr[-2_000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _read(raws: Iterable[bytes]) -> tuple[list[float], int]:
    """CPU seconds of each, and how many were lost."""
    seconds, lost = [], 0
    for raw in raws:
        begun = time.process_time()
        try:
            inbound = _parsed(raw)
        except Exception:  # it never should: counted, whatever it is
            inbound = None
        seconds.append(time.process_time() - begun)
        lost += inbound is None or _is_lost(inbound, raw)
    return seconds, lost


def _parsed(raw: bytes) -> Inbound:
    return parse(raw, Delivery("inbound/bench", Channel.MAIL, AT, ("support@help.harris.example",)))


def _is_lost(inbound: Inbound, raw: bytes) -> bool:
    """The net below the parser caught it, or its size is forgotten; what is opaque goes along as it came."""
    return "reading it failed" in inbound.defect or inbound.size != len(raw)


def _bombs() -> dict[str, object]:
    seconds, lost = {}, []
    for family, made in FAMILIES.items():
        for kilobytes in KILOBYTES:
            name = f"{family}, {kilobytes} KB"
            (seconds[name],), lost_here = _read((made(kilobytes * 1024),))
            lost += [name] * lost_here
    return {"seconds": seconds, "lost": lost, "megabytes": _megabytes()}


def _send() -> dict[str, object]:
    """In another process than what is measured: writing it takes more than reading it."""
    S3Files(clients.s3(), mails.BUCKET).write("inbound/big", _big_mail(), "message/rfc822")
    return {}


def _big() -> dict[str, object]:
    """As `receive_mail` does: read the raw mail from S3, parse it, put its files into S3."""
    files = S3Files(clients.s3(), mails.BUCKET)
    seconds, count = [], 0
    for _ in range(TIMES):
        raw = files.read("inbound/big")
        begun = time.process_time()
        inbound = _parsed(raw)
        for attachment in inbound.attachments:
            files.write(attachment.ref.key, attachment.content, attachment.ref.content_type)
        seconds.append(time.process_time() - begun)
        count = len(inbound.attachments)
        del attachment, inbound, raw
    return {"seconds": seconds, "files": count, "megabytes": _megabytes()}


def _big_mail() -> bytes:
    head = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nThe plans.\r\n--b\r\n"
    )
    name = b'Content-Type: application/pdf; name="plans.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    lines = encodebytes(random.Random(1).randbytes(BIG * 57 // 78)).replace(b"\n", b"\r\n")
    return HEADER + head + name + lines + b"\r\n--b--\r\n"


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


ALONE = {"bombs": _bombs, "send": _send, "big": _big}


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(ALONE[sys.argv[1]]()))
    else:
        sys.exit(report("hostile", rows()))
