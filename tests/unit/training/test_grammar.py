"""The grammar is read whole, and what does not fit is refused with its place."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from byname.training.grammar import BESIDE, TOPICS, little_mail, read_grammar
from byname.training.phrasebook import read_phrasebook

BOOK = """# what people write

## slot thing
en: lamp|chair
de: Lampe|Stuhl

## orders

en: where is my {thing}
de: wo ist {thing} | wo bleibt {thing}

"""


def written(folder: Path, text: str) -> Path:
    path = folder / "grammar.txt"
    path.write_text(text, "utf-8")
    return path


# --- the clauses -------------------------------------------------------------------------------------------------


def test_every_topic_has_clauses_enough() -> None:
    grammar = read_grammar()
    assert set(grammar.clauses) == {*TOPICS, *BESIDE}
    assert min(len(grammar.clauses[topic]) for topic in TOPICS) >= 40


def test_no_clause_stands_twice() -> None:
    clauses = read_grammar().all_clauses()
    assert sorted({clause for clause in clauses if clauses.count(clause) > 1}) == []


def test_a_little_mail_has_a_word_in_every_slot() -> None:
    grammar = read_grammar()
    chance = random.Random(1)
    mails = [little_mail(grammar, topic, chance) for topic in TOPICS for _ in range(20)]
    assert [mail for mail in mails if "{" in mail] == []


def test_the_same_seed_makes_the_same_mails() -> None:
    grammar = read_grammar()
    one, other = (little_mail(grammar, "billing", random.Random(3)) for _ in range(2))
    assert one == other


def test_an_unknown_slot_is_refused_with_its_clause(tmp_path: Path) -> None:
    path = written(tmp_path, '[slots]\nthing = "lamp"\n[topics]\nbilling = """\npay the {bill}\n"""\n')
    with pytest.raises(ValueError, match=r"'pay the \{bill\}': no slot 'bill': take one of thing"):
        read_grammar(path)


def test_an_unknown_topic_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, '[slots]\n[topics]\nbillings = """\npay\n"""\n')
    with pytest.raises(ValueError, match="no topic 'billings': take one of billing"):
        read_grammar(path)


# --- the phrasebook ----------------------------------------------------------------------------------------------


def test_the_phrasebook_has_at_least_150_clauses_in_five_languages() -> None:
    book = read_phrasebook()
    assert book.languages() == ("de", "fr", "es", "it", "nl")
    assert len(book.phrases) >= 150
    assert {phrase.topic for phrase in book.phrases} == {*TOPICS, "around"}


def test_a_phrase_says_the_same_thing_in_every_language(tmp_path: Path) -> None:
    book = read_phrasebook(written(tmp_path, BOOK))
    said = [tuple(book.say(book.phrases[0], random.Random(seed)).values()) for seed in range(20)]
    assert set(said) == {
        ("where is my lamp", "wo ist Lampe"),
        ("where is my lamp", "wo bleibt Lampe"),
        ("where is my chair", "wo ist Stuhl"),
        ("where is my chair", "wo bleibt Stuhl"),
    }


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("Lampe|Stuhl", "Lampe", r"slot thing: 2 in English, but {'de': 1}"),
        ("## orders", "## order", "no topic 'order'"),
        ("wo bleibt {thing}", "wo bleibt {day}", "no slot 'day'"),
    ],
    ids=["lists out of step", "unknown topic", "unknown slot"],
)
def test_what_does_not_fit_together_is_refused(tmp_path: Path, before: str, after: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_phrasebook(written(tmp_path, BOOK.replace(before, after)))


def test_a_language_missing_in_a_block_is_refused(tmp_path: Path) -> None:
    text = BOOK + "en: it is late\n"
    with pytest.raises(ValueError, match="'it is late': said in en; the first block is in others"):
        read_phrasebook(written(tmp_path, text))
