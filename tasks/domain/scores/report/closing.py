"""What a comparison means for each assisted case: its scores and the paragraph that closes it, or why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tasks.domain.cases.case import Case, CaseEvent, EntityType, EventKind, State, done_by_service
from tasks.domain.catalog import MIPG_GENERAL, Catalog
from tasks.domain.scores.impact.exposure import Blocks, Windows, exposure
from tasks.domain.scores.report.wording import Row, not_compared, paragraph

Units = Mapping[tuple[str, str], Row]

_INCOMPARABLE = "Sin puntaje comparable: "
_NOT_TOWN_HALL = "los puntajes por política se publican y se comparan solo para las alcaldías."
_GENERAL = "la asesoría fue sobre MIPG en general, que no tiene un puntaje por política."
_AGAIN = "el municipio volvió a recibir asistencia en esta política y el resultado se mide desde la última."
_NO_UNIT = "no hay puntajes publicados de este municipio en esta política."


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case ends by the newest results. Scores are the published ones; `change` only where points compare."""

    words: str  # Spanish, for the case's history and, once approved, for the municipality
    before: float | None = None
    after: float | None = None
    change: float | None = None

    @property
    def is_scored(self) -> bool:
        return self.before is not None and self.after is not None

    def changes(self) -> dict[str, float | None]:
        """Return the case's fields as they should be."""
        return {"score_before": self.before, "score_after": self.after, "score_change": self.change}

    def closes(self, case: Case, at: datetime) -> CaseEvent:
        """Return the event that ends the case this way."""
        ended = {"state": State.CLOSED, "since": at.isoformat(), "previous": case.state}
        return done_by_service(case.number, EventKind.CLOSED, at, self.words, **self.changes(), **ended)


def units_of(result: Row) -> Units:
    """Return the unit rows of a result of `compare` by municipality and policy."""
    return {(unit["dane_code"], unit["policy"]): unit for unit in result["units"]}


def outcome_of(case: Case, result: Row, units: Units, catalog: Catalog) -> Outcome | None:
    """Return how the case ends by these results; None while later ones have to be waited for.

    Only what was assisted ends: without a session there is nothing to compare.
    """
    first = min(case.assistance, default=None)
    vigencia = result["after_vigencia"]
    if first is None or vigencia is None:
        return None
    if ends := never_scored(case):
        return ends
    if exposure(vigencia, first) < result["options"]["min_exposure"]:
        return None
    unit = units.get((case.municipality or "", case.policy or ""))
    return _of_unit(case, unit, result, catalog) if unit else Outcome(_INCOMPARABLE + _NO_UNIT)


def never_scored(case: Case) -> Outcome | None:
    """Return how an assisted case ends that nothing published is ever about; None when something may be."""
    if not case.assistance:
        return None
    if case.entity_type not in {None, EntityType.ALCALDIA}:
        return Outcome(_INCOMPARABLE + _NOT_TOWN_HALL)
    return Outcome(_INCOMPARABLE + _GENERAL) if case.policy in {None, MIPG_GENERAL} else None


def _of_unit(case: Case, unit: Row, result: Row, catalog: Catalog) -> Outcome | None:
    if unit["flag"] == "no_baseline":
        return Outcome(f"{_INCOMPARABLE}{not_compared(unit)}.")
    if not _measures(unit, case, result):
        # Helped again since: that help is measured, now or with the next results.
        return None if unit["flag"] == "partial_exposure" else Outcome(_INCOMPARABLE + _AGAIN)
    return _compared(unit, result, catalog)


def _compared(unit: Row, result: Row, catalog: Catalog) -> Outcome:
    if unit["before_raw"] is None or unit["after_raw"] is None:
        return Outcome(f"{_INCOMPARABLE}{not_compared(unit)}.")
    blocks = Blocks.parse(result["options"]["blocks"])
    comparable = blocks.comparable(unit["before_vigencia"], unit["after_vigencia"])
    points = round(unit["after_raw"] - unit["before_raw"], 10) if comparable else None
    return Outcome(paragraph(unit, catalog), unit["before_raw"], unit["after_raw"], points)


def _measures(unit: Row, case: Case, result: Row) -> bool:
    """Whether the pair of vigencias lies around this case's own help: another case of the unit may be older."""
    first = min(case.assistance)
    if unit["before_vigencia"] is None or unit["after_vigencia"] is None:
        return False
    windows = Windows.of(result["options"]["windows"])
    enough = exposure(unit["after_vigencia"], first) >= result["options"]["min_exposure"]
    return enough and windows.closing(unit["before_vigencia"]) < first
