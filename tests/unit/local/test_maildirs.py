import threading
from pathlib import Path

import pytest

from byname.local.maildirs import Letter, Maildirs, folder_name

JANE = "jane@customer.example"
HELLO = b"Subject: Hello\r\nFrom: a@b.example\r\n\r\n\xff\r\n.\r\nFrom here on\n"


def subject(number: int) -> bytes:
    return f"Subject: {number}\r\n\r\n".encode()


def test_a_letter_lies_there_byte_for_byte(tmp_path: Path) -> None:
    maildirs = Maildirs(tmp_path)
    key = maildirs.deliver(JANE, HELLO)
    letter = maildirs.read(JANE, key)
    assert letter is not None
    assert letter.raw == HELLO
    maildirs.mark_read(JANE, key)
    assert maildirs.letters(JANE)[0].raw == HELLO


def test_the_newest_letter_comes_first(tmp_path: Path) -> None:
    maildirs = Maildirs(tmp_path)
    for number in range(12):
        maildirs.deliver(JANE, subject(number))
    assert [letter.subject for letter in maildirs.letters(JANE)] == [str(number) for number in range(11, -1, -1)]


def test_a_letter_is_unread_until_it_is_read(tmp_path: Path) -> None:
    maildirs = Maildirs(tmp_path)
    keys = [maildirs.deliver(JANE, HELLO) for _ in range(2)]
    maildirs.mark_read(JANE, keys[0])
    maildirs.mark_read(JANE, keys[0])
    assert [letter.unread for letter in maildirs.letters(JANE)] == [True, False]
    assert maildirs.unread(JANE) == 1


def test_a_mailbox_nobody_has_is_empty(tmp_path: Path) -> None:
    maildirs = Maildirs(tmp_path)
    assert maildirs.letters("who@else.example") == ()
    assert maildirs.read("who@else.example", "1") is None
    assert maildirs.addresses() == ()


def test_upper_and_lower_case_are_one_mailbox(tmp_path: Path) -> None:
    maildirs = Maildirs(tmp_path)
    maildirs.deliver("Jane@Customer.Example", HELLO)
    assert maildirs.addresses() == (JANE,)
    assert len(maildirs.letters(JANE)) == 1


@pytest.mark.parametrize(
    "address", ["../../etc/passwd@x.example", "a/b@x.example", ".hidden@x.example", "50%@x.example", "ü@x.example"]
)
def test_no_address_leaves_the_folder_and_each_is_found_again(tmp_path: Path, address: str) -> None:
    maildirs = Maildirs(tmp_path / "maildir")
    maildirs.deliver(address, HELLO)
    assert [path.name for path in tmp_path.iterdir()] == ["maildir"]
    assert maildirs.addresses() == (address,)
    assert "/" not in folder_name(address)
    assert not folder_name(address).startswith(".")


@pytest.mark.parametrize("key", ["", "..", "../new/x", "*"])
def test_a_key_is_a_name_and_never_a_path(tmp_path: Path, key: str) -> None:
    maildirs = Maildirs(tmp_path)
    maildirs.deliver(JANE, HELLO)
    assert maildirs.read(JANE, key) is None


def test_waiting_ends_with_the_letter_that_was_meant(tmp_path: Path) -> None:
    maildirs, found = Maildirs(tmp_path), []

    def wait() -> None:
        found.append(maildirs.wait_for(JANE, lambda letter: letter.subject == "2", timeout=10))

    waiting = threading.Thread(target=wait)
    waiting.start()
    maildirs.deliver(JANE, subject(1))
    maildirs.deliver(JANE, subject(2))
    waiting.join(10)
    assert [letter.subject for letter in found] == ["2"]


def test_waiting_in_vain_says_what_did_arrive(tmp_path: Path) -> None:
    maildirs = Maildirs(tmp_path)
    maildirs.deliver(JANE, subject(1))
    with pytest.raises(TimeoutError, match='in the mailbox: "1"'):
        maildirs.wait_for(JANE, lambda letter: letter.subject == "2", timeout=0.01)


@pytest.mark.parametrize("raw", [b"", b"From: \xff\xfe <a@\r\nTo: ;;:\r\n\r\n", b"Subject: =?x?q?=ff?=\r\n\r\n"])
def test_a_broken_header_shows_as_something(raw: bytes, tmp_path: Path) -> None:
    maildirs = Maildirs(tmp_path)
    letter = maildirs.read(JANE, maildirs.deliver(JANE, raw))
    assert isinstance(letter, Letter)
    assert all(isinstance(letter.header(name), str) for name in ("From", "To", "Subject", "Date"))
