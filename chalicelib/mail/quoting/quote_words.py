"""What mail programs write above a quoted letter, in their readers' languages: data alone."""

from __future__ import annotations


def listed(words: str) -> tuple[str, ...]:
    """`one | two words | three`, over as many lines as it takes."""
    return tuple(" ".join(word.split()) for word in words.split("|"))


WROTE = frozenset(
    listed(
        """
        wrote | writes | has written | said | quoting | zitat von | citando | citando a | citation de |
        wrote the following | sent | schrieb | schrieb am | schreibt | hat geschrieben | geschrieben | a écrit |
        a ecrit | écrit | a envoyé | escribió | escribio | ha escrito | va escriure | ha escrit | escreveu |
        escribiu | ha scritto | scrive | scritto | schreef | geschreven | het volgende geschreven | skrev |
        skrev følgende | skrifaði | skryf | het geskryf | kirjoitti | kirjutas | rakstīja | rašė | parašė | napisał |
        napisała | pisze | napisał a | napsal | napsala | napsal a | napísal | napísala | napísal a | píše | írta |
        a következőt írta | a scris | je napisal | je napisala | piše | je napisao | napisao je | napisala je | пише |
        написа | напиша | написал | написала | написал а | пишет | писал | писала | написав | написав ла | напісаў |
        έγραψε | yazdı | şunu yazdı | şunları yazdı | shkroi | idatzi zuen | scríobh | ysgrifennodd | sumulat |
        menulis | đã viết | viết | כתב | כתבה | כתב ה | كتب | كتبت | كتب ت | نوشت | ने लिखा | เขียนว่า | เขียน
        """
    )
)
"""The word for "wrote" in an attribution, as it stands without marks, in lower case."""
WROTE_UNSPACED = (
    "写道",
    "寫道",
    "写到",
    "のメール",
    "書きました",
    "は書いた",
    "님이 작성",
    "님이 쓴",
    "작성:",
    "的邮件",
    "來信",
)
"""The same in scripts that set no spaces between words."""
WROTE_AT_THE_END = frozenset(("sent", "said", "writes", "a envoyé"))
"""Verbs that sentences use, too: in an attribution nothing stands behind them."""

PERSONAL = frozenset(
    listed(
        """
        you | You | we | We | she | he | they | my | your | our | Sie | sie | ihr | Ihr | wir | ich | vous | nous |
        votre | usted | Usted | ustedes | você | vocês | jij | jullie | wij | вы | Вы | ты | мы | sinä | siz
        """
    )
)
"""Words that people use when they speak of each other and programs never, written as they stand in a sentence."""

OPENERS = frozenset(
    listed(
        """
        on | am | um | im | le | la | el | il | op | em | en | a | ai | på | den | dne | dňa | w | dnia | в | на | у |
        giorno | al | the | tanggal | pada | vào | lúc | στις | fin | ke | fe | pe | în | dana | kuupäeval | date |
        data
        """
    )
)
"""The little word before the date of an attribution."""

ORIGINAL = frozenset(
    listed(
        """
        original message | original appointment | original mail | original email | original e-mail | original text |
        reply message | ursprüngliche nachricht | urspruengliche nachricht | ursprüngliche mail |
        ursprüngliche e-mail | originalnachricht | original-nachricht | original nachricht | originaltermin |
        antwort nachricht | originalmeldung | message d'origine | message original | message initial |
        courriel original | mensaje original | mensagem original | messaggio originale | messaggio originario |
        messaggio d'origine | missatge original | mensaxe orixinal | oorspronkelijk bericht |
        oorspronkelijke bericht | origineel bericht | originele bericht | originalmeddelande |
        ursprungligt meddelande | originalmeddelelse | oprindelig meddelelse | original meddelelse |
        opprinnelig melding | oprindelig besked | original besked | upphaflegt skeyti | alkuperäinen viesti |
        algkiri | algne kiri | algsõnum | oryginalna wiadomość | wiadomość oryginalna | wiadomosc oryginalna |
        oryginalna wiadomosc | treść oryginalnej wiadomości | původní zpráva | puvodni zprava | originální zpráva |
        původní e-mail | pôvodná správa | originálna správa | eredeti üzenet | mesaj original | mesajul original |
        mesaj inițial | izvorno sporočilo | izvirno sporočilo | izvorna poruka | originalna poruka |
        оригинална порука | оригинално съобщение | исходное сообщение | исходящее сообщение | оригинальное сообщение |
        вихідне повідомлення | оригінальне повідомлення | oriģinālais ziņojums | sākotnējā ziņa | pradinis laiškas |
        originalus laiškas | αρχικό μήνυμα | orijinal mesaj | özgün ileti | özgün mesaj | asıl ileti | הודעה מקורית |
        ההודעה המקורית | الرسالة الأصلية | رسالة أصلية | پیام اصلی | मूल संदेश | ข้อความเดิม | ข้อความต้นฉบับ |
        thư gốc | tin nhắn gốc | pesan asli | mesej asal | 原始邮件 | 原始郵件 | 原郵件 | 原始信件 | 邮件原件 |
        元のメッセージ | 元のメール | オリジナルメッセージ | 원본 메시지 | 원본 메일 | 원본 이메일
        """
    )
)
"""What stands between dashes above an answered letter, in lower case."""
