"""What a message is about: by the firm's own keywords, and by what the words mean."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.desk.team import Category, Team
from chalicelib.triage.models import Models
from chalicelib.triage.read import read, understand
from tests.builders import a_team


@pytest.mark.parametrize(
    ("subject", "text", "category", "words"),
    [
        ("Boiler leaking", "It drips on the floor", "repairs", ("boiler", "leaking")),
        ("Question", "Please send the invoice again", "billing", ("invoice",)),
        ("Hello", "Can you help me?", "", ()),
        ("Invoice for the boiler", "", "", ()),
        ("Invoice and refund", "for the boiler", "billing", ("invoice", "refund")),
        ("bleak", "unleaking bathroomish", "", ()),
    ],
    ids=["subject", "text", "nothing fits", "an even match is no match", "more words win", "whole words only"],
)
def test_without_models_the_category_is_the_one_with_most_of_its_words(
    subject: str, text: str, category: str, words: tuple[str, ...], no_models: Models
) -> None:
    reading = read(subject, text, a_team(), models=no_models)
    assert (reading.category, reading.category_words) == (category, words)


@pytest.mark.parametrize(
    ("subject", "text", "category", "words"),
    [
        ("Boiler leaking", "It drips on the floor", "repairs", ("boiler", "leaking")),
        ("", "It drips and the heating is off", "repairs", ("drips", "heating")),
        ("Hello", "You have charged my card and I paid.", "billing", ("charged my card", "paid")),
        ("Hello", "Hope you are well", "", ()),
        ("Hello", "The parcel and the tracking of the courier", "", ()),
        ("Shower", "", "bathrooms", ("shower",)),
    ],
    ids=["its own words are the reason", "by meaning", "a phrase", "greetings alone", "a topic nobody has", "one word"],
)
def test_with_models_it_is_what_the_words_come_closest_to(
    subject: str, text: str, category: str, words: tuple[str, ...], models: Models
) -> None:
    reading = read(subject, text, a_team(), models=models)
    assert (reading.category, reading.category_words) == (category, words)


def test_between_two_a_person_chooses_and_both_are_named(models: Models) -> None:
    reading = read("Invoice for the boiler", "", a_team(), models=models)
    assert (reading.category, set(reading.doubt)) == ("", {"repairs", "billing"})


def test_the_firms_own_word_decides_where_meaning_hesitates(models: Models) -> None:
    reading = read("Call", "Mrs Jones wants a quote and a price for a radiator.", a_team(), models=models)
    assert (reading.category, reading.category_words) == ("repairs", ("radiator",))


def test_a_signature_and_a_notice_do_not_tip_it(models: Models) -> None:
    below = "Kind regards,\nJane Roe\nBathroom & Tiles Ltd\nTel 0161 496 0000\n\nThe shower is confidential."
    reading = read("", f"It drips on the floor since this morning.\n\n{below}", a_team(), models=models)
    assert reading.category == "repairs"


def test_a_mail_in_another_language_with_a_table_is_understood_by_the_same_settings(models: Models) -> None:
    text = "Bitte sagen Sie uns, wann die Heizung wieder warm wird. Sie tropft."
    understood = understand("", text, a_team(), models=models)
    assert (understood.reading.category, understood.tongue.heard) == ("repairs", "de")
    assert understood.reading.language == "", "nobody in the firm answers in German"


def test_a_language_without_a_table_goes_by_keywords_never_by_a_guess(models: Models) -> None:
    text = "Bonjour, je voudrais un rendez-vous pour la chaudière, merci. Je ne sais pas si elle est la bonne."
    understood = understand("", text, a_team(), models=models)
    assert (understood.tongue.heard, understood.about.category) == ("fr", "")
    assert understand("", f"{text} Invoice", a_team(), models=models).about.category == "billing"


def test_a_category_may_be_like_a_usual_topic_and_need_no_words(models: Models) -> None:
    parcels = Category("parcels", "Zzz", "alice", a_team().answer_within, like="orders")
    team = with_category(parcels)
    assert read("", "Where is the courier with my parcel and the delivery?", team, models=models).category == "parcels"


def test_a_category_whose_own_words_are_a_usual_topic_is_like_it_by_itself(models: Models) -> None:
    parcels = Category("parcels", "Parcel", "alice", a_team().answer_within)
    assert read("", "The courier shows no tracking", with_category(parcels), models=models).category == "parcels"


def test_how_unhappy_they_sound(models: Models) -> None:
    calm = read("", "The radiator is cold", a_team(), models=models)
    angry = read("", "Rude and awful, I am angry", a_team(), models=models)
    assert calm.unhappiness < 0.1 < 0.9 < angry.unhappiness
    assert read("", "This is unacceptable", a_team(), models=models).unhappiness == 0.9, "by its words alone"


def test_a_firm_without_categories_has_none(models: Models) -> None:
    assert read("Boiler", "leaking", a_team(categories=()), models=models).category == ""


def with_category(category: Category) -> Team:
    team = a_team()
    return replace(team, categories=(*team.categories, category))
