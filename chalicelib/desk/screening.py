"""What kind of inbound is this? One ordered table of small named rules; the first that holds decides.

Storing is always yes; the kind decides what else happens (`KINDS` below, design section 4).
Sources: RFC 3834 and RFC 5230 for machines, RFC 3464, 5965 and 8098 for reports.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from chalicelib.desk.model import Address, Channel, Inbound, Kind, Marks, Trust, Verdicts
from chalicelib.desk.team import Team
from chalicelib.desk.trust import trust_of


@dataclass(frozen=True, slots=True)
class Screened:
    """What the rules may look at: the mail, who we are, and how our loop mark reads."""

    inbound: Inbound
    team: Team
    instance: str


def carries_our_mark(s: Screened) -> bool:
    return s.instance in s.inbound.marks.loops


def could_not_be_read(s: Screened) -> bool:
    return bool(s.inbound.defect)


def reports_a_complaint(s: Screened) -> bool:
    return _action(s) == "complained" or s.inbound.marks.report_type == "feedback-report"


def says_that_a_letter_was_opened(s: Screened) -> bool:
    receipt = s.inbound.marks.report_type == "disposition-notification"
    return _action(s) == "displayed" or (receipt and s.inbound.report is None)


def says_that_a_letter_is_late(s: Screened) -> bool:
    """Their mail system still tries: no failure (RFC 3464 2.3.3)."""
    return _action(s) == "delayed"


def says_that_a_letter_arrived(s: Screened) -> bool:
    return _action(s) in ("delivered", "relayed", "expanded")


def says_that_a_letter_failed(s: Screened) -> bool:
    """By a report, of any make; or by nothing but its empty return path and a mail system's name."""
    if s.inbound.report is not None or s.inbound.marks.report_type:
        return True
    return s.inbound.null_return_path and s.inbound.sender.local in ("mailer-daemon", "postmaster")


def _action(s: Screened) -> str:
    return s.inbound.report.action if s.inbound.report else ""


def asks_for_a_click(s: Screened) -> bool:
    """Somebody's spam guard wants a stranger to prove that a person wrote. A list's members only talk of it."""
    marks = s.inbound.marks
    return marks.says == "challenge" and not marks.list_mail and has_a_sign_of_a_machine(s.inbound)


def says_that_its_sender_is_away(s: Screened) -> bool:
    """Its words alone prove nothing, so a sign of a machine must stand beside them."""
    return s.inbound.marks.says == "absence" and has_a_sign_of_a_machine(s.inbound)


def was_written_by_a_machine(s: Screened) -> bool:
    marks = s.inbound.marks
    if _was_marked_on_its_way(s.inbound):
        return False
    says_so = marks.auto_submitted not in ("", "no") or marks.autoreply or marks.precedence == "auto_reply"
    answers = marks.says == "automatic" and has_a_sign_of_a_machine(s.inbound)
    return says_so or answers or s.inbound.null_return_path


def has_a_sign_of_a_machine(inbound: Inbound) -> bool:
    """Some mark, however weak. Without one nobody needs to ask what its words say."""
    marks = inbound.marks
    header = marks.auto_submitted not in ("", "no") or marks.autoreply or marks.suppress or marks.list_mail
    return bool(header or marks.precedence or inbound.null_return_path or takes_no_answer(inbound.sender))


def _was_marked_on_its_way(inbound: Inbound) -> bool:
    """A person's mail that a mailbox redirected by a rule: Exchange then calls it `auto-generated`."""
    marks = inbound.marks
    by_the_relay = marks.redirected and marks.auto_submitted in ("auto-generated", "auto-forwarded")
    return by_the_relay and not (marks.autoreply or marks.says or marks.precedence or inbound.null_return_path)


def comes_from_ourselves(s: Screened) -> bool:
    """From one of our own mailboxes, without our mark: somebody's spoof, or a colleague in the shared mailbox."""
    return _without_label(s.inbound.sender.email) in s.team.own_addresses


def _without_label(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def went_to_many(s: Screened) -> bool:
    return s.inbound.marks.list_mail or s.inbound.marks.precedence in ("bulk", "list", "junk")


_NO_REPLY = re.compile(r"(do[-_.]?not|no)[-_.]?reply.*|mailer-daemon|bounces?|notifications?|.*-bounces?", re.ASCII)


_SIMULATOR = "simulator.amazonses.com"
"""SES's own laboratory, where `bounce@` plays a customer whose mailbox is gone."""


def wants_no_answer(s: Screened) -> bool:
    return takes_no_answer(s.inbound.sender)


def takes_no_answer(sender: Address) -> bool:
    """`no-reply@` and its like: nobody reads what is sent there."""
    if sender.domain == _SIMULATOR:
        return False
    return bool(_NO_REPLY.fullmatch(sender.local.partition("+")[0]))


def names_a_colleague(s: Screened) -> bool:
    """The From line is a staff member's. Whether it is true is for `trust.py` to say."""
    return s.inbound.channel is Channel.MAIL and s.team.person_at(s.inbound.sender.email) is not None


def anyone(_: Screened) -> bool:
    return True


RULES: tuple[tuple[Kind, Callable[[Screened], bool]], ...] = (
    (Kind.LOOP, carries_our_mark),
    (Kind.OPAQUE, could_not_be_read),
    (Kind.COMPLAINT, reports_a_complaint),
    (Kind.READ_RECEIPT, says_that_a_letter_was_opened),
    (Kind.DELAYED, says_that_a_letter_is_late),
    (Kind.DELIVERED, says_that_a_letter_arrived),
    (Kind.CHALLENGE, asks_for_a_click),
    (Kind.BOUNCE, says_that_a_letter_failed),
    (Kind.OUT_OF_OFFICE, says_that_its_sender_is_away),
    (Kind.AUTOMATIC, was_written_by_a_machine),
    (Kind.AUTOMATIC, comes_from_ourselves),
    (Kind.BULK, went_to_many),
    (Kind.STAFF, names_a_colleague),
    (Kind.NO_REPLY, wants_no_answer),
    (Kind.CUSTOMER, anyone),
)


def screen(inbound: Inbound, team: Team, instance: str) -> Kind:
    """The kind of the first rule that holds."""
    seen = Screened(inbound, team, instance)
    return next(kind for kind, holds in RULES if holds(seen))


@dataclass(frozen=True, slots=True)
class Treatment:
    """What a kind that belongs to no thread yet causes."""

    opens_thread: bool
    forward: bool
    promise: bool
    acknowledgement: bool
    words: str
    """Why, for the reason kept with the decision."""


KINDS: dict[Kind, Treatment] = {
    #                    thread forward promise ack
    Kind.CUSTOMER: Treatment(True, True, True, True, "a person wrote"),
    Kind.STAFF: Treatment(True, True, False, False, "a colleague wrote outside any thread"),
    Kind.BULK: Treatment(True, True, False, False, "it went to many; nobody waits for an answer"),
    Kind.NO_REPLY: Treatment(True, True, False, False, "its sender takes no answers"),
    Kind.AUTOMATIC: Treatment(True, True, False, False, "a machine wrote; machines get no answer"),
    Kind.OUT_OF_OFFICE: Treatment(True, True, False, False, "their mailbox says that they are away"),
    Kind.CHALLENGE: Treatment(True, True, False, False, "their spam guard asks for a click, which a person decides"),
    Kind.BOUNCE: Treatment(True, True, False, False, "it reports on a mail we do not know"),
    Kind.DELAYED: Treatment(True, True, False, False, "a mail we do not know is late, and still being tried"),
    Kind.DELIVERED: Treatment(True, True, False, False, "a mail we do not know has arrived"),
    Kind.READ_RECEIPT: Treatment(True, True, False, False, "a mail we do not know was opened"),
    Kind.COMPLAINT: Treatment(True, True, False, False, "somebody calls a mail of ours spam"),
    Kind.LOOP: Treatment(False, False, False, False, "it is our own letter come back"),
    Kind.OPAQUE: Treatment(True, True, True, False, "the mail could not be read, so a person looks at it as it came"),
}


MACHINES = frozenset(
    (
        *(Kind.COMPLAINT, Kind.BOUNCE, Kind.DELAYED, Kind.DELIVERED, Kind.READ_RECEIPT),
        *(Kind.CHALLENGE, Kind.OUT_OF_OFFICE, Kind.AUTOMATIC),
    )
)
"""What programs write about letters and people: on a thread it is a note, never a message."""


def as_form_post(inbound: Inbound, team: Team) -> Inbound:
    """A website plugin's mail as the form post it stands for; any other mail as it is.

    The plugin's own authenticated mail vouches for nobody but itself: the visitor in Reply-To stays unverified.
    """
    plugins = {address for mailbox in team.mailboxes for address in mailbox.form_senders}
    if inbound.sender.email not in plugins or trust_of(inbound) is not Trust.VERIFIED or len(inbound.reply_to) != 1:
        return inbound
    return replace(
        inbound,
        channel=Channel.FORM,
        sender=inbound.reply_to[0],
        sender_certain=False,
        reply_to=(),
        marks=Marks(loops=inbound.marks.loops),
        verdicts=Verdicts(spam=inbound.verdicts.spam, virus=inbound.verdicts.virus),
        null_return_path=False,
    )


def no_answer_because(inbound: Inbound, team: Team) -> str:
    """Why this sender gets no automatic letter although a person wrote; empty when they may have one."""
    suppress = inbound.marks.suppress
    plugins = {address for mailbox in team.mailboxes for address in mailbox.form_senders}
    if not inbound.sender.email:
        return "there is no address to answer to"
    if any(word in suppress for word in ("all", "autoreply", "oof")):
        return "their mail asks for no automatic answer"
    if inbound.marks.auto_submitted not in ("", "no"):
        return "a mailbox on its way marked it as automatic"
    if _without_label(inbound.sender.email) in plugins | team.own_addresses:
        return "the address is one of our own"
    return ""
