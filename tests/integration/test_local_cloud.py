"""The local cloud as a whole, around a stand-in for `app.py`: real SMTP, real HTTP, the real child."""

import json
import smtplib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from byname.local.clock import LocalClock
from byname.local.cloud import LocalCloud, Ports
from byname.local.loopback import PortTaken
from byname.local.verdicts import Verdict, Verdicts
from chalicelib.errors import Misconfigured
from tests.builders import a_team
from tests.integration.local_doors import NotingDoors

pytestmark = pytest.mark.integration

JANE = "jane@customer.example"
SUPPORT = "support@help.harris.example"
RAW = (
    b"X-SES-Spam-Verdict: FAIL\r\n"
    b"From: Jane Roe <jane@customer.example>\r\n"
    b"To: support@harris.example\r\n"
    b"Subject: caf\xe9\r\n"
    b"\r\n"
    b"..two dots\r\n.one\r\n" + b"long " * 2_000 + b"\r\n\xff\xfe\r\n"
)
"""Eight bits, dots at line starts, a line of 10,000 bytes, and a header that pretends to be SES's."""


@pytest.fixture(scope="module")
def doors() -> NotingDoors:
    return NotingDoors()


@pytest.fixture(scope="module")
def cloud(doors: NotingDoors, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    verdicts = Verdicts({"@spoofed.example": Verdict(dkim="fail", dmarc="fail")})
    with LocalCloud(a_team(), tmp_path_factory.mktemp("local"), verdicts=verdicts, doors=doors) as running:
        yield running


@pytest.fixture(autouse=True)
def afresh(doors: NotingDoors) -> None:
    doors.mails.clear()
    doors.feedback.clear()
    doors.refused.clear()


def stored(cloud: LocalCloud, key: str) -> bytes:
    body: bytes = cloud.client("s3").get_object(Bucket=cloud.names.bucket, Key=key)["Body"].read()
    return body


# --- the SMTP door -----------------------------------------------------------------------------------------------


def test_a_mail_is_kept_untouched_below_the_block_and_told_of(cloud: LocalCloud, doors: NotingDoors) -> None:
    cloud.post(RAW, JANE, [SUPPORT])
    cloud.wait_until_quiet()
    [notice] = doors.notices
    raw = stored(cloud, notice["receipt"]["action"]["objectKey"])
    assert raw.startswith(b"Return-Path: <jane@customer.example>\r\nReceived: from ")
    assert raw.endswith(RAW)
    assert raw.index(b"X-SES-Spam-Verdict: PASS") < raw.index(RAW)
    assert notice["receipt"]["recipients"] == [SUPPORT]
    assert notice["receipt"]["dmarcVerdict"] == {"status": "PASS"}


def test_the_record_has_what_lambda_gives(cloud: LocalCloud, doors: NotingDoors) -> None:
    cloud.post(RAW, JANE, [SUPPORT])
    cloud.wait_until_quiet()
    [record] = doors.mails
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"] == "arn:aws:sqs:eu-west-1:000000000000:byname-inbound"
    assert record["attributes"]["ApproximateReceiveCount"] == "1"


def test_mail_to_the_shown_address_is_forwarded_to_where_it_arrives(cloud: LocalCloud, doors: NotingDoors) -> None:
    cloud.post(RAW, JANE, ["Support@Harris.example", SUPPORT, "accounts@harris.example"])
    cloud.wait_until_quiet()
    [notice] = doors.notices
    assert notice["receipt"]["recipients"] == [SUPPORT, "accounts@help.harris.example"]


@pytest.mark.parametrize("stranger", ["bob@harris.example", "x@else.example", "support+x@harris.example", "postmaster"])
def test_mail_for_somebody_else_is_refused_at_rcpt(cloud: LocalCloud, stranger: str) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        cloud.post(RAW, JANE, [stranger])
    assert caught.value.recipients[stranger][0] == 550


def test_the_verdicts_are_those_of_the_from_line(cloud: LocalCloud, doors: NotingDoors) -> None:
    cloud.post(RAW.replace(JANE.encode(), b"ceo@spoofed.example"), JANE, [SUPPORT])
    cloud.wait_until_quiet()
    [notice] = doors.notices
    assert notice["receipt"]["dmarcVerdict"] == {"status": "FAIL"}
    assert b"dmarc=fail header.from=spoofed.example" in stored(cloud, notice["receipt"]["action"]["objectKey"])


def test_the_null_return_path_is_kept(cloud: LocalCloud, doors: NotingDoors) -> None:
    cloud.post(RAW, "", [SUPPORT])
    cloud.wait_until_quiet()
    [notice] = doors.notices
    assert notice["mail"]["source"] == ""
    assert stored(cloud, notice["receipt"]["action"]["objectKey"]).startswith(b"Return-Path: <>\r\n")


def test_an_address_beyond_ascii_is_taken(cloud: LocalCloud, doors: NotingDoors) -> None:
    with smtplib.SMTP("127.0.0.1", cloud.ports.smtp) as smtp:
        smtp.sendmail("jürgen@customer.example", [SUPPORT], RAW, ["SMTPUTF8", "BODY=8BITMIME"])
    cloud.wait_until_quiet()
    [notice] = doors.notices
    assert notice["mail"]["source"] == "jürgen@customer.example"
    assert stored(cloud, notice["receipt"]["action"]["objectKey"]).startswith("Return-Path: <jürgen@".encode())


def test_the_door_says_forty_megabytes(cloud: LocalCloud) -> None:
    with smtplib.SMTP("127.0.0.1", cloud.ports.smtp) as smtp:
        smtp.ehlo()
        assert smtp.esmtp_features["size"] == "41943040"
        code, _ = smtp.docmd("MAIL", "FROM:<jane@customer.example> SIZE=41943041")
    assert code == 552


def test_a_mail_that_cannot_be_kept_is_to_be_tried_again(cloud: LocalCloud) -> None:
    s3 = cloud.client("s3")
    bucket = cloud.names.bucket
    objects = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    kept = {item["Key"]: s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read() for item in objects}
    for key in kept:
        s3.delete_object(Bucket=bucket, Key=key)
    s3.delete_bucket(Bucket=bucket)
    try:
        with pytest.raises(smtplib.SMTPDataError) as caught:
            cloud.post(RAW, JANE, [SUPPORT])
    finally:
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert caught.value.smtp_code == 451


# --- pumps and ticks ---------------------------------------------------------------------------------------------


def show_again(cloud: LocalCloud, record: dict[str, Any]) -> None:
    """Ends a message's visibility timeout, which is six minutes."""
    cloud.client("sqs").change_message_visibility(
        QueueUrl=cloud.names.inbound_queue_url, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=0
    )


def test_what_a_handler_failed_stays_in_the_queue(cloud: LocalCloud, doors: NotingDoors) -> None:
    doors.fail_next = 1
    cloud.post(RAW, JANE, [SUPPORT])
    doors.wait_until(lambda: len(doors.failed) == 1)
    show_again(cloud, doors.failed[0])
    cloud.wait_until_quiet()
    [record] = doors.mails
    assert record["attributes"]["ApproximateReceiveCount"] == "2"


def test_one_failed_record_comes_back_and_the_others_do_not(cloud: LocalCloud, doors: NotingDoors) -> None:
    sqs, url = cloud.client("sqs"), cloud.names.inbound_queue_url
    # Sent a second late, so that it is on the list of refused ones before the pump can take it.
    bad = sqs.send_message(QueueUrl=url, MessageBody="bad", DelaySeconds=1)["MessageId"]
    doors.refused.append(bad)
    sqs.send_message(QueueUrl=url, MessageBody="good")
    doors.wait_until(lambda: len(doors.mails) == 2)
    doors.refused.clear()
    show_again(cloud, next(record for record in doors.mails if record["messageId"] == bad))
    cloud.wait_until_quiet()
    assert sorted(record["body"] for record in doors.mails) == ["bad", "bad", "good"]


def test_waiting_for_quiet_waits_for_the_handler(cloud: LocalCloud, doors: NotingDoors) -> None:
    doors.at_work.clear()
    doors.may_go_on.clear()
    cloud.post(RAW, JANE, [SUPPORT])
    assert doors.at_work.wait(10)
    with pytest.raises(TimeoutError):
        cloud.wait_until_quiet(timeout=0.05)
    doors.may_go_on.set()
    cloud.wait_until_quiet()
    assert len(doors.mails) == 1


def test_a_tick_runs_when_asked(cloud: LocalCloud) -> None:
    assert cloud.tick() == "ticked"


def test_turning_the_clock_brings_a_tick_at_that_time(cloud: LocalCloud, doors: NotingDoors) -> None:
    cloud.clock.turn(cloud.clock.read("2026-11-24 09:40"))
    doors.wait_until(lambda: any(tick["time"].startswith("2026-11-24T09:40") for tick in doors.ticks))
    cloud.clock.reset()


def test_the_pages_are_the_apps(cloud: LocalCloud) -> None:
    with urllib.request.urlopen(f"{cloud.pages_url}/contact") as answer:
        assert json.load(answer) == {"page": "contact"}
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{cloud.pages_url}/nothing")


# --- starting and stopping ---------------------------------------------------------------------------------------


def test_everything_listens_on_127_0_0_1_and_nowhere_else(cloud: LocalCloud) -> None:
    ports = cloud.ports
    for port in (ports.smtp, ports.pages, ports.mailbox, ports.aws, ports.ses):
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
        with pytest.raises(OSError):  # noqa: PT011 - whoever listens on 0.0.0.0 would answer here, too
            socket.create_connection(("127.0.0.2", port), timeout=2).close()


def test_a_taken_port_is_named_with_the_option_that_mends_it(cloud: LocalCloud, tmp_path: Path) -> None:
    taken = cloud.ports.smtp
    with pytest.raises(PortTaken, match=f"port {taken} is in use: choose another with --smtp-port"):
        LocalCloud(a_team(), tmp_path, Ports(smtp=taken), doors=NotingDoors()).start()
    taken = cloud.ports.aws
    with pytest.raises(PortTaken, match="--aws-port"):
        LocalCloud(a_team(), tmp_path, Ports(aws=taken), doors=NotingDoors()).start()


def test_every_taken_port_is_named_at_once(cloud: LocalCloud, tmp_path: Path) -> None:
    ours = cloud.ports
    with pytest.raises(PortTaken) as caught:
        LocalCloud(a_team(), tmp_path, Ports(smtp=ours.smtp, mailbox=ours.mailbox, aws=ours.aws)).start()
    assert str(caught.value) == (
        f"port {ours.smtp} is in use: choose another with --smtp-port\n"
        f"port {ours.mailbox} is in use: choose another with --mailbox-port\n"
        f"port {ours.aws} is in use: choose another with --aws-port"
    )


def test_two_on_the_same_data_are_not_allowed(cloud: LocalCloud) -> None:
    with pytest.raises(Misconfigured, match="--data"):
        LocalCloud(a_team(), cloud.data, doors=NotingDoors()).start()


def test_a_restart_keeps_mail_table_letters_and_keys(tmp_path: Path) -> None:
    first = NotingDoors()
    with LocalCloud(a_team(), tmp_path, doors=first) as cloud:
        cloud.post(RAW, JANE, [SUPPORT])
        cloud.wait_until_quiet()
        cloud.maildirs.deliver(JANE, RAW)
        cloud.client("dynamodb").put_item(TableName=cloud.names.table, Item={"pk": {"S": "a"}, "sk": {"S": "b"}})
        ring = cloud.client("secretsmanager").get_secret_value(SecretId=cloud.names.secret)["SecretString"]
    second = NotingDoors()
    with LocalCloud(a_team(), tmp_path, doors=second) as cloud:
        assert stored(cloud, first.notices[0]["receipt"]["action"]["objectKey"]).endswith(RAW)
        assert cloud.maildirs.letters(JANE)[0].raw == RAW
        assert cloud.client("dynamodb").scan(TableName=cloud.names.table)["Count"] == 1
        assert cloud.client("secretsmanager").get_secret_value(SecretId=cloud.names.secret)["SecretString"] == ring
        cloud.post(RAW, JANE, [SUPPORT])
        cloud.wait_until_quiet()
        assert len(second.mails) == 1


def test_mail_that_arrives_at_the_end_is_handled_after_the_next_start(tmp_path: Path) -> None:
    doors = NotingDoors()
    cloud = LocalCloud(a_team(), tmp_path, doors=doors)
    cloud.start()
    cloud.client("sqs").send_message(QueueUrl=cloud.names.inbound_queue_url, MessageBody="{}", DelaySeconds=2)
    cloud.stop()
    assert doors.mails == []
    with LocalCloud(a_team(), tmp_path, doors=doors) as again:
        again.wait_until_quiet()
    assert len(doors.mails) == 1


def test_what_was_being_handled_when_it_was_killed_is_handled_after_the_next_start_once(tmp_path: Path) -> None:
    killed = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "at work\n"
    finally:
        killed.kill()
        killed.communicate()
    doors = NotingDoors()
    with LocalCloud(a_team(), tmp_path, doors=doors) as cloud:
        doors.wait_until(lambda: bool(doors.mails))
        cloud.wait_until_quiet()
    [record] = doors.mails
    assert record["body"] == "{}"
    assert record["attributes"]["ApproximateReceiveCount"] == "2"


KILLED = """
import sys
from pathlib import Path
from byname.local.cloud import LocalCloud
from tests.builders import a_team
from tests.integration.local_doors import NotingDoors
doors = NotingDoors()
doors.may_go_on.clear()
with LocalCloud(a_team(), Path(sys.argv[1]), doors=doors) as cloud:
    cloud.client("sqs").send_message(QueueUrl=cloud.names.inbound_queue_url, MessageBody="{}")
    assert doors.at_work.wait(20)
    print("at work", flush=True)
    sys.stdin.read()
"""
"""A local cloud with a handler that does not end."""


def test_a_turned_clock_is_still_turned_after_a_restart_unless_another_is_given(tmp_path: Path) -> None:
    with LocalCloud(a_team(), tmp_path, doors=NotingDoors()) as cloud:
        cloud.clock.turn(cloud.clock.read("2026-11-24 02:00"))
        ahead = cloud.clock.ahead
    with LocalCloud(a_team(), tmp_path, doors=NotingDoors()) as cloud:
        assert cloud.clock.ahead == ahead
    with LocalCloud(a_team(), tmp_path, clock=LocalClock("Europe/London"), doors=NotingDoors()) as cloud:
        assert not cloud.clock.turned
    with LocalCloud(a_team(), tmp_path, doors=NotingDoors()) as cloud:
        assert not cloud.clock.turned


def test_a_stop_takes_about_two_seconds_and_may_come_twice(tmp_path: Path) -> None:
    cloud = LocalCloud(a_team(), tmp_path, doors=NotingDoors())
    cloud.start()
    port, began = cloud.ports.smtp, time.monotonic()
    cloud.stop()
    cloud.stop()
    assert time.monotonic() - began < 10  # two seconds, on a machine with nothing else to do
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=2)
