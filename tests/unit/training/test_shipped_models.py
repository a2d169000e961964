"""What is shipped is what the training last wrote, of the grammar as it stands."""

from __future__ import annotations

import json
import tomllib

import pytest

from byname.training import manifest
from byname.training.grammar import HERE, TOPICS
from byname.training.inputs import PACKAGES
from chalicelib.triage.models import SHIPPED
from chalicelib.triage.word_table import open_table

LANGUAGES = ("en", "de", "fr", "es", "it", "nl")


def test_every_file_is_the_one_that_was_made() -> None:
    assert manifest.read(SHIPPED)["files"] == manifest.shipped(SHIPPED)


def test_they_were_made_of_the_grammar_as_it_stands() -> None:
    """A line added and no models made: `python -m byname.training`."""
    assert manifest.read(SHIPPED)["grammar"] == manifest.grammar()


def test_they_were_made_of_the_packages_that_are_pinned() -> None:
    made_of = {name: package["sha256"] for name, package in manifest.read(SHIPPED)["packages"].items()}
    assert made_of == {package.name: package.sha256 for package in PACKAGES}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_every_ingredient_has_its_licence_on_the_page(package: object) -> None:
    page = (SHIPPED / "PROVENANCE.md").read_text("utf-8")
    assert isinstance(package, type(PACKAGES[0]))
    assert f"`{package.name}` {package.version}" in page


def test_all_tables_are_in_one_space() -> None:
    tables = [open_table(SHIPPED / f"words.{language}.bin") for language in LANGUAGES]
    assert [table.language for table in tables] == list(LANGUAGES)
    assert len({(table.space, table.dims) for table in tables}) == 1


def test_heads_and_topics_are_in_it_too() -> None:
    heads = json.loads((SHIPPED / "heads.json").read_text("utf-8"))
    topics = json.loads((SHIPPED / "archetypes.json").read_text("utf-8"))
    assert set(heads) == {"unhappy", "lead", "pitch"}
    assert set(topics) == set(TOPICS)
    assert {len(numbers) for numbers in [*topics.values(), *(head["weights"] for head in heads.values())]} == {256}


def test_boilerplate_is_what_the_grammar_says() -> None:
    written = tomllib.loads((HERE / "boilerplate.toml").read_text("utf-8"))
    shipped = json.loads((SHIPPED / "boilerplate.json").read_text("utf-8"))
    assert shipped == {language: text.strip().split("\n") for language, text in written.items()}
    assert set(shipped) == set(LANGUAGES)
