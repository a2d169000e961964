"""Records as a zone file has them."""

import pytest

from byname.cloud.records import Purpose, Record
from byname.cloud.zone_file import quoted, relative, zone_file


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("v=spf1 include:amazonses.com ~all", '"v=spf1 include:amazonses.com ~all"'),
        ('say "hello"; \\', '"say \\"hello\\"; \\\\"'),
        ("é", '"\\195\\169"'),
        ("x" * 256, f'"{"x" * 255}" "x"'),
        ("", '""'),
    ],
    ids=["plain", "quotes and backslashes", "beyond ascii", "too long for one piece", "empty"],
)
def test_text_is_quoted_as_rfc_1035_says(text: str, written: str) -> None:
    assert quoted(text) == written


@pytest.mark.parametrize(
    ("name", "host"),
    [("bounce.harris.example", "bounce"), ("harris.example", "@"), ("a._domainkey.harris.example", "a._domainkey")],
)
def test_names_are_relative_to_their_zone(name: str, host: str) -> None:
    assert relative(name, "harris.example") == host


def test_each_zone_is_a_part_of_its_own() -> None:
    records = [
        Record("MX", "help.harris.example", "10 inbound-smtp.eu-west-1.amazonaws.com", Purpose.RECEIVE),
        Record("TXT", "_dmarc.boilers.example", "v=DMARC1; p=none", Purpose.DMARC),
    ]
    zones = {"help.harris.example": "harris.example", "_dmarc.boilers.example": "boilers.example"}
    assert zone_file(records, zones) == (
        "$ORIGIN harris.example.\n"
        "help 3600 IN MX    10 inbound-smtp.eu-west-1.amazonaws.com.\n"
        "\n"
        "$ORIGIN boilers.example.\n"
        '_dmarc 3600 IN TXT   "v=DMARC1; p=none"\n'
    )
