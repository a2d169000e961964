"""What letters say, and that nothing a stranger wrote can make them say something else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.desk.decision import Letter, Topic
from chalicelib.desk.team import public
from chalicelib.mail import markup
from chalicelib.mail.cards import holds_card, without_card
from chalicelib.mail.render import reference, render
from tests.builders import ANNA, MONDAY_NIGHT, a_team, a_thread, an_inbound
from tests.letters import (
    PHOTOS,
    STAFF_LETTERS,
    a_card,
    a_fixed_acknowledgement,
    a_forward,
    a_notice,
    a_nudge,
    a_reply,
    an_acknowledgement,
    an_escalation,
)

HOSTILE = "**Bob** *Harris* | <b>x</b> <https://evil.example/> {{ firm }}\n\n| card"
HOSTILE_ON_ONE_LINE = "**Bob** *Harris* | <b>x</b> <https://evil.example/> {{ firm }} | card"


def test_the_acknowledgement_says_who_when_and_what_next() -> None:
    rendered = render(an_acknowledgement(), a_team())
    assert rendered.subject == "Re: Boiler leaking"
    assert rendered.text == (
        "Bob Harris has your message and will answer by 11:00 tomorrow, Tuesday.\n\n"
        "Bob looks after boilers and heating. Your two photos came through, so there is nothing to send again. "
        "If it can't wait, ring us on 0161 496 0123; we're here until 17:30, and Anna Harris answers for emergencies "
        "after that on 07700 900100.\n\n"
        "Just reply to this mail and it goes straight to Bob. "
        "Would you rather talk to someone else? Say so and we'll see to it.\n\n"
        "Harris & Daughter Heating\n\n"
        "Ringing about this? Ask for Bob and say K7Q-3MD.\n"
    )


def test_the_fixed_letter_repeats_nothing_they_wrote() -> None:
    reflecting = {"to_name": "Canary", "subject": "Canary", "in_reply_to": "canary@x.example", "attachment_count": 9}
    plain = render(a_fixed_acknowledgement(), a_team())
    assert render(a_fixed_acknowledgement(**reflecting), a_team()) == plain
    assert plain.subject == "Your message to Harris & Daughter Heating"
    assert plain.html == ""


@pytest.mark.parametrize("how", [{}, {"urgent": True}, {"again": True}, {"unhappy": True}, {"helped_before": True}])
def test_no_variant_of_the_fixed_letter_repeats_what_they_wrote(how: dict[str, bool]) -> None:
    said = render(a_fixed_acknowledgement(to_name="Canary", subject="Canary", **how), a_team())
    assert "Canary" not in said.subject + said.text + said.html


@pytest.mark.parametrize(
    ("subject", "answered"),
    [
        ("Boiler leaking", "Re: Boiler leaking"),
        ("Re: Boiler leaking", "Re: Boiler leaking"),
        ("RE: Boiler leaking", "RE: Boiler leaking"),
        ("AW: Heizung", "AW: Heizung"),
        ("Re[2]: Boiler", "Re[2]: Boiler"),
        ("回复：锅炉", "回复：锅炉"),
        ("Regarding: boilers", "Re: Regarding: boilers"),
        ("  ", "Your message to Harris & Daughter Heating"),
        ("", "Your message to Harris & Daughter Heating"),
    ],
)
def test_their_subject_is_kept_behind_one_re(subject: str, answered: str) -> None:
    assert render(an_acknowledgement(subject=subject), a_team()).subject == answered


def test_a_reference_is_said_as_the_thread_says_it() -> None:
    thread = a_thread()
    assert reference(thread.id) == thread.reference


def test_by_day_nobody_is_called_on_call() -> None:
    text = render(an_acknowledgement(urgent=True, owner=public(ANNA)), a_team()).text
    assert text.startswith("Anna Harris has your message and will ring or write by 11:00 tomorrow, Tuesday.\n")


def test_without_urgent_cover_nobody_is_said_to_ring() -> None:
    text = render(an_acknowledgement(urgent=True), a_team(urgent=None)).text
    assert text.startswith("Bob Harris has your message and will answer by 11:00 tomorrow, Tuesday.\n")


def test_when_somebody_else_takes_what_cannot_wait_their_own_number_is_given() -> None:
    text = render(an_acknowledgement(urgent=True), a_team()).text
    assert "Ring Bob on 07700 900123." in text


def test_whoever_is_upset_hears_who_can_put_it_right() -> None:
    text = render(an_acknowledgement(unhappy=True), a_team()).text
    assert "\n\nAnna Harris, who runs the shop and can put things right, has it too.\n\n" in text


def test_whoever_is_upset_at_night_can_ring_too_and_anna_is_named_once() -> None:
    text = render(an_acknowledgement(unhappy=True, decided_at=MONDAY_NIGHT), a_team()).text
    assert "In an emergency ring 07700 900100, at any hour; otherwise we're back on 0161 496 0123" in text
    assert text.count("Anna") == 1


def test_who_is_on_call_is_not_named_twice_in_the_letter_that_names_them() -> None:
    text = render(an_acknowledgement(owner=public(ANNA), decided_at=MONDAY_NIGHT), a_team()).text
    assert "In an emergency ring 07700 900100, at any hour;" in text
    assert "Anna Harris answers" not in text


@pytest.mark.parametrize(
    ("because", "to_alice"),
    [
        ('it is about Repairs ("boiler"), and Alice Shaw answers those', 'it is about Repairs ("boiler")'),
        (
            'it is about Repairs ("boiler"), and Bob Harris answers those; Bob is away, so Alice Shaw takes it',
            'it is about Repairs ("boiler"), and Bob Harris answers those; Bob is away, so you take it',
        ),
        ("Alice Shaw helped this customer last", "you helped this customer last"),
        (
            "nothing else decided, and Alice Shaw answers what comes to support@harris.example",
            "nothing else decided, and you answer what comes to support@harris.example",
        ),
        ('it is urgent ("gas"), and Alice Shaw covers what cannot wait', 'it is urgent ("gas"), and you cover what'),
        ("a rule of the firm: mail from jane@x.example goes to Alice Shaw", "jane@x.example goes to you."),
    ],
)
def test_the_card_speaks_to_its_reader(because: str, to_alice: str) -> None:
    letter = a_forward(to_name="Alice Shaw", card=a_card(owner="Alice Shaw", owner_because=because))
    line = next(line for line in render(letter, a_team(), an_inbound()).text.split("\n") if line.startswith("Yours"))
    assert to_alice in line
    assert "Alice" not in line


SENT = "We sent it to jane@customer.example."


@pytest.mark.parametrize("topic", [Topic.UNSENT, Topic.REPLY_BOUNCED])
@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("the mailbox is full", f"did not arrive.\n\n{SENT} The mailbox is full."),
        (
            "the mail server refused it (smtp; 550 5.1.1 user unknown)",
            f"did not arrive.\n\n{SENT} The mail server refused it (smtp; 550 5.1.1 user unknown).",
        ),
        (
            "MessageRejected: no.",
            f"did not arrive.\n\n{SENT} The mail server did not take it (MessageRejected: no.).",
        ),
        ("Throttling", f"did not arrive.\n\n{SENT} Throttling."),
        (
            "SES would not send it: Bad content",
            f"did not arrive.\n\n{SENT} SES would not send it: Bad content.",
        ),
        (
            "550 5.1.1 unknown",
            f"did not arrive.\n\n{SENT} The mail server did not take it (550 5.1.1 unknown).",
        ),
        (
            "nobody knows whether it left",
            f"may not have arrived.\n\n{SENT} Nobody knows whether it left.",
        ),
        ("", "did not arrive."),
    ],
)
def test_what_did_not_arrive_is_told_with_the_reason_as_a_sentence(topic: Topic, detail: str, said: str) -> None:
    assert said in render(a_notice(topic, detail=detail, who="acknowledgement"), a_team()).text


def test_the_owner_hears_what_to_do_when_the_first_letter_did_not_arrive() -> None:
    text = render(a_notice(Topic.UNSENT), a_team()).text
    assert text.startswith("Please find another way to Jane Roe: our first letter to them did not arrive.\n\nWe sent")
    text = render(a_notice(Topic.UNSENT, phone="07700 900456"), a_team()).text
    assert text.startswith("Please ring Jane Roe on 07700 900456: our first letter to them did not arrive.\n\nWe sent")


def test_the_card_comes_before_the_words_and_between_its_marks() -> None:
    text = render(a_forward(), a_team(), an_inbound()).text
    assert without_card(text).strip() == an_inbound().text


@pytest.mark.parametrize("name", [name for name in STAFF_LETTERS if not name.startswith("notice")])
def test_what_staff_may_answer_keeps_what_is_private_between_marks(name: str) -> None:
    letter = STAFF_LETTERS[name]
    rendered = render(letter, a_team(), an_inbound())
    left = rendered.subject + without_card(rendered.text)  # mail programs quote the subject, too
    assert not holds_card(left)
    assert [
        word for word in ("customer since", "upset", "unhappy", "because", "support@", "urgent") if word in left
    ] == []


def test_a_card_shows_only_what_is_known() -> None:
    bare = a_card(customer_since=None, helped_by="", helped_at=None, earlier=(), category="", due=None, told=False)
    assert render(a_forward(card=bare), a_team(), an_inbound()).text.startswith(
        "[card K7Q-3MD]\n"
        "Jane Roe · jane@customer.example · writes for the first time\n"
        "No time was promised\n"
        'Yours, because it is about Repairs ("boiler", "leaking").\n'
        "Your reply goes to Jane Roe from support@harris.example; this card does not. [card K7Q-3MD]\n"
    )


def test_warnings_stand_first_on_the_card() -> None:
    card = a_card(warnings=("This may be forged.", "Open no attachment."))
    lines = render(a_forward(card=card), a_team(), an_inbound()).text.split("\n")
    assert lines[1:3] == ["This may be forged.", "Open no attachment."]


def test_a_long_form_field_stands_under_the_words_and_a_short_one_on_the_card() -> None:
    long = "It began in spring. " * 9 + "It grew."
    card = a_card(fields=(("Model", "Vita 30"), ("History", long)))
    text = render(a_forward(card=card), a_team(), an_inbound(text="It leaks.")).text
    assert "Already told us: Model: Vita 30\n" in text
    assert text.endswith(f"It leaks.\n\nHistory:\n{long}\n")


def test_a_forward_without_its_mail_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="needs the mail it forwards"):
        render(a_forward(), a_team())


def test_the_customers_markup_is_shown_and_never_obeyed() -> None:
    source = an_inbound(
        text='<script>alert("1")</script>\n**not bold**\n| no card\n\n{{ firm }} <https://evil.example>'
    )
    rendered = render(a_forward(card=a_card(earlier=())), a_team(), source)
    assert "<script" not in rendered.html
    assert "<strong>not bold" not in rendered.html
    assert "evil.example&gt;" in rendered.html
    assert 'href="https://evil.example"' not in rendered.html
    assert without_card(rendered.text).strip() == source.text


@pytest.mark.parametrize(
    "letter",
    [
        a_forward(subject="s", card=a_card(customer_name=HOSTILE)),
        a_nudge(customer_name=HOSTILE),
        an_escalation(Topic.UNHAPPY, customer_name=HOSTILE),
        a_notice(Topic.NOTE, customer_name=HOSTILE),
    ],
    ids=["forward", "nudge", "escalation", "notice"],
)
def test_a_hostile_name_stays_a_name(letter: Letter) -> None:
    rendered = render(letter, a_team(), an_inbound())
    assert HOSTILE_ON_ONE_LINE in rendered.text
    assert "<b>" not in rendered.html
    assert "href" not in rendered.html


def test_a_reply_links_addresses_and_nothing_else() -> None:
    text = "See https://harris.example/tap?a=1&b=2. Or <b>javascript:alert(1)</b>\n\tand (http://x.example/y)."
    html = render(a_reply(text=text), a_team()).html
    assert html.count("href") == 2
    assert 'href="https://harris.example/tap?a=1&amp;b=2"' in html
    assert 'href="http://x.example/y"' in html
    assert "&lt;b&gt;javascript" in html


def test_a_reply_keeps_its_lines() -> None:
    html = render(a_reply(text="Dear Jane,\n\nyes.\nBob"), a_team()).html
    assert "Dear Jane,<br>\n<br>\nyes.<br>\nBob</p>" in html


def test_files_too_large_to_travel_are_behind_a_link() -> None:
    letter = a_reply(text="Here they are.", attachments=PHOTOS)
    rendered = render(letter, a_team(), files_link="https://help.harris.example/files/x")
    assert rendered.text == "Here they are.\n\n2 files (1.2 MB) are here: https://help.harris.example/files/x\n"
    assert 'href="https://help.harris.example/files/x"' in rendered.html


def test_one_file_is_not_called_files() -> None:
    letter = a_forward(attachments=PHOTOS[:1])
    text = render(letter, a_team(), an_inbound(), "https://help.harris.example/files/x").text
    assert text.endswith("The file (812 KB) is here: https://help.harris.example/files/x\n")


TOO_LONG = "This mail is too long to show whole; all of it is "


@pytest.mark.parametrize(
    ("over", "link", "line"),
    [
        pytest.param({"cut": True}, "", f"{TOO_LONG}attached: original.eml.", id="cut"),
        pytest.param(
            {"cut": True}, "https://h.example/f", f"{TOO_LONG}behind the link below.", id="cut, behind a link"
        ),
        pytest.param(
            {}, "", "This mail could not be read here. It is attached just as it came: original.eml.", id="unreadable"
        ),
        pytest.param(
            {},
            "https://h.example/f",
            "This mail could not be read here. It is behind the link below, just as it came.",
            id="unreadable, behind a link",
        ),
    ],
)
def test_the_card_says_where_the_whole_mail_is(over: dict[str, bool], link: str, line: str) -> None:
    letter = a_forward(raw_attached=True, attachments=PHOTOS, **over)
    assert render(letter, a_team(), an_inbound(), link).text.split("\n")[1] == line


def test_of_a_mail_too_long_what_is_new_is_shown() -> None:
    source = an_inbound(text="new\n> old", fresh_text="new", cut=True)
    text = render(a_forward(raw_attached=True, cut=True), a_team(), source).text
    assert without_card(text).strip() == "new"


LOOKS_LIKE_OURS = "[card K7Q-3MD]"


@pytest.mark.parametrize(
    "letter",
    [
        a_forward(subject=LOOKS_LIKE_OURS, card=a_card(customer_name=LOOKS_LIKE_OURS, earlier=())),
        a_forward(
            card=a_card(
                phone=LOOKS_LIKE_OURS, fields=(("Model", LOOKS_LIKE_OURS), ("Story", f"x {LOOKS_LIKE_OURS}" * 9))
            )
        ),
        a_nudge(snippet=LOOKS_LIKE_OURS, subject=LOOKS_LIKE_OURS),
        an_escalation(Topic.MISSED, snippet=LOOKS_LIKE_OURS, because=LOOKS_LIKE_OURS),
    ],
    ids=["forward", "form", "nudge", "escalation"],
)
def test_a_customer_who_writes_our_mark_makes_no_answer_unsendable(letter: Letter) -> None:
    rendered = render(letter, a_team(), an_inbound(text=f"About\n{LOOKS_LIKE_OURS}\nwhen?"))
    assert not holds_card(rendered.subject + without_card(rendered.text))
    assert "(card K7Q-3MD)" in rendered.text


def test_a_true_card_in_a_colleagues_own_words_is_still_known() -> None:
    rendered = render(an_escalation(Topic.HELD_ASTRAY, snippet=LOOKS_LIKE_OURS), a_team())
    assert holds_card(without_card(rendered.text))


def test_a_mail_in_a_language_without_a_folder_is_answered_in_the_firms() -> None:
    assert render(an_acknowledgement(language="tlh"), a_team()) == render(an_acknowledgement(), a_team())


def test_a_firm_without_phone_or_cover_leaves_no_hole() -> None:
    firm = replace(a_team().firm, phone="")
    text = render(an_acknowledgement(attachment_count=0, photo_count=0), a_team(firm=firm, urgent=None)).text
    assert "Bob looks after boilers and heating.\n\nJust reply" in text


@pytest.mark.parametrize(
    "text", ["", "\n\n", "\x00\x1b[31m", "\ue000\ue005", "a\u2028b", "\ud800", "*" * 9000, "|\n|\n|"]
)
def test_any_text_can_be_shown(text: str) -> None:
    rendered = render(a_forward(), a_team(), an_inbound(text=text))
    rendered.text.encode()
    rendered.html.encode()


def test_words_filled_in_are_never_read_as_a_block() -> None:
    name, words = markup.protect("a\nb"), markup.protect("| x\n\n**y**")
    subject, blocks = markup.read(f"Subject: {name}\n\n{words}\n")
    assert subject == "a b"
    assert [(block.shape, block.text) for block in blocks] == [("paragraph", "| x **y**")]
