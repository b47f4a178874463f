"""What the reader must know before believing a figure: warnings with a stable code and a Spanish detail."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from tasks.domain.scores.impact.estimator import Fit
from tasks.domain.scores.impact.exposure import AssistedUnit, Status
from tasks.domain.scores.impact.inference import CONLEY_TABER, FEWEST_MUNICIPALITIES, Estimate
from tasks.domain.scores.impact.study import Study
from tasks.domain.scores.results import Assistance, Problem

CEILING = 95.0  # points; who starts here can hardly rise
NOTABLE_SHARE = 0.20
_MOST_TOLD = 40  # defects of one kind that are told one by one

_DETAILS = {
    "comparability_break": "antes y después pertenecen a mediciones no comparables en puntos; se usan puntajes "
    "estandarizados dentro de cada vigencia",
    "few_treated": "hay entre 3 y 9 municipios asistidos; la incertidumbre se calcula con el método de Conley y Taber",
    "few_treated_suppressed": "hay menos de 3 municipios asistidos con puntaje; no se estima un promedio",
    "few_controls": "no hay suficientes municipios sin asistencia con todos los puntajes necesarios",
    "missing_score": "combinaciones asistidas sin los puntajes necesarios: {}",
    "extrapolation": "más del 20 % de los municipios asistidos partió fuera del rango de los municipios de comparación",
    "ceiling": "más del 20 % de los municipios asistidos ya tenía 95 puntos o más antes de la asistencia",
    "spillover_suspected": "las políticas no asistidas de los municipios asistidos también se apartan de lo esperado: "
    "la asistencia pudo favorecer otras políticas y el efecto estimado puede quedar corto",
    "assistance_unmatched": "asistencias sin un municipio y una política con puntaje: {} ({})",
    "assistance_other_entities": "asistencias a entidades distintas de la alcaldía, sin puntaje comparable: {}",
    "not_yet_measurable": "asistencias posteriores al cierre del formulario de la vigencia, que se medirán después: {}",
    "no_scores": "no hay puntajes que comparar",
}


def warning(code: str, *values: object) -> dict[str, str]:
    return {"code": code, "detail": _DETAILS[code].format(*values)}


def row_warnings(
    study: Study, fits: Sequence[Fit], units: Sequence[AssistedUnit], found: Estimate, *, standardised: bool
) -> list[dict[str, str]]:
    codes = []
    if standardised:
        codes.append("comparability_break")
    short_of_controls = _short_of_controls(study, units, standardised=standardised)
    if short_of_controls:
        codes.append("few_controls")
    if units and found.n_municipalities < FEWEST_MUNICIPALITIES and not short_of_controls:
        codes.append("few_treated_suppressed")
    if found.method == CONLEY_TABER:
        codes.append("few_treated")
    codes += _range_warnings(study, fits)
    warnings = [warning(code) for code in codes]
    missing = len(units) - found.n_treated
    return [*warnings, warning("missing_score", missing)] if missing and not short_of_controls else warnings


def _short_of_controls(study: Study, units: Sequence[AssistedUnit], *, standardised: bool) -> bool:
    """Whether some pair of these units has scores but not enough controls to be fitted."""
    for policy in {unit.policy for unit in units}:
        designs = study.designs(policy, standardised=standardised)
        fitted = {one.design.before for one in study.fits(policy, standardised=standardised)}
        for design in designs:
            scores = study.panel.raw[[design.before, design.after], design.policy][:, design.treated]
            if design.before not in fitted and (~np.isnan(scores)).all(axis=0).any():
                return True
    return False


def _range_warnings(study: Study, fits: Sequence[Fit]) -> list[str]:
    total = sum(len(one.treated) for one in fits)
    outside = high = 0
    for one in fits:
        low, top = one.baseline_range
        outside += int(np.count_nonzero((one.before < low) | (one.before > top)))
        high += int(np.count_nonzero(study.panel.raw[one.design.before, one.design.policy, one.treated] >= CEILING))
    shares = (("extrapolation", outside), ("ceiling", high))
    return [code for code, count in shares if count > NOTABLE_SHARE * total]


def result_warnings(
    study: Study, days: Sequence[Assistance], problems: Sequence[Problem], pooled: dict[str, Any]
) -> list[dict[str, str]]:
    warnings = [*_reading_warnings(problems), *_assistance_warnings(study, days)]
    if not study.panel.vigencias:
        warnings.append(warning("no_scores"))
    return warnings + [w for w in pooled["warnings"] if w["code"] in {"comparability_break", "spillover_suspected"}]


def _reading_warnings(problems: Sequence[Problem]) -> list[dict[str, str]]:
    """One warning per defect with its place, by code; of a code that fills pages the first ones and how many more."""
    by_code: dict[str, list[Problem]] = {}
    for problem in problems:
        by_code.setdefault(problem.code, []).append(problem)
    warnings = []
    for code, found in sorted(by_code.items()):
        warnings += [{"code": code, "detail": str(problem)} for problem in found[:_MOST_TOLD]]
        if len(found) > _MOST_TOLD:
            warnings.append({"code": code, "detail": f"y {len(found) - _MOST_TOLD} casos más"})
    return warnings


def _assistance_warnings(study: Study, days: Sequence[Assistance]) -> list[dict[str, str]]:
    unknown = sorted(
        {f"{day.dane_code} {day.policy}" for day in days if day.is_scored}
        - {f"{place} {policy}" for place in study.panel.municipalities for policy in study.panel.policies}
    )
    counted = {
        "assistance_unmatched": len(unknown),
        "assistance_other_entities": sum(not day.is_scored for day in days),
        "not_yet_measurable": counts(study, days)["not_yet_measurable"],
    }
    return [warning(code, count, "; ".join(unknown[:5])) for code, count in counted.items() if count]


def counts(study: Study, days: Sequence[Assistance]) -> dict[str, int]:
    """Assisted units by what became of them: they add up to the units of the assistance file."""
    statuses = Counter(unit.status for unit in study.units)
    units = {(day.dane_code, day.policy) for day in days if day.is_scored}
    return {status.value: statuses[status] for status in Status} | {
        "not_yet_measurable": len(units) - len(study.units) if study.panel.vigencias else 0,
        "units": len(units),
    }
