"""Answers as Gmail writes them: on the web, in its Android app, and on the web in French."""

from __future__ import annotations

from email.message import EmailMessage
from html import escape

from byname.local.maildirs import Letter
from tests.clients.as_text import Manner, as_text
from tests.clients.mail_program import PICTURE_ID, Shown, Written, answer_to, fill, lines, renamed, shown

PLAIN = Manner(bold="*", quote="> ", width=72, picture="[image: {alt}]")
"""Gmail wraps its plain alternative, and shows bold words between asterisks."""
_QUOTE = (
    '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;'
    'border-left:1px solid rgb(204,204,204);padding-left:1ex">'
)
_DAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


def web(letter: Letter, written: Written) -> EmailMessage:
    """With Gmail's own default: the signature below the quote."""
    read = shown(letter)
    words = "<div><br></div>".join(f"<div>{lines(paragraph)}</div>" for paragraph in written.paragraphs)
    html = f'<div dir="ltr">{words}{_picture(written)}</div><br>{_quoted(read, _english(read))}{_signature(written)}'
    return fill(answer_to(letter, written), as_text(html, PLAIN), html, written)


def web_signed_above(letter: Letter, written: Written) -> EmailMessage:
    """With the box ticked that puts the signature above the quote."""
    read = shown(letter)
    words = "<div><br></div>".join(f"<div>{lines(paragraph)}</div>" for paragraph in written.paragraphs)
    html = (
        f'<div dir="ltr">{words}{_picture(written)}<br clear="all"></div>'
        f'<div><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature">'
        f'<div dir="ltr">{"<br>".join(map(escape, written.signature))}</div></div></div><br><br>'
        f"{_quoted(read, _english(read))}"
    )
    return fill(answer_to(letter, written), as_text(html, PLAIN), html, written)


def french(letter: Letter, written: Written) -> EmailMessage:
    read = shown(letter)
    words = "<div><br></div>".join(f"<div>{lines(paragraph)}</div>" for paragraph in written.paragraphs)
    at = f"{_DAYS[read.at.weekday()]} {read.at.day} {_MONTHS[read.at.month - 1]} {read.at.year} à {read.at:%H:%M}"
    attribution = f"Le {at}, {_linked(read)} a écrit\xa0:"
    html = f'<div dir="ltr">{words}</div><br>{_quoted(read, attribution)}'
    return fill(answer_to(letter, written), as_text(html, PLAIN), html, written, cte="base64")


def phone(letter: Letter, written: Written) -> EmailMessage:
    """The Android app: no signature of its own, and each paragraph goes either way."""
    read = shown(letter)
    words = '<div dir="auto"><br></div>'.join(f'<div dir="auto">{lines(each)}</div>' for each in written.paragraphs)
    html = f'<div dir="auto">{words}{_picture(written)}</div><br>{_quoted(read, _english(read), "gmail_quote")}'
    return fill(answer_to(letter, written), as_text(html, PLAIN), html, written)


def _english(read: Shown) -> str:
    return f"On {read.at:%a}, {read.at.day} {read.at:%b %Y} at {read.at:%H:%M}, {_linked(read)} wrote:"


def _linked(read: Shown) -> str:
    address = escape(read.address)
    return f'{escape(read.name)} &lt;<a href="mailto:{address}">{address}</a>&gt;'


def _quoted(read: Shown, attribution: str, box: str = "gmail_quote gmail_quote_container") -> str:
    body = renamed(read.body, "m_-4871950206613329001")
    return (
        f'<div class="{box}"><div dir="ltr" class="gmail_attr">{attribution}<br></div>'
        f"{_QUOTE}<u></u>\n\n\n<div>\n{body}\n</div>\n</blockquote></div>"
    )


def _picture(written: Written) -> str:
    return f'<div><br></div><img src="cid:{PICTURE_ID}" alt="image.png" width="562">' if written.picture else ""


def _signature(written: Written) -> str:
    if not written.signature:
        return ""
    return (
        '<div><br clear="all"></div><br><span class="gmail_signature_prefix">-- </span><br>'
        '<div dir="ltr" class="gmail_signature"><div dir="ltr">'
        f"{'<br>'.join(map(escape, written.signature))}</div></div>"
    )
