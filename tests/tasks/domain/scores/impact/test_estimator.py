"""The regression and its uncertainty, against statsmodels and by definition."""

from datetime import date

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from tasks.domain.scores.impact.covariates import Design, Shape, Variant
from tasks.domain.scores.impact.estimator import Fit, fit
from tasks.domain.scores.impact.exposure import Blocks
from tasks.domain.scores.impact.inference import CONLEY_TABER, JACKKNIFE, benjamini_hochberg, estimate
from tasks.domain.scores.impact.noise import relative_noise, shape_of
from tasks.domain.scores.impact.panel import Panel
from tasks.domain.scores.impact.study import Options, Study
from tasks.domain.scores.results import Assistance, Score
from tests.tasks.domain.scores.world import POLICIES, World, dane


@pytest.fixture(name="panel", scope="module")
def panel_fixture() -> Panel:
    return Panel.of(World(seed=3).rows())


def design(panel: Panel, policy: int = 4, treated: int = 20, standardised: bool = False) -> Design:
    controls = np.ones(len(panel.municipalities), dtype=bool)
    controls[:treated] = False
    return Design(policy, 2, 4, np.arange(treated), controls, standardised)


def by_hand(panel: Panel, made: Design) -> tuple[np.ndarray, np.ndarray]:
    """x of every municipality, written again from the text of the method."""
    z, p = panel.z, made.policy
    others = np.delete(z, p, axis=1).mean(axis=1)  # vigencia × municipality
    y = panel.raw[made.before, p]
    return np.column_stack([np.ones_like(y), y, others[2], z[:2, p].mean(axis=0), others[:2].mean(axis=0)]), y


def test_expected_scores_are_those_of_weighted_least_squares(panel: Panel) -> None:
    made = design(panel)
    found = fit(panel, made)
    assert found is not None
    x, y = by_hand(panel, made)
    control, treated = made.controls, made.treated
    weights = 1 / (1 + ((y[control] - y[treated].mean()) / (1.5 * y[control].std())) ** 2)
    model = sm.WLS(panel.raw[4, 4, control], x[control], weights=weights).fit()
    np.testing.assert_allclose(found.expected, model.predict(x[treated]), rtol=1e-9)
    n, k = x[control].shape
    noise = (weights * model.resid**2).sum() / weights.sum() * n / (n - k)
    inverse = np.linalg.inv(x[control].T @ (weights[:, None] * x[control]))
    spread = np.sqrt(noise * (1 + np.einsum("ij,jk,ik->i", x[treated], inverse, x[treated])))
    np.testing.assert_allclose(found.half_width, stats.t.ppf(0.975, n - k) * spread, rtol=1e-9)


def test_unweighted_variant_is_ordinary_least_squares(panel: Panel) -> None:
    made = design(panel)
    found = fit(panel, made, Variant.LINEAR)
    x, _ = by_hand(panel, made)
    model = sm.OLS(panel.raw[4, 4, made.controls], x[made.controls]).fit()
    assert found is not None
    np.testing.assert_allclose(found.expected, model.predict(x[made.treated]), rtol=1e-9)
    np.testing.assert_allclose(
        found.residual, model.resid / np.sqrt(1 - model.get_influence().hat_matrix_diag), rtol=1e-6
    )


def test_difference_in_differences_is_the_difference_of_mean_changes(panel: Panel) -> None:
    made = design(panel)
    found = fit(panel, made, Variant.DID)
    change = panel.raw[4, 4] - panel.raw[2, 4]
    assert found is not None
    assert found.difference.mean() == pytest.approx(change[made.treated].mean() - change[made.controls].mean())


def test_standard_error_is_the_sum_over_municipalities(panel: Panel) -> None:
    """§3.4 written again, cell by cell, over two policies that share municipalities."""
    fits = [found for found in (fit(panel, design(panel, p, n)) for p, n in ((4, 20), (7, 12))) if found]
    found = estimate(fits, seed=1)
    total, mean = 32, np.concatenate([one.difference for one in fits]).mean()
    psi = np.zeros(125)
    for one in fits:
        x, _ = by_hand(panel, one.design)
        y = panel.raw[2, one.design.policy]
        control = one.controls
        weights = 1 / (1 + ((y[control] - y[one.treated].mean()) / (1.5 * y[control].std())) ** 2)
        inverse = np.linalg.inv(x[control].T @ (weights[:, None] * x[control]))
        beta = inverse @ (x[control].T @ (weights * panel.raw[4, one.design.policy, control]))
        e = panel.raw[4, one.design.policy, control] - x[control] @ beta
        h = weights * np.einsum("ij,jk,ik->i", x[control], inverse, x[control])
        psi[one.treated] += np.sqrt(20 / 19) * (one.difference - mean) / total
        psi[control] -= weights * (x[control] @ inverse @ x[one.treated].sum(axis=0)) * e / (1 - h) / total
    assert found.method == JACKKNIFE
    assert found.se == pytest.approx(np.sqrt((psi**2).sum()), rel=1e-9)
    assert found.p_value == pytest.approx(2 * stats.t.sf(abs(mean) / found.se, 19))


def test_few_treated_are_judged_by_draws_of_controls(panel: Panel) -> None:
    found = fit(panel, design(panel, treated=5))
    assert found is not None
    first, again = estimate([found], seed=1), estimate([found], seed=1)
    assert first == again
    assert first.method == CONLEY_TABER
    assert first.estimate is not None and first.ci_low is not None and first.ci_high is not None
    assert first.estimate - first.ci_low == pytest.approx(first.ci_high - first.estimate)
    spread = found.residual.std() / np.sqrt(5)
    assert first.se == pytest.approx(spread, rel=0.25)


def test_two_treated_are_not_estimated(panel: Panel) -> None:
    found = fit(panel, design(panel, treated=2))
    assert found is not None
    assert estimate([found], seed=1).estimate is None


def test_too_few_controls_are_not_fitted(panel: Panel) -> None:
    assert fit(panel, design(panel, treated=116)) is None
    assert fit(panel, design(panel, treated=115)) is not None  # ten controls for five columns


def test_nothing_after_the_baseline_enters_but_the_score_itself(panel: Panel) -> None:
    raw = panel.raw.copy()
    raw[3] = 0
    raw[4, :4] = 0
    changed = Panel(panel.vigencias, panel.policies, panel.municipalities, raw, panel.group)
    one, other = fit(panel, design(panel)), fit(changed, design(panel))
    assert isinstance(one, Fit) and isinstance(other, Fit)
    np.testing.assert_array_equal(one.expected, other.expected)


def test_a_single_policy_and_vigencia_leave_a_plain_regression() -> None:
    panel = Panel.of(World(seed=1, policies=1, vigencias=(2019, 2021)).rows())
    made = Design(0, 0, 1, np.arange(20), np.arange(125) >= 20, False)
    found = fit(panel, made, Variant.LINEAR)
    y = panel.raw[:, 0]
    model = sm.OLS(y[1, 20:], sm.add_constant(y[0, 20:])).fit()
    assert found is not None
    np.testing.assert_allclose(found.expected, model.predict(sm.add_constant(y[0, :20])), rtol=1e-9)


@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=19))
def test_q_values_are_those_of_statsmodels(p_values: list[float | None]) -> None:
    known = [p for p in p_values if p is not None]
    found = [q for q in benjamini_hochberg(p_values) if q is not None]
    assert len(found) == len(known)
    if known:
        np.testing.assert_allclose(found, multipletests(known, method="fdr_bh")[1], atol=1e-12)


def test_standardising_uses_only_peers() -> None:
    rows = World(seed=2, places=40).rows()
    grouped = [
        r.__class__(r.dane_code, r.policy, r.vigencia, r.score, "A" if r.dane_code < "05020" else "B") for r in rows
    ]
    panel = Panel.of(grouped)
    first = panel.raw[0, 0, :19]
    np.testing.assert_allclose(panel.z[0, 0, :19], (first - first.mean()) / first.std(ddof=1))
    assert panel.percentile[0, 0, :19].mean() == pytest.approx(50)


def shape_found(sigma: np.ndarray, *, failing: float = 0.0, seed: int = 0) -> Shape:
    """What 120 municipalities with yearly noise `sigma` show; `failing` is the share of forms that go badly wrong."""
    rng = np.random.default_rng(seed)
    shape = (3, 12, 120)
    fell = np.where(rng.random(shape) < failing, 25.0, 0.0)
    y = 60 + rng.normal(0, 6, shape[1:]) + sigma * rng.standard_normal(shape) - fell
    panel = Panel((2019, 2020, 2021), POLICIES[:12], tuple(dane(i) for i in range(120)), y, np.zeros(shape, np.int64))
    nobody, all_ = np.empty(0, dtype=np.int64), np.ones(120, dtype=bool)
    return shape_of(panel, [Design(p, 1, 2, nobody, all_, standardised=False) for p in range(12)])


def test_the_controls_say_whether_one_straight_line_serves_all() -> None:
    calm = np.full(120, 5.0)
    plain = [shape_found(calm, seed=seed) for seed in range(20)]
    assert sum(found.unequal for found in plain) + sum(found.curved for found in plain) <= 5
    assert shape_found(np.where(np.arange(120) < 60, 3.0, 9.0)) == Shape(unequal=True)
    assert shape_found(calm, failing=0.08).curved


def test_noise_is_relative_to_the_controls_and_never_negative() -> None:
    unsteadiness = np.array([*np.linspace(1, 4, 60), np.nan, 0.0, 8.0])
    controls = np.arange(60)
    rising = relative_noise(unsteadiness, controls, unsteadiness[:60])
    np.testing.assert_allclose(rising[:60], unsteadiness[:60] / unsteadiness[:60].mean())
    assert (rising[60], rising[61]) == (1.0, 0.1)
    assert rising[62] == pytest.approx(8 / unsteadiness[:60].mean())
    assert set(relative_noise(unsteadiness, controls, 5 - unsteadiness[:60])) == {1.0}
    assert set(relative_noise(unsteadiness, np.arange(10), unsteadiness[:10])) == {1.0}


def test_the_mean_of_a_group_that_was_helped_hides_nothing() -> None:
    """Across 2022 a group's mean contains its help: 60 of 100 helped in one group, nobody in the other."""
    rng = np.random.default_rng(3)
    group = np.repeat([0, 1], 100)
    y = 50 + rng.normal(0, 5, (2, 1, 200))
    y[1, 0, :60] += 6
    panel = Panel((2021, 2022), POLICIES[:1], tuple(dane(i) for i in range(200)), y, np.tile(group, (2, 1, 1)))
    controls = np.arange(200) >= 60
    found = fit(panel, Design(0, 0, 1, np.arange(60), controls, standardised=True))
    assert found is not None
    assert found.difference.mean() * y[1, 0, :100].std(ddof=1) == pytest.approx(6, abs=1.5)


def null_estimate(seed: int) -> float:
    """The pooled estimate of a world without effect, where the three policies lowest among their peers were helped."""
    rng = np.random.default_rng(seed)
    places, policies, years = 120, 8, (2017, 2018, 2019, 2020, 2021)
    group = np.arange(places) % 4
    level = rng.normal(0, 8, places) + 6.0 * group
    own = rng.normal(0, 6, (places, policies))
    y = 40 + level[:, None] + own + rng.normal(0, 7, (len(years), places, policies))
    gap = np.stack([np.median(y[2][group == g], axis=0) for g in range(4)])[group] - y[2]
    chosen = {(m, int(p)) for p in range(policies) for m in np.argsort(-gap[:, p])[:15]}
    codes, slugs = [f"05{m:03d}" for m in range(1, places + 1)], [f"p{p}" for p in range(policies)]
    scores = [
        Score(codes[m], slugs[p], years[v], float(y[v, m, p]), f"grupo {group[m]}") for v, m, p in np.ndindex(y.shape)
    ]
    days = [Assistance(codes[m], slugs[p], date(2020, 9, 1), "oferta") for m, p in sorted(chosen)]
    study = Study(scores, days, Options(blocks=Blocks.parse("2017-2021")))
    return float(np.concatenate([f.difference for f in study.pooled_fits(standardised=False)]).mean())


def test_who_is_low_among_its_peers_rises_by_itself_and_that_is_expected() -> None:
    assert abs(np.mean([null_estimate(seed) for seed in range(25)])) < 0.5
