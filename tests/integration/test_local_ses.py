"""The local SES, as boto3 speaks to it, and where its mail goes."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest
from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError

from byname.local.cloud import LocalCloud
from byname.local.courier import SmtpHost
from byname.local.ses import SesFault
from tests.builders import a_team
from tests.integration.local_doors import NotingDoors

pytestmark = pytest.mark.integration

JANE = "jane@customer.example"
BODY = b"Content-Type: text/plain; charset=utf-8\r\n\r\nBody \xc3\xa9 = stays\r\n.\r\n\r\n"
RAW = (
    b"From: Bob at Harris <support@harris.example>\r\n"
    b"To: Jane <jane@customer.example>\r\n"
    b"Bcc: secret@customer.example\r\n"
    b"Subject: a\r\n folded subject\r\n"
    b"Message-ID: <ours@help.harris.example>\r\n"
    b"Date: Mon, 1 Jan 2001 00:00:00 +0000\r\n"
    b"References: <t-abc@help.harris.example>\r\n" + BODY
)


@pytest.fixture(scope="module")
def doors() -> NotingDoors:
    return NotingDoors()


@pytest.fixture(scope="module")
def cloud(doors: NotingDoors, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with LocalCloud(a_team(), tmp_path_factory.mktemp("local"), doors=doors) as running:
        yield running


@pytest.fixture(scope="module")
def ses(cloud: LocalCloud) -> Iterator[Any]:
    session = Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-1")
    once = Config(retries={"total_max_attempts": 1}, read_timeout=10)
    client: Any = session.client("sesv2", endpoint_url=f"http://127.0.0.1:{cloud.ports.ses}", config=once)
    yield client
    client.close()


def send(ses: Any, *to: str, raw: bytes = RAW, configuration_set: str = "local") -> str:
    request = {"ConfigurationSetName": configuration_set} if configuration_set else {}
    answer = ses.send_email(
        Destination={"ToAddresses": list(to)},
        Content={"Raw": {"Data": raw}},
        EmailTags=[{"Name": "letter", "Value": "reply-abc"}],
        **request,
    )
    return str(answer["MessageId"])


def test_a_letter_arrives_with_sess_id_and_time_and_the_rest_untouched(cloud: LocalCloud, ses: Any) -> None:
    ses_id = send(ses, JANE)
    letter = cloud.maildirs.wait_for(JANE, lambda letter: ses_id in letter.header("Message-ID"))
    mail = message_from_bytes(letter.raw, policy=policy.default)
    assert mail["Message-ID"] == f"<{ses_id}@eu-west-1.amazonses.com>"
    assert len(mail.get_all("Message-ID", [])) == len(mail.get_all("Date", [])) == 1
    assert mail["Date"].datetime.year != 2001
    assert mail["Bcc"] is None
    assert letter.raw.startswith(f"Return-Path: <{ses_id}@eu-west-1.amazonses.com>\r\nFrom: Bob at Harris".encode())
    assert b"Subject: a\r\n folded subject\r\n" in letter.raw
    assert letter.raw.endswith(BODY.partition(b"\r\n")[2])


def test_sess_events_come_with_the_tags(cloud: LocalCloud, ses: Any, doors: NotingDoors) -> None:
    ses_id = send(ses, JANE)
    cloud.wait_until_quiet()
    assert doors.told_of(ses_id) == ["Send", "Delivery"]
    event = next(event for event in doors.feedback if event["mail"]["messageId"] == ses_id)
    assert event["mail"]["tags"]["letter"] == ["reply-abc"]
    assert event["mail"]["destination"] == [JANE]


def test_without_a_configuration_set_there_are_no_events(cloud: LocalCloud, ses: Any, doors: NotingDoors) -> None:
    ses_id = send(ses, JANE, configuration_set="")
    cloud.wait_until_quiet()
    assert doors.told_of(ses_id) == []


@pytest.mark.parametrize(
    ("simulated", "kinds"),
    [
        ("bounce@simulator.amazonses.com", ["Send", "Bounce"]),
        ("bounce+label@simulator.amazonses.com", ["Send", "Bounce"]),
        ("suppressionlist+label@simulator.amazonses.com", ["Send", "Bounce"]),
        ("complaint@simulator.amazonses.com", ["Send", "Delivery", "Complaint"]),
        ("success@simulator.amazonses.com", ["Send", "Delivery"]),
    ],
)
def test_the_mailbox_simulator_is_honoured(
    cloud: LocalCloud, ses: Any, doors: NotingDoors, simulated: str, kinds: list[str]
) -> None:
    ses_id = send(ses, simulated)
    cloud.wait_until_quiet()
    assert doors.told_of(ses_id) == kinds
    assert simulated not in cloud.maildirs.addresses()


@pytest.mark.parametrize(
    "ours", ["support+0sabcdefghjk.0123456789abcdef@help.harris.example", "support@harris.example"]
)
def test_mail_to_ourselves_comes_in_again_at_the_door(
    cloud: LocalCloud, ses: Any, doors: NotingDoors, ours: str
) -> None:
    doors.mails.clear()
    ses_id = send(ses, ours)
    cloud.wait_until_quiet()
    [notice] = doors.notices
    assert notice["mail"]["source"] == f"{ses_id}@eu-west-1.amazonses.com"
    assert notice["receipt"]["recipients"][0].endswith("@help.harris.example")
    assert notice["mail"]["commonHeaders"]["messageId"] == f"<{ses_id}@eu-west-1.amazonses.com>"
    assert ours not in cloud.maildirs.addresses()


@pytest.mark.parametrize(
    ("raw", "to", "code"),
    [
        (RAW.replace(b"support@harris.example", b"jane@customer.example"), JANE, "MessageRejected"),
        (b"no header", JANE, "BadRequestException"),
        (RAW, "jane", "BadRequestException"),
        (RAW, "jürgen@customer.example", "BadRequestException"),
        (RAW + b"x" * 32_000_000, JANE, "MessageRejected"),
    ],
    ids=["a borrowed From", "no mail", "no address", "beyond ascii", "more than 40 MB in base64"],
)
def test_what_ses_would_refuse_is_refused_in_its_words(ses: Any, raw: bytes, to: str, code: str) -> None:
    with pytest.raises(ClientError) as caught:
        send(ses, to, raw=raw)
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_other_calls_are_answered_with_what_is_here(ses: Any) -> None:
    with pytest.raises(ClientError, match="NotFoundException"):
        ses.delete_suppressed_destination(EmailAddress=JANE)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (SesFault.THROTTLED, "TooManyRequestsException"),
        (SesFault.REJECTED, "MessageRejected"),
        (SesFault.DOWN, "ServiceUnavailable"),
    ],
)
def test_a_fault_asked_for_is_acted_out_and_nothing_goes_out(
    cloud: LocalCloud, ses: Any, fault: SesFault, code: str
) -> None:
    cloud.ses.faults["faulty@customer.example"] = fault
    with pytest.raises(ClientError) as caught:
        send(ses, "faulty@customer.example")
    del cloud.ses.faults["faulty@customer.example"]
    assert caught.value.response["Error"]["Code"] == code
    assert "faulty@customer.example" not in cloud.maildirs.addresses()


def test_an_answer_may_get_lost_after_the_letter_went_out(cloud: LocalCloud, ses: Any) -> None:
    cloud.ses.faults["lost@customer.example"] = SesFault.ANSWER_LOST
    with pytest.raises(HTTPClientError):
        send(ses, "lost@customer.example")
    del cloud.ses.faults["lost@customer.example"]
    assert cloud.maildirs.wait_for("lost@customer.example").subject == "a folded subject"


def test_letters_may_go_to_another_smtp_host_instead(
    cloud: LocalCloud, doors: NotingDoors, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other_doors = NotingDoors()
    data = tmp_path_factory.mktemp("other")
    with LocalCloud(a_team(), data, smtp_out=SmtpHost("127.0.0.1", cloud.ports.smtp), doors=other_doors) as other:
        session = Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-1")
        client: Any = session.client("sesv2", endpoint_url=f"http://127.0.0.1:{other.ports.ses}")
        refused = send(client, JANE)  # the first cloud's door takes mail for its own domains only
        client.close()
        other.wait_until_quiet()
        assert other_doors.told_of(refused) == ["Send", "Bounce"]
        assert other_doors.feedback[-1]["bounce"]["bounceType"] == "Permanent"
        assert JANE not in other.maildirs.addresses()
