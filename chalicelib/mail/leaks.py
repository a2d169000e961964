"""The last look at a colleague's answer before it is relayed: does anything in it, or in its files, belong to the firm?

What is found is held, never mended: the colleague is told what it is, in words, and sends it again without it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from functools import partial

from chalicelib.desk.model import Attachment, AttachmentRef
from chalicelib.mail import charsets, headers, limits, parts, quotes
from chalicelib.mail.text import folded

FILE_LIMIT = 1024 * 1024
"""Bytes looked at in each file: a forward's card stands at its beginning."""
FILES_LIMIT = 50
ALL_FILES_LIMIT = 4 * FILE_LIMIT
"""Files, and bytes of them all, looked into; with more than this the answer is held."""
DEEPEST_MAIL = 4
"""Mails in mails, each as a file of the other, that are opened."""
SUBJECT_WORDS = 4
"""Up to so many private words may be said by chance; they count only as the card writes them, with a bracket behind."""
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
_OWN_CONTACT = re.compile(r"(?im)^(?:organizer|attendee|email|item\d{1,3}\.email)\b.*$")
"""Of an invitation or a business card: whose it is. That is what it is sent for."""


Look = Callable[[str], str]
"""Says what in one text must not leave; empty when nothing does."""


def droppable(ref: AttachmentRef) -> bool:
    """Whether this is the signature of the mail itself: it fits no other mail, so it need not be passed on."""
    return ref.content_type in _SIGNATURES or _SIGNATURE_NAME.fullmatch(ref.name) is not None


def found(
    text: str,
    attachments: Sequence[Attachment],
    staff_addresses: Collection[str],
    private_words: Sequence[str] = (),
) -> str:
    """What in an answer must not leave the firm, in plain words for its author; empty when nothing does.

    `staff_addresses` are lower case; `private_words` what our card says of the customer (the reason, earlier subjects).
    """
    look = partial(_in_text, staff_addresses=staff_addresses, private_words=private_words)
    looked_into = [each for each in attachments if _is_looked_into(each)]
    reason = look(text) or next(filter(None, (look(each.ref.name) for each in attachments)), "")
    if reason:
        return reason
    if len(looked_into) > FILES_LIMIT or sum(_bytes(each) for each in looked_into) > ALL_FILES_LIMIT:
        return "its files hold more text than can be looked into here"
    return next(filter(None, (_in_file(each, look) for each in looked_into)), "")


def _bytes(attachment: Attachment) -> int:
    """How much of a file is looked at."""
    return min(len(attachment.content), FILE_LIMIT)


# --- in words --------------------------------------------------------------------------------------------------


def _in_text(text: str, staff_addresses: Collection[str], private_words: Sequence[str]) -> str:
    if quotes.holds_card(text):
        return "a card, or an address that only colleagues have, is in it"
    seen = folded(text).text
    address = _in_quoted_header(seen, staff_addresses)
    if address:
        return f"the header of a quoted mail is in it, with the address {address}"
    words = _from_the_card(seen, private_words)
    return f"it repeats what only colleagues read: “{words}”" if words else ""


_LABEL_LINE = re.compile(r"[\s>*_|]{0,20}(?P<label>[^\W\d_][^:|@\n]{0,29}?)[\s*_]{0,4}(?P<sign>[:|])")
_DATE_AND_TIME = re.compile(r"\b(?:19|20)\d\d\b.*\d{1,2}[:.]\d\d|\d{1,2}[:.]\d\d.*\b(?:19|20)\d\d\b")
_CONTINUED = re.compile(r"([;,])[ \t]*\n[\s>]{0,20}")
_HEADER_WORDS = (
    "from von de da van fra från od от lähettäjä feladó remitente mittente expéditeur afzender absender kimden από",
    "发件人 寄件者 差出人 보낸사람",
    "to an à para a aan til till do komu кому címzett vastaanottaja destinatario destinataire kime προς",
    "收件人 宛先 받는사람",
    "cc bcc ccn cci kopie kopi kopia copie copia cópia копия 抄送",
)
_LABELS = frozenset(word for words in _HEADER_WORDS for word in words.split())
_CONTACT_LABEL = re.compile(r"mail|posta?$|^(?:e|m|@|email|courriel|correo|contact|kontakt|contacto)$")
"""What people write before their own address below their name."""


def _in_quoted_header(seen: str, staff_addresses: Collection[str]) -> str:
    """The first colleague's address in a header line (`To: …`, in any language) or an attribution; empty when none.

    Their own address below their own name is theirs to give.
    """
    text = _CONTINUED.sub(r"\1 ", seen)
    if "@" not in text:
        return ""
    lines = [line for line in text.split("\n") if line.strip("> \t")]
    for place, line in enumerate(lines):
        address = _named(line, staff_addresses)
        if address and (_is_attribution(line, address) or _is_header_line(lines, place)):
            return address
    return ""


def _named(line: str, staff_addresses: Collection[str]) -> str:
    if "@" not in line:
        return ""
    words = set(re.findall(r"[\w.+'-]{1,64}@[\w.-]{1,255}", line[:4000].lower()))
    return next((word for word in sorted(words) if word.rstrip(".") in staff_addresses), "").rstrip(".")


def _is_attribution(line: str, address: str) -> bool:
    """`Bob Harris <bob@harris.example> wrote:`"""
    bracketed = re.search(rf"[<(\[](?:mailto:)?{re.escape(address)}[>)\]]", line, re.IGNORECASE)
    return bracketed is not None and line.rstrip().endswith(":")


def _is_header_line(lines: list[str], place: int) -> bool:
    label, sign = _label(lines[place])
    if label in _LABELS:
        return True
    if sign != ":" or _CONTACT_LABEL.search(label):
        return False
    # In a language we have no words for: header lines do not stand alone, and a signature gives no date and time.
    around = lines[max(0, place - 3) : place] + lines[place + 1 : place + 4]
    telling = (_label(line)[0] for line in around if "@" in line or _DATE_AND_TIME.search(line[:500]))
    return any(other and other != label and not _CONTACT_LABEL.search(other) for other in telling)


def _label(line: str) -> tuple[str, str]:
    """What stands before the first colon or bar of a line, and which it is; both empty when it is no label."""
    match = _LABEL_LINE.match(line)
    return (match["label"].strip().casefold(), match["sign"]) if match else ("", "")


def _from_the_card(seen: str, private_words: Sequence[str]) -> str:
    said = _plain(seen)
    for words in private_words:
        sought = _plain(folded(words).text)
        if len(sought) < SHORTEST_PRIVATE:
            continue
        if (sought if len(sought.split()) > SUBJECT_WORDS else f"{sought} (") in said:
            return words
    return ""


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


def _in_file(attachment: Attachment, look: Look) -> str:
    ref, content = attachment.ref, attachment.content[:FILE_LIMIT]
    if _is_sealed(ref.content_type, ref.name):
        return f"{ref.name} may hold a whole mail, and it cannot be looked into here"
    try:
        reason = next(filter(None, _reasons(content, ref.content_type, ref.name, look)), "")
    except Exception:  # whatever no parser thought of: what cannot be looked into does not leave
        reason = "it cannot be looked into here"
    return f"in the file {ref.name}: {reason}" if reason else ""


def _is_sealed(content_type: str, name: str) -> bool:
    return content_type in _SEALED or _SEALED_NAME.search(name) is not None


def _reasons(content: bytes, content_type: str, name: str, look: Look, depth: int = 0) -> Iterator[str]:
    """What must not leave in each text of a file; some of them empty."""
    is_mail = content_type.startswith("message/") or _MAIL_NAME.search(name) or _BEGINS_AS_MAIL.match(content)
    if is_mail and depth < DEEPEST_MAIL and not limits.excess(content):
        yield from _reasons_in_mail(content, look, depth)
    yield from map(look, _of_text(content, content_type, name))


def _reasons_in_mail(content: bytes, look: Look, depth: int) -> Iterator[str]:
    """The same for every header and part of a mail, those of the mails inside included."""
    for node in BytesParser(policy=compat32).parsebytes(content).walk():
        part = parts.part_of(node)
        yield look(_header_of(node))
        if _is_sealed(part.content_type, part.file_name):
            yield f"{part.file_name or part.content_type} may hold a whole mail, and it cannot be looked into here"
        elif not node.is_multipart() and not _NOT_TEXT.match(part.content_type):
            inner = _in_utf_8(parts.content(node), part.parameters.get("charset", ""))
            yield from _reasons(inner, part.content_type, part.file_name, look, depth + 1)


def _in_utf_8(content: bytes, charset: str) -> bytes:
    return charsets.decode(content, charset).encode("utf-8", "replace") if charsets.known(charset) else content


def _header_of(node: Message) -> str:
    return "\n".join(f"{name}: {headers.words(parts.field(node, name.lower()))}" for name in dict.fromkeys(node.keys()))


def _of_text(content: bytes, content_type: str, name: str) -> tuple[str, ...]:
    """A text file as it stands and as it is shown."""
    text = charsets.decode(content, _charset_of(content)).replace("\r\n", "\n").replace("\r", "\n")
    if content_type == "text/html" or _PAGE_NAME.search(name) or re.search(r"(?i)<(?:html|body|div|p)\b", text[:4096]):
        return text, _shown(text)
    if content_type in ("text/calendar", "text/vcard", "text/x-vcard") or name.lower().endswith((".ics", ".vcf")):
        unfolded = _FOLD.sub("", text).replace("\\n", "\n").replace("\\N", "\n").replace("\\,", ",").replace("\\;", ";")
        return (_OWN_CONTACT.sub("", unfolded),)
    return (text,)


def _charset_of(content: bytes) -> str:
    """UTF-16 where its mark, or every second byte, says so."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    return "utf-16-le" if content[1:400:2].count(0) > len(content[1:400:2]) * 0.8 else ""


def _shown(page: str) -> str:
    """A page's words without its tags: all of them, also those no browser shows."""
    return html.unescape(_TAG.sub("", _BLOCK_TAG.sub("\n", page.replace("\n", " "))))
