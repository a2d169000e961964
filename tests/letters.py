"""One whole letter of every kind, variant and topic, as the desk would decide it; override by keyword or `replace`.

The story is the builders': Jane's boiler leaks on Monday morning, and Bob looks after boilers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.desk.decision import Acknowledgement, Card, Escalation, Forward, Letter, Notice, Nudge, Reply, Topic
from chalicelib.desk.model import AttachmentRef, Channel, FormExtras, Inbound, ThreadSummary, Trust
from chalicelib.desk.team import StaffMember, public
from tests.builders import ALICE, ANNA, BOB, MONDAY, MONDAY_NIGHT, an_inbound

THREAD = "k7q3md9x2a"
TODAY_1315 = MONDAY + timedelta(hours=4, minutes=8)
TOMORROW_1100 = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
MONDAY_AFTERNOON = datetime(2026, 11, 23, 15, 20, tzinfo=UTC)
PHOTOS = (
    AttachmentRef("boiler.jpg", "image/jpeg", 812_345, "files/boiler.jpg"),
    AttachmentRef("label.jpg", "image/jpeg", 403_200, "files/label.jpg"),
)


def an_acknowledgement(**over: Any) -> Acknowledgement:
    """To Jane, verified, on Monday afternoon, about her leaking boiler; two photos came along."""
    letter = Acknowledgement(
        key="acknowledgement-0000000000000000000a",
        thread_id=THREAD,
        to="jane@customer.example",
        mailbox="support",
        owner=public(BOB),
        due=TOMORROW_1100,
        decided_at=MONDAY_AFTERNOON,
        promise_number=1,
        language="en",
        full=True,
        to_name="Jane Roe",
        subject="Boiler leaking",
        in_reply_to="jane-1@customer.example",
        references=("jane-1@customer.example",),
        attachment_count=2,
        photo_count=2,
    )
    return replace(letter, **over)


def a_fixed_acknowledgement(**over: Any) -> Acknowledgement:
    """To an address nobody vouches for: nothing of what they wrote is in the letter."""
    bare = {"to_name": "", "subject": "", "in_reply_to": "", "references": (), "attachment_count": 0, "photo_count": 0}
    return an_acknowledgement(**{"full": False, **bare, **over})


def a_reply(**over: Any) -> Reply:
    letter = Reply(
        key="reply-0000000000000000000b",
        thread_id=THREAD,
        to="jane@customer.example",
        to_name="Jane Roe",
        mailbox="support",
        author=public(BOB),
        text=(
            "Dear Jane,\n\nI'll come by at two today and bring a new seal.\n"
            "Until then please turn off the tap below the boiler: https://harris.example/tap shows how.\n\nBob"
        ),
        subject="Boiler leaking",
        author_key="bob",
        in_reply_to="jane-1@customer.example",
        references=("jane-1@customer.example",),
    )
    return replace(letter, **over)


def a_card(**over: Any) -> Card:
    card = Card(
        reference="K7Q-3MD",
        customer="jane@customer.example",
        customer_name="Jane Roe",
        trust=Trust.VERIFIED,
        owner="Bob Harris",
        owner_because='it is about Repairs ("boiler", "leaking"), and Bob Harris answers those',
        due=TODAY_1315,
        told=True,
        category="Repairs",
        customer_since=datetime(2014, 3, 3, tzinfo=UTC),
        helped_by="Bob Harris",
        helped_at=datetime(2026, 3, 9, 10, 0, tzinfo=UTC),
        earlier=(
            ThreadSummary("2222222222", "Thermostat", datetime(2026, 3, 8, 9, 0, tzinfo=UTC), "bob", "repairs"),
            ThreadSummary("1111111111", "Invoice 2207", datetime(2025, 6, 2, 9, 0, tzinfo=UTC), "alice", "", True),
        ),
        thread_count=3,
    )
    return replace(card, **over)


def a_forward(**over: Any) -> Forward:
    """Jane's mail to Bob."""
    letter = Forward(
        key="forward-0000000000000000000c",
        thread_id=THREAD,
        to="bob@harris.example",
        to_name="Bob Harris",
        to_key="bob",
        mailbox="support",
        card=a_card(),
        subject="Boiler leaking",
        source="inbound/mail-1",
        decided_at=MONDAY,
    )
    return replace(letter, **over)


def a_nudge(**over: Any) -> Nudge:
    letter = Nudge(
        key="nudge-0000000000000000000d",
        thread_id=THREAD,
        to="bob@harris.example",
        to_name="Bob Harris",
        to_key="bob",
        mailbox="support",
        customer_name="Jane Roe",
        customer="jane@customer.example",
        subject="Boiler leaking",
        snippet="Hello, our boiler (Vita 30) is leaking since this morning.",
        due=TODAY_1315,
        decided_at=TODAY_1315 - timedelta(minutes=50),
        told=True,
        written_at=MONDAY,
    )
    return replace(letter, **over)


NOTICES: dict[Topic, dict[str, Any]] = {
    Topic.HELD_STRANGER: {"who": "rob@elsewhere.example", "words": "Hi, this is Bob, please give me Jane's number."},
    Topic.HELD_UNPROVEN: {"words": "Dear Jane,\n\nI'll come by at two.\n\nBob"},
    Topic.HELD_COMMAND: {"detail": "#by 4", "words": "#by 4\n\nDear Jane,\n\nI'm waiting for the part.\n\nBob"},
    Topic.HELD_SEVERAL: {"words": "Dear both,\n\nwe are shut tomorrow.\n\nBob"},
    Topic.HELD_INSIDE: {"words": "See my answers below.\n\nWhich day?\nTuesday the fourth."},
    Topic.HELD_ABSENCE: {"words": "I am out of the office until Friday."},
    Topic.HELD_CUT: {"words": "Dear Jane,\n\nhere is the whole manual. Chapter one …"},
    Topic.HELD_EMPTY: {"words": "Sent from my phone"},
    Topic.HELD_NO_ADDRESS: {"customer_name": "", "words": "Hello,\n\nwhich boiler do you have?\n\nBob"},
    Topic.HELD_CARD: {
        "detail": "a card, or an address that only colleagues have, is in it",
        "words": "I'll come by at two.\n\n[card K7Q-3MD]\nJane Roe · sounds upset\n\nBob",
    },
    Topic.COLLEAGUE_ANSWERED: {"who": "Alice Shaw", "words": "Dear Jane,\n\nBob will be with you at two.\n\nAlice"},
    Topic.UNCONFIRMED: {"who": "jr@work.example", "words": "Me again, from the office. It is getting worse.\n\nJane"},
    Topic.MACHINE_REPORT: {
        "who": "jane@customer.example",
        "words": "I am away until Thursday and read no mail.",
    },
    Topic.REPLY_BOUNCED: {
        "detail": "there is no such address (smtp; 550 5.1.1 user unknown)",
        "words": "Dear Jane,\n\nI'll come by at two.\n\nBob",
        "due": TODAY_1315,
        "customer": "jane@customer.example",
        "phone": "07700 900456",
    },
    Topic.MAIL_REPORT: {
        "who": "failed",
        "detail": "Could not be delivered to jane@customer.example: the mailbox is full (5.2.2).",
        "words": "<jane@customer.example>: host mx.customer.example said: 552 5.2.2 Mailbox full",
    },
    Topic.ASK_WHOSE: {"subject": "Call", "words": "Mrs Jones rang, wants a quote for a new boiler.\n\nBob"},
    Topic.HERE_ALREADY: {"who": "Alice Shaw", "due": TODAY_1315},
    Topic.NOTE: {"who": "Alice Shaw", "words": "She rang. The key is at number 6."},
    Topic.UNSENT: {
        "who": "acknowledgement",
        "detail": "the mail server refused it (smtp; 550 5.1.1 user unknown)",
        "customer": "jane@customer.example",
    },
}
"""What each topic's notice holds besides the common fields."""


def a_notice(topic: Topic, to: StaffMember = BOB, **over: Any) -> Notice:
    letter = Notice(
        key=f"notice-{topic.replace('_', '-')}-0000000000000000000e",
        thread_id=THREAD,
        to=to.address,
        to_name=to.name,
        to_key=to.key,
        mailbox="support",
        topic=topic,
        subject="Boiler leaking",
        customer_name="Jane Roe",
        decided_at=MONDAY,
    )
    return replace(letter, **{**NOTICES[topic], **over})


ESCALATIONS: dict[Topic, dict[str, Any]] = {
    Topic.UNHAPPY: {
        "because": 'they wrote "third time", "fed up"',
        "snippet": "This is the third time this year that the boiler leaks. We are fed up.",
    },
    Topic.URGENT: {
        "because": 'they wrote "smell gas"',
        "snippet": "We smell gas in the kitchen!",
        "owner_name": "Sam Okafor",
        "decided_at": MONDAY_NIGHT,
        "due": MONDAY_NIGHT + timedelta(minutes=65),
    },
    Topic.SOMEONE_ELSE: {
        "because": 'they wrote "someone else"',
        "snippet": "Could I talk to someone else than Bob, please?",
    },
    Topic.HELD_ASTRAY: {
        "because": "it came by an address that is not yours for this",
        "snippet": "Dear Jane,\n\nI'll come by at two.\n\nAlice",
    },
    Topic.AWAY: {
        "because": "Bob Harris's mailbox answered by itself: I am away until Friday.",
        "snippet": "Hello, our boiler (Vita 30) is leaking since this morning.",
    },
    Topic.MISSED: {
        "because": "the time passed and nobody has answered",
        "snippet": "Hello, our boiler (Vita 30) is leaking since this morning.",
        "decided_at": TODAY_1315 + timedelta(minutes=1),
    },
}


def an_escalation(topic: Topic, **over: Any) -> Escalation:
    letter = Escalation(
        key=f"escalation-{topic}-0000000000000000000f",
        thread_id=THREAD,
        to=ANNA.address,
        to_name=ANNA.name,
        to_key=ANNA.key,
        mailbox="support",
        topic=topic,
        subject="Boiler leaking",
        customer_name="Jane Roe",
        customer="jane@customer.example",
        owner_name="Bob Harris",
        snippet="",
        decided_at=MONDAY,
        due=TODAY_1315,
        because="",
    )
    return replace(letter, **{**ESCALATIONS[topic], **over})


NIGHT = {"owner": public(ANNA), "urgent": True, "decided_at": MONDAY_NIGHT, "due": MONDAY_NIGHT + timedelta(minutes=65)}

CUSTOMER_LETTERS: dict[str, Letter] = {
    "acknowledgement": an_acknowledgement(),
    "acknowledgement_after_hours": an_acknowledgement(decided_at=MONDAY_NIGHT, attachment_count=0, photo_count=0),
    "acknowledgement_helped_before": an_acknowledgement(helped_before=True, attachment_count=1, photo_count=0),
    "acknowledgement_fixed": a_fixed_acknowledgement(),
    "acknowledgement_fixed_urgent": a_fixed_acknowledgement(**NIGHT),
    "acknowledgement_fixed_again": a_fixed_acknowledgement(again=True),
    "acknowledgement_urgent": an_acknowledgement(subject="Gas!", **NIGHT),
    "acknowledgement_urgent_by_day": an_acknowledgement(
        owner=public(ANNA), urgent=True, decided_at=MONDAY, due=MONDAY + timedelta(minutes=68)
    ),
    "acknowledgement_again": an_acknowledgement(subject="Re: Boiler leaking", again=True),
    "acknowledgement_unhappy": an_acknowledgement(unhappy=True, decided_at=MONDAY, due=TODAY_1315),
    "acknowledgement_unhappy_at_night": an_acknowledgement(unhappy=True, decided_at=MONDAY_NIGHT),
    "acknowledgement_by_the_cover": an_acknowledgement(owner=public(ANNA)),
    "acknowledgement_unhappy_principal": an_acknowledgement(owner=public(ANNA), unhappy=True),
    "reply": a_reply(),
    "reply_after_a_call": a_reply(subject="", in_reply_to="", references=(), spoken=True),
    "reply_with_large_files": a_reply(
        text="Dear Jane,\n\nboth videos are below.\n\nBob",
        attachments=tuple(replace(ref, size=6_150_000) for ref in PHOTOS),
    ),
}
"""By the name of its golden mail."""

STAFF_LETTERS: dict[str, Letter] = {
    "forward": a_forward(attachments=PHOTOS),
    "forward_form": a_forward(
        subject="",
        source="form/1",
        card=a_card(
            trust=Trust.UNVERIFIED,
            customer_since=None,
            helped_by="",
            helped_at=None,
            earlier=(),
            thread_count=0,
            phone="0161 496 0999",
            fields=(("Model", "Vita 30"), ("Postcode", "M1 2AB")),
        ),
    ),
    "forward_suspicious": a_forward(
        card=a_card(
            due=None,
            told=False,
            trust=Trust.FAILING,
            warnings=("This may be forged: customer.example says it did not send it.",),
            customer_since=None,
            helped_by="",
            helped_at=None,
            earlier=(),
        )
    ),
    "forward_not_told": a_forward(card=a_card(told=False, unhappy=True, urgent=True, earlier=())),
    "forward_untold_after_complaint": a_forward(
        card=a_card(
            told=False,
            untold_because="an automatic letter was marked as spam there, or could not be delivered",
            earlier=(),
        )
    ),
    "forward_to_cover": a_forward(
        to=ALICE.address,
        to_name=ALICE.name,
        to_key=ALICE.key,
        card=a_card(trust=Trust.UNVERIFIED, customer_since=MONDAY, helped_by="", earlier=()),
    ),
    "forward_unreadable": a_forward(
        subject="",
        raw_attached=True,
        card=a_card(customer="", customer_name="", told=False, customer_since=None, helped_by="", earlier=()),
    ),
    "forward_handed_on": a_forward(
        card=a_card(
            customer="tom@hill.example",
            customer_name="Tom Hill",
            trust=Trust.UNVERIFIED,
            credit="Alice Shaw passed it on",
            customer_since=None,
            helped_by="",
            earlier=(),
        ),
    ),
    "forward_of_a_call": a_forward(
        subject="Call",
        card=a_card(
            customer="",
            customer_name="Mrs Jones",
            trust=Trust.UNVERIFIED,
            credit="Alice Shaw took the call",
            phone="0161 496 0999",
            told=False,
            customer_since=None,
            helped_by="",
            earlier=(),
        ),
    ),
    "forward_quiet": a_forward(
        subject="Autumn offers from Vita",
        quiet=True,
        card=a_card(
            customer="news@vita.example",
            customer_name="Vita",
            due=None,
            told=False,
            category="",
            customer_since=None,
            helped_by="",
            earlier=(),
            owner_because="a mailing list wrote; Bob Harris sees what needs no answer",
        ),
    ),
    "forward_while_away": a_forward(
        to=ALICE.address,
        to_name=ALICE.name,
        to_key=ALICE.key,
        card=a_card(
            owner=ALICE.name,
            owner_because='it is about Repairs ("boiler", "leaking"), and Bob Harris answers those; '
            "Bob is away, so Alice Shaw takes it",
            earlier=(),
        ),
    ),
    "nudge": a_nudge(),
    "nudge_not_told": a_nudge(told=False, decided_at=TODAY_1315 - timedelta(minutes=90)),
    **{f"notice_{topic}": a_notice(topic) for topic in NOTICES},
    "notice_mail_report_late": a_notice(
        Topic.MAIL_REPORT,
        who="delayed",
        detail="Not delivered to jane@customer.example yet, still being tried: their mail system does not answer.",
        words="",
    ),
    "notice_mail_report_complaint": a_notice(
        Topic.MAIL_REPORT, who="complained", detail="Was reported as spam by jane@customer.example.", words=""
    ),
    "notice_unsent_in_doubt": a_notice(Topic.UNSENT, detail="nobody knows whether it left: no word came of it"),
    "notice_unsent_with_phone": a_notice(Topic.UNSENT, phone="07700 900456"),
    "notice_unsent_forward": a_notice(Topic.UNSENT, to=ANNA, who="forward", detail="the mailbox is full", customer=""),
    "notice_reply_bounced_in_doubt": a_notice(Topic.REPLY_BOUNCED, detail="nobody knows whether it left"),
    "notice_reply_bounced_without_phone": a_notice(Topic.REPLY_BOUNCED, phone=""),
    "notice_reply_bounced_elsewhere": a_notice(Topic.REPLY_BOUNCED, phone="", also_at=("jane@work.example",)),
    **{f"escalation_{topic}": an_escalation(topic) for topic in ESCALATIONS},
    "escalation_missed_to_owner": an_escalation(Topic.MISSED, to=BOB.address, to_name=BOB.name, to_key=BOB.key),
}

LETTERS: dict[str, Letter] = CUSTOMER_LETTERS | STAFF_LETTERS


HANDED_ON = """\
One for Bob?

---------- Forwarded message ---------
From: Tom Hill <tom@hill.example>
Date: Mon, 23 Nov 2026 at 08:55
Subject: Boiler leaking
To: <alice@harris.example>

Hello Alice,

our boiler is leaking since this morning.

Tom"""


def source_of(name: str) -> Inbound:
    """The mail or post that the forward of this name forwards."""
    if name == "forward_form":
        return an_inbound(key="form/1", channel=Channel.FORM, subject="", form=FormExtras("0161 496 0999"))
    if name == "forward_unreadable":
        return an_inbound(text="", fresh_text="", subject="", defect="its header never ends")
    if name == "forward_handed_on":
        return an_inbound(text=HANDED_ON, subject="Fwd: Boiler leaking")
    if name == "forward_of_a_call":
        return an_inbound(text="Mrs Jones rang, 0161 496 0999, wants a quote for a new boiler.", subject="Call")
    if name == "forward_quiet":
        return an_inbound(text="Ten per cent off all Vita boilers until Christmas.", subject="Autumn offers from Vita")
    return an_inbound()
