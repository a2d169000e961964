"""`byname deploy`, as it is typed, against CloudFormation and all it makes on ministack, and SES's control plane."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from byname.cloud import change_set, receiving
from byname.cloud.identity import TAG
from chalicelib.setup.team_file import read_team
from tests.integration.ses_alone import SesAlone
from tests.integration.ses_identities import an_identity
from tests.integration.shop_account import ID, ORDERS, REGION, TEAM, ShopAccount, a_checkout, an_account, make_stack

pytestmark = pytest.mark.integration

BROKEN = """\
  Broken:
    Type: AWS::Lambda::Url
    DependsOn: [DeskTable, MailBucketPolicy]
    Properties: {TargetFunctionArn: nobody, AuthType: NONE}
"""
FOREIGN: list[dict[str, Any]] = [
    {
        "Name": "crm",
        "Enabled": True,
        "TlsPolicy": "Require",
        "Recipients": ["crm.harris.example"],
        "Actions": [{"SNSAction": {"TopicArn": "arn:aws:sns:eu-west-1:000000000000:crm", "Encoding": "UTF-8"}}],
        "ScanEnabled": False,
    },
    {
        "Name": "everybody-else",
        "Enabled": True,
        "TlsPolicy": "Optional",
        "Actions": [{"StopAction": {"Scope": "RuleSet"}}],
        "ScanEnabled": True,
    },
]
"""Another product's rules: one takes its own subdomain, the last one stops everybody's mail."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ShopAccount, dict[str, Any]]]:
    """An account where `byname deploy` has run once, in a process of its own, and what it answered."""
    with an_account(tmp_path_factory.mktemp("installed")) as account:
        done = account.byname_itself("deploy", "--yes", "--json", "--alarm-email", "anna@harris.example")
        assert done.returncode == 0, done.stderr
        yield account, json.loads(done.stdout)


@pytest.fixture
def account(tmp_path: Path) -> Iterator[ShopAccount]:
    """An account with nothing in it."""
    home = tmp_path / "aws"
    home.mkdir()
    with an_account(home) as fresh:
        yield fresh


# --- the first time ----------------------------------------------------------------------------------------------


def test_a_fresh_install_makes_the_stack_and_all_that_no_stack_can_hold(
    installed: tuple[ShopAccount, dict[str, Any]],
) -> None:
    account, answer = installed
    assert (answer["ok"], answer["result"], answer["stack"], answer["region"]) == (True, "created", "byname", REGION)
    assert {change["change"] for change in answer["changes"]} == {"added"}
    [stack] = account.client("cloudformation").describe_stacks(StackName="byname")["Stacks"]
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
    assert parameters["Instance"] == "help.harris.example"
    assert parameters["AlarmEmail"] == "anna@harris.example"
    assert stack["Tags"] == [{"Key": "byname:stack", "Value": "byname"}]
    assert answer["outputs"]["MailBucket"] == f"byname-mail-{ID}-{REGION}"


def test_ses_takes_mail_for_the_domain_into_the_bucket_and_proves_it(
    installed: tuple[ShopAccount, dict[str, Any]],
) -> None:
    account, answer = installed
    assert account.ses.rules.active == "byname-mail"
    [rule] = account.ses.rules.sets["byname-mail"]
    assert rule == {
        "Name": "byname-store",
        "Enabled": True,
        "TlsPolicy": "Optional",
        "Recipients": ["help.harris.example"],
        "Actions": [
            {
                "S3Action": {
                    "BucketName": answer["outputs"]["MailBucket"],
                    "ObjectKeyPrefix": "inbound/",
                    "TopicArn": answer["outputs"]["MailTopicArn"],
                }
            }
        ],
        "ScanEnabled": True,
    }
    assert answer["receiving"]["proven"] is True


def test_ses_knows_the_domain_letters_come_from_and_where_they_come_back_to(
    installed: tuple[ShopAccount, dict[str, Any]],
) -> None:
    account, _ = installed
    identity = account.ses.identities.by_name["harris.example"]
    assert identity["Tags"] == [{"Key": "byname:stack", "Value": "byname"}]
    assert identity["MailFromAttributes"]["MailFromDomain"] == "bounce.harris.example"
    assert identity["MailFromAttributes"]["BehaviorOnMxFailure"] == "USE_DEFAULT_VALUE"
    assert list(account.ses.identities.by_name) == ["harris.example"]


def test_the_team_is_in_force_and_the_next_steps_are_named(installed: tuple[ShopAccount, dict[str, Any]]) -> None:
    account, answer = installed
    stored = account.client("s3").get_object(Bucket=answer["outputs"]["MailBucket"], Key="team/current.json")
    assert read_team(stored["Body"].read().decode()).firm.name == "Harris & Daughter Heating"
    assert answer["team"]["state"] == "stored"
    told = answer["next"]
    assert (told["missing_records"], told["sandbox"]) == (7, False)
    assert told["contact_page"] == f"{answer['outputs']['PagesUrl']}/contact"
    assert told["snippet"] == f'<a href="{told["contact_page"]}">Write to us</a>'


def test_the_bucket_with_the_code_is_private_and_encrypted(installed: tuple[ShopAccount, dict[str, Any]]) -> None:
    s3, bucket = installed[0].client("s3"), f"byname-artifacts-{ID}-{REGION}"
    shut = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(shut.values()) == {True}
    rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert re.fullmatch(r"code/[0-9a-f]{32}\.zip", installed[0].keys(bucket)[0])


# --- and again ---------------------------------------------------------------------------------------------------


def test_the_second_run_changes_nothing(installed: tuple[ShopAccount, dict[str, Any]]) -> None:
    account, _ = installed
    account.deployed()
    before, asked = account.everything(), len(account.ses.calls)
    again = account.deployed()
    assert (again["result"], again["changes"], again["team"]["state"]) == ("unchanged", [], "same")
    assert again["receiving"]["changed"] is False
    assert account.everything() == before
    assert all(call.startswith(("get_", "Describe")) for call in account.ses.calls[asked:])


def test_what_was_said_once_need_not_be_said_again(installed: tuple[ShopAccount, dict[str, Any]]) -> None:
    account, _ = installed
    account.deployed()
    [stack] = account.client("cloudformation").describe_stacks(StackName="byname")["Stacks"]
    assert {"ParameterKey": "AlarmEmail", "ParameterValue": "anna@harris.example"} in stack["Parameters"]


def another_team(folder: Path, name: str) -> Path:
    """team.toml in which Alice Shaw is called otherwise."""
    file = folder / "other.toml"
    file.write_text(TEAM.read_text("utf-8").replace("Alice Shaw", name), "utf-8")
    return file


def test_an_edited_team_is_in_force_after_the_next_deploy_without_a_question(
    installed: tuple[ShopAccount, dict[str, Any]], tmp_path: Path
) -> None:
    account, first = installed
    file = another_team(tmp_path, "Alice Shore")
    dry = account.byname("deploy", file, "--dry-run")
    assert "team: ~ Alice Shaw: name: Alice Shaw → Alice Shore\n" in dry.stdout
    answer = account.deployed(file)
    functions = [change for change in answer["changes"] if change["type"] == "AWS::Lambda::Function"]
    assert [change["differs"][0] for change in functions] == ["Code"] * 4
    assert {change["change"] for change in answer["changes"]} == {"changed"}
    assert not [change for change in answer["changes"] if change["replaced"] == "true"]
    assert answer["team"]["state"] == "replaced"
    assert "Alice Shore" in in_force(account, first["outputs"]["MailBucket"])
    account.deployed()


def test_a_team_that_somebody_pushed_is_kept_unless_told(
    installed: tuple[ShopAccount, dict[str, Any]], tmp_path: Path
) -> None:
    account, first = installed
    bucket = first["outputs"]["MailBucket"]
    assert account.byname("team", "push", another_team(tmp_path, "Alice Shore"), "--yes").exit_code == 0
    dry = json.loads(account.byname("deploy", "--dry-run", "--json").stdout)
    assert dry["team"] == {
        "would": "ask",
        "changes": [{"sign": "~", "what": "Alice Shore: name: Alice Shore → Alice Shaw"}],
    }
    assert account.deployed()["team"]["state"] == "kept"
    kept = account.byname("deploy", "--yes", "-q")
    assert "The team in force is another one, pushed 20" in kept.stderr
    assert f"and it is kept. `byname team push` puts {TEAM} in force" in kept.stderr
    assert "Alice Shore" in in_force(account, bucket)
    assert account.deployed("--team-in-cloud", "replace")["team"]["state"] == "replaced"
    assert "Alice Shaw" in in_force(account, bucket)


def test_at_a_terminal_it_asks_before_a_pushed_team_is_replaced(
    installed: tuple[ShopAccount, dict[str, Any]], tmp_path: Path
) -> None:
    account, first = installed
    account.byname("team", "push", another_team(tmp_path, "Alice Shore"), "--yes")
    screen, status = account.at_a_terminal("deploy", typed=["y"])
    assert status == 0, screen
    assert re.search(r"pushed 20[0-9: UTC-]+\. Replace it by \S+team\.toml\? \[y/N\]", screen), screen
    assert "Alice Shaw" in in_force(account, first["outputs"]["MailBucket"])


def test_after_a_no_it_says_that_nothing_was_changed(
    installed: tuple[ShopAccount, dict[str, Any]], tmp_path: Path
) -> None:
    account, first = installed
    screen, status = account.at_a_terminal("deploy", another_team(tmp_path, "Alice Shore"), typed=["n"])
    assert status == 1
    assert f"Make these changes in account {ID}, {REGION}?" in screen
    assert "Nothing was changed; only the packaged code lies in byname-artifacts-" in screen
    assert "Alice Shaw" in in_force(account, first["outputs"]["MailBucket"])


def in_force(account: ShopAccount, bucket: str) -> str:
    text: str = account.client("s3").get_object(Bucket=bucket, Key="team/current.json")["Body"].read().decode()
    return text


def test_a_receipt_rule_that_somebody_changed_is_mended_in_its_place(
    installed: tuple[ShopAccount, dict[str, Any]],
) -> None:
    account, _ = installed
    rule = account.ses.rules.sets["byname-mail"][0]
    rule["Enabled"], rule["Recipients"] = False, ["old.harris.example"]
    account.ses.rules.unsettled = 2  # policies take some seconds to reach SES
    account.ses.calls.clear()
    assert account.deployed()["receiving"]["changed"] is True
    rule = account.ses.rules.sets["byname-mail"][0]
    assert (rule["Enabled"], rule["Recipients"]) == (True, ["help.harris.example"])
    assert "UpdateReceiptRule" in account.ses.calls
    assert "CreateReceiptRule" not in account.ses.calls


def test_a_domain_ses_gave_up_looking_for_is_looked_for_again(installed: tuple[ShopAccount, dict[str, Any]]) -> None:
    account, _ = installed
    identity = account.ses.identities.by_name["harris.example"]
    identity["DkimAttributes"]["Status"] = "FAILED"
    account.deployed()
    assert identity["DkimAttributes"]["Status"] == "PENDING"


def test_ses_that_asks_for_patience_gets_it(installed: tuple[ShopAccount, dict[str, Any]]) -> None:
    account, _ = installed
    account.ses.throttled = 3
    assert account.deployed()["result"] == "unchanged"
    assert account.ses.throttled == 0


def test_a_proof_that_does_not_come_is_said_and_ends_nothing(
    installed: tuple[ShopAccount, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    account, answer = installed
    account.client("s3").delete_object(Bucket=answer["outputs"]["MailBucket"], Key=receiving.SETUP_KEY)
    monkeypatch.setattr(receiving, "PROOF_SECONDS", 0.0)
    result = account.byname("deploy", "--yes", "-q")
    assert result.exit_code == 0
    assert "its setup notification has not come into the bucket" in result.stderr


NAMED = ("    Properties:\n      BillingMode", "    Properties:\n      TableName: desk\n      BillingMode")
OTHER_KEY = ("- {AttributeName: pk, KeyType: HASH}\n", "- {AttributeName: due, KeyType: HASH}\n")


@pytest.mark.parametrize(
    ("difference", "shown", "said"),
    [
        (NAMED, "REPLACED", "DeskTable, the table of all threads, would be REPLACED by an empty one. Nothing was"),
        (
            OTHER_KEY,
            "changed, perhaps REPLACED",
            "AWS may REPLACE DeskTable, the table of all threads, by an empty one",
        ),
    ],
    ids=["for certain", "perhaps"],
)
def test_a_change_that_would_lose_the_mail_is_refused(
    installed: tuple[ShopAccount, dict[str, Any]], tmp_path: Path, difference: tuple[str, str], shown: str, said: str
) -> None:
    account, _ = installed
    before = account.everything()
    done = account.byname_itself("deploy", "--yes", checkout=a_checkout(tmp_path / "other", resources=difference))
    assert done.returncode == 1
    assert re.search(rf"^{shown}\tDeskTable\tDynamoDB Table\t", done.stdout, re.M)
    assert said in done.stderr
    assert stacks_and_tables(account.everything()) == stacks_and_tables(before)
    sets = account.client("cloudformation").list_change_sets(StackName="byname")["Summaries"]
    assert [one for one in sets if one["ExecutionStatus"] == "AVAILABLE"] == []


def stacks_and_tables(everything: dict[str, Any]) -> tuple[Any, Any]:
    return everything["stacks"], everything["tables"]


def test_an_update_that_fails_says_why_and_that_the_stack_still_works(
    installed: tuple[ShopAccount, dict[str, Any]], tmp_path: Path
) -> None:
    account, _ = installed
    checkout = a_checkout(tmp_path / "broken", resources=("Resources:\n", f"Resources:\n{BROKEN}"))
    done = account.byname_itself("deploy", "--yes", checkout=checkout)
    assert done.returncode == 1
    assert "Broken: Lambda function not found: nobody." in done.stderr
    assert done.stderr.endswith("The stack is as it was before, and works. Mend that and run `byname deploy` again.\n")
    assert account.everything()["stacks"] == [("byname", "UPDATE_ROLLBACK_COMPLETE")]
    assert account.deployed()["result"] == "unchanged"


# --- a dry run, and a no -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("inline", [51_200, 1_000], ids=["template in the request", "template by way of a bucket"])
def test_a_dry_run_shows_everything_and_leaves_nothing(
    account: ShopAccount, monkeypatch: pytest.MonkeyPatch, inline: int
) -> None:
    monkeypatch.setattr(change_set, "INLINE_BYTES", inline)
    before = account.everything()
    result = account.byname("deploy", "--dry-run")
    assert result.exit_code == 0
    assert "added\tDeskTable\tDynamoDB Table\t\n" in result.stdout
    assert "tell SES that harris.example is yours" in result.stdout
    assert "the rule set byname-mail made and activated" in result.stdout
    assert result.stderr.endswith("This was a dry run: nothing was changed.\n")
    assert account.everything() == before


def test_fifty_names_are_counted_at_a_terminal_unless_they_are_wanted(account: ShopAccount) -> None:
    screen, status = account.at_a_terminal("deploy", "--dry-run", typed=[])
    assert status == 0, screen
    assert re.search(r"\d+ parts: 4 functions, 1 table, ", screen), screen
    assert "DeskTable" not in screen
    assert "DeskTable" in account.at_a_terminal("deploy", "--dry-run", "--verbose", typed=[])[0]


def test_with_nobody_there_to_ask_nothing_is_made(account: ShopAccount) -> None:
    result = account.byname("deploy", "--no-input")
    assert result.exit_code == 2
    assert "say --yes if you mean it" in result.stderr
    found = account.everything()
    assert (found["stacks"], found["functions"], found["identities"], found["active"]) == ([], [], "{}", "")


# --- an account where others live --------------------------------------------------------------------------------


def test_an_active_rule_set_of_another_product_is_joined_and_stays_as_it_is(account: ShopAccount) -> None:
    account.ses.rules.sets["crm-rules"] = json.loads(json.dumps(FOREIGN))
    account.ses.rules.sets["byname-mail"] = []  # of an attempt long ago
    account.ses.rules.active = "crm-rules"
    account.ses.identities.by_name["harris.example"] = theirs = an_identity("harris.example")
    as_it_was = json.dumps(theirs)
    answer = account.deployed()
    assert account.ses.rules.active == "crm-rules"
    rules = account.ses.rules.sets["crm-rules"]
    assert [rule["Name"] for rule in rules] == ["crm", "byname-store", "everybody-else"]
    assert [rule for rule in rules if rule["Name"] != "byname-store"] == FOREIGN
    assert answer["receiving"]["beside"] == ["everybody-else"]
    assert account.ses.rules.sets["byname-mail"] == []
    assert json.dumps(account.ses.identities.by_name["harris.example"]) == as_it_was
    assert "SetActiveReceiptRuleSet" not in account.ses.calls


def test_a_set_that_another_product_activates_meanwhile_stays_active_and_is_joined(ses_alone: SesAlone) -> None:
    planned = receiving.plan(ses_alone.account, "byname", ses_alone.our_rule)
    ses_alone.rules.sets["crm-rules"], ses_alone.rules.active = json.loads(json.dumps(FOREIGN)), "crm-rules"
    done = receiving.join(ses_alone.account, planned)
    assert ses_alone.rules.active == "crm-rules"
    assert [rule["Name"] for rule in ses_alone.rules.sets["crm-rules"]] == ["crm", "byname-store", "everybody-else"]
    assert done.words == "the rule byname-store added to the rule set crm-rules"


def test_another_products_stack_that_has_the_name_keeps_everything(account: ShopAccount) -> None:
    make_stack(account, "shop", ORDERS)
    make_stack(account, "marked", ORDERS_OF_ANOTHER_BYNAME, Tags=[{"Key": TAG, "Value": "byname"}])
    before = account.everything()
    for words in (
        ["deploy", "--dry-run"],
        ["deploy", "--yes"],
        ["destroy", "--confirm", "shop"],
        ["status"],
        ["team", "history"],
    ):
        result = account.byname(*words, "--stack", "shop")
        assert result.exit_code == 1
        assert "The stack shop in eu-west-1 is not byname's: it lacks the tag byname:stack = shop." in result.stderr
        assert "Take another name: `--stack another-name`." in result.stderr
    assert "The stack marked in eu-west-1 is not byname's" in account.byname("deploy", "--stack", "marked").stderr
    doctor = account.byname("doctor", "--stack", "shop", "--only", "stack", "--only", "functions")
    assert doctor.stdout.count("The stack shop in eu-west-1 is not byname's") == 1
    assert account.everything() == before


ORDERS_OF_ANOTHER_BYNAME = {"Resources": {"Orders": {"Type": "AWS::SQS::Queue"}}}


def test_another_products_change_set_waits_for_its_own_people(account: ShopAccount) -> None:
    theirs = {"StackName": "shop", "ChangeSetName": "orders-1", "ChangeSetType": "CREATE"}
    account.client("cloudformation").create_change_set(**theirs, TemplateBody=json.dumps(ORDERS))
    result = account.byname("deploy", "--yes", "--stack", "shop")
    assert "The stack shop in eu-west-1 is not byname's" in result.stderr
    assert account.everything()["stacks"] == [("shop", "REVIEW_IN_PROGRESS")]


def test_a_change_set_of_ours_that_nobody_carried_out_makes_way(account: ShopAccount) -> None:
    ours = {"StackName": "byname", "ChangeSetName": "byname-20261122010203-a1b2", "ChangeSetType": "CREATE"}
    account.client("cloudformation").create_change_set(**ours, TemplateBody=json.dumps(ORDERS))
    assert account.deployed()["result"] == "created"


def test_in_the_sandbox_it_says_what_that_means_and_asks_aws_when_told(account: ShopAccount) -> None:
    account.ses.account.production = False
    plain = account.byname("deploy", "--yes", "--dry-run")
    assert "SES is in the sandbox" in plain.stderr
    result = account.byname("deploy", "--yes", "--production-access")
    assert result.exit_code == 0, result.stderr
    asked = account.ses.account.details
    assert (asked["MailType"], asked["WebsiteURL"]) == ("TRANSACTIONAL", "https://harris.example")
    assert "Harris & Daughter Heating answers its customers' own enquiries." in asked["UseCaseDescription"]
    assert "AWS is asked to let you write to anybody" in result.stderr
    again = account.byname("deploy", "--yes", "--production-access")
    assert "Production access: AWS is looking at the request" in again.stderr


# --- what can go wrong -------------------------------------------------------------------------------------------


def test_a_stack_that_fails_says_why_and_the_next_run_goes_on(account: ShopAccount, tmp_path: Path) -> None:
    checkout = a_checkout(tmp_path / "broken", resources=("Resources:\n", f"Resources:\n{BROKEN}"))
    done = account.byname_itself("deploy", "--yes", checkout=checkout)
    assert done.returncode == 1
    assert "Broken: Lambda function not found: nobody." in done.stderr
    assert "What was made is taken back." in done.stderr
    assert account.everything()["stacks"] == [("byname", "ROLLBACK_COMPLETE")]
    assert "DescribeActiveReceiptRuleSet" in account.ses.calls
    assert account.ses.rules.sets == {}
    assert account.everything()["tables"] == []
    dry = account.byname("deploy", "--dry-run")
    assert "first: remove what is left of a stack that was never whole (ROLLBACK_COMPLETE)" in dry.stdout
    assert account.everything()["stacks"] == [("byname", "ROLLBACK_COMPLETE")]
    answer = account.deployed()
    assert answer["result"] == "created"
    assert account.everything()["stacks"] == [("byname", "CREATE_COMPLETE")]


def test_somebody_elses_change_is_waited_for(account: ShopAccount) -> None:
    handle = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
    waits = {"Type": "AWS::CloudFormation::WaitCondition", "Properties": {"Handle": {"Ref": "H"}, "Timeout": "40"}}
    template = json.dumps({"Resources": {"H": handle, "W": waits}})
    ours = [{"Key": TAG, "Value": "byname"}]
    account.client("cloudformation").create_stack(StackName="byname", TemplateBody=template, Tags=ours)
    result = account.byname("deploy", "--yes")
    assert result.exit_code == 0, result.stderr
    assert "waiting for what is under way in the stack byname: rollback complete" in result.stderr
    assert "removing what is left of the stack" in result.stderr
    assert account.everything()["stacks"] == [("byname", "CREATE_COMPLETE")]


def test_every_fault_of_the_team_is_told_before_anything_is_done(account: ShopAccount, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    wrong = TEAM.read_text("utf-8").replace('owner = "bob"', 'owner = "bobb"').replace("Europe/London", "Europe/Lundun")
    file.write_text(wrong, "utf-8")
    result = account.byname("deploy", file, "--yes")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"2 things to mend in {file}:\n")
    told = json.loads(account.byname("deploy", file, "--yes", "--json").stdout)
    assert [fault["place"] for fault in told["faults"]] == ["firm.timezone", "categories[0].owner"]
    assert account.ses.calls == []


def test_without_a_website_production_access_is_refused_before_anything_is_packaged(
    account: ShopAccount, tmp_path: Path
) -> None:
    account.ses.account.production = False
    file = tmp_path / "bare.toml"
    text = TEAM.read_text("utf-8")
    file.write_text(re.sub(r"(?m)^website.*\n", "", text), "utf-8")
    before = account.everything()
    result = account.byname("deploy", file, "--yes", "--production-access")
    assert result.exit_code == 1
    assert 'write website = "https://…" under [firm]' in result.stderr
    assert "packaging" not in result.stderr
    assert account.everything() == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--region", "us-west-1"], 1, "SES receives no mail in us-west-1. Choose one of: us-east-1, "),
        (["--stack", "My_Shop"], 1, "'My_Shop' cannot be the stack's name"),
        (["--stack", "a" * 40], 1, "take 30 small letters, digits and dashes at most"),
        (["--alarm-email", "anna"], 2, "--alarm-email is one address"),
        (["--pages-url", "http://harris.example/"], 2, "--pages-url begins with https://"),
        (["--team-in-cloud", "drop"], 2, "'drop' is not one of 'keep', 'replace'"),
    ],
)
def test_what_cannot_work_is_said_before_anything_is_made(
    account: ShopAccount, words: list[str], code: int, said: str
) -> None:
    before = account.everything()
    result = account.byname("deploy", "--yes", *words)
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr
    assert account.everything() == before


def test_without_credentials_it_says_how_to_get_some(account: ShopAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from byname.cli import main

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    result = CliRunner().invoke(main, ["deploy", str(TEAM), "--region", REGION])
    assert result.exit_code == 1
    assert "There are no AWS credentials here. `aws configure`" in result.stderr
