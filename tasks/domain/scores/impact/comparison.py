"""Whether assisted municipalities ended above what comparable unassisted ones did: the answer as one document.

`compare` is the whole method; its result is the stable contract `mipg-compare/1` that other programs read.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from tasks.domain.scores.impact.caveats import counts, result_warnings, row_warnings, warning
from tasks.domain.scores.impact.estimator import Fit
from tasks.domain.scores.impact.exposure import AssistedUnit
from tasks.domain.scores.impact.inference import as_row, benjamini_hochberg, estimate
from tasks.domain.scores.impact.outcome import unit_rows
from tasks.domain.scores.impact.panel import Mask, ScoreLike
from tasks.domain.scores.impact.sensitivity import (
    of_modality,
    placebo,
    policy_sensitivity,
    pooled_sensitivity,
    spillover_check,
)
from tasks.domain.scores.impact.study import Options, Study
from tasks.domain.scores.results import Assistance, Problem

SCHEMA = "mipg-compare/1"

__all__ = ["SCHEMA", "Options", "compare"]


def compare(
    scores: Iterable[ScoreLike],
    assistance: Iterable[Assistance],
    options: Options | None = None,
    problems: Sequence[Problem] = (),
) -> dict[str, Any]:
    """Compare assisted municipalities with what unassisted ones let expect.

    `scores` are all that is known, national ones included; `problems` are those met while reading, repeated in the
    warnings. Returns plain JSON values (schema `mipg-compare/1`); the same input gives the same result. Raises
    `ValueError` (Spanish) when the report vigencia asked for is not in the scores.
    """
    days = list(assistance)
    study = Study(scores, days, options or Options())
    standardised = study.crosses_blocks()
    rows = [_policy_row(study, policy) for policy in study.policies()]
    for row, q_value in zip(rows, benjamini_hochberg([row["p_value"] for row in rows]), strict=True):
        row["q_value"] = q_value
    pooled = _pooled_row(study, standardised=standardised)
    result = {
        "schema": SCHEMA,
        "after_vigencia": study.panel.vigencias[-1] if study.panel.vigencias else None,
        "warnings": result_warnings(study, days, problems, pooled),
        "policies": rows,
        "pooled": pooled,
        "units": unit_rows(study),
        "counts": counts(study, days),
        "shape": asdict(study.shape(standardised=standardised)),
        "options": _options(study.options),
    }
    plain: dict[str, Any] = _plain(result)
    return plain


# --- rows ------------------------------------------------------------------------------------------------------------


def _policy_row(study: Study, policy: str) -> dict[str, Any]:
    standardised = study.crosses_blocks(policy)
    fits = study.fits(policy, standardised=standardised)
    units = [unit for unit in study.treated if unit.policy == policy]
    row = _row(study, policy, fits, units, standardised=standardised)
    row["sensitivity"] = policy_sensitivity(study, policy, standardised=standardised)
    return row if fits else row | _unfitted_counts(study, policy)


def _unfitted_counts(study: Study, policy: str) -> dict[str, int]:
    """Municipalities with a score before and after, where they are too few for a regression."""
    treated, controls = 0, [0]
    for design in study.designs(policy, standardised=False):
        scores = study.panel.raw[[design.before, design.after], design.policy]
        known: Mask = np.asarray(~np.isnan(scores).any(axis=0))
        treated += int(np.count_nonzero(known[design.treated]))
        controls.append(int(np.count_nonzero(known & design.controls)))
    return {"n_treated": treated, "n_control": max(controls)}


def _pooled_row(study: Study, *, standardised: bool) -> dict[str, Any]:
    fits = study.pooled_fits(standardised=standardised)
    row = _row(study, "ALL", fits, study.treated, standardised=standardised)
    row["sensitivity"] = pooled_sensitivity(study, standardised=standardised)
    row["spillover_check"] = spillover_check(study, standardised=standardised)
    row["placebo"] = placebo(study, standardised=standardised)
    if (row["spillover_check"]["p_value"] or 1) < 0.05:
        row["warnings"].append(warning("spillover_suspected"))
    row["by_modality"] = {m: _modality_row(study, fits, m, standardised=standardised) for m in ("oferta", "demanda")}
    return row


def _modality_row(study: Study, fits: list[Fit], modality: str, *, standardised: bool) -> dict[str, Any]:
    units = [unit for unit in study.treated if unit.modality == modality]
    row = _row(study, "ALL", of_modality(study, fits, modality), units, standardised=standardised)
    row["sensitivity"] = pooled_sensitivity(study, standardised=standardised, modality=modality)
    return row


def _row(
    study: Study, policy: str, fits: Sequence[Fit], units: Sequence[AssistedUnit], *, standardised: bool
) -> dict[str, Any]:
    """Every key that policy rows, the pooled row and the modality rows share."""
    found = estimate(fits, study.options.seed)
    befores = Counter(unit.before for unit in units)
    row: dict[str, Any] = {"policy": policy}
    row |= as_row(found)
    row |= {
        "before_vigencia": max(befores, key=lambda v: (befores[v], v or 0), default=None),
        "after_vigencia": study.panel.vigencias[-1] if units else None,
        "pairs": _pairs(study, fits),
        "scale": "standardised" if standardised else "raw",
        "q_value": None,
        "sensitivity": {},
        "means": _means(fits),
        "equivalent_to_zero": found.within(study.margin(standardised=standardised)),
        "warnings": row_warnings(study, fits, units, found, standardised=standardised),
    }
    return row


def _pairs(study: Study, fits: Sequence[Fit]) -> list[dict[str, Any]]:
    pairs: dict[tuple[int, int], list[Fit]] = {}
    for one in fits:
        pairs.setdefault((one.design.before, one.design.after), []).append(one)
    vigencias = study.panel.vigencias
    return [
        {
            "before": vigencias[before],
            "after": vigencias[after],
            "n_treated": sum(len(one.treated) for one in of_pair),
            "n_control": max(len(one.controls) for one in of_pair),
        }
        for (before, after), of_pair in sorted(pairs.items())
    ]


def _means(fits: Sequence[Fit]) -> dict[str, float | None]:
    """Averages over the assisted units on the row's scale, for the table."""
    if not any(len(one.treated) for one in fits):
        return dict.fromkeys(("before", "after", "change", "expected_change"))
    before, after, expected = (
        np.concatenate([getattr(one, name) for one in fits]) for name in ("before", "after", "expected")
    )
    return {
        "before": float(before.mean()),
        "after": float(after.mean()),
        "change": float((after - before).mean()),
        "expected_change": float((expected - before).mean()),
    }


def _options(options: Options) -> dict[str, Any]:
    blocks = ";".join(f"{a}-{b}" if a != b else str(a) for a, b in options.blocks.ranges)
    return {
        "blocks": blocks,
        "min_exposure": options.min_exposure,
        "seed": options.seed,
        "equivalence_points": options.equivalence_points,
        "equivalence_sd": options.equivalence_sd,
        "windows": {str(v): day.isoformat() for v, day in sorted(options.windows.closings.items())},
    }


def _plain(value: Any) -> Any:
    """JSON values; figures keep ten decimals, beyond which machines differ."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float | np.floating):
        return round(float(value), 10) if np.isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value
