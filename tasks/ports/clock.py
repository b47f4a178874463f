"""Time: every run takes it from one injected clock."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """The office's time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in the office's time zone."""
        ...

    def today(self) -> date:
        """Return the office's calendar day."""
        ...


@dataclass(frozen=True)
class SystemClock:
    """The machine's clock, read in the office's zone."""

    zone: ZoneInfo

    def now(self) -> datetime:
        return datetime.now(self.zone)

    def today(self) -> date:
        return self.now().date()


@dataclass(frozen=True)
class FixedClock:
    """A clock that stands still: `--now`, tests and the demonstration."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def today(self) -> date:
        return self.moment.date()
