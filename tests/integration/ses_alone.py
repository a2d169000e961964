"""SES's receipt rules and nothing else of AWS: for what is done to them between two looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from boto3.session import Session

from byname.cloud.account import Account
from byname.cloud.receiving import Rule, our_rule
from tests.integration.ses_control import SesControl
from tests.integration.ses_receipt_rules import ReceiptRules

REGION = "eu-west-1"


@dataclass(frozen=True)
class SesAlone:
    account: Account
    rules: ReceiptRules
    our_rule: Rule


@contextmanager
def ses_alone() -> Iterator[SesAlone]:
    with SesControl() as control:
        session = Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
        account = Account("0" * 12, REGION, session)
        account._made["ses"] = session.client("ses", endpoint_url=control.environment["AWS_ENDPOINT_URL_SES"])
        topic = f"arn:aws:sns:{REGION}:{account.id}:mail"
        yield SesAlone(account, control.rules, our_rule("byname", ["help.harris.example"], "bucket", topic))
        account.client("ses").close()
