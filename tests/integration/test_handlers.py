"""`app.py`'s own handlers on AWS's event JSON, against ministack: what Lambda would call, called as Lambda does."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from byname.local.cloud import LocalCloud
from byname.local.correspondence import text_of
from byname.local.pumps import Context
from tests.builders import a_team
from tests.desk_with_fakes import a_mail, provider_block

pytestmark = pytest.mark.integration

EVENTS = Path(__file__).parents[1] / "events"
JANE = "jane@customer.example"
CANARY = "canary-7f3a"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with LocalCloud(a_team(), tmp_path_factory.mktemp("handlers"), tick=3600) as running:
        running.clock.turn(datetime(2026, 11, 23, 9, 7, tzinfo=UTC))
        yield running


def event(name: str) -> dict[str, Any]:
    return json.loads((EVENTS / f"{name}.json").read_text("utf-8"))  # type: ignore[no-any-return]  # our own JSON


def batch(*bodies: Any) -> dict[str, Any]:
    """An SQS event with these bodies, in the frame AWS documents."""
    frame = event("sqs_inbound")["Records"][0]
    texts = [body if isinstance(body, str) else json.dumps(body) for body in bodies]
    return {"Records": [{**frame, "messageId": f"m-{n}", "body": text} for n, text in enumerate(texts)]}


def received(ses_id: str, sender: str = JANE) -> dict[str, Any]:
    """SES's notification of a mail from this sender, as in `ses_received.json`."""
    note: dict[str, Any] = event("ses_received")
    note["mail"].update(messageId=ses_id, source=sender)
    note["receipt"].update(recipients=["support@help.harris.example"])
    note["receipt"]["action"].update(objectKey=f"inbound/{ses_id}")
    return note


def put(cloud: LocalCloud, ses_id: str, mail: bytes, sender: str = JANE) -> None:
    block = provider_block(ses_id, sender, "support@help.harris.example")
    cloud.client("s3").put_object(Bucket=cloud.names.bucket, Key=f"inbound/{ses_id}", Body=block + mail)


def invoke(name: str, payload: dict[str, Any]) -> Any:
    import app

    return getattr(app, name)(payload, Context(name))


def test_sess_notification_becomes_an_acknowledgement_by_name(cloud: LocalCloud) -> None:
    put(cloud, "first", a_mail())
    assert invoke("receive_mail", batch(received("first"))) == {"batchItemFailures": []}
    assert "Bob Harris has your message" in text_of(cloud.maildirs.wait_for(JANE))


def test_the_same_in_snss_envelope_and_three_times_over_is_one_letter(cloud: LocalCloud) -> None:
    put(cloud, "thrice", a_mail(sender="Tom <tom@thrice.example>", message_id="<t@x>"), "tom@thrice.example")
    envelope = {**event("sns_notification"), "Message": json.dumps(received("thrice", "tom@thrice.example"))}
    for _ in range(3):
        assert invoke("receive_mail", batch(envelope, envelope)) == {"batchItemFailures": []}
    cloud.wait_until_quiet()
    assert len(cloud.maildirs.letters("tom@thrice.example")) == 1


def test_one_bad_record_comes_again_and_the_good_ones_do_not(cloud: LocalCloud) -> None:
    put(cloud, "good", a_mail(sender="Ann <ann@good.example>", message_id="<a@x>"), "ann@good.example")
    answer = invoke("receive_mail", batch("no JSON", received("good", "ann@good.example"), received("missing")))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-0"}, {"itemIdentifier": "m-2"}]}
    cloud.maildirs.wait_for("ann@good.example")


def test_awss_own_test_messages_cause_nothing(cloud: LocalCloud) -> None:
    quiet = batch(event("ses_setup_notification"), event("s3_test_event"))
    assert invoke("receive_mail", quiet) == {"batchItemFailures": []}


@pytest.mark.parametrize(
    "name",
    [
        "ses_send",
        "ses_delivery",
        "ses_bounce_permanent",
        "ses_complaint",
        "ses_reject",
        "ses_delivery_delay",
        "ses_open",
    ],
)
def test_news_about_mail_that_is_not_ours_is_taken_and_forgotten(cloud: LocalCloud, name: str) -> None:
    assert invoke("receive_feedback", batch(event(name))) == {"batchItemFailures": []}


def test_a_form_post_has_its_log_line_like_a_mail(cloud: LocalCloud, caplog: pytest.LogCaptureFixture) -> None:
    fields = {"name": "Ida", "email": f"ida-{CANARY}@form.example", "message": "Our boiler is leaking"}
    body = json.dumps(fields).encode()
    request = urllib.request.Request(f"{cloud.pages_url}/contact", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 200
    handled = [record.__dict__ for record in caplog.records if record.getMessage() == "handled"]
    assert [(line["kind"], line["owner"]) for line in handled] == [("customer", "bob")]
    assert CANARY not in f"{handled}"


def test_the_minute_is_swept(cloud: LocalCloud) -> None:
    assert invoke("keep_promises", event("schedule")) is None


def test_no_log_line_holds_what_a_customer_wrote_or_who_they_are(
    cloud: LocalCloud, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    sender = f"{CANARY}@secret.example"
    words = a_mail(f"Our {CANARY} boiler", f"{CANARY} Roe <{sender}>", f"{CANARY} leaking", f"<{CANARY}@x>")
    put(cloud, "canary", words, sender)
    invoke("receive_mail", batch(received("canary", sender), received("gone", sender)))
    letter = cloud.maildirs.wait_for(sender)
    forward = cloud.maildirs.wait_for("bob@harris.example", lambda one: CANARY in one.subject)
    cloud.wait_until_quiet()
    tokens = [one.header("Reply-To").partition("+")[2].partition("@")[0] for one in (letter, forward)]
    printed = capfd.readouterr()
    logged = printed.out + printed.err + "".join(f"{record.__dict__}" for record in caplog.records)
    assert {"handled", "failed", "reported"} <= {record.getMessage() for record in caplog.records}  # it was heard
    for secret in (CANARY, sender, *tokens):
        assert secret not in logged
