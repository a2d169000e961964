"""The mailbox page over HTTP: what a browser may do, and what another site in the same browser may not."""

import http.client
import re
import socket
import struct
import threading
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest

from byname.local.cloud import LocalCloud
from tests.builders import a_team
from tests.integration.local_doors import NotingDoors

pytestmark = pytest.mark.integration

FORM = "application/x-www-form-urlencoded"
NEW_MAIL = {
    "name": "Jane Roe",
    "from": "jane@customer.example",
    "to": "support@harris.example",
    "subject": "Boiler",
    "text": "It leaks.",
}
FORWARD = (
    b"From: Jane via Harris <support@harris.example>\r\nReply-To: support+0sabc.def@help.harris.example\r\n"
    b"To: Bob Harris <bob@harris.example>\r\nMessage-ID: <forward@help.harris.example>\r\nSubject: Boiler\r\n\r\nHi\r\n"
)


class Browser:
    """Keeps one connection, as browsers do."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        self.connection.request("GET", path, headers=headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode()

    def post(self, path: str, fields: dict[str, str], **headers: str) -> tuple[int, str]:
        """Returns the status and where it leads, or what it says."""
        own = {"Origin": f"http://127.0.0.1:{self.port}", "Content-Type": FORM}
        self.connection.request("POST", path, urlencode(fields), {**own, **headers})
        answer = self.connection.getresponse()
        body = answer.read().decode()
        return answer.status, answer.getheader("Location") or body


@pytest.fixture(scope="module")
def doors() -> NotingDoors:
    return NotingDoors()


@pytest.fixture(scope="module")
def cloud(doors: NotingDoors, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with LocalCloud(a_team(), tmp_path_factory.mktemp("local"), doors=doors) as running:
        yield running


@pytest.fixture
def browser(cloud: LocalCloud, doors: NotingDoors) -> Iterator[Browser]:
    doors.mails.clear()
    browser = Browser(cloud.ports.mailbox)
    yield browser
    browser.connection.close()


def test_writing_as_a_customer_goes_through_the_real_door(browser: Browser, doors: NotingDoors) -> None:
    assert browser.post("/write", NEW_MAIL) == (303, "/mailbox/jane@customer.example?sent")
    [notice] = doors.notices  # the page waits until it is handled
    assert notice["mail"]["commonHeaders"]["from"] == ["Jane Roe <jane@customer.example>"]
    assert notice["receipt"]["recipients"] == ["support@help.harris.example"]


def test_the_mailbox_says_that_it_was_sent(browser: Browser) -> None:
    _, mailbox = browser.post("/write", NEW_MAIL)
    assert "Sent." in browser.get(mailbox)[1]
    assert "Sent." not in browser.get(mailbox.partition("?")[0])[1]


def test_a_reply_goes_out_as_the_reader_on_the_thread(browser: Browser, cloud: LocalCloud, doors: NotingDoors) -> None:
    key = cloud.maildirs.deliver("bob@harris.example", FORWARD)
    status, page = browser.get(f"/mailbox/bob@harris.example/{quote(key)}")
    assert status == 200
    [action] = re.findall(r'action="(/mailbox/[^"]*/reply)"', page)
    assert browser.post(action, {"text": "At two."}) == (303, "/mailbox/bob@harris.example?sent")
    [notice] = doors.notices
    headers = {header["name"]: header["value"] for header in notice["mail"]["headers"]}
    assert notice["mail"]["source"] == "bob@harris.example"
    assert notice["receipt"]["recipients"] == ["support+0sabc.def@help.harris.example"]
    assert headers["In-Reply-To"] == headers["References"] == "<forward@help.harris.example>"


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "http://localhost", ""])
def test_another_sites_form_is_not_taken(browser: Browser, doors: NotingDoors, origin: str) -> None:
    status, _ = browser.post("/write", NEW_MAIL, Origin=origin)
    assert status == 403
    assert doors.mails == []


def test_a_name_that_points_here_is_not_answered(browser: Browser) -> None:
    assert browser.get("/", Host="rebound.evil.example")[0] == 421


def test_localhost_is_a_good_name_too(browser: Browser) -> None:
    assert browser.get("/", Host=f"localhost:{browser.port}")[0] == 200


def test_what_is_not_there_is_404_and_what_is_too_big_413(browser: Browser) -> None:
    assert browser.get("/nothing")[0] == 404
    assert browser.get("/mailbox/who@else.example/..%2F..")[0] == 404
    browser.connection.putrequest("POST", "/write")
    browser.connection.putheader("Content-Length", str(10**9))
    browser.connection.endheaders()
    assert browser.connection.getresponse().status == 413


def test_the_clock_is_turned_for_everyone(browser: Browser, cloud: LocalCloud) -> None:
    assert browser.post("/clock", {"turn": "to", "to": "2026-11-24T02:00"}) == (303, "/")
    assert cloud.clock.now().isoformat().startswith("2026-11-24T02:00")
    assert browser.post("/clock", {"turn": "real"}) == (303, "/")
    assert not cloud.clock.turned


def test_two_browsers_are_served_at_once(cloud: LocalCloud, browser: Browser) -> None:
    assert browser.get("/")[0] == 200  # and its connection stays open
    other, answers = Browser(cloud.ports.mailbox), []
    asking = threading.Thread(target=lambda: answers.append(other.get("/")[0]))
    asking.start()
    asking.join(10)
    other.connection.close()
    assert answers == [200]


@pytest.mark.parametrize("page", ["pages", "mailbox", "ses"])
def test_a_browser_that_hangs_up_is_no_news(
    cloud: LocalCloud, browser: Browser, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, page: str
) -> None:
    port = getattr(cloud.ports, page)
    before = set(threading.enumerate())
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: ")
        # Closed with a reset, as a browser's stop button may do it.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        while connection.recv(4096):
            pass  # whoever answers this one has taken the other before it
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
    assert capfd.readouterr().err == ""
    assert caplog.records == []


def test_half_a_form_is_not_taken(browser: Browser, cloud: LocalCloud, doors: NotingDoors) -> None:
    body = urlencode(NEW_MAIL)
    browser.connection.putrequest("POST", "/write")
    browser.connection.putheader("Origin", f"http://127.0.0.1:{browser.port}")
    browser.connection.putheader("Content-Type", FORM)
    browser.connection.putheader("Content-Length", str(len(body) + 1))
    browser.connection.endheaders(body.encode())
    browser.connection.sock.shutdown(socket.SHUT_WR)
    assert browser.connection.sock.recv(1) == b""
    cloud.wait_until_quiet()
    assert doors.mails == []
