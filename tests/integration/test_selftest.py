"""`byname selftest` against the very stack that goes to AWS, with mail going out and coming in over TCP."""

from __future__ import annotations

import json
import signal
import smtplib
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from click.testing import Result

from byname.cloud.selftest.run import rule_prefix
from byname.local.correspondence import text_of
from byname.local.loopback import HOST
from byname.local.ses import SesFault
from chalicelib.aws.items import from_thread, unwire
from chalicelib.desk.model import ThreadStatus
from tests.desk_with_fakes import a_mail, reply_address
from tests.integration.selftest_lab import STACK, Lab, selftest_lab
from tests.integration.stack_harness import wait_until

pytestmark = pytest.mark.integration

ALICE = "alice@harris.example"
RULE_PREFIX = rule_prefix(STACK)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with selftest_lab(tmp_path_factory.mktemp("selftest")) as made:
        yield made


@pytest.fixture
def lab(running: Lab) -> Lab:
    """The stack is made once; its surroundings are put right again for every test."""
    running.put_right()
    return running


Found = TypeVar("Found")


def wait_for(look: Callable[[], Found | None]) -> Found:
    """What it finds, asked until it finds something."""
    found: list[Found] = []

    def has_found() -> bool:
        one = look()
        found.extend([] if one is None else [one])
        return one is not None

    wait_until(has_found)
    return found[0]


def prints(result: Result, *words: str) -> None:
    """Each of these stands in what the person at the terminal reads."""
    said = " ".join(result.output.split())
    for each in words:
        assert each in said, result.output


def outcomes(result: Result) -> dict[str, str]:
    """Step → how it came out, from --json."""
    return {step["name"]: step["outcome"] for step in json.loads(result.stdout)["steps"]}


def test_all_is_well_and_nothing_is_left(lab: Lab) -> None:
    before = lab.everything()
    result = lab.selftest()
    assert result.exit_code == 0, result.output
    prints(
        result,
        "✓ A mail to support@help.harris.example is taken on by name: Alice Shaw has it, because nothing else decided",
        "signed by harris.example; SPF, DKIM: pass, DMARC: pass",
        "✓ It is in the mailbox of whoever answers: Alice Shaw's mail server took it",
        "written as Alice Shaw from alice@harris.example; the promise is kept",
        "✓ The customer writes again and gets the same person: Alice Shaw has it, on the same thread",
        "pressed twice, it is one message",
        "✓ A letter that comes back is told to a colleague: Alice Shaw was told",
        "All 11 steps passed.",
    )
    assert result.stdout == "All 11 steps passed.\n"
    assert lab.everything() == before


def test_colleagues_read_that_there_is_nothing_to_do(lab: Lab) -> None:
    known = set(lab.aws.maildirs.letters(ALICE)) | set(lab.ses.maildirs.letters(ALICE))
    assert lab.selftest("--only", "bounce").exit_code == 0
    got = [letter for letter in lab.ses.maildirs.letters(ALICE) if letter not in known]
    assert len(got) == 2
    assert all("nothing to do" in letter.subject for letter in got)
    assert sum("There is nothing to do" in text_of(letter) for letter in got) == 1  # the forward; the other is a notice


def test_the_rules_of_others_keep_their_order_while_it_runs(lab: Lab) -> None:
    running = lab.start("--only", "mail")
    during = wait_for(lambda: lab.rule_names() if lab.rule_names()[0].startswith(RULE_PREFIX) else None)
    assert during[1:] == ["another-product", "last-of-all", f"{STACK}-store"]
    said = running.communicate(timeout=60)[1]
    assert running.returncode == 0, said
    assert lab.rule_names() == during[1:]


def test_the_rule_of_a_stack_that_is_called_like_a_self_test_stays(lab: Lab) -> None:
    theirs = {"Name": f"{RULE_PREFIX}store", "Enabled": True, "Recipients": ["shop.example"], "Actions": []}
    lab.ses.rules.append(theirs)
    lab.ses.rules.insert(0, {**theirs, "Name": f"{RULE_PREFIX}abcd2345"})  # of one that was killed long ago
    rules = lab.rule_names()
    assert lab.selftest("--only", "form").exit_code == 0
    assert lab.rule_names() == rules[1:]


def test_what_a_killed_one_left_is_taken_away_by_the_next(lab: Lab) -> None:
    before = lab.everything()
    killed = lab.start("--only", "mail")
    wait_until(lambda: any(row["sk"]["S"].startswith("LETTER#") for row in lab.rows()))
    killed.kill()
    killed.communicate(timeout=10)
    wait_until(lambda: not any("unsent" in row for row in lab.rows()))
    wait_until(lambda: sum(key.startswith("selftest/") for key in lab.objects()) >= 3)  # probe, letter, SES's own note
    assert lab.everything() != before
    result = lab.selftest("--only", "form")
    assert result.exit_code == 0, result.output
    prints(result, "left behind: taken away")
    assert lab.everything() == before


def test_control_c_takes_everything_away_as_well(lab: Lab) -> None:
    before = lab.everything()
    stopped = lab.start("--only", "mail")
    wait_until(lambda: any(row["sk"]["S"] == "THREAD" for row in lab.rows()))
    stopped.send_signal(signal.SIGINT)
    said = stopped.communicate(timeout=60)[1]
    assert stopped.returncode == 1
    assert "✓ Everything the test made is taken away" in said
    wait_until(lambda: lab.everything() == before)


def test_mail_to_the_public_address_that_is_forwarded_arrives(lab: Lab) -> None:
    result = lab.selftest("--only", "mail", "--public", "--json")
    assert outcomes(result)["support/public"] == "passed"


def test_mail_to_the_public_address_that_is_not_forwarded_is_told_with_the_mend(lab: Lab) -> None:
    lab.ses.forwards = False
    result = lab.selftest("--only", "mail", "--public", "--timeout", "5")
    assert result.exit_code == 1
    prints(
        result,
        "✗ A mail to support@harris.example is passed on to byname: byname has not handled it in 5 s",
        "1. support@harris.example is not forwarded to support@help.harris.example",
        "2. Your mail provider took it for spam",
    )


def test_while_mail_cannot_be_handled_it_says_why_and_the_next_test_tidies_up(lab: Lab) -> None:
    inbound = lab.outputs["InboundQueueUrl"]
    lab.aws.client("sqs").set_queue_attributes(
        QueueUrl=inbound, Attributes={"VisibilityTimeout": "5"}
    )  # of six minutes
    before, rules = lab.living_rows(), lab.rule_names()
    with lab.broken("ReceiveMailFunction", TABLE_NAME="no-such-table"):
        result = lab.selftest("--only", "mail", "--timeout", "9")
    assert result.exit_code == 1
    prints(
        result,
        "✗ A mail to support@help.harris.example is taken on by name: byname has not handled it in 9 s",
        "1. receive_mail fails: Unavailable at",
        "1 message waits in receive_mail's queue",
        "· The customer is told who answers, and by when: there is no thread to go on with",
        "but 1 of its mails is still on the way; the next self test takes away what comes of it",
    )
    wait_until(lambda: any(row["sk"]["S"] == "THREAD" for row in lab.rows()), timeout=60)
    wait_until(lambda: not any("unsent" in row for row in lab.rows()))
    assert lab.selftest("--only", "form").exit_code == 0
    # The late letters went to a customer who was gone by then: byname knew its own mark, and receipts are all of it.
    assert lab.living_rows() == before
    assert lab.rule_names() == rules


def test_a_function_that_does_not_read_its_queue_is_found_out(lab: Lab) -> None:
    client = lab.aws.client("lambda")
    [mapping] = client.list_event_source_mappings(FunctionName=lab.outputs["ReceiveMailFunction"])[
        "EventSourceMappings"
    ]
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        result = lab.selftest("--only", "mail", "--timeout", "5")
    finally:
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
    prints(result, "1. The function receive_mail does not read its queue (Disabled). `byname deploy` mends it.")
    wait_until(lambda: any(row["sk"]["S"] == "THREAD" for row in lab.rows()))
    assert lab.selftest("--only", "form").exit_code == 0


def test_without_the_store_rule_it_says_so_first(lab: Lab) -> None:
    lab.ses.rules[:] = [rule for rule in lab.ses.rules if rule["Name"] != f"{STACK}-store"]
    result = lab.selftest("--only", "mail", "--timeout", "20")
    assert result.exit_code == 1
    mend = "`byname deploy` adds it. 2. The mail came back: the mail server refused it (smtp; 550 5.1.1"
    prints(result, f"1. The active receipt rule set shared has no rule {STACK}-store. {mend}")
    assert "MX record" not in result.output


def test_without_any_active_rule_set_it_does_not_begin(lab: Lab) -> None:
    lab.ses.control.rules.active = ""
    result = lab.selftest("--timeout", "5")
    assert result.exit_code == 1
    prints(result, "no receipt rule set is active", "`byname deploy` makes a rule set")


def test_in_the_sandbox_it_says_that_colleagues_get_no_mail(lab: Lab) -> None:
    lab.ses.control.account.production = False
    lab.ses.endpoint.faults[ALICE] = SesFault.REJECTED
    try:
        result = lab.selftest("--only", "mail", "--json", "--timeout", "20")
    finally:
        del lab.ses.endpoint.faults[ALICE]
    assert result.exit_code == 1
    found = outcomes(result)
    assert (found["support/acknowledgement"], found["support/forward"]) == ("passed", "failed")
    assert found["support/reply"] == "not tried"
    assert "the SES sandbox" in result.stdout


def test_when_nobodys_mail_can_be_signed_the_answer_is_not_tried_and_it_says_what_to_do(lab: Lab) -> None:
    del lab.ses.control.identities.by_name["harris.example"]
    result = lab.selftest("--only", "mail")
    assert result.exit_code == 0
    prints(
        result,
        "SES may not sign for Alice Shaw's mail at harris.example and SES may not sign for Anna Harris's mail",
        "Answer the mail yourself, with --wait.",
        "6 steps passed; 1 could not be tried",
    )


def test_a_colleague_may_answer_by_hand(lab: Lab) -> None:
    known = set(lab.ses.maildirs.letters(ALICE))
    waiting = lab.start("--only", "mail", "--wait", "1")
    forward = lab.ses.maildirs.wait_for(ALICE, lambda letter: letter not in known)
    answer = a_mail("I am a person.", f"Alice <{ALICE}>", f"Re: {forward.subject}", "<hand@x>", answers=forward.message)
    with smtplib.SMTP(HOST, lab.ses.door.port) as smtp:
        smtp.sendmail(ALICE, [reply_address(forward.message)], answer)
    said = waiting.communicate(timeout=60)[1]
    assert waiting.returncode == 0, said
    assert "word for word: Alice Shaw answered; the promise is kept" in said


def test_kept_threads_are_closed_so_that_nobody_is_nudged(lab: Lab) -> None:
    assert lab.selftest("--only", "form", "--keep").exit_code == 0
    threads = [from_thread(unwire(row)) for row in lab.rows() if row["sk"]["S"] == "THREAD"]
    assert [thread.status for thread in threads] == [ThreadStatus.CLOSED]
    assert not any("due" in row for row in lab.rows())
    assert lab.selftest("--only", "form").exit_code == 0
    assert not any(row["sk"]["S"] == "THREAD" for row in lab.rows())


def test_a_dry_run_says_what_it_would_do_and_does_nothing(lab: Lab) -> None:
    before, sent = lab.everything(), len(lab.ses.maildirs.letters(ALICE))
    result = lab.selftest("--dry-run", "--public", "--mailbox", "accounts")
    assert result.exit_code == 0
    prints(
        result, "A mail to accounts@help.harris.example: acknowledged", "up to 7 mails", "Then all of it is taken away"
    )
    assert (lab.everything(), len(lab.ses.maildirs.letters(ALICE))) == (before, sent)


def test_a_mailbox_that_is_not_there_is_named_with_those_that_are(lab: Lab) -> None:
    result = lab.selftest("--mailbox", "sales")
    assert result.exit_code == 2
    prints(result, "There is no mailbox 'sales'; there are support and accounts.")
