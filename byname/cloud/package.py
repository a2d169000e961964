"""What Lambda runs, as one zip and one template: `build` makes them from this checkout and a compiled team.

Chalice does the packaging; here it gets a clean copy to work on, and what it made is finished: see `package_zip` for
what goes into the zip. The same input gives the same bytes, so an unchanged byname is not deployed again.
"""

from __future__ import annotations

import fcntl
import platform
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from byname.cloud import package_stage, package_zip
from chalicelib.desk.team import Team
from chalicelib.errors import Misconfigured

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".local" / "package"
"""Where each stage is put together, and where the libraries stay that were fetched; `make clean` fetches them anew."""
LAB = "lab"
STAGES = ("prod", LAB)
"""prod is for AWS; lab is for this machine's own architecture, and may speak to other endpoints than Amazon's."""
CODE = "deployment.zip"
OLDEST_PYTHON = (3, 11)
"""As pyproject.toml says."""
ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}
"""What a machine calls its processor → what Lambda calls it."""


@dataclass(frozen=True, slots=True)
class Package:
    """What `build` made: the code of all functions, and the SAM template whose `CodeUri` names it."""

    zip: Path
    template: Path

    def located(self, bucket: str, key: str) -> str:
        """The template's text with the code at this place in S3, as CloudFormation wants it."""
        template = yaml.safe_load(self.template.read_text("utf-8"))
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::Serverless::Function":
                resource["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": key}
        return _yaml(template)


def build(stage: str, out: Path, *, team: Team, environment: Mapping[str, str] = {}, checkout: Path = ROOT) -> Package:
    """Packages a checkout into `out/`, made if need be. `environment` is given to every function besides its own.

    Raises Misconfigured, with the mend, for a Python that Lambda does not run, a library without a wheel for Lambda, or
    an endpoint outside the lab.
    """
    _check(stage, environment, checkout)
    with _alone(WORK / stage) as work:
        architecture, wanted = architecture_of(stage), package_stage.wanted(checkout)
        libraries = work / f"libraries-{package_stage.fingerprint(wanted, architecture)}.zip"
        to_fetch = () if libraries.exists() else wanted
        copy = package_stage.prepare(checkout, work / "copy", stage, architecture, environment, to_fetch)
        made = package_stage.run_chalice(copy, stage, work / "made")
        tree = package_zip.unpack(work / "tree", made / CODE, libraries if libraries.exists() else made / CODE)
        package_zip.check(tree, wanted, architecture)
        if to_fetch:
            (made / CODE).replace(libraries)
        package_zip.complete(tree, checkout / "templates", team)
        out.mkdir(parents=True, exist_ok=True)
        package = Package(out / CODE, out / "template.yaml")
        package_zip.write(tree, package.zip)
        package.template.write_text(_yaml(yaml.safe_load((made / "sam.yaml").read_text("utf-8"))), "utf-8")
    return package


def architecture_of(stage: str) -> str:
    """arm64 on AWS: a fifth cheaper. In the lab whatever this machine can run."""
    return ARCHITECTURES.get(platform.machine().lower(), "x86_64") if stage == LAB else "arm64"


def _check(stage: str, environment: Mapping[str, str], checkout: Path) -> None:
    if stage not in STAGES:
        raise Misconfigured(f"there is no stage {stage!r}: take {' or '.join(STAGES)}")
    if stage == LAB and sys.platform != "linux":
        raise Misconfigured("the lab runs Lambda's own libraries, which are Linux's: package for prod, or use Linux")
    if stage != LAB and (foreign := sorted(name for name in environment if name.startswith("AWS_"))):
        raise Misconfigured(f"only the lab may be given {', '.join(foreign)}: on AWS that is Lambda's to say")
    if not (checkout / "templates").is_dir():
        raise Misconfigured(f"{checkout} is no checkout of byname: install it from one with `pip install -e .`")
    check_python((sys.version_info.major, sys.version_info.minor))


def check_python(version: tuple[int, int]) -> None:
    """Chalice packages for the Python that runs it, and would quietly take the nearest one that Lambda has."""
    from botocore.model import StringShape
    from botocore.session import Session

    runtimes = Session().get_service_model("lambda").shape_for("Runtime")
    offered = runtimes.enum if isinstance(runtimes, StringShape) else ()
    known = [name.removeprefix("python") for name in offered if name.startswith("python3.")]
    fit = [name for name in known if tuple(map(int, name.split("."))) >= OLDEST_PYTHON]
    if (name := ".".join(map(str, version))) not in fit:
        raise Misconfigured(f"Lambda does not run Python {name}: make .venv with one of {', '.join(fit)} and try again")


@contextmanager
def _alone(work: Path) -> Iterator[Path]:
    """One build of a stage at a time: they share the copy."""
    work.mkdir(parents=True, exist_ok=True)
    with open(work / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield work


class _WithoutAliases(yaml.SafeDumper):
    """CloudFormation does not read YAML's aliases, which Chalice writes where one value stands twice."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - yaml calls it so
        return True


def _yaml(template: Mapping[str, Any]) -> str:
    return yaml.dump(template, Dumper=_WithoutAliases, allow_unicode=True, width=120)
