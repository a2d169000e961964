"""The mail bucket: raw mails, form posts, attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from chalicelib.aws.clients import reaching

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

BUCKET = "mail bucket"
HARMLESS = frozenset(("application/pdf", "image/gif", "image/jpeg", "image/png", "image/webp", "text/plain"))
"""Types a browser may be told. Everything else (HTML, SVG, scripts …) comes as mere bytes and cannot run."""


class S3Files:
    """ports.Files on one bucket."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read(self, key: str) -> bytes:
        """KeyError needs `s3:ListBucket`; without it S3 hides what is missing, and the answer is Unavailable."""
        with reaching(BUCKET):
            try:
                return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            except self._client.exceptions.NoSuchKey as error:
                raise KeyError(key) from error

    def write(self, key: str, content: bytes, content_type: str) -> None:
        with reaching(BUCKET):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType=content_type)

    def link(self, key: str, name: str, content_type: str, seconds: int) -> str:
        wanted = {
            "Bucket": self._bucket,
            "Key": key,
            "ResponseContentDisposition": disposition(name),
            "ResponseContentType": content_type if content_type in HARMLESS else "application/octet-stream",
        }
        with reaching(BUCKET):
            return self._client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=seconds)


def disposition(name: str) -> str:
    """A Content-Disposition that saves the file under `name`, never shows it (RFC 6266 4; RFC 8187 for the UTF-8)."""
    plain = "".join(sign if " " <= sign <= "~" and sign not in '"\\' else "_" for sign in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"
