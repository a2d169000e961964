"""How patient each client is, and what importing the edge costs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib.aws import clients


@pytest.fixture(autouse=True)
def _somewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    clients.forget()
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    yield
    clients.forget()


def test_a_client_is_made_once() -> None:
    assert clients.dynamodb() is clients.dynamodb()


def test_ses_is_asked_once_and_the_others_up_to_three_times() -> None:
    made: dict[str, Callable[[], Any]] = {
        "ses": clients.ses,
        "dynamodb": clients.dynamodb,
        "s3": clients.s3,
        "sqs": clients.sqs,
        "secretsmanager": clients.secretsmanager,
    }
    attempts = {name: make().attempts for name, make in made.items()}
    assert attempts == {"ses": 1, "dynamodb": 3, "s3": 3, "sqs": 3, "secretsmanager": 3}


def test_importing_the_edge_does_not_import_boto3() -> None:
    edge = ["codec", "clients", "events", "files", "items", "queue", "secrets", "sender", "store", "writes"]
    program = "import sys\n" + "".join(f"import chalicelib.aws.{name}\n" for name in edge)
    program += "print(sorted({'boto3', 'botocore', 'aws_lambda_powertools'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"


def test_what_could_not_be_reached_is_said_without_what_was_asked() -> None:
    from botocore.exceptions import ClientError

    from chalicelib.errors import Unavailable

    with pytest.raises(Unavailable) as unavailable, clients.reaching("mail bucket"):
        raise ClientError({"Error": {"Code": "SlowDown", "Message": "jane@customer.example"}}, "GetObject")
    assert str(unavailable.value) == "mail bucket: SlowDown"
