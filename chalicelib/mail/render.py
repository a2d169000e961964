"""What each letter says: its facts, filled into the firm's language. (How templates are written: `markup.py`.)

    letter ──> facts ──> templates/mail/<language>/<template>.txt ──> subject, text, HTML

Who must not see a fact has a letter type without a field for it (`desk/decision.py`); nothing here looks further.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, assert_never, cast

from chalicelib.desk.decision import Acknowledgement, Card, Escalation, Forward, Letter, Notice, Nudge, Reply, Topic
from chalicelib.desk.model import Inbound, ThreadSummary
from chalicelib.desk.team import Team, public
from chalicelib.mail import markup, phrases
from chalicelib.mail.cards import card_mark, defused

if TYPE_CHECKING:
    from jinja2 import Environment, Template

T = TypeVar("T")
Facts = dict[str, Any]

_SHARED = "all"
"""The folder of what every language shares, among the compiled ones."""
RAW_NAME = "original.eml"
"""What a mail that could not be read is called when it travels as an attachment."""
EARLIER_SHOWN = 3
SHORT_FIELD = 80
"""A form field up to this long stands on the card; a longer one under the words."""

IN_DOUBT = "nobody knows"
"""How the reason begins when a letter may have arrived or not."""

_RAW = re.compile(r"\d|[A-Z]\w*[a-z]\w*[A-Z]\w*(:|$)")
"""How a machine begins: `550 5.1.1 …`, `MessageRejected: …`."""

_REPLY_PREFIX = re.compile(r"(re|aw|antw|sv|vs|r|rif|ref|odp|ynt|回复|答复)(\[\d+\])?\s*[:：]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter in words. `html` is empty when it goes as plain text only."""

    subject: str
    text: str
    html: str


def render(letter: Letter, team: Team, source: Inbound | None = None, files_link: str = "") -> Rendered:
    """The letter in its language. A Forward needs its `source`, the customer's mail read again; with a `files_link`
    its attachments wait there, being too large to travel.
    """
    letter = _harmless(letter) if _is_answered_to_the_customer(letter) else letter
    if isinstance(letter, Acknowledgement) and team.urgent is None:
        letter = replace(letter, urgent=False)  # nobody covers what cannot wait: the urgent letter promises they do
    language = phrases.spoken(letter.language, team)
    facts = {**_common(letter, team), **_files(letter, language, files_link), **_own(letter, team, source, language)}
    filled = _template(language, template_name(letter)).render(facts)
    subject, blocks = markup.read(filled)
    plain_only = isinstance(letter, Acknowledgement) and not letter.full
    html = "" if plain_only else _layout().render(language=language, subject=subject, blocks=blocks)
    return Rendered(subject, markup.as_text(blocks), html)


def template_name(letter: Letter) -> str:
    """The file in the language's folder this letter is written in, without its ending."""
    match letter:
        case Acknowledgement():
            return _acknowledgement_template(letter)
        case Notice() | Escalation():
            return f"{letter.kind}_{letter.topic}"
        case Reply() | Forward() | Nudge():
            return letter.kind
        case _:
            assert_never(letter)


def _is_answered_to_the_customer(letter: Letter) -> bool:
    """Whether a reply to this letter quotes it to the customer, and all in it that looks like a card is a stranger's.

    A colleague's own words (HELD_ASTRAY) may hold a true card, and the guard must still know it.
    """
    match letter:
        case Forward() | Nudge():
            return True
        case Escalation():
            return letter.topic is not Topic.HELD_ASTRAY
        case Acknowledgement() | Reply() | Notice():
            return False
        case _:
            assert_never(letter)


def _harmless(value: T) -> T:
    """A letter, or a part of one, in which no words of a stranger look like our card: see `cards.defused`."""
    found: Any = value
    if isinstance(value, str) and not isinstance(value, Enum):
        found = value if _is_plain(value) else defused(value)
    elif isinstance(value, tuple):
        found = tuple(_harmless(each) for each in value)
    elif is_dataclass(value) and not isinstance(value, type):
        parts = {each.name: (part, _harmless(part)) for each in fields(value) if (part := getattr(value, each.name))}
        changed = {name: after for name, (before, after) in parts.items() if after != before}
        found = replace(value, **changed) if changed else value
    return cast(T, found)


def _is_plain(text: str) -> bool:
    """Whether nothing in it can look like our card or an address of ours: most words need no closer look."""
    return text.isascii() and not any(sign in text for sign in "[+%&")


def _acknowledgement_template(letter: Acknowledgement) -> str:
    if letter.urgent:
        return "acknowledgement_urgent"
    if letter.again:
        return "acknowledgement_again"
    if not letter.full:
        return "acknowledgement_fixed"
    return "acknowledgement_unhappy" if letter.unhappy else "acknowledgement"


# --- facts -----------------------------------------------------------------------------------------------------


def _common(letter: Letter, team: Team) -> Facts:
    thread_reference = reference(letter.thread_id)
    return {
        "firm": team.firm.name,
        "our_address": team.mailbox(letter.mailbox).address,
        "principal": public(team.principal),
        "reference": thread_reference,
        "mark": card_mark(thread_reference),
    }


def _files(letter: Letter, language: str, files_link: str) -> Facts:
    """The way to files too large to travel."""
    attachments = getattr(letter, "attachments", ())
    return {
        "files_link": files_link,
        "file_count": len(attachments),
        "files_size": phrases.size(sum(ref.size for ref in attachments), language),
    }


def _own(letter: Letter, team: Team, source: Inbound | None, language: str) -> Facts:
    match letter:
        case Acknowledgement():
            return _acknowledgement(letter, team, language)
        case Reply():
            return {
                "answer_subject": _as_answer(letter.subject, language),
                "spoken": letter.spoken,
                "text": letter.text,
            }
        case Forward():
            return _forward(letter, team, source, language)
        case Nudge():
            return _nudge(letter, team, language)
        case Notice():
            return _notice(letter, team, language)
        case Escalation():
            return _escalation(letter, team, language)
        case _:
            assert_never(letter)


def _acknowledgement(letter: Acknowledgement, team: Team, language: str) -> Facts:
    named = (letter.owner.name, team.principal.name) if letter.unhappy else (letter.owner.name,)
    return {
        "answer_subject": _as_answer(letter.subject, language) if letter.full else "",
        "owner": letter.owner,
        "owner_phone": phrases.number_of(letter.owner, team),
        "on_call": phrases.on_call(letter.owner.name, letter.decided_at, team),
        "advice": team.urgent.advice if team.urgent else "",
        "by_when": phrases.by_when(letter.due, letter.decided_at, team, language),
        "phone_line": phrases.phone_line(team, letter.decided_at, language, named),
        "helped_before": letter.helped_before,
        "came": phrases.what_came(letter.photo_count, max(0, letter.attachment_count - letter.photo_count), language),
    }


def _forward(letter: Forward, team: Team, source: Inbound | None, language: str) -> Facts:
    if source is None:
        raise ValueError("a forward needs the mail it forwards")
    card, now = letter.card, letter.decided_at
    short = [(label, words) for label, words in card.fields if len(words) <= SHORT_FIELD]
    long = [(label, words) for label, words in card.fields if len(words) > SHORT_FIELD]
    return {
        "subject": letter.subject,
        "quiet": letter.quiet,
        "unreadable": letter.raw_attached and not letter.cut,
        "cut": letter.raw_attached and letter.cut,
        "raw_name": RAW_NAME if letter.raw_attached else "",
        "card": card,
        "customer": _somebody(card.customer_name, card.customer, language),
        "form": source.form is not None,
        "yours": card.owner == letter.to_name,
        "because": _because(card, letter.to_name),
        "by_when": phrases.by_when(card.due, now, team, language) if card.due else "",
        "since": phrases.since(card.customer_since, now, team, language) if card.customer_since else "",
        "helped": phrases.month(card.helped_at, now, team, language) if card.helped_at else "",
        "told_us": [f"{label}: {words}" for label, words in short],
        "earlier": _earlier(card, letter, team, language),
        "words": "\n\n".join((defused(_shown(source)), *(f"{label}:\n{words}" for label, words in long))),
    }


def _because(card: Card, reader: str) -> str:
    """The desk's reason, once it is said whose it is; to the owner `Bob Harris helped …` is `you helped …`."""
    because = card.owner_because.removesuffix(f", and {card.owner} answers those")
    if reader != card.owner:
        return because
    for said, to_them in (
        ("{} answers", "you answer"),
        ("{} covers", "you cover"),
        ("{} helped", "you helped"),
        ("{} sees", "you see"),
        ("{} takes it", "you take it"),
        ("goes to {}", "goes to you"),
    ):
        because = because.replace(said.format(card.owner), to_them)
    return because


def _shown(source: Inbound) -> str:
    """All they wrote; of a mail too long for that what is new in it, which says itself where it is cut."""
    return source.fresh_text if source.cut else source.text


def _earlier(card: Card, letter: Forward, team: Team, language: str) -> list[Facts]:
    def said(before: ThreadSummary) -> Facts:
        when = phrases.month(before.opened_at, letter.decided_at, team, language)
        return {"subject": before.subject, "when": when, "unhappy": before.unhappy}

    return [said(before) for before in card.earlier[:EARLIER_SHOWN]]


def _nudge(letter: Nudge, team: Team, language: str) -> Facts:
    now = letter.decided_at
    return {
        "customer": _somebody(letter.customer_name, letter.customer, language),
        "subject": letter.subject,
        "snippet": letter.snippet,
        "told": letter.told,
        "by_when": phrases.by_when(letter.due, now, team, language),
        "distance": phrases.distance(letter.due, now, team, language),
        "wrote": phrases.past(letter.written_at, now, team, language),
    }


def _notice(letter: Notice, team: Team, language: str) -> Facts:
    return {
        "customer": _somebody(letter.customer_name, "", language),
        "subject": letter.subject,
        "detail": letter.detail,
        "reason": _reason(letter.detail, language),
        "in_doubt": letter.detail.startswith(IN_DOUBT),
        "words": letter.words,
        "who": letter.who,
        "address": letter.customer,
        "phone": letter.phone,
        "also_at": letter.also_at,
        "by_when": phrases.by_when(letter.due, letter.decided_at, team, language) if letter.due else "",
    }


def _escalation(letter: Escalation, team: Team, language: str) -> Facts:
    return {
        "customer": _somebody(letter.customer_name, letter.customer, language),
        "subject": letter.subject,
        "owner": letter.owner_name,
        "yours": letter.owner_name == letter.to_name,
        "missed": letter.topic is Topic.MISSED,
        "snippet": letter.snippet,
        "because": letter.because,
        "by_when": phrases.by_when(letter.due, letter.decided_at, team, language) if letter.due else "",
    }


def reference(thread_id: str) -> str:
    """`K7Q-3MD`, as `Thread.reference` says it."""
    return f"{thread_id[:3]}-{thread_id[3:6]}".upper()


def _somebody(name: str, address: str, language: str) -> str:
    return name or address or phrases.say(language, "person", "unnamed")


def _reason(reason: str, language: str) -> str:
    """A reason as it is kept, as a sentence: a machine's own words never come first."""
    reason = reason.strip()
    if _RAW.match(reason):
        return phrases.say(language, "reason", "raw", said=reason)
    stop = "" if not reason or reason.endswith((".", "!", "?")) else "."
    return reason[:1].upper() + reason[1:] + stop


def _as_answer(subject: str, language: str) -> str:
    """Their subject behind one “Re: ”, else unchanged: mail programs group by it. Empty when they gave none."""
    if not subject.strip() or _REPLY_PREFIX.match(subject.strip()):
        return subject.strip()
    return phrases.say(language, "reply_prefix", "re") + subject.strip()


# --- templates -------------------------------------------------------------------------------------------------

_COMPILED = phrases.TEMPLATES / "compiled-mail"


def compile_templates(folder: Path) -> None:
    """Every letter as Python, for the package: the first letter then waits for no compiler. (`_COMPILED` is read.)"""
    for language in phrases.languages():
        _environment(language).compile_templates(folder / _COMPILED.name / language, extensions=["txt"], zip=None)
    _environment("").compile_templates(folder / _COMPILED.name / _SHARED, extensions=["html"], zip=None)


@cache
def _template(language: str, name: str) -> Template:
    return _environment(language).get_template(f"{name}.txt")


@cache
def _layout() -> Template:
    return _environment("").get_template("layout.html")


@cache
def _environment(language: str) -> Environment:
    """Templates of one language's folder; of the folder that all share when `language` is empty."""
    import jinja2  # 50 ms that a delivery without letters need not pay

    compiled = _COMPILED / (language or _SHARED)
    environment = jinja2.Environment(
        loader=jinja2.ModuleLoader(compiled)
        if compiled.is_dir()
        else jinja2.FileSystemLoader(phrases.TEMPLATES / "mail" / language),
        autoescape=jinja2.select_autoescape(),
        undefined=jinja2.StrictUndefined,
        finalize=markup.protect if language else None,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters["as_written"] = markup.as_written
    return environment
