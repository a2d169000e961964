"""Whose account is this? The first question of every command on AWS."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from click import ClickException

from byname.cloud.account import sign_in

pytestmark = pytest.mark.integration


class Broken:
    """A door that hangs up on whoever calls, and counts them."""

    def __init__(self) -> None:
        self.calls = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._answer)
        self._thread.start()

    def _answer(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            self.calls += 1
            caller.close()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


@pytest.fixture
def broken() -> Iterator[Broken]:
    door = Broken()
    yield door
    door.close()


def test_without_a_network_it_tries_twice_and_says_so(broken: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", broken.url)
    with pytest.raises(ClickException, match=r"While asking AWS whose account this is, AWS could not be reached"):
        sign_in("eu-west-1")
    assert broken.calls == 2
