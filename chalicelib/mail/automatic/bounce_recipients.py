"""Who did not get the letter, as a mail system's own words say it."""

from __future__ import annotations

import re
from collections.abc import Collection

from chalicelib.mail.addresses import safe_email
from chalicelib.mail.alternation import Alternation

MOST = 50
"""Recipients of one letter that are read."""

_ADDRESS = r"[^\s<>()\[\]\"',;:]{1,64}@[^\s<>()\[\]\"',;:@]{1,255}"
_ALONE = Alternation(
    rf"""
    ^[^\w\n@]{{0,20}}(?:\"?{_ADDRESS}\"?\s{{1,4}})?[<\[\"']{{0,2}}(?P<address>{_ADDRESS})[>\]\"']{{0,2}}\s{{0,8}}
    (?:$|[:;(]|\.\.\.|on\s\w{{3}},|-{{1,2}}\s|\s{{2,}}\S)
    """
)
"""A line that begins with an address, and then gives the reason, if anything."""
_LABELLED = Alternation(
    rf"""
    (?:recipients?(?: address)?|error-for|unknown user|no such user|undeliverable to|addressed to(?: email address)?
    |not be delivered to|deliver (?:your |the )?(?:mail|message|e-?mail)? ?to|message to|mail to|rcpt to|gateway for
    |empf[äa]nger|destinatai?r[ei]o?s?|ontvanger|address|user)
    (?: ?[:\uff1a]|\s)[\s\-*]{{0,20}}[<\["'(]{{0,2}}(?P<address>{_ADDRESS})
    """
)
"""Behind the words that say whose address it is."""
_REFUSES = Alternation(
    r"""
    \b[45]\d\d[ -]|\.\.\.|unknown|no such|rejected|full|not found|not exist|disabled|unavailable|denied|invalid
    """
)
"""A line with a mail server's answer."""
_ANY = Alternation(rf"(?P<address>{_ADDRESS})")
_LIST_BELOW = Alternation(
    r"""
    (?:did not reach|not (?:yet )?been delivered to|following (?:address|recipient|destination|user)|to the following
    |(?:addresses|recipients) (?:failed|had)|folgende[nr]? (?:empf|adress)|(?:destinataire|destinatario)\S* suivant)
    [^\n]{0,80}\n
    """
)
"""The line above those who did not get it: whoever is named before it only says which letter it was."""
_EXPANDED = Alternation(rf"expanded from:?\s{{0,4}}<?(?P<address>{_ADDRESS})")
_NOBODY = re.compile(r"(?:mailer-daemon|postmaster|abuse|support|helpdesk|no-?reply)@", re.IGNORECASE)


def recipients_in(explanation: str, not_these: Collection[str]) -> tuple[str, ...]:
    """Whom an explanation names, by the first way of naming somebody that it uses."""
    answers = "\n".join(line for line in explanation.split("\n") if _REFUSES.search(line))
    ways = (_ALONE, explanation), (_LABELLED, explanation), (_ANY, answers), (_ANY, explanation)
    named = (_found(pattern, text, not_these) for pattern, text in ways)
    return tuple(dict.fromkeys(next(filter(None, named), ())))[:MOST]


def _found(pattern: Alternation, explanation: str, not_these: Collection[str]) -> list[str]:
    """Addresses below the line that announces them, else anywhere."""
    below = _LIST_BELOW.search(explanation)
    found: list[str] = []
    for text in (explanation[below.end() :] if below else "", explanation):
        lines = (match["address"] for match in pattern.finditer(text))
        found = [email for each in lines if (email := _clean(each)) and email not in not_these]
        if found:
            break
    if found and pattern is _ALONE:
        found += [email for match in _EXPANDED.finditer(explanation) if (email := _clean(match["address"]))]
    people = [email for email in found if not _NOBODY.match(email)]
    return people or ([] if pattern is _ANY else found)


def _clean(address: str) -> str:
    """Without what stands around it; X.400 gateways write `dda:SMTP=jane@customer.example`."""
    plain = re.sub(r"^.*\b(?:smtp|rfc-?822)[=;]", "", address.strip(".*`\u2019\u201d\u3002"), flags=re.IGNORECASE)
    return safe_email(plain)
