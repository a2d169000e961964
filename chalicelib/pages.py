"""One request, one answer: what our pages and the form's address say. Values in, values out; `app.py` is the door."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from chalicelib.desk.team import Team, public
from chalicelib.errors import BynameError, Fault, Refused
from chalicelib.web import answers, form
from chalicelib.web import pages as html

if TYPE_CHECKING:
    # With all they name, a fifth of the contact page's cold start.
    from chalicelib.desk.model import AttachmentRef, Message, Receipt
    from chalicelib.ports import Services

LINK_SECONDS = 300
"""How long a download link works after the button was pressed."""
_OUTAGE = Fault(
    "form", "We could not take your message just now. Your words are still here: please press Send again", "TRY_AGAIN"
)


@dataclass(frozen=True, slots=True)
class Request:
    """The parts of an HTTP request that our pages read. Header names are lower case."""

    headers: Mapping[str, str]
    body: bytes = b""

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    @property
    def wants_json(self) -> bool:
        return answers.wants_json(self.header("accept"), self.header("content-type"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: status, headers and text."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    receipt: Receipt | None = None
    """What was done with the post, for whoever keeps the log."""


def show_form(team: Team, now: datetime) -> Answer:
    """GET /contact. Needs no table and no bucket, so it stays up when they do not answer."""
    return _page(200, html.contact(team, _nonce(), now=now))


def take_post(request: Request, services: Services) -> Answer:
    """POST /contact: by a browser's form or by a program; the answer is a page or JSON."""
    cors = answers.cors_headers(request.header("origin"), services.team)
    answer = _take(request, services)
    return replace(answer, headers={**answer.headers, **cors})


def preflight(request: Request, team: Team) -> Answer:
    """OPTIONS /contact: may that site's script post here?"""
    return Answer(204, "", answers.cors_headers(request.header("origin"), team))


def problem(team: Team, status: int, *, as_json: bool = False) -> Answer:
    """What went wrong, and how to reach us all the same."""
    if as_json:
        return _json(status, answers.problem(team, status))
    return _page(status, html.problem(team, status))


def _take(request: Request, services: Services) -> Answer:
    from chalicelib import flows  # the form's GET must not wait for all it imports

    if form.too_large(request.body):
        return problem(services.team, 413, as_json=request.wants_json)
    fields = form.Fields()
    try:
        fields = form.read_fields(request.body, request.header("content-type"))
        receipt = flows.receive_form(form.check(fields), services)
    except Refused as refused:
        return _refusal(request, services, fields, refused.faults)
    except BynameError:  # the bucket did not take it: nothing is safe yet, so the words stay on the page
        return _refusal(request, services, fields, (_OUTAGE,), status=503)
    return replace(_thanks(request, services, receipt), receipt=receipt)


def _refusal(
    request: Request, services: Services, fields: form.Fields, faults: tuple[Fault, ...], status: int = 0
) -> Answer:
    status = status or answers.status_of(faults)
    if request.wants_json:
        return _json(status, answers.refusal(faults))
    if status == 415:
        return problem(services.team, 415)
    nonce = fields.nonce or _nonce()
    return _page(status, html.contact(services.team, nonce, fields, faults, services.clock.now()))


def _thanks(request: Request, services: Services, receipt: Receipt | None) -> Answer:
    from chalicelib.mail import phrases

    team, language = services.team, html.LANGUAGE
    person = team.person(receipt.owner) if receipt else None
    if receipt is None or person is None or receipt.due is None:
        if request.wants_json:
            return _json(202, answers.kept())
        return _page(202, html.kept(team, phrases.phone_line(team, services.clock.now(), language)))
    owner, when = public(person), phrases.by_when(receipt.due, receipt.at, team, language)
    if request.wants_json:
        return _json(200, answers.success(owner, receipt.due, when))
    if receipt.urgent and team.urgent:
        on_call = phrases.on_call(owner.name, receipt.at, team)
        return _page(200, html.thanks_urgent(team, owner, when, phrases.number_of(owner, team), on_call))
    phone_line = phrases.phone_line(team, receipt.at, language, named=(owner.name,))
    return _page(200, html.thanks(team, owner, when, phone_line))


def show_files(token: str, services: Services) -> Answer:
    """GET /files/TOKEN: the files of one message. Looking changes nothing."""
    listed = _files_of(token, services)
    if not listed:
        return problem(services.team, 404)
    # The button's answer redirects to the bucket, and browsers hold that redirect to the form's policy.
    origin = "/".join(services.files.link(listed[0].key, "x", "text/plain", 1).split("/")[:3])
    return Answer(200, html.files(services.team, listed, token), html.headers(origin))


def download_file(token: str, request: Request, services: Services) -> Answer:
    """POST /files/TOKEN: a link that works for some minutes, made when it is asked for."""
    listed = _files_of(token, services)
    index = _index(request.body)
    if index is None or index >= len(listed):
        return problem(services.team, 404)
    ref = listed[index]
    link = services.files.link(ref.key, ref.name, ref.content_type, LINK_SECONDS)
    return Answer(303, "", {"Location": link, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})


def _files_of(token: str, services: Services) -> tuple[AttachmentRef, ...]:
    """The files a token is for; none for a token that is not ours, whatever is wrong with it."""
    from chalicelib.desk.model import folder_of
    from chalicelib.desk.signed_addresses import Purpose, party_of, read_token

    claim = read_token(token)
    if claim is None or claim.purpose is not Purpose.FILES:
        return ()
    messages = services.store.messages(claim.thread_id)
    refs = [ref for message in messages for ref in message.attachments if _may_be_fetched(ref, message)]
    folder = party_of(claim, {folder_of(ref) for ref in refs}, services.ring)
    return tuple(ref for ref in refs if folder and folder_of(ref) == folder)


def _may_be_fetched(ref: AttachmentRef, message: Message) -> bool:
    """A colleague's raw mail holds our card; it is nobody's file, whatever a row may say."""
    from chalicelib.desk.model import Party

    return message.party is not Party.STAFF or ref.key.startswith("parts/")


def _index(body: bytes) -> int | None:
    """Which file's button was pressed."""
    value = dict(parse_qsl(body[:1_000].decode("ascii", "replace"))).get("index", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 5 else None


def _nonce() -> str:
    return secrets.token_urlsafe(12)


def _page(status: int, body: str) -> Answer:
    return Answer(status, body, html.headers())


def _json(status: int, value: answers.Answer) -> Answer:
    return Answer(status, json.dumps(value), {"Content-Type": "application/json", "Cache-Control": "no-store"})
