"""The tasks about words: what they wrote this time, their signature, and what they forwarded."""

from __future__ import annotations

from bench.corpus import Case, Corpus, Predict, Prediction
from bench.corpus_mails import read
from chalicelib.mail.passed_on.forwards import read_forward
from chalicelib.mail.quoting import quoted_html, quotes, signatures
from chalicelib.mail.text import from_html


def reply_text(case: Case, corpus: Corpus) -> Prediction:
    """The task says that it is an answer, also where a mail's header does not."""
    if case["input_kind"] == "eml":
        inbound = read(corpus.input(case))
        answered = inbound.fresh_text != inbound.text
        return {"text": inbound.fresh_text if answered else quotes.fresh(inbound.text)}
    return {"text": quotes.fresh(corpus.text(case).replace("\r\n", "\n"))}


def reply_text_html(case: Case, corpus: Corpus) -> Prediction:
    return {"text": quoted_html.fresh(corpus.text(case))}


def signature(case: Case, corpus: Corpus) -> Prediction:
    body, signed = signatures.split(corpus.text(case).replace("\r\n", "\n"), case.get("sender") or "")
    return {"body": body, "signature": signed}


def forward(case: Case, corpus: Corpus) -> Prediction:
    """A staff member sent it to the firm's mailbox; nothing but its text and subject is known."""
    text = corpus.text(case).replace("\r\n", "\n")
    subject = corpus.read(case["subject_file"]).decode("utf-8", "replace").strip() if "subject_file" in case else ""
    found = read_forward(from_html(text) if case["input_kind"] == "html" else text, subject)
    if found is None:
        return {"forwarded": False}
    return {
        "forwarded": True,
        "from": found.sender.email,
        "name": found.sender.name,
        "subject": found.subject,
        "message": "\n\n".join(filter(None, (found.comment, found.below))),
        "body": found.body,
    }


PREDICTORS: dict[str, Predict] = {
    "reply_text": reply_text,
    "reply_text_html": reply_text_html,
    "signature": signature,
    "forward": forward,
}
