"""The same question asked otherwise: what the headline hangs on, and whether help spilled over. Never the headline."""

from dataclasses import replace
from typing import Any

import numpy as np

from tasks.domain.scores.impact.covariates import Design, Variant
from tasks.domain.scores.impact.estimator import Fit, fit
from tasks.domain.scores.impact.exposure import AssistedUnit
from tasks.domain.scores.impact.inference import as_row, estimate
from tasks.domain.scores.impact.study import Study

_VARIANTS = (Variant.LINEAR, Variant.CLEAN, Variant.TRIPLE, Variant.DID)


def policy_sensitivity(study: Study, policy: str, *, standardised: bool) -> dict[str, Any]:
    """Return the four variants of one policy's row."""
    return {
        variant.value: _row(study, study.fits(policy, standardised=standardised, variant=variant))
        for variant in _VARIANTS
    }


def pooled_sensitivity(study: Study, *, standardised: bool, modality: str | None = None) -> dict[str, Any]:
    """Return the four variants of the pooled row, of one modality if given."""
    rows = {}
    for variant in _VARIANTS:
        fits = study.pooled_fits(standardised=standardised, variant=variant)
        rows[variant.value] = _row(study, of_modality(study, fits, modality))
    return rows


def of_modality(study: Study, fits: list[Fit], modality: str | None) -> list[Fit]:
    """Narrow fits to the assisted units of one modality (None: all)."""

    def wanted(unit: AssistedUnit) -> bool:
        return unit.modality == modality

    return fits if modality is None else study.keep(fits, wanted)


def spillover_check(study: Study, *, standardised: bool) -> dict[str, Any]:
    """Compare the unassisted policies of assisted municipalities with municipalities that had no help at all."""
    fits = (fit(study.panel, design) for design in study.spillover_designs(standardised=standardised))
    return _row(study, [one for one in fits if one is not None])


def placebo(study: Study, *, standardised: bool) -> dict[str, Any]:
    """Call "treated" the unassisted municipalities that started lowest, as many as were assisted: must be near 0."""
    designs = (d for p in study.policies() for d in study.designs(p, standardised=standardised))
    fits = (fit(study.panel, _placebo_design(study, design)) for design in designs)
    return _row(study, [one for one in fits if one is not None])


def _placebo_design(study: Study, design: Design) -> Design:
    scores = study.panel.scores(standardised=design.standardised)[design.before, design.policy]
    candidates = np.flatnonzero(design.controls & ~np.isnan(scores))
    lowest = candidates[np.argsort(scores[candidates], kind="stable")][: len(design.treated)]
    controls = design.controls.copy()
    controls[lowest] = False
    return replace(design, treated=lowest, controls=controls)


def _row(study: Study, fits: list[Fit]) -> dict[str, Any]:
    return as_row(estimate(fits, study.options.seed))
