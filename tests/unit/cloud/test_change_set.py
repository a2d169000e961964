"""What a change set says, judged."""

from byname.cloud.change_set import Change, all_new, dangers, doubts, in_short

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


def test_fifty_names_on_the_first_day_are_counted_by_kind() -> None:
    functions = [Change("added", f"Function{n}", "AWS::Lambda::Function") for n in range(4)]
    policies = [Change("added", f"Policy{n}", "AWS::SQS::QueuePolicy") for n in range(2)]
    changes = [*policies, *functions, Change("added", "DeskTable", TABLE), Change("added", "Api", "AWS::SNS::Topic")]
    assert in_short(changes) == "8 parts: 4 functions, 1 table, 2 queue policies, 1 topic (--verbose names them)."
    assert all_new(changes)
    assert not all_new([*changes, Change("changed", "KeyRing", "AWS::SecretsManager::Secret")])
