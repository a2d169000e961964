"""What byname made of a mail or post, read from its one table. Reads only; `traces` is who deletes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.aws.codec import instant_of
from chalicelib.aws.items import (
    Row,
    from_absence,
    from_customer,
    from_message,
    from_outgoing,
    from_receipt,
    from_thread,
    is_known_letter,
    unwire,
    wire_key,
)
from chalicelib.aws.keys import EVENTS_KEY, Key, customer_key, heard_key, receipt_key, staff_key, thread_key
from chalicelib.desk.decision import Letter, Outgoing
from chalicelib.desk.model import Customer, Message, Receipt, Thread, letter_key_for


@dataclass(frozen=True, slots=True)
class Matter:
    """A thread with everything that hangs on it."""

    thread: Thread
    messages: tuple[Message, ...]
    """Oldest first."""
    letters: tuple[Outgoing, ...]

    def message(self, message_id: str) -> Message | None:
        """The entry of the mail with this Message-ID."""
        return next((one for one in self.messages if one.message_id == message_id), None)

    def letter(self, kind: type[Letter], delivery_key: str, recipient: str) -> Outgoing | None:
        """The letter of this kind that a delivery caused. `recipient`: an address, or a staff member's key."""
        key = letter_key_for(kind.kind, delivery_key, recipient)
        return next((one for one in self.letters if one.letter.key == key), None)


class DeskRows:
    """byname's table, as somebody sees it who only looks."""

    def __init__(self, client: Any, table: str) -> None:
        self._client, self._table = client, table

    def thread_of_mail(self, message_id: str, sender: str) -> str:
        """The thread the mail with this Message-ID came to; empty when byname has not handled it."""
        return str((self._row(heard_key(message_id, sender)) or {}).get("thread_id", ""))

    def matter(self, thread_id: str) -> Matter | None:
        rows = list(self.partition(thread_key(thread_id)[0]))
        thread = next((row for row in rows if row["sk"] == "THREAD"), None)
        if thread is None:
            return None
        messages = tuple(from_message(row) for row in rows if str(row["sk"]).startswith("MSG#"))
        letters = (row for row in rows if str(row["sk"]).startswith("LETTER#"))
        return Matter(
            from_thread(thread), messages, tuple(from_outgoing(row) for row in letters if is_known_letter(row))
        )

    def receipt(self, delivery_key: str) -> Receipt | None:
        row = self._row(receipt_key(delivery_key))
        return from_receipt(row) if row else None

    def customer(self, address: str) -> Customer | None:
        row = self._row(customer_key(address))
        return from_customer(row) if row else None

    def away_until(self, person: str) -> datetime | None:
        """Until when somebody counts as away, be it past."""
        row = self._row(staff_key(person))
        return from_absence(row).until if row else None

    def events_alive_at(self) -> datetime | None:
        """When the newest event happened that byname has heard of."""
        row = self._row(EVENTS_KEY)
        return instant_of(str(row["at"])) if row else None

    def partition(self, pk: str) -> Iterator[Row]:
        """Every row under this key, strongly consistent, in order."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}},
        )
        for page in pages:
            yield from (unwire(item) for item in page["Items"])

    def _row(self, key: Key) -> Row | None:
        answer = self._client.get_item(TableName=self._table, Key=wire_key(key), ConsistentRead=True)
        return unwire(answer["Item"]) if "Item" in answer else None
