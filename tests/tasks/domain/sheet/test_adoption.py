"""Old sheets read as cases: whatever stands in them, nothing breaks and no word is lost."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.cases.case import State
from tasks.domain.sheet.adoption import ColumnMatch, best_tab, match_columns, read_old_cases
from tasks.domain.sheet.cells import Choice, canonical
from tasks.domain.sheet.columns import Choices
from tasks.domain.sheet.table import Row, Tab

CHOICES = Choices(
    (Choice("Integridad", "integridad"),), (Choice("Jardín", "05364"),), (Choice("Ana Restrepo", "ana@x.co"),)
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
    assert cases(**said)[0].state is state


def test_columns_that_are_nobodys_are_kept_apart_and_the_best_tab_is_chosen():
    match = match_columns(("Municipio", "Tema", "Prioridad", "Correos electrónicos"))
    assert (match.sure["Política"], match.others) == ("Tema", ("Prioridad",))
    assert match.unsure == {"Correo": "Correos electrónicos"}
    tabs = {"A": Tab("A", ("Fruta",), ()), "B": Tab("B", HEADERS, ())}
    assert best_tab(tabs) is tabs["B"]
    assert best_tab({"A": tabs["A"]}) is None
    assert ColumnMatch({}, {"Correo": "x"}).confirmed([]).others == ("x",)
