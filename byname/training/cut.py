"""Sentences as the places of their pieces in a vocabulary: cut by the code that Lambda runs, so that both agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chalicelib.triage.pieces import pieces, words


class Cutter:
    """Cuts by one vocabulary."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._place = {piece: place for place, piece in enumerate(vocabulary)}
        self._known: dict[str, list[int]] = {}

    def cut(self, text: str) -> list[int]:
        found: list[int] = []
        for word in words(text):
            places = self._known.get(word)
            if places is None:
                places = self._known[word] = [self._place[piece] for piece in pieces(word, self._place)]
            found += places
        return found

    def cut_all(self, texts: Iterable[str]) -> list[list[int]]:
        return [self.cut(text) for text in texts]
