"""The best programs that pip installs, on the same cases in the same process: whichever of them are there.

None of them is needed to run or to test byname:

    pip install mail-parser-reply email_reply_parser quotequail flufl.bounce authres
"""

from __future__ import annotations

import importlib
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import compat32
from typing import Any

from bench.corpus import Case, Corpus, Prediction

LANGUAGES = ["cs", "da", "de", "en", "es", "fr", "he", "it", "ja", "ko", "nl", "pl", "sv", "zh"]


def _mailparser_reply(module: Any, case: Case, corpus: Corpus) -> Prediction:
    return {"text": module.EmailReplyParser(languages=LANGUAGES).parse_reply(_text(case, corpus))}


def _email_reply_parser(module: Any, case: Case, corpus: Corpus) -> Prediction:
    return {"text": module.EmailReplyParser.parse_reply(_text(case, corpus))}


def _quotequail(module: Any, case: Case, corpus: Corpus) -> Prediction:
    return {"text": "\n".join(text for shown, text in module.quote(_text(case, corpus)) if shown)}


def _unwrap(module: Any, case: Case, corpus: Corpus) -> Prediction:
    found = module.unwrap(_text(case, corpus)) or {}
    address = str(found.get("from", "")).rpartition("<")[2].strip("<> ")
    forwarded = found.get("type") == "forward"
    words = {"subject": found.get("subject"), "body": found.get("text"), "message": found.get("text_top")}
    return {"forwarded": forwarded, "from": address, **words}


def _flufl(module: Any, case: Case, corpus: Corpus) -> Prediction:
    message = BytesParser(policy=compat32).parsebytes(corpus.input(case))
    failed = sorted(each.decode("utf-8", "replace") for each in module.scan_message(message))
    return {"kind": "bounce" if failed else "human", "recipients": failed}


def _authres(module: Any, case: Case, corpus: Corpus) -> Prediction:
    found = module.AuthenticationResultsHeader.parse(" ".join(corpus.text(case).split()))
    return {"results": [[each.method, each.result] for each in found.results]}


PEERS: tuple[tuple[str, str, str, Callable[[Any, Case, Corpus], Prediction]], ...] = (
    # module, task, what the scorer calls it, how it is asked
    ("mailparser_reply", "reply_text", "reply_text.exact", _mailparser_reply),
    ("email_reply_parser", "reply_text", "reply_text.exact", _email_reply_parser),
    ("quotequail", "reply_text", "reply_text.exact", _quotequail),
    ("quotequail", "forward", "forward.detect forward.from forward.body", _unwrap),
    ("flufl.bounce", "mail_kind", "mail_kind.recipients_exact", _flufl),
    ("authres", "auth_results", "auth_results", _authres),
)


@dataclass(slots=True)
class Peer:
    """One program on one task."""

    name: str
    scored_as: tuple[str, ...]
    predictions: list[Prediction] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    raised: int = 0


def run(corpus: Corpus) -> Iterator[Peer]:
    """The programs that are installed, each with its answers. One that raises has no answer."""
    for name, task, scored_as, ask in PEERS:
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        peer = Peer(name, tuple(scored_as.split()))
        logging.disable()  # one of them logs what it stumbles over
        for case in corpus.cases(frozenset((task,))):
            _ask(peer, ask, module, case, corpus)
        logging.disable(logging.NOTSET)
        yield peer


def _ask(peer: Peer, ask: Callable[[Any, Case, Corpus], Prediction], module: Any, case: Case, corpus: Corpus) -> None:
    begun = time.process_time()
    try:
        peer.predictions.append({"id": case["id"], **ask(module, case, corpus)})
    except Exception:  # some raise on every third case: that is their answer
        peer.raised += 1
    peer.seconds.append(time.process_time() - begun)


def _text(case: Case, corpus: Corpus) -> str:
    """The bare text; of a whole mail its first plain part, which they leave to somebody else to find."""
    if case["input_kind"] != "eml":
        return corpus.text(case)
    message = BytesParser(policy=compat32).parsebytes(corpus.input(case))
    parts = (part for part in message.walk() if part.get_content_type() == "text/plain")
    found = next(parts, message).get_payload(decode=True)
    return found.decode("utf-8", "replace") if isinstance(found, bytes) else ""
