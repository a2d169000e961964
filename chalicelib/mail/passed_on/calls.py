"""What a colleague wrote down of a call: `Mrs Jones rang, 0161 496 0999, wants a quote.`

Only notes that begin with who spoke to whom count; the same words further down belong to somebody's story.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from chalicelib.desk.forwarded import NOTHING, Forwarded, HandedOn
from chalicelib.desk.model import Address
from chalicelib.mail.addresses import safe_email, safe_name
from chalicelib.mail.passed_on.shown import ADDRESS
from chalicelib.mail.quoting import signatures

IsOurs = Callable[[str], bool]
NOTE_LIMIT = 64 * 1024
"""Characters looked at."""
FIRST_LINES = 3
"""Lines in which such a note says whom it is about."""
NOTE_LINES = 10
"""Lines in which an address may stand alone: further down may be a quote nobody knew for one."""

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
_SENTENCE_ENDS = re.compile(r"[.!?](?=\s|$)")
_ONLY_ADDRESS = re.compile(rf"<?(?P<address>{ADDRESS.pattern})>?[.,;]?")


def read_call(note: str, subject: str, author: str, is_ours: IsOurs, colleagues: Collection[str] = ()) -> HandedOn:
    """Who spoke to `author`, as their note says; nothing when it does not begin like one.

    `is_ours`: whether an address is no customer's. `colleagues`: names and first names, for "Bob rang" is about none.
    An address counts where the note says who rang, or alone on its line: any other may be of whom they spoke about.
    """
    said = signatures.split(note.strip()[:NOTE_LIMIT], author)[0]
    lines = [line.strip() for line in (subject, *said.split("\n")) if line.strip()]
    calls = [
        match for line in lines[: FIRST_LINES + 1] for match in (_RANG.match(line), _CALL_FROM.match(line)) if match
    ]
    if not calls or _is_colleague(calls[0]["name"] or "", colleagues):
        return NOTHING
    name = next((call["name"] for call in calls if call["name"]), "")
    on_top = _alone(first_line(said), is_ours)
    emails = {on_top} if on_top else _addresses(lines, calls, is_ours)
    in_doubt = len(emails) > 1 or (not on_top and _are_several(calls))
    email = "" if in_doubt else next(iter(emails), "")
    letter = Forwarded(Address(email, safe_name(name)), subject=subject, body=said.strip())
    return HandedOn(letter, spoken=True, in_doubt=in_doubt)


def _is_colleague(name: str, colleagues: Collection[str]) -> bool:
    return name in colleagues or name.partition(" ")[0] in colleagues


def _addresses(lines: Sequence[str], calls: Sequence[re.Match[str]], is_ours: IsOurs) -> set[str]:
    named = (match[0] for call in calls for match in ADDRESS.finditer(_sentence(call)))
    emails = (safe_email(match.strip(".")) for match in named)
    theirs = {email for email in emails if email and not is_ours(email)}
    return theirs | {email for line in lines[:NOTE_LINES] if (email := _alone(line, is_ours))}


def _sentence(call: re.Match[str]) -> str:
    """The sentence that says who rang."""
    end = _SENTENCE_ENDS.search(call.string, call.end())
    return call.string[call.start() : end.start() if end else len(call.string)]


def _alone(line: str, is_ours: IsOurs) -> str:
    """The customer's address that is all there is on this line; empty when it is another line."""
    match = _ONLY_ADDRESS.fullmatch(line)
    email = safe_email(match["address"].strip(".")) if match else ""
    return "" if is_ours(email) else email


def _are_several(calls: Sequence[re.Match[str]]) -> bool:
    """The subject and the note may name one caller twice, with and without a first name; two callers share no name."""
    names = [set(call["name"].split()) for call in calls if call["name"]]
    return any(names[0].isdisjoint(other) for other in names[1:])


def first_line(text: str) -> str:
    """The first line with words."""
    return next((line.strip() for line in text.split("\n") if line.strip()), "")
