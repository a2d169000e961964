"""The language of a text from its writing alone, where a writing has few languages."""

from __future__ import annotations

import re

_FIRST_OTHER = "\u0370"
"""Before it stand the Latin letters, with all their accents."""
_WRITINGS = (
    ("ja", r"[\u3040-\u30ff]"),
    ("ko", r"[\uac00-\ud7af\u1100-\u11ff]"),
    ("zh", r"[\u4e00-\u9fff]"),
    ("th", r"[\u0e00-\u0e7f]"),
    ("el", r"[\u0370-\u03ff\u1f00-\u1fff]"),
    ("he", r"[\u0590-\u05ff]"),
    ("ar", r"[\u0600-\u06ff]"),
    ("hi", r"[\u0900-\u097f]"),
)
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_UKRAINIAN, _RUSSIAN = re.compile(r"[іїєґ]", re.IGNORECASE), re.compile(r"[ыэё]", re.IGNORECASE)
_LATIN = re.compile(r"[a-zà-ɏ]", re.IGNORECASE)
_BULGARIAN = re.compile(r"\b(?:и|на|се|от|да|за|са|е|не|ще|като|по)\b|[а-я]ът\b|[а-я]та\b", re.IGNORECASE)
_EAST_SLAVIC = re.compile(r"ь|\b(?:в|что|как|это|с|у|вы|мы|к)\b", re.IGNORECASE)


def language_of(text: str) -> str:
    """`ja` for a text in kana, `el` for Greek …; empty for letters that many languages share, and for none."""
    if not text or max(text) < _FIRST_OTHER:
        return ""
    latin = len(_LATIN.findall(text))
    if len(_CYRILLIC.findall(text)) > latin:
        return _cyrillic(text)
    counts = {language: len(re.findall(writing, text)) for language, writing in _WRITINGS}
    if counts["ja"] and counts["ja"] + counts["zh"] > latin:  # Japanese mixes kana with Chinese signs
        return "ja"
    most = max(counts, key=lambda language: counts[language])
    return most if counts[most] * 2 > latin else ""


def _cyrillic(text: str) -> str:
    if _UKRAINIAN.search(text):
        return "uk"
    if _RUSSIAN.search(text):
        return "ru"
    return "bg" if len(_BULGARIAN.findall(text)) >= len(_EAST_SLAVIC.findall(text)) else "ru"
