"""What the doctor says of each thing, as tables: facts in, state and words out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
import pytest

from byname.cloud.desk_now import Unsent
from byname.cloud.dns_report import Report
from byname.cloud.doctor import checks, code, domains, letters, sending, stack, team, watch
from byname.cloud.doctor.checks import Check, findings_of
from byname.cloud.doctor.code import Code
from byname.cloud.doctor.finding import Finding, State, broken, warn, well
from byname.cloud.doctor.letters import Keys, Letters
from byname.cloud.doctor.place import NoStack, NoTeam, Place
from byname.cloud.doctor.sending import EVENTS, Reports, SesAccount, Suppressed
from byname.cloud.doctor.stack import Function, Functions, LogGroup, StackFacts
from byname.cloud.doctor.team import Teams
from byname.cloud.doctor.watch import Alarm, Alarms, Queue, Sweeps
from byname.cloud.identity import Identity
from byname.cloud.records import Purpose, Record, Sight
from byname.cloud.records import State as Seen
from byname.cloud.stack_outputs import Stack
from chalicelib.errors import Unavailable
from tests.builders import a_team

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WELL, WARN, BROKEN = State.WELL, State.WARN, State.BROKEN


def told(findings: Iterable[Finding]) -> list[tuple[State, str]]:
    found = list(findings)
    assert all(finding.mend for finding in found if finding.state is not WELL), "every fault has its mend"
    return [(finding.state, finding.words) for finding in found]


@pytest.mark.parametrize(
    ("ses", "state", "words"),
    [
        (SesAccount(), WELL, "SES lets this account write to everybody (production access)"),
        (SesAccount(production=False), BROKEN, "sandbox: neither customers nor staff get letters unless"),
        (SesAccount(production=False, review="PENDING"), WARN, "it is asked for"),
        (SesAccount(production=False, review="DENIED"), BROKEN, "AWS did not grant production access"),
    ],
)
def test_the_sandbox(ses: SesAccount, state: State, words: str) -> None:
    [(found, said)] = told(sending.judge_sandbox(ses))
    assert (found, words in said) == (state, True)


@pytest.mark.parametrize(
    ("ses", "expected"),
    [
        (SesAccount(), [(WELL, "SES sends for this account")]),
        (SesAccount(enforcement="PROBATION"), [(WARN, "AWS has this account's sending under review")]),
        (SesAccount(enforcement="SHUTDOWN"), [(BROKEN, "AWS has stopped this account's sending (shutdown)")]),
        (
            SesAccount(sending=False),
            [(BROKEN, "Sending is paused for this account, so no letter leaves; none is lost")],
        ),
    ],
)
def test_sending_paused_or_reviewed(ses: SesAccount, expected: list[tuple[State, str]]) -> None:
    assert told(sending.judge_health(ses)) == expected


@pytest.mark.parametrize(
    ("per_day", "sent", "expected"),
    [
        (200, 10, (WELL, "10 of 200 letters a day are used")),
        (200, 160, (WARN, "160 of 200 letters a day are used")),
        (200, 200, (BROKEN, "200 of 200 letters a day are used: further letters wait")),
        (-1, 200, (WELL, "SES sets no daily limit for this account")),
    ],
)
def test_the_days_quota(per_day: float, sent: float, expected: tuple[State, str]) -> None:
    assert told(sending.judge_quota(SesAccount(per_day=per_day, sent=sent))) == [expected]


@pytest.mark.parametrize(
    ("plan", "soon", "state", "words"),
    [
        ("NONE", "", WELL, "SES is paid by use: 0.10 USD for 1,000 letters"),
        ("NONE", "ESSENTIALS", WELL, "0.10 USD for 1,000 letters (from next month: Essentials)"),
        ("ESSENTIALS", "", WARN, "SES's plan is Essentials: 0.16 USD for 1,000 letters instead of 0.10"),
        ("ESSENTIALS", "NONE", WELL, "SES's plan is Essentials until the month ends, then paid by use"),
        ("PRO", "", WARN, "SES's plan is Pro, which has a monthly price"),
        ("", "", WELL, "This boto3 cannot ask for SES's price plan"),
    ],
)
def test_plan_and_price(plan: str, soon: str, state: State, words: str) -> None:
    [(found, said)] = told(sending.judge_plan(SesAccount(plan=plan, next_plan=soon)))
    assert (found, words in said) == (state, True)


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        (Reports(True, EVENTS, NOW, 3, NOW), [(WELL, "SES reports what becomes of letters")]),
        (Reports(True, EVENTS, None, 0, NOW), [(WELL, "SES reports what becomes of letters")]),
        (
            Reports(True, EVENTS, NOW - timedelta(days=2), 3, NOW),
            [(WARN, "SES sent letters today and its reports did not come back")],
        ),
        (
            Reports(True, EVENTS - {"BOUNCE", "DELIVERY_DELAY"}, NOW, 3, NOW),
            [(BROKEN, "SES does not tell byname of: bounce, delivery delay. Bounces would go unheard")],
        ),
        (
            Reports(False, EVENTS, NOW, 3, NOW),
            [
                (BROKEN, "The stack's configuration set may not send, so no letter leaves"),
                (WELL, "SES reports what becomes of letters"),
            ],
        ),
    ],
)
def test_ses_reports(reports: Reports, expected: list[tuple[State, str]]) -> None:
    assert told(sending.judge_reports(reports)) == expected


def test_a_colleague_whom_ses_no_longer_writes_to_is_named_with_the_way_back() -> None:
    people = sending.addresses_of(a_team())
    assert told(sending.judge_suppressed(Suppressed(people, {}))) == [(WELL, "SES writes to everybody who answers")]
    [finding] = sending.judge_suppressed(Suppressed(people, {"bob.harris@phone.example": "BOUNCE"}))
    assert finding == broken(
        "SES drops every letter to bob.harris@phone.example (Bob Harris), because a letter came back from there",
        "See that the address is right, then:",
        "aws sesv2 delete-suppressed-destination --email-address bob.harris@phone.example",
    )


READY = Identity(
    "harris.example", exists=True, verified=True, dkim_status="SUCCESS", mail_from="bounce.harris.example",
    mail_from_status="SUCCESS",
)  # fmt: skip


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        (READY, [(WELL, "SES sends for harris.example and signs what it sends (DKIM)")]),
        (Identity("harris.example"), [(BROKEN, "SES does not know harris.example yet")]),
        (
            replace(READY, verified=False, dkim_status="PENDING"),
            [(BROKEN, "SES may not send for harris.example yet")],
        ),
        (replace(READY, dkim_status="FAILED"), [(BROKEN, "SES does not sign letters from harris.example")]),
        (
            replace(READY, mail_from_status="PENDING"),
            [
                (WELL, "SES sends for harris.example and signs what it sends (DKIM)"),
                (
                    WARN,
                    "Undeliverable letters do not come back to bounce.harris.example yet; SES uses its own name until "
                    "then",
                ),
            ],
        ),
    ],
)
def test_our_domain_as_ses_sees_it(identity: Identity, expected: list[tuple[State, str]]) -> None:
    assert told(domains.judge_identities(Report((), {"harris.example": identity}))) == expected


MX = Record("MX", "help.harris.example", "10 inbound-smtp.eu-west-1.amazonaws.com", Purpose.RECEIVE)
KEY = Record("CNAME", f"{'a' * 32}._domainkey.harris.example", "a.dkim.amazonses.com", Purpose.DKIM)
POLICY = Record("TXT", "_dmarc.harris.example", "v=DMARC1; p=none", Purpose.DMARC)


@pytest.mark.parametrize(
    ("sights", "expected"),
    [
        ([Sight(MX, Seen.SEEN), Sight(POLICY, Seen.SEEN)], [(WELL, "All 2 DNS records are there")]),
        (
            [Sight(MX, Seen.MISSING), Sight(POLICY, Seen.SEEN)],
            [
                (BROKEN, "The MX record of help.harris.example is not there (brings mail to byname)"),
                (WELL, "1 DNS record is there"),
            ],
        ),
        (
            [Sight(POLICY, Seen.MISSING)],
            [
                (
                    WARN,
                    "The TXT record of _dmarc.harris.example is not there (tells mailboxes to trust what is signed)",
                )
            ],
        ),
        (
            [Sight(MX, Seen.CONFLICT, "mail goes to mx.other.example today")],
            [(BROKEN, "The MX record of help.harris.example is not as it should be (brings mail to byname)")],
        ),
        (
            [Sight(KEY, Seen.MISSING), Sight(replace(KEY, name=f"{'b' * 32}._domainkey.harris.example"), Seen.MISSING)],
            [
                (
                    BROKEN,
                    "The CNAME records of aaaaaa…._domainkey.harris.example, bbbbbb…._domainkey.harris.example are not "
                    "there (signs letters, so that they are not taken for spam)",
                )
            ],
        ),
        ([Sight(MX, Seen.UNKNOWN, "")], [(WARN, "Nobody answers for the MX of help.harris.example")]),
    ],
)
def test_our_records(sights: list[Sight], expected: list[tuple[State, str]]) -> None:
    assert told(domains.judge_records(Report(tuple(sights), {}))) == expected


DEPLOYED = Stack("byname", "UPDATE_COMPLETE", parameters={"Instance": "help.harris.example"})


@pytest.mark.parametrize(
    ("status", "state", "words"),
    [
        ("CREATE_COMPLETE", WELL, "The stack byname is whole"),
        ("UPDATE_IN_PROGRESS", WARN, "The stack byname is being changed (update in progress)"),
        ("UPDATE_ROLLBACK_COMPLETE", WARN, "The last deployment of byname failed; the one before is in force"),
        ("ROLLBACK_COMPLETE", BROKEN, "The stack byname is not whole (rollback complete)"),
        ("UPDATE_ROLLBACK_FAILED", BROKEN, "The stack byname is not whole (update rollback failed)"),
        ("DELETE_FAILED", BROKEN, "The stack byname is not whole (delete failed)"),
    ],
)
def test_the_stacks_state(status: str, state: State, words: str) -> None:
    facts = StackFacts("byname", "eu-west-1", replace(DEPLOYED, status=status), ("help.harris.example",))
    assert told(stack.judge_stack(facts)) == [(state, words)]


def test_a_stack_of_another_domain_is_deployed_again() -> None:
    facts = StackFacts("byname", "eu-west-1", DEPLOYED, ("mail.harris.example",))
    words = "The stack was deployed for help.harris.example, and the team receives at mail.harris.example"
    assert told(stack.judge_stack(facts))[1:] == [(BROKEN, words)]


def test_no_stack_is_the_first_thing_to_mend() -> None:
    assert told(stack.judge_stack(StackFacts("byname", "eu-west-1", None))) == [
        (BROKEN, "There is no stack byname in eu-west-1")
    ]


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (Function("mail", state="Failed"), "The function mail is not ready (Failed, Successful)"),
        (Function("mail", update="Failed"), "The function mail is not ready (Active, Failed)"),
        (Function("mail", reserved=0), "The function mail is throttled to nothing (reserved concurrency 0)"),
        (Function("mail", takes_from_queue=False), "The function mail takes nothing from its queue"),
    ],
)
def test_a_function_that_cannot_work(function: Function, words: str) -> None:
    assert told(stack.judge_functions(Functions((Function("a"), function), 1000))) == [(BROKEN, words)]


def test_a_new_accounts_limit_is_named() -> None:
    found = told(stack.judge_functions(Functions((Function("a", reserved=5),), 10)))
    assert found[0] == (WELL, "All 1 functions are ready")
    assert found[1][0] is WARN


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ((LogGroup("/aws/lambda/a", 30),), [(WELL, "Logs are kept for 30 days")]),
        ((LogGroup("/aws/lambda/a", 30), LogGroup("b", None)), [(WARN, "The log b is kept for ever")]),
        ((), []),
    ],
)
def test_how_long_logs_are_kept(groups: tuple[LogGroup, ...], expected: list[tuple[State, str]]) -> None:
    assert told(stack.judge_logs(groups)) == expected


def test_other_code_than_this_checkouts_is_named() -> None:
    same = code.compared({"app.py": b"1"}, {"app.py": b"1"})
    assert told(code.judge_code(same)) == [(WELL, "The functions run the code of this checkout")]
    other = code.compared({"app.py": b"1", "a": b"", "c": b""}, {"app.py": b"2", "b": b"", "c": b""})
    assert other == Code(("a", "app.py", "b"), 1)
    words = "The functions run other code than this checkout's: 3 files differ (a, app.py, b)"
    assert told(code.judge_code(other)) == [(WARN, words)]


FINE = Alarm("byname-mail-waits", "OK", "A customer's mail has waited.")


@pytest.mark.parametrize(
    ("alarms", "expected"),
    [
        (Alarms((FINE,), 1, ()), [(WELL, "None of 1 alarms rings")]),
        (Alarms((replace(FINE, state="ALARM"),), 1, ()), [(BROKEN, "The alarm byname-mail-waits rings")]),
        (Alarms((replace(FINE, state="INSUFFICIENT_DATA"),), 1, ()), [(WELL, "None of 1 alarms rings")]),
        (
            Alarms((FINE,), 0, ("anna@harris.example",)),
            [
                (WELL, "None of 1 alarms rings"),
                (WARN, "anna@harris.example has not confirmed that it wants alarms, and gets none"),
            ],
        ),
        (Alarms((FINE,), 0, ()), [(WELL, "None of 1 alarms rings"), (WARN, "Nobody hears alarms")]),
        (
            Alarms((), 1, ()),
            [(WARN, "The stack has no alarms, so nobody hears when something breaks")],
        ),
    ],
)
def test_alarms_and_who_hears_them(alarms: Alarms, expected: list[tuple[State, str]]) -> None:
    assert told(watch.judge_alarms(alarms)) == expected


def test_what_was_laid_aside_is_named_with_the_way_back() -> None:
    arn = "arn:aws:sqs:eu-west-1:1:dead"
    fine, dead = Queue("delivery report", 0, 0, arn, "/aws/lambda/f"), Queue("mail", 0, 2, arn, "/aws/lambda/m")
    [first, second] = watch.judge_queues((fine, dead))
    assert first == well("No delivery report was laid aside")
    assert second == broken(
        "2 mails failed five times; nothing is lost",
        "The log /aws/lambda/m says why. Mend that, then have them tried again:",
        f"aws sqs start-message-move-task --source-arn {arn}",
    )
    assert told(watch.judge_queues((replace(fine, waiting=500),)))[0][0] is WARN


@pytest.mark.parametrize(
    ("sweeps", "state"),
    [
        (Sweeps(14, 0, None, NOW), WELL),
        (Sweeps(14, 2, None, NOW), WARN),
        (Sweeps(0, 0, NOW - timedelta(minutes=2), NOW), WARN),
        (Sweeps(0, 0, NOW - timedelta(days=2), NOW), BROKEN),
    ],
)
def test_the_minutes_sweep(sweeps: Sweeps, state: State) -> None:
    assert [found for found, _ in told(watch.judge_sweeps(sweeps))] == [state]


@pytest.mark.parametrize(
    ("unsent", "held", "expected"),
    [
        (Unsent(0, None), 0, [(WELL, "All letters have left")]),
        (Unsent(2, NOW - timedelta(minutes=1)), 0, [(WELL, "Letters leave")]),
        (
            Unsent(2, NOW - timedelta(minutes=50)),
            0,
            [(BROKEN, "2 letters waiting to leave, the oldest for 50 minutes")],
        ),
        (Unsent(0, None), 1, [(WARN, "1 letter held, because nobody knows whether they left")]),
    ],
)
def test_letters_that_wait(unsent: Unsent, held: int, expected: list[tuple[State, str]]) -> None:
    assert told(letters.judge_letters(Letters(unsent, held, NOW))) == expected


def test_the_keys() -> None:
    assert told(letters.judge_keys(Keys(1))) == [(WELL, "Reply addresses are signed (1 key)")]
    assert told(letters.judge_keys(Keys(fault="The secret x cannot be read.")))[0][0] is BROKEN


TEAM = a_team()
OTHER = replace(TEAM, firm=replace(TEAM.firm, phone=""))
FILE = Path("team.toml")


@pytest.mark.parametrize(
    ("teams", "state", "words"),
    [
        (Teams(FILE, here=TEAM, in_force=TEAM), WELL, "team.toml is in order, and in force"),
        (Teams(FILE, here=TEAM), WELL, "team.toml is in order"),
        (
            Teams(FILE, here=OTHER, in_force=TEAM),
            WARN,
            "team.toml is not what is in force: The firm: phone: 0161 496 0123 → none",
        ),
        (Teams(FILE, in_force=TEAM), WARN, "There is no team.toml here"),
        (Teams(FILE), BROKEN, "There is no team.toml here, and none was pushed"),
        (Teams(FILE, here_fault="2 things to mend"), BROKEN, "team.toml is not in order: 2 things to mend"),
    ],
)
def test_the_file_here(teams: Teams, state: State, words: str) -> None:
    assert told(team.judge_file(teams)) == [(state, words)]


def test_the_team_in_force() -> None:
    fine = Teams(FILE, in_force=TEAM, pushed=True)
    assert told(team.judge_in_force(fine)) == [(WELL, "4 people answer for Harris & Daughter Heating")]
    assert told(team.judge_in_force(Teams(FILE)))[0][0] is WARN
    assert told(team.judge_in_force(Teams(FILE, pushed=True, in_force_fault="It is damaged.")))[0][0] is BROKEN


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 1, 1), [(WELL, "Holidays are known until 2026-12-28")]),
        (date(2026, 11, 23), [(WARN, "The holidays in force end on 2026-12-28")]),
        (
            date(2027, 1, 1),
            [(BROKEN, "The holidays in force have run out: customers are promised answers on days off")],
        ),
    ],
)
def test_holidays_that_run_out(today: date, expected: list[tuple[State, str]]) -> None:
    teams = Teams(FILE, in_force=TEAM, has_public_holidays=True, today=today)
    assert told(team.judge_holidays(teams)) == expected
    assert told(team.judge_holidays(replace(teams, has_public_holidays=False))) == []


# --- one check stops no other ------------------------------------------------------------------------------------


def raising(error: Exception) -> Check:
    def look(_: Place) -> None:
        raise error

    return Check("queues", look, lambda _: ())


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (NoStack(), ()),
        (NoTeam(), ()),
        (click.ClickException("AWS said no."), (warn("I cannot look at queues. AWS said no.", ""),)),
        (Unavailable("DNS"), (warn("I cannot look at queues: DNS", ""),)),
        (KeyError("x"), (warn("I cannot look at queues: KeyError 'x'", "That is byname's own fault."),)),
    ],
)
def test_a_check_that_cannot_look_says_so_and_goes_on(error: Exception, expected: tuple[Finding, ...]) -> None:
    assert findings_of(raising(error), None) == expected  # type: ignore[arg-type]  # nobody looks at the place


def test_every_check_has_a_name_of_its_own() -> None:
    assert len(set(checks.NAMES)) == len(checks.NAMES)


def test_before_the_first_deployment_no_team_is_missed() -> None:
    [finding] = team.judge_in_force(Teams(FILE, deployed=False))
    assert (finding.words, finding.mend) == (
        "Nothing is deployed yet, so no team is in force",
        "`byname deploy` puts byname on AWS.",
    )


def test_a_domain_ses_still_looks_for_is_told_with_what_to_enter() -> None:
    [finding, *_] = domains._identity(replace(READY, verified=False, dkim_status="PENDING"))
    assert finding.mend.startswith("SES has not seen the records of harris.example yet.")
    assert "`byname dns` shows what to enter" in finding.mend
