"""The day somebody is back, and who covers for them, in the words of their own out-of-office answer.

People write such lines in every order, so only two things are looked for: a date behind a word like "until" or "back
on", and an address or name behind words like "please contact". Where a date could be read two ways (03/04), the one
that lies ahead and nearer counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from chalicelib.desk.says_away import SaysAway
from chalicelib.mail.addresses import safe_email
from chalicelib.mail.alternation import Alternation

LIMIT = 4000
"""Characters of the answer that are read; below stands what it answers."""
AHEAD = timedelta(days=400)
"""Nobody is away for longer: a later date is about something else."""

_MONTHS = tuple(
    words.split()
    for words in (
        "jan janv ener enero gen gennaio januari januar leden led sty stycznia ianuarie tammikuu янв січ ιαν oca ocak",
        "feb fév févr febbraio febr februari únor úno lut lutego helmikuu фев лют φεβ şub subat",
        "mar mär märz maerz mars marzo maart březen bře marca maaliskuu мар берез μαρ",
        "apr avr avril abr abril aprile duben dub kwi kwietnia huhtikuu апр квіт απρ nis nisan",
        "may mai mayo mag maggio mei maj maja květen kvě toukokuu мая май трав μαι μαϊ",
        "jun juin junio giu giugno juni červen czerwca cze kesäkuu июн черв ιουν haz haziran",
        "jul juil juillet julio lug luglio juli červenec lipca lip heinäkuu июл лип ιουλ tem temmuz",
        "aug août aou ago agosto augustus augusti srpen srp sie sierpnia elokuu авг серп αυγ ağu agu",
        "sep sept set settembre september září wrz września syyskuu сен верес σεπ eyl eylül",
        "oct okt ott ottobre octubre outubro out oktober říjen paź października lokakuu окт жовт οκτ eki ekim",
        "nov novembre noviembre novembro listopad lis listopada marraskuu ноя листоп νοε kas kasım",
        "dec déc dez dic dicembre diciembre dezembro december prosinec gru grudnia joulukuu дек груд δεκ ara aralık",
    )
)
_WEEKDAYS = tuple(
    words.split()
    for words in (
        "monday montag lundi lunes lunedì lunedi maandag segunda måndag mandag maanantai poniedziałek pondělí",
        "tuesday dienstag mardi martes martedì martedi dinsdag terça tisdag tirsdag tiistai wtorek úterý вторник",
        "wednesday mittwoch mercredi miércoles mercoledì mercoledi woensdag quarta onsdag keskiviikko środa środę",
        "thursday donnerstag jeudi jueves giovedì giovedi donderdag quinta torsdag torstai czwartek čtvrtek четверг",
        "friday freitag vendredi viernes venerdì venerdi vrijdag sexta fredag perjantai piątek pátek пятница пятницу",
        "saturday samstag sonnabend samedi sábado sabato zaterdag lördag lørdag lauantai sobota sobotę суббота субботу",
        "sunday sonntag dimanche domingo domenica zondag söndag søndag sunnuntai niedziela niedzielę воскресенье",
    )
)
_BACK = (
    r"back(?: in| at| from| to)?(?: the| my)?(?: office| work| desk)?(?: on)?"
    r"|return(?:ing|s)?(?: to(?: the| my)? \w+)?(?: on)?|zur[üu]ck(?: ab| am)?|\bab(?: dem)?"
    r"|wieder(?: f[üu]r sie)?(?: da| erreichbar| im \w+)?(?: ab| am)?|de retour(?: le| au \w+ le)?|reprends? le"
    r"|regreso(?: el)?|vuelvo(?: el)?|de vuelta(?: el)?|(?:rientro|rientrer[òo]|torner[òo])(?: in \w+)?(?: il| l')?"
    r"|(?:terug|weer aanwezig|weer bereikbaar)(?: op| vanaf)?|(?:regresso|retorno|volto)(?: em| a| no dia)?"
    r"|(?:[åa]ter|tillbaka|tilbage|tilbake)(?: igen| igjen)?(?: den)?|palaan(?: töihin)?|wracam|wr[óo]c[ęe]|zp[ěe]t"
    r"|вернусь|буду"
)
_UNTIL_EXCLUSIVE = r"until|till?|untill"
_UNTIL_INCLUSIVE = (
    r"(?:until|till?) and including|through|thru|up to and including|bis(?: einschlie(?:ß|ss)lich| inkl\.?| und mit)?"
    r"(?: zum| den)?|jusqu['’]au|\bau\b|hasta(?: el)?|\bal\b|fino al?(?:l['’])?|tot(?: en met)?|t/m"
    r"|até(?: o dia| ao dia| a)?|till och med|t\.?o\.?m\.?|til og med|asti|saakka|\bdo(?: dnia)?|\bдо\b|[-\u2013]"
)
_MONTH_WORD = r"[^\W\d_]{3,14}\.?"
_DAY = (
    r"(?P<y1>20\d\d)-(?P<m1>\d{1,2})-(?P<d1>\d{1,2})"
    r"|(?P<a>\d{1,2})\s?[./-]\s?(?P<b>\d{1,2})(?:\s?[./-]\s?(?P<y2>\d{4}|\d{2})(?!\d))?"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?,?\s(?:of |de |d[ei] )?(?P<m3>{_MONTH_WORD})"
    r"(?:,?\s(?:de )?(?P<y3>20\d\d))?"
    rf"|(?P<m4>{_MONTH_WORD})\s(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s(?P<y4>20\d\d))?"
)
_SEPARATORS = r"(?:\s|,|:|the |den |dem |le |el |il |op |on |am |,? ?[^\W\d_]{2,13},?\.? ){0,3}?"
_WHEN = (
    (Alternation(rf"(?:{_UNTIL_INCLUSIVE})\s{_SEPARATORS}(?:{_DAY})"), 1),
    (Alternation(rf"\b(?:{_BACK})\s{_SEPARATORS}(?:{_DAY})"), 0),
    (Alternation(rf"\b(?:{_UNTIL_EXCLUSIVE})\s{_SEPARATORS}(?:{_DAY})"), 0),
)
"""Where a date counts, and how many days later they are back."""
_ON_WEEKDAY = Alternation(rf"\b(?:{_BACK}|{_UNTIL_EXCLUSIVE})\s(?:\w+ )?(?P<weekday>[^\W\d_]{{5,13}})\b")
_TURN_TO = Alternation(
    r"""
    \b(?:please )?(?:contact|e-?mail|write to|reach out to|get in touch with|call|wenden sie sich(?: \w+){0,3} an
    |kontaktieren sie|contacte[rz]|adressez[ -]vous [àa]|contactar(?: con)?|contacte(?: con)?
    |p[óo]ngase en contacto con|contattare|rivolgersi a|neem contact op met|kunt u terecht bij|contatar
    |entre em contato com|kontakta|kontakte?|ottakaa yhteytt[äa]|prosz[ęe] o kontakt z|kontaktujte
    |обращайтесь(?: к)?|звертайтесь(?: до)?)\b ?(?P<whom>[^\n]{2,200})
    """
)
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]{1,64}@[^\s<>()\[\]\"',;:@]{1,255}")


def read_absence(text: str, said_on: date, sender: str = "") -> SaysAway:
    """What an out-of-office answer of that day says. `sender` is whose answer it is: nobody covers for themselves."""
    head = text[:LIMIT].replace("\u00a0", " ")
    words, cover = _cover(head, sender)
    return SaysAway(_back_on(head, said_on), cover, words)


def _back_on(text: str, said_on: date) -> date | None:
    line = " ".join(text.split())
    for pattern, later in _WHEN:
        for match in pattern.finditer(line):
            for day in _days(match, said_on):
                if said_on <= day + timedelta(days=later) and day - said_on <= AHEAD:
                    return day + timedelta(days=later)
    named = _ON_WEEKDAY.search(line)
    return _next(named["weekday"], said_on) if named else None


def _next(weekday: str, said_on: date) -> date | None:
    number = next((place for place, words in enumerate(_WEEKDAYS) if weekday.lower() in words), None)
    return said_on + timedelta(days=(number - said_on.weekday() - 1) % 7 + 1) if number is not None else None


def _days(match: re.Match[str], said_on: date) -> Iterator[date]:
    """The days a match can mean, likeliest first."""
    said = match.groupdict()
    if said["y1"]:
        yield from _day(int(said["y1"]), int(said["m1"]), int(said["d1"]))
    elif said["a"]:
        first, second = int(said["a"]), int(said["b"])
        readings = (*_in(said["y2"], second, first, said_on), *_in(said["y2"], first, second, said_on))
        ahead = [day for day in readings if day >= said_on]
        yield from sorted(ahead) if len(ahead) == 2 and (ahead[1] - said_on).days > 60 else ahead
    else:
        name = (said["m3"] or said["m4"]).lower().rstrip(".")
        yield from _in(said["y3"] or said["y4"], _month(name), int(said["d3"] or said["d4"]), said_on)


def _month(name: str) -> int:
    """1 to 12; 0 when this is no month in any language we know."""
    for number, words in enumerate(_MONTHS, start=1):
        if name in words or (len(name) > 3 and any(len(word) > 2 and name.startswith(word) for word in words)):
            return number
    return 0


def _in(year: str | None, month: int, day: int, said_on: date) -> tuple[date, ...]:
    """That day of the year, or without one of the next year it lies ahead in."""
    if year:
        return _day(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this = _day(said_on.year, month, day)
    return this if this and this[0] >= said_on else _day(said_on.year + 1, month, day)


def _day(year: int, month: int, day: int) -> tuple[date, ...]:
    try:
        return (date(year, month, day),)
    except ValueError:
        return ()


def _cover(text: str, sender: str) -> tuple[str, str]:
    """(the line that says whom to turn to, the address in it)."""
    for match in _TURN_TO.finditer(text):
        whom = re.split(r"(?<=[^\W\d][^\W\d])\.\s", match["whom"], maxsplit=1)[0].strip(" .:")
        address = next(
            (email for each in _ADDRESS.finditer(match["whom"]) if (email := safe_email(each[0].strip(".")))), ""
        )
        if address == sender and address:
            continue
        if address or re.match(r"[A-Z\u00c0-\u042f]", whom.removeprefix("my colleague ").removeprefix("Herrn ")):
            return whom, address
    return "", ""
