"""The zip: what Chalice packed, without what nobody reads in Lambda, with letters, team and bytecode.

Lambda unpacks it anew for every cold start, so the code is compiled here: bytecode that is taken as it is, without a
look at the source's date or hash (PEP 552). Dates are fixed and names sorted: same input, same bytes.
"""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from byname.cloud.package_stage import BROUGHT_BY_LAMBDA, name_of, without_wheel
from chalicelib.desk.team import Team
from chalicelib.errors import Misconfigured
from chalicelib.mail import render
from chalicelib.setup.team_file import write_team
from chalicelib.web import pages

TEAM = "team.json"
"""The team at the zip's root; `TEAM_FILE` in .chalice/config.json says so to the app."""
MACHINES = {"x86_64": 0x3E, "arm64": 0xB7}
"""Lambda's name of an architecture → `e_machine` of an ELF header (ELF specification; AAELF64)."""
LAMBDA_TASK_ROOT = "/var/task"
_FIXED = (1980, 1, 1, 0, 0, 0)
"""The first date a zip knows."""
_MODULES = {"python-dateutil": "dateutil"}
"""What a distribution installs, where it is called otherwise."""

_OURS = re.compile(r"app\.py$|chalicelib/|chalice/")
"""What is not a library: the app, and Chalice's own runtime part."""
_UNREAD = re.compile(
    r"""
    (^|/)(tests?|__pycache__|bin)/                                  # libraries' own tests, commands
    | \.data/                                                       # scripts and headers a wheel would install
    | \.(pyi|c|h|pyx|pxd)$ | (^|/)py\.typed$                         # for compilers and type checkers
    | \.dist-info/(?!METADATA$|licenses/|LICENSE|COPYING|NOTICE)     # importlib.metadata reads METADATA alone
    """,
    re.VERBOSE,
)


def unpack(tree: Path, app: Path, libraries: Path) -> Path:
    """A folder with the app of one zip and the libraries of another, or of the same: both as Chalice packed them.

    Left out is what nobody reads in Lambda, and what Lambda brings.
    """
    shutil.rmtree(tree, ignore_errors=True)
    _extract(libraries, tree, lambda name: _is_read(name) and not _OURS.match(name))
    _extract(app, tree, lambda name: bool(_OURS.match(name)))
    return tree


def _extract(packed: Path, tree: Path, wanted: Callable[[str], bool]) -> None:
    with zipfile.ZipFile(packed) as content:
        content.extractall(tree, [name for name in content.namelist() if wanted(name)])


def _is_read(name: str) -> bool:
    return not name.endswith("/") and not _UNREAD.search(name) and not _is_brought(name)


def _is_brought(name: str) -> bool:
    top = name.partition("/")[0]
    distribution = name_of(top.partition("-")[0]) if top.endswith(".dist-info") else ""
    modules = (_MODULES.get(one, one) for one in BROUGHT_BY_LAMBDA)
    return distribution in BROUGHT_BY_LAMBDA or top.removesuffix(".py") in modules


def check(tree: Path, wanted: Sequence[str], architecture: str) -> None:
    """Raises Misconfigured when a library is missing or made for another processor: Lambda would say so too late."""
    there = {name_of(folder.name.partition("-")[0]) for folder in tree.glob("*.dist-info")}
    if missing := [requirement for requirement in wanted if name_of(requirement) not in there]:
        raise without_wheel(missing)
    if foreign := [name for name, machine in shared_objects(tree) if machine != MACHINES[architecture]]:
        raise Misconfigured(
            f"{', '.join(foreign)} in the zip is not for {architecture}: delete .local/package and try again"
        )


def shared_objects(tree: Path) -> Iterator[tuple[str, int]]:
    """Every compiled library below `tree`, and the machine it was made for; 0 for what is no ELF file."""
    for file in sorted(tree.rglob("*.so*")):
        with open(file, "rb") as content:
            head = content.read(20)
        is_elf = len(head) == 20 and head[:4] == b"\x7fELF"
        yield file.relative_to(tree).as_posix(), struct.unpack("<H", head[18:])[0] if is_elf else 0


def complete(tree: Path, templates: Path, team: Team) -> None:
    """Adds the letters' and pages' templates, the compiled team and the bytecode of everything."""
    shutil.copytree(templates, tree / "templates", ignore=shutil.ignore_patterns(".*", "*~"))
    pages.compile_templates(tree / "templates")
    render.compile_templates(tree / "templates")
    (tree / TEAM).write_text(write_team(team), "utf-8")
    _compile(tree)


def _compile(tree: Path) -> None:
    """In a process of its own: what is interned in ours would leave its mark on the bytes."""
    command = [sys.executable, "-S", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(tree), "-p", LAMBDA_TASK_ROOT, str(tree)]
    fixed = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONOPTIMIZE": "", "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(command, env=fixed, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Misconfigured(f"what goes into the zip does not compile: {(done.stdout + done.stderr).strip()[-400:]}")


def write(tree: Path, file: Path) -> None:
    """All of the folder as a zip, whole or not at all: the same folder gives the same bytes."""
    unfinished = file.with_name(f"{file.name}.new")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in sorted(tree.rglob("*"), key=lambda one: one.relative_to(tree).as_posix()):
            if path.is_file():
                packed.writestr(_entry(path.relative_to(tree).as_posix()), path.read_bytes(), compresslevel=9)
    unfinished.replace(file)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _FIXED)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # Unix, wherever it was made, so that the rights below are heeded
    entry.external_attr = 0o100644 << 16  # readable for the user Lambda runs as
    return entry
