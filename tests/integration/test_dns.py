"""`byname dns`, as it is typed, against SES's control plane, a real name server on loopback, and Route 53."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from byname.cloud.account import sign_in
from byname.cloud.dns_command import dns as command
from byname.cloud.look_up import LookUp
from byname.cloud.records import Purpose, Record
from byname.cloud.route53 import plan as route53_plan
from byname.cloud.route53 import write as route53_write
from byname.local.aws_child import AwsChild
from tests.integration.dns_server import DnsServer
from tests.integration.ses_control import SesControl
from tests.integration.ses_identities import an_identity

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
TEAM = ROOT / "examples" / "team.toml"
DOMAIN = "harris.example"
OURS = [{"Key": "byname:stack", "Value": "byname"}]
TOKENS = an_identity(DOMAIN)["DkimAttributes"]["Tokens"]
SPF = "v=spf1 include:amazonses.com ~all"
RECORDS = [
    *(("CNAME", f"{token}._domainkey.{DOMAIN}", f"{token}.dkim.amazonses.com") for token in TOKENS),
    ("MX", f"bounce.{DOMAIN}", "10 feedback-smtp.eu-west-1.amazonses.com"),
    ("TXT", f"bounce.{DOMAIN}", SPF),
    ("TXT", f"_dmarc.{DOMAIN}", "v=DMARC1; p=none"),
    ("MX", f"help.{DOMAIN}", "10 inbound-smtp.eu-west-1.amazonaws.com"),
]
"""What Harris & Daughter need, as it is entered."""


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    child = AwsChild(tmp_path_factory.mktemp("aws"))
    child.start()
    yield child.endpoint
    child.stop()


@pytest.fixture
def ses(aws: str) -> Iterator[SesControl]:
    """SES knows harris.example, made by us, its records not seen yet."""
    with SesControl(aws=aws) as control:
        control.identities.create_email_identity(DOMAIN, Tags=OURS)
        control.identities.put_email_identity_mail_from_attributes(DOMAIN, f"bounce.{DOMAIN}")
        yield control


@pytest.fixture
def world() -> Iterator[DnsServer]:
    """Harris's own mail is at Google, and their website is there."""
    with DnsServer() as server:
        server.publish(DOMAIN, "SOA", "ns1.provider.example. hostmaster.provider.example. 1 3600 600 86400 60")
        server.publish(DOMAIN, "NS", "ns1.provider.example.")
        server.publish(DOMAIN, "MX", "1 aspmx.l.google.com.")
        server.publish(DOMAIN, "TXT", '"v=spf1 include:_spf.google.com ~all"')
        yield server


@pytest.fixture
def environment(aws: str, ses: SesControl, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    settings = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": aws,
        **ses.environment,
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return settings


def publish(world: DnsServer, *records: tuple[str, str, str]) -> None:
    for kind, name, value in records:
        world.publish(name, kind, f'"{value}"' if kind == "TXT" else f"{value}.")


def dns(world: DnsServer, *words: str, file: Path | None = TEAM) -> Result:
    named = [str(file)] if file else []
    result = CliRunner().invoke(command, [*named, "--resolver", world.address, *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def states(result: Result) -> dict[tuple[str, str], tuple[str, str]]:
    """(type, name) → (state, note)."""
    records = json.loads(result.stdout)["records"]
    return {(record["type"], record["name"]): (record["state"], record["note"]) for record in records}


@pytest.mark.usefixtures("environment")
def test_before_anything_is_entered_every_record_is_listed_and_none_is_seen(world: DnsServer) -> None:
    result = dns(world)
    assert result.exit_code == 1
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert [(kind, name, value) for kind, name, value, _, _ in lines] == RECORDS
    assert {state for *_, state in lines} == {"not yet"}
    assert "0 of 7 are seen" in result.stderr
    assert "SES has not seen the records of harris.example yet" in result.stderr


@pytest.mark.usefixtures("environment")
def test_when_all_is_there_it_says_so_and_exits_with_0(world: DnsServer, ses: SesControl) -> None:
    publish(world, *RECORDS)
    ses.identities.verify(DOMAIN)
    result = dns(world)
    assert (result.exit_code, result.stderr) == (
        0,
        "✓ looking for the records: 7 of 7 are seen\n\nAll records are seen.\n",
    )


@pytest.mark.usefixtures("environment")
def test_some_are_seen_and_some_not_yet(world: DnsServer) -> None:
    publish(world, *RECORDS[:2], RECORDS[6])
    result = dns(world, "--missing")
    assert result.exit_code == 1
    assert [line.split("\t")[1] for line in result.stdout.splitlines()] == [name for _, name, _ in RECORDS[2:6]]


@pytest.mark.usefixtures("environment")
def test_a_program_gets_everything_in_json(world: DnsServer) -> None:
    publish(world, *RECORDS[3:])
    told = json.loads(dns(world, "--json").stdout)
    assert told["complete"] is False
    assert [record["state"] for record in told["records"]] == ["missing"] * 3 + ["seen"] * 4
    assert told["records"][6] == {
        "type": "MX",
        "name": "help.harris.example",
        "value": "10 inbound-smtp.eu-west-1.amazonaws.com",
        "why": "brings mail to byname",
        "purpose": "receive",
        "state": "seen",
        "note": "",
    }
    [domain] = told["domains"]
    assert (domain["domain"], domain["dkim"], domain["mail_from"]) == (DOMAIN, "pending", "bounce.harris.example")


@pytest.mark.usefixtures("environment")
def test_the_zone_file_is_relative_to_its_zone_and_can_be_read_again(world: DnsServer) -> None:
    import dns.zone

    result = CliRunner().invoke(command, [str(TEAM), "--resolver", world.address, "--bind", "-q"])
    assert result.exit_code == 1
    assert result.stdout.startswith("$ORIGIN harris.example.\n")
    assert "_dmarc " in result.stdout
    soa = "@ 3600 IN SOA ns1 hostmaster 1 3600 600 86400 60\n@ 3600 IN NS ns1.provider.example.\n"
    zone = dns.zone.from_text(soa + result.stdout, origin=f"{DOMAIN}.", relativize=False)
    read = {
        (dns.rdatatype.to_text(rdata.rdtype), name.to_text(omit_final_dot=True), rdata.to_text().strip('"').rstrip("."))
        for name, _, rdata in zone.iterate_rdatas()
    }
    assert set(RECORDS) <= read


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    ("published", "about", "note"),
    [
        pytest.param(
            [("MX", "help.harris.example", "5 mx.other.example")],
            ("MX", "help.harris.example"),
            "goes to mx.other.example today, and that is not touched",
            id="other mail servers",
        ),
        pytest.param(
            [("CNAME", "bounce.harris.example", "shop.other.example")],
            ("TXT", "bounce.harris.example"),
            "nothing can stand beside an alias: remove that CNAME",
            id="an alias at the name",
        ),
        pytest.param(
            [("TXT", "bounce.harris.example", "v=spf1 ip4:192.0.2.1 -all")],
            ("TXT", "bounce.harris.example"),
            "put include:amazonses.com into it",
            id="another SPF record",
        ),
        pytest.param(
            [("MX", "bounce.harris.example", "10 mx.other.example")],
            ("MX", "bounce.harris.example"),
            "SES wants this one alone",
            id="another MX for returned letters",
        ),
        pytest.param(
            [("CNAME", f"{TOKENS[0]}._domainkey.harris.example", "old.dkim.amazonses.com")],
            ("CNAME", f"{TOKENS[0]}._domainkey.harris.example"),
            "change it to the value above",
            id="a signature that points elsewhere",
        ),
    ],
)
def test_what_is_in_the_way_is_named_with_the_mend(
    world: DnsServer, published: list[tuple[str, str, str]], about: tuple[str, str], note: str
) -> None:
    publish(world, *published)
    state, said = states(dns(world, "--json"))[about]
    assert state == "conflict"
    assert note in said


@pytest.mark.usefixtures("environment")
def test_two_spf_records_count_as_none(world: DnsServer) -> None:
    world.publish(f"bounce.{DOMAIN}", "TXT", '"v=spf1 include:amazonses.com ~all"', '"v=spf1 ip4:192.0.2.1 -all"')
    state, note = states(dns(world, "--json"))["TXT", f"bounce.{DOMAIN}"]
    assert (state, "has 2 SPF records, and then none counts" in note) == ("conflict", True)


@pytest.mark.usefixtures("environment")
def test_an_existing_policy_is_kept_whatever_it_says(world: DnsServer) -> None:
    world.publish(f"_dmarc.{DOMAIN}", "TXT", '"v=DMARC1; p=reject; " "rua=mailto:dmarc@harris.example"')
    state, note = states(dns(world, "--json"))["TXT", f"_dmarc.{DOMAIN}"]
    assert (state, note) == ("seen", "yours is kept: v=DMARC1; p=reject; rua=mailto:dmarc@harris.example")


@pytest.mark.usefixtures("environment")
def test_what_a_wildcard_says_for_every_name_is_in_nobodys_way(world: DnsServer) -> None:
    world.publish(f"*.{DOMAIN}", "CNAME", "www.harris.example.")
    world.publish("www.harris.example", "MX", "1 aspmx.l.google.com.")
    assert {state for state, _ in states(dns(world, "--json")).values()} == {"missing"}


@pytest.mark.usefixtures("environment")
def test_a_name_with_the_domain_twice_is_found_and_explained(world: DnsServer) -> None:
    publish(world, ("MX", f"help.{DOMAIN}.{DOMAIN}", RECORDS[6][2]))
    state, note = states(dns(world, "--json"))["MX", f"help.{DOMAIN}"]
    assert state == "missing"
    assert note == f"it stands at help.{DOMAIN}.{DOMAIN}: your provider adds the domain, so leave it out"


@pytest.mark.usefixtures("environment")
def test_the_mx_of_a_domain_that_has_mail_is_never_to_be_moved(world: DnsServer, tmp_path: Path) -> None:
    file = tmp_path / "team.toml"
    staff_elsewhere = re.sub("(bob|alice|sam|anna)@harris.example", r"\1@staff.example", TEAM.read_text("utf-8"))
    file.write_text(staff_elsewhere.replace("@help.harris.example", "@harris.example"), "utf-8")
    state, note = states(dns(world, "--json", file=file))["MX", DOMAIN]
    assert state == "conflict"
    assert "goes to aspmx.l.google.com today, and that is not touched" in note
    assert "like help.harris.example, and forward your address to it" in note
    assert "inbound-smtp" not in dns(world, "--bind", file=file).stdout


@pytest.mark.usefixtures("environment")
def test_a_zone_that_is_broken_is_no_missing_record(world: DnsServer) -> None:
    publish(world, *RECORDS)
    world.failing.add("help.harris.example")
    result = dns(world, "--json")
    assert result.exit_code == 1
    assert states(result)["MX", "help.harris.example"][0] == "unknown"
    assert states(result)["TXT", f"bounce.{DOMAIN}"][0] == "seen"


@pytest.mark.usefixtures("environment")
def test_an_answer_too_long_for_udp_is_fetched_over_tcp(world: DnsServer) -> None:
    long = [f'"a{number} {"x" * 120}"' for number in range(8)]
    world.publish(f"bounce.{DOMAIN}", "TXT", *long, '"v=spf1 include:amazonses.com ~all"')
    assert states(dns(world, "--json"))["TXT", f"bounce.{DOMAIN}"][0] == "seen"


@pytest.mark.usefixtures("environment")
def test_a_domain_ses_does_not_know_has_no_signatures_to_enter_yet(world: DnsServer, ses: SesControl) -> None:
    ses.identities.delete_email_identity(DOMAIN)
    result = dns(world)
    assert result.exit_code == 1
    assert [line.split("\t")[1] for line in result.stdout.splitlines()] == [f"_dmarc.{DOMAIN}", f"help.{DOMAIN}"]
    assert "SES does not know harris.example yet: `byname deploy` tells it" in result.stderr


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("server", ["dns.example", "127.0.0.1:x"])
def test_a_resolver_that_is_none_is_explained(server: str) -> None:
    result = CliRunner().invoke(command, [str(TEAM), "--resolver", server])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: --resolver {server}: ")


def test_without_a_file_and_without_a_stack_it_says_what_is_missing(
    world: DnsServer, environment: dict[str, str], tmp_path: Path
) -> None:
    words = [sys.executable, "-m", "byname", "dns", "--resolver", world.address]
    settings = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, cwd=tmp_path, env=settings, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: There is no team.toml here: name the file, or run this where it is.\n"


def test_on_a_narrow_terminal_each_value_has_a_line_of_its_own(world: DnsServer, environment: dict[str, str]) -> None:
    program, terminal = os.openpty()
    settings = {**os.environ, **environment, "COLUMNS": "80", "NO_COLOR": "1"}
    words = [sys.executable, "-m", "byname", "dns", str(TEAM), "-q", "--resolver", world.address]
    with open(program, "rb", buffering=0) as screen:
        done = subprocess.run(words, cwd=ROOT, env=settings, stdout=terminal, stderr=subprocess.PIPE, timeout=60)
        os.close(terminal)
        said = screen.read(65536).decode().replace("\r\n", "\n")
    assert done.returncode == 1
    assert (
        "MX     not yet: brings mail to byname\n  help.harris.example\n  10 inbound-smtp.eu-west-1.amazonaws.com\n"
        in said
    )


# --- Route 53 ----------------------------------------------------------------------------------------------------


@pytest.fixture
def route53(environment: dict[str, str]) -> Iterator[Any]:
    from boto3.session import Session

    client = Session().client("route53")
    yield client
    client.close()


@pytest.fixture
def zone(route53: Any) -> Iterator[str]:
    made = route53.create_hosted_zone(Name=DOMAIN, CallerReference=os.urandom(8).hex())
    zone_id = made["HostedZone"]["Id"].rpartition("/")[2]
    yield zone_id
    changes = [
        {"Action": "DELETE", "ResourceRecordSet": record_set}
        for record_set in record_sets(route53, zone_id)
        if record_set["Type"] not in ("NS", "SOA")
    ]
    if changes:
        route53.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch={"Changes": changes})
    route53.delete_hosted_zone(Id=zone_id)


def record_sets(route53: Any, zone: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return found


def in_zone(route53: Any, zone: str) -> dict[tuple[str, str], list[str]]:
    return {
        (one["Type"], one["Name"].rstrip(".")): [value["Value"] for value in one["ResourceRecords"]]
        for one in record_sets(route53, zone)
        if one["Type"] not in ("NS", "SOA")
    }


def put(route53: Any, zone: str, kind: str, name: str, *values: str, ttl: int = 300) -> None:
    record_set = {"Name": name, "Type": kind, "TTL": ttl, "ResourceRecords": [{"Value": value} for value in values]}
    change = {"Action": "UPSERT", "ResourceRecordSet": record_set}
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change]})


def test_exactly_what_is_missing_is_written_and_nothing_else(world: DnsServer, route53: Any, zone: str) -> None:
    publish(world, *RECORDS[:2])
    put(route53, zone, "MX", DOMAIN, "1 aspmx.l.google.com.")
    result = dns(world, "--route53", "--yes")
    assert result.exit_code == 1  # written, and not seen yet
    assert "writing into Route 53: 5 records" in result.stderr
    written = in_zone(route53, zone)
    assert written.pop(("MX", DOMAIN)) == ["1 aspmx.l.google.com."]
    assert written == {
        (kind, name): [f'"{value}"' if kind == "TXT" else f"{value}."] for kind, name, value in RECORDS[2:]
    }
    again = dns(world, "--route53", "--yes")
    assert "is in Route 53 already; DNS does not show it yet" in again.stderr
    assert "writing into" not in again.stderr


def test_what_is_there_is_never_written_over(world: DnsServer, route53: Any, zone: str) -> None:
    publish(world, *RECORDS[:3])
    put(route53, zone, "MX", f"help.{DOMAIN}", "5 mx.other.example.")
    put(route53, zone, "TXT", f"bounce.{DOMAIN}", '"site-verification=1"')
    put(route53, zone, "TXT", f"_dmarc.{DOMAIN}", '"v=DMARC1; p=quarantine"')
    result = dns(world, "--route53", "--yes")
    assert "MX help.harris.example is not written: Route 53 has MX 5 mx.other.example. at" in result.stderr
    assert in_zone(route53, zone) == {
        ("MX", f"help.{DOMAIN}"): ["5 mx.other.example."],
        ("TXT", f"bounce.{DOMAIN}"): ['"site-verification=1"', '"v=spf1 include:amazonses.com ~all"'],
        ("MX", f"bounce.{DOMAIN}"): ["10 feedback-smtp.eu-west-1.amazonses.com."],
        ("TXT", f"_dmarc.{DOMAIN}"): ['"v=DMARC1; p=quarantine"'],
    }


def test_what_somebody_adds_while_the_question_stands_is_not_lost(world: DnsServer, route53: Any, zone: str) -> None:
    publish(world, *RECORDS[:3])
    put(route53, zone, "TXT", f"bounce.{DOMAIN}", '"site-verification=1"', ttl=60)
    account, missing = sign_in(), [Record("TXT", f"bounce.{DOMAIN}", SPF, Purpose.SPF)]
    planned = route53_plan(account, missing, LookUp(world.address), zone)
    put(route53, zone, "TXT", f"bounce.{DOMAIN}", '"site-verification=1"', '"site-verification=2"', ttl=60)
    with pytest.raises(click.ClickException, match=r"Somebody changed harris\.example at Route 53"):
        route53_write(account, planned.writings)
    as_they_left_it = ['"site-verification=1"', '"site-verification=2"']
    assert in_zone(route53, zone) == {("TXT", f"bounce.{DOMAIN}"): as_they_left_it}
    route53_write(account, route53_plan(account, missing, LookUp(world.address), zone).writings)
    assert in_zone(route53, zone) == {("TXT", f"bounce.{DOMAIN}"): [*as_they_left_it, f'"{SPF}"']}
    assert ttls(route53, zone) == {60}


def ttls(route53: Any, zone: str) -> set[int]:
    return {one["TTL"] for one in record_sets(route53, zone) if one["Type"] not in ("NS", "SOA")}


def test_nothing_is_written_without_a_yes(world: DnsServer, route53: Any, zone: str) -> None:
    result = dns(world, "--route53")
    assert result.exit_code == 2
    assert "say --yes if you mean it" in result.stderr
    assert in_zone(route53, zone) == {}


def test_a_zone_nobody_is_pointed_to_is_noticed(world: DnsServer, route53: Any, zone: str) -> None:
    result = dns(world, "--route53", "--yes")
    assert f"The world asks ns1.provider.example about harris.example, not Route 53's zone {zone}" in result.stderr


def test_of_two_zones_by_one_name_one_must_be_chosen(world: DnsServer, route53: Any, zone: str) -> None:
    other = route53.create_hosted_zone(Name=DOMAIN, CallerReference=os.urandom(8).hex())["HostedZone"]["Id"]
    try:
        result = dns(world, "--route53", "--yes")
        assert result.exit_code == 1
        assert "There are 2 hosted zones called harris.example" in result.stderr
        assert "choose it with --zone-id" in result.stderr
        dns(world, "--route53", "--yes", "--zone-id", zone)
        assert len(in_zone(route53, zone)) == 7
        assert in_zone(route53, other) == {}
    finally:
        route53.delete_hosted_zone(Id=other)


def test_without_a_hosted_zone_it_says_where_to_go(world: DnsServer, environment: dict[str, str]) -> None:
    result = dns(world, "--route53", "--yes")
    assert "this account has no public hosted zone for it: enter it where its DNS is kept" in result.stderr


@pytest.mark.usefixtures("environment")
def test_a_name_server_that_is_dead_is_said_once(world: DnsServer) -> None:
    world.silent = True
    result = dns(world)
    assert result.exit_code == 1
    assert "None of the 7 could be asked: the name server gave no answer" in result.stderr
    assert result.stderr.count("gave no answer") == 1
