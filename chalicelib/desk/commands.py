"""The lines a staff member can write to the desk.

None is carried out yet. A line that looks like one is noticed all the same, because relaying it to a customer would be
worse than asking.
"""

from __future__ import annotations

import re

_LOOKS_LIKE_ONE = re.compile(r"^[ \t]*(#[A-Za-z][\w-]*(?:[ \t].{0,200})?)[ \t]*$", re.MULTILINE)


def command_line(text: str) -> str:
    """The first line that looks like a command (`#by friday 4pm`), or empty. `#4471` is an order number."""
    match = _LOOKS_LIKE_ONE.search(text)
    return match[1].strip() if match else ""
