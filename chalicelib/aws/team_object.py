"""The newest team, as `byname team push` left it in the mail bucket: one GET, signed without boto3.

The contact page needs the team and nothing else of AWS; boto3 would double its cold start for one small object
(docs/decisions/012). Credentials and region are those Lambda puts into the environment.

Source: S3 developer guide, "Authenticating Requests (AWS Signature Version 4), Using the Authorization Header".
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import quote, urlsplit

from chalicelib.errors import Unavailable

KEY = "team/current.json"
SECONDS = 2.0
"""How long the bucket may take. A customer waits; the team we know will do."""
_NOTHING = hashlib.sha256(b"").hexdigest()
_LARGEST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class TeamObject:
    """The object as it was found: its text, and the ETag that tells whether it changed since."""

    text: str
    etag: str


@dataclass(frozen=True, slots=True)
class Credentials:
    key_id: str
    secret: str
    token: str = ""


def fetch(bucket: str, environment: Mapping[str, str], known_etag: str = "") -> TeamObject | None:
    """The object in this bucket; None when there is none, or none newer than `known_etag`. Raises Unavailable."""
    credentials = _credentials(environment)
    if credentials is None:
        return None
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or ""
    url = urlsplit(_url(bucket, region, environment))
    headers = signed_headers(url.netloc, url.path, region, credentials, datetime.now(UTC))
    if known_etag:
        headers["If-None-Match"] = known_etag
    status, etag, content = _get(url.scheme, url.netloc, url.path, headers)
    if status in (304, 404):
        return None
    if status != 200:
        raise Unavailable(f"the team in the mail bucket: HTTP {status}")
    return TeamObject(content.decode("utf-8", "replace"), etag)


def _credentials(environment: Mapping[str, str]) -> Credentials | None:
    key_id, secret = environment.get("AWS_ACCESS_KEY_ID", ""), environment.get("AWS_SECRET_ACCESS_KEY", "")
    return Credentials(key_id, secret, environment.get("AWS_SESSION_TOKEN", "")) if key_id and secret else None


def _url(bucket: str, region: str, environment: Mapping[str, str]) -> str:
    """As boto3 finds it: an endpoint in the environment, else the region's own."""
    endpoint = environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL")
    if endpoint:
        return f"{endpoint.rstrip('/')}/{bucket}/{quote(KEY)}"
    return f"https://{bucket}.s3.{region}.amazonaws.com/{quote(KEY)}"


def signed_headers(host: str, path: str, region: str, credentials: Credentials, at: datetime) -> dict[str, str]:
    """The headers that make a GET of this path ours at this instant."""
    stamp = at.strftime("%Y%m%dT%H%M%SZ")
    headers = {"host": host, "x-amz-content-sha256": _NOTHING, "x-amz-date": stamp}
    if credentials.token:
        headers["x-amz-security-token"] = credentials.token
    names = ";".join(sorted(headers))
    listed = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = "\n".join(("GET", path, "", listed, names, _NOTHING))
    scope = f"{stamp[:8]}/{region}/s3/aws4_request"
    to_sign = "\n".join(("AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    key = f"AWS4{credentials.secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={credentials.key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return headers


def _get(scheme: str, host: str, path: str, headers: Mapping[str, str]) -> tuple[int, str, bytes]:
    """Status, ETag and content."""
    connection = (HTTPSConnection if scheme == "https" else HTTPConnection)(host, timeout=SECONDS)
    try:
        connection.request("GET", path, headers=dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.getheader("ETag", ""), answer.read(_LARGEST)
    except (OSError, HTTPException) as error:
        raise Unavailable(f"the team in the mail bucket: {type(error).__name__}") from error
    finally:
        connection.close()
