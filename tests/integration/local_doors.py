"""A stand-in for `app.py`: notes what Lambda's pumps hand it, and fails when told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from chalice.app import Chalice


class NotingDoors:
    """Handlers that remember their events. `fail_next`: how many invocations of receive_mail raise first."""

    def __init__(self) -> None:
        self.mails: list[dict[str, Any]] = []
        self.feedback: list[dict[str, Any]] = []
        self.ticks: list[Any] = []
        self.refused: list[str] = []
        """Message ids to report as failed."""
        self.fail_next = 0
        self.failed: list[dict[str, Any]] = []
        """Records whose invocation raised."""
        self._changed = threading.Condition()
        self.at_work = threading.Event()
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.app = Chalice("stand-in")
        self.app.route("/contact")(lambda: {"page": "contact"})

    def receive_mail(self, event: Mapping[str, Any], context: Any) -> Any:
        assert context.get_remaining_time_in_millis() > 0
        self.at_work.set()
        self.may_go_on.wait(20)
        if self.fail_next:
            self.fail_next -= 1
            self._note(self.failed, event["Records"])
            raise RuntimeError("told to fail")
        self._note(self.mails, event["Records"])
        return {"batchItemFailures": [{"itemIdentifier": name} for name in self.refused]}

    def receive_feedback(self, event: Mapping[str, Any], context: Any) -> Any:
        self.feedback += [json.loads(record["body"]) for record in event["Records"]]

    def keep_promises(self, event: Mapping[str, Any], context: Any) -> Any:
        self._note(self.ticks, [event])
        return "ticked"

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Looks whenever something came in."""
        with self._changed:
            assert self._changed.wait_for(holds, timeout=20), "it did not come"

    def _note(self, where: list[Any], what: Iterable[Any]) -> None:
        with self._changed:
            where.extend(what)
            self._changed.notify_all()

    @property
    def notices(self) -> list[dict[str, Any]]:
        """SES's notices among what receive_mail got."""
        return [json.loads(record["body"]) for record in self.mails]

    def told_of(self, ses_id: str) -> list[str]:
        """The kinds of event that came for this mail, in order."""
        return [event["eventType"] for event in self.feedback if event["mail"]["messageId"] == ses_id]
