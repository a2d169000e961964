"""Signs in the words: clearly urgent, unhappy, which language. Plain lists a person can read and argue with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from chalicelib.desk.words import contains, may_stand, words_of

URGENT = (
    *("emergency", "urgent", "urgently", "asap", "life threatening", "danger", "dangerous"),
    *("smell gas", "smell of gas", "smells of gas", "gas leak", "carbon monoxide", "on fire", "sparks"),
    *("smoke coming", "smoke is coming", "full of smoke", "smell smoke", "smell of smoke", "smells of smoke"),
    *("flooding", "flooded", "pouring", "locked out", "electric shock"),
    *("burst pipe", "burst pipes", "burst water", "burst tank", "burst radiator", "burst boiler", "burst hose"),
    *(
        f"{thing} {burst}"
        for thing in ("pipe", "pipes", "tank", "radiator", "boiler", "cylinder", "hose", "main")
        for burst in ("burst", "has burst", "have burst", "is bursting")
    ),
    *(
        "water everywhere",
        "no heating and a baby",
        "can't wait",
        "cannot wait",
        "help right now",
        "help right away",
        "come right now",
    ),
    *("come right away", "help now", "need someone now", "need somebody now"),
)
"""Each may be taken back by one of NOT before it."""

UNHAPPY = (
    *("complaint", "complain", "unacceptable", "disgusted", "disgusting", "furious", "angry", "appalling", "appalled"),
    *("terrible service", "worst", "ridiculous", "disappointed", "disappointing", "let down", "fed up", "had enough"),
    *("still waiting", "nobody has", "no one has", "no reply", "third time", "yet again", "ignored"),
    *("second time this week", "second time this month", "second time this year", "second time this has"),
    *("second time it", "second time in"),
    *("money back", "solicitor", "trading standards", "ombudsman", "small claims", "bad review", "never again"),
    *("not happy", "unhappy", "not good enough", "waste of time", "rip off", "ripped off"),
)

NOT = ("not", "no", "isn't", "is not", "not very", "nothing", "never", "not an", "no longer", "hardly", "non", "isnt")

_SENTENCE = re.compile(r"[^.!?\n]+")
_CLAUSE = re.compile(r"[.!?;,:]+|\n\s*\n|\bbut\b", re.IGNORECASE)
_ELSE = r"(?:(?:some|any)(?:one|body) else|(?:another|a different) (?:person|colleague))"
_NOT_YOU = r"(?! (?:you|me|us|them|him|her|it|myself|someone|somebody|anyone|anybody)\b)"
_REACH = r"(?:talk to|talk with|speak to|speak with|hear from|deal with)"
_ASKS = tuple(
    re.compile(words)
    for words in (
        rf"\b{_REACH} {_ELSE}(?= *$| please\b| instead\b| about\b| (?:in|at|from) your\b)",
        rf"\b(?:rather|prefer) (?:to )?(?:have )?{_ELSE}",
        rf"\b(?:rather|prefer to) {_REACH}\b{_NOT_YOU}",
        rf"\b(?:not|\w+n't) want to {_REACH}\b{_NOT_YOU}",
        rf"\b(?:want|need|like|get|have|let|can|could|would) (?:please )?{_ELSE} (?:please )?(?:to )?"
        r"(?:answer|reply|ring|call|help|deal|handle|take (?:it|this|over))\b",
        rf"^ *(?:yes|to|from|by|with|please)* *{_ELSE}(?: please| instead)* *$",
        rf"\b{_ELSE} please *$",
    )
)
"""How people say that they want somebody else; each within one clause."""
_HINTS = ("else", "another", "different", "rather", "prefer", "want")
"""One of these stands in every clause that asks: most texts need no closer look."""
_NO_NEED = re.compile(rf"(?:no need|needn't|need not|(?:\bnot|n't) (?:need|want)) to .*{_ELSE}")


def urgent(text: str, trade_words: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Words that say it cannot wait; empty when none does. The firm's own trade words are never taken back."""
    text = _plain(text)
    said = [word for word in dict.fromkeys(trade_words) if contains(text, _plain(word))]
    return _longest([*said, *(word for word in _standing(URGENT, text) if word not in said)])


def unhappy(text: str) -> tuple[str, ...]:
    """Words that say somebody is unhappy with us; empty when none does."""
    return _longest(_standing(UNHAPPY, _plain(text)))


def someone_else(text: str) -> tuple[str, ...]:
    """Words that ask for another person than the one who has it; empty when none does. No doubt means no."""
    if not _has_hint(text.lower()):
        return ()
    clauses = [" ".join(clause.lower().split()) for clause in _CLAUSE.split(_plain(text))]
    asked = (
        match[0]
        for clause in clauses
        if _has_hint(clause) and not _NO_NEED.search(clause)
        for ask in _ASKS
        for match in ask.finditer(clause)
    )
    return tuple(dict.fromkeys(asked))


def _has_hint(text: str) -> bool:
    return any(hint in text for hint in _HINTS)


def _plain(text: str) -> str:
    """With the apostrophe of a typewriter: phones write another."""
    return text.replace("\u2019", "'")


def _standing(signs: Iterable[str], text: str) -> list[str]:
    """The signs that some sentence holds and does not take back."""
    words = words_of(text)
    possible = [sign for sign in signs if may_stand(sign, words)]
    sentences = _SENTENCE.findall(text) if possible else []
    return [sign for sign in possible if any(contains(s, sign) and not _taken_back(s, sign) for s in sentences)]


def _taken_back(sentence: str, word: str) -> bool:
    """ "It's not urgent": the sign is denied right before it."""
    return _denial(word).search(sentence) is not None


@lru_cache(maxsize=256)
def _denial(word: str) -> re.Pattern[str]:
    denied = "|".join(r"\s+".join(map(re.escape, no.split())) for no in NOT)
    words = r"\s+".join(map(re.escape, word.split()))
    return re.compile(rf"(?<!\w)(?:{denied})\s+(?:(?:an|a|that|so)\s+)?{words}(?!\w)", re.IGNORECASE)


def _longest(words: list[str]) -> tuple[str, ...]:
    """Without those that only repeat part of a longer one: `burst pipe`, not `burst` as well."""
    return tuple(w for w in words if not any(w != other and contains(other, w) for other in words))


_EVERYDAY = {
    "en": "the and is are you your we our have has with for not this that please from was can would my it",
    "de": "der die das und ist sind sie wir ihr haben mit für nicht ich ein eine bitte von zu auf kann mein",
    "fr": "le la les et est sont vous nous avez avec pour pas je un une merci de du dans mon ma bonjour que",
    "es": "el la los las y es son usted nosotros tiene con para no yo un una por favor de del mi que hola",
    "it": "il lo la gli e è sono lei noi avete con per non io un una grazie di del mio mia che buongiorno",
    "nl": "de het een en is zijn u wij uw hebben met voor niet ik van dat deze kan mijn graag bedankt",
}
STOP_WORDS = {tongue: frozenset(words.split()) for tongue, words in _EVERYDAY.items()}
_WORD = re.compile(r"[^\W\d_]+")


def language(text: str) -> str:
    """The language most of whose everyday words are there; empty when there are too few to tell."""
    said = Counter(word.lower() for word in _WORD.findall(text[:4_000]))
    scores = sorted(((sum(said[w] for w in words), tongue) for tongue, words in STOP_WORDS.items()), reverse=True)
    best, second = scores[0], scores[1]
    return best[1] if best[0] >= 3 and best[0] > second[0] else ""
