"""What becomes of letters that do not arrive: told to whoever must act, with the other ways to reach the customer.

The customers live in SES's own laboratory, `simulator.amazonses.com`, where `bounce@` is nobody, `suppressionlist@` is
an address SES no longer writes to, and `complaint@` takes every letter and calls it spam.
"""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from datetime import UTC, datetime
from typing import Any

import pytest

from byname.local.cloud import LocalCloud
from byname.local.correspondence import answer, answer_address, first_mail, text_of
from byname.local.maildirs import Letter
from byname.local.received import REGION
from chalicelib.aws.store import DynamoStore
from chalicelib.desk.decision import LetterState, Outgoing
from chalicelib.desk.model import PromiseState, Thread, ThreadStatus
from chalicelib.desk.signed_addresses import read_claim
from tests.clients.conftest import ROOT

pytestmark = pytest.mark.clients

SUPPORT = "support@harris.example"
BOB = ("Bob Harris", "bob@harris.example")


def write(cloud: LocalCloud, author: tuple[str, str], subject: str, text: str) -> Letter:
    """Somebody's mail to us; returns the forward that Bob finds."""
    cloud.post(first_mail(author, SUPPORT, subject, text, cloud.clock.now()), author[1], [SUPPORT])
    return to_bob(cloud, text.partition("\n")[0], "[card ")


def press_reply(cloud: LocalCloud, letter: Letter, words: str) -> None:
    cloud.wait_until_quiet()
    cloud.post(answer(letter, BOB, words, cloud.clock.now()), BOB[1], [answer_address(letter)])


def to_bob(cloud: LocalCloud, *words: str) -> Letter:
    return cloud.maildirs.wait_for(BOB[1], lambda letter: all(word in text_of(letter) for word in words))


def first_line(letter: Letter) -> str:
    return text_of(letter).partition("\n")[0]


def thread_of(cloud: LocalCloud, letter: Letter) -> Thread:
    claim = read_claim(answer_address(letter))
    assert claim is not None
    thread = store(cloud).thread(claim.thread_id)
    assert thread is not None
    return thread


def outbox(cloud: LocalCloud, thread: Thread) -> dict[str, Outgoing]:
    """The letters of a thread by their kind, as the table has them."""
    rows = cloud.client("dynamodb").query(
        TableName=cloud.names.table,
        KeyConditionExpression="pk = :thread AND begins_with(sk, :letter)",
        ExpressionAttributeValues={":thread": {"S": f"THREAD#{thread.id}"}, ":letter": {"S": "LETTER#"}},
    )["Items"]
    keys = [row["sk"]["S"].removeprefix("LETTER#") for row in rows]
    return {outgoing.letter.kind: outgoing for outgoing in store(cloud).letters(thread.id, keys)}


def store(cloud: LocalCloud) -> DynamoStore:
    return DynamoStore(cloud.client("dynamodb"), cloud.names.table)


def runs_again(thread: Thread) -> bool:
    promise = thread.promise
    return thread.status is ThreadStatus.OURS and promise is not None and promise.state is PromiseState.WAITING


def test_bobs_answer_to_a_form_bounced_so_he_is_given_the_number_from_the_form(cloud: LocalCloud) -> None:
    fields = {"name": "Gone Girl", "email": "bounce+form@simulator.amazonses.com", "phone": "07700 900456"}
    form = urllib.parse.urlencode({**fields, "message": "My boiler is gone."}).encode()
    urllib.request.urlopen(f"{cloud.pages_url}/contact", form, timeout=10).close()
    first = to_bob(cloud, "our first letter to them did not arrive")
    assert first_line(first).startswith("Please ring Gone Girl on 07700 900456:")

    forward = to_bob(cloud, "My boiler is gone.", "[card ")
    press_reply(cloud, forward, "Which one was it?")
    told = to_bob(cloud, "Which one was it?", "did not arrive")
    assert first_line(told) == "Please ring Gone Girl on 07700 900456: your reply did not arrive."
    assert "We sent it to bounce+form@simulator.amazonses.com." in text_of(told)
    assert "An answer is due by 13:15 today." in text_of(told)
    cloud.wait_until_quiet()
    assert runs_again(thread_of(cloud, forward))


def test_an_address_that_ses_no_longer_writes_to_is_told_with_the_number_from_the_mail(cloud: LocalCloud) -> None:
    sue = ("Sue Press", "suppressionlist+sue@simulator.amazonses.com")
    forward = write(cloud, sue, "Boiler hums", "The boiler hums at night.\n\nSue Press\nMobile 07700 900789")
    press_reply(cloud, forward, "Does it hum by day, too?")
    told = to_bob(cloud, "Does it hum by day, too?", "did not arrive")
    assert first_line(told) == "Please ring Sue Press on 07700 900789: your reply did not arrive."
    assert "The address bounced before, so SES no longer writes to it" in text_of(told)
    cloud.wait_until_quiet()
    assert runs_again(thread_of(cloud, forward))


def test_a_delay_is_no_failure_so_nobody_is_told_and_the_promise_stays_kept(cloud: LocalCloud) -> None:
    dora = ("Dora Lay", "dora@customer.example")
    forward = write(cloud, dora, "Boiler slow", "The boiler warms up slowly.")
    press_reply(cloud, forward, "I'll bleed the radiators on Friday.")
    reply = cloud.maildirs.wait_for(dora[1], lambda letter: "on Friday" in text_of(letter))
    cloud.wait_until_quiet()
    thread = thread_of(cloud, forward)
    before = len(cloud.maildirs.letters(BOB[1]))

    publish(cloud, delay_of(reply, outbox(cloud, thread)["reply"]))
    cloud.wait_until_quiet()
    assert len(cloud.maildirs.letters(BOB[1])) == before
    after = thread_of(cloud, forward)
    assert after.promise is not None
    assert (after.status, after.promise.state) == (ThreadStatus.THEIRS, PromiseState.KEPT)
    assert outbox(cloud, thread)["reply"].state is LetterState.SENT


def test_who_calls_our_letter_spam_gets_no_more_automatic_ones_and_the_card_says_why(cloud: LocalCloud) -> None:
    cross = ("Chris Cross", "complaint+chris@simulator.amazonses.com")
    first = write(cloud, cross, "Boiler bangs", "The boiler bangs.")
    cloud.wait_until_quiet()
    assert set(outbox(cloud, thread_of(cloud, first))) == {"acknowledgement", "forward"}

    second = write(cloud, cross, "Boiler bangs again", "The boiler bangs again and again.")
    cloud.wait_until_quiet()
    thread = thread_of(cloud, second)
    assert set(outbox(cloud, thread)) == {"forward"}
    assert runs_again(thread)
    said = " ".join(text_of(second).split())
    assert "(they have been told no time: an automatic letter was marked as spam there, or could not be" in said
    assert "no acknowledgement: an automatic letter was marked as spam there" in because(cloud, thread)

    press_reply(cloud, second, "I'll come by at two.")  # people may still write
    cloud.wait_until_quiet()
    assert outbox(cloud, thread)["reply"].state is LetterState.SENT


def because(cloud: LocalCloud, thread: Thread) -> str:
    return " ".join(message.because for message in store(cloud).messages(thread.id))


def delay_of(reply: Letter, outgoing: Outgoing) -> dict[str, Any]:
    """SES's own words for a letter it is still trying to hand over."""
    event: dict[str, Any] = json.loads((ROOT / "tests" / "events" / "ses_delivery_delay.json").read_text("utf-8"))
    event["mail"]["messageId"] = reply.header("Message-ID").strip("<>").removesuffix(f"@{REGION}.amazonses.com")
    event["mail"]["destination"] = [reply.address]
    event["mail"]["tags"] |= {"letter": [outgoing.letter.key], "thread": [outgoing.letter.thread_id]}
    event["deliveryDelay"]["delayedRecipients"][0]["emailAddress"] = reply.address
    event["deliveryDelay"]["timestamp"] = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return event


def publish(cloud: LocalCloud, event: dict[str, Any]) -> None:
    cloud.client("sns").publish(TopicArn=cloud.names.events_topic_arn, Message=json.dumps(event))
