"""Starts `bench.aws_side` and says how to reach it: the environment of a function whose AWS it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import botocore

from bench import mails
from bench.table import ROOT

_CERTIFICATE = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"


@dataclass(frozen=True, slots=True)
class OtherSide:
    port: int
    scheme: str
    bundle: str
    """The certificates to trust; empty without TLS."""

    @property
    def environment(self) -> dict[str, str]:
        """Everything a function of ours finds in Lambda, with this AWS."""
        return {
            "PATH": os.environ["PATH"],
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "eu-west-1",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL": f"{self.scheme}://127.0.0.1:{self.port}",
            "AWS_EC2_METADATA_DISABLED": "true",
            **({"AWS_CA_BUNDLE": self.bundle, "SSL_CERT_FILE": self.bundle} if self.bundle else {}),
            "TABLE_NAME": "byname-desk",
            "MAIL_BUCKET": mails.BUCKET,
            "INBOUND_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/byname-inbound",
            "KEY_RING_SECRET": "byname-keys",
            "SES_CONFIGURATION_SET": "byname",
            "PAGES_URL": "https://pages.example",
            "INSTANCE": "help.harris.example",
            "TEAM_FILE": "team.json",
        }


def _roots() -> str:
    """The bundle that botocore brings."""
    return str(Path(botocore.__file__).parent / "cacert.pem")


@contextmanager
def started() -> Iterator[OtherSide]:
    """Over TLS where there is an `openssl` to make a certificate with; over plain HTTP elsewhere, which costs less."""
    with TemporaryDirectory(prefix="byname-bench-") as folder:
        certificate, key = Path(folder) / "certificate.pem", Path(folder) / "key.pem"
        bundle = Path(folder) / "bundle.pem"
        pair: list[str] = []
        if openssl := shutil.which("openssl"):
            where = ["-out", str(certificate), "-keyout", str(key)]
            subprocess.run([openssl, *_CERTIFICATE.split(), *where], check=True, capture_output=True)
            pair = [str(certificate), str(key)]
            # As many roots as a machine trusts, because reading them is part of a cold start.
            bundle.write_bytes(Path(_roots()).read_bytes() + certificate.read_bytes())
        command = [sys.executable, "-m", "bench.aws_side", *pair]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            port = int(child.stdout.readline())
            try:
                yield OtherSide(port, "https" if pair else "http", str(bundle) if pair else "")
            finally:
                child.stdin.close()
