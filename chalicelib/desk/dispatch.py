"""What it is and whose thread it is say which decider speaks. The whole policy is the ladder in `decide`."""

from __future__ import annotations

from chalicelib.desk import customer_reply, machine_mail, open_thread, staff_forward, staff_reply, threads
from chalicelib.desk.arrival import Arrival, decision, second_copy
from chalicelib.desk.decision import Decision
from chalicelib.desk.forwarded import NOTHING, HandedOn
from chalicelib.desk.model import Kind
from chalicelib.desk.screening import KINDS, MACHINES
from chalicelib.desk.signed_addresses import Purpose
from chalicelib.desk.staff_reply import Said
from chalicelib.desk.threads import Found
from chalicelib.desk.trust import proven_staff


def decide(arrival: Arrival, found: Found | None, said: Said, handed: HandedOn = NOTHING) -> Decision:
    """Everything one mail or form post causes."""
    if arrival.kind is Kind.LOOP:
        return decision(arrival, KINDS[Kind.LOOP].words)
    if arrival.known.copy is not None:
        return second_copy(arrival)
    if arrival.kind in MACHINES:
        return _from_a_machine(arrival, found)
    by_staff_address = found is not None and found.purpose in threads.STAFF_PURPOSES
    if arrival.kind is Kind.STAFF and not by_staff_address:
        return _from_a_colleague(arrival, found, handed)
    if found is None:
        return open_thread.decide(arrival)
    if by_staff_address:
        return staff_reply.decide(arrival, found, said)
    if found.thread.has_participant(arrival.inbound.sender.email):
        return customer_reply.decide(arrival, found)
    if found.purpose is Purpose.CUSTOMER_REPLY:
        return customer_reply.unconfirmed(arrival, found)
    return open_thread.decide(arrival)  # somebody else's id in their mail: a new matter of their own


def _from_a_colleague(arrival: Arrival, found: Found | None, handed: HandedOn) -> Decision:
    """To the mailbox itself, by an address that proves nothing any more; or as anybody's customer."""
    is_the_customer = found is not None and found.thread.has_participant(arrival.inbound.sender.email)
    if found is not None and found.purpose is Purpose.CUSTOMER_REPLY and is_the_customer:
        return customer_reply.decide(arrival, found)
    thread = found.thread if found else threads.former(arrival.inbound, arrival.known, arrival.team)
    if thread is not None:
        return staff_reply.astray(arrival, thread)
    author = proven_staff(arrival.inbound, arrival.team)  # anybody can write a colleague's name above somebody's letter
    if author is not None and handed.letter is not None:
        return staff_forward.decide(arrival, author, handed)
    return open_thread.decide(arrival)


def _from_a_machine(arrival: Arrival, found: Found | None) -> Decision:
    colleague = proven_staff(arrival.inbound, arrival.team)  # a forged answer sends nobody on holiday
    if arrival.kind in (Kind.AUTOMATIC, Kind.OUT_OF_OFFICE) and colleague is not None:
        return machine_mail.of_absence(arrival, colleague, found)
    if found is not None:
        return machine_mail.on_thread(arrival, found)
    return open_thread.decide(arrival)
