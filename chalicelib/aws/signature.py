"""AWS's Signature Version 4, by the standard library: in the header of a request, or in a link that works for a while.

Source: IAM user guide, "Create a signed AWS API request"; S3 API reference, "Authenticating Requests: Using Query
Parameters". A test holds both against botocore's own signer.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """As Lambda puts them into the environment."""

    key_id: str
    secret: str
    token: str = ""


def credentials_in(environment: Mapping[str, str]) -> Credentials | None:
    """Those of this function; None where there are none."""
    key_id, secret = environment.get("AWS_ACCESS_KEY_ID", ""), environment.get("AWS_SECRET_ACCESS_KEY", "")
    return Credentials(key_id, secret, environment.get("AWS_SESSION_TOKEN", "")) if key_id and secret else None


@dataclass(frozen=True, slots=True)
class Signer:
    """For one service in one region: `dynamodb`, `s3`, `ses`, `sqs`, `secretsmanager`."""

    credentials: Credentials
    region: str
    service: str

    def headers(
        self, method: str, host: str, path: str, headers: Mapping[str, str], body: bytes, at: datetime
    ) -> dict[str, str]:
        """These headers (lower case) and those that sign them. `path`: as it is sent, without a query."""
        stamp, digest = _stamp(at), hashlib.sha256(body).hexdigest()
        signed = {**headers, "host": host, "x-amz-date": stamp, "x-amz-content-sha256": digest}
        if self.credentials.token:
            signed["x-amz-security-token"] = self.credentials.token
        names = ";".join(sorted(signed))
        listed = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
        scope, signature = self._sign("\n".join((method, path, "", listed, names, digest)), stamp)
        credential = f"{self.credentials.key_id}/{scope}"
        signed["authorization"] = f"{_ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={signature}"
        return signed

    def query(self, host: str, path: str, query: Mapping[str, str], seconds: int, at: datetime) -> str:
        """The query of a GET that whoever has the link may make, for that long."""
        stamp = _stamp(at)
        wanted = {
            **query,
            "X-Amz-Algorithm": _ALGORITHM,
            "X-Amz-Credential": f"{self.credentials.key_id}/{self._scope(stamp)}",
            "X-Amz-Date": stamp,
            "X-Amz-Expires": str(seconds),
            "X-Amz-SignedHeaders": "host",
        }
        if self.credentials.token:
            wanted["X-Amz-Security-Token"] = self.credentials.token
        text = "&".join(sorted(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in wanted.items()))
        _, signature = self._sign("\n".join(("GET", path, text, f"host:{host}\n", "host", "UNSIGNED-PAYLOAD")), stamp)
        return f"{text}&X-Amz-Signature={signature}"

    def _scope(self, stamp: str) -> str:
        return f"{stamp[:8]}/{self.region}/{self.service}/aws4_request"

    def _sign(self, canonical: str, stamp: str) -> tuple[str, str]:
        scope = self._scope(stamp)
        to_sign = "\n".join((_ALGORITHM, stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()))
        return scope, hmac.digest(_key(self.credentials.secret, scope), to_sign.encode(), "sha256").hex()


@lru_cache(maxsize=8)
def _key(secret: str, scope: str) -> bytes:
    """The day's key for one service."""
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _stamp(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%SZ")
