"""AWS's documented events, from tests/events, at the very functions they are for.

API Gateway's shape: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.stack_harness import LabStack

pytestmark = pytest.mark.integration

EVENTS = Path(__file__).parents[1] / "events"
HTML = "text/html; charset=utf-8"
SITE = "https://www.harris.example"


def read(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text("utf-8"))
    return event


def answer_to(stack: LabStack, name: str) -> dict[str, Any]:
    """Its proxy answer: statusCode, headers, body."""
    answer: dict[str, Any] = stack.invoke("ApiFunction", read(name))
    return answer


@pytest.mark.parametrize(
    ("event", "status", "content_type", "words"),
    [
        ("api_contact_get", 200, HTML, 'name="nonce"'),
        ("api_contact_post_form", 200, HTML, "Bob Harris"),
        ("api_contact_post_json", 200, "application/json", '"answered_by": "Bob Harris"'),
        ("api_files_get", 404, HTML, "Harris &amp; Daughter"),
        ("api_files_post", 404, HTML, "Harris &amp; Daughter"),
    ],
)
def test_each_door_answers_awss_own_event(
    stack: LabStack, event: str, status: int, content_type: str, words: str
) -> None:
    answer = answer_to(stack, event)
    assert (answer["statusCode"], answer["headers"]["Content-Type"]) == (status, content_type)
    assert words in answer["body"]


def test_a_script_on_the_firms_site_may_ask_and_post(stack: LabStack) -> None:
    may = answer_to(stack, "api_contact_options")
    assert (may["statusCode"], may["headers"]["Access-Control-Allow-Origin"]) == (204, SITE)
    assert answer_to(stack, "api_contact_post_json")["headers"]["Access-Control-Allow-Origin"] == SITE


def test_the_queues_and_the_schedules_events_are_understood(stack: LabStack) -> None:
    """Mail that is not in the bucket stays in the queue, record by record; news of letters not ours is forgotten."""
    missing = [{"itemIdentifier": record["messageId"]} for record in read("sqs_inbound")["Records"]]
    assert stack.invoke("ReceiveMailFunction", read("sqs_inbound")) == {"batchItemFailures": missing}
    assert stack.invoke("ReceiveFeedbackFunction", read("sqs_feedback")) == {"batchItemFailures": []}
    assert stack.invoke("KeepPromisesFunction", read("schedule")) is None
