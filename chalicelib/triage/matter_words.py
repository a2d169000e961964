"""Lines that say nothing of the matter, in the languages that byname reads: what mails end with, and what programs add."""

from __future__ import annotations

import re

_CLOSINGS = (
    # English
    r"(?:with )?(?:kind(?:est)?|best|warm(?:est)?|many|all the) (?:regards|wishes|thanks|best)|regards|best|cheers|ta",
    r"thanks(?: again| in advance| a lot| so much| and regards)?|many thanks(?: in advance)?|thank you(?: in advance| so much| very much)?|thx",
    r"yours(?: (?:sincerely|faithfully|truly|respectfully))?|sincerely(?: yours)?|respectfully|all the best|take care",
    # German
    r"(?:mit )?(?:freundlichen?|besten?|herzlichen?|liebe[nr]?|schönen?|viele[nr]?) (?:grü(?:ß|ss)en?|gru(?:ß|ss)|dank)|mfg|lg|vg|gru(?:ß|ss)|grü(?:ß|ss)e",
    r"hochachtungsvoll|danke(?: schön| im voraus| vorab)?|vielen dank(?: im voraus| vorab)?",
    # French
    r"(?:bien )?(?:cordialement|sincèrement|respectueusement|amicalement)(?: vôtre)?|(?:bien )?à vous|salutations(?: distinguées)?",
    r"(?:veuillez agréer|je vous prie d'agréer|dans l'attente).*|merci(?: d'avance| beaucoup| par avance)?|bonne (?:journée|soirée)",
    # Spanish
    r"(?:un |muy |reciba un )?(?:cordial(?:es)?|atento|afectuoso)? ?saludos?(?: cordial(?:es)?)?|atentamente|(?:muchas )?gracias(?: de antemano| por adelantado)?|un abrazo",
    # Italian
    r"(?:cordiali|distinti|cari|i miei) saluti|cordialmente|un saluto|saluti|(?:tante |molte )?grazie(?: mille| in anticipo)?|buona giornata",
    # Dutch
    r"(?:met )?(?:vriendelijke|hartelijke) groet(?:en|jes)?|groet(?:en|jes)?|hoogachtend|(?:alvast |heel erg )?bedankt(?: alvast)?|dank u(?: wel)?|mvg|fijne dag",
)
CLOSING = re.compile(
    rf"^\W*(?:{'|'.join(_CLOSINGS)})\b[\s,.!;:–-]{{0,3}}(?P<rest>[\w.'’ -]{{0,40}})\W*$", re.IGNORECASE
)
"""A line that takes leave, perhaps with a name."""
AFTERTHOUGHT = re.compile(r"^\s*p\.?\s?s\.?\b|^\s*n\.?b\.?\b", re.IGNORECASE)

CONTACT = re.compile(
    r"(?:\b(?:tel|mob|mobil\w*|phone|fax|telefon\w*|tél|t|m|p|d|e|w|office|direct|handy|cell)\b\.?\s*[:.]?\s*\(?\+?\d[\d ()/.-]{5,}"
    r"|\S+@\S+\.\w{2,}|https?://|\bwww\.|\s[|·•]\s|^\s*\[[^\]]{1,60}\]\s*$|^\s*\+?\d[\d ()/.-]{7,}\s*$)",
    re.IGNORECASE,
)
"""A telephone number, an address, a row of contacts, a picture of a signature."""

_NOTICES = (
    # English
    r"confidential|privileged|intended (?:solely|only|for the)|intended recipient|received (?:this|it).{0,30} in error|notify the sender",
    r"before printing|print this e?-?mail|scanned for virus|liabilit|views (?:expressed|or opinions)|registered (?:in|office|number|company)",
    r"company (?:no|number|reg)|vat (?:no|number|reg)|unsubscribe|privacy (?:notice|policy)|sent from my|get outlook for|outside (?:the|your) organi[sz]ation",
    r"click links or open attachments|disclaimer",
    # German
    r"vertraulich|nicht der (?:richtige|beabsichtigte)|irrtümlich erhalten|informieren sie (?:bitte )?(?:sofort )?den absender|geschäftsführ|handelsregister",
    r"amtsgericht|ust-?id|sitz der gesellschaft|denken sie an die umwelt|von meinem .{1,30} gesendet|gesendet von|datenschutz(?:hinweis|erklärung)|registergericht",
    # French
    r"confidentiel|destinataire|par erreur|avant d'imprimer|imprimer ce|envoyé (?:de|depuis) mon|capital de|siret|siren|rcs\b|protection des données|pièces jointes (?:sont|est)",
    # Spanish
    r"confidencial|destinatario|por error|antes de imprimir|imprimir este|enviado desde mi|protección de datos|rgpd|registro mercantil|c\.?i\.?f\.?\b",
    # Italian
    r"riservat[oaie]|destinatari|per errore|prima di stampare|stampare questa|inviato da(?:l mio)?|partita iva|p\. ?iva|protezione dei dati|gdpr|d\.? ?lgs|capitale sociale",
    # Dutch
    r"vertrouwelijk|geadresseerde|ten onrechte|per abuis|voordat u (?:deze|dit)|verzonden (?:vanaf|met) mijn|kvk|btw-?(?:nr|nummer)|privacyverklaring|aansprakelijk",
)
NOTICE = re.compile("|".join(_NOTICES), re.IGNORECASE)
"""A sentence that a company, a law or a program puts under every mail."""

QUOTE_BEGINS = re.compile(
    r"^\s*(?:-{2,}\s*)?(?:original message|forwarded message|ursprüngliche nachricht|weitergeleitete nachricht|message d'origine|message transféré"
    r"|mensaje original|mensaje reenviado|messaggio originale|messaggio inoltrato|oorspronkelijk bericht|doorgestuurd bericht)\b"
    r"|^\s*_{10,}\s*$"
    r"|^\s*(?:on|am|le|el|il|op)\s.{5,160}(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef)\b.{0,80}:?\s*$"
    r"|^\s*.{3,80}\b(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef)\s*:\s*$"
    r"|^\s*(?:from|von|de|da|van)\s*:\s.*@",
    re.IGNORECASE,
)
"""A line after which somebody else's words stand."""
