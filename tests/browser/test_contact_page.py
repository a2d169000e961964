"""The pages in a real browser: without scripts, by keyboard alone, at 320 px, in the dark, and as axe hears them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Literal

import pytest

from chalicelib.desk.model import AttachmentRef
from chalicelib.desk.team import public
from chalicelib.errors import Fault, Refused
from chalicelib.mail.phrases import phone_line
from chalicelib.web import form, pages
from tests.builders import ANNA, BOB, MONDAY, a_team

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (Debian: apt-get install chromium)"),
]
TEAM = a_team()
FILES = (
    AttachmentRef("leak under the boiler.jpg", "image/jpeg", 2_400_000, "files/1"),
    AttachmentRef(f"{'invoice' * 12}.pdf.exe", "application/pdf", 38_000, "files/2"),
)
PHONE_LINE = phone_line(TEAM, MONDAY, "en")
LOOKS = (
    *("/contact", "/faults", "/unavailable", "/thanks", "/urgent", "/urgent-asleep", "/kept"),
    *("/too-large", "/unavailable-page", "/files"),
)


class Door(BaseHTTPRequestHandler):
    """As much of a web door as the pages need: the form answers as the real one does, the rest is only shown."""

    bucket = ""
    redirects: tuple[str, ...] = ()

    def do_GET(self) -> None:
        self._show(200, LOOK[self.path]()) if self.path in LOOK else self._show(404, pages.problem(TEAM, 404))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/files":
            self.send_response(303)
            self.send_header("Location", f"{self.bucket}/kept")
            self.end_headers()
            return
        fields = form.read_fields(body, self.headers["Content-Type"])
        try:
            form.check(fields)
        except Refused as refused:
            self._show(422, pages.contact(TEAM, "n2", fields, refused.faults))
        else:
            self._show(200, pages.thanks(TEAM, public(BOB), "by 13:15 today", PHONE_LINE))

    def _show(self, status: int, html: str) -> None:
        self.send_response(status)
        for name, value in pages.headers(*self.redirects).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(html.encode())

    def log_message(self, *_: object) -> None:
        """Tests print nothing."""


def _faults() -> str:
    fields = form.Fields("Jane Roe", "jane@customer", fields=(("Which boiler?", "x" * 1_200),))
    with pytest.raises(Refused) as refused:
        form.check(fields)
    return pages.contact(TEAM, "n1", fields, refused.value.faults)


def _unavailable() -> str:
    """503: not even the bucket took it, so every word is still there."""
    fields = form.Fields("Jane Roe", "jane@customer.example", message="Our boiler is leaking.")
    outage = Fault("form", "We could not take your message just now. Please press Send again", "TRY_AGAIN")
    return pages.contact(TEAM, "n1", fields, (outage,), MONDAY)


LOOK: dict[str, Callable[[], str]] = {
    "/contact": lambda: pages.contact(TEAM, "n1", now=MONDAY),
    "/faults": _faults,
    "/unavailable": _unavailable,
    "/thanks": lambda: pages.thanks(TEAM, public(BOB), "by 13:15 today", PHONE_LINE),
    "/urgent": lambda: pages.thanks_urgent(TEAM, public(ANNA), "by 23:45 tonight", "07700 900100", on_call=True),
    "/kept": lambda: pages.kept(TEAM, PHONE_LINE),
    "/urgent-asleep": lambda: pages.thanks_urgent(TEAM, public(ANNA), "by 09:00 tomorrow", "", on_call=False),
    "/unavailable-page": lambda: pages.problem(TEAM, 503),
    "/too-large": lambda: pages.problem(TEAM, 413),
    "/files": lambda: pages.files(TEAM, FILES, "token"),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@contextmanager
def served(**attributes: object) -> Iterator[str]:
    """The origin of a door that is open while the block runs."""
    with ThreadingHTTPServer(("127.0.0.1", 0), type("OwnDoor", (Door,), attributes)) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def site() -> Iterator[str]:
    with served() as origin:
        yield origin


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page on the contact form, with scripts switched off."""
    context = browser.new_context(java_script_enabled=False, base_url=site)
    page = context.new_page()
    page.goto("/contact")
    yield page
    context.close()


def _send(page: Page) -> None:
    page.get_by_role("button", name="Send message").click()


# --- sending ---


def test_a_message_is_sent_without_a_script(page: Page) -> None:
    page.get_by_label("Your name").fill("Jane Roe")
    page.get_by_label("Email address").fill("jane@customer.example")
    page.get_by_label("Your message").fill("Our boiler is leaking.")
    _send(page)
    page.get_by_role("heading", name="Bob Harris has your message and will answer by 13:15 today.").wait_for()


def test_a_message_is_sent_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")  # the firm's name
    for words in ("Jane Roe", "jane@customer.example", "07700 900456", "Our boiler is leaking."):
        page.keyboard.press("Tab")
        page.keyboard.type(words)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Bob Harris has your message and will answer by 13:15 today.").wait_for()


def test_words_are_kept_when_something_is_to_be_mended(page: Page) -> None:
    page.get_by_label("Your name").fill('Jane "J" <Roe>')
    page.get_by_label("Your message").fill("Our boiler is leaking.\n\n</textarea>Help!")
    _send(page)
    page.get_by_role("heading", name="There is a problem").wait_for()
    assert page.title() == "Error: Write to us – Harris & Daughter Heating"
    assert page.get_by_label("Your name").input_value() == 'Jane "J" <Roe>'
    assert page.get_by_label("Your message").input_value() == "Our boiler is leaking.\n\n</textarea>Help!"


def test_focus_goes_to_the_summary_and_from_there_to_the_field(page: Page) -> None:
    _send(page)
    page.locator(".summary:focus").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the second fault: the email address
    page.locator("#email:focus").wait_for()
    page.keyboard.type("jane@customer.example")
    assert page.get_by_label("Email address").input_value() == "jane@customer.example"


def test_a_field_is_described_by_its_hint_and_its_error(page: Page) -> None:
    _send(page)
    from playwright.sync_api import expect

    email = page.locator("#email")
    assert email.get_attribute("aria-invalid") == "true"
    expect(email).to_have_accessible_description(
        "So that we can answer you. Error: Enter your email address, like name@example.org, so that we can answer"
    )


# --- looking ---


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", LOOKS)
def test_axe_finds_nothing(browser: Browser, site: str, path: str, scheme: Literal["light", "dark"]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    # our policy lets no script in, axe's neither: only here it is set aside
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(site + path)
    found = Axe().run(page)
    context.close()
    assert found.response["violations"] == []
    assert found.response["passes"]


@pytest.mark.parametrize("path", LOOKS)
def test_nothing_is_cut_off_at_320_pixels(browser: Browser, site: str, path: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(site + path)
    width = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert width <= 320


@pytest.mark.parametrize("path", LOOKS)
def test_every_target_is_big_enough_for_a_thumb(browser: Browser, site: str, path: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(site + path)
    boxes = [target.bounding_box() for target in page.locator("a, button, input:not([type=hidden]), textarea").all()]
    small = [box for box in boxes if box is None or box["height"] < 44]
    context.close()
    assert boxes
    assert small == []


@pytest.mark.parametrize("path", LOOKS)
def test_the_policy_blocks_nothing_we_need(browser: Browser, site: str, path: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(site + path)
    styled = page.evaluate("getComputedStyle(document.body).maxWidth")
    context.close()
    assert [text for text in complaints if "favicon" not in text] == []
    assert styled == "992px"


def test_edges_stay_visible_in_forced_colours(browser: Browser, site: str) -> None:
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.goto(f"{site}/contact")
    edges = page.locator("input:not([type=hidden]), textarea, button").evaluate_all(
        "all => all.map(one => getComputedStyle(one).borderTopStyle)"
    )
    context.close()
    assert edges == ["solid"] * 5


# --- the way to a file ---


def test_a_file_is_asked_for_by_keyboard_alone(browser: Browser) -> None:
    with served() as bucket, served(bucket=bucket, redirects=(bucket,)) as site:
        page = browser.new_page(java_script_enabled=False)
        page.goto(f"{site}/files")
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.locator("button:focus").count():
                break
        page.keyboard.press("Enter")
        page.wait_for_url(f"{bucket}/kept")
        page.close()


def test_the_words_are_still_there_when_nobody_took_them(browser: Browser, site: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{site}/unavailable")
    page.locator(".summary:focus").wait_for()
    assert page.get_by_label("Your message").input_value() == "Our boiler is leaking."
    page.close()


def test_a_download_button_reaches_the_bucket_when_the_page_names_it(browser: Browser) -> None:
    with served() as bucket, served(bucket=bucket, redirects=(bucket,)) as site:
        page = browser.new_page(java_script_enabled=False)
        page.goto(f"{site}/files")
        page.get_by_role("button").first.click()
        page.wait_for_url(f"{bucket}/kept")
        page.close()


def test_a_download_button_goes_nowhere_the_page_does_not_name(browser: Browser) -> None:
    with served() as bucket, served(bucket=bucket) as site:
        page = browser.new_page(java_script_enabled=False)
        page.goto(f"{site}/files")
        with page.expect_console_message(lambda message: "form-action" in message.text):
            page.get_by_role("button").first.click()
        assert page.url == f"{site}/files"
        page.close()
