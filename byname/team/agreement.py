"""Do the settings agree with each other? One small check each, on the file as read: so no fault hides another.

What is of the wrong shape is left to the schema: a check looks only at what it can read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from byname.nearest import did_you_mean
from byname.team.notation import read_span
from byname.team.schema import arrival_address, mailbox_key
from chalicelib.errors import Fault

Tree = Mapping[str, Any]
Found = tuple[str, str]
"""A place and what stands there."""

LONGEST_LOCAL_PART = 34
"""A signed reply address adds 30 characters before the @, and mail allows 64 there (RFC 5321 4.5.3.1.1)."""
SIGNING_PROVIDERS = frozenset(
    (
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "icloud.com", "me.com", "yahoo.com"),
        *("aol.com", "gmx.de", "gmx.net", "web.de", "proton.me", "protonmail.com", "fastmail.com"),
    )
)
"""They sign everything they send (DKIM) and share one SPF record between all their users."""


def disagreements(tree: Tree) -> list[Fault]:
    """Every fault between settings."""
    return [fault for check in CHECKS for fault in check(tree)]


def find(tree: Any, path: str) -> Iterator[Found]:
    """Every text at a path like `people[].addresses[]`, with its place: `people[2].addresses[0]`."""
    step, _, rest = path.partition(".")
    name = step.removesuffix("[]")
    value = tree.get(name) if isinstance(tree, Mapping) else None
    for place, each in _each(name, value) if step.endswith("[]") else ((name, value),):
        if rest:
            yield from ((f"{place}.{inner}", text) for inner, text in find(each, rest))
        elif isinstance(each, str):
            yield place, each


def _each(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        yield from ((f"{name}[{n}]", each) for n, each in enumerate(value))
    elif isinstance(value, str):
        yield name, value  # one thing alone may stand without brackets


def _text(table: Tree, name: str) -> str:
    value = table.get(name)
    return value if isinstance(value, str) else ""


def _tables(tree: Tree, name: str) -> list[tuple[str, Tree]]:
    return [(place, each) for place, each in _each(name, tree.get(name)) if isinstance(each, Mapping)]


def _mailboxes(tree: Tree) -> Iterator[tuple[str, str, str, str]]:
    """(place, key, address, where it arrives) of every mailbox that has an address."""
    for place, box in _tables(tree, "mailboxes"):
        address, arrives = _text(box, "address").lower(), _text(box, "receives_at").lower()
        if address:
            yield place, mailbox_key(_text(box, "key"), address), address, arrival_address(arrives, address)


def _unknown(named: Iterable[Found], known: Iterable[str], sentence: str, also: Mapping[str, str]) -> Iterator[Fault]:
    known = tuple(known)
    for place, name in named:
        if name not in known:
            yield Fault(place, sentence.format(name) + did_you_mean(name, known, also), "UNKNOWN_NAME")


NAMES_OF_PEOPLE = (
    "firm.principal",
    "mailboxes[].default",
    "people[].cover",
    "categories[].owner",
    "routing[].to",
    "urgent.person",
)
NAMES_OF_MAILBOXES = ("routing[].mailboxes[]", "form.mailbox")
NAMES_OF_CATEGORIES = ("routing[].category",)


def _people_exist(tree: Tree) -> Iterator[Fault]:
    by_name = {_text(person, "name"): _text(person, "key") for _, person in _tables(tree, "people")}
    known = [key for _, key in find(tree, "people[].key")]
    yield from _unknown(_named(tree, NAMES_OF_PEOPLE), known, "no person is called '{}'", by_name)


def _mailboxes_exist(tree: Tree) -> Iterator[Fault]:
    by_address = {address: key for _, key, address, _ in _mailboxes(tree)}
    keys = [key for _, key, _, _ in _mailboxes(tree)]
    yield from _unknown(_named(tree, NAMES_OF_MAILBOXES), keys, "no mailbox is called '{}'", by_address)


def _categories_exist(tree: Tree) -> Iterator[Fault]:
    known = [key for _, key in find(tree, "categories[].key")]
    yield from _unknown(_named(tree, NAMES_OF_CATEGORIES), known, "no category is called '{}'", {})


def _named(tree: Tree, paths: Iterable[str]) -> Iterator[Found]:
    return (found for path in paths for found in find(tree, path))


def _keys_differ(tree: Tree) -> Iterator[Fault]:
    boxes = ((f"{place}.key", key) for place, key, _, _ in _mailboxes(tree))
    for keys in (find(tree, "people[].key"), boxes, find(tree, "categories[].key")):
        for place, key, first in _repeated(keys):
            yield Fault(place, f"'{key}' is taken by {_called(tree, first)}; give this one a key of its own", "TWICE")


def _called(tree: Tree, place: str) -> str:
    """Who or what a place belongs to, in words: `Bob Harris` for `people[0].addresses[1]`, a mailbox's address."""
    whole = place.partition(".")[0]
    name, _, _ = whole.partition("[")
    table = dict(_tables(tree, name)).get(whole, {})
    said = _text(table, "address") or _text(table, "name")
    return said or ("the category above" if name == "categories" else whole)


def _repeated(named: Iterable[Found]) -> Iterator[tuple[str, str, str]]:
    """(place, text, place where it stood first) for all that stands twice, capitals aside."""
    seen: dict[str, str] = {}
    for place, text in named:
        first = seen.setdefault(text.lower(), place)
        if first != place:
            yield place, text, first


def _addresses_differ(tree: Tree) -> Iterator[Fault]:
    people = tuple(find(tree, "people[].addresses[]"))
    for place, address, first in _repeated(people):
        if place.partition(".")[0] == first.partition(".")[0]:
            yield Fault(place, f"'{address}' is there twice; take one out", "TWICE")
        else:
            yield Fault(place, f"'{address}' is already {_called(tree, first)}'s; an address is one person's", "TWICE")
    shown = ((f"{place}.address", address) for place, _, address, _ in _mailboxes(tree))
    for place, address, _ in _repeated(shown):
        yield Fault(place, f"'{address}' is a mailbox already; give this one an address of its own", "TWICE")
    arriving = ((f"{place}.receives_at", arrives) for place, _, _, arrives in _mailboxes(tree))
    for place, address, first in _repeated(arriving):
        mend = f"is already where mail to {_called(tree, first)} arrives; give this one an address of its own"
        yield Fault(place, f"'{address}' {mend}", "TWICE")


def _mail_to_people_leaves(tree: Tree) -> Iterator[Fault]:
    """A forward to an address that leads back to us would go round for ever."""
    ours = {a: key for _, key, address, arrives in _mailboxes(tree) for a in (address, arrives)}
    domains = {arrives.rpartition("@")[2] for _, _, _, arrives in _mailboxes(tree)}
    for place, address in find(tree, "people[].addresses[]"):
        if address.lower() in ours:
            why = f"is the mailbox '{ours[address.lower()]}' itself"
        elif address.lower().rpartition("@")[2] in domains:
            why = "is at the domain where the mailboxes receive"
        else:
            continue
        yield Fault(place, f"'{address}' {why}: mail sent there would come back; write where they read mail", "CIRCLE")


def _form_senders_are_machines(tree: Tree) -> Iterator[Fault]:
    found = find(tree, "people[].addresses[]")
    people = {address.lower(): f"{_called(tree, place)}'s" for place, address in found}
    ours = {address: "a mailbox" for _, _, address, _ in _mailboxes(tree)}
    for place, address in find(tree, "mailboxes[].form_senders[]"):
        taken = {**ours, **people}.get(address.lower())
        if taken:
            mend = "let the website send from an address of its own, like 'wordpress@acme.example'"
            yield Fault(place, f"'{address}' is also {taken}; {mend}", "TWICE")


def _replies_have_room(tree: Tree) -> Iterator[Fault]:
    for place, _, _, arrives in _mailboxes(tree):
        local = arrives.partition("@")[0]
        if len(local) > LONGEST_LOCAL_PART:
            yield Fault(
                f"{place}.receives_at",
                f"'{local}' has {len(local)} characters before the @; reply addresses need room, so write "
                f"{LONGEST_LOCAL_PART} at most",
                "TOO_LONG",
            )
        if "+" in local:
            yield Fault(f"{place}.receives_at", f"'{arrives}' has a + in it; reply addresses need that sign", "VALUE")


def _categories_can_be_reached(tree: Tree) -> Iterator[Fault]:
    ruled = {category for _, category in find(tree, "routing[].category")}
    for place, category in _tables(tree, "categories"):
        leads = any(category.get(setting) for setting in ("keywords", "examples", "like", "always"))
        if not leads and _text(category, "key") not in ruled:
            yield Fault(
                f"{place}.keywords",
                'nothing leads to this category; write for example: keywords = ["boiler"]',
                "REQUIRED",
            )


CONDITIONS = ("from", "mailboxes", "subject_contains", "text_contains")


def _rules_say_when_and_who(tree: Tree) -> Iterator[Fault]:
    for place, rule in _tables(tree, "routing"):
        if not any(rule.get(condition) for condition in CONDITIONS):
            yield Fault(place, f"does not say when it holds; give it one of {', '.join(CONDITIONS)}", "REQUIRED")
        if not rule.get("to") and not rule.get("category"):
            yield Fault(place, 'does not say who answers; give it to = "bob", or category = "repairs"', "REQUIRED")


def _nobody_covers_themselves(tree: Tree) -> Iterator[Fault]:
    """Two people may cover each other: in a small shop they do, and when both are away the first keeps it."""
    for place, person in _tables(tree, "people"):
        if _text(person, "cover") and _text(person, "cover") == _text(person, "key"):
            mend = "name somebody else, or leave it out, and the mailbox's default person steps in"
            yield Fault(f"{place}.cover", f"nobody can cover for themselves; {mend}", "CIRCLE")


def _urgent_can_be_rung(tree: Tree) -> Iterator[Fault]:
    phones = {_text(person, "key"): person.get("phone") for _, person in _tables(tree, "people")}
    for _, person in find(tree, "urgent.person"):
        if person in phones and not phones[person] and not tree["urgent"].get("phone"):
            mend = 'is missing, and the person has none; write for example: phone = "07700 900100"'
            yield Fault("urgent.phone", mend, "REQUIRED")


def _urgent_time_fits_the_night(tree: Tree) -> Iterator[Fault]:
    for place, text in find(tree, "urgent.answer_within"):
        if tree["urgent"].get("outside_hours") is True and _has_days(text):
            yield Fault(
                place, f"'{text}' counts working days, and this clock runs at night; write hours, like '1h'", "VALUE"
            )


def _has_days(text: str) -> bool:
    try:
        return read_span(text).days > 0
    except ValueError:
        return False


def _spf_alone_is_needed(tree: Tree) -> Iterator[Fault]:
    for place, person in _tables(tree, "people"):
        domains = {address.lower().rpartition("@")[2] for _, address in find(person, "addresses[]")}
        signing = sorted(domains & SIGNING_PROVIDERS)
        if person.get("spf_alone") is True and signing:
            message = f"take it out: {signing[0]} signs its mail (DKIM); SPF alone lets everyone there write as them"
            yield Fault(f"{place}.spf_alone", message, "VALUE")


CHECKS: tuple[Callable[[Tree], Iterator[Fault]], ...] = (
    _people_exist,
    _mailboxes_exist,
    _categories_exist,
    _keys_differ,
    _addresses_differ,
    _mail_to_people_leaves,
    _form_senders_are_machines,
    _replies_have_room,
    _categories_can_be_reached,
    _rules_say_when_and_who,
    _nobody_covers_themselves,
    _urgent_can_be_rung,
    _urgent_time_fits_the_night,
    _spf_alone_is_needed,
)
