"""Records as a zone file has them, to paste into BIND or into a provider's import form. Pure.

Source: RFC 1035 section 5 (master files) and 3.3 (a character string has 255 bytes at most).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from byname.cloud.records import Record

TTL = 3600
"""Seconds; an hour, so that a mistake is no longer than an hour's."""
_LONGEST = 255


def zone_file(records: Iterable[Record], zones: Mapping[str, str]) -> str:
    """A part for each zone (`$ORIGIN`), names relative to it. `zones`: record name → its zone."""
    parts: dict[str, list[Record]] = {}
    for record in records:
        parts.setdefault(zones[record.name], []).append(record)
    return "\n".join(_part(zone, inside) for zone, inside in parts.items())


def _part(zone: str, records: list[Record]) -> str:
    rows = [(relative(record.name, zone), record.kind, value_of(record)) for record in records]
    width = max(len(name) for name, _, _ in rows)
    lines = [f"{name.ljust(width)} {TTL} IN {kind.ljust(5)} {value}" for name, kind, value in rows]
    return "\n".join([f"$ORIGIN {zone}.", *lines]) + "\n"


def relative(name: str, zone: str) -> str:
    """`bounce.harris.example` in harris.example is `bounce`; the zone itself is `@`."""
    return "@" if name == zone else name.removesuffix(f".{zone}")


def value_of(record: Record) -> str:
    """The value as a zone file writes it: host names with their last dot, text in quotes."""
    return quoted(record.value) if record.kind == "TXT" else f"{record.value}."


def quoted(text: str) -> str:
    """Text in quotes, in pieces of 255 bytes at most; what is not plain ASCII as three digits."""
    content = text.encode()
    pieces = [content[start : start + _LONGEST] for start in range(0, len(content), _LONGEST)] or [b""]
    return " ".join('"' + "".join(map(_escaped, piece)) + '"' for piece in pieces)


def _escaped(byte: int) -> str:
    letter = chr(byte)
    if letter in '"\\':
        return "\\" + letter
    return letter if 32 <= byte < 127 else f"\\{byte:03d}"
