"""The artefact that AWS gets, unpacked as Lambda unpacks it, with what the runtime brings beside it."""

from __future__ import annotations

import os
import shutil
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.table import ROOT
from byname.cloud import package
from byname.team.compile import compile_file

RUNTIME = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3")
"""What Lambda's Python has without being asked."""
TEAM = ROOT / "examples" / "team.toml"


@dataclass(frozen=True, slots=True)
class Artefact:
    zip: Path
    template: Path
    root: Path
    """The zip's content: Lambda's /var/task."""
    runtime: Path
    """The runtime's own libraries."""

    def program(self, code: str) -> list[str]:
        """A fresh interpreter that sees what a Lambda function sees, and nothing of this machine's libraries."""
        paths = f"import sys\nsys.path[:0] = [{str(self.root)!r}]\nsys.path.append({str(self.runtime)!r})\n"
        return [python(), "-I", "-S", "-B", "-c", paths + code]


def python() -> str:
    """This Python without its virtual environment, whose start-up files would be counted as ours."""
    return os.path.realpath(sys.executable)


@contextmanager
def built() -> Iterator[Artefact]:
    """`make package` for this machine's own processor, of the example's team."""
    with TemporaryDirectory(prefix="byname-bench-") as folder:
        made = package.build("lab", Path(folder) / "out", team=compile_file(TEAM, date.today()))  # noqa: DTZ011
        root, runtime = Path(folder) / "task", Path(folder) / "runtime"
        with zipfile.ZipFile(made.zip) as packed:
            packed.extractall(root)
        _bring(runtime)
        yield Artefact(made.zip, made.template, root, runtime)


def _bring(runtime: Path) -> None:
    """Copies, so that nothing else of the environment can be imported by mistake; with their bytecode."""
    runtime.mkdir()
    for name in RUNTIME:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            raise LookupError(f"{name} is not installed: run `make setup`")
        origin = Path(spec.origin)
        if origin.name == "__init__.py":
            (runtime / name).symlink_to(origin.parent)
        else:
            shutil.copy(origin, runtime)
