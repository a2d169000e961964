"""The template is right before AWS ever sees it: linted, translated, and agreeing with the code it is for."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import pytest
import yaml

from byname.cloud.package import ROOT, STAGES, Package
from byname.local.resources import RECEIVES_BEFORE_DEAD, TABLE, TTL_ATTRIBUTE, TWO_WEEKS
from chalicelib.carry_out import LEASE
from chalicelib.desk.model import Kind, Receipt
from chalicelib.desk.sending_events import Event, SendingEvent
from chalicelib.setup import telemetry
from tests.builders import MONDAY

FUNCTIONS = {"ReceiveMail", "ReceiveFeedback", "KeepPromises", "APIHandler"}
REGIONS = ["eu-west-1", "eu-west-2", "us-east-1"]


@pytest.fixture(scope="session")
def template(packages: dict[str, Package]) -> dict[str, Any]:
    whole: dict[str, Any] = yaml.safe_load(packages["prod"].template.read_text("utf-8"))
    return whole


def of_type(template: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: one["Properties"] for name, one in template["Resources"].items() if one["Type"] == kind}


@pytest.mark.parametrize("stage", STAGES)
def test_chalice_finds_nothing_wrong_with_the_app(stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`chalice package` itself does not look."""
    from chalice.cli.factory import CLIFactory
    from chalice.deploy.validate import validate_configuration

    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    validate_configuration(CLIFactory(str(ROOT), environ=os.environ).create_config_obj(stage))


def test_cfn_lint_finds_nothing_before_and_after_sams_translation(packages: dict[str, Package]) -> None:
    assert lint(packages["prod"].template.read_text("utf-8")) == []
    assert lint(json.dumps(translated(packages["prod"]))) == []


def lint(template: str) -> list[str]:
    from cfnlint.api import ManualArgs
    from cfnlint.api import lint as found

    return [str(fault) for fault in found(template, config=ManualArgs(regions=REGIONS))]


def translated(package: Package) -> dict[str, Any]:
    """What CloudFormation makes of the SAM template."""
    from boto3.session import Session
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    sam = yaml.safe_load(package.located("byname-artifacts", "code.zip"))
    made: dict[str, Any] = Translator({}, Parser(), boto_session=Session(region_name="eu-west-1")).translate(sam, {})
    return made


def test_cloudformation_can_read_it_for_it_has_no_aliases(packages: dict[str, Package]) -> None:
    events = list(yaml.parse(packages["prod"].template.read_text("utf-8")))
    assert [event for event in events if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None)] == []


def test_sam_makes_one_stage_and_that_one_is_throttled(packages: dict[str, Package]) -> None:
    stages = of_type(translated(packages["prod"]), "AWS::ApiGateway::Stage")
    assert [stage["StageName"] for stage in stages.values()] == ["v1"]
    (settings,) = stages.popitem()[1]["MethodSettings"]
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (10, 20)


def test_the_table_is_the_local_clouds(template: dict[str, Any]) -> None:
    table = template["Resources"]["DeskTable"]
    assert {name: table["Properties"][name] for name in TABLE} == TABLE
    assert table["Properties"]["TimeToLiveSpecification"] == {"AttributeName": TTL_ATTRIBUTE, "Enabled": True}
    assert table["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_what_customers_wrote_and_the_keys_survive_the_stack(template: dict[str, Any]) -> None:
    policies = {name: one.get("DeletionPolicy", "Delete") for name, one in template["Resources"].items()}
    kept = {"DeskTable", "MailBucket", "MailBucketPolicy", "KeyRing", "InboundDeadQueue"}
    assert {name: policy for name, policy in policies.items() if policy != "Delete"} == dict.fromkeys(
        kept, "RetainExceptOnCreate"
    )


def test_only_what_a_selftest_left_expires(template: dict[str, Any]) -> None:
    rules = template["Resources"]["MailBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert [(rule["Prefix"], rule["ExpirationInDays"]) for rule in rules if "ExpirationInDays" in rule] == [
        ("selftest/", 1)
    ]


def test_functions_are_small_arm_and_done_before_a_letters_lease_ends(template: dict[str, Any]) -> None:
    functions = of_type(template, "AWS::Serverless::Function")
    assert set(functions) == FUNCTIONS
    for function in functions.values():
        assert function["Architectures"] == ["arm64"]
        assert function["MemorySize"] == 512
        assert function["Timeout"] < LEASE.total_seconds()
        assert function["Runtime"] == f"python3.{sys.version_info.minor}"
    assert functions["APIHandler"]["Timeout"] < 29  # API Gateway waits no longer


@pytest.mark.parametrize(("queue", "function"), [("Inbound", "ReceiveMail"), ("Feedback", "ReceiveFeedback")])
def test_a_queue_waits_long_enough_and_gives_up_after_five_tries(
    template: dict[str, Any], queue: str, function: str
) -> None:
    settings = template["Resources"][f"{queue}Queue"]["Properties"]
    handler = template["Resources"][function]["Properties"]
    assert settings["VisibilityTimeout"] >= 6 * handler["Timeout"]
    assert settings["MessageRetentionPeriod"] == TWO_WEEKS
    assert settings["RedrivePolicy"]["maxReceiveCount"] == RECEIVES_BEFORE_DEAD
    (source,) = handler["Events"].values()
    assert source["Properties"]["Queue"] == {"Fn::Sub": f"${{{queue}Queue.Arn}}"}
    assert source["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_every_function_has_a_policy_of_its_own_and_none_allows_everything(template: dict[str, Any]) -> None:
    roles = of_type(template, "AWS::IAM::Role")
    for function in FUNCTIONS:
        name = template["Resources"][function]["Properties"]["Role"]["Fn::GetAtt"][0]
        (policy,) = roles.pop(name)["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]:
            assert [action for action in statement["Action"] if "*" in action] == []
            assert "*" not in statement["Resource"]
    assert roles == {}
    files = {file.stem.removeprefix("policy-") for file in (ROOT / ".chalice").glob("policy-*.json")}
    assert files == set(json.loads((ROOT / ".chalice" / "config.json").read_text("utf-8"))["lambda_functions"])


# --- what is watched ---------------------------------------------------------------------------------------------


def test_there_are_ten_alarms_and_each_says_what_to_do(template: dict[str, Any]) -> None:
    alarms = of_type(template, "AWS::CloudWatch::Alarm")
    assert len(alarms) == 10  # on one metric each: that many are free
    for alarm in alarms.values():
        assert "Metrics" not in alarm
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}]
        assert len(alarm["AlarmDescription"].split(". ")) >= 2


def test_alarms_and_dashboard_look_at_numbers_that_are_counted(template: dict[str, Any]) -> None:
    counted = numbers_we_count()
    ours = [one for one in of_type(template, "AWS::CloudWatch::Alarm").values() if one["Namespace"] == own_namespace()]
    assert {alarm["MetricName"] for alarm in ours} <= counted
    body = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    shown = [metric for widget in json.loads(body)["widgets"] for metric in widget["properties"].get("metrics", [])]
    assert {metric[1] for metric in shown if metric[0] == "${AWS::StackName}"} == counted


def test_our_own_numbers_are_six_for_each_costs_thirty_cents_a_month() -> None:
    assert len(numbers_we_count()) == 6


def own_namespace() -> dict[str, str]:
    return {"Ref": "AWS::StackName"}


def numbers_we_count() -> set[str]:
    """Every metric's name, whatever happens."""
    telemetry.metrics().clear_metrics()
    for kind in Kind:
        telemetry.handled(Receipt("inbound/1", MONDAY, kind, "because"))
    for event in Event:
        for permanent in (True, False):
            telemetry.reported(SendingEvent(event, permanent, "l", "t", "ses-1", "jane@customer.example", MONDAY), True)
    telemetry.swept(1, 1, [ValueError()])
    names = set(telemetry.metrics().metric_set)
    telemetry.metrics().clear_metrics()
    return names
