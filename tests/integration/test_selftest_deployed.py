"""What the self test reads of a stack: which team it answers by, and what it says when something is missing."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping

import click
import pytest

from byname.cloud.account import Account, sign_in
from byname.cloud.identity import TAG
from byname.cloud.selftest.deployed import NEEDED, read_deployed
from byname.local.environment import CREDENTIALS, environment
from byname.local.received import REGION
from byname.local.resources import Names, create
from chalicelib.aws.team_object import KEY as CURRENT
from chalicelib.setup.team_file import write_team
from tests.builders import a_team
from tests.integration.desk_stack import client_at

pytestmark = pytest.mark.integration


@pytest.fixture
def account(ministack: str) -> Iterator[Account]:
    with environment({**CREDENTIALS, "AWS_ENDPOINT_URL": ministack}):
        signed_in = sign_in()
        yield signed_in
        for client in signed_in._made.values():
            client.close()


def a_stack(endpoint: str, name: str, without: str = "") -> Names:
    """A desk without functions but one, and a stack that names everything the self test needs."""
    names = create(endpoint, REGION, name)
    client_at(endpoint, "lambda").create_function(
        FunctionName=f"{name}-receive-mail",
        Runtime="python3.11",
        Role="arn:aws:iam::000000000000:role/none",
        Handler="app.receive_mail",
        Code={"ZipFile": package({"team.json": write_team(a_team())})},
    )
    named = dict.fromkeys(NEEDED, "something") | {
        "TableName": names.table,
        "MailBucket": names.bucket,
        "KeyRingSecret": names.secret,
        "ReceiveMailFunction": f"{name}-receive-mail",
    }
    outputs = {key: {"Value": value} for key, value in named.items() if key != without}
    template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": outputs}
    cloudformation = client_at(endpoint, "cloudformation")
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template), Tags=[{"Key": TAG, "Value": name}])
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    return names


def package(files: Mapping[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made.getvalue()


def test_the_team_in_the_package_counts_until_one_is_pushed(ministack: str, account: Account) -> None:
    names = a_stack(ministack, "selftest-packaged")
    assert read_deployed(account, "selftest-packaged").team == a_team()
    pushed = a_team(mailboxes=a_team().mailboxes[:1])
    client_at(ministack, "s3").put_object(Bucket=names.bucket, Key=CURRENT, Body=write_team(pushed).encode())
    assert read_deployed(account, "selftest-packaged").team == pushed


def test_a_stack_that_is_older_is_told_what_it_does_not_say(ministack: str, account: Account) -> None:
    a_stack(ministack, "selftest-older", without="EventsTopicArn")
    with pytest.raises(click.ClickException, match=r"does not say its EventsTopicArn.*`byname deploy`"):
        read_deployed(account, "selftest-older")


def test_a_stack_that_is_not_there_is_told_with_the_mend(account: Account) -> None:
    with pytest.raises(click.ClickException, match=r"There is no stack nowhere in eu-west-1.*--stack or --region"):
        read_deployed(account, "nowhere")
