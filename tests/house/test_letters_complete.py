"""Whatever the desk decides to send can be written, in every language; and every letter to a customer has our voice."""

from __future__ import annotations

import json
import re
import string
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from chalicelib.desk.decision import Acknowledgement, Reply, Topic, type_of_letter
from chalicelib.mail import phrases
from chalicelib.mail.render import render, template_name
from tests.builders import a_team
from tests.letters import CUSTOMER_LETTERS, ESCALATIONS, LETTERS, NOTICES, source_of

LANGUAGES = sorted(phrases.languages())
TEMPLATES = sorted({template_name(letter) for letter in LETTERS.values()})
OUR_WORDS = {name: letter for name, letter in CUSTOMER_LETTERS.items() if isinstance(letter, Acknowledgement)}
"""Letters to customers that a machine writes. A reply is a person's own words."""
TEXT_ONLY = {name for name, letter in OUR_WORDS.items() if not letter.full}
FORBIDDEN = (
    *("ticket", "case", "request", "query", "reference number", "do not reply", "noreply", "dear customer", "valued"),
    *("soon", "as soon as possible", "within 24 hours", "important to us", "apologise for any inconvenience"),
    *("high volume",),
)


def folder(language: str) -> Path:
    return phrases.TEMPLATES / "mail" / language


def text_of(name: str) -> str:
    return render(LETTERS[name], a_team(), source_of(name)).text


def test_the_samples_hold_every_kind_of_letter_and_every_topic() -> None:
    assert {letter.kind for letter in LETTERS.values()} == set(type_of_letter)
    assert set(NOTICES) | set(ESCALATIONS) == set(Topic)
    assert set(NOTICES) & set(ESCALATIONS) == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_letter_is_written_in_every_language(template: str, language: str) -> None:
    assert (folder(language) / f"{template}.txt").is_file()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_template_is_left_over(language: str) -> None:
    included = {
        name
        for path in folder(language).glob("*.txt")
        for name in re.findall(r'{% include "(\w+)\.txt" %}', path.read_text("utf-8"))
    }
    assert {path.stem for path in folder(language).glob("*.txt")} == {*TEMPLATES, *included}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_phrases_with_the_same_blanks_at_most(language: str) -> None:
    def blanks(table: dict[str, Any]) -> dict[tuple[str, str], set[str | None]]:
        return {
            (group, phrase): {name for _, name, _, _ in string.Formatter().parse(text) if name}
            for group, said in table.items()
            for phrase, text in said.items()
            if group != "number"
        }

    english = blanks(json.loads((folder("en") / "phrases.json").read_text("utf-8")))
    theirs = blanks(json.loads((folder(language) / "phrases.json").read_text("utf-8")))
    moments = {"clock", "weekday", "day", "month", "year"}
    assert theirs.keys() == english.keys()
    assert all(theirs[phrase] <= english[phrase] | moments for phrase in english)


@pytest.mark.parametrize("name", OUR_WORDS)
def test_a_letter_to_a_customer_stays_under_120_words(name: str) -> None:
    assert len(text_of(name).split()) < 120


@pytest.mark.parametrize("name", OUR_WORDS)
def test_a_letter_to_a_customer_has_none_of_the_words_that_make_people_a_number(name: str) -> None:
    rendered = render(LETTERS[name], a_team())
    said = f"{rendered.subject}\n{rendered.text}\n{rendered.html}".lower()
    assert [word for word in FORBIDDEN if re.search(rf"\b{word}", said)] == []


@pytest.mark.parametrize("name", OUR_WORDS)
def test_the_first_sentence_says_who_and_by_when(name: str) -> None:
    letter, first = OUR_WORDS[name], text_of(name).partition("\n")[0]
    assert first.startswith(letter.owner.name)
    assert re.search(r"by \d\d:\d\d (today|tonight|tomorrow, Tuesday)\.$", first)


@pytest.mark.parametrize("name", OUR_WORDS)
def test_nobody_is_called_he_or_she(name: str) -> None:
    assert not re.search(r"\b(he|she|him|her|his)\b", text_of(name), re.IGNORECASE)


def test_a_reply_holds_the_authors_words_and_nothing_else() -> None:
    letter = CUSTOMER_LETTERS["reply"]
    assert isinstance(letter, Reply)
    assert text_of("reply") == letter.text + "\n"


@pytest.mark.parametrize("name", CUSTOMER_LETTERS)
def test_a_letter_to_a_customer_shows_nobodys_own_mailbox(name: str) -> None:
    rendered = render(LETTERS[name], a_team())
    private = [address for person in a_team().people for address in person.addresses]
    assert [address for address in private if address in rendered.text + rendered.html + rendered.subject] == []


@pytest.mark.parametrize("name", sorted(TEXT_ONLY))
def test_the_fixed_letter_is_plain_text_without_a_link(name: str) -> None:
    rendered = render(LETTERS[name], a_team())
    assert rendered.html == ""
    assert "http" not in rendered.text


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_fetches_nothing_and_counts_nobody(name: str) -> None:
    html = render(LETTERS[name], a_team(), source_of(name)).html
    assert not re.search(r"<img|src=|url\(|<script|<link|@import|<iframe|<form", html, re.IGNORECASE)


@pytest.mark.parametrize("name", [name for name in LETTERS if name not in TEXT_ONLY])
def test_text_and_html_say_the_same(name: str) -> None:
    rendered = render(LETTERS[name], a_team(), source_of(name))
    body = rendered.html.partition("</head>")[2]
    bare = unescape(re.sub(r"<[^>]+>", "", body))
    assert bare.split() == rendered.text.split()
