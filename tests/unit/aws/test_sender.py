"""What SES said, and whether the same letter may be sent again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, NoCredentialsError, ReadTimeoutError
from botocore.stub import Stubber

from chalicelib.aws.sender import SesSender
from chalicelib.ports import NotSent, Outcome, Sent, Unknown

MIME = b"From: support@harris.example\r\nTo: jane@customer.example\r\n\r\nBob has your message.\r\n"
ENDPOINT = "https://email.eu-west-1.amazonaws.com"
StubbedOf = Callable[[str], tuple[Any, Stubber]]


def send(client: Any, configuration_set: str = "byname", thread_id: str = "k7q3md9x2a") -> Outcome:
    sender = SesSender(client, configuration_set)
    return sender.send(MIME, "support@harris.example", "jane@customer.example", "acknowledgement-1", thread_id)


def test_ses_gets_the_raw_mail_one_recipient_and_our_tags(stubbed: StubbedOf) -> None:
    client, stub = stubbed("sesv2")
    expected = {
        "FromEmailAddress": "support@harris.example",
        "Destination": {"ToAddresses": ["jane@customer.example"]},
        "Content": {"Raw": {"Data": MIME}},
        "EmailTags": [{"Name": "letter", "Value": "acknowledgement-1"}, {"Name": "thread", "Value": "k7q3md9x2a"}],
        "ConfigurationSetName": "byname",
    }
    stub.add_response("send_email", {"MessageId": "0102019a-1111-000000"}, expected)
    assert send(client) == Sent("0102019a-1111-000000")


def test_what_is_empty_is_left_out(stubbed: StubbedOf) -> None:
    client, stub = stubbed("sesv2")
    expected = {
        "FromEmailAddress": "support@harris.example",
        "Destination": {"ToAddresses": ["jane@customer.example"]},
        "Content": {"Raw": {"Data": MIME}},
        "EmailTags": [{"Name": "letter", "Value": "acknowledgement-1"}],
    }
    stub.add_response("send_email", {"MessageId": "0102019a-1111-000000"}, expected)
    assert send(client, configuration_set="", thread_id="") == Sent("0102019a-1111-000000")


@pytest.mark.parametrize(
    ("code", "status", "again"),
    [
        ("TooManyRequestsException", 429, True),
        ("Throttling", 400, True),
        ("ThrottlingException", 400, True),
        ("SendingPausedException", 400, True),
        ("AccountSuspendedException", 400, True),
        ("LimitExceededException", 400, True),
        ("ServiceUnavailable", 503, True),
        ("AccessDeniedException", 403, True),
        ("MessageRejected", 400, False),
        ("BadRequestException", 400, False),
        ("MailFromDomainNotVerifiedException", 400, False),
        ("NotFoundException", 404, False),
    ],
)
def test_a_refusal_says_whether_to_try_again(stubbed: StubbedOf, code: str, status: int, again: bool) -> None:
    client, stub = stubbed("sesv2")
    stub.add_client_error("send_email", code, "so it is", http_status_code=status)
    assert send(client) == NotSent(f"{code}: so it is", again)


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_letter_that_ses_broke_off_over_may_have_left(stubbed: StubbedOf, status: int) -> None:
    client, stub = stubbed("sesv2")
    stub.add_client_error("send_email", "InternalServiceErrorException", http_status_code=status)
    assert send(client) == Unknown("SES broke off (InternalServiceErrorException)")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        pytest.param(
            ReadTimeoutError(endpoint_url=ENDPOINT),
            Unknown("the answer of SES got lost (ReadTimeoutError)"),
            id="no answer in time",
        ),
        pytest.param(
            ConnectionClosedError(endpoint_url=ENDPOINT),
            Unknown("the answer of SES got lost (ConnectionClosedError)"),
            id="the line went dead",
        ),
        pytest.param(
            EndpointConnectionError(endpoint_url=ENDPOINT),
            NotSent("SES could not be reached (EndpointConnectionError)", again=True),
            id="nobody there",
        ),
        pytest.param(
            NoCredentialsError(), NotSent("SES could not be reached (NoCredentialsError)", again=True), id="no key"
        ),
    ],
)
def test_a_lost_answer_is_unknown_and_a_line_never_made_is_not_sent(
    stubbed: StubbedOf, error: Exception, outcome: Outcome
) -> None:
    client, stub = stubbed("sesv2")

    def fail(**_: object) -> None:
        raise error

    stub.deactivate()
    client.meta.events.register("before-send.sesv2", fail)
    assert send(client) == outcome
