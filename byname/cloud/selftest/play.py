"""The whole self test: take away what an earlier one left, open the test customer's mailbox, play, take it all away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from byname.cloud.account import Account, explained
from byname.cloud.receiving import active
from byname.cloud.selftest import by_form, by_mail, causes, mails
from byname.cloud.selftest.deployed import Deployed
from byname.cloud.selftest.desk_rows import DeskRows
from byname.cloud.selftest.diary import Diary
from byname.cloud.selftest.evidence import Searcher
from byname.cloud.selftest.patience import Patience
from byname.cloud.selftest.postbox import Postbox, remove_rule
from byname.cloud.selftest.posting import Posting
from byname.cloud.selftest.run import Run, new_run
from byname.cloud.selftest.scene import Scene, now
from byname.cloud.selftest.signing import Signing
from byname.cloud.selftest.telling import Failed, Said, Telling
from byname.cloud.selftest.tidy import Broom
from byname.console import Console
from chalicelib.desk.team import Mailbox

PROBES = 3
"""How often the test writes to itself before its mailbox counts as shut: a new rule may need a moment."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be played."""

    mailboxes: Sequence[Mailbox]
    mail: bool = True
    form: bool = True
    bounce: bool = True
    public: bool = False
    """Also by the addresses that customers see."""
    by_hand_within: float = 0
    """Seconds a colleague has to answer; 0: an answer is played."""
    step_seconds: float = 120
    keep: bool = False
    resolver: str = ""
    """The DNS server to ask when mail does not find its way."""


def play(account: Account, deployed: Deployed, wanted: Wanted, console: Console) -> Telling:
    """Plays everything that is wanted and leaves nothing behind, whatever happens on the way."""
    telling, broom = Telling(console), Broom(account, deployed)
    with explained("taking away what an earlier self test left"):
        clear_leftovers(broom, console)
    with _scene(account, deployed, wanted, telling) as scene:
        opened = telling.step("mailbox", "Mail from us to the test customer arrives", partial(_open, scene, broom))
        if opened is not None:
            _play(scene, wanted)
    return telling


def _play(scene: Scene, wanted: Wanted) -> None:
    for box in wanted.mailboxes if wanted.mail else ():
        by_mail.play(scene, box, wanted.by_hand_within)
    for box in wanted.mailboxes if wanted.public else ():
        by_mail.play_public(scene, box)
    if wanted.form:
        by_form.play(scene)
    if wanted.bounce:
        by_form.play_bounce(scene)


def clear_leftovers(broom: Broom, console: Console) -> None:
    """What tests left that were killed. One that is still running elsewhere is left alone."""
    for run in broom.leftovers(now()):
        if run.ended and not broom.traces.threads(run):
            continue  # it went as it should, and what was still on the way has not turned up
        with console.step(f"What the self test {run.nonce} left behind") as shown:
            outstanding = broom.clear(run, now())
            shown.said("taken away" + (", but some of its mail is still on the way" if outstanding else ""))
    for rule in broom.stray_rules():
        with console.step(f"The receipt rule {rule} of an earlier self test") as shown:
            remove_rule(broom.account, rule)
            shown.said("taken away")


@contextmanager
def _scene(account: Account, deployed: Deployed, wanted: Wanted, telling: Telling) -> Iterator[Scene]:
    """The stage, and its end: whatever happens in between, also Ctrl-C, everything made is taken away."""
    with explained("preparing the self test"):
        scene = _prepared(account, deployed, wanted, telling)
    try:
        yield scene
    finally:
        with explained("taking the self test away again (the next one will)"):
            _strike(Broom(account, deployed), scene, wanted, telling.console)


def _prepared(account: Account, deployed: Deployed, wanted: Wanted, telling: Telling) -> Scene:
    dynamodb, bucket = account.client("dynamodb"), deployed["MailBucket"]
    run = new_run(deployed.stack, deployed.domain, now())
    return Scene(
        deployed=deployed,
        diary=Diary(dynamodb, deployed["TableName"], run),
        rows=DeskRows(dynamodb, deployed["TableName"]),
        postbox=Postbox(account.client("ses"), account.client("s3"), bucket, run),
        ears=Broom(account, deployed).ears(run),
        posting=Posting(account, deployed["ConfigurationSet"]),
        signing=Signing(account),
        searcher=Searcher(account, deployed, run.began, wanted.resolver),
        patience=Patience(wanted.step_seconds),
        telling=telling,
    )


def _open(scene: Scene, broom: Broom, said: Said) -> Run:
    """The rule, our ears, and a mail from the test customer to itself as the proof."""
    rule_set = active(broom.account).name
    if not rule_set:
        raise Failed("no receipt rule set is active", ["SES takes no mail at all: `byname deploy` makes a rule set."])
    with explained("opening the test customer's mailbox"):
        scene.ears.listen()
        scene.postbox.open(rule_set)
    for _ in range(PROBES):
        mail = mails.probe(scene.run.customer, scene.deployed.instance, scene.run.nonce)
        ses_id = scene.posting.send(mail)
        if replace(scene.patience, seconds=scene.patience.seconds / PROBES).until(
            lambda: scene.postbox.mails() or None
        ):
            said.words = f"{scene.run.customer}, for as long as this test runs"
            return scene.run
    found = scene.searcher.of_receiving(scene.deployed.message_id(ses_id), scene.ears.fate(ses_id))
    words = f"it has not arrived in {scene.patience.seconds:g} s"
    raise Failed(words, causes.of_closed_postbox(found))


def _strike(broom: Broom, scene: Scene, wanted: Wanted, console: Console) -> None:
    title = "The test's threads are closed" if wanted.keep else "Everything the test made is taken away"
    with console.step(title) as shown:
        outstanding = broom.clear(scene.run, now(), keep=wanted.keep)
        if wanted.keep:
            shown.said(f"and left to be looked at until the next self test: {scene.run.customer}")
        elif outstanding:
            mails_left = "1 of its mails is" if len(outstanding) == 1 else f"{len(outstanding)} of its mails are"
            shown.said(f"but {mails_left} still on the way; the next self test takes away what comes of it")
