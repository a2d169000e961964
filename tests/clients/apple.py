"""Answers as Apple's programs write them: Mail on a Mac, and Mail on an iPhone."""

from __future__ import annotations

from email.message import EmailMessage
from html import escape

from byname.local.maildirs import Letter
from tests.clients.as_text import Manner, as_text
from tests.clients.mail_program import PICTURE_ID, Shown, Written, answer_to, fill, lines, shown

PLAIN = Manner(quote="> ", picture="<{alt}>")
_PAGE = '<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head>'


def mac(letter: Letter, written: Written) -> EmailMessage:
    """The attribution stands inside the quote, and is quoted with it in the plain alternative."""
    read = shown(letter)
    words = "<div><br></div>".join(f"<div>{lines(paragraph)}</div>" for paragraph in written.paragraphs)
    signed = "".join(f"<div>{escape(line)}</div>" for line in written.signature)
    html = (
        f'{_PAGE}<body style="overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;">'
        f'{words}{_picture(written)}<br id="lineBreakAtBeginningOfSignature">'
        f'<div><meta charset="UTF-8">{signed}</div><div><br><blockquote type="cite"><div>{_attribution(read)}</div>'
        f'<br class="Apple-interchange-newline"><div>{_page_inside(read)}</div></blockquote></div><br></body></html>'
    )
    mail = answer_to(letter, written, program=("X-Mailer", "Apple Mail (2.3826.700.81)"))
    return fill(mail, as_text(html, PLAIN), html, written, beside_html=True)


def iphone(letter: Letter, written: Written) -> EmailMessage:
    """Two quotes: one for the attribution, one for the letter, which begins with a mark nobody sees."""
    read = shown(letter)
    words = "<div><br></div>".join(f"<div>{lines(paragraph)}</div>" for paragraph in written.paragraphs)
    html = (
        f'{_PAGE}<body dir="auto">{words}{_picture(written)}<br id="lineBreakAtBeginningOfSignature">'
        '<div dir="ltr">Sent from my iPhone</div>'
        f'<div dir="ltr"><br><blockquote type="cite">{_attribution(read)}<br><br></blockquote></div>'
        f'<blockquote type="cite"><div dir="ltr">\ufeff{_page_inside(read)}</div></blockquote></body></html>'
    )
    mail = answer_to(letter, written, program=("X-Mailer", "iPhone Mail (22B91)"))
    return fill(mail, as_text(html, PLAIN), html, written, cte="base64", beside_html=True)


def _attribution(read: Shown) -> str:
    return f"On {read.at.day} {read.at:%b %Y}, at {read.at:%H:%M}, {escape(read.sender)} wrote:"


def _page_inside(read: Shown) -> str:
    """Apple keeps the letter's whole page, its style sheet included."""
    return f'{read.head}<div style="margin:0;padding:0;background:#ffffff;color:#1d2125">{read.body}</div>'


def _picture(written: Written) -> str:
    return f'<div><br></div><div><img alt="image001.png" src="cid:{PICTURE_ID}"></div>' if written.picture else ""
