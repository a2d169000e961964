"""What reading an ordinary mail costs: `python -m bench.reading`. An answer to one of our letters, quote included.

Counted is the CPU of everything between the raw bytes and the Inbound: parse, text, and what they wrote this time.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from bench import mails
from bench.table import Row, middle, report, spread
from chalicelib.desk.model import Channel, Delivery
from chalicelib.mail.parse import parse

MAILS = 200
WARM_UP = 25
MUST = {"4 KB": (mails.small, 0.4), "48 KB": (mails.large, 1.5)}
_ANSWERS = b"Subject: Re: Our boiler is leaking again\r\nIn-Reply-To: <0102.x@eu-west-1.amazonses.com>"


def rows() -> Iterator[Row]:
    for size, (make, must) in MUST.items():
        raws = [make(number) for number in range(WARM_UP + MAILS)]
        samples = [_milliseconds(raw, number) for number, raw in enumerate(raws)][WARM_UP:]
        note = f"{spread(samples, 'ms')}, least {min(samples):.2f}"
        yield Row(f"CPU to read a mail of {size}", must, middle(samples), "ms", note=note)


def _milliseconds(raw: bytes, number: int) -> float:
    raw = raw.replace(b"Subject: Our boiler is leaking again", _ANSWERS, 1)
    at = datetime(2026, 11, 23, 9, 7, tzinfo=UTC)
    delivery = Delivery(mails.key_of(number), Channel.MAIL, at, (mails.RECIPIENT,), "jane@customer.example")
    begun = time.process_time()
    inbound = parse(raw, delivery)
    taken = time.process_time() - begun
    if inbound.defect or not inbound.is_reply:
        raise AssertionError(f"mail {number} was not read: {inbound.defect}")
    return taken * 1000


if __name__ == "__main__":
    sys.exit(report("reading", rows()))
