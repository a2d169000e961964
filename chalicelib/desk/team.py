"""What the firm has chosen: people, mailboxes, hours, categories, rules. Read from the compiled team.json."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.desk.hours import Calendar


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Someone who can answer. Several addresses are one person: Bob's phone is Bob."""

    key: str
    """`bob`: used in settings, rows and logs; never shown to a customer."""
    name: str
    role: str
    """What they do, ready for "Bob … ": `looks after boilers and heating`."""
    addresses: tuple[str, ...]
    """Lower case; the first gets the forwards. Private: never in a letter to a customer."""
    calendar: Calendar
    phone: str = ""
    """Published number; may be shown to customers."""
    languages: tuple[str, ...] = ("en",)
    cover: str = ""
    """Key of the person who takes over when this one is away; empty: the mailbox's default person."""
    spf_alone: bool = False
    """Their provider signs nothing (no DKIM), so aligned SPF may do for their replies."""

    @property
    def address(self) -> str:
        return self.addresses[0]

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


@dataclass(frozen=True, slots=True)
class PublicPerson:
    """What a customer may know of a staff member. Letters to customers hold this and nothing else of them."""

    name: str
    role: str
    phone: str = ""

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address people write to."""

    key: str
    address: str
    """Shown to customers: `support@acme.example`."""
    receives_at: str
    """Where its mail arrives at SES: `support@help.acme.example`. Signed reply addresses are made from it."""
    default: str
    """Key of the person who answers when nothing else decides."""
    name: str = ""
    """Shown beside the address; the firm's name when empty."""
    language: str = "en"
    form_senders: tuple[str, ...] = ()
    """Addresses of website plugins that mail in a visitor's name (Reply-To is the visitor)."""


@dataclass(frozen=True, slots=True)
class Category:
    """What a message can be about, from the firm's own list."""

    key: str
    name: str
    """As shown to staff: `Repairs`."""
    owner: str
    answer_within: timedelta
    """Working time of the person who answers."""
    description: str = ""
    keywords: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    like: str = ""
    """The usual topic it is like (`billing`), whose meaning byname knows already; empty: as its own words say."""
    always: tuple[str, ...] = ()
    """What settles it before anything is weighed: senders (`@bank.example`), words, patterns (`INV-####`)."""


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """If every condition given holds, this person answers (and this category is meant). First match wins."""

    to: str
    """Key of a person; empty: only the category is set and its owner answers."""
    category: str = ""
    from_addresses: tuple[str, ...] = ()
    """Whole addresses, or domains written `@acme.example`."""
    mailboxes: tuple[str, ...] = ()
    subject_contains: tuple[str, ...] = ()
    text_contains: tuple[str, ...] = ()
    """Words or phrases, any of them, whole words, case ignored."""


@dataclass(frozen=True, slots=True)
class UrgentCover:
    """Who answers when it cannot wait, and by when."""

    person: str
    phone: str
    answer_within: timedelta
    outside_hours: bool = False
    """True: the clock runs at night, too. False: in the cover's working time."""
    words: tuple[str, ...] = ()
    """Words and phrases of this trade that mean danger or damage now, besides the built-in ones."""
    advice: str = ""
    """A line for the customer that helps at once: "Smell gas? Leave the house first and ring …"."""


@dataclass(frozen=True, slots=True)
class Firm:
    name: str
    principal: str
    """Key of the person who runs the firm."""
    calendar: Calendar
    """The shop's opening hours: when its phone is answered. Customers are told times in its zone."""
    phone: str = ""
    website: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class LanguageNames:
    """Names a letter needs, compiled from CLDR: Monday first, January first."""

    days: tuple[str, ...]
    months: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContactForm:
    """The contact page's settings."""

    mailbox: str
    """Key of the mailbox whose rules a form post follows."""
    origins: tuple[str, ...] = ()
    """Web origins (`https://www.acme.example`) whose pages may post by script."""


@dataclass(frozen=True, slots=True)
class Team:
    """Everything the firm chose in team.toml, checked and compiled."""

    firm: Firm
    people: tuple[StaffMember, ...]
    mailboxes: tuple[Mailbox, ...]
    """In the order of team.toml: the first is the default one."""
    categories: tuple[Category, ...]
    routing: tuple[RoutingRule, ...]
    form: ContactForm
    answer_within: timedelta
    """Working time, when no category fits."""
    urgent: UrgentCover | None = None
    languages: tuple[tuple[str, LanguageNames], ...] = ()

    def person(self, key: str) -> StaffMember | None:
        return next((person for person in self.people if person.key == key), None)

    @property
    def principal(self) -> StaffMember:
        return next(person for person in self.people if person.key == self.firm.principal)

    def person_at(self, address: str) -> StaffMember | None:
        """The staff member one of whose addresses this is."""
        return next((person for person in self.people if address in person.addresses), None)

    def mailbox(self, key: str) -> Mailbox:
        """The mailbox of that key; the first one when it is gone from the settings since."""
        return next((mailbox for mailbox in self.mailboxes if mailbox.key == key), self.mailboxes[0])

    def category(self, key: str) -> Category | None:
        return next((category for category in self.categories if category.key == key), None)

    def names(self, language: str) -> LanguageNames:
        by_language = dict(self.languages)
        return by_language.get(language) or by_language["en"]

    @property
    def own_addresses(self) -> frozenset[str]:
        """Every address of ours that mail may come from or go to, signed ones aside."""
        return frozenset(a for box in self.mailboxes for a in (box.address, box.receives_at))


def public(person: StaffMember) -> PublicPerson:
    """What a customer may know of this person."""
    return PublicPerson(person.name, person.role, person.phone)
