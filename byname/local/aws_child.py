"""AWS on this machine: ministack in a child process, with what it holds kept in a folder. Both ends stand here.

The parent makes the listening socket and hands it down; the child says `READY` on its standard output. The child's
standard input is a pipe that nobody writes to: when the parent ends, however it ends, the pipe closes and the child
saves and goes. So `kill -9` of `byname local` loses nothing: a child that starts waits until the one before it has
saved, and then shows every received message again. Whoever received one and did not delete it is gone; its visibility
timeout, six minutes, would only look like loss. The receive still counts as one of a record's five tries.

ministack writes its tables and queues only on a clean stop, so the child also takes a snapshot two seconds after
something changed. A kill of the child itself, or a power cut, may therefore replay the last two seconds of table and
queue writes. Mails and files (S3) are written through at once. That is the emulator's limit, not the platform's.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from byname.local.loopback import HOST, free_listener, port_of
from chalicelib.errors import Unavailable

SNAPSHOT_AFTER = 2.0
"""Seconds between a change and the snapshot that keeps it."""
STOP_WITHIN = 10.0

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


# --- the parent's end --------------------------------------------------------------------------------------------


class AwsChild:
    """The child as its parent sees it: start, endpoint, stop."""

    def __init__(self, data: Path, listener: socket.socket | None = None) -> None:
        """`listener`: where it shall answer, for one start; a free port otherwise."""
        self._data = data
        self._listener = listener
        self._process: subprocess.Popen[str] | None = None
        self.endpoint = ""
        self.log = data / "aws.log"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Returns when AWS answers. Raises Unavailable with what the child said before it died."""
        listener, self._listener = self._listener or free_listener(), None
        with listener, open(self.log, "w", encoding="utf-8") as log:
            self.endpoint = f"http://{HOST}:{port_of(listener)}"
            self._process = subprocess.Popen(
                [sys.executable, "-m", "byname.local.aws_child", str(listener.fileno()), str(self._data.resolve())],
                cwd=Path(__file__).parents[2],
                env=_environment(self._data.resolve()),
                pass_fds=[listener.fileno()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout
        if self._process.stdout.readline().strip() != "READY":  # the end of the pipe: it died
            self.stop()
            raise Unavailable(f"the local AWS did not start; it said in {self.log}:\n{self._last_words()}")

    def stop(self) -> None:
        """Asks it to save and go, and waits for that. Harmless when it is gone."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        self._process = None

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-8:])


def _environment(data: Path) -> dict[str, str]:
    """What ministack reads when it is imported: loopback only, everything kept below `data`, nothing else opened."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return inherited | {
        # Not where it listens, but what it calls itself in queue URLs, by which it knows a queue again: with the real
        # port, which may be another one each time, a restart would find every queue empty.
        "GATEWAY_PORT": "4566",
        "MINISTACK_HOST": HOST,
        "BIND_HOST": HOST,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(data / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(data / "s3"),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "DOCKER_HOST": "unix:///nonexistent",  # it would look for containers to remove at every start
        "LOG_LEVEL": "WARNING",
    }


# --- the child's end ---------------------------------------------------------------------------------------------


class Snapshots:
    """Notes what changes AWS's state, and has it written down soon after, never more than a tenth of the time."""

    def __init__(self, save: Callable[[], None]) -> None:
        self._save = save
        self._changed = asyncio.Event()

    def note(self, scope: Scope) -> None:
        if scope["type"] == "http" and not _only_asks(scope):
            self._changed.set()

    async def run(self) -> None:
        pause = SNAPSHOT_AFTER
        while True:
            await self._changed.wait()
            await asyncio.sleep(pause)
            self._changed.clear()
            began = time.monotonic()
            self._save()
            pause = max(SNAPSHOT_AFTER, 10 * (time.monotonic() - began))


_ASKING = ("Get", "List", "Describe", "Query", "Scan", "BatchGet", "Receive")


def _only_asks(scope: Scope) -> bool:
    """True for a request that leaves nothing to keep. So does a receive: a message not deleted comes back anyway."""
    if scope["method"] in ("GET", "HEAD"):
        return True
    headers: dict[bytes, bytes] = dict(scope["headers"])
    target = headers.get(b"x-amz-target", b"").decode("latin-1")
    return target.rpartition(".")[2].startswith(_ASKING)


async def _serve(listener: socket.socket) -> None:
    import ministack.app as ministack  # reads the environment as it is imported
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    # Private name, and the only one that persists on demand: ministack is pinned, and a test holds this.
    snapshots = Snapshots(lambda: ministack.save_all(ministack._build_persistence_save_dict()))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await ministack.app(scope, receive, _saying_ready(send) if scope["type"] == "lifespan" else send)
        snapshots.note(scope)

    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.graceful_timeout = 1
    config.loglevel = "WARNING"
    keeping = asyncio.create_task(snapshots.run())
    await serve(app, config, shutdown_trigger=_stop_event().wait)  # type: ignore[arg-type]
    keeping.cancel()


def _saying_ready(send: Send) -> Send:
    async def send_and_say(message: Any) -> None:
        if message["type"] == "lifespan.startup.complete":  # what was kept is loaded, and nobody has asked yet
            _show_received_again()
        await send(message)
        if message["type"] == "lifespan.startup.complete":
            print("READY", flush=True)  # connections wait in the listener's backlog from before this

    return send_and_say


def _show_received_again() -> None:
    """Ends the visibility timeout of every message in flight. What was sent to arrive later still does."""
    from ministack.services import sqs

    state = sqs.get_state()
    for queue in state["queues"].to_dict().values():
        for message in queue["messages"]:
            if message["receive_count"]:
                message["visible_at"] = 0.0
    sqs.load_persisted_state(state)


def _stop_event() -> asyncio.Event:
    """Set on SIGTERM, and when the parent's end of our standard input closes."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(signal.SIGINT, lambda: None)  # Ctrl-C reaches the whole group; the parent says when

    def parent_spoke() -> None:
        if not os.read(0, 1024):
            loop.remove_reader(0)
            stop.set()

    loop.add_reader(0, parent_spoke)
    return stop


def main() -> None:
    listener, data = socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2])
    with open(data / "aws.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the child of one that was killed may be saving still
        asyncio.run(_serve(listener))


if __name__ == "__main__":
    main()
