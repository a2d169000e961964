"""Where things are: the environment, with every missing variable named at once."""

from __future__ import annotations

import pytest

from chalicelib.errors import Misconfigured
from chalicelib.setup.settings import from_environment

WHOLE = {
    "TABLE_NAME": "byname",
    "MAIL_BUCKET": "mail",
    "INBOUND_QUEUE_URL": "https://queue",
    "KEY_RING_SECRET": "ring",
    "TEAM_FILE": "team.json",
    "INSTANCE": "help.harris.example",
    "PAGES_URL": "https://pages.example/",
}


def test_the_settings_are_read_and_the_trailing_slash_goes() -> None:
    settings = from_environment(WHOLE)
    assert (settings.table_name, settings.pages_url, settings.ses_configuration_set) == (
        "byname",
        "https://pages.example",
        "",
    )


def test_everything_missing_is_named_at_once_with_what_it_is() -> None:
    with pytest.raises(Misconfigured) as missing:
        from_environment({**WHOLE, "MAIL_BUCKET": "", "INSTANCE": ""})
    assert str(missing.value) == (
        "set in .chalice/config.json: MAIL_BUCKET (the S3 bucket of raw mail), "
        "INSTANCE (the name in our loop mark, usually the domain SES receives for)"
    )
