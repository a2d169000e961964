"""What was shipped, and of what: manifest.json names every file, its hash, its ingredients and how good it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from byname.training.grammar import HERE
from byname.training.inputs import PACKAGES

NAME = "manifest.json"
_BESIDE_MODELS = (NAME, "PROVENANCE.md")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def shipped(folder: Path) -> dict[str, str]:
    """Every model file in the folder, with its hash."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name not in _BESIDE_MODELS)
    return {path.name: digest(path) for path in files}


def grammar() -> dict[str, str]:
    """Every file of the grammar, with its hash."""
    return {path.name: digest(path) for path in sorted(HERE.iterdir()) if path.is_file()}


def write(folder: Path, seeds: Mapping[str, int], metrics: Mapping[str, Any]) -> None:
    """Says what stands in this folder now."""
    told = {
        "files": shipped(folder),
        "grammar": grammar(),
        "packages": {package.name: {"version": package.version, "sha256": package.sha256} for package in PACKAGES},
        "seeds": dict(seeds),
        "metrics": dict(metrics),
    }
    (folder / NAME).write_text(json.dumps(told, indent=2) + "\n", "utf-8")


def read(folder: Path) -> Any:
    return json.loads((folder / NAME).read_text("utf-8"))
