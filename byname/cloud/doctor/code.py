"""Do the functions run what this checkout holds? Their zip has the sources, so that they can be laid side by side."""

from __future__ import annotations

import base64
import io
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from byname.cloud import artifacts
from byname.cloud.doctor.finding import Finding, warn, well
from byname.cloud.doctor.place import Place
from chalicelib.errors import Unavailable

ROOT = Path(__file__).resolve().parents[3]
OURS = ("app.py", "chalicelib/", "templates/")
LARGEST = 60_000_000
_FEW = 3


@dataclass(frozen=True, slots=True)
class Code:
    """Names of files that differ, are only here, or only there."""

    differing: tuple[str, ...]
    same: int


def code_of(place: Place) -> Code:
    function = place.client("lambda").get_function(FunctionName=place.stack.output("ReceiveMailFunction"))
    content = _uploaded(place, function["Configuration"]["CodeSha256"]) or _downloaded(function["Code"]["Location"])
    try:
        packed = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise Unavailable("the functions' code is no zip") from error
    return compared({name: packed.read(name) for name in packed.namelist() if _is_ours(name)}, _here(ROOT))


def _uploaded(place: Place, digest: str) -> bytes | None:
    """What `byname deploy` uploaded under this digest, in base64; None when it is not there any more."""
    s3, bucket = place.client("s3"), artifacts.bucket_name(place.account, place.stack_name)
    key = f"{artifacts.CODE}{base64.b64decode(digest).hex()[:32]}.zip"  # as `artifacts.key_of` names it
    try:
        content: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except s3.exceptions.ClientError:
        return None
    return content


def _downloaded(link: str) -> bytes:
    try:
        with urllib.request.urlopen(link, timeout=60) as answer:  # noqa: S310 - AWS's own presigned link
            content: bytes = answer.read(LARGEST)
    except OSError as error:
        raise Unavailable(f"the functions' code ({type(error).__name__})") from error
    return content


def _here(root: Path) -> Mapping[str, bytes]:
    files = [root / "app.py", *(root / "chalicelib").rglob("*"), *(root / "templates").rglob("*")]
    named = {path.relative_to(root).as_posix(): path for path in files if path.is_file()}
    return {name: path.read_bytes() for name, path in named.items() if _is_ours(name)}


def _is_ours(name: str) -> bool:
    """Sources; what `byname deploy` compiles from the templates stands only there."""
    if name.startswith("templates/compiled-"):
        return False
    hidden = any(part.startswith(".") or part == "__pycache__" for part in name.split("/"))
    return name.startswith(OURS) and not hidden and not name.endswith(("~", "/", ".pyc"))


def compared(there: Mapping[str, bytes], here: Mapping[str, bytes]) -> Code:
    names = sorted({*there, *here})
    differing = tuple(name for name in names if there.get(name) != here.get(name))
    return Code(differing, len(names) - len(differing))


def judge_code(found: Code) -> Iterator[Finding]:
    if not found.differing:
        yield well("The functions run the code of this checkout")
        return
    named = ", ".join(found.differing[:_FEW]) + (" …" if len(found.differing) > _FEW else "")
    differ = "1 file differs" if len(found.differing) == 1 else f"{len(found.differing)} files differ"
    yield warn(
        f"The functions run other code than this checkout's: {differ} ({named})",
        "`byname deploy` brings them up to date, if this checkout is the one you want.",
    )
