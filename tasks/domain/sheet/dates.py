"""Dates as people in a Colombian office write them. Day first, always; what would need a guess is refused."""

import math
import re
import unicodedata
from datetime import date, datetime, timedelta

from tasks.domain.sheet.table import Value

_MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
_FULL = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_FIRST = {"primero": "1", "1o": "1", "1ro": "1", "1°": "1", "1º": "1"}
_SHOWN_DAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_NEAR, _APART = 80.0, 15.0  # of 100: how like a month's name a mistyped one is, and how much less like any other
_YEARS = range(2000, 2101)
_SERIALS = range(36_526, 73_415)  # the same years as serial days
_EPOCH = date(1899, 12, 30)  # day 0 of spreadsheets
_FORM = "una fecha como 3/12/2026 o «3 de diciembre de 2026»"

_TIME = re.compile(r"[\s,T]+(a las )?\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*([ap]\.?\s*m\.?|z)?$", re.IGNORECASE)
_DAYS = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
_WEEKDAY = re.compile(r"^(lun(?:es)?|martes|mie(?:rcoles)?|jue(?:ves)?|vie(?:rnes)?|sab(?:ado)?|dom(?:ingo)?)\.?[\s,]+")
_LEAD = re.compile(r"^(?:(?:el|al|dia|fecha|para)\s*:?\s+)+")
_SPELT = re.compile(r"^[a-z]+(?: y [a-z]+)? \((\d{1,2})\)")  # "tres (3) de diciembre", as letters write it
_THOUSANDS = re.compile(r"(?<=\D)2\.(0\d\d)$")  # "de 2.026"
_COMPACT = re.compile(r"^(\d{8})$")
_NUMERIC = re.compile(r"^(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})(?:\s*[/.\-\s]\s*(\d{4}|\d{2}))?$")
_ISO = re.compile(r"^(\d{4})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{1,2})$")
_WORDS = re.compile(r"^(\d{1,2})\W*(?:de\s+|del\s+)?([a-z]+)\W*(?:de\s+|del\s+)?(?:ano\s+)?(\d{4}|\d{2})?$")
_MONTH_FIRST = re.compile(r"^([a-z]+)\W*(\d{1,2})\W*(?:de\s+|del\s+)?(\d{4}|\d{2})?$")


def read_date(value: Value) -> tuple[date | None, str]:
    """Return the date and an empty note, or None and a note in Spanish; an empty cell is neither."""
    if isinstance(value, datetime):
        return _checked(value.date())
    if isinstance(value, date):
        return _checked(value)
    if isinstance(value, bool) or value is None:
        return None, "" if value is None else f"se esperaba {_FORM}"
    if isinstance(value, int | float):
        return _from_serial(value)
    return _from_text(value)


def serial_moment(value: float) -> datetime | None:
    """Return the moment that spreadsheets count as that many days, None outside the years that make sense."""
    if not math.isfinite(value) or int(value) not in _SERIALS:
        return None
    return datetime(_EPOCH.year, _EPOCH.month, _EPOCH.day) + timedelta(days=value)  # noqa: DTZ001 cells have no zone


def shown_date(day: date) -> str:
    """Return the date as it is written inside a text cell: 03/12/2026."""
    return f"{day:%d/%m/%Y}"


def _checked(day: date) -> tuple[date | None, str]:
    if day.year in _YEARS:
        return day, ""
    return None, f"revise el año {day.year}: se esperaba {_FORM}"


def _from_serial(value: float) -> tuple[date | None, str]:
    if math.isfinite(value) and int(value) in _SERIALS:
        return _EPOCH + timedelta(days=int(value)), ""
    return None, f"«{value:g}» no es una fecha: se esperaba {_FORM}"


def _from_text(typed: str) -> tuple[date | None, str]:
    text = _plain(typed)
    if not text:
        return None, ""
    if text.isdigit() and len(text) == 5:
        return _from_serial(int(text))
    weekday = _WEEKDAY.match(text)
    parts = _parts(text[weekday.end() :] if weekday else text)
    if parts is None:
        return None, f"«{typed.strip()[:40]}» no es una fecha: se esperaba {_FORM}"
    day, month, year = parts
    if year is None:
        return None, f"a «{typed.strip()[:40]}» le falta el año"
    found, note = _made(day, month, year + 2000 if year < 100 else year, typed)
    if found and weekday and not _DAYS[found.weekday()].startswith(weekday[1]):
        return None, f"el {shown_date(found)} es {_SHOWN_DAYS[found.weekday()]}, no {weekday[1]}: revise el día"
    return found, note


def _made(day: int, month: int, year: int, typed: str) -> tuple[date | None, str]:
    try:
        return _checked(date(year, month, day))
    except ValueError:
        swapped = 12 >= day > 0 and 31 >= month > 12
        hint = f". ¿Quiso decir {month:02}/{day:02}/{year}?" if swapped else ""
        return None, f"«{typed.strip()[:40]}» no existe en el calendario (primero va el día){hint}"


def _plain(typed: str) -> str:
    text = unicodedata.normalize("NFKD", typed[:80].strip().lower().replace("º", "°"))
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = _LEAD.sub("", _TIME.sub("", text)).strip(" .,")
    text = _SPELT.sub(r"\1", _THOUSANDS.sub(r"2\1", text))
    first, _, rest = text.partition(" ")
    return f"{_FIRST[first]} {rest}" if first in _FIRST else text


def _parts(text: str) -> tuple[int, int, int | None] | None:
    """Return day, month and year (None when it is missing) of one of the known forms."""
    if found := _NUMERIC.match(text):
        return int(found[1]), int(found[2]), int(found[3]) if found[3] else None
    if found := _ISO.match(text):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _COMPACT.match(text):
        return _compact(found[1])
    if (found := _WORDS.match(text)) and (month := _month(found[2])):
        return int(found[1]), month, int(found[3]) if found[3] else None
    if (found := _MONTH_FIRST.match(text)) and (month := _month(found[1])):
        return int(found[2]), month, int(found[3]) if found[3] else None
    return None


def _compact(digits: str) -> tuple[int, int, int]:
    """Return the parts of 20261203 or 03122026: the year is where a year of ours stands."""
    if int(digits[:4]) in _YEARS and int(digits[4:6]) <= 12:
        return int(digits[6:]), int(digits[4:6]), int(digits[:4])
    return int(digits[:2]), int(digits[2:4]), int(digits[4:])


def _month(word: str) -> int:
    """Return the month's number for its name, an abbreviation of three letters or more or a Roman number; else 0.

    A mistyped name counts when it is clearly nearer to one month than to any other ("dicienbre", never "mayzo").
    """
    if word in _ROMAN:
        return _ROMAN.index(word) + 1
    word = word.replace("setiembre", "septiembre")
    for number, (short, full) in enumerate(zip(_MONTHS, _FULL, strict=True), start=1):
        if word.startswith(short) and full.startswith(word):
            return number
    return 9 if word == "set" else _mistyped(word)


def _mistyped(word: str) -> int:
    from rapidfuzz import fuzz

    near = sorted(((fuzz.ratio(word, full), number) for number, full in enumerate(_FULL, start=1)), reverse=True)
    return near[0][1] if near[0][0] >= _NEAR and near[0][0] - near[1][0] >= _APART else 0
