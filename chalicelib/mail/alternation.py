"""Long lists of words as one pattern, compiled for the first mail that needs it: all of them cost a cold start dear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property


class Alternation:
    """A pattern of many alternatives, parted by `|`, case ignored; `^` and `$` hold at each line.

    They may stand on several lines: line ends and indents count nothing.
    """

    def __init__(self, words: str) -> None:
        self._words = words

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile("".join(line.strip() for line in self._words.splitlines()), re.IGNORECASE | re.MULTILINE)

    def search(self, text: str) -> re.Match[str] | None:
        return self.pattern.search(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        return self.pattern.fullmatch(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self.pattern.finditer(text)
