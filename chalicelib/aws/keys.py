"""Where each row of the one table lies: (pk, sk) from the desk's own words. What the rows hold is in `items.py`."""

from __future__ import annotations

from chalicelib.desk.model import digest_base32

Key = tuple[str, str]
"""(pk, sk)"""

_KEY_BYTES = 800
"""A sort key may have 1,024 bytes; an S3 key alone may have as many."""


def thread_key(thread_id: str) -> Key:
    return f"THREAD#{thread_id}", "THREAD"


def letter_key(thread_id: str, key: str) -> Key:
    return f"THREAD#{thread_id}", f"LETTER#{_fitting(key)}"


def receipt_key(key: str) -> Key:
    return f"DELIVERY#{_fitting(key)}", "RECEIPT"


def copy_key(fingerprint: str) -> Key:
    """Where the receipt of the first of several copies of one mail lies."""
    return receipt_key(f"copy-{fingerprint}")


def sent_id_key(ses_id: str) -> Key:
    """By SES's bare id: recipients see it with a domain that differs by region."""
    bare, _, domain = ses_id.rpartition("@")
    local = bare if domain.endswith("amazonses.com") and bare else ses_id
    return _mail_id_key("sent", local)


def heard_key(message_id: str, sender: str) -> Key:
    """By Message-ID *and* sender: whoever repeats another's Message-ID finds nothing."""
    return _mail_id_key("heard", message_id, sender)


def customer_key(address: str) -> Key:
    return f"CUSTOMER#{_fitting(address)}", "CUSTOMER"


def staff_key(person: str) -> Key:
    return f"STAFF#{person}", "STAFF"


def limit_key(what: str, window: str) -> Key:
    return f"LIMIT#{_fitting(what)}#{window}", "LIMIT"


EVENTS_KEY: Key = ("EVENTS", "EVENTS")


def _mail_id_key(*parts: str) -> Key:
    return f"MAILID#{digest_base32(_clean(chr(10).join(parts)), 32)}", "MAILID"


def _fitting(part: str) -> str:
    """The part itself, or when it is too long for a key, its beginning and a digest."""
    part = _clean(part)
    return part if len(part.encode()) <= _KEY_BYTES else f"{part[:100]}~{digest_base32(part, 32)}"


def _clean(part: str) -> str:
    """Without half surrogate pairs, which are no text: `?` in their place."""
    return part.encode("utf-8", "replace").decode()
