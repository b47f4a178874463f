"""How sure an estimate is: municipalities as clusters, few treated ones, several policies at once (§3.4–3.9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from tasks.domain.scores.impact.estimator import Fit, treated_count
from tasks.domain.scores.impact.panel import Floats

DRAWS = 4_999
FEWEST_MUNICIPALITIES = 3  # fewer are not estimated
FEW_MUNICIPALITIES = 9  # up to here cluster standard errors break down
POWER_FACTOR = 2.8  # 1.96 + 0.84: 80 % power at 5 %

JACKKNIFE = "imputation+cluster-jackknife"
CONLEY_TABER = "imputation+conley-taber"
SUPPRESSED = "suppressed"


@dataclass(frozen=True)
class Estimate:
    """Mean of actual minus expected with its uncertainty; all None when suppressed."""

    n_treated: int
    n_control: int
    n_municipalities: int
    estimate: float | None = None
    se: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_value: float | None = None
    half_width_90: float | None = None
    method: str = SUPPRESSED

    @property
    def mde(self) -> float | None:
        """Smallest true effect that would have been found four times in five."""
        return None if self.se is None else POWER_FACTOR * self.se

    def within(self, margin: float) -> bool:
        """Whether the 90 % interval lies inside ±margin, which alone permits to call the difference nil."""
        if self.estimate is None or self.half_width_90 is None:
            return False
        return abs(self.estimate) + self.half_width_90 < margin


def estimate(fits: Sequence[Fit], seed: int) -> Estimate:
    """Average all differences of the fits and say how sure the average is; clusters are municipalities."""
    used = [fitted for fitted in fits if len(fitted.treated)]
    places = np.unique(np.concatenate([fitted.treated for fitted in used])) if used else np.empty(0, dtype=np.int64)
    counts = (treated_count(used), max((len(fitted.controls) for fitted in used), default=0), len(places))
    if len(places) < FEWEST_MUNICIPALITIES:
        return Estimate(*counts)
    mean = float(np.concatenate([fitted.difference for fitted in used]).mean())
    assisted, control = _scores_by_municipality(used, mean)
    if len(places) <= FEW_MUNICIPALITIES:
        return _conley_taber(used, mean, counts, float(np.sqrt((control**2).sum())), seed)
    se = float(np.sqrt(((assisted - control) ** 2).sum()))
    return _student(mean, se, counts)


def _student(mean: float, se: float, counts: tuple[int, int, int]) -> Estimate:
    law = stats.t(counts[2] - 1)
    p = float(2 * law.sf(abs(mean) / se)) if se > 0 else float(mean == 0)
    half, half_90 = float(law.ppf(0.975)) * se, float(law.ppf(0.95)) * se
    return Estimate(*counts, mean, se, mean - half, mean + half, p, half_90, JACKKNIFE)


def _scores_by_municipality(fits: Sequence[Fit], mean: float) -> tuple[Floats, Floats]:
    """ψ of §3.4 in its two roles: as assisted municipality and as control, summed over a municipality's cells."""
    size = 1 + max(int(max(fitted.treated.max(), fitted.controls.max())) for fitted in fits)
    n = treated_count(fits)
    assisted, control = np.zeros(size), np.zeros(size)
    groups = len(np.unique(np.concatenate([fitted.treated for fitted in fits])))
    for fitted in fits:
        np.add.at(assisted, fitted.treated, (fitted.difference - mean) / n)
        np.add.at(control, fitted.controls, fitted.influence.sum(axis=1) / n)
    return assisted * np.sqrt(groups / (groups - 1)), control


def _conley_taber(
    fits: Sequence[Fit], mean: float, counts: tuple[int, int, int], control_sd: float, seed: int
) -> Estimate:
    """Compare with what controls drawn in place of the treated municipalities would have shown (§3.5).

    A calm control drawn for an unsteady municipality counts with that one's noise (Ferman and Pinto 2019).
    The standard error given is that of the draws: the cluster one is what breaks down here.
    """
    size = 1 + max(int(fitted.controls.max()) for fitted in fits)
    residuals = np.zeros((size, len(fits)))
    for column, fitted in enumerate(fits):
        residuals[fitted.controls, column] = fitted.residual / fitted.control_noise
    pool = np.unique(np.concatenate([fitted.controls for fitted in fits]))
    places = np.unique(np.concatenate([fitted.treated for fitted in fits]))
    cells = np.array([[fitted.treated_noise[fitted.treated == place].sum() for fitted in fits] for place in places])
    stand_ins = residuals[pool] @ cells.T  # control × treated municipality
    random = np.random.default_rng(seed)
    chosen = random.integers(len(pool), size=(DRAWS, len(places)))
    draws = stand_ins[chosen, np.arange(len(places))].sum(axis=1) / counts[0] + random.normal(0, control_sd, DRAWS)
    draws = np.abs(draws - draws.mean())
    half, half_90 = (float(np.quantile(draws, share)) for share in (0.95, 0.90))
    p = float((1 + np.count_nonzero(draws >= abs(mean))) / (DRAWS + 1))
    se = float(np.sqrt((draws**2).mean()))
    return Estimate(*counts, mean, se, mean - half, mean + half, p, half_90, CONLEY_TABER)


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float | None]:
    """Return q-values over those that have a p (false discovery rate, §3.7), in the order given."""
    known: list[tuple[float, int]] = sorted((p, i) for i, p in enumerate(p_values) if p is not None)
    q_values: list[float | None] = [None] * len(p_values)
    smallest = 1.0
    for rank in range(len(known), 0, -1):
        p, index = known[rank - 1]
        smallest = min(smallest, p * len(known) / rank)
        q_values[index] = smallest
    return q_values


def as_row(found: Estimate) -> dict[str, Any]:
    """Return the figures of an estimate as the output contract names them."""
    return {
        "n_treated": found.n_treated,
        "n_control": found.n_control,
        "estimate": found.estimate,
        "ci_low": found.ci_low,
        "ci_high": found.ci_high,
        "se": found.se,
        "p_value": found.p_value,
        "mde": found.mde,
        "method": found.method,
    }
