"""What somebody wrote this time, without the letters their program quoted below it.

The best witness of what is quoted are the letters we sent: a line whose words stand in one of them is ours, whatever
the client made of it. Without them the marks that mail programs leave must do (`quote_marks`).
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.mail.cards import MARGIN, marks_in, without_card, without_signed_addresses
from chalicelib.mail.quoting import attributions, header_blocks, signatures
from chalicelib.mail.quoting.attributions import is_quoted
from chalicelib.mail.quoting.our_words import LIMIT, LINE_LIMIT, without_ours, words
from chalicelib.mail.quoting.quote_marks import above_attribution, head_at, own_below, places_to_look_at


def fresh(text: str, ours: Sequence[str] = ()) -> str:
    """What they wrote this time, without quote and signature; empty when they added nothing.

    `ours` are the texts of letters we sent in this thread: with them quotes are found by their words, without them by
    the marks that mail programs leave. Answers written between quoted lines are kept with the quotes they answer, and
    so is a letter they pass on. Our card goes in any case. Only for replies: a first letter must be kept whole.
    """
    return "\n".join(_without_signature(_own_lines(text, ours))).strip()


def said(text: str, ours: Sequence[str] = ()) -> str:
    """What a colleague wrote this time, made fit to leave the firm. `leaks.found` looks at it once more.

    `ours` are the customer's words that the answered forward passed on. Card, attribution and header block tell the
    quote first; the words count only where none of these is left, and only when a whole letter of `ours` is in what
    goes: a line or two of the customer's that a colleague repeats belong to the answer.
    """
    marked = "\n".join(_own_lines(text)).strip()
    if ours and marked == without_card(text).strip():
        by_words = "\n".join(_own_lines(marked, ours)).strip()
        marked = by_words if _quotes_a_whole_letter(marked, by_words, ours) else marked
    own = "\n".join(_without_signature(without_card(marked).split("\n")))
    return without_signed_addresses(own).strip()


def _own_lines(text: str, ours: Sequence[str] = ()) -> list[str]:
    """What is theirs, signature and all."""
    kept = _around_card(text)
    if kept is not None:
        return kept
    lines = without_card(text).split("\n")
    is_short = len(text) <= LIMIT and len(lines) <= LINE_LIMIT
    kept = without_ours(lines, ours) if ours and is_short else None
    return _without_quotes(lines) if kept is None else kept


def _without_signature(lines: list[str]) -> list[str]:
    """Their own signature goes; that of a letter they pass on below is not theirs to lose."""
    passed_on = next((at for at in places_to_look_at(lines) if header_blocks.is_forward(lines, at)), len(lines))
    above, below = lines[:passed_on], lines[passed_on:]
    return [*signatures.without(above), "", *below] if below else signatures.without(above)


def _quotes_a_whole_letter(text: str, kept: str, ours: Sequence[str]) -> bool:
    """Whether what is in `text` and not in `kept`, which is its beginning or its end, holds a whole letter."""
    cut = text.removeprefix(kept) if text.startswith(kept) else text.removesuffix(kept)
    gone = f" {words(cut)} "
    letters = (words(letter[:LIMIT]) for letter in ours)
    return any(letter.count(" ") >= 4 and f" {letter} " in gone for letter in letters)


def _around_card(text: str) -> list[str] | None:
    """What stands above and below a quoted forward of ours, known by its card in any language; None without a card."""
    mark = next(iter(marks_in(text)), None)
    if mark is None or text[text.rfind("\n", 0, mark.begin) + 1 : mark.begin].strip(MARGIN):
        return None
    lines, first = text.split("\n"), text.count("\n", 0, mark.begin)
    above = lines[: above_attribution(lines, first)]
    if not is_quoted(lines[first]):
        return above  # nothing marks the quote line by line, so all that follows is the forward
    return _around_quote(above, without_card("\n".join(lines[first:])).split("\n"))


def _around_quote(above: list[str], below: list[str]) -> list[str]:
    """Their words above, below and between the quoted lines of `below`; the quotes stay where they answered between."""
    own, between = own_below(below)
    if own is None:
        return above
    rest = below if between else below[own:]
    # A signature above the quote would hide what they wrote below it.
    return [*signatures.without(above), "", *rest] if any(map(str.strip, above)) else rest


def _without_quotes(lines: list[str]) -> list[str]:
    """Cut at the first thing that only stands above a quoted letter."""
    lines = [piece for line in lines for piece in (_apart(line) if line.endswith((":", " ", "\uff1a")) else (line,))]
    for place in places_to_look_at(lines):
        if header_blocks.is_forward(lines, place):
            return lines
        head = head_at(lines, place)
        if head is not None:
            return _cut(lines, *head)
    return _without_quoted_tail(lines)


def _apart(line: str) -> tuple[str, ...]:
    own, attribution = attributions.apart(line)
    return (own, attribution) if attribution else (line,)


def _cut(lines: list[str], begin: int, below: int) -> list[str]:
    """The lines without the quote under the head that stands in the lines from `begin` to `below`."""
    following = next((line for line in lines[below:] if line.strip()), "")
    marked = is_quoted(lines[begin]) and not lines[begin].rstrip().endswith(">>>")  # that is GroupWise's attribution
    if marked or is_quoted(following):
        return lines if own_below(lines[below:])[1] else _around_quote(lines[:begin], lines[below:])
    return lines[:begin] if any(line.strip() for line in lines[:begin]) else lines


def _without_quoted_tail(lines: list[str]) -> list[str]:
    end = len(lines)
    while end > 0 and (not lines[end - 1].strip() or is_quoted(lines[end - 1])):
        end -= 1
    return lines[:end]
