"""What one cell of a results or assistance file says: code, score, vigencia, date, modality."""

import math
import re
import unicodedata
from datetime import date, datetime

from tasks.domain.scores.results import Value

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_BROKEN_WORD = re.compile(r"(?<=[^\W\d_])-\s+(?=[^\W\d_])")
_NOT_GIVEN = frozenset({
    "", "n a", "na", "nd", "n d", "s d", "n r", "null", "none", "nan", "no aplica", "sin dato", "sin datos",
    "sin informacion", "no disponible", "no medido", "no medida", "no reporta", "no reporto", "s i", "nr",
    "sin medicion",
})  # fmt: skip
_NOTE_MARK = re.compile(r"[⁰¹²³⁴-⁹]+|\s*\(\d{1,2}\)$")  # of a foot-note: Gobierno digital¹, Barbosa (1)
_MAX_TEXT = 500  # a heading or a name is shorter; more of a hostile cell is not looked at


def fold(value: Value) -> str:
    """Return the text in lower case without accents, punctuation, note marks or extra spaces, for comparing."""
    text = unicodedata.normalize("NFKD", _NOTE_MARK.sub("", _BROKEN_WORD.sub("", text_of(value))))
    bare = "".join(ch if ch.isalnum() else " " for ch in text if not unicodedata.combining(ch))
    return " ".join(bare.casefold().split())


def text_of(value: Value) -> str:
    """Return the cell as one line of text; a whole float loses its `.0`."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value)[:_MAX_TEXT].split())


def parse_dane(value: Value) -> str | None:
    """Return the five digits of a municipality (`5001`, `5001.0`, `5001,0` → `05001`), or None.

    A department's own code (`05000`, `5`) is no municipality.
    """
    digits = re.sub(r"[.,]0+$", "", text_of(value).lstrip("'"))
    if not re.fullmatch(r"\d{4,5}", digits, re.ASCII) or digits.endswith("000"):
        return None
    return digits.zfill(5)


def parse_score(value: Value) -> float | None:
    """Return a score between 0 and 100, or None for anything else: a missing score is missing, never 0."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        number = float(value)
    else:
        text = text_of(value).lstrip("'").removesuffix("%").strip()
        if not _NUMBER.fullmatch(text):
            return None
        number = float(text.replace(",", "."))
    number = round(number, 6)  # 100.00000000001 is what a spreadsheet makes of 100
    return number if math.isfinite(number) and 0 <= number <= 100 else None


def is_not_given(value: Value) -> bool:
    """Whether the cell says on purpose that there is no figure (empty, N/A, no aplica, -)."""
    return fold(value) in _NOT_GIVEN


def parse_vigencia(value: Value) -> int | None:
    """Return the only year 20xx that the cell names, or None."""
    if isinstance(value, bool | date):
        return value.year if isinstance(value, date) else None
    years = set(_YEAR.findall(text_of(value)))
    return int(years.pop()) if len(years) == 1 else None


def parse_day(value: Value) -> date | None:
    """Return a calendar day written as a date, ISO (`2021-06-15`) or day first (`15/06/2021`); None otherwise."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = text_of(value)
    try:
        if match := _DAY_FIRST.fullmatch(text):
            day, month, year = (int(part) for part in match.groups())
            return date(year, month, day)
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def parse_modality(value: Value) -> str | None:
    """Return `oferta`, `demanda`, or empty when the cell is; None when it says something else."""
    word = fold(value)
    return word if word in {"oferta", "demanda", ""} else None
