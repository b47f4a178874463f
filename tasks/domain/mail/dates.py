"""Dates as people write them in Colombia: day first, months by name, often without the year."""

import re
from datetime import date, timedelta

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
_WEEKDAYS = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
_WEEKDAY = r"(?:lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bado|domingo)"
_DAY = r"(?:\d{1,2}|primero|1[oº°])"
_FURTHER_DAY = rf"\s*(?:,|-|y|o|u|al?|hasta el)\s*(?:el\s+)?(?:{_WEEKDAY}\s+)?{_DAY}"
_YEAR = r"(?:20\d\d|\d\d)"
_DATE = re.compile(
    rf"(?<![\w/.-])(?:"
    rf"(?P<iy>20\d\d)-(?P<im>\d{{1,2}})-(?P<id>\d{{1,2}})(?![\d-])|"
    rf"(?P<nd>\d{{1,2}})(?P<sep>[/.-])(?P<nm>\d{{1,2}})(?:(?P=sep)(?P<ny>{_YEAR}))?(?![\w/-])|"
    # "10", "10 al 30", "15 o el martes 20", "3, 4 y 5" before the month
    rf"(?P<days>{_DAY}(?:{_FURTHER_DAY}){{0,6}})\s*(?:de\s+|del\s+mes\s+de\s+|-|/)?"
    rf"(?P<month>{_MONTH})\b\.?(?:\s*(?:,|del?|del año|-|/)?\s*(?P<year>20\d\d))?(?!\w)|"
    rf"(?P<month2>{_MONTH})\s+(?P<day2>\d{{1,2}})(?!\d|\s*:)(?:\s*(?:,|del?)?\s*(?P<year2>20\d\d))?(?!\w)"
    rf")",
    re.IGNORECASE,
)
# "el próximo martes"; with a day of the month behind it, that one counts. "El martes" alone may be any.
_RELATIVE = re.compile(
    rf"\b(?:(?:pr[óo]xim[oa]|este)\s+(?P<before>{_WEEKDAY})|"
    rf"(?P<after>{_WEEKDAY})\s+(?:pr[óo]xim[oa]|que\s+viene|entrante|siguiente)|"
    rf"(?P<week>{_WEEKDAY})\s+de\s+la\s+(?:pr[óo]xima\s+semana|semana\s+(?:pr[óo]xima|entrante|que\s+viene))|"
    rf"(?P<overmorrow>pasado\s+ma[ñn]ana))\b(?!\s*,?\s*\d)",
    re.IGNORECASE,
)
_SOON = {"hoy": 0, "manana": 1}  # only as the whole of an order's date: "en la mañana" is no day
_MAX_LENGTH = 20_000


def dates_in(text: str, today: date | None = None, *, nearest: bool = False) -> tuple[date, ...]:
    """Return the dates a text names, in its order; an impossible one (31/02) is left out.

    One without a year is the next such day from `today` on (`nearest`: the closest), left out when `today` is None.
    """
    said = " ".join(text[:_MAX_LENGTH].split())
    found: list[tuple[int, date]] = []
    for match in _DATE.finditer(said):
        for year, month, day in _numbers(match):
            when = _valid(year, month, day) if year else _near(month, day, today, nearest)
            if when is not None:
                found.append((match.start(), when))
    if today is not None:
        found += [(match.start(), _weekday(match, today)) for match in _RELATIVE.finditer(said)]
    return tuple(dict.fromkeys(when for _, when in sorted(found, key=lambda one: one[0])))


def _weekday(match: re.Match[str], today: date) -> date:
    """Return the day that "el próximo martes" names: the first such one after today, or that of the week to come."""
    if match["overmorrow"]:
        return today + timedelta(days=2)
    name = (match["before"] or match["after"] or match["week"]).lower().replace("é", "e").replace("á", "a")
    ahead = (_WEEKDAYS.index(name) - today.weekday() - 1) % 7 + 1
    if match["week"]:
        ahead = _WEEKDAYS.index(name) - today.weekday() + 7
    return today + timedelta(days=ahead)


def parse_date(text: str, today: date, *, nearest: bool = False) -> date | None:
    """Return the one date that the text names: 2027-01-15, 15/01/27, "15 de enero", "el próximo martes", "mañana".

    Without a year it is the next such day, or with `nearest` the closest one, for what may already have happened.
    None when there is none, or when there are several, since nobody can tell which was meant.
    """
    alone = _SOON.get(text.strip(" .").lower().replace("ñ", "n"))
    if alone is not None:
        return today + timedelta(days=alone)
    found = dates_in(text[:500], today, nearest=nearest)
    return found[0] if len(found) == 1 else None


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
