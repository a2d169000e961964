"""What a browser or a program gets back: pages, JSON, files."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from chalicelib import pages
from tests.builders import MONDAY_NIGHT, a_team
from tests.desk_with_fakes import Desk, a_mail, text_of

BROWSER = {"content-type": "application/x-www-form-urlencoded", "accept": "text/html"}
PROGRAM = {"content-type": "application/json"}
FIELDS = {"name": "Jane Roe", "email": "jane@customer.example", "message": "The boiler leaks", "nonce": "n-1"}


@pytest.fixture
def desk() -> Desk:
    return Desk()


def post(desk: Desk, fields: dict[str, str] | None = None, **headers: str) -> pages.Answer:
    body = urlencode(FIELDS if fields is None else fields).encode()
    return pages.take_post(pages.Request({**BROWSER, **headers}, body), desk.services)


def test_the_thank_you_page_names_bob_and_the_time(desk: Desk) -> None:
    answer = post(desk)
    assert answer.status == 200
    assert "Bob Harris" in answer.body
    assert "by 13:15 today" in answer.body


CHRISTMAS = datetime(2026, 12, 25, 10, 0, tzinfo=UTC)
BACK = (
    "In an emergency Anna Harris answers on 07700 900100, at any hour; "
    "otherwise we’re back on 0161 496 0123 from 08:00 on Tuesday."
)


def words_of(answer: pages.Answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", answer.body.partition("<main>")[2]).split())


def test_on_christmas_day_the_page_says_when_we_are_back_and_who_answers_emergencies() -> None:
    words = words_of(post(Desk(at=CHRISTMAS)))
    assert BACK in words
    assert "Monday to Friday" not in words


def test_a_message_only_kept_on_christmas_day_hears_the_same() -> None:
    desk = Desk(at=CHRISTMAS)
    desk.store.down = True
    assert BACK in words_of(post(desk))


GAS = {**FIELDS, "message": "I smell gas"}


def test_at_night_the_page_says_who_is_on_call_and_will_ring() -> None:
    words = words_of(post(Desk(at=MONDAY_NIGHT), GAS))
    assert "Anna Harris is on call and will ring or write by 23:45 tonight." in words
    assert "Ring Anna on 07700 900100." in words


def test_by_day_nobody_is_on_call_on_the_page_either(desk: Desk) -> None:
    assert "Anna Harris has your message and will ring or write by 10:15 today." in words_of(post(desk, GAS))


def test_without_cover_an_urgent_post_gets_the_ordinary_page() -> None:
    desk = Desk()
    desk.services = replace(desk.services, team=a_team(urgent=None))
    words = words_of(post(desk, GAS))
    assert "will answer by" in words


def test_a_double_submit_gets_the_same_page_and_no_second_letter(desk: Desk) -> None:
    first, second = post(desk), post(desk)
    assert first == second
    assert len(desk.mails) == 2


def test_when_the_table_is_down_the_page_says_we_have_it_and_names_nobody(desk: Desk) -> None:
    desk.store.down = True
    answer = post(desk)
    assert answer.status == 202
    assert "Bob" not in re.sub(r"(?s)<footer.*", "", answer.body)
    assert len(desk.again.keys) == 1


def test_when_the_bucket_is_down_the_words_stay_on_the_page(desk: Desk) -> None:
    desk.files.down = True
    answer = post(desk)
    assert answer.status == 503
    assert "The boiler leaks" in answer.body
    assert "press Send again" in answer.body


def test_a_letter_that_fails_never_fails_the_page(desk: Desk) -> None:
    desk.sender.refuse(5)
    assert post(desk).status == 200


def test_faults_are_named_and_the_nonce_stays(desk: Desk) -> None:
    answer = post(desk, {**FIELDS, "email": "nobody"})
    assert answer.status == 422
    assert 'value="n-1"' in answer.body
    assert desk.mails == []


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"x" * (256 * 1024 + 1), "application/x-www-form-urlencoded", 413),
        (b"x" * (256 * 1024 + 1), "application/json", 413),
        (b"hello", "text/plain", 415),
        (b"[1]", "application/json", 422),
    ],
)
def test_what_cannot_be_taken_has_its_status(desk: Desk, body: bytes, content_type: str, status: int) -> None:
    answer = pages.take_post(pages.Request({"content-type": content_type}, body), desk.services)
    assert answer.status == status
    assert answer.body.startswith("{" if content_type == "application/json" else "<!doctype html>")


def test_a_program_gets_the_same_in_json(desk: Desk) -> None:
    answer = pages.take_post(pages.Request(PROGRAM, json.dumps(FIELDS).encode()), desk.services)
    said = json.loads(answer.body)
    assert (said["answered_by"], said["by"]) == ("Bob Harris", "2026-11-23T13:15:00+00:00")


def test_only_the_firms_own_sites_may_post_by_script(desk: Desk) -> None:
    own, other = "https://www.harris.example", "https://evil.example"
    allowed = pages.preflight(pages.Request({"origin": own}), desk.services.team)
    refused = pages.preflight(pages.Request({"origin": other}), desk.services.team)
    assert allowed.headers["Access-Control-Allow-Origin"] == own
    assert "Access-Control-Allow-Origin" not in refused.headers


def files_token(desk: Desk) -> str:
    desk.receives(a_mail(photos=[("roof.jpg", b"\xff" * 8_000_000), ("note.jpg", b"small")]))
    link = re.search(r"/files/([0-9a-z.]+)", text_of(desk.to("bob@harris.example")[0]))
    assert link is not None
    return link[1]


def test_the_files_page_lists_them_and_a_button_leads_to_each(desk: Desk) -> None:
    token = files_token(desk)
    page = pages.show_files(token, desk.services)
    assert page.status == 200
    assert "roof.jpg" in page.body
    answer = pages.download_file(token, pages.Request(BROWSER, b"index=1"), desk.services)
    assert answer.status == 303
    assert "name=note.jpg" in answer.headers["Location"]


@pytest.mark.parametrize("index", [b"index=2", b"index=-1", b"index=x", b"", b"index=99999999999"])
def test_there_is_no_third_file(desk: Desk, index: bytes) -> None:
    answer = pages.download_file(files_token(desk), pages.Request(BROWSER, index), desk.services)
    assert answer.status == 404


def test_a_token_of_another_kind_or_one_letter_off_shows_nothing(desk: Desk) -> None:
    token = files_token(desk)
    for wrong in (token[0] + "s" + token[2:], token[:-1] + ("0" if token[-1] != "0" else "1"), "x", ""):
        assert pages.show_files(wrong, desk.services).status == 404
