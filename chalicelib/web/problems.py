"""What can be wrong with a whole request: a sentence for the person, and the mend."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong: what, and what helps."""

    status: int
    code: str
    """For programs."""
    title: str
    """A sentence without its full stop: the page's heading."""
    mend: str


_GO_BACK = "Your words are still in the form: go back to them in your browser, copy them and send them by mail instead."

PROBLEMS = (
    Problem(400, "MALFORMED", "We couldn’t read what was sent", "It has not reached us. Please try again."),
    Problem(403, "FORBIDDEN", "This page is not open to you", "Use the newest link we sent you."),
    Problem(404, "NOT_FOUND", "There is nothing at this address", "Check it for a missing letter at the end."),
    Problem(405, "METHOD", "This page cannot do that", "Open the form again and send it from there."),
    Problem(410, "GONE", "This link has run out", "Use the newest link we sent you, or ask us for a new one."),
    Problem(413, "TOO_LARGE", "Your message is longer than this form can carry", _GO_BACK),
    Problem(415, "UNSUPPORTED", "This form can only carry words", "Send files as attachments, by mail."),
    Problem(429, "TOO_MANY", "That was a lot of messages in a short time", "Please wait a few minutes. " + _GO_BACK),
    Problem(503, "UNAVAILABLE", "We couldn’t take your message just now", "It has not reached us. " + _GO_BACK),
)
_OTHERWISE = Problem(500, "FAILED", "Something went wrong on our side", "We cannot be sure that it reached us.")


def problem_for(status: int) -> Problem:
    """What to say with this HTTP status; the most careful words for one that is not listed."""
    return next((problem for problem in PROBLEMS if problem.status == status), _OTHERWISE)
