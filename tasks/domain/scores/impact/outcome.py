"""What became of each assisted municipality and policy: one row each, with a flag that says how to read it."""

from typing import Any

import numpy as np

from tasks.domain.scores.impact.estimator import Fit
from tasks.domain.scores.impact.exposure import AssistedUnit, Status
from tasks.domain.scores.impact.panel import Floats
from tasks.domain.scores.impact.study import Study

ABOVE, WITHIN, BELOW, CEILING = "above_expected", "within_expected", "below_expected", "ceiling"
MISSING = "missing_score"
CEILING_POINTS = 95.0
_NO_FIGURES: dict[str, float | None] = dict.fromkeys(
    ("before", "after", "change", "expected_change", "difference", "pi_low", "pi_high")
)


def unit_rows(study: Study) -> list[dict[str, Any]]:
    """Return one row per assisted unit, by DANE code and policy, with nulls where nothing can be compared."""
    figures = _figures_by_unit(study)
    return [_row(study, unit, figures.get(unit.key, {})) for unit in study.units]


def _figures_by_unit(study: Study) -> dict[tuple[str, str], dict[str, float | None]]:
    figures = {}
    for policy in study.policies():
        for one in study.fits(policy, standardised=study.crosses_blocks(policy)):
            for index, place in enumerate(one.treated):
                figures[study.panel.municipalities[place], policy] = _figures(one, index)
    return figures


def _figures(one: Fit, index: int) -> dict[str, float | None]:
    """before, after and their differences, each the exact sum of those above it."""
    before, after, expected = (round(float(values[index]), 10) for values in (one.before, one.after, one.expected))
    change, expected_change = after - before, expected - before
    half = float(one.half_width[index])
    return {
        "before": before,
        "after": after,
        "change": change,
        "expected_change": expected_change,
        "difference": change - expected_change,
        "pi_low": -half,
        "pi_high": half,
    }


def _row(study: Study, unit: AssistedUnit, figures: dict[str, float | None]) -> dict[str, Any]:
    raw_before, raw_after = (_value(study, study.panel.raw, unit, v) for v in (unit.before, unit.after))
    row: dict[str, Any] = {
        "dane_code": unit.dane_code,
        "policy": unit.policy,
        "modality": unit.modality or None,
        "first_day": unit.first_day.isoformat(),
        "before_vigencia": unit.before,
        "after_vigencia": unit.after,
        "scale": "standardised" if study.crosses_blocks(unit.policy) else "raw",
    }
    row |= figures or _without_expectation(study, unit)
    row |= {
        "before_raw": raw_before,
        "after_raw": raw_after,
        "percentile_before": _value(study, study.panel.percentile, unit, unit.before),
        "percentile_after": _value(study, study.panel.percentile, unit, unit.after),
        "flag": _flag(figures, raw_before) if figures else _reason(unit),
    }
    return row


def _without_expectation(study: Study, unit: AssistedUnit) -> dict[str, float | None]:
    """Before, after and change of a unit whose expected score could not be learnt for want of controls."""
    if unit.status is not Status.TREATED:
        return _NO_FIGURES
    values = study.panel.z if study.crosses_blocks(unit.policy) else study.panel.raw
    before, after = (_value(study, values, unit, v) for v in (unit.before, unit.after))
    if before is None or after is None:
        return _NO_FIGURES
    return _NO_FIGURES | {"before": before, "after": after, "change": after - before}


def _flag(figures: dict[str, float | None], raw_before: float | None) -> str:
    difference, half = figures["difference"], figures["pi_high"]
    if difference is not None and half is not None and abs(difference) > half:
        return ABOVE if difference > 0 else BELOW
    return CEILING if raw_before is not None and raw_before >= CEILING_POINTS else WITHIN


def _reason(unit: AssistedUnit) -> str:
    return MISSING if unit.status is Status.TREATED else unit.status.value


def _value(study: Study, values: Floats, unit: AssistedUnit, vigencia: int | None) -> float | None:
    cell = study.cell(unit, vigencia)
    if cell is None or np.isnan(values[cell]):
        return None
    return float(values[cell])
