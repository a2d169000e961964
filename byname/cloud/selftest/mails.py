"""What the self test writes, as customer and as colleague. Every mail says what it is to whoever sees it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from chalicelib.mail.compose import LOOP_MARK

_WIRE = SMTP.clone(max_line_length=998)
"""Long message ids stay whole, as mail programs write them."""
NAME = "Self test"
SUBJECT = "Self test of byname - nothing to do"

QUESTION = """\
This is a self test of byname. There is nothing to do, and no need to answer.

Somebody at {firm} ran `byname selftest` to see that a mail to {address} is answered by name. The test answers this
mail itself and takes everything away again.

Self test {nonce}
"""
STAFF_WORDS = """\
These are the words of a colleague, written by the self test {nonce}.

They must reach the customer just as they stand here.
"""
ANSWER = """\
And these are the customer's words in answer. There is nothing to do here either.

Self test {nonce}
"""
FORM_WORDS = """\
This is a self test of byname by the contact form. There is nothing to do, and no need to answer.

Self test {nonce}
"""
BOUNCE_WORDS = """\
This is a self test of byname. There is nothing to do: this customer's address does not exist, and the test looks
whether you are told that your letter did not arrive.

Self test {nonce}
"""


@dataclass(frozen=True, slots=True)
class Written:
    """A mail ready to be sent, and its envelope."""

    raw: bytes
    sender: str
    to: str


def probe(customer: str, instance: str, nonce: str) -> Written:
    """From the test customer to itself. It carries byname's own mark: wherever it lands, nobody answers it."""
    mail = _mail(customer, NAME, customer, f"{SUBJECT} ({nonce})", "Is the test customer's mailbox open?\n")
    mail[LOOP_MARK] = instance
    mail["Auto-Submitted"] = "auto-generated"
    return Written(mail.as_bytes(policy=_WIRE), customer, customer)


def question(customer: str, to: str, firm: str, nonce: str) -> Written:
    """The test customer's first mail. `to`: the address it is sent to."""
    words = QUESTION.format(firm=firm, address=to, nonce=nonce)
    return _written(customer, NAME, to, f"{SUBJECT} ({nonce})", words)


def staff_reply(address: str, name: str, to: str, forward_id: str, nonce: str) -> Written:
    """A colleague's answer to the forward with this Message-ID. `to`: their signed address for the thread."""
    words = STAFF_WORDS.format(nonce=nonce)
    return _written(address, name, to, f"Re: {SUBJECT} ({nonce})", words, answers=forward_id)


def customer_answer(customer: str, to: str, letter_id: str, nonce: str) -> Written:
    """The test customer writes again, to the address and Message-ID of the newest letter."""
    words = ANSWER.format(nonce=nonce)
    return _written(customer, NAME, to, f"Re: {SUBJECT} ({nonce})", words, answers=letter_id)


def _written(sender: str, name: str, to: str, subject: str, words: str, answers: str = "") -> Written:
    mail = _mail(sender, name, to, subject, words)
    if answers:
        mail["In-Reply-To"] = mail["References"] = f"<{answers}>"
    return Written(mail.as_bytes(policy=_WIRE), sender, to)


def _mail(sender: str, name: str, to: str, subject: str, words: str) -> EmailMessage:
    mail = EmailMessage(policy=_WIRE)
    mail["From"] = Address(name, addr_spec=sender)
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = subject
    mail.set_content(words)
    return mail
