"""A table of word pieces, each a row of small numbers that say what it means; a text is the sum of its rows.

The file is mapped into memory, never read whole: magic, length of the header, JSON header, the pieces (one a line),
then the rows. A number takes four bits (1 to 15, 8 is zero). A row is a line of 16-bit lanes: the lowest four bits of
lane n are number n, the next four number n + lanes, and so on. So one Python integer holds a row, and adding masked
integers adds all its numbers at once.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import struct
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chalicelib.errors import Misconfigured
from chalicelib.triage.pieces import pieces

MAGIC = b"BNWT"
FORMAT = 1
ZERO = 8
"""The four bits that stand for nothing."""
MOST_PIECES = 256
"""Of one sentence: more would not fit the lanes of `columns`."""
_CACHED = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class WordTable:
    """The rows of one language. Vectors of tables with the same `space` can be compared."""

    language: str
    space: str
    """Names the vectors' meaning: what was learned in one space says nothing in another."""
    digest: str
    """SHA-256 of pieces and rows."""
    dims: int
    _data: mmap.mmap
    _places: dict[str, int]
    """Where the row of each piece begins in the file."""
    _mask: int
    _known: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def rows(self, word: str) -> tuple[int, ...]:
        """Where the rows of a word's pieces begin; none when no piece of it is known."""
        found = self._known.get(word)
        if found is None:
            found = tuple(self._places[piece] for piece in pieces(word, self._places))
            if len(self._known) < _CACHED:
                self._known[word] = found
        return found

    def sums(self, rows: Sequence[int]) -> array[int]:
        """The sum of these rows, number by number; each row counts ZERO more than it means."""
        first = second = third = fourth = 0
        data, width, mask, number = self._data, self.dims // 2, self._mask, int.from_bytes
        for begin in rows:
            row = number(data[begin : begin + width], "little")
            first += row & mask
            second += row >> 4 & mask
            third += row >> 8 & mask
            fourth += row >> 12 & mask
        lanes = (lane.to_bytes(width, "little") for lane in (first, second, third, fourth))
        return array("H", b"".join(lanes))


def open_table(path: Path) -> WordTable:
    """The table in this file. Raises Misconfigured when it is none, or of another format."""
    with path.open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if data[:4] != MAGIC:
        raise Misconfigured(f"{path.name} is not a word table")
    (length,) = struct.unpack("<I", data[4:8])
    header = json.loads(data[8 : 8 + length])
    if header["format"] != FORMAT:
        raise Misconfigured(f"{path.name} is of format {header['format']}; this byname reads {FORMAT}")
    dims, begin = header["dims"], 8 + length
    rows_begin, width = begin + header["pieces_bytes"], dims // 2
    known = data[begin:rows_begin].decode("utf-8").split("\n")
    if len(data) != rows_begin + len(known) * width:
        raise Misconfigured(f"{path.name} is not whole")
    places = dict(zip(known, range(rows_begin, len(data), width), strict=True))
    mask = int.from_bytes(b"\x0f\x00" * (dims // 4), "little")
    return WordTable(header["language"], header["space"], header["digest"], dims, data, places, mask)


def table_bytes(language: str, space: str, rows: Iterable[tuple[str, Sequence[int]]]) -> bytes:
    """The inverse: the file for these pieces, each with its numbers from -7 to 7."""
    listed = list(rows)
    dims = len(listed[0][1])
    body = b"".join(_row_bytes(numbers) for _, numbers in listed)
    known = "\n".join(piece for piece, _ in listed).encode("utf-8")
    header = {
        "format": FORMAT,
        "language": language,
        "space": space,
        "dims": dims,
        "pieces_bytes": len(known),
        "digest": hashlib.sha256(known + body).hexdigest(),
    }
    written = json.dumps(header).encode("ascii")
    written += b" " * (-len(written) % 16)
    return MAGIC + struct.pack("<I", len(written)) + written + known + body


def _row_bytes(numbers: Sequence[int]) -> bytes:
    lanes = len(numbers) // 4
    raised = [number + ZERO for number in numbers]
    first, second, third, fourth = (raised[n * lanes : (n + 1) * lanes] for n in range(4))
    low = (a | b << 4 for a, b in zip(first, second, strict=True))
    high = (c | d << 4 for c, d in zip(third, fourth, strict=True))
    return bytes(byte for pair in zip(low, high, strict=True) for byte in pair)
