"""How things are written in team.toml: hours, spans of time, days off, addresses. Text in, values out.

Every function raises ValueError with a sentence that says what was understood and what would be right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from byname.nearest import did_you_mean

Window = tuple[int, int]
"""(opens, closes) in minutes after midnight."""
Week = tuple[tuple[Window, ...], ...]
"""Seven days, Monday first."""

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FULL_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HOURS_LINE = re.compile(r"(?P<days>[A-Za-z][A-Za-z,\s-]*?)[:\s]\s*(?P<times>\d.*)")
_TIMES = re.compile(r"(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})")
_HOURS_EXAMPLE = "write it like 'Mon-Fri 08:00-17:30' or 'Sat 09:00-12:00, 13:00-16:00'"

_SPAN_PIECE = re.compile(r"(\d+)\s*(days?|d|hours?|hrs?|h|minutes?|mins?|m)(?![a-z])[\s,]*")
_SPAN_EXAMPLE = "write '30m', '4h', '1 day' or '1h 30m'"

_OFF = re.compile(r"(?P<first>\d{4}-\d{2}-\d{2})(?:\s*(?:to|-)\s*(?P<last>\d{4}-\d{2}-\d{2}))?(?:\s+(?P<name>.+))?")
_OFF_EXAMPLE = "write '2026-12-24 Christmas Eve' or '2026-12-24 to 2027-01-02 Winter break'"
_LONGEST_BREAK = timedelta(days=92)

_ADDRESS = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


@dataclass(frozen=True, slots=True)
class Span:
    """A length of working time as written: days are the firm's usual days, known only when it is compiled."""

    days: int
    minutes: int

    def as_time(self, usual_day: timedelta) -> timedelta:
        return self.days * usual_day + timedelta(minutes=self.minutes)


def read_hours(lines: Iterable[str]) -> Week:
    """`Mon-Fri 08:00-12:30, 13:15-17:30`, several lines of it, as a week."""
    week: list[list[Window]] = [[] for _ in DAYS]
    for line in lines:
        match = _HOURS_LINE.fullmatch(line.strip().replace("–", "-"))
        if match is None:
            raise ValueError(f"cannot read the hours '{line}'; {_HOURS_EXAMPLE}")
        windows = _read_times(match["times"], line)
        for day in _read_days(match["days"]):
            week[day].extend(windows)
    return tuple(_in_order(day, windows) for day, windows in enumerate(week))


def _read_days(text: str) -> Iterator[int]:
    """`Mon-Fri`, `Sat, Sun`, `Saturday`: day numbers, Monday is 0. A range may run over the weekend."""
    for piece in text.split(","):
        first, _, last = (part.strip() for part in piece.partition("-"))
        begin, end = _read_day(first), _read_day(last or first)
        yield from ((begin + step) % 7 for step in range((end - begin) % 7 + 1))


def _read_day(word: str) -> int:
    for names in (DAYS, _FULL_DAYS):
        if word.title() in names:
            return names.index(word.title())
    raise ValueError(
        f"'{word}' is not a day of the week{did_you_mean(word, DAYS, dict(zip(_FULL_DAYS, DAYS, strict=True)))}"
    )


def _read_times(text: str, line: str) -> list[Window]:
    if re.sub(r"[\s,]|and", "", _TIMES.sub("", text)):
        raise ValueError(f"cannot read the hours '{line}'; {_HOURS_EXAMPLE}")
    return [_window(_minute(opens), _minute(closes)) for opens, closes in _TIMES.findall(text)]


def _minute(clock: str) -> int:
    hour, minute = map(int, clock.split(":"))
    if minute > 59 or hour * 60 + minute > 1440:
        raise ValueError(f"'{clock}' is not a time of day; write 00:00 to 24:00")
    return hour * 60 + minute


def _window(opens: int, closes: int) -> Window:
    if opens < closes:
        return opens, closes
    raise ValueError(
        f"{clock(opens)}-{clock(closes)} closes before it opens; "
        f"a night is written on two days: 'Fri {clock(opens)}-24:00' and 'Sat 00:00-{clock(closes)}'"
    )


def _in_order(day: int, windows: list[Window]) -> tuple[Window, ...]:
    windows.sort()
    for (opens, ends), (begins, closes) in pairwise(windows):
        if begins <= ends:
            raise ValueError(
                f"on {DAYS[day]} the hours {clock(opens)}-{clock(ends)} and {clock(begins)}-{clock(closes)} overlap; "
                f"write them as one: '{DAYS[day]} {clock(opens)}-{clock(max(ends, closes))}'"
            )
    return tuple(windows)


def clock(minute: int) -> str:
    """480 is `08:00`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def write_hours(week: Week) -> str:
    """A week as a person would write it, days with the same hours together: `Mon-Fri 08:00-17:30, Sat 09:00-12:00`."""
    runs: list[list[int]] = []
    for day, windows in enumerate(week):
        if runs and week[runs[-1][-1]] == windows:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(_write_run(run, week[run[0]]) for run in runs if week[run[0]])


def _write_run(run: Sequence[int], windows: tuple[Window, ...]) -> str:
    days = DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}"
    return " ".join((days, *(f"{clock(opens)}-{clock(closes)}" for opens, closes in windows)))


def read_span(text: str) -> Span:
    """`30m`, `4h`, `1 day`, `1h 30m`. A day is one usual working day of the firm."""
    days = minutes = 0
    if _SPAN_PIECE.sub("", text.strip().lower()) or not text.strip():
        raise ValueError(f"cannot read the time '{text}'; {_SPAN_EXAMPLE}")
    for number, unit in _SPAN_PIECE.findall(text.strip().lower()):
        match unit[0]:
            case "d":
                days += int(number)
            case "h":
                minutes += 60 * int(number)
            case _:
                minutes += int(number)
    if not days and not minutes:
        raise ValueError(f"'{text}' is no time at all; {_SPAN_EXAMPLE}")
    return Span(days, minutes)


def write_span(span: timedelta) -> str:
    """`9h 30m`."""
    hours, minutes = divmod(span // timedelta(minutes=1), 60)
    return " ".join(part for part in (f"{hours}h" if hours else "", f"{minutes}m" if minutes else "") if part)


def read_days_off(text: str) -> tuple[tuple[date, str], ...]:
    """`2026-12-24 Christmas Eve`, or the same with `to` and a last day: every day with its name."""
    match = _OFF.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"cannot read the day '{text}'; {_OFF_EXAMPLE}")
    first = _read_date(match["first"])
    last = _read_date(match["last"] or match["first"])
    if not first <= last <= first + _LONGEST_BREAK:
        raise ValueError(f"'{text}' should run from a first to a later last day, three months at most; {_OFF_EXAMPLE}")
    return tuple((first + timedelta(days=n), match["name"] or "closed") for n in range((last - first).days + 1))


def _read_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is not in the calendar; write year-month-day, like 2026-12-24") from None


def read_address(text: str) -> str:
    """A bare mail address in lower case."""
    address = text.strip().lower()
    if _ADDRESS.fullmatch(address) is None:
        if _ADDRESS.fullmatch(f"{address}.example"):
            raise ValueError(f"'{text}' has no ending; write all of the address, like '{address}.example'")
        raise ValueError(f"'{text}' is not a mail address; write it bare, like 'bob@acme.example'")
    return address
