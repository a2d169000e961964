"""What a self test would do and send, in plain words, before it does. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from byname.cloud.doctor.finding import counted
from byname.cloud.selftest import mails
from byname.cloud.selftest.deployed import Deployed

if TYPE_CHECKING:
    from byname.cloud.selftest.play import Wanted


def warning(wanted: Wanted) -> str:
    """What the person at the terminal should know before mails leave."""
    count = _to_staff(wanted)
    if count == 1:
        return f"Whoever answers gets up to 1 real mail, called “{mails.SUBJECT}”."
    return f"Whoever answers gets up to {count} real mails, each called “{mails.SUBJECT}”."


def lines(deployed: Deployed, wanted: Wanted) -> tuple[str, ...]:
    """The steps in order, with who gets mail."""
    return (
        f"Stack {deployed.stack} in {deployed.region}, team of {deployed.team.firm.name}.",
        f"For as long as it runs, a receipt rule comes first in the active rule set; it catches "
        f"selftest-…@{deployed.domain} and nothing else. A queue listens to SES's events.",
        *_by_mail(deployed, wanted),
        *_by_form(deployed, wanted),
        f"In all, whoever answers gets up to {counted(_to_staff(wanted), 'mail')} called “{mails.SUBJECT}”.",
        "Then the threads are closed and left to be looked at."
        if wanted.keep
        else "Then all of it is taken away again.",
    )


def _by_mail(deployed: Deployed, wanted: Wanted) -> Iterator[str]:
    for box in wanted.mailboxes if wanted.mail else ():
        answer = "whoever answers replies by hand" if wanted.by_hand_within else "a reply is played as whoever answers"
        yield f"A mail to {box.receives_at}: acknowledged, forwarded; {answer}; the customer writes again."
    for box in wanted.mailboxes if wanted.public else ():
        yield f"A mail to {box.address}: your mail provider must forward it to {box.receives_at}."
    del deployed


def _by_form(deployed: Deployed, wanted: Wanted) -> Iterator[str]:
    if wanted.form:
        yield f"A post, twice, to {deployed.contact_page}: a page and a letter name a person and a time."
    if wanted.bounce:
        yield "A post in the name of bounce@simulator.amazonses.com: the letter comes back, and a colleague is told."


def _to_staff(wanted: Wanted) -> int:
    """Forwards and notices at most.

    The question, a notice when the principal answered it, the customer's answer; a public mail; the post; the post that
    bounces, and the notice of it.
    """
    boxes = len(wanted.mailboxes)
    return boxes * (3 * wanted.mail + wanted.public) + wanted.form + 2 * wanted.bounce
