"""`byname init`: a handful of plain questions, or flags, and there is a team.toml that `byname check` takes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from byname.console import Console
from byname.team.check import check
from byname.team.compile import compile_team
from byname.team.init_answers import RUNS_IT, Answers, Somebody
from byname.team.init_file import save, write_toml
from byname.team.init_questions import NONE, QUESTIONS, Question, ask, kept, taken
from byname.team.summary import summary
from chalicelib.desk.team import Team
from chalicelib.errors import Fault, Refused
from chalicelib.setup.team_file import write_team

STANDARD = Path("-")


@click.command(short_help="Write your team.toml: eight questions, or flags.")
@click.option("--name", help="What the firm is called.")
@click.option("--principal-name", help="Who runs it.")
@click.option("--principal-address", help="Where they read their mail.")
@click.option("--support", help="The address customers write to.  [default: support@ at that domain]")
@click.option("--receives-at", help="Where its mail arrives at AWS.  [default: the same at help.…]")
@click.option("--timezone", help="Like Europe/London.  [default: this machine's]")
@click.option("--country", help="Whose public holidays: GB, GB-ENG, none.  [default: the time zone's]")
@click.option("--phone", help="A number for what cannot wait.")
@click.option(
    "--person", "people", multiple=True, help="Somebody else: 'Bob Harris bob@… looks after boilers'. Repeat."
)
@click.option("--hours", multiple=True, help="Like 'Mon-Fri 08:00-17:30'. Repeat.  [default: Mon-Fri 09:00-17:00]")
@click.option(
    "-o",
    "--output",
    default="team.toml",
    show_default=True,
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Where to write it; - is standard output.",
)
@click.option("-f", "--force", is_flag=True, help="Overwrite a file that is there.")
@click.option("--no-input", is_flag=True, help="Ask nothing: what no flag says takes its default.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
def init(
    principal_name: str | None,
    principal_address: str | None,
    people: tuple[str, ...],
    hours: tuple[str, ...],
    output: Path,
    force: bool,
    no_input: bool,
    as_json: bool,
    **flags: str | None,
) -> None:
    """Write your team.toml: answer eight questions, or say it all in flags.

    \b
    Examples:
      byname init                              ask, and write ./team.toml
      byname init -o shop.toml --phone '0161 496 0123'
      byname init --no-input --name 'Harris Heating' \\
          --principal-name 'Anna Harris' --principal-address anna@harris.example

    Answers are checked as you give them, by the rules of `byname check`. A file that is there is never overwritten
    without --force.
    """
    console = Console(as_json=as_json, no_input=no_input or not sys.stdin.isatty())
    if as_json and output == STANDARD:
        raise click.UsageError("--json and --output - both want standard output; take one.")
    if (principal_name is None) != (principal_address is None):
        raise click.UsageError("--principal-name and --principal-address go together: say both.")
    if output != STANDARD and output.exists() and not force:
        raise click.ClickException(
            f"{output} is there already, and stays as it is. `byname check {output}` reads it; --force overwrites it, "
            "-o writes another."
        )
    given = {f"--{name.replace('_', '-')}": [value] for name, value in flags.items() if value is not None}
    given["--person"] = list(people)
    answers, unasked = _from_flags(given, principal_name, principal_address, hours, console)
    answers = _from_questions(answers, unasked, console)
    _finish(answers, output, force, console)


def _from_flags(
    given: Mapping[str, list[str]],
    principal_name: str | None,
    principal_address: str | None,
    hours: tuple[str, ...],
    console: Console,
) -> tuple[Answers, list[Question]]:
    """The answers that flags gave, and the questions they leave. Every fault in them is told at once."""
    answers, faults, unasked = Answers(), [], []
    for question in QUESTIONS:
        if question.flag == "--principal" and principal_name is not None and principal_address is not None:
            principal = Somebody(principal_name, principal_address, RUNS_IT)
            answers, found = kept(answers, replace(answers, principal=principal))
            faults += [Fault("--principal-…", said, "VALUE") for said in found]
        elif given.get(question.flag):
            for text in given[question.flag]:
                said_none = question.optional and text.lower() in NONE
                answers, found = taken(question, answers, "" if said_none else text)
                faults += [Fault(question.flag, said, "VALUE") for said in found]
        else:
            unasked.append(question)
    answers, found = kept(answers, replace(answers, hours=hours or answers.hours))
    faults += [Fault("--hours", said, "VALUE") for said in found]
    if faults:
        _refuse(faults, console)
    return answers, unasked


def _from_questions(answers: Answers, unasked: list[Question], console: Console) -> Answers:
    if console.no_input:
        return _by_default(answers, unasked)
    console.say(f"{len(unasked)} questions; Enter takes what stands in [brackets].\n", bold=True)
    for question in unasked:
        answers = ask(question, answers, _prompt, console.warn)
    console.say()
    return answers


def _prompt(words: str, suggested: str) -> str:
    return str(click.prompt(words, default=suggested, show_default=bool(suggested), prompt_suffix=" ", err=True))


def _by_default(answers: Answers, unasked: list[Question]) -> Answers:
    """Nobody is there to ask: what has a default takes it, and what has none is named, all at once."""
    missing = []
    for question in unasked:
        suggested = question.suggest(answers)
        if suggested:
            answers, _ = taken(question, answers, suggested)
        elif not question.optional:
            missing += (
                ["--principal-name", "--principal-address"] if question.flag == "--principal" else [question.flag]
            )
    if missing:
        raise click.UsageError(f"Nobody is there to ask, so say {_in_words(missing)}.")
    return answers


def _in_words(flags: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(flags[:-1]), flags[-1])))


def _refuse(faults: list[Fault], console: Console) -> None:
    console.answer({"ok": False, "faults": [{"place": f.place, "message": f.message, "code": f.code} for f in faults]})
    if not console.as_json:
        things = "1 thing" if len(faults) == 1 else f"{len(faults)} things"
        click.secho(f"{things} to mend in what you said:", bold=True, err=True)
        for fault in faults:
            click.echo(f"\n  {click.style(fault.place, fg='red')}\n    {fault.message}", err=True)
    sys.exit(1)


def _finish(answers: Answers, output: Path, force: bool, console: Console) -> None:
    """The last word is the check of the very text that is written."""
    try:
        text = write_toml(answers)
        today = datetime.now(UTC).date()
        team = compile_team(check(text), today)
    except Refused as refused:
        _refuse(list(refused.faults), console)
        return
    _write(text, output, force)
    _tell(team, output, list(_next_steps(answers, output)), console)


def _write(text: str, output: Path, force: bool) -> None:
    if output == STANDARD:
        click.echo(text, nl=False)
        return
    try:
        save(text, output, force=force)
    except FileExistsError as error:
        raise click.ClickException(f"{output} was made meanwhile, and stays as it is; -o writes another.") from error
    except OSError as error:
        raise click.ClickException(f"cannot write {output}: {error.strerror}.") from error


def _tell(team: Team, output: Path, steps: list[tuple[str, str]], console: Console) -> None:
    told = {"ok": True, "file": str(output), "team": json.loads(write_team(team))}
    console.answer({**told, "next": [{"do": do, "why": why} for do, why in steps]})
    if console.as_json or output == STANDARD:
        return
    console.print(f"Wrote {output}, and it is in order.", fg="green")
    for heading, lines in summary(team, datetime.now(UTC).date()):
        console.print(f"\n{click.style(heading, bold=True)}")
        for line in lines:
            console.print(f"  {line}")
    console.say("\nNext:", bold=True)
    for do, why in steps:
        console.say(f"  {do}\n      {why}")


def _next_steps(answers: Answers, output: Path) -> Iterator[tuple[str, str]]:
    yield f"byname local {output}", "try it on this machine, with no account"
    yield f"byname deploy {output} --alarm-email {answers.principal.address}", "put it on AWS; who hears alarms"
    yield f"byname dns {output}", f"what to enter so that {answers.arrives.partition('@')[2]} receives mail"
