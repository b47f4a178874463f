"""The calendar of Colombian offices: which days count, and when a term of so many of them ends.

Terms in days leave out holidays and days on which the office does not attend (Ley 4 de 1913, art. 62) and are counted
from the day after the event (Ley 1755 de 2015, art. 14: "dentro de los quince días siguientes a su recepción").
Saturdays and Sundays are not business days of this office. National holidays come from the `holidays` package (Ley 51
de 1983; from 2026 also Ley 2578 de 2026), year by year as they are needed; each can be switched off.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from tasks.domain.spanish import business_days, date_in_words, day_and_month, join_list, weekday_and_day

BOGOTA = ZoneInfo("America/Bogota")
_DAY = timedelta(days=1)
_SATURDAY = 5
_LONGEST_CLOSURE = 3700  # days; a term that meets no business day for so long is a mistake in the configuration
_NAMED_HOLIDAYS = 3  # more of them are counted, not named: an explanation is one line


@dataclass(frozen=True, slots=True)
class Closure:
    """Days that do not count though they are ordinary working days, both ends included.

    `act` is the administrative act that suspends legal terms; without one only internal terms stop.
    """

    first: date
    last: date
    act: str = ""
    name: str = "el cierre"

    def covers(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are business days. Build it with `calendar`."""

    off: frozenset[date] = frozenset()
    extra: frozenset[date] = frozenset()
    closures: tuple[Closure, ...] = ()

    def holiday(self, day: date) -> str | None:
        """Return the name of the holiday on that day, if it is one for this office."""
        if day in self.extra:
            return "día no laborable"
        return None if day in self.off else national_holidays(day.year).get(day)

    def closure(self, day: date) -> Closure | None:
        """Return the closure that the day lies in."""
        return next((closure for closure in self.closures if closure.covers(day)), None)

    def is_business_day(self, day: date) -> bool:
        """Whether the day counts."""
        return day.weekday() < _SATURDAY and self.holiday(day) is None and self.closure(day) is None

    def for_legal_terms(self) -> "Calendar":
        """Return the calendar of legal terms: a closure stops them only with the act that suspends them."""
        if all(closure.act for closure in self.closures):
            return self
        return replace(self, closures=tuple(closure for closure in self.closures if closure.act))

    def without(self, pauses: Iterable[Closure]) -> "Calendar":
        """Return the calendar of a case that was suspended during these days."""
        further = tuple(pauses)
        return replace(self, closures=(*self.closures, *further)) if further else self


def calendar(off: Iterable[date] = (), extra: Iterable[date] = (), closures: Iterable[Closure] = ()) -> Calendar:
    """Return the office's calendar: national holidays of any year, less `off`, plus `extra` and `closures`."""
    return Calendar(frozenset(off), frozenset(extra), tuple(closures))


@lru_cache(maxsize=256)
def national_holidays(year: int) -> MappingProxyType[date, str]:
    """Return the holidays of Colombia in a year, with their names in Spanish."""
    from holidays import country_holidays  # 0.2 s: only where a date is counted

    return MappingProxyType(dict(country_holidays("CO", years=year, language="es")))


def next_business_day(day: date, calendar: Calendar) -> date:
    """Return the day itself if it counts, else the first one after it that does."""
    return day if calendar.is_business_day(day) else add_business_days(day, 1, calendar)


@lru_cache(maxsize=65_536)  # thousands of cases share a few hundred dates and a dozen terms
def add_business_days(day: date, days: int, calendar: Calendar) -> date:
    """Return the day on which a term of `days` business days, counted from the day after `day`, ends.

    Zero days end on `day` itself; negative ones count back. Raises `ValueError` when no business day is ever met.
    """
    step = _DAY if days >= 0 else -_DAY
    left, idle = abs(days), 0
    while left:
        day += step
        left, idle = (left - 1, 0) if calendar.is_business_day(day) else (left, idle + 1)
        if idle > _LONGEST_CLOSURE:
            raise ValueError("the configured closures leave no business day")
    return day


@lru_cache(maxsize=65_536)
def business_days_between(start: date, end: date, calendar: Calendar) -> int:
    """Return how many business days lie after `start` up to and including `end`; negative when `end` is earlier."""
    if end < start:
        return -business_days_between(end, start, calendar)
    return sum(calendar.is_business_day(start + _DAY * n) for n in range(1, (end - start).days + 1))


@dataclass(frozen=True, slots=True)
class Office:
    """When the office receives: its hours, its zone, and what becomes of mail that arrives later in the day."""

    opens: time = time(7, 30)
    closes: time = time(17, 30)
    zone: tzinfo = BOGOTA
    after_hours_next_day: bool = True

    def local(self, moment: datetime) -> datetime:
        """Return an aware moment in the office's zone."""
        return moment.astimezone(self.zone)


def received_day(moment: datetime, office: Office, calendar: Calendar) -> date:
    """Return the business day on which what arrived at that (aware) moment counts as received."""
    local = office.local(moment)
    if not calendar.is_business_day(local.date()) or _is_late(local, office):
        return add_business_days(local.date(), 1, calendar)
    return local.date()


def _is_late(local: datetime, office: Office) -> bool:
    return office.after_hours_next_day and local.time() > office.closes


def reception_note(moment: datetime, office: Office, calendar: Calendar) -> str:
    """Say, in Spanish, why an arrival counts on another day than its own; "" when it counts on its own."""
    local = office.local(moment)
    counts = received_day(moment, office, calendar)
    if counts == local.date():
        return ""
    late = calendar.is_business_day(local.date())
    why = f"después de las {office.closes:%H:%M}" if late else "día no hábil"
    return f"llegó el {weekday_and_day(local.date())}, {why}, y cuenta como recibido el {weekday_and_day(counts)}"


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a term and how it was counted, in Spanish: "vence el … porque …"."""

    day: date
    explanation: str


@lru_cache(maxsize=65_536)
def due(start: date, days: int, calendar: Calendar, because: str = "", note: str = "") -> Due:
    """Return when a term ends that runs from the day after `start`.

    `because` says which term it is ("es el plazo para enviar el oficio"); `note` a further reason (`reception_note`).
    """
    end = add_business_days(start, days, calendar)
    count = f"{business_days(days)} desde el día siguiente al {date_in_words(start)}"
    if skipped := _skipped(start, end, calendar):
        count += f", sin contar {skipped}"
    if note:
        count += f"; {note}"
    verb = "se cuenta" if days == 1 else "se cuentan"
    return Due(end, f"vence el {date_in_words(end)} porque {f'{because} ({count})' if because else f'{verb} {count}'}")


@lru_cache(maxsize=65_536)
def reception_due(moment: datetime, days: int, office: Office, calendar: Calendar, because: str = "") -> Due:
    """Return when a term ends that runs from the reception of what arrived at that (aware) moment."""
    received = received_day(moment, office, calendar)
    return due(received, days, calendar, because, reception_note(moment, office, calendar))


def _skipped(start: date, end: date, calendar: Calendar) -> str:
    """Name the holidays and closures that made the term longer; Saturdays and Sundays go without saying."""
    span = [start + _DAY * n for n in range(1, (end - start).days + 1)]
    weekdays = [day for day in span if day.weekday() < _SATURDAY]
    feasts = [day for day in weekdays if calendar.holiday(day)]
    closures = dict.fromkeys(closure for day in weekdays if day not in feasts and (closure := calendar.closure(day)))
    return " ni ".join([*_feasts(feasts), *(_closed(closure) for closure in closures)])


def _feasts(days: list[date]) -> list[str]:
    if len(days) > _NAMED_HOLIDAYS:
        return [f"{len(days)} festivos"]
    named = join_list([f"del {day_and_month(day)}" for day in days])
    return [f"{'el festivo' if len(days) == 1 else 'los festivos'} {named}"] if days else []


def _closed(closure: Closure) -> str:
    act = f" ({closure.act})" if closure.act else ""
    return f"{closure.name} del {day_and_month(closure.first)} al {date_in_words(closure.last)}{act}"
