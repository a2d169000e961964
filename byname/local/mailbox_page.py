"""The mailbox page's HTTP side: loopback only, posts only from its own pages, everything else is the site's."""

from __future__ import annotations

import logging
import socket
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import ClassVar
from urllib.parse import parse_qsl, unquote, urlsplit

from byname.local.forms import Form, read_form
from byname.local.loopback import HOST, LoopbackServer, port_of
from byname.local.mailbox_site import Answer, Desk, MailboxSite, Request

BODY_LIMIT = 45 * 1024 * 1024

log = logging.getLogger(__name__)


class MailboxPage:
    """Serves the mailbox site on a socket that is open already."""

    def __init__(self, listener: socket.socket, desk: Desk) -> None:
        self.port = port_of(listener)
        site = MailboxSite(desk)
        hosts = frozenset(f"{host}:{self.port}" for host in (HOST, "localhost"))
        self._server = LoopbackServer(listener, type("Handler", (_Handler,), {"site": site, "hosts": hosts}))

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()


class _Handler(BaseHTTPRequestHandler):
    """HTTP around `MailboxSite.answer`."""

    protocol_version = "HTTP/1.1"
    site: ClassVar[MailboxSite]
    hosts: ClassVar[frozenset[str]]

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a page view is no news."""

    def do_GET(self) -> None:
        self._serve(Form({}, ()))

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > BODY_LIMIT:
            self.close_connection = True
            self._send(self.site.refusal(413, "That is more than a mail can hold (40 MB)."))
            return
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionAbortedError("the browser hung up before the form was here")
        if not self._from_our_own_page():
            self._send(self.site.refusal(403, "This form was not sent from the mailbox page itself."))
            return
        self._serve(read_form(self.headers.get("Content-Type") or "", body))

    def _serve(self, form: Form) -> None:
        if self.headers.get("Host") not in self.hosts:  # some other name that points here: DNS rebinding
            self._send(self.site.refusal(421, "Open this page by its own address, the one the terminal shows."))
            return
        url = urlsplit(self.path)
        steps = tuple(unquote(step) for step in url.path.split("/") if step)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        try:
            answer = self.site.answer(Request("POST" if self.command == "POST" else "GET", steps, query, form))
        except Exception:  # a fault in one page is that page's answer, not the server's end
            log.exception("the mailbox page failed at %s", url.path)
            answer = self.site.refusal(500, "This page failed; the terminal says why.")
        self._send(answer)

    def _from_our_own_page(self) -> bool:
        """Browsers name the page a post comes from; another site's page cannot claim to be ours."""
        return (self.headers.get("Origin") or "") in {f"http://{host}" for host in self.hosts}

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in _headers(answer).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)


def _headers(answer: Answer) -> Mapping[str, str]:
    return {
        "Content-Type": answer.content_type,
        "Content-Length": str(len(answer.body)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        **answer.headers,
    }
