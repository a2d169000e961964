"""What stands at the end of letters in their writers' languages: greetings, phones' advertisements, lawyers' words."""

from __future__ import annotations

import re

from chalicelib.mail.quoting.quote_words import listed

SENT_FROM = tuple(
    sorted(
        listed(
            """
            sent from | sent wirelessly from | sent via | sent with | sent using | sent on my | written on my |
            composed on my | typed on my | mail sent from | gesendet von | gesendet mit | gesendet über |
            gesendet aus | gesendet vom | gesendet per | von meinem | diese nachricht wurde von meinem |
            diese nachricht wurde mit | diese e-mail wurde von meinem | envoyé de | envoyé depuis | envoyé à partir |
            envoyé avec | envoyé via | envoyé par | envoyé d' | envoyé d’ | envoyé du | envoye de |
            provenance : courrier | enviado desde | enviado do | enviado de | enviado por | enviado via |
            enviado vía | enviado a partir | enviado con | enviado com | enviado pelo | enviada do | enviat des de |
            enviat amb | mensaje enviado desde | obter o | inviato da | inviato dal | inviato con | inviato tramite |
            inviata da | spedito da | verzonden vanaf | verzonden met | verzonden vanuit | verzonden via |
            verstuurd vanaf | verstuurd met | verstuurd vanuit | verstuurd via | gestuurd vanaf | skickat från |
            skickat med | skickat via | skickades från | från min | från mitt | sendt fra | sendt med | sendt via |
            fra min | fra mit | sent úr | sent frá | lähetetty | saadetud minu | nosūtīts no | išsiųsta iš |
            wysłane z | wysłano z | wysłany z | wysłane za | wysłano za | wyslane z | odesláno z | odesláno ze |
            odesláno pomocí | odoslané z | odoslane z | poslano z | poslano s | poslané z | poslano iz | poslano sa |
            послато са | изпратено от | изпратено със | отправлено с | отправлено из | надіслано з | надіслано із |
            відправлено з | адпраўлена з | trimis de pe | trimis din | trimis cu | elküldve | küldve az | küldve a |
            στάλθηκε από | εστάλη από | dërguar nga | נשלח מ | נשלח באמצעות | أُرسلت من | أرسلت من | تم الإرسال من |
            مرسل من | مُرسل من | ارسال شده از | dikirim dari | dihantar dari | gửi từ | được gửi từ | ส่งจาก |
            mula sa | 从我的 | 發自 | 发自 | 從我的 | 傳送自 | 寄自
        """
        ),
        key=len,
        reverse=True,
    )
)
"""How the line begins that a phone or program sets below a letter, the longest first."""
SENT = tuple(
    listed(
        """
        gesendet | geschickt | verzonden | verstuurd | gönderildi | yollandı | から送信 | より送信 |
        から送信されました | 发送 | 發送 | 傳送 | 发出 | 보냄 | 보냈습니다 | 에서 보낸 메일 | küldve | elküldve |
        saadetud | lähetetty | से भेजा गया
        """
    )
)
"""How it ends where the verb stands last."""
DEVICES = tuple(
    listed(
        """
        iphon | ipad | ipod | android | blackberry | samsung | galaxy | huawei | honor | xiaomi | redmi | oneplus |
        oppo | vivo | realme | motorola | moto g | nokia | lumia | pixel | xperia | sony | htc | wiko | lg |
        smartphone | handy | mobile | móvil | movil | mobiel | mobil | telefon | téléphone | telefoon | telefono |
        cellulare | celular | telemóvel | phone | tablet | wireless | palm | treo | windows phone | windows 10 |
        windows 11 | watch | 手机 | 手機 | スマートフォン | 휴대폰 | outlook | yahoo | gmail | hotmail | proton |
        thunderbird | airmail | sparrow | mailbox | spark | mailspring | k-9 | bluemail | blue mail | typeapp |
        aquamail | tutanota | zimbra | roundcube | mail.ru | яндекс | почт | gmx | web.de | fastmail | zoho |
        superhuman | unibox | mail for | mail app | courrier | correo | posta | e-mail app
        """
    )
)
"""What it speaks of: without one of these words it may be somebody's sentence."""

_LETTERS = re.compile(r"[^\W\d_]+")
CLOSINGS = frozenset(
    " ".join(_LETTERS.findall(words))
    for words in listed(
        """
        regards | best regards | kind regards | kindest regards | warm regards | br | kr | best | warmest regards |
        with kind regards | with best regards | many regards | rgds | all the best | best wishes | with best wishes |
        kind wishes | warm wishes | wishes | yours | yours sincerely | yours faithfully | yours truly | sincerely |
        sincerely yours | respectfully | cordially | faithfully | thanks | many thanks | thank you |
        thank you very much | thanks a lot | thanks again | thanks in advance | thanks so much | thx | cheers |
        take care | talk soon | love | hugs | xoxo | ciao | mit freundlichen grüßen | mit freundlichem gruß |
        mit freundlichen grüssen | mit freundlichem gruss | freundliche grüße | freundliche grüsse |
        freundlicher gruß | viele grüße | viele grüsse | vielen dank | herzliche grüße | herzlichen gruß |
        liebe grüße | lieben gruß | beste grüße | beste grüsse | schöne grüße | schönen gruß | mit besten grüßen |
        mit herzlichen grüßen | grüße | gruß | gruss | grüsse | hochachtungsvoll | danke | besten dank | mfg | lg |
        vg | mit freundlichen gruessen | viele gruesse | cordialement | bien cordialement | très cordialement |
        bien à vous | bien à toi | cdt | cdlt | salutations | meilleures salutations | sincères salutations |
        salutations distinguées | sincèrement | amicalement | merci | merci beaucoup | merci d'avance |
        bonne journée | bonne soirée | à bientôt | bises | respectueusement | saludos | un saludo |
        saludos cordiales | un cordial saludo | cordialmente | atentamente | atte | muchas gracias | gracias |
        un abrazo | abrazos | muchos saludos | salutacions | salutacions cordials | gràcies | salut | saúdos |
        atenciosamente | att | cumprimentos | com os melhores cumprimentos | melhores cumprimentos | obrigado |
        obrigada | abraço | abraços | um abraço | grato | grata | cordiali saluti | distinti saluti | saluti |
        un saluto | un caro saluto | grazie | grazie mille | a presto | buona giornata | met vriendelijke groet |
        met vriendelijke groeten | vriendelijke groet | vriendelijke groeten | groet | groeten | groetjes |
        hartelijke groet | hartelijke groeten | met hartelijke groet | mvg | bedankt | dank je | dank u |
        alvast bedankt | hoogachtend | met groet | med vänliga hälsningar | med vänlig hälsning | vänliga hälsningar |
        vänlig hälsning | hälsningar | bästa hälsningar | mvh | vh | tack | tack så mycket | tack på förhand |
        med venlig hilsen | venlig hilsen | med venlige hilsner | venlige hilsner | hilsen | de bedste hilsner |
        bedste hilsner | kh | kærlig hilsen | vh | dbh | tak | mange tak | på forhånd tak | bedste hilsen |
        med vennlig hilsen | vennlig hilsen | vennlige hilsener | beste hilsen | hilsen fra | takk | mange takk |
        kveðja | bestu kveðjur | með kveðju | takk fyrir | ystävällisin terveisin | terveisin | parhain terveisin |
        kiitos | kiittäen | lugupidamisega | parimate soovidega | tervitades | tänades | ar cieņu | pagarbiai |
        su pagarba | z poważaniem | z powazaniem | pozdrawiam | pozdrawiam serdecznie | serdecznie pozdrawiam |
        z pozdrowieniami | serdeczne pozdrowienia | z wyrazami szacunku | dziękuję | dzięki | pzdr | pozdrowienia |
        s pozdravem | s pozdravom | s přátelským pozdravem | hezký den | děkuji | díky | ďakujem | s úctou | zdravím |
        lep pozdrav | lijep pozdrav | lp | pozdrav | srdačan pozdrav | s poštovanjem | s spoštovanjem | hvala |
        hvala lijepa | поздрав | срдачан поздрав | с поштовањем | хвала | с уважением | с наилучшими пожеланиями |
        с приветом | спасибо | всего доброго | всего хорошего | всего наилучшего | заранее спасибо | з повагою |
        з найкращими побажаннями | дякую | щиро дякую | з павагай | с уважение | поздрави | благодаря | со почит |
        cu stimă | cu respect | cu drag | toate cele bune | mulțumesc | mersi | o zi bună | üdvözlettel |
        tisztelettel | köszönettel | köszönöm | üdv | szívélyes üdvözlettel | με εκτίμηση | φιλικά | ευχαριστώ |
        χαιρετισμούς | με φιλικούς χαιρετισμούς | saygılarımla | saygılar | sevgiler | iyi günler | iyi çalışmalar |
        teşekkürler | teşekkür ederim | kolay gelsin | me respekt | faleminderit | adeitasunez | eskerrik asko |
        בברכה | בכבוד רב | תודה | תודה רבה | مع خالص التحية | تحياتي | مع تحياتي | مع أطيب التحيات | شكرا |
        وتفضلوا بقبول فائق الاحترام | با احترام | با تشکر | ارادتمند | धन्यवाद | सादर | trân trọng | thân ái |
        kính thư | cảm ơn | xin cảm ơn | hormat saya | salam | terima kasih | salam hormat | ขอแสดงความนับถือ |
        ขอบคุณ | ขอบคุณครับ | ขอบคุณค่ะ | 此致 | 此致敬礼 | 祝好 | 谢谢 | 謝謝 | 顺祝商祺 | 敬上 |
        よろしくお願いします | よろしくお願いいたします | 宜しくお願い致します | 敬具 | ありがとうございます |
        감사합니다 | 안부 전합니다 | 감사드립니다
        """
    )
)
"""Words of greeting or thanks that end a letter, alone on their line: in lower case, without marks."""

CONFIDENTIAL = (
    *(
        "confidential",
        "privileged",
        "vertraulich",
        "confidentiel",
        "confidencial",
        "confidenziale",
        "riservat",
        "vertrouwelijk",
    ),
    *(
        "konfidentiel",
        "fortrolig",
        "luottamuksellinen",
        "poufn",
        "důvěrn",
        "dôvern",
        "bizalmas",
        "confidențial",
        "povjerljiv",
    ),
    *(
        "конфиденциальн",
        "конфіденційн",
        "поверителн",
        "εμπιστευτικ",
        "gizli",
        "機密",
        "机密",
        "보안",
        "기밀",
        "rahasia",
        "סודי",
        "سري",
    ),
)
RECIPIENT = (
    *(
        "intended",
        "addressee",
        "recipient",
        "in error",
        "empfänger",
        "adressat",
        "irrtümlich",
        "destinat",
        "erreur",
        "error",
        "errore",
    ),
    *(
        "geadresseerde",
        "bestemd",
        "mottagare",
        "modtager",
        "mottaker",
        "vastaanottaja",
        "adresat",
        "odbiorc",
        "příjemc",
        "címzett",
    ),
    *(
        "primatelj",
        "адресат",
        "получател",
        "одержувач",
        "παραλήπτ",
        "alıcı",
        "収信",
        "受信者",
        "收件人",
        "수신",
        "penerima",
        "נמען",
        "المرسل إليه",
    ),
)
"""A lawyers' footer speaks of both."""
