import pytest

from byname.local.raw_mail import common_headers, json_headers, read_raw

MAIL = (
    b"From: =?utf-8?q?J=C3=BCrgen?= <J@Customer.example>\r\n"
    b"To: support@harris.example,\r\n Bob <bob@harris.example>\r\n"
    b"Subject: Boiler\r\n\tleaking\r\n"
    b"\r\n"
    b"Hello\r\n.\r\n--\xff\r\n"
)


@pytest.mark.parametrize(
    "raw",
    [
        MAIL,
        MAIL.replace(b"\r\n", b"\n"),
        b"",
        b"\r\n",
        b"no header at all",
        b"Subject: x",
        b" begins: with a fold\r\n\r\nx",
        b"From: a@b.example\r\nnot a field\r\n\r\nbody",
        b"\x00\xff: \xfe\r\n\r\n\x00",
    ],
)
def test_reading_and_writing_again_changes_no_byte(raw: bytes) -> None:
    assert read_raw(raw).to_bytes() == raw


def test_a_folded_field_is_one_field() -> None:
    assert read_raw(MAIL).first("subject") == "Boiler\tleaking"


def test_the_sender_is_the_first_from_address_in_lower_case() -> None:
    assert read_raw(MAIL).sender == "j@customer.example"


@pytest.mark.parametrize("raw", [b"Subject: x\r\n\r\n", b"From: nobody\r\n\r\n", b"From:\r\n\r\n"])
def test_a_mail_without_a_from_address_has_no_sender(raw: bytes) -> None:
    assert read_raw(raw).sender == ""


def test_a_field_taken_out_goes_with_its_folds_and_nothing_else() -> None:
    assert read_raw(MAIL).without("to").to_bytes() == MAIL.replace(
        b"To: support@harris.example,\r\n Bob <bob@harris.example>\r\n", b""
    )


def test_a_field_added_stands_last_in_the_header() -> None:
    raw = read_raw(b"From: a@b.example\r\n\r\nbody").plus("Date: today").to_bytes()
    assert raw == b"From: a@b.example\r\nDate: today\r\n\r\nbody"


def test_a_field_added_to_a_mail_without_a_body_still_ends_the_header() -> None:
    assert read_raw(b"From: a@b.example\r\n").plus("Date: x").to_bytes().endswith(b"Date: x\r\n\r\n")


def test_the_common_headers_are_readable_and_only_those_there() -> None:
    assert common_headers(read_raw(MAIL)) == {
        "from": ["Jürgen <J@Customer.example>"],
        "to": ["support@harris.example", "Bob <bob@harris.example>"],
        "subject": "Boiler\tleaking",
    }


def test_the_headers_in_a_notice_end_at_ten_kilobytes_and_say_so() -> None:
    mail = read_raw(b"A: 1\r\nB: " + b"x" * 11_000 + b"\r\nC: 3\r\n\r\n")
    assert json_headers(mail) == ([{"name": "A", "value": "1"}], True)
