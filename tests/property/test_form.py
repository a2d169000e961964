"""Laws of the contact form, whatever is typed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.desk.model import Channel, Delivery
from chalicelib.errors import Fault, Refused
from chalicelib.web import form, pages
from chalicelib.web.form import Fields, Post
from tests.builders import MONDAY, a_team

URLENCODED = "application/x-www-form-urlencoded"
words = st.text(max_size=80) | st.sampled_from(["<script>alert(1)</script>", "\"'><b>&amp;", "</textarea><h1>"])
posts = st.builds(
    Post,
    name=words,
    email=words,
    message=words,
    phone=words,
    subject=words,
    fields=st.lists(st.tuples(words, words), max_size=4).map(tuple),
    nonce=words,
)
days = st.dates().map(str)
instants = st.datetimes(timezones=st.just(UTC))


@given(posts, instants)
def test_a_kept_post_is_read_as_it_was_written(post: Post, received_at: datetime) -> None:
    assert form.from_bytes(form.to_bytes(post, received_at)) == (post, received_at)


@given(posts, instants)
def test_whatever_was_kept_becomes_an_inbound_without_a_defect(post: Post, received_at: datetime) -> None:
    inbound = form.to_inbound(form.to_bytes(post, received_at), Delivery("form/a", Channel.FORM, MONDAY))
    assert (inbound.defect, inbound.text, inbound.received_at) == ("", post.message, received_at)


@given(st.binary())
def test_anything_else_becomes_an_inbound_with_one(raw: bytes) -> None:
    inbound = form.to_inbound(raw, Delivery("form/a", Channel.FORM, MONDAY))
    assert inbound.defect
    assert inbound.received_at == MONDAY


@given(posts, days, days)
def test_a_second_press_of_the_button_has_the_same_key(post: Post, first: str, second: str) -> None:
    from_our_page = replace(post, nonce="n1")
    assert form.post_key(from_our_page, first) == form.post_key(from_our_page, second)
    assert form.post_key(post, first) == form.post_key(post, first)


@given(posts, st.sampled_from([field.name for field in dataclass_fields(Post) if field.name != "fields"]), words)
def test_other_words_have_another_key(post: Post, place: str, other: str) -> None:
    changed = replace(post, **dict[str, Any]({place: other}))
    same = form.post_key(changed, "2026-11-23") == form.post_key(post, "2026-11-23")
    assert same is (changed == post)


@given(st.binary() | words.map(str.encode), st.sampled_from([URLENCODED, "application/json", "text/plain", ""]))
def test_reading_raises_nothing_but_refused(body: bytes, content_type: str) -> None:
    with suppress(Refused):
        assert isinstance(form.read_fields(body, content_type), Fields)


@given(st.dictionaries(st.sampled_from([*form.LIMITS, "Boiler", "_replyto", "_gotcha"]), words))
def test_reading_what_was_read_changes_nothing(typed: dict[str, str]) -> None:
    once = form.read_fields(urlencode(typed).encode(), URLENCODED)
    assert form.read_fields(urlencode(pairs_of(once)).encode(), URLENCODED) == once


@given(st.lists(st.tuples(words, words), max_size=6))
def test_whatever_passes_can_stand_in_a_mail_header(pairs: list[tuple[str, str]]) -> None:
    jane = [("name", "Jane"), ("email", "jane@customer.example"), ("message", "Hello")]
    post = form.read_post(urlencode([*jane, *pairs]).encode(), URLENCODED)
    for line in (post.name, post.email, post.phone, post.subject, *(label for label, _ in post.fields)):
        assert line.splitlines() in ([line], [])
        assert line == line.strip()


@settings(deadline=None)  # the first page waits for its template
@given(posts)
def test_every_word_is_shown_again_and_none_becomes_markup(post: Post) -> None:
    typed = form.read_fields(urlencode(pairs_of(post)).encode(), URLENCODED)
    plain = Structure(pages.contact(a_team(), "n1", Fields(subject="s", fields=(("l", "w"),) * len(typed.fields))))
    page = Structure(pages.contact(a_team(), "n1", replace(typed, subject=typed.subject or "s")))
    assert page.tags == plain.tags
    for shown in (typed.name, typed.email, typed.phone):
        assert shown in page.values
    for shown in (typed.message, *(extra for _, extra in typed.fields)):
        assert shown in page.texts
    for label, _ in typed.fields:
        assert label in page.labels


@settings(deadline=None)  # the first page waits for its template
@given(words)
def test_a_fault_cannot_bring_markup_along(label: str) -> None:
    plain = Structure(pages.contact(a_team(), "n1", Fields(), [Fault("form", "x")]))
    assert Structure(pages.contact(a_team(), "n1", Fields(), [Fault("form", label)])).tags == plain.tags


@pytest.mark.parametrize("length", [1, 19_999, 20_000])
def test_a_message_of_any_allowed_length_passes(length: int) -> None:
    assert len(form.check(Fields("Jane", "jane@customer.example", "m" * length)).message) == length


def pairs_of(fields: Fields) -> list[tuple[str, str]]:
    return [(place, getattr(fields, place)) for place in form.LIMITS] + list(fields.fields)


class Structure(HTMLParser):
    """What a browser makes of a page: which tags, which values of fields, which texts in boxes, which labels."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.values: set[str] = set()
        self.texts: set[str] = set()
        self.labels: set[str] = set()
        self._text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._text = ""
        if tag == "input":
            self.values.add(dict(attrs).get("value") or "")

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.texts.add(self._text.removeprefix("\n"))
        if tag == "label":
            self.labels.add(self._text)
