"""The questions of `byname init`: what each asks, what Enter stands for, and how an answer is taken or refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from byname.team import init_answers as wording
from byname.team.init_answers import RUNS_IT, Answers, read_somebody
from byname.team.init_file import complaints

NONE = ("-", "none", "no")
"""How somebody says that there is none, where Enter would take what is suggested."""

Prompt = Callable[[str, str], str]
"""(words, what Enter stands for) → what was typed."""
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to know: how it is asked, what Enter stands for, and how an answer is taken."""

    flag: str
    words: Callable[[Answers], str]
    take: Callable[[Answers, str], Answers]
    suggest: Callable[[Answers], str] = lambda _: ""
    optional: bool = False
    several: bool = False
    """Asked again until Enter."""


def _with_principal(answers: Answers, text: str) -> Answers:
    return replace(answers, principal=read_somebody(text, RUNS_IT))


def _with_another(answers: Answers, text: str) -> Answers:
    return replace(answers, others=(*answers.others, read_somebody(text)))


def _country_words(answers: Answers) -> str:
    parts = wording.parts_of(wording.country_of(answers.timezone))
    own = f" ({', '.join(parts[:5])}{' …' if len(parts) > 5 else ''} have their own)" if parts else ""
    return f"Whose public holidays? The country, or a part of it{own}; - for none"


QUESTIONS = (
    Question("--name", lambda _: "What is the firm called?", lambda a, text: replace(a, name=text)),
    Question(
        "--principal",
        lambda _: "Who runs it, and where do they read mail? (Anna Harris anna@harris.example)",
        _with_principal,
    ),
    Question(
        "--support", lambda _: "Which address do customers write to?", wording.with_support, wording.suggested_support
    ),
    Question(
        "--receives-at",
        lambda _: "Where shall its mail arrive? An address at a domain used for nothing else",
        wording.with_arrival,
        wording.suggested_arrival,
    ),
    Question(
        "--timezone",
        lambda _: "Which time zone?",
        lambda a, text: replace(a, timezone=text),
        lambda _: wording.machine_zone(),
    ),
    Question(
        "--country",
        _country_words,
        lambda a, text: replace(a, country=text),
        lambda a: wording.country_of(a.timezone),
        optional=True,
    ),
    Question(
        "--phone",
        lambda _: "A phone number for what cannot wait? (Enter: none)",
        lambda a, text: replace(a, phone=text),
        optional=True,
    ),
    Question(
        "--person",
        lambda a: f"Who else{'' if a.others else ' answers'}? Name, address, what they do (Enter: nobody else)",
        _with_another,
        optional=True,
        several=True,
    ),
)
"""In the order they are asked."""


def ask(question: Question, answers: Answers, prompt: Prompt, tell: Tell) -> Answers:
    """Asks until the answer will do: a wrong one is named with its mend, and asked again."""
    while True:
        suggested = question.suggest(answers)
        typed = prompt(question.words(answers), suggested).strip() or suggested
        if question.optional and typed.lower() in ("", *NONE):
            return answers
        answers, found = taken(question, answers, typed)
        for said in found:
            tell(f"  {said}" + ("" if said.endswith("?") else "."))
        if not found and not question.several:
            return answers


def taken(question: Question, answers: Answers, text: str) -> tuple[Answers, list[str]]:
    """The answers with this one, and what is wrong with it. A wrong one is left out again, so that others are heard."""
    if not text:
        return answers, [] if question.optional else ["an answer is needed here"]
    try:
        candidate = question.take(answers, text)
    except ValueError as error:
        return answers, [str(error)]
    return kept(answers, candidate)


def kept(answers: Answers, candidate: Answers) -> tuple[Answers, list[str]]:
    """The candidate when `byname check` would take it; else the answers as they were, and what is wrong."""
    found = [fault.message for fault in complaints(candidate)]
    return (answers, found) if found else (candidate, [])
