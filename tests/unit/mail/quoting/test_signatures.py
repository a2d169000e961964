"""Where somebody's words end and their signature begins."""

from __future__ import annotations

import pytest

from chalicelib.mail.quoting.quotes import fresh, said
from chalicelib.mail.quoting.signatures import split, without

ADVERTISEMENTS = {
    "iPhone": "Sent from my iPhone",
    "BlackBerry": "Sent from my BlackBerry® wireless device from Vodafone",
    "Samsung": "Sent via the Samsung Galaxy S7, an AT&T 4G LTE smartphone",
    "a make nobody knows": "Sent from my Blorp X9 4G",
    "Yahoo": "Sent from Yahoo Mail on Android",
    "Windows": "Sent from Mail<https://go.mail.example/?LinkId=550986> for Windows 10",
    "Outlook": "Get Outlook for iOS<https://links.mail.example/o0ukef>",
    "K-9": "Sent from Android device with K-9 Mail. Please excuse my brevity.",
    "Proton": "Sent with Proton Mail secure email.",
    "Sparrow": "Sent with Sparrow (http://sparrow.example/?sig)",
    "de": "Von meinem iPhone gesendet",
    "de Outlook": "Holen Sie sich Outlook für Android",
    "de GMX": "Diese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.",
    "fr": "Envoyé de mon iPhone",
    "fr Orange": "Envoyé à partir d’Outlook pour iOS",
    "es": "Enviado desde mi iPhone",
    "pt": "Enviado do meu iPhone",
    "it": "Inviato da iPhone",
    "nl": "Verstuurd vanaf mijn iPad",
    "sv": "Skickat från min iPhone",
    "da": "Sendt fra min iPad",
    "fi": "Lähetetty iPhonesta",
    "pl": "Wysłane z iPhone'a",
    "cs": "Odesláno z iPhonu",
    "ro": "Trimis de pe iPhone-ul meu",
    "ru": "Отправлено с iPhone",
    "ru Yandex": "Отправлено из мобильной Яндекс Почты",
    "el": "Στάλθηκε από το iPhone μου",
    "tr": "iPhone'umdan gönderildi",
    "he": "נשלח מה-iPhone שלי",
    "ar": "أُرسلت من الـ iPhone",
    "vi": "Gửi từ iPhone của tôi",
    "th": "ส่งจาก iPhone ของฉัน",
    "zh-CN": "发自我的 iPhone",
    "zh-TW": "從我的 iPhone 傳送",
    "ja": "iPhoneから送信",
    "ko": "나의 iPhone에서 보냄",
    "a virus scanner": "Virus-free. www.avast.example",
}
CLOSINGS = {
    "en": "Kind regards,\nJane Roe",
    "en thanks": "Thanks!\nJane",
    "de": "Mit freundlichen Grüßen\n\nJane Roe",
    "fr": "Cordialement,\nJane Roe",
    "es": "Un saludo,\nJane",
    "pt": "Atenciosamente,\nJane",
    "it": "Cordiali saluti\nJane Roe",
    "nl": "Met vriendelijke groet,\nJane",
    "sv": "Med vänliga hälsningar\nJane",
    "da": "Med venlig hilsen\nJane",
    "fi": "Ystävällisin terveisin\nJane",
    "pl": "Z poważaniem\nJane",
    "cs": "S pozdravem\nJane",
    "ru": "С уважением,\nJane",
    "tr": "Saygılarımla,\nJane",
    "ja": "よろしくお願いいたします。\nジェーン",
    "with where to reach her": "Best wishes\nJane Roe\nHead of Gardens\n+44 161 496 0000\nwww.garden.example",
    "below a line": "--\nBest regards,\n\nJane",
    "above a phone's line": "Cheers,\nJane\n\nSent from my iPhone",
    "a dash before the name": "-jane",
    "a dash, and a phone's line": "-Jane.\n\nSent from my iPhone",
}


@pytest.mark.parametrize("line", ADVERTISEMENTS.values(), ids=ADVERTISEMENTS)
def test_what_a_phone_says_of_itself_goes(line: str) -> None:
    assert fresh(f"Two is fine.\n\nJane\n\n{line}") == "Two is fine.\n\nJane"
    assert fresh(f"Two is fine.\n\n{line}\n\nOn 23 Nov 2026, at 12:41, Bob wrote:\n\n> at two?") == "Two is fine."
    assert split(f"Two is fine.\n\n{line}") == ("Two is fine.", line)


@pytest.mark.parametrize("signature", CLOSINGS.values(), ids=CLOSINGS)
def test_a_greeting_at_the_end_begins_the_signature(signature: str) -> None:
    assert split(f"Hello Bob,\n\ntwo is fine for me.\n\n{signature}") == (
        "Hello Bob,\n\ntwo is fine for me.",
        signature,
    )


@pytest.mark.parametrize("signature", ["Kind regards,\nJane Roe", "Mit freundlichen Grüßen\nJane", "Thanks!\nJane"])
def test_the_greeting_is_part_of_what_somebody_says(signature: str) -> None:
    assert said(f"Two is fine.\n\n{signature}") == f"Two is fine.\n\n{signature}"


@pytest.mark.parametrize(
    "block",
    [
        pytest.param("-- \nJane Roe\nGarden Ltd\n07700 900456", id="the mark of old"),
        pytest.param("--\nJane Roe", id="the mark without its blank"),
        pytest.param("—\nJane Roe", id="a long dash"),
        pytest.param(
            "_______________________________________________\ngardens mailing list\ngardens@lists.example\n"
            "https://lists.example/mailman/listinfo/gardens",
            id="a list's footer",
        ),
        pytest.param(
            "This e-mail and any files with it are confidential and intended solely for the person it is addressed to. "
            "If you are not the intended recipient, delete it.",
            id="lawyers",
        ),
        pytest.param(
            "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind oder diese "
            "E-Mail irrtümlich erhalten haben, löschen Sie sie bitte.",
            id="German lawyers",
        ),
        pytest.param("-----BEGIN PGP SIGNATURE-----\n\niQEzBA\n-----END PGP SIGNATURE-----", id="a key's signature"),
        pytest.param("--\n***\n====\n\n-----", id="drawn lines"),
    ],
)
def test_what_is_set_off_below_goes(block: str) -> None:
    assert fresh(f"Two is fine.\n\nJane\n\n{block}") == "Two is fine.\n\nJane"


def test_the_signature_above_a_quote_does_not_hide_the_answer_below_it() -> None:
    text = "See below.\n\n-- \nJane Roe\n\nOn 23 Nov 2026, at 12:41, Bob wrote:\n> at two?\n\nTwo is fine."
    assert fresh(text) == "See below.\n\nTwo is fine."


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Hello\n\nSent from my desk, is much easier than my mobile phone.", id="a sentence"),
        pytest.param("The parts were\nsent by courier on Monday.", id="sent by courier"),
        pytest.param("It works.\nFrom my point of view we are done.", id="a point of view"),
        pytest.param("Hej\n\nFrån min sida går det bra att ta det på telefon i dag.", id="a Swedish point of view"),
        pytest.param("Prices:\n\n-- tap\n-- valve\n\nand the boiler", id="a list with dashes"),
        pytest.param("It is confidential that the intended recipient is my brother.", id="a secret"),
        pytest.param("-- \nJane", id="nothing but a signature"),
        pytest.param("This -- as I said -- is no signature.", id="dashes in a sentence"),
        pytest.param("Name      Price\n--------------\ntap       20\n\nSincerely,\nJane", id="a table"),
        pytest.param("👍", id="a thumb"),
    ],
)
def test_what_only_looks_like_a_signature_stays(text: str) -> None:
    assert "\n".join(without(text.split("\n"))) == text


@pytest.mark.parametrize(
    ("text", "signature", "sender"),
    [
        pytest.param("See you.\n\nJane Roe\njane@x.example\n(555) 346-9947", "", "", id="a stranger's name is a word"),
        pytest.param(
            "See you.\n\nJane Roe\njane@x.example\n(555) 346-9947",
            "Jane Roe\njane@x.example\n(555) 346-9947",
            "Jane Roe",
            id="her name",
        ),
        pytest.param(
            "See you.\n\nJane Roe, Ph.D.\nGarden Ltd", "Jane Roe, Ph.D.\nGarden Ltd", "jane@x.example", id="an address"
        ),
        pytest.param("Ask Jane.\n\nShe knows the way to the boiler.", "", "Jane Roe", id="her name in a sentence"),
        pytest.param("Jane Roe", "", "Jane Roe", id="her name alone"),
        pytest.param("We need:\n- tap\n- valve", "", "", id="a list"),
        pytest.param("Hey!", "", "", id="one word"),
        pytest.param("", "", "", id="nothing"),
    ],
)
def test_the_senders_name_at_the_end_is_a_signature(text: str, signature: str, sender: str) -> None:
    assert split(text, sender)[1] == signature
