"""Answers that a colleague wrote between a customer's lines, where no mark tells them from the quote."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher

from chalicelib.mail.cards import marks_in, without_signed_addresses
from chalicelib.mail.quoting import attributions, header_blocks
from chalicelib.mail.quoting.advertisements import is_advertisement
from chalicelib.mail.quoting.our_words import LIMIT, LINE_LIMIT, words
from chalicelib.mail.quoting.quotes import said

_PASTED = re.compile(
    r"<[^<>\n]{1,2000}>|\[(?:cid:|image|https?:|mailto:)[^\]\n]{0,2000}\]|https?://\S{1,2000}", re.IGNORECASE
)
"""What programs write beside the words: targets of links, names of pictures. They rewrite it as they please."""
_SAME = 0.6
"""From this likeness on two passages are one that a program mangled."""


def answers_inside(text: str, ours: Sequence[str] = ()) -> bool:
    """Whether a colleague wrote between the customer's lines, and `said` would lose it.

    `ours` are the customer's words that the answered forward passed on; without them nobody can know, so it is False.
    So it is for what stands below the last of those words: a signature or the footer that a firm's gateway puts under
    every mail looks like an answer there. Most letters end in a name, so an answer to their last question is above it.
    """
    theirs = " ".join(filter(None, (words(letter[:LIMIT]) for letter in ours)))[: 2 * LIMIT]
    if not theirs or len(text) > LIMIT or text.count("\n") > LINE_LIMIT:
        return False
    kept = {words(line) for line in said(text, ours).split("\n")}
    quote = without_signed_addresses(_below_card(text)).split("\n")
    return any(_is_answer(lines, skipped, kept) for lines, skipped in _insertions(quote, f" {theirs} ", kept))


def _below_card(text: str) -> str:
    marks = marks_in(text)
    return text[marks[-1].end :] if marks else text


def _insertions(lines: list[str], theirs: str, kept: Collection[str]) -> Iterator[tuple[list[str], str]]:
    """Lines that stand between two passages of `theirs`, with the words of it that are missing there.

    The quote is read along with the letter: what comes next in it is theirs even when it is short (“Jane”).
    """
    reached, inserted, begun = 0, list[str](), False
    for line in lines:
        read = words(line)
        if not read or (not begun and read in kept):
            continue
        place = _next_place(theirs, read, reached)
        if place >= 0:
            if begun and inserted:
                yield inserted, theirs[reached:place]
            reached, inserted, begun = place + len(read) + 1, [], True
        elif len(read) <= 7 or f" {read} " not in theirs:
            inserted.append(line)
            begun = begun or _begins_alike(read, theirs)


def _next_place(theirs: str, read: str, reached: int) -> int:
    sought = f" {read} "
    if theirs.startswith(sought, reached):
        return reached
    return theirs.find(sought, reached) if len(read) > 7 else -1


def _begins_alike(read: str, theirs: str) -> bool:
    """Whether a line begins as the letter does, and goes on otherwise: “Which day? Tuesday.”"""
    first = theirs.split(maxsplit=3)[:3]
    return len(" ".join(first)) > 7 and read.split()[:3] == first


def _is_answer(inserted: list[str], skipped: str, kept: Collection[str]) -> bool:
    """Whether these lines say something new, and are not only what a program made of the words that are missing."""
    own = [line for line in inserted if _says_something(line) and words(line) not in kept]
    new, old = words(_PASTED.sub(" ", "\n".join(own))), words(skipped)
    if not new or not old or new.startswith(f"{old} "):  # the last: an answer on the line of its question
        return bool(new) and new != old
    missing = set(old.split())
    return len(missing & set(new.split())) * 2 < len(missing) and not _is_like(new, old)


def _is_like(new: str, old: str) -> bool:
    new, old = new.replace(" ", "")[:400], old.replace(" ", "")[:400]
    return SequenceMatcher(None, new, old, autojunk=False).ratio() >= _SAME


def _says_something(line: str) -> bool:
    if is_advertisement(line) or header_blocks.is_divider([line], 0) or header_blocks.field(line)[0]:
        return False
    return any(letter.isalnum() for letter in _PASTED.sub("", line)) and not attributions.says_who_wrote(line)
