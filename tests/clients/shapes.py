"""The mail programs whose answers are tried, by the name people know them under.

Each shape takes a letter as it was received and writes the answer as that program does: its attribution line or header
block, its way to quote, its signature, its headers. Written from what is known of these programs.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.clients import apple, gmail, outlook, thunderbird
from tests.clients.mail_program import Shape


@dataclass(frozen=True, slots=True)
class Client:
    """One program as somebody uses it."""

    shape: Shape
    signature: tuple[str, ...] = ()
    """What its user has set."""
    signed: str = ""
    """What of the signature goes on behind the words: nothing where the program marks it, all where it does not."""
    pictures: bool = True
    """Pictures may stand between the words."""


CARD = ("Mill Lane 4, Salford", "0161 496 0199")

CLIENTS: dict[str, Client] = {
    "Gmail on the web, signature below the quote": Client(gmail.web, CARD),
    "Gmail on the web, signature above the quote": Client(gmail.web_signed_above, CARD, "\n".join(CARD)),
    "Gmail on the web, in French": Client(gmail.french, pictures=False),
    "Gmail on an Android phone": Client(gmail.phone),
    "Outlook on Windows": Client(outlook.desktop, CARD, "\n\n".join(CARD)),
    "Outlook on Windows, in German": Client(outlook.desktop_german),
    "Outlook on the web": Client(outlook.web, CARD, "\n".join(CARD)),
    "Outlook on an iPhone": Client(outlook.iphone),
    "Apple Mail on a Mac": Client(apple.mac, CARD, "\n".join(CARD)),
    "Mail on an iPhone": Client(apple.iphone),
    "Thunderbird, plain text": Client(thunderbird.plain, CARD, pictures=False),
    "Thunderbird, plain text below the quote": Client(thunderbird.plain_below, CARD, pictures=False),
    "Thunderbird, HTML": Client(thunderbird.html, CARD),
}
