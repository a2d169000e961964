"""Receipt rules and rule sets as SES keeps them. Part of `ses_control`.

A rule with an S3 action is tried when it is made: SES writes AMAZON_SES_SETUP_NOTIFICATION into the bucket and tells
the topic. Source: SES developer guide, "Receipt rules console walkthrough" and "Deliver to S3 bucket action".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

SETUP = "AMAZON_SES_SETUP_NOTIFICATION"
RULES_IN_A_SET, SETS, RECIPIENTS_IN_A_RULE = 200, 40, 100
"""SES developer guide, "Service quotas": email receiving."""

Rule = dict[str, Any]


class SesError(Exception):
    """SES's refusal: code, words, HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.status = code, status


class ReceiptRules:
    """`sets` is name → rules in order; `active` the name of the set in force, '' for none."""

    def __init__(self, s3: Any, sns: Any) -> None:
        self.sets: dict[str, list[Rule]] = {}
        self.active = ""
        self.proves_itself = True
        """False: SES's setup notification is a long time coming."""
        self.unsettled = 0
        """How many of the next rules find that the bucket's policy has not reached SES yet."""
        self._s3, self._sns = s3, sns
        self._made: dict[str, str] = {}

    def answer(self, action: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        match action:
            case "DescribeActiveReceiptRuleSet":
                return self._described(self.active) if self.active else {}
            case "DescribeReceiptRuleSet":
                return self._described(request["RuleSetName"])
            case "ListReceiptRuleSets":
                return {"RuleSets": [self._metadata(name) for name in sorted(self.sets)]}
            case "CreateReceiptRuleSet":
                self._create_set(request["RuleSetName"])
            case "DeleteReceiptRuleSet":
                self._delete_set(request["RuleSetName"])
            case "SetActiveReceiptRuleSet":
                self._activate(request.get("RuleSetName", ""))
            case "DescribeReceiptRule":
                rules = self._rules(request["RuleSetName"])
                return {"Rule": rules[_position(rules, request["RuleName"])]}
            case "CreateReceiptRule":
                self._create(request["RuleSetName"], request["Rule"], request.get("After", ""))
            case "UpdateReceiptRule":
                self._update(request["RuleSetName"], request["Rule"])
            case "DeleteReceiptRule":
                rules = self._rules(request["RuleSetName"])
                rules[:] = [rule for rule in rules if rule["Name"] != request["RuleName"]]
            case "SetReceiptRulePosition":
                self._move(request["RuleSetName"], request["RuleName"], request.get("After", ""))
            case "ReorderReceiptRuleSet":
                self._reorder(request["RuleSetName"], request["RuleNames"])
            case _:
                raise SesError("InvalidAction", f"Could not find operation {action} for version 2010-12-01")
        return {}

    def _rules(self, name: str) -> list[Rule]:
        if name not in self.sets:
            raise SesError("RuleSetDoesNotExist", f"Rule set does not exist: {name}")
        return self.sets[name]

    def _described(self, name: str) -> Mapping[str, Any]:
        return {"Metadata": self._metadata(name), "Rules": self._rules(name)}

    def _metadata(self, name: str) -> Mapping[str, str]:
        made = self._made.setdefault(name, datetime.now(UTC).isoformat())
        return {"Name": name, "CreatedTimestamp": made}

    def _create_set(self, name: str) -> None:
        if name in self.sets:
            raise SesError("AlreadyExists", f"Rule set already exists: {name}")
        if len(self.sets) >= SETS:
            raise SesError("LimitExceeded", f"Too many rule sets: {SETS}")
        self.sets[name] = []

    def _delete_set(self, name: str) -> None:
        if name == self.active:
            raise SesError("CannotDelete", f"Cannot delete active rule set: {name}")
        self.sets.pop(name, None)

    def _activate(self, name: str) -> None:
        if name:
            self._rules(name)
        self.active = name

    def _create(self, set_name: str, rule: Rule, after: str) -> None:
        """Without `after` a new rule comes first."""
        rules = self._rules(set_name)
        if any(rule["Name"] == other["Name"] for other in rules):
            raise SesError("AlreadyExists", f"Rule already exists: {rule['Name']}")
        if len(rules) >= RULES_IN_A_SET:
            raise SesError("LimitExceeded", f"Too many rules: {RULES_IN_A_SET}")
        where = _position(rules, after) + 1 if after else 0
        rules.insert(where, self._tried(rule))

    def _update(self, set_name: str, rule: Rule) -> None:
        rules = self._rules(set_name)
        rules[_position(rules, rule["Name"])] = self._tried(rule)

    def _move(self, set_name: str, name: str, after: str) -> None:
        rules = self._rules(set_name)
        rule = rules.pop(_position(rules, name))
        rules.insert(_position(rules, after) + 1 if after else 0, rule)

    def _reorder(self, set_name: str, names: list[str]) -> None:
        rules = self._rules(set_name)
        if sorted(names) != sorted(rule["Name"] for rule in rules):
            raise SesError("InvalidParameterValue", "All of the rules in the rule set must be represented")
        rules.sort(key=lambda rule: names.index(rule["Name"]))

    def _tried(self, rule: Rule) -> Rule:
        """The rule as SES keeps it: defaults filled in, recipients in lower case and in order; each action tried."""
        if len(rule.get("Recipients", ())) > RECIPIENTS_IN_A_RULE:
            raise SesError("LimitExceeded", f"Too many recipients: {RECIPIENTS_IN_A_RULE}")
        kept: Rule = {"Enabled": False, "TlsPolicy": "Optional", "ScanEnabled": False, "Actions": []} | rule
        if "Recipients" in rule:
            kept["Recipients"] = sorted({recipient.lower() for recipient in rule["Recipients"]})
        for action in kept["Actions"]:
            if "S3Action" in action:
                self._try_bucket(action["S3Action"])
        return kept

    def _try_bucket(self, action: Mapping[str, str]) -> None:
        if self.unsettled:
            self.unsettled -= 1
            raise SesError("InvalidS3Configuration", f"Could not write to bucket: {action['BucketName']}")
        if self._s3 is None:
            return
        key = f"{action.get('ObjectKeyPrefix', '')}{SETUP}"
        try:
            self._s3.head_bucket(Bucket=action["BucketName"])
            if "TopicArn" in action:
                self._sns.get_topic_attributes(TopicArn=action["TopicArn"])
        except (ClientError, BotoCoreError) as error:
            if "Topic" in str(error):
                raise SesError("InvalidSnsTopic", f"Invalid SNS topic: {action['TopicArn']}") from error
            raise SesError("InvalidS3Configuration", f"Could not write to bucket: {action['BucketName']}") from error
        if self.proves_itself:
            self._s3.put_object(Bucket=action["BucketName"], Key=key, Body=b"From: SES\r\n\r\nSet up.\r\n")
            if "TopicArn" in action:
                self._sns.publish(TopicArn=action["TopicArn"], Message=json.dumps(_setup_notice(action, key)))


def _setup_notice(action: Mapping[str, str], key: str) -> Mapping[str, Any]:
    receipt = {"recipients": ["recipient@example.com"], "action": {"type": "S3", "objectKey": key, **action}}
    return {"notificationType": "Received", "mail": {"messageId": SETUP}, "receipt": receipt}


def _position(rules: list[Rule], name: str) -> int:
    for number, rule in enumerate(rules):
        if rule["Name"] == name:
            return number
    raise SesError("RuleDoesNotExist", f"Rule does not exist: {name}")
