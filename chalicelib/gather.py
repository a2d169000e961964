"""Step one of every flow: read what arrived, and what we know about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.desk import screening, threads
from chalicelib.desk.arrival import Arrival
from chalicelib.desk.decision import Known, Question
from chalicelib.desk.forwarded import NOTHING, Forwarded, HandedOn
from chalicelib.desk.limits import caps
from chalicelib.desk.model import Channel, Delivery, Inbound, Kind, Trust
from chalicelib.desk.staff_reply import Said
from chalicelib.desk.threads import Found
from chalicelib.desk.trust import proven_staff, trust_of
from chalicelib.errors import Unavailable
from chalicelib.ports import Services

MESSAGE_IDS = 20
"""How many ids of In-Reply-To and References are looked up: the newest say enough."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything the desk needs to decide."""

    arrival: Arrival
    found: Found | None
    said: Said
    handed: HandedOn


def read(delivery: Delivery, services: Services) -> Inbound:
    """The raw mail or form post, in the one shape. Raises Unavailable when it cannot be read now."""
    try:
        raw = services.files.read(delivery.key)
    except KeyError as missing:  # the notification may overtake the object; the queue brings it back
        raise Unavailable(f"{delivery.key} is not there yet") from missing
    return read_raw(raw, delivery, services)


def read_raw(raw: bytes, delivery: Delivery, services: Services) -> Inbound:
    """The same, from bytes in hand."""
    if delivery.channel is Channel.FORM:
        from chalicelib.web import form

        return form.to_inbound(raw, delivery)
    from chalicelib.mail import parse

    return screening.as_form_post(parse.parse(raw, delivery), services.team)


def gather(inbound: Inbound, services: Services, now: datetime) -> Gathered:
    """Look up thread, customer, absences and limits: one batch read, a second only where the first shows the need."""
    known = services.store.look_up(_question(inbound, services, now))
    found = threads.find(inbound, known, services.team, services.ring)
    handed = _handed_on(inbound, services) if found is None else NOTHING
    if handed.letter is not None:
        question = _question_about(handed.letter, inbound, services, now)
        known = services.store.look_up(question)
        if handed.letter.fingerprint:
            own_copy = services.store.look_up(replace(question, fingerprint=handed.letter.fingerprint)).copy
            handed = replace(handed, came_as=own_copy)
        return Gathered(_arrival(inbound, known, None, services, now), None, Said(), handed)
    more = _second_question(inbound, known, found, services, now)
    if more is not None:
        known = services.store.look_up(more)
        found = threads.find(inbound, known, services.team, services.ring)
    return Gathered(
        _arrival(inbound, known, found, services, now), found, _said(inbound, found, known, services), NOTHING
    )


def _question(inbound: Inbound, services: Services, now: datetime, customer: str = "", thread: str = "") -> Question:
    ids = dict.fromkeys((*inbound.in_reply_to, *threads.answered(inbound)))  # those say which letter was answered
    return Question(
        receipt_key=inbound.key,
        fingerprint=inbound.fingerprint,
        thread_ids=tuple(dict.fromkeys((*threads.thread_ids(inbound, services.team), *((thread,) if thread else ())))),
        message_ids=tuple(ids)[:MESSAGE_IDS],
        sender=inbound.sender.email,
        customer=customer or inbound.sender.email,
        people=tuple(person.key for person in services.team.people),
        limits=tuple(cap.what for cap in caps(inbound.sender.email, trust_of(inbound))),
        day=now.date().isoformat(),
    )


def _question_about(letter: Forwarded, inbound: Inbound, services: Services, now: datetime) -> Question:
    """What we know of the customer whose letter a colleague hands on, and whether it is here already."""
    customer = letter.sender.email
    return replace(
        _question(inbound, services, now, customer),
        message_ids=tuple(filter(None, (letter.message_id, letter.fingerprint))),
        sender=customer,
        limits=tuple(cap.what for cap in caps(customer, Trust.UNVERIFIED)),
    )


def _second_question(
    inbound: Inbound, known: Known, found: Found | None, services: Services, now: datetime
) -> Question | None:
    """A colleague's answer is about a customer who is not its sender; a subject may name a thread not read yet."""
    if found is not None:
        customer = found.thread.customer
        return _question(inbound, services, now, customer) if customer not in ("", inbound.sender.email) else None
    named = threads.named_in_subject(inbound, known)
    return _question(inbound, services, now, thread=named) if named and known.thread(named) is None else None


def _arrival(inbound: Inbound, known: Known, found: Found | None, services: Services, now: datetime) -> Arrival:
    from chalicelib.triage.read import read as understand

    team = services.team
    mailbox = team.mailbox(team.form.mailbox) if _is_our_form(inbound) else threads.mailbox_of(inbound, team)
    if found is not None:
        mailbox = team.mailbox(found.thread.mailbox)
    kind = screening.screen(inbound, team, services.instance)
    reading = understand(inbound.subject, inbound.fresh_text, team)
    return Arrival(inbound, kind, trust_of(inbound), reading, known, mailbox, team, now)


def _handed_on(inbound: Inbound, services: Services) -> HandedOn:
    """What a proven colleague passes on to the mailbox itself; a customer's forward is just their letter."""
    team = services.team
    author = proven_staff(inbound, team)
    if author is None or screening.screen(inbound, team, services.instance) is not Kind.STAFF:
        return NOTHING
    from chalicelib.mail.passed_on.handed_on import read_handed_on
    from chalicelib.triage.read import read as understand

    handed = read_handed_on(inbound, author, team)
    if handed.letter is None:
        return handed
    return replace(handed, reading=understand(handed.letter.subject, handed.letter.body, team))


def _is_our_form(inbound: Inbound) -> bool:
    return inbound.channel is Channel.FORM and not inbound.recipients


def _said(inbound: Inbound, found: Found | None, known: Known, services: Services) -> Said:
    """What may be relayed of a colleague's mail. Nothing, when all it holds is the quote: never the quote itself."""
    by_staff_address = found is not None and found.purpose in threads.STAFF_PURPOSES
    if found is None or not by_staff_address or proven_staff(inbound, services.team) is None:
        return Said()
    from chalicelib.mail import leaks
    from chalicelib.mail.quoting import answers, quotes

    theirs = _words_answered(inbound, known, services)
    text = quotes.said(inbound.text, theirs)
    kept = tuple(attachment for attachment in inbound.attachments if not leaks.droppable(attachment.ref))
    staff = frozenset(address for person in services.team.people for address in person.addresses)
    earlier = (summary.subject for summary in known.customer.threads) if known.customer else ()
    card_words = (found.thread.because, *(subject for subject in earlier if subject != found.thread.subject))
    private = leaks.found(text, kept, staff, card_words, services.team.own_addresses)
    inside = answers.answers_inside(inbound.text, theirs)
    return Said(text, private, tuple(attachment.ref for attachment in kept), inside)


def _words_answered(inbound: Inbound, known: Known, services: Services) -> tuple[str, ...]:
    """The customer's mail that the answered forward passed on: what is quoted below an answer is found by it."""
    sources = dict(known.sources)
    source = next((sources[id_] for id_ in inbound.in_reply_to if id_ in sources), "")
    if not source:
        return ()
    channel = Channel.FORM if source.startswith("form/") else Channel.MAIL
    try:
        raw = services.files.read(source)
    except KeyError:  # erased since: then the marks that mail programs leave must do
        return ()
    return (read_raw(raw, Delivery(source, channel, inbound.received_at), services).text,)
