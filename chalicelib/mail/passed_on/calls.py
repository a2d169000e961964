"""What a colleague wrote down of a call: `Mrs Jones rang, 0161 496 0999, wants a quote.`

Only notes that begin with who spoke to whom count; the same words further down belong to somebody's story.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from chalicelib.desk.forwarded import Forwarded
from chalicelib.desk.model import Address
from chalicelib.mail.addresses import safe_email, safe_name

FIRST_LINES = 3
"""Lines in which such a note says whom it is about."""

_TITLE = (
    r"(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herr|Frau|M|Mme|Mlle|Monsieur|Madame|Sr|Sra|Señor|Señora|Sig|Sig\.ra|Signor|Signora"
    r"|Dhr|Mevr|Meneer|Mevrouw|Hr|Fru)\.?\s)?"
)
_WORD = r"[A-Z\u00c0-\u00de\u0100-\u017f][\w'\u2019-]{1,30}"
_NAME = rf"(?P<name>{_TITLE}{_WORD}(?:\s(?:{_WORD}|von|van|de|der|den|da|la|le)){{0,3}})"
_NOBODY = (
    r"(?:[Ss]ome(?:body|one)|[Aa]\s(?:lady|man|woman|gentleman|customer|client)|[Ee]ine?\s(?:Kundin|Kunde|Herr|Dame))"
)
_SPOKE = (
    r"(?:(?:has|had)\s)?(?:just\s)?(?:rang|rung|called|phoned|telephoned|left\s(?:a|me\sa)\s(?:voice\s?)?message|popped\sin"
    r"|came\s(?:in|by|round|to\sthe\s(?:shop|office|counter))|stopped\sby|dropped\sin|was\s(?:here|on\sthe\sphone))"
    r"|hat\s(?:gerade\s|eben\s|heute\s)?(?:angerufen|vorgesprochen)|rief\s(?:gerade\s|eben\s)?an|war\s(?:gerade\s|eben\s)?(?:hier|da)"
    r"|(?:vient\sd['\u2019]appeler|a\s(?:appelé|téléphoné|rappelé|laissé\sun\smessage)|est\spassée?)"
    r"|(?:acaba\sde\sllamar|ha\sllamado|llamó|pasó\spor)|ha\s(?:appena\s)?(?:chiamato|telefonato)|è\spassat[oa]"
    r"|heeft\s(?:net\s)?(?:gebeld|ingesproken)|belde|kwam\slangs"
)
_FROM = (
    r"(?:[Pp]hone\s)?(?:[Cc]all|[Mm]essage|[Vv]oicemail)\sfrom|(?:I\s)?(?:[Jj]ust\s)?(?:[Ss]poke|[Tt]alked)\s(?:to|with)"
    r"|[Tt]ook\sa\scall\sfrom|Anruf\svon|Telefonat\smit|Appel\sde|Llamada\sde|Chiamata\s(?:da|di)|Telefoontje\svan"
)
_RANG = re.compile(rf"\s*(?:{_NAME}|{_NOBODY})(?:\s\([^()]{{1,60}}\)|,[^,.]{{1,60}},)?\s(?:{_SPOKE})\b")
_CALL_FROM = re.compile(rf"\s*(?:{_FROM})\s{_NAME}")
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]{1,64}@[^\s<>()\[\]\"',;:@]{1,255}")


def read_call(text: str, subject: str, ours: Collection[str], colleagues: Collection[str] = ()) -> Forwarded | None:
    """Who spoke to a colleague, as their note says; None when it does not begin like one.

    `ours`: addresses of no customer. `colleagues`: names and first names, for "Bob rang" is about no customer.
    """
    lines = [line.strip() for line in (subject, *text.split("\n")) if line.strip()][: FIRST_LINES + 1]
    found = next((match for line in lines for match in (_RANG.match(line), _CALL_FROM.match(line)) if match), None)
    if found is None:
        return None
    name = found["name"] or ""
    if name in colleagues or name.partition(" ")[0] in colleagues:
        return None
    addresses = (safe_email(match[0].strip(".")) for match in _ADDRESS.finditer(text[:8000]))
    email = next((each for each in addresses if each and each not in ours), "")
    return Forwarded(Address(email, safe_name(name)), subject=subject, body=text.strip())
