"""Dates as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.mail.dates import dates_in, parse_date

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-01-15", date(2027, 1, 15)),
        ("15/01/27", date(2027, 1, 15)),
        ("15/1/2027", date(2027, 1, 15)),
        ("15-01-2027", date(2027, 1, 15)),
        ("15.01.2027", date(2027, 1, 15)),
        ("15/01", date(2027, 1, 15)),
        ("15 de enero de 2027", date(2027, 1, 15)),
        ("el viernes 15 de Enero del 2027 a las 9:00 a. m.", date(2027, 1, 15)),
        ("enero 15 de 2027", date(2027, 1, 15)),
        ("15 ene 2027", date(2027, 1, 15)),
        ("15 de enero", date(2027, 1, 15)),
        ("20 de noviembre", date(2026, 11, 20)),
        ("primero de diciembre", date(2026, 12, 1)),
        ("29 de febrero", date(2028, 2, 29)),
        ("31/02/2027", None),
        ("Ley 1581 de 2012", None),
        ("15/01/2027 o 16/01/2027", None),
        ("15 o 20 de enero", None),
        ("el lunes 7 o el miércoles 9 de diciembre", None),
        ("el jueves", None),
        ("el próximo martes", date(2026, 11, 24)),
        ("este lunes", date(2026, 11, 23)),
        ("el viernes próximo", date(2026, 11, 27)),
        ("el miércoles que viene", date(2026, 11, 25)),
        ("el lunes de la próxima semana", date(2026, 11, 23)),
        ("el próximo martes 15 de diciembre", date(2026, 12, 15)),
        ("pasado mañana", date(2026, 11, 22)),
        ("mañana", date(2026, 11, 21)),
        ("mañana mismo", date(2026, 11, 21)),
        ("el día de mañana a las 10", date(2026, 11, 21)),
        ("hoy mismo", date(2026, 11, 20)),
        ("ayer", date(2026, 11, 19)),
        ("el martes pasado", date(2026, 11, 17)),
        ("de mañana en ocho", date(2026, 11, 28)),
        ("el martes en ocho", date(2026, 12, 1)),
        ("de hoy en quince", date(2026, 12, 4)),
        ("dentro de ocho días", date(2026, 11, 27)),
        ("dentro de ocho días hábiles", None),
        ("el jueves de la otra semana", date(2026, 11, 26)),
        ("la semana entrante, el jueves", date(2026, 11, 26)),
        ("la otra semana", None),
        ("el lunes a las 2 p. m.", date(2026, 11, 23)),
        ("el lunes en la tarde", date(2026, 11, 23)),
        ("el martes o el jueves en la tarde", None),
        ("el lunes 7", date(2026, 12, 7)),
        ("el lunes 8", None),
        ("el próximo 10", date(2026, 12, 10)),
        ("el 10 del próximo mes", date(2026, 12, 10)),
        ("el 25 del presente mes", date(2026, 11, 25)),
        ("quince (15) de enero de 2027", date(2027, 1, 15)),
        ("quince de enero", date(2027, 1, 15)),
        ("1.º de diciembre", date(2026, 12, 1)),
        ("martes 16 de diciembre de 2026", None),
        ("antes del 30 de enero", None),
        ("a más tardar el 15 de diciembre", None),
        ("entre el 3 y el 5 de febrero", None),
        ("la semana del 1 de febrero", None),
        ("hasta mañana", None),
        ("en la mañana", None),
        ("la segunda semana de febrero", None),
        ("el próximo mes", None),
        ("a finales de enero", None),
        ("3.5 puntos", None),
        ("", None),
    ],
)
def test_date_is_read_or_left(text: str, day: date | None) -> None:
    assert parse_date(text, TODAY) == day


def test_day_without_year_may_be_the_closest_one() -> None:
    assert parse_date("10 de octubre", TODAY, nearest=True) == date(2026, 10, 10)
    assert parse_date("10 de octubre", TODAY) == date(2027, 10, 10)


def test_weekday_that_may_have_gone_by_is_the_closest_one() -> None:
    assert parse_date("el jueves a las 9", TODAY, nearest=True) == date(2026, 11, 19)


def test_every_day_of_a_list_is_found() -> None:
    assert dates_in("el 24 o el 26 de marzo; también 2, 3 y 4 de abril de 2027", TODAY) == (
        date(2027, 3, 24),
        date(2027, 3, 26),
        date(2027, 4, 2),
        date(2027, 4, 3),
        date(2027, 4, 4),
    )


def test_without_today_only_full_dates_count() -> None:
    assert dates_in("mar, 26 may 2026 a las 8:02; 3 de mayo") == (date(2026, 5, 26),)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_written_date_is_read_back(day: date) -> None:
    months = [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ]
    for text in (day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day} de {months[day.month - 1]} de {day.year}"):
        assert parse_date(text, TODAY) == day


@given(st.text(max_size=200), st.dates())
def test_any_text_gives_dates_or_none(text: str, today: date) -> None:
    for day in dates_in(text, today):
        assert isinstance(day, date)


def test_days_that_share_a_month_are_all_read_with_their_weekdays() -> None:
    said = "Proponemos el lunes 7 o el miércoles 9 de diciembre, o el martes 3, jueves 5 y viernes 6 de marzo de 2027."
    assert [f"{day:%m-%d}" for day in dates_in(said, TODAY)] == ["12-07", "12-09", "03-03", "03-05", "03-06"]
