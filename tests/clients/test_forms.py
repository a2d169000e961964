"""The form, used by others than our own page: curl, and pages of another website in a real browser."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from byname.local.cloud import LocalCloud
from byname.local.correspondence import text_of
from chalicelib.desk.team import Team
from tests.clients.conftest import MONDAY_MORNING
from tests.clients.debian import needs, run

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.clients

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (Debian: apt-get install chromium)")
BOB = "bob@harris.example"


@dataclass(frozen=True, slots=True)
class Websites:
    """The local cloud, and two websites on this machine: the firm's own, and somebody else's."""

    cloud: LocalCloud
    own: str
    foreign: str

    @property
    def contact(self) -> str:
        return f"{self.cloud.pages_url}/contact"


@pytest.fixture(scope="module")
def web(team: Team, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Websites]:
    with ExitStack() as opened:
        own, foreign = opened.enter_context(website()), opened.enter_context(website())
        allowing = replace(team, form=replace(team.form, origins=(*team.form.origins, own)))
        cloud = opened.enter_context(LocalCloud(allowing, tmp_path_factory.mktemp("forms")))
        cloud.clock.turn(MONDAY_MORNING)
        yield Websites(cloud, own, foreign)


# --- curl ---


def curl(web: Websites, *options: str) -> tuple[int, dict[str, str], str]:
    """Status, headers (lower case) and body of what curl was answered."""
    said = run("curl", "-sS", "-i", "--max-time", "20", "-H", "Expect:", *options, web.contact).stdout
    head, _, body = said.partition("\n\n")
    status, *lines = head.splitlines()
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return int(status.split()[1]), headers, body


def as_json(**fields: str) -> tuple[str, ...]:
    return "-H", "Content-Type: application/json", "-d", json.dumps(fields)


@needs("curl")
def test_curl_posts_a_form_and_reads_who_answers(web: Websites) -> None:
    fields = (
        "-d",
        "name=Ada Cole",
        "-d",
        "email=ada@visitor.example",
        "--data-urlencode",
        "message=The boiler's cold.",
    )
    status, headers, page = curl(web, *fields)
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Bob Harris has your message and will answer by 13:15 today." in page
    web.cloud.maildirs.wait_for(BOB, lambda letter: "The boiler's cold." in text_of(letter))


@needs("curl")
def test_curl_posts_json_and_reads_json(web: Websites) -> None:
    status, headers, body = curl(web, *as_json(name="Jo", email="jo@visitor.example", message="The boiler hums."))
    assert (status, headers["content-type"]) == (200, "application/json")
    answer = json.loads(body)
    assert (answer["ok"], answer["answered_by"], answer["when"]) == (True, "Bob Harris", "by 13:15 today")


@needs("curl")
def test_a_form_is_answered_in_json_when_that_is_asked_for(web: Websites) -> None:
    form = ("-d", "name=Eve", "-d", "email=eve@visitor.example", "-d", "message=The boiler ticks.")
    _, headers, body = curl(web, "-H", "Accept: application/json", *form)
    assert headers["content-type"] == "application/json"
    assert json.loads(body)["answered_by"] == "Bob Harris"


@needs("curl")
def test_curl_is_told_every_fault_by_the_name_of_its_field(web: Websites) -> None:
    status, _, body = curl(web, *as_json(name="", email="no address", message=""))
    answer = json.loads(body)
    assert (status, answer["ok"]) == (422, False)
    assert [fault["field"] for fault in answer["errors"]] == ["name", "email", "message"]


@needs("curl")
@pytest.mark.parametrize(
    ("options", "status"),
    [
        (("-H", "Content-Type: text/plain", "-H", "Accept: application/json", "-d", "hello"), 415),
        (("-H", "Accept: application/json", "-F", "message=hello"), 415),
        (("-H", "Content-Type: application/json", "-d", "{"), 422),
    ],
    ids=["plain text", "multipart, as curl -F sends it", "broken JSON"],
)
def test_curl_is_told_what_the_form_does_not_take(web: Websites, options: tuple[str, ...], status: int) -> None:
    answered, headers, body = curl(web, *options)
    assert (answered, headers["content-type"]) == (status, "application/json")
    assert json.loads(body)["errors"][0]["message"]


@needs("curl")
def test_curl_is_told_the_way_out_when_it_sends_too_much(web: Websites, tmp_path: Path) -> None:
    page = tmp_path / "much"
    page.write_bytes(b'{"message": "' + b"x" * 300_000 + b'"}')
    status, _, body = curl(web, "-H", "Content-Type: application/json", "--data-binary", f"@{page}")
    assert status == 413
    assert "support@harris.example" in json.loads(body)["errors"][0]["message"]


@needs("curl")
def test_a_preflight_lets_the_firms_own_site_post_and_no_other(web: Websites) -> None:
    wishes = ("Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type")
    asks = ("-X", "OPTIONS", "-H", wishes[0], "-H", wishes[1])
    status, headers, _ = curl(web, *asks, "-H", f"Origin: {web.own}")
    assert status == 204
    assert headers["access-control-allow-origin"] == web.own
    assert "POST" in headers["access-control-allow-methods"]
    assert headers["access-control-allow-headers"].lower() == "content-type"
    assert headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in headers
    _, headers, _ = curl(web, *asks, "-H", f"Origin: {web.foreign}")
    assert not [name for name in headers if name.startswith("access-control-")]


# --- another website, in a browser ---

PAGE = """<!doctype html><meta charset="utf-8"><title>Another website</title>
<form action="{contact}" method="post">
<input name="name" value="Max"><input name="email" value="{email}"><textarea name="message">{message}</textarea>
<button>Send</button></form><output></output>"""
FETCH = """async ([address, type, body]) => {
  try {
    const headers = {"Content-Type": type, Accept: "application/json"};
    const answer = await fetch(address, {method: "POST", headers, body});
    return {status: answer.status, said: await answer.json()};
  } catch (error) { return {blocked: String(error)}; }
}"""


class _Page(BaseHTTPRequestHandler):
    """One page of a website; where it posts to and what it says stand behind the question mark."""

    def do_GET(self) -> None:
        from urllib.parse import parse_qsl, urlsplit

        asked = dict(parse_qsl(urlsplit(self.path).query))
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE.format(**{"contact": "", "email": "", "message": "", **asked}).encode())

    def log_message(self, *_: object) -> None:
        """Tests print nothing."""


@contextmanager
def website() -> Iterator[str]:
    """Its origin, while the block runs."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


def fetched(browser: Browser, origin: str, address: str, content_type: str, body: str) -> dict[str, Any]:
    """What a script on a page of that origin hears when it posts."""
    page = browser.new_page()
    page.goto(origin)
    heard: dict[str, Any] = page.evaluate(FETCH, [address, content_type, body])
    page.close()
    return heard


@needs_chromium
@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
def test_a_script_on_the_firms_own_site_reads_who_answers(web: Websites, browser: Browser, content_type: str) -> None:
    fields = {"name": "Ole", "email": f"ole@{content_type[-4:]}.example", "message": "The boiler drips."}
    body = json.dumps(fields) if content_type.endswith("json") else "&".join(f"{k}={v}" for k, v in fields.items())
    heard = fetched(browser, web.own, web.contact, content_type, body)
    assert (heard["status"], heard["said"]["answered_by"]) == (200, "Bob Harris")


@needs_chromium
def test_a_script_on_the_firms_own_site_reads_what_to_mend(web: Websites, browser: Browser) -> None:
    heard = fetched(browser, web.own, web.contact, "application/json", '{"name": "Pia"}')
    assert heard["status"] == 422
    assert [fault["field"] for fault in heard["said"]["errors"]] == ["email", "message"]


@needs_chromium
def test_a_script_on_somebody_elses_site_is_blocked_by_the_browser(web: Websites, browser: Browser) -> None:
    body = json.dumps({"name": "Eve", "email": "eve@evil.example", "message": "The boiler of others."})
    heard = fetched(browser, web.foreign, web.contact, "application/json", body)
    assert heard == {"blocked": "TypeError: Failed to fetch"}
    web.cloud.wait_until_quiet()
    assert not [one for one in web.cloud.maildirs.letters(BOB) if "The boiler of others." in text_of(one)]


@needs_chromium
def test_a_plain_form_on_any_site_needs_no_script_and_no_leave(web: Websites, browser: Browser) -> None:
    from urllib.parse import urlencode

    asked = urlencode({"contact": web.contact, "email": "max@visitor.example", "message": "The boiler smells odd."})
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{web.foreign}/?{asked}")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="Bob Harris has your message and will answer by 13:15 today.").wait_for()
    context.close()
