"""How noisy each municipality's scores are, and whether the plain straight line fits: asked of the controls only.

Small municipalities swing more from year to year than large ones. If help goes to the small ones, what calm controls
show is too narrow a measure of chance (Ferman and Pinto, Review of Economics and Statistics 101, 2019), and what is
expected of calm ones, who come back less after a bad year, is too low. Neither is seen in the scores of the assisted;
both are seen in the controls of all policies together, long before the assisted are looked at.
"""

from collections.abc import Iterable

import numpy as np

from tasks.domain.scores.impact.covariates import Design, Places, Shape, Variant, covariates, independent, shortfall
from tasks.domain.scores.impact.panel import Floats, Panel

CLEAR = 2.0  # standard errors by which the controls must deny the plain line
_FEWEST = 20  # controls of a policy that can be asked


def relative_noise(unsteadiness: Floats, controls: Places, residual: Floats) -> Floats:
    """Return the size of each municipality's noise against the controls' mean, from a line |residual| ~ unsteadiness.

    1 for all where the line does not rise, and for those whose unsteadiness is unknown (Glejser's variance function).
    """
    have = ~np.isnan(unsteadiness[controls])
    x, size = unsteadiness[controls][have], np.abs(residual[have])
    if len(x) < _FEWEST or np.ptp(x) == 0:
        return np.ones_like(unsteadiness)
    slope = float(np.polyfit(x, size, 1)[0])
    if slope <= 0 or size.mean() == 0:
        return np.ones_like(unsteadiness)
    slope = min(slope, float(size.mean() / x.mean()))  # noise is never negative
    line = 1 + slope * (unsteadiness - x.mean()) / size.mean()
    return np.where(np.isnan(unsteadiness), 1.0, np.maximum(line, 0.1))


def shape_of(panel: Panel, designs: Iterable[Design]) -> Shape:
    """Return what the controls of all these designs say together, municipalities being independent of each other."""
    unequal, curved = np.zeros(len(panel.municipalities)), np.zeros(len(panel.municipalities))
    for design in designs:
        _ask(panel, design, unequal, curved)
    return Shape(unequal=_clearly(unequal) > CLEAR, curved=abs(_clearly(curved)) > CLEAR)


def _ask(panel: Panel, design: Design, unequal: Floats, curved: Floats) -> None:
    """Add the score of each control of one design in the two tests."""
    x = covariates(panel, design, Variant.HEADLINE)
    after = panel.scores(standardised=design.standardised)[design.after, design.policy]
    controls = np.flatnonzero(x.known & design.controls & ~np.isnan(after) & ~np.isnan(x.unsteadiness))
    if len(controls) < _FEWEST:
        return
    columns = np.column_stack([x.plain, x.further])[controls]
    columns = columns[:, independent(columns)]
    residual = _unexplained(after[controls], columns)
    size = np.abs(residual)
    if size.mean() > 0:
        unsteadiness = x.unsteadiness[controls]
        unequal[controls] += (size / size.mean() - 1) * (unsteadiness / unsteadiness.mean() - 1)
        curved[controls] += residual * _unexplained(shortfall(x.surprise, x.known)[controls], columns)


def _unexplained(values: Floats, x: Floats) -> Floats:
    return np.asarray(values - x @ np.linalg.lstsq(x, values, rcond=None)[0])


def _clearly(scores: Floats) -> float:
    """Standard errors by which the sum of the municipalities' scores is off zero."""
    size = float(np.sqrt((scores**2).sum()))
    return float(scores.sum()) / size if size > 0 else 0.0
