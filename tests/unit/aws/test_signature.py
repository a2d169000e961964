"""Our signatures are botocore's own, byte for byte: in a header, and in a link."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotoCredentials

from chalicelib.aws.signature import Credentials, Signer

REGION = "eu-west-2"
KEY_OR_ROLE = pytest.mark.parametrize("token", ["", "a/session+token="], ids=["long-lived keys", "a role's keys"])


def theirs(token: str) -> BotoCredentials:
    return BotoCredentials("AKIDEXAMPLE", "secret", token or None)


def ours(token: str, service: str) -> Signer:
    return Signer(Credentials("AKIDEXAMPLE", "secret", token), REGION, service)


def signed_at(request: Any) -> datetime:
    return datetime.strptime(request.context["timestamp"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


@KEY_OR_ROLE
@pytest.mark.parametrize("service", ["dynamodb", "secretsmanager", "sqs"])
def test_a_posts_signature_is_botocores(service: str, token: str) -> None:
    host, body = f"{service}.{REGION}.amazonaws.com", '{"Key": "grüße"}'.encode()
    headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": "Target.Operation"}
    request = AWSRequest("POST", f"https://{host}/", dict(headers), body)
    request.headers["x-amz-content-sha256"] = SigV4Auth(theirs(token), service, REGION).payload(request)
    SigV4Auth(theirs(token), service, REGION).add_auth(request)
    signed = ours(token, service).headers("POST", host, "/", headers, body, signed_at(request))
    assert signed["authorization"] == request.headers["Authorization"]


@KEY_OR_ROLE
@pytest.mark.parametrize("path", ["/team/current.json", "/inbound/mail%201%2B%C3%BC", "/a~b/c._-d"])
def test_an_objects_signature_is_botocores(path: str, token: str) -> None:
    host = f"acme-mail.s3.{REGION}.amazonaws.com"
    request = AWSRequest("GET", f"https://{host}{path}")
    S3SigV4Auth(theirs(token), "s3", REGION).add_auth(request)
    signed = ours(token, "s3").headers("GET", host, path, {}, b"", signed_at(request))
    assert signed["authorization"] == request.headers["Authorization"]


@KEY_OR_ROLE
def test_a_links_signature_is_botocores(token: str) -> None:
    host, path = f"acme-mail.s3.{REGION}.amazonaws.com", "/parts/x/1"
    query = {
        "response-content-disposition": "attachment; filename*=UTF-8''K%C3%BCche 1.jpg",
        "response-content-type": "image/jpeg",
    }
    request = AWSRequest("GET", f"https://{host}{path}", params=query)
    S3SigV4QueryAuth(theirs(token), "s3", REGION, expires=300).add_auth(request)
    signed = ours(token, "s3").query(host, path, query, 300, signed_at(request))
    assert dict(parse_qsl(signed)) == dict(parse_qsl(str(request.url).partition("?")[2]))


def test_no_secret_is_ever_shown() -> None:
    assert "secret" not in repr(ours("", "s3"))
