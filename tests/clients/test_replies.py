"""Whatever program an answer is written in: the other side reads the words, the thread holds, the promise is kept.

Each answer quotes the letter that was really received, as that program quotes it: card, addresses and all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from itertools import count

import pytest

from byname.local.cloud import LocalCloud
from byname.local.correspondence import File, answer_address, files_of, first_mail, html_of, text_of
from byname.local.maildirs import Letter
from chalicelib.aws.store import DynamoStore
from chalicelib.desk.model import PromiseState, Thread, ThreadStatus
from chalicelib.desk.signed_addresses import read_claim
from tests.clients.as_text import Manner, as_text
from tests.clients.conftest import MONDAY_MORNING
from tests.clients.mail_program import PICTURE_NAME, Written
from tests.clients.shapes import CLIENTS, Client

pytestmark = pytest.mark.clients

SUPPORT = "support@harris.example"
BOB = ("Bob Harris", "bob@harris.example")
NUMBERS = count(1)
OFFER = File("offer.pdf", "application/pdf", b"%PDF-1.4 offer")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8

QUESTION = """Hello,

our boiler (Vita 30) is leaking since this morning – it's the third time this year, and the engineer who came in March \
said that the whole valve would have to go if it happened again.

Could somebody come today? We're in all day.

Jane Roe"""
FROM_BOB = (
    "Dear Jane,",
    "I'll be with you at two today, and I'll bring a new valve and the seal that goes with it, so that this is the "
    "last time you have to call us about it.\nUntil then please turn off the tap below the boiler.",
    "How to: https://harris.example/tap – it's £0 for you, of course.",
    "Bob",
)
FROM_JANE = ("Two is fine, thank you.", "The key is next door, at number 6 – ring twice.", "Jane")
AND_AGAIN = ("Found it, it's done.", "The old valve is in the shed – keep it for the insurance.", "Bob")


@dataclass(frozen=True, slots=True)
class Conversation:
    """One customer and Bob, who both use the same program."""

    cloud: LocalCloud
    client: Client
    jane: tuple[str, str]

    def ask(self) -> tuple[EmailMessage, Letter]:
        """Her first mail, and the forward that Bob finds."""
        mail = first_mail(self.jane, SUPPORT, "Boiler leaking", QUESTION, self.cloud.clock.now())
        self.cloud.post(mail, self.jane[1], [SUPPORT])
        return mail, self.forward("our boiler (Vita 30) is leaking")

    def answer(self, letter: Letter, author: tuple[str, str], *words: str, **beside: object) -> EmailMessage:
        """Reply is pressed on a letter, and it is written as the program does."""
        written = Written(author, words, self.cloud.clock.now(), self.client.signature, **beside)  # type: ignore[arg-type]
        mail = self.client.shape(letter, written)
        self.cloud.post(mail, author[1], [answer_address(letter)])
        return mail

    def forward(self, words: str) -> Letter:
        """The one to Bob with these words of this customer's."""
        address = self.jane[1]
        return self.cloud.maildirs.wait_for(BOB[1], lambda one: address in text_of(one) and words in text_of(one))

    def reply(self, words: str) -> Letter:
        return self.cloud.maildirs.wait_for(self.jane[1], lambda one: words in text_of(one))

    def thread(self, letter: Letter) -> Thread:
        """What the table holds of it, once everything is done."""
        self.cloud.wait_until_quiet()
        claim = read_claim(answer_address(letter))
        assert claim is not None
        store = DynamoStore(self.cloud.client("dynamodb"), self.cloud.names.table)
        thread = store.thread(claim.thread_id)
        assert thread is not None
        return thread

    def signed(self, *words: str) -> str:
        return "\n\n".join((*words, self.client.signed)).strip()


def somebody() -> tuple[str, str]:
    """A customer nobody has heard of before."""
    return "Jane Roe", f"jane{next(NUMBERS)}@customer.example"


@pytest.fixture(params=list(CLIENTS.values()), ids=list(CLIENTS))
def conversation(cloud: LocalCloud, request: pytest.FixtureRequest) -> Conversation:
    """Of a customer of its own."""
    return Conversation(cloud, request.param, somebody())


def lines_of(text: str) -> list[str]:
    """Line by line, empty ones included, but for spaces at their ends, which nobody sees."""
    return [line.rstrip() for line in text.strip().split("\n")]


def private(letter: Letter) -> list[str]:
    """What only colleagues may see, found anywhere in a letter: headers, words, page and files."""
    seen = "\n".join((letter.raw.decode("utf-8", "replace"), text_of(letter), html_of(letter))).lower()
    secrets = ("@harris.example", "[card", "vita 30", "promised:", "looks after", "already told us", "x-byname")
    ours = seen.replace("support@harris.example", "").replace("support@help.harris.example", "")
    return [secret for secret in secrets if secret in ours]


def test_jane_reads_exactly_what_bob_wrote_and_the_promise_is_kept(conversation: Conversation) -> None:
    asked, forward = conversation.ask()
    conversation.answer(forward, BOB, *FROM_BOB)
    reply = conversation.reply("I'll be with you at two")
    expected = conversation.signed(*FROM_BOB)
    assert lines_of(text_of(reply)) == lines_of(expected)
    assert lines_of(as_text(html_of(reply), Manner())) == lines_of(expected)
    assert private(reply) == []
    assert reply.header("In-Reply-To") == asked["Message-ID"]
    assert asked["Message-ID"] in reply.header("References").split()
    thread = conversation.thread(forward)
    assert thread.promise is not None
    assert (thread.status, thread.promise.state) == (ThreadStatus.THEIRS, PromiseState.KEPT)


def test_janes_answer_comes_back_to_bob_and_his_next_one_with_its_files_to_her(conversation: Conversation) -> None:
    _, forward = conversation.ask()
    conversation.answer(forward, BOB, *FROM_BOB)
    conversation.answer(conversation.reply("I'll be with you at two"), conversation.jane, *FROM_JANE)

    second = conversation.forward("Two is fine, thank you.")
    assert answer_address(second) == answer_address(forward)
    assert "ring twice." in text_of(second)
    thread = conversation.thread(second)
    assert thread.promise is not None
    assert (thread.owner, thread.status, thread.promise.state) == ("bob", ThreadStatus.OURS, PromiseState.WAITING)
    assert thread.last_words == " ".join(conversation.signed(*FROM_JANE).split())

    picture = PNG if conversation.client.pictures else b""
    conversation.answer(second, BOB, *AND_AGAIN, picture=picture, files=(OFFER,))
    last = conversation.reply("in the shed")
    files = {file.name: file.content for file in files_of(last)}
    assert files == {OFFER.name: OFFER.content} | ({PICTURE_NAME: PNG} if picture else {})
    said, beside = text_of(last).partition(AND_AGAIN[-1])[::2]
    assert said == "\n\n".join((*AND_AGAIN[:-1], ""))
    left = [line for line in lines_of(beside) if line and PICTURE_NAME not in line and line != "[image: image.png]"]
    assert left == [line for line in lines_of(conversation.client.signed) if line]
    assert "cid:" not in last.raw.decode()
    assert private(last) == []
    assert len(conversation.cloud.maildirs.letters(conversation.jane[1])) == 3


@pytest.fixture
def noon(cloud: LocalCloud) -> Iterator[datetime]:
    """When nobody has answered for hours. The clock goes back afterwards."""
    yield MONDAY_MORNING + timedelta(hours=3, minutes=20)
    cloud.clock.turn(MONDAY_MORNING)


def test_an_answer_to_the_reminder_reaches_them_without_it(cloud: LocalCloud, noon: datetime) -> None:
    asked = {name: Conversation(cloud, client, somebody()) for name, client in CLIENTS.items()}
    forwards = {name: one.ask()[1] for name, one in asked.items()}
    cloud.wait_until_quiet()
    cloud.clock.turn(noon)
    cloud.tick()
    for name, one in asked.items():
        one.answer(reminder(cloud, forwards[name]), BOB, *AND_AGAIN)
    replies = {name: one.reply("in the shed") for name, one in asked.items()}
    read = {name: lines_of(text_of(reply)) for name, reply in replies.items()}
    assert read == {name: lines_of(one.signed(*AND_AGAIN)) for name, one in asked.items()}
    assert [name for name, reply in replies.items() if private(reply)] == []


def reminder(cloud: LocalCloud, forward: Letter) -> Letter:
    """To Bob, about the same thread: an answer to it goes where an answer to the forward would."""
    address, first = answer_address(forward), forward.key
    return cloud.maildirs.wait_for(BOB[1], lambda one: answer_address(one) == address and one.key != first)
