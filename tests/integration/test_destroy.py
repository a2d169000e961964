"""`byname destroy`, as it is typed: what is ours goes, what customers wrote stays, others' things are not touched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from byname.cloud import last_mails, leaving, receiving
from byname.cloud.account import Account
from tests.integration.ses_alone import SesAlone
from tests.integration.ses_identities import an_identity
from tests.integration.ses_receipt_rules import ReceiptRules
from tests.integration.shop_account import ID, REGION, ShopAccount, an_account
from tests.integration.test_deploy import FOREIGN

pytestmark = pytest.mark.integration

BUCKET = f"byname-mail-{ID}-{REGION}"
THREAD = {"pk": {"S": "THREAD#abc"}, "sk": {"S": "THREAD"}}


@pytest.fixture
def account(tmp_path: Path) -> Iterator[ShopAccount]:
    home = tmp_path / "aws"
    home.mkdir()
    with an_account(home) as fresh:
        yield fresh


@pytest.fixture(autouse=True)
def nothing_is_slow_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS's counts need some seconds to be true; ministack's are at once."""
    monkeypatch.setattr(last_mails, "SURE_AFTER", 0.0)
    monkeypatch.setattr(last_mails, "GIVE_UP_AFTER", 0.0)


@pytest.fixture
def outputs(account: ShopAccount) -> dict[str, str]:
    """byname stands, and has one thread and one mail."""
    answer: dict[str, str] = account.deployed()["outputs"]
    account.client("dynamodb").put_item(TableName=answer["TableName"], Item=THREAD)
    account.client("s3").put_object(Bucket=BUCKET, Key="inbound/mail-1", Body=b"From: jane@customer.example\r\n\r\nHi")
    return answer


def test_what_is_ours_goes_and_what_customers_wrote_stays(account: ShopAccount, outputs: dict[str, str]) -> None:
    done = account.byname_itself("destroy", "--confirm", "byname", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)["belongings"]
    fates = {one["name"]: one["fate"] for one in told}
    assert fates[outputs["TableName"]] == fates[BUCKET] == "stays"
    assert [one["fate"] for one in told if one["what"] == "the keys of the reply addresses"] == ["stays"]
    assert fates["byname"] == fates["byname-store"] == fates["byname-mail"] == fates["harris.example"] == "goes"
    found = account.everything()
    assert (found["stacks"], found["functions"], found["alarms"], found["topics"]) == ([], [], [], [])
    assert (found["logs"], found["rule sets"], found["active"], found["identities"]) == ([], "{}", "", "{}")
    assert list(found["objects"]) == [BUCKET]
    assert "inbound/mail-1" in found["objects"][BUCKET]
    assert found["tables"] == [outputs["TableName"]]
    assert len(found["secrets"]) == 1


def test_the_way_in_is_closed_before_anything_else_goes(account: ShopAccount, outputs: dict[str, str]) -> None:
    account.ses.calls.clear()
    result = account.byname("destroy", "--confirm", "byname")
    told = [line.partition(":")[0] for line in result.stderr.splitlines() if line.startswith("✓")]
    assert told[1:] == [
        "✓ the way in at SES",
        "✓ reading the mails that are still under way",
        "✓ the stack byname",
        "✓ the bucket with the code",
        "✓ harris.example at SES",
    ]
    changes = [call for call in account.ses.calls if call.startswith(("Delete", "Set", "delete"))]
    assert changes == ["DeleteReceiptRule", "SetActiveReceiptRuleSet", "DeleteReceiptRuleSet", "delete_email_identity"]


def test_others_things_are_left_exactly_as_they_were(account: ShopAccount) -> None:
    rules, identities = account.ses.rules, account.ses.identities.by_name
    rules.sets["crm-rules"], rules.active = json.loads(json.dumps(FOREIGN)), "crm-rules"
    identities["harris.example"] = an_identity("harris.example")
    account.client("s3").create_bucket(Bucket="crm-data", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    account.client("logs").create_log_group(logGroupName="/aws/lambda/byname-other-ReceiveMail")
    before = account.everything()
    account.deployed()
    account.byname("destroy", "--confirm", "byname", "--with-data", "--confirm-data", BUCKET)
    assert account.everything() == before


def test_a_rule_that_joins_our_set_while_the_name_is_typed_stays_in_force(ses_alone: SesAlone) -> None:
    account, rules = joined(ses_alone)
    shown = leaving.plan_to_leave(account, "byname")
    assert (shown.delete_set, shown.deactivate) == ("byname-mail", True)
    rules.sets["byname-mail"].append(FOREIGN[0])
    assert leaving.leave(account, "byname") == "closed; others' rules are in byname-mail, so it stays"
    assert (rules.active, rules.sets) == ("byname-mail", {"byname-mail": [FOREIGN[0]]})


def test_a_set_that_is_activated_while_the_name_is_typed_stays_active(ses_alone: SesAlone) -> None:
    account, rules = joined(ses_alone)
    assert leaving.plan_to_leave(account, "byname").deactivate
    rules.sets["crm-rules"], rules.active = list(FOREIGN), "crm-rules"
    assert leaving.leave(account, "byname") == "closed"
    assert (rules.active, rules.sets) == ("crm-rules", {"crm-rules": FOREIGN})


def test_the_rule_of_a_killed_self_test_goes_along_and_another_stacks_stays(ses_alone: SesAlone) -> None:
    account, rules = joined(ses_alone)
    rules.sets["byname-mail"].insert(0, {**FOREIGN[0], "Name": "byname-selftest-abcd2345"})
    rules.sets["byname-mail"].append(theirs := {**FOREIGN[0], "Name": "byname-selftest-store"})
    leaving.leave(account, "byname")
    assert rules.sets == {"byname-mail": [theirs]}
    rules.sets["byname-mail"] = [{**FOREIGN[0], "Name": "byname-selftest-abcd2345"}]
    leaving.leave(account, "byname")
    assert (rules.active, rules.sets) == ("", {})


def joined(alone: SesAlone) -> tuple[Account, ReceiptRules]:
    """Our own set is active, with our rule in it."""
    receiving.join(alone.account, receiving.plan(alone.account, "byname", alone.our_rule))
    assert alone.rules.active == "byname-mail"
    return alone.account, alone.rules


def test_mails_that_nobody_has_read_are_not_thrown_away(account: ShopAccount, outputs: dict[str, str]) -> None:
    stop_reading(account)
    for number in range(3):
        account.client("sqs").send_message(QueueUrl=outputs["InboundQueueUrl"], MessageBody=f"mail {number}")
    dry = account.byname("destroy", "--dry-run")
    assert "3 mails still wait to be read. That comes first, once the way in is closed." in dry.stderr
    refused = account.byname("destroy", "--confirm", "byname")
    assert refused.exit_code == 1
    assert (
        "Error: 3 mails still wait to be read, so nothing more was taken away; the way in is closed" in refused.stderr
    )
    assert account.everything()["stacks"] == [("byname", "CREATE_COMPLETE")]
    assert account.ses.rules.active == ""
    gone = account.byname("destroy", "--confirm", "byname", "--leave-unanswered")
    assert gone.exit_code == 0, gone.stderr
    assert account.everything()["stacks"] == []
    assert "inbound/mail-1" in account.keys(BUCKET)


def test_a_mail_that_is_being_read_is_waited_for(
    account: ShopAccount, outputs: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_mails, "GIVE_UP_AFTER", 60.0)
    stop_reading(account)
    sqs, queue = account.client("sqs"), outputs["InboundQueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="mail")
    [taken] = sqs.receive_message(QueueUrl=queue)["Messages"]
    reader = Timer(3.0, sqs.delete_message, kwargs={"QueueUrl": queue, "ReceiptHandle": taken["ReceiptHandle"]})
    reader.start()
    done = account.byname("destroy", "--confirm", "byname")
    reader.join()
    assert done.exit_code == 0, done.stderr
    assert "1 mail still waits to be read." in done.stderr
    assert "✓ reading the mails that are still under way: none is left" in done.stderr


def stop_reading(account: ShopAccount) -> None:
    """The function takes nothing any more, as in an outage."""
    functions = account.client("lambda")
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        functions.delete_event_source_mapping(UUID=mapping["UUID"])


def test_a_dry_run_names_everything_and_changes_nothing(account: ShopAccount, outputs: dict[str, str]) -> None:
    before = account.everything()
    result = account.byname("destroy", "--dry-run")
    assert result.exit_code == 0
    rows = [tuple(line.split("\t")) for line in result.stdout.splitlines()]
    assert ("the receipt rule in byname-mail", "byname-store", "goes") in rows
    assert ("our receipt rule set, active until now", "byname-mail", "goes") in rows
    assert ("the bucket: every mail and attachment", BUCKET, "stays") in rows
    assert "`byname deploy` under the same name takes over what stays: every thread with its promises" in result.stderr
    assert account.everything() == before
    with_data = account.byname("destroy", "--dry-run", "--with-data")
    assert f"the bucket: every mail and attachment\t{BUCKET}\tgoes\n" in with_data.stdout
    assert account.everything() == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--no-input"], 2, "say --confirm byname if you mean it"),
        (["--confirm", "shop"], 1, "'shop' is not 'byname': nothing was done."),
        (["--confirm", "byname", "--with-data", "--no-input"], 2, f"say --confirm-data {BUCKET} if you mean it"),
        (["--confirm", "byname", "--with-data", "--confirm-data", "byname"], 1, "nothing was done"),
    ],
)
def test_without_the_names_nothing_is_done(account: ShopAccount, words: list[str], code: int, said: str) -> None:
    account.client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    account.client("s3").create_bucket(
        Bucket=f"byname-artifacts-{ID}-{REGION}", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    before = account.everything()
    result = account.byname("destroy", *words)
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr
    assert account.everything() == before


def test_with_the_data_nothing_is_left_and_once_more_does_no_harm(
    account: ShopAccount, outputs: dict[str, str]
) -> None:
    s3 = account.client("s3")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    for words in (b"one", b"two"):
        s3.put_object(Bucket=BUCKET, Key="team/current.json", Body=words)
    s3.delete_object(Bucket=BUCKET, Key="team/current.json")
    account.byname("destroy", "--confirm", "byname")
    confirmed = ("--confirm", "byname", "--with-data", "--confirm-data", BUCKET)
    result = account.byname("destroy", *confirmed)
    assert result.exit_code == 0, result.stderr
    found = account.everything()
    assert (found["objects"], found["tables"], found["secrets"], found["queues"]) == ({}, [], [], [])
    again = account.byname("destroy", *confirmed)
    assert again.exit_code == 0
    assert again.stderr.endswith("There is nothing to take away of byname in eu-west-1.\n")


def test_a_new_installation_takes_over_what_was_left_and_old_addresses_stay_alive(
    account: ShopAccount, outputs: dict[str, str]
) -> None:
    secrets = account.client("secretsmanager")
    account.byname("destroy", "--confirm", "byname")
    [left] = secrets.list_secrets()["SecretList"]
    old = secrets.get_secret_value(SecretId=left["ARN"])["SecretString"]
    rename_as_aws_would(secrets, left, old)
    dry = account.byname("deploy", "--dry-run")
    assert f"{outputs['TableName']}, {BUCKET} and " in dry.stdout
    assert "taken over\tDeskTable\tDynamoDB Table\t\n" in dry.stdout
    answer = account.deployed()
    assert answer["result"] == "created"
    assert answer["outputs"]["TableName"] == outputs["TableName"]
    assert account.client("dynamodb").get_item(TableName=outputs["TableName"], Key=THREAD)["Item"] == THREAD
    assert "inbound/mail-1" in account.keys(BUCKET)
    assert answer["team"]["state"] == "same"
    ring = json.loads(secrets.get_secret_value(SecretId=answer["outputs"]["KeyRingSecret"])["SecretString"])
    assert ring["1"] == json.loads(old)["1"]
    assert ring["newest"] == "0"  # the new stack's own key, which moved out of the way
    assert len(secrets.list_secrets()["SecretList"]) == 1


def rename_as_aws_would(secrets: Any, left: dict[str, Any], text: str) -> None:
    """CloudFormation gives each secret a new name; ministack the same one again, which would overwrite this one."""
    secrets.delete_secret(SecretId=left["ARN"], ForceDeleteWithoutRecovery=True)
    secrets.create_secret(Name="KeyRing-a1b2c3d4e5f6", SecretString=text, Tags=left["Tags"])
