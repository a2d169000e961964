"""Mailboxes as a mail program shows them in the lines above a letter. The names in them are their owners' choice."""

from __future__ import annotations

import re
from urllib.parse import unquote

from chalicelib.desk.model import Address
from chalicelib.mail.addresses import safe_email, safe_name

MOST = 100
"""Mailboxes read from one line."""

ADDRESS = re.compile(r"(?<![^\s<>()\[\]\"',;:])[^\s<>()\[\]\"',;:@]{1,64}@[^\s<>()\[\]\"',;:@]{1,255}")
_MAILTO = re.compile(r"(?<=\S)<mailto:[^<>]{0,320}>|(?<=\S)\[mailto:[^\[\]]{0,320}\](?=\s*[<\[])", re.IGNORECASE)
_BOLD = "*|"
"""Marks a mail program sets around a name or address when it makes text of bold letters."""


def person(value: str) -> Address:
    """The first mailbox of a shown From line: `Jane Roe <jane@x.example<mailto:jane@x.example>> on behalf of …`."""
    found = people(value)
    return found[0] if found else Address("", safe_name(_MAILTO.sub("", value).strip(" <>[]*")))


def names_one(value: str) -> bool:
    """Whether a shown From line leaves no doubt whose it is.

    `victim@x.example <writer@y.example>` does: the first is a name, which its writer chose, and programs differ in what
    they show. So one address may stand there as often as it likes, as `<mailto:…>` too, and no second one.
    """
    matches = ADDRESS.findall(value)
    emails = {safe_email(unquote(match.partition("?")[0].strip(_BOLD))) for match in matches}
    return len(emails) == 1 and "" not in emails and value.count("@") == len(matches)


def people(value: str) -> tuple[Address, ...]:
    """The mailboxes of a shown To or Cc line, whatever parts them; names may hold commas."""
    plain = _MAILTO.sub("", value).replace("mailto:", "")
    found: dict[str, Address] = {}
    end = 0
    for match in ADDRESS.finditer(plain):
        name = plain[end : match.start()].strip(" \t,;<>[]()*\"'")
        end = match.end()
        email = safe_email(match[0].strip(_BOLD))
        if email and email not in found:
            found[email] = Address(email, _name_beside(name, email))
        if len(found) == MOST:
            break
    return tuple(found.values())


def _name_beside(name: str, email: str) -> str:
    safe = safe_name(name)
    return "" if safe.lower() == email or "@" in safe else safe
