"""What is taken over from an earlier installation, and how two key rings become one."""

import json
import string

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from byname.cloud.leftovers import Leftover, choose, import_template, merge, to_import
from chalicelib.aws.secrets import new_ring, read_ring
from chalicelib.desk.model import CROCKFORD

TABLE, OTHER = Leftover("DeskTable", "byname-DeskTable-A"), Leftover("DeskTable", "byname-DeskTable-B")
BUCKET = Leftover("MailBucket", "byname-mail-1-x")
KEYS = st.text(string.ascii_letters, min_size=43, max_size=43)


def test_one_of_each_is_taken_over() -> None:
    chosen = choose([TABLE, BUCKET], "")
    assert to_import(chosen) == [
        {
            "ResourceType": "AWS::DynamoDB::Table",
            "LogicalResourceId": "DeskTable",
            "ResourceIdentifier": {"TableName": "byname-DeskTable-A"},
        },
        {
            "ResourceType": "AWS::S3::Bucket",
            "LogicalResourceId": "MailBucket",
            "ResourceIdentifier": {"BucketName": "byname-mail-1-x"},
        },
    ]


def test_of_two_tables_a_person_must_choose() -> None:
    with pytest.raises(click.ClickException, match=r"left 2 tables \(byname-DeskTable-A, byname-DeskTable-B\)"):
        choose([TABLE, OTHER, BUCKET], "")
    assert choose([TABLE, OTHER, BUCKET], OTHER.name)["DeskTable"] is OTHER
    with pytest.raises(click.ClickException, match="No earlier installation left a table nobody"):
        choose([TABLE], "nobody")


def test_the_import_holds_what_is_taken_over_and_neither_transform_nor_outputs() -> None:
    template = {"Transform": "SAM", "Outputs": {}, "Resources": {"DeskTable": {"Type": "T"}, "X": {"Type": "Y"}}}
    told = json.loads(import_template(template, {"DeskTable": TABLE}))
    assert told == {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"DeskTable": {"Type": "T"}}}


def test_every_old_address_stays_alive_and_the_new_key_signs() -> None:
    assert merge({"newest": "1", "0": "a", "1": "b"}, {"newest": "1", "1": "c"}) == {
        "newest": "2",
        "0": "a",
        "1": "b",
        "2": "c",
    }


@given(
    st.dictionaries(st.sampled_from(CROCKFORD), KEYS, min_size=1, max_size=8),
    st.dictionaries(st.sampled_from(CROCKFORD), KEYS, min_size=1, max_size=8),
)
def test_two_rings_become_one_that_holds_both_and_doing_it_twice_changes_nothing(
    old: dict[str, str], now: dict[str, str]
) -> None:
    before, ours = {"newest": min(old), **old}, {"newest": min(now), **now}
    merged = merge(before, ours)
    ring = read_ring(json.dumps(merged), "ring")
    assert old.items() <= merged.items()
    assert set(now.values()) <= set(merged.values())
    assert ring.keys[ring.newest] == now[min(now)].encode()
    assert merge(before, merged) == merged


def test_a_fresh_ring_can_be_merged() -> None:
    assert len(read_ring(json.dumps(merge(json.loads(new_ring()), json.loads(new_ring()))), "ring").keys) == 2
