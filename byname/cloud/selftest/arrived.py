"""A letter as it lies in the test customer's mailbox: what its reader sees, and what SES found out about it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import compat32
from itertools import takewhile

from chalicelib.desk.model import Verdict
from chalicelib.desk.trust import is_aligned
from chalicelib.mail import addresses, headers, parts, verdicts
from chalicelib.mail.text import from_html


@dataclass(frozen=True, slots=True)
class Arrived:
    """One mail, read."""

    message_id: str
    """Without angle brackets."""
    sender: str
    sender_name: str
    reply_to: str
    to: str
    subject: str
    in_reply_to: tuple[str, ...]
    text: str
    spf: Verdict
    dkim: Verdict
    dmarc: Verdict
    signed_by: tuple[str, ...]
    """Domains whose DKIM signature held."""
    raw: bytes

    @property
    def is_signed(self) -> bool:
        """By the From domain, or a parent of it."""
        domain = self.sender.rpartition("@")[2]
        return self.dkim is Verdict.PASS and any(is_aligned(signer, domain) for signer in self.signed_by)


def read_arrived(raw: bytes, key: str) -> Arrived:
    """The mail SES stored under `key`. Only SES's own header block, on top, is asked for verdicts."""
    top = headers.read(raw)
    block = verdicts.provider_block(top, key)
    sender = next(iter(addresses.read_list(top.first("from"))), None)
    return Arrived(
        message_id=next(iter(headers.message_ids(top.first("message-id"))), ""),
        sender=sender.email if sender else "",
        sender_name=sender.name if sender else "",
        reply_to=_first_address(top.first("reply-to")),
        to=_first_address(top.first("to")),
        subject=headers.line(top.first("subject"), 300),
        in_reply_to=headers.message_ids(top.first("in-reply-to")),
        text=_plain_text(raw),
        spf=_spf(top),
        dkim=(block.dkim if block else None) or Verdict.NONE,
        dmarc=(block.dmarc if block else None) or Verdict.NONE,
        signed_by=block.dkim_domains if block else (),
        raw=raw,
    )


def as_one_line(text: str) -> str:
    """The words of a text, wherever its lines end."""
    return " ".join(text.split())


def words_of_page(html: str) -> str:
    """What a web page says, on one line."""
    body = re.sub(r"(?is)<(script|style|head)\b.*?</\1\s*>", " ", html)
    return as_one_line(from_html(body))


def nonce_on_page(html: str) -> str:
    """The hidden field that tells one showing of the contact page from the next; empty when it has none."""
    field = re.search(r'<input type="hidden" name="nonce" value="([^"<>]{1,200})">', html)
    return field[1] if field else ""


def _first_address(value: str) -> str:
    found = next(iter(addresses.read_list(value)), None)
    return found.email if found else ""


def _plain_text(raw: bytes) -> str:
    return parts.words(message_from_bytes(raw, policy=compat32)).text.replace("\r\n", "\n").strip()


def _spf(top: headers.Headers) -> Verdict:
    """SES's Received-SPF, which stands above its receipt: a line further down could be anybody's."""
    own = takewhile(lambda field: field[0] != "x-ses-receipt", top.fields)
    said = next((value for name, value in own if name == "received-spf"), "")
    return verdicts.verdict(said.partition(" ")[0])
