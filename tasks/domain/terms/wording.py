"""Dates and lists as an official letter of Colombia writes them."""

from collections.abc import Sequence
from datetime import date

_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip
_WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")


def long_date(day: date) -> str:
    """Return "3 de diciembre de 2026"."""
    return f"{short_date(day)} de {day.year}"


def short_date(day: date) -> str:
    """Return "3 de diciembre"."""
    return f"{day.day} de {_MONTHS[day.month - 1]}"


def weekday_date(day: date) -> str:
    """Return "jueves 3 de diciembre"."""
    return f"{_WEEKDAYS[day.weekday()]} {short_date(day)}"


def joined(parts: Sequence[str]) -> str:
    """Return "a, b y c"."""
    return f"{', '.join(parts[:-1])} y {parts[-1]}" if len(parts) > 1 else "".join(parts)


def counted(number: int, one: str, many: str) -> str:
    """Return "1 día hábil" or "3 días hábiles"."""
    return f"{number} {one if number == 1 else many}"


def business_days(number: int) -> str:
    """Return "1 día hábil" or "3 días hábiles"."""
    return counted(number, "día hábil", "días hábiles")
