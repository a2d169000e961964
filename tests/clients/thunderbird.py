"""Answers as Thunderbird writes them: plain text that flows, above or below the quote, and HTML alone."""

from __future__ import annotations

import textwrap
from email.message import EmailMessage
from html import escape

from byname.local.correspondence import text_of
from byname.local.maildirs import Letter
from tests.clients.mail_program import PICTURE_ID, Shown, Written, add_picture, answer_to, attach, lines, shown

_PROGRAM = ("User-Agent", "Mozilla Thunderbird")
_WIDTH = 72
_BREAK = "<br>\n      "


def plain(letter: Letter, written: Written) -> EmailMessage:
    """The answer above the quote, the signature below it behind its delimiter."""
    read = shown(letter)
    return _flowed(letter, written, f"{_flow(written.text)}\n\n{_quote(letter, read)}\n{_signature(written)}")


def plain_below(letter: Letter, written: Written) -> EmailMessage:
    """The answer below the quote, as Thunderbird does until it is told otherwise."""
    read = shown(letter)
    return _flowed(letter, written, f"{_quote(letter, read)}\n\n{_flow(written.text)}\n\n{_signature(written)}")


def html(letter: Letter, written: Written) -> EmailMessage:
    """No plain alternative: the page is all there is."""
    read = shown(letter)
    words = "\n".join(f"    <p>{lines(paragraph, _BREAK)}</p>" for paragraph in written.paragraphs)
    picture = f'\n    <p><img src="cid:{PICTURE_ID}" moz-do-not-send="false"></p>' if written.picture else ""
    signed = f'<pre class="moz-signature" cols="72">-- \n{_escaped(written)}</pre>' if written.signature else ""
    page = f"""<!DOCTYPE html>
<html>
  <head>
    <meta http-equiv="Content-Type" content="text/html; charset=UTF-8">
  </head>
  <body>
{words}{picture}
    {signed}
    <div class="moz-cite-prefix">{escape(_attribution(read), quote=False)}<br>
    </div>
    <blockquote type="cite"
      cite="mid:{read.message_id.strip("<>")}">
      {read.head}
      {read.body}
    </blockquote>
  </body>
</html>
"""
    mail = answer_to(letter, written, program=_PROGRAM)
    mail.set_content(page, subtype="html", charset="utf-8", cte="quoted-printable")
    if written.picture:
        add_picture(mail, written.picture)
    attach(mail, written.files)
    return mail


def _attribution(read: Shown) -> str:
    return f"On {read.at:%d/%m/%Y %H:%M}, {read.name} wrote:"


def _quote(letter: Letter, read: Shown) -> str:
    """Of the plain alternative: each line behind a mark, long ones flowing on behind the same mark."""
    quoted = "\n".join(_flow(line, ">") for line in text_of(letter).rstrip("\n").split("\n"))
    return f"{_flow(_attribution(read))}\n{quoted}"


def _flow(text: str, mark: str = "") -> str:
    """Lines that flow (RFC 3676): a line that goes on ends in a space."""
    return "\n".join(_flow_line(line, mark) for line in text.split("\n"))


def _flow_line(line: str, mark: str) -> str:
    pieces = textwrap.wrap(line, _WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
    before = f"{mark} " if mark and line else mark
    return "\n".join([*(f"{before}{piece} " for piece in pieces[:-1]), f"{before}{pieces[-1]}"])


def _signature(written: Written) -> str:
    return "\n".join(("-- ", *written.signature)) if written.signature else ""


def _escaped(written: Written) -> str:
    return "\n".join(escape(line) for line in written.signature)


def _flowed(letter: Letter, written: Written, text: str) -> EmailMessage:
    mail = answer_to(letter, written, program=_PROGRAM)
    mail.set_content(text + "\n", charset="utf-8", cte="8bit", params={"format": "flowed"})
    attach(mail, written.files)
    return mail
