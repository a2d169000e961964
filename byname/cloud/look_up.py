"""What the world sees in DNS, asked of the system's name server or of one that is named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from chalicelib.errors import Misconfigured, Unavailable

if TYPE_CHECKING:
    from dns.resolver import Resolver

SECONDS = 5.0
"""How long one question may take, with its repeats."""
AT_ONCE = 8

Question = tuple[str, str]
"""A name without its last dot, and a type: `("help.harris.example", "MX")`."""
Seen = Mapping[Question, tuple[str, ...] | None]
"""What was found; nothing is (), and None is "could not be asked"."""


class LookUp:
    """One for each run of a command. Values come in one shape: names in lower case without the last dot, TXT whole."""

    def __init__(self, server: str = "") -> None:
        """`server`: HOST or HOST:PORT, an address and not a name. Raises Misconfigured when there is none to ask."""
        self._resolver = _resolver(server)

    def values(self, name: str, kind: str) -> tuple[str, ...]:
        """What is there, sorted; () when there is nothing. Raises Unavailable when nobody can say."""
        from dns.exception import DNSException
        from dns.resolver import NXDOMAIN

        try:
            answer = self._resolver.resolve(name, kind, search=False, raise_on_no_answer=False)
        except NXDOMAIN:
            return ()
        except DNSException as error:
            raise Unavailable(f"DNS cannot be asked for {kind} of {name}: {error}") from error
        return tuple(sorted(_plain(record) for record in answer.rrset or ()))

    def exists(self, name: str) -> bool:
        """Is there this name, or one below it (RFC 8020)? Raises Unavailable when nobody can say."""
        from dns.exception import DNSException
        from dns.resolver import NXDOMAIN

        try:
            self._resolver.resolve(name, "TXT", search=False, raise_on_no_answer=False)
        except NXDOMAIN:
            return False
        except DNSException as error:
            raise Unavailable(f"DNS cannot be asked for {name}: {error}") from error
        return True

    def all(self, questions: Iterable[Question]) -> Seen:
        """Everything at once."""
        wanted = sorted(set(questions))
        with ThreadPoolExecutor(AT_ONCE) as several:
            return dict(zip(wanted, several.map(self._or_none, wanted), strict=True))

    def _or_none(self, question: Question) -> tuple[str, ...] | None:
        try:
            return self.values(*question)
        except Unavailable:
            return None

    def zone_of(self, name: str) -> str:
        """The zone this name belongs to: the nearest name at or above it with an SOA; '' if none is seen."""
        labels = name.split(".")
        above = [".".join(labels[start:]) for start in range(len(labels) - 1)]
        seen = self.all((candidate, "SOA") for candidate in above)
        return next((candidate for candidate in above if seen[candidate, "SOA"]), "")


def _resolver(server: str) -> Resolver:
    from dns.resolver import NoResolverConfiguration, Resolver

    if not server:
        try:
            resolver = Resolver()
        except NoResolverConfiguration as error:
            raise Misconfigured("This machine names no DNS server: say --resolver 1.1.1.1, for example.") from error
    else:
        host, port = _host_and_port(server)
        resolver = Resolver(configure=False)
        try:
            resolver.nameservers = [host]
        except ValueError as error:
            raise Misconfigured(f"--resolver {server}: give an address like 1.1.1.1 or 127.0.0.1:5353.") from error
        resolver.port = port
    resolver.lifetime, resolver.timeout = SECONDS, SECONDS / 3
    return resolver


def _host_and_port(server: str) -> tuple[str, int]:
    """`1.1.1.1`, `127.0.0.1:5353`, `::1`, `[::1]:5353`."""
    host, colon, port = server.rpartition(":")
    if not colon or (":" in host and not host.endswith("]")):
        return server.strip("[]"), 53
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise Misconfigured(f"--resolver {server}: {port!r} is not a port; write it like 127.0.0.1:5353.")
    return host.strip("[]"), int(port)


def _plain(record: object) -> str:
    """A record's value without the zone file's quoting."""
    strings = getattr(record, "strings", None)
    if strings is not None:
        return b"".join(strings).decode("utf-8", "replace")
    return str(record).lower().removesuffix(".")
