"""The digest's charts: what they show, in words too, and told apart without colour."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tasks.adapters.charts.vega import draw
from tasks.domain.digest.charts import drawings
from tasks.domain.digest.figures import Line, Week

MONDAY = date(2026, 10, 5)
STAGES = (Line("por asignar", 3, 1, 2, 0), Line("oficio enviado", 16, 3, 2, 0), Line("cerrada", 0, 0, 0, 4))


def weeks(*rows: tuple[int, int, float | None], first: date = MONDAY) -> tuple[Week, ...]:
    return tuple(
        Week(f"W{n}", opened, closed, days, first + timedelta(weeks=n)) for n, (opened, closed, days) in enumerate(rows)
    )


RECENT = weeks((6, 2, 8.5), (9, 4, None), (4, 5, 1))
YEAR_AGO = weeks((4, 2, 12), (5, 4, None), (6, 5, 9), first=MONDAY - timedelta(weeks=52))


def test_each_chart_says_in_words_what_it_shows():
    said = {one.name: one.description for one in drawings(RECENT, YEAR_AGO, STAGES)}
    assert said["movimiento"] == (
        "En las últimas 3 semanas llegaron 19 casos y se cerraron 11; en las mismas semanas del año anterior llegaron "
        "15."
    )
    assert said["respuesta"] == (
        "La última semana con respuestas se respondió en 1 día hábil; la más lenta fue la del 5 de octubre, "
        "con 8,5 días hábiles. La raya negra marca la misma semana del año anterior."
    )
    assert said["etapas"] == (
        "De la primera etapa a la última: por asignar 3 (1 vencido) y oficio enviado 16 (3 vencidos)."
    )


def test_cases_that_wait_for_results_are_told_beside_the_chart_not_in_it():
    resting = (*STAGES, Line("en seguimiento", 194, 2, 0, 0))
    chart = drawings(RECENT, YEAR_AGO, resting)[-1]
    assert {value["etapa"] for value in chart.spec["data"]["values"]} == {"por asignar", "oficio enviado"}
    assert chart.description.endswith(" Aparte, en seguimiento 194 (2 vencidos), a la espera de resultados.")


def test_the_last_week_may_be_the_slowest():
    said = {one.name: one.description for one in drawings(weeks((1, 0, 2), (1, 0, 5)), weeks((0, 0, None)) * 2, ())}
    assert (
        said["respuesta"]
        == "La última semana con respuestas se respondió en 5 días hábiles, la más lenta de estas semanas."
    )


def test_without_last_year_and_answers_nothing_is_compared():
    nothing = weeks((0, 0, None), (0, 0, None), (0, 0, None), first=MONDAY - timedelta(weeks=52))
    first, *_ = drawings(RECENT, nothing, ())
    assert first.description.endswith("se cerraron 11.")
    assert {value["serie"] for value in first.spec["data"]["values"]} == {"Nuevos", "Cerrados"}
    assert drawings(nothing, nothing, ()) == ()


def test_series_differ_by_dash_and_shape_not_by_colour_alone():
    encoding = drawings(RECENT, YEAR_AGO, STAGES)[0].spec["encoding"]
    for channel in ("strokeDash", "shape"):
        marks = encoding[channel]["scale"]["range"]
        assert len({str(mark) for mark in marks}) == 3


def test_the_charts_can_be_drawn():
    for one in drawings(RECENT, YEAR_AGO, STAGES):
        assert draw(one.spec).startswith(b"\x89PNG")


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.none() | st.floats(0, 60)), min_size=8, max_size=8)
)
def test_any_weeks_give_a_sentence_and_a_value_per_week(rows):
    for one in drawings(weeks(*rows), weeks(*rows, first=MONDAY - timedelta(weeks=52)), STAGES):
        assert one.description.endswith(".")
        assert "None" not in one.description
        assert one.spec["data"]["values"]
