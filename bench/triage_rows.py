"""How often triage is right: the rows of the table, each on the product's own functions."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean

from bench.table import Row
from bench.triage_peers import Peer, svm, vader
from bench.triage_sets import (
    LANGUAGES,
    NONE,
    Labelled,
    a_firm,
    bitext,
    own_mails,
    own_settings,
    rows_of,
    shop,
    with_noise,
)
from chalicelib.desk.team import Team
from chalicelib.triage.about import hits_in
from chalicelib.triage.calibration import Calibration
from chalicelib.triage.centroids import topics
from chalicelib.triage.learned import NOTHING, Learned, Lesson, learn_all, lesson_vector
from chalicelib.triage.models import opened
from chalicelib.triage.read import Understood, understand
from chalicelib.triage.tongues import listen

CORRECTIONS = 10
DRAWS = 5
LIFE, LAST = 330, 150
LIVES = 2
OUTCOMES = 50


def zero_training(corpus: Path) -> Iterator[Row]:
    test, firm = bitext(corpus, "test"), a_firm(shop())
    if not test:
        return
    read = [understand("", one.text, firm) for one in test]
    right = [one.about.best == mail.label for one, mail in zip(read, test, strict=True)]
    yield counted("Bitext as 6 shop categories, no training", 88, right, by_keywords(test, firm))
    ranked = sorted(zip(read, right, strict=True), key=lambda one: -one[0].about.confidence)
    sure = [is_right for _, is_right in ranked[: round(len(ranked) * 0.9)]]
    yield counted("  the surest 90 % of them", 92, sure)


def own() -> Iterator[Row]:
    for language in LANGUAGES:
        mails = [mail for mail in own_mails(language) if mail.label != NONE]
        if not mails:
            continue
        firm, english = a_firm(own_settings(language), language), language == "en"
        plain, noisy = _best(mails, firm), _best(with_noise(mails, language), firm)
        yield counted(f"own mails, {language}", 78 if english else 65, plain, by_keywords(mails, firm))
        name = f"own mails, {language}, in all that mails end with"
        uncleaned = Peer("uncleaned, published", 25) if english else None
        yield counted(name, 74 if english else 65, noisy, uncleaned)
    yield from _nobodys()


def _nobodys() -> Iterator[Row]:
    """What is about nothing the firm has should reach the default person."""
    mails = [mail for mail in own_mails("en") if mail.label == NONE]
    if mails:
        firm = a_firm(own_settings("en"))
        right = [not understand(mail.subject, mail.text, firm).about.category for mail in mails]
        yield counted("own mails, en, about nothing: to a person", 80, right)


def taught(corpus: Path, train: Path) -> Iterator[Row]:
    """What a few corrections are worth, and a few hundred mails of everyday life."""
    firm, test, known = a_firm(shop()), bitext(corpus, "test"), bitext(train, "train")
    if not test or not known:
        return
    school = School(firm)
    shares = []
    for seed in range(DRAWS):
        learned = school.corrected(_some_of_each(known, CORRECTIONS, seed))
        shares.append(mean(school.best(mail, learned) == mail.label for mail in test))
    note = f"{DRAWS} draws, {100 * min(shares):.1f} to {100 * max(shares):.1f} % right"
    peer = svm(_some_of_each(known, CORRECTIONS, 0), test)
    yield share(f"Bitext-6 after {CORRECTIONS} corrections a category", 95, mean(shares), peer, note)
    lives = [school.life(known, seed) for seed in range(LIVES)]
    spread = f"{LIVES} lives, {100 * min(lives):.1f} to {100 * max(lives):.1f} % right"
    without = Peer("nothing learned, published", 83.5)
    yield share(f"Bitext-6 after {LIFE} mails of life, the last {LAST}", 95, mean(lives), without, spread)
    yield _calibration(school, known, test)


def _calibration(school: School, known: Sequence[Labelled], test: Sequence[Labelled]) -> Row:
    """After OUTCOMES mails that somebody settled: how far confidence and truth lie apart, in percent."""
    errors = []
    for seed in range(DRAWS):
        seen = random.Random(seed).sample(list(known), OUTCOMES)
        calibration = school.corrected(seen).calibration
        said = [school.read(mail, NOTHING) for mail in test]
        errors.append(_apart(said, test, calibration))
    name = f"calibration error after {OUTCOMES} outcomes, Bitext-6"
    return Row(name, 5, 100 * mean(errors), "%", note=f"{DRAWS} draws")


def _apart(said: Sequence[Understood], test: Sequence[Labelled], calibration: Calibration) -> float:
    """Expected calibration error over ten bins."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for one, mail in zip(said, test, strict=True):
        confidence = calibration.of(one.about.share)
        bins.setdefault(min(int(confidence * 10), 9), []).append((confidence, one.about.best == mail.label))
    gaps = (len(one) * abs(mean(c for c, _ in one) - mean(r for _, r in one)) for one in bins.values())
    return sum(gaps) / len(test)


class School:
    """A firm whose staff settle mails."""

    def __init__(self, firm: Team) -> None:
        table = opened().words(firm.firm.language)
        assert table is not None, "no word table: see byname/training"
        self.firm, self.space = firm, table.space
        self.directions = topics(firm.categories, table, opened()).categories

    def read(self, mail: Labelled, learned: Learned) -> Understood:
        return understand(mail.subject, mail.text, self.firm, learned)

    def best(self, mail: Labelled, learned: Learned) -> str:
        return self.read(mail, learned).about.best

    def lesson(self, n: int, mail: Labelled, learned: Learned) -> Lesson | None:
        about = self.read(mail, learned).about
        if about.gist is None:
            return None
        right = about.best == mail.label
        vector = lesson_vector(about.gist.direction)
        return Lesson(f"inbound/{n}", mail.label, vector, about.share, right, "" if right else "Ann", "3 May")

    def corrected(self, mails: Sequence[Labelled]) -> Learned:
        lessons = (self.lesson(n, mail, NOTHING) for n, mail in enumerate(mails))
        return learn_all(NOTHING, [one for one in lessons if one], self.directions, self.space)

    def life(self, known: Sequence[Labelled], seed: int) -> float:
        """Mail by mail: what was said, then what a person made of it; the share that was right of the last ones."""
        mails = random.Random(seed).sample(list(known), LIFE)
        learned, right, waiting = NOTHING, [], []
        for n, mail in enumerate(mails):
            right.append(self.best(mail, learned) == mail.label)
            lesson = self.lesson(n, mail, learned)
            waiting += [lesson] if lesson else []
            if len(waiting) == 5:  # five at a time is five times as quick, and the same in the end
                learned, waiting = learn_all(learned, waiting, self.directions, self.space), []
        return mean(right[-LAST:])


def unhappy(corpus: Path) -> Iterator[Row]:
    rows = [row for row in rows_of(corpus, "airline_sentiment", "test") if row["text"]]
    if rows:
        firm = a_firm(())
        said = [understand("", row["text"], firm).reading.unhappiness for row in rows]
        is_so = [row["labels"]["sentiment"] == "negative" for row in rows]
        yield share("unhappy: airline tweets, AUC", 83, auc(said, is_so), vader(rows, is_so))


def languages(corpus: Path) -> Iterator[Row]:
    table = opened().languages
    rows = [(row["text"], row["labels"]["lang"]) for row in rows_of(corpus, "langid", "test")]
    if not rows or table is None:
        return
    latin = {language: language for language in table.languages}
    by_script = {"ja", "ko", "zh", "th", "el", "he", "ar", "ru", "uk", "bg"}
    known = {*latin, *by_script}
    six = [(" ".join(text.split()[:6]), lang) for text, lang in rows if lang in latin]
    right = [listen(text, latin, table).heard == lang for text, lang in six]
    yield counted(f"language of 6 words, {len({lang for _, lang in six})} languages", 94, right, Peer("lingua", 96.2))
    forty = [(text[:40], lang) for text, lang in rows if lang in known]
    right = [listen(text, known, table).heard == lang for text, lang in forty]
    left_out = sorted({lang for _, lang in rows} - known)
    note = f"; without {', '.join(left_out)}, which it does not know" if left_out else ""
    yield counted(f"language of 40 characters, {len({lang for _, lang in forty})} languages", 95, right, None, note)


def by_keywords(mails: Sequence[Labelled], firm: Team) -> Peer:
    right = mean(hits_in(mail.subject, mail.text, firm.categories).category == mail.label for mail in mails)
    return Peer("keywords", 100 * right)


def _best(mails: Sequence[Labelled], firm: Team) -> list[bool]:
    return [understand(mail.subject, mail.text, firm).about.best == mail.label for mail in mails]


def _some_of_each(mails: Sequence[Labelled], many: int, seed: int) -> list[Labelled]:
    draw = random.Random(seed)
    shuffled = draw.sample(list(mails), len(mails))
    labels = dict.fromkeys(mail.label for mail in mails)
    return [mail for label in labels for mail in [one for one in shuffled if one.label == label][:many]]


def auc(said: Sequence[float], is_so: Sequence[bool]) -> float:
    """How often one that is so is said higher than one that is not."""
    ranked = sorted(zip(said, is_so, strict=True))
    positives = sum(is_so)
    ranks = sum(rank for rank, (_, one) in enumerate(ranked, 1) if one)
    return (ranks - positives * (positives + 1) / 2) / (positives * (len(ranked) - positives))


def counted(name: str, least: float, right: Sequence[bool], peer: Peer | None = None, note: str = "") -> Row:
    return share(name, least, mean(right), peer, f"{sum(right)} of {len(right)} right{note}")


def share(name: str, least: float, reached: float, peer: Peer | None = None, note: str = "") -> Row:
    """What is wrong, in percent: the table wants smaller to be better."""
    beside, figure = (peer.name, 100 - peer.reached) if peer else ("", None)
    wrong = 100 - 100 * reached
    return Row(f"{name}: wrong", 100 - least, wrong, "%", beside, figure, note, {"reached": 100 * reached})
