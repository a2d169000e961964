"""The pages customers see: Chalice's own local server around `app.py`'s routes."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

from chalice.config import Config
from chalice.local import ChaliceRequestHandler, LocalDevServer

from byname.local.loopback import HOST, LoopbackServer, port_of
from byname.local.pumps import Instance

ROOT = Path(__file__).parents[2]


class Pages:
    """Serves a Chalice app on a socket that is open already, one request at a time, as one Lambda instance does."""

    def __init__(self, listener: socket.socket, app: Any, instance: Instance) -> None:
        self.port = port_of(listener)

        class OneAtATime(ChaliceRequestHandler):
            def _generic_handle(self) -> None:
                instance.alone(super()._generic_handle)

            # The base class binds these names to its own method.
            do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do_PATCH = do_OPTIONS = _generic_handle  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: the app logs what it did."""

        self._server = LocalDevServer(
            app,
            Config.create(chalice_stage="local", project_dir=str(ROOT), chalice_app=app),
            HOST,
            self.port,
            handler_cls=OneAtATime,
            server_cls=lambda _address, handler: LoopbackServer(listener, handler),
        ).server

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()
