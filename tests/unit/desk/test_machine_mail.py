"""A machine writes on a thread."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from chalicelib.desk import machine_mail
from chalicelib.desk.decision import Away, Notice, Recorded, Topic
from chalicelib.desk.model import Absence, Inbound, Marks
from chalicelib.desk.report import Report
from chalicelib.desk.says_away import SaysAway
from chalicelib.desk.threads import Found
from tests.builders import BOB, MONDAY, a_staff_mail, a_thread, an_inbound, known
from tests.unit.desk.arrivals import an_arrival, change, sent, the

FOUND = Found(a_thread(), because="it answers a mail of this thread")
AWAY = Marks(auto_submitted="auto-replied", says="absence")

REPORTS = {
    "it failed": (Report("failed", ("jane@customer.example",), "5.1.1", "mailbox unavailable"), "failed"),
    "it is late": (Report("delayed", ("jane@customer.example",)), "delayed"),
    "it is called spam": (Report("complained", ("jane@customer.example",)), "complained"),
}


@pytest.mark.parametrize(("report", "says"), REPORTS.values(), ids=REPORTS.keys())
def test_the_owner_hears_what_became_of_the_letter_for_whom_and_why(report: Report, says: str) -> None:
    decision = machine_mail.on_thread(an_arrival(an_inbound(report=report)), FOUND)
    notice = the(decision, "notice")
    assert isinstance(notice, Notice)
    assert (notice.topic, notice.who, notice.detail) == (Topic.MAIL_REPORT, says, f"{report.sentence}.")
    assert change(decision, Recorded).message.note is True


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "displayed"])
def test_good_news_is_noted_and_nobody_is_bothered(action: str) -> None:
    decision = machine_mail.on_thread(an_arrival(an_inbound(report=Report(action))), FOUND)
    assert sent(decision) == []
    assert change(decision, Recorded).message.note is True


def test_a_report_about_a_colleagues_mailbox_is_not_told_as_the_customers() -> None:
    report = Report("failed", ("bob@harris.example",))
    notice = the(machine_mail.on_thread(an_arrival(an_inbound(report=report)), FOUND), "notice")
    assert isinstance(notice, Notice)
    assert notice.topic is Topic.MACHINE_REPORT


def test_the_customers_absence_is_told_with_the_day_and_who_covers() -> None:
    away = SaysAway(date(2026, 12, 7), "tom@customer.example", "Tom Roe")
    notice = the(machine_mail.on_thread(an_arrival(an_inbound(marks=AWAY, away=away)), FOUND), "notice")
    assert isinstance(notice, Notice)
    assert notice.detail == "They are back on Monday 7 December, and name Tom Roe."


def bobs_answer(away: SaysAway | None) -> Inbound:
    return a_staff_mail(marks=AWAY, away=away)


@pytest.mark.parametrize(
    ("away", "until"),
    [
        (None, datetime(2026, 11, 24, 17, 30, tzinfo=UTC)),
        (SaysAway(), datetime(2026, 11, 24, 17, 30, tzinfo=UTC)),
        (SaysAway(date(2026, 12, 7)), datetime(2026, 12, 7, 8, 0, tzinfo=UTC)),
        (SaysAway(date(2026, 12, 5)), datetime(2026, 12, 7, 8, 0, tzinfo=UTC)),
        (SaysAway(date(2027, 8, 1)), datetime(2026, 12, 29, 8, 0, tzinfo=UTC)),
    ],
    ids=["no day", "no day understood", "a day", "a Saturday", "a day too far off to be sure of"],
)
def test_bob_is_away_until_the_day_he_names(away: SaysAway | None, until: datetime) -> None:
    decision = machine_mail.of_absence(an_arrival(bobs_answer(away)), BOB, FOUND)
    assert change(decision, Away).absence.until == until


def test_whom_bob_names_takes_over_when_they_are_there() -> None:
    mail = bobs_answer(SaysAway(cover="sam@harris.example"))
    assert sent(machine_mail.of_absence(an_arrival(mail), BOB, FOUND)) == [("escalation", "sam@harris.example")]
    sam_is_away = known(absences=(Absence("sam", MONDAY.replace(day=30), "ill"),))
    decided = machine_mail.of_absence(an_arrival(mail, known=sam_is_away), BOB, FOUND)
    assert sent(decided) == [("escalation", "alice@harris.example")]


def test_a_stranger_named_as_cover_takes_nothing_over() -> None:
    mail = bobs_answer(SaysAway(cover="sam@elsewhere.example"))
    assert sent(machine_mail.of_absence(an_arrival(mail), BOB, FOUND)) == [("escalation", "alice@harris.example")]
