"""The environment `app.py` finds itself in: where AWS is, and its settings (`.chalice/config.json` elsewhere)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from byname.local.received import REGION
from byname.local.resources import Names

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
"""The one pair whose presigned links ministack honours. Written down so that no real account is ever asked."""


def settings(names: Names, *, aws: str, ses: str, pages: str, instance: str, team_file: Path) -> dict[str, str]:
    """Every variable `app.py` reads. `aws`, `ses` and `pages` are addresses without a trailing slash."""
    return {
        **CREDENTIALS,
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": aws,
        "AWS_ENDPOINT_URL_SESV2": ses,
        "TABLE_NAME": names.table,
        "MAIL_BUCKET": names.bucket,
        "INBOUND_QUEUE_URL": names.inbound_queue_url,
        "KEY_RING_SECRET": names.secret,
        "SES_CONFIGURATION_SET": "local",
        "PAGES_URL": pages,
        "INSTANCE": instance,
        "TEAM_FILE": str(team_file.resolve()),
    }


_FOREIGN = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")
"""What a developer's shell may hold and must not reach the app here."""


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """The process's environment with these values, and as it was afterwards."""
    before = dict(os.environ)
    for name in _FOREIGN:
        os.environ.pop(name, None)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
