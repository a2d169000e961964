from pathlib import Path

import pytest

from byname.local.verdicts import Verdict, Verdicts, read_verdicts
from chalicelib.errors import Refused


def test_everyone_passes_when_nothing_is_said() -> None:
    assert Verdicts().of("jane@customer.example") == Verdict("pass", "pass", "pass", "pass", "pass")


def test_a_mail_without_a_from_address_passes_neither_dkim_nor_dmarc() -> None:
    verdict = Verdicts().of("")
    assert (verdict.dkim, verdict.dmarc) == ("gray", "gray")


def test_an_address_counts_before_its_domain(tmp_path: Path) -> None:
    file = tmp_path / "verdicts.toml"
    file.write_text('["@customer.example"]\ndmarc = "fail"\n["Jane@customer.example"]\ndmarc = "gray"\n')
    verdicts = read_verdicts(file)
    assert verdicts.of("jane@CUSTOMER.example").dmarc == "gray"
    assert verdicts.of("joe@customer.example").dmarc == "fail"
    assert verdicts.of("joe@other.example").dmarc == "pass"


def test_json_says_the_same(tmp_path: Path) -> None:
    file = tmp_path / "verdicts.json"
    file.write_text('{"@bad.example": {"dkim": "fail", "signed_by": "mailer.example"}}')
    assert read_verdicts(file).of("x@bad.example") == Verdict(dkim="fail", signed_by="mailer.example")


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "verdicts.toml"
    file.write_text(
        '[jane]\n["@a.example"]\ndmark = "fail"\n["@b.example"]\nspf = "bad"\n["@c.example"]\nspam = "PASS"\n'
    )
    with pytest.raises(Refused) as caught:
        read_verdicts(file)
    assert [fault.place for fault in caught.value.faults] == [
        "jane",
        "@a.example.dmark",
        "@b.example.spf",
        "@c.example.spam",
    ]


@pytest.mark.parametrize("text", ["not toml", '"x" = 1', "[1]"], ids=["syntax", "not a table", "not a sender"])
def test_a_file_that_makes_no_sense_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "verdicts.toml"
    file.write_text(text)
    with pytest.raises(Refused):
        read_verdicts(file)
