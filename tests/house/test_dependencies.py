"""What we stand on is written down once, with its reason; and what Lambda gets is what the app imports."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
ALL = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]
MODULES = {"aws-lambda-powertools": "aws_lambda_powertools"}
"""Where a module is called otherwise than what brings it."""
BY_ITSELF = {"tzdata"}
"""Never imported by us: the standard library's zoneinfo does."""


def name_of(requirement: str) -> str:
    return re.split(r"[\s\[<>=!~;]", requirement, maxsplit=1)[0]


def requirements() -> list[str]:
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_requirements_are_the_first_block_of_the_projects_dependencies() -> None:
    first_block = re.search(
        r"dependencies = \[\n\s*#.*\n((?:\s*\".*\n)+)", (ROOT / "pyproject.toml").read_text("utf-8")
    )
    assert first_block is not None
    assert requirements() == re.findall(r'"([^"]+)"', first_block[1])


def test_the_app_imports_what_requirements_bring_and_nothing_else() -> None:
    outside = set()
    for path in [ROOT / "app.py", *(ROOT / "chalicelib").rglob("*.py")]:
        for node in ast.walk(_without_type_checking(ast.parse(path.read_text("utf-8")))):
            if isinstance(node, ast.Import):
                outside |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                outside.add(node.module.partition(".")[0])
    outside -= {*sys.stdlib_module_names, "chalicelib"}
    named = {MODULES.get(name, name) for name in map(name_of, requirements())}
    assert outside == named - BY_ITSELF


def _without_type_checking(tree: ast.Module) -> ast.Module:
    """Imports for the type checker alone are not there when it runs."""

    class Leaves(ast.NodeTransformer):
        def visit_If(self, node: ast.If) -> ast.AST | None:
            is_for_types = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
            return None if is_for_types else self.generic_visit(node)

    Leaves().visit(tree)
    return tree


@pytest.mark.parametrize("name", sorted(set(map(name_of, ALL))))
def test_every_dependency_has_its_reason(name: str) -> None:
    rows = re.findall(rf"^\| `{re.escape(name)}` \| (.+?) \|", _page(), re.M)
    assert len(rows) == 1
    assert rows[0].strip()


def test_no_reason_is_left_over() -> None:
    assert set(re.findall(r"^\| `([\w-]+)` \|", _page(), re.M)) == set(map(name_of, ALL))


def _page() -> str:
    return (ROOT / "docs" / "dependencies.md").read_text("utf-8")
