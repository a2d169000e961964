"""The words of mail systems that return a letter, in the languages they write."""

from __future__ import annotations

from chalicelib.mail.alternation import Alternation

CHALLENGERS = frozenset({"boxbe.com", "spamarrest.com", "bluebottle.com", "mailblocks.com"})
"""Services that ask strangers for a click before their customers get a letter."""
DAEMON = Alternation(r"mail(?:er)?[-_. ]?d(?:ae|ea)mon")
SYSTEM = Alternation(
    r"""
    post[ _-]?master|mail[-. ]?deliver(?:y\b|\b)|courier mail server|internet mail service|e-?mail (?:security|gateway)
    |delivery[-. ](?:sub)?system|mail[-. ](?:administrator|system|router|gateway)
    |mail[-. ]server|system administrator|(?:mmsc )?\bndr\b|microsoftexchange[0-9a-f]{16,}|inter ?scan|mail ?marshal
    |mail ?sweeper|systemadministrator|syst[eè]me de (?:messagerie|distribution)|sistema de (?:entrega|correo|e-?mail)
    |mail-?zustell|administrateur syst[eè]me|sistema di posta|система доставки
    """
)
"""How mail systems call themselves in From."""
NAME_HINT = Alternation(
    r"""
    d[ae][ae]mon|master|mail|deliver|admin|system|ndr|interscan|marshal|sweeper|exchange|zustell|sistema|messagerie|система
    """
)
"""Something of DAEMON or SYSTEM."""
SUBJECT_HINT = Alternation(
    r"""
    deliver|return|bounce|delayed|fail|reject|error|warning|unknown|message|mail|found|zustell|zugestellt|ausgeliefert
    |bermittelt|remis|distribu|livr|[ée]chec|entreg|devuelto|recapit|mancat|devolvid|bezor|bestelbaar|afgeleverd|lever
    |toimit|dostar|dor[ęe]cz|doru[čc]|k[ée]zbes|teslim|iletilem|παρ|достав|отправл|配信|送信|配達|エラー|退信|投[递遞]|[送传傳][达達递遞]
    |发送|전송|반송|배달|발송
    """
)
"""Something of SAYS_RETURNED."""
SAYS_RETURNED = Alternation(
    r"""
    undeliver|un-deliver|non-?deliver(?:y|able)|not delivered
    |delivery (?:status notif|fail|error|problem|has failed)
    |delivery (?:unsuccess|incomplete|delay|is delay|notification|report|was delay|to the following)
    |mail delivery|(?:mail|message) (?:delivery|system) (?:error|fail)
    |returned (?:e-?mail|mail|message|to sender)|failure notice|failed (?:mail|delivery)
    |(?:could|can|was|did) ?n[o'\u2019]t be delivered|couldn ?['\u2019]t be delivered|mail error
    |error sending your mail|problem delivering|warning: (?:could not send|message)|user unknown
    |^\[bounce\]|delayed mail|delivery status|message (?:rejected|status)|address not found|mail could not
    |has not (?:yet )?been delivered
    |unzustellbar|nicht (?:zustellbar|zugestellt|ausgeliefert|[üu]bermittelt)
    |zustellung (?:fehlgeschlagen|verz[öo]gert|der)|non (?:remis|distribu|d[ée]livr)
    |[ée]chec (?:de|d['’]|[àa]) ?(?:la |l['’])?(?:remise|livraison|distribution|envoi)
    |remise (?:diff[ée]r|retard)|no (?:se (?:pudo|puede|ha podido) entregar|entregado)|error de entrega
    |entrega fallida|mensaje devuelto|correo devuelto|impossibile recapitare|non recapit
    |mancat[oa] (?:recapito|consegna)|recapito ritard
    |n[ãa]o (?:entregue|foi poss[íi]vel entregar|p[ôo]de ser entregue)|falha na entrega
    |mensagem devolvida|niet (?:te bezorgen|bezorgd|afgeleverd)|onbestelbaar
    |kan niet worden (?:bezorgd|afgeleverd)|kan inte leverera|kunde inte leverera|olevererba
    |ej levererat|(?:kunne|kan) ikke (?:leveres|afleveres)|ikke lever|toimitus ep[äa]onnistui
    |ei voitu toimittaa|toimittamaton|nie (?:mo[żz]na dostarczy|dostarczon)|niedostarczon|niedor[ęe]cz
    |nedoru[čc]|nelze doru[čc]it|k[ée]zbes[íi]thetetlen|nem k[ée]zbes[íi]t|k[ée]zbes[íi]t[ée]si hiba
    |nelivrat|nu a putut fi livrat|teslim edilem|iletilemed|δεν παραδ[όο]θηκε|αδυναμ[ίι]α παρ[άα]δοσης
    |недоставлен|не (?:был[оа]? )?доставлен|не может быть (?:доставлен|отправлен)|не вда[лє]\w* достав
    |配信(?:でき|不能|エラー|失敗|不可)|送信できません|送信エラー|配達できません|エラーメール|退信
    |无法(?:投递|送达|传递|发送)|無法(?:傳遞|投遞|送達)|投递失败|未送达
    |전송 ?실패|반송|배달(?:되지|할 수 없)|발송 ?실패
    """
)
"""How mail systems say, in subject or text, that a letter did not arrive."""
SAYS_ITSELF = Alternation(
    r"""
    did not reach|did not receive (?:this|your|the) (?:message|mail|e-?mail)
    |permanent(?: fatal)? error|unable to deliver
    |following (?:address|recipient|destination)|returned to you|automatically rejected
    |(?:mail|message|letter|e-?mail).{0,60}(?:cannot|could not|can['’]?t) be |transcript of session
    |original message was received|delivery attempts|no such user|unknown user
    |error (?:has occurred|was detected).{0,60}(?:deliver|message)|was not able to deliver|unrouteable
    |mailbox full|(?:message|mail) could not be|konnte nicht|ist fehlgeschlagen|n['’]a pas pu
    |no ha sido posible|non [èe] stato possibile|kon niet worden|届けることができ|見つかりません|拒否
    """
)
"""Further words of theirs, which mean it only from a mail system."""
DELAYED = Alternation(
    r"""
    delay|not yet been delivered|still (?:being )?(?:trying|tried|retr)
    |will (?:continue|keep) (?:to )?(?:try|retry|attempt)|could not send (?:message|mail) for
    |will be retried|attempts? will continue|verz[öo]ger|retard|retras|ritard|atrasad|vertraag|forsink
    |f[öo]rdr[öo]j|f[öo]rsenad|viiv[äa]st|op[óo][źz]ni|zpo[žz]d|задерж|遅延|延迟|延遲|지연
    """
)
STILL_TRIED = Alternation(
    r"will (?:continue|keep|be retried)|attempts? will (?:continue|be)|still being (?:re)?tried|wird weiterhin versucht"
)
"""Words that outweigh those of FINAL: a warning often says both."""
FINAL = Alternation(
    r"permanent|giv(?:en|ing) up|returned mail|returning|failed|failure|fatal|undeliverable|\b5\.\d{1,3}\.\d{1,3}\b"
)
RETURNED = Alternation(
    r"""
    ^[^\w\n]{0,60}(?:below this line|(?:(?:this|included|below|here) is )?(?:a |the )?(?:copy of|headers? (?:of|follow)
    |original (?:message|mail|header|e-?mail)|unsent message|returned message|message (?:header|text|follow|body)
    |old message|rejected message)|Return-Path:|Received: from|-{2,} Original|ursprüngliche nachricht).{0,120}$
    """
)
"""The line below which the returned letter stands."""
TITLE = Alternation(
    r"""
    (?:\[?postmaster\]? )?(?:e-?mail |mail )?(?:delivery (?:status|failure|error) (?:notification|notice|report|message)
    |failure notice|undeliver(?:ed|able) (?:e-?mail|mail|message)|mail delivery (?:failed|failure|system|error)
    |non-?delivery (?:report|notice|notification)|returned (?:mail|message))\b(?:\s?[:(].{0,200}| returned to sender)?
    """
)
"""Subjects and headings that only mail systems write: they name no matter at all."""
LIST_MANAGERS = ("x-mlserver", "x-mailman-version", "x-ml-info", "x-listserver", "x-majordomo-version", "x-sympa-to")
LIST_REFUSES = Alternation(
    r"""
    not (?:a )?(?:member|subscribe[rd])|not allowed to post
    |post(?:ing)? (?:was |has been )?(?:rejected|denied)|loop alert
    """
)
