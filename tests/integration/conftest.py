"""An AWS to talk to: ministack as a child process, started once; and DynamoDB Local where `DDB_LOCAL_JAR` names it.

Both listen on loopback alone. Every test makes its own table, so nothing has to be cleaned up between tests.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from boto3.session import Session
from botocore.config import Config

if TYPE_CHECKING:
    from tests.integration.ses_alone import SesAlone
    from tests.integration.stack_harness import LabStack

START_WITHIN = 60.0
"""Seconds, on a loaded machine; one second is usual."""
REGION = "eu-west-1"
PRETENCE = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
}


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where ministack listens: `http://127.0.0.1:<port>`."""
    home, port = tmp_path_factory.mktemp("ministack"), free_port()
    settings = {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "STATE_DIR": str(home / "state"),
        "S3_DATA_DIR": str(home / "s3"),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
    }
    with child([sys.executable, "-m", "ministack"], settings, home) as process:
        wait_until_it_answers(process, f"http://127.0.0.1:{port}/_ministack/health")
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def ddb_local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where DynamoDB Local listens: Amazon's own code as a second opinion. Its licence keeps it out of a repository."""
    jar = os.environ["DDB_LOCAL_JAR"]  # the contract asks for this only where it is set
    home, port = tmp_path_factory.mktemp("ddb_local"), free_port()
    library = Path(jar).resolve().parent / "DynamoDBLocal_lib"
    command = ["java", "-Xmx256m", f"-Djava.library.path={library}", "-jar", jar]
    command += ["-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)]
    with child(command, {}, home) as process:
        wait_until_it_answers(process, f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabStack]:
    """The stack that goes to AWS, created on this machine; once, because its schedule takes a minute to come round."""
    from tests.integration.stack_harness import lab_stack

    with lab_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture
def ses_alone() -> Iterator[SesAlone]:
    """SES's receipt rules, in an account where nothing else is."""
    from tests.integration import ses_alone

    with ses_alone.ses_alone() as alone:
        yield alone


@pytest.fixture(scope="session")
def client_of() -> Iterator[Callable[[str, str], Any]]:
    """A client of a service at an endpoint, made once: making one takes longer than most tests."""

    @cache
    def make(service: str, endpoint: str) -> Any:
        session = Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
        patient = Config(read_timeout=30, max_pool_connections=20, retries={"total_max_attempts": 1})
        client: Any = session.client(service, endpoint_url=endpoint, config=patient)  # type: ignore[call-overload]  # the service is a name
        made.append(client)
        return client

    made: list[Any] = []
    yield make
    for client in made:
        client.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def child(command: list[str], settings: dict[str, str], home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends with the `with`; what it says is in `home/log`."""
    environment = {**os.environ, **PRETENCE, **settings}
    with open(home / "log", "wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=home, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.terminate()
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until_it_answers(process: subprocess.Popen[bytes], address: str) -> None:
    """Any HTTP answer will do: DynamoDB Local says 400 to whoever only knocks."""
    give_up = time.monotonic() + START_WITHIN
    while time.monotonic() < give_up:
        assert process.poll() is None, f"{process.args!r} ended with {process.returncode} before it answered"
        try:
            urllib.request.urlopen(address, timeout=1).close()
            return
        except urllib.error.HTTPError as answer:
            answer.close()
            return
        except OSError:
            time.sleep(0.05)  # a health check has nothing to await
    raise AssertionError(f"nothing answered at {address}")
