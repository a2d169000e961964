"""The pages say who answers and by when, keep what was typed, and carry nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from chalicelib.desk.model import AttachmentRef
from chalicelib.desk.team import Team, public
from chalicelib.errors import Fault
from chalicelib.web import pages
from chalicelib.web.form import Fields
from chalicelib.web.risks import PROGRAM
from tests.builders import ANNA, BOB, MONDAY, a_team

FAULTS = (
    Fault("email", "Enter your email address, like name@example.org, so that we can answer", "REQUIRED"),
    Fault("message", "Write your message", "REQUIRED"),
)
PHOTO = AttachmentRef("leak.jpg", "image/jpeg", 2_400_000, "files/1")
TRAP = AttachmentRef("invoice.pdf.exe", "application/pdf", 38_000, "files/2")


PHONE_LINE = (
    "If it can't wait, ring us on 0161 496 0123; we're here until 17:30, "
    "and Anna Harris answers for emergencies after that on 07700 900100."
)


class Seen(HTMLParser):
    """A page as a browser takes it: its elements and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self._unseen = False
        self.feed(html)
        self.words = " ".join(self.words.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._unseen = tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._unseen = False

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def by_id(self, id: str) -> dict[str, str | None]:
        return next(attributes for _, attributes in self.elements if attributes.get("id") == id)


def title(html: str) -> str:
    found = re.search("<title>(.*)</title>", html)
    return found[1] if found else ""


def urgent_phone(team: Team) -> str:
    return team.urgent.phone if team.urgent else ""


def every_page(team: Team) -> dict[str, str]:
    return {
        "contact": pages.contact(team, "n1", now=MONDAY),
        "contact with faults": pages.contact(team, "n1", Fields(fields=(("Boiler", "Vita 30"),)), FAULTS),
        "thanks": pages.thanks(team, public(BOB), "by 13:15 today", PHONE_LINE if team.firm.phone else ""),
        "thanks, urgent": pages.thanks_urgent(team, public(ANNA), "by 23:45 today", urgent_phone(team), on_call=True),
        "kept": pages.kept(team, PHONE_LINE if team.firm.phone else ""),
        "problem": pages.problem(team, 413),
        "files": pages.files(team, (PHOTO, TRAP), "token"),
    }


PAGES = pytest.mark.parametrize("page", every_page(a_team()))


# --- every page ---


@PAGES
def test_a_page_has_one_heading_a_title_and_a_language(page: str) -> None:
    html = every_page(a_team())[page]
    seen = Seen(html)
    assert len(seen.all("h1")) == 1
    assert seen.all("html") == [{"lang": "en"}]
    assert title(html).endswith(" – Harris &amp; Daughter Heating")


@PAGES
def test_a_page_runs_no_script_and_fetches_nothing(page: str) -> None:
    seen = Seen(every_page(a_team())[page])
    assert {"script", "link", "img", "iframe"}.isdisjoint(tag for tag, _ in seen.elements)
    assert not [name for _, attributes in seen.elements for name in attributes if name.startswith(("on", "style"))]


@PAGES
def test_a_page_shows_no_staff_mailbox(page: str) -> None:
    html = every_page(a_team())[page]
    assert "bob@" not in html
    assert "anna@" not in html
    assert "phone.example" not in html


@PAGES
def test_a_page_works_for_a_firm_that_chose_as_little_as_possible(page: str) -> None:
    team = a_team()
    bare = replace(team, firm=replace(team.firm, phone="", website=""), urgent=None, categories=())
    html = every_page(bare)[page]
    assert "support@harris.example" in html
    assert "tel:" not in html
    assert "None" not in html


@PAGES
def test_a_page_always_says_how_else_to_reach_us(page: str) -> None:
    links = [link["href"] for link in Seen(every_page(a_team())[page]).all("a")]
    assert "mailto:support@harris.example" in links
    assert "tel:01614960123" in links


# --- the contact page ---


def test_the_contact_page_says_what_happens_and_who_answers() -> None:
    words = Seen(pages.contact(a_team(), "n1", now=MONDAY)).words
    assert "A person answers. As soon as you’ve sent this, we tell you who, and by when." in words
    assert "Bob Harris looks after boilers and heating" in words
    assert "Monday to Friday 08:00 to 17:30 Today 08:00 to 17:30" in words
    assert "Smell gas? Leave the house first and ring 0800 111 999." in words
    assert "Outside these hours, Anna Harris answers emergencies on 07700 900100." in words


def test_only_people_a_form_can_reach_are_introduced() -> None:
    seen = Seen(pages.contact(a_team(urgent=None), "n1"))
    assert "Sam Okafor" in seen.words
    assert "Anna Harris" not in seen.words


def test_a_big_firm_introduces_its_first_six() -> None:
    team = a_team()
    people = tuple(replace(BOB, key=f"p{number}", name=f"Person {number}") for number in range(8))
    categories = tuple(replace(team.categories[0], key=person.key, owner=person.key) for person in people)
    words = Seen(pages.contact(replace(team, people=(*people, ANNA), categories=categories, urgent=None), "n1")).words
    assert "Person 5" in words
    assert "Person 6" not in words


def test_the_form_posts_to_its_own_address_and_carries_the_nonce() -> None:
    seen = Seen(pages.contact(a_team(), "n-1"))
    assert seen.all("form") == [{"method": "post", "novalidate": None}]
    assert {"type": "hidden", "name": "nonce", "value": "n-1"} in seen.all("input")


@pytest.mark.parametrize(("field", "fills"), [("name", "name"), ("email", "email"), ("phone", "tel")])
def test_a_browser_can_fill_in_what_it_knows(field: str, fills: str) -> None:
    assert Seen(pages.contact(a_team(), "n1")).by_id(field)["autocomplete"] == fills


def test_every_control_has_a_label() -> None:
    seen = Seen(every_page(a_team())["contact with faults"])
    labelled = {label["for"] for label in seen.all("label")}
    controls = [*seen.all("input"), *seen.all("textarea")]
    assert {control["id"] for control in controls if control.get("type") != "hidden"} == labelled


def test_a_page_without_faults_speaks_of_none() -> None:
    html = pages.contact(a_team(), "n1")
    assert title(html) == "Write to us – Harris &amp; Daughter Heating"
    assert "There is a problem" not in html
    assert "aria-invalid" not in html


def test_faults_are_said_in_the_title_on_top_and_beside_the_field() -> None:
    html = pages.contact(a_team(), "n1", Fields(name="Jane Roe"), FAULTS)
    seen = Seen(html)
    assert title(html) == "Error: Write to us – Harris &amp; Daughter Heating"
    assert [link["href"] for link in seen.all("a")][1:3] == ["#email", "#message"]
    assert seen.words.count("Write your message") == 2
    assert seen.by_id("message")["aria-describedby"] == "message-hint message-error"
    assert seen.by_id("message")["aria-invalid"] == "true"
    assert "aria-invalid" not in seen.by_id("name")


def test_focus_starts_at_the_summary() -> None:
    summary = Seen(pages.contact(a_team(), "n1", Fields(), FAULTS)).all("section")[0]
    assert (summary["tabindex"], summary["autofocus"]) == ("-1", None)


def test_what_was_typed_is_still_there() -> None:
    fields = Fields("Jane Roe", "jane@", "It leaks.\n\nHelp!", "07700 900456", "Boiler", (("Model", "Vita 30"),))
    html = pages.contact(a_team(), "n1", fields, FAULTS)
    seen = Seen(html)
    assert [seen.by_id(place)["value"] for place in ("name", "email", "phone", "subject")] == [
        "Jane Roe",
        "jane@",
        "07700 900456",
        "Boiler",
    ]
    assert ">\nIt leaks.\n\nHelp!</textarea>" in html
    assert ">\nVita 30</textarea>" in html
    assert seen.by_id("extra-1")["name"] == "Model"


def test_a_fault_of_a_further_field_links_to_that_field() -> None:
    fields = Fields(fields=(("Day", "Mon"), ("Boiler", "x")))
    html = pages.contact(a_team(), "n1", fields, [Fault("Boiler", "Shorten “Boiler”", "TOO_LONG")])
    assert '<a href="#extra-2">Shorten “Boiler”</a>' in html
    assert Seen(html).by_id("extra-2")["aria-describedby"] == "extra-2-error"


def test_a_fault_of_no_field_is_told_without_a_link() -> None:
    html = pages.contact(a_team(), "n1", Fields(), [Fault("form", "We couldn’t take your message just now", "")])
    assert "<li>We couldn’t take your message just now</li>" in html


# --- after it was sent ---


def test_the_thanks_page_names_the_person_and_the_time_first() -> None:
    html = pages.thanks(a_team(), public(BOB), "by 13:15 today", PHONE_LINE)
    assert "<h1>Bob Harris has your message and will answer by 13:15 today.</h1>" in html
    assert title(html) == "Bob Harris has your message – Harris &amp; Daughter Heating"
    words = Seen(html).words
    assert "Bob looks after boilers and heating." in words
    assert "Just reply to the mail we’ve sent you: it goes straight to Bob." in words
    assert "If it can’t wait, ring us on 0161 496 0123; we’re here until 17:30, and Anna Harris answers" in words
    assert "Smell gas" not in words


def test_the_urgent_hear_what_helps_now_before_anything_else() -> None:
    html = pages.thanks_urgent(a_team(), public(ANNA), "by 23:45 tonight", "07700 900100", on_call=True)
    words = Seen(html).words
    advice = "Smell gas? Leave the house first and ring 0800 111 999."
    assert f"{advice} Anna Harris is on call and will ring or write by 23:45 tonight." in words
    assert "Can’t wait until then? Ring Anna on 07700 900100." in words


def test_nobody_is_on_call_unless_it_is_said() -> None:
    html = pages.thanks_urgent(a_team(), public(BOB), "by 10:15 today", "", on_call=False)
    words = Seen(html).words
    assert "Bob Harris has your message and will ring or write by 10:15 today." in words
    assert "Can’t wait" not in words


def test_the_numbers_of_the_phone_line_can_be_tapped() -> None:
    html = pages.thanks(a_team(), public(BOB), "by 13:15 today", PHONE_LINE)
    links = [link["href"] for link in Seen(html.partition("<footer>")[0]).all("a")]
    assert [link for link in links if link and link.startswith("tel:")] == ["tel:01614960123", "tel:07700900100"]


def test_a_phone_line_is_shown_and_never_obeyed() -> None:
    assert "&lt;b&gt;" in pages.kept(a_team(), "<b> on 0161 496 0123")


def test_a_message_that_is_only_kept_claims_no_name_and_no_time() -> None:
    html = pages.kept(a_team(), "We're back on the phone from 08:00 tomorrow, Tuesday: 0161 496 0123.")
    assert "We’re back on the phone from 08:00 tomorrow, Tuesday" in Seen(html).words
    assert "<h1>We have your message.</h1>" in html
    assert "there is no need to send it again" in html
    assert not [person.name for person in a_team().people if person.name in html]


@pytest.mark.parametrize(
    ("status", "heading"),
    [
        (404, "There is nothing at this address."),
        (405, "This page cannot do that."),
        (410, "This link has run out."),
        (413, "Your message is longer than this form can carry."),
        (415, "This form can only carry words."),
        (503, "We couldn’t take your message just now."),
        (500, "Something went wrong on our side."),
        (418, "Something went wrong on our side."),
    ],
)
def test_a_problem_is_said_in_plain_words(status: int, heading: str) -> None:
    assert f"<h1>{heading}</h1>" in pages.problem(a_team(), status)


def test_too_long_a_message_hears_how_to_send_it_all_the_same() -> None:
    words = Seen(pages.problem(a_team(), 413)).words
    assert "go back to them in your browser, copy them and send them by mail instead." in words
    assert "Write to support@harris.example, or ring us on 0161 496 0123" in words


# --- files ---


def test_a_file_is_listed_with_its_size_and_fetched_by_a_button() -> None:
    html = pages.files(a_team(), (PHOTO, TRAP), "tok")
    seen = Seen(html)
    assert "2 files" in seen.words
    assert "leak.jpg 2.4 MB" in seen.words
    assert seen.all("form") == [{"method": "post"}, {"method": "post"}]
    assert [field["value"] for field in seen.all("input")] == ["tok", "0", "tok", "1"]
    assert all("files/" not in str(attributes) for _, attributes in seen.elements)


def test_a_risky_file_is_marked_and_its_button_says_so() -> None:
    seen = Seen(pages.files(a_team(), (PHOTO, TRAP), "tok"))
    assert seen.words.count(PROGRAM) == 1
    assert [button.get("aria-describedby") for button in seen.all("button")] == [None, "risk-1"]


@pytest.mark.parametrize(("count", "heading"), [(0, "No files"), (1, "One file"), (3, "3 files")])
def test_files_are_counted_as_people_count(count: int, heading: str) -> None:
    assert f"<h1>{heading}</h1>" in pages.files(a_team(), (PHOTO,) * count, "tok")


@pytest.mark.parametrize(("count", "it"), [(1, "It came with a message."), (3, "They came with a message.")])
def test_one_file_is_not_spoken_of_as_several(count: int, it: str) -> None:
    assert it in pages.files(a_team(), (PHOTO,) * count, "tok")


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (38_400, "38 KB"), (999_499, "999 KB"), (999_500, "1.0 MB")],
)
def test_a_size_is_said_in_words(size: int, words: str) -> None:
    assert pages.size_in_words(size) == words


# --- headers ---


def test_the_policy_lets_in_our_stylesheet_and_nothing_else() -> None:
    found = re.search("<style>(.*?)</style>", pages.kept(a_team(), ""), re.DOTALL)
    assert found is not None
    style_hash = b64encode(sha256(found[1].encode()).digest()).decode()
    assert pages.headers() == {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": "en",
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{style_hash}'; form-action 'self';"
        " frame-ancestors 'none'; base-uri 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


def test_a_page_whose_button_leads_elsewhere_names_that_place() -> None:
    policy = pages.headers("https://mail.s3.eu-west-1.amazonaws.com")["Content-Security-Policy"]
    assert "form-action 'self' https://mail.s3.eu-west-1.amazonaws.com;" in policy


def test_importing_the_pages_loads_neither_templates_nor_aws() -> None:
    loaded = "import sys, chalicelib.web.pages, chalicelib.web.answers; print(*sys.modules)"
    root = Path(__file__).parents[3]
    run = subprocess.run([sys.executable, "-c", loaded], cwd=root, capture_output=True, text=True, check=True)
    assert "chalicelib.web.pages" in run.stdout
    assert {"jinja2", "boto3", "chalice"}.isdisjoint(run.stdout.split())
