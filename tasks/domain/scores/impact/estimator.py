"""Imputation ANCOVA with soft matching: expected scores learnt from unassisted municipalities, and how sure that is.

The sections named are those of the method: the expected score of an assisted municipality is a weighted regression of
the score after on what was known before, fitted on controls only; the estimate is the mean of actual minus expected.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from tasks.domain.scores.impact.panel import Floats, Mask, Panel

Places = NDArray[np.int64]  # indices of municipalities in the panel

SPARE_CONTROLS = 5  # controls beyond the number of columns without which nothing is fitted
SOFT_WIDTH = 1.5  # standard deviations of the baseline at which a control counts half


class Variant(StrEnum):
    """The headline and the ways in which it is recomputed to see what it hangs on."""

    HEADLINE = "headline"
    LINEAR = "linear"  # all controls count alike
    CLEAN = "clean"  # controls without any recent assistance (the caller narrows them)
    TRIPLE = "triple"  # also explains by the municipality's unassisted policies in the same year
    DID = "did"  # plain difference in differences


@dataclass(frozen=True)
class Design:
    """One policy and one pair of vigencias (indices of the panel): who was assisted, who may serve as control."""

    policy: int
    before: int
    after: int
    treated: Places
    controls: Mask
    standardised: bool


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
        )


def fit(
    panel: Panel, design: Design, variant: Variant = Variant.HEADLINE, unassisted: Mask | None = None
) -> Fit | None:
    """Fit the controls of one design and predict its treated municipalities; None when there are too few controls.

    `unassisted` (policy × municipality) is needed by `Variant.TRIPLE` only.
    """
    y = (panel.z if design.standardised else panel.raw)[:, design.policy, :]
    before, after = y[design.before], y[design.after]
    columns = _columns(panel, design, variant, before, unassisted)
    complete = ~np.isnan(before) & ~np.isnan(after) & ~np.isnan(columns).any(axis=1)
    treated = design.treated[complete[design.treated]]
    controls = np.flatnonzero(complete & design.controls)
    kept = _independent(columns[controls])
    if len(controls) < len(kept) + SPARE_CONTROLS:
        return None
    weights = np.ones(len(controls))
    if variant not in {Variant.LINEAR, Variant.DID} and len(treated):
        weights = _soft_weights(before[controls], before[treated].mean())
    target = after - before if variant is Variant.DID else after
    regression = _Regression(columns[controls][:, kept], target[controls], weights)
    x = columns[treated][:, kept]
    expected = x @ regression.beta + (before[treated] if variant is Variant.DID else 0.0)
    return Fit(
        design,
        treated,
        before[treated],
        after[treated],
        expected,
        regression.half_width(x),
        controls,
        regression.residual / np.sqrt(regression.slack),
        regression.influence(x),
        (float(before[controls].min()), float(before[controls].max())),
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


def _columns(panel: Panel, design: Design, variant: Variant, before: Floats, unassisted: Mask | None) -> Floats:
    """x = (1, y_b, G_b, L_b, H, K) of every municipality; a column nobody has is left out. Nothing is later than b.

    G_b, the mean of the measurement group, is constant with one group and falls out; so it does on standardised scores.
    """
    columns = [np.ones_like(before)]
    if variant is Variant.DID:
        return np.column_stack(columns)
    columns.append(before)
    if not design.standardised:
        # Who is offered help is low *among its peers*: without their mean, the points say nothing of that, while L, H
        # and K do, and a null world with peer groups of different means shows an effect of 1.7 points (simulated).
        columns.append(panel.peers[design.before, design.policy])
    level = panel.level[design.before, design.policy]
    if np.isnan(level[design.controls]).all():
        level = np.full_like(level, np.nan)  # a file with one policy: there are no others
    else:
        columns.append(level)
    own = panel.history(design.policy, design.before)
    others = panel.history_of_others(design.policy, design.before)
    for history, otherwise in ((own, panel.z[design.before, design.policy]), (others, level)):
        if not np.isnan(history[design.controls]).all():
            columns.append(np.where(np.isnan(history), otherwise, history))
    if variant is Variant.TRIPLE and unassisted is not None:
        columns.append(panel.level_where(design.after, design.policy, unassisted))
    return np.column_stack(columns)


def _independent(x: Floats) -> list[int]:
    """Columns that are not a combination of earlier ones (a covariate that repeats another adds nothing)."""
    kept: list[int] = []
    basis = np.empty((len(x), 0))
    for index in range(x.shape[1] if len(x) else 0):
        column = x[:, index]
        rest = column - basis @ (basis.T @ column)
        rest = rest - basis @ (basis.T @ rest)  # twice is enough against cancellation
        length = float(np.linalg.norm(rest))
        if length > 1e-8 * float(np.linalg.norm(column)):
            kept.append(index)
            basis = np.column_stack([basis, rest / length])
    return kept


def treated_count(fits: Sequence[Fit]) -> int:
    """Number of assisted units over the fits, N in the method."""
    return sum(len(fitted.treated) for fitted in fits)
