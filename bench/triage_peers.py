"""The same work by others' software, where it is installed; else nothing is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any, NamedTuple

from bench.triage_sets import Labelled


class Peer(NamedTuple):
    """Somebody else's figure for the same row."""

    name: str
    reached: float
    """Percent right."""


def svm(known: Sequence[Labelled], test: Sequence[Labelled]) -> Peer | None:
    """scikit-learn's linear SVM on tf-idf of words, word pairs and letters; None where it is not installed."""
    if find_spec("sklearn") is None:
        return None
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    features = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True),
    )
    model = make_pipeline(features, LinearSVC())
    model.fit([mail.text for mail in known], [mail.label for mail in known])
    said = model.predict([mail.text for mail in test])
    right = sum(one == mail.label for one, mail in zip(said, test, strict=True))
    return Peer("SVM", 100 * right / len(test))


def vader(rows: Sequence[Mapping[str, Any]], is_so: Sequence[bool]) -> Peer:
    """Measured where it is installed, else as published for this set."""
    if find_spec("vaderSentiment") is None:
        return Peer("VADER, published", 77.3)
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    from bench.triage_rows import auc

    analyser = SentimentIntensityAnalyzer()
    said = [-analyser.polarity_scores(row["text"])["compound"] for row in rows]
    return Peer("VADER", 100 * auc(said, is_so))
