"""How often the method cries wolf and how wide it errs, in simulated departments whose truth is known.

Run by hand: `python -m tests.benchmarks.impact_truth [worlds of each kind] [words of the kind's name]`. A line says the
share of p < 0.05, of 95 % intervals that hold the truth, the bias and the half-width in points, per policy and pooled.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tasks.domain.scores.impact.comparison import Options
from tasks.domain.scores.impact.estimator import Fit
from tasks.domain.scores.impact.inference import Estimate, estimate
from tasks.domain.scores.impact.study import Study
from tests.benchmarks.impact_worlds import KINDS, Kind, World
from tests.tasks.domain.scores.world import POLICIES

FALSE_POSITIVES, FALSE_POSITIVES_POOLED, COVERAGE, BIAS = 0.07, 0.10, 0.92, 0.3


@dataclass(frozen=True)
class Finding:
    """An estimate beside the truth, on the scale of the estimate."""

    found: Estimate
    truth: float
    points: float  # of one unit of the scale
    plain: float  # before/after change, which the method must not report

    @property
    def rejects(self) -> bool:
        return self.found.p_value is not None and self.found.p_value < 0.05

    @property
    def covers(self) -> bool:
        return self.found.ci_low is not None and self.found.ci_low <= self.truth <= (self.found.ci_high or 0)

    @property
    def bias(self) -> float:
        return ((self.found.estimate or 0.0) - self.truth) * self.points

    @property
    def half_width(self) -> float:
        return ((self.found.ci_high or 0.0) - (self.found.ci_low or 0.0)) / 2 * self.points


def findings(kind: Kind, seed: int) -> tuple[list[Finding], Finding | None]:
    """Return what is found per policy and pooled, suppressed ones left out."""
    world = World(kind, seed)
    study = Study(world.rows(), world.assistance(), Options(seed=seed))
    own = [_finding(world, study.fits(p, standardised=study.crosses_blocks(p)), seed, study) for p in study.policies()]
    pooled = _finding(world, study.pooled_fits(standardised=study.crosses_blocks()), seed, study)
    return [one for one in own if one is not None], pooled


def _finding(world: World, fits: list[Fit], seed: int, study: Study) -> Finding | None:
    found = estimate(fits, seed)
    if found.estimate is None:
        return None
    gains, points = (np.concatenate(some) for some in zip(*_gains(world, fits, study), strict=True))
    plain = np.concatenate([one.after - one.before for one in fits])
    return Finding(found, float((gains / points).mean()), float(points.mean()), float(plain.mean()))


def _gains(world: World, fits: list[Fit], study: Study) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """What assistance added, and the points that one unit of the scale is worth, of each assisted municipality."""
    for one in fits:
        at = one.design
        places = [int(study.panel.municipalities[m][2:]) - 1 for m in one.treated]
        points = study.panel.spread[at.after, at.policy, one.treated]
        gains = world.gain[places, POLICIES.index(study.panel.policies[at.policy])]
        yield gains, points if at.standardised else np.ones_like(points)


def main() -> int:
    """Print one line per kind of world; 1 when a limit is broken."""
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    wanted = [kind for kind in KINDS if " ".join(sys.argv[2:]) in kind.name]
    print(f"{worlds} worlds of each kind; per policy | pooled")  # noqa: T201
    return max(_report(kind, worlds) for kind in wanted)


def _report(kind: Kind, worlds: int) -> int:
    drawn = [findings(kind, seed) for seed in range(worlds)]
    own, pooled = [one for many, _ in drawn for one in many], [one for _, one in drawn if one is not None]
    limits = (FALSE_POSITIVES, FALSE_POSITIVES_POOLED)
    broken = [name for some, limit in zip((own, pooled), limits, strict=True) for name in _broken(kind, some, limit)]
    size = _mean(x.found.n_municipalities for x in own)
    plain = _mean(x.plain for x in pooled)
    print(  # noqa: T201
        f"{kind.name:42} {_rates(own)} | {_rates(pooled)} | plain {plain:+5.1f} G {size:4.1f} {' '.join(broken)}",
        flush=True,
    )
    return int(bool(broken))


def _broken(kind: Kind, some: list[Finding], limit: float) -> Iterator[str]:
    if not kind.effect and _mean(x.rejects for x in some) > limit:
        yield "FALSE-POSITIVES"
    if _mean(x.covers for x in some) < COVERAGE:
        yield "COVERAGE"
    if abs(_mean(x.bias for x in some)) > BIAS:
        yield "BIAS"


def _rates(some: list[Finding]) -> str:
    rejects, covers = _mean(x.rejects for x in some), _mean(x.covers for x in some)
    bias, doubt = _mean(x.bias for x in some), 2 * float(np.std([x.bias for x in some])) / len(some) ** 0.5
    half = _mean(x.half_width for x in some)
    return f"p<.05 {rejects:6.1%} cover {covers:6.1%} bias {bias:+5.2f} ± {doubt:.2f} half {half:4.1f}"


def _mean(values: Iterator[float]) -> float:
    return float(np.mean(list(values)))


if __name__ == "__main__":
    sys.exit(main())
