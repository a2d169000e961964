"""The scenes by the contact page: it stands, a post is answered by name, the same twice is one, a bounce is told."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode

from byname.cloud.selftest import causes, checks, mails
from byname.cloud.selftest.arrived import nonce_on_page, words_of_page
from byname.cloud.selftest.scene import Handled, Scene, now
from byname.cloud.selftest.telling import Failed, Said
from chalicelib.desk.decision import Acknowledgement, LetterState, Notice, Topic
from chalicelib.desk.model import Receipt
from chalicelib.desk.sending_events import Event
from chalicelib.mail import phrases
from chalicelib.web import form

PAGE_SECONDS = 40
"""A cold start and an API's own limit of 29 seconds fit in."""
PAGE_LIMIT = 1_000_000


def play(scene: Scene) -> None:
    """The page, a post, the same post again."""
    nonce = scene.telling.step(
        "form/page", f"The contact page stands at {scene.deployed.contact_page}", partial(_page, scene)
    )
    if nonce is None:
        scene.telling.not_tried("form/post", "A post is answered by name, and counts once", "there is no page")
        return
    receipt = scene.telling.step(
        "form/post", "A post is answered by name, and counts once", partial(_post, scene, nonce)
    )
    title = "The customer gets the same by mail"
    if receipt is None:
        scene.telling.not_tried("form/letter", title, "the post was not answered")
        return
    scene.telling.step("form/letter", title, partial(_letter, scene, receipt))


def play_bounce(scene: Scene) -> None:
    """A letter to an address that does not exist: SES says so, and a colleague hears of it."""
    title = "A letter that comes back is told to a colleague"
    scene.telling.step("bounce", title, partial(_bounce, scene))


def _page(scene: Scene, said: Said) -> str:
    status, body = _fetch(scene.deployed.contact_page)
    firm = scene.deployed.team.firm.name
    if status != 200:
        raise Failed(f"it answers {status}", _why_no_page(scene, status))
    if firm not in words_of_page(body):
        raise Failed(f"it answers, but does not name {firm}", ["PagesUrl leads somewhere else: look at it yourself."])
    nonce = nonce_on_page(body)
    if not nonce:
        raise Failed("it has no form of ours", ["PagesUrl leads somewhere else: look at it yourself."])
    said.words = f"it names {firm}"
    return nonce


def _post(scene: Scene, nonce: str, said: Said) -> Receipt:
    fields = _fields(scene, scene.run.customer, mails.FORM_WORDS, nonce)
    pages = [_posted(scene, fields) for _ in range(2)]  # as an impatient visitor does
    receipt = _receipt(scene, fields)
    if receipt is None:
        raise Failed(
            "the page says thank you, but byname's table has no such post", ["PagesUrl leads to another stack."]
        )
    team = scene.deployed.team
    owner = scene.person(receipt.owner)
    when = phrases.by_when(receipt.due, receipt.at, team, "en") if receipt.due else ""
    for page in pages:
        if owner.name not in page or when not in page:
            raise Failed(f"the answer does not say that {owner.name} answers {when}", [f"It says: “{page[:200]}”"])
    letters = [one for one in scene.matter(receipt.thread_id).letters if isinstance(one.letter, Acknowledgement)]
    if len(letters) != 1:
        raise Failed(f"two presses of the button made {len(letters)} letters instead of one")
    said.words = f"{owner.name} {when}; pressed twice, it is one message"
    return receipt


def _letter(scene: Scene, receipt: Receipt, said: Said) -> None:
    posted = Handled(receipt.thread_id, receipt.key, "", scene.person(receipt.owner), receipt.because)
    outgoing = scene.sent_letter(Acknowledgement, posted, scene.run.customer)
    mail, letter = scene.arrived(outgoing), outgoing.letter
    assert isinstance(letter, Acknowledgement)  # it was asked for by that type
    deployed = scene.deployed
    faults = list(checks.acknowledgement_faults(mail, letter, deployed.team, deployed.ring))
    if mail.in_reply_to or mails.SUBJECT in mail.subject or scene.run.nonce in mail.text:
        faults.append("it repeats what a stranger wrote")
    if faults:
        raise Failed("the letter came, but " + "; ".join(faults), causes.of_bad_letter(mail))
    said.words = f"{letter.owner.name}; it repeats nothing of what was posted"


def _bounce(scene: Scene, said: Said) -> None:
    customer = scene.run.bouncing_customer
    fields = _fields(scene, customer, mails.BOUNCE_WORDS, f"{scene.run.nonce}-bounce")
    _posted(scene, fields)
    receipt = _receipt(scene, fields)
    if receipt is None:
        raise Failed("byname's table has no such post", ["PagesUrl leads to another stack."])
    told = scene.patience.until(lambda: _told(scene, receipt.thread_id))
    if told is None:
        raise _not_told(scene, receipt)
    said.words = f"{told.to_name} was told; nothing automatic goes to that address any more"


def _told(scene: Scene, thread_id: str) -> Notice | None:
    """The notice to a colleague that a letter did not arrive."""
    letters = (one.letter for one in scene.matter(thread_id).letters)
    return next((one for one in letters if isinstance(one, Notice) and one.topic is Topic.UNSENT), None)


def _not_told(scene: Scene, receipt: Receipt) -> Failed:
    matter = scene.matter(receipt.thread_id)
    outgoing = matter.letter(Acknowledgement, receipt.key, scene.run.bouncing_customer)
    if outgoing is None or not outgoing.ses_id:
        found = scene.searcher.of_sending(None)
        causes_found = causes.of_unsent_letter(outgoing, found, receipt.because)
        return Failed("the letter that should come back was not sent", causes_found)
    fate = scene.ears.fate(outgoing.ses_id)
    if fate is None or fate.event is not Event.BOUNCED:
        return Failed("SES has not told of the bounce yet", ["SES may be slow: try --timeout 300."])
    if outgoing.state is LetterState.FAILED:
        return Failed(
            "byname knows that it came back, but told nobody", ["There may be nobody else to tell: team.toml."]
        )
    words = "SES told that it came back, and byname has not heard"
    return Failed(words, causes.of_unheard_events(scene.searcher.of_feedback()))


# --- the form, as a browser sends it ----------------------------------------------------------------------------


def _fields(scene: Scene, customer: str, words: str, nonce: str) -> dict[str, str]:
    message = words.format(nonce=scene.run.nonce)
    return {"name": mails.NAME, "email": customer, "subject": mails.SUBJECT, "message": message, "nonce": nonce}


def _receipt(scene: Scene, fields: Mapping[str, str]) -> Receipt | None:
    """What byname did with this post; waits for it when it was kept for the queue to answer."""
    post = form.read_post(urlencode(fields).encode(), "application/x-www-form-urlencoded")
    key = form.post_key(post, now().date().isoformat())  # the nonce decides; the day counts only without one
    return scene.patience.until(lambda: scene.rows.receipt(key))


def _posted(scene: Scene, fields: Mapping[str, str]) -> str:
    """What the page says to this post. Raises Failed."""
    status, body = _fetch(scene.deployed.contact_page, urlencode(fields).encode())
    if status not in (200, 202):
        raise Failed(f"the post is answered {status}", _why_no_page(scene, status))
    return words_of_page(body)


def _fetch(address: str, body: bytes | None = None) -> tuple[int, str]:
    """Status and body; status 0 when nobody answers, and then the body says why."""
    headers = {"Accept": "text/html", "User-Agent": "byname selftest"}
    request = urllib.request.Request(address, body, headers)  # noqa: S310 - the stack's own address
    try:
        with urllib.request.urlopen(request, timeout=PAGE_SECONDS) as answer:  # noqa: S310 - as above
            return answer.status, answer.read(PAGE_LIMIT).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(PAGE_LIMIT).decode("utf-8", "replace")
    except OSError as error:
        return 0, str(error)


def _why_no_page(scene: Scene, status: int) -> tuple[str, ...]:
    match status:
        case 0:
            return ("Nobody answers at that address: is it the right one? --pages names another.",)
        case 429:
            return ("The API's throttle is at its limit: somebody is posting a lot. Try again in a minute.",)
        case 403 | 404:
            return ("The address leads past the API's stage, or something in front of it refuses: look at PagesUrl.",)
        case _:
            error = scene.searcher.page_error() or "its log says where"
            return (f"The function behind the page fails: {error}.",)
