"""The last look at a colleague's answer before it is relayed: does anything in it, or in its files, belong to the firm?

What is found is held, never mended: the colleague is told what it is, in words, and sends it again without it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from functools import partial

from chalicelib.desk.model import Attachment, AttachmentRef
from chalicelib.mail import cards, charsets, headers, limits, parts

FILE_LIMIT = 1024 * 1024
"""Bytes looked at in each file: a forward's card stands at its beginning."""
FILES_LIMIT = 50
ALL_FILES_LIMIT = 4 * FILE_LIMIT
"""Files, and bytes of them all, looked into; with more than this the answer is held."""
DEEPEST_MAIL = 4
"""Mails in mails, each as a file of the other, that are opened."""
CHANCE = 4
"""Up to so many words of a reason may be said by chance."""
SHORTEST_PRIVATE = 12

_SEALED = frozenset(
    {
        "application/ms-tnef",
        "application/vnd.ms-tnef",
        "application/vnd.ms-outlook",
        "application/pkcs7-mime",
        "application/x-pkcs7-mime",
    }
)
_SEALED_NAME = re.compile(r"(?:winmail\.dat|\.tnef|\.msg|\.p7m)$", re.IGNORECASE)
"""Whole mails in wrappings that cannot be opened here."""
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
_SIGNATURE_NAME = re.compile(r"smime\.p7s|(?:openpgp_)?signature\.(?:asc|sig|pgp)", re.IGNORECASE)
_MAIL_NAME = re.compile(r"\.(?:eml|mht|mhtml|mbox)$", re.IGNORECASE)
_BEGINS_AS_MAIL = re.compile(
    rb"(?:return-path|received|delivered-to|from|to|subject|date|message-id|mime-version|x-[a-z-]{1,40}):",
    re.IGNORECASE,
)
_PAGE_NAME = re.compile(r"\.x?html?$", re.IGNORECASE)
_TEXT_NAME = re.compile(r"\.(?:txt|ics|vcf|csv|md|log|rtf|xml|json)$", re.IGNORECASE)
_NOT_TEXT = re.compile(r"(?:image|audio|video|font)/|application/(?:pdf|zip|gzip|vnd\.)")
_NOT_TEXT_NAME = re.compile(
    r"\.(?:pdf|zip|gz|7z|docx?|xlsx?|pptx?|od[tsp]|jpe?g|png|gif|heic|webp|tiff?|mp[34]|mov|m4a|wav)$", re.IGNORECASE
)
_BLOCK_TAG = re.compile(r"</?(?:br|p|div|tr|li|ul|ol|h[1-6]|table|blockquote|pre|hr)\b[^<>]{0,2000}>", re.IGNORECASE)
_TAG = re.compile(r"<[a-z/!][^<>]{0,2000}>", re.IGNORECASE)
_FOLD = re.compile(r"\r?\n[ \t]")
_CONTACT_TYPES = frozenset({"text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/csv"})
_CONTACT_NAME = re.compile(r"\.(?:ics|vcs|vcf|csv)$", re.IGNORECASE)
"""Invitations, business cards and tables are made of labels and addresses: they are what such a file is sent for."""


Look = Callable[[str], str]
"""Says what in one text must not leave; empty when nothing does."""


def droppable(ref: AttachmentRef) -> bool:
    """Whether this is the signature of the mail itself: it fits no other mail, so it need not be passed on."""
    return ref.content_type in _SIGNATURES or _SIGNATURE_NAME.fullmatch(ref.name) is not None


@dataclass(frozen=True, slots=True)
class _Firm:
    """What belongs to the firm, beside its cards and signed addresses."""

    staff: Collection[str]
    """Addresses of colleagues, lower case."""
    ours: Collection[str]
    """Addresses of our mailboxes: a forward comes from one of them."""
    reason: str
    """Why the mail went to this colleague."""
    earlier: Sequence[str]
    """Subjects of the customer's earlier mails."""


def found(
    text: str,
    attachments: Sequence[Attachment],
    staff_addresses: Collection[str],
    private_words: Sequence[str] = (),
    our_addresses: Collection[str] = (),
) -> str:
    """What in an answer must not leave the firm, in plain words for its author; empty when nothing does.

    `staff_addresses` and `our_addresses` (of the mailboxes) are lower case; `private_words` what our card says of the
    customer: first the reason (empty: none), then earlier subjects.
    """
    firm = _Firm(staff_addresses, our_addresses, next(iter(private_words), ""), private_words[1:])
    looked_into = [each for each in attachments if _is_looked_into(each)]
    names = (_card_in(each.ref.name) for each in attachments)
    reason = _in_text(text, firm) or next(filter(None, names), "")
    if reason:
        return reason
    if len(looked_into) > FILES_LIMIT or sum(_bytes(each) for each in looked_into) > ALL_FILES_LIMIT:
        return "its files hold more text than can be looked into here"
    return next(filter(None, (_in_file(each, firm) for each in looked_into)), "")


def _bytes(attachment: Attachment) -> int:
    """How much of a file is looked at."""
    return min(len(attachment.content), FILE_LIMIT)


# --- in words --------------------------------------------------------------------------------------------------


_CARD = "a card, or an address that only colleagues have, is in it"


def _in_text(text: str, firm: _Firm) -> str:
    seen = cards.as_seen(text)
    if cards.shows_card(seen):
        return _CARD
    address = _in_quoted_header(seen, firm)
    if address:
        return _of_header(address)
    words = _from_the_card(seen, firm)
    return f"it repeats what only colleagues read: “{words}”" if words else ""


def _card_in(text: str) -> str:
    return _CARD if cards.holds_card(text) else ""


def _of_header(address: str) -> str:
    return f"the header of a quoted mail is in it, with the address {address}"


# A colleague's address is no secret: it stands below their name, in lists, in sentences. What must not leave is the
# header of our forward (or of another mail in the firm), so the address counts only where the lines around it show
# that they are one.

_LABEL_LINE = re.compile(r"[\s>*_|]{0,20}[^\W\d_][^:|@\n]{0,29}?[\s*_]{0,4}[:|]")
_LABEL = re.compile(r"(?<![^\W\d_])((?:[^\W\d_]{1,20}[ ]){0,2}[^\W\d_]{1,20})[ \t*_]{0,4}[:|]")
_CONTINUED = re.compile(r"([;,])[ \t]*\n[\s>]{0,20}")
_HEADER_WORDS = {
    "from": (
        "from von de da van fra från frá od от від lähettäjä feladó remitente remetente mittente expéditeur afzender",
        "absender avsender kimden gönderen από 发件人 寄件者 寄件人 差出人 送信者 보낸사람 보낸_사람",
    ),
    "to": (
        "to an à para a aan til till do komu кому címzett vastaanottaja destinatario destinatário destinataire kime",
        "alıcı προς 收件人 收件者 宛先 받는사람 받는_사람",
        "cc bcc ccn cci kopie kopi kopia copie copia cópia копия kopio 抄送 副本 참조",
    ),
    "date": (
        "date sent datum gesendet gesendet_am envoyé envoyé_le enviado enviado_el enviado_em enviada enviada_em fecha",
        "data inviato inviato_il verzonden dato sendt skickat dagsetning lähetetty päivämäärä aika elküldve dátum",
        "odesláno wysłano odoslané отправлено дата надіслано gönderildi tarih gönderme_tarihi ημερομηνία στάλθηκε",
        "发送时间 发送日期 日期 時間 傳送日期 寄件日期 送信日時 日付 日時 보낸날짜 보낸_날짜 날짜",
    ),
    "subject": (
        "subject betreff objet asunto assunto oggetto onderwerp emne ämne efni aihe temat tema тема předmět predmet",
        "tárgy konu θέμα subiect 主题 主題 主旨 件名 제목",
    ),
}
_ROLE_OF = {word.replace("_", " "): role for role, lists in _HEADER_WORDS.items() for word in " ".join(lists).split()}
_WROTE = re.compile(
    r"\b(?:wrote|schrieb|écrit|ecrit|escribi[óo]|scritto|schreef|geschreven|escreveu|skrev|skrifaði|kirjoitti|napsala?"
    r"|napisała?|írta|написала?|пише|yazdı|έγραψε)\b|写道|寫道|書きました|작성",
    re.IGNORECASE,
)
_DAY_OR_TIME = re.compile(r"\d{1,2}[./-]\s?\d{1,2}|\d{1,2}[:.h]\d\d|\b(?:19|20)\d\d\b")
_YEAR = re.compile(r"\b\d{4}(?!\d)|\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d\d")
_TIME = re.compile(r"(?<!\d)\d{1,2}[:.h時时点시]\s?\d\d(?!\d)")
_PHONE = re.compile(r"[\s>*_]{0,20}(?:tel|phone|mob|cell|fax|t\b|m\b|p\b|☎)", re.IGNORECASE)
_NEAR = 4
"""Lines of a header that may stand between two of its fields."""


def _in_quoted_header(seen: str, firm: _Firm) -> str:
    """The first colleague's address in the header of a quoted mail or in an attribution; empty when none."""
    small = seen.lower()
    staff, ours = ([address for address in known if address in small] for known in (firm.staff, firm.ours))
    if not staff:
        return ""
    firm = replace(firm, staff=staff, ours=ours)
    lines = [line for line in _CONTINUED.sub(r"\1 ", seen).split("\n") if line.strip("> \t")]
    roles = [_roles(line) for line in lines]
    for place, line in enumerate(lines):
        address = _named(line, firm.staff)
        if address and (
            _is_attribution(lines, place, address, firm)
            or (_is_of_header_form(line) and (_is_known_header(roles, place) or _is_strange_header(lines, place, firm)))
        ):
            return address
    return ""


def _named(line: str, addresses: Collection[str]) -> str:
    if "@" not in line:
        return ""
    words = set(re.findall(r"[\w.+'-]{1,64}@[\w.-]{1,255}", line[:4000].lower()))
    return next((word for word in sorted(words) if word.rstrip(".") in addresses), "").rstrip(".")


def _is_of_header_form(line: str) -> bool:
    """`To: Bob Harris <bob@…>, alice@…`: brackets, or an address in every piece. “Who: Bob Harris, bob@…” is prose."""
    value = re.split("[:|]", line[:4000], maxsplit=1)[-1]
    return re.search(r"[<\[][^<>\[\]]{0,20}@|[<\[][^<>\[\]]{1,300}@", value) is not None or all(
        "@" in piece for piece in re.split("[;,]", value) if piece.strip()
    )


def _roles(line: str) -> tuple[str, ...]:
    """Which header fields a line names, when it begins with a label: some programs write them all on one line."""
    if not _LABEL_LINE.match(line):
        return ()
    labels = (match[1].casefold().split() for match in _LABEL.finditer(line[:1000]))
    return tuple(_role(words) for words in labels)


def _role(words: list[str]) -> str:
    """Of the last words before a colon: in `From: Jane Sent: Monday` the value before stands in front of the label."""
    ends = (" ".join(words[begin:]) for begin in range(len(words)))
    return next((_ROLE_OF[end] for end in ends if end in _ROLE_OF), "")


def _is_known_header(roles: list[tuple[str, ...]], place: int) -> bool:
    """In a language we have words for: a sender or recipient, and other fields nearby. `To: …` alone is an address."""
    if not {"from", "to"} & set(roles[place]):
        return False
    around = {role for line in roles[max(0, place - _NEAR) : place + _NEAR + 1] for role in line if role}
    return len(around) >= (2 if "from" in around else 3)


def _is_strange_header(lines: list[str], place: int, firm: _Firm) -> bool:
    """In any other: labels on end, above it somebody `<at our mailbox>` as on our forward, and a date with a time."""
    if not firm.ours:
        return False
    top = bottom = place
    while top > 0 and place - top < 2 * _NEAR and _LABEL_LINE.match(lines[top - 1]):
        top -= 1
    while bottom < len(lines) and bottom - place < 2 * _NEAR and _LABEL_LINE.match(lines[bottom]):
        bottom += 1
    block = lines[top:bottom]
    return (
        len(block) >= 3
        and any(_comes_from_us(line, firm) for line in lines[top:place])
        and any(_TIME.search(line) and _YEAR.search(line) and not _PHONE.match(line) for line in block)
    )


def _comes_from_us(line: str, firm: _Firm) -> bool:
    address = _named(line, firm.ours)
    return bool(address) and re.search(rf"\w\W{{0,9}}[<\[](?:mailto:)?{re.escape(address)}", line.lower()) is not None


def _is_attribution(lines: list[str], place: int, address: str, firm: _Firm) -> bool:
    """`On Mon, 23 Nov 2026 at 9:07, Bob Harris <bob@harris.example> wrote:`, also wrapped; with a date, or with us."""
    said = lines[place].strip("> \t")
    below = lines[place + 1].strip("> \t") if place + 1 < len(lines) else ""
    if not said.endswith(":") and below.endswith(":") and len(below.split()) <= 3:
        said = f"{said} {below}"
    whole = f"{lines[place - 1]} {said}" if place else said
    if not said.endswith(":") or not re.search(rf"[<\[]\s?(?:mailto:)?{re.escape(address)}", whole, re.IGNORECASE):
        return False
    if _WROTE.search(said):
        return _DAY_OR_TIME.search(whole) is not None or bool(_named(whole, firm.ours))
    return bool(_named(said, firm.ours) or (_TIME.search(said) and _YEAR.search(said)))


# --- words of the card -----------------------------------------------------------------------------------------

_GAP = r"[\s>]+"
_MONTH = rf"in{_GAP}[^\W\d_]{{3,12}}(?:{_GAP}\d{{4}})?"
_UNHAPPY = rf"[^()]{{1,40}},{_GAP}unhappy"
_LATELY = rf"today|this{_GAP}month"
"""How the card dates an earlier mail (`phrases.month`); staff are written to in English."""


def _from_the_card(seen: str, firm: _Firm) -> str:
    said = _plain(seen)
    # To the colleague it names the card gives the first half of a reason alone: “Yours, because it is about Repairs”.
    for reason in (firm.reason, firm.reason.partition(", and ")[0]):
        sought = _plain(cards.as_seen(reason))
        if len(sought.split()) > CHANCE and sought in said:
            return reason
    return next((subject for subject in firm.earlier if _is_listed(subject, seen, said)), "")


def _is_listed(subject: str, seen: str, said: str) -> bool:
    """Whether a subject stands in a text as in the card's list, `Earlier: subject (in March, unhappy), …`.

    Anybody may repeat a subject, with “(attached)” behind it; “(today)” needs the word “Earlier”, too.
    """
    sought = _plain(cards.as_seen(subject))
    if len(sought) < SHORTEST_PRIVATE or f"{sought} (" not in said:
        return False
    whens = f"{_UNHAPPY}|{_MONTH}|{_LATELY}" if "earlier: " in said else f"{_UNHAPPY}|{_MONTH}"
    words = _GAP.join(map(re.escape, sought.split()))
    listed = rf"{words}{_GAP}\((?:{whens})\)[ \t*_]*(?:,|$)"
    return re.search(listed, seen.casefold(), re.MULTILINE) is not None


def _plain(text: str) -> str:
    return " ".join(text.replace(">", " ").casefold().split())


# --- in files --------------------------------------------------------------------------------------------------


def _is_looked_into(attachment: Attachment) -> bool:
    """Everything but pictures, sound and documents in formats of their own."""
    ref = attachment.ref
    told = _SEALED_NAME, _MAIL_NAME, _PAGE_NAME, _TEXT_NAME
    if ref.content_type in _SEALED or any(pattern.search(ref.name) for pattern in told):
        return True
    is_other = _NOT_TEXT.match(ref.content_type) or _NOT_TEXT_NAME.search(ref.name)
    return not is_other and b"\0" not in attachment.content[:4096]


def _in_file(attachment: Attachment, firm: _Firm) -> str:
    ref, content = attachment.ref, attachment.content[:FILE_LIMIT]
    if _is_sealed(ref.content_type, ref.name):
        return f"{ref.name} may hold a whole mail, and it cannot be looked into here"
    try:
        reason = next(filter(None, _reasons(content, ref.content_type, ref.name, firm)), "")
    except Exception:  # whatever no parser thought of: what cannot be looked into does not leave
        reason = "it cannot be looked into here"
    return f"in the file {ref.name}: {reason}" if reason else ""


def _is_sealed(content_type: str, name: str) -> bool:
    return content_type in _SEALED or _SEALED_NAME.search(name) is not None


def _reasons(content: bytes, content_type: str, name: str, firm: _Firm, depth: int = 0) -> Iterator[str]:
    """What must not leave in each text of a file; some of them empty."""
    is_mail = content_type.startswith("message/") or _MAIL_NAME.search(name) or _BEGINS_AS_MAIL.match(content)
    if is_mail and depth < DEEPEST_MAIL and not limits.excess(content):
        yield from _reasons_in_mail(content, firm, depth)
    look: Look = _card_in if _is_contact(content_type, name) else partial(_in_text, firm=firm)
    yield from map(look, _of_text(content, content_type, name))


def _is_contact(content_type: str, name: str) -> bool:
    return content_type in _CONTACT_TYPES or _CONTACT_NAME.search(name) is not None


def _reasons_in_mail(content: bytes, firm: _Firm, depth: int) -> Iterator[str]:
    """The same for every header and part of a mail, those of the mails inside included."""
    for node in BytesParser(policy=compat32).parsebytes(content).walk():
        part = parts.part_of(node)
        yield _in_header(_header_of(node), firm)
        if _is_sealed(part.content_type, part.file_name):
            yield f"{part.file_name or part.content_type} may hold a whole mail, and it cannot be looked into here"
        elif not node.is_multipart() and not _NOT_TEXT.match(part.content_type):
            inner = _in_utf_8(parts.content(node), part.parameters.get("charset", ""))
            yield from _reasons(inner, part.content_type, part.file_name, firm, depth + 1)


def _in_utf_8(content: bytes, charset: str) -> bytes:
    return charsets.decode(content, charset).encode("utf-8", "replace") if charsets.known(charset) else content


def _in_header(text: str, firm: _Firm) -> str:
    """In what is certain to be a header every colleague's address counts."""
    seen = cards.as_seen(text)
    addresses = (_named(line, firm.staff) for line in seen.split("\n"))
    return (_CARD if cards.shows_card(seen) else "") or next(
        (_of_header(address) for address in addresses if address), ""
    )


def _header_of(node: Message) -> str:
    return "\n".join(f"{name}: {headers.words(parts.field(node, name.lower()))}" for name in dict.fromkeys(node.keys()))


def _of_text(content: bytes, content_type: str, name: str) -> tuple[str, ...]:
    """A text file as it stands and as it is shown."""
    text = charsets.decode(content, _charset_of(content)).replace("\r\n", "\n").replace("\r", "\n")
    if content_type == "text/html" or _PAGE_NAME.search(name) or re.search(r"(?i)<(?:html|body|div|p)\b", text[:4096]):
        return text, _shown(text)
    if _is_contact(content_type, name):
        return (_FOLD.sub("", text).replace("\\n", "\n").replace("\\N", "\n").replace("\\,", ",").replace("\\;", ";"),)
    return (text,)


def _charset_of(content: bytes) -> str:
    """UTF-16 where its mark, or every second byte, says so."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    return "utf-16-le" if content[1:400:2].count(0) > len(content[1:400:2]) * 0.8 else ""


def _shown(page: str) -> str:
    """A page's words without its tags: all of them, also those no browser shows."""
    return html.unescape(_TAG.sub("", _BLOCK_TAG.sub("\n", page.replace("\n", " "))))
