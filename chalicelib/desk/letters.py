"""The letters a decision asks for, made from an arrival and its thread. What they say is in `templates/`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.desk import limits
from chalicelib.desk.arrival import Arrival, files_of, travels_whole
from chalicelib.desk.decision import Acknowledgement, Card, Escalation, Forward, Notice, Nudge, Topic
from chalicelib.desk.model import Thread, Trust, Verdict, letter_key_for
from chalicelib.desk.screening import KINDS, no_answer_because
from chalicelib.desk.team import StaffMember, Team, public
from chalicelib.desk.trust import warnings


def no_acknowledgement_because(arrival: Arrival) -> str:
    """Why this person hears nothing automatic; empty when they may."""
    known = arrival.known
    if arrival.trust is Trust.FAILING:
        return "the mail provider says the sender may be forged, so nothing is sent to that address"
    if known.customer is not None and known.customer.no_automatic_letters:
        return "an automatic letter was marked as spam there, or could not be delivered"
    for cap in limits.caps(arrival.inbound.sender.email, arrival.trust):
        if known.counted(cap.what) >= cap.most:
            return f"{cap.most} automatic letters went there today already"
    if not KINDS[arrival.kind].acknowledgement:
        return KINDS[arrival.kind].words
    return no_answer_because(arrival.inbound, arrival.team)


def acknowledgement(arrival: Arrival, thread: Thread, owner: StaffMember, *, again: bool = False) -> Acknowledgement:
    """Who answers and by when: the full letter to a verified sender, the fixed one to anybody else."""
    inbound, promise = arrival.inbound, thread.promise
    assert promise is not None  # a letter with a time is asked for only when there is one
    full = arrival.trust is Trust.VERIFIED
    customer = arrival.known.customer
    fixed = Acknowledgement(
        key=letter_key_for(Acknowledgement.kind, inbound.key, thread.customer),
        thread_id=thread.id,
        to=thread.customer,
        mailbox=thread.mailbox,
        owner=public(owner),
        due=promise.due,
        decided_at=arrival.now,
        promise_number=promise.number,
        language=arrival.mailbox.language,
        full=False,
        urgent=thread.urgent and arrival.team.urgent is not None,
        again=again,
    )
    if not full:
        return fixed  # nothing below this line may come from somebody nobody vouches for
    files = [attachment.ref for attachment in inbound.attachments if not attachment.ref.inline]
    return replace(
        fixed,
        full=True,
        helped_before=customer is not None and customer.helped_by == owner.key,
        to_name=thread.customer_name,
        subject=inbound.subject,
        in_reply_to=inbound.message_id,
        references=thread.references,
        attachment_count=len(files),
        photo_count=sum(ref.content_type.startswith("image/") for ref in files),
        unhappy=thread.unhappy,
    )


def forward(arrival: Arrival, thread: Thread, to: StaffMember, *, told: bool, quiet: bool = False) -> Forward:
    """The customer's words to a colleague's ordinary mailbox, under the card."""
    inbound = arrival.inbound
    return Forward(
        key=letter_key_for(Forward.kind, inbound.key, to.key),
        thread_id=thread.id,
        to=to.address,
        to_name=to.name,
        to_key=to.key,
        mailbox=thread.mailbox,
        card=card(arrival, thread, told=told),
        subject=inbound.subject or thread.subject,
        source=inbound.key,
        decided_at=arrival.now,
        language=arrival.team.firm.language,
        attachments=tuple(ref for ref in files_of(inbound) if ref.key != inbound.key),
        raw_attached=travels_whole(inbound),
        raw_size=inbound.size,
        cut=travels_whole(inbound) and not inbound.defect,
        withheld=inbound.verdicts.virus is Verdict.FAIL and bool(inbound.attachments),
        quiet=quiet,
    )


def card(arrival: Arrival, thread: Thread, *, told: bool) -> Card:
    """What the colleague should know before the first line is read."""
    inbound, team, customer = arrival.inbound, arrival.team, arrival.known.customer
    category = team.category(thread.category)
    return Card(
        reference=thread.reference,
        customer=thread.customer,
        customer_name=thread.customer_name,
        trust=arrival.trust,
        owner=_name(team, thread.owner),
        owner_because=thread.because,
        due=thread.promise.due if thread.promise else None,
        told=told,
        untold_because="" if told else no_acknowledgement_because(arrival),
        category=category.name if category else "",
        customer_since=customer.since if customer else None,
        helped_by=_name(team, customer.helped_by) if customer else "",
        helped_at=customer.helped_at if customer else None,
        earlier=tuple(earlier for earlier in customer.threads if earlier.id != thread.id) if customer else (),
        thread_count=customer.thread_count if customer else 0,
        urgent=thread.urgent,
        unhappy=thread.unhappy,
        phone=inbound.form.phone if inbound.form else arrival.reading.phone if arrival.credit else "",
        credit=arrival.credit,
        fields=inbound.form.fields if inbound.form else (),
        warnings=warnings(inbound),
    )


def notice(
    arrival: Arrival, thread: Thread, to: StaffMember, topic: Topic, *, detail: str = "", words: str = "", who: str = ""
) -> Notice:
    """Something a colleague should know about what arrived, with what they must know of its sender first."""
    detail = " ".join((*warnings(arrival.inbound), detail)).strip()
    made = notice_about(
        arrival.team, thread, to, topic, arrival.inbound.key, arrival.now, detail=detail, words=words, who=who
    )
    return replace(made, attachments=files_of(arrival.inbound)) if words else made


def notice_about(
    team: Team,
    thread: Thread,
    to: StaffMember,
    topic: Topic,
    cause: str,
    now: datetime,
    *,
    detail: str = "",
    words: str = "",
    who: str = "",
) -> Notice:
    """Something a colleague should know. A reply to it stays in the firm. `cause`: what it derives its key from."""
    return Notice(
        key=letter_key_for(f"{Notice.kind}-{topic}".replace("_", "-"), cause, to.key),
        thread_id=thread.id,
        to=to.address,
        to_name=to.name,
        to_key=to.key,
        mailbox=thread.mailbox,
        topic=topic,
        subject=thread.subject,
        customer_name=thread.customer_name or thread.customer,
        decided_at=now,
        detail=detail,
        words=words,
        who=who,
        due=thread.promise.due if thread.promise else None,
        language=team.firm.language,
    )


def escalations(arrival: Arrival, thread: Thread) -> tuple[Escalation, ...]:
    """To the principal at once, when a customer needs the person who can put it right, and somebody else has it."""
    principal = arrival.team.principal
    found = _why_the_principal(arrival, thread)
    if found is None or thread.owner == principal.key:
        return ()
    topic, because = found
    return (escalation(arrival.team, thread, topic, principal, because, arrival.inbound.key, arrival.now),)


def _why_the_principal(arrival: Arrival, thread: Thread) -> tuple[Topic, str] | None:
    reading = arrival.reading
    for topic, said in (
        (Topic.UNHAPPY, reading.unhappy_words),
        (Topic.URGENT, reading.urgent_words),
        (Topic.SOMEONE_ELSE, reading.someone_else_words),
    ):
        if said:
            return topic, "they wrote " + ", ".join(f'"{word}"' for word in said)
    if thread.unhappy and not thread.last_human_letter:
        return Topic.UNHAPPY, "they were unhappy before, and nobody has answered yet"
    return None


def escalation(
    team: Team, thread: Thread, topic: Topic, to: StaffMember, because: str, cause: str, now: datetime
) -> Escalation:
    """The story in a few lines, to somebody who can put it right. `cause`: what it derives its key from."""
    return Escalation(
        key=letter_key_for(Escalation.kind, cause, to.key),
        thread_id=thread.id,
        to=to.address,
        to_name=to.name,
        to_key=to.key,
        mailbox=thread.mailbox,
        topic=topic,
        subject=thread.subject,
        customer_name=thread.customer_name or thread.customer,
        customer=thread.customer,
        owner_name=_name(team, thread.owner),
        snippet=thread.last_words,
        decided_at=now,
        due=thread.promise.due if thread.promise else None,
        because=because,
        source=thread.last_key,
        language=team.firm.language,
    )


def nudge(team: Team, thread: Thread, to: StaffMember, cause: str, now: datetime) -> Nudge:
    """To the owner: somebody expects you soon. Asked for only while a promise runs."""
    promise = thread.promise
    assert promise is not None  # the sweep asks only then
    return Nudge(
        key=letter_key_for(Nudge.kind, cause, to.key),
        thread_id=thread.id,
        to=to.address,
        to_name=to.name,
        to_key=to.key,
        mailbox=thread.mailbox,
        customer_name=thread.customer_name or thread.customer,
        customer=thread.customer,
        subject=thread.subject,
        snippet=thread.last_words,
        due=promise.due,
        decided_at=now,
        told=promise.told,
        written_at=thread.last_wrote_at or thread.opened_at,
        source=thread.last_key,
        language=team.firm.language,
    )


def _name(team: Team, key: str) -> str:
    person = team.person(key)
    return person.name if person else ""
