"""What is posted is read, judged as a whole, kept and read again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.desk.model import Address, Channel, Delivery, FormExtras
from chalicelib.errors import Refused
from chalicelib.web import form
from chalicelib.web.form import Fields, Post
from tests.builders import MONDAY

URLENCODED = "application/x-www-form-urlencoded"
JANE: dict[str, Any] = {"name": "Jane Roe", "email": "jane@customer.example", "message": "Our boiler is leaking."}


def a_post(**over: Any) -> Post:
    return Post(**{**JANE, "nonce": "n1", **over})


def posted(**fields: str) -> Fields:
    return form.read_fields(urlencode(fields).encode(), URLENCODED)


def faults_of(fields: Fields) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        form.check(fields)
    return [(fault.place, fault.code) for fault in refused.value.faults]


def opened(raw: bytes) -> Any:
    return form.to_inbound(raw, Delivery("form/abc", Channel.FORM, datetime(2026, 11, 24, tzinfo=UTC)))


# --- reading ---


@pytest.mark.parametrize(
    "content_type",
    [URLENCODED, f"{URLENCODED}; charset=UTF-8", f"{URLENCODED};charset=iso-8859-1", URLENCODED.upper()],
)
def test_a_form_is_read_whatever_is_said_of_its_charset(content_type: str) -> None:
    assert form.read_post(urlencode(JANE).encode(), content_type) == Post(**JANE)


def test_json_is_read_as_the_same_post() -> None:
    assert form.read_post(json.dumps(JANE).encode(), "application/json; charset=utf-8") == Post(**JANE)


def test_null_in_json_counts_as_empty() -> None:
    assert form.read_fields(b'{"name": "Jane", "phone": null}', "application/json") == Fields(name="Jane")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        pytest.param("  Jane \t Roe ", "Jane Roe", id="spaces"),
        pytest.param("Jane\r\nBcc: all@customer.example", "Jane Bcc: all@customer.example", id="line end"),
        pytest.param("Jane\x00\x1b\x9b Roe", "Jane Roe", id="controls"),
        pytest.param("Jane \u202eeoR\u2066", "Jane eoR", id="bidi controls"),
        pytest.param("José 👩‍🔧", "José 👩‍🔧", id="names of the world"),
    ],
)
def test_a_name_is_one_clean_line(typed: str, read: str) -> None:
    assert posted(name=typed).name == read


def test_a_message_keeps_its_lines_with_one_kind_of_line_end() -> None:
    assert (
        posted(message="\r\nDear all,\r\n\r\n\tit leaks.\rJane\u2028\x00").message == "Dear all,\n\n\tit leaks.\nJane"
    )


def test_broken_utf8_is_replaced_and_the_rest_is_kept() -> None:
    assert form.read_fields(b"name=M%FCller", URLENCODED).name == "M\ufffdller"


def test_half_a_character_in_json_is_replaced() -> None:
    assert form.read_fields(b'{"name": "Jane \\ud83d"}', "application/json").name == "Jane \ufffd"


def test_formsprees_names_and_capital_letters_find_their_place() -> None:
    fields = posted(Name="Jane", _replyto="jane@customer.example", MESSAGE="Hello", _subject="Boiler")
    assert fields == Fields(name="Jane", email="jane@customer.example", message="Hello", subject="Boiler")


def test_further_fields_are_kept_in_order_and_empty_ones_are_not() -> None:
    body = b"Boiler=Vita+30&_gotcha=&Day=Mon&Day=Tue&=lost%3F"
    expected = (("Boiler", "Vita 30"), ("Day", "Mon"), ("Day", "Tue"), ("unnamed", "lost?"))
    assert form.read_fields(body, URLENCODED).fields == expected


def test_a_filled_trap_is_kept_as_a_field_and_not_among_the_words() -> None:
    fields = posted(message="Hello", _gotcha="buy now")
    assert (fields.message, fields.fields) == ("Hello", (("_gotcha", "buy now"),))


def test_a_second_address_is_kept_beside_the_first() -> None:
    fields = posted(email="jane@customer.example", _replyto="roe@work.example")
    assert (fields.email, fields.fields) == ("jane@customer.example", (("_replyto", "roe@work.example"),))


@pytest.mark.parametrize("content_type", ["", "text/plain", "multipart/form-data; boundary=x"])
def test_a_body_of_another_kind_is_refused_as_unsupported(content_type: str) -> None:
    with pytest.raises(Refused) as refused:
        form.read_fields(b"", content_type)
    assert [fault.code for fault in refused.value.faults] == ["UNSUPPORTED"]


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'"words"', b"\xff", b"[" * 100_000, b"1" * 5_000, b'{"name": {"first": "Jane"}}', b'{"name": 7}'],
)
def test_json_that_is_no_flat_object_of_strings_is_refused_as_malformed(body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        form.read_fields(body, "application/json")
    assert [fault.code for fault in refused.value.faults] == ["MALFORMED"]


def test_every_json_value_that_is_no_string_is_named() -> None:
    with pytest.raises(Refused) as refused:
        form.read_fields(b'{"name": 7, "phone": [], "email": "a@b.example"}', "application/json")
    assert [fault.place for fault in refused.value.faults] == ["name", "phone"]


@pytest.mark.parametrize("content_type", [URLENCODED, "application/json"])
def test_hundreds_of_fields_are_no_form(content_type: str) -> None:
    pairs = {f"f{number}": "x" for number in range(201)}
    body = urlencode(pairs) if content_type == URLENCODED else json.dumps(pairs)
    with pytest.raises(Refused):
        form.read_fields(body.encode(), content_type)


def test_a_body_is_too_large_from_one_byte_over_the_limit() -> None:
    assert not form.too_large(b"x" * 256 * 1024)
    assert form.too_large(b"x" * (256 * 1024 + 1))


def test_the_longest_message_is_within_the_body_limit_in_any_script() -> None:
    assert not form.too_large(urlencode({**JANE, "message": "🔧" * 20_000}).encode())


# --- judging ---


def test_an_empty_form_hears_of_everything_that_is_missing_at_once() -> None:
    assert faults_of(Fields()) == [("name", "REQUIRED"), ("email", "REQUIRED"), ("message", "REQUIRED")]


def test_every_fault_of_every_kind_is_told_together() -> None:
    fields = Fields(
        "n" * 101, "jane", "m" * 20_001, "0" * 41, "s" * 151, (("Boiler", "x" * 1_000), *[("Day", "Mon")] * 30)
    )
    assert faults_of(fields) == [
        ("name", "TOO_LONG"),
        ("email", "TYPE_EMAIL"),
        ("message", "TOO_LONG"),
        ("phone", "TOO_LONG"),
        ("subject", "TOO_LONG"),
        ("form", "MALFORMED"),
        ("Boiler", "TOO_LONG"),
    ]


def test_the_longest_that_is_allowed_is_allowed() -> None:
    fields = Fields("n" * 100, "jane@customer.example", "m" * 20_000, "0" * 40, "s" * 150, (("Day", "x" * 997),) * 30)
    assert form.check(fields).message == "m" * 20_000


def test_a_missing_address_is_asked_for_with_an_example_and_a_reason() -> None:
    with pytest.raises(Refused) as refused:
        form.check(Fields(name="Jane", message="Hello"))
    assert [fault.message for fault in refused.value.faults] == [
        "Enter your email address, like name@example.org, so that we can answer"
    ]


def test_a_long_message_hears_how_long_it_is() -> None:
    with pytest.raises(Refused) as refused:
        form.check(Fields(**{**JANE, "message": "m" * 20_412}))
    assert [fault.message for fault in refused.value.faults] == [
        "Shorten your message to 20,000 characters or fewer; it has 20,412 now"
    ]


@pytest.mark.parametrize(
    "email",
    [
        "jane@customer.example",
        "Jane.Roe+boiler@mail.customer.example",
        "o'neill@customer.example",
        "jane@xn--mller-kva.example",
        f"{'j' * 64}@customer.example",
    ],
)
def test_an_address_that_can_be_answered_is_taken(email: str) -> None:
    assert form.check(Fields(**{**JANE, "email": email})).email == email


@pytest.mark.parametrize(
    "email",
    [
        "jane",
        "jane@customer",
        "@customer.example",
        "jane@@customer.example",
        "jane@customer..example",
        ".jane@customer.example",
        "jane@192.0.2.1",
        "jane@customer.example, joe@customer.example",
        "jane@customer.example,joe@customer.example",
        "Jane Roe <jane@customer.example>",
        "jane@customer.example Bcc: all@customer.example",
        '"jane roe"@customer.example',
        "jané@customer.example",
        f"{'j' * 65}@customer.example",
    ],
)
def test_an_address_that_cannot_be_answered_is_named(email: str) -> None:
    assert faults_of(Fields(**{**JANE, "email": email})) == [("email", "TYPE_EMAIL")]


# --- the key ---


def test_the_same_page_sent_twice_is_one_delivery() -> None:
    assert form.post_key(a_post(), "2026-11-23") == form.post_key(a_post(), "2026-11-24")


def test_the_same_words_from_another_page_are_another_delivery() -> None:
    assert form.post_key(a_post(nonce="n1"), "2026-11-23") != form.post_key(a_post(nonce="n2"), "2026-11-23")


def test_without_a_nonce_the_day_tells_deliveries_apart() -> None:
    monday, again, tuesday = (
        form.post_key(a_post(nonce=""), day) for day in ("2026-11-23", "2026-11-23", "2026-11-24")
    )
    assert monday == again != tuesday


def test_a_key_is_a_path_in_the_bucket() -> None:
    assert form.post_key(a_post(), "2026-11-23") == "form/0n03xr9dte0wprc2tnmagefk7bzbt0zf01vg9eh1"


# --- keeping, and reading again ---


def test_a_kept_post_can_be_read_by_people() -> None:
    kept = json.loads(form.to_bytes(a_post(fields=(("Boiler", "Vita 30"),)), MONDAY))
    assert kept == {
        "received_at": "2026-11-23T09:07:00+00:00",
        "name": "Jane Roe",
        "email": "jane@customer.example",
        "message": "Our boiler is leaking.",
        "phone": "",
        "subject": "",
        "fields": [["Boiler", "Vita 30"]],
        "nonce": "n1",
    }


def test_a_kept_post_becomes_an_inbound_nobody_vouches_for() -> None:
    post = a_post(email="Jane@Customer.example", phone="07700 900456", fields=(("Boiler", "Vita 30"),))
    inbound = opened(form.to_bytes(post, MONDAY))
    assert (inbound.key, inbound.channel, inbound.received_at) == ("form/abc", Channel.FORM, MONDAY)
    assert (inbound.sender, inbound.sender_certain) == (Address("jane@customer.example", "Jane Roe"), False)
    assert (inbound.text, inbound.fresh_text) == ("Our boiler is leaking.", "Our boiler is leaking.")
    assert inbound.form == FormExtras("07700 900456", (("Boiler", "Vita 30"),))
    assert (inbound.recipients, inbound.defect) == ((), "")


@pytest.mark.parametrize(
    ("subject", "message", "expected"),
    [
        pytest.param("Boiler", "It leaks.", "Boiler", id="their own"),
        pytest.param("", "It leaks.\nSince Monday.", "It leaks.", id="the first line"),
        pytest.param(
            "",
            "Our boiler has been leaking since this morning and the kitchen is wet",
            "Our boiler has been leaking since this morning and the …",
            id="cut between words",
        ),
        pytest.param("", "x" * 70, "x" * 60 + " …", id="one endless word"),
    ],
)
def test_the_subject_is_theirs_or_their_first_words(subject: str, message: str, expected: str) -> None:
    assert opened(form.to_bytes(a_post(subject=subject, message=message), MONDAY)).subject == expected


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"\xff\xfe",
        form.to_bytes(a_post(), MONDAY).replace(b"2026", b"someday"),
        form.to_bytes(a_post(), MONDAY).replace(b"+00:00", b""),
        form.to_bytes(a_post(fields=(("Boiler", "Vita"),)), MONDAY).replace(b'"Vita"', b"30"),
    ],
)
def test_anything_else_in_the_bucket_is_opaque_and_says_why(raw: bytes) -> None:
    inbound = opened(raw)
    assert (inbound.key, inbound.text, inbound.sender) == ("form/abc", "", Address(""))
    assert inbound.received_at == datetime(2026, 11, 24, tzinfo=UTC)
    assert "form" in inbound.defect


def test_an_address_that_is_none_hears_what_one_looks_like() -> None:
    with pytest.raises(Refused) as refused:
        form.check(Fields(**{**JANE, "email": "jane@customer"}))
    assert [fault.message for fault in refused.value.faults] == [
        "Check your email address: it should look like name@example.org"
    ]
