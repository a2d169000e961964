"""The mail bucket, the queue and the key ring, on ministack: made by `resources.create`, used by our adapters."""

from __future__ import annotations

import json
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from byname.local.resources import TABLE, Names, create
from chalicelib.aws import clients
from chalicelib.aws.events import deliveries, feedback
from chalicelib.aws.files import S3Files
from chalicelib.aws.queue import InboundQueue
from chalicelib.aws.secrets import key_ring
from chalicelib.desk.model import Channel
from chalicelib.errors import Unavailable
from tests.integration.conftest import PRETENCE, REGION

pytestmark = pytest.mark.integration
ClientOf = Callable[[str, str], Any]


@pytest.fixture(scope="module", autouse=True)
def _only_the_environment_says_where(ministack: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {**PRETENCE, "AWS_ENDPOINT_URL": ministack}.items():
            environment.setenv(name, value)
        clients.forget()
        yield
        clients.s3().close()
        clients.forget()


@pytest.fixture(scope="module")
def names(ministack: str) -> Names:
    return create(ministack, REGION, f"t{uuid.uuid4().hex[:12]}")


@pytest.fixture
def files(names: Names) -> S3Files:
    """With the very client that runs in Lambda: how a link is signed is the client's doing."""
    return S3Files(clients.s3(), names.bucket)


@pytest.fixture
def sqs(ministack: str, client_of: ClientOf) -> Any:
    return client_of("sqs", ministack)


def next_record(sqs: Any, url: str) -> dict[str, Any]:
    """The next message as Lambda would hand it over, taken off the queue."""
    answer = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10, AttributeNames=["All"])
    (message,) = answer["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return {"messageId": message["MessageId"], "body": message["Body"], "attributes": message["Attributes"]}


# --- files -------------------------------------------------------------------------------------------------------


def test_what_was_written_is_read(files: S3Files) -> None:
    raw = "Grüße\r\n".encode() + bytes(range(256))
    files.write("inbound/mail 1+ü", raw, "message/rfc822")
    assert files.read("inbound/mail 1+ü") == raw


def test_the_same_key_again_is_harmless(files: S3Files) -> None:
    files.write("form/again", b"{}", "application/json")
    files.write("form/again", b"{}", "application/json")
    assert files.read("form/again") == b"{}"


def test_a_missing_object_is_a_key_error(files: S3Files) -> None:
    with pytest.raises(KeyError, match="inbound/missing"):
        files.read("inbound/missing")


def test_a_missing_bucket_is_unavailable() -> None:
    nowhere = S3Files(clients.s3(), "no-such-bucket")
    with pytest.raises(Unavailable, match="mail bucket: NoSuchBucket"):
        nowhere.write("inbound/mail-1", b"", "message/rfc822")


def test_a_link_downloads_the_object_under_its_name(files: S3Files) -> None:
    files.write("files/1", b"\xff\xd8photo", "image/jpeg")
    with urllib.request.urlopen(files.link("files/1", "Küche.jpg", "image/jpeg", 60)) as answer:
        assert answer.read() == b"\xff\xd8photo"
        assert (
            answer.headers["Content-Disposition"]
            == "attachment; filename=\"K_che.jpg\"; filename*=UTF-8''K%C3%BCche.jpg"
        )
        assert answer.headers["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize("risky", ["text/html", "image/svg+xml", "application/x-msdownload", "nonsense"])
def test_what_a_browser_could_run_comes_as_mere_bytes(files: S3Files, risky: str) -> None:
    files.write("files/2", b"<script>", risky)
    with urllib.request.urlopen(files.link("files/2", "invoice.html", risky, 60)) as answer:
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_a_link_says_how_long_it_is_good(files: S3Files) -> None:
    assert "X-Amz-Expires=300" in files.link("files/1", "photo.jpg", "image/jpeg", 300)


# --- the queues --------------------------------------------------------------------------------------------------


def test_a_delivery_put_back_comes_again_through_the_mail_door(names: Names, sqs: Any) -> None:
    InboundQueue(sqs, names.inbound_queue_url).put("form/2026-11-23/4d8e1f")
    (delivery,) = deliveries(next_record(sqs, names.inbound_queue_url))
    assert (delivery.key, delivery.channel) == ("form/2026-11-23/4d8e1f", Channel.FORM)


def test_a_queue_that_is_not_there_is_unavailable(sqs: Any, ministack: str) -> None:
    with pytest.raises(Unavailable, match="inbound queue"):
        InboundQueue(sqs, f"{ministack}/000000000000/no-such-queue").put("form/1")


@pytest.mark.parametrize("topic", ["mail", "events"])
def test_what_a_topic_says_lies_in_its_queue_without_an_envelope(
    names: Names, sqs: Any, ministack: str, client_of: ClientOf, topic: str
) -> None:
    arn = names.mail_topic_arn if topic == "mail" else names.events_topic_arn
    url = names.inbound_queue_url if topic == "mail" else names.feedback_queue_url
    client_of("sns", ministack).publish(TopicArn=arn, Message='{"eventType":"Open"}')
    record = next_record(sqs, url)
    assert record["body"] == '{"eventType":"Open"}'
    assert feedback(record) is None


def test_a_record_that_fails_five_times_goes_to_the_dead_letter_queue(names: Names, sqs: Any) -> None:
    for url in (names.inbound_queue_url, names.feedback_queue_url):
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        redrive = json.loads(attributes["RedrivePolicy"])
        assert redrive["deadLetterTargetArn"].endswith("-dead")
        assert int(redrive["maxReceiveCount"]) == 5
        assert attributes["VisibilityTimeout"] == "360"


# --- the table, the ring, and making it all again -----------------------------------------------------------------


def test_the_table_has_its_two_indexes_and_forgets_its_counters(
    names: Names, ministack: str, client_of: ClientOf
) -> None:
    client = client_of("dynamodb", ministack)
    table = client.describe_table(TableName=names.table)["Table"]
    assert sorted(index["IndexName"] for index in table["GlobalSecondaryIndexes"]) == ["due", "unsent"]
    expiry = client.describe_time_to_live(TableName=names.table)["TimeToLiveDescription"]
    assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}


def test_every_declared_attribute_is_a_key_of_something() -> None:
    schemas = [TABLE["KeySchema"], *(index["KeySchema"] for index in TABLE["GlobalSecondaryIndexes"])]
    keys = {part["AttributeName"] for schema in schemas for part in schema}
    assert keys == {attribute["AttributeName"] for attribute in TABLE["AttributeDefinitions"]}


def test_making_it_all_again_changes_nothing(names: Names, ministack: str, client_of: ClientOf) -> None:
    secrets = client_of("secretsmanager", ministack)
    before = secrets.get_secret_value(SecretId=names.secret)["SecretString"]
    assert create(ministack, REGION, names.table.removesuffix("-desk")) == names
    assert secrets.get_secret_value(SecretId=names.secret)["SecretString"] == before
    subscriptions = client_of("sns", ministack).list_subscriptions_by_topic(TopicArn=names.mail_topic_arn)
    assert len(subscriptions["Subscriptions"]) == 1


def test_the_ring_that_was_made_can_be_used(names: Names, ministack: str, client_of: ClientOf) -> None:
    ring = key_ring(client_of("secretsmanager", ministack), names.secret)
    assert ring.newest == "1"
    assert len(ring.keys["1"]) == 64
