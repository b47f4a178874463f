"""Which scores stand before and after an assistance: form windows, episodes, exposure, comparability blocks."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from tasks.domain.scores.results import Assistance

EPISODE_GAP = timedelta(days=730)  # days of one unit further apart belong to different episodes
MAX_SPAN = 4  # years between before and after; beyond that a baseline says little
DEFAULT_BLOCKS = "2018;2019-2021"


class Status(StrEnum):
    """What the report vigencia can say about an assisted municipality and policy."""

    TREATED = "treated"
    EARLIER = "earlier"  # its after was an earlier vigencia: already reported
    PARTIAL = "partial_exposure"  # no vigencia up to the report's with enough exposure
    NO_BASELINE = "no_baseline"  # no vigencia whose form had closed when help arrived, or one too old


@dataclass(frozen=True)
class Windows:
    """When the form of each vigencia closed: 31 May of the next year unless said otherwise."""

    closings: Mapping[int, date] = field(default_factory=dict)

    @classmethod
    def of(cls, closings: Mapping[str, str]) -> "Windows":
        """Return them from a result's `options`: vigencia and ISO day as text."""
        return cls({int(vigencia): date.fromisoformat(day) for vigencia, day in closings.items()})

    def closing(self, vigencia: int) -> date:
        """Return the day on which the form about `vigencia` closed."""
        return self.closings.get(vigencia, date(vigencia + 1, 5, 31))


@dataclass(frozen=True)
class Blocks:
    """Ranges of vigencias measured alike; a vigencia in none of them is a block of its own."""

    ranges: tuple[tuple[int, int], ...]

    @classmethod
    def parse(cls, text: str = DEFAULT_BLOCKS) -> "Blocks":
        """Read `2018;2019-2021`. Raises `ValueError` (Spanish) for anything else or overlapping ranges."""
        ranges = sorted(_range(part) for part in text.split(";") if part.strip())
        if any(second[0] <= first[1] for first, second in pairwise(ranges)):
            raise ValueError(f"bloques «{text}»: una vigencia está en dos bloques")
        return cls(tuple(ranges))

    def comparable(self, one: int, other: int) -> bool:
        """Whether scores of both vigencias may be subtracted in points."""
        return one == other or any(low <= one <= high and low <= other <= high for low, high in self.ranges)


@dataclass(frozen=True)
class AssistedUnit:
    """One municipality and policy that was assisted, seen from the report vigencia."""

    dane_code: str
    policy: str
    modality: str
    first_day: date  # of the episode that counts
    status: Status
    before: int | None
    after: int | None

    @property
    def key(self) -> tuple[str, str]:
        return (self.dane_code, self.policy)


@dataclass(frozen=True)
class Timeline:
    """The vigencias in the data up to the report's, and the rules that place an assistance among them."""

    vigencias: Sequence[int]  # ascending; the last one is the report vigencia
    windows: Windows = Windows()
    min_exposure: float = 0.5

    @property
    def report(self) -> int:
        """The report vigencia, A in the method."""
        return self.vigencias[-1]

    def place(self, days: Iterable[Assistance]) -> AssistedUnit | None:
        """Place the latest episode of one unit; None when all help came after the report's form had closed."""
        known = sorted((day for day in days if day.day <= self.windows.closing(self.report)), key=lambda a: a.day)
        if not known:
            return None
        first = _latest_episode(known)
        before = max((v for v in self.vigencias if self.windows.closing(v) < first.day), default=None)
        after = self._after(before, first.day)
        status = self._status(before, after)
        return AssistedUnit(first.dane_code, first.policy, first.modality, first.day, status, before, after)

    def _after(self, before: int | None, first_day: date) -> int | None:
        if before is None:
            return None
        later = (v for v in self.vigencias if v > before and exposure(v, first_day) >= self.min_exposure)
        return next(later, None)

    def _status(self, before: int | None, after: int | None) -> Status:
        if before is None:
            return Status.NO_BASELINE
        if after is None:
            return Status.PARTIAL
        if after < self.report:
            return Status.EARLIER
        return Status.TREATED if after - before <= MAX_SPAN else Status.NO_BASELINE


def exposure(vigencia: int, first_day: date) -> float:
    """Return the share of the vigencia (0–1) that came after the first day of help."""
    return min(max(((date(vigencia, 12, 31) - first_day).days + 1) / 365, 0.0), 1.0)


def place_all(assistance: Iterable[Assistance], timeline: Timeline) -> list[AssistedUnit]:
    """Return every assisted unit that the report vigencia knows, by DANE code and policy."""
    days: dict[tuple[str, str], list[Assistance]] = {}
    for row in assistance:
        days.setdefault((row.dane_code, row.policy), []).append(row)
    placed = (timeline.place(days[key]) for key in sorted(days))
    return [unit for unit in placed if unit is not None]


def _latest_episode(days: Sequence[Assistance]) -> Assistance:
    """The first day of the last run of days, given in order."""
    first = days[0]
    for one, following in pairwise(days):
        if following.day - one.day > EPISODE_GAP:
            first = following
    return first


def _range(part: str) -> tuple[int, int]:
    match = re.fullmatch(r"\s*(20\d\d)\s*(?:-\s*(20\d\d)\s*)?", part)
    if not match or (match[2] and match[2] < match[1]):
        raise ValueError(f"bloque «{part.strip()}»: se espera una vigencia o un rango, como 2018 o 2019-2021")
    return int(match[1]), int(match[2] or match[1])
