"""How many automatic letters one address, and one domain, may cause in a day.

The headers of a machine usually give it away (`screening.py`). These caps end every loop that no header gave away, and
keep us from being the tool of somebody who posts forms in another's name.
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.desk.model import Trust

TO_ONE_ADDRESS = 6
TO_ONE_DOMAIN = 30
"""Counted for a firm's own domain, where one helpdesk may write with a new address each time."""

_FREEMAIL = """
gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk live.com live.co.uk msn.com yahoo.com yahoo.co.uk
ymail.com aol.com icloud.com me.com mac.com gmx.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de
orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it tiscali.it virgilio.it proton.me protonmail.com
btinternet.com sky.com virginmedia.com talktalk.net ziggo.nl kpnmail.nl hetnet.nl terra.es telefonica.net
"""
FREEMAIL = frozenset(_FREEMAIL.split())
"""Where neighbours who do not know each other have their mail: no cap for the whole domain."""
_DOTS_MEAN_NOTHING = frozenset(("gmail.com", "googlemail.com"))


@dataclass(frozen=True, slots=True)
class Cap:
    """A counter and how far it may go in a day."""

    what: str
    most: int


def caps(address: str, trust: Trust) -> tuple[Cap, ...]:
    """The counters an automatic letter to this address runs up; none for no address.

    What a sender nobody vouches for used up does not count against the real owner of the address.
    """
    if not address:
        return ()
    folded = fold(address)
    domain = folded.rpartition("@")[2]
    apart = "" if trust is Trust.VERIFIED else " unverified"
    person = Cap(f"{folded}{apart}", TO_ONE_ADDRESS)
    return (person,) if domain in FREEMAIL else (person, Cap(f"@{domain}{apart}", TO_ONE_DOMAIN))


def fold(address: str) -> str:
    """The mailbox behind an address: without its +label, and without dots where they mean nothing."""
    local, _, domain = address.rpartition("@")
    local = local.partition("+")[0]
    return f"{local.replace('.', '') if domain in _DOTS_MEAN_NOTHING else local}@{domain}"
