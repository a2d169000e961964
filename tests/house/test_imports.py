"""Who may import whom: arrows run one way, and there are no circles. (design, section 2)"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOWS = {"chalicelib.flows", "chalicelib.gather", "chalicelib.carry_out", "chalicelib.outbox"}
"""The story on one page, and the pages of its first and its last step."""

MAY_IMPORT: dict[str, set[str]] = {
    "app": {"chalicelib.pages", "chalicelib.flows", "chalicelib.setup", "chalicelib.aws.events", "chalicelib.errors"},
    "chalicelib.errors": set(),
    "chalicelib.desk": {"chalicelib.desk", "chalicelib.errors"},
    "chalicelib.mail": {"chalicelib.mail", "chalicelib.desk", "chalicelib.errors"},
    "chalicelib.triage": {"chalicelib.triage", "chalicelib.desk", "chalicelib.errors"},
    "chalicelib.web": {"chalicelib.web", "chalicelib.desk", "chalicelib.errors"},
    "chalicelib.ports": {"chalicelib.desk", "chalicelib.errors"},
    "chalicelib.aws": {"chalicelib.aws", "chalicelib.ports", "chalicelib.desk", "chalicelib.errors"},
    **{
        step: {"chalicelib.desk", "chalicelib.mail", "chalicelib.triage", "chalicelib.web", "chalicelib.ports"}
        | {"chalicelib.errors", *FLOWS}
        for step in FLOWS
    },
    "chalicelib.pages": {"chalicelib.flows", "chalicelib.desk", "chalicelib.mail", "chalicelib.web"}
    | {"chalicelib.ports", "chalicelib.errors"},
    "chalicelib.setup": {"chalicelib.setup", "chalicelib.aws", "chalicelib.mail", "chalicelib.ports"}
    | {"chalicelib.desk", "chalicelib.errors"},
}
STANDARD_ONLY = ("chalicelib.desk", "chalicelib.errors", "chalicelib.triage")
NO_AWS = ("chalicelib.desk", "chalicelib.mail", "chalicelib.triage", "chalicelib.web", "chalicelib.ports", *FLOWS)


def modules() -> dict[str, Path]:
    files = [ROOT / "app.py", *(ROOT / "chalicelib").rglob("*.py"), *(ROOT / "byname").rglob("*.py")]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in files}


def imports_of(path: Path) -> set[str]:
    """Every module a file names, however deep in a function, as dotted names."""
    found, known = set(), modules()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: imports are absolute"
            named = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= named if named <= set(known) else {node.module, *named}
    return {name for name in found if name in known or name.partition(".")[0] not in ("chalicelib", "byname", "app")}


def room_of(module: str) -> str:
    """`chalicelib.desk.model` belongs to `chalicelib.desk`; a file that is its own room to itself."""
    return next((room for room in sorted(MAY_IMPORT, key=len, reverse=True) if _within(module, room)), module)


def _within(module: str, room: str) -> bool:
    return module == room or module.startswith(room + ".")


SHIPPED = sorted(name for name in modules() if not _within(name, "byname") and name != "chalicelib")


@pytest.mark.parametrize("module", SHIPPED)
def test_a_room_imports_only_what_lies_below_it(module: str) -> None:
    allowed = MAY_IMPORT[room_of(module)]
    ours = {name for name in imports_of(modules()[module]) if name.startswith(("chalicelib.", "byname", "app"))}
    strays = {name for name in ours if not any(_within(name, room) for room in allowed)}
    assert strays == set()


@pytest.mark.parametrize("module", [name for name in SHIPPED if name.startswith(STANDARD_ONLY)])
def test_the_core_is_standard_library_only_and_reads_no_clock(module: str) -> None:
    import sys

    path = modules()[module]
    outside = {name for name in imports_of(path) if not name.startswith("chalicelib")}
    assert {name for name in outside if name.partition(".")[0] not in sys.stdlib_module_names} == set()
    assert outside & {"time", "random", "secrets", "socket", "logging", "os", "uuid"} == set()
    source = path.read_text("utf-8")
    assert "datetime.now" not in source
    assert "date.today" not in source


@pytest.mark.parametrize("module", [name for name in SHIPPED if name.startswith(NO_AWS)])
def test_nobody_but_the_aws_room_knows_aws(module: str) -> None:
    names = {name.partition(".")[0] for name in imports_of(modules()[module])}
    assert names & {"boto3", "botocore"} == set()


def test_the_flows_stay_on_one_page() -> None:
    lines = (ROOT / "chalicelib" / "flows.py").read_text("utf-8").splitlines()
    assert len(lines) <= 150


def test_there_are_no_circles() -> None:
    graph = {name: {i for i in imports_of(path) if i in modules()} for name, path in modules().items()}
    for name in graph:
        assert name not in _reached(graph, name), f"{name} imports itself by a detour"


def _reached(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [one for one in graph[start] if one != start]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(graph.get(name, set()))
    return seen
