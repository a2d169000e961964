"""What the scenes share: the stack, the test customer, and waiting for a mail to be handled or a letter to arrive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from byname.cloud.selftest import causes
from byname.cloud.selftest.arrived import Arrived
from byname.cloud.selftest.deployed import Deployed
from byname.cloud.selftest.desk_rows import DeskRows, Matter
from byname.cloud.selftest.diary import Diary
from byname.cloud.selftest.ears import Ears
from byname.cloud.selftest.evidence import Evidence, Searcher
from byname.cloud.selftest.mails import Written
from byname.cloud.selftest.patience import Patience
from byname.cloud.selftest.postbox import Postbox
from byname.cloud.selftest.posting import Posting
from byname.cloud.selftest.run import Run
from byname.cloud.selftest.signing import Signing
from byname.cloud.selftest.telling import Failed, Telling
from chalicelib.desk.decision import Letter, LetterState, Outgoing
from chalicelib.desk.model import Message
from chalicelib.desk.sending_events import Event, SendingEvent
from chalicelib.desk.team import StaffMember


@dataclass(frozen=True, slots=True)
class Handled:
    """A mail or post that byname has handled: the thread it came to, and its entry there."""

    thread_id: str
    delivery_key: str
    message_id: str
    owner: StaffMember
    because: str


@dataclass(frozen=True, slots=True)
class _End:
    """Where the journey of a mail to us ended."""

    thread_id: str
    bounced: SendingEvent | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a step may touch."""

    deployed: Deployed
    diary: Diary
    rows: DeskRows
    postbox: Postbox
    ears: Ears
    posting: Posting
    signing: Signing
    searcher: Searcher
    patience: Patience
    telling: Telling

    @property
    def run(self) -> Run:
        return self.diary.run

    def send(self, mail: Written) -> str:
        """SES's id of it. Raises Failed."""
        ses_id = self.posting.send(mail)
        self.diary.sent(self.deployed.message_id(ses_id))
        return ses_id

    # --- our mail to byname ---

    def handled(
        self,
        ses_id: str,
        sender: str,
        unhandled: Callable[[Evidence], tuple[str, ...]] = causes.of_unhandled_mail,
        on_thread: str = "",
    ) -> Handled:
        """What became of our mail. Raises Failed; `unhandled`: what it means when nothing did.

        `on_thread`: where a colleague's answer should turn up: of those only the thread itself knows.
        """
        message_id = self.deployed.message_id(ses_id)
        end = self.patience.until(lambda: self._end(ses_id, message_id, sender, on_thread))
        if end is None:
            found = self.searcher.of_receiving(message_id, self.ears.fate(ses_id))
            raise Failed(f"byname has not handled it in {self.patience.seconds:g} s", unhandled(found))
        self.diary.handled(message_id)
        if end.bounced is not None:
            raise Failed("the mail came back", unhandled(self.searcher.of_receiving(message_id, end.bounced)))
        matter = self.matter(end.thread_id)
        entry = matter.message(message_id)
        if entry is None:
            raise Failed(f"the thread {matter.thread.reference} does not hold the mail that led to it")
        return self._as_handled(matter, entry)

    def _end(self, ses_id: str, message_id: str, sender: str, on_thread: str) -> _End | None:
        found = self.rows.thread_of_mail(message_id, sender)
        if found or (on_thread and self.matter(on_thread).message(message_id)):
            return _End(found or on_thread)
        fate = self.ears.fate(ses_id)
        return _End("", fate) if fate is not None and fate.event is not Event.DELIVERED else None

    def _as_handled(self, matter: Matter, entry: Message) -> Handled:
        thread = matter.thread
        return Handled(thread.id, entry.key, entry.message_id, self.person(thread.owner), entry.because)

    def matter(self, thread_id: str) -> Matter:
        matter = self.rows.matter(thread_id)
        if matter is None:
            raise Failed("the thread is gone from the table", ["Somebody, or another self test, deleted it."])
        return matter

    def person(self, key: str) -> StaffMember:
        team = self.deployed.team
        return team.person(key) or team.principal

    # --- byname's letters to us ---

    def sent_letter(self, kind: type[Letter], handled: Handled, recipient: str) -> Outgoing:
        """The letter of this kind, once SES has taken it. Raises Failed with why not."""
        outgoing = self.patience.until(lambda: self._settled(kind, handled, recipient))
        if outgoing is None or outgoing.state is not LetterState.SENT:
            now = outgoing or self.matter(handled.thread_id).letter(kind, handled.delivery_key, recipient)
            raise self._unsent(kind, handled, now)
        return outgoing

    def _unsent(self, kind: type[Letter], handled: Handled, outgoing: Outgoing | None) -> Failed:
        found = self.searcher.of_sending(None)
        words = f"the {kind.kind} was not sent" if outgoing else f"there is no {kind.kind}"
        return Failed(words, causes.of_unsent_letter(outgoing, found, handled.because))

    def _settled(self, kind: type[Letter], handled: Handled, recipient: str) -> Outgoing | None:
        matter = self.matter(handled.thread_id)
        found = matter.letter(kind, handled.delivery_key, recipient)
        if found is None:  # letters are written in one transaction with what causes them: it will not come
            raise self._unsent(kind, handled, None)
        return found if found.state in (LetterState.SENT, LetterState.FAILED, LetterState.HELD) else None

    def arrived(self, outgoing: Outgoing) -> Arrived:
        """The letter in the test customer's mailbox. Raises Failed with why it is not there."""
        message_id = self.deployed.message_id(outgoing.ses_id)
        mail = self.patience.until(lambda: self.postbox.find(message_id))
        if mail is None:
            found = self.searcher.of_sending(self.ears.fate(outgoing.ses_id))
            words = f"the {outgoing.letter.kind} was sent but has not arrived in {self.patience.seconds:g} s"
            raise Failed(words, causes.of_unsent_letter(outgoing, found))
        return mail

    def delivered(self, outgoing: Outgoing) -> SendingEvent:
        """SES's word that the recipient's mail server took it. Raises Failed."""
        fate = self.patience.until(lambda: self.ears.fate(outgoing.ses_id))
        if fate is not None and fate.event is Event.DELIVERED:
            return fate
        delays = [event.reason for event in self.ears.about(outgoing.ses_id) if event.event is Event.DELAYED]
        words = "SES says that it came back" if fate else "SES has not delivered it yet"
        raise Failed(words + (f" ({delays[-1]})" if delays else ""), _why_not_delivered(outgoing, fate))


def _why_not_delivered(outgoing: Outgoing, fate: SendingEvent | None) -> tuple[str, ...]:
    to = outgoing.letter.to
    if fate is None:
        return (f"The mail server behind {to} is slow or not there; SES goes on trying for hours.",)
    return (
        f"{to}: {fate.reason}.",
        "If the address is right, SES may hold it on the account's suppression list because it bounced before: "
        "`byname doctor` shows and clears it.",
    )


def now() -> datetime:
    return datetime.now(UTC)
