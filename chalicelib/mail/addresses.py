"""Mail addresses: read tolerantly where they are shown, strictly where somebody's rights hang on them."""

from __future__ import annotations

import re

from chalicelib.desk.model import Address
from chalicelib.mail import headers

MOST = 100
"""Addresses read from one header."""
NAME_LIMIT = 100

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_LABEL = "[A-Za-z0-9-]{1,63}"
_ADDR_SPEC = rf"{_ATEXT}{{1,64}}(?:\.{_ATEXT}{{1,64}}){{0,20}}@(?:{_LABEL}\.){{1,20}}[A-Za-z]{_LABEL}"
_QUOTED_NAME = r'"(?:[^"\\\x00-\x1f]|\\[^\x00-\x1f])*"'
_PLAIN_NAME = r'[^"\\()<>\[\]:;@,\x00-\x1f]*'
_SOLE = re.compile(
    rf"(?P<bare>{_ADDR_SPEC})|(?:(?P<quoted>{_QUOTED_NAME})[ \t]*|(?P<plain>{_PLAIN_NAME}))<(?P<angle>{_ADDR_SPEC})>"
)
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|\\.|[^"\\(),;:<>]+|.', re.DOTALL)
_BARE = re.compile(r"[^\s<>()\"',;:]{1,64}@[^\s<>()\"',;:@]{1,255}")


def sole_mailbox(value: str) -> Address | None:
    """The one mailbox of a From field, or None at the slightest doubt.

    Plain ASCII `addr-spec`, bare or in angle brackets behind a quoted or plain name (RFC 5322 3.4). Groups, comments,
    several addresses and unquoted names with an @ are read differently by different programs, so they are refused:
    the provider vouches for the domain *it* read.
    """
    match = _SOLE.fullmatch(value.strip(" \t"))
    if match is None:
        return None
    email = (match["bare"] or match["angle"]).lower()
    name = headers.words(match["quoted"] or match["plain"] or "")
    if len(email) > 254 or len(email.rpartition("@")[0]) > 64 or (not match["quoted"] and re.search("[@<>]", name)):
        return None
    return _named(email, name)


def read_list(value: str) -> tuple[Address, ...]:
    """The addresses of a To, Cc, Reply-To or From field, as far as they can be made out; at most MOST, each once."""
    found: dict[str, Address] = {}
    for entry in _entries(value):
        address = _mailbox(*entry)
        if address is not None:
            found.setdefault(address.email, address)
        if len(found) == MOST:
            break
    return tuple(found.values())


def safe_name(text: str) -> str:
    """A display name fit to be shown: decoded, without quotes, controls, zero-width and direction characters."""
    plain = headers.line(text.strip(), NAME_LIMIT)
    unquoted = re.sub(r"\\(.)", r"\1", plain[1:-1]) if len(plain) > 1 and plain[0] == plain[-1] == '"' else plain
    return unquoted.strip(" '\"")


def safe_email(text: str) -> str:
    """A lower-case ASCII address, or empty when this is none. International domains become their xn-- form."""
    local, at, domain = "".join(text.split()).strip("<>").removeprefix("mailto:").rpartition("@")
    if not (at and local and domain) or len(local) > 64 or len(domain) > 255 or not local.isascii() or "@" in local:
        return ""
    try:
        ascii_domain = domain.strip(".").encode("idna").decode()
    except UnicodeError:
        return ""
    email = f"{local}@{ascii_domain}".lower()
    return email if ascii_domain and email.isprintable() and not re.search(r"[\s<>()\",;:\\]", email) else ""


def _entries(value: str) -> list[tuple[str, str, str]]:
    """(words outside, words in angle brackets, words in comments) of each entry of a list."""
    entries: list[tuple[str, str, str]] = []
    outside, inside, comments, depth, angle = "", "", "", 0, False
    for piece in [*_PIECE.findall(value), ","]:
        if piece == "(" and not angle:
            depth += 1
        elif piece == ")" and depth:
            depth -= 1
        elif depth and piece != ",":
            comments += piece
        elif piece == "<":
            angle, inside = True, ""  # `a <b> <c>`: the last one is where mail goes
        elif piece == ">":
            angle = False
        elif piece in (",", ";"):
            entries.append((outside, inside, comments))
            outside, inside, comments, depth, angle = "", "", "", 0, False
        elif piece == ":" and not angle and "@" not in outside:
            outside = "" if outside.strip().lower() != "mailto" else outside  # a group's name
        elif angle:
            inside += piece
        else:
            outside += piece
    return entries


def _mailbox(outside: str, inside: str, comments: str) -> Address | None:
    if email := safe_email(inside):
        return _named(email, outside, comments)
    text = headers.words(outside)
    match = _BARE.search(text)
    if match and (email := safe_email(match[0])):
        rest = (text[: match.start()] + text[match.end() :]).strip(" <>\"'")
        return _named(email, rest, comments)
    return None


def _named(email: str, *names: str) -> Address:
    """With the first name that says more than the address does."""
    safe = (safe_name(name) for name in names)
    return Address(email, next((name for name in safe if name and name.lower() != email), ""))
