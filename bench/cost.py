"""What byname costs its shop, by arithmetic: `python -m bench.cost`.

Prices are AWS's list for us-east-1 and eu-west-1 (the same but for cents), without any free tier, as of PRICED. What is
counted: resources in the template as it is packaged; calls and DynamoDB's units of a mail as `bench.handled` measured
them. What is assumed stands in ASSUMED, with its reason. Nothing here was read off a bill.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from bench.table import Row, report

PRICED = "2026-11"
PRICES = {
    "SES in, a mail": 0.10 / 1000,
    "SES in, a whole 256 KB of it": 0.09 / 1000,
    "SES out, a recipient, a la carte": 0.10 / 1000,
    "SES out, a recipient, Essentials": 0.16 / 1000,
    "SES out, a GB of attachments": 0.12,
    "Lambda, a GB-second on arm64": 0.0000133334,
    "Lambda, a call": 0.20 / 1e6,
    "DynamoDB, a write unit": 0.625 / 1e6,
    "DynamoDB, a read unit": 0.125 / 1e6,
    "S3, a write": 0.005 / 1000,
    "S3, a read": 0.0004 / 1000,
    "S3, a GB a month": 0.023,
    "SQS, a request": 0.40 / 1e6,
    "SNS, a publish": 0.50 / 1e6,
    "CloudWatch, a GB of logs": 0.50,
    "CloudWatch, an alarm a month": 0.10,
    "CloudWatch, a metric a month": 0.30,
    "CloudWatch, a dashboard a month": 3.00,
    "Secrets Manager, a secret a month": 0.40,
    "Secrets Manager, a call": 0.05 / 10_000,
}
"""In USD. Sources: aws.amazon.com/{ses,lambda,dynamodb,s3,sqs,sns,cloudwatch,secrets-manager}/pricing; SES's plans also
in its API reference, PutAccountPricingAttributes. Under Essentials, the plan new accounts begin with, AWS names no
other price for mail that comes in; the a-la-carte price is taken for it."""
ASSUMED = {
    "mails in": 4.0,  # the question, two answers of ours, one of theirs between
    "letters out": 5.0,  # the acknowledgement, two forwards, two replies
    "share of mails with a photo": 0.10,
    "MB of such a mail": 1.0,  # four whole 256 KB, and 0.73 MB once decoded
    "MB of any other": 0.03,
    "seconds a mail": 0.40,  # six calls to AWS, two of them to SES, and their share of cold starts
    "seconds a delivery report": 0.05,
    "seconds a sweep": 0.10,
    "delivery reports a letter": 2.0,  # Send and Delivery
    "units a delivery report": 3.0,  # what is alive, the letter as it is
    "log KB an invocation": 1.2,  # our line, its counters, and Lambda's own three
    "memory GB": 0.5,  # .chalice/config.json
    "polls a queue a month": 657_000.0,  # Lambda's pollers: five, twenty seconds each
    "hours of a month": 730.0,
}
MONTH = 30.4
CONVERSATIONS = 1_000

Parts = dict[str, float]
"""What of a sum is for what, in USD."""


def conversation(calls: Sequence[str], writes: float, reads: float) -> Parts:
    """A thousand conversations, their first month in the bucket included, without what SES takes for sending.

    `calls`: what AWS is asked for one new mail.
    """
    a, p = ASSUMED, PRICES
    mails, letters = a["mails in"], a["letters out"]
    large = mails * a["share of mails with a photo"]
    reports = letters * a["delivery reports a letter"]
    seconds = mails * a["seconds a mail"] + reports * a["seconds a delivery report"]
    one = {
        "SES, coming in": mails * p["SES in, a mail"] + large * 4 * p["SES in, a whole 256 KB of it"],
        "SES, attachments going out": large * 0.5 * 0.00073 * p["SES out, a GB of attachments"],
        "Lambda": seconds * a["memory GB"] * p["Lambda, a GB-second on arm64"]
        + (mails + reports) * p["Lambda, a call"],
        "DynamoDB": (mails * writes + reports * a["units a delivery report"]) * p["DynamoDB, a write unit"]
        + (mails * reads + reports * a["units a delivery report"]) * p["DynamoDB, a read unit"],
        "S3": (mails + large) * p["S3, a write"]
        + mails * 2 * calls.count("S3 GET") * p["S3, a read"]
        + kept_gigabytes() * p["S3, a GB a month"],
        "SNS and SQS": (mails + reports) * (p["SNS, a publish"] + 3 * p["SQS, a request"]),
        "logs": (mails + reports) * a["log KB an invocation"] / 1e6 * p["CloudWatch, a GB of logs"],
    }
    return {what: CONVERSATIONS * usd for what, usd in one.items()}


def kept_gigabytes() -> float:
    """What one conversation leaves in the bucket, where nothing expires: raw mails, and photos once more."""
    large = ASSUMED["mails in"] * ASSUMED["share of mails with a photo"]
    return (large * ASSUMED["MB of such a mail"] * 1.73 + ASSUMED["mails in"] * ASSUMED["MB of any other"]) / 1000


def sending(plan: str) -> float:
    """A thousand conversations' letters under this plan of SES."""
    return CONVERSATIONS * ASSUMED["letters out"] * PRICES[f"SES out, a recipient, {plan}"]


def fixed(template: Mapping[str, Any]) -> Parts:
    """A month in which nobody writes."""
    a, p = ASSUMED, PRICES
    kinds = [resource["Type"] for resource in template["Resources"].values()]
    polled = sum(kind == "AWS::Lambda::EventSourceMapping" for kind in kinds) or _polled(template)
    sweeps = MONTH * 24 * 60
    sweep = sweeps * (a["seconds a sweep"] * a["memory GB"] * p["Lambda, a GB-second on arm64"] + p["Lambda, a call"])
    sweep += sweeps * (2 * p["DynamoDB, a read unit"] + a["log KB an invocation"] / 1e6 * p["CloudWatch, a GB of logs"])
    return {
        "alarms": kinds.count("AWS::CloudWatch::Alarm") * p["CloudWatch, an alarm a month"],
        "metrics": len(metric_names()) * p["CloudWatch, a metric a month"],
        "dashboards": kinds.count("AWS::CloudWatch::Dashboard") * p["CloudWatch, a dashboard a month"],
        "secrets": kinds.count("AWS::SecretsManager::Secret") * p["Secrets Manager, a secret a month"]
        + MONTH * 24 * 12 * p["Secrets Manager, a call"],
        "waiting at the queues": polled * a["polls a queue a month"] * p["SQS, a request"],
        "the sweep, every minute": sweep,
    }


def _polled(template: Mapping[str, Any]) -> int:
    """Queues that wake a function, as SAM writes them."""
    functions = (resource.get("Properties", {}) for resource in template["Resources"].values())
    events = (event for function in functions for event in (function.get("Events") or {}).values())
    return sum(event.get("Type") == "SQS" for event in events)


def metric_names() -> frozenset[str]:
    """Every counter of ours, by having each counted once: each name is a metric that CloudWatch bills."""
    from chalicelib.desk.model import Kind, Receipt
    from chalicelib.desk.sending_events import Event, SendingEvent
    from chalicelib.setup import telemetry

    now = datetime.now(UTC)
    with contextlib.redirect_stdout(io.StringIO()):
        telemetry.handled(Receipt("inbound/bench", now, Kind.CUSTOMER, "counted"))
        for event in Event:
            telemetry.reported(SendingEvent(event, True, "letter", "thread", "ses", "jane@x.example", now, ""), True)
        telemetry.swept(0, 0, ())
        names = frozenset(telemetry.metrics().metric_set)
        telemetry.metrics().clear_metrics()
    return names


def rows(template_file: Path, calls: Sequence[str], writes: float, reads: float) -> Iterator[Row]:
    base = conversation(calls, writes, reads)
    cheap, usual = (sum(base.values()) + sending(plan) for plan in ("a la carte", "Essentials"))
    name = f"cost of {CONVERSATIONS:,} conversations, plan Essentials"
    note = f"{_listed(base)}, sending {sending('Essentials'):.2f}; no free tier; list prices of {PRICED}"
    after = CONVERSATIONS * kept_gigabytes() * PRICES["S3, a GB a month"]
    note += f"; kept on, they cost {after:.3f} USD in every month after"
    yield Row(name, 1.60, usual, "USD", "a la carte", cheap, note, {"parts": base})
    month = fixed(yaml.safe_load(template_file.read_text("utf-8")))
    note = f"{_listed(month)}; no free tier"
    yield Row("fixed cost a month", 8.0, sum(month.values()), "USD", note=note, more={"parts": month})


def _listed(parts: Parts) -> str:
    return ", ".join(f"{what} {usd:.2f}" for what, usd in parts.items())


def main() -> int:
    """The two rows alone, by the counts of a few mails."""
    from bench import artefact, other_side, path

    with artefact.built() as made, other_side.started() as aws:
        found = path.handled(made, aws, mails=5)
        return report("cost", rows(made.template, *path.counts_of(found)))


if __name__ == "__main__":
    sys.exit(main())
