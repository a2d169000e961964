"""Status codes and the words of mail servers, as a reason that a person in the shop understands (RFC 3463, 5321)."""

from __future__ import annotations

import re

from chalicelib.mail.alternation import Alternation

_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45])[0-5]\d(?=[ -][^\d.]|[ -]\d\.\d\.\d)")
_REASONS = {
    "1.0": "the address is not right",
    "1.1": "mailbox unavailable",
    "1.2": "their mail system was not found",
    "1.3": "the address is not right",
    "1.6": "the mailbox has moved",
    "1.10": "their domain takes no mail",
    "2.0": "a problem with their mailbox",
    "2.1": "the mailbox is switched off",
    "2.2": "the mailbox is full",
    "2.3": "the letter is too big for their mailbox",
    "3.4": "the letter is too big for their mail system",
    "4.1": "their mail system does not answer",
    "4.4": "their mail system was not found",
    "4.6": "the letter went round in circles",
    "4.7": "it could not be delivered in time",
    "7.0": "their mail system refused it",
    "7.1": "their mail system refused it",
}
_BY_CLASS = {
    "1": "the address is not right",
    "2": "a problem with their mailbox",
    "3": "a problem with their mail system",
    "4": "a problem on the way to their mail system",
    "5": "a problem between our mail systems",
    "6": "they cannot take a letter of this form",
    "7": "their mail system refused it",
}
_BY_WORDS = tuple(
    (Alternation(words), reason)
    for words, reason in (
        (
            r"mailbox (?:is )?full|over ?quota|quota (?:is )?exceeded|exceed\w* .{0,20}quota|mailbox size",
            _REASONS["2.2"],
        ),
        (
            r"user unknown|unknown (?:user|recipient|address)|no such (?:user|recipient|mailbox|address|person)"
            r"|(?:user|recipient|mailbox|address) (?:\S+ )?(?:not found|does not exist|unknown|not known|unavailable)"
            r"|does(?: not|n't) (?:exist|have an? \S+ account)|no mailbox|invalid (?:recipient|mailbox|address)"
            r"|not listed in|recipient name is not recogni[sz]ed|addressee unknown|not our customer",
            _REASONS["1.1"],
        ),
        (r"(?:mailbox|account|user)\b.{0,20}\b(?:disabled|inactive|suspended|switched off)", _REASONS["2.1"]),
        (r"(?:host|domain|name server|mx)\b.{0,30}\b(?:unknown|not found|no such)|no route to host", _REASONS["4.4"]),
        (r"timed? ?out|not respond|no answer from host|connection refused|unreachable", _REASONS["4.1"]),
        (r"too (?:large|big)|exceeds? .{0,40}(?:size|limit)", _REASONS["3.4"]),
        (r"loop|too many hops|hop count", _REASONS["4.6"]),
        (r"spam|blocked|blacklist|policy|denied|refused|rejected|relay", _REASONS["7.1"]),
    )
)


def status_in(*texts: str) -> str:
    """The first enhanced status code (`5.1.1`) in the first text that has one; empty when none has."""
    return next((match[0] for text in texts if (match := _STATUS.search(text))), "")


def reason_of(status: str) -> str:
    """What a status code means; empty when it says nothing (`5.0.0`)."""
    detail = status.partition(".")[2]
    return _REASONS.get(detail) or _BY_CLASS.get(detail.partition(".")[0], "")


def reason_in(text: str) -> str:
    """What a mail server's own words mean; empty when we do not know them."""
    return next((reason for words, reason in _BY_WORDS if words.search(text)), "")


def names_a_refusal(text: str) -> bool:
    """Whether some line reads like a mail server's answer to what it does not take: `550 5.1.1 …`, `User unknown`."""
    return bool(_REPLY.search(text) or re.search(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])", text) or reason_in(text))
