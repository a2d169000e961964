"""HTML to text that reads well."""

from __future__ import annotations

import re

import pytest

from chalicelib.mail.text import CUT_NOTE, folded, from_html, is_beyond_limits


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree", id="paragraphs"),
        pytest.param("<div>One</div><div>Two</div>", "One\nTwo", id="lines"),
        pytest.param("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo", id="an empty line"),
        pytest.param("a\r\n   b&nbsp;&amp;\tc", "a b & c", id="white space"),
        pytest.param("<ul><li>tap</li><li>sink</li></ul>", "- tap\n- sink", id="list"),
        pytest.param("<ol><li>off<ul><li>left</li></ul></li><li>on</li></ol>", "1. off\n  - left\n2. on", id="lists"),
        pytest.param(
            "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>", "A | B\n1 | 2", id="table"
        ),
        pytest.param(
            "<p>x</p><blockquote>old<blockquote>older</blockquote></blockquote>",
            "x\n\n> old\n>\n> > older",
            id="quotes",
        ),
        pytest.param("<pre>a\n  b</pre>", "a\n  b", id="verbatim"),
        pytest.param('Good <img alt="😀"><img alt="our logo"><img>', "Good 😀[our logo]", id="pictures"),
        pytest.param("<style>p{}</style><title>t</title><script>x()</script>Hi<!-- no -->", "Hi", id="nothing unseen"),
        pytest.param("1 &lt; 2 &#8364;", "1 < 2 €", id="entities"),
        pytest.param("<p>unclosed <b>bold <i>both", "unclosed bold both", id="unclosed"),
    ],
)
def test_html_becomes_readable_text(markup: str, expected: str) -> None:
    assert from_html(markup) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param(
            '<a href="https://shop.example/a?b=1&amp;c=2">here</a>', "here <https://shop.example/a?b=1&c=2>", id="words"
        ),
        pytest.param('<a href="https://shop.example/">shop.example</a>', "shop.example", id="said already"),
        pytest.param(
            '<a href="mailto:jane@customer.example?subject=x">Jane</a>', "Jane <jane@customer.example>", id="mail"
        ),
        pytest.param('<a href="tel:+44161">+44 161</a>', "+44 161", id="phone said already"),
        pytest.param('<a href="javascript:alert(1)">click</a>', "click", id="script"),
        pytest.param('<a href="//evil.example">click</a>', "click", id="no scheme"),
        pytest.param('<a href="https://track.example"></a>x', "x", id="nothing to see"),
        pytest.param('<a href="https://a.example"><p>x</p></a>', "x", id="block inside"),
    ],
)
def test_a_link_shows_where_it_leads(markup: str, expected: str) -> None:
    assert from_html(markup) == expected


@pytest.mark.parametrize(
    "markup", ["<div>" * 50_000, "x" * 300_000, "<!--" * 60_000, "&" * 300_000, "<a href=x>" * 30_000]
)
def test_html_without_end_is_cut_and_says_so(markup: str) -> None:
    text = from_html(markup)
    assert text.endswith(CUT_NOTE)
    assert len(text) < 1_100_000
    assert is_beyond_limits(markup)


def test_a_page_that_quotes_our_note_is_not_cut() -> None:
    assert not is_beyond_limits(f"<p>{CUT_NOTE}</p>")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        pytest.param("plain [x]", "plain [x]", id="plain"),
        pytest.param("a\u2010b\u2011c\u2013d\u2014e\u2212f\uff0dg\ufe63h", "a-b-c-d-e-f-g-h", id="dashes"),
        pytest.param("so\u00adft\u200b\u2060 \ufeffhy\u034fphen\ufe0f", "soft hyphen", id="invisible letters"),
        pytest.param("\uff3bｃａｒｄ\uff3d\u00a0ﬁ", "[card] fi", id="wide letters"),
        pytest.param("&#91;&#x2d;&shy;&nbsp;&lsqb;&amp;&unknown; & b", "[- [&&unknown; & b", id="entities"),
        pytest.param("Größe жук 中文", "Größe жук 中文", id="other letters"),
    ],
)
def test_a_text_is_folded_to_what_the_eye_sees(text: str, seen: str) -> None:
    assert folded(text).text == seen


def test_what_was_folded_is_found_again_where_it_was_written() -> None:
    text = "né [ca\u00adrd&#45;x\u200b] ﬁn"
    match = re.search(r"\[card-x\]", folded(text).text)
    assert match is not None
    begin, end = folded(text).span(match)
    assert text[begin:end] == "[ca\u00adrd&#45;x\u200b]"
