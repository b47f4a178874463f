"""What one cell says: cleaned text, its canonical form for comparing, and the trade's values read from it.

Cells hold what hurried people type and what strangers wrote in e-mails, so nothing here trusts its input. Reading never
guesses: what is not certain is refused with a note in Spanish that says what to write instead.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from tasks.domain.cases.case import Mode, Petition
from tasks.domain.cases.names import find_named
from tasks.domain.sheet.dates import read_date, serial_moment, shown_date
from tasks.domain.sheet.table import Value

MAX_TEXT = 32_000  # Excel holds 32,767 UTF-16 units in a cell, Google Sheets 50,000

# Controls, bidirectional overrides and invisible marks (they make a text look like another), and what XML cannot carry.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
# OOXML reads _x0041_ inside a text as an escaped character: spreadsheets would show another text than was written.
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
ADDRESS = re.compile(r"[^@\s<>\"',;:()\[\]]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_FORMULA_START = frozenset("=+-@\t\r＝＋－＠")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a drop-down: what is shown, what the ledger keeps and other ways of writing it."""

    name: str
    code: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell was understood to say: a value and how the system writes it, or a note that explains the refusal."""

    value: Any = None
    shown: Value = None
    note: str = field(default="")

    @property
    def ok(self) -> bool:
        """Whether the cell was understood."""
        return not self.note


def clean_text(text: str, limit: int = MAX_TEXT) -> str:
    """Return the text as a cell can hold and give it back unchanged: NFC, no controls, no outer blanks, bounded."""
    # What is printable has no control, no odd blank and no line end: most texts need no more than this look.
    if not (text.isprintable() and (text.isascii() or unicodedata.is_normalized("NFC", text))):
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").replace("\u2028", "\n")
        text = unicodedata.normalize("NFC", _UNWANTED.sub("", text))
    text = text.strip()
    if "_x" in text:
        text = _ESCAPE.sub("-", text)
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet could take the text for a formula if it were typed (full-width forms included).

    Such a text is never altered: the backends write it with an explicit type "text" (RAW in Google Sheets; a string
    cell with the quote prefix in .xlsx), so it is shown as it came and nothing computes it.
    """
    return text[:1] in _FORMULA_START


def canonical(value: Value, kind: str = "text") -> str:
    """Return the value as one string that is equal exactly when two cells say the same ("" for an empty one).

    `kind` is the column's format: under "date" the time of a day is noise, a `datetime` counts to the minute, and a
    number is the day that spreadsheets count so (a cell that lost its date format).
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, bool):
        return "Sí" if value else "No"
    if isinstance(value, date):
        if kind == "datetime" and not isinstance(value, datetime):
            value = datetime.combine(value, time())  # midnight comes back from a workbook as the bare day
        return _canonical_moment(value, kind) if isinstance(value, datetime) else value.isoformat()
    if kind in {"date", "datetime"} and (moment := serial_moment(value)) is not None:
        return _canonical_moment(moment, kind)
    return _canonical_number(value)


def _canonical_number(value: float) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))  # Excel keeps no integers: a radicado of fourteen digits comes back as a float
    return str(value) if isinstance(value, int) else format(value, ".10g")


def _canonical_moment(value: datetime, kind: str) -> str:
    rounded = value.replace(tzinfo=None) + timedelta(seconds=30)  # a serial date comes back some microseconds off
    if kind == "date" or (kind != "datetime" and rounded.hour == rounded.minute == 0):
        return rounded.date().isoformat()
    return rounded.strftime("%Y-%m-%dT%H:%M")


def fold(text: str) -> str:
    """Return the text without accents, case, punctuation or double blanks, for comparing names."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(letters.split())


def read_choice(value: Value, choices: Sequence[Choice], what: str) -> Reading:
    """Return the choice whose name, alias or unmistakable part the cell says; `what` names it in the note.

    A typing error is not corrected silently: the note offers the nearest name.
    """
    text = canonical(value)
    if not text:
        return Reading()
    found = find_named(fold(text)[:200], choices, _spellings)
    if found.match:
        return Reading(found.match.code, found.match.name)
    names = [choice.name for choice in found.candidates[:5]]
    if len(names) > 1:
        return Reading(note=f"«{_short(text)}» puede ser {', '.join(names)}: escriba el nombre completo")
    nearest = names[0] if names else _nearest(fold(text)[:200], choices)
    suggestion = f". ¿Quiso decir «{nearest}»?" if nearest else ""
    return Reading(note=f"«{_short(text)}» no es {what} de la lista{suggestion}")


def _nearest(wanted: str, choices: Sequence[Choice]) -> str:
    """Return the name nearest to a short word, in which one wrong letter weighs more; it is only ever a suggestion."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(wanted, [fold(c.name) for c in choices], scorer=fuzz.ratio, score_cutoff=75)
    return choices[found[2]].name if found else ""


@lru_cache(maxsize=2048)  # each cycle compares the same people and policies with every cell
def _spellings(choice: Choice) -> tuple[str, ...]:
    return tuple(fold(name) for name in (choice.name, *choice.aliases))


def read_choices(value: Value, choices: Sequence[Choice], what: str) -> Reading:
    """Return several choices, separated by `;` or lines, without repetition; one that is not understood refuses all."""
    parts = [part for part in re.split(r"[;\n]", canonical(value)) if part.strip()]
    readings = [read_choice(part, choices, what) for part in parts]
    if notes := [r.note for r in readings if not r.ok]:
        return Reading(note="; ".join(notes))
    found = dict.fromkeys((str(r.value), str(r.shown)) for r in readings if r.value)
    return Reading(tuple(code for code, _ in found), "; ".join(name for _, name in found) or None)


def read_day(value: Value) -> Reading:
    """Return a date in any usual Colombian form."""
    day, note = read_date(value)
    return Reading(day, day, note)


def read_days(value: Value) -> Reading:
    """Return one or several dates, separated by `;` or lines, in order."""
    if not isinstance(value, str) or not re.search(r"[;\n]", value.strip()):
        reading = read_day(value)
        return reading if not reading.ok else Reading((reading.value,) if reading.value else (), reading.shown)
    readings = [read_day(part) for part in re.split(r"[;\n]", value) if part.strip()]
    if notes := [r.note for r in readings if not r.ok]:
        return Reading(note="; ".join(notes))
    days = tuple(sorted({r.value for r in readings}))
    return Reading(days, shown_days(days))


def shown_days(days: Sequence[date]) -> Value:
    """Return how a cell shows the dates: one is a real date, several are text."""
    return days[0] if len(days) == 1 else "; ".join(map(shown_date, days)) or None


_MODES = (
    Choice("presencial", Mode.ON_SITE, ("en sitio", "en persona")),
    Choice("virtual", Mode.REMOTE, ("remota", "remoto", "en línea", "teams", "meet")),
)
_PETITIONS = (
    Choice("general", Petition.GENERAL, ("interés general", "interés particular")),
    Choice("documentos", Petition.DOCUMENTS, ("información", "copias")),
    Choice("entre autoridades", Petition.BETWEEN_AUTHORITIES, ("autoridades",)),
    Choice("consulta", Petition.CONSULTATION),
)


def read_mode(value: Value) -> Reading:
    """Return how a session is held."""
    return read_choice(value, _MODES, "una modalidad")


def read_petition(value: Value) -> Reading:
    """Return the kind of petition; an empty cell is a general one."""
    reading = read_choice(value, _PETITIONS, "un tipo de petición")
    return Reading(Petition(reading.value or ""), reading.shown) if reading.ok else reading


def read_text(value: Value) -> Reading:
    """Return a cleaned text; dates typed into a text column keep the form people write."""
    text = shown_date(value) if isinstance(value, date) else canonical(value)
    return Reading(text, text or None)


def read_address(value: Value) -> Reading:
    """Return an e-mail address in small letters."""
    text = canonical(value)
    if not text or ADDRESS.fullmatch(text):
        return Reading(text.casefold() or None, text.casefold() or None)
    return Reading(note=f"«{_short(text)}» no es un correo electrónico")


def read_yes(value: Value) -> Reading:
    """Return whether the cell says yes (sí, x, 1, verdadero) or no."""
    said = fold(canonical(value))
    if said in {"si", "x", "1", "true", "verdadero", "yes", "s"}:
        return Reading(True, "Sí")
    if said in {"no", "0", "false", "falso", "n"}:
        return Reading(False, "No")
    return Reading(note=f"escriba Sí o No en vez de «{_short(said)}»") if said else Reading()


def sentence(note: str) -> str:
    """Return the note with the mark that ends a sentence."""
    return note if note.endswith((".", "?", "!")) else f"{note}."


def _short(text: str) -> str:
    return clean_text(text.replace("\n", " "), 60)


Reader = Callable[[Value], Reading]
