"""The zip that AWS gets: what runs, for the processor it runs on, and nothing else. (Its template: test_template.)"""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from byname.cloud import package_zip
from byname.cloud.doctor import code
from byname.cloud.package import ROOT, STAGES, Package, architecture_of, build, check_python
from byname.cloud.package_stage import BROUGHT_BY_LAMBDA, left_out, prepare, run_chalice
from chalicelib.errors import Misconfigured
from chalicelib.setup.team_file import read_team
from tests.builders import a_team


def names_in(package: Package) -> set[str]:
    with zipfile.ZipFile(package.zip) as packed:
        return set(packed.namelist())


# --- the zip -----------------------------------------------------------------------------------------------------


def test_letters_pages_and_team_are_in_it(packages: dict[str, Package]) -> None:
    names = names_in(packages["prod"])
    templates = {file.relative_to(ROOT).as_posix() for file in (ROOT / "templates").rglob("*.*")}
    assert templates <= names
    with zipfile.ZipFile(packages["prod"].zip) as packed:
        assert read_team(packed.read("team.json").decode()) == a_team()


def test_every_module_of_ours_is_in_it_and_nothing_of_the_operators(packages: dict[str, Package]) -> None:
    names = names_in(packages["prod"])
    ours = {file.relative_to(ROOT).as_posix() for file in (ROOT / "chalicelib").rglob("*.py")}
    assert {"app.py", *ours} <= names
    assert [name for name in names if name.startswith(("byname/", "tests/", ".chalice/"))] == []


def test_a_fresh_package_is_no_other_code_than_its_checkouts(packages: dict[str, Package]) -> None:
    with zipfile.ZipFile(packages["prod"].zip) as packed:
        there = {name: packed.read(name) for name in packed.namelist() if code._is_ours(name)}
    assert code.compared(there, code._here(ROOT)).differing == ()


def test_nothing_is_in_it_that_lambda_brings_or_nobody_reads(packages: dict[str, Package]) -> None:
    tops = {name.partition("/")[0] for name in names_in(packages["prod"])}
    assert tops & {*BROUGHT_BY_LAMBDA, "dateutil", "pip", "setuptools", "wheel", "bin"} == set()
    inside_chalice = {name for name in names_in(packages["prod"]) if name.startswith("chalice/") and ".pyc" not in name}
    assert inside_chalice == {"chalice/__init__.py", "chalice/app.py"}
    unread = ("/RECORD", "/WHEEL", ".pyi", ".c", "/py.typed", "/sboms/", "/tests/")
    assert [name for name in names_in(packages["prod"]) if name.endswith(unread) or "/tests/" in name] == []


def test_everything_is_compiled_for_the_python_that_runs_it_and_taken_as_it_is(packages: dict[str, Package]) -> None:
    tag = sys.implementation.cache_tag
    with zipfile.ZipFile(packages["prod"].zip) as packed:
        for name in sorted(one for one in packed.namelist() if one.endswith(".py")):
            folder, _, file = name.rpartition("/")
            compiled = f"{folder}/__pycache__/{file[:-3]}.{tag}.pyc".lstrip("/")
            flags = int.from_bytes(packed.read(compiled)[4:8], "little")
            assert flags == 0b01, f"{name}: by hash, and the hash is not checked (PEP 552)"


@pytest.mark.parametrize("stage", STAGES)
def test_every_compiled_library_is_for_its_processor(packages: dict[str, Package], stage: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(packages[stage].zip) as packed:
        packed.extractall(tmp_path)
    found = dict(package_zip.shared_objects(tmp_path))
    assert {name.partition("/")[0] for name in found} == {"markupsafe", "nh3"}
    assert set(found.values()) == {package_zip.MACHINES[architecture_of(stage)]}
    assert architecture_of("prod") == "arm64"


def test_the_same_input_gives_the_same_bytes_wherever_it_lies(tmp_path: Path) -> None:
    here = a_copy(tmp_path / "here")
    there = shutil.copytree(here, tmp_path / "there")
    made = [build("prod", place / "out", team=a_team(), checkout=place) for place in (here, there)]
    assert made[0].zip.read_bytes() == made[1].zip.read_bytes()
    assert made[0].template.read_bytes() == made[1].template.read_bytes()


def a_copy(place: Path) -> Path:
    """What a package is made of, somewhere else."""
    for folder in ("chalicelib", "templates", ".chalice"):
        shutil.copytree(ROOT / folder, place / folder)
    for file in ("app.py", "requirements.txt"):
        shutil.copy(ROOT / file, place)
    return place


def test_it_starts_where_nothing_of_this_checkout_is(packages: dict[str, Package], tmp_path: Path) -> None:
    """A fresh interpreter with the unpacked zip and Lambda's own libraries, and nothing else on its path."""
    with zipfile.ZipFile(packages["lab"].zip) as packed:
        packed.extractall(tmp_path / "task")
    (tmp_path / "runtime").mkdir()
    for name in BROUGHT_BY_LAMBDA:
        module = find_spec({"python-dateutil": "dateutil"}.get(name, name))
        assert module is not None
        assert module.origin is not None
        origin = Path(module.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        (tmp_path / "runtime" / source.name).symlink_to(source)
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]; import app, chalicelib, jinja2, nh3;"
        "from chalicelib import flows; from chalicelib.aws import store; from chalicelib.setup import wiring;"
        "wiring.team().firm.name; print(*{m.__file__.split('/task/')[0] for m in (app, chalicelib, jinja2, nh3)})"
    )
    command = [sys.executable, "-I", "-S", "-c", code, str(tmp_path / "task"), str(tmp_path / "runtime")]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", env={"TEAM_FILE": "team.json"}, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, str(tmp_path)), done.stderr


# --- what cannot be packaged says so -----------------------------------------------------------------------------


def test_an_endpoint_outside_the_lab_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="only the lab may be given AWS_ENDPOINT_URL_SESV2"):
        build("prod", tmp_path, team=a_team(), environment={"AWS_ENDPOINT_URL_SESV2": "http://127.0.0.1:1"})


def test_what_goes_to_aws_names_no_endpoint(packages: dict[str, Package]) -> None:
    assert "AWS_ENDPOINT" not in packages["prod"].template.read_text("utf-8")


def test_an_unknown_stage_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="there is no stage 'live': take prod or lab"):
        build("live", tmp_path, team=a_team())


@pytest.mark.parametrize("version", [(3, 10), (3, 99)])
def test_a_python_that_lambda_does_not_run_is_refused(version: tuple[int, int]) -> None:
    with pytest.raises(Misconfigured, match=rf"Lambda does not run Python 3\.{version[1]}: .* 3\.11, 3\.12"):
        check_python(version)


def test_chalices_mere_warning_about_a_missing_wheel_is_heard() -> None:
    from chalice.constants import MISSING_DEPENDENCIES_TEMPLATE

    said = "Creating deployment package.\n" + MISSING_DEPENDENCIES_TEMPLATE % "nh3==0.3.8\nmarkupsafe==3.0.4"
    assert left_out(said) == ["nh3==0.3.8", "markupsafe==3.0.4"]
    assert left_out("Creating deployment package.\nReusing existing deployment package.\n") == []


def test_a_library_that_cannot_be_fetched_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")  # as on a train
    copy = prepare(ROOT, tmp_path / "copy", "prod", "arm64", {}, ["nh3>=0.3.8"])
    with pytest.raises(Misconfigured, match=r"no wheel for Lambda of nh3>=0\.3\.8: with the network up, try again"):
        run_chalice(copy, "prod", tmp_path / "made")


def test_a_library_that_is_not_in_the_zip_is_named(tmp_path: Path) -> None:
    (tmp_path / "jinja2-3.1.6.dist-info").mkdir()
    with pytest.raises(Misconfigured, match=r"no wheel for Lambda of nh3>=0\.3\.8: with the network up, try again"):
        package_zip.check(tmp_path, ["Jinja2>=3", "nh3>=0.3.8"], "arm64")


def test_a_library_for_another_processor_is_named(tmp_path: Path) -> None:
    (tmp_path / "nh3").mkdir()
    (tmp_path / "nh3" / "nh3.abi3.so").write_bytes(b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00\x3e\x00")
    with pytest.raises(Misconfigured, match=r"nh3/nh3\.abi3\.so in the zip is not for arm64"):
        package_zip.check(tmp_path, [], "arm64")
    package_zip.check(tmp_path, [], "x86_64")
