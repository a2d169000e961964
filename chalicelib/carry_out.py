"""Step three of every flow: write what was decided, send its letters, and see that nothing is lost in between.

What can fail between two writes, and what then happens, is told in `docs/how-it-works.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta

from chalicelib import outbox
from chalicelib.desk import delivery_report, sweep
from chalicelib.desk.decision import Decision, Letter, LetterState, Outgoing
from chalicelib.desk.model import Inbound, Receipt
from chalicelib.errors import BynameError, Conflict
from chalicelib.ports import NotSent, Services

TRIES = 5
"""How often we look and decide again when somebody else wrote first; then the queue brings it back later."""
LEASE = timedelta(minutes=2)
"""How long a letter belongs to the invocation that is sending it: longer than any Lambda of ours may run."""


def carry_out(decision: Decision, services: Services, inbound: Inbound | None = None) -> None:
    """One transaction, then the letters. Raises Conflict when nothing was written because somebody was first."""
    services.store.commit(decision, services.clock.now(), LEASE)
    _send(decision.letters, services, inbound)


def _send(letters: Iterable[Letter], services: Services, inbound: Inbound | None = None) -> None:
    """Letters leased to us. One refused for good is somebody's business, and they hear of it before it is marked:
    a crash in between brings the letter back instead of losing the news.

    Nothing here raises. Unmarked letters stay SENDING: SES's own event, or the sweep after the lease, settles them.
    """
    done = outbox.send(letters, services, inbound)
    refused = {one: one.outcome.why for one in done if isinstance(one.outcome, NotSent) and not one.outcome.again}
    with suppress(BynameError):
        services.store.mark(tuple(one for one in done if one not in refused))
    for one, why in refused.items():
        with suppress(BynameError):
            _tell_unsent(one.letter, why, services)
            services.store.mark((one,))


def finish(receipt: Receipt, inbound: Inbound, services: Services) -> Receipt:
    """The delivery came before: finish the letters it left, and change nothing else."""
    for outgoing in services.store.letters(receipt.thread_id, receipt.letters):
        if outgoing.state is LetterState.NEW:
            _send_claimed(outgoing, services, inbound)
    return receipt


def try_again(outgoing: Outgoing, services: Services) -> None:
    """A letter whose time has come: send it, unless it may have left already and must not go twice."""
    now, alive_at, lease_end = services.clock.now(), services.store.events_alive_at(), outgoing.lease_until
    events_flow = alive_at is not None and lease_end is not None and alive_at > lease_end
    match sweep.fate(outgoing, events_flow=events_flow, now=now):
        case sweep.Fate.SEND:
            _send_unless_told(outgoing, services)
        case sweep.Fate.HOLD:
            why = "nobody knows whether it left: the platform's report is missing"
            _tell_unsent(outgoing.letter, why, services)
            services.store.settle(outgoing.letter.thread_id, outgoing.letter.key, LetterState.HELD, why)
        case sweep.Fate.WAIT:
            return  # the next tick knows more


def _send_unless_told(outgoing: Outgoing, services: Services) -> None:
    """If somebody was told that it did not leave, and we died before it was marked, then it must not leave now."""
    letter = outgoing.letter
    if services.store.receipt(delivery_report.refusal_key(letter)) is None:
        _send_claimed(outgoing, services)
    else:
        services.store.settle(letter.thread_id, letter.key, LetterState.FAILED, "it was refused before")


def _send_claimed(outgoing: Outgoing, services: Services, inbound: Inbound | None = None) -> None:
    letter = outgoing.letter
    if services.store.claim(letter.thread_id, letter.key, services.clock.now(), LEASE):
        _send((letter,), services, inbound)


def _tell_unsent(letter: Letter, why: str, services: Services) -> None:
    def decide() -> Decision | None:
        thread = services.store.thread(letter.thread_id)
        now, team = services.clock.now(), services.team
        return delivery_report.could_not_send(letter, why, thread, team, now) if thread else None

    until_written(decide, services)


def until_written(decide: Callable[[], Decision | None], services: Services) -> bool:
    """Look, decide and write, until it is written or was written before. False: there was nothing (left) to do."""
    for _ in range(TRIES):
        decision = decide()
        if decision is None or services.store.receipt(decision.receipt.key) is not None:
            return False
        try:
            carry_out(decision, services)
        except Conflict:
            continue
        return True
    raise Conflict(f"somebody else wrote first {TRIES} times")
