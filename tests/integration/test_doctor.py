"""`byname doctor`, as it is typed, over the whole stack on ministack, SES's control plane and a real name server."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from byname.cli import main
from byname.cloud import artifacts, team_store
from byname.cloud.account import sign_in
from byname.cloud.doctor.checks import NAMES
from byname.cloud.receiving import our_rule, own_set
from byname.local.environment import CREDENTIALS
from byname.local.received import REGION
from byname.team.compile import compile_file
from chalicelib.aws.items import to_thread, wire
from tests.builders import a_thread
from tests.integration.dns_server import DnsServer
from tests.integration.ses_control import SesControl
from tests.integration.ses_identities import an_identity
from tests.integration.stack_harness import LabStack, lab_stack, wait_until

pytestmark = pytest.mark.integration
EXAMPLE = Path(__file__).parents[2] / "examples" / "team.toml"
NOW = datetime.now(UTC)
DOMAIN, RECEIVING = "harris.example", "help.harris.example"


@dataclass
class Desk:
    """A deployed desk and the world around it. A test changes one thing, and `world` puts it back."""

    stack: LabStack
    ses: SesControl
    dns: DnsServer
    folder: Path

    def doctor(self, *words: str) -> Result:
        typed = ["doctor", "--stack", self.stack.name, "--resolver", self.dns.address, *words]
        return CliRunner().invoke(main, typed, prog_name="byname")

    def findings(self, *only: str) -> list[tuple[str, str]]:
        """(state, words) of these checks."""
        told = json.loads(self.doctor("--json", *(word for name in only for word in ("--only", name))).stdout)
        return [(each["state"], each["words"]) for each in told["findings"]]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabStack]:
    home = tmp_path_factory.mktemp("doctor")
    with lab_stack(home, compile_file(EXAMPLE, NOW.date())) as made:
        bucket = f"{made.name}-artifacts-000000000000-{REGION}"
        made.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        code = home / "package" / "deployment.zip"
        made.client("s3").upload_file(str(code), bucket, artifacts.key_of(code))
        made.client("dynamodb").put_item(TableName=made.outputs["TableName"], Item=_a_mail("support"))
        made.client("dynamodb").put_item(TableName=made.outputs["TableName"], Item=_a_mail("accounts"))
        made.client("lambda").invoke(FunctionName=made.outputs["KeepPromisesFunction"], Payload=_tick())
        wait_until(lambda: any("swept" in line for line in made.log_lines("KeepPromisesFunction")))
        yield made


def _a_mail(mailbox: str) -> dict[str, Any]:
    thread = a_thread(id=f"{mailbox}xx", mailbox=mailbox, promise=None, last_key="inbound/1", last_wrote_at=NOW)
    return wire(to_thread(thread))


def _tick() -> bytes:
    return (Path(__file__).parents[1] / "events" / "schedule.json").read_bytes()


@pytest.fixture
def desk(stack: LabStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """All is well."""
    shutil.copy(EXAMPLE, tmp_path / "team.toml")
    monkeypatch.chdir(tmp_path)
    with SesControl(aws=stack.aws.endpoint) as ses, DnsServer() as dns:
        places = {**CREDENTIALS, "AWS_ENDPOINT_URL": stack.aws.endpoint, **ses.environment, "NO_COLOR": "1"}
        for name, value in places.items():
            monkeypatch.setenv(name, value)
        _receiving(ses, stack)
        _ready(ses)
        _published(dns)
        _push(stack)
        yield Desk(stack, ses, dns, tmp_path)


def _receiving(ses: SesControl, stack: LabStack) -> None:
    rule = our_rule(stack.name, [RECEIVING], stack.outputs["MailBucket"], stack.outputs["MailTopicArn"])
    ses.rules.sets[own_set(stack.name)] = [dict(rule)]
    ses.rules.active = own_set(stack.name)


def _ready(ses: SesControl) -> None:
    identity = an_identity(DOMAIN)
    identity["VerifiedForSendingStatus"] = True
    identity["DkimAttributes"]["Status"] = "SUCCESS"
    identity["MailFromAttributes"] = {"MailFromDomain": f"bounce.{DOMAIN}", "MailFromDomainStatus": "SUCCESS"}
    ses.identities.by_name[DOMAIN] = identity


def _published(dns: DnsServer) -> None:
    """Harris's mail is at Google, which signs it; Bob's phone has a provider of its own."""
    for token in an_identity(DOMAIN)["DkimAttributes"]["Tokens"]:
        dns.publish(f"{token}._domainkey.{DOMAIN}", "CNAME", f"{token}.dkim.amazonses.com.")
    dns.publish(f"bounce.{DOMAIN}", "MX", f"10 feedback-smtp.{REGION}.amazonses.com.")
    dns.publish(f"bounce.{DOMAIN}", "TXT", '"v=spf1 include:amazonses.com ~all"')
    dns.publish(RECEIVING, "MX", f"10 inbound-smtp.{REGION}.amazonaws.com.")
    for domain, selector in ((DOMAIN, "google"), ("phone.example", "s1")):
        dns.publish(domain, "MX", "1 smtp.google.com.")
        dns.publish(f"{selector}._domainkey.{domain}", "TXT", '"v=DKIM1; k=rsa; p=MIIB"')
        dns.publish(f"_dmarc.{domain}", "TXT", '"v=DMARC1; p=none"')


def _push(stack: LabStack) -> None:
    account, bucket = sign_in(), stack.outputs["MailBucket"]
    before = team_store.in_force(account, bucket)
    team_store.push(account, bucket, compile_file(EXAMPLE, NOW.date()), EXAMPLE.read_text("utf-8"), instead_of=before)


def test_a_desk_that_is_well_is_told_so_and_exits_with_0(desk: Desk) -> None:
    answer = desk.doctor(*(f"--only={name}" for name in NAMES if name != "code"))
    assert answer.exit_code == 0, answer.output
    assert "✗" not in answer.stdout
    faults = [line for line in answer.stdout.splitlines() if line.startswith("  !")]
    assert faults == [], answer.stdout
    assert answer.stdout.endswith("\nAll is well.\n")
    for words in (
        f"✓ Account 000000000000 in {REGION}, where SES receives mail.",
        "✓ All 4 functions are ready.",
        "✓ Reply addresses are signed (1 key).",
        "✓ SES sends for harris.example and signs what it sends (DKIM).",
        "✓ Mail to support@harris.example reaches byname; the last came today at ",
        "✓ The minute's sweep runs",
        "✓ No mail was laid aside.",
        "✓ None of 10 alarms rings.",
        "✓ team.toml is in order, and in force.",
    ):
        assert words in answer.stdout


def test_the_functions_run_what_this_checkout_holds(desk: Desk) -> None:
    """Fails, and rightly, when somebody edits chalicelib while the tests run."""
    assert desk.findings("code") == [("well", "The functions run the code of this checkout")]


def test_what_is_broken_is_named_with_its_mend_and_exits_with_1(desk: Desk) -> None:
    desk.ses.account.production = False
    answer = desk.doctor("--only", "sandbox")
    assert answer.exit_code == 1
    assert answer.stdout == (
        "\nSending letters\n"
        "  ✗ SES's sandbox: neither customers nor staff get letters unless their address is verified.\n"
        "    → `byname deploy --production-access` asks AWS for it; the answer takes about a day.\n"
        "\n1 thing is broken.\n"
    )


def test_what_could_be_better_exits_with_0(desk: Desk) -> None:
    desk.ses.account.plan = "ESSENTIALS"
    answer = desk.doctor("--only", "plan", "--only", "quota")
    assert answer.exit_code == 0
    assert "! SES's plan is Essentials" in answer.stdout
    assert answer.stdout.endswith("\n1 could be better.\n")


def test_programs_get_every_finding_in_json(desk: Desk) -> None:
    desk.ses.account.sending = False
    told = json.loads(desk.doctor("--json", *(f"--only={name}" for name in ("sandbox", "sending", "team"))).stdout)
    assert (told["ok"], told["broken"], told["could_be_better"]) == (False, 1, 0)
    [paused] = [each for each in told["findings"] if each["state"] == "broken"]
    assert paused == {
        "check": "sending",
        "group": "Sending letters",
        "state": "broken",
        "words": "Sending is paused for this account, so no letter leaves; none is lost",
        "mend": "If nobody meant to, switch it on again:",
        "command": "aws sesv2 put-account-sending-attributes --sending-enabled",
    }


def test_a_rule_set_that_somebody_else_activated_is_seen(desk: Desk) -> None:
    desk.ses.rules.sets["theirs"] = []
    desk.ses.rules.active = "theirs"
    words = f"The active rule set theirs does not have our rule {desk.stack.name}-store, so no mail reaches byname"
    assert desk.findings("rule") == [("broken", words)]


def test_a_colleague_on_the_suppression_list_is_seen(desk: Desk) -> None:
    desk.ses.suppressed.reasons = {"bob@harris.example": "BOUNCE", "jane@customer.example": "BOUNCE"}
    words = "SES drops every letter to bob@harris.example (Bob Harris), because a letter came back from there"
    assert desk.findings("suppression") == [("broken", words)]


def test_staff_whose_domain_signs_nothing_are_told_what_will_happen(desk: Desk) -> None:
    desk.dns.withdraw("s1._domainkey.phone.example", "TXT")
    desk.dns.publish("phone.example", "MX", "10 mx.phone.example.")
    words = (
        "phone.example does not sign its mail (no DKIM), so replies of Bob Harris would be held, and they would be "
        "asked to prove themselves"
    )
    assert ("broken", words) in desk.findings("staff")


def test_a_key_under_a_name_nobody_can_guess_is_noticed(desk: Desk) -> None:
    desk.dns.withdraw("s1._domainkey.phone.example", "TXT")
    desk.dns.publish("phone.example", "MX", "10 mx.phone.example.")
    desk.dns.publish("x7f3a._domainkey.phone.example", "TXT", '"v=DKIM1; p=MIIB"')
    [_, (state, words)] = desk.findings("staff")
    assert (state, "under names I cannot guess" in words) == ("warn", True)


def test_a_name_server_that_is_silent_stops_no_other_check(desk: Desk) -> None:
    desk.dns.failing = {"example"}
    told = desk.findings("dns", "staff", "forwarding", "sandbox")
    assert {state for state, _ in told} == {"warn", "well"}
    assert ("warn", "Nobody answers for the records of harris.example") in told
    assert ("well", "SES lets this account write to everybody (production access)") in told


def test_a_mail_laid_aside_is_named_with_the_way_back(desk: Desk) -> None:
    url = desk.stack.outputs["InboundDeadQueueUrl"]
    desk.stack.client("sqs").send_message(QueueUrl=url, MessageBody="{}")
    try:
        answer = desk.doctor("--only", "queues")
        assert "✗ 1 mail failed five times; nothing is lost." in answer.stdout
        arn = "arn:aws:sqs:eu-west-1:000000000000:byname-lab-InboundDeadQueue"
        assert f"\n      aws sqs start-message-move-task --source-arn {arn}" in answer.stdout
    finally:
        desk.stack.client("sqs").purge_queue(QueueUrl=url)


def test_a_ring_of_keys_that_cannot_be_read_is_told_and_never_shown(desk: Desk) -> None:
    name = desk.stack.outputs["KeyRingSecret"]
    secrets = desk.stack.client("secretsmanager")
    good = secrets.get_secret_value(SecretId=name)["SecretString"]
    secrets.put_secret_value(SecretId=name, SecretString='{"newest": "9", "1": "hunter2"}')
    try:
        answer = desk.doctor("--only", "keys")
        assert "✗ Reply addresses cannot be signed or read." in answer.stdout
        assert "hunter2" not in answer.output
    finally:
        secrets.put_secret_value(SecretId=name, SecretString=good)


def test_a_file_that_is_not_what_is_in_force_is_compared(desk: Desk) -> None:
    path = desk.folder / "team.toml"
    path.write_text(path.read_text("utf-8").replace('phone = "0161 496 0123"', 'phone = "1"', 1), "utf-8")
    words = "team.toml is not what is in force: The firm: phone: 0161 496 0123 → 1"
    assert desk.findings("file") == [("warn", words)]
    path.write_text("x", "utf-8")
    assert desk.findings("file") == [("broken", "team.toml is not in order: 1 thing to mend")]


def test_an_alarm_that_rings_brings_its_own_explanation(desk: Desk) -> None:
    name = f"{desk.stack.name}-letters-wait"
    cloudwatch = desk.stack.client("cloudwatch")
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")
    try:
        answer = desk.doctor("--only", "alarms")
        assert f"✗ The alarm {name} rings." in answer.stdout
        assert "→ For a quarter of an hour letters have been waiting" in answer.stdout
    finally:
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="the test is over")


def test_without_a_stack_that_is_what_is_said_and_dns_is_looked_at_all_the_same(desk: Desk) -> None:
    told = json.loads(
        CliRunner().invoke(main, ["doctor", "--stack", "nowhere", "--json", "--resolver", desk.dns.address]).stdout
    )
    broken = [each["words"] for each in told["findings"] if each["state"] == "broken"]
    assert broken == [f"There is no stack nowhere in {REGION}"]
    checks = {each["check"] for each in told["findings"]}
    assert {"dns", "staff", "sandbox"} <= checks
    assert not {"functions", "rule", "queues"} & checks


def test_a_check_that_there_is_not_is_a_usage_error(desk: Desk) -> None:
    answer = desk.doctor("--only", "dnss")
    assert (answer.exit_code, "'dnss' is not one of" in answer.stderr) == (2, True)


def test_a_resolver_that_is_no_address_is_told(desk: Desk) -> None:
    answer = CliRunner().invoke(main, ["doctor", "--stack", desk.stack.name, "--resolver", "nowhere"])
    assert (answer.exit_code, "--resolver nowhere: give an address" in answer.stderr) == (1, True)
