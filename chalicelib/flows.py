"""The whole story on one page: gather, decide, carry out.

Each flow reads what it needs, lets the desk decide, writes everything the decision says in one transaction, and then
sends the letters. Nothing here knows AWS, and nothing in the desk knows this.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib import gather
from chalicelib.carry_out import TRIES, carry_out, finish, try_again, until_written
from chalicelib.desk import delivery_report, dispatch, sweep
from chalicelib.desk.decision import Acknowledgement, Decision, Outgoing, Question
from chalicelib.desk.model import Channel, Delivery, Inbound, Receipt, Thread
from chalicelib.desk.sending_events import SendingEvent
from chalicelib.errors import Conflict
from chalicelib.ports import Services
from chalicelib.web import form

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
    except Exception:  # whatever it is, the post is safe: the queue brings it back, and tells us if it fails there
        services.again.put(key)
        return None


def receive_feedback(event: SendingEvent, services: Services) -> bool:
    """SES says what became of a letter. True when it caused something: a letter failed, or somebody complained."""
    store = services.store
    store.note_events_alive(event.at)  # when it happened, not when we hear of it: the queue may have been stuck
    if not event.thread_id or not event.letter:
        return False
    outgoing = _settle(event, services)
    return outgoing is not None and until_written(lambda: _news(event, outgoing, services), services)


@dataclass(frozen=True, slots=True)
class Swept:
    """What one tick took on, and what went wrong with single ones of them."""

    unsent_letters: int
    due_promises: int
    failed: tuple[Exception, ...] = ()


def keep_promises(services: Services) -> Swept:
    """Every minute: promises about to lapse, then letters left unsent."""
    store, now = services.store, services.clock.now()
    due = store.due(now, AT_ONCE)
    failed = [error for thread in due if (error := _alone(_keep_promise, thread, services))]
    unsent = sorted(store.unsent(now, AT_ONCE), key=lambda one: isinstance(one.letter, Acknowledgement))  # sweep.fate
    failed += [error for outgoing in unsent if (error := _alone(try_again, outgoing, services))]
    return Swept(len(unsent), len(due), tuple(failed))


def _keep_promise(thread: Thread, services: Services) -> None:
    def decide() -> Decision | None:
        now_is = services.store.thread(thread.id)
        return sweep.decide(now_is, services.team, services.clock.now()) if now_is else None

    until_written(decide, services)


def _alone(act: Callable[[Any, Services], None], item: Any, services: Services) -> Exception | None:
    """What goes wrong with one must not keep the others waiting: it is handed back for the log and the alarm."""
    try:
        act(item, services)
    except Exception as error:  # any fault at all: the log gets it, and the others their turn
        return error
    return None


# --- the three steps -------------------------------------------------------------------------------------------


def _receive(inbound: Inbound, services: Services) -> Receipt:
    kept = False
    for _ in range(TRIES):
        seen = gather.gather(inbound, services, services.clock.now())
        if seen.arrival.known.receipt is not None:
            return finish(seen.arrival.known.receipt, inbound, services)
        decision = dispatch.decide(seen.arrival, seen.found, seen.said, seen.handed)
        if not kept:
            _keep_files(inbound, services)
            kept = True
        try:
            carry_out(decision, services, inbound)
        except Conflict:
            continue
        return decision.receipt
    raise Conflict(f"somebody else wrote first {TRIES} times: {inbound.key}")


def _keep_files(inbound: Inbound, services: Services) -> None:
    """Attachments into S3 before anything refers to them; the same again is harmless."""
    for attachment in inbound.attachments:
        services.files.write(attachment.ref.key, attachment.content, attachment.ref.content_type)


def _news(event: SendingEvent, outgoing: Outgoing, services: Services) -> Decision | None:
    thread = services.store.thread(event.thread_id)
    if thread is None:
        return None
    known = services.store.look_up(Question(delivery_report.receipt_key(event), customer=thread.customer))
    return delivery_report.on_event(event, outgoing, thread, known.customer, services.team, services.clock.now())


def _settle(event: SendingEvent, services: Services) -> Outgoing | None:
    """The letter this event is about, with its last word written when the event is one."""
    state = delivery_report.final_state(event)
    if state is not None:
        return services.store.settle(event.thread_id, event.letter, state, event.reason, event.ses_id)
    return next(iter(services.store.letters(event.thread_id, (event.letter,))), None)
