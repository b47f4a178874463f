"""Simulated departments whose truth is known: how often the method cries wolf, how wide it errs.

Run by hand: `python -m tests.benchmarks.impact_truth [worlds of each kind]`. Scores have a level per municipality and
per municipality × policy, a drift that persists from year to year, yearly noise and a ceiling; assistance goes to what
is low (offer), so that plain before/after "improves" by itself. The truth of a world is the mean of what assistance
really added to the scores of those assisted.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from tasks.domain.scores.impact.comparison import Options
from tasks.domain.scores.impact.estimator import Fit
from tasks.domain.scores.impact.inference import Estimate, estimate
from tasks.domain.scores.impact.study import Study
from tasks.domain.scores.results import Assistance, Score
from tests.tasks.domain.scores.world import POLICIES, SEPTEMBER_2020, dane

FALSE_POSITIVES, FALSE_POSITIVES_POOLED, COVERAGE, BIAS = 0.07, 0.10, 0.92, 0.3
OCTOBER_2022 = date(2022, 10, 3)  # before 2021, after 2023


@dataclass(frozen=True)
class Kind:
    """One kind of world."""

    name: str
    places: int = 125
    policies: int = 19
    vigencias: tuple[int, ...] = (2018, 2019, 2020, 2021)
    assisted: float = 0.45  # share of municipalities that are visited
    lowest: int = 3  # policies helped in each
    effect: float = 0.0
    spread: float = 0.0  # of the effect between units
    missing: float = 0.0
    persistence: float = 0.5  # of the drift
    day: date = SEPTEMBER_2020
    before: int = 2019


KINDS = (
    Kind("nada, lo más bajo"),
    Kind("nada, pocos asistidos", assisted=0.3, lowest=2),
    Kind("nada, muy pocos", assisted=0.12, lowest=3),
    Kind("nada, celdas vacías", missing=0.10),
    Kind("nada, cruza 2022", vigencias=(2018, 2019, 2020, 2021, 2022, 2023), before=2021, day=OCTOBER_2022),
    Kind("nada, 3 políticas", policies=3, lowest=1, assisted=0.3),
    Kind("nada, sin memoria", persistence=0.0),
    Kind("nada, mucha memoria", persistence=0.85),
    Kind("oferta, +5", effect=5.0),
    Kind("oferta, +5 desigual", effect=5.0, spread=4.0, missing=0.05),
    Kind("oferta, pocos, +6", effect=6.0, assisted=0.25, lowest=2),
    Kind("oferta, +3, mucha memoria", effect=3.0, persistence=0.85),
)


class World:
    """One department drawn from a kind."""

    def __init__(self, kind: Kind, seed: int) -> None:
        self.kind, self.random = kind, np.random.default_rng(seed)
        random, shape = self.random, (kind.places, kind.policies)
        level = 58 + random.normal(0, 8, (kind.places, 1)) + random.normal(0, 5, shape) + random.normal(0, 4, shape[1])
        drift, k = random.normal(0, 5, shape), kind.persistence
        self.untreated: dict[int, np.ndarray] = {}
        for vigencia in kind.vigencias:
            drift = k * drift + np.sqrt(1 - k * k) * random.normal(0, 5, shape)
            year = random.normal(1.0, 1.5, shape[1])
            level = level + year
            self.untreated[vigencia] = np.clip(level + drift + random.normal(0, 5, shape), 0, 100)
        self.gain = self._help(self.untreated[kind.before])

    def _help(self, before: np.ndarray) -> np.ndarray:
        """What assistance adds, NaN where there was none: the lowest policies against the median of all."""
        kind, gain = self.kind, np.full(before.shape, np.nan)
        gaps = np.median(before, axis=0) - before
        worst = np.argsort(-np.sort(-gaps, axis=1)[:, : kind.lowest].sum(axis=1))
        chance = np.exp(-np.arange(kind.places) / (kind.places * 0.6))  # the lowest first, not only they
        chosen = self.random.choice(worst, int(kind.places * kind.assisted), replace=False, p=chance / chance.sum())
        for place in chosen:
            for policy in np.argsort(-gaps[place])[: kind.lowest]:
                gain[place, policy] = self.random.normal(kind.effect, kind.spread)
        last = self.untreated[kind.vigencias[-1]]
        return np.where(np.isnan(gain), np.nan, np.clip(last + gain, 0, 100) - last)

    def assistance(self) -> list[Assistance]:
        helped = zip(*np.nonzero(~np.isnan(self.gain)), strict=True)
        return [Assistance(dane(int(m)), POLICIES[int(p)], self.kind.day, "oferta") for m, p in helped]

    def rows(self) -> list[Score]:
        rows = []
        for vigencia, scores in self.untreated.items():
            final = scores + (np.nan_to_num(self.gain) if vigencia == self.kind.vigencias[-1] else 0)
            known = self.random.random(final.shape) >= self.kind.missing
            rows += [
                Score(dane(m), POLICIES[p], vigencia, round(float(final[m, p]), 2) if known[m, p] else None)
                for m, p in np.ndindex(final.shape)
            ]
        return rows


@dataclass(frozen=True)
class Finding:
    """An estimate beside the truth, on the scale of the estimate."""

    found: Estimate
    truth: float
    plain: float  # before/after change, which the method must not report

    @property
    def rejects(self) -> bool:
        return self.found.p_value is not None and self.found.p_value < 0.05

    @property
    def covers(self) -> bool:
        return self.found.ci_low is not None and self.found.ci_low <= self.truth <= (self.found.ci_high or 0)


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
    gains = np.concatenate(list(_gains(world, fits, study)))
    plain = np.concatenate([one.after - one.before for one in fits])
    return Finding(found, float(gains.mean()), float(plain.mean()))


def _gains(world: World, fits: list[Fit], study: Study) -> Iterator[np.ndarray]:
    for one in fits:
        policy = POLICIES.index(study.panel.policies[one.design.policy])
        places = [int(study.panel.municipalities[m][2:]) - 1 for m in one.treated]
        yield world.gain[places, policy]


def main() -> int:
    """Print one line per kind of world; 1 when a limit is broken."""
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    print(f"{worlds} worlds of each kind; per policy | pooled")  # noqa: T201
    return max(_report(kind, worlds) for kind in KINDS)


def _report(kind: Kind, worlds: int) -> int:
    drawn = [findings(kind, seed) for seed in range(worlds)]
    own, pooled = [one for many, _ in drawn for one in many], [one for _, one in drawn if one is not None]
    rates = [(_mean(x.rejects for x in some), _mean(x.covers for x in some), _bias(some)) for some in (own, pooled)]
    null = kind.effect == 0
    broken = [
        null and rates[0][0] > FALSE_POSITIVES,
        null and rates[1][0] > FALSE_POSITIVES_POOLED,
        rates[0][1] < COVERAGE,
        rates[1][1] < COVERAGE,
        any(abs(bias) > BIAS for _, _, bias in rates),
    ]
    plain = _mean(x.plain for x in pooled)
    shown = " | ".join(f"p<.05 {r:6.1%} cover {c:6.1%} bias {b:+5.2f}" for r, c, b in rates)
    size = _mean(x.found.n_municipalities for x in own)
    print(f"{kind.name:28} {shown} | plain {plain:+5.1f} G {size:4.1f} {'BROKEN' if any(broken) else ''}", flush=True)  # noqa: T201
    return int(any(broken))


def _mean(values: Iterator[float]) -> float:
    return float(np.mean(list(values)))


def _bias(some: list[Finding]) -> float:
    return _mean((x.found.estimate or 0.0) - x.truth for x in some)


if __name__ == "__main__":
    sys.exit(main())
