"""What the teacher said of a sentence, kept on disk: what was asked once is not asked again."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

_AT_ONCE = 2_000


class Lessons:
    """A folder with two files: texts, one a line, and their vectors in 16 bits.

    One process at a time has it; another waits.
    """

    def __init__(self, path: Path, width: int, ask: Callable[[Sequence[str]], Any]) -> None:
        self._texts, self._vectors = path / "texts.txt", path / "vectors.f16"
        path.mkdir(parents=True, exist_ok=True)
        self._lock = (path / "lock").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)  # two who write at once would mix theirs up
        self._width, self._ask = width, ask
        known = self._texts.read_text("utf-8").split("\n")[:-1] if self._texts.is_file() else []
        self._place = {text: place for place, text in enumerate(known)}

    def close(self) -> None:
        """Lets another process have it."""
        self._lock.close()

    def of(self, texts: Sequence[str], say: Callable[[str], None] = lambda _: None) -> Any:
        """One vector for each text; texts are single lines."""
        new = [text for text in dict.fromkeys(texts) if text not in self._place]
        for begin in range(0, len(new), _AT_ONCE):
            self._learn(new[begin : begin + _AT_ONCE])
            say(f"{min(begin + _AT_ONCE, len(new))} of {len(new)} new sentences read")
        held: Any = np.memmap(self._vectors, np.float16, "r").reshape(-1, self._width)
        return held[[self._place[text] for text in texts]].astype(np.float32)

    def _learn(self, texts: Sequence[str]) -> None:
        """Vectors first: a line of text stands for a vector that is there."""
        vectors = self._ask(texts).astype(np.float16)
        begin = len(self._place)
        with self._vectors.open("r+b" if self._vectors.exists() else "wb") as file:
            file.seek(begin * self._width * 2)
            file.truncate()
            file.write(vectors.tobytes())
        with self._texts.open("a", encoding="utf-8") as file:
            file.write("".join(f"{text}\n" for text in texts))
        self._place.update((text, begin + n) for n, text in enumerate(texts))
