"""Whole, valid things for tests; override what the test is about by keyword.

The firm is Harris & Daughter Heating: Anna runs it, Bob does boilers, Alice the office, Sam the bathrooms.
Monday is 2026-11-23; the shop is in London (UTC in winter), open 08:00-17:30 on working days.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib.desk.decision import Known
from chalicelib.desk.hours import Calendar
from chalicelib.desk.model import (
    Address,
    Channel,
    Inbound,
    Promise,
    Thread,
    ThreadStatus,
    Verdict,
    Verdicts,
    thread_id_for,
)
from chalicelib.desk.signed_addresses import KeyRing, Purpose, write_address
from chalicelib.desk.team import (
    Category,
    ContactForm,
    Firm,
    LanguageNames,
    Mailbox,
    StaffMember,
    Team,
    UrgentCover,
)

RING = KeyRing({"0": b"0" * 32, "1": b"1" * 32}, newest="1")
MONDAY = datetime(2026, 11, 23, 9, 7, tzinfo=UTC)
"""A working Monday, 09:07 in London."""
MONDAY_NIGHT = datetime(2026, 11, 23, 22, 40, tzinfo=UTC)

_WORKDAY = ((8 * 60, 17 * 60 + 30),)
WORKDAYS = (_WORKDAY, _WORKDAY, _WORKDAY, _WORKDAY, _WORKDAY, (), ())
SHOP = Calendar(
    "Europe/London",
    WORKDAYS,
    closed=((date(2026, 12, 25), "Christmas Day"), (date(2026, 12, 28), "Boxing Day (substitute)")),
)
ENGLISH = LanguageNames(
    ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
)

BOB = StaffMember(
    "bob",
    "Bob Harris",
    "looks after boilers and heating",
    ("bob@harris.example", "bob.harris@phone.example"),
    SHOP,
    phone="07700 900123",
    cover="alice",
)
ALICE = StaffMember("alice", "Alice Shaw", "runs the office and the diary", ("alice@harris.example",), SHOP)
SAM = StaffMember("sam", "Sam Okafor", "fits bathrooms", ("sam@harris.example",), SHOP, cover="bob")
ANNA = StaffMember("anna", "Anna Harris", "runs the shop", ("anna@harris.example",), SHOP, phone="07700 900100")


def a_team(**over: Any) -> Team:
    team = Team(
        firm=Firm("Harris & Daughter Heating", "anna", SHOP, "0161 496 0123", "https://harris.example", "en"),
        people=(BOB, ALICE, SAM, ANNA),
        mailboxes=(
            Mailbox(
                "support",
                "support@harris.example",
                "support@help.harris.example",
                "alice",
                form_senders=("wordpress@harris.example",),
            ),
            Mailbox("accounts", "accounts@harris.example", "accounts@help.harris.example", "alice"),
        ),
        categories=(
            Category(
                "repairs",
                "Repairs",
                "bob",
                timedelta(hours=4),
                "Something that worked does not work any more",
                ("boiler", "leak", "leaking", "radiator", "no hot water"),
                ("My boiler shows F28 and won't start",),
            ),
            Category("billing", "Billing", "alice", timedelta(hours=9), "", ("invoice", "bill", "refund")),
            Category("bathrooms", "Bathrooms", "sam", timedelta(hours=9), "", ("bathroom", "shower", "tiles")),
        ),
        routing=(),
        form=ContactForm("support", ("https://www.harris.example",)),
        answer_within=timedelta(hours=9),
        urgent=UrgentCover(
            "anna",
            "07700 900100",
            timedelta(hours=1),
            outside_hours=True,
            words=("smell gas", "carbon monoxide"),
            advice="Smell gas? Leave the house first and ring 0800 111 999.",
        ),
        languages=(("en", ENGLISH),),
    )
    return replace(team, **over)


PASSES = Verdicts(Verdict.PASS, Verdict.PASS, Verdict.PASS, Verdict.PASS, Verdict.PASS, ("customer.example",))


def passing(domain: str) -> Verdicts:
    """Verdicts of a mail whose DMARC, SPF and aligned DKIM pass."""
    return replace(PASSES, dkim_domains=(domain,))


def an_inbound(**over: Any) -> Inbound:
    """Jane's mail about her boiler, verified, to support@, on Monday morning."""
    text = over.get("text", "Hello,\n\nour boiler (Vita 30) is leaking since this morning.\n\nJane Roe")
    inbound = Inbound(
        key="inbound/mail-1",
        channel=Channel.MAIL,
        received_at=MONDAY,
        sender=Address("jane@customer.example", "Jane Roe"),
        sender_certain=True,
        text=text,
        fresh_text=text,
        subject="Boiler leaking",
        message_id="jane-1@customer.example",
        recipients=("support@help.harris.example",),
        envelope_from="jane@customer.example",
        to=(Address("support@harris.example"),),
        verdicts=PASSES,
    )
    return replace(inbound, **over)


STAFF_ADDRESS = write_address(
    "support@help.harris.example", Purpose.STAFF_REPLY, thread_id_for("inbound/mail-1"), "bob", RING
)
"""Where Bob's answers to Jane's first mail go."""


def a_staff_mail(person: StaffMember = BOB, **over: Any) -> Inbound:
    """What a staff member writes from their ordinary mailbox."""
    address = person.address
    return an_inbound(
        **{
            "key": "inbound/staff-1",
            "sender": Address(address, person.name),
            "envelope_from": address,
            "verdicts": passing(address.rpartition("@")[2]),
            "text": "Dear Jane,\n\nI will come by at two.\n\nBob",
            "fresh_text": "Dear Jane,\n\nI will come by at two.\n\nBob",
            "to": (Address(STAFF_ADDRESS),),
            "subject": "Re: Boiler leaking",
            "message_id": "bob-1@harris.example",
            **over,
        }
    )


def a_promise(**over: Any) -> Promise:
    promise = Promise(
        1,
        due=MONDAY + timedelta(hours=4, minutes=8),
        made_at=MONDAY,
        told=True,
        nudge_at=MONDAY + timedelta(hours=3, minutes=8),
    )
    return replace(promise, **over)


def a_thread(**over: Any) -> Thread:
    """Jane's thread, Bob's, ours, promised for 13:15."""
    thread = Thread(
        id=thread_id_for("inbound/mail-1"),
        customer="jane@customer.example",
        customer_name="Jane Roe",
        subject="Boiler leaking",
        mailbox="support",
        owner="bob",
        status=ThreadStatus.OURS,
        opened_at=MONDAY,
        because='it is about Repairs ("boiler", "leaking"), and Bob Harris answers those',
        category="repairs",
        promise=a_promise(),
        last_message_id="jane-1@customer.example",
        references=("jane-1@customer.example",),
        version=1,
    )
    return replace(thread, **over)


def known(*threads: Thread, **over: Any) -> Known:
    return replace(Known(threads=threads), **over)
