"""Published scores and assistance as values, and how several readings of the same score are settled.

What a cell, a heading or a layout means is in `cells`, `headings` and `layout`; this module only holds what they yield.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

Value = str | int | float | bool | date | datetime | time | timedelta | None


class UnusableTable(ValueError):
    """Nothing can be read from a file; the message (Spanish) says sheet, row or column and what is expected."""


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet as read: `rows[0]` is its first row, empty ones included, so that row numbers are those people see."""

    sheet: str
    rows: Sequence[Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Score:
    """One published score; `score` is None when the policy was not measured or the cell says nothing (never 0)."""

    dane_code: str  # five digits
    policy: str  # slug
    vigencia: int
    score: float | None
    group: str = ""  # measurement group (grupo par)
    published: date | None = None

    @property
    def cell(self) -> tuple[str, str, int]:
        """What the score is of: municipality, policy, vigencia."""
        return (self.dane_code, self.policy, self.vigencia)


@dataclass(frozen=True, slots=True)
class Assistance:
    """One day on which a municipality was assisted in a policy."""

    dane_code: str
    policy: str
    day: date
    modality: str = ""  # "oferta", "demanda" or unknown: the case's origin, never presencial/virtual
    case: str = ""
    entity_type: str = ""  # empty or "alcaldía" is scored; any other entity is listed apart

    @property
    def is_scored(self) -> bool:
        """Whether it was given to the alcaldía, the only entity with comparable scores."""
        return self.entity_type.casefold() in {"", "alcaldía", "alcaldia"}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something of a file that was not used, where it stands, and why (Spanish)."""

    code: str
    detail: str
    sheet: str = ""
    row: int = 0  # as the spreadsheet numbers it; 0: the whole sheet or file
    column: str = ""  # the heading

    def __str__(self) -> str:
        place = [f"hoja «{self.sheet}»"] if self.sheet else []
        place += [f"fila {self.row}"] if self.row else []
        place += [f"columna «{self.column}»"] if self.column else []
        return f"{self.detail} ({', '.join(place)})" if place else self.detail


@dataclass(frozen=True, slots=True)
class ScoreFile:
    """What one results file says: one row per cell, what was not used, and which heading became which policy."""

    rows: tuple[Score, ...]
    problems: tuple[Problem, ...] = ()
    vigencias: tuple[int, ...] = ()
    headings: dict[str, str] = field(default_factory=dict)  # heading as published → slug


@dataclass(frozen=True, slots=True)
class AssistanceFile:
    """What one assistance file says."""

    rows: tuple[Assistance, ...]
    problems: tuple[Problem, ...] = ()


def one_per_cell(scores: Iterable[Score]) -> tuple[list[Score], list[Problem]]:
    """Settle the repetitions inside one file.

    Identical rows are one; different values for a cell published on the same day leave the cell missing; of several
    publication dates the last one holds.
    """
    cells: dict[tuple[str, str, int], list[Score]] = {}
    for score in scores:
        cells.setdefault(score.cell, []).append(score)
    counts: Counter[str] = Counter()
    settled = [_settle(rows, counts) if len(rows) > 1 else rows[0] for rows in cells.values()]
    return settled, [Problem(code, _DETAILS[code].format(n)) for code, n in sorted(counts.items()) if n]


def combine(files: Sequence[ScoreFile]) -> tuple[list[Score], list[Problem]]:
    """Lay several files over one another, cell by cell; the later file holds unless publication dates say otherwise.

    Returns the scores and the problems of all files, with `corrected_values` when a published figure changed.
    """
    current: dict[tuple[str, str, int], Score] = {}
    corrected = 0
    for file in files:
        for score in file.rows:
            before = current.get(score.cell)
            if before is None or not _is_older(score, before):
                current[score.cell] = score
                corrected += before is not None and before.score != score.score
    problems = [problem for file in files for problem in file.problems]
    if corrected:
        problems.append(Problem("corrected_values", _DETAILS["corrected_values"].format(corrected)))
    return list(current.values()), problems


_DETAILS = {
    "duplicate_rows": "puntajes repetidos e idénticos, que se contaron una sola vez: {}",
    "conflicting_duplicates": "puntajes con valores distintos en el mismo archivo, que se dejaron sin dato: {}",
    "corrected_values": "puntajes que cambiaron en una publicación posterior (rige la más reciente): {}",
}


def _settle(rows: list[Score], counts: Counter[str]) -> Score:
    latest = max((row.published for row in rows if row.published), default=None)
    holding = [row for row in rows if row.published == latest]
    if len({row.score for row in holding}) > 1:
        counts["conflicting_duplicates"] += 1
        first = holding[0]
        return Score(first.dane_code, first.policy, first.vigencia, None, first.group, first.published)
    counts["duplicate_rows"] += len(holding) - 1
    if any(row.score != holding[0].score for row in rows):
        counts["corrected_values"] += 1
    return holding[0]


def _is_older(score: Score, than: Score) -> bool:
    return bool(score.published and than.published and score.published < than.published)
