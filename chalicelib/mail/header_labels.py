"""How mail programs name the lines above a quoted or forwarded letter, in the languages they are sold in.

Data only: the words of Outlook, Gmail, Apple Mail, Thunderbird, Yahoo and their like. `label_of` and the patterns below
are all that anybody needs of it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

LABELS: dict[str, str] = {
    "from": """From|Von|De|Desde|Da|Van|Fra|Från|Lähettäjä|Od|De la|Šalje|Од|От|От кого|Від|Від кого|Από
        |Kimden|Gönderen|Saatja|Kellelt|No|Nuo|Expéditeur|Exp.|Absender|Mittente|Remetente|Remitente|Afsender
        |Avsender|Avsändare|Afzender|Odesílatel|Odosielateľ|Nadawca|Feladó|Küldő|Expeditor|Pošiljatelj
        |Pošiljalec|Подател|Отправитель|Відправник|Αποστολέας|Siuntėjas|Sūtītājs|差出人|送信者|送信元|发件人
        |發件人|寄件者|寄件人|발신|보낸 사람|보낸사람|보낸이|מאת|من|Từ|Người gửi|Dari|จาก|Nork|Frá""",
    "date": """Date|Sent|Sent at|Datum|Gesendet|Gesendet am|Envoyé|Envoyé le|Date d'envoi|Fecha|Enviado
        |Enviado el|Enviado em|Enviada|Enviada em|Data|Inviato|Inviato il|Verzonden|Verzonden op|Dato|Sendt
        |Sendt den|Skickat|Skickades|Päivämäärä|Päiväys|Pvm|Lähetetty|Odesláno|Posláno|Dne|Dátum|Odoslané|Dňa
        |Wysłano|Wysłane|Data wysłania|Elküldve|Küldve|Dată|Trimis|Trimis la|Poslano|Datum slanja|Дата
        |Отправлено|Дата отправки|Надіслано|Відправлено|Изпратено|Ημερομηνία|Στάλθηκε|Εστάλη|Απεσταλμένα|Tarih
        |Gönderme|Gönderildi|Gönderme Tarihi|Gönderilme Tarihi|Kuupäev|Saadetud|Saatmisaeg|Datums|Nosūtīts
        |Išsiųsta|日付|日時|送信日時|送信日|日期|发送时间|發送時間|发送日期|寄件日期|时间|날짜|보낸 날짜
        |보낸날짜|보낸 시간|일시|תאריך|נשלח|التاريخ|تاريخ|تم الإرسال|Ngày|Đã gửi|Tanggal|Terkirim|วันที่
        |Dagsetning|Sent on""",
    "to": """To|An|À|A|Pour|Destinataire|Destinataires|Para|Destinatario|Destinatário|Per|Aan|Til|Till
        |Vastaanottaja|Kenelle|Komu|Pro|Pre|Do|Adresat|Odbiorca|Címzett|Címzettek|Către|Catre|La|Za|Prima
        |Primatelj|Prejemnik|За|Прима|Кому|До|Към|Получател|Προς|Kime|Kimlere|Alıcı|Adressaat|Kellele|Saaja|Kam
        |Iki|宛先|收件人|收件者|至|받는 사람|받는사람|받는이|수신|אל|إلى|Đến|Tới|Người nhận|Kepada|Untuk|ถึง
        |Nori|Empfänger|Ontvanger|Mottaker|Mottagare|Modtager""",
    "cc": """Cc|CC|Kopie|Kopie an|Kopi|Kopi til|Kopia|Kopia till|Kopio|Kopija|Kópia|Másolat|Másolatot kap
        |Copia|Cópia|Copie|Copie à|Con copia|DW|Do wiadomości|UDW|Bilgi|Копия|Копія|Копие|Κοιν.|Κοινοποίηση
        |Koopia|抄送|副本|참조|העתק|עותק|نسخة|Tembusan|Sao gửi|Kopsav.""",
    "subject": """Subject|Betreff|Betrifft|Objet|Sujet|Asunto|Oggetto|Assunto|Onderwerp|Emne|Ämne|Ärende|Aihe
        |Předmět|Predmet|Temat|Tárgy|Subiect|Subiectul|Naslov|Zadeva|Тема|Предмет|Относно|Θέμα|Konu|Teema
        |Pealkiri|Tēma|Temats|Tema|Tema laiško|件名|主题|主題|主旨|標題|标题|제목|נושא|הנדון|الموضوع|Chủ đề
        |Tiêu đề|Perihal|Subjek|เรื่อง|Assumpte|Gaia|Efni""",
    "reply_to": """Reply-To|Reply To|Antwort an|Antworten an|Répondre à|Responder a|Responder A|Responder para
        |Rispondi a|Antwoord aan|Antwoord naar|Beantwoorden|Svar til|Svara till|Vastausosoite|Vastaa
        |Odpověď komu|Odpovedať-Komu|Odpowiedź-do|Odpowiedz do|Válaszcím|Răspuns către|Odgovori na|Ответ-Кому
        |Кому ответить|Кому відповісти|Απάντηση προς|Yanıt adresi|Vasta aadressile|返信先|回复|答复
        |답장 받는 사람|Risposta""",
    "other": """Bcc|Attachments|Attachment|Anlagen|Anlage|Anhänge|Pièces jointes|Adjuntos|Allegati|Anexos
        |Bijlagen|Vedhæftede filer|Vedlegg|Bifogade filer|Liitteet|Přílohy|Prílohy|Załączniki|Mellékletek
        |Вложения|Вкладення|Ekler|Importance|Priority|Priorität|Wichtigkeit|Priorité|Importancia|Importância
        |Priorità|Belang|Urgentie|Prioritet|Organization|Organisation|Resent-From|Resent-To|Message-ID
        |Newsgroups|Return-Path|Sender|添付ファイル|附件""",
}
"""What a line above a letter says, and the words that say it."""

_SPACES = re.compile(r"[\s\u00a0]+")


def folded(words: str) -> str:
    """Case and spaces made one, as labels are compared."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", words).replace("\u2019", "'")).strip().casefold()


_LABEL_OF = {folded(word): label for label, words in LABELS.items() for word in words.split("|")}


def label_of(words: str) -> str:
    """What a line's label says, in any language: one of LABELS; empty when it is no label."""
    return _LABEL_OF.get(folded(words), "")


def _longest_first(word: str) -> tuple[int, str]:
    return -len(word), word


LONGEST_LABEL = max(map(len, _LABEL_OF))


@cache
def in_one_line() -> re.Pattern[str]:
    """A label anywhere in a line, as it is written: some programs run all of them together."""
    words = {each.strip() for words in LABELS.values() for each in words.split("|")}
    told = [word for word in sorted(words, key=_longest_first) if len(word) > 1 or not word.isascii()]
    return re.compile(rf"(?P<label>{'|'.join(map(re.escape, told))})\s?[:\uff1a]\s?")


@cache
def glued_subject() -> re.Pattern[str]:
    """Its label right behind a date, without a colon, as Yahoo writes it in Portuguese: `09:26 CETAssunto Boiler`."""
    words = {each.strip() for each in LABELS["subject"].split("|")}
    return re.compile(rf"(?<=[^\W_])(?:{'|'.join(map(re.escape, sorted(words, key=_longest_first)))})\s")


FORWARDED = re.compile(
    r"forward|weitergeleit|transf[ée]r|r[ée]exp[ée]di|r[ée]achemin|reenvi|inoltrat|encaminhad|doorgestuur|doorgezond"
    r"|videresend|vidarebefordra|välitet|p[rř]eposl|p[rř]esm[eě]rov|przekaz|przes[lł]an|tov[áa]bb[íi]t|redirec[tțţ]ion"
    r"|transmis|proslij|proslj|posredovan|preusmjer|пересл|пересыл|пересил|переадрес|перенаправ|препрат|прослеђ"
    r"|προωθ[ηή]μ|ilet(?:ilen|ilm|i başlang)|yönlendir|edastat|pārsūt|persiųst|转发|轉寄|轉發|転送|전달|הועבר|מועבר"
    r"|موجه|توجيه|chuyển tiếp|diteruskan|terusan|áframsen|birbidal|reexpedi",
    re.IGNORECASE,
)
"""The word for passing a letter on, as it stands in the line above one."""

FORWARD_PREFIX = re.compile(
    r"\s*\[?(?:fw|fwd|fwrd|wg|wtr|tr|rv|enc|encam|i|inol|doorst|fs|vs|vb|vl|pd|pr|prosl|ilt|tov|továbbítás|redir|přep|πρθ"
    r"|пересл|препрат|转发|轉寄|轉發|転送|전달|הועבר|إعادة توجيه)\s*(?:\[\d{1,2}\])?\s*[:\uff1a]",
    re.IGNORECASE,
)
"""Subjects of mails that were passed on. `VS:` is a Finn's answer and a Dane's forward, so it proves neither."""


def is_forward_subject(subject: str) -> bool:
    """`Fw:`, `WG:`, `TR:`, `転送:` … stands in front of it."""
    return FORWARD_PREFIX.match(subject) is not None


REPLY_PREFIX = re.compile(
    r"\s*\[?(?:re|aw|antw|antwort|sv|svar|vs|ref|rif|r|res|resp|odp|odg|vá|válasz|ynt|yan|απ|σχετ|отв|ответ|відп|atb|bls"
    r"|答复|回复|回覆|答覆|返信|회신|답장|תשובה|השב|رد)\s*(?:\[\d{1,2}\])?\s*[:\uff1a]",
    re.IGNORECASE,
)
"""Subjects of answers."""
