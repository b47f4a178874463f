"""One comparison set up: scores, assisted units, who is control of whom, and the fits every question draws on."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from tasks.domain.scores.impact.covariates import Design, Places, Shape, Variant
from tasks.domain.scores.impact.estimator import Fit, fit
from tasks.domain.scores.impact.exposure import EPISODE_GAP, AssistedUnit, Blocks, Status, Timeline, Windows, place_all
from tasks.domain.scores.impact.noise import shape_of
from tasks.domain.scores.impact.panel import Mask, Panel, ScoreLike
from tasks.domain.scores.results import Assistance

_NOBODY = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Options:
    """What the operator may decide about a comparison; the defaults are the method's."""

    after: int | None = None  # report vigencia; None: the latest in the scores
    blocks: Blocks = field(default_factory=Blocks.parse)
    windows: Windows = field(default_factory=Windows)
    min_exposure: float = 0.5
    seed: int = 1
    equivalence_points: float = 3.0  # a 90 % interval inside ± this is called nil
    equivalence_sd: float = 0.25


class Study:
    """Scores and assistance arranged for the estimator.

    Raises `ValueError` (Spanish) when the report vigencia asked for is not in the scores.
    """

    def __init__(self, scores: Iterable[ScoreLike], assistance: Sequence[Assistance], options: Options) -> None:
        self.options = options
        self.panel = Panel.of(scores, options.after)
        if options.after is not None and options.after not in self.panel.vigencias:
            known = ", ".join(map(str, self.panel.vigencias)) or "ninguna"
            raise ValueError(f"no hay puntajes de la vigencia {options.after}; hasta ese año hay: {known}")
        scored = [day for day in assistance if day.is_scored]
        self.units = self._place(scored)
        self.treated = [unit for unit in self.units if unit.status is Status.TREATED]
        self._at_vigencia = {v: i for i, v in enumerate(self.panel.vigencias)}
        self._at_policy = {p: i for i, p in enumerate(self.panel.policies)}
        self._at_place = {m: i for i, m in enumerate(self.panel.municipalities)}
        self.unassisted = self._unassisted()
        self._days = self._days_by_place(scored)
        self._fits: dict[tuple[str, bool, Variant], list[Fit]] = {}
        self._shapes: dict[bool, Shape] = {}

    def _place(self, assistance: Sequence[Assistance]) -> list[AssistedUnit]:
        if not self.panel.vigencias:
            return []
        timeline = Timeline(self.panel.vigencias, self.options.windows, self.options.min_exposure)
        return place_all(assistance, timeline)

    def _unassisted(self) -> Mask:
        """Policy × municipality without help that the report vigencia could show."""
        mask = np.ones((len(self.panel.policies), len(self.panel.municipalities)), dtype=bool)
        for unit in self.units:
            if unit.policy in self._at_policy and unit.dane_code in self._at_place:
                mask[self._at_policy[unit.policy], self._at_place[unit.dane_code]] = False
        return mask

    def _days_by_place(self, assistance: Sequence[Assistance]) -> dict[int, list[date]]:
        """Days of help in any policy, up to the closing of the report's form: later help cannot show in it."""
        days: dict[int, list[date]] = {}
        for row in assistance:
            place = self._at_place.get(row.dane_code)
            if place is not None and row.day <= self.options.windows.closing(self.panel.vigencias[-1]):
                days.setdefault(place, []).append(row.day)
        return days

    def policies(self) -> list[str]:
        """Policies with a treated unit, in order."""
        return sorted({unit.policy for unit in self.treated})

    def crosses_blocks(self, policy: str | None = None) -> bool:
        """Whether a treated pair (of one policy, or of any) joins vigencias that may not be subtracted in points."""
        pairs = {(unit.before, unit.after) for unit in self.treated if policy in {None, unit.policy}}
        return any(b and a and not self.options.blocks.comparable(b, a) for b, a in pairs)

    def margin(self, *, standardised: bool) -> float:
        """The difference below which an effect is called nil, on the scale."""
        return self.options.equivalence_sd if standardised else self.options.equivalence_points

    def fits(self, policy: str, *, standardised: bool, variant: Variant = Variant.HEADLINE) -> list[Fit]:
        """One fit per pair of the policy; pairs with too few controls are left out. Computed once."""
        key = (policy, standardised, variant)
        if key not in self._fits:
            designs = self.designs(policy, standardised=standardised, clean=variant is Variant.CLEAN)
            found = (fit(self.panel, design, variant, self.unassisted) for design in designs)
            self._fits[key] = [one for one in found if one is not None]
        return self._fits[key]

    def shape(self, *, standardised: bool) -> Shape:
        """Return how the scores of unassisted municipalities moved over the commonest pair, in all policies together.

        The same answer serves every fit; the assisted have no part in it. Computed once.
        """
        if standardised not in self._shapes:
            near = self._same_departments(self._places(self.treated))
            before = Counter(unit.before for unit in self.treated).most_common(1)
            self._shapes[standardised] = shape_of(
                self.panel,
                (
                    Design(p, self._at_vigencia[b], len(self.panel.vigencias) - 1, _NOBODY, near & free, standardised)
                    for b, _ in before
                    if b is not None
                    for p, free in enumerate(self.unassisted)
                ),
            )
        return self._shapes[standardised]

    def pooled_fits(self, *, standardised: bool, variant: Variant = Variant.HEADLINE) -> list[Fit]:
        """The fits of all policies."""
        return [one for p in self.policies() for one in self.fits(p, standardised=standardised, variant=variant)]

    def designs(self, policy: str, *, standardised: bool, clean: bool = False) -> list[Design]:
        """One design per pair of vigencias that the policy's treated units have; none if it was never measured."""
        if policy not in self._at_policy:
            return []
        p, treated = self._at_policy[policy], [u for u in self.treated if u.policy == policy]
        places = self._places(treated)
        controls = self.unassisted[p] & self._same_departments(places)
        designs = []
        for before in sorted({unit.before for unit in treated if unit.before is not None}):
            allowed = controls & self.clean(before) if clean else controls
            of_pair = self._places([unit for unit in treated if unit.before == before])
            last = len(self.panel.vigencias) - 1
            shape = self.shape(standardised=standardised)
            designs.append(Design(p, self._at_vigencia[before], last, of_pair, allowed, standardised, shape))
        return designs

    def spillover_designs(self, *, standardised: bool) -> list[Design]:
        """The unassisted policies of assisted municipalities, from their earliest baseline, against clean controls."""
        earliest: dict[int, int] = {}
        for unit in self.treated:
            place = self._at_place.get(unit.dane_code)
            if place is not None and unit.before is not None:
                earliest[place] = min(unit.before, earliest.get(place, unit.before))
        last = len(self.panel.vigencias) - 1
        near = self._same_departments(np.array(sorted(earliest), dtype=np.int64))
        designs = []
        for before in sorted(set(earliest.values())):
            places = np.array(sorted(m for m, b in earliest.items() if b == before), dtype=np.int64)
            controls = near & self.clean(before)
            for p, free in enumerate(self.unassisted):
                allowed = controls & free
                helped = places[free[places]]
                shape = self.shape(standardised=standardised)
                designs.append(Design(p, self._at_vigencia[before], last, helped, allowed, standardised, shape))
        return designs

    def clean(self, before: int) -> Mask:
        """Municipalities without help in any policy since two years before the baseline's form closed."""
        since = self.options.windows.closing(before) - EPISODE_GAP
        mask = np.ones(len(self.panel.municipalities), dtype=bool)
        mask[[place for place, days in self._days.items() if max(days) > since]] = False
        return mask

    def keep(self, fits: Sequence[Fit], wanted: Callable[[AssistedUnit], bool]) -> list[Fit]:
        """Narrow fits to some of their assisted units; the regressions, and so the differences, stay the same."""
        units = {(self._at_policy[u.policy], self._at_place[u.dane_code]): u for u in self._known_treated()}
        return [
            one.only(np.array([wanted(units[one.design.policy, int(place)]) for place in one.treated], dtype=bool))
            for one in fits
        ]

    def cell(self, unit: AssistedUnit, vigencia: int | None) -> tuple[int, int, int] | None:
        """Where the unit's score of a vigencia stands in the panel; None when it is not in the scores at all."""
        if vigencia is None or unit.policy not in self._at_policy or unit.dane_code not in self._at_place:
            return None
        return self._at_vigencia[vigencia], self._at_policy[unit.policy], self._at_place[unit.dane_code]

    def _known_treated(self) -> list[AssistedUnit]:
        return [u for u in self.treated if u.policy in self._at_policy and u.dane_code in self._at_place]

    def _places(self, units: Iterable[AssistedUnit]) -> Places:
        known = (self._at_place.get(unit.dane_code) for unit in units)
        return np.array(sorted(place for place in known if place is not None), dtype=np.int64)

    def _same_departments(self, places: Places) -> Mask:
        return np.isin(self.panel.departments, self.panel.departments[places])
