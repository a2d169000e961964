"""The rows by which self tests know of each other: what runs, and what a killed one left."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from byname.cloud.selftest.run import PARTITION, Run, from_row, to_row
from chalicelib.aws.items import unwire, wire, wire_key


class Diary:
    """This run's row: written before anything is made, kept up as the test goes on."""

    def __init__(self, client: Any, table: str, run: Run) -> None:
        self.run = run
        self._client, self._table = client, table
        self._write()

    def sent(self, message_id: str) -> None:
        """A mail is on its way; until it is handled it may still turn up."""
        self.run = replace(self.run, awaited=(*self.run.awaited, message_id), alive_at=datetime.now(UTC))
        self._write()

    def handled(self, message_id: str) -> None:
        awaited = tuple(one for one in self.run.awaited if one != message_id)
        self.run = replace(self.run, awaited=awaited, alive_at=datetime.now(UTC))
        self._write()

    def alive(self) -> None:
        """A sign of life, at most one a minute: for whoever waits long."""
        at = datetime.now(UTC)
        if at - self.run.alive_at > timedelta(minutes=1):
            self.run = replace(self.run, alive_at=at)
            self._write()

    def _write(self) -> None:
        write(self._client, self._table, self.run)


def runs(client: Any, table: str) -> tuple[Run, ...]:
    """Every self test that has a row."""
    pages = client.get_paginator("query").paginate(
        TableName=table,
        ConsistentRead=True,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": PARTITION}},
    )
    return tuple(from_row(unwire(item)) for page in pages for item in page["Items"])


def write(client: Any, table: str, run: Run) -> None:
    client.put_item(TableName=table, Item=wire(to_row(run)))


def forget(client: Any, table: str, run: Run) -> None:
    client.delete_item(TableName=table, Key=wire_key((PARTITION, run.nonce)))
