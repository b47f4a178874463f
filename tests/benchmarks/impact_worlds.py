"""Departments drawn at random whose truth is known, in families that are hard in different ways. No figure is real.

A score is: a level of the municipality and of the municipality in the policy, a drift that persists from year to year,
a common year, and yearly noise, cut to 0–100. Each family changes one or more of these; assistance goes to what is low
(offer), so that plain before/after "improves" by itself. The truth of a world is what assistance really added.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tasks.domain.scores.results import Assistance, Score
from tests.tasks.domain.scores.world import POLICIES, SEPTEMBER_2020, dane

Floats = NDArray[np.float64]
Random = np.random.Generator

OCTOBER_2022 = date(2022, 10, 3)  # before 2021, after 2023
ACROSS_2022 = {"vigencias": (2018, 2019, 2020, 2021, 2022, 2023), "before": 2021, "day": OCTOBER_2022}


def normal(random: Random, shape: tuple[int, ...]) -> Floats:
    return random.standard_normal(shape)


def heavy_tailed(random: Random, shape: tuple[int, ...]) -> Floats:
    """Student t(3) with variance 1: one score in a hundred is four times as far off as a normal one would be."""
    return random.standard_t(3, shape) / np.sqrt(3)


def failing(random: Random, shape: tuple[int, ...]) -> Floats:
    """Seven forms in a hundred went badly wrong: skewed to the bottom, variance 1.4."""
    return 0.27 + 0.6 * normal(random, shape) - np.where(random.random(shape) < 0.07, 3.9, 0.0)


@dataclass(frozen=True)
class Kind:
    """One family of worlds; the defaults are the plain one."""

    name: str
    places: int = 125
    policies: int = 19
    vigencias: tuple[int, ...] = (2018, 2019, 2020, 2021)
    before: int = 2019
    day: date = SEPTEMBER_2020
    # who is helped, and what it gives
    assisted: float = 0.45  # share of municipalities that are visited
    lowest: int = 3  # policies helped in each
    capacity: int = 0  # most municipalities helped in one policy; 0: no limit
    chosen_by: str = "gap"  # "gap" to the median of the peers, or the last year's "fall"
    only_small: bool = False  # visits go to the smallest half
    effect: float = 0.0
    spread: float = 0.0  # of the effect between units
    spill: float = 0.0  # gain in the other policies of who is helped
    # how scores behave
    centre: float = 58.0
    noise: Callable[[Random, tuple[int, ...]], Floats] = normal
    sigma: float = 5.0  # of the yearly noise
    unequal: float = 0.0  # log of how much noisier the smallest third is than the middle (and the largest calmer)
    persistence: float = 0.5  # of the drift
    trend: float = 0.0  # yearly, of each municipality and policy
    shock: float = 0.0  # of a municipality in a year, in all its policies alike
    peers: int = 0  # measurement groups; 0: none declared
    peer_gap: float = 6.0  # between the levels of one group and the next
    peer_year: float = 0.0  # of a group in a policy and a year
    rescaled: tuple[float, float] = (0.0, 1.0)  # from 2022: points added, and factor of the spread (a new method)
    step: float = 0.01  # scores are published in steps of
    missing: float = 0.0
    missing_low: float = 0.0  # share missing among the lowest fifth of each policy and vigencia


class World:
    """One department drawn from a kind."""

    def __init__(self, kind: Kind, seed: int) -> None:
        self.kind, self.random = kind, np.random.default_rng(seed)
        self.size = self.random.permutation(kind.places) / kind.places  # 0 the smallest, 1 the capital
        self.group = (self.size * kind.peers).astype(int)
        self.untreated = self._untreated()
        self.helped = self._helped()
        self.gain = self._gain()

    def _untreated(self) -> Floats:
        """Scores without any assistance: vigencia × municipality × policy."""
        kind, random, shape = self.kind, self.random, (self.kind.places, self.kind.policies)
        level = kind.centre + random.normal(0, 8, (kind.places, 1)) + random.normal(0, 5, shape)
        level = level + random.normal(0, 4, shape[1]) + kind.peer_gap * self.group[:, None]
        slope = kind.trend * normal(random, shape)
        drift, k = random.normal(0, 5, shape), kind.persistence
        noise = kind.sigma * np.exp(kind.unequal * np.where(self.size < 1 / 3, 1, np.where(self.size < 2 / 3, 0, -1)))
        scores = []
        for vigencia in kind.vigencias:
            drift = k * drift + np.sqrt(1 - k * k) * random.normal(0, 5, shape)
            level = level + random.normal(1.0, 1.5, shape[1]) + slope
            year = kind.peer_year * normal(random, (max(kind.peers, 1), shape[1]))[self.group]
            year = year + kind.shock * normal(random, (kind.places, 1))
            score = level + drift + year + noise[:, None] * kind.noise(random, shape)
            if vigencia >= 2022:
                add, factor = kind.rescaled
                score = kind.centre + add + factor * (score - kind.centre)
            scores.append(np.clip(score, 0, 100))
        return np.stack(scores)

    def _helped(self) -> NDArray[np.bool_]:
        """Municipality × policy: the lowest policies against the peers' median, the lowest municipalities first."""
        kind, at = self.kind, self.kind.vigencias.index(self.kind.before)
        gaps = self._gaps(self.untreated[at])
        if kind.chosen_by == "fall":
            gaps = gaps - self._gaps(self.untreated[at - 1])
        worst = np.argsort(-np.sort(-gaps, axis=1)[:, : kind.lowest].sum(axis=1))
        chance = np.exp(-np.arange(kind.places) / (kind.places * 0.6))  # the lowest first, not only they
        if kind.only_small:
            chance = np.where(self.size[worst] < 0.5, chance, 0)
        many = min(int(kind.places * kind.assisted), np.count_nonzero(chance))
        helped = np.zeros(gaps.shape, dtype=bool)
        for place in self.random.choice(worst, many, replace=False, p=chance / chance.sum()):
            helped[place, np.argsort(-gaps[place])[: kind.lowest]] = True
        if kind.capacity:
            for policy in range(kind.policies):
                places = np.flatnonzero(helped[:, policy])
                helped[places[np.argsort(-gaps[places, policy])][kind.capacity :], policy] = False
        return helped

    def _gaps(self, scores: Floats) -> Floats:
        medians = np.stack([np.median(scores[self.group == g], axis=0) for g in range(max(self.kind.peers, 1))])
        return np.asarray(medians[self.group] - scores)

    def _gain(self) -> Floats:
        """What assistance adds to each score of the last vigencia, its spill-over included."""
        kind, last = self.kind, self.untreated[-1]
        gain = np.where(self.helped, self.random.normal(kind.effect, kind.spread, last.shape), 0.0)
        gain += np.where(~self.helped & self.helped.any(axis=1, keepdims=True), kind.spill, 0.0)
        return np.asarray(np.clip(last + gain, 0, 100) - last)

    def assistance(self) -> list[Assistance]:
        helped = zip(*np.nonzero(self.helped), strict=True)
        return [Assistance(dane(int(m)), POLICIES[int(p)], self.kind.day, "oferta") for m, p in helped]

    def rows(self) -> list[Score]:
        """Return the scores as they would be published."""
        rows = []
        for at, vigencia in enumerate(self.kind.vigencias):
            final = self.untreated[at] + (self.gain if at == len(self.untreated) - 1 else 0)
            shown = np.round(np.round(final / self.kind.step) * self.kind.step, 2)
            known = self._known(final)
            rows += [
                Score(dane(m), POLICIES[p], vigencia, float(shown[m, p]) if known[m, p] else None, self._peers(m))
                for m, p in np.ndindex(final.shape)
            ]
        return rows

    def _known(self, scores: Floats) -> NDArray[np.bool_]:
        low = scores <= np.quantile(scores, 0.2, axis=0)
        share = np.where(low, max(self.kind.missing_low, self.kind.missing), self.kind.missing)
        return np.asarray(self.random.random(scores.shape) >= share)

    def _peers(self, place: int) -> str:
        return f"ALCALDÍA GRUPO {self.group[place] + 1}" if self.kind.peers else ""


def _hard(name: str, **changes: object) -> tuple[Kind, Kind]:
    """One family without and with an effect."""
    changed: dict[str, object] = {"effect": 5.0, **changes}
    return Kind(f"nada, {name}", **changes), Kind(f"oferta +{changed['effect']:.0f}, {name}", **changed)  # type: ignore[arg-type]


KINDS = (
    *_hard("llana"),
    *_hard("pocos asistidos", assisted=0.3, lowest=2),
    *_hard("muy pocos", assisted=0.12),
    *_hard("celdas vacías", missing=0.10),
    *_hard("3 políticas", policies=3, lowest=1, assisted=0.3),
    *_hard("sin memoria", persistence=0.0),
    *_hard("mucha memoria", persistence=0.85),
    *_hard("cruza 2022", **ACROSS_2022),
    *_hard("cruza 2022 con grupos", peers=5, **ACROSS_2022),
    *_hard("cruza 2022, otra escala y grupos", peers=5, rescaled=(-8.0, 0.7), peer_year=2.0, **ACROSS_2022),
    *_hard("cruza 2022, grupos y cupo", peers=5, capacity=15, assisted=0.9, **ACROSS_2022),
    *_hard("grupos", peers=5),
    *_hard("grupos que cambian por año", peers=5, peer_year=2.0),
    *_hard("ruido desigual, pocos y pequeños", unequal=0.7, only_small=True, assisted=0.12),
    *_hard("ruido desigual, pequeños", unequal=0.7, only_small=True, assisted=0.3),
    *_hard("ruido desigual, todos", unequal=0.7),
    *_hard("colas pesadas", noise=heavy_tailed),
    *_hard("colas pesadas, pocos", noise=heavy_tailed, assisted=0.12, sigma=7.0),
    *_hard("formularios que fallan", noise=failing, assisted=0.3),
    *_hard("tendencias propias", trend=1.5),
    *_hard("políticas unidas", shock=4.0),
    *_hard("políticas unidas, pocos", shock=5.0, assisted=0.1),
    *_hard("techo", centre=84.0),
    *_hard("vacías las bajas", missing_low=0.3),
    *_hard("caída del último año", chosen_by="fall"),
    *_hard("en pasos de 5", step=5.0),
    *_hard("cupo de 15", capacity=15, assisted=0.9),
    Kind("oferta +5, desigual", effect=5.0, spread=4.0, missing=0.05),
    Kind("oferta +5, se extiende +1", effect=5.0, spill=1.0),
)
