"""What is always about one category, because the firm says so: some senders, some words, numbers of some form."""

from __future__ import annotations

import re
from functools import lru_cache

from chalicelib.desk.model import Inbound
from chalicelib.desk.team import Category


def what_settles(category: Category, inbound: Inbound) -> str:
    """What of `always` this message has, in words (`mail from bank.example`, `"INV-2207"`); empty when it has none."""
    sender, text = inbound.sender, f"{inbound.subject}\n{inbound.fresh_text}"
    for settled in category.always:
        if "@" in settled:
            if settled in (sender.email, f"@{sender.domain}"):
                return f"mail from {sender.email if settled == sender.email else sender.domain}"
        elif found := _pattern(settled).search(text):
            return f'"{" ".join(found[0].split())}"'
    return ""


@lru_cache(maxsize=1024)
def _pattern(written: str) -> re.Pattern[str]:
    """Whole words, case ignored: `#` is one digit, `*` any letters and digits, a space any space."""
    parts = {"#": r"\d", "*": r"\w*", " ": r"\s+"}
    letters = "".join(parts.get(letter, re.escape(letter)) for letter in " ".join(written.split()))
    return re.compile(rf"(?<!\w){letters}(?!\w)", re.IGNORECASE)
