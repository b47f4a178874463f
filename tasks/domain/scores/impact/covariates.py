"""What is known of a municipality before the assistance, x in the method, and who is compared with whom."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tasks.domain.scores.impact.panel import Floats, Mask, Panel

Places = NDArray[np.int64]  # indices of municipalities in the panel

FEWEST_OF_A_GROUP = 5  # controls of a measurement group that let it have a mean of its own
LOWEST = 0.25  # share of the municipalities, those that fell furthest short, whose way back may be another


class Variant(StrEnum):
    """The headline and the ways in which it is recomputed to see what it hangs on."""

    HEADLINE = "headline"
    LINEAR = "linear"  # all controls count alike
    CLEAN = "clean"  # controls without any recent assistance (the caller narrows them)
    TRIPLE = "triple"  # also explains by the municipality's unassisted policies in the same year
    DID = "did"  # plain difference in differences


@dataclass(frozen=True)
class Shape:
    """What the controls show of how scores come back to the usual, beyond one straight line for all."""

    unequal: bool = False  # unsteady municipalities are noisier: every slope, and the noise, may depend on it
    curved: bool = False  # who fell far short comes back at another rate than the rest


@dataclass(frozen=True)
class Design:
    """One policy and one pair of vigencias (indices of the panel): who was assisted, who may serve as control."""

    policy: int
    before: int
    after: int
    treated: Places
    controls: Mask
    standardised: bool
    shape: Shape = Shape()


@dataclass(frozen=True)
class Covariates:
    """Columns of every municipality; nothing in them is later than the baseline, `Variant.TRIPLE` excepted."""

    plain: Floats  # 1, y_b, G_b, L_b, H, K
    further: Floats  # means of groups, and what the shape asks for
    known: Mask
    surprise: Floats  # y_b minus what the other columns would have let expect at b
    unsteadiness: Floats


def covariates(panel: Panel, design: Design, variant: Variant, unassisted: Mask | None = None) -> Covariates:
    """Return x for one design; `unassisted` (policy × municipality) is needed by `Variant.TRIPLE` only."""
    baseline = panel.scores(standardised=design.standardised)[design.before, design.policy]
    plain = np.column_stack(_plain(panel, design, variant, baseline, unassisted))
    known: Mask = ~np.isnan(baseline) & ~np.isnan(plain).any(axis=1)
    unsteadiness = panel.unsteadiness(design.policy, design.before, standardised=design.standardised)
    if variant is Variant.DID:
        return Covariates(plain, np.empty((len(baseline), 0)), known, np.zeros_like(baseline), unsteadiness)
    groups = _groups(panel, design, known)
    surprise = _residual(baseline, np.column_stack([np.delete(plain, 1, axis=1), groups]), known)
    further = [groups]
    if design.shape.unequal:
        further.append(_centred(unsteadiness, known)[:, None] * plain[:, 1:])
    if design.shape.curved:
        further.append(shortfall(surprise, known)[:, None])
    return Covariates(plain, np.column_stack(further), known, surprise, unsteadiness)


def shortfall(surprise: Floats, known: Mask) -> Floats:
    """How far the lowest quarter of the surprises lies below its upper bound; 0 for the others."""
    return np.minimum(surprise - np.quantile(surprise[known], LOWEST), 0) if known.any() else np.zeros_like(surprise)


def independent(x: Floats) -> list[int]:
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


def _plain(panel: Panel, design: Design, variant: Variant, baseline: Floats, unassisted: Mask | None) -> list[Floats]:
    """x = (1, y_b, G_b, L_b, H, K) of every municipality; a column nobody has is left out.

    G_b, the mean of the measurement group, is constant with one group and falls out; so it does on standardised scores.
    """
    columns = [np.ones_like(baseline)]
    if variant is Variant.DID:
        return columns
    columns.append(baseline)
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
    return columns


def _groups(panel: Panel, design: Design, known: Mask) -> Floats:
    """One column per measurement group with enough controls: in the report's vigencia each has a mean of its own.

    Where scores are standardised within groups that mean contains the assisted municipalities, and so what the
    assistance gave them: compared across groups, the effect would be short by the share of the group that was assisted
    (simulated: 0.5 of 5 points). Controls of the same group carry the same mean.
    """
    groups = panel.group[design.before, design.policy]
    compared = known & design.controls & ~np.isnan(panel.raw[design.after, design.policy])
    names, counts = np.unique(groups[compared], return_counts=True)
    return np.column_stack([np.empty((len(groups), 0)), *(groups == g for g in names[counts >= FEWEST_OF_A_GROUP])])


def _residual(values: Floats, x: Floats, known: Mask) -> Floats:
    kept = independent(x[known])
    beta = np.linalg.lstsq(x[known][:, kept], values[known], rcond=None)[0]
    return np.asarray(values - x[:, kept] @ beta)


def _centred(values: Floats, known: Mask) -> Floats:
    """Distance to the mean; unknown ones stand at the mean."""
    have = known & ~np.isnan(values)
    return np.nan_to_num(values - values[have].mean()) if have.any() else np.zeros_like(values)
