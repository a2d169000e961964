"""The key ring that signs our reply addresses, kept in Secrets Manager so that keys can be changed.

    {"newest": "1", "0": "<64 letters and digits>", "1": "<64 letters and digits>"}

Flat, because that is all CloudFormation's GenerateSecretString can write: so no key ever passes through anybody's
hands. To change keys, add one under a new character, make it `newest`, and keep the old ones while their addresses are
still in people's mailboxes.
"""

from __future__ import annotations

import json
import secrets
import string
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from chalicelib.aws.clients import reaching
from chalicelib.desk.model import CROCKFORD
from chalicelib.desk.signed_addresses import KeyRing
from chalicelib.errors import Misconfigured, Unavailable

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

KEY_LENGTH = 64
"""Of a new key; one of 62 letters and digits is 5.9 bits."""
SHORTEST_KEY = 43
"""256 bits."""
KEPT_SECONDS = 300.0
"""A changed ring reaches every running Lambda within this time."""

_kept: dict[str, tuple[float, KeyRing]] = {}
"""By secret name: good until (on the monotonic clock), and the ring."""


def key_ring(client: SecretsManagerClient, name: str, seconds: Callable[[], float] = time.monotonic) -> KeyRing:
    """The ring under this secret name, asked for at most every five minutes. Raises Misconfigured, Unavailable."""
    now = seconds()
    good_until, ring = _kept.get(name, (0.0, None))
    if ring is not None and now < good_until:
        return ring
    try:
        ring = read_ring(_secret(client, name), name)
    except Unavailable:
        if ring is None:
            raise  # else the keys we know are good: whoever changes keys keeps the old ones for a while
    _kept[name] = (now + KEPT_SECONDS, ring)
    return ring


def read_ring(text: str, name: str) -> KeyRing:
    """The ring in a secret's text. Raises Misconfigured with what is wrong and the mend."""
    try:
        written = json.loads(text)
        newest = str(written.pop("newest"))
        keys = {str(kid): key.encode("ascii") for kid, key in written.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _broken(name, "cannot be read") from error
    if newest not in keys:
        raise _broken(name, f"has no key {newest!r}, which it calls the newest")
    if any(len(kid) != 1 or kid not in CROCKFORD or len(key) < SHORTEST_KEY for kid, key in keys.items()):
        raise _broken(name, f"has a key that is not one of {CROCKFORD} or has fewer than {SHORTEST_KEY} characters")
    return KeyRing(keys, newest)


def new_ring() -> str:
    """The text of a fresh ring with one key. `read_ring` reads it."""
    key = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(KEY_LENGTH))
    return json.dumps({"newest": "1", "1": key})


def _secret(client: SecretsManagerClient, name: str) -> str:
    with reaching("key ring"):
        try:
            return client.get_secret_value(SecretId=name).get("SecretString", "")
        except client.exceptions.ResourceNotFoundException as error:
            raise _broken(name, "is not there") from error


def _broken(name: str, what: str) -> Misconfigured:
    shape = '{"newest": "1", "1": "<64 letters and digits>"}'
    return Misconfigured(f"The secret {name} {what}. Deploy again to have one made, or store {shape} there.")
