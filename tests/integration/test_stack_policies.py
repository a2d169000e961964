"""Each function may do what it does, and nothing else: the real calls of a busy hour against the roles of the stack.

ministack holds every function to its role while this happens, so a right that is missing shows as a letter that never
came. What no call needs must have its reason here.
"""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from byname.local.correspondence import text_of
from byname.local.maildirs import Letter
from byname.local.raw_mail import RawMail
from byname.local.sent_events import SentMail, bounce_event
from byname.local.ses import SesFault
from chalicelib.desk.decision import LetterState
from tests.desk_with_fakes import a_mail, reply_address
from tests.integration.stack_harness import FUNCTIONS, LabStack, wait_until
from tests.integration.stack_policies import rights_of, role_of, used

pytestmark = pytest.mark.integration

BOB, ALICE, SUPPORT = "bob@harris.example", "alice@harris.example", "support@help.harris.example"
TICK = json.loads((Path(__file__).parents[1] / "events" / "schedule.json").read_text("utf-8"))
PHOTO = ("leak.jpg", b"\xff\xd8 a small photo")

LAMBDA_ITSELF = "Lambda does this for the function, with the function's role"
WITHOUT_A_CALL = {
    "logs:CreateLogStream": LAMBDA_ITSELF,
    "logs:PutLogEvents": LAMBDA_ITSELF,
    "sqs:ReceiveMessage": LAMBDA_ITSELF,
    "sqs:DeleteMessage": LAMBDA_ITSELF,
    "sqs:GetQueueAttributes": LAMBDA_ITSELF,
    "s3:ListBucket": "without it S3 says 403, not 404, of what is missing: an erased mail would look like an outage",
    "ses:SendEmail": "what the operation is called; for a raw mail SES asks for SendRawEmail, and documents both",
}


@pytest.fixture(scope="module")
def busy(stack: LabStack) -> LabStack:
    """The stack after everything has happened that makes its functions ask AWS for something."""
    a_letter_is_refused_for_good(stack)
    the_sweep_sends_what_bobs_mailbox_would_not_take(stack)
    bob_answers_a_form_post_with_a_photo_and_the_sweep_sends_it(stack)
    bobs_mailbox_bounces(stack)
    the_form_is_posted_while_the_table_is_busy(stack)
    bob_fetches_files_too_large_for_a_letter(stack)
    return stack


def a_letter_is_refused_for_good(stack: LabStack) -> None:
    with refusing(stack, "rex@refused.example", SesFault.REJECTED):
        writes(stack, "rex@refused.example", "Pump hums")
        arrived(stack, partial(is_bad_news_of, "Rex"))
    with refusing(stack, "ron@refused.example", SesFault.REJECTED):
        posts(stack, "ron@refused.example")
        arrived(stack, partial(is_bad_news_of, "Ron"))


def the_sweep_sends_what_bobs_mailbox_would_not_take(stack: LabStack) -> None:
    with refusing(stack, BOB, SesFault.THROTTLED):
        writes(stack, "sue@swept.example", "Valve stuck")
        posts(stack, "kim@swept.example")
        wait_until(lambda: len(unsent(stack)) == 2)
    make_every_unsent_letter_due(stack)
    stack.invoke("KeepPromisesFunction", TICK)
    arrived(stack, lambda one: one.subject == "Valve stuck")
    arrived(stack, from_kim)


def bob_answers_a_form_post_with_a_photo_and_the_sweep_sends_it(stack: LabStack) -> None:
    forward = arrived(stack, from_kim)
    words, subject = "I'll ring you at ten, see the photo.", f"Re: {forward.subject}"
    reply = a_mail(words, f"Bob Harris <{BOB}>", subject, "<k1@x>", forward.message, photos=[PHOTO])
    with refusing(stack, "kim@swept.example", SesFault.THROTTLED):
        stack.receive(reply, BOB, [reply_address(forward.message)])
        wait_until(lambda: any(row["sk"].startswith("LETTER#reply") for row in unsent(stack)))
    make_every_unsent_letter_due(stack)
    stack.invoke("KeepPromisesFunction", TICK)
    arrived(stack, lambda one: "ring you at ten" in text_of(one), at="kim@swept.example")


def bobs_mailbox_bounces(stack: LabStack) -> None:
    """SES tells of both forwards that they came back."""
    now = datetime.now(UTC)
    for row in stack.rows():
        if row.get("type") == "letter" and row["sk"].startswith("LETTER#forward") and row.get("ses_id"):
            tags = {"letter": row["sk"].partition("#")[2], "thread": row["pk"].partition("#")[2]}
            sent = SentMail(row["ses_id"], SUPPORT, (BOB,), now, RawMail((), b""), "lab", tags)
            stack.aws.publish_event(bounce_event(sent, BOB, now, "550 5.1.1 user unknown"))
    arrived(stack, lambda one: one.subject == "Valve stuck", at=ALICE)
    arrived(stack, from_kim, at=ALICE)


def the_form_is_posted_while_the_table_is_busy(stack: LabStack) -> None:
    with stack.doors["APIHandler"].throttled():
        assert posts(stack, "pat@patient.example") == 202
    stack.maildirs.wait_for("pat@patient.example", timeout=30)


def bob_fetches_files_too_large_for_a_letter(stack: LabStack) -> None:
    film = ("leak.jpg", b"\xff\xd8" + bytes(7_200_000))
    text = "The boiler drips.\n" * 20_000  # more than is shown, so the mail as it came is a file of its own
    mail = a_mail(text, "Max <max@large.example>", "Film of it", "<1.max@large.example>", photos=[film])
    stack.receive(mail, "max@large.example", [SUPPORT])
    forward = arrived(stack, lambda one: one.subject == "Film of it")
    token = re.search(r"/files/([\w.~+-]+)", text_of(forward))
    assert token is not None
    page = stack.url(f"/files/{token[1]}")
    for index in ("0", "1"):
        with urllib.request.urlopen(page, urlencode({"index": index}).encode(), timeout=30) as file:
            assert len(file.read()) > 7_000_000


# --- what happens in them ----------------------------------------------------------------------------------------


def writes(stack: LabStack, sender: str, subject: str) -> None:
    name = sender.partition("@")[0].title()
    mail = a_mail("Our boiler is leaking.", f"{name} <{sender}>", subject, f"<1.{sender}>", photos=[PHOTO])
    stack.receive(mail, sender, [SUPPORT])


def posts(stack: LabStack, sender: str) -> int:
    fields = {"name": sender.partition("@")[0].title(), "email": sender, "message": "My boiler is cold"}
    body, headers = json.dumps(fields).encode(), {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(stack.url("/contact"), body, headers), timeout=60) as answer:
        return int(answer.status)


def arrived(stack: LabStack, is_it: Callable[[Letter], bool], at: str = BOB) -> Letter:
    return stack.maildirs.wait_for(at, is_it, timeout=40)


def is_bad_news_of(name: str, letter: Letter) -> bool:
    return letter.subject.startswith("Did not arrive") and name in text_of(letter)


def from_kim(letter: Letter) -> bool:
    return "kim@swept.example" in text_of(letter) and not letter.subject.startswith("Did not arrive")


@contextmanager
def refusing(stack: LabStack, recipient: str, fault: SesFault) -> Iterator[None]:
    """SES does not take mail to this recipient inside."""
    stack.aws.ses.faults[recipient] = fault
    try:
        yield
    finally:
        del stack.aws.ses.faults[recipient]


def unsent(stack: LabStack) -> list[dict[str, Any]]:
    """Letters that wait to be tried again."""
    return [row for row in stack.rows() if "unsent" in row and row["state"] == LetterState.NEW]


def make_every_unsent_letter_due(stack: LabStack) -> None:
    """The minutes pass in which a letter that was refused waits."""
    table, past = stack.outputs["TableName"], {":past": {"S": "2026-01-01T00:00:00.000000Z"}}
    for row in unsent(stack):
        key = {name: {"S": row[name]} for name in ("pk", "sk")}
        stack.client("dynamodb").update_item(
            TableName=table, Key=key, UpdateExpression="SET try_at = :past", ExpressionAttributeValues=past
        )


# --- what must hold ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", FUNCTIONS)
def test_it_may_do_all_that_it_does(busy: LabStack, function: str) -> None:
    allowed = rights_of(busy, function)
    asked = used(busy.doors[function].calls)
    assert asked
    assert [right for right in asked if not any(may.covers(right) for may in allowed)] == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_it_does_all_that_it_may_or_there_is_a_reason(busy: LabStack, function: str) -> None:
    asked = used(busy.doors[function].calls)
    idle = [may for may in rights_of(busy, function) if not any(may.covers(right) for right in asked)]
    assert [may for may in idle if may.action not in WITHOUT_A_CALL] == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nobody_was_turned_away(busy: LabStack, function: str) -> None:
    turned_away = [call for call in busy.doors[function].calls if b"AccessDenied" in call.answer]
    assert [(call.method, call.path, call.target) for call in turned_away] == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_right_is_for_everything(busy: LabStack, function: str) -> None:
    rights = rights_of(busy, function)
    assert [right for right in rights if "*" in right.action or right.resource == "*"] == []


def test_a_right_that_is_taken_away_is_missed(busy: LabStack) -> None:
    """The proof that functions are held to their roles here: without the table, the sweep fails."""
    iam, role = busy.client("iam"), role_of(busy, "KeepPromises")
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    whole = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    less = {**whole, "Statement": [one for one in whole["Statement"] if one["Sid"] != "FindWhatIsDue"]}
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(less))
    try:
        with pytest.raises(AssertionError, match="thread table: AccessDenied"):
            busy.invoke("KeepPromisesFunction", TICK)
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(whole))
    busy.invoke("KeepPromisesFunction", TICK)
