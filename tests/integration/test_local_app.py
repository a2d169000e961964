"""`app.py` itself on the local cloud: the shortest story, told with real SMTP."""

import urllib.request
from collections.abc import Iterator
from email.utils import parseaddr

import pytest

from byname.local import correspondence
from byname.local.clock import LocalClock
from byname.local.cloud import LocalCloud
from byname.local.maildirs import Letter
from tests.builders import a_team

pytestmark = pytest.mark.integration

JANE, BOB = ("Jane Roe", "jane@customer.example"), ("Bob Harris", "bob@harris.example")


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    clock = LocalClock("Europe/London")
    clock.turn(clock.read("2026-11-23 09:07"))
    with LocalCloud(a_team(), tmp_path_factory.mktemp("local"), clock=clock) as running:
        yield running


def write(cloud: LocalCloud, subject: str, text: str) -> None:
    mail = correspondence.first_mail(JANE, "support@harris.example", subject, text, cloud.clock.now())
    cloud.post(mail, JANE[1], ["support@harris.example"])


def test_jane_hears_a_name_and_a_time_and_then_from_bob(cloud: LocalCloud) -> None:
    write(cloud, "Boiler", "Our boiler is leaking.")
    promised = cloud.maildirs.wait_for(JANE[1])
    assert "Bob Harris has your message and will answer by 13:15 today." in correspondence.text_of(promised)

    forward = cloud.maildirs.wait_for(BOB[1])
    reply = correspondence.answer(forward, BOB, "I come at two.", cloud.clock.now())
    cloud.post(reply, BOB[1], [correspondence.answer_address(forward)])

    def from_bob(letter: Letter) -> bool:
        return "I come at two." in correspondence.text_of(letter)

    answer = cloud.maildirs.wait_for(JANE[1], from_bob)
    assert parseaddr(answer.header("From"))[1] == "support@harris.example"
    cloud.wait_until_quiet()


def test_the_contact_page_is_there(cloud: LocalCloud) -> None:
    with urllib.request.urlopen(f"{cloud.pages_url}/contact") as page:
        assert "Harris &amp; Daughter Heating" in page.read().decode()
