"""Reply addresses that say which thread, for which party, and cannot be guessed.

    support+0c7kq3md9x2a.n4s8…@help.acme.example
            ││└ thread ┘ └ MAC ┘    kid, purpose, 10 characters of thread id, 16 characters (80 bits) of HMAC-SHA256

Lower-case base32 only, so a mail server that folds case does no harm; at most 64 characters before the @ (RFC 5321
4.5.3.1.1). The MAC covers purpose, thread and party; the party is not in the address, so whoever reads it must
name the candidates. An address routes; it never authorises alone (`trust.py` does).
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.desk.model import CROCKFORD


class Purpose(StrEnum):
    """One purpose each; an address of one fails for every other."""

    CUSTOMER_REPLY = "c"
    STAFF_REPLY = "s"
    PRIVATE_NOTE = "n"
    FILES = "f"
    """Not an address but a link to the files of one message (party: its delivery key), on our own page."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by `kid` (one character). New addresses are signed with `newest`; any key in the ring reads."""

    keys: Mapping[str, bytes]
    newest: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What an address says, before anybody checked that it is ours."""

    kid: str
    purpose: Purpose
    thread_id: str
    mac: str


_TOKEN = re.compile(
    rf"(?P<kid>[{CROCKFORD}])(?P<purpose>[{''.join(Purpose)}])(?P<thread>[{CROCKFORD}]{{10}})\.(?P<mac>[{CROCKFORD}]{{16}})"
)


def write_address(receives_at: str, purpose: Purpose, thread_id: str, party: str, ring: KeyRing) -> str:
    """The signed form of a mailbox's `receives_at` for one thread, purpose and party (an address or a staff key)."""
    local, _, domain = receives_at.rpartition("@")
    return f"{local}+{write_token(purpose, thread_id, party, ring)}@{domain}"


def write_token(purpose: Purpose, thread_id: str, party: str, ring: KeyRing) -> str:
    """The signed part alone, for a link."""
    return f"{ring.newest}{purpose}{thread_id}.{_mac(ring.keys[ring.newest], purpose, thread_id, party)}"


def read_claim(address: str) -> Claim | None:
    """What a signed address claims; None when it has not the form of one. Proves nothing."""
    local, at, _ = address.lower().rpartition("@")
    return read_token(local.rpartition("+")[2]) if at and "+" in local else None


def read_token(token: str) -> Claim | None:
    """The same for the signed part alone."""
    match = _TOKEN.fullmatch(token.lower())
    if match is None:
        return None
    return Claim(match["kid"], Purpose(match["purpose"]), match["thread"], match["mac"])


def party_of(claim: Claim, candidates: Iterable[str], ring: KeyRing) -> str | None:
    """Which of the candidates this address was made for; None when for none of them, or not by us.

    Every key is tried, not the named one alone: when two rings are put together, a key may get another name, and the
    addresses it signed are out there under the old one. Every pair is compared, so the time taken tells nothing.
    """
    found = None
    for party in candidates:
        for key in ring.keys.values():
            if hmac.compare_digest(_mac(key, claim.purpose, claim.thread_id, party), claim.mac):
                found = party
    return found


def _mac(key: bytes, purpose: Purpose, thread_id: str, party: str) -> str:
    digest = hmac.digest(key, "\n".join(("address", "v1", purpose, thread_id, party)).encode(), "sha256")
    number = int.from_bytes(digest[:10], "big")
    return "".join(CROCKFORD[(number >> (75 - 5 * place)) & 31] for place in range(16))
