"""What a change set says, judged."""

from byname.cloud.change_set import Change, dangers, doubts

TABLE, BUCKET = "AWS::DynamoDB::Table", "AWS::S3::Bucket"


def test_replacing_or_taking_out_what_holds_data_is_a_danger() -> None:
    changes = [
        Change("changed", "DeskTable", TABLE, "True"),
        Change("removed", "MailBucket", BUCKET),
        Change("changed", "KeyRing", "AWS::SecretsManager::Secret"),
        Change("changed", "RestAPI", "AWS::ApiGateway::RestApi", "True"),
        Change("removed", "OldAlarm", "AWS::CloudWatch::Alarm"),
    ]
    assert dangers(changes) == [
        "DeskTable, the table of all threads, would be REPLACED by an empty one",
        "MailBucket, the bucket with every mail, would be taken out of the stack",
    ]


def test_perhaps_is_a_doubt_only_where_data_is() -> None:
    table = Change("changed", "DeskTable", TABLE, "Conditional", ("KeySchema",))
    api = Change("changed", "RestAPI", "AWS::ApiGateway::RestApi", "Conditional", ("Body",))
    assert doubts([table, api]) == [table]
    assert (table.words, api.words) == ("changed, perhaps REPLACED", "changed")
