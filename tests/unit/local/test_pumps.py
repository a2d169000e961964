from datetime import UTC, datetime

from byname.local.pumps import scheduled_event, sqs_record


def test_a_record_is_what_lambda_makes_of_an_sqs_message() -> None:
    record = sqs_record(
        {
            "MessageId": "m1",
            "ReceiptHandle": "r1",
            "Body": "{}",
            "MD5OfBody": "99914b93",
            "Attributes": {"ApproximateReceiveCount": "1"},
            "MessageAttributes": {"kind": {"DataType": "String", "StringValue": "form"}},
        },
        "arn:aws:sqs:eu-west-1:000000000000:byname-inbound",
    )
    assert record == {
        "messageId": "m1",
        "receiptHandle": "r1",
        "body": "{}",
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {
            "kind": {"stringValue": "form", "stringListValues": [], "binaryListValues": [], "dataType": "String"}
        },
        "md5OfBody": "99914b93",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:000000000000:byname-inbound",
        "awsRegion": "eu-west-1",
    }


def test_a_tick_tells_the_time_as_eventbridge_does() -> None:
    event = scheduled_event(datetime(2026, 11, 23, 9, 7, 5, 900_000, tzinfo=UTC))
    assert (event["detail-type"], event["source"], event["time"]) == (
        "Scheduled Event",
        "aws.events",
        "2026-11-23T09:07:05Z",
    )
