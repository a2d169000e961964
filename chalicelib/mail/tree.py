"""A raw mail as the email package's tree of parts, whatever its boundaries say.

Boundaries are folded, left out, or other than what stands between the parts. Then the lines themselves say what they
are: two dashes, and the header of a part below.
"""

from __future__ import annotations

import re
from email.message import Message
from email.parser import BytesParser, Parser
from email.policy import Policy, compat32
from functools import partial
from typing import Any

from chalicelib.mail import headers
from chalicelib.mail.long_bodies import LongBodies

MENDED = 4
"""Groups of parts in one mail whose boundary is looked for: each is read twice."""

_FOLD = re.compile(r"[\r\n]+")
_DELIMITER = re.compile(r"^--(?P<boundary>[^\r\n]{1,70}?)[ \t]*(?:\r\n|\n|\r)content-[a-z-]{2,30}[ \t]*:", re.I | re.M)


class Node(Message):
    """One node of a mail: reads its boundary tolerantly, and knows where its long body is."""

    def __init__(self, bodies: LongBodies, policy: Policy[Any] = compat32) -> None:
        super().__init__(policy)
        self.bodies = bodies

    def get_boundary(self, failobj: Any = None) -> Any:
        """As declared, also where its header is folded inside it, or has no semicolon before it."""
        declared = super().get_boundary()
        if declared is None:
            declared = headers.parameters(_unfolded(str(self.get("content-type", ""))))[1].get("boundary")
        return _unfolded(declared) if declared else failobj


def grown(bodies: LongBodies) -> Message:
    """The tree of the mail."""
    make = partial(Node, bodies)
    root: Message = BytesParser(make, policy=compat32).parsebytes(bodies.short)
    left = MENDED
    waiting = [root]
    while waiting and left:
        node = waiting.pop()
        payload = node.get_payload()
        if isinstance(payload, str) and _should_have_parts(node, root):
            left -= 1
            payload = _parts_in(payload, node.get_content_type(), make)
            if payload:
                node.set_payload(payload)
        if isinstance(payload, list):
            waiting += (child for child in payload if isinstance(child, Message))
    return root


def _should_have_parts(node: Message, root: Message) -> bool:
    """It says that it has; or it is a mail that says nothing."""
    return node.get_content_maintype() == "multipart" or (node is root and "content-type" not in node)


def _parts_in(payload: str, kind: str, make: partial[Node]) -> list[Any]:
    """What stands between lines that look like boundaries; nothing when there are none."""
    found = _DELIMITER.search(payload)
    if found is None:
        return []
    boundary = re.sub(r'(["\\])', r"\\\1", found["boundary"])
    kind = "multipart/digest" if kind == "multipart/digest" else "multipart/mixed"
    header = f'Content-Type: {kind}; boundary="{boundary}"\n\n'
    again = Parser(make, policy=compat32).parsestr(header + payload).get_payload()
    return again if isinstance(again, list) else []


def _unfolded(value: str) -> str:
    return _FOLD.sub("", value).rstrip()
