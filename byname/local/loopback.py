"""Listening sockets on this machine's loopback, and the HTTP servers that answer on them.

Everything `byname local` opens is bound to 127.0.0.1: a laboratory is nobody else's business.
"""

from __future__ import annotations

import errno
import logging
import socket
import sys
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from chalicelib.errors import Misconfigured

HOST = "127.0.0.1"

log = logging.getLogger(__name__)


class PortTaken(Misconfigured):
    """Somebody else listens there. The message has a line for each port, with the option that chooses another."""


def listen(port: int, option: str) -> socket.socket:
    """A listening socket on 127.0.0.1; port 0 picks a free one. `option` is what to change when it is taken."""
    try:
        return socket.create_server((HOST, port), backlog=128)
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            why = "is in use" if error.errno == errno.EADDRINUSE else "needs more rights than yours"
            raise PortTaken(f"port {port} {why}: choose another with {option}") from error
        raise


def listen_on(wanted: Mapping[str, int]) -> dict[str, socket.socket]:
    """A listening socket for each name (`smtp`, meaning `--smtp-port`). Raises PortTaken, naming all that are taken."""
    listeners: dict[str, socket.socket] = {}
    taken: list[str] = []
    with ExitStack() as opened:
        for name, port in wanted.items():
            try:
                listeners[name] = opened.enter_context(listen(port, f"--{name}-port"))
            except PortTaken as fault:
                taken.append(str(fault))
        if taken:
            raise PortTaken("\n".join(taken))
        opened.pop_all()
    return listeners


def free_listener() -> socket.socket:
    return socket.create_server((HOST, 0), backlog=128)


def port_of(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


class LoopbackServer(ThreadingHTTPServer):
    """An HTTP server on a socket that listens already, answering in its own threads until stopped."""

    daemon_threads = True
    block_on_close = False  # a browser's idle keep-alive connection must not hold up the stop

    def __init__(self, listener: socket.socket, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(listener.getsockname(), handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        # http.server would look these up by DNS, which can take seconds on a laptop without a network.
        self.server_name, self.server_port = listener.getsockname()
        self._thread = threading.Thread(target=self._serve, name=f"http-{self.server_port}", daemon=True)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - socketserver calls it so
        """A browser that hangs up is no news; anything else is one line."""
        error = sys.exception()
        if not isinstance(error, ConnectionError):
            log.error("a request to port %d failed: %r", self.server_port, error)

    def _serve(self) -> None:
        self.serve_forever(poll_interval=0.05)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """No new requests from here on; those under way are finished by their own threads."""
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
        self.server_close()
