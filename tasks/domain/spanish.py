"""Spanish of a Colombian office: dates and numbers in words, lists, plurals and contractions."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from tasks.domain.cases.case import EntityType

_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip
_WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_TO_TWENTY_NINE = (
    "cero", "un", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce", "trece",
    "catorce", "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve", "veinte", "veintiún", "veintidós",
    "veintitrés", "veinticuatro", "veinticinco", "veintiséis", "veintisiete", "veintiocho", "veintinueve",
)  # fmt: skip
_TENS = ("treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa")
_ARTICLES = {
    EntityType.ALCALDIA: "la",
    EntityType.CONCEJO: "el",
    EntityType.PERSONERIA: "la",
    EntityType.ESE: "la",
    EntityType.INSTITUTO: "el",
    EntityType.EMPRESA: "la",
}


def date_in_words(day: date) -> str:
    """Return "3 de diciembre de 2026"; the first of a month is "1.º"."""
    return f"{_day(day)} de {_MONTHS[day.month - 1]} de {day.year}"


def weekday_in_words(day: date) -> str:
    """Return "jueves 3 de diciembre de 2026"."""
    return f"{_WEEKDAYS[day.weekday()]} {date_in_words(day)}"


def day_and_month(day: date) -> str:
    """Return "3 de diciembre", where the year is plain from what stands around."""
    return f"{_day(day)} de {_MONTHS[day.month - 1]}"


def weekday_and_day(day: date) -> str:
    """Return "jueves 3 de diciembre"."""
    return f"{_WEEKDAYS[day.weekday()]} {day_and_month(day)}"


def business_days(count: int) -> str:
    """Return "1 día hábil" or "3 días hábiles"."""
    return counted(count, "día hábil", "días hábiles")


def span_in_words(first: date, last: date) -> str:
    """Return "del 23 al 29 de noviembre de 2026", naming month and year once where both ends share them."""
    if (first.year, first.month) == (last.year, last.month):
        return f"del {_day(first)} al {date_in_words(last)}"
    start = day_and_month(first) if first.year == last.year else date_in_words(first)
    return f"del {start} al {date_in_words(last)}"


def number(value: float, decimals: int = 0) -> str:
    """Return the number as Colombia writes it: 1.234,5."""
    shown = f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))
    return shown.removeprefix("-") if not shown.strip("-0,") else shown.replace("-", "−")


def percent(share: float, decimals: int = 0) -> str:
    """Return a share of one as a percentage: 0.125 is "12,5 %"."""
    return f"{number(share * 100, decimals)} %"


def cardinal(count: int) -> str:
    """Return the number in words as it stands before a masculine noun ("un", "diez"); from 100 on, in figures."""
    if not 0 <= count < 100:
        return number(count)
    if count < 30:
        return _TO_TWENTY_NINE[count]
    tens, unit = divmod(count, 10)
    return _TENS[tens - 3] + (f" y {_TO_TWENTY_NINE[unit]}" if unit else "")


def counted(count: int, one: str, many: str) -> str:
    """Return "1 caso" or "1.204 casos"."""
    return f"{number(count)} {one if count == 1 else many}"


def term_in_words(days: int) -> str:
    """Return a term as letters state it: "diez (10) días hábiles"."""
    return f"{cardinal(days)} ({number(days)}) {'día hábil' if days == 1 else 'días hábiles'}"


def join_list(items: Sequence[str]) -> str:
    """Return "a, b y c"; the conjunction is "e" before the sound i (Ituango, historia), not before hie- or hia-.

    Where an item has a comma of its own the items are parted by semicolons, so that each stays whole.
    """
    if len(items) < 2:
        return "".join(items)
    separator = ";" if any("," in item for item in items) else ","
    link = "e" if _begins_with_i(items[-1]) else "y"
    before = f"{separator} ".join(items[:-1])
    return f"{before}{separator if separator == ';' else ''} {link} {items[-1]}"


def of(phrase: str) -> str:
    """Return the phrase after "de", contracted with a lower-case "el": "del Concejo", but "de El Retiro"."""
    return f"del {phrase[3:]}" if phrase.startswith("el ") else f"de {phrase}"


def to(phrase: str) -> str:
    """Return the phrase after "a", contracted with a lower-case "el": "al municipio", but "a El Retiro"."""
    return f"al {phrase[3:]}" if phrase.startswith("el ") else f"a {phrase}"


def sentence(text: str) -> str:
    """Return what somebody typed as a sentence: "ya se atendió" → "Ya se atendió."."""
    said = text.strip()
    return said[:1].upper() + ended(said)[1:]


def ended(text: str) -> str:
    """Return what somebody typed with the stop that it lacks."""
    said = text.strip().rstrip(",;:")
    return said if not said or said[-1] in ".!?…»)" else f"{said}."


def municipality_phrase(names: Sequence[str]) -> str:
    """Return "el municipio de Sonsón" or "los municipios de Sonsón e Ituango"; "" for none."""
    if not names:
        return ""
    return f"{'el municipio' if len(names) == 1 else 'los municipios'} de {join_list(names)}"


def policy_phrase(names: Sequence[str]) -> str:
    """Return "la política de Integridad" or "las políticas de Gobierno digital y Seguridad digital"; "" for none."""
    if not names:
        return ""
    return f"{'la política' if len(names) == 1 else 'las políticas'} de {join_list(names)}"


def entity_phrase(name: str, kind: EntityType | None, municipality: str) -> str:
    """Return the entity with its article: "la Alcaldía de Sonsón", "el Concejo Municipal de Jericó".

    Without a name it is made of kind and municipality; with neither it is "la entidad solicitante".
    """
    bare = re.sub(r"^(el|la|los|las)\s+(?=\S)", "", name.strip(), flags=re.IGNORECASE)
    if bare:
        return f"{_article(bare, kind)} {bare}"
    if kind and kind in _ARTICLES and municipality:
        shown = kind.value if kind is EntityType.ESE else kind.value.capitalize()
        return f"{_ARTICLES[kind]} {shown} de {municipality}"
    return f"la Administración Municipal de {municipality}" if municipality else "la entidad solicitante"


def with_article(name: str) -> str:
    """Return an office with its article where the first word shows it: "la Secretaría de Hacienda"; else the name."""
    article = _shown_article(name)
    return f"{article} {name}" if article else name


def _article(name: str, kind: EntityType | None) -> str:
    return _shown_article(name) or (_ARTICLES.get(kind, "la entidad") if kind else "la entidad")


def _shown_article(name: str) -> str:
    words = name.split(maxsplit=1)
    return _BY_FIRST_WORD.get(_folded(words[0]), "") if words else ""


# The first word of a name decides better than the kind: "Empresas Públicas de …" is a plural, "Hospital …" an ESE.
_BY_FIRST_WORD = {
    **dict.fromkeys(("alcaldia", "personeria", "administracion", "secretaria", "ese", "empresa", "corporacion",
                     "contraloria", "direccion", "oficina", "gobernacion", "universidad", "institucion",
                     "fundacion", "asociacion", "e.s.e.", "e.s.e", "casa", "junta", "subsecretaria", "superintendencia",
                     "procuraduria", "defensoria", "fiscalia", "registraduria", "agencia", "comision", "unidad",
                     "gerencia"), "la"),
    **dict.fromkeys(("concejo", "instituto", "hospital", "municipio", "departamento", "inder", "fondo", "centro",
                     "politecnico", "tecnologico", "ministerio", "juzgado", "tribunal", "equipo"), "el"),
    "empresas": "las",
}  # fmt: skip


def _day(day: date) -> str:
    return "1.º" if day.day == 1 else str(day.day)


def _begins_with_i(text: str) -> bool:
    return re.match(r"h?i(?![aeou])", _folded(text)) is not None


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))
