"""What a failed step most likely means, most likely first, each with its mend. Pure: evidence in, sentences out."""

from __future__ import annotations

from collections.abc import Iterator

from byname.cloud.selftest.arrived import Arrived
from byname.cloud.selftest.evidence import Evidence
from chalicelib.desk.decision import LetterState, Outgoing
from chalicelib.desk.model import Verdict
from chalicelib.desk.sending_events import Event

STATUS = "`byname status` shows it in full."


def of_unhandled_mail(found: Evidence) -> tuple[str, ...]:
    """A mail was sent to us, and byname did nothing with it."""
    before = (*([found.receiving] if found.receiving else []), *_of_journey(found))
    if found.fate is not None and found.fate.event is not Event.DELIVERED:
        return before  # it never came in
    return (*before, *_of_machinery(found, "receive_mail")) or (_nothing_seen(found),)


def of_closed_postbox(found: Evidence) -> tuple[str, ...]:
    """The test's own mail from itself to itself did not arrive, so receiving itself is not in order."""
    if found.fate is not None and found.fate.event is Event.DELIVERED:
        return ("SES took the mail, but its new receipt rule did not catch it: it may need a minute to be in force.",)
    return tuple(_of_journey(found))


def of_unheard_events(found: Evidence) -> tuple[str, ...]:
    """SES told of a letter, and byname did not hear."""
    return _of_machinery(found, "receive_feedback") or (_nothing_seen(found),)


def of_bad_letter(mail: Arrived) -> tuple[str, ...]:
    """A letter came, and something is wrong with it."""
    domain = mail.sender.rpartition("@")[2]
    found = []
    if not mail.is_signed:
        found.append(f"The DKIM records of {domain} are missing or changed, or signing is off: `byname dns` says.")
    if mail.spf is not Verdict.PASS or mail.dmarc is Verdict.FAIL:
        found.append(f"The MAIL FROM or DMARC records of {domain} are not right: `byname dns` says which.")
    return (*found, "The stack may run another version or another team than you think: `byname deploy` settles it.")


def of_held_answer(domain: str) -> tuple[str, ...]:
    """A colleague's mail came to the thread and was not relayed."""
    return (
        "If it says that nobody vouches for the sender: the DKIM signature of the colleague's domain did not pass at "
        f"{domain}; `byname doctor` checks the staff's own domains.",
        "Otherwise byname's reason above says what it took offence at.",
    )


def of_forwarding(found: Evidence, shown: str, receives_at: str) -> tuple[str, ...]:
    """A mail to the public address did not come to byname."""
    if found.fate is not None and found.fate.event is not Event.DELIVERED:
        return (f"Your mail provider refused it: {found.fate.reason}.",)
    return (
        f"{shown} is not forwarded to {receives_at}, or the forwarding is not confirmed yet: your mail provider's "
        "settings; docs/set-up.md shows where for Google Workspace and Microsoft 365.",
        f"Your mail provider took it for spam, because it comes from {found.domain}: look into the spam folder and the "
        "quarantine, and let mail from there through.",
        *([found.receiving] if found.receiving else []),
        *_of_machinery(found, "receive_mail"),
    )


def of_unsent_letter(outgoing: Outgoing | None, found: Evidence, why_none: str = "") -> tuple[str, ...]:
    """A letter that should have arrived did not. `why_none`: what byname says when it wrote none."""
    if outgoing is None:
        return (f"byname decided to write none: {why_none or 'it does not say why'}.",)
    return tuple(_of_letter(outgoing, found)) or (_nothing_seen(found),)


def _of_letter(outgoing: Outgoing, found: Evidence) -> Iterator[str]:
    if found.sending is False:
        yield "The account's sending is paused: see SES, Account dashboard, in the AWS console."
    if outgoing.state is LetterState.FAILED and outgoing.why:
        yield f"SES refused the letter: {outgoing.why}."
    if found.sandbox and outgoing.state is not LetterState.SENT:
        yield (
            "The account is in the SES sandbox: SES sends only to addresses it has verified. Ask AWS for production "
            "access (`byname doctor` says how), or verify this recipient's address for the time being."
        )
    if outgoing.state is LetterState.NEW:
        yield f"The letter waits to be tried again: {outgoing.why or 'SES was too busy, or did not answer'}. {STATUS}"
    if outgoing.state is LetterState.SENDING:
        yield "Nobody knows yet whether the letter left: its sender broke down, or is still at it. " + STATUS
    if outgoing.state is LetterState.HELD:
        yield f"The letter is held, because nobody knows whether it left: {outgoing.why}."
    if outgoing.state is LetterState.SENT:
        yield from _of_journey(found)


def _of_journey(found: Evidence) -> Iterator[str]:
    fate, ours = found.fate, f"inbound-smtp.{found.region}.amazonaws.com"
    if fate is not None and fate.event is Event.DELIVERED:
        return
    if fate is not None:
        yield f"The mail came back: {fate.reason}."
    if found.mx == ():
        yield f"{found.domain} has no MX record that can be seen: `byname dns` says which, and DNS may need an hour."
    elif found.mx is not None and ours not in found.mx:
        yield f"Mail for {found.domain} goes to {', '.join(found.mx)} instead of {ours}: `byname dns` says more."
    elif found.mx is None:
        yield f"The MX record of {found.domain} may be missing, or too new to be seen everywhere: `byname dns` says."
    if fate is None:
        yield "SES has not delivered the mail yet: it tries for hours where a mail server does not answer."


def _of_machinery(found: Evidence, function: str) -> tuple[str, ...]:
    return tuple(_of_the_way_in(found)) + tuple(_of_function(found, function))


def _of_the_way_in(found: Evidence) -> Iterator[str]:
    if found.stored is False and found.fate is not None and found.fate.event is Event.DELIVERED:
        yield "SES took the mail but did not put it into the bucket: another rule before byname's may stop it."
    if found.subscribed is False:
        yield "The topic no longer feeds byname's queue. `byname deploy` mends it."


def _of_function(found: Evidence, function: str) -> Iterator[str]:
    if found.polling not in (None, "Enabled", "Enabling", "Updating"):
        yield f"The function {function} does not read its queue ({found.polling}). `byname deploy` mends it."
    if found.error:
        yield (
            f"{function} fails: {found.error}. Nothing is lost: what it could not handle waits in the queue and is "
            f"tried again. {STATUS}"
        )
    if found.waiting:
        old = f", the oldest for {_minutes(found.oldest_seconds)}" if found.oldest_seconds else ""
        waits = "1 message waits" if found.waiting == 1 else f"{found.waiting} messages wait"
        yield f"{waits} in {function}'s queue{old}: it is behind, or what failed waits for its next try."
    if found.dead:
        messages = "1 message" if found.dead == 1 else f"{found.dead} messages"
        yield f"{messages} failed five times and lie in {function}'s dead-letter queue. {STATUS}"


def _nothing_seen(found: Evidence) -> str:
    handed_over = found.fate is not None and found.fate.event is Event.DELIVERED
    so_far = "SES has delivered it, and e" if handed_over else "E"
    return f"{so_far}verything that can be looked at from here is in order; it may just be slow. Try --timeout 300."


def _minutes(seconds: int) -> str:
    return f"{seconds} seconds" if seconds < 120 else f"{seconds // 60} minutes"
