"""Which of the days in a leader's mail are offered for a session."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.letters.offered import days_offered

TODAY = date(2026, 11, 30)  # a Monday


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mañana mismo podemos atenderlos.", ["01/12"]),
        ("Podemos mañana martes a las 10 a. m.", ["01/12"]),
        ("Les propongo el próximo martes.", ["01/12"]),
        ("Quedaría de mañana en ocho, en la tarde.", ["08/12"]),
        ("La otra semana, el martes o el miércoles.", ["08/12", "09/12"]),
        ("La próxima semana podemos el jueves en la mañana.", ["10/12"]),
        ("Podemos el martes o el jueves.", ["01/12", "03/12"]),
        ("El lunes a las 2 p. m. los esperamos.", ["07/12"]),
        ("La sesión sería el 10 a las 8 a. m.", ["10/12"]),
        ("La sesión será el lunes 7 o el miércoles 9 de diciembre.", ["07/12", "09/12"]),
        ("Proponemos entre el 3 y el 5 de febrero.", ["03/02", "04/02", "05/02"]),
        ("Jornada del 28 de enero al 1 de febrero.", ["28/01", "29/01", "01/02"]),
        ("En la semana del 1 al 3 de marzo.", ["01/03", "02/03", "03/03"]),
        ("Sesión: 15/01/27, 9:00 a. m.", ["15/01"]),
        ("Fechas:\n- 15 de enero\n- 20 de enero", ["15/01", "20/01"]),
        ("En atención a su oficio del 24 de noviembre, la asesoría será el 15 de diciembre.", ["15/12"]),
        ("Respuesta a DSEGPP-2026-0107 del 1 de diciembre: la reunión es el 10 de diciembre.", ["10/12"]),
        ("El 15 de diciembre no podemos, pero sí el 16 de diciembre.", ["16/12"]),
        ("Estaré en vacaciones del 15 al 30 de diciembre. Proponemos el 20 de enero.", ["20/01"]),
        # No day is offered.
        ("La otra semana.", []),
        ("La vemos la primera semana de marzo.", []),
        ("Entre el 3 y el 28 de febrero.", []),
        ("En la semana del 1 de marzo.", []),
        ("En horas de la tarde.", []),
        ("Los martes y jueves de 2 a 4.", []),
        ("Atendemos de lunes a viernes.", []),
        ("Antes del 30.", []),
        ("Lo haríamos antes del 30 de enero.", []),
        ("A más tardar el 15 de diciembre.", []),
        ("A partir del 12 de enero tenemos disponibilidad.", []),
        ("Mañana le enviamos el plan de asistencia.", []),
        ("El viernes le confirmaremos la fecha.", []),
        ("El próximo viernes le remitimos el cronograma.", []),
        ("El plazo vence el 30 de diciembre.", []),
        ("Recibimos su oficio el 27 de noviembre.", []),
        ("Hasta mañana.", []),
    ],
)
def test_days_are_offered_or_only_named(text: str, days: list[str]) -> None:
    assert [f"{day:%d/%m}" for day in days_offered(text, TODAY)] == days


@given(st.text(max_size=300), st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_whatever_is_written_only_days_to_come_are_offered_and_each_once(text: str, today: date) -> None:
    found = days_offered(text, today)
    assert all(day > today for day in found)
    assert len(set(found)) == len(found)
