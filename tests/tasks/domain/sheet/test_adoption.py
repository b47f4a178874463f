"""Old sheets read as cases: whatever stands in them, nothing breaks and no word is lost."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.cases.case import State
from tasks.domain.sheet.adoption import ColumnMatch, best_tab, match_columns, no_cases, read_old_cases
from tasks.domain.sheet.cells import Choice, canonical
from tasks.domain.sheet.columns import Choices
from tasks.domain.sheet.table import Row, Tab

CHOICES = Choices(
    (Choice("Integridad", "integridad"), Choice("Gobierno digital", "gobierno-digital")),
    (Choice("Jardín", "05364"), Choice("Jericó", "05368")),
    (Choice("Ana Restrepo", "ana@x.co"),),
)
HEADERS = ("No", "Fecha", "Municipio", "Política", "Asunto", "Estado", "Fecha asesoría", "Evidencias", "Notas", "Otra")
values = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.sampled_from(["Jardín", "Integridad", "2026-12", "cerrada", date(2026, 3, 4), datetime(2026, 3, 4, 5)]),
)


def cases(**said) -> list:
    tab = Tab("Control", HEADERS, (Row(2, said),))
    return read_old_cases(tab, match_columns(HEADERS), CHOICES)


@given(st.dictionaries(st.sampled_from(HEADERS), values, min_size=1))
def test_any_row_is_read_and_every_word_of_it_kept_somewhere(row):
    for case in cases(**row):
        kept = f"{case.fields} {case.policies} {case.number} {case.received} {case.state}"
        assert isinstance(case.state, State)
        if own := canonical(row.get("Otra")):
            assert own in case.fields["notes"] or own[:20] in kept


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({"Estado": "Finalizado"}, State.CLOSED),
        ({"Estado": "en trámite", "Municipio": "Jardín", "Política": "Integridad"}, State.TO_ASSIGN),
        ({"Municipio": "Jardín"}, State.TO_CLASSIFY),
        ({"Municipio": "Jardín", "Fecha asesoría": "3/4/2026"}, State.ASSISTED),
        ({"Municipio": "Jardín", "Fecha asesoría": "3/4/2026", "Evidencias": "acta"}, State.FOLLOW_UP),
    ],
)
def test_the_state_is_the_one_written_or_the_one_the_dates_speak_for(said, state):
    assert cases(**({"Asunto": "PETI"} | said))[0].state is state


def test_columns_that_are_nobodys_are_kept_apart_and_the_best_tab_is_chosen():
    match = match_columns(("Municipio", "Tema", "Prioridad", "Correos electrónicos"))
    assert (match.sure["Política"], match.others) == ("Tema", ("Prioridad",))
    assert match.unsure == {"Correo": "Correos electrónicos"}
    tabs = {"A": Tab("A", ("Fruta",), ()), "B": Tab("B", HEADERS, ())}
    assert best_tab(tabs) is tabs["B"]
    assert best_tab({"A": tabs["A"]}) is None
    assert ColumnMatch({}, {"Correo": "x"}).confirmed([]).others == ("x",)


def test_names_parted_by_anything_are_several_and_a_line_of_totals_is_no_case():
    headers = ("No", "Municipio", "Política", "Descripción de la solicitud", "Correo contacto")
    said = ("7", "Jardín, Jericó", "Integridad / Gobierno digital", "PETI", "a@b.co")
    rows = (Row(2, dict(zip(headers, said, strict=True))), Row(3, {"No": "TOTAL", "Fecha": 3}))
    tab = Tab("BASE", headers, rows)
    match = match_columns(headers)
    assert (match.sure["Asunto"], match.sure["Correo"]) == ("Descripción de la solicitud", "Correo contacto")
    (case,) = read_old_cases(tab, match, CHOICES)
    assert (case.policies, case.warnings) == (("integridad", "gobierno-digital"), ())
    assert (case.fields["municipality"], "Municipio: Jardín, Jericó" in case.fields["notes"]) == ("05364", True)
    assert [row.number for row in no_cases(tab, match)] == [3]
