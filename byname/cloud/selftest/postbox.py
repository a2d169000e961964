"""The test customer's mailbox: a receipt rule for that one address, first in the active set, as long as the test runs.

The rule stores and stops, and tells nobody: byname never sees what the test customer receives. No other rule is
touched, and a new rule without `After` comes first, so the others keep their order (SES API, CreateReceiptRule).
"""

from __future__ import annotations

from typing import Any

from byname.cloud.account import Account
from byname.cloud.receiving import active
from byname.cloud.selftest.arrived import Arrived, read_arrived
from byname.cloud.selftest.run import Run
from chalicelib.aws.events import SETUP


class Postbox:
    """`open` first, `close` at the end; closing what is not open changes nothing."""

    def __init__(self, ses: Any, s3: Any, bucket: str, run: Run) -> None:
        """`ses`: a client of the older API, where receiving lives."""
        self._ses, self._s3, self._bucket, self._run = ses, s3, bucket, run
        self._read: dict[str, Arrived] = {}

    def open(self, rule_set: str) -> None:
        """Adds the rule to this set. SES tries at once whether it may write to the bucket, and refuses if not."""
        store = {"BucketName": self._bucket, "ObjectKeyPrefix": self._run.folder}
        actions = [{"S3Action": store}, {"StopAction": {"Scope": "RuleSet"}}]
        rule = {
            "Name": self._run.rule,
            "Enabled": True,
            "Recipients": [self._run.customer],
            "ScanEnabled": True,  # without it SES writes no verdicts that could be read
            "Actions": actions,
        }
        self._ses.create_receipt_rule(RuleSetName=rule_set, Rule=rule)

    def find(self, message_id: str) -> Arrived | None:
        """The mail with this Message-ID; None when it has not come (yet)."""
        self._take_what_came()
        return next((mail for mail in self._read.values() if mail.message_id == message_id), None)

    def mails(self) -> tuple[Arrived, ...]:
        """Everything that came so far."""
        self._take_what_came()
        return tuple(self._read.values())

    def _take_what_came(self) -> None:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._run.folder)
        keys = [one["Key"] for page in pages for one in page.get("Contents", ())]
        for key in keys:
            if key not in self._read and not key.endswith(SETUP):
                raw = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
                self._read[key] = read_arrived(raw, key)


def remove_rule(account: Account, name: str) -> None:
    """Takes the rule out of the active set, if it is there."""
    rule_set = active(account)
    if rule_set.rule(name) is not None:
        account.client("ses").delete_receipt_rule(RuleSetName=rule_set.name, RuleName=name)
