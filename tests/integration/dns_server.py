"""A name server over real UDP and TCP on loopback, which knows what a test tells it.

    with DnsServer() as dns:
        dns.publish("help.harris.example", "MX", "10 inbound-smtp.eu-west-1.amazonaws.com.")
        # … --resolver dns.address

It answers as a recursive resolver does: an alias with what it stands for, NXDOMAIN for a name with nothing at or below
it, wildcards (`*.harris.example`) for names that are not there, a truncated answer over UDP and the whole over TCP.
"""

from __future__ import annotations

import socket
import threading
from socketserver import BaseRequestHandler, StreamRequestHandler, ThreadingTCPServer, ThreadingUDPServer
from typing import Any, ClassVar, Self

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

HOST = "127.0.0.1"
TTL = 60


class DnsServer:
    """`address` is `127.0.0.1:<port>`, the same for UDP and TCP; `asked` holds each question as (name, kind)."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, str], list[str]] = {}
        self.failing: set[str] = set()
        """Names whose zone is broken: SERVFAIL."""
        self.silent = False
        """True: no answer at all, as behind a firewall."""
        self.asked: list[tuple[str, str]] = []
        known = {"dns": self}
        self._tcp = _Tcp((HOST, 0), type("Stream", (_Stream,), known))
        self._udp = ThreadingUDPServer(self._tcp.server_address[:2], type("Datagram", (_Datagram,), known))
        self._udp.daemon_threads = True
        self.address = f"{HOST}:{self._tcp.server_address[1]}"

    def __enter__(self) -> Self:
        for server in (self._tcp, self._udp):
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *why: object) -> None:
        for server in (self._tcp, self._udp):
            server.shutdown()
            server.server_close()

    def publish(self, name: str, kind: str, *values: str) -> None:
        """These records, as a zone file writes their values, and no others of that kind at that name."""
        self._records[name.lower(), kind] = list(values)

    def withdraw(self, name: str, kind: str) -> None:
        del self._records[name.lower(), kind]

    def answer(self, wire: bytes) -> dns.message.Message | None:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        if self.silent:
            return None
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        if any(name == broken or name.endswith(f".{broken}") for broken in self.failing):
            response.set_rcode(dns.rcode.SERVFAIL)
            return response
        self._fill(response, name, kind)
        return response

    def _fill(self, response: dns.message.Message, name: str, kind: str) -> None:
        """The records; an alias leads on to what it stands for."""
        for _ in range(8):
            held = self._held_by(name)
            if held is None:
                if not response.answer:
                    response.set_rcode(dns.rcode.NXDOMAIN)
                return
            alias = held.get("CNAME", []) if kind != "CNAME" else []
            if not alias:
                if values := held.get(kind, []):
                    response.answer.append(dns.rrset.from_text(f"{name}.", TTL, "IN", kind, *values))
                return
            response.answer.append(dns.rrset.from_text(f"{name}.", TTL, "IN", "CNAME", *alias))
            name = alias[0].rstrip(".").lower()

    def _held_by(self, name: str) -> dict[str, list[str]] | None:
        """Kind → values at this name, its own or a wildcard's; None when the name does not exist."""
        if any(owner == name or owner.endswith(f".{name}") for owner, _ in self._records):
            return {kind: values for (owner, kind), values in self._records.items() if owner == name}
        star = f"*.{name.partition('.')[2]}"
        return {kind: values for (owner, kind), values in self._records.items() if owner == star} or None


class _Tcp(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


class _Datagram(BaseRequestHandler):
    dns: ClassVar[Any]

    def handle(self) -> None:
        wire, back = self.request
        response = self.dns.answer(wire)
        if response is None:
            return
        try:
            content = response.to_wire(max_size=512)
        except dns.exception.TooBig:
            response.answer.clear()
            response.flags |= dns.flags.TC
            content = response.to_wire()
        assert isinstance(back, socket.socket)
        back.sendto(content, self.client_address)


class _Stream(StreamRequestHandler):
    dns: ClassVar[Any]

    def handle(self) -> None:
        length = int.from_bytes(self.rfile.read(2), "big")
        response = self.dns.answer(self.rfile.read(length))
        if response is not None:
            content = response.to_wire()
            self.wfile.write(len(content).to_bytes(2, "big") + content)
