"""Which language a text is in, from runs of one to four letters and whole words, in a table of 256 KB.

Each run is hashed to one of many rows; a row holds one byte a language, and the language with the highest sum speaks.
The file: magic, length of the header, JSON header, rows.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.errors import Misconfigured

MAGIC = b"BNLT"
FORMAT = 1
LONGEST_READ = 240
"""Letters: more say nothing new."""
ENOUGH = 160
"""Letters that tell a language of our mails."""
LONGEST_RUN = 4
_NOT_WORDS = re.compile(r"<[^>]+>|https?://\S+|\S+@\S+")
_NOT_LETTERS = re.compile(r"[\W\d_]+(?<!')|'(?!\w)")
_MOST_ADDED = 256
"""Bytes that fit a lane of 16 bits."""


def runs(text: str, longest: int = LONGEST_READ) -> list[str]:
    """Every run of letters and every word of a text: what the table has been made of, and is asked for."""
    letters = _letters(text, longest)
    return [*_runs(letters), *(f"W{word}" for word in letters.split())]


def _letters(text: str, longest: int) -> str:
    return f" {_NOT_LETTERS.sub(' ', _NOT_WORDS.sub(' ', text[: 2 * longest].lower())).strip()} "[:longest]


def _runs(letters: str) -> list[str]:
    return [letters[n : n + size] for size in range(1, LONGEST_RUN + 1) for n in range(len(letters) - size + 1)]


def row_of(run: str, rows: int) -> int:
    """Which row a run of letters belongs to; `rows` is a power of two."""
    return zlib.crc32(run.encode("utf-8")) & (rows - 1)


def _rows_of(text: str, rows: int) -> list[int]:
    """`row_of` each of the `runs` of a text's beginning, in a third of the time."""
    letters, mask, check = _letters(text, ENOUGH), rows - 1, zlib.crc32
    words = [check(f"W{word}".encode()) & mask for word in letters.split()]
    if not letters.isascii():
        return [*(check(run.encode()) & mask for run in _runs(letters)), *words]
    written = letters.encode()
    sizes = range(1, LONGEST_RUN + 1)
    return [*(check(written[n : n + k]) & mask for k in sizes for n in range(len(written) - k + 1)), *words]


@dataclass(frozen=True, slots=True)
class LanguageTable:
    """Byte n of a row speaks for language n."""

    languages: tuple[str, ...]
    step: float
    """What one unit of a byte is worth, in natural logarithms."""
    digest: str
    rows: int
    _data: bytes

    def evidence(self, text: str) -> dict[str, float]:
        """How much speaks for each language, in natural logarithms a run, higher is likelier; empty without letters."""
        found = _rows_of(text, self.rows)
        if len(found) <= LONGEST_RUN:
            return {}
        totals = self._totals(found)
        return {language: total * self.step for language, total in zip(self.languages, totals, strict=True)}

    def _totals(self, rows: Sequence[int]) -> list[int]:
        width, data, number = len(self.languages), self._data, int.from_bytes
        mask = number(b"\xff\x00" * ((width + 1) // 2), "little")
        totals = [0] * width
        for first in range(0, len(rows), _MOST_ADDED):
            low = high = 0
            for row in rows[first : first + _MOST_ADDED]:
                begin = row * width
                lanes = number(data[begin : begin + width], "little")
                low += lanes & mask
                high += lanes >> 8 & mask
            for n in range(width):
                lane = low if n % 2 == 0 else high
                totals[n] += lane >> (n // 2 * 16) & 0xFFFF
        return totals


def open_languages(path: Path) -> LanguageTable:
    """The table in this file. Raises Misconfigured when it is none."""
    data = path.read_bytes()
    if data[:4] != MAGIC:
        raise Misconfigured(f"{path.name} is not a table of languages")
    (length,) = struct.unpack("<I", data[4:8])
    header = json.loads(data[8 : 8 + length])
    if header["format"] != FORMAT:
        raise Misconfigured(f"{path.name} is of format {header['format']}; this byname reads {FORMAT}")
    rows = data[8 + length :]
    if len(rows) != header["rows"] * len(header["languages"]):
        raise Misconfigured(f"{path.name} is not whole")
    return LanguageTable(tuple(header["languages"]), header["step"], header["digest"], header["rows"], rows)


def language_bytes(languages: Sequence[str], step: float, rows: bytes) -> bytes:
    """The inverse: the file for these rows, one byte a language."""
    header = {
        "format": FORMAT,
        "languages": list(languages),
        "step": step,
        "rows": len(rows) // len(languages),
        "digest": hashlib.sha256(rows).hexdigest(),
    }
    written = json.dumps(header).encode("ascii")
    written += b" " * (-len(written) % 16)
    return MAGIC + struct.pack("<I", len(written)) + written + rows
