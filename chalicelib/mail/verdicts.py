"""What the mail provider found out about a mail: from its notification, and from the block it put on top of the mail.

A sender can write any header, also one that looks like the provider's. The block is believed only where the sender
could not have put it: it starts at the first byte, and the SMTP id in its Received line is the one our S3 key ends
with, which nobody outside knew before the mail was accepted (RFC 8601 5 and 7.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile

from chalicelib.desk.model import Delivery, Verdict, Verdicts
from chalicelib.mail.headers import Headers, read

_PROVIDER = re.compile(r"inbound-smtp\.[a-z0-9-]{1,40}\.amazonaws\.com")
_DOMAIN = re.compile(r"(?:[a-z0-9_-]{1,63}\.){1,20}[a-z0-9-]{2,63}")
_OWN_END = ("x-ses-receipt", "received", "dkim-signature")
"""The provider's receipt ends its block. The others, below its own Received, were there before the provider."""
_PIECE = re.compile(r'(?:"(?:[^"\\]|\\.)*"|\\.|[^\s()";\\])+|\s+|.', re.DOTALL)
_COMMENT = re.compile(r'\([^()"\\]*\)')
_HIDING = re.compile(r'[()"\\]')
_GLUED = re.compile(r";(?=[^\s;])|[^\s(]\(|\)[^\s;)]")
"""The provider sets its results and comments off by spaces; a mail server's name can hold none."""
_RESULT = re.compile(r"(?P<method>[a-z][a-z0-9-]{0,40})(?:/\d{1,3})?=(?P<word>[a-z]{1,40})")
_NO_METHODS = frozenset({"from", "helo", "action", "reason", "policy", "envelope-from", "client-ip", "p", "dis"})
"""Properties that some servers set off by semicolons, as if they were results."""
_WORST_FIRST = (Verdict.FAIL, Verdict.NONE, Verdict.GRAY, Verdict.PASS)
_BY_WORD = {
    "pass": Verdict.PASS,
    "fail": Verdict.FAIL,
    "hardfail": Verdict.FAIL,
    "permerror": Verdict.FAIL,
    "gray": Verdict.GRAY,
    "none": Verdict.GRAY,
    "neutral": Verdict.GRAY,
    "policy": Verdict.GRAY,
}
"""Words of Authentication-Results (RFC 8601 2.7); any other, `temperror` among them, proves nothing."""


@dataclass(frozen=True, slots=True)
class Block:
    """The provider's own Authentication-Results."""

    dkim: Verdict | None = None
    """The best of the signatures; None when it does not say."""
    dmarc: Verdict | None = None
    dkim_domains: tuple[str, ...] = ()
    from_domain: str = ""
    """Whose policy the provider looked up: the From domain as *it* read it."""


@dataclass(frozen=True, slots=True)
class Result:
    """One method's result: `dkim`, `pass`, and the words that say for whom (`header.d=customer.example`)."""

    method: str
    word: str
    properties: tuple[str, ...] = ()


def read_results(value: str) -> tuple[str, tuple[Result, ...]]:
    """Any Authentication-Results field (RFC 8601), as servers really write it: (who checked, what they found).

    All lower case, and nobody's authority: whoever sent the mail may have written it. Read leniently, because half of
    all servers forget their own name, glue comments to words or put `from=` where a result should stand. What is no
    result (`spf=3Dnone`, a sentence) is left out.
    """
    first, *rest = _segments(value)
    server = next((word for word in first[:1] if "=" not in word), "")
    found = (_result(words) for words in (*(() if server else (first,)), *rest))
    return server, tuple(result for result in found if result)


def _result(words: list[str]) -> Result | None:
    match = next((found for word in words[:1] if (found := _RESULT.fullmatch(word))), None)
    if match is None or match["method"] in _NO_METHODS:
        return None
    return Result(match["method"], match["word"], tuple(words[1:]))


def verdict(value: object) -> Verdict:
    """One verdict of a notification: `"PASS"` or `{"status": "PASS"}`, in any case; what we do not know is NONE."""
    status = value.get("status") if isinstance(value, Mapping) else value
    try:
        return Verdict(str(status).lower())
    except ValueError:
        return Verdict.NONE


def with_provider_block(raw: bytes, delivery: Delivery) -> Verdicts:
    """The delivery's verdicts with the domains whose DKIM signature passed, from the provider's block on top of `raw`.

    Without such a block the verdicts stay as they are, without domains. Where notification and block differ, the
    worse counts.
    """
    return with_block(delivery, provider_block(read(raw), delivery.key))


def with_block(delivery: Delivery, block: Block | None) -> Verdicts:
    """The same, of a block that was read already."""
    known = replace(delivery.verdicts, dkim_domains=())
    if block is None:
        return known
    dkim, dmarc = _worse(known.dkim, block.dkim), _worse(known.dmarc, block.dmarc)
    return replace(known, dkim=dkim, dmarc=dmarc, dkim_domains=_proven_domains(block, dkim, dmarc))


def provider_block(top: Headers, key: str) -> Block | None:
    """What the provider wrote on top of a mail stored under `key`; None when that is not the provider's hand."""
    if [name for name, _ in top.fields[:2]] != ["return-path", "received"]:
        return None
    smtp_id = key.rpartition("/")[2].lower()
    if not smtp_id or _smtp_id(top.fields[1][1]) != smtp_id:
        return None
    own = takewhile(lambda each: each[0] not in _OWN_END, top.fields[2:])
    for value in (value for name, value in own if name == "authentication-results"):
        server, results = read_results(value)
        if server == "amazonses.com":
            block = _block(results)
            return replace(block, dkim_domains=()) if _is_tampered(value) else block
    return None


def _is_tampered(value: str) -> bool:
    """Whether somebody's greeting or return path, which the provider repeats, may speak in its results.

    A comment or a quote left open could also hide what the provider says itself.
    """
    return _HIDING.search(_COMMENT.sub(" ", value)) is not None or _GLUED.search(value) is not None


def _proven_domains(block: Block, dkim: Verdict, dmarc: Verdict) -> tuple[str, ...]:
    """The domains to believe. Without a DMARC pass none, when some signature is not of the From domain.

    Whoever adds a signature to the results of their own mail brings at least one of their own.
    """
    is_of_one_house = all(_is_related(block.from_domain, domain) for domain in block.dkim_domains)
    return block.dkim_domains if dkim is Verdict.PASS and (dmarc is Verdict.PASS or is_of_one_house) else ()


def _is_related(name: str, other: str) -> bool:
    return name == other or name.endswith("." + other) or other.endswith("." + name)


def _smtp_id(received: str) -> str:
    """The id a provider's Received line gives; empty when the line is not of its form."""
    words = _segments(received)[0]
    for place in (place for place, word in enumerate(words) if word == "by"):
        match words[place + 1 :]:
            case [host, "with", "smtp" | "esmtp" | "smtps" | "esmtps", "id", smtp_id, *_] if _PROVIDER.fullmatch(host):
                return smtp_id
            case _:
                return ""  # only the first `by` is read: a later one may be somebody's clever host name
    return ""


def _segments(value: str) -> list[list[str]]:
    """The words of a structured field, split at semicolons, lower case.

    Comments are left out, and so is every word with a quoted part: the provider quotes what others said.
    """
    segments: list[list[str]] = [[]]
    depth = 0
    for piece in _PIECE.findall(value):
        if piece == '"':  # never closed: what follows could be anybody's
            break
        if piece in "()":
            depth = max(0, depth + (1 if piece == "(" else -1))
        elif not depth and piece == ";":
            segments.append([])
        elif not depth and not piece.isspace() and '"' not in piece and "\\" not in piece:
            segments[-1].append(piece.lower())
    return segments


def _block(results: Iterable[Result]) -> Block:
    dkim: list[Verdict] = []
    dmarc: list[Verdict] = []
    domains: list[str] = []
    from_domain = ""
    for result in results:
        if result.method == "dkim":
            dkim.append(_BY_WORD.get(result.word, Verdict.NONE))
            if result.word == "pass":
                domains += _domains(result.properties, "header.i", "header.d")
        elif result.method == "dmarc":
            dmarc.append(_BY_WORD.get(result.word, Verdict.NONE))
            from_domain = next(iter(_domains(result.properties, "header.from")), from_domain)
    return Block(_best(dkim), _worst(dmarc), tuple(dict.fromkeys(domains)), from_domain)


def _domains(properties: Iterable[str], *names: str) -> list[str]:
    pairs = (each.partition("=") for each in properties)
    found = [value.rpartition("@")[2].rstrip(".") for name, _, value in pairs if name in names]
    return [domain for domain in found if _DOMAIN.fullmatch(domain)]


def _worst(verdicts: list[Verdict]) -> Verdict | None:
    """The worst of them."""
    return min(verdicts, key=_WORST_FIRST.index, default=None)


def _best(verdicts: list[Verdict]) -> Verdict | None:
    """The best of them: one good signature is enough."""
    return max(verdicts, key=_WORST_FIRST.index, default=None)


def _worse(notified: Verdict, block: Verdict | None) -> Verdict:
    return notified if block is None else min(notified, block, key=_WORST_FIRST.index)
