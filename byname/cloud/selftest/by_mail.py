"""The scenes by mail: a question, the letters it causes, a colleague's answer, and the customer's word in return."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from byname.cloud.selftest import causes, checks, mails
from byname.cloud.selftest.arrived import Arrived
from byname.cloud.selftest.scene import Handled, Scene, now
from byname.cloud.selftest.signing import stand_in
from byname.cloud.selftest.telling import Failed, NotTried, Said
from chalicelib.desk.decision import Acknowledgement, Forward, Reply
from chalicelib.desk.model import Message, Party, ThreadStatus
from chalicelib.desk.sending_events import SendingEvent
from chalicelib.desk.signed_addresses import Purpose, write_address
from chalicelib.desk.team import Mailbox
from chalicelib.mail import phrases

Value = TypeVar("Value")

TITLES = {
    "question": "A mail to {address} is taken on by name",
    "acknowledgement": "The customer is told who answers, and by when",
    "forward": "It is in the mailbox of whoever answers",
    "feedback": "byname hears what became of its letter",
    "reply": "A colleague's answer reaches the customer, word for word",
    "answer": "The customer writes again and gets the same person",
}
"""The steps in order: their names for programs, and for people."""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The forward in a colleague's mailbox."""

    message_id: str
    delivered: SendingEvent


def play(scene: Scene, box: Mailbox, by_hand_within: float = 0) -> None:
    """All of it for one mailbox. `by_hand_within`: seconds a colleague has to answer; 0: we play one."""

    def step(name: str, act: Callable[[Said], Value]) -> Value | None:
        return scene.telling.step(f"{box.key}/{name}", TITLES[name].format(address=box.receives_at), act)

    asked = step("question", partial(_ask, scene, box.receives_at))
    if asked is None:
        for name in list(TITLES)[1:]:
            scene.telling.not_tried(f"{box.key}/{name}", TITLES[name], "there is no thread to go on with")
        return
    letter = step("acknowledgement", partial(_acknowledged, scene, asked))
    forwarded = step("forward", partial(_forwarded, scene, asked))
    step("feedback", partial(_heard, scene, forwarded))
    answered = (
        partial(_by_hand, scene, asked, by_hand_within) if by_hand_within else partial(_played, scene, asked, box)
    )
    letter = step("reply", partial(_relayed, scene, asked, forwarded, answered)) or letter
    step("answer", partial(_wrote_again, scene, asked, letter))


def play_public(scene: Scene, box: Mailbox) -> None:
    """A mail to the address customers see: the firm's mail provider must pass it on."""
    title = f"A mail to {box.address} is passed on to byname"
    scene.telling.step(f"{box.key}/public", title, partial(_ask_in_public, scene, box))


# --- the customer asks ------------------------------------------------------------------------------------------


def _ask(scene: Scene, to: str, said: Said) -> Handled:
    run, team = scene.run, scene.deployed.team
    ses_id = scene.send(mails.question(run.customer, to, team.firm.name, run.nonce))
    asked = scene.handled(ses_id, run.customer)
    thread = scene.matter(asked.thread_id).thread
    said.words = f"{asked.owner.name} has it, because {thread.because}"
    if thread.promise is not None:
        when = phrases.by_when(thread.promise.due, thread.promise.made_at, team, "en")
        said.words += f"; promised {when}"
    return asked


def _ask_in_public(scene: Scene, box: Mailbox, said: Said) -> None:
    run, firm = scene.run, scene.deployed.team.firm.name
    ses_id = scene.send(mails.question(run.customer, box.address, firm, run.nonce))
    unhandled = partial(causes.of_forwarding, shown=box.address, receives_at=box.receives_at)
    asked = scene.handled(ses_id, run.customer, unhandled)
    said.words = f"{asked.owner.name} has it"


# --- what it causes ---------------------------------------------------------------------------------------------


def _acknowledged(scene: Scene, asked: Handled, said: Said) -> Arrived:
    outgoing = scene.sent_letter(Acknowledgement, asked, scene.run.customer)
    mail, letter = scene.arrived(outgoing), outgoing.letter
    assert isinstance(letter, Acknowledgement)  # it was asked for by that type
    team, ring = scene.deployed.team, scene.deployed.ring
    faults = (*checks.acknowledgement_faults(mail, letter, team, ring), *checks.signature_faults(mail))
    if faults:
        raise Failed("the letter came, but " + "; ".join(faults), causes.of_bad_letter(mail))
    when = phrases.by_when(letter.due, letter.decided_at, team, letter.language)
    said.words = (
        f"{letter.owner.name} {when}; signed by {', '.join(mail.signed_by)}; SPF, DKIM: pass, DMARC: {mail.dmarc}"
    )
    said.notes.extend(checks.signature_notes(mail))
    if not letter.full:
        said.notes.append("The sender counted as unverified, so it was the short fixed letter: see SES's verdicts.")
    return mail


def _forwarded(scene: Scene, asked: Handled, said: Said) -> Forwarded:
    outgoing = scene.sent_letter(Forward, asked, asked.owner.key)
    delivered = scene.delivered(outgoing)
    said.words = f"{asked.owner.name}'s mail server took it ({outgoing.letter.to})"
    return Forwarded(scene.deployed.message_id(outgoing.ses_id), delivered)


def _heard(scene: Scene, forwarded: Forwarded | None, said: Said) -> None:
    if forwarded is None:
        raise NotTried("the forward did not arrive")
    happened = forwarded.delivered.at

    def heard() -> bool | None:
        at = scene.rows.events_alive_at()
        return True if at is not None and at >= happened else None

    if scene.patience.until(heard) is None:
        words = f"SES told of the delivery, and byname has not heard it in {scene.patience.seconds:g} s"
        raise Failed(words, causes.of_unheard_events(scene.searcher.of_feedback()))
    said.words = "SES's report of the delivery came through"


# --- a colleague answers ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """What a colleague wrote, as the thread has it."""

    entry: Message
    words: str = ""
    """Just what they wrote; empty when only they know."""


def _relayed(
    scene: Scene,
    asked: Handled,
    forwarded: Forwarded | None,
    answered: Callable[[Forwarded, Said], Answer],
    said: Said,
) -> Arrived:
    if forwarded is None:
        raise NotTried("the forward that a colleague would answer did not arrive")
    answer = answered(forwarded, said)
    if answer.entry.note:
        raise Failed(
            f"the answer was not passed on: {answer.entry.because}", causes.of_held_answer(scene.deployed.domain)
        )
    reply = replace(asked, delivery_key=answer.entry.key, because=answer.entry.because)
    outgoing = scene.sent_letter(Reply, reply, scene.run.customer)
    mail, letter = scene.arrived(outgoing), outgoing.letter
    assert isinstance(letter, Reply)  # it was asked for by that type
    team, ring = scene.deployed.team, scene.deployed.ring
    faults = checks.reply_faults(mail, letter, answer.words or letter.text, team, ring)
    if faults := (*faults, *checks.signature_faults(mail)):
        raise Failed("the answer came, but " + "; ".join(faults), causes.of_bad_letter(mail))
    kept = scene.matter(asked.thread_id).thread.status is ThreadStatus.THEIRS
    said.words += f"; the promise is {'kept' if kept else 'still running'}"
    return mail


def _played(scene: Scene, asked: Handled, box: Mailbox, forwarded: Forwarded, said: Said) -> Answer:
    team = scene.deployed.team
    try:
        person, address = stand_in(asked.owner, team, scene.rows.away_until, scene.signing.signs_for, now())
    except LookupError as reason:
        raise NotTried(f"{reason}. Answer the mail yourself, with --wait.") from None
    signed = write_address(box.receives_at, Purpose.STAFF_REPLY, asked.thread_id, person.key, scene.deployed.ring)
    mail = mails.staff_reply(address, person.name, signed, forwarded.message_id, scene.run.nonce)
    handled = scene.handled(scene.send(mail), address, on_thread=asked.thread_id)
    entry = scene.matter(asked.thread_id).message(handled.message_id)
    if entry is None:
        raise Failed("it was not taken for an answer, and opened a thread", [f"byname says: {handled.because}."])
    said.words = f"written as {person.name} from {address}"
    return Answer(entry, mails.STAFF_WORDS.format(nonce=scene.run.nonce))


def _by_hand(scene: Scene, asked: Handled, seconds: float, _: Forwarded, said: Said) -> Answer:
    minutes = f"{seconds / 60:g} minutes"
    scene.telling.console.say(f"    {asked.owner.name}: please answer “{mails.SUBJECT}” in your mailbox, in {minutes}.")

    def came() -> Message | None:
        scene.diary.alive()
        messages = scene.matter(asked.thread_id).messages
        return next((one for one in reversed(messages) if one.party is Party.STAFF), None)

    entry = replace(scene.patience, seconds=seconds).until(came)
    if entry is None:
        raise NotTried(f"nobody answered the mail in {minutes}")
    said.words = f"{scene.person(entry.author).name} answered"
    return Answer(entry)


# --- the customer writes again ----------------------------------------------------------------------------------


def _wrote_again(scene: Scene, asked: Handled, letter: Arrived | None, said: Said) -> None:
    if letter is None:
        raise NotTried("the customer has no letter to answer")
    run = scene.run
    ses_id = scene.send(mails.customer_answer(run.customer, letter.reply_to, letter.message_id, run.nonce))
    again = scene.handled(ses_id, run.customer)
    if again.thread_id != asked.thread_id:
        raise Failed("it opened a new thread instead of coming back to its own", [f"byname says: {again.because}"])
    if again.owner.key != asked.owner.key:
        raise Failed(f"it went to {again.owner.name} instead of {asked.owner.name}", [f"byname says: {again.because}"])
    scene.sent_letter(Forward, again, again.owner.key)
    said.words = f"{again.owner.name} has it, on the same thread"
