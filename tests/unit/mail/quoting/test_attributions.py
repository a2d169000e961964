"""The line above a quote, as programs write it in their readers' languages."""

from __future__ import annotations

import pytest

from chalicelib.mail.quoting.quotes import fresh

B = "Bob Harris <bob@harris.example>"
ATTRIBUTIONS = {
    # Gmail
    "Gmail en": f"On Mon, Nov 23, 2026 at 12:41 PM {B} wrote:",
    "Gmail de": f"Am Mo., 23. Nov. 2026 um 12:41 Uhr schrieb {B}:",
    "Gmail fr": f"Le lun. 23 nov. 2026 à 12:41, {B} a écrit :",
    "Gmail es": "El lun, 23 nov 2026 a las 12:41, Bob Harris (<bob@harris.example>) escribió:",
    "Gmail pt-BR": f"Em seg., 23 de nov. de 2026 às 12:41, {B} escreveu:",
    "Gmail pt-PT": f"{B} escreveu (segunda, 23/11/2026 à(s) 12:41):",
    "Gmail it": f"Il giorno lun 23 nov 2026 alle ore 12:41 {B} ha scritto:",
    "Gmail nl": f"Op ma 23 nov 2026 om 12:41 schreef {B}:",
    "Gmail sv": f"Den mån 23 nov. 2026 kl 12:41 skrev {B}:",
    "Gmail da": f"Den man. 23. nov. 2026 kl. 12.41 skrev {B}:",
    "Gmail nb": f"man. 23. nov. 2026 kl. 12:41 skrev {B}:",
    "Gmail fi": "ma 23. marrask. 2026 klo 12.41 Bob Harris (bob@harris.example) kirjoitti:",
    "Gmail pl": f"pon., 23 lis 2026 o 12:41 {B} napisał(a):",
    "Gmail cs": f"po 23. 11. 2026 v 12:41 odesílatel {B} napsal:",
    "Gmail sk": f"po 23. 11. 2026 o 12:41 {B} napísal(a):",
    "Gmail hu": f"{B} ezt írta (időpont: 2026. nov. 23., H, 12:41):",
    "Gmail ro": f"În lun., 23 nov. 2026 la 12:41, {B} a scris:",
    "Gmail hr": f"pon, 23. stu 2026. u 12:41 {B} napisao je:",
    "Gmail sl": f"V V pon., 23. nov. 2026 ob 12:41 je oseba {B} napisala:",
    "Gmail sr": f"пон, 23. нов 2026. у 12:41 {B} је написао/ла:",
    "Gmail bg": f"На пн, 23.11.2026 г. в 12:41 ч. {B} написа:",
    "Gmail ru": f"пн, 23 нояб. 2026 г. в 12:41, {B}:",
    "Gmail uk": f"пн, 23 лист. 2026 р. о 12:41 {B} пише:",
    "Gmail el": f"Στις Δευ 23 Νοε 2026 στις 12:41 μ.μ., ο χρήστης {B} έγραψε:",
    "Gmail tr": f"{B}, 23 Kas 2026 Pzt, 12:41 tarihinde şunu yazdı:",
    "Gmail lt": f"2026-11-23, pr, 12:41 {B} rašė:",
    "Gmail lv": "pirmd., 2026. g. 23. nov., plkst. 12:41 — lietotājs Bob Harris (<bob@harris.example>) rakstīja:",
    "Gmail et": f"Kuupäev E, 23. november 2026 kell 12:41 kirjutas {B}:",
    "Gmail he": "\u202bבתאריך יום ב׳, 23 בנוב׳ 2026 ב-12:41 מאת \u202aBob\u202c\u200f "
    "<\u202abob@harris.example\u202c\u200f>:\u202c",
    "Gmail ar": f"في الاثنين، ٢٣ نوفمبر ٢٠٢٦ في ١٢:٤١ م تمت كتابة ما يلي بواسطة {B}:",
    "Gmail fa": f"در تاریخ دوشنبه ۲۳ نوامبر ۲۰۲۶، ۱۲:۴۱ {B} نوشت:",
    "Gmail th": f"ในวันที่ จ. 23 พ.ย. 2026 เวลา 12:41 {B} เขียนว่า:",
    "Gmail vi": f"Vào Th 2, 23 thg 11, 2026 vào lúc 12:41 {B} đã viết:",
    "Gmail id": f"Pada tanggal Sen, 23 Nov 2026 pukul 12.41 {B} menulis:",
    "Gmail zh-CN": f"{B} 于2026年11月23日周一 12:41写道：",
    "Gmail zh-TW": f"{B} 於 2026年11月23日 週一 下午12:41寫道：",
    "Gmail ja": f"2026年11月23日(月) 12:41 {B}:",
    "Gmail ko": f"2026년 11월 23일 (월) 오후 12:41, {B}님이 작성:",
    "old Gmail": f"2026/11/23 {B}:",
    "older Gmail": f"2026-11-23 12:41 GMT+01:00 {B}:",
    # Apple Mail and the iPhone
    "Apple en": f"On 23 Nov 2026, at 12:41, {B} wrote:",
    "Apple nl": f"Op 23 nov. 2026, om 12:41 heeft {B} het volgende geschreven:",
    "Apple sv": f"23 nov. 2026 kl. 12:41 skrev {B}:",
    "Apple fi": f"{B} kirjoitti 23.11.2026 kello 12.41:",
    "Apple pl": f"Wiadomość napisana przez {B} w dniu 23 lis 2026, o godz. 12:41:",
    "Apple pt": f"No dia 23 de nov. de 2026, às 12:41, {B} escreveu:",
    "Apple ru": f"23 нояб. 2026 г., в 12:41, {B} написал(а):",
    "Apple tr": f"{B} şunları yazdı (23 Kas 2026 12:41):",
    "Apple hu": f"2026. nov. 23. dátummal, 12:41 időpontban {B} írta:",
    "Apple cs": f"23. 11. 2026 v 12:41, {B}:",
    "Apple ja": "2026/11/23 12:41、Bob Harris <bob@harris.example>のメール：",
    "Apple zh": f"2026年11月23日 12:41，{B} 写道：",
    # Thunderbird
    "Thunderbird cs": "Dne 23.11.2026 v 12:41 Bob Harris napsal(a):",
    "Thunderbird pl": "W dniu 23.11.2026 o 12:41, Bob Harris pisze:",
    "Thunderbird ru": "23.11.2026 12:41, Bob Harris пишет:",
    "Thunderbird sv": "Den 2026-11-23 kl. 12:41, skrev Bob Harris:",
    "Thunderbird fi": "Bob Harris kirjoitti 23.11.2026 klo 12.41:",
    "Thunderbird zh": "在 2026/11/23 12:41, Bob Harris 写道:",
    "Thunderbird el": "Στις 23/11/2026 12:41 μ.μ., ο/η Bob Harris έγραψε:",
    "Thunderbird tr": "23.11.2026 12:41 tarihinde Bob Harris yazdı:",
    "Thunderbird es": "El 23/11/26 a las 12:41, Bob Harris escribió:",
    # others
    "Yahoo en": f"On Monday, November 23, 2026 at 12:41:05 PM GMT+1, {B} wrote:",
    "Yahoo pt": f"Em segunda-feira, 23 de novembro de 2026 12:41:05 BRT, {B} escreveu:",
    "Mail.ru": f"Понедельник, 23 ноября 2026, 12:41 +03:00 от {B}:",
    "Yandex": '23.11.2026, 12:41, "Bob Harris" <bob@harris.example>:',
    "Proton": f"On Monday, November 23rd, 2026 at 12:41, {B} wrote:",
    "Zoho": f"---- On Mon, 23 Nov 2026 12:41:05 +0000 {B} wrote ----",
    "Hey": f"On November 23, 2026, {B} wrote:",
    "Notes": "Bob Harris wrote on 23.11.2026 12:41:05:",
    "163.com": 'At 2026-11-23 12:41:00, "Bob Harris" <bob@harris.example> wrote:',
    "Horde": f"Quoting {B}:",
    "Horde de": f"Zitat von {B}:",
    "GroupWise": ">>> Bob Harris <bob@harris.example> 23.11.2026 12:41 >>>",
    "Mutt": f"* {B} [2026-11-23 12:41]:",
    "Gnus": f"{B} writes:",
    "over two lines": "On Mon, 23 Nov 2026 at 12:41, Bob Harris via the Harris desk <\nbob@harris.example> wrote:",
    "over three lines": "On Nov 23, 2026, at 12:41 PM, Bob Harris <\nbob@harris.example>\nwrote:",
    "broken in its date": "On Mon, Nov 23,\n2026 at 12:41 PM, Bob Harris <bob@harris.example> wrote:",
    "with a broken link": "On 23 Nov 2026 at 12:41 Bob Harris\n\n<\nmailto:Bob Harris <bob@harris.example>\n> wrote:",
}


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_a_letter_below_its_attribution_goes(attribution: str) -> None:
    assert fresh(f"Two is fine.\nJane\n\n{attribution}\n\n> Dear Jane,\n>\n> at two?\n") == "Two is fine.\nJane"


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_it_goes_without_marks_before_its_lines(attribution: str) -> None:
    assert fresh(f"Two is fine.\nJane\n{attribution}\n\nDear Jane,\n\nat two?\n\nBob") == "Two is fine.\nJane"


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_it_goes_when_the_attribution_is_part_of_the_quote(attribution: str) -> None:
    quote = "\n".join(f"> {line}" for line in f"{attribution}\n\nDear Jane,\nat two?".split("\n"))
    assert fresh(f"Two is fine.\n\n{quote}\n\nAnd bring the key.") == "Two is fine.\n\nAnd bring the key."


def test_a_date_and_a_colon_above_marked_lines_are_enough() -> None:
    quote = "> Dear Jane,\n> at two?"
    assert (
        fresh(f"Hello,\n\nOn Sun, 4 Aug 2026, Bob Harris grumbled:\n\n{quote}\n\nTwo is fine.")
        == "Hello,\n\nTwo is fine."
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Bob wrote:\n\nthat the valve is broken.", id="somebody said something"),
        pytest.param(
            "We meet on 23/11/2026 at 12:41, please confirm to bob@harris.example with:\n\n- a key\n- the bill",
            id="a date, an address and a list",
        ),
        pytest.param("On Monday 23 November at 12:41 I need:\n\na valve\na tap", id="a list for a day"),
        pytest.param("The parts you sent on 3 March 2026 at 10:00 are these:\n\n- valve", id="parts that were sent"),
        pytest.param("One question I had:\n\nOn which day do you come?", id="a word that begins with On"),
        pytest.param("My numbers:\n\n07700 900123\njane@customer.example", id="numbers"),
        pytest.param("Address: 12 High Street\nTime: 12:41\nDate: 23.11.2026\n\nPlease come.", id="an appointment"),
        pytest.param("Name: Jane Roe\nEmail: jane@customer.example\nBorn: 3.4.1980 10:30\nTown: Leeds", id="a form"),
        pytest.param("On 23 November 2026 you wrote:\n\n'we come at two'. That is too late.", id="speaking to him"),
        pytest.param("Am 23.11.2026 haben Sie geschrieben:\n\num zwei. Das ist zu spät.", id="speaking German to him"),
        pytest.param("Le devis du 23/11/2026 que vous avez écrit :\n\nje ne le comprends pas.", id="a French question"),
    ],
)
def test_what_only_looks_like_an_attribution_stays(text: str) -> None:
    assert fresh(text) == text
