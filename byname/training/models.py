"""The files of the shipped models, made in the workshop."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

from byname.training import english as english_sentences
from byname.training import fit, heads, language, manifest, measure, other_tables
from byname.training.grammar import HERE
from byname.training.heads import Reader
from byname.training.phrasebook import ENGLISH
from byname.training.table import Table
from byname.training.workshop import Workshop
from chalicelib.triage.word_table import table_bytes

SEEDS = {
    "sentences": english_sentences.SEED,
    "fit": fit.SEED,
    "phrasebook": other_tables.SEED,
    "heads": heads.SEED,
}


def words(shop: Workshop, name: str, folder: Path) -> dict[str, Any]:
    """`words.<language>.bin`."""
    table = shop.english if name == ENGLISH else shop.other(name)
    rows = zip(table.pieces, table.numbers().tolist(), strict=True)
    (folder / f"words.{name}.bin").write_bytes(table_bytes(name, space(shop.english), rows))
    told: dict[str, Any] = {"pieces": len(table.pieces), "likeness held out": round(table.held_out, 4)}
    if name != ENGLISH:
        told["topics of phrases held out, %"] = measure.held_out_topics(shop, name)
    return told


def space(english: Table) -> str:
    """The name of the space that all tables of one making share."""
    return f"minilm-{fit.DIMS}-{hashlib.sha256(english.numbers().tobytes()).hexdigest()[:12]}"


def side_files(shop: Workshop, folder: Path) -> dict[str, Any]:
    """The heads, the usual topics and the boilerplate."""
    reader = Reader(shop.english.pieces, shop.english.numbers())
    found = heads.heads(reader, shop.grammar, shop.package("vaderSentiment"))
    _write_json(folder / "heads.json", found)
    _write_json(folder / "archetypes.json", heads.archetypes(reader, shop.grammar))
    plain = tomllib.loads((HERE / "boilerplate.toml").read_text("utf-8"))
    _write_json(folder / "boilerplate.json", {name: text.strip().split("\n") for name, text in plain.items()})
    return {"topics of the phrasebook, %": measure.english_topics(shop)}


def languages(shop: Workshop, folder: Path) -> dict[str, Any]:
    """`language.bin`."""
    everyday = shop.package("stopwordsiso") / "stopwordsiso" / "stopwords-iso.json"
    (folder / "language.bin").write_bytes(language.table(language.texts(shop.software, everyday)))
    return {"languages": len(language.LANGUAGES)}


def make_all(shop: Workshop, folder: Path) -> None:
    """Every file, then the manifest that names them."""
    folder.mkdir(parents=True, exist_ok=True)
    metrics = {}
    for name in (ENGLISH, *shop.book.languages()):
        shop.say(f"words.{name}.bin")
        metrics[f"words.{name}.bin"] = words(shop, name, folder)
    shop.say("heads.json, archetypes.json, boilerplate.json")
    metrics["archetypes.json"] = side_files(shop, folder)
    shop.say("language.bin")
    metrics["language.bin"] = languages(shop, folder)
    manifest.write(folder, SEEDS, metrics)


def _write_json(path: Path, told: Any) -> None:
    path.write_text(json.dumps(told, ensure_ascii=False) + "\n", "utf-8")
