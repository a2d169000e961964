"""The team in force and the file here: whole, the same, and reaching far enough ahead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from byname.cloud.doctor.finding import Finding, broken, warn, well
from byname.cloud.doctor.place import NoStack, Place
from byname.cloud.team_changes import differences
from byname.team.check import check
from chalicelib.desk.hours import Calendar
from chalicelib.desk.team import Team
from chalicelib.errors import Misconfigured, Refused

SOON = timedelta(days=60)
_FEW = 3


@dataclass(frozen=True, slots=True)
class Teams:
    """What is known of both. A fault is a sentence; an empty one means there is none."""

    file: Path
    here: Team | None = None
    here_fault: str = ""
    in_force: Team | None = None
    in_force_fault: str = ""
    pushed: bool = False
    same_words: bool = False
    """The file here is, word for word, what was pushed."""
    has_public_holidays: bool = False
    """Somebody's calendar in force follows a country's."""
    today: date = date.min
    deployed: bool = True
    """There is a stack."""


def teams_of(place: Place) -> Teams:
    here, here_fault, text = None, "", ""
    try:
        if place.file is not None:
            text, here = place.file
    except Refused as refused:
        count = len(refused.faults)
        here_fault = "1 thing to mend" if count == 1 else f"{count} things to mend"
    deployed, stored = True, None
    try:
        stored = place.stored
    except NoStack:
        deployed = False
    in_force, in_force_fault = None, ""
    try:
        in_force = stored.team if stored else None
    except Misconfigured as error:
        in_force_fault = str(error)
    source = stored.source if stored else ""
    return Teams(
        *(place.team_file, here, here_fault, in_force, in_force_fault, stored is not None, source == text),
        has_public_holidays=_follows_a_country(source),
        today=place.now.date(),
        deployed=deployed,
    )


def _follows_a_country(source: str) -> bool:
    try:
        settings = check(source)
    except Refused:
        return False
    return bool(settings.firm.public_holidays) or any(person.public_holidays for person in settings.people)


def judge_file(found: Teams) -> Iterator[Finding]:
    if found.here_fault:
        yield broken(f"{found.file} is not in order: {found.here_fault}", f"`byname check {found.file}` lists it all.")
    elif found.here is not None and found.in_force is not None:
        yield _compared(found, found.in_force, found.here)
    elif found.here is not None:
        yield well(f"{found.file} is in order")
    elif found.in_force is not None:
        yield warn(f"There is no {found.file} here", f"`byname team pull -o {found.file}` brings the one in force.")
    else:
        yield broken(f"There is no {found.file} here, and none was pushed", "`byname init` writes one.")


def _compared(found: Teams, in_force: Team, here: Team) -> Finding:
    changes = differences(in_force, here, found.today)
    if not changes:
        return well(f"{found.file} is in order, and in force")
    named = "; ".join(change.words for change in changes[:_FEW]) + ("; …" if len(changes) > _FEW else "")
    return warn(
        f"{found.file} is not what is in force: {named}",
        "`byname team push` puts it in force; `byname team pull` shows the one that is.",
    )


def judge_in_force(found: Teams) -> Iterator[Finding]:
    if found.in_force_fault:
        yield broken(
            f"The team in the cloud cannot be read, so the one that came with the deployment holds: "
            f"{found.in_force_fault}",
            "`byname team push` replaces it; `byname team restore` goes back to an earlier one.",
        )
    elif found.pushed and found.in_force is not None:
        count = len(found.in_force.people)
        yield well(f"{count} {'person answers' if count == 1 else 'people answer'} for {found.in_force.firm.name}")
    elif not found.deployed:
        yield warn("Nothing is deployed yet, so no team is in force", "`byname deploy` puts byname on AWS.")
    else:
        yield warn(
            "No team was pushed; the one that came with the deployment is in force",
            "`byname team push`: then a change needs no deployment, and holidays reach further.",
        )


def judge_holidays(found: Teams) -> Iterator[Finding]:
    """Holidays are compiled for three years; then nobody is told that the shop is shut."""
    if found.in_force is None or not found.has_public_holidays:
        return
    calendars = {found.in_force.firm.calendar, *(person.calendar for person in found.in_force.people)}
    last = min(map(_last_day_off, calendars))
    if last < found.today:
        yield broken(
            "The holidays in force have run out: customers are promised answers on days off", "`byname team push`"
        )
    elif last < found.today + SOON:
        yield warn(f"The holidays in force end on {last}", "`byname team push` looks them up for three more years.")
    else:
        yield well(f"Holidays are known until {last}")


def _last_day_off(calendar: Calendar) -> date:
    return max((day for day, _ in calendar.closed), default=date.max)
