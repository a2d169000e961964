"""Every setting of team.toml: its name, its shape, its default, and an example for whoever got it wrong.

Only what one setting says by itself is checked here; whether settings agree with each other is `agreement`.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from byname.nearest import did_you_mean
from byname.team.notation import Span, Week, read_address, read_days_off, read_hours, read_span

LETTERS = Path(__file__).parents[2] / "templates" / "mail"
"""One folder per language that has letters."""
NINE_TO_FIVE = read_hours(("Mon-Fri 09:00-17:00",))
ONE_DAY = Span(days=1, minutes=0)
ONE_HOUR = Span(days=0, minutes=60)

SHORTEST_PATTERN = 3
"""Letters, digits and signs for digits that a pattern must have."""
TOPICS = (
    *("billing", "orders", "technical", "account", "complaint", "sales", "cancellation", "feedback", "jobs", "spam"),
    "booking",
)
"""The usual topics of a firm's mail, whose meaning is shipped (`chalicelib/triage/models/archetypes.json`)."""

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d+)?")


def _one_line(text: str) -> str:
    """Names and subjects end up in mail headers: one line, and not empty."""
    if not text.strip():
        raise ValueError("is empty; take the line out or write something")
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise ValueError("should be written on one line")
    return text.strip()


def _not_empty(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty; take it out or write something")
    return text.strip()


def _key(text: str) -> str:
    if _KEY.fullmatch(text):
        return text
    raise ValueError(f"'{text}' should be lower-case letters, digits and hyphens, at most 32; for example 'bob'")


def _phrase(text: str) -> str:
    """A word or phrase to be looked for. Several in one pair of quotes would be looked for as one, and never found."""
    words = [word.strip() for word in _one_line(text).split(",")]
    if len(words) > 1:
        apart = ", ".join(f'"{word}"' for word in words if word)
        raise ValueError(f"'{text}' is one phrase; write [{apart}]")
    return text.strip()


def _origin(text: str) -> str:
    if _ORIGIN.fullmatch(text.lower()):
        return text.lower()
    raise ValueError(f"'{text}' should be the website without a path, like 'https://www.acme.example'")


def _sender(text: str) -> str:
    """A whole address, or `@acme.example` for everyone there."""
    try:
        return read_address(f"anyone{text}").removeprefix("anyone") if text.startswith("@") else read_address(text)
    except ValueError:
        raise ValueError(f"'{text}' should be 'jane@acme.example', or '@acme.example' for everyone there") from None


def _settling(text: str) -> str:
    """A sender, words, or a pattern; one that fits nearly everything would swallow every mail."""
    if "@" in text:
        return _sender(text)
    pattern = _phrase(text)
    if pattern.count("*") > 1 or sum(letter.isalnum() or letter == "#" for letter in pattern) < SHORTEST_PATTERN:
        example = "'INV-####' (# is a digit, * any letters and digits, once at most)"
        raise ValueError(f"'{text}' would fit too much; write at least {SHORTEST_PATTERN} letters or digits: {example}")
    return pattern


def _usual_topic(text: str) -> str:
    if text in TOPICS:
        return text
    raise ValueError(f"'{text}' is none of the usual topics{did_you_mean(text, TOPICS)}")


def _website(text: str) -> str:
    if re.fullmatch(r"https?://\S+", text):
        return text
    raise ValueError(f"'{text}' should begin with https://, like 'https://acme.example'")


@cache
def _zones() -> frozenset[str]:
    from zoneinfo import available_timezones

    return frozenset(available_timezones())


def _zone(text: str) -> str:
    if text in _zones():
        return text
    if re.fullmatch(r"(GMT|UTC)\s*[+-]\s*\d{1,2}(:?\d\d)?", text.strip(), re.IGNORECASE):
        raise ValueError(f"'{text}' does not know summer time; name a town, like 'Europe/Paris'")
    towns = {zone.rpartition("/")[2]: zone for zone in sorted(_zones()) if not zone.startswith("Etc/")}
    raise ValueError(f"'{text}' is not a time zone{did_you_mean(text, _zones(), towns)}")


_NATIONS = {"england": "GB-ENG", "scotland": "GB-SCT", "wales": "GB-WLS", "northern ireland": "GB-NIR"}
"""Countries to those who live there, parts of one to ISO 3166."""


def _holiday_place(text: str) -> str:
    """`GB`, or `GB-ENG`: a country or its part, as ISO 3166 has it."""
    from holidays import list_supported_countries

    if text.lower() in _NATIONS:
        raise ValueError(f"'{text}' is not a country code of two letters; did you mean '{_NATIONS[text.lower()]}'?")
    countries = list_supported_countries(include_aliases=False)
    country, _, part = text.partition("-")
    if country not in countries:
        meant = did_you_mean(country, countries, _countries_by_name())
        raise ValueError(f"'{text}' is not a country code of two letters{meant}")
    if part and part not in countries[country]:
        places = [f"{country}-{place}" for place in countries[country]]
        raise ValueError(f"'{text}' is no part of {country} with holidays of its own{did_you_mean(text, places)}")
    return text


def _countries_by_name() -> dict[str, str]:
    from babel import Locale

    return {**{name: code for code, name in Locale("en").territories.items() if len(code) == 2}, "UK": "GB"}


def _spoken_language(text: str) -> str:
    from babel import Locale

    names = Locale("en").languages
    if text in names:
        return text
    by_name = {str(name): code for code, name in names.items() if len(code) == 2}
    raise ValueError(f"'{text}' is not a language code of two letters{did_you_mean(text, (), by_name)}")


def _letter_language(text: str) -> str:
    written = sorted(folder.name for folder in LETTERS.iterdir() if folder.is_dir())
    if text in written:
        return text
    raise ValueError(f"there are no letters in '{text}' yet; there are letters in {', '.join(written)}")


def _span(value: object) -> Span:
    if isinstance(value, int | float) and not isinstance(value, bool):
        days = "day" if value == 1 else "days"
        raise ValueError(f"{value} of what? Write '{value}h', '{value}m' or '{value} {days}'")
    if not isinstance(value, str):
        raise ValueError("should be a length of time in quotes, like '4h' or '1 day'")
    return read_span(value)


def _several(value: object) -> object:
    """A list in TOML; one thing alone may stand without brackets."""
    return tuple(value) if isinstance(value, list) else (value,) if isinstance(value, str | date) else value


def _listed(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _hours(value: object) -> Week:
    lines = _several(value)
    if not isinstance(lines, tuple) or not all(isinstance(line, str) for line in lines):
        raise ValueError("should be hours in quotes, like ['Mon-Fri 08:00-17:30', 'Sat 09:00-12:00']")
    week = read_hours(lines)
    if not any(week):
        raise ValueError("is empty; write for example ['Mon-Fri 08:00-17:30'], or take the line out")
    return week


def _days_off(value: object) -> tuple[tuple[date, str], ...]:
    """Text with a name, or one of TOML's own dates without."""
    return read_days_off(value if isinstance(value, str) else str(value))


Line = Annotated[str, AfterValidator(_one_line)]
Words = Annotated[str, AfterValidator(_not_empty)]
Phrase = Annotated[str, AfterValidator(_phrase)]
Settling = Annotated[str, AfterValidator(_settling)]
UsualTopic = Annotated[str, AfterValidator(_usual_topic)]
Key = Annotated[str, AfterValidator(_key)]
Name = Line
"""The key of something else in the file; `agreement` looks whether it is there."""
Sender = Annotated[str, AfterValidator(_sender)]
MailAddress = Annotated[str, AfterValidator(read_address)]
Origin = Annotated[str, AfterValidator(_origin)]
Website = Annotated[str, AfterValidator(_website)]
Zone = Annotated[str, AfterValidator(_zone)]
HolidayPlace = Annotated[str, AfterValidator(_holiday_place)]
SpokenLanguage = Annotated[str, AfterValidator(_spoken_language)]
LetterLanguage = Annotated[str, AfterValidator(_letter_language)]
Time = Annotated[Span, BeforeValidator(_span)]
Hours = Annotated[Week, BeforeValidator(_hours)]
DaysOff = Annotated[tuple[tuple[date, str], ...], BeforeValidator(_days_off)]
Several = BeforeValidator(_several)
Listed = BeforeValidator(_listed)


def setting(example: str, default: Any = ..., **more: Any) -> Any:
    """One setting: what a right line looks like, and what holds when there is none (`...`: it must be there)."""
    return Field(default, examples=[example], **more)


class Section(BaseModel):
    """A table of team.toml. Strict: a number is not text; unknown keys are typing mistakes."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Firm(Section):
    """The firm, and what holds for everybody in it unless they say otherwise."""

    name: Line = setting('name = "Harris & Daughter Heating"')
    principal: Name = setting('principal = "anna"')
    timezone: Zone = setting('timezone = "Europe/London"')
    hours: Hours = setting('hours = ["Mon-Fri 08:00-17:30"]', NINE_TO_FIVE)
    public_holidays: HolidayPlace | None = setting('public_holidays = "GB-ENG"', None)
    closed: Annotated[tuple[DaysOff, ...], Several] = setting('closed = ["2026-12-24 Christmas Eve"]', ())
    phone: Line | None = setting('phone = "0161 496 0123"', None)
    website: Website | None = setting('website = "https://harris.example"', None)
    language: LetterLanguage = setting('language = "en"', "en")
    answer_within: Time = setting('answer_within = "1 day"', ONE_DAY)


class Person(Section):
    """Someone who answers."""

    key: Key = setting('key = "bob"')
    name: Line = setting('name = "Bob Harris"')
    role: Line = setting('role = "looks after boilers and heating"')
    addresses: Annotated[tuple[MailAddress, ...], Several] = setting('addresses = ["bob@harris.example"]', min_length=1)
    phone: Line | None = setting('phone = "07700 900123"', None)
    languages: Annotated[tuple[SpokenLanguage, ...], Several] | None = setting('languages = ["en", "pl"]', None)
    cover: Name | None = setting('cover = "alice"', None)
    hours: Hours | None = setting('hours = ["Mon-Thu 08:00-16:00"]', None)
    timezone: Zone | None = setting('timezone = "Europe/London"', None)
    public_holidays: HolidayPlace | None = setting('public_holidays = "GB-SCT"', None)
    spf_alone: bool = setting("spf_alone = true", False)


class Mailbox(Section):
    """An address people write to."""

    address: MailAddress = setting('address = "support@harris.example"')
    receives_at: MailAddress | None = setting('receives_at = "support@help.harris.example"', None)
    key: Key | None = setting('key = "support"', None)
    default: Name | None = setting('default = "alice"', None)
    name: Line | None = setting('name = "Harris Heating accounts"', None)
    language: LetterLanguage | None = setting('language = "en"', None)
    form_senders: Annotated[tuple[MailAddress, ...], Several] = setting(
        'form_senders = ["wordpress@harris.example"]', ()
    )


class Category(Section):
    """What a message can be about."""

    key: Key = setting('key = "repairs"')
    owner: Name = setting('owner = "bob"')
    name: Line | None = setting('name = "Repairs"', None)
    answer_within: Time | None = setting('answer_within = "4h"', None)
    description: Words | None = setting('description = "Something that worked does not work any more"', None)
    keywords: Annotated[tuple[Phrase, ...], Several] = setting('keywords = ["boiler", "leak"]', ())
    examples: Annotated[tuple[Words, ...], Several] = setting('examples = ["My boiler shows F28"]', ())
    like: UsualTopic | None = setting('like = "technical"', None)
    always: Annotated[tuple[Settling, ...], Several] = setting('always = ["@bank.example", "INV-####"]', ())


class Rule(Section):
    """Who answers when all of these hold."""

    to: Name | None = setting('to = "alice"', None)
    category: Name | None = setting('category = "billing"', None)
    senders: Annotated[tuple[Sender, ...], Several] = setting('from = ["@bigcustomer.example"]', (), alias="from")
    mailboxes: Annotated[tuple[Name, ...], Several] = setting('mailboxes = ["accounts"]', ())
    subject_contains: Annotated[tuple[Phrase, ...], Several] = setting('subject_contains = ["invoice"]', ())
    text_contains: Annotated[tuple[Phrase, ...], Several] = setting('text_contains = ["direct debit"]', ())


class Form(Section):
    """The contact page."""

    mailbox: Name | None = setting('mailbox = "support"', None)
    origins: Annotated[tuple[Origin, ...], Several] = setting('origins = ["https://www.harris.example"]', ())


class Urgent(Section):
    """Who answers when it cannot wait."""

    person: Name = setting('person = "anna"')
    phone: Line | None = setting('phone = "07700 900100"', None)
    answer_within: Time = setting('answer_within = "1h"', ONE_HOUR)
    outside_hours: bool = setting("outside_hours = true", False)
    words: Annotated[tuple[Phrase, ...], Several] = setting('words = ["smell gas"]', ())
    advice: Line | None = setting('advice = "Smell gas? Leave the house first and ring 0800 111 999."', None)


class TeamFile(Section):
    """The whole of team.toml, each part right by itself."""

    firm: Firm = setting("[firm]")
    people: Annotated[tuple[Person, ...], Listed] = setting("[[people]]", min_length=1)
    mailboxes: Annotated[tuple[Mailbox, ...], Listed] = setting("[[mailboxes]]", min_length=1)
    categories: Annotated[tuple[Category, ...], Listed] = setting("[[categories]]", ())
    routing: Annotated[tuple[Rule, ...], Listed] = setting("[[routing]]", ())
    form: Form = setting("[form]", Form())
    urgent: Urgent | None = setting("[urgent]", None)


SECTIONS: dict[str, type[Section]] = {
    "firm": Firm,
    "people": Person,
    "mailboxes": Mailbox,
    "categories": Category,
    "routing": Rule,
    "form": Form,
    "urgent": Urgent,
}
"""What stands in each part, by the name in the file."""


def settings_of(section: type[Section]) -> dict[str, str]:
    """Every setting of a part by the name in the file, with its example."""
    return {field.alias or name: str((field.examples or ("",))[0]) for name, field in section.model_fields.items()}


def mailbox_key(key: str, address: str) -> str:
    """How a mailbox is called in the settings: `support` for support@… unless it says otherwise."""
    return key or re.sub(r"[^a-z0-9_-]+", "-", address.lower().partition("@")[0]).strip("-")


def arrival_address(receives_at: str, address: str) -> str:
    """Where a mailbox's mail arrives: the same name at `help.` in front of the domain unless it says otherwise."""
    local, _, domain = address.partition("@")
    return receives_at or f"{local}@help.{domain}"
