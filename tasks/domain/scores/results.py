"""Published scores and assistance as values, and how several readings of the same score are settled.

What a cell, a heading or a layout means is in `cells`, `headings` and `layout`; this module only holds what they yield.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

Value = str | int | float | bool | date | datetime | time | timedelta | None


class UnusableTable(ValueError):
    """Nothing can be read from a file; the message (Spanish) says sheet, row or column and what is expected."""


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet as read: `rows[0]` is its first row, empty ones included, so that row numbers are those people see."""

    sheet: str
    rows: Sequence[Sequence[Value]]
    is_hidden: bool = False  # a sheet that nobody sees on opening the workbook: drafts, lists


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
class Spot:
    """Where a score was read."""

    sheet: str = ""
    row: int = 0
    column: str = ""  # the heading


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


def one_per_cell(scores: Sequence[Score], spots: Sequence[Spot] | None = None) -> tuple[list[Score], list[Problem]]:
    """Settle the repetitions inside one file; `spots` say where each score stands.

    Identical rows are one; different values for a cell published on the same day leave the cell missing; of several
    publication dates the last one holds. One problem per repeating row.
    """
    places = spots or [Spot()] * len(scores)
    cells: dict[tuple[str, str, int], list[tuple[Score, Spot]]] = {}
    for score, spot in zip(scores, places, strict=True):
        cells.setdefault(score.cell, []).append((score, spot))
    found: dict[tuple[str, Spot, Spot], list[str]] = {}
    settled = [_settle(rows, found) if len(rows) > 1 else rows[0][0] for rows in cells.values()]
    ordered = sorted(found.items(), key=lambda item: (item[0][0], item[0][1].sheet, item[0][1].row))
    return settled, [_repetition(code, row, first, columns) for (code, row, first), columns in ordered]


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
    "duplicate_rows": "repite lo que ya dice {}; se contó una sola vez",
    "conflicting_duplicates": "da otro valor que {} para el mismo puntaje; esos puntajes se dejaron sin dato",
    "superseded": "publica otro valor que {} en otra fecha; rige el más reciente",
    "corrected_values": "puntajes que cambiaron en una publicación posterior (rige la más reciente): {}",
}


def _settle(rows: list[tuple[Score, Spot]], found: dict[tuple[str, Spot, Spot], list[str]]) -> Score:
    """Return the score that holds; what repeats it goes into `found`, by code, row and the row it repeats."""
    latest = max((row.published for row, _ in rows if row.published), default=None)
    holding = [(row, spot) for row, spot in rows if row.published == latest]
    (first, origin), differ = holding[0], len({row.score for row, _ in holding}) > 1
    for row, spot in rows:
        if spot is origin and row is first:
            continue
        code = "conflicting_duplicates" if differ else "duplicate_rows"
        if row.published != latest:
            code = "corrected_values" if row.score != first.score else "duplicate_rows"
        found.setdefault((code, replace(spot, column=""), replace(origin, column="")), []).append(spot.column)
    return replace(first, score=None) if differ else first


def _repetition(code: str, row: Spot, first: Spot, columns: list[str]) -> Problem:
    names = list(dict.fromkeys(filter(None, columns)))
    origin = f"la fila {first.row}" if first.row else "otra fila"
    if first.sheet != row.sheet:
        origin += f" de la hoja «{first.sheet}»"
    detail = _DETAILS["superseded" if code == "corrected_values" else code].format(origin)
    return Problem(code, detail, row.sheet, row.row, names[0] if len(names) == 1 else "")


def _is_older(score: Score, than: Score) -> bool:
    return bool(score.published and than.published and score.published < than.published)
