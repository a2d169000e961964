"""What a cold start costs: the artefact in fresh interpreters, by the CPU of the whole process, user and system."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from statistics import median

from bench import mails
from bench.artefact import Artefact
from bench.other_side import OtherSide
from bench.table import ROOT, Row, spread

RUNS = 15
"""Interpreters of each kind, in turns; the first of each is thrown away."""

_CONTEXT = """
import app, json
class Context:
    function_name, memory_limit_in_mb, aws_request_id = "receive_mail", 512, "bench"
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:receive_mail"
"""
FIRST_MAIL = (
    _CONTEXT + f"answer = app.receive_mail({mails.event_of(0)!r}, Context())\nassert not answer['batchItemFailures']\n"
)
_NAMES = """
import importlib.util, sys
names = [name for name, module in sys.modules.items() if name != "__main__" and getattr(module, "__spec__", None)]
print(json.dumps([name for name in names if not name.startswith("_jinja2_")]), file=sys.stderr)
"""
IMPORTS = """
import app, importlib
for name in {names!r}:
    importlib.import_module(name)
"""
CLIENTS = """
from chalicelib.aws import clients
for make in (clients.s3, clients.dynamodb, clients.ses, clients.secretsmanager, clients.sqs):
    make()
"""
_GET = {
    "resource": "/contact",
    "path": "/contact",
    "httpMethod": "GET",
    "headers": {"accept": "text/html", "host": "pages.example"},
    "multiValueHeaders": {"accept": ["text/html"], "host": ["pages.example"]},
    "queryStringParameters": None,
    "multiValueQueryStringParameters": None,
    "pathParameters": None,
    "stageVariables": None,
    "requestContext": {"resourcePath": "/contact", "httpMethod": "GET", "path": "/v1/contact", "stage": "v1"},
    "body": None,
    "isBase64Encoded": False,
}
FORM = _CONTEXT + f"answer = app.app({_GET!r}, Context())\nassert answer['statusCode'] == 200, answer\n"
NO_AWS = "import sys\nassert not {'boto3', 'botocore.session', 'chalicelib.aws.clients'} & set(sys.modules)\n"
EAGER_MAIL = """
import chalice.app, jinja2, aws_lambda_powertools, boto3, email.message, email.parser
session = boto3.session.Session()
for service in ("s3", "dynamodb", "sesv2", "secretsmanager", "sqs"):
    session.client(service)
"""
"""What every function of a straightforward build would import: the same libraries at the top of app.py."""


def rows(artefact: Artefact, aws: OtherSide) -> Iterator[Row]:
    _put_the_mail(aws)
    programs = {
        "mail": IMPORTS.format(names=_left_behind_by(FIRST_MAIL, artefact, aws)) + CLIENTS,
        "form": IMPORTS.format(names=_left_behind_by(FORM, artefact, aws)) + NO_AWS,
        "first mail": FIRST_MAIL,
        "first page": FORM,
        "eager": EAGER_MAIL,
        "bare": "",
    }
    found = {name: [] for name in programs}  # type: dict[str, list[float]]
    for _ in range(RUNS + 1):
        for name, code in programs.items():
            found[name].append(_cpu_of(artefact.program(code), aws))
    took = {name: median(samples[1:]) for name, samples in found.items()}
    whole = f"with its first mail handled {took['first mail']:.0f} ms"
    eager = f"the same libraries imported at the top of app.py {took['eager']:.0f} ms"
    note = f"{spread(found['mail'][1:], 'ms')}; the interpreter is counted; {whole}; {eager}"
    name = "import CPU, mail handler with its AWS clients"
    yield Row(name, 350, took["mail"], "ms", "bare interpreter", took["bare"], note, {"samples": found})
    whole = f"with the newest team asked for by {aws.scheme} and its page made {took['first page']:.0f} ms"
    note = f"{spread(found['form'][1:], 'ms')}; the interpreter is counted; {whole}"
    yield Row("import CPU, form GET, no AWS client", 150, took["form"], "ms", "bare interpreter", took["bare"], note)


def _left_behind_by(program: str, artefact: Artefact, aws: OtherSide) -> list[str]:
    """Modules that are there once it ran: what a cold start of the kind has to import, one way or the other."""
    command = artefact.program(program + _NAMES)
    said = subprocess.run(command, env=aws.environment, cwd="/", capture_output=True, text=True, check=False)
    if said.returncode:
        raise RuntimeError(f"the artefact did not do its work: {said.stderr[-2_000:]}")
    names: list[str] = json.loads(said.stderr.splitlines()[-1])
    return [name for name in names if "sysconfigdata" not in name]


def _put_the_mail(aws: OtherSide) -> None:
    from bench.handled import Wire

    Wire(aws.scheme, aws.port, aws.bundle).ask("PUT", f"/{mails.BUCKET}/{mails.key_of(0)}", mails.small(0))


def _cpu_of(command: list[str], aws: OtherSide) -> float:
    """Milliseconds of one child."""
    child = subprocess.Popen(command, env=aws.environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"a cold start failed with {child.returncode}")
    return (used.ru_utime + used.ru_stime) * 1000
