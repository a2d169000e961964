"""What the laboratory's mail provider says of a sender: everyone passes, aligned, unless a file says otherwise.

    ["jane@customer.example"]        # one sender …
    dmarc = "gray"
    spf = "fail"

    ["@spoofed.example"]             # … or everyone at a domain
    dkim = "fail"
    dmarc = "fail"
    signed_by = "bulk-mailer.example"    # whose DKIM signature it carries; the From domain when left out

The same may be written as JSON. `app.py` knows nothing of this: it reads SES's own words from the mail and the notice.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from chalicelib.errors import Fault, Refused

WORDS = ("pass", "fail", "gray", "processing_failed")


@dataclass(frozen=True, slots=True)
class Verdict:
    """SES's five answers about one mail, in lower case."""

    spf: str = "pass"
    dkim: str = "pass"
    dmarc: str = "pass"
    spam: str = "pass"
    virus: str = "pass"
    signed_by: str = ""
    """The domain of the DKIM signature; empty: the From domain's own."""


class Verdicts:
    """Verdicts by sender address, then by @domain, then the default."""

    def __init__(self, by_sender: Mapping[str, Verdict] | None = None, otherwise: Verdict | None = None) -> None:
        self._by_sender = {sender.lower(): verdict for sender, verdict in (by_sender or {}).items()}
        self._otherwise = otherwise or Verdict()

    def of(self, sender: str) -> Verdict:
        """The verdict on a mail whose From line holds this address. A mail without one cannot pass DKIM or DMARC."""
        sender = sender.lower()
        domain = "@" + sender.rpartition("@")[2]
        known = self._by_sender.get(sender) or self._by_sender.get(domain)
        if known is None and not sender:
            return replace(self._otherwise, dkim="gray", dmarc="gray")
        return known or self._otherwise


def read_verdicts(path: Path) -> Verdicts:
    """The verdicts of a TOML or JSON file. Raises Refused with every fault at once."""
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise Refused(Fault(str(path), f"I could not read it: {error.strerror}.", "UNREADABLE")) from error
    try:
        entries = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except ValueError as error:
        raise Refused(Fault(str(path), f"It is neither TOML nor (named .json) JSON: {error}.", "SYNTAX")) from error
    return _verdicts(entries)


def _verdicts(entries: Any) -> Verdicts:
    if not isinstance(entries, dict):
        mend = 'Write senders with their verdicts: {"@spoofed.example": {"dmarc": "fail"}}.'
        raise Refused(Fault("the file", mend, "SHAPE"))
    faults = [fault for sender, entry in entries.items() for fault in _faults(sender, entry)]
    if faults:
        raise Refused(*faults)
    return Verdicts({sender: Verdict(**entry) for sender, entry in entries.items()})


def _faults(sender: str, entry: Any) -> list[Fault]:
    if "@" not in sender:
        return [Fault(sender, f"Name a sender (jane@{sender}) or a whole domain (@{sender}).", "SENDER")]
    if not isinstance(entry, dict):
        return [Fault(sender, 'Write what is judged: dmarc = "fail".', "SHAPE")]
    known = [field.name for field in fields(Verdict)]
    faults = [
        Fault(f"{sender}.{name}", f"Nobody judges that; there are {', '.join(known)}.", "UNKNOWN")
        for name in entry
        if name not in known
    ]
    return faults + [
        Fault(f"{sender}.{name}", f'"{word}" is no verdict; there are {", ".join(WORDS)}.', "VERDICT")
        for name, word in entry.items()
        if name in known and name != "signed_by" and word not in WORDS
    ]
