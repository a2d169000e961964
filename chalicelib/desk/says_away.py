"""What an automatic answer says of somebody's absence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SaysAway:
    """Their own words, as far as they could be understood."""

    back_on: date | None = None
    """The first day they are there again; None when no day is named."""
    cover: str = ""
    """Address of whom to write to meanwhile; empty when nobody's is named."""
    cover_words: str = ""
    """The line that names whom to turn to, for a person to read."""
