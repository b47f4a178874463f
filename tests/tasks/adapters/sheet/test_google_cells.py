"""Values on their way to a Google sheet and back, and the places they go to."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.adapters.sheet.google.cells import column_letters, quoted, raw_cell, typed_cell, verbatim
from tasks.domain.sheet.cells import canonical
from tests.googlesheets.model import number

DAYS = st.dates(date(1901, 1, 1), date(9999, 12, 31))
MOMENTS = st.datetimes(datetime(1901, 1, 1), datetime(9999, 12, 30)).map(lambda moment: moment.replace(microsecond=0))


@given(DAYS)
def test_a_date_comes_back_as_the_same_date(day):
    assert typed_cell(raw_cell(day), "date") == day


@given(MOMENTS)
def test_a_moment_comes_back_to_the_second(moment):
    assert typed_cell(raw_cell(moment), "datetime") == moment


@given(st.text())
def test_a_text_is_never_anything_but_a_text(text):
    assert isinstance(raw_cell(text), str)
    assert verbatim(raw_cell(text)).get("userEnteredValue", {}).keys() <= {"stringValue"}
    assert canonical(raw_cell(text)) == canonical(text)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None, ""])
def test_what_no_cell_can_hold_empties_it(value):
    assert raw_cell(value) == ""
    assert verbatim(raw_cell(value)) == {}


@pytest.mark.parametrize("raw", [-1, 0, 5e9, True, "3/12/2026"])
def test_what_is_no_serial_date_stays_what_it_is(raw):
    assert typed_cell(raw, "date") == raw


@given(st.integers(0, 18_277))
def test_columns_are_called_as_in_a_spreadsheet(column):
    assert number(column_letters(column)) == column


def test_a_title_with_an_apostrophe_is_quoted():
    assert quoted("Casos d'Oc") == "'Casos d''Oc'"
