"""What only colleagues may see: our card and our signed addresses, whatever a mail program made of them."""

from __future__ import annotations

import pytest

from chalicelib.desk.signed_addresses import Purpose, write_address
from chalicelib.mail.cards import as_seen, card_mark, defused, holds_card, without_card, without_signed_addresses
from chalicelib.mail.text import folded
from tests.builders import RING

SIGNED = write_address("support@help.harris.example", Purpose.STAFF_REPLY, "k7q3md9x2a", "bob", RING)
MARK = "[card K7Q-3MD]"


@pytest.mark.parametrize(
    "text", ["plain", "&lsqb;card K7Q&#45;3MD&rsqb;", "\uff3bcard K7Q\u20113\u00adMD]", "Größe ½ 中文", ""]
)
def test_seen_quickly_is_seen_the_same(text: str) -> None:
    assert as_seen(text) == folded(text).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"a\n{MARK}\nsecret\n{MARK}\nb", "a\n\nb", id="plain"),
        pytest.param(f"a\n> {MARK}\n> secret\n> {MARK}\n> b", "a\n\n> b", id="quoted"),
        pytest.param(f"a {MARK} secret {MARK} b", "a  b", id="on one line"),
        pytest.param("a [card k7q-3md] secret [card\n> K7Q-3MD] b", "a  b", id="wrapped and small"),
        pytest.param(r"a \[card K7Q-3MD\] secret \[card K7Q-3MD\] b", "a  b", id="escaped"),
        pytest.param("a [card K7Q\u20113MD] secret [card K7Q-3MD] b", "a  b", id="another hyphen"),
        pytest.param("a [card K7Q\uff0d3MD] secret [card K7Q\u22123MD] b", "a  b", id="a wide hyphen, a minus"),
        pytest.param("a [card K7Q-\u00ad3MD] secret [card K7\u200bQ-3MD] b", "a  b", id="invisible letters"),
        pytest.param("a \uff3bcard K7Q-3MD\uff3d secret [card\u00a0K7Q-3MD] b", "a  b", id="wide brackets"),
        pytest.param("a [card K7Q&#45;3MD] secret &#x5B;card&nbsp;K7Q-3MD&rsqb; b", "a  b", id="entities"),
        pytest.param("a [card K7Q-\n> 3MD] secret [ card K7Q-3MD ] b", "a  b", id="wrapped at the hyphen"),
        pytest.param(
            "Größe\u00a01\u00ad½ [card K7Q-3MD] x [card K7Q-3MD] ﬁn", "Größe\u00a01\u00ad½  ﬁn", id="around it"
        ),
        pytest.param("no card", "no card", id="none"),
    ],
)
def test_a_card_goes_from_mark_to_mark(text: str, expected: str) -> None:
    assert without_card(text) == expected
    assert not holds_card(without_card(text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"a {MARK} secret", id="one mark"),
        pytest.param(f"a {MARK} secret [card K7Q-3ME] b", id="marks of two cards"),
        pytest.param(f"{MARK} a {MARK} b {MARK} secret", id="three marks"),
        pytest.param("a [card K7Q\u20133MD] secret", id="one mark with a dash"),
        pytest.param(f"write to {SIGNED.upper()}.", id="a signed address"),
        pytest.param(f"write to {SIGNED.partition('@')[0]}", id="a signed address without its domain"),
        pytest.param(f"write to {SIGNED[:25]}=\n{SIGNED[25:]}", id="a wrapped signed address"),
        pytest.param(f"write to {SIGNED[:15]}\u200b{SIGNED[15:]}", id="an invisible letter in a signed address"),
        pytest.param(f"<mailto:{SIGNED.replace('+', '%2B').replace('@', '%40')}>", id="an encoded signed address"),
    ],
)
def test_the_guard_sees_what_is_left_of_a_card(text: str) -> None:
    assert holds_card(without_card(text))


@pytest.mark.parametrize("text", ["card K7Q-3MD", "support+help@harris.example", "[card 12]", "[card reader]", ""])
def test_the_guard_lets_ordinary_words_pass(text: str) -> None:
    assert not holds_card(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"Write to {SIGNED} please", "Write to please", id="bare"),
        pytest.param(f"Bob <{SIGNED}> wrote", "Bob wrote", id="in brackets"),
        pytest.param(f"Bob <mailto:{SIGNED.upper()}> wrote", "Bob wrote", id="linked, in capitals"),
        pytest.param(f"Bob <{SIGNED[:20]}\u200b{SIGNED[20:]}> wrote", "Bob wrote", id="with an invisible letter"),
        pytest.param(f"Bob {SIGNED.partition('@')[0]} wrote", "Bob wrote", id="without its domain"),
        pytest.param("support+boiler@harris.example", "support+boiler@harris.example", id="somebody's own plus"),
    ],
)
def test_signed_addresses_go_and_others_stay(text: str, expected: str) -> None:
    assert without_signed_addresses(text) == expected


def test_the_mark_names_the_thread() -> None:
    assert card_mark("K7Q-3MD") == "[card K7Q-3MD]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"About\n{MARK}\nwhen?", "About\n(card K7Q-3MD)\nwhen?", id="a mark"),
        pytest.param("> \uff3bcard k7q\u20113md]", "> (card k7q-3md)", id="a mark in other letters"),
        pytest.param(
            f"On 1 Nov Harris <{SIGNED}> wrote:", "On 1 Nov Harris <support+…@help.harris.example> wrote:", id="address"
        ),
        pytest.param("Größe [card 12] a+b", "Größe [card 12] a+b", id="nothing of ours"),
    ],
)
def test_what_a_stranger_wrote_never_looks_like_ours(text: str, expected: str) -> None:
    assert defused(text) == expected
    assert not holds_card(defused(text))
