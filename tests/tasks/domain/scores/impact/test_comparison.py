"""The document that other programs read: its arithmetic, its flags, its silences."""

import json
import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.domain.scores.impact.comparison import Options, compare
from tasks.domain.scores.results import Assistance, Problem, Score
from tests.tasks.domain.scores.world import POLICIES, SEPTEMBER_2020, World, dane

ROW_KEYS = {
    "policy", "n_treated", "n_control", "before_vigencia", "after_vigencia", "pairs", "scale", "estimate", "ci_low",
    "ci_high", "se", "p_value", "q_value", "mde", "method", "sensitivity", "warnings",
}  # fmt: skip
UNIT_KEYS = {
    "dane_code", "policy", "modality", "before_vigencia", "after_vigencia", "scale", "before", "after", "change",
    "expected_change", "difference", "pi_low", "pi_high", "before_raw", "after_raw", "flag",
}  # fmt: skip


def run(world: World, **options) -> dict:
    return compare(world.rows(), world.assistance, Options(**options))


def codes(row: dict) -> set[str]:
    return {warning["code"] for warning in row["warnings"]}


def unit(result: dict, place: int, policy: str) -> dict:
    return next(u for u in result["units"] if (u["dane_code"], u["policy"]) == (dane(place), policy))


def check_arithmetic(result: dict) -> None:
    for row in result["units"]:
        if row["difference"] is not None:
            assert row["change"] == pytest.approx(row["after"] - row["before"], abs=1e-9)
            assert row["difference"] == pytest.approx(row["change"] - row["expected_change"], abs=1e-9)
    for row in result["policies"]:
        found = [
            u["difference"] for u in result["units"] if u["policy"] == row["policy"] and u["difference"] is not None
        ]
        if row["estimate"] is not None:
            assert row["n_treated"] == len(found)
            assert row["estimate"] == pytest.approx(np.mean(found), abs=1e-9)
            assert row["ci_low"] <= row["estimate"] <= row["ci_high"]
            assert row["mde"] == pytest.approx(2.8 * row["se"])


def test_document_has_every_key_of_the_contract() -> None:
    result = run(World().assist_lowest(effect=5))
    assert result["schema"] == "mipg-compare/1"
    assert all(row.keys() >= ROW_KEYS for row in [*result["policies"], result["pooled"]])
    assert {"spillover_check", "by_modality"} <= result["pooled"].keys()
    assert result["pooled"]["policy"] == "ALL"
    assert result["pooled"]["q_value"] is None
    assert all(row.keys() >= UNIT_KEYS for row in result["units"])
    assert set(result["pooled"]["sensitivity"]) == {"linear", "clean", "triple", "did"}
    assert all(row.keys() >= ROW_KEYS for row in result["pooled"]["by_modality"].values())
    json.dumps(result, allow_nan=False)


def test_same_input_gives_the_same_bytes_in_any_order() -> None:
    world = World(seed=5).assist_lowest(effect=5)
    first = compare(world.rows(), world.assistance)
    again = compare(world.rows()[::-1], world.assistance[::-1])
    assert json.dumps(first) == json.dumps(again)


@settings(max_examples=15)
@given(
    st.integers(0, 10_000),
    st.lists(
        st.tuples(st.integers(0, 59), st.sampled_from(POLICIES[:5]), st.dates(date(2018, 1, 1), date(2022, 12, 31))),
        max_size=40,
    ),
    st.floats(0, 0.3),
)
def test_figures_add_up_whatever_is_missing(seed: int, days: list[tuple[int, str, date]], holes: float) -> None:
    world = World(seed=seed, places=60, policies=5)
    for place, policy, day in days:
        world.assist(place, policy, day)
    rows = world.rows(drop=lambda score: world.random.random() < holes)
    result = compare(rows, world.assistance)
    check_arithmetic(result)
    counts = result["counts"]
    assert counts["units"] == len({(place, policy) for place, policy, _ in days})
    assert counts["units"] == sum(counts.values()) - counts["units"]
    assert len(result["units"]) == counts["units"] - counts["not_yet_measurable"]


def test_true_effect_is_found_where_plain_change_and_did_are_fooled() -> None:
    result = run(World(seed=7).assist_lowest(share=0.5, effect=6))
    pooled = result["pooled"]
    assert pooled["ci_low"] < 6 < pooled["ci_high"]
    assert pooled["means"]["change"] > 10
    assert pooled["sensitivity"]["did"]["estimate"] > 9


def test_no_effect_is_seldom_called_one() -> None:
    """Null worlds in which the lowest policies are helped: 5 % false positives, here at most 5 of 40 (p ≈ 0.99)."""
    results = [run(World(seed=seed, places=80, policies=8).assist_lowest())["pooled"] for seed in range(40)]
    assert sum(row["p_value"] < 0.05 for row in results) <= 5
    assert abs(np.mean([row["estimate"] for row in results])) < 0.6
    assert np.mean([row["sensitivity"]["did"]["estimate"] for row in results]) > 3
    assert abs(np.mean([row["placebo"]["estimate"] for row in results])) < 1.0


# --- blocks ----------------------------------------------------------------------------------------------------------


def test_raw_scores_are_never_subtracted_across_blocks() -> None:
    world = World(vigencias=(2019, 2020, 2021, 2022))
    for place in range(12):
        world.assist(place, POLICIES[0], date(2022, 6, 15))
    result = run(world)
    row = result["policies"][0]
    assert (row["scale"], result["pooled"]["scale"]) == ("standardised", "standardised")
    assert "comparability_break" in codes(row) & codes(result)
    check_arithmetic(result)
    for one in result["units"]:
        assert one["scale"] == "standardised"
        assert abs(one["change"]) < 8
        assert one["change"] != pytest.approx(one["after_raw"] - one["before_raw"])
        assert 0 < one["percentile_before"] < 100


def test_one_crossing_policy_makes_the_pooled_row_standardised_and_spares_the_others() -> None:
    world = World(vigencias=(2018, 2019, 2020, 2021))
    for place in range(12):
        world.assist(place, POLICIES[0]).assist(place, POLICIES[1], date(2020, 1, 15), effect=1)
    result = run(world, min_exposure=1.0)  # 96 % of 2020 is not enough then: 2018 to 2021
    scales = {row["policy"]: row["scale"] for row in result["policies"]}
    assert scales == {POLICIES[0]: "raw", POLICIES[1]: "standardised"}
    assert result["pooled"]["scale"] == "standardised"
    assert result["pooled"]["n_treated"] == 24
    check_arithmetic(result)


def test_two_pairs_of_one_policy_get_a_fit_each_and_are_averaged_together() -> None:
    world = World()
    for place in range(20):
        world.assist(place, POLICIES[0], SEPTEMBER_2020 if place < 12 else date(2021, 6, 15))
    result = run(world)
    row = result["policies"][0]
    assert [(p["before"], p["after"], p["n_treated"]) for p in row["pairs"]] == [(2019, 2021, 12), (2020, 2021, 8)]
    assert (row["before_vigencia"], row["n_treated"], row["n_control"]) == (2019, 20, 105)
    check_arithmetic(result)


# --- flags and silences ----------------------------------------------------------------------------------------------


def flagged(effect: float) -> str:
    world = World(seed=1).assist(3, POLICIES[0], effect=0)
    last = world.scores[2021]
    last[3, 0] = np.clip(world.scores[2019][3, 0] + effect, 0, 100)
    return str(unit(run(world), 3, POLICIES[0])["flag"])


def test_unit_far_from_expected_is_flagged() -> None:
    assert (flagged(40), flagged(0), flagged(-50)) == ("above_expected", "within_expected", "below_expected")


def test_unit_at_the_ceiling_is_flagged() -> None:
    world = World(seed=1)
    for table in world.scores.values():
        table[:4, 0] = 97
    for place in range(4):
        world.assist(place, POLICIES[0])
    result = run(world)
    assert unit(result, 3, POLICIES[0])["flag"] in {"ceiling", "above_expected"}
    assert {"ceiling", "few_treated"} <= codes(result["policies"][0])


@pytest.mark.parametrize(
    ("day", "flag"),
    [
        (date(2021, 11, 1), "partial_exposure"),
        (date(2019, 6, 1), "earlier"),
        (date(2017, 3, 1), "no_baseline"),
    ],
)
def test_unit_without_a_place_says_why_and_serves_as_no_control(day: date, flag: str) -> None:
    world = World().assist(0, POLICIES[0], day)
    for place in range(10, 22):
        world.assist(place, POLICIES[0])
    result = run(world)
    one = unit(result, 0, POLICIES[0])
    assert one["flag"] == flag
    assert {one[key] for key in ("before", "after", "change", "expected_change", "difference", "pi_low")} == {None}
    assert result["policies"][0]["n_control"] == 125 - 12 - 1


def test_missing_score_is_said_and_not_zero() -> None:
    world = World()
    for place in range(12):
        world.assist(place, POLICIES[0])
    rows = world.rows(drop=lambda s: (s.dane_code, s.policy, s.vigencia) == (dane(0), POLICIES[0], 2021))
    result = compare(rows, world.assistance)
    one = unit(result, 0, POLICIES[0])
    assert (one["flag"], one["after"], one["after_raw"], one["difference"]) == ("missing_score", None, None, None)
    assert one["before_raw"] is not None
    assert result["policies"][0]["n_treated"] == 11
    assert "missing_score" in codes(result["policies"][0])


def test_policy_not_measured_in_the_baseline_has_a_row_without_estimate() -> None:
    world = World()
    for place in range(12):
        world.assist(place, POLICIES[2])
    result = compare(world.rows(drop=lambda s: s.policy == POLICIES[2] and s.vigencia < 2021), world.assistance)
    row = result["policies"][0]
    assert (row["estimate"], row["p_value"], row["method"]) == (None, None, "suppressed")
    assert {u["flag"] for u in result["units"]} == {"missing_score"}


def test_two_municipalities_are_described_but_not_averaged() -> None:
    result = run(World().assist(0, POLICIES[0]).assist(1, POLICIES[0]))
    row = result["policies"][0]
    assert (row["estimate"], row["method"]) == (None, "suppressed")
    assert "few_treated_suppressed" in codes(row)
    assert all(u["difference"] is not None for u in result["units"])


def test_few_controls_leave_plain_figures() -> None:
    world = World(places=20)
    for place in range(12):
        world.assist(place, POLICIES[0])
    result = run(world)
    row = result["policies"][0]
    assert (row["estimate"], row["n_treated"], row["n_control"]) == (None, 12, 8)
    assert "few_controls" in codes(row)
    one = unit(result, 0, POLICIES[0])
    assert one["change"] == pytest.approx(one["after"] - one["before"])
    assert one["expected_change"] is None


def test_controls_come_from_the_departments_of_the_assisted() -> None:
    world = World(places=1_000, policies=3)  # 900 in department 05, 100 in 06
    for place in range(12):
        world.assist(place, POLICIES[0])
    assert run(world)["policies"][0]["n_control"] == 888


def test_modality_rows_split_the_pooled_one() -> None:
    world = World()
    for place in range(24):
        world.assist(place, POLICIES[place % 3], modality="oferta" if place < 14 else "demanda")
    pooled = run(world)["pooled"]
    offer, demand = pooled["by_modality"]["oferta"], pooled["by_modality"]["demanda"]
    assert (offer["n_treated"], demand["n_treated"]) == (14, 10)
    assert (14 * offer["estimate"] + 10 * demand["estimate"]) / 24 == pytest.approx(pooled["estimate"])


def test_spillover_to_other_policies_is_suspected() -> None:
    world = World(seed=4).assist_lowest(share=0.4, per_place=1, effect=5)
    world.scores[2021][:50] += 4
    result = run(world)
    assert result["pooled"]["spillover_check"]["p_value"] < 0.05
    assert "spillover_suspected" in codes(result["pooled"]) & codes(result)


def test_starting_below_every_control_is_extrapolation() -> None:
    world = World()
    for place in range(12):
        world.scores[2019][place, 0] = 5
        world.assist(place, POLICIES[0])
    assert "extrapolation" in codes(run(world)["policies"][0])


def test_equivalence_needs_a_narrow_interval() -> None:
    few, many = World(seed=1).assist_lowest(share=0.05), World(seed=1).assist_lowest(share=0.5, per_place=4)
    assert not run(few)["pooled"]["equivalent_to_zero"]
    assert run(many, equivalence_points=6.0)["pooled"]["equivalent_to_zero"]


def test_help_to_other_entities_and_unknown_places_is_told_apart() -> None:
    world = World().assist_lowest()
    odd = [
        Assistance(dane(0), POLICIES[0], SEPTEMBER_2020, entity_type="ESE"),
        Assistance("99999", POLICIES[0], SEPTEMBER_2020),
        Assistance(dane(124), POLICIES[0], date(2022, 8, 1)),
    ]
    problems = [Problem("bad_score", "puntaje ilegible", "H", row, "Puntaje") for row in range(3, 103)]
    result = compare(world.rows(), [*world.assistance, *odd], problems=problems)
    assert {"assistance_unmatched", "assistance_other_entities", "not_yet_measurable", "bad_score"} <= codes(result)
    told = [w["detail"] for w in result["warnings"] if w["code"] == "bad_score"]
    assert told[0] == "puntaje ilegible (hoja «H», fila 3, columna «Puntaje»)"
    assert told[-1] == "y 60 casos más"
    assert next(u for u in result["units"] if u["dane_code"] == "99999")["flag"] == "missing_score"


def test_nothing_to_compare_is_an_answer() -> None:
    assert codes(compare([], [])) == {"no_scores"}
    empty = compare(World(places=10).rows(), [])
    assert (empty["policies"], empty["units"], empty["pooled"]["estimate"]) == ([], [], None)
    only_after = compare([Score(dane(0), POLICIES[0], 2021, 50.0)], [Assistance(dane(0), POLICIES[0], SEPTEMBER_2020)])
    assert only_after["units"][0]["flag"] == "no_baseline"


def test_an_unknown_report_vigencia_is_refused() -> None:
    with pytest.raises(ValueError, match="2025"):
        compare(World(places=10).rows(), [], Options(after=2025))


def test_later_vigencias_do_not_touch_an_earlier_report() -> None:
    world = World(seed=9).assist_lowest(effect=3)
    rows = world.rows()
    later = [Score(r.dane_code, r.policy, 2022, 50.0) for r in rows if r.vigencia == 2021]
    assert compare(rows, world.assistance) == compare([*rows, *later], world.assistance, Options(after=2021)) | {
        "options": compare(rows, world.assistance)["options"]
    }
    assert math.isfinite(compare(rows, world.assistance)["pooled"]["estimate"])
