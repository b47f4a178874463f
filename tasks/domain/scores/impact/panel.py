"""All scores as arrays (vigencia × policy × municipality), raw and standardised, and the covariates of the method."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
T = TypeVar("T")


class ScoreLike(Protocol):
    """A score, whether just read from a file or kept in the ledger."""

    @property
    def dane_code(self) -> str: ...
    @property
    def policy(self) -> str: ...
    @property
    def vigencia(self) -> int: ...
    @property
    def score(self) -> float | None: ...
    @property
    def group(self) -> str: ...


@dataclass(frozen=True)
class Panel:
    """Scores of every municipality, policy and vigencia; NaN where there is none."""

    vigencias: tuple[int, ...]
    policies: tuple[str, ...]
    municipalities: tuple[str, ...]
    raw: Floats
    group: NDArray[np.int64]  # measurement group of each cell, same shape

    @classmethod
    def of(cls, scores: Iterable[ScoreLike], until: int | None = None) -> "Panel":
        """Arrange the scores up to vigencia `until`; of several values for one cell the last holds."""
        rows = [row for row in scores if until is None or row.vigencia <= until]
        vigencias = tuple(sorted({row.vigencia for row in rows}))
        policies = tuple(sorted({row.policy for row in rows}))
        places = tuple(sorted({row.dane_code for row in rows}))
        at_v, at_p, at_m = _index(vigencias), _index(policies), _index(places)
        groups = _index(sorted({row.group for row in rows}))
        shape = (len(vigencias), len(policies), len(places))
        raw, group = np.full(shape, np.nan), np.zeros(shape, dtype=np.int64)
        for row in rows:
            cell = (at_v[row.vigencia], at_p[row.policy], at_m[row.dane_code])
            raw[cell] = np.nan if row.score is None else row.score
            group[cell] = groups[row.group]
        return cls(vigencias, policies, places, raw, group)

    def scores(self, *, standardised: bool) -> Floats:
        """Return the scores on the scale that a design compares on: `z`, or the points as published."""
        return self.z if standardised else self.raw

    @cached_property
    def z(self) -> Floats:
        """Scores standardised within vigencia × policy × measurement group over all municipalities (ddof 1)."""
        z = np.full_like(self.raw, np.nan)
        for cells in self._peer_groups():
            values = self.raw[cells]
            spread = values.std(ddof=1) if values.size > 1 else 0.0
            if spread > 0 and np.ptp(values) > 0:
                z[cells] = (values - values.mean()) / spread
        return z

    @cached_property
    def percentile(self) -> Floats:
        """Percentile rank (0–100) within the same groups: share of peers below, ties by half."""
        ranks = np.full_like(self.raw, np.nan)
        for cells in self._peer_groups():
            values = self.raw[cells]
            ranks[cells] = 100 * (rankdata(values) - 0.5) / values.size
        return ranks

    @cached_property
    def level(self) -> Floats:
        """L: mean z over the municipality's *other* policies in the same vigencia."""
        return _mean_of_others(self.z)

    @cached_property
    def peers(self) -> Floats:
        """G: mean raw score of the measurement group of each cell, in the same vigencia and policy."""
        means = np.full_like(self.raw, np.nan)
        for cells in self._peer_groups():
            means[cells] = self.raw[cells].mean()
        return means

    @cached_property
    def spread(self) -> Floats:
        """Standard deviation (ddof 1) of the measurement group of each cell, in the same vigencia and policy."""
        spreads = np.full_like(self.raw, np.nan)
        for cells in self._peer_groups():
            if len(cells[0]) > 1:
                spreads[cells] = self.raw[cells].std(ddof=1)
        return spreads

    def unsteadiness(self, policy: int, before: int, *, standardised: bool) -> Floats:
        """How far a municipality's *other* policies moved from one vigencia to the next up to index `before`.

        Root mean square, in points or standard deviations; with a single vigencia, how far apart its policies stand.
        Positions among peers are what moves, so that no points are subtracted across a comparability break.
        """
        moves = np.diff(self.z[: before + 1], axis=0) if before else (self.z - self.level)[:1]
        if not standardised:
            moves = moves * self.spread[1 : before + 1] if before else moves * self.spread[:1]
        others = np.delete(moves, policy, axis=1)
        return np.asarray(np.sqrt(_mean(others.reshape(-1, others.shape[-1]) ** 2, axis=0)))

    @cached_property
    def departments(self) -> NDArray[np.str_]:
        """First two digits of each municipality's code."""
        return np.array([place[:2] for place in self.municipalities])

    def history(self, policy: int, before: int) -> Floats:
        """H: mean z of this policy over the vigencias before index `before`; NaN where there is none."""
        return _mean(self.z[:before, policy, :], axis=0)

    def history_of_others(self, policy: int, before: int) -> Floats:
        """K: mean over the vigencias before index `before` of the other policies' mean z; NaN where there is none."""
        return _mean(self.level[:before, policy, :], axis=0)

    def level_where(self, vigencia: int, policy: int, allowed: Mask) -> Floats:
        """Mean z in one vigencia over the other policies that `allowed` (policy × municipality) admits."""
        others = allowed & (np.arange(len(self.policies)) != policy)[:, None]
        return _mean(np.where(others, self.z[vigencia], np.nan), axis=0)

    def _peer_groups(self) -> Iterable[tuple[NDArray[np.intp], ...]]:
        """Indices of the known cells of each vigencia × policy × measurement group."""
        for v, p in np.ndindex(self.raw.shape[:2]):
            known = np.flatnonzero(~np.isnan(self.raw[v, p]))
            groups = self.group[v, p, known]
            for group in np.unique(groups):
                places = known[groups == group]
                yield np.full_like(places, v), np.full_like(places, p), places


def _index(values: Sequence[T]) -> dict[T, int]:
    return {value: i for i, value in enumerate(values)}


def _mean(values: Floats, axis: int) -> Floats:
    """Mean of what is known; NaN where nothing is."""
    known = ~np.isnan(values)
    count = known.sum(axis=axis)
    total = np.where(known, values, 0.0).sum(axis=axis)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _mean_of_others(z: Floats) -> Floats:
    known = ~np.isnan(z)
    filled = np.where(known, z, 0.0)
    total, count = filled.sum(axis=1, keepdims=True) - filled, known.sum(axis=1, keepdims=True) - known
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
