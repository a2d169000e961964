"""Sentences with their translations, from the message catalogues of free software."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_MARKUP = re.compile(r"<[^>]*>|&\w+;|%\(\w+\)[a-z]|%[a-z]|\{%.*?%\}|\{\{.*?\}\}|\{[^}]*\}|https?://\S+|\S+@\S+")
_SPACE = re.compile(r"\s+")
_LONGEST = 300
"""Characters: licences and help pages are no sentences."""


def plain(text: str) -> str:
    """The text without placeholders and tags."""
    return _SPACE.sub(" ", _MARKUP.sub(" ", text).replace("_", " ").replace("&", " ")).strip()


def catalogue(path: Path) -> Iterator[tuple[str, str]]:
    """Original and translation, message by message; the unsure ones ("fuzzy") are left out."""
    for block in path.read_text("utf-8").split("\n\n"):
        if re.search(r"^#,.*\bfuzzy\b", block, re.M):
            continue
        said = _strings(block)
        if "msgid" in said:
            yield from ((said["msgid"], text) for key, text in said.items() if key.startswith("msgstr") and text)


def _strings(block: str) -> dict[str, str]:
    """Keyword and text: `msgid`, `msgstr`, `msgstr[1]` and the like."""
    said: dict[str, str] = {}
    key = ""
    for line in block.split("\n"):
        if found := re.fullmatch(r'(msg\w+(?:\[\d\])?) (".*")', line):
            key = found[1]
            said[key] = ast.literal_eval(found[2])
        elif key and re.fullmatch(r'".*"', line):
            said[key] += ast.literal_eval(line)
    return said


def translated(folders: Sequence[Path], language: str) -> Mapping[str, str]:
    """What the catalogues in these folders translate into the language, by the English original."""
    found: dict[str, str] = {}
    for folder in folders:
        for path in sorted(folder.glob(f"**/locale/{language}/LC_MESSAGES/django.po")):
            for original, translation in catalogue(path):
                here, there = plain(original), plain(translation)
                if here and there and here != there and len(here) <= _LONGEST:
                    found.setdefault(here, there)
    return found
