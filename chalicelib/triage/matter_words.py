"""Lines that say nothing of the matter, in the languages that byname reads: what mails end with, what programs add.

Each line of a list is one regular expression, or several with `|` between them; a line with # is for people.
"""

from __future__ import annotations

import re


def _any_of(listed: str) -> str:
    lines = (line.strip() for line in listed.splitlines())
    return "|".join(line for line in lines if line and not line.startswith("#"))


_CLOSINGS = r"""
# English
(?:with )?(?:kind(?:est)?|best|warm(?:est)?|many|all the) (?:regards|wishes|thanks|best)|regards|best|cheers|ta
thanks(?: again| in advance| a lot| so much| and (?:best |kind )?regards)?|many thanks(?: in advance)?|thx
thank you(?: in advance| so much| very much)?
yours(?: (?:sincerely|faithfully|truly|respectfully))?|sincerely(?: yours)?|respectfully|all the best|take care
# German
(?:mit )?(?:freundlichen?|besten?|herzlichen?|liebe[nr]?|schönen?|viele[nr]?) (?:grü(?:ß|ss)en?|gru(?:ß|ss)|dank)
mfg|lg|vg|gru(?:ß|ss)|grü(?:ß|ss)e|hochachtungsvoll
danke(?: schön| im voraus| vorab)?|vielen dank(?: im voraus| vorab)?
# French
(?:bien |très )?(?:cordialement|sincèrement|respectueusement|amicalement)(?: vôtre| à vous)?|(?:bien )?à vous|amitiés
(?:mes |avec mes |sincères |meilleures )*(?:salutations|remerciements)(?: distinguées| cordiales)?|cdlt|bien à toi
(?:veuillez agréer|je vous prie d'agréer|dans l'attente).*
(?:un grand )?merci(?: d'avance| beaucoup| par avance| bien)?|(?:bonne|belle) (?:journée|soirée|fin de journée)
# Spanish
(?:un |muy |reciba un )?(?:cordial(?:es)?|atentos?|afectuoso)? ?saludos?(?: cordial(?:es)?)?|(?:muy )?atentamente
un abrazo|cordialmente|buen día|saludos y gracias
(?:muchas )?gracias(?: de antemano| por adelantado)?
# Italian
(?:i miei )?(?:più )?(?:cordiali|distinti|cari|migliori) saluti|cordialmente|un (?:cordiale )?saluto|saluti
buona (?:giornata|serata)|cordialità
(?:tante |molte )?grazie(?: mille| in anticipo)?
# Dutch
(?:met )?(?:vriendelijke|hartelijke|beste) groet(?:en|jes)?|groet(?:en|jes)?|hoogachtend|mvg|fijne dag(?: verder)?
(?:alvast |heel erg )?bedankt(?: alvast)?|dank u(?: wel)?
"""
_NAME = r"(?-i:[A-ZÀ-Þ][\w.'’-]*(?: [A-ZÀ-Þ][\w.'’-]*){0,3})|\w+"
CLOSING = re.compile(rf"^\W*(?>{_any_of(_CLOSINGS)})\b[\s,.!;:–-]{{0,3}}+(?:{_NAME})?\W*$", re.IGNORECASE)
"""A line that takes leave, perhaps with a name."""
AFTERTHOUGHT = re.compile(r"^\s*p\.?\s?s\.?\b|^\s*n\.?b\.?\b", re.IGNORECASE)

_CONTACTS = r"""
\b(?:tel|mob|mobil\w*|phone|fax|telefon\w*|tél|t|m|p|d|e|w|office|direct|handy|cell)\b\.?\s*[:.]?\s*\(?\+?\d[\d ()/-]{5}
\S+@\S+\.\w{2,}|https?://|\bwww\.|\s[|·•]\s
^\s*\[[^\]]{1,60}\]\s*$|^\s*\+?\d[\d ()/.-]{7,}\s*$
"""
CONTACT = re.compile(_any_of(_CONTACTS), re.IGNORECASE)
"""A telephone number, an address, a row of contacts, a picture of a signature."""
CONTACT_HINT = re.compile(r"[@|·•[]|www\.|https?:|\d{3}")
"""Stands in every such line."""

_NOTICES = """
# English
if you are not the | please notify the sender | notify the sender | before printing
don't print this | do not print this
scanned for virus | views expressed | views or opinions | registered in england | registered in scotland
registered in wales | registered in ireland | registered office | registered company | company number | company no.
company reg | vat reg | our privacy notice | our privacy policy | sent from my | get outlook for
outside the organi | outside your organi | click links or open | disclaimer | consider the environment
# German
falls sie nicht der | wenn sie nicht der | irrtümlich erhalten | den absender | geschäftsführer: | geschäftsführung:
handelsregister | amtsgericht | registergericht | ust-id | ustid | steuernummer: | sitz der gesellschaft
denken sie an die umwelt | bevor sie diese | iphone gesendet | gerät gesendet | handy gesendet | gesendet von mail
datenschutzhinweise | von außerhalb
# French
si vous n'êtes pas le | avant d'imprimer | n'imprimez | envoyé de mon | envoyé depuis mon | envoyé à partir de
au capital de | siret | rcs | pensez à l'environnement | politique de confidentialité | expéditeur externe
# Spanish
si usted no es | si no es usted | si no es el | antes de imprimir | no imprima | enviado desde mi | registro mercantil
medio ambiente | política de privacidad | remitente externo
# Italian
se non siete | se non è il | qualora non | prima di stampare | non stampare | inviato da iphone | inviato dal mio
partita iva: | p. iva | p.iva | capitale sociale | rispetta l'ambiente | informativa sulla privacy | mittente esterno
ai sensi del regolamento | ai sensi del d
# Dutch
bent u niet de | indien u niet | als u niet de | voordat u deze | voordat u dit | denk aan het milieu | verzonden vanaf
verzonden met mijn | kvk | btw-nr | privacyverklaring | geen rechten worden ontleend | van buiten de organisatie
"""
_OF_MAILS = """
confidential | privileged | intended | recipient | in error | liabilit | virus | attachments
vertraulich | bestimmt | empfänger | versehentlich | viren | haftung
confidentiel | destinataire | par erreur | responsabilité | pièces jointes
confidencial | destinatario | por error | responsabilidad | adjuntos
riservat | destinatari | per errore | responsabilità | allegati
vertrouwelijk | geadresseerde | bestemd | ten onrechte | per abuis | aansprakelijk | bijlagen
"""
_MAILS = """
this e-mail | this email | this message | this mail | this communication
diese e-mail | diese mail | diese nachricht | dieser e-mail | dieser nachricht
ce message | ce courriel | cet e-mail | cet email | ce mail
este mensaje | este correo | este e-mail | el presente mensaje
questo messaggio | questa e-mail | questa email | questa mail | il presente messaggio
dit bericht | deze e-mail | deze email | deze mail
"""


def _parts(listed: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _any_of(listed).split("|"))


NOTICES = _parts(_NOTICES)
"""One of these stands in a sentence that a company, a law or a program puts under every mail."""
OF_MAILS, MAILS = _parts(_OF_MAILS), _parts(_MAILS)
"""One of the first beside one of the second is one, too: "charged in error" is none, "this mail in error" is."""

_WROTE = "wrote|schrieb|a écrit|escribió|ha scritto|schreef"
_TITLES = """
original message|forwarded message|ursprüngliche nachricht|weitergeleitete nachricht|message d'origine
message transféré|mensaje original|mensaje reenviado|messaggio originale|messaggio inoltrato|oorspronkelijk bericht
doorgestuurd bericht
"""
_QUOTES = rf"""
^\s*(?:-{{2,}}\s*)?(?:{_any_of(_TITLES)})\b
^\s*_{{10,}}\s*$
^\s*(?:on|am|le|el|il|op)\s.{{5,160}}(?:{_WROTE})\b.{{0,80}}:?\s*$
^\s*.{{3,80}}\b(?:{_WROTE})\s*:\s*$
^\s*(?:from|von|de|da|van)\s*:\s.*@
"""
QUOTE_BEGINS = re.compile(_any_of(_QUOTES), re.IGNORECASE)
"""A line after which somebody else's words stand."""
QUOTE_HINTS = (*_WROTE.split("|"), *_any_of(_TITLES).split("|"), "__________", ":")
"""One of these is in every such line: most lines need no closer look."""
