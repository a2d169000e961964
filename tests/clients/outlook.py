"""Answers as the Outlooks write them: on a Windows desktop (English and German), on the web, and on an iPhone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import EmailMessage
from html import escape

from byname.local.maildirs import Letter
from tests.clients.as_text import Manner, as_text
from tests.clients.mail_program import PICTURE_ID, Shown, Written, answer_to, fill, lines, renamed, shown

PLAIN = Manner(rule="________________________________", link="<{}>", picture="[{src}]")
WORD_PLAIN = Manner(link="<{}>", picture="[{src}]")
"""Word puts an empty line behind every paragraph, also behind those that the page shows close together."""
_DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli"),
    *("August", "September", "Oktober", "November", "Dezember"),
)


@dataclass(frozen=True, slots=True)
class Labels:
    """The header block above the quoted letter, in one language."""

    sender: str
    sent: str
    to: str
    subject: str


ENGLISH = Labels("From:", "Sent:", "To:", "Subject:")
GERMAN = Labels("Von:", "Gesendet:", "An:", "Betreff:")


def desktop(letter: Letter, written: Written) -> EmailMessage:
    """Word writes the mail: no quotation marks, only a line and a header block above what was there before."""
    read = shown(letter)
    at = f"{read.at.day} {read.at:%B %Y %H:%M}"
    return _by_word(letter, written, read, ENGLISH, at, "RE: ")


def desktop_german(letter: Letter, written: Written) -> EmailMessage:
    read = shown(letter)
    day = f"{_DAYS[read.at.weekday()]}, {read.at.day}. {_MONTHS[read.at.month - 1]} {read.at.year}"
    return _by_word(letter, written, read, GERMAN, f"{day} {read.at:%H:%M}", "AW: ")


def _by_word(letter: Letter, written: Written, read: Shown, labels: Labels, at: str, prefix: str) -> EmailMessage:
    typed = "".join(_word_paragraph(paragraph) for paragraph in (*written.paragraphs, *written.signature))
    picture = f'<p class=MsoNormal><img width=562 src="cid:{PICTURE_ID}"><o:p></o:p></p>' if written.picture else ""
    block = _fields(read, labels, at, read.recipients)
    html = f"""<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" \
xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40"><head>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=iso-8859-1">
<meta name=Generator content="Microsoft Word 15 (filtered medium)">
<style><!--
/* Style Definitions */
p.MsoNormal, li.MsoNormal, div.MsoNormal
	{{margin:0cm;
	font-size:11.0pt;
	font-family:"Calibri",sans-serif;}}
@page WordSection1
	{{size:612.0pt 792.0pt;}}
div.WordSection1
	{{page:WordSection1;}}
--></style><!--[if gte mso 9]><xml>
<o:shapedefaults v:ext="edit" spidmax="1026" />
</xml><![endif]--></head><body lang=EN-GB link="#0563C1" vlink="#954F72" style='word-wrap:break-word'>\
<div class=WordSection1>{typed}{picture}<p class=MsoNormal><span style='mso-fareast-language:EN-US'><o:p>&nbsp;</o:p>\
</span></p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>\
<p class=MsoNormal>{block}<o:p></o:p></p></div></div><p class=MsoNormal><o:p>&nbsp;</o:p></p>{_word(read.body)}</div>\
</body></html>"""
    mail = answer_to(letter, written, prefix=prefix, program=("X-Mailer", "Microsoft Outlook 16.0"))
    mail["Thread-Topic"] = re.sub(r"(?i)^(re|aw):\s*", "", read.subject)
    mail["Accept-Language"] = "en-GB, en-US"
    # The desktop's Outlook writes its plain alternative in the old code page when the words fit into it.
    return fill(mail, as_text(html, WORD_PLAIN), html, written, charset="windows-1252")


def _word_paragraph(text: str) -> str:
    """What was typed: Enter is a paragraph, and the next one stands right below it."""
    return (
        f"<p class=MsoNormal><span style='mso-fareast-language:EN-US'>{lines(text)}<o:p></o:p></span></p>"
        "<p class=MsoNormal><span style='mso-fareast-language:EN-US'><o:p>&nbsp;</o:p></span></p>"
    )


def _word(body: str) -> str:
    """The quoted letter as Word takes it in: its tables stay, all else becomes paragraphs of Word's own."""
    flat = re.sub(r"<(/?)(?:div|p)\b[^>]*>", lambda tag: "</p>" if tag[1] else "<p class=MsoNormal>", body)
    bold = re.sub(r"<(/?)strong>", r"<\1b>", flat)
    return re.sub(r"</p>", "<o:p></o:p></p>", bold)


def _fields(read: Shown, labels: Labels, at: str, to: str) -> str:
    values = ((labels.sender, read.sender), (labels.sent, at), (labels.to, to), (labels.subject, read.subject))
    return "<br>".join(f"<b>{label}</b> {escape(value, quote=False)}" for label, value in values)


def web(letter: Letter, written: Written) -> EmailMessage:
    read = shown(letter)
    block = _fields(read, ENGLISH, f"{read.at.day} {read.at:%B %Y %H:%M}", read.recipients)
    html = f"""<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<style type="text/css" style="display:none;"> P {{margin-top:0;margin-bottom:0;}} </style>
</head>
<body dir="ltr">
{_typed(written, "Aptos, Aptos_EmbeddedFont, Calibri, sans-serif")}\
<div id="appendonsend"></div>
<hr style="display:inline-block;width:98%" tabindex="-1">
<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" style="font-size:11pt" color="#000000">{block}</font>
<div>&nbsp;</div>
</div>
<div style="margin:0; padding:0; background:#ffffff; color:#1d2125">
{renamed(read.body, "x_")}
</div>
</body>
</html>
"""
    return fill(answer_to(letter, written), as_text(html, PLAIN), html, written)


def iphone(letter: Letter, written: Written) -> EmailMessage:
    """Outlook's app: its signature is an advertisement, and it writes no References."""
    read = shown(letter)
    at = f"{read.at:%A, %B} {read.at.day}, {read.at.year} {read.at.hour % 12 or 12}:{read.at:%M:%S %p}"
    html = f"""<html><head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8">
</head>
<body>
{_typed(written, "-apple-system, HelveticaNeue")}\
<div id="ms-outlook-mobile-signature"><div><br></div>
Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div>
<div id="mail-editor-reference-message-container" class="ms-outlook-mobile-reference-message skipProofing">
<meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<hr style="display:inline-block;width:98%" tabindex="-1">
<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" style="font-size:11pt" color="#000000">\
{_fields(read, ENGLISH, at, read.recipients)}</font><div>&nbsp;</div></div>
{renamed(read.body, "x_")}
</div>
</body></html>
"""
    return fill(answer_to(letter, written, references=False), as_text(html, PLAIN), html, written)


def _typed(written: Written, font: str) -> str:
    """Paragraphs as its editor makes them: each line a block, an empty one for an empty line."""
    style = f'class="elementToProof" style="font-family: {font}; font-size: 12pt; color: rgb(0, 0, 0);"'
    empty = f"<div {style}><br></div>\n"
    typed = empty.join(f"<div {style}>{lines(paragraph)}</div>\n" for paragraph in written.paragraphs)
    signed = "".join(f"<div {style}>{escape(line)}</div>\n" for line in written.signature)
    picture = f'<div {style}><img src="cid:{PICTURE_ID}" width="562"></div>\n' if written.picture else ""
    below = f'{empty}<div id="Signature">{signed}</div>' if signed else ""
    return f"{typed}{picture}{below}"
