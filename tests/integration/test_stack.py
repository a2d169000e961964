"""The very stack that goes to AWS, on this machine: packaged, created by CloudFormation, tried at every door.

What runs in emulated Lambda is the zip, with the environment and the event sources the template gives it.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from urllib.parse import urlencode

import pytest
import yaml

from byname.local.correspondence import text_of
from tests.desk_with_fakes import a_mail, reply_address
from tests.integration.stack_harness import FUNCTIONS, LabStack, wait_until

pytestmark = pytest.mark.integration

BOB, SUPPORT = "bob@harris.example", "support@help.harris.example"
OUTPUTS = {
    *("TableName", "MailBucket", "MailTopicArn", "EventsTopicArn", "ConfigurationSet", "KeyRingSecret"),
    *("InboundQueueUrl", "FeedbackQueueUrl", "InboundDeadQueueUrl", "FeedbackDeadQueueUrl"),
    *("ReceiveMailFunction", "ReceiveFeedbackFunction", "KeepPromisesFunction", "ApiFunction"),
    *("AlarmTopicArn", "DashboardName", "PagesUrl", "RestApiId"),
}
"""What the commands ask a stack for."""
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


def writes(stack: LabStack, sender: str, subject: str) -> None:
    """A customer's mail arrives at SES."""
    words = a_mail(sender=f"{sender.partition('@')[0].title()} <{sender}>", subject=subject, message_id=f"<1.{sender}>")
    stack.receive(words, sender, [SUPPORT])


def ask(stack: LabStack, path: str, **request: object) -> tuple[int, str, str]:
    """Status, content type and body of what the API answers, errors included."""
    wanted = urllib.request.Request(stack.url(path), **request)  # type: ignore[arg-type]  # urllib's own keywords
    try:
        with urllib.request.urlopen(wanted, timeout=30) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, answer.headers["Content-Type"], answer.read().decode()


def test_a_mail_becomes_a_thread_an_acknowledgement_and_a_forward(stack: LabStack) -> None:
    writes(stack, "jane@customer.example", "Boiler leaking")
    assert "Bob Harris has your message" in text_of(stack.maildirs.wait_for("jane@customer.example", timeout=30))
    stack.maildirs.wait_for(BOB, lambda letter: letter.subject == "Boiler leaking")
    owners = [thread.owner for thread in stack.threads() if thread.customer == "jane@customer.example"]
    assert owners == ["bob"]


def test_it_has_every_output_that_the_commands_need(stack: LabStack) -> None:
    assert set(stack.outputs) >= OUTPUTS
    assert all(stack.outputs[name] for name in OUTPUTS)
    assert stack.outputs["MailBucket"] == "byname-lab-mail-000000000000-eu-west-1"
    assert stack.outputs["PagesUrl"].endswith(f"{stack.outputs['RestApiId']}.execute-api.eu-west-1.amazonaws.com/v1")


def test_the_key_ring_is_made_by_the_stack_and_nobody_knows_it(stack: LabStack) -> None:
    ring = json.loads(
        stack.client("secretsmanager").get_secret_value(SecretId=stack.outputs["KeyRingSecret"])["SecretString"]
    )
    assert set(ring) == {"newest", "1"}
    assert len(ring["1"]) == 64


def test_ses_is_asked_for_all_that_may_become_of_a_letter(stack: LabStack) -> None:
    client = stack.client("sesv2")
    name = stack.outputs["ConfigurationSet"]
    (told,) = client.get_configuration_set_event_destinations(ConfigurationSetName=name)["EventDestinations"]
    assert set(told["MatchingEventTypes"]) == {"SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "REJECT", "DELIVERY_DELAY"}
    assert told["SnsDestination"]["TopicArn"] == stack.outputs["EventsTopicArn"]


def test_the_contact_page_answers_and_its_post_is_answered_by_name(stack: LabStack) -> None:
    status, content_type, page = ask(stack, "/contact")
    assert (status, content_type) == (200, "text/html; charset=utf-8")
    nonce = page.partition('name="nonce" value="')[2].partition('"')[0]
    fields = {"name": "Tom", "email": "tom@form.example", "message": "My boiler is cold", "nonce": nonce}
    status, _, thanks = ask(stack, "/contact", data=urlencode(fields).encode(), headers=FORM)
    assert (status, "Bob Harris" in thanks) == (200, True)
    assert "Bob Harris has your message" in text_of(stack.maildirs.wait_for("tom@form.example"))
    stack.maildirs.wait_for(BOB, lambda letter: "tom@form.example" in text_of(letter))


def test_a_program_posts_json_and_gets_json(stack: LabStack) -> None:
    fields = {"name": "Uma", "email": "uma@script.example", "message": "My boiler is cold"}
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    status, content_type, answer = ask(stack, "/contact", data=json.dumps(fields).encode(), headers=headers)
    assert (status, content_type) == (200, "application/json")
    assert "Bob Harris" in json.loads(answer)["message"]
    stack.maildirs.wait_for("uma@script.example")


def test_a_link_to_files_that_is_not_ours_finds_nothing(stack: LabStack) -> None:
    status, _, page = ask(stack, "/files/made-up", headers={"Accept": "text/html"})
    assert (status, "Harris" in page) == (404, True)


def test_a_reply_that_bounces_is_told_to_whoever_wrote_it(stack: LabStack) -> None:
    nobody = "bounce+jim@simulator.amazonses.com"
    writes(stack, nobody, "Radiator cold")
    forward = stack.maildirs.wait_for(BOB, lambda letter: letter.subject == "Radiator cold", timeout=30)
    reply = a_mail(
        "I'll be there at ten.", f"Bob Harris <{BOB}>", "Re: Radiator cold", "<b1@x>", answers=forward.message
    )
    stack.receive(reply, BOB, [reply_address(forward.message)])
    notice = stack.maildirs.wait_for(BOB, lambda one: "I'll be there at ten" in text_of(one), timeout=30)
    assert notice.subject == "Did not arrive: Radiator cold"


def test_while_the_table_has_no_capacity_the_queue_holds_the_mail_and_then_it_is_answered_once(stack: LabStack) -> None:
    inbound = stack.outputs["InboundQueueUrl"]
    stack.client("sqs").set_queue_attributes(QueueUrl=inbound, Attributes={"VisibilityTimeout": "3"})  # of six minutes
    wait_until(lambda: stack.waiting("InboundQueueUrl") == 0)
    table = stack.doors["ReceiveMail"]
    with table.throttled():
        writes(stack, "ann@patient.example", "Tap drips")
        table.wait_until_refused(3)  # a first delivery has failed, patience and all
        assert stack.waiting("InboundQueueUrl") == 1
        assert stack.maildirs.letters("ann@patient.example") == ()
    stack.maildirs.wait_for("ann@patient.example", timeout=30)
    wait_until(lambda: stack.waiting("InboundQueueUrl") == 0)
    assert len(stack.maildirs.letters("ann@patient.example")) == 1
    assert [letter.subject for letter in stack.maildirs.letters(BOB)].count("Tap drips") == 1
    assert stack.waiting("InboundDeadQueueUrl") == 0


def test_the_lab_package_has_its_ses_endpoint_in_every_function(stack: LabStack) -> None:
    resources = yaml.safe_load(stack.package.template.read_text("utf-8"))["Resources"]
    given = [resources[name]["Properties"]["Environment"]["Variables"] for name in FUNCTIONS]
    assert [variables["AWS_ENDPOINT_URL_SESV2"] for variables in given] == [stack.aws.ses_endpoint] * 4
