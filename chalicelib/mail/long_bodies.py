"""Long bodies are walked past, not loaded: a parser that reads line by line takes a second for 25 MB, we a blink.

What lies between two boundary lines is the header of a part and its body. Instead of the body the parser gets a mark
that says where its bytes are; they are put back when the part is decoded, once. A part that is a mail or a report has
more headers in its body: of such a one the beginning is left where it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

WALKED = 8 * 1024
"""Bytes of a mail from which on it is walked."""
LONG = 2 * 1024
LONG_MAIL = 256 * 1024
KEPT = 128 * 1024
"""Bytes at the beginning of an attached mail that the parser sees: more than any header we read."""

_BLANK_LINE = re.compile(rb"\n\r?\n")
_BOUNDARY = re.compile(rb"--(?<=[\r\n]--)")


@dataclass(frozen=True, slots=True)
class LongBodies:
    """A mail without most of its long bodies, and the way back."""

    short: bytes
    """What the parser reads. A mail without long bodies, as it is."""
    raw: bytes = b""
    spans: tuple[tuple[int, int], ...] = ()
    """Where in `raw` the bytes left out begin and end."""
    mark: bytes = b""

    def whole(self, data: bytes) -> bytes:
        """`data`, taken from `short`, with what was left out of it put back."""
        if not self.spans or self.mark not in data:
            return data
        begin, *pieces = data.split(self.mark)
        found = [begin]
        for piece in pieces:
            number, _, rest = piece.partition(b"]")
            start, end = self.spans[int(number)]
            found += (memoryview(self.raw)[start:end], rest)  # type: ignore[arg-type] # join takes any bytes
        return b"".join(found)


def walk(raw: bytes) -> LongBodies:
    """The mail as it may be parsed. Linear, and quick: a body without dashes is searched at a gigabyte a second."""
    spans = tuple(_long_spans(raw)) if len(raw) > WALKED else ()
    if not spans:
        return LongBodies(raw)
    edges = [0, *(place for span in spans for place in span), len(raw)]
    kept = [raw[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
    mark = _unused(kept)
    short = b"".join(b"%s%s%d]" % (piece, mark, number) for number, piece in enumerate(kept[:-1])) + kept[-1]
    return LongBodies(short, raw, spans, mark)


def _long_spans(raw: bytes) -> Iterator[tuple[int, int]]:
    """From the end of a header to the line end before the next boundary."""
    start = 0
    for end in (*(match.start() for match in _BOUNDARY.finditer(raw)), len(raw)):
        if end - start > LONG:
            cut = _first_cut(raw, start, end)
            last = end - len(_line_end(raw[end - 2 : end]))
            if start < cut < last:
                yield cut, last
        start = end


def _first_cut(raw: bytes, start: int, end: int) -> int:
    """Where what the parser needs of this part is over; 0 when it needs all."""
    blank = _BLANK_LINE.search(raw, start, min(end, start + KEPT))
    if blank:
        header = raw[start : blank.end()].lower()
        if b"content-" in header and b"message/" not in header:  # without a type it may be a mail in a digest
            return blank.end()
    return raw.rfind(b"\n", start, start + KEPT) + 1 if end - start > LONG_MAIL else 0


def _line_end(last_two: bytes) -> bytes:
    return last_two if last_two == b"\r\n" else last_two[1:] if last_two[1:] in (b"\n", b"\r") else b""


def _unused(kept: list[bytes]) -> bytes:
    """A mark that none of these pieces holds."""
    number = 0
    while any(b"[long body %d:" % number in piece for piece in kept):
        number += 1
    return b"[long body %d:" % number
