"""When the weekly digest is due and which days it tells of."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from tasks.domain.spanish import counted, weekday_and_day
from tasks.domain.terms.business_days import Calendar, Office, next_business_day

_WEEK = timedelta(days=7)
_LATE = timedelta(hours=2)  # a cycle that started a little later is still on time


@dataclass(frozen=True, slots=True)
class DigestDay:
    """Weekday (ISO: 1 Monday to 5 Friday) and hour at which the digest leaves."""

    weekday: int = 1
    hour: time = time(7, 0)


@dataclass(frozen=True, slots=True)
class Period:
    """What one digest tells of: from the end of the last one (excluded) to now."""

    start: datetime
    end: datetime
    week: str  # ISO week, "2026-W49": a digest is sent once per week
    scheduled: datetime
    missed_weeks: int = 0  # weeks before this one that got no digest

    @property
    def is_late(self) -> bool:
        """Whether it leaves well after its hour."""
        return self.end - self.scheduled > _LATE

    @property
    def note(self) -> str:
        """Say in Spanish that the digest is late or that weeks were missed; "" otherwise."""
        sentences = []
        if self.is_late:
            due = f"el {weekday_and_day(self.scheduled.date())} a las {self.scheduled.hour}:{self.scheduled:%M}"
            sentences.append(f"Este resumen debió salir {due}; el servicio no estaba en marcha.")
        if self.missed_weeks:
            weeks = counted(self.missed_weeks, "semana", "semanas")
            sentences.append(f"Incluye además {weeks} sin resumen, en que el servicio no estaba en marcha.")
        return " ".join(sentences)


def iso_week(moment: datetime) -> str:
    """Return the ISO week of a moment, "2026-W49"."""
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02}"


def period(
    now: datetime, last_sent: datetime | None, day: DigestDay, office: Office, calendar: Calendar
) -> Period | None:
    """Return the period of the digest that is due now, or None.

    `last_sent` is the end of the last digest's period. A week is told once; one in which the service was wholly down,
    or that has no business day left, is told in the next digest. More than a week ahead of the clock it was noted while
    the clock was wrong, and counts for nothing: nobody waits for weeks until the clock has caught up.
    """
    local = office.local(now)
    scheduled = _scheduled(local, day, calendar)
    if local < scheduled or iso_week(scheduled) != iso_week(local):
        return None
    if last_sent is None or last_sent - local > _WEEK:
        return Period(scheduled - _WEEK, local, iso_week(local), scheduled)
    last = office.local(last_sent)
    weeks = (_monday(local) - _monday(last)).days // 7
    return Period(last, local, iso_week(local), scheduled, weeks - 1) if weeks > 0 else None


def _monday(moment: datetime) -> datetime:
    start = moment - timedelta(days=moment.weekday())
    return start.replace(hour=0, minute=0, second=0, microsecond=0)


def _scheduled(local: datetime, day: DigestDay, calendar: Calendar) -> datetime:
    chosen = (local + timedelta(days=day.weekday - local.isoweekday())).date()
    return datetime.combine(next_business_day(chosen, calendar), day.hour, tzinfo=local.tzinfo)
