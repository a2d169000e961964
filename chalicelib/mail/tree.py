"""A raw mail as the email package's tree of parts, whatever its boundaries say.

Boundaries are folded, left out, or other than what stands between the parts. Then the lines themselves say what they
are: two dashes, and the header of a part below.
"""

from __future__ import annotations

import re
from email.message import Message
from email.parser import BytesParser, Parser
from email.policy import Compat32, Policy
from functools import partial
from typing import Any, cast

from chalicelib.mail import headers
from chalicelib.mail.headers import Headers
from chalicelib.mail.limits import after_header
from chalicelib.mail.long_bodies import LongBodies

MENDED = 4
"""Groups of parts in one mail whose boundary is looked for: each is read twice."""

_WITH_PARTS = re.compile(r"(?i)multipart|message")
_FOLD = re.compile(r"[\r\n]+")
_DELIMITER = re.compile(r"^--(?P<boundary>[^\r\n]{1,70}?)[ \t]*(?:\r\n|\n|\r)content-[a-z-]{2,30}[ \t]*:", re.I | re.M)


class AsWritten(Compat32):
    """Header fields of a mail in a mail are handed on as they are: folding them anew takes long, and changes them."""

    verify_generated_headers = False

    def fold_binary(self, name: str, value: str) -> bytes:
        return f"{name}: {value}{self.linesep}".encode("utf-8", "surrogateescape")


AS_WRITTEN = AsWritten()


class Node(Message):
    """One node of a mail: reads its boundary tolerantly, and knows where its long body is."""

    _payload: Any
    """The email package's own: text of bytes, or a list of nodes."""

    def __init__(self, bodies: LongBodies, policy: Policy[Any]) -> None:
        super().__init__(policy)
        self.bodies = bodies
        self.part: Any = None
        """What parts.py read in its header; kept, because it is asked often."""

    def get_boundary(self, failobj: Any = None) -> Any:
        """As declared, also where its header is folded inside it, or has no semicolon before it."""
        declared = super().get_boundary()
        if declared is None:
            declared = headers.parameters(_unfolded(str(self.get("content-type", ""))))[1].get("boundary")
        return _unfolded(declared) if declared else failobj

    def get_payload(self, i: Any = None, decode: Any = False) -> Any:
        """Undecoded it is as written. The email package would read its letters, and raises on some charsets."""
        return self._payload if isinstance(self._payload, str) and not decode else super().get_payload(i, decode)

    @property
    def written(self) -> bytes:
        """The body of a leaf as it was written, still in its transfer encoding."""
        payload = self._payload
        return self.bodies.whole(payload.encode("utf-8", "surrogateescape")) if isinstance(payload, str) else b""


def grown(bodies: LongBodies, top: Headers | None = None) -> Node:
    """The tree of the mail. With its header read already, a mail of one part needs no parser."""
    if top is not None and _is_leaf(top):
        leaf = _leaf(bodies, top)
        return leaf if top.has("content-type") else _mended(leaf)
    return _mended(cast(Node, BytesParser(partial(Node, bodies), policy=AS_WRITTEN).parsebytes(bodies.short)))


def _mended(root: Node) -> Node:
    """The tree with the parts of groups whose boundary is not the one they say."""
    left, waiting = MENDED, [root]
    while waiting and left:
        node = waiting.pop()
        payload = node._payload
        if isinstance(payload, str) and (delimiter := _delimiter_in(payload, node, root)):
            left -= 1
            payload = _parts_between(delimiter, payload, node)
            if payload:
                node.set_payload(payload)
        if isinstance(payload, list):
            waiting += (child for child in payload if isinstance(child, Node))
    return root


def _is_leaf(top: Headers) -> bool:
    """Whether every program must see one part in this mail, and the end of its header where we do."""
    return top.intact and not any(_WITH_PARTS.search(kind) for kind in top.all("content-type"))


def _leaf(bodies: LongBodies, top: Headers) -> Node:
    node = Node(bodies, AS_WRITTEN)
    for name, value in top.fields:
        if name.startswith("content-"):
            node.set_raw(name, value)
    node.set_payload(bodies.short[after_header(bodies.short) :].decode("ascii", "surrogateescape"))
    return node


def _delimiter_in(payload: str, node: Node, root: Node) -> re.Match[str] | None:
    """Of a mail that says it has parts, the first; of one that says nothing, only at its very beginning."""
    if node.get_content_maintype() == "multipart":
        return _DELIMITER.search(payload)
    if node is root and "content-type" not in node:
        return _DELIMITER.match(payload.lstrip("\r\n"))
    return None


def _parts_between(delimiter: re.Match[str], payload: str, node: Node) -> list[Any]:
    """What stands between lines like this one."""
    boundary = re.sub(r'(["\\])', r"\\\1", delimiter["boundary"])
    kind = "multipart/digest" if node.get_content_type() == "multipart/digest" else "multipart/mixed"
    header = f'Content-Type: {kind}; boundary="{boundary}"\n\n'
    again = Parser(partial(Node, node.bodies), policy=AS_WRITTEN).parsestr(header + payload).get_payload()
    return again if isinstance(again, list) else []


def _unfolded(value: str) -> str:
    return _FOLD.sub("", value).rstrip()
