"""`byname status`, as it is typed, against a real table and real queues."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from byname.cloud.desk_now import DeskNow, Unsent
from byname.cloud.status import status_of, week_began
from chalicelib.aws.items import to_absence, to_message, to_outgoing, to_thread
from chalicelib.desk.decision import LetterState, Outgoing
from chalicelib.desk.model import Absence, Message, Party, PromiseState, ThreadStatus
from tests.builders import a_promise, a_team, a_thread
from tests.integration.desk_stack import DeskStack, desk_stack
from tests.letters import an_acknowledgement

pytestmark = pytest.mark.integration
NOW = datetime.now(UTC).replace(microsecond=0)
SOON, LONG_AGO = NOW + timedelta(hours=2), NOW - timedelta(days=8)


@pytest.fixture(scope="module")
def busy(ministack: str) -> Iterator[DeskStack]:
    """Three wait for Bob (one beyond the promised time), one for Alice, who is away; Sam's is the customer's turn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        desk = desk_stack(ministack, "status-busy")
        desk.answer_by(a_team())
        late = a_promise(due=LONG_AGO, state=PromiseState.MISSED)
        threads = (
            a_thread(id="aaaaaaaaaa", owner="bob", promise=a_promise(due=SOON), last_wrote_at=NOW),
            a_thread(id="bbbbbbbbbb", owner="bob", promise=late, last_words="the secret of the boiler"),
            a_thread(id="cccccccccc", owner="bob", promise=None),
            a_thread(id="dddddddddd", owner="alice", promise=a_promise(due=SOON + timedelta(hours=1))),
            a_thread(id="eeeeeeeeee", owner="sam", status=ThreadStatus.THEIRS),
        )
        words = "the secret of the boiler"
        messages = (
            Message("inbound/1", NOW, Party.CUSTOMER, "jane@customer.example", words, "new"),
            Message("inbound/2", NOW, Party.STAFF, "bob", words, "an answer"),
            Message("inbound/3", LONG_AGO, Party.CUSTOMER, "jane@customer.example", words, "new"),
        )
        letter = an_acknowledgement()
        desk.put(
            (
                *map(to_thread, threads),
                *(to_message("aaaaaaaaaa", message) for message in messages),
                to_absence(Absence("alice", NOW + timedelta(days=30), "holiday")),
                to_outgoing(Outgoing(letter, LetterState.NEW, try_at=NOW - timedelta(hours=1))),
            )
        )
        desk.client("sqs").send_message(QueueUrl=desk.outputs["InboundDeadQueueUrl"], MessageBody="{}")
        yield desk


def test_a_shop_owner_sees_who_waits_for_whom(busy: DeskStack) -> None:
    answer = busy.byname("status")
    assert answer.exit_code == 0, answer.output
    lines = answer.stdout.splitlines()
    assert lines[0].startswith("Harris & Daughter Heating, ")
    assert "4 customers are waiting for us, 1 of them beyond the promised time." in lines
    bob = lines.index("  Bob Harris (3)")
    assert lines[bob + 1].startswith("    BBB-BBB  was due on ")
    assert lines[bob + 2].startswith("    AAA-AAA  by ")
    assert lines[bob + 3] == "    CCC-CCC  no time promised"
    assert any(line.startswith("  Alice Shaw (1, away until ") for line in lines)
    assert any(line.startswith("1 letter has not left, the oldest since ") for line in lines)
    assert any(line.startswith("Mail: ") and "1 this week; the last one came " in line for line in lines)
    assert lines[-1] == "Laid aside after five tries: 1 of mail. `byname doctor` says what to do."


def test_nothing_of_a_customer_is_shown_unless_addresses_are_asked_for(busy: DeskStack) -> None:
    plain, with_addresses = busy.byname("status").output, busy.byname("status", "--addresses").output
    for private in ("Jane", "secret", "Boiler leaking"):
        assert private not in plain + with_addresses
    assert "jane@" not in plain
    assert "CCC-CCC  no time promised  jane@customer.example" in with_addresses
    assert "jane@" not in busy.byname("status", "--json").stdout


def test_programs_get_it_in_json(busy: DeskStack) -> None:
    told = json.loads(busy.byname("status", "--json", "--addresses").stdout)
    assert [(each["reference"], each["owner_name"], each["overdue"]) for each in told["waiting"]] == [
        ("BBB-BBB", "Bob Harris", True),
        ("AAA-AAA", "Bob Harris", False),
        ("DDD-DDD", "Alice Shaw", False),
        ("CCC-CCC", "Bob Harris", False),
    ]
    assert told["waiting"][0]["customer"] == "jane@customer.example"
    assert told["waiting"][1]["due"] == SOON.isoformat().replace("+00:00", "Z")
    assert (told["overdue"], told["letters"]["unsent"], told["letters"]["held"]) == (1, 1, 0)
    assert (told["mails"]["this_week"], told["laid_aside"]) == (1, {"mail": 1})


def test_an_idle_desk_without_a_pushed_team_speaks_utc(ministack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    lines = desk_stack(ministack, "status-idle").byname("status").stdout.splitlines()
    assert lines[0].endswith(" UTC")
    assert lines[2:] == [
        "Nobody is waiting for us.",
        "All letters have left.",
        "Mail: 0 today, 0 this week; none ever came.",
    ]


def test_the_week_begins_on_the_firms_own_monday() -> None:
    sunday_night = datetime(2026, 7, 19, 23, 30, tzinfo=UTC)  # half past midnight on Monday in London
    assert week_began(sunday_night, a_team()) == datetime(2026, 7, 19, 23, 0, tzinfo=UTC)
    assert week_began(sunday_night, None) == datetime(2026, 7, 13, 0, 0, tzinfo=UTC)


def test_a_letter_that_just_waits_its_turn_is_no_trouble() -> None:
    seen = status_of(DeskNow((), (), 0, ()), Unsent(3, NOW - timedelta(minutes=1)), {"mail": 0}, None, NOW)
    assert (seen.late_letters, seen.laid_aside) == (0, {})
