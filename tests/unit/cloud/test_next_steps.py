"""What is left for people to do."""

from dataclasses import replace

from byname.cloud.next_steps import Remaining, snippet, steps

DONE = Remaining(0, 0, False, "", "https://pages.example/v1/contact", "anna@harris.example")


def test_when_all_is_entered_forwarding_and_looking_remain() -> None:
    assert steps(DONE) == [
        "Have your mail provider forward the address customers know: docs/set-up.md shows how.",
        "See whether all is well: `byname doctor`. Send a real mail through it: `byname selftest`.",
    ]


def test_records_and_the_sandbox_come_first() -> None:
    told = steps(Remaining(1, 2, True, "", DONE.form))
    assert told[0] == "Enter 1 DNS record: `byname dns` lists what is missing."
    assert told[1] == "2 DNS records in the way of ours: `byname dns` says which."
    assert "`byname deploy --production-access` asks for it." in told[2]


def test_a_request_that_is_out_or_was_declined_is_not_asked_again() -> None:
    assert "AWS is asked" in steps(Remaining(0, 0, True, "pending", DONE.form))[0]
    assert "AWS has declined" in steps(Remaining(0, 0, True, "denied", DONE.form))[0]


def test_whoever_shall_hear_alarms_is_told_to_press_the_link() -> None:
    assert steps(replace(DONE, alarms_pending=True))[0] == (
        "AWS has sent anna@harris.example a mail, “AWS Notification - Subscription Confirmation”: press its link, or "
        "nobody hears alarms."
    )


def test_when_nobody_hears_alarms_it_says_so() -> None:
    told = steps(replace(DONE, alarms=""))[0]
    assert told == "Nobody hears alarms: `byname deploy --alarm-email you@…` names somebody who does."


def test_when_dns_cannot_be_asked_it_says_so() -> None:
    assert steps(Remaining(None, 0, False, "", DONE.form))[0].startswith("DNS could not be asked from here")


def test_a_link_is_all_a_website_needs() -> None:
    assert snippet(DONE.form) == '<a href="https://pages.example/v1/contact">Write to us</a>'
