"""Message catalogues, read as pairs of sentences."""

from __future__ import annotations

from pathlib import Path

from byname.training.translations import plain, translated

CATALOGUE = """msgid ""
msgstr "Language: de\\n"

#: views.py:12
msgid "Your order %(number)s has been <b>cancelled</b>."
msgstr "Ihre Bestellung %(number)s wurde <b>storniert</b>."

#, fuzzy
msgid "Basket"
msgstr "Korb?"

msgid "One item"
msgid_plural "Several "
"items"
msgstr[0] "Ein Artikel"
msgstr[1] "Mehrere "
"Artikel"

msgid "OK"
msgstr "OK"
"""


def test_originals_and_translations_come_without_placeholders_and_tags(tmp_path: Path) -> None:
    place = tmp_path / "shop" / "locale" / "de" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "django.po").write_text(CATALOGUE, "utf-8")
    assert translated([tmp_path], "de") == {
        "Your order has been cancelled .": "Ihre Bestellung wurde storniert .",
        "One item": "Ein Artikel",
    }


def test_what_is_no_word_is_left_out_of_a_text() -> None:
    assert plain("Hello&nbsp;{{ user }},\n see https://shop.example/%s") == "Hello , see"
