"""The lines a staff member can write to the desk.

None is carried out yet. A line that looks like one is noticed all the same, because relaying it to a customer would be
worse than asking.
"""

from __future__ import annotations

import re

FIRST_LINES = 3
"""Where people write a command. Further down only a known verb counts: signatures have hashtags, too."""
VERBS = frozenset(
    ("by", "rang", "send", "close", "closed", "solved", "give", "assign", "category", "waiting", "note", "away", "back")
)
_LOOKS_LIKE_ONE = re.compile(r"#([A-Za-z][\w-]*)(?:[ \t].*)?")


def command_line(text: str) -> str:
    """The first line that looks like a command (`#by friday 4pm`), or empty. `#4471` is an order number."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for place, line in enumerate(lines):
        match = _LOOKS_LIKE_ONE.fullmatch(line)
        if match and (place < FIRST_LINES or match[1].lower() in VERBS):
            return line[:200]
    return ""
