"""The sentences of the report: what they say and what they never say."""

from datetime import date

import pytest

from tasks.domain.scores.impact.comparison import compare
from tasks.domain.scores.report.wording import headline, p_text, paragraph, signed, verdict
from tests.tasks.domain.scores.world import POLICIES, World, catalog

POOLED = {
    "n_treated": 97, "after_vigencia": 2021, "scale": "raw", "estimate": 5.8, "ci_low": 3.4, "ci_high": 8.2,
    "p_value": 0.0001, "mde": 6.2, "equivalent_to_zero": False, "warnings": [],
}  # fmt: skip
OPTIONS = {"equivalence_points": 3.0, "equivalence_sd": 0.25}
UNIT = {
    "dane_code": "05003", "policy": "gobierno-digital", "before_vigencia": 2019, "after_vigencia": 2021, "scale": "raw",
    "before": 41.2, "after": 55.0, "change": 13.8, "expected_change": 8.1, "difference": 5.7, "pi_low": -16.9,
    "pi_high": 16.9, "before_raw": 41.2, "after_raw": 55.0, "percentile_before": 20.4, "percentile_after": 51.6,
    "flag": "within_expected",
}  # fmt: skip
NOTHING = dict.fromkeys(("before", "after", "change", "expected_change", "difference", "pi_low", "pi_high"))


def test_headline_says_how_far_from_expected() -> None:
    assert headline(POOLED) == (
        "En las 97 combinaciones municipio–política asistidas, el puntaje de 2021 quedó 5,8 puntos por encima de lo "
        "esperado (IC 95 %: 3,4 a 8,2) frente a municipios no asistidos con puntaje inicial y trayectoria similares."
    )
    assert "2,1 puntos por debajo" in headline(POOLED | {"estimate": -2.1, "ci_low": -5.0})
    assert "0,31 desviaciones estándar" in headline(POOLED | {"estimate": 0.31, "scale": "standardised"})


def test_without_significance_the_detectable_change_is_told_and_no_absence_claimed() -> None:
    said = verdict(POOLED | {"p_value": 0.2}, OPTIONS)
    assert said == (
        "No se puede distinguir de cero; con estos datos solo se habría detectado un cambio de 6,2 puntos o más."
    )
    assert "no hubo efecto" not in said


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"p_value": 0.03}, "se distingue de cero (p = 0,030)"),
        ({"p_value": 0.00001}, "(p < 0,001)"),
        ({"p_value": 0.6, "equivalent_to_zero": True}, "equivale a cero: su intervalo"),
        ({"p_value": 0.01, "equivalent_to_zero": True}, "es pequeña"),
        ({"p_value": 0.6, "equivalent_to_zero": True, "scale": "standardised"}, "±0,25 desviaciones estándar"),
    ],
)
def test_verdict_follows_the_uncertainty(changes: dict, words: str) -> None:
    assert words in verdict(POOLED | changes, OPTIONS)


def test_paragraph_of_a_municipality_is_the_one_of_the_method() -> None:
    assert paragraph(UNIT, catalog()) == (
        "Abriaquí, Gobierno digital: pasó de 41,2 en 2019 a 55,0 en 2021 (+13,8). Municipios parecidos sin asistencia "
        "subieron 8,1. La diferencia frente a lo esperado, +5,7, está dentro de la variación normal (±16,9): no "
        "permite afirmar que se deba a la asistencia."
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"flag": "above_expected", "difference": 20.0}, "por encima de lo esperado. Un solo caso no permite"),
        ({"flag": "below_expected", "difference": -20.0}, "por debajo de lo esperado. Un solo caso no permite"),
        ({"flag": "ceiling"}, "95 puntos o más"),
        ({"expected_change": -2.0}, "bajaron 2,0"),
        ({"expected_change": 0.01}, "no cambiaron"),
        (NOTHING | {"flag": "earlier"}, "se informó con la vigencia 2021"),
        (NOTHING | {"flag": "partial_exposure", "after_vigencia": None}, "demasiado tarde"),
        (NOTHING | {"flag": "no_baseline", "before_vigencia": None}, "punto de partida"),
        (NOTHING | {"flag": "missing_score", "after_raw": None}, "no tiene puntaje publicado en 2021."),
        (NOTHING | {"flag": "missing_score", "after_raw": None, "before_raw": None}, "en 2019 ni en 2021."),
        (NOTHING | {"flag": "missing_score"}, "no hay suficientes municipios comparables"),
    ],
)
def test_every_flag_has_its_words(changes: dict, words: str) -> None:
    assert words in paragraph(UNIT | changes, catalog())


def test_across_a_block_positions_are_told_and_never_points() -> None:
    world = World(vigencias=(2019, 2020, 2021, 2022))
    for place in range(12):
        world.assist(place, POLICIES[0], date(2022, 6, 15))
    for unit in compare(world.rows(), world.assistance)["units"]:
        text = paragraph(unit, catalog())
        assert "desviaciones estándar" in text
        assert "no son comparables entre sí" in text
        for raw in (unit["before_raw"], unit["after_raw"], unit["after_raw"] - unit["before_raw"]):
            assert f"{raw:.1f}".replace(".", ",") not in text


def test_unknown_codes_stand_as_they_are() -> None:
    assert paragraph(UNIT | {"dane_code": "17001", "policy": "nueva"}, catalog()).startswith("17001, nueva:")


def test_figures_are_written_as_in_colombia() -> None:
    assert [signed(v) for v in (5.84, -2.1, 0.0, 0.04, -0.04)] == ["+5,8", "−2,1", "0,0", "0,0", "0,0"]
    assert [p_text(v) for v in (None, 0.0001, 0.0241)] == ["–", "< 0,001", "0,024"]
