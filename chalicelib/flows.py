"""The whole story on one page: gather, decide, carry out.

Each flow reads what it needs, lets the desk decide, writes everything the decision says in one transaction, and then
sends the letters. Nothing here knows AWS, and nothing in the desk knows this.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib import gather, outbox
from chalicelib.desk import delivery_report, dispatch, sweep
from chalicelib.desk.decision import Decision, LetterState, Outgoing, Question
from chalicelib.desk.model import Channel, Delivery, Inbound, Receipt, Thread
from chalicelib.desk.sending_events import SendingEvent
from chalicelib.errors import Conflict, Unavailable
from chalicelib.ports import Dispatched, NotSent, Services
from chalicelib.web import form

TRIES = 5
"""How often we look and decide again when somebody else wrote first; then the queue brings it back later."""
LEASE = timedelta(minutes=2)
"""How long a letter belongs to the invocation that is sending it: longer than any Lambda of ours may run."""
AT_ONCE = 50
"""Letters and promises one tick takes on; the next tick is a minute away."""


def receive_mail(delivery: Delivery, services: Services) -> Receipt:
    """A mail (or a form post that was kept for later) lies in S3: answer it by name. Again changes nothing."""
    return _receive(gather.read(delivery, services), services)


def receive_form(post: form.Post, services: Services) -> Receipt | None:
    """A form post: saved first, then the very same path. None: it is safe, and the queue will answer it."""
    now = services.clock.now()
    key, raw = form.post_key(post, now.date().isoformat()), form.to_bytes(post, now)
    services.files.write(key, raw, "application/json")
    try:
        return _receive(form.to_inbound(raw, Delivery(key, Channel.FORM, now)), services)
    except (Conflict, Unavailable):
        services.again.put(key)
        return None


def receive_feedback(event: SendingEvent, services: Services) -> bool:
    """SES says what became of a letter. True when it caused something: a letter failed, or somebody complained."""
    store, now = services.store, services.clock.now()
    store.note_events_alive(now)
    thread = store.thread(event.thread_id) if event.thread_id else None
    outgoing = _settle(event, services) if thread else None
    if thread is None or outgoing is None:
        return False
    known = store.look_up(Question(delivery_report.receipt_key(event), customer=thread.customer))
    decision = delivery_report.on_event(event, outgoing, thread, known.customer, services.team, now)
    if decision is None or known.receipt is not None:
        return False
    _carry_out(decision, services)
    return True


@dataclass(frozen=True, slots=True)
class Swept:
    """What one tick took on, and what went wrong with single ones of them."""

    unsent_letters: int
    due_promises: int
    failed: tuple[Exception, ...] = ()


def keep_promises(services: Services) -> Swept:
    """Every minute: letters left unsent, then promises about to lapse."""
    store, now = services.store, services.clock.now()
    unsent, due = store.unsent(now, AT_ONCE), store.due(now, AT_ONCE)
    failed = [error for outgoing in unsent if (error := _alone(_try_again, outgoing, services))]
    failed += [error for thread in due if (error := _alone(_keep_promise, thread, services))]
    return Swept(len(unsent), len(due), tuple(failed))


def _keep_promise(thread: Thread, services: Services) -> None:
    decision = sweep.decide(thread, services.team, services.clock.now())
    if decision is not None:
        _unless_somebody_was_first(decision, services)


def _alone(act: Callable[[Any, Services], None], item: Any, services: Services) -> Exception | None:
    """What goes wrong with one must not keep the others waiting: it is handed back for the log and the alarm."""
    try:
        act(item, services)
    except Exception as error:
        return error
    return None


# --- the three steps -------------------------------------------------------------------------------------------


def _receive(inbound: Inbound, services: Services) -> Receipt:
    kept = False
    for _ in range(TRIES):
        seen = gather.gather(inbound, services, services.clock.now())
        if seen.arrival.known.receipt is not None:
            return _finish(seen.arrival.known.receipt, inbound, services)
        decision = dispatch.decide(seen.arrival, seen.found, seen.said)
        if not kept:
            _keep_files(inbound, services)
            kept = True
        try:
            _carry_out(decision, services, inbound)
        except Conflict:
            continue
        return decision.receipt
    raise Conflict(f"somebody else wrote first {TRIES} times: {inbound.key}")


def _keep_files(inbound: Inbound, services: Services) -> None:
    """Attachments into S3 before anything refers to them; the same again is harmless."""
    for attachment in inbound.attachments:
        services.files.write(attachment.ref.key, attachment.content, attachment.ref.content_type)


def _carry_out(decision: Decision, services: Services, inbound: Inbound | None = None) -> None:
    """One transaction, then the letters. Raises Conflict when nothing was written because somebody was first."""
    services.store.commit(decision, services.clock.now(), LEASE)
    _report_refused(outbox.send(decision.letters, services, inbound), services)


def _finish(receipt: Receipt, inbound: Inbound, services: Services) -> Receipt:
    """The delivery came before: finish the letters it left, and change nothing else."""
    left = [one for one in services.store.letters(receipt.thread_id, receipt.letters) if one.state is LetterState.NEW]
    for outgoing in left:
        _send_claimed(outgoing, services, inbound)
    return receipt


def _try_again(outgoing: Outgoing, services: Services) -> None:
    """A letter whose time has come: send it, unless it may have left already and must not go twice."""
    alive_at = services.store.events_alive_at()
    lease_end = outgoing.lease_until
    events_flow = alive_at is not None and lease_end is not None and alive_at > lease_end
    if sweep.may_send_again(outgoing, events_flow=events_flow):
        _send_claimed(outgoing, services)
        return
    why = "nobody knows whether it left: the platform's report is missing"
    services.store.settle(outgoing.letter.thread_id, outgoing.letter.key, LetterState.HELD, why)
    _tell_unsent(outgoing, why, services)


def _send_claimed(outgoing: Outgoing, services: Services, inbound: Inbound | None = None) -> None:
    letter = outgoing.letter
    if services.store.claim(letter.thread_id, letter.key, services.clock.now(), LEASE):
        _report_refused(outbox.send((letter,), services, inbound), services)


def _report_refused(dispatched: tuple[Dispatched, ...], services: Services) -> None:
    """A letter that can never leave is somebody's business at once."""
    for one in dispatched:
        if isinstance(one.outcome, NotSent) and not one.outcome.again:
            _tell_unsent(Outgoing(one.letter, LetterState.FAILED), one.outcome.why, services)


def _tell_unsent(outgoing: Outgoing, why: str, services: Services) -> None:
    thread = services.store.thread(outgoing.letter.thread_id)
    if thread is not None:
        decision = delivery_report.could_not_send(outgoing.letter, why, thread, services.team, services.clock.now())
        _unless_somebody_was_first(decision, services)


def _settle(event: SendingEvent, services: Services) -> Outgoing | None:
    """The letter this event is about, with its last word written when the event is one."""
    state = delivery_report.final_state(event)
    if state is not None:
        return services.store.settle(event.thread_id, event.letter, state, event.reason, event.ses_id)
    return next(iter(services.store.letters(event.thread_id, (event.letter,))), None)


def _unless_somebody_was_first(decision: Decision, services: Services) -> None:
    """For what another tick or event may have done already: then there is nothing left to do."""
    try:
        _carry_out(decision, services)
    except Conflict:
        return
