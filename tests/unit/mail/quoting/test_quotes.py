"""What somebody wrote this time, and what must not leave with it."""

from __future__ import annotations

import pytest

from chalicelib.desk.signed_addresses import Purpose, write_address
from chalicelib.mail.quoting.answers import answers_inside
from chalicelib.mail.quoting.quotes import fresh, said
from tests.builders import RING

SIGNED = write_address("support@help.harris.example", Purpose.STAFF_REPLY, "k7q3md9x2a", "bob", RING)
MARK = "[card K7Q-3MD]"
CARD = f"""{MARK}
Jane Roe <jane@customer.example> · customer since 2019
Promised: today at 13:15
Your reply goes to Jane; this card does not. {MARK}

Hello,

our boiler is leaking."""


def quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


ATTRIBUTIONS = [
    pytest.param("On Mon, 23 Nov 2026 at 12:41, Bob <support@harris.example> wrote:", id="en Gmail"),
    pytest.param(
        "On Mon, 23 Nov 2026 at 12:41, Bob Harris at Harris <\nsupport@harris.example> wrote:", id="en wrapped"
    ),
    pytest.param("On 23 Nov 2026, at 12:41, Bob <support@harris.example> wrote:", id="en Apple"),
    pytest.param("On 23/11/2026 12:41, Bob wrote:", id="en Thunderbird"),
    pytest.param("Am 23.11.26 um 12:41 schrieb Bob:", id="de Thunderbird"),
    pytest.param("Bob <support@harris.example> schrieb am Mo., 23. Nov. 2026, 12:41:", id="de Gmail"),
    pytest.param("Am 23.11.2026 um 12:41 schrieb Bob <support@harris.example>:", id="de Apple"),
    pytest.param("Le lun. 23 nov. 2026 à 12:41, Bob <support@harris.example> a écrit :", id="fr Gmail"),
    pytest.param("El lun, 23 nov 2026 a las 12:41, Bob (<support@harris.example>) escribió:", id="es Gmail"),
    pytest.param("Il giorno lun 23 nov 2026 alle ore 12:41 Bob <support@harris.example> ha scritto:", id="it Gmail"),
    pytest.param("Op ma 23 nov 2026 om 12:41 schreef Bob <support@harris.example>:", id="nl Gmail"),
    pytest.param("Op 23-11-2026 om 12:41 schreef Bob:", id="nl Thunderbird"),
]
HEADER_BLOCKS = [
    pytest.param(
        "From: Bob <support@harris.example>\nSent: 23 November 2026 12:41\nTo: Jane\nSubject: Re: Boiler",
        id="en Outlook",
    ),
    pytest.param(
        "________________________________\nFrom: Bob\nSent: Monday, November 23, 2026 12:41\nTo: Jane\nSubject: Re: B",
        id="en Outlook on the web",
    ),
    pytest.param(
        "Von: Bob\nGesendet: Montag, 23. November 2026 12:41\nAn: Jane\nBetreff: AW: Heizung", id="de Outlook"
    ),
    pytest.param("*Von:* Bob\n*Datum:* 23.11.2026\n*An:* Jane\n*Betreff:* AW: Heizung", id="de bold"),
    pytest.param("De : Bob\nEnvoyé : lundi 23 novembre 2026 12:41\nÀ : Jane\nObjet : RE: Chaudière", id="fr Outlook"),
    pytest.param(
        "De: Bob\nEnviado el: lunes, 23 de noviembre de 2026\nPara: Jane\nAsunto: RE: Caldera", id="es Outlook"
    ),
    pytest.param("Da: Bob\nInviato: lunedì 23 novembre 2026 12:41\nA: Jane\nOggetto: R: Caldaia", id="it Outlook"),
    pytest.param("Van: Bob\nVerzonden: maandag 23 november 2026\nAan: Jane\nOnderwerp: RE: Ketel", id="nl Outlook"),
    pytest.param("-----Original Message-----\nFrom: Bob", id="en divider"),
    pytest.param("-----Ursprüngliche Nachricht-----\nVon: Bob", id="de divider"),
    pytest.param("-----Message d'origine-----\nDe : Bob", id="fr divider"),
    pytest.param("-----Messaggio originale-----\nDa: Bob", id="it divider"),
    pytest.param("-----Oorspronkelijk bericht-----\nVan: Bob", id="nl divider"),
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_the_quote_below_an_attribution_goes(attribution: str) -> None:
    assert fresh(f"Two is fine.\n\nJane\n\n{attribution}\n\n> Dear Jane,\n>\n> at two?\n") == "Two is fine.\n\nJane"


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_an_answer_below_the_quote_stays(attribution: str) -> None:
    assert fresh(f"{attribution}\n> Dear Jane,\n> at two?\n\nTwo is fine.\n") == "Two is fine."


@pytest.mark.parametrize("block", HEADER_BLOCKS)
def test_the_letter_below_a_header_block_goes(block: str) -> None:
    assert fresh(f"Two is fine.\n\n{block}\n\nDear Jane,\n\nat two?\n") == "Two is fine."


def test_answers_between_the_lines_keep_the_lines_they_answer() -> None:
    text = "On 23 Nov 2026, at 12:41, Bob wrote:\n> at two?\nYes.\n> Is the key next door?\nYes, too."
    assert fresh(text) == text


def test_words_above_and_below_one_quote_both_stay() -> None:
    text = "Thanks.\n\nOn 23 Nov 2026, at 12:41, Bob wrote:\n> at two?\n\nYes, at two."
    assert fresh(text) == "Thanks.\n\nYes, at two."


def test_an_answer_below_a_header_on_top_is_found() -> None:
    head = "-----Original Message-----\nFrom: Bob <bob@harris.example>\nSent: Monday\nTo: Jane\nSubject: Boiler"
    assert fresh(f"{head}\n\n> Dear Jane,\n> at two?\n\nTwo is fine.") == "Two is fine."


@pytest.mark.parametrize("link", ["(https://harris.example/b/YzOTYz)", "_nonce=3dd518)", "https://harris.example/x"])
def test_a_link_that_was_wrapped_out_of_a_quote_goes_with_it(link: str) -> None:
    quote = f"> See your visit\n>\n{link}\n> and your bill\n>"
    assert fresh(f"Two is fine.\n\nOn Monday, 23 November 2026 at 12:41, Bob wrote:\n\n{quote}\n") == "Two is fine."


def test_a_quote_alone_says_nothing() -> None:
    assert fresh("On 23 Nov 2026, at 12:41, Bob wrote:\n> at two?\n") == ""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("From: Berlin\nTo: Lyon\nDate: Monday\n\nCan you ship it?", id="a journey"),
        pytest.param("Bob wrote:\n\nthat the valve is broken.", id="somebody said something"),
        pytest.param("Prices:\n--------\n20\n--------\n30", id="a table drawn with dashes"),
    ],
)
def test_what_only_looks_like_a_quote_stays(text: str) -> None:
    assert fresh(text) == text


def test_an_iphones_mark_that_nobody_sees_hides_no_card() -> None:
    quote = (
        f"> On 23 Nov 2026, at 09:07, Jane via Harris <support@harris.example> wrote:\n>\n> \ufeff{quoted(CARD)[2:]}"
    )
    assert said(f"At two.\n\nSent from my iPhone\n\n{quote}") == "At two."


OURS = "Dear Jane,\n\nI will come by at two. Please turn off the valve on the left until then.\n\nBob"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"Two is fine.\n\nFin 23.11.2026 12:41 Bob kirjoitti:\n{quoted(OURS)}", id="an unknown language"),
        pytest.param(f"Two is fine.\n\n\n{OURS}", id="no mark at all"),
        pytest.param(
            "Two is fine.\n\n> I will come by at two. Please turn off\n> the valve on the left until then.",
            id="wrapped anew",
        ),
        pytest.param(
            f"Two is fine.\n\nOd: Bob\nWysłano: poniedziałek\nDo: Jane\nTemat: RE\n\n{OURS}", id="unknown fields"
        ),
        pytest.param(f"{quoted(OURS)}\n\nTwo is fine.", id="answered below"),
        pytest.param(f"Two is fine.\n\nOd: Bob\nDo: Jane\nTemat: RE\n\nBob\n\n{OURS}", id="a short first line"),
    ],
)
def test_our_own_letter_is_known_by_its_words(text: str) -> None:
    assert fresh(text, [OURS]) == "Two is fine."


def test_a_short_answer_below_our_letter_stays_though_the_letter_has_the_word() -> None:
    assert fresh(f"{quoted(OURS)}\n\nBob?", [OURS]) == "Bob?"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"At two.\n\nOn 23 Nov 2026, at 10:07, Jane Roe via Harris wrote:\n\n{quoted(CARD)}", id="Gmail"),
        pytest.param(f"At two.\n\n> Am 23.11.2026 um 10:07 schrieb Jane <{SIGNED}>:\n> \n{quoted(CARD)}", id="Apple"),
        pytest.param(
            f"At two.\n\nFrom: Jane via Harris <{SIGNED}>\nSent: 1\nTo: Bob\nSubject: B\n\n{CARD}", id="Outlook"
        ),
        pytest.param(f"At two.\n\nLähettäjä: Jane\nLähetetty: 1\nVastaanottaja: Bob\nAihe: B\n\n{CARD}", id="Finnish"),
        pytest.param(f"{quoted(CARD)}\n\nAt two.", id="below the quote"),
        pytest.param(f"{quoted(CARD.split('Hello')[0])}\nAt two.\n{quoted('Hello,')}"[:-9], id="below the card"),
    ],
)
def test_an_answer_to_our_forward_is_told_from_it_by_the_card(text: str) -> None:
    assert fresh(text) == "At two."


def test_answers_between_a_customers_lines_lose_the_card_and_keep_the_lines() -> None:
    text = f"On 23 Nov 2026, at 10:07, Jane wrote:\n{quoted(CARD)}\nWhich valve?\n> The left one?\nI see."
    assert fresh(text) == (">\n> Hello,\n>\n> our boiler is leaking.\nWhich valve?\n> The left one?\nI see.")


@pytest.mark.parametrize("block", HEADER_BLOCKS)
def test_no_length_keeps_a_quote_from_being_cut(block: str) -> None:
    words = "word\n" * 30_000
    assert fresh(f"Two is fine.\n\n{block}\n\nDear Jane,\n\n{words}") == "Two is fine."
    assert fresh(f"{words}\n{block}\n\nDear Jane,\n") == words.strip()


def test_an_answer_below_a_quote_of_thousands_of_lines_stays() -> None:
    quote = quoted(CARD + "\nword" * 5_000)
    assert fresh(f"Hi Jane,\n\nOn 23 Nov 2026, at 10:07, Jane wrote:\n{quote}\n\nAt two.") == "Hi Jane,\n\nAt two."


def test_what_a_colleague_said_has_no_card_and_no_signed_address() -> None:
    assert said(f"At two. Or write to {SIGNED} instead.\n\nOn 1 Nov 2026 Jane wrote:\n{quoted(CARD)}") == (
        "At two. Or write to instead."
    )


HERS = """Hello Bob,

our boiler is leaking, see https://photos.example/jane?id=7&x=1 for a photo. Which day can you come, and must somebody
be at home the whole day?

How much is it?

Best wishes
Jane"""
OUTLOOK = f"""________________________________
From: Jane Roe via Harris <{SIGNED}>
Sent: Monday, November 23, 2026 9:07 AM
To: Bob Harris <bob@harris.example>
Subject: Boiler

{CARD.partition("Hello,")[0].strip()}

"""
SIGNED_BOB = "Kind regards\nBob Harris\nHarris Heating Ltd"
FOOTER = "Harris Heating Ltd. This mail is confidential. If you are not Jane, delete it.\nRegistered in England."
ABOVE = f"See my answers below.\n\n{SIGNED_BOB}\n\n"


@pytest.mark.parametrize(
    "answered",
    [
        pytest.param(HERS.replace("day?\n", "day?\nTuesday the fourth.\n"), id="on a line of its own"),
        pytest.param(HERS.replace("day?\n", "day?\n\nTuesday the fourth.\n\n").replace("\n", "\n\n"), id="set off"),
        pytest.param(HERS.replace("day?\n", "day? No, in the morning.\n"), id="on the question's line"),
        pytest.param(HERS.replace("it?", "it?\n£80"), id="a price before her name"),
        pytest.param(HERS.replace("Hello Bob", "Hello Bob\n(Hi Jane, at two)"), id="below the greeting"),
        pytest.param(HERS.replace("How much is it?", "Eighty pounds."), id="instead of her question"),
        pytest.param(quoted(HERS.replace("it?", "it?\n£80")), id="inside the marks of the quote"),
    ],
)
def test_an_answer_between_her_lines_that_would_be_lost_is_seen(answered: str) -> None:
    text = f"{ABOVE}{OUTLOOK}{answered}\n"
    assert "80" not in said(text, [HERS])
    assert answers_inside(text, [HERS])
    assert not answers_inside(text)  # without her words nobody can know


def test_an_answer_between_lines_without_a_card_is_seen_too() -> None:
    header = "From: Jane via Harris\nSent: 1\nTo: Bob\nSubject: B\n\n"
    assert answers_inside(f"See below.\n\n{header}{HERS.replace('it?', 'it? £80')}", [HERS])


@pytest.mark.parametrize("attribution", [*ATTRIBUTIONS, *HEADER_BLOCKS])
def test_an_answer_on_top_of_any_quote_is_all_there_is(attribution: str) -> None:
    for text in (
        f"At two.\n\n{attribution}\n\n{quoted(HERS)}",
        f"At two.\n\n{attribution}\n\n{HERS}",
        f"At two.\n\n{attribution}\n\n{CARD.partition('Hello,')[0]}{HERS}\n\n{FOOTER}",
        f"At two.\n\n{attribution}\n\n{quoted(CARD.partition('Hello,')[0] + HERS)}\n\n{FOOTER}",
    ):
        assert not answers_inside(text, [HERS])
    assert said(f"At two.\n\n{attribution}\n\n{HERS}", [HERS]) == "At two."


@pytest.mark.parametrize(
    "quote",
    [
        pytest.param(HERS, id="as it is"),
        pytest.param(HERS.replace(" ", "\n", 20), id="wrapped anew"),
        pytest.param(HERS.replace("\n", "\n\n"), id="double spaced"),
        pytest.param(
            HERS.replace("https://", "https://eur01.safelinks.example/?url=https%3A%2F%2F"), id="links rewritten"
        ),
        pytest.param(HERS.replace("x=1", "x=1<https://photos.example/jane?id=7&x=1>"), id="links twice"),
        pytest.param(HERS.replace("boiler", "bo?ler").replace("leaking", "leak?ng"), id="letters broken"),
        pytest.param(HERS.replace("Best", "[cid:image001.png@01DC]\n<photo.jpg>\n\nBest"), id="pictures"),
        pytest.param(HERS.partition("How much")[0], id="cut short"),
        pytest.param(HERS.replace("Which day can you come, ", ""), id="shortened"),
        pytest.param(f"{HERS}\n\n{SIGNED_BOB}", id="his signature below"),
        pytest.param(f"{HERS}\n\nKind regards\nBob", id="another signature below"),
        pytest.param(f"{HERS}\n\n{FOOTER}", id="the gateway's footer below"),
        pytest.param(f"{HERS}\n\n2 files (1 MB) are here: <https://x.example/files/1>", id="our link below"),
        pytest.param(f"CAUTION: this came from outside.\n\n{HERS}", id="the gateway's warning above"),
        pytest.param(f"Jane wrote on Monday at 9:07:\n\n{HERS}", id="a nudge"),
        pytest.param("", id="no words at all"),
    ],
)
def test_what_programs_do_to_a_quote_is_no_answer(quote: str) -> None:
    assert not answers_inside(f"At two.\n\n{SIGNED_BOB}\n\n{OUTLOOK}{quote}", [HERS])


def test_answers_between_marked_lines_stay_so_nothing_is_lost() -> None:
    text = f"On 23 Nov 2026, at 10:07, Jane wrote:\n{quoted(CARD)}\nWhich valve?\n> The left one?\nI see."
    assert not answers_inside(text, ["Hello,\n\nour boiler is leaking.\n\nThe left one?"])
    assert "Which valve?" in said(text, ["Hello,\n\nour boiler is leaking.\n\nThe left one?"])


def test_a_quote_without_any_mark_is_known_by_her_words() -> None:
    assert said(f"At two.\n\n{HERS}", [HERS]) == "At two."
    assert said(f"{quoted(HERS)}\n\nAt two.", [HERS]) == "At two."


@pytest.mark.parametrize("letter", [HERS, "12 High Street, Manchester", "See you then"])
def test_a_line_of_hers_that_he_repeats_stays(letter: str) -> None:
    for text in ("At two. You asked:\nHow much is it?", "I'll be at\n12 High Street, Manchester", "See you then"):
        assert said(text, [letter]) == text


def test_a_forward_sent_back_without_a_word_says_nothing() -> None:
    assert fresh(f"From: Jane via Harris\nSent: 1\nTo: Bob\nSubject: B\n\n{CARD}") == ""
