"""The copy that Chalice packages: the app and nothing else, without what Lambda brings; and running Chalice on it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from chalicelib.errors import Misconfigured

BROUGHT_BY_LAMBDA = ("boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "six", "urllib3")
"""Distributions of Lambda's Python runtime. (Lambda guide, "Building Lambda functions with Python", its SDK.)"""
BROUGHT_BY_CHALICE = ("chalice",)
"""Its packager adds its own runtime part, 90 KB; as a requirement it would bring the command line along."""
_NOT_IN_THE_COPY = shutil.ignore_patterns("__pycache__", "*.pyc", "deployments", "deployed")


def wanted(root: Path) -> tuple[str, ...]:
    """The requirements that must be in the zip, as they stand in requirements.txt."""
    lines = (line.partition("#")[0].strip() for line in (root / "requirements.txt").read_text("utf-8").splitlines())
    return tuple(line for line in lines if line and name_of(line) not in (*BROUGHT_BY_LAMBDA, *BROUGHT_BY_CHALICE))


def fingerprint(requirements: Sequence[str], architecture: str) -> str:
    """The same for the same libraries: by it they are fetched once, and not for every change of the code."""
    made_for = f"python3.{sys.version_info.minor} {architecture}"
    return hashlib.sha256("\n".join((*requirements, made_for)).encode()).hexdigest()[:16]


def name_of(requirement: str) -> str:
    """`aws-lambda-powertools` of `AWS_lambda_powertools>=3.37,<4` (PEP 503)."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=!~;]", requirement, maxsplit=1)[0]).lower()


def prepare(
    root: Path, copy: Path, stage: str, architecture: str, environment: Mapping[str, str], requirements: Sequence[str]
) -> Path:
    """A fresh copy of the app in `copy`, to be packaged with these libraries."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(root / "chalicelib", copy / "chalicelib", ignore=_NOT_IN_THE_COPY)
    shutil.copytree(root / ".chalice", copy / ".chalice", ignore=_NOT_IN_THE_COPY)
    shutil.copy(root / "app.py", copy)
    (copy / "requirements.txt").write_text("".join(f"{line}\n" for line in requirements), "utf-8")
    _adapt(copy / ".chalice" / "config.json", stage, architecture, environment)
    return copy


def _adapt(file: Path, stage: str, architecture: str, environment: Mapping[str, str]) -> None:
    config = json.loads(file.read_text("utf-8"))
    chosen = config["stages"][stage]
    chosen["lambda_architecture"] = architecture
    chosen["environment_variables"] = {**chosen.get("environment_variables", {}), **environment}
    file.write_text(json.dumps(config), "utf-8")


def run_chalice(copy: Path, stage: str, out: Path) -> Path:
    """`chalice package` in the copy. Returns `out`, holding deployment.zip and sam.yaml. Raises Misconfigured."""
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-c", "import sys; from chalice.cli import main; sys.exit(main())", "package"]
    command += ["--stage", stage, "--merge-template", ".chalice/resources.yaml", str(out)]
    done = subprocess.run(command, cwd=copy, env=_environment(), capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).strip()
    if missing := left_out(said):
        raise without_wheel(missing)
    if done.returncode:
        raise Misconfigured(f"chalice could not package byname: {_last_lines(said.splitlines())}")
    return out


def left_out(said: str) -> list[str]:
    """The libraries that Chalice could not find for Lambda. Of some it only warns, and goes on without them."""
    warned = re.search(r"Could not install dependencies:\n(.+?)\n\s*You will have", said, re.S)
    return warned[1].split() if warned else re.findall(r"Could not satisfy the requirement: (\S+)", said)


def without_wheel(names: Sequence[str]) -> Misconfigured:
    return Misconfigured(
        f"there is no wheel for Lambda of {', '.join(names)}: with the network up, try again; if it stays so, ask for "
        "another version in requirements.txt (`pip index versions NAME` lists them)"
    )


def _environment() -> dict[str, str]:
    """No account is asked: Chalice wants a region and takes any. No bytecode: it would be packaged."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    return {**kept, "AWS_DEFAULT_REGION": "us-east-1", "PYTHONDONTWRITEBYTECODE": "1"}


def _last_lines(lines: Sequence[str]) -> str:
    return " / ".join(line.strip() for line in lines[-3:]) or "it did not say why"
