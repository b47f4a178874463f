"""Imputation ANCOVA with soft matching: expected scores learnt from unassisted municipalities, and how sure that is.

The sections named are those of the method: the expected score of an assisted municipality is a weighted regression of
the score after on what was known before, fitted on controls only; the estimate is the mean of actual minus expected.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from tasks.domain.scores.impact.covariates import Design, Places, Variant, covariates, independent
from tasks.domain.scores.impact.noise import relative_noise
from tasks.domain.scores.impact.panel import Floats, Mask, Panel

SPARE_CONTROLS = 5  # controls beyond the number of columns without which nothing is fitted
CONTROLS_PER_COLUMN = 6  # fewer do not bear the columns beyond the method's plain ones
SOFT_WIDTH = 1.5  # standard deviations of the baseline at which a control counts half


@dataclass(frozen=True)
class Fit:
    """One control regression and its predictions for the assisted municipalities, on the scale of the design."""

    design: Design
    treated: Places  # those with every score needed
    before: Floats
    after: Floats
    expected: Floats
    half_width: Floats  # of the 95 % prediction interval
    controls: Places
    residual: Floats  # e / sqrt(1 − h) of each control
    influence: Floats  # per control and treated: w (x' S⁻¹ x_treated) e / (1 − h)
    baseline_range: tuple[float, float]  # of the controls
    treated_noise: Floats  # how much noisier each assisted municipality is than the typical control (1: alike)
    control_noise: Floats

    @property
    def difference(self) -> Floats:
        """Actual minus expected, d in the method."""
        return self.after - self.expected

    def only(self, keep: Mask) -> "Fit":
        """Return the fit with those of its treated municipalities that `keep` admits; the regression stays."""
        return replace(
            self,
            treated=self.treated[keep],
            before=self.before[keep],
            after=self.after[keep],
            expected=self.expected[keep],
            half_width=self.half_width[keep],
            influence=self.influence[:, keep],
            treated_noise=self.treated_noise[keep],
        )


def fit(
    panel: Panel, design: Design, variant: Variant = Variant.HEADLINE, unassisted: Mask | None = None
) -> Fit | None:
    """Fit the controls of one design and predict its treated municipalities; None when there are too few controls.

    `unassisted` (policy × municipality) is needed by `Variant.TRIPLE` only.
    """
    y = panel.scores(standardised=design.standardised)[:, design.policy, :]
    before, after = y[design.before], y[design.after]
    x = covariates(panel, design, variant, unassisted)
    complete = ~np.isnan(after) & x.known
    treated = design.treated[complete[design.treated]]
    controls = np.flatnonzero(complete & design.controls)
    columns = np.column_stack([x.plain, x.further])
    kept = independent(columns[controls])
    if len(controls) < CONTROLS_PER_COLUMN * len(kept):
        columns = x.plain
        kept = independent(columns[controls])
    if len(controls) < len(kept) + SPARE_CONTROLS:
        return None
    weights = np.ones(len(controls))
    if variant not in {Variant.LINEAR, Variant.DID} and len(treated):
        weights = _soft_weights(before[controls], before[treated].mean())
    target = after - before if variant is Variant.DID else after
    regression = _Regression(columns[controls][:, kept], target[controls], weights)
    of_treated = columns[treated][:, kept]
    expected = of_treated @ regression.beta + (before[treated] if variant is Variant.DID else 0.0)
    residual = regression.residual / np.sqrt(regression.slack)
    noise = relative_noise(x.unsteadiness, controls, residual) if design.shape.unequal else np.ones(len(before))
    return Fit(
        design,
        treated,
        before[treated],
        after[treated],
        expected,
        regression.half_width(of_treated) * noise[treated],
        controls,
        residual,
        regression.influence(of_treated),
        (float(before[controls].min()), float(before[controls].max())),
        noise[treated],
        noise[controls],
    )


class _Regression:
    """Weighted least squares of the controls."""

    def __init__(self, x: Floats, y: Floats, weights: Floats) -> None:
        self._x, self._weights = x, weights
        root = np.sqrt(weights)[:, None]
        self.beta = np.linalg.lstsq(root * x, root[:, 0] * y, rcond=None)[0]
        self._inverse = np.linalg.pinv(x.T @ (weights[:, None] * x), hermitian=True)
        self.residual = y - x @ self.beta
        leverage = weights * np.einsum("ij,jk,ik->i", x, self._inverse, x)
        # A control that alone decides a coefficient has h = 1 and e = 0: it says nothing about the noise.
        self.slack = np.maximum(1 - leverage, 1e-6)

    def half_width(self, x: Floats) -> Floats:
        """Half of the 95 % prediction interval at the rows of `x` (§3.8)."""
        n, k = self._x.shape
        noise = (self._weights * self.residual**2).sum() / self._weights.sum() * n / (n - k)
        spread = np.sqrt(noise * (1 + np.einsum("ij,jk,ik->i", x, self._inverse, x)))
        return np.asarray(stats.t.ppf(0.975, n - k) * spread)

    def influence(self, x: Floats) -> Floats:
        """How far each control moves each prediction if left out (§3.4)."""
        weighted = self._weights * self.residual / self.slack
        return np.asarray(weighted[:, None] * (self._x @ self._inverse @ x.T))


def _soft_weights(baseline: Floats, centre: float) -> Floats:
    spread = baseline.std()
    if spread == 0:
        return np.ones_like(baseline)
    return np.asarray(1 / (1 + ((baseline - centre) / (SOFT_WIDTH * spread)) ** 2))


def treated_count(fits: Sequence[Fit]) -> int:
    """Number of assisted units over the fits, N in the method."""
    return sum(len(fitted.treated) for fitted in fits)
