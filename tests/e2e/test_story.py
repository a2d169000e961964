"""The story over real SMTP and HTTP against the local cloud: what customers and colleagues find in their mailboxes."""

from __future__ import annotations

import json
import re
import smtplib
import urllib.error
import urllib.parse
import urllib.request
from datetime import timedelta
from typing import Any

import pytest

from byname.local.cloud import LocalCloud
from byname.local.correspondence import File, answer, answer_address, files_of, first_mail, html_of, text_of
from byname.local.maildirs import Letter
from tests.e2e.conftest import MONDAY_MORNING

pytestmark = pytest.mark.e2e

SUPPORT = "support@harris.example"
BOB, ALICE, ANNA = ("Bob Harris", "bob@harris.example"), ("Alice Shaw", "alice@harris.example"), "anna@harris.example"


def write(cloud: LocalCloud, author: tuple[str, str], subject: str, text: str, **over: Any) -> bytes:
    """Somebody's mail program sends a mail; returns what it sent."""
    mail = first_mail(author, over.get("to", SUPPORT), subject, text, cloud.clock.now(), over.get("files", ()))
    cloud.post(mail, author[1], over.get("recipients", [SUPPORT]))
    return mail.as_bytes()


def press_reply(cloud: LocalCloud, letter: Letter, author: tuple[str, str], text: str) -> None:
    cloud.post(answer(letter, author, text, cloud.clock.now()), author[1], [answer_address(letter)])


def saying(words: str) -> Any:
    return lambda letter: words in text_of(letter)


def count(cloud: LocalCloud, address: str) -> int:
    cloud.wait_until_quiet()
    return len(cloud.maildirs.letters(address))


def test_jane_writes_bob_answers_jane_reads_and_it_comes_back_to_bob(cloud: LocalCloud) -> None:
    jane = ("Jane Roe", "jane.roe@customer.example")
    write(
        cloud, jane, "Boiler leaking", "Our boiler is leaking.\n\nJane", files=[File("leak.png", "image/png", b"png")]
    )

    acknowledgement = cloud.maildirs.wait_for(jane[1])
    assert text_of(acknowledgement).startswith("Bob Harris has your message and will answer by 13:15 today.")
    assert "Bob Harris has your message" in html_of(acknowledgement)

    forward = cloud.maildirs.wait_for(BOB[1], saying("Our boiler is leaking."))
    assert [file.name for file in files_of(forward)] == ["leak.png"]
    press_reply(cloud, forward, BOB, "I'll be with you at two.\n\nBob")

    reply = cloud.maildirs.wait_for(jane[1], saying("at two"))
    assert text_of(reply).strip() == "I'll be with you at two.\n\nBob"
    assert reply.header("From") == "Bob Harris at Harris & Daughter Heating <support@harris.example>"
    press_reply(cloud, reply, jane, "Thank you. Please ring twice.")

    cloud.maildirs.wait_for(BOB[1], saying("Please ring twice."))
    assert count(cloud, jane[1]) == 2


def test_the_mail_comes_three_times_and_to_two_mailboxes_and_is_answered_once(cloud: LocalCloud) -> None:
    jim = ("Jim Poe", "jim@copies.example")
    raw = write(
        cloud, jim, "Radiator cold", "The radiator stays cold.", recipients=[SUPPORT, "accounts@harris.example"]
    )
    cloud.maildirs.wait_for(jim[1])
    for recipient in ("accounts@harris.example", SUPPORT):
        cloud.post(raw, jim[1], [recipient])
    assert count(cloud, jim[1]) == 1
    forwards = [letter for letter in cloud.maildirs.letters(BOB[1]) if "Radiator cold" in letter.subject]
    assert len(forwards) == 1


def test_a_notification_delivered_three_times_is_one_thread(cloud: LocalCloud) -> None:
    eva = ("Eva Lee", "eva@again.example")
    write(cloud, eva, "Boiler noise", "The boiler whistles.")
    cloud.maildirs.wait_for(eva[1])
    cloud.wait_until_quiet()
    s3, sns = cloud.client("s3"), cloud.client("sns")
    keys = [item["Key"] for item in s3.list_objects_v2(Bucket=cloud.names.bucket, Prefix="inbound/")["Contents"]]
    key = next(
        k for k in keys if b"eva@again.example" in s3.get_object(Bucket=cloud.names.bucket, Key=k)["Body"].read()
    )
    for _ in range(3):
        sns.publish(TopicArn=cloud.names.mail_topic_arn, Message=json.dumps(_notification(key, eva[1])))
    assert count(cloud, eva[1]) == 1


def _notification(key: str, sender: str) -> dict[str, Any]:
    passed = {"status": "PASS"}
    verdicts = {f"{name}Verdict": passed for name in ("spam", "virus", "spf", "dkim", "dmarc")}
    return {
        "notificationType": "Received",
        "mail": {"timestamp": "2026-11-23T09:07:00.000Z", "source": sender, "messageId": key.rpartition("/")[2]},
        "receipt": {
            "timestamp": "2026-11-23T09:07:00.000Z",
            "recipients": ["support@help.harris.example"],
            **verdicts,
            "action": {"type": "S3", "objectKey": key},
        },
    }


def test_a_colleague_may_answer_and_a_stranger_may_not(cloud: LocalCloud) -> None:
    kim = ("Kim Yu", "kim@neighbour.example")
    write(cloud, kim, "Boiler dead", "No hot water since Sunday.")
    forward = cloud.maildirs.wait_for(BOB[1], saying("No hot water since Sunday."))
    press_reply(cloud, forward, ("Mallory", "mallory@evil.example"), "Pay here instead.")
    held = cloud.maildirs.wait_for(BOB[1], saying("Pay here instead."))
    assert "mallory@evil.example" in text_of(held)
    press_reply(cloud, forward, ALICE, "I can fit you in tomorrow.\n\nAlice")
    reply = cloud.maildirs.wait_for(kim[1], saying("fit you in tomorrow"))
    assert "Alice Shaw at" in reply.header("From")
    cloud.maildirs.wait_for(BOB[1], saying("Alice Shaw"))
    assert not [letter for letter in cloud.maildirs.letters(kim[1]) if "Pay here" in text_of(letter)]


def test_who_is_not_vouched_for_gets_the_fixed_letter_and_the_forged_gets_none(cloud: LocalCloud) -> None:
    write(cloud, ("Buy Watches", "ghost@quiet.example"), "WATCHES http://evil.example", "Boiler http://evil.example")
    fixed = cloud.maildirs.wait_for("ghost@quiet.example")
    assert "evil" not in fixed.raw.decode().lower()
    assert html_of(fixed) == ""
    write(cloud, ("Your Bank", "forged@bank.example"), "Boiler account", "Send the boiler keys")
    forward = cloud.maildirs.wait_for(BOB[1], saying("Send the boiler keys"))
    assert "may be forged" in text_of(forward)
    assert count(cloud, "forged@bank.example") == 0


def test_at_night_the_urgent_mail_is_annas_and_the_ordinary_one_waits_for_the_morning(cloud: LocalCloud) -> None:
    cloud.clock.turn(MONDAY_MORNING + timedelta(hours=13, minutes=33))
    write(cloud, ("Tom Baker", "tom@night.example"), "Gas", "I smell gas in the kitchen!")
    urgent = cloud.maildirs.wait_for("tom@night.example")
    assert text_of(urgent).startswith("Anna Harris is on call and will ring or write by 23:45 tonight.")
    cloud.maildirs.wait_for(ANNA, saying("I smell gas in the kitchen!"))
    write(cloud, ("Lea Fox", "lea@night.example"), "Boiler service", "When can the boiler be serviced?")
    assert "by 12:00 tomorrow, Tuesday" in text_of(cloud.maildirs.wait_for("lea@night.example"))


def test_bob_is_nudged_before_the_time_and_anna_hears_when_it_has_passed(cloud: LocalCloud) -> None:
    una = ("Una Day", "una@waiting.example")
    write(cloud, una, "Boiler light", "The boiler light blinks.")
    cloud.maildirs.wait_for(una[1])
    cloud.wait_until_quiet()
    cloud.clock.turn(MONDAY_MORNING + timedelta(hours=3, minutes=20))
    cloud.tick()
    nudge = cloud.maildirs.wait_for(
        BOB[1], lambda one: "The boiler light blinks." in text_of(one) and "Una" in one.subject
    )
    cloud.clock.turn(MONDAY_MORNING + timedelta(hours=4, minutes=20))
    cloud.tick()
    cloud.maildirs.wait_for(ANNA, saying("The boiler light blinks."))
    press_reply(cloud, nudge, BOB, "Press the reset button, please.")
    cloud.maildirs.wait_for(una[1], saying("Press the reset button"))


def test_a_reply_that_bounces_comes_back_to_bob(cloud: LocalCloud) -> None:
    gone = ("Gone Girl", "bounce@simulator.amazonses.com")
    write(cloud, gone, "Boiler gone", "My boiler is gone.")
    forward = cloud.maildirs.wait_for(BOB[1], saying("My boiler is gone."))
    cloud.wait_until_quiet()
    press_reply(cloud, forward, BOB, "Which one was it?")
    told = cloud.maildirs.wait_for(
        BOB[1], lambda one: "Which one was it?" in text_of(one) and "did not" in text_of(one)
    )
    assert "Gone Girl" in text_of(told)


def test_an_out_of_office_answer_makes_bob_away_until_he_writes(cloud: LocalCloud) -> None:
    cloud.clock.turn(MONDAY_MORNING - timedelta(days=7))  # over before the Monday of the other stories
    ida = ("Ida Holt", "ida@absence.example")
    write(cloud, ida, "Boiler cold", "The boiler is cold.")
    forward = cloud.maildirs.wait_for(BOB[1], saying("The boiler is cold."))
    away = answer(forward, BOB, "I am away until Thursday.", cloud.clock.now())
    away["Auto-Submitted"] = "auto-replied"
    cloud.post(away, BOB[1], [answer_address(forward)])
    cloud.maildirs.wait_for(ALICE[1], saying("I am away until Thursday."))
    cloud.wait_until_quiet()
    write(cloud, ("Ole Berg", "ole@absence.example"), "Boiler dead", "The boiler is dead.")
    assert text_of(cloud.maildirs.wait_for("ole@absence.example")).startswith("Alice Shaw has your message")
    press_reply(cloud, forward, BOB, "Back already. I'll come.")
    cloud.maildirs.wait_for(ida[1], saying("Back already."))
    write(cloud, ("Pia Lund", "pia@absence.example"), "Boiler dead", "The boiler is dead, too.")
    assert text_of(cloud.maildirs.wait_for("pia@absence.example")).startswith("Bob Harris has your message")


# --- the form ----------------------------------------------------------------------------------------------------


def ask(cloud: LocalCloud, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str, dict[str, str]]:
    request = urllib.request.Request(
        cloud.pages_url + path, body, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read().decode(), {k.lower(): v for k, v in response.headers.items()}
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), {k.lower(): v for k, v in error.headers.items()}


def a_form(cloud: LocalCloud, **fields: str) -> bytes:
    page = ask(cloud, "/contact")[1]
    found = re.search(r'name="nonce" value="([^"]+)"', page)
    assert found is not None
    return urllib.parse.urlencode({"nonce": found[1], **fields}).encode()


def test_a_form_post_names_bob_on_the_page_and_in_the_mail_and_twice_is_once(cloud: LocalCloud) -> None:
    form = a_form(cloud, name="Ada Cole", email="ada@visitor.example", message="The boiler ticks.")
    pages = [ask(cloud, "/contact", form)[1] for _ in range(2)]
    assert "Bob Harris" in pages[0]
    assert "by 13:15 today" in pages[0]
    assert pages[0] == pages[1]
    cloud.maildirs.wait_for(BOB[1], saying("The boiler ticks."))
    fixed = cloud.maildirs.wait_for("ada@visitor.example")
    assert "ticks" not in fixed.raw.decode()
    assert count(cloud, "ada@visitor.example") == 1


def test_missing_fields_are_named_and_the_words_are_kept(cloud: LocalCloud) -> None:
    status, page, _ = ask(cloud, "/contact", a_form(cloud, name="", email="no address", message="My words <b>stay</b>"))
    assert status == 422
    assert "There is a problem" in page
    assert "Enter your name, so that we know who is asking" in page
    assert "My words &lt;b&gt;stay&lt;/b&gt;" in page


def test_a_script_on_the_firms_own_site_gets_json_and_others_may_not_read_it(cloud: LocalCloud) -> None:
    body = json.dumps({"name": "Jo", "email": "jo@script.example", "message": "The boiler hums."}).encode()
    own = {"Content_Type": "application/json", "Origin": "https://www.harris.example"}
    status, text, headers = ask(cloud, "/contact", body, **own)
    assert (status, json.loads(text)["answered_by"]) == (200, "Bob Harris")
    assert headers["access-control-allow-origin"] == "https://www.harris.example"
    other = ask(cloud, "/contact", body, Content_Type="application/json", Origin="https://evil.example")[2]
    assert "access-control-allow-origin" not in other


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"message=" + b"x" * (256 * 1024), "application/x-www-form-urlencoded", 413),
        (b"{", "application/json", 422),
        (b"hello", "text/plain", 415),
        (b"--x\r\n\r\n--x--", "multipart/form-data; boundary=x", 415),
    ],
    ids=["over 256 KB", "broken JSON", "plain text", "multipart"],
)
def test_what_the_form_cannot_take_is_said_with_the_way_out(
    cloud: LocalCloud, body: bytes, content_type: str, status: int
) -> None:
    answered, text, _ = ask(cloud, "/contact", body, Content_Type=content_type)
    assert answered == status
    assert "support@harris.example" in text or json.loads(text)["errors"][0]["message"]


def test_large_files_are_fetched_from_the_page_the_forward_links_to(cloud: LocalCloud) -> None:
    big = File("roof.jpg", "image/jpeg", b"\xff\xd8" * 4_000_000)
    write(cloud, ("Max Roof", "max@photos.example"), "Boiler photos", "Here is the boiler photo.", files=[big])
    forward = cloud.maildirs.wait_for(BOB[1], saying("Here is the boiler photo."))
    link = re.search(r"/files/\S+?(?=>|\s)", text_of(forward))
    assert link is not None
    status, page, _ = ask(cloud, link[0])
    assert (status, "roof.jpg" in page) == (200, True)
    request = urllib.request.Request(cloud.pages_url + link[0], b"index=0")
    with urllib.request.urlopen(request, timeout=10) as download:
        assert download.read() == big.content
    assert ask(cloud, link[0][:-3] + "000")[0] == 404


def test_mail_for_others_is_refused_at_the_door(cloud: LocalCloud) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        cloud.post(b"Subject: relay\r\n\r\nhello", "spam@evil.example", ["victim@elsewhere.example"])
