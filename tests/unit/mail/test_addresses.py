"""Reading addresses: tolerant where they are shown, strict where rights hang on them."""

from __future__ import annotations

import pytest

from chalicelib.desk.model import Address
from chalicelib.mail.addresses import read_list, safe_email, safe_name, sole_mailbox


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("jane@customer.example", Address("jane@customer.example"), id="bare"),
        pytest.param("<Jane@Customer.Example>", Address("jane@customer.example"), id="brackets and capitals"),
        pytest.param("Jane Roe <jane@customer.example>", Address("jane@customer.example", "Jane Roe"), id="name"),
        pytest.param('"Roe, Jane" <jane@customer.example>', Address("jane@customer.example", "Roe, Jane"), id="quoted"),
        pytest.param(
            "=?utf-8?Q?M=C3=BCller=2C_J=C3=BCrgen?= <jm@kunde.example>",
            Address("jm@kunde.example", "Müller, Jürgen"),
            id="encoded name with a comma",
        ),
        pytest.param("Jörg <j@kunde.example>", Address("j@kunde.example", "Jörg"), id="name in raw UTF-8"),
        pytest.param(
            '"jane@customer.example" <jane@customer.example>', Address("jane@customer.example"), id="address as name"
        ),
    ],
)
def test_a_plain_mailbox_is_taken_at_its_word(value: str, expected: Address) -> None:
    assert sole_mailbox(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("staff@harris.example <evil@elsewhere.example>", id="an address for a name"),
        pytest.param("=?utf-8?q?anna=40harris.example?= <evil@elsewhere.example>", id="an encoded address for a name"),
        pytest.param("=?utf-8?q?=3Canna=40harris.example=3E?=", id="an encoded address"),
        pytest.param("anna@harris.example, evil@elsewhere.example", id="two addresses"),
        pytest.param("Team: anna@harris.example;", id="a group"),
        pytest.param("anna@harris.example (evil@elsewhere.example)", id="a comment behind"),
        pytest.param("(anna@harris.example) evil@elsewhere.example", id="a comment in front"),
        pytest.param("anna@harris.example)evil@elsewhere.example", id="a stray parenthesis"),
        pytest.param("<anna@harris.example> <evil@elsewhere.example>", id="two in brackets"),
        pytest.param("<@relay.example:anna@harris.example>", id="a source route"),
        pytest.param('"anna@harris.example', id="an open quote"),
        pytest.param('"anna evil"@harris.example', id="a quoted local part"),
        pytest.param("anna@harris.example\x00@elsewhere.example", id="a NUL"),
        pytest.param("anna@[192.0.2.1]", id="a domain literal"),
        pytest.param("änna@harris.example", id="a letter beyond ASCII"),
        pytest.param("anna@harrıs.example", id="a look-alike domain"),
        pytest.param("anna@localhost", id="no domain to speak of"),
        pytest.param("anna.@harris.example", id="a dot too many"),
        pytest.param("a" * 65 + "@harris.example", id="a local part too long"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_another_program_might_read_otherwise_is_nobody(value: str) -> None:
    assert sole_mailbox(value) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(
            "Jane Roe <jane@customer.example>, bob@harris.example",
            (Address("jane@customer.example", "Jane Roe"), Address("bob@harris.example")),
            id="two",
        ),
        pytest.param(
            "Family: jane@customer.example, tom@customer.example; ruth@customer.example",
            (Address("jane@customer.example"), Address("tom@customer.example"), Address("ruth@customer.example")),
            id="a group and one more",
        ),
        pytest.param("jane@customer.example (Jane Roe)", (Address("jane@customer.example", "Jane Roe"),), id="comment"),
        pytest.param(
            "Jane Roe jane@customer.example", (Address("jane@customer.example", "Jane Roe"),), id="no bracket"
        ),
        pytest.param("<mailto:jane@customer.example>", (Address("jane@customer.example"),), id="mailto"),
        pytest.param("a@x.example <b@y.example>", (Address("b@y.example", "a@x.example"),), id="where mail would go"),
        pytest.param("jo@bücher.example", (Address("jo@xn--bcher-kva.example"),), id="international domain"),
        pytest.param("undisclosed-recipients:;", (), id="undisclosed"),
        pytest.param("MAILER-DAEMON <>", (), id="null"),
    ],
)
def test_a_list_is_read_as_far_as_it_can_be_made_out(value: str, expected: tuple[Address, ...]) -> None:
    assert read_list(value) == expected


def test_a_hundred_addresses_are_enough() -> None:
    assert len(read_list(", ".join(f"n{number}@customer.example" for number in range(500)))) == 100


def test_an_address_written_twice_counts_once() -> None:
    assert read_list("Jane <jane@customer.example>, JANE@customer.example") == (
        Address("jane@customer.example", "Jane"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Jane\u202eeoR\u200b", "JaneeoR", id="direction override and zero width"),
        pytest.param("  Jane \r\n Roe\x07 ", "Jane Roe", id="line ends and bells"),
        pytest.param("'Jane Roe'", "Jane Roe", id="quotes"),
        pytest.param('"Jane \\"JJ\\" Roe"', 'Jane "JJ" Roe', id="quotes inside"),
        pytest.param("x" * 200, "x" * 99 + "…", id="a name without end"),
    ],
)
def test_a_name_is_safe_to_show(text: str, expected: str) -> None:
    assert safe_name(text) == expected


@pytest.mark.parametrize(
    "text", ["jane", "@customer.example", "jane@", "ja ne@@customer.example", "jane,@c.example", ""]
)
def test_what_is_no_address_is_empty(text: str) -> None:
    assert safe_email(text) == ""
