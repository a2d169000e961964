"""The phrases that decided, in the customer's own words: what a shop owner can read and argue with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chalicelib.triage.pieces import fold, places
from chalicelib.triage.sentences import Sentence
from chalicelib.triage.vectors import Vector, dot
from chalicelib.triage.word_table import WordTable

MOST = 3
LONGEST = 3
"""Words of a phrase."""
_SENTENCES_READ = 4
_WORDS_READ = 60
_WORD_COSTS = 0.15
"""Of the strongest word: a longer phrase must say more."""
_WEAKEST = 0.3
"""Of the strongest phrase: what pulls less explains nothing."""
_EVERYDAY = """
i me my we our us you your he she it its they them the a an and or but if of to in on at for from with as is are was
were be been am do does did have has had will would can could should this that these those there here not no so than
then too very how what when where why see know make get against need want help just please hi hello dear thanks thank
regards kind best s t re ve ll m d
ich du er sie es wir ihr mich mir uns ihnen der die das den dem des ein eine einen einem einer und oder aber wenn von
zu in im am auf fur mit als ist sind war bin habe haben hat hatte kann konnen nicht kein keine so dann bitte hallo
je tu il elle nous vous ils me te se le la les un une des du de et ou mais si dans sur pour avec est sont ai a avez
bonjour merci ne pas que qui ce cette mon ma mes votre notre
yo el ella nosotros usted lo los las una unos y o pero en por para con es son he ha mi su hola gracias no que
io lui lei noi voi il lo gli i uno e ma se di da con su per tra ho hai abbiamo buongiorno grazie non che mio mia
ik jij hij zij wij u het de een en of maar als van naar op voor met is zijn was heb heeft niet geen dan graag bedankt
"""
_SAY_NOTHING = frozenset(_EVERYDAY.split())


def phrases(sentences: Sequence[Sentence], weights: Vector, towards: Vector, table: WordTable) -> tuple[str, ...]:
    """The phrases that pull most `towards` a direction; at most MOST, the strongest first."""
    pulling = [(weight * _pull(one, towards), one) for one, weight in zip(sentences, weights, strict=True)]
    pulling = sorted((entry for entry in pulling if entry[0] > 0), key=lambda entry: -entry[0])[:_SENTENCES_READ]
    candidates: list[tuple[float, str]] = []
    pulls: dict[str, float] = {}
    for _, sentence in pulling:
        candidates += _candidates(sentence.text, towards, table, pulls)
    least = _WEAKEST * max((strength for strength, _ in candidates), default=0.0)
    ranked = sorted(candidates, key=lambda entry: -entry[0])
    return tuple(_apart(text for strength, text in ranked if strength >= least))


def _pull(sentence: Sentence, towards: Vector) -> float:
    return dot(sentence.sums, towards) - sentence.zero * sum(towards)


def _candidates(text: str, towards: Vector, table: WordTable, pulls: dict[str, float]) -> Iterator[tuple[float, str]]:
    """Every run of up to LONGEST words that begins and ends with one that pulls."""
    found = places(text)[:_WORDS_READ]
    strength = [_word_pull(word, towards, table, pulls) for word, _, _ in found]
    strongest = max(strength, default=0.0)
    for first, pull in enumerate(strength):
        if pull <= 0:
            continue
        for last in range(first, min(first + LONGEST, len(found))):
            if found[last][0] in '.!?;:"()':
                break
            if strength[last] > 0:
                cost = _WORD_COSTS * strongest * (last - first + 1)
                yield sum(strength[first : last + 1]) - cost, text[found[first][1] : found[last][2]]


def _word_pull(word: str, towards: Vector, table: WordTable, pulls: dict[str, float]) -> float:
    plain = fold(word)
    if plain not in pulls:
        rows = () if plain in _SAY_NOTHING or len(plain) < 2 or plain.isdigit() else table.rows(word)
        sums = table.sums(rows) if rows else ()
        pulls[plain] = dot(sums, towards) - 8 * len(rows) * sum(towards) if rows else 0.0
    return pulls[plain]


def _apart(texts: Iterator[str]) -> Iterator[str]:
    """The first few that share no word."""
    seen: set[str] = set()
    count = 0
    for text in texts:
        said = {fold(word) for word, _, _ in places(text)} - _SAY_NOTHING
        if not said & seen:
            seen |= said
            count += 1
            yield text
        if count == MOST:
            return
