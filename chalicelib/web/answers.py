"""What a program that posts the form hears, and what kind of answer it wants.

The shapes are those Formspree's clients know (`errors` with `field`, `code`, `message`), so a site can keep its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from chalicelib.desk.team import PublicPerson, Team
from chalicelib.errors import Fault
from chalicelib.web.problems import problem_for

Answer = dict[str, object]
"""A JSON object, ready for `json.dumps`."""


def success(owner: PublicPerson, due: datetime, when: str) -> Answer:
    """200: who answers and by when; `when` is `due` as a person says it ("by 13:15 today")."""
    return {
        "ok": True,
        "answered_by": owner.name,
        "by": due.isoformat(),
        "when": when,
        "message": f"{owner.name} has your message and will answer {when}.",
    }


def kept() -> Answer:
    """202: the message is safe, but nobody has it yet, so nobody is named."""
    return {"ok": True, "message": "We have your message. You will hear by mail who answers it, and by when."}


def refusal(faults: Iterable[Fault]) -> Answer:
    """Every fault, to go with `status_of`."""
    errors = [{"field": fault.place, "code": fault.code, "message": fault.message} for fault in faults]
    return {"ok": False, "errors": errors}


def status_of(faults: Iterable[Fault]) -> int:
    """415 for a body that is neither form nor JSON, 422 for fields that must be mended."""
    return 415 if any(fault.code == "UNSUPPORTED" for fault in faults) else 422


def problem(team: Team, status: int) -> Answer:
    """What went wrong with the whole request, and what to do instead."""
    found = problem_for(status)
    address = team.mailbox(team.form.mailbox).address
    message = f"{found.title}. {found.mend} You can also write to {address}."
    return refusal([Fault("form", message, found.code)])


def wants_json(accept: str, content_type: str) -> bool:
    """Does the caller want JSON: did it send JSON, or does its Accept header prefer it to a page?"""
    if content_type.partition(";")[0].strip().lower() == "application/json":
        return True
    wishes = dict(_wish(part) for part in accept.split(","))
    return wishes.get("application/json", 0.0) > wishes.get("text/html", 0.0)


def cors_headers(origin: str, team: Team) -> dict[str, str]:
    """Leave to read the answer, for the firm's own web pages and nobody else's. Never with credentials."""
    if origin not in team.form.origins:
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "POST, GET, OPTIONS",
        "Access-Control-Allow-Headers": "Content-Type",
        "Access-Control-Max-Age": "600",
        "Vary": "Origin",
    }


def _wish(part: str) -> tuple[str, float]:
    """One entry of an Accept header as (media type, weight); a weight that cannot be read counts as none given."""
    media_type, *parameters = (word.strip().lower() for word in part.split(";"))
    weight = next((word[2:] for word in parameters if word.startswith("q=")), "1")
    try:
        return media_type, float(weight)
    except ValueError:
        return media_type, 1.0
