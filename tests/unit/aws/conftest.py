"""Real boto3 clients that never open a socket: botocore's Stubber answers for AWS and checks what was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from boto3.session import Session
from botocore.config import Config
from botocore.stub import Stubber

StubbedOf = Callable[[str], tuple[Any, Stubber]]


@pytest.fixture(scope="session")
def session() -> Session:
    return Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-1")


@pytest.fixture
def stubbed(session: Session) -> Iterator[StubbedOf]:
    """A client of a service and the stub that answers it; every prepared answer must have been asked for."""
    made: list[Stubber] = []

    def make(service: str) -> tuple[Any, Stubber]:
        once = Config(retries={"total_max_attempts": 1})
        client: Any = session.client(service, config=once)  # type: ignore[call-overload]  # the service is a name
        stub = Stubber(client)
        stub.activate()
        made.append(stub)
        return client, stub

    yield make
    for stub in made:
        stub.assert_no_pending_responses()
