"""The copy of a header, or the line of dashes, that programs set above an answered letter."""

from __future__ import annotations

import pytest

from chalicelib.mail.quoting.quotes import fresh

LETTER = "Dear Jane,\n\nat two?\n\nBob"
B = "Bob Harris <bob@harris.example>"
BLOCKS = {
    "en": f"From: {B}\nSent: Monday, 23 November 2026 12:41\nTo: Jane Roe\nSubject: Re: Boiler",
    "en with a reply-to": f"From: {B}\nReply-To: desk@harris.example\nDate: 23 Nov 2026\nTo: Jane\nSubject: Boiler",
    "en bold": f"*From:* {B}\n*Sent:* Monday\n*To:* Jane\n*Subject:* Boiler",
    "en double spaced": f"From: {B}\n\nSent: Monday\n\nTo: Jane\n\nSubject: Boiler",
    "en, the date first": f"Date: Mon, 23 Nov 2026 12:41\nSubject: Boiler\nFrom: {B}\nTo: jane@customer.example",
    "en without a subject": "From: bob@harris.example\nDate: Mon, 23 Nov 2026 12:41:05 +0000",
    "en with a long list": f"From: {B}\nSent: Monday\nTo: Jane Roe; Ann Lee;\n Tom Orr; Kim Low\nSubject: Boiler",
    "en on one line": "From: bob@harris.example Date: Thu, 24 Mar 2016 08:07:12 -0700",
    "de": f"Von: {B}\nGesendet: Montag, 23. November 2026 12:41\nAn: Jane\nBetreff: AW: Heizung",
    "de GMX": "Gesendet: Montag, 23. November 2026 um 12:41 Uhr\nVon: bob@harris.example\nAn: Jane\nBetreff: Heizung",
    "fr": "De : Bob Harris\nEnvoyé : lundi 23 novembre 2026 12:41\nÀ : Jane Roe\nObjet : RE: Chaudière",
    "fr phone": "De : Bob\nDate : 23/11/2026 12:41 (GMT+01:00)\nÀ : jane@customer.example Objet : Chaudière",
    "es": "De: Bob Harris\nEnviado el: lunes, 23 de noviembre de 2026 12:41\nPara: Jane\nAsunto: RE: Caldera",
    "pt": "De: Bob Harris\nEnviada em: segunda-feira, 23 de novembro de 2026 12:41\nPara: Jane\nAssunto: RES: Caldeira",
    "it": "Da: Bob Harris\nInviato: lunedì 23 novembre 2026 12:41\nA: Jane\nOggetto: R: Caldaia",
    "nl": "Van: Bob Harris\nVerzonden: maandag 23 november 2026 12:41\nAan: Jane\nOnderwerp: RE: Ketel",
    "sv": "Från: Bob Harris\nSkickat: den 23 november 2026 12:41\nTill: Jane\nÄmne: SV: Panna",
    "da": "Fra: Bob Harris\nSendt: 23. november 2026 12:41\nTil: Jane\nEmne: SV: Kedel",
    "fi": "Lähettäjä: Bob Harris\nLähetetty: maanantai 23. marraskuuta 2026 12.41\nVastaanottaja: Jane\nAihe: VS: B",
    "pl": "Od: Bob Harris\nWysłano: poniedziałek, 23 listopada 2026 12:41\nDo: Jane\nTemat: Odp: Kocioł",
    "cs": "Od: Bob Harris\nOdesláno: pondělí 23. listopadu 2026 12:41\nKomu: Jane\nPředmět: RE: Kotel",
    "sk": "Od: Bob Harris\nOdoslané: pondelok 23. novembra 2026 12:41\nKomu: Jane\nPredmet: RE: Kotol",
    "hu": "Feladó: Bob Harris\nElküldve: 2026. november 23., hétfő 12:41\nCímzett: Jane\nTárgy: RE: Kazán",
    "ro": "De la: Bob Harris\nTrimis: luni, 23 noiembrie 2026 12:41\nCătre: Jane\nSubiect: RE: Centrală",
    "hr": "Šalje: Bob Harris\nPoslano: ponedjeljak, 23. studenoga 2026. 12:41\nPrima: Jane\nPredmet: RE: Bojler",
    "ru": "От: Bob Harris\nОтправлено: 23 ноября 2026 г. 12:41\nКому: Jane\nТема: RE: Котёл",
    "uk": "Від: Bob Harris\nНадіслано: 23 листопада 2026 р. 12:41\nКому: Jane\nТема: RE: Котел",
    "bg": "От: Bob Harris\nИзпратено: 23 ноември 2026 г. 12:41\nДо: Jane\nОтносно: RE: Котел",
    "el": "Από: Bob Harris\nΣτάλθηκε: Δευτέρα, 23 Νοεμβρίου 2026 12:41\nΠρος: Jane\nΘέμα: ΑΠ: Λέβητας",
    "tr": "Kimden: Bob Harris\nGönderildi: 23 Kasım 2026 Pazartesi 12:41\nKime: Jane\nKonu: Ynt: Kombi",
    "et": "Saatja: Bob Harris\nSaadetud: esmaspäev, 23. november 2026 12:41\nAdressaat: Jane\nTeema: RE: Katel",
    "ja": "差出人: Bob Harris\n送信日時: 2026年11月23日 12:41\n宛先: Jane\n件名: RE: ボイラー",
    "zh-CN": "发件人：Bob Harris\n发送时间：2026年11月23日 12:41\n收件人：Jane\n主题：回复: 锅炉",
    "zh-TW": "寄件者: Bob Harris\n寄件日期: 2026年11月23日 下午 12:41\n收件者: Jane\n主旨: 回覆: 鍋爐",
    "ko": "보낸 사람: Bob Harris\n보낸 날짜: 2026년 11월 23일 월요일 오후 12:41\n받는 사람: Jane\n제목: RE: 보일러",
    "vi": "Từ: Bob Harris\nNgày: 23/11/2026 12:41\nĐến: Jane\nChủ đề: Re: Lò hơi",
    "he": "מאת: Bob Harris\nנשלח: יום שני 23 נובמבר 2026 12:41\nאל: Jane\nנושא: RE: דוד",
    "ar": "من: Bob Harris\nتاريخ: 23/11/2026 12:41\nإلى: Jane\nالموضوع: رد: سخان",
    "an unknown tongue": f"Owdi: {B}\nWenn: Mondig 23.11.2026 12:41\nFer: Jane Roe\nOmwat: Re: Boiler",
}
DIVIDERS = {
    "en": "-----Original Message-----",
    "en bold": "*-------- Original Message --------*",
    "de": "-----Ursprüngliche Nachricht-----",
    "fr": "-------- Message d’origine --------",
    "es": "-------- Mensaje original --------",
    "pt": "-------- Mensagem original --------",
    "it": "-----Messaggio originale-----",
    "nl": "-----Oorspronkelijk bericht-----",
    "sv": "-----Ursprungligt meddelande-----",
    "da": "-----Oprindelig meddelelse-----",
    "pl": "-----Oryginalna wiadomość-----",
    "cs": "---------- Původní e-mail ----------",
    "ru": "-------- Исходное сообщение --------",
    "el": "-------- Αρχικό μήνυμα --------",
    "tr": "-----Orijinal Mesaj-----",
    "zh": "------------------ 原始邮件 ------------------",
    "ja": "-----元のメッセージ-----",
    "ko": "-----원본 메시지-----",
    "a desk's own line": "##- Please type your reply above this line -##",
    "a German desk's own line": "-- Bitte antworten Sie oberhalb dieser Zeile --",
    "words nobody knows, then a header": f"--------- Owdi Breef ---------\nFrom: {B}",
}


@pytest.mark.parametrize("head", [*BLOCKS.values(), *DIVIDERS.values()], ids=[*BLOCKS, *(f"-{d}" for d in DIVIDERS)])
def test_the_letter_below_it_goes(head: str) -> None:
    assert fresh(f"Two is fine.\nJane\n\n{head}\n\n{LETTER}") == "Two is fine.\nJane"


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_outlooks_line_above_it_goes_too(block: str) -> None:
    assert fresh(f"Two is fine.\n{'_' * 32}\n{block}\n\n{LETTER}") == "Two is fine."


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_what_is_written_below_a_marked_quote_stays(block: str) -> None:
    quote = "\n".join(f"> {line}" for line in f"{block}\n\n{LETTER}".split("\n"))
    assert fresh(f"Hello,\n\n{quote}\n\nTwo is fine.") == "Hello,\n\nTwo is fine."


@pytest.mark.parametrize(
    "forward",
    [
        pytest.param("---------- Forwarded message ---------\nFrom: Tom <tom@x.example>\nDate: 1", id="Gmail"),
        pytest.param("Begin forwarded message:\n\nFrom: Tom <tom@x.example>\nSubject: Tap", id="Apple"),
        pytest.param(
            "-------- Weitergeleitete Nachricht --------\nVon: Tom\nDatum: 1\nBetreff: Hahn", id="Thunderbird"
        ),
        pytest.param("---------- Message transféré ---------\nDe : Tom\nDate : 1\nObjet : Robinet", id="Gmail fr"),
    ],
)
def test_a_letter_they_pass_on_in_an_answer_stays(forward: str) -> None:
    text = f"This is what Tom says.\n\n{forward}\n\nThe tap drips.\n\n-- \nTom"
    assert fresh(text) == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("From: Berlin\nTo: Lyon\nDate: Monday\n\nCan you ship it?", id="a journey"),
        pytest.param("To: do\n\n- valve\n- tap", id="a list"),
        pytest.param("Date: Wednesday\nTime: 12:41\nAddress: 12 High Street\n\nBring the key.", id="an appointment"),
        pytest.param("Prices:\n--------\n20\n--------\n30", id="a table drawn with dashes"),
        pytest.param("-- Kitchen --\ntap\n-- Bathroom --\nshower", id="headings between dashes"),
        pytest.param("I have forwarded your letter to Tom:\nhe will ring.", id="a word of forwarding"),
    ],
)
def test_what_only_looks_like_a_header_stays(text: str) -> None:
    assert fresh(text) == text
