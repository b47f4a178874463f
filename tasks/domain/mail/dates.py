"""Dates as people write them in Colombia: day first, months by name, often without the year."""

import re
from dataclasses import dataclass
from datetime import date

from tasks.domain.mail.relative import WEEKDAY, contradicts, relative_days

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("enero", "ene", "january", "jan"),
            ("febrero", "feb", "february"),
            ("marzo", "mar", "march"),
            ("abril", "abr", "april", "apr"),
            ("mayo", "may"),
            ("junio", "jun", "june"),
            ("julio", "jul", "july"),
            ("agosto", "ago", "august", "aug"),
            ("septiembre", "setiembre", "sept", "sep", "set", "september"),
            ("octubre", "oct", "october"),
            ("noviembre", "nov", "november"),
            ("diciembre", "dic", "december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = r"(?:\d{1,2}|primero|1(?:\.?[oº°]|r?o|ero))"
_FURTHER_DAY = rf"\s*(?:,|-|y|o|u|al?|hasta el)\s*(?:el\s+)?(?:{WEEKDAY}\s+)?{_DAY}"
_YEAR = r"(?:20\d\d|\d\d)"
_DATE = re.compile(
    rf"(?<![\w/.-])(?:"
    rf"(?P<iy>20\d\d)-(?P<im>\d{{1,2}})-(?P<id>\d{{1,2}})(?![\d-])|"
    rf"(?P<nd>\d{{1,2}})(?P<sep>[/.-])(?P<nm>\d{{1,2}})(?:(?P=sep)(?P<ny>{_YEAR}))?(?![\w/-])|"
    # "10", "10 al 30", "15 o el martes 20", "3, 4 y 5", "quince (15)" before the month
    rf"(?P<days>{_DAY}(?:{_FURTHER_DAY}){{0,6}})\)?\s*(?:de\s+|del\s+mes\s+de\s+|-|/)?"
    rf"(?P<month>{_MONTH})\b\.?(?:\s*(?:,|del?|del año|-|/)?\s*(?P<year>20\d\d))?(?!\w)|"
    rf"(?P<month2>{_MONTH})\s+(?P<day2>\d{{1,2}})(?!\d|\s*:)(?:\s*(?:,|del?)?\s*(?P<year2>20\d\d))?(?!\w)"
    rf")",
    re.IGNORECASE,
)
_VAGUE = re.compile(r"\b(?:antes|despu[ée]s|tardar|partir|desde|semana del)\b", re.IGNORECASE)
_SPELT_DAYS = (
    "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce", "trece",
    "catorce", "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve", "veinte", "veintiuno", "veintidós",
    "veintitrés", "veinticuatro", "veinticinco", "veintiséis", "veintisiete", "veintiocho", "veintinueve", "treinta",
    "treinta y uno",
)  # fmt: skip
_SPELT = re.compile(rf"\b(?:{'|'.join(reversed(_SPELT_DAYS))})(?=\s+de\s+(?:{_MONTH})\b)", re.IGNORECASE)
_NUMERIC = re.compile(r"\d[/.-]\d")
_LETTERS = re.compile(r"[^\W\d_]+")
_MAX_LENGTH = 20_000


@dataclass(frozen=True, slots=True)
class Named:
    """The days that one stretch of a text names: `text[start:end]` is "3, 4 y 5 de febrero"."""

    start: int
    end: int
    days: tuple[date, ...]


def dates_in(text: str, today: date | None = None, *, nearest: bool = False) -> tuple[date, ...]:
    """Return the dates a text names, in its order; an impossible one (31/02) is left out.

    One without a year is the next such day from `today` on (`nearest`: the closest), left out when `today` is None.
    """
    said = " ".join(text[:_MAX_LENGTH].split())
    return tuple(dict.fromkeys(day for named in named_days(said, today, nearest=nearest) for day in named.days))


def named_days(said: str, today: date | None = None, *, nearest: bool = False) -> list[Named]:
    """Return where a text with single blanks names days, and which; see `dates_in`."""
    found = []
    for match in _DATE.finditer(said) if _names_a_month(said) else ():
        near = (_valid(y, m, d) if y else _near(m, d, today, nearest) for y, m, d in _numbers(match))
        found.append(Named(match.start(), match.end(), tuple(day for day in near if day is not None)))
    if today is not None:
        taken = [(named.start, named.end) for named in found]
        relative = relative_days(said, today, nearest=nearest)
        found += [Named(a, b, (day,)) for a, b, day in relative if all(b <= start or end <= a for start, end in taken)]
    return sorted((named for named in found if named.days), key=lambda named: named.start)


def _names_a_month(said: str) -> bool:
    """Whether a month stands in the text, by name or by number; most texts are spared the long expression."""
    return _NUMERIC.search(said) is not None or not _MONTHS.keys().isdisjoint(_LETTERS.findall(said.lower()))


def parse_date(text: str, today: date, *, nearest: bool = False) -> date | None:
    """Return the one date that the text names: 2027-01-15, 15/01/27, "15 de enero", "el próximo martes", "mañana".

    Without a year it is the next such day, or with `nearest` the closest one, for what may already have happened.
    None when there is none, or when nobody can tell which was meant: several days, a limit ("antes del 30"), a weekday
    that is not the day's.
    """
    said = in_figures(text[:500])
    found = dates_in(said, today, nearest=nearest)
    if len(found) != 1 or _VAGUE.search(said) or contradicts(said, found[0]):
        return None
    return found[0]


def in_figures(text: str) -> str:
    """Return the text with days that are spelt out in figures: "quince de enero" → "15 de enero"."""
    return _SPELT.sub(lambda match: str(_SPELT_DAYS.index(" ".join(match[0].lower().split())) + 1), text)


def _numbers(match: re.Match[str]) -> list[tuple[int, int, int]]:
    """Return (year, month, day) for each day of a match; year 0 when it was not said."""
    part = match.groupdict()
    if part["iy"]:
        return [(int(part["iy"]), int(part["im"]), int(part["id"]))]
    if part["nd"]:
        if part["sep"] != "/" and not part["ny"]:
            return []  # "3.5" and "10-12" are figures and ranges
        return [(_full(part["ny"] or ""), int(part["nm"]), int(part["nd"]))]
    if part["days"]:
        days = re.findall(r"\d{1,2}|primero", part["days"].lower())
        month = _MONTHS[part["month"].lower()]
        return [(int(part["year"] or 0), month, 1 if day == "primero" else int(day)) for day in days]
    return [(int(part["year2"] or 0), _MONTHS[part["month2"].lower()], int(part["day2"]))]


def _full(year: str) -> int:
    return 2000 + int(year) if len(year) == 2 else int(year or 0)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _near(month: int, day: int, today: date | None, nearest: bool) -> date | None:
    """Return the first such day from today on, or the closest one (29 February may be years away)."""
    if today is None:
        return None
    years = range(max(1, today.year - 4 * nearest), min(9999, today.year + 8) + 1)
    days = [when for year in years if (when := _valid(year, month, day)) is not None]
    if nearest:
        return min(days, key=lambda when: abs(when - today), default=None)
    return next((when for when in days if when >= today), None)
