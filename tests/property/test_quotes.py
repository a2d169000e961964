"""Laws of what is cut from a letter: nothing is made up, nothing goes missing between two pieces."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.mail.quoting import attributions, header_blocks, quoted_html, quotes, signatures
from chalicelib.mail.quoting.quote_marks import BOX
from chalicelib.mail.text import from_html

LINES = st.lists(
    st.sampled_from(
        (
            *("Two is fine.", "Jane", "", "> at two?", ">> older", "| bar", "-- ", "--", "---", "Kind regards,", "🙂"),
            *(
                "On 23 Nov 2026 at 12:41, Bob <bob@x.example> wrote:",
                "Am 23.11.26 um 12:41 schrieb",
                "wrote:",
                "<",
                "> wrote:",
            ),
            *("From: Bob", "Sent: Monday", "To: Jane", "Subject: Re: Boiler", "-----Original Message-----", "________"),
            *(
                "Sent from my iPhone",
                "---------- Forwarded message ---------",
                "This is confidential; intended for you.",
            ),
            *("发件人：Bob", "12:41", "\u202b:\u202c", "\u00a0", BOX),
        )
    )
    | st.text(max_size=30),
    max_size=14,
).map("\n".join)
MARKUP = st.lists(
    st.sampled_from(
        (
            *(
                "<div>",
                "</div>",
                "<p>",
                "</p>",
                "<blockquote>",
                "</blockquote>",
                "<br>",
                "<hr id=zwchr>",
                "words ",
                "&gt; ",
            ),
            *('<div class="gmail_quote">', "<div class=yahoo_quoted>", '<div id="divRplyFwdMsg">', "<!--", "-->", "<"),
            *(
                '<blockquote type="cite">',
                '<blockquote style="border:none">',
                "On 1 May 2026 Bob wrote:",
                '<div name="quote">',
            ),
        )
    ),
    max_size=24,
).map("".join)


@given(LINES)
@settings(deadline=None)
def test_what_is_fresh_stood_in_the_letter(text: str) -> None:
    assert set(quotes.fresh(text).split()) <= set(text.split())


@given(LINES, st.lists(LINES, max_size=2))
@settings(deadline=None)
def test_with_our_letters_at_hand_too(text: str, ours: list[str]) -> None:
    assert set(quotes.fresh(text, ours).split()) <= set(text.split())


@given(LINES, st.text(max_size=20))
@settings(deadline=None)
def test_letter_and_signature_are_the_whole(text: str, sender: str) -> None:
    body, signature = signatures.split(text, sender)
    assert "".join((body + signature).split()) == "".join(text.split())


@given(MARKUP)
@settings(deadline=None)
def test_marking_a_quote_adds_no_words(markup: str) -> None:
    shown = from_html(quoted_html.marked(markup)).replace(BOX, " ").replace(">", " ")
    assert set(shown.split()) <= set(from_html(markup).replace(">", " ").split())
    assert BOX not in quoted_html.fresh(markup)


@given(LINES)
@settings(deadline=None)
def test_a_head_stands_where_it_was_looked_for(text: str) -> None:
    lines = text.split("\n")
    for place in range(len(lines)):
        begin = attributions.ends_at(lines, place)
        assert begin is None or 0 <= begin <= place
        if header_blocks.is_block(lines, place):
            assert 1 <= header_blocks.length(lines, place) <= header_blocks.LONGEST_BLOCK
