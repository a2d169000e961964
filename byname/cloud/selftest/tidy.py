"""Taking away what a self test made: of this one at its end, of a killed one when the next begins."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime

from byname.cloud.account import Account
from byname.cloud.receiving import active
from byname.cloud.selftest.deployed import Deployed
from byname.cloud.selftest.diary import forget, runs, write
from byname.cloud.selftest.ears import Ears
from byname.cloud.selftest.patience import Patience
from byname.cloud.selftest.postbox import Postbox, remove_rule
from byname.cloud.selftest.run import KEPT_FOR, Run, is_named_after_one, is_over, is_running
from byname.cloud.selftest.traces import Traces
from chalicelib.desk.decision import LetterState, Outgoing

SETTLE_SECONDS = 10.0
"""How long letters that are just being sent may take to arrive, before everything goes."""


@dataclass(frozen=True, slots=True)
class Broom:
    """Knows where everything of a self test lies."""

    account: Account
    deployed: Deployed

    @property
    def traces(self) -> Traces:
        dynamodb, s3 = self.account.client("dynamodb"), self.account.client("s3")
        return Traces(dynamodb, s3, self.deployed["TableName"], self.deployed["MailBucket"])

    def ears(self, run: Run) -> Ears:
        client = self.account.client
        return Ears(client("sqs"), client("sns"), self.deployed["EventsTopicArn"], run.queue)

    def leftovers(self, at: datetime) -> tuple[Run, ...]:
        """Tests that nobody is at any more."""
        here = socket.gethostname()
        return tuple(run for run in self._runs() if is_over(run, at, here, is_running))

    def stray_rules(self) -> tuple[str, ...]:
        """Receipt rules of self tests that have no row: it expired, or the table is new."""
        known = {run.rule for run in self._runs()}
        names = (str(rule["Name"]) for rule in active(self.account).rules)
        return tuple(name for name in names if is_named_after_one(self.deployed.stack, name) and name not in known)

    def clear(self, run: Run, at: datetime, *, keep: bool = False) -> tuple[str, ...]:
        """Rule, queue, rows and objects, each even when another cannot be removed; the run's own row last.

        Gives the Message-IDs of its mails that may still turn up: for their sake the row stays a while.
        """
        traces = self.traces
        outstanding = traces.outstanding(run)
        box = Postbox(self.account.client("ses"), self.account.client("s3"), self.deployed["MailBucket"], run)
        # What is just being sent would otherwise arrive at an address that is nobody's any more.
        Patience(SETTLE_SECONDS).until(lambda: self._are_settled(traces.letters(run), run, box) or None)
        with ExitStack() as steps:  # the last one runs first
            steps.callback(self._clear_rows, run, outstanding, at, keep)
            steps.callback(self.ears(run).stop)
            steps.callback(remove_rule, self.account, run.rule)
        return outstanding

    def _are_settled(self, letters: Iterable[Outgoing], run: Run, box: Postbox) -> bool:
        """Nothing is being sent, and what was sent to the test customer has arrived."""
        return all(
            one.state is not LetterState.SENDING
            and (
                one.state is not LetterState.SENT
                or one.letter.to != run.customer
                or box.find(self.deployed.message_id(one.ses_id)) is not None
            )
            for one in letters
        )

    def _clear_rows(self, run: Run, outstanding: tuple[str, ...], at: datetime, keep: bool) -> None:
        dynamodb, table = self.account.client("dynamodb"), self.deployed["TableName"]
        if keep:
            self.traces.close(run, at)
        else:
            self.traces.remove(run, at.date())
        if keep or (outstanding and at - run.began < KEPT_FOR):
            write(dynamodb, table, replace(run, awaited=outstanding, ended=True))
        else:
            forget(dynamodb, table, run)

    def _runs(self) -> Iterator[Run]:
        found = runs(self.account.client("dynamodb"), self.deployed["TableName"])
        return (run for run in found if run.stack == self.deployed.stack)
