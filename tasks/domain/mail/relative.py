"""Days that are named from today: "el próximo martes", "de mañana en ocho", "el lunes a las 2 p. m."."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

WEEKDAY = r"(?:lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bado|domingo)"
_COMING = r"(?:pr[óo]xim[oa]|entrante|siguiente|que\s+(?:viene|entra))"
NEXT_WEEK = rf"(?:(?:pr[óo]xima|otra|siguiente|entrante)\s+semana|semana\s+{_COMING})"
TIME = (
    r"(?:\s*,)?\s*(?:(?:a|desde)\s+las?\s+\d|de\s+\d{1,2}(?::\d\d)?\s*(?:[ap]\.?\s*m\b|a\s+(?:las\s+)?\d)|"
    r"\d{1,2}(?::\d\d)?\s*[ap]\.?\s*m\b|(?:en|por)\s+la\s+(?:ma[ñn]ana|tarde)|en\s+horas\s+de|al\s+mediod[íi]a)"
)
_WEEKDAYS = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
# One of these stands in whatever the pattern finds; looking for them first spares it for most texts.
_ANCHORS = (
    "lunes", "martes", "rcoles", "jueves", "viernes", "bado", "domingo", "hoy", "mañana", "manana", "ayer", "antier",
    "ocho d", "quince d", "8 d", "15 d", "el día ", "el dia ", "ximo", "presente", "corrientes", "en curso", "este mes",
    "mes ",
)  # fmt: skip
_NO_DAY_AFTER = r"(?!\s*,?\s*(?:el\s+)?(?:d[íi]a\s+)?\d)"
_ENDS = r"(?=\s*(?:[.,;:)]|$|a\s+las?\b|en\s+la\b|en\s+horas|por\s+la\b|de\s+\d|[yo]\b))"
_NO_MONTH_AFTER = r"(?![\d/:%°]|\s*(?:de\b|del\b|[ap]\.?\s*m\b|horas?\b|h[áa]bil|por\s+ciento|%|[-/]\s*\d))"
_RELATIVE = re.compile(
    # A week, or a fortnight, from a day: both count the first day, as the language does.
    rf"\b(?:(?P<from>hoy|ma[ñn]ana|{WEEKDAY})\s+en\s+(?P<in>ocho|quince|8|15)(?:\s+d[íi]as)?{_ENDS}|"
    rf"(?:en|dentro\s+de)\s+(?P<days>ocho|quince|8|15)\s+d[íi]as\b(?!\s+(?:h[áa]b|cal|lab))|"
    rf"(?P<monthday>\d{{1,2}})\s+(?:del?\s+)(?:(?P<this>presente|los\s+corrientes|este\s+mes|mes\s+en\s+curso)|"
    rf"pr[óo]ximo\s+mes|mes\s+{_COMING})|"
    rf"(?:{NEXT_WEEK},?\s+(?:el\s+(?:d[íi]a\s+)?)?(?P<week_first>{WEEKDAY})|"
    rf"(?P<week>{WEEKDAY})\s+de\s+(?:la\s+)?{NEXT_WEEK}|"
    rf"(?:pr[óo]xim[oa]|este)\s+(?P<next>{WEEKDAY})|"
    rf"(?P<next_after>{WEEKDAY})\s+{_COMING}|"
    rf"(?:pasado\s+(?P<last>{WEEKDAY})|(?P<last_after>{WEEKDAY})\s+pasado)|"
    rf"(?<!de\s)(?P<overmorrow>pasado\s+ma[ñn]ana)|(?P<yesterday>ayer)|(?P<before>anteayer|antier|antes\s+de\s+ayer)|"
    rf"(?P<today>hoy)(?!\s+en\s+d[íi]a)|"
    rf"(?<!\bla )(?<!\bde )(?<!una )(?<!esta )(?<!cada )(?<!toda )(?<!hasta )(?<!jornada )(?<!horario )"
    rf"(?P<tomorrow>(?:d[íi]a\s+de\s+)?ma[ñn]ana)(?!\s*[-/]|\s+y\s+tarde))\b{_NO_DAY_AFTER}|"
    rf"(?P<dated>{WEEKDAY})\s*,?\s+(?:el\s+)?(?:d[íi]a\s+)?(?P<number>\d{{1,2}}){_NO_MONTH_AFTER}|"
    rf"(?:pr[óo]ximo|el\s+d[íi]a)\s+(?P<day>\d{{1,2}}){_NO_MONTH_AFTER}|"
    rf"el\s+(?P<timed>{WEEKDAY})(?={TIME}))",
    re.IGNORECASE,
)
_ANY_WEEKDAY = re.compile(rf"\b{WEEKDAY}\b", re.IGNORECASE)
_COUNTS = {"ocho": 7, "8": 7, "quince": 14, "15": 14}
_SHIFTS = {"today": 0, "tomorrow": 1, "overmorrow": 2, "yesterday": -1, "before": -2}
_FAR = 62  # days ahead in which "el lunes 7" is looked for


def relative_days(said: str, today: date, *, nearest: bool = False) -> Iterator[tuple[int, int, date]]:
    """Yield (start, end, day) for what a text with single blanks names from today.

    A weekday is the first such one after today; with `nearest`, for what may have happened, the closest to it.
    """
    low = said.lower()
    if not any(anchor in low for anchor in _ANCHORS):
        return
    for match in _RELATIVE.finditer(said):
        day = _day(match, today, nearest)
        if day is not None:
            yield match.start(), match.end(), day


def weekday_after(name: str, today: date) -> date:
    """Return the first day of that name after today."""
    return today + timedelta((_index(name) - today.weekday() - 1) % 7 + 1)


def weekday_of_next_week(name: str, today: date) -> date:
    """Return the day of that name in the week that begins next Monday."""
    return today + timedelta(_index(name) - today.weekday() + 7)


def contradicts(said: str, day: date) -> bool:
    """Whether the text says another weekday than the day's: "martes 16 de diciembre" where that is a Wednesday."""
    return any(_index(name) != day.weekday() for name in _ANY_WEEKDAY.findall(said))


def _index(name: str) -> int:
    return _WEEKDAYS.index(name.lower().replace("é", "e").replace("á", "a"))


def _day(match: re.Match[str], today: date, nearest: bool) -> date | None:
    part = match.groupdict()
    for name, shift in _SHIFTS.items():
        if part[name]:
            return today + timedelta(shift)
    if part["from"] or part["days"]:
        return _first(part["from"] or "hoy", today) + timedelta(_COUNTS[(part["in"] or part["days"]).lower()])
    if part["monthday"]:
        return _of_month(int(part["monthday"]), today, 0 if part["this"] else 1)
    if part["dated"]:
        return _ahead(int(part["number"]), today, _index(part["dated"]))
    if part["day"]:
        return _ahead(int(part["day"]), today)
    return _named_weekday(part, today, nearest)


def _named_weekday(part: dict[str, str], today: date, nearest: bool) -> date:
    if week := part["week"] or part["week_first"]:
        return weekday_of_next_week(week, today)
    if last := part["last"] or part["last_after"]:
        return today - timedelta((today.weekday() - _index(last) - 1) % 7 + 1)
    if part["timed"] and nearest:
        return today + timedelta((_index(part["timed"]) - today.weekday() + 3) % 7 - 3)
    return weekday_after(part["next"] or part["next_after"] or part["timed"], today)


def _first(name: str, today: date) -> date:
    """Return the day that a week is counted from."""
    name = name.lower()
    if name == "hoy":
        return today
    return today + timedelta(1) if name.startswith("ma") and name != "martes" else weekday_after(name, today)


def _of_month(day: int, today: date, months: int) -> date | None:
    year, month = today.year + (today.month - 1 + months) // 12, (today.month - 1 + months) % 12 + 1
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _ahead(number: int, today: date, weekday: int | None = None) -> date | None:
    """Return the next day of that number, which must fall on the weekday that was said."""
    days = (today + timedelta(n) for n in range(1, _FAR))
    return next((d for d in days if d.day == number and weekday in {None, d.weekday()}), None)
