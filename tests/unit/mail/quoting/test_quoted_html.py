"""What somebody wrote above, below and between the boxes that mail programs put a quote into."""

from __future__ import annotations

import pytest

from chalicelib.mail.quoting.quoted_html import fresh, marked

OURS = "<div>Dear Jane,</div><div><br></div><div>at two?</div><div>Bob</div>"
B = '<a href="mailto:bob@harris.example">bob@harris.example</a>'
QUOTES = {
    "Gmail": f'<div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Bob &lt;{B}&gt; wrote:<br></div>'
    f'<blockquote class="gmail_quote" style="margin:0">{OURS}</blockquote></div>',
    "Gmail in a tongue nobody knows": '<div class="gmail_quote"><div class="gmail_attr">Bob skroiv Mondig:<br></div>'
    f'<blockquote class="gmail_quote">{OURS}</blockquote></div>',
    "old Gmail": '<div class="gmail_extra"><br><div class="gmail_quote">On Thu, Jun 26, 2014 at 2:14 PM, Bob '
    f'<span dir="ltr">&lt;{B}&gt;</span> wrote:<br><blockquote class="gmail_quote">{OURS}</blockquote></div><br></div>',
    "Outlook on the web": '<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">'
    f'<div id="divRplyFwdMsg" dir="ltr"><b>From:</b> Bob<br><b>Sent:</b> 1<br></div>{OURS}',
    "Outlook on the web, quoted by itself": f'<div id="x_divRplyFwdMsg"><b>Fun:</b> Bob<br></div>{OURS}',
    "new Outlook": f'<div id="mail-editor-reference-message-container"><div>Bob:</div>{OURS}</div>',
    "Outlook for Mac": f'<span id="OLK_SRC_BODY_SECTION"><div>Bob:</div>{OURS}</span>',
    "Outlook": '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
    '<p class="MsoNormal"><b><span lang="EN-US">From:</span></b><span lang="EN-US"> Bob Harris '
    "&lt;bob@harris.example&gt; <br><b>Sent:</b> Monday, November 23, 2026 12:41<br><b>To:</b> Jane<br>"
    f"<b>Subject:</b> Boiler<o:p></o:p></span></p></div></div>{OURS}",
    "Hotmail": f'<div><hr id="stopSpelling">Date: Mon<br>Bob:<br>{OURS}</div>',
    "Apple Mail": '<div><br><blockquote type="cite"><div>On 23 Nov 2026, at 12:41, Bob wrote:</div><br '
    f'class="Apple-interchange-newline">{OURS}</blockquote></div>',
    "Thunderbird": f'<div class="moz-cite-prefix">Am 23.11.26 um 12:41 schrieb Bob:<br></div><blockquote type="cite" '
    f'cite="mid:1@harris.example">{OURS}</blockquote>',
    "Thunderbird in a tongue nobody knows": '<div class="moz-cite-prefix">Bob skroiv Mondig:<br></div>'
    f'<blockquote type="cite">{OURS}</blockquote>',
    "Yahoo": f'<div id="ydp1" class="ydp1yahoo_quoted yahoo_quoted"><div>Bob, Mondig:</div><div>{OURS}</div></div>',
    "Yahoo with a number": f'<div class="yahoo_quoted" id="yahoo_quoted_4711"><div>Bob, Mondig:</div>{OURS}</div>',
    "Proton": f'<div class="protonmail_quote">Bob, Mondig:<br><blockquote type="cite">{OURS}</blockquote></div>',
    "GMX": f'<div name="quote" style="margin:10px"><div><b>Gesendet:</b> Montag<br/></div><div>{OURS}</div></div>',
    "Zimbra": f'<hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>Fun: </b>Bob</div>{OURS}',
    "Zimbra's quote": f'<blockquote data-marker="__QUOTED_TEXT__">{OURS}</blockquote>',
    "a plain quote": f"<blockquote>{OURS}<blockquote>older</blockquote></blockquote>",
    "boxes that are never closed": f'<div class="yahoo_quoted"><div><p>Bob, Mondig:{OURS}',
    "a header copy": f"<hr><b>From:</b> {B}<br>Date: Fri, 23 Nov 2026 12:35<br>To: Jane<br>Subject: Boiler<br>{OURS}",
    "a header copy without line breaks": "<hr><div><b>From: bob@harris.example</b>\n<b>Date: Thu, 24 Mar 2026 08:07:12"
    f"</b></div><div>{OURS}</div>",
}


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES)
def test_what_stands_above_a_quote_is_all_there_is(quote: str) -> None:
    assert fresh(f"<html><body><div>Two is <b>fine</b>.</div><br>{quote}</body></html>") == "Two is fine."


@pytest.mark.parametrize("name", ["Gmail", "old Gmail", "Apple Mail", "Thunderbird", "Yahoo", "Proton", "GMX"])
def test_what_stands_below_a_quote_stays(name: str) -> None:
    assert fresh(f"<div>Hello,</div>{QUOTES[name]}<div>Two is fine.</div>") == "Hello,\n\nTwo is fine."


def test_answers_between_quotes_keep_what_they_answer() -> None:
    page = (
        '<div class="moz-cite-prefix">On 23/11/2026 12:41, Bob wrote:<br></div><blockquote type="cite">at two?'
        '</blockquote><p>Yes.</p><blockquote type="cite">Is the key next door?</blockquote><p>Yes, too.</p>'
    )
    assert [line for line in fresh(page).split("\n") if line][-4:] == [
        "> at two?",
        "Yes.",
        "> Is the key next door?",
        "Yes, too.",
    ]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("<p>Two is fine.</p><p class='quote-free'>Jane</p>", id="a class that only sounds like it"),
        pytest.param("<!-- <div class=yahoo_quoted> --><p>Two is fine.</p><p>Jane</p>", id="a box in a comment"),
        pytest.param('<div id="divRplyFwdMsg"></div><p>Two is fine.</p><p>Jane</p>', id="nothing above the mark"),
        pytest.param("<p>Two is fine.</p><p>Jane</p><!-- never closed <p>x</p>", id="a comment without an end"),
    ],
)
def test_what_is_no_quote_stays(page: str) -> None:
    assert fresh(page) == "Two is fine.\n\nJane"


def test_what_somebody_moved_to_the_right_is_their_own() -> None:
    indented = '<blockquote style="margin:0 0 0 40px;border:none;padding:0px">Jane</blockquote>'
    assert fresh(f"<p>Two is fine.</p>{indented}") == "Two is fine.\n\nJane"
    assert fresh(f"<p>Two is fine.</p>{indented}{QUOTES['Yahoo']}") == "Two is fine.\n\nJane"


def test_a_quote_on_top_keeps_the_question_it_answers() -> None:
    assert fresh("<blockquote>at two?</blockquote><p>Two is fine.</p>") == "> at two?\n\nTwo is fine."


def test_a_letter_without_boxes_is_left_as_it_is() -> None:
    page = "<style>p {margin:0}</style><div class='x'><p>Two is fine.</p></div>"
    assert marked(page) == page
