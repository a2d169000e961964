"""Every fault team.toml can have, with its place and the mend in the words its owner will read."""

from __future__ import annotations

from pathlib import Path

import pytest

from byname.team.agreement import LONGEST_LOCAL_PART
from byname.team.check import check, read_file
from chalicelib.desk.signed_addresses import Purpose, write_address
from chalicelib.errors import Refused
from tests.builders import RING

FIRM = """
[firm]
name = "Harris & Daughter Heating"
principal = "anna"
timezone = "Europe/London"

[[people]]
key = "bob"
name = "Bob Harris"
role = "looks after boilers"
addresses = ["bob@harris.example"]

[[people]]
key = "anna"
name = "Anna Harris"
role = "runs the shop"
addresses = ["anna@harris.example"]

[[mailboxes]]
address = "support@harris.example"

[[categories]]
key = "repairs"
owner = "bob"
keywords = ["boiler"]
"""


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        check(text)
    return [(fault.place, fault.message) for fault in refused.value.faults]


def firm(old: str = "", new: str = "", more: str = "") -> str:
    """The firm above with one line changed, and perhaps some more at the end."""
    assert old in FIRM
    return FIRM.replace(old, new, 1) + more


def test_the_firm_of_these_tests_has_no_fault() -> None:
    assert check(FIRM).firm.principal == "anna"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        pytest.param(
            firm('owner = "bob"', 'owner = "bobb"'),
            "categories[0].owner",
            "no person is called 'bobb'; did you mean 'bob'?",
            id="an owner who does not exist",
        ),
        pytest.param(
            firm('owner = "bob"', 'owner = "zed"'),
            "categories[0].owner",
            "no person is called 'zed'; there are 'bob' and 'anna'",
            id="an owner nobody resembles",
        ),
        pytest.param(
            firm('principal = "anna"', 'principal = "ana"'),
            "firm.principal",
            "no person is called 'ana'; did you mean 'anna'?",
            id="a principal who does not exist",
        ),
        pytest.param(
            firm('key = "bob"', 'key = "bob"\ncover = "ann"'),
            "people[0].cover",
            "no person is called 'ann'; did you mean 'anna'?",
            id="a cover who does not exist",
        ),
        pytest.param(
            firm("[[mailboxes]]", '[[mailboxes]]\ndefault = "robert"'),
            "mailboxes[0].default",
            "no person is called 'robert'; there are 'bob' and 'anna'",
            id="a default who does not exist",
        ),
        pytest.param(
            firm(more='[[routing]]\nfrom = "@acme.example"\nto = "bbo"'),
            "routing[0].to",
            "no person is called 'bbo'; did you mean 'bob'?",
            id="a rule leading to nobody",
        ),
        pytest.param(
            firm(more='[[routing]]\nmailboxes = ["suport"]\nto = "bob"'),
            "routing[0].mailboxes[0]",
            "no mailbox is called 'suport'; did you mean 'support'?",
            id="a rule about a mailbox that does not exist",
        ),
        pytest.param(
            firm(more='[[routing]]\nfrom = "@acme.example"\ncategory = "repair"'),
            "routing[0].category",
            "no category is called 'repair'; did you mean 'repairs'?",
            id="a rule about a category that does not exist",
        ),
        pytest.param(
            firm(more='[form]\nmailbox = "sales"'),
            "form.mailbox",
            "no mailbox is called 'sales'; there is 'support'",
            id="a form for a mailbox that does not exist",
        ),
        pytest.param(
            firm(more='[urgent]\nperson = "Anna Harris"\nphone = "1"'),
            "urgent.person",
            "no person is called 'Anna Harris'; did you mean 'anna'?",
            id="a person by their full name",
        ),
    ],
)
def test_a_name_that_is_not_known_gets_the_nearest_one(text: str, place: str, message: str) -> None:
    assert (place, message) in faults(text)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        pytest.param(
            firm('key = "anna"', 'key = "bob"').replace('principal = "anna"', 'principal = "bob"'),
            "people[1].key",
            "'bob' is taken by Bob Harris; give this one a key of its own",
            id="two people with one key",
        ),
        pytest.param(
            firm(more='[[categories]]\nkey = "repairs"\nowner = "anna"\nkeywords = "leak"'),
            "categories[1].key",
            "'repairs' is taken by the category above; give this one a key of its own",
            id="two categories with one key",
        ),
        pytest.param(
            firm(more='[[mailboxes]]\naddress = "support@other.example"'),
            "mailboxes[1].key",
            "'support' is taken by support@harris.example; give this one a key of its own",
            id="two mailboxes with one key",
        ),
        pytest.param(
            firm("anna@harris.example", "Bob@harris.example"),
            "people[1].addresses[0]",
            "'Bob@harris.example' is already Bob Harris's; an address is one person's",
            id="two people with one address",
        ),
        pytest.param(
            firm(more='[[mailboxes]]\nkey = "two"\naddress = "support@harris.example"\nreceives_at = "two@in.example"'),
            "mailboxes[1].address",
            "'support@harris.example' is a mailbox already; give this one an address of its own",
            id="two mailboxes with one address",
        ),
        pytest.param(
            firm(more='[[mailboxes]]\naddress = "two@harris.example"\nreceives_at = "support@help.harris.example"'),
            "mailboxes[1].receives_at",
            "'support@help.harris.example' is already where mail to support@harris.example arrives; "
            "give this one an address of its own",
            id="two mailboxes that arrive at one address",
        ),
        pytest.param(
            firm("anna@harris.example", "support@harris.example"),
            "people[1].addresses[0]",
            "'support@harris.example' is the mailbox 'support' itself: mail sent there would come back; "
            "write where they read mail",
            id="a person who reads the mailbox",
        ),
        pytest.param(
            firm("anna@harris.example", "anna@help.harris.example"),
            "people[1].addresses[0]",
            "'anna@help.harris.example' is at the domain where the mailboxes receive: mail sent there would come back; "
            "write where they read mail",
            id="a person behind the same door",
        ),
        pytest.param(
            firm("[[mailboxes]]", '[[mailboxes]]\nform_senders = ["bob@harris.example"]'),
            "mailboxes[0].form_senders[0]",
            "'bob@harris.example' is also Bob Harris's; let the website send from an address of its own, "
            "like 'wordpress@acme.example'",
            id="a website that writes as Bob",
        ),
        pytest.param(
            firm("support@harris.example", "the-friendly-people-who-answer-everything@harris.example"),
            "mailboxes[0].receives_at",
            "'the-friendly-people-who-answer-everything' has 41 characters before the @; reply addresses need room, "
            "so write 34 at most",
            id="no room for signed replies",
        ),
        pytest.param(
            firm('key = "bob"', 'key = "bob"\ncover = "bob"'),
            "people[0].cover",
            "nobody can cover for themselves; name somebody else, or leave it out, and the mailbox's default person "
            "steps in",
            id="Bob covers himself",
        ),
        pytest.param(
            firm('keywords = ["boiler"]', "keywords = []"),
            "categories[0].keywords",
            'nothing leads to this category; write for example: keywords = ["boiler"]',
            id="a category nothing leads to",
        ),
        pytest.param(
            firm('["boiler"]', '["boiler", "invoice, bill"]'),
            "categories[0].keywords[1]",
            '\'invoice, bill\' is one phrase; write ["invoice", "bill"]',
            id="two words in one pair of quotes",
        ),
        pytest.param(
            firm('["bob@harris.example"]', '["bob@harris.example", "Bob@harris.example"]'),
            "people[0].addresses[1]",
            "'Bob@harris.example' is there twice; take one out",
            id="one address twice",
        ),
        pytest.param(
            firm(more='[[routing]]\nto = "bob"'),
            "routing[0]",
            "does not say when it holds; give it one of from, mailboxes, subject_contains, text_contains",
            id="a rule without a condition",
        ),
        pytest.param(
            firm(more='[[routing]]\nfrom = ["@acme.example"]'),
            "routing[0]",
            'does not say who answers; give it to = "bob", or category = "repairs"',
            id="a rule without an end",
        ),
        pytest.param(
            firm(more='[urgent]\nperson = "anna"'),
            "urgent.phone",
            'is missing, and the person has none; write for example: phone = "07700 900100"',
            id="urgent, and nobody to ring",
        ),
        pytest.param(
            firm(more='[urgent]\nperson = "anna"\nphone = "1"\noutside_hours = true\nanswer_within = "1 day"'),
            "urgent.answer_within",
            "'1 day' counts working days, and this clock runs at night; write hours, like '1h'",
            id="working days at night",
        ),
        pytest.param(
            firm('["bob@harris.example"]', '["bob@gmail.com"]\nspf_alone = true'),
            "people[0].spf_alone",
            "take it out: gmail.com signs its mail (DKIM); SPF alone lets everyone there write as them",
            id="SPF alone where all the world sends",
        ),
    ],
)
def test_settings_that_contradict_each_other_are_told_apart(text: str, place: str, message: str) -> None:
    assert faults(text) == [(place, message)]


def test_the_longest_name_before_the_at_leaves_just_room_for_a_signed_reply() -> None:
    longest = "a" * LONGEST_LOCAL_PART + "@help.harris.example"
    signed = write_address(longest, Purpose.CUSTOMER_REPLY, "k7qn3md9x2", "jane@customer.example", RING)
    assert len(signed.partition("@")[0]) == 64


def test_two_people_may_cover_each_other() -> None:
    text = firm('key = "bob"', 'key = "bob"\ncover = "anna"').replace('key = "anna"', 'key = "anna"\ncover = "bob"')
    assert [person.cover for person in check(text).people] == ["anna", "bob"]


def test_a_category_may_be_reached_by_a_rule_alone() -> None:
    text = firm('keywords = ["boiler"]', "", '[[routing]]\nmailboxes = ["support"]\ncategory = "repairs"')
    assert check(text).categories[0].keywords == ()


HOURS = "write it like 'Mon-Fri 08:00-17:30' or 'Sat 09:00-12:00, 13:00-16:00'"


@pytest.mark.parametrize(
    ("line", "place", "message"),
    [
        ('timezone = "Europe/Lundun"', "timezone", "'Europe/Lundun' is not a time zone; did you mean 'Europe/London'?"),
        ('timezone = "London"', "timezone", "'London' is not a time zone; did you mean 'Europe/London'?"),
        (
            'timezone = "GMT+1"',
            "timezone",
            "'GMT+1' does not know summer time; name a town, like 'Europe/Paris'",
        ),
        (
            'timezone = "UTC-05:00"',
            "timezone",
            "'UTC-05:00' does not know summer time; name a town, like 'Europe/Paris'",
        ),
        *(
            (
                f'public_holidays = "{nation}"',
                "public_holidays",
                f"'{nation}' is not a country code of two letters; did you mean '{code}'?",
            )
            for nation, code in (
                ("England", "GB-ENG"),
                ("Scotland", "GB-SCT"),
                ("Wales", "GB-WLS"),
                ("Northern Ireland", "GB-NIR"),
            )
        ),
        ("phone = 441614960123", "phone", 'should be text in quotes; write for example: phone = "0161 496 0123"'),
        ("timezone = 1", "timezone", 'should be text in quotes; write for example: timezone = "Europe/London"'),
        ('hours = ["Mon-Fri 8-5"]', "hours", f"cannot read the hours 'Mon-Fri 8-5'; {HOURS}"),
        ("hours = []", "hours", "is empty; write for example ['Mon-Fri 08:00-17:30'], or take the line out"),
        ("hours = [8]", "hours", "should be hours in quotes, like ['Mon-Fri 08:00-17:30', 'Sat 09:00-12:00']"),
        (
            'public_holidays = "GB-EGN"',
            "public_holidays",
            "'GB-EGN' is no part of GB with holidays of its own; did you mean 'GB-ENG'?",
        ),
        (
            'public_holidays = "UK"',
            "public_holidays",
            "'UK' is not a country code of two letters; did you mean 'GB'?",
        ),
        (
            'closed = ["Christmas"]',
            "closed[0]",
            "cannot read the day 'Christmas'; write '2026-12-24 Christmas Eve' or "
            "'2026-12-24 to 2027-01-02 Winter break'",
        ),
        ('language = "fr"', "language", "there are no letters in 'fr' yet; there are letters in en"),
        ("answer_within = 4", "answer_within", "4 of what? Write '4h', '4m' or '4 days'"),
        ("answer_within = 1", "answer_within", "1 of what? Write '1h', '1m' or '1 day'"),
        (
            'answer_within = "soon"',
            "answer_within",
            "cannot read the time 'soon'; write '30m', '4h', '1 day' or '1h 30m'",
        ),
        ("answer_within = true", "answer_within", "should be a length of time in quotes, like '4h' or '1 day'"),
        ('website = "harris"', "website", "'harris' should begin with https://, like 'https://acme.example'"),
        ('phone = ""', "phone", "is empty; take the line out or write something"),
        ('phone = "1\\n2"', "phone", "should be written on one line"),
        ('timezon = "x"', "timezon", "there is no setting 'timezon' here; did you mean 'timezone'?"),
    ],
)
def test_a_setting_of_the_firm_that_is_not_right_says_why(line: str, place: str, message: str) -> None:
    text = firm('timezone = "Europe/London"', line if line.startswith("timezone") else f'timezone = "UTC"\n{line}')
    assert faults(text) == [(f"firm.{place}", message)]


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        (
            'role = "looks after boilers"',
            "",
            "people[0].role",
            'is missing; write for example: role = "looks after boilers and heating"',
        ),
        (
            'key = "repairs"',
            'key = "Re pairs"',
            "categories[0].key",
            "'Re pairs' should be lower-case letters, digits and hyphens, at most 32; for example 'bob'",
        ),
        (
            '["bob@harris.example"]',
            "[]",
            "people[0].addresses",
            'is empty; write for example: addresses = ["bob@harris.example"]',
        ),
        (
            '["bob@harris.example"]',
            '["bob"]',
            "people[0].addresses[0]",
            "'bob' is not a mail address; write it bare, like 'bob@acme.example'",
        ),
        (
            '["bob@harris.example"]',
            "[7]",
            "people[0].addresses[0]",
            'should be text in quotes; write for example: addresses = ["bob@harris.example"]',
        ),
        (
            '["bob@harris.example"]',
            "7",
            "people[0].addresses",
            'should be a list in brackets; write for example: addresses = ["bob@harris.example"]',
        ),
        (
            '["bob@harris.example"]',
            '["bob@harris.example"]\nlanguages = ["german"]',
            "people[0].languages[0]",
            "'german' is not a language code of two letters; did you mean 'de'?",
        ),
        (
            '["bob@harris.example"]',
            '["bob@harris.example"]\nspf_alone = "yes"',
            "people[0].spf_alone",
            "should be true or false, without quotes; write for example: spf_alone = true",
        ),
        (
            '["bob@harris.example"]',
            '["bob@harris.example"]\nadresses = []',
            "people[0].adresses",
            "there is no setting 'adresses' here; did you mean 'addresses'?",
        ),
        (
            '["bob@harris.example"]',
            '["bob@harris.example"]\nhours = ["Fri 22:00-02:00"]',
            "people[0].hours",
            "22:00-02:00 closes before it opens; "
            "a night is written on two days: 'Fri 22:00-24:00' and 'Sat 00:00-02:00'",
        ),
        (
            'keywords = ["boiler"]',
            'keywords = ["boiler", " "]',
            "categories[0].keywords[1]",
            "is empty; take the line out or write something",
        ),
        (
            "[firm]",
            "[shop]\n[firm]",
            "shop",
            "there is no setting 'shop' here; "
            "there are 'firm', 'people', 'mailboxes', 'categories', 'routing', 'form' and 'urgent'",
        ),
        (
            "[firm]",
            "[[category]]\n[firm]",
            "category",
            "there is no setting 'category' here; did you mean 'categories'?",
        ),
        (
            "[[mailboxes]]",
            '[[mailboxes]]\nlanguage = "de"',
            "mailboxes[0].language",
            "there are no letters in 'de' yet; there are letters in en",
        ),
        (
            "[[mailboxes]]",
            "[mailboxes]",
            "mailboxes",
            "should be a part of its own under a heading; write for example: [[mailboxes]]",
        ),
        (
            "[firm]",
            '[form]\norigins = "https://www.harris.example/contact"\n[firm]',
            "form.origins[0]",
            "'https://www.harris.example/contact' should be the website without a path, like 'https://www.acme.example'",
        ),
        (
            "[firm]",
            '[[routing]]\nfrom = ["acme"]\nto = "bob"\n[firm]',
            "routing[0].from[0]",
            "'acme' should be 'jane@acme.example', or '@acme.example' for everyone there",
        ),
    ],
)
def test_a_setting_further_down_that_is_not_right_says_why(old: str, new: str, place: str, message: str) -> None:
    assert faults(firm(old, new)) == [(place, message)]


@pytest.mark.parametrize("text", ["", "\n \n", "# our shop\n"])
def test_an_empty_file_says_how_to_begin(text: str) -> None:
    assert faults(text) == [("the file", "is empty; `byname init` writes one")]


def test_a_file_without_its_parts_says_what_a_firm_needs() -> None:
    assert faults("categories = []") == [
        ("firm", "the file has no part [firm] yet"),
        ("people", "the file has no part [[people]] yet"),
        ("mailboxes", "the file has no part [[mailboxes]] yet"),
    ]


def test_all_faults_are_told_at_once() -> None:
    text = FIRM
    for old, new in (
        ('principal = "anna"', 'principal = "hanna"'),
        ("Europe/London", "Europe/Lundun"),
        ('["bob@harris.example"]', '["support@harris.example"]'),
        ('key = "anna"', 'key = "bob"'),
        ('owner = "bob"', 'ovner = "bob"'),
        ('keywords = ["boiler"]', 'keywords = ["boiler"]\nanswer_within = "1 fortnight"'),
    ):
        text = text.replace(old, new, 1)
    assert faults(text) == [
        ("firm.timezone", "'Europe/Lundun' is not a time zone; did you mean 'Europe/London'?"),
        ("categories[0].owner", 'is missing; write for example: owner = "bob"'),
        (
            "categories[0].answer_within",
            "cannot read the time '1 fortnight'; write '30m', '4h', '1 day' or '1h 30m'",
        ),
        ("categories[0].ovner", "there is no setting 'ovner' here; did you mean 'owner'?"),
        ("firm.principal", "no person is called 'hanna'; there is 'bob'"),
        ("people[1].key", "'bob' is taken by Bob Harris; give this one a key of its own"),
        (
            "people[0].addresses[0]",
            "'support@harris.example' is the mailbox 'support' itself: mail sent there would come back; "
            "write where they read mail",
        ),
    ]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ('[firm]\nname "Anna"', "line 2, column 6", 'a setting is written with an equals sign: name = "Anna"'),
        (
            "[firm]\nname = Anna",
            "line 2, column 8",
            'there should be a value here: text in straight quotes like "Anna", or true, or a [list]',
        ),
        (
            "[firm]\nname = “Anna”",
            "line 2, column 8",
            'there should be a value here: text in straight quotes like "Anna", or true, or a [list]',
        ),
        (
            '[firm]\nname = "Anna\n',
            "line 2, column 13",
            'a quotation mark opens a text and none closes it on that line: name = "Anna"',
        ),
        (
            '[firm]\nname = "Anna',
            "line 2, the last one",
            'a quotation mark opens a text and none closes it: name = "Anna"',
        ),
        (
            "[firm]\n[firm]",
            "line 2, column 6",
            "this heading is there already; what there can be several of has two brackets: [[people]]",
        ),
        ('[firm]\na = "1"\na = "2"\n\n', "line 3, column 8", "this setting is there twice; take one out"),
        (
            "hours = 08:00-17:30",
            "line 1, column 10",
            'something is left over after the value; text stands in quotes: hours = ["Mon-Fri 08:00-17:30"]',
        ),
        ('words = ["a" "b"]', "line 1, column 14", 'a list is not closed, or a comma is missing: ["boiler", "leak"]'),
        ("[[people]\n", "line 1, column 9", "a heading is not closed: [firm] or [[people]]"),
        ('path = "C:\\q"', "line 1, column 13", "write a backslash twice: \\\\"),
        *(
            (
                f"phone = {number}",
                f"line 1, column {column}",
                'a phone number stands in quotes, too: phone = "0161 496 0123"',
            )
            for number, column in (("0161 496 0123", 10), ("+44 161 496 0123", 13), ("(0161) 496 0123", 9))
        ),
        ("= 3", "line 1, column 1", "this is no setting; a line to be ignored begins with #"),
        ("a = {b = 1, b = 2}", "line 1, column 18", "Duplicate inline table key 'b'"),
    ],
)
def test_what_is_not_toml_is_said_in_plain_words(text: str, place: str, message: str) -> None:
    assert faults(text) == [(place, message)]


def refusal(path: Path) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        read_file(path)
    (fault,) = refused.value.faults
    return fault.place, fault.message


def test_a_file_that_is_not_there_says_how_to_begin(tmp_path: Path) -> None:
    path = tmp_path / "team.toml"
    assert refusal(path) == (str(path), "there is no such file; `byname init` writes one")


def test_a_folder_is_no_team_file(tmp_path: Path) -> None:
    assert refusal(tmp_path) == (str(tmp_path), "is a folder; name the file in it, team.toml")


def test_a_file_in_another_encoding_says_so(tmp_path: Path) -> None:
    path = tmp_path / "team.toml"
    path.write_bytes('name = "Zoë"'.encode("latin-1"))
    assert refusal(path) == (str(path), "is not plain text in UTF-8; save it again as UTF-8")


def test_the_mark_and_line_ends_of_windows_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "team.toml"
    path.write_bytes(b"\xef\xbb\xbf" + FIRM.replace("\n", "\r\n").encode())
    assert check(read_file(path)).firm.principal == "anna"


def category(line: str) -> str:
    return firm('keywords = ["boiler"]', f'keywords = ["boiler"]\n{line}')


@pytest.mark.parametrize(
    ("line", "place", "message"),
    [
        ('like = "biling"', "like", "'biling' is none of the usual topics; did you mean 'billing'?"),
        (
            'always = ["**"]',
            "always[0]",
            "'**' would fit too much; write at least 3 letters or digits: 'INV-####' (# is a digit, * any letters and "
            "digits, once at most)",
        ),
        (
            'always = ["bank.example@"]',
            "always[0]",
            "'bank.example@' should be 'jane@acme.example', or '@acme.example' for everyone there",
        ),
    ],
)
def test_what_a_category_is_like_and_what_always_settles_it_are_looked_at(line: str, place: str, message: str) -> None:
    assert faults(category(line)) == [(f"categories[0].{place}", message)]


def test_a_usual_topic_or_what_always_settles_it_leads_to_a_category() -> None:
    for line in ('like = "technical"', 'always = ["@bank.example", "INV-####"]'):
        assert check(firm('keywords = ["boiler"]', line)).categories[0].keywords == ()
