"""What the self test says a failed step most likely means: the surest first, each with its mend."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from byname.cloud.receiving import RuleSet
from byname.cloud.selftest import causes
from byname.cloud.selftest.evidence import Evidence, last_error, store_rule_fault
from chalicelib.desk.decision import Forward, Letter, LetterState, Outgoing
from chalicelib.desk.sending_events import Event, SendingEvent
from tests.letters import a_forward

NOW = datetime(2026, 11, 23, 9, 7, tzinfo=UTC)
DELIVERED = SendingEvent(Event.DELIVERED, False, "", "", "ses-1", "support@help.harris.example", NOW)
BOUNCED = replace(DELIVERED, event=Event.BOUNCED, permanent=True, reason="there is no such address")
RIGHT_MX = ("inbound-smtp.eu-west-1.amazonaws.com",)
QUIET = Evidence("help.harris.example", DELIVERED, region="eu-west-1", receiving="", stored=True, subscribed=True)
QUIET = replace(QUIET, polling="Enabled", waiting=0, dead=0, error="")


@pytest.mark.parametrize(
    ("found", "first"),
    [
        (replace(QUIET, fate=None, mx=()), "help.harris.example has no MX record that can be seen"),
        (
            replace(QUIET, fate=None, mx=("mail.other.example",)),
            "Mail for help.harris.example goes to mail.other.example",
        ),
        (replace(QUIET, fate=None, mx=RIGHT_MX), "SES has not delivered the mail yet"),
        (replace(QUIET, fate=None), "The MX record of help.harris.example may be missing"),
        (replace(QUIET, fate=BOUNCED, mx=RIGHT_MX), "The mail came back: there is no such address."),
        (replace(QUIET, receiving="No receipt rule set is active."), "No receipt rule set is active."),
        (replace(QUIET, stored=False), "SES took the mail but did not put it into the bucket"),
        (replace(QUIET, subscribed=False), "The topic no longer feeds byname's queue."),
        (replace(QUIET, polling="Disabled", waiting=3), "The function receive_mail does not read its queue (Disabled)"),
        (replace(QUIET, error="KeyError at store.py:12", waiting=3), "receive_mail fails: KeyError at store.py:12."),
        (
            replace(QUIET, waiting=3, oldest_seconds=400),
            "3 messages wait in receive_mail's queue, the oldest for 6 min",
        ),
        (replace(QUIET, waiting=1), "1 message waits in receive_mail's queue:"),
        (replace(QUIET, dead=2), "2 messages failed five times"),
        (QUIET, "SES has delivered it, and everything that can be looked at from here is in order"),
        (Evidence("help.harris.example", DELIVERED), "SES has delivered it, and everything"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_the_first_cause_of_an_unhandled_mail_is_the_surest(found: Evidence, first: str) -> None:
    assert causes.of_unhandled_mail(found)[0].startswith(first)


def test_a_mail_that_never_came_in_says_nothing_of_what_comes_after() -> None:
    found = replace(QUIET, fate=BOUNCED, mx=RIGHT_MX, error="KeyError at store.py:12", waiting=3)
    assert causes.of_unhandled_mail(found) == ("The mail came back: there is no such address.",)


def an_outgoing(state: LetterState, why: str = "") -> Outgoing:
    letter: Letter = a_forward()
    assert isinstance(letter, Forward)
    return Outgoing(letter, state, why=why, ses_id="ses-1" if state is LetterState.SENT else "")


@pytest.mark.parametrize(
    ("outgoing", "found", "words"),
    [
        (None, QUIET, "byname decided to write none: a machine wrote."),
        (an_outgoing(LetterState.FAILED, "MessageRejected"), QUIET, "SES refused the letter: MessageRejected."),
        (an_outgoing(LetterState.FAILED, "MessageRejected"), replace(QUIET, sandbox=True), "in the SES sandbox"),
        (an_outgoing(LetterState.NEW), QUIET, "waits to be tried again"),
        (an_outgoing(LetterState.SENDING), QUIET, "Nobody knows yet whether the letter left"),
        (an_outgoing(LetterState.HELD, "no report"), QUIET, "The letter is held"),
        (an_outgoing(LetterState.SENT), replace(QUIET, fate=BOUNCED), "The mail came back"),
        (an_outgoing(LetterState.SENT), replace(QUIET, sending=False), "sending is paused"),
        (an_outgoing(LetterState.SENT), QUIET, "Try --timeout 300."),
    ],
    ids=["none", "refused", "sandbox", "new", "sending", "held", "bounced", "paused", "nothing seen"],
)
def test_a_letter_that_did_not_arrive_is_explained(outgoing: Outgoing | None, found: Evidence, words: str) -> None:
    assert words in " ".join(causes.of_unsent_letter(outgoing, found, "a machine wrote"))


def test_what_the_provider_refused_is_not_called_a_missing_forwarding() -> None:
    found = replace(QUIET, fate=BOUNCED)
    said = causes.of_forwarding(found, "support@harris.example", "support@help.harris.example")
    assert said == ("Your mail provider refused it: there is no such address.",)


@pytest.mark.parametrize(
    ("rule_set", "words"),
    [
        (RuleSet("", ()), "No receipt rule set is active, so SES takes no mail at all. `byname deploy` makes one."),
        (
            RuleSet("shared", ()),
            "The active receipt rule set shared has no rule byname-store. `byname deploy` adds it.",
        ),
        (
            RuleSet("shared", ({"Name": "byname-store", "Enabled": False},)),
            "The receipt rule byname-store is switched off. `byname deploy` mends it.",
        ),
        (RuleSet("shared", ({"Name": "byname-store", "Enabled": True},)), ""),
    ],
    ids=["no set", "no rule", "off", "right"],
)
def test_the_store_rule_is_looked_at(rule_set: RuleSet, words: str) -> None:
    assert store_rule_fault(rule_set, "byname-store") == words


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"level":"ERROR","message":"failed","error":"KeyError","place":"store.py:12"}', "KeyError at store.py:12"),
        ('{"level":"ERROR","message":"failed","error":"KeyError","place":""}', "KeyError"),
        (
            "[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named 'x'",
            "Runtime.ImportModuleError",
        ),
        ("2026-11-23T09:07:00.000Z 1c2d Task timed out after 60.00 seconds", "it ran out of time"),
        ('{"level":"INFO","message":"handled"}', ""),
        ("START RequestId: 1c2d", ""),
        ("[1, 2]", ""),
    ],
)
def test_a_log_line_gives_type_and_place_of_an_error_and_never_its_words(line: str, said: str) -> None:
    assert last_error([line]) == said


def test_the_newest_error_counts() -> None:
    lines = ['{"error":"KeyError"}', '{"error":"ValueError"}', '{"message":"handled"}']
    assert last_error(lines) == "ValueError"
