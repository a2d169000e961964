"""The key ring that signs our reply addresses, kept in Secrets Manager so that keys can be changed.

    {"newest": "1", "keys": {"0": "<32 bytes in base64>", "1": "<32 bytes in base64>"}}

To change keys, add one under a new character, make it `newest`, and keep the old ones while their addresses are still
in people's mailboxes.
"""

from __future__ import annotations

import json
import secrets
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING

from chalicelib.aws.clients import reaching
from chalicelib.desk.model import CROCKFORD
from chalicelib.desk.signed_addresses import KeyRing
from chalicelib.errors import Misconfigured

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

KEY_BYTES = 32
KEPT_SECONDS = 300.0
"""A changed ring reaches every running Lambda within this time."""

_kept: dict[str, tuple[float, KeyRing]] = {}
"""By secret name: good until (on the monotonic clock), and the ring."""


def key_ring(client: SecretsManagerClient, name: str, seconds: Callable[[], float] = time.monotonic) -> KeyRing:
    """The ring under this secret name, asked for at most every five minutes. Raises Misconfigured, Unavailable."""
    now = seconds()
    good_until, ring = _kept.get(name, (0.0, None))
    if ring is None or now >= good_until:
        ring = read_ring(_secret(client, name), name)
        _kept[name] = (now + KEPT_SECONDS, ring)
    return ring


def read_ring(text: str, name: str) -> KeyRing:
    """The ring in a secret's text. Raises Misconfigured with what is wrong and the mend."""
    try:
        written = json.loads(text)
        keys = {str(kid): b64decode(key, validate=True) for kid, key in written["keys"].items()}
        newest = str(written["newest"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _broken(name, "cannot be read") from error
    if newest not in keys:
        raise _broken(name, f"has no key {newest!r}, which it calls the newest")
    if any(len(kid) != 1 or kid not in CROCKFORD or len(key) != KEY_BYTES for kid, key in keys.items()):
        raise _broken(name, f"has a key that is not one of {CROCKFORD} or not {KEY_BYTES} bytes long")
    return KeyRing(keys, newest)


def new_ring() -> str:
    """The text of a fresh ring with one key. `read_ring` reads it."""
    key = b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    return json.dumps({"newest": "1", "keys": {"1": key}})


def _secret(client: SecretsManagerClient, name: str) -> str:
    with reaching("key ring"):
        try:
            return client.get_secret_value(SecretId=name).get("SecretString", "")
        except client.exceptions.ResourceNotFoundException as error:
            raise _broken(name, "is not there") from error


def _broken(name: str, what: str) -> Misconfigured:
    shape = '{"newest": "1", "keys": {"1": "<32 bytes in base64>"}}'
    return Misconfigured(f"The secret {name} {what}. Deploy again to have one made, or store {shape} there.")
