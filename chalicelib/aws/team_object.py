"""The newest team, as `byname team push` left it in the mail bucket: one signed GET, without a client.

The contact page needs the team and nothing else of AWS, and must not wait for more (docs/decisions/012). Credentials
and region are those Lambda puts into the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from chalicelib.aws.connection import Answer, Endpoint
from chalicelib.aws.signature import Credentials, Signer, credentials_in
from chalicelib.errors import Unavailable

KEY = "team/current.json"
SECONDS = 2.0
"""How long the bucket may take. A customer waits; the team we know will do."""


@dataclass(frozen=True, slots=True)
class TeamObject:
    """The object as it was found: its text, and the ETag that tells whether it changed since."""

    text: str
    etag: str


def fetch(bucket: str, environment: Mapping[str, str], known_etag: str = "") -> TeamObject | None:
    """The object in this bucket; None when there is none, or none newer than `known_etag`. Raises Unavailable."""
    credentials = credentials_in(environment)
    if credentials is None:
        return None
    known = {"if-none-match": known_etag} if known_etag else {}
    found = _get(bucket, environment, credentials, known)
    if found.status >= 500:  # now and then S3 asks to be asked once more (503 Slow Down)
        found = _get(bucket, environment, credentials, known)
    if found.status in (304, 404):
        return None
    if found.status != 200:
        raise Unavailable(f"the team in the mail bucket: HTTP {found.status}")
    return TeamObject(found.content.decode("utf-8", "replace"), found.headers.get("etag", ""))


def _get(bucket: str, environment: Mapping[str, str], credentials: Credentials, headers: dict[str, str]) -> Answer:
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or ""
    endpoint = Endpoint(_url(bucket, region, environment), SECONDS)
    path = f"{endpoint.path}/{quote(KEY)}"
    signed = Signer(credentials, region, "s3").headers("GET", endpoint.host, path, headers, b"", datetime.now(UTC))
    try:
        return endpoint.exchange("GET", path, signed)
    except Exception as error:  # the line's, in botocore's words
        raise Unavailable(f"the team in the mail bucket: {type(error).__name__}") from error
    finally:
        endpoint.close()


def _url(bucket: str, region: str, environment: Mapping[str, str]) -> str:
    """As boto3 finds it: an endpoint in the environment, else the region's own."""
    elsewhere = environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL")
    return f"{elsewhere.rstrip('/')}/{bucket}" if elsewhere else f"https://{bucket}.s3.{region}.amazonaws.com"
