"""The child that plays AWS: it keeps what it holds, and never outlives its parent."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from boto3.session import Session

from byname.local.aws_child import AwsChild
from chalicelib.errors import Unavailable

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]


@pytest.fixture
def child(tmp_path: Path) -> Iterator[AwsChild]:
    running = AwsChild(tmp_path)
    running.start()
    yield running
    running.stop()


def client(child: AwsChild, service: str) -> Any:
    session = Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-1")
    return session.client(service, endpoint_url=child.endpoint)  # type: ignore[call-overload]  # the service is a name


def put_item(child: AwsChild) -> None:
    dynamodb = client(child, "dynamodb")
    dynamodb.create_table(
        TableName="kept",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    dynamodb.put_item(TableName="kept", Item={"pk": {"S": "one"}})
    dynamodb.close()


def items(child: AwsChild) -> int:
    dynamodb = client(child, "dynamodb")
    count: int = dynamodb.scan(TableName="kept")["Count"]
    dynamodb.close()
    return count


def wait_for_end(process: int) -> None:
    """Until a process that is not our own child has ended. (Linux; elsewhere nothing tells of a stranger's end.)"""
    handle = os.pidfd_open(process)
    try:
        assert select.select([handle], [], [], 15)[0], "the child outlived its parent"
    finally:
        os.close(handle)


def test_a_clean_stop_keeps_the_tables(child: AwsChild) -> None:
    put_item(child)
    child.stop()
    child.start()
    assert items(child) == 1


def test_a_killed_child_has_kept_what_was_there_at_its_last_snapshot(child: AwsChild, tmp_path: Path) -> None:
    put_item(child)
    wait_for_words(tmp_path / "state" / "dynamodb.json", '"one"')
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    child.stop()
    child.start()
    assert items(child) == 1


def wait_for_words(path: Path, words: str) -> None:
    """A snapshot tells nobody when it is written; its file is all there is to see."""
    give_up = time.monotonic() + 15
    while not (path.exists() and words in path.read_text()):
        assert time.monotonic() < give_up, f"no snapshot in {path.name}"
        time.sleep(0.05)


def test_ctrl_c_reaches_the_child_too_and_does_not_end_it(child: AwsChild) -> None:
    put_item(child)
    assert child.pid is not None
    os.kill(child.pid, signal.SIGINT)
    assert items(child) == 1


def test_a_parent_that_is_killed_takes_the_child_along_and_loses_nothing(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    assert parent.stdin is not None
    child_pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    wait_for_end(child_pid)
    parent.stdout.close()
    parent.stdin.close()
    again = AwsChild(tmp_path)
    again.start()
    try:
        assert items(again) == 1
    finally:
        again.stop()


PARENT = """
import sys
from pathlib import Path
from byname.local.aws_child import AwsChild
from tests.integration.test_local_aws_child import put_item
child = AwsChild(Path(sys.argv[1]))
child.start()
put_item(child)
print(child.pid, flush=True)
sys.stdin.read()
"""


def test_a_child_that_cannot_start_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hypercorn.py").write_text("raise SystemExit('no hypercorn today')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(Unavailable, match="no hypercorn today"):
        AwsChild(tmp_path).start()
