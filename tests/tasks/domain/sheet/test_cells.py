"""What cells say: dates, names, choices and hostile text."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.cases.case import Petition
from tasks.domain.sheet.cells import (
    Choice,
    canonical,
    clean_text,
    looks_like_formula,
    read_choice,
    read_choices,
    read_day,
    read_days,
    read_petition,
    read_text,
    read_yes,
)

THE_DAY = date(2026, 12, 3)
TEAM = (
    Choice("Ana María Restrepo", "ana@x.co"),
    Choice("Ana Lucía Gómez", "lucia@x.co"),
    Choice("Luis Ochoa", "l@x.co"),
)
PLACES = (
    Choice("Jardín", "05364"),
    Choice("Jericó", "05368"),
    Choice("Santa Fe de Antioquia", "05042", ("Antioquia",)),
)


@pytest.mark.parametrize(
    "text",
    [
        "3/12/2026", "03/12/2026", "3-12-2026", "3.12.26", "3 / 12 / 2026", "2026-12-03", "2026/12/3", "3-dic-2026",
        "3 dic. 2026", "3 de diciembre de 2026", "3 de Diciembre del 2026", "jueves, 3 de diciembre de 2026",
        "diciembre 3 de 2026", "3/XII/2026", "3/12/2026 10:00 a. m.", "2026-12-03T10:00:00", " 3/12/2026. ", "46359",
        "jue. 3 dic 2026", "el 3 de diciembre de 2026", "tres (3) de diciembre de 2026", "3 de diciembre de 2.026",
        "3 de dicienbre de 2026", "3 dicembre 2026", "03122026", "20261203", "3/dic/26", "3 DIC 2026", "03.12.26",
        "2026-12-03 00:00:00", "dic. 3 / 2026", "Jueves 3 de diciembre del año 2026", "3 de diciembre/2026",
    ],
)  # fmt: skip
def test_usual_colombian_dates_are_understood(text):
    assert read_day(text).value == THE_DAY


@pytest.mark.parametrize("value", [THE_DAY, datetime(2026, 12, 3, 10), 46359, 46359.4])
def test_real_dates_and_serials_are_dates(value):
    assert read_day(value).value == THE_DAY


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("12/31/2026", "¿Quiso decir 31/12/2026?"),
        ("31/02/2026", "calendario"),
        ("3 de diciembre", "falta el año"),
        ("3/12", "falta el año"),
        ("3 de mayzo de 2026", "no es una fecha"),
        ("martes 3 de diciembre de 2026", "es jueves, no martes"),
        ("mañana", "no es una fecha"),
        ("3/12/1926", "1926"),
        (7, "no es una fecha"),
        (float("nan"), "no es una fecha"),
        (1e300, "no es una fecha"),
        (True, "se esperaba"),
        ("9" * 5000, "no es una fecha"),
    ],
)
def test_doubtful_dates_are_refused_with_a_word(value, word):
    reading = read_day(value)
    assert reading.value is None
    assert word in reading.note
    assert len(reading.note) < 200


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_every_date_we_show_is_read_back(day):
    assert read_day(f"{day:%d/%m/%Y}").value == read_day(day.isoformat()).value == day


@given(st.text() | st.floats() | st.integers() | st.booleans() | st.none() | st.dates() | st.datetimes())
def test_no_value_breaks_a_reader(value):
    readings = [read(value) for read in (read_day, read_days, read_text, read_yes, read_petition)]
    readings += [read_choice(value, TEAM, "una persona"), read_choices(value, PLACES, "un municipio")]
    assert all(reading.ok or reading.note for reading in readings)


def test_several_dates_stand_in_one_cell():
    reading = read_days("10/12/2026; 3 de diciembre de 2026")
    assert reading.value == (THE_DAY, date(2026, 12, 10))
    assert reading.shown == "03/12/2026; 10/12/2026"
    assert read_days(THE_DAY).shown == THE_DAY
    assert "no es una fecha" in read_days("3/12/2026; pronto").note


def test_names_are_found_by_their_parts_but_typos_only_suggest():
    assert read_choice("ana maria restrepo", TEAM, "una persona").value == "ana@x.co"
    assert read_choice("Ochoa", TEAM, "una persona").value == "l@x.co"
    assert "puede ser Ana María Restrepo, Ana Lucía Gómez" in read_choice("Ana", TEAM, "una persona").note
    assert "¿Quiso decir «Luis Ochoa»?" in read_choice("Luis Ocoha", TEAM, "una persona").note
    assert read_choice("Pedro Pérez", TEAM, "una persona").value is None


def test_choices_are_separated_by_semicolons_without_repetition():
    reading = read_choices("jardin; Jericó ;JARDÍN", PLACES, "un municipio")
    assert (reading.value, reading.shown) == (("05364", "05368"), "Jardín; Jericó")
    assert not read_choices("Jardín; Macondo", PLACES, "un municipio").ok


def test_an_empty_petition_is_a_general_one():
    assert read_petition(None).value is Petition.GENERAL
    assert read_petition("General").value is Petition.GENERAL
    assert read_petition("consulta").value is Petition.CONSULTATION


@given(st.text())
def test_clean_text_is_stable_and_carries_no_controls(text):
    clean = clean_text(text)
    assert clean_text(clean) == clean == canonical(clean)
    assert not any((ord(c) < 32 and c != "\n") or "\ud800" <= c <= "\udfff" for c in clean)


def test_long_text_is_clipped():
    assert len(clean_text("a" * 100_000)) == 32_000
    assert clean_text("a" * 50, 10) == "aaaaaaaaa…"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r1", "＝1", "＋1", "－1", "＠x"])
def test_formula_starts_are_known(text):
    assert looks_like_formula(text)
    assert not looks_like_formula("1=1")


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (datetime(2026, 12, 3), THE_DAY, "date"),
        (datetime(2026, 11, 21, 14, 4, 59, 999_990), datetime(2026, 11, 21, 14, 5), "datetime"),
        (20260300123456.0, 20260300123456, "text"),
        (61.300000000000004, 61.3, "score"),
        ("  Jardín ", "Jardi\u0301n", "text"),
        ("", None, "text"),
    ],
)
def test_values_that_say_the_same_are_equal(one, other, kind):
    assert canonical(one, kind) == canonical(other, kind)


def test_midnight_and_its_bare_day_say_the_same_moment() -> None:
    assert canonical(date(2026, 11, 30), "datetime") == canonical(datetime(2026, 11, 30), "datetime")
