"""What a phone, a mail program or a virus scanner says of itself at the end of somebody's letter."""

from __future__ import annotations

import re

from chalicelib.mail.quoting.signature_words import DEVICES, SENT, SENT_FROM

_GET_APP = re.compile(
    r"\W{0,2}(?:get|download|télécharge[rz]|obtenez|obtenir|hol(?:en sie)?|laden sie|descargar?|obtener|obter|baixar"
    r"|scarica|ottieni|skaffa|hent|hanki|pobierz|získa[jť]te|загрузить|скачать)\b"
    r".{0,40}\b(?:outlook|yahoo mail|gmail|blue ?mail|spark|edison|aquamail|nine|proton ?mail)\b.{0,60}",
    re.IGNORECASE,
)
_LINKED = re.compile(r"[<(\[][^<>()\[\]\s]{0,300}(?:https?://|www\.)[^<>()\[\]\s]{0,300}[>)\]]")
"""The target of a link beside its words."""
_SENTENCE = re.compile(r"[,;!?]|[.\u3002]\s*$|[.]\s+[^\W\d_]")
_SCANNED = re.compile(
    r"\W{0,3}(?:virus-?free|virenfrei|sans virus|libre de virus|privo di virus|no virus found|garanti sans virus"
    r"|this e-?mail has been (?:checked|scanned) for viruses|l'absence de virus dans"
    r"|diese (?:e-?mail|nachricht) wurde von .{1,40} auf viren)\b.{0,200}",
    re.IGNORECASE,
)
_SMALL_NAMES = ("iphone", "ipad")
_WITHOUT_VERB = ("från min", "från mitt", "fra min", "fra mit", "von meinem")
_MY = frozenset(
    ("my", "meinem", "mon", "ma", "mi", "mio", "mia", "meu", "minha", "mijn", "min", "mit", "mojego", "моего", "мого")
)


def is_advertisement(line: str) -> bool:
    """A phone's or program's line about itself; not the sentence `Sent from my desk, which is easier`."""
    if not 6 <= len(line) <= 600:
        return False
    bare = _LINKED.sub("", line).strip("> *_\t\u00a0\u200e\u200f[]()")
    low = bare.lower()
    if not bare or len(bare) > 160:
        return False
    if _SCANNED.fullmatch(bare) or (len(bare) <= 100 and _GET_APP.fullmatch(bare)):
        return True
    begun, ended = low.startswith(SENT_FROM), low.rstrip(".! ").endswith(SENT)
    if not begun and not ended:
        return False
    if any(device in low.partition(",")[0] for device in DEVICES):
        return len(bare.split()) <= _most_words(bare, low, ended)
    return begun and _names_a_thing(bare)


def _most_words(bare: str, low: str, ended: bool) -> int:
    """Programs begin with a capital and say that they sent it; somebody who types it themselves types no more."""
    typed = bare[0].islower() and not low.startswith(_SMALL_NAMES)
    return 6 if typed or (low.startswith(_WITHOUT_VERB) and not ended) else 16


def _names_a_thing(bare: str) -> bool:
    """`Sent from` goes on with `my Something` or with a name: what somebody sent by courier is no program's line."""
    if bare[0].islower() or _SENTENCE.search(bare.rstrip(".!")):
        return False
    begun = next(words for words in SENT_FROM if bare.lower().startswith(words))
    first, *others = bare[len(begun) :].split() or [""]
    return len(others) <= 6 and (first.lower() in _MY or (first[:1].isupper() and len(others) <= 3))
